"""The publication workflow in the admin: save, submit, review, publish, withdraw, restore."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.admin import DeskAdmin
from core.changes import together
from core.forms import DATABASE_REFUSED
from core.row_names import RowNames
from core.snapshot import changes, rolled_back
from core.unsaved import forget_entries
from relations import form_context, publication, side_rows, workflow
from relations.models import Revision, State
from relations.models.publishable import SHOWN, PublicationRefused
from relations.models.restoring import TRIED, restore, unsaved_row
from relations.models.revision import BaseRevision
from relations.preview import preview
from relations.remarks import show_remarks
from relations.steps import attempt, leave_undecided, step_message

# The maximum number of rows to withdraw at once: their ids are in the URL of the reason page.
MOST = 200
# The steps by the names of the buttons that take them. "_submit_next" goes on with the same source.
STEPS = {
    "_publish": workflow.publish,
    "_submit": workflow.submit,
    "_submit_next": workflow.submit,
}


def review_address(revision: BaseRevision) -> str:
    """The URL of the page on which an open revision is reviewed."""
    if isinstance(revision, Revision):
        return reverse("admin:review", args=[revision.pk])
    of = revision.record_model()._meta.model_name
    return reverse("admin:review_row", args=[of, revision.record_id])


def versions(request, obj, may_restore: bool = False) -> dict:
    """The context of a page with all versions of a row."""
    people = ("author", "reviewer", "publisher")
    rows = obj.revisions.select_related(*people).order_by("-number")
    page = Paginator(rows, 25).get_page(request.GET.get("p"))
    shown, pairs = [], rows.preceded(page)
    names = RowNames((type(obj), one.snapshot) for pair in pairs for one in pair if one)
    for number, (row, before) in enumerate(pairs):
        row.changes = changes(type(obj), before and before.snapshot, row.snapshot, names)
        newest = number == 0 and page.number == 1
        row.may_restore = may_restore and not newest and bool(row.snapshot["record"])
        shown.append(row)
    title = _("Versions of “%s”") % obj
    return {"title": title, "original": obj, "object": obj, "page": page, "shown": shown}


class ReasonForm(forms.Form):
    """The public reason for a withdrawal."""

    reason = forms.CharField(
        label=_("Public reason"),
        max_length=300,
        help_text=_("Readers see it at the page's address and in the log of corrections."),
    )


class WorkflowAdmin(DeskAdmin):
    """Admin for records, figures and goods, with the steps of relations.workflow. A change to a row
    that readers have seen is saved as a revision beside it."""

    change_form_template = "admin/publishing_change_form.html"
    # The form has its own link to the page, shown only if the row is published.
    view_on_site = False
    actions = ("submit_selected", "publish_selected", "withdraw_selected")
    readonly_fields = ("state", "version", "published_at")
    # The last fieldset of the form: identifier, state and reason.
    progress = ("slug", "state", "version", "published_at", "reason")
    # The fields whose values are filled in again in the next form of the same session.
    remembered: tuple = ()
    # Set per request: whether a step was refused, and the row as the form shows it.
    step_refused = False
    shown_row = None

    def has_publish_permission(self, request):
        return request.user.has_perm(workflow.PUBLISH)

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(("slug",) if obj else ()))

    def get_urls(self):
        pages = {
            "withdraw/": ("withdraw", self.withdraw_view),
            "<path:object_id>/preview/": ("preview", self.preview),
            "<path:object_id>/restore/": ("restore", self.restore_view),
            "<path:object_id>/drop/": ("drop", self.discard_view),
        }
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{name}_{page}")
            for route, (page, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        context = (extra_context or {}) | {
            "may_submit": obj is None or obj.state not in SHOWN or self.seen_by_readers(obj),
            "may_publish": request.user.has_perm(workflow.PUBLISH),
            "may_publish_now": self.may_publish_now(request, obj),
        }
        return super().changeform_view(request, object_id, form_url, context)

    def get_changeform_initial_data(self, request):
        """The values in the query string, those of the row to copy, or those saved last."""
        names = flatten_fieldsets(self.get_fieldsets(request))
        filled_in = form_context.prefilled(request, self.model, names, self.remembered)
        return filled_in | super().get_changeform_initial_data(request)

    def render_change_form(self, request, context, *args, **kwargs):
        row = context["original"]
        context["beside"] = form_context.beside(request, self.model, row)
        if row is None:
            context["opened_from"] = form_context.opened_source(request)
            context["filled_in"] = form_context.filled_in(request, self.model, self.remembered)
        if (waiting := context.get("waiting")) and waiting.remarks:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            show_remarks(waiting, context["adminform"].form, formsets)
        return super().render_change_form(request, context, *args, **kwargs)

    def subject(self, request, object_id):
        """The row of a custom page. Raises Http404 if it does not exist, and PermissionDenied if
        the user may not view it."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj

    def may_publish_now(self, request, obj) -> bool:
        """Whether the user may publish from the form: alone, or a pending change by others."""
        user = request.user
        if user.has_perm(workflow.ALONE) or not user.has_perm(workflow.PUBLISH):
            return user.has_perm(workflow.ALONE)
        waiting = obj and workflow.open_revision(obj)
        pending = waiting and waiting.state == BaseRevision.State.PENDING
        return bool(pending) and user.pk not in workflow.authors(obj)

    def seen_by_readers(self, obj) -> bool:
        """Whether readers have seen it; changes are then saved as a revision beside it."""
        return obj.published_at is not None

    def take_step(self, request, obj, reason):
        """Take the workflow step of the button that was pressed."""
        # `_different` holds the step that was requested before the duplicate check.
        asked = {*request.POST, request.POST.get("_different")}
        for name, step in STEPS.items():
            if name in asked:
                said = _("It is saved, but not published.") if name == "_publish" else ""
                self.step_refused = not attempt(self, request, step, [obj], reason, said=said)

    def response_add(self, request, obj, post_url_continue=None):
        """Go on from a form that was opened from a source: to the next one, or to the source."""
        if refused := self._stay_if_refused(obj):
            return refused
        response = super().response_add(request, obj, post_url_continue)
        source = form_context.opened_source(request)
        if source is None or {IS_POPUP_VAR, "_continue"} & set(request.POST):
            return response
        asked = {*request.POST, request.POST.get("_different")}
        if {"_submit_next", "_addanother"} & asked:
            return redirect(f"{request.path}?source={source.pk}")
        return redirect("admin:sources_source_change", source.pk)

    def response_change(self, request, obj):
        return self._stay_if_refused(obj) or super().response_change(request, obj)

    def _stay_if_refused(self, obj):
        """A redirect back to the form if the step was refused; the submitted values are saved."""
        return redirect(self.address(obj)) if self.step_refused else None

    @admin.action(description=_("Submit selected rows for review"), permissions=["change"])
    def submit_selected(self, request, queryset):
        attempt(self, request, workflow.submit, queryset)

    @admin.action(description=_("Publish selected rows"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        """Publish edited or previously shown rows one by one, unchanged imported rows in bulk."""
        open_ones = self.model.revision_model().objects.open().values("record")
        written = Q(pk__in=open_ones) | Q(state__in=SHOWN)
        listed = leave_undecided(self, request, queryset.exclude(written))
        # Treaty steps are published one by one: each needs a public treaty.
        if self.model.part_of_field():
            written, listed = Q(), self.model.objects.none()
        attempt(self, request, workflow.publish, list(queryset.filter(written)))
        if count := listed.count():
            try:
                publication.publish_all(listed, request.user)
            except PublicationRefused as error:
                self.message_user(request, " ".join(error.messages[:10]), messages.ERROR)
            else:
                self.message_user(request, step_message(workflow.publish, count), messages.SUCCESS)

    @admin.action(description=_("Withdraw selected rows from readers …"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        if queryset.count() > MOST:
            text = _("You can withdraw at most %d rows at a time. Select fewer rows.") % MOST
            return self.message_user(request, text, messages.ERROR)
        keys = "&".join(f"row={pk}" for pk in queryset.values_list("pk", flat=True))
        name = f"{self.opts.app_label}_{self.opts.model_name}_withdraw"
        return redirect(f"{reverse(f'{self.admin_site.name}:{name}')}?{keys}")

    def withdraw_view(self, request):
        """Ask for the public reason and withdraw all of these rows, or none."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        keys = [key for key in request.GET.getlist("row") if key.isdecimal() and len(key) < 19]
        rows = self.model.objects.with_related().filter(pk__in=keys, state=State.PUBLISHED)
        form = ReasonForm(request.POST or None)
        if rows and form.is_valid() and self._withdrawn(request, rows, form):
            self.message_user(request, step_message(workflow.withdraw, len(rows)), messages.SUCCESS)
            name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
            return redirect(f"{self.admin_site.name}:{name}")
        context = {"title": _("Withdraw from readers"), "rows": rows, "form": form}
        return self.page(request, "admin/withdraw.html", context, 400 if form.is_bound else 200)

    def _withdrawn(self, request, rows, form) -> bool:
        """Withdraw all rows and return True, or withdraw none and add the errors to the form."""
        try:
            with together():
                for row in rows:
                    workflow.withdraw(row, request.user, form.cleaned_data["reason"])
                    self.log_change(request, row, form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        return True

    def has_delete_permission(self, request, obj=None):
        """Rows that readers have seen are withdrawn, never deleted. Reviewers may delete other
        rows, and the only author of a draft may delete it."""
        if obj and (obj.state in SHOWN or obj.parts().exclude(published_at=None).exists()):
            return False
        if obj and not request.user.has_perm(workflow.REVIEW):
            theirs = workflow.authors(obj) == {request.user.pk}
            if obj.state != State.DRAFT or not theirs:
                return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def edition(self, obj):
        return workflow.edition(obj)

    def locked(self, obj):
        return workflow.locked(obj)

    def edited(self, request, obj, object_id, form_url, context):
        """Show the last saved values. A change to a row that readers have seen is saved on trial,
        rolled back and stored as a revision."""
        waiting = workflow.open_revision(obj)
        context = context | {"waiting": waiting, "outdated_since": self._behind(obj, waiting)}
        context["review"] = waiting and review_address(waiting)
        context["may_discard"] = waiting and workflow.may_discard(obj, request.user)
        if request.method != "POST":
            self.shown_row = self._pending_row(request, obj, waiting)
        if request.method != "POST" or not self.seen_by_readers(obj):
            return super().edited(request, obj, object_id, form_url, context)
        self.on_trial = True
        with rolled_back():
            keys = side_rows.newest_keys()
            if not self._lay_out(request, obj, waiting) and names_unsaved_rows(request.POST):
                # Rows that the form showed cannot be restored: saving would lose them.
                self.refusal = DATABASE_REFUSED
            response = super().edited(request, obj, object_id, form_url, context)
            # Render before the rollback, while the rows of the trial exist.
            if hasattr(response, "render"):
                response.render()
            made = side_rows.since(keys)
        return response if self.trial_result is None else self._save_pending(request, obj, made)

    def as_edited(self, request, obj):
        return self._pending_row(request, obj, workflow.open_revision(obj)) or obj

    def get_object(self, request, object_id, from_field=None):
        return self.shown_row or super().get_object(request, object_id, from_field)

    def _pending_row(self, request, obj, waiting):
        """The row with its open revision applied; None if there is none or it no longer fits."""
        if not waiting or not self.seen_by_readers(obj):
            return None
        try:
            return unsaved_row(obj, waiting.snapshot)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.WARNING)
            return None

    def _lay_out(self, request, obj, waiting) -> bool:
        """Restore the pending change, and return whether that was possible; a warning says why it
        was not."""
        if not waiting:
            return True
        try:
            with transaction.atomic():
                restore(type(obj).objects.get(pk=obj.pk), waiting.snapshot, trying=True)
        except ValidationError as error:
            words = " ".join(error.messages)
        except IntegrityError:
            words = _("The pending change conflicts with newer data.")
        else:
            return True
        self.message_user(request, words, messages.WARNING)
        return False

    def _behind(self, obj, waiting):
        """The published version if it is newer than the base of an open revision, else None."""
        outdated = waiting and self.seen_by_readers(obj) and waiting.base != obj.version
        return obj.version if outdated else None

    def saved(self, request, form, change):
        """Save a version of a row that readers have not seen, if anything changed, and take the
        requested step. A notice says if the row has left review."""
        row, reason = form.instance, form.cleaned_data.get("reason", "")
        form_context.remember_entries(request, row, self.remembered)
        if not change or any(one.has_changed() for one in (form, *self.formsets)):
            self._save_draft(request, row, reason)
        self.take_step(request, self.model.objects.get(pk=row.pk), reason)

    def _save_draft(self, request, row, reason):
        row = self.model.objects.get(pk=row.pk)
        waited = State.IN_REVIEW in (row.state, getattr(row.part_of(), "state", ""))
        changed = workflow.save_draft(row, request.user, reason)
        if changed and waited and STEPS.keys().isdisjoint(request.POST):
            text = _("It was in review and is a draft again. Submit it for review again.")
            self.message_user(request, text, messages.WARNING)

    def _save_pending(self, request, obj, made):
        """Save the result of the trial as a revision, with the passages and pairs it created."""
        reason = request.POST.get("reason", "").strip()
        side_rows.create(made)
        forget_entries(request)
        revision = workflow.save_pending(obj, self.trial_result, request.user, reason)
        if revision is None:
            self.message_user(request, _("Nothing has changed."), messages.INFO)
            return redirect(self.address(obj))
        self.log_change(request, obj, f"#{revision.number} {reason}")
        self.take_step(request, obj, reason)
        if STEPS.keys().isdisjoint(request.POST):
            text = _("Your change is saved as a draft. Readers still see the published version.")
            self.message_user(request, text, messages.SUCCESS)
        return redirect(self.address(obj))

    def edited_on_trial(self, request, obj, object_id, form_url, context):
        if self.seen_by_readers(obj):
            self._lay_out(request, obj, workflow.open_revision(obj))
        return super().edited(request, obj, object_id, form_url, context)

    def content(self, obj):
        return workflow.content(obj, workflow.open_revision(obj))

    def last_saved(self, obj):
        newest = obj.revisions.select_related("author").first()
        return (newest.author, newest.at) if newest else (None, None)

    @method_decorator(require_safe)
    def preview(self, request, object_id):
        """The page of the record as readers would see it if the latest draft were published."""
        obj = self.subject(request, object_id)
        try:
            with rolled_back():
                return preview(request, obj, workflow.open_revision(obj))
        except ValidationError as error:
            words = " ".join(error.messages)
        except IntegrityError:
            words = _("This draft conflicts with newer data. Check it and save it again.")
        self.message_user(request, words, messages.ERROR)
        return redirect(self.address(obj))

    def history_view(self, request, object_id, extra_context=None):
        """All versions, with author, time, reason and changes."""
        obj = self.subject(request, object_id)
        context = versions(request, obj, self.has_change_permission(request, obj))
        context |= {"edition": self.edition(obj)} | (extra_context or {})
        return self.page(request, "admin/versions.html", context)

    def restore_view(self, request, object_id):
        """Restore an earlier version as a draft; readers see it once it is published."""
        obj = self.subject(request, object_id)
        if request.method != "POST" or not self.has_change_permission(request, obj):
            raise PermissionDenied
        number = request.POST.get("number", "")
        if not number.isdecimal() or len(number) > 9:
            raise Http404
        row = obj.revisions.filter(number=int(number)).first()
        if row is None:
            raise Http404
        reason = str(_("Version %d restored") % row.number)
        try:
            self._restore(request, obj, row, reason)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(self.address(obj, "history"))
        self.message_user(request, _("Restored as a draft. Check it and submit it for review."))
        return redirect(self.address(obj))

    @together()
    def _restore(self, request, obj, row, reason):
        obj = workflow.locked(obj)
        if request.POST.get("edition", "") not in ("", str(self.edition(obj))):
            who, _at = self.last_saved(obj)
            raise ValidationError(
                _("%(who)s has saved “%(record)s” since you opened this page. Check it again.")
                % {"who": who or _("Somebody"), "record": obj}
            )
        workflow.restore_version(obj, row, request.user, reason)
        self.log_change(request, obj, reason)

    def discard_view(self, request, object_id):
        """Discard the open revision of a row that readers have seen."""
        obj = self.subject(request, object_id)
        if request.method != "POST":
            raise PermissionDenied
        try:
            workflow.discard(obj, request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.log_change(request, obj, str(_("Change discarded")))
            self.message_user(request, _("The change is discarded. It stays in the history."))
        return redirect(self.address(obj))


def names_unsaved_rows(data) -> bool:
    """Whether a form names rows that only the snapshot of a pending change holds."""
    keys = (value for name, value in data.items() if name.endswith(("-id", "-record_ptr")))
    return any(key.isdecimal() and int(key) >= TRIED for key in keys)
