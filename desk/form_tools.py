"""Endpoints for the desk's forms while an editor types: dates, amounts, quotations, duplicates."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import Http404, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import unsaved
from core.dates import DateError
from core.forms import ROW_KEY
from core.typed_dates import LONGEST, Offer, input_text, typed
from desk.review import admin_page
from relations.duplicates import likely, people_in
from relations.models import Country, Record
from sources.locating import around, places
from sources.models import QUOTE_WORDS, Source, SourceText
from sources.texts import not_one_place
from trade.amounts import AmountError, UnitError, too_early, understand
from trade.units import Unit

# How many likely duplicates are listed.
NAMED = 5


def without_session(view):
    """Let a view that a form asks meanwhile leave the session alone: writing it would undo what the
    form itself saves there at the same time."""

    @wraps(view)
    def page(request):
        response = view(request)
        request.session.modified = False
        return response

    return page


def readings(text: str) -> list[Offer]:
    """The readings of a typed date; empty if it is not understood or does not exist."""
    try:
        return typed(text)
    except DateError:
        return []


@without_session
@require_safe
def read_date(request):
    """The readings of a typed date as JSON, with a message for the editor."""
    text = request.GET.get("text", "").strip()
    try:
        offers = typed(text)
    except DateError as error:
        return JsonResponse({"said": str(error), "offers": []})
    if not offers:
        said = (
            _("This is not a recognized date. Write it as 2005, 2020-09 or 1992-08-27.")
            if text
            else ""
        )
    elif len(offers) > 1 or offers[0].until:
        said = _("This can be read in more than one way. Choose:")
    elif str(offers[0].date) == text and len(text) <= LONGEST:
        said = offers[0].words
    else:
        said = _("understood as %(date)s (%(words)s)") % {
            "date": offers[0].date,
            "words": offers[0].words,
        }
    if len(offers) == 1 and offers[0].note:
        said = f"{said}. {offers[0].note}"
    found = [
        {
            "date": input_text(offer.date),
            "until": input_text(offer.until) if offer.until else "",
            "words": offer.words,
        }
        for offer in offers
    ]
    return JsonResponse({"said": said, "offers": found})


@without_session
@require_safe
def read_amount(request):
    """The readings of a typed amount as JSON, each in full, with a message for the editor.

    The parameters are the text, and the unit, period and countries in the form of the figure.
    """
    given, text = request.GET, request.GET.get("text", "").strip()
    offers = readings(given.get("period", ""))
    sides = (given.get(name, "") for name in ("from_country", "to_country", "reporter_country"))
    keys = [key for key in sides if ROW_KEY.fullmatch(key)]
    countries = set(Country.objects.filter(pk__in=keys).values_list("slug", flat=True))
    unit = given.get("unit", "")
    period = offers[0].date if len(offers) == 1 else None
    try:
        found = understand(text, unit if unit in Unit else "", period, countries, restated=True)
    except (AmountError, UnitError) as error:
        return JsonResponse({"said": str(error), "offers": []})
    said = found[0].words if found else ""
    if found and (doubt := too_early(found[0].units[0], period)):
        said = f"{said}. {doubt}"
    if len(found) > 1:
        said = _("This can be read in more than one way. Choose:")
    offers = [{"amount": amount.text, "words": amount.words} for amount in found]
    return JsonResponse({"said": said, "offers": offers})


@without_session
@require_safe
def locate(request):
    """The places of quoted words in a source's attached text, or the nearest words, as JSON."""
    if not request.user.has_perm("sources.view_source"):
        raise PermissionDenied
    key, words = request.GET.get("source", ""), request.GET.get("words", "")[:1000]
    text = None
    if ROW_KEY.fullmatch(key):
        text = SourceText.objects.filter(source=key).values_list("text", flat=True).first()
    if text is None or not words.strip():
        said = _("This source has no attached text. Enter the place yourself.") if words else ""
        return JsonResponse({"said": said, "found": []})
    found = places(text, words)
    hints = [{"start": one.start, "words": around(text, one)} for one in found]
    if len(found) == 1:
        return JsonResponse({"said": _("Found: %s") % hints[0]["words"], "found": []})
    if found:
        said = _("These words occur in several places. Choose one, or enter more words:")
        return JsonResponse({"said": said, "found": hints})
    return JsonResponse({"said": not_one_place(text, words, []), "found": []})


@without_session
@require_safe
def quotable(request):
    """How many words of a source, or of sources with these rights, may be quoted, as JSON; null for
    any number."""
    if not request.user.has_perm("sources.view_source"):
        raise PermissionDenied
    key, rights = request.GET.get("source", ""), request.GET.get("rights", "")
    source = Source(rights=rights) if rights in Source.Rights else None
    if ROW_KEY.fullmatch(key):
        source = Source.objects.filter(pk=key).first()
    return JsonResponse({"most": QUOTE_WORDS if source and not source.is_open else None})


@require_POST
def keep_entries(request):
    """Keep what a user has entered in a form, until it is saved; 403 once the session has ended."""
    if not admin.site.has_permission(request):
        return JsonResponse({}, status=403)
    address, data = request.POST.get("_address", ""), request.POST
    if not 0 < len(address) <= unsaved.LONGEST_ADDRESS or "\0" in address:
        return JsonResponse({}, status=400)
    kept = unsaved.keep_entries(request.user, address, data)
    if kept is None:
        return JsonResponse({"said": _("This form is too long to be kept. Save it soon.")})
    at = date_format(timezone.localtime(kept.at), "H:i")
    return JsonResponse({"said": _("Your entries are kept (%s) until you save.") % at})


@without_session
@require_safe
def likely_duplicates(request):
    """Likely duplicates of the record in a partly filled form, as JSON."""
    model = next(
        (kind for kind in Record.__subclasses__() if request.GET.get("kind") == kind.KIND), 0
    )
    if not model:
        raise Http404
    if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        raise PermissionDenied
    found = likely(sketched(model, request.GET), people_in(request.GET))
    said = ""
    if found:
        said = _("Likely duplicates (%(count)d):") % {"count": len(found)}
    return JsonResponse({"said": said, "found": [hint(record) for record in found[:NAMED]]})


def hint(record: Record) -> dict:
    return {
        "title": str(record),
        "date": record.date.describe(),
        "state": record.get_state_display(),
        "url": admin_page(record),
    }


def sketched(model: type[Record], data: QueryDict) -> Record:
    """An unsaved record with the values of a partly filled form; unknown rows are left out."""
    record = model(title=data.get("title", "").replace("\0", ""))
    offers = readings(data.get("date", ""))
    record.date = offers[0].date if offers else data.get("date", "")
    for name in (model.TYPE_FIELD, *model.SHARED):
        setattr(record, name, data.get(name, ""))
    for name in ("relation", *model.SUBJECT):
        field: ForeignKey = model._meta.get_field(name)
        key = data.get(name, "")
        if ROW_KEY.fullmatch(key):
            setattr(record, name, field.related_model.objects.filter(pk=key).first())
    return record
