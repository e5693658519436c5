"""The review queue, the page of one review, and the desk's dashboard."""

from collections.abc import Callable, Iterable

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.changes import together
from core.models import Proposable
from core.row_names import named_changes
from core.snapshot import parts
from desk.review_items import (
    APPROVE,
    AT,
    BACK,
    DONE,
    OUTDATED,
    PUBLISH,
    VerdictForm,
    review_items,
    take,
)
from desk.roles import is_editor
from relations import workflow
from relations.models import (
    Citation,
    Disagreement,
    ErrorReport,
    PossibleDuplicate,
    Record,
    Revision,
    State,
)
from relations.models.publishable import Publishable
from relations.models.record import as_subclasses, record_class
from relations.models.revision import BaseRevision, revision_models
from relations.problems import problems
from relations.workflow_admin import review_address
from sources.models import Passage, Source

# How many rows of each list the dashboard shows.
SHOWN = 8
# How many revisions a page of the queue shows.
QUEUED = 50


class Revisions:
    """Revisions of all tables as one list, ordered by time. `choose` filters the revisions of one
    table. A slice is a list of revisions with the URLs of their row's admin page and review."""

    def __init__(self, choose: Callable[[models.QuerySet], models.QuerySet], newest_first=False):
        keys = [self._keys(choose(model.objects.all())) for model in revision_models()]
        order = ("-at", "model", "-pk") if newest_first else ("at", "model", "pk")
        self.keys = keys[0].union(*keys[1:], all=True).order_by(*order)

    @staticmethod
    def _keys(rows: models.QuerySet) -> models.QuerySet:
        label = models.Value(rows.model._meta.label, models.CharField())
        return rows.order_by().annotate(model=label).values_list("at", "model", "pk")

    def count(self) -> int:
        return self.keys.count()

    def __getitem__(self, part: slice) -> list[BaseRevision]:
        keys, found = list(self.keys[part]), {}
        for label in {label for _at, label, _pk in keys}:
            pks = [pk for _at, name, pk in keys if name == label]
            rows = apps.get_model(label).objects.for_lists().filter(pk__in=pks)
            found |= {(label, row.pk): row for row in rows}
        rows = [found[label, pk] for _at, label, pk in keys if (label, pk) in found]
        for row in rows:
            row.address = edit_address(row.record)
            row.review = review_address(row)
        return rows


def waiting_for(user, rows: models.QuerySet) -> models.QuerySet:
    """The revisions in one table that wait for this user: changes by others to review, and approved
    changes to publish."""
    mine = models.Q(pk__in=())
    if user.has_perm(workflow.REVIEW):
        ended = [BaseRevision.State.LIVE, BaseRevision.State.DROPPED]
        of_row = rows.model.objects.filter(record=models.OuterRef("record"))
        later = of_row.filter(number__gte=models.OuterRef("number"), state__in=ended)
        own = of_row.filter(author=user).exclude(models.Exists(later))
        mine |= models.Q(reviewed_at=None) & ~models.Exists(own)
    if user.has_perm(workflow.PUBLISH):
        mine |= models.Q(reviewed_at__isnull=False)
    return rows.pending().filter(mine)


def queue_of(user) -> Revisions:
    """The revisions that wait for this user, oldest first."""
    return Revisions(lambda rows: waiting_for(user, rows))


def drafts_of(user) -> Revisions:
    """This user's unsubmitted and rejected revisions, newest first."""

    def unfinished(rows):
        rows = rows.filter(author=user, state__in=["draft", "rejected"])
        if issubclass(rows.model.record_model(), Publishable):
            rows = rows.exclude(record__state=State.WITHDRAWN, record__published_at=None)
        if rows.model is not Revision:
            return rows
        # A new action is published with its treaty.
        return rows.exclude(record__kind="action", record__published_at=None)

    return Revisions(unfinished, newest_first=True)


def submissions_of(user) -> Revisions:
    """What this user has submitted, newest first: in review, sent back, or published by others."""
    states = [BaseRevision.State.PENDING, BaseRevision.State.REJECTED, BaseRevision.State.LIVE]

    def submitted(rows):
        rows = rows.filter(author=user, state__in=states)
        rows = rows.exclude(state=BaseRevision.State.LIVE, publisher=user)
        if rows.model is not Revision:
            return rows
        # Steps that were published with their treaty have no reviewer of their own.
        return rows.exclude(record__kind="action", state=BaseRevision.State.LIVE, reviewer=None)

    return Revisions(submitted, newest_first=True)


def demand_editor(user) -> None:
    if not is_editor(user):
        raise PermissionDenied


def queue(request):
    """All revisions in review; those on which the user may act are marked."""
    demand_editor(request.user)
    page = Paginator(Revisions(lambda rows: rows.pending()), QUEUED).get_page(request.GET.get("p"))
    for model in revision_models():
        rows = [row for row in page if type(row) is model]
        mine = model.objects.filter(pk__in=[row.pk for row in rows])
        mine = set(waiting_for(request.user, mine).values_list("pk", flat=True))
        for row in rows:
            row.mine = row.pk in mine
    cited = sources_of(page)
    for row in page:
        row.sources = cited[row]
    context = {"title": _("In review"), "page": page}
    return render(request, "admin/queue.html", admin.site.each_context(request) | context)


def review(request, pk):
    """The changes of one revision of a record, by field and child, and the evidence it lacks."""
    demand_editor(request.user)
    revision = get_object_or_404(Revision.objects.select_related("record"), pk=pk)
    (record,) = as_subclasses([revision.record])
    return _review(request, record, revision)


def review_row(request, name, pk):
    """The same for a figure or a good."""
    demand_editor(request.user)
    for model in revision_models():
        of = model.record_model()
        if of._meta.model_name == name and of is not Record:
            record = get_object_or_404(of.objects.with_related(), pk=pk)
            revision = workflow.open_revision(record)
            seen = request.POST.get("revision")
            # The URL means whichever revision is pending; the form names the one that was reviewed.
            if request.method == "POST" and seen != str(revision and revision.pk):
                revision = None
            return _review(request, record, revision)
    raise Http404


def _review(request, record, revision):
    if revision is None or revision.state != BaseRevision.State.PENDING:
        return _not_waiting(request, record)
    (item,) = review_items([revision], request.user)
    form = VerdictForm(request.POST or None, keys=item.keys)
    if request.method == "POST" and form.is_valid():
        step = next((name for name in (APPROVE, PUBLISH) if name in request.POST), BACK)
        try:
            with together():
                workflow.locked(record)
                if workflow.open_revision(record) != revision:
                    raise workflow.StepRefused(OUTDATED % record)
                take(step, record, request.user, form)
        except ValidationError as error:
            named = hasattr(error, "error_dict")
            form.add_error(None if not named else "remark", error.messages)
        else:
            messages.success(request, DONE[step] % record)
            return redirect("admin:review_queue")
    public = record.published_at is not None
    context = {
        "title": _("Review of “%s”") % record,
        "revision": revision,
        "record": record,
        "changes": named_changes(type(record), item.before, revision.snapshot),
        "problems": problems(record, revision),
        "item": item,
        "sources": sources_of([revision])[revision],
        "outdated": public and revision.base != record.version,
        "form": form,
        "change": edit_address(record),
        "preview": edit_address(record, "preview"),
    }
    status = 400 if form.is_bound else 200
    context = admin.site.each_context(request) | context
    return render(request, "admin/review.html", context, status=status)


def _not_waiting(request, record):
    """Redirect to the current version of a row that was rejected, published or changed meanwhile.
    The warning repeats the remarks that the reviewer typed."""
    text = _("“%s” has changed since you opened it. This is its current state.") % record
    typed = (
        value for name, value in request.POST.items() if name == "remark" or name.startswith(AT)
    )
    if remark := " ".join(value.strip() for value in typed if value.strip()):
        text += " " + _("Your remark was: %s") % remark
    messages.warning(request, text)
    newer = record.revisions.pending().first()
    return redirect(review_address(newer) if newer else edit_address(record))


def sources_of(revisions: Iterable[BaseRevision]) -> dict[BaseRevision, list[Source]]:
    """The sources that revisions cite, by revision, in one query."""
    slugs = {}
    for revision in revisions:
        content = revision.snapshot
        children = parts(revision.row_model(), content)
        rows = (content["record"], *(row for _model, row in children))
        slugs[revision] = {row["source"][0] for row in rows if row.get("source")}
    wanted = set().union(*slugs.values())
    found = {row.slug: row for row in Source.objects.filter(slug__in=wanted)}
    return {
        revision: [found[slug] for slug in sorted(names) if slug in found]
        for revision, names in slugs.items()
    }


def edit_address(row: Publishable, page: str = "change") -> str:
    """The URL of an admin page of a row with revisions; that of a proposal has the form."""
    if page == "change" and isinstance(row, Proposable):
        page = "propose"
    return admin_page(row, page, record_class(row.kind) if isinstance(row, Record) else None)


def admin_page(row, page: str = "change", model=None) -> str:
    meta = (model or row)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


def dashboard(user) -> dict:
    """The user's tasks and the state of the data: a few rows and the count of each list."""
    if not is_editor(user):
        return {}
    gaps = Record.objects.filter(state__in=[State.DRAFT, State.IN_REVIEW]).exclude(
        pk__in=Citation.objects.filter(stance="supports").values("record")
    )
    lists = {
        "drafts": drafts_of(user),
        "submissions": submissions_of(user),
        "for_me": queue_of(user),
        "reports": ErrorReport.objects.filter(state="open").select_related("record"),
        "gaps": gaps.order_by("-pk"),
        "disagreements": Disagreement.objects.undecided().for_pages(),
        "duplicates": PossibleDuplicate.objects.undecided().strongest_first().with_records(),
        "mismatches": Passage.objects.filter(anchoring="mismatch").select_related("source"),
    }
    found = {
        name: {"count": rows.count(), "rows": list(rows[:SHOWN])} for name, rows in lists.items()
    }
    changed = Revisions(lambda rows: rows.live(), newest_first=True)
    found["changed"] = {"rows": changed[:SHOWN]}
    for row in found["gaps"]["rows"]:
        row.address = edit_address(row)
    drafts = [row.record for row in found["drafts"]["rows"] if isinstance(row, Revision)]
    lacking = {row.pk for row in Record.missing_evidence(as_subclasses(drafts))}
    for row in found["drafts"]["rows"]:
        row.lacking = isinstance(row, Revision) and row.record_id in lacking
    return found
