"""Entries of the desk's forms that are kept until their form is saved (docs/adr/0037)."""

import re
from datetime import timedelta

from django.contrib import messages
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import ROW_KEY
from core.models import UnsavedForm
from core.uploads import TOKEN

# The most characters of a form that are kept, the most forms of a user, and for how many days.
LARGEST = 300_000
MOST = 50
DAYS = 14
LONGEST_ADDRESS = UnsavedForm._meta.get_field("address").max_length
# The names of the buttons that restore or discard kept entries.
RESTORE, DISCARD = "_restore", "_discard"
RESTORED = _("Your entries are restored. They are not saved yet.")
# Inputs that are not kept: tokens, passwords, and the buttons that were pressed.
LEFT_OUT = re.compile(r"_.*|csrfmiddlewaretoken|.*password.*", re.IGNORECASE)


def form_address(request) -> str:
    """The address under which the entries of a form are kept: its path, and the source that it was
    opened from."""
    source = request.GET.get("source", "")
    return f"{request.path}?source={source}" if ROW_KEY.fullmatch(source) else request.path


def page_of(data: QueryDict) -> str:
    """The token of the page of a new row, so that two of its pages are kept apart; else empty."""
    token = data.get("form_token", "")
    return token if TOKEN.fullmatch(token) else ""


def keep_entries(user, address: str, data: QueryDict) -> UnsavedForm | None:
    """Keep the values of a form; None if they are too long. Old forms are forgotten."""
    values = [
        [name, value.replace("\0", "")]
        for name, given in ((name.replace("\0", ""), given) for name, given in data.lists())
        for value in given
        if not LEFT_OUT.fullmatch(name)
    ]
    if sum(len(name) + len(value) for name, value in values) > LARGEST:
        return None
    UnsavedForm.objects.filter(at__lt=timezone.now() - timedelta(days=DAYS)).delete()
    of = {"user": user, "address": address, "page": page_of(data)}
    kept, _new = UnsavedForm.objects.update_or_create(**of, defaults={"values": values})
    newest = UnsavedForm.objects.filter(user=user).order_by("-at", "-pk").values_list("pk")
    if older := [pk for (pk,) in newest[MOST : 2 * MOST]]:
        UnsavedForm.objects.filter(pk__in=older).delete()
    return kept


def kept_entries(request) -> UnsavedForm | None:
    """The entries that a user has left last in the form of this address; None if there are none."""
    rows = UnsavedForm.objects.filter(user=request.user, address=form_address(request))
    recent = rows.filter(at__gte=timezone.now() - timedelta(days=DAYS))
    return recent.order_by("-at", "-pk").first()


def asks_for_entries(request) -> bool:
    """Whether the user has pressed a button to restore or discard kept entries."""
    return request.method == "POST" and not {RESTORE, DISCARD}.isdisjoint(request.POST)


def take_entries(request) -> bool:
    """Take the kept entries of a form as what was submitted, with a message; False if there are
    none or the user discards them."""
    kept = kept_entries(request)
    if kept and DISCARD not in request.POST:
        request.POST = submitted(kept)
        messages.warning(request, RESTORED)
        return True
    if kept:
        kept.delete()
    words = _("Your entries are discarded.") if kept else _("These entries are no longer stored.")
    messages.info(request, words)
    return False


def offered_entries(request, edition) -> dict:
    """For the page of a form with this edition of its row: where it keeps its entries, and those
    that its user has left, which are `kept_outdated` if the row has been saved since."""
    found = {"entries_address": form_address(request)}
    if request.method == "GET" and (kept := kept_entries(request)):
        outdated = submitted(kept).get("edition", "") != str(edition)
        found |= {"kept_entries": kept, "kept_outdated": outdated}
    return found


def forget_entries(request) -> None:
    """Forget the entries of a form that has been saved."""
    UnsavedForm.objects.filter(
        user=request.user, address=form_address(request), page=page_of(request.POST)
    ).delete()


def forget_entries_of(key: int, field: str, address: str) -> None:
    """Forget the entries of all users that name a row in a field, also in an inline row, and those
    in the form of the row itself."""
    naming = [
        kept.pk
        for kept in UnsavedForm.objects.iterator(chunk_size=100)
        if kept.address == address
        or any(name.endswith(field) and value == str(key) for name, value in kept.values)
    ]
    UnsavedForm.objects.filter(pk__in=naming).delete()


def submitted(kept: UnsavedForm) -> QueryDict:
    """Kept entries as submitted data."""
    data = QueryDict(mutable=True)
    for name, value in kept.values:
        data.appendlist(name, value)
    return data
