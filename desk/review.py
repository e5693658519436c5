"""The review queue, the page of one review, and what the desk shows first."""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.snapshot import changes, snapshot
from desk.roles import EDITING, is_editor
from relations import workflow
from relations.models import Citation, Disagreement, ErrorReport, Record, Revision, State
from relations.models.record import as_subclasses, missing_evidence, record_class
from sources.models import Passage
from trade import workflow as statements
from trade.models import Correction, Figure

# How many rows of each kind the desk shows first.
SHOWN = 8
# How many a page of the queue holds.
QUEUED = 50


class VerdictForm(forms.Form):
    """What a reviewer says of a change."""

    remark = forms.CharField(
        label=_("What is to be done"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For the author; needed to send it back."),
    )


def waiting() -> models.QuerySet:
    """What waits in review, the longest first."""
    return (
        Revision.objects.pending()
        .select_related("author", "reviewer", "record__relation__country_a")
        .select_related("record__relation__country_b")
        .order_by("at", "pk")
    )


def for_reviewer(user) -> models.QuerySet:
    """What waits for this user: to review what others wrote, to publish what is approved."""
    rows, mine = waiting(), models.Q()
    if user.has_perm(workflow.REVIEW):
        later = Revision.objects.filter(
            record=models.OuterRef("record"),
            number__gte=models.OuterRef("number"),
            state__in=[Revision.State.LIVE, Revision.State.DROPPED],
        )
        own = Revision.objects.filter(record=models.OuterRef("record"), author=user)
        own = own.exclude(models.Exists(later))
        mine |= models.Q(reviewed_at=None) & ~models.Exists(own)
    if user.has_perm(workflow.PUBLISH):
        mine |= models.Q(reviewed_at__isnull=False)
    return rows.filter(mine) if mine else rows.none()


def demand_editor(user) -> None:
    if not is_editor(user):
        raise PermissionDenied


def queue(request):
    """All that waits in review, with what each changes; what a user may act on comes first."""
    demand_editor(request.user)
    page = Paginator(waiting(), QUEUED).get_page(request.GET.get("p"))
    context = {
        "title": _("In review"),
        "page": page,
        "mine": set(for_reviewer(request.user).values_list("pk", flat=True)),
        "statements": [
            (
                model._meta.verbose_name_plural,
                _to_review(statements.waiting(model), QUEUED),
                set(statements.for_reviewer(model, request.user).values_list("pk", flat=True)),
            )
            for model in statements.MODELS
        ],
    }
    return render(request, "admin/queue.html", admin.site.each_context(request) | context)


def review(request, pk):
    """What one change is, field by field and child by child, and what evidence it lacks."""
    demand_editor(request.user)
    revision = get_object_or_404(Revision.objects.select_related("record"), pk=pk)
    (record,) = as_subclasses([revision.record])
    form = VerdictForm(request.POST or None)
    if revision.state != Revision.State.PENDING:
        return _not_waiting(request, record, form)
    if request.method == "POST" and form.is_valid():
        try:
            told = act(request, record, revision, form.cleaned_data["remark"])
        except ValidationError as error:
            named = hasattr(error, "error_dict")
            form.add_error(None if not named else "remark", error.messages)
        else:
            messages.success(request, told)
            return redirect("admin:review_queue")
    public = record.published_at is not None
    live = record.revisions.live().first() if public else None
    before = live.snapshot if live else workflow.whole(record) if public else None
    mine = request.user.pk in workflow.authors(record)
    context = {
        "title": _("Review of “%s”") % record,
        "revision": revision,
        "record": record,
        "changes": changes(type(record), before, revision.snapshot),
        "problems": workflow.problems(record, revision),
        "mine": mine,
        "may_review": request.user.has_perm(workflow.REVIEW) and not mine,
        "may_approve": not revision.approved,
        "may_publish": request.user.has_perm(workflow.PUBLISH)
        and (not mine or revision.approved or request.user.has_perm(workflow.ALONE)),
        "outdated": public and revision.base != record.version,
        "form": form,
        "change": edit_address(record),
        "preview": edit_address(record, "preview"),
    }
    status = 400 if form.is_bound else 200
    context = admin.site.each_context(request) | context
    return render(request, "admin/review.html", context, status=status)


def _not_waiting(request, record, form):
    """On to the newest of a record that was sent back, published or written anew meanwhile; a
    remark that was typed is given back."""
    newer = waiting().filter(record=record.pk).first()
    _tell_that_it_waits_no_longer(request, record, form)
    return redirect("admin:review", newer.pk) if newer else redirect(edit_address(record))


def _tell_that_it_waits_no_longer(request, row, form):
    text = _("What you looked at of “%s” waits no longer: this is how it stands now.") % row
    if form.is_bound and (remark := form.data.get("remark", "").strip()):
        text += " " + _("Your remark was: %s") % remark
    messages.warning(request, text)


@transaction.atomic
def act(request, record, revision, remark) -> str:
    """Take the step of the button that was pressed on what was looked at; what it did, in words."""
    workflow.locked(record)
    if workflow.open_revision(record) != revision:
        raise workflow.StepRefused(_("“%s” was written anew meanwhile: look again.") % record)
    if "approve" in request.POST:
        workflow.approve(record, request.user)
        text = _("“%s” is approved; a publisher can publish it.")
    elif "publish" in request.POST:
        workflow.publish(record, request.user)
        text = _("“%s” is published.")
    else:
        workflow.send_back(record, request.user, remark)
        text = _("“%s” is sent back to its author.")
    return text % record


def review_statement(request, name, pk):
    """What a figure or a good says, value by value, and what evidence it lacks."""
    demand_editor(request.user)
    model = next((model for model in statements.MODELS if model._meta.model_name == name), None)
    row = get_object_or_404(model.objects.for_pages(), pk=pk) if model else None
    if row is None:
        raise Http404
    form = VerdictForm(request.POST or None)
    if row.state != State.IN_REVIEW:
        _tell_that_it_waits_no_longer(request, row, form)
        return redirect(admin_page(row))
    if request.method == "POST" and form.is_valid():
        try:
            if "publish" in request.POST:
                statements.publish(row, request.user)
                told = _("“%s” is published.")
            else:
                statements.send_back(row, request.user, form.cleaned_data["remark"])
                told = _("“%s” is sent back to its author.")
        except ValidationError as error:
            form.add_error("remark" if hasattr(error, "error_dict") else None, error.messages)
        else:
            messages.success(request, told % row)
            return redirect("admin:review_queue")
    mine = request.user.pk in statements.authors(row)
    log = statements.entries(row).select_related("user").first()
    context = {
        "title": _("Review of “%s”") % row,
        "record": row,
        "log": log,
        "changes": changes(model, None, {"record": snapshot(row)}),
        "problems": statements.problems(row),
        "mine": mine,
        "may_review": request.user.has_perm(workflow.REVIEW) and not mine,
        "may_publish": request.user.has_perm(workflow.PUBLISH)
        and (not mine or request.user.has_perm(workflow.ALONE)),
        "form": form,
        "change": admin_page(row),
        "preview": admin_page(row, "preview"),
    }
    status = 400 if form.is_bound else 200
    context = admin.site.each_context(request) | context
    return render(request, "admin/review_statement.html", context, status=status)


def _to_review(rows, most=SHOWN) -> list:
    """The first of these statements, each with the page of its review."""
    rows = list(rows[:most])
    for row in rows:
        row.address = reverse("admin:review_statement", args=[row._meta.model_name, row.pk])
    return rows


def edit_address(record: Record, page: str = "change") -> str:
    """The page of a record in the admin."""
    return admin_page(record, page, record_class(record.kind))


def admin_page(row, page: str = "change", model=None) -> str:
    meta = (model or row)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


def _changed() -> list:
    """What was published last of records, and corrected of figures and goods, the newest first."""
    rows = list(Revision.objects.live().select_related("record").order_by("-at", "-pk")[:SHOWN])
    for row in rows:
        row.address = edit_address(row.record)
    shown_with = (f"figure__{name}" for name in Figure.SHOWN_WITH)
    for row in Correction.objects.select_related("good", *shown_with)[:SHOWN]:
        row.record = row.figure or row.good
        row.address = admin_page(row.record)
        rows.append(row)
    return sorted(rows, key=lambda row: row.at, reverse=True)[:SHOWN]


def dashboard(user) -> dict:
    """What this user has to do, and how the base stands: of each a few rows and how many."""
    if not is_editor(user):
        return {}
    drafts = (
        Revision.objects.filter(author=user, state__in=["draft", "rejected"])
        .exclude(record__kind="action", record__published_at=None)
        .exclude(record__state=State.WITHDRAWN, record__published_at=None)
        .select_related("record", "reviewer")
        .order_by("-at")
    )
    gaps = Record.objects.filter(state__in=[State.DRAFT, State.IN_REVIEW]).exclude(
        pk__in=Citation.objects.filter(stance="supports").values("record")
    )
    lists = {
        "drafts": drafts,
        "for_me": for_reviewer(user),
        "reports": ErrorReport.objects.filter(state="open").select_related("record"),
        "gaps": gaps.order_by("-pk"),
        "disagreements": Disagreement.objects.undecided().for_pages(),
        "mismatches": Passage.objects.filter(anchoring="mismatch").select_related("source"),
    }
    found = {
        name: {"count": rows.count(), "rows": list(rows[:SHOWN])} for name, rows in lists.items()
    }
    found["drafts"]["statements"], found["for_me"]["statements"] = [], []
    for model in statements.MODELS:
        mine, others = statements.drafts(model, user), statements.for_reviewer(model, user)
        found["drafts"]["count"] += mine.count()
        found["for_me"]["count"] += others.count()
        found["for_me"]["statements"] += _to_review(others)
        drafted = list(mine[:SHOWN])
        remarks = statements.remarks(drafted)
        for row in drafted:
            row.address = admin_page(row)
            row.sent_back_by, row.remark = remarks.get(row.pk, ("", ""))
        found["drafts"]["statements"] += drafted
    found["changed"] = {"rows": _changed()}
    for name in ("drafts", "for_me"):
        for row in found[name]["rows"]:
            row.address = edit_address(row.record)
    for row in found["gaps"]["rows"]:
        row.address = edit_address(row)
    lacking = missing_evidence(as_subclasses(row.record for row in found["drafts"]["rows"]))
    for row in found["drafts"]["rows"]:
        row.lacking = next((text for key, text in lacking.items() if key.pk == row.record_id), ())

    def verbose_name(app, model):
        return apps.get_model(app, model)._meta.verbose_name

    found["may_edit"] = [
        (app, model, _("document") if model == "source" else verbose_name(app, model))
        for app, model in EDITING
        if user.has_perm(f"{app}.add_{model}")
    ]
    return found
