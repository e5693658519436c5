"""The page on which all pending changes that cite one source are reviewed and published."""

import re
from operator import attrgetter

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.changes import together
from core.models import lock
from desk.review import Revisions, demand_editor, edit_address
from desk.review_items import (
    APPROVE,
    BACK,
    DONE,
    OUTDATED,
    PUBLISH,
    ReviewItem,
    VerdictForm,
    review_items,
    take,
)
from relations.models.revision import SourceRevision, revision_models
from relations.notices import one_mail_each
from relations.workflow_admin import review_address
from sources.models import Source

# How many changes a page shows, the oldest first.
SHOWN = 200
# Which changes the buttons for all of them act on.
MAY_TAKE_ON_ALL = {APPROVE: "may_approve", PUBLISH: "may_publish_with_others"}
TOKEN = re.compile(r"([a-z]+)-(\d{1,18})-(\d{1,18})")
CHANGED = _("“%s” has changed since you opened this page, so nothing was done. Check it again.")


class Refused(Exception):
    """A step on several changes that was taken on none, with the reasons by token."""

    def __init__(self, reasons: dict[str, list[str]]):
        super().__init__(reasons)
        self.reasons = reasons


def pending_of(source: Source) -> Revisions:
    """The pending changes of all kinds that cite a source, and that of the source itself."""
    # Cited in the record, in a step, a link or a text: databases write JSON in the same way.
    reference = f'"source": ["{source.slug}"]'

    def citing(rows):
        if rows.model is SourceRevision:
            return rows.pending().filter(record=source)
        text = Cast("snapshot", models.TextField())
        return rows.pending().alias(text=text).filter(text__contains=reference)

    return Revisions(citing)


def review_source(request, pk):
    """All pending changes that cite a source, in the order of its text, each value beside the
    quoted words; approve, publish or send back one, the selected, or all."""
    demand_editor(request.user)
    source = get_object_or_404(Source, pk=pk)
    page, items = _load(request, source)
    status = 200
    if request.method == "POST":
        status, taken = _answer(request, items)
        if status == 200:
            page, items = _load(request, source)
            if taken and not any(item.form.is_typed for item in items):
                return redirect(request.get_full_path())
    context = {
        "title": _("Review of “%s”") % source,
        "source": source,
        "page": page,
        "items": items,
        "approvable": sum(item.may_approve for item in items),
        "publishable": sum(item.may_publish_with_others for item in items),
        "may_publish": any(item.may_publish for item in items),
        "mine": sum(item.mine for item in items),
    }
    context = admin.site.each_context(request) | context
    return render(request, "admin/source_review.html", context, status=status)


def _load(request, source) -> tuple:
    """The page of the paginator, and its items with the forms as they were sent."""
    page = Paginator(pending_of(source), SHOWN).get_page(request.GET.get("p"))
    items = review_items(page.object_list, request.user, source)
    data, selected = request.POST or None, request.POST.getlist("row")
    for item in items:
        item.form = VerdictForm(data, keys=item.keys, prefix=_prefix(item.token))
        item.selected = item.token in selected
        item.address, item.review = edit_address(item.record), review_address(item.revision)
    return page, items


def _prefix(token: str) -> str:
    """The record of a token. As the prefix of its form, it keeps remarks on an earlier version."""
    return token.rpartition("-")[0]


def _answer(request, items: list[ReviewItem]) -> tuple[int, bool]:
    """Take the step that was asked for. Return the status of the page, and whether it was taken;
    if not, messages and the items say why."""
    step, tokens = _asked(request.POST, items)
    if not step:
        return 200, False
    there = {item.token: item for item in items}
    if gone := [token for token in tokens if token not in there]:
        _tell_of_changes(request, gone, items)
        return 409, False
    if not tokens:
        messages.error(request, _("Nothing was done: select at least one change."))
        return 400, False
    chosen = [item for item in items if item.token in tokens]
    try:
        take_all(step, chosen, request.user)
    except Refused as error:
        for item in items:
            item.refusals = error.reasons.get(item.token, [])
        messages.error(request, _refusal(len(error.reasons), len(chosen)))
        return 400, False
    messages.success(request, _done(step, chosen))
    return 200, True


def _asked(data, items: list[ReviewItem]) -> tuple[str, list[str]]:
    """The step of the pressed button and the tokens of the changes; ("", []) without one."""
    for step in (APPROVE, PUBLISH, BACK):
        if step in data:
            return step, [data[step]]
    for step in (APPROVE, PUBLISH):
        if f"{step}_selected" in data:
            return step, list(dict.fromkeys(data.getlist("row")))
        if f"{step}_all" in data:
            may = attrgetter(MAY_TAKE_ON_ALL[step])
            barred = {item.token for item in items if not may(item)}
            return step, [one for one in dict.fromkeys(data.getlist("seen")) if one not in barred]
    return "", []


def _tell_of_changes(request, tokens: list[str], items: list[ReviewItem]) -> None:
    """Name the records whose changes are no longer those that the reviewer saw."""
    models_by_name = {one.record_model()._meta.model_name: one for one in revision_models()}
    for token in tokens:
        found = TOKEN.fullmatch(token)
        model = models_by_name.get(found[1]) if found else None
        record = model and model.record_model().objects.filter(pk=found[2]).first()
        words = CHANGED % record if record else _("This change is no longer in review.")
        messages.error(request, words)
        for item in items:
            if _prefix(item.token) == _prefix(token):
                item.refusals = [_("This is its current state.")]


@together()
def take_all(step: str, items: list[ReviewItem], user) -> None:
    """Take a step on all of these changes. Raises Refused, with nothing changed, if any of them is
    refused."""
    reasons = {}
    for model in revision_models():
        of_model = [item for item in items if type(item.revision) is model]
        rows = [item.record for item in of_model]
        wholes = filter(None, (row.part_of() for row in rows))
        lock(model.record_model().objects, {row.pk for row in (*rows, *wholes)})
        pending = model.objects.pending().filter(record__in=[row.pk for row in rows])
        current = set(pending.values_list("pk", flat=True))
        outdated = [item for item in of_model if item.revision.pk not in current]
        reasons |= {item.token: [OUTDATED % item.record] for item in outdated}
    with one_mail_each():
        for item in items:
            try:
                with transaction.atomic():
                    take(step, item.record, user, item.form)
            except ValidationError as error:
                reasons.setdefault(item.token, error.messages)
        if reasons:
            raise Refused(reasons)


def _refusal(refused: int, count: int) -> str:
    if count == 1:
        return _("It was refused. The reason is shown with it.")
    text = ngettext(
        "Nothing was done, because %(refused)d of %(count)d changes was refused. The reason is "
        "shown with it.",
        "Nothing was done, because %(refused)d of %(count)d changes were refused. The reasons are "
        "shown with them.",
        refused,
    )
    return text % {"refused": refused, "count": count}


def _done(step: str, items: list[ReviewItem]) -> str:
    if len(items) == 1:
        return DONE[step] % items[0].record
    texts = {
        APPROVE: _("%d changes are approved; a publisher can publish them."),
        PUBLISH: _("%d changes are published."),
    }
    return texts[step] % len(items)
