"""The pages on which editors propose a change of a person, organization or source."""

from copy import copy
from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from core.changes import together
from core.fields import say_dates
from core.models import Proposable
from core.snapshot import digest, rolled_back
from core.unsaved import asks_for_entries, forget_entries, take_entries
from relations import workflow
from relations.models.restoring import unsaved_row
from relations.preview import preview
from relations.remarks import show_remarks
from relations.steps import attempt
from relations.workflow_admin import review_address


class ProposalForm(forms.ModelForm):
    """The columns of a row with the reason for the change."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("For the reviewer, and for the history."),
    )


def may_propose(user, row) -> bool:
    """Whether the user may propose a change of a row: readers see it, and editors may change
    others of its kind."""
    meta = row._meta
    may = user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
    return may and isinstance(row, Proposable) and row.is_public


def proposed_row(row: Proposable):
    """A copy of the row with its pending change, for a form, and that change, None if there is
    none. Raises ValidationError if the change can no longer be saved."""
    waiting = workflow.open_revision(row)
    return unsaved_row(row, waiting.snapshot) if waiting else copy(row), waiting


def edition_of(row: Proposable) -> str:
    """A text that changes with every change to the row and with every step of a proposal."""
    return digest([row.as_version(), workflow.edition(row)])


def _subject(model_admin, request, object_id) -> Proposable:
    """The row of a page of its proposal. Raises Http404 if it does not exist, and PermissionDenied
    if the user may not propose a change."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not may_propose(request.user, row):
        raise PermissionDenied
    return row


def propose(model_admin, request, object_id):
    """Show the form of a proposal, or save it as a draft or submit it for review."""
    row, model_admin = _subject(model_admin, request, object_id), copy(model_admin)
    if asks_for_entries(request):
        if not take_entries(request):
            return redirect(request.get_full_path())
        model_admin.is_restored = True
    left_alone = {"slug", *row.UNVERSIONED}
    made = forms.modelform_factory(
        type(row),
        form=ProposalForm,
        fields=[
            field.name
            for field in row._meta.concrete_fields
            if field.editable and not field.primary_key and field.name not in left_alone
        ],
        formfield_callback=partial(model_admin.formfield_for_dbfield, request=request),
    )
    try:
        shown, waiting = proposed_row(row)
    except ValidationError as error:
        model_admin.message_user(request, " ".join(error.messages), messages.WARNING)
        shown, waiting = copy(row), workflow.open_revision(row)
    initial = {"reason": waiting.reason} if waiting else {}
    form = made(request.POST or None, instance=shown, initial=initial)
    sent = request.method == "POST" and not model_admin.is_restored
    if sent and form.is_valid() and _save(model_admin, request, row, form):
        return redirect(model_admin.address(row, "propose"))
    return _page(model_admin, request, row, form, waiting)


@together()
def _save(model_admin, request, row, form) -> bool:
    """Save the proposal and take the step of the pressed button; False with an error in the form
    if somebody else has saved the row or its proposal."""
    row = workflow.locked(row)
    if request.POST.get("edition") != edition_of(row):
        form.add_error(
            None,
            _(
                "Somebody has changed “%s” since you opened this page. Copy what you have entered, "
                "reload the page and enter it again."
            )
            % row,
        )
        return False
    forget_entries(request)
    reason, values = form.cleaned_data["reason"], form.instance.as_version()
    revision = workflow.save_pending(row, values, request.user, reason)
    if revision is None:
        model_admin.message_user(request, _("Nothing has changed."), messages.INFO)
        return True
    say_dates(request, [form])
    model_admin.log_change(request, row, f"#{revision.number} {reason}")
    if "_submit" in request.POST:
        attempt(model_admin, request, workflow.submit, [row], reason)
    else:
        words = _("Your change is saved as a draft. Readers still see the published version.")
        model_admin.message_user(request, words, messages.SUCCESS)
    return True


def _page(model_admin, request, row, form, waiting):
    if waiting:
        show_remarks(waiting, form, [])
    adminform = AdminForm(form, [(None, {"fields": list(form.fields)})], {}, (), model_admin)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Propose a change of “%s”") % row,
        "original": row,
        "is_popup": False,
        "adminform": adminform,
        "errors": AdminErrorList(form, []),
        "inline_admin_formsets": [],
        "media": model_admin.media + adminform.media,
        "waiting": waiting,
        "review": waiting and review_address(waiting),
        "may_discard": waiting and workflow.may_discard(row, request.user),
        "outdated_since": waiting and waiting.base != row.version and row.version,
        "edition": request.POST.get("edition") or edition_of(row),
        "opened": "",
        "is_proposal": True,
    }
    response = model_admin.render_change_form(request, context, change=True, obj=row)
    response.template_name = "admin/proposal.html"
    response.status_code = 400 if form.is_bound and not model_admin.is_restored else 200
    return response


def discard(model_admin, request, object_id):
    """Discard the pending proposal; it stays in the history."""
    row = _subject(model_admin, request, object_id)
    if request.method != "POST":
        raise PermissionDenied
    try:
        workflow.discard(row, request.user)
    except ValidationError as error:
        model_admin.message_user(request, " ".join(error.messages), messages.ERROR)
    else:
        model_admin.log_change(request, row, str(_("Change discarded")))
        words = _("The change is discarded. It stays in the history.")
        model_admin.message_user(request, words)
    return redirect(model_admin.address(row))


def preview_proposal(model_admin, request, object_id):
    """The public page as it would be with the proposal."""
    row = _subject(model_admin, request, object_id)
    try:
        with rolled_back():
            return preview(request, row, workflow.open_revision(row))
    except ValidationError as error:
        words = " ".join(error.messages)
    except IntegrityError:
        words = _("This draft conflicts with newer data. Check it and save it again.")
    model_admin.message_user(request, words, messages.ERROR)
    return redirect(model_admin.address(row))
