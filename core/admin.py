"""Base classes for the admin of all models: one search for all, and no lost updates."""

import logging
import re
import secrets
from contextlib import nullcontext
from copy import copy

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import unsaved
from core.changes import deleting, rows_changed, together
from core.conflicts import CHOICE, PageValues, choices, is_undecided, opened, pop_choices
from core.fields import DayField
from core.form_errors import clear_errors, form_errors
from core.forms import (
    DATABASE_REFUSED,
    ROW_KEY,
    AlreadySavedForm,
    MadeSlugForm,
    RefusedForm,
    RowsFormSet,
)
from core.models import SubmittedForm
from core.row_choices import choice_of_rows, show_chosen
from core.row_names import named_changes
from core.snapshot import digest, full_snapshot, rolled_back
from core.submissions import remember_sent, saved_before, sent
from core.uploads import keep

logger = logging.getLogger(__name__)
# What a page with two versions sends anew.
AGAIN = ("edition", "opened", "csrfmiddlewaretoken")
# The most words of a search that are used.
SEARCHED = 20
DAYS = {models.DateField: {"form_class": DayField}}


def first_words(term: str) -> str:
    """The first words of a search: each is a condition, and databases limit their number."""
    return " ".join(term.split()[:SEARCHED])


class Rows:
    """Base class of all inlines: rows in the form of the row that they belong to."""

    formset = RowsFormSet
    formfield_overrides = DAYS

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_of_rows(super().formfield_for_dbfield(db_field, request, **kwargs))


class DeskAdmin(admin.ModelAdmin):
    """Base class of every admin. If two editors change the same row, the second is warned; rows
    that others refer to are not deleted; each change gives readers' pages a new version.

    A slug that is made from a name is read-only once the row is saved.
    """

    # What is searched besides the search index, which has the names and words of most models.
    search_fields: tuple = ("slug__exact",)
    # The fields that a new row needs; the others are collapsed, so that a popup is quick to fill.
    first_fields: tuple = ()

    formfield_overrides = DAYS
    # The state of one request, which a copy of the admin handles. While `on_trial`, changes are
    # rolled back; `trial_result` is a snapshot of the row with those changes.
    on_trial = False
    trial_result: dict | None = None
    form_on_trial = None
    formsets: tuple = ()
    # Why the form cannot be saved; it is shown again with its values.
    refusal: str = ""
    # Whether the form shows entries that were kept for its user.
    is_restored = False
    # The row that the same form has added before.
    saved_before: SubmittedForm | None = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Handle a form. If the database refuses it, or its user may no longer change the row, save
        nothing and show the submitted values."""
        given = (request, object_id, form_url, extra_context or {})
        if unsaved.asks_for_entries(request):
            return copy(self).restored(*given)
        try:
            return copy(self).answered(*given)
        except IntegrityError:
            logger.warning("The database rejected values that a form had accepted.", exc_info=True)
            return self.shown_again(DATABASE_REFUSED, *given)
        except PermissionDenied:
            obj = self.get_object(request, unquote(object_id)) if object_id else None
            may_see = obj and self.has_view_permission(request, obj)
            if object_id is None:
                may_see = self.has_add_permission(request)
            if request.method != "POST" or not may_see:
                raise
            return self.shown_again(self.why_denied(obj), *given, status=403)

    def shown_again(self, refusal, request, *given, status=200):
        """The submitted form with the reason why nothing was saved."""
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        again = copy(self)
        again.refusal = refusal
        response = again.answered(request, *given)
        response.status_code = status
        return response

    def restored(self, request, object_id, *given):
        """The form with the entries that were kept for its user, without errors as yet, or without
        them if the user discards them."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        may_save = self.has_change_permission(request, obj)
        if not (may_save if obj else self.has_add_permission(request)):
            raise PermissionDenied
        if not unsaved.take_entries(request):
            return HttpResponseRedirect(request.get_full_path())
        self.is_restored = True
        return self.shown_again(unsaved.RESTORED, request, object_id, *given)

    def render_change_form(self, request, context, *args, **kwargs):
        """Add what the form's page says beside Django's: all errors in one list, which takes the
        place of Django's words, and the entries that were kept for the user."""
        form, inlines = context["adminform"], context["inline_admin_formsets"]
        for one in (form.form, *(row for inline in inlines for row in inline.formset.forms)):
            show_chosen(one)
        if self.is_restored:
            clear_errors(form.form, [inline.formset for inline in inlines])
        context |= {"problems": form_errors(form, inlines), "errors": []}
        if not context["is_popup"]:
            context |= unsaved.offered_entries(request, context.get("edition", ""))
        return super().render_change_form(request, context, *args, **kwargs)

    def why_denied(self, obj) -> str:
        """Why a user who may view a row could not save a form of it, in words."""
        return _(
            "Nothing was saved: your account is not allowed to do this. Copy what you have "
            "entered if you still need it."
        )

    def has_change_permission(self, request, obj=None):
        """Let a refused form be shown again with its values: it is never saved."""
        return bool(self.refusal) or super().has_change_permission(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if self.saved_before:
            return type(form)(
                form.__name__, (AlreadySavedForm, form), {"before": self.saved_before}
            )
        if self.refusal:
            return type(form)(form.__name__, (RefusedForm, form), {"refusal": self.refusal})
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_of_rows(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_search_results(self, request, queryset, search_term):
        """The rows that the site finds, the most relevant first unless the user has chosen an
        order."""
        text = search_term.replace("\0", " ").strip()
        found, repeated = super().get_search_results(request, queryset, first_words(text))
        if not text:
            return found, repeated
        rows = self.admin_site.look_up(queryset, text, found)
        if ORDER_VAR in request.GET:
            rows = rows.order_by(*queryset.query.order_by)
        return rows, repeated

    def answered(self, request, object_id, form_url, context):
        """The response to the form of a new or existing row, with a check for edit conflicts."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id is None:
            return self.added(request, form_url, context)
        gone = obj is None and ROW_KEY.fullmatch(object_id)
        if gone and request.method == "POST" and self.has_add_permission(request):
            return self.deleted(request, context)
        if obj is None or not self.has_view_or_change_permission(request, obj):
            return super().changeform_view(request, object_id, form_url, context)
        if request.method != "POST":
            return self.edited(request, obj, object_id, form_url, context)
        with together():
            try:
                obj = self.locked(obj)
            except ObjectDoesNotExist:
                return self.deleted(request, context)
            if self._is_outdated(request, obj) or is_undecided(request.POST):
                return self.conflict(request, obj, object_id, form_url, context)
            return self.edited(request, obj, object_id, form_url, context)

    def _is_outdated(self, request, obj) -> bool:
        """Whether somebody has saved the row since its form was opened."""
        return request.POST.get("edition", "") not in ("", str(self.edition(obj)))

    def added(self, request, form_url, context):
        """The response to the form of a new row. It adds one row, however often it is sent."""
        token, self.saved_before = unsaved.page_of(request.POST), saved_before(request)
        if self.saved_before and self.saved_before.sent == sent(request):
            words = _("“%s” is saved. You sent the form twice; it was added only once.")
            self.message_user(request, words % self.saved_before, messages.WARNING)
            return HttpResponseRedirect(self.saved_before.address)
        if self.saved_before or not token:
            token = secrets.token_hex(16)
        context = context | {"form_token": token}
        with together() if request.method == "POST" else nullcontext():
            return super().changeform_view(request, None, form_url, context)

    def deleted(self, request, context):
        """The form of a row that somebody has deleted since it was opened, as that of a new row."""
        data = request.POST.copy()
        for formset, _inline in self.get_formsets_with_inlines(request):
            formset.as_new(data)
        request.POST = data
        words = _(
            "Somebody has deleted this since you opened it. To add it again with the values below, "
            "save it."
        )
        name = f"{self.opts.app_label}_{self.opts.model_name}_add"
        given = (request, None, reverse(f"{self.admin_site.name}:{name}"), context)
        return self.shown_again(words, *given, status=409)

    def locked(self, obj):
        """The current row, locked until the end of the transaction."""
        return self.model.objects.select_for_update().get(pk=obj.pk)

    def edition(self, obj):
        """A text that changes with every change of the row or of the rows that belong to it."""
        return digest(self.content(obj))

    def content(self, obj) -> dict:
        """A snapshot of the row as editors last saved it."""
        return full_snapshot(obj)

    def _entries(self, obj):
        """The admin log entries of a row, the newest first."""
        return LogEntry.objects.filter(
            content_type=get_content_type_for_model(obj), object_id=str(obj.pk)
        ).order_by("-pk")

    def last_saved(self, obj):
        """The user who last saved a row, and when; None for both if unknown."""
        entry = self._entries(obj).select_related("user").first()
        return (entry.user, entry.action_time) if entry else (None, None)

    def edited(self, request, obj, object_id, form_url, context):
        """The response to the form of a row, which carries the edition that the editor opened."""
        if any(name.startswith(CHOICE) for name in request.POST):
            data = request.POST.copy()
            self.page_values(request, obj).apply_choices(data)
            request.POST = data
        seen = request.POST.get("edition") or self.edition(obj)
        context = context | {"edition": seen}
        response = super().changeform_view(request, object_id, form_url, context)
        if hasattr(response, "render") and "adminform" in response.context_data:
            response.context_data["opened"] = request.POST.get("opened") or self._opened(response)
        return response

    def _opened(self, response) -> str:
        """What an editor opens, for comparison once the form is sent."""
        shown = response.context_data
        formsets = [inline.formset for inline in shown["inline_admin_formsets"]]
        return PageValues(shown["adminform"].form, formsets).signed()

    def page_values(self, request, obj) -> PageValues:
        """The values of the page as it is shown now."""
        page, obj = copy(request), self.as_edited(request, obj)
        page.method = "GET"
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(page, obj, change=True, fields=fields)(instance=obj)
        formsets = [
            made(**self.get_formset_kwargs(page, obj, inline, made.get_default_prefix()))
            for made, inline in self.get_formsets_with_inlines(page, obj)
        ]
        return PageValues(form, formsets)

    def as_edited(self, request, obj):
        """The row as editors last saved it."""
        return obj

    def conflict(self, request, obj, object_id, form_url, context):
        """A page that compares the saved version with this form, or the form if it is invalid.

        Values that the editor has not changed are replaced with those saved since.
        """
        self.on_trial = True
        now, data = self.page_values(request, obj), request.POST.copy()
        chosen, undecided = pop_choices(data), not self._is_outdated(request, obj)
        taken = now.take_untouched(data, opened(data))
        now.readd_changed(data, opened(data))
        request.POST = data
        theirs, (who, at) = self.content(obj), self.last_saved(obj)
        with rolled_back():
            answer = self.edited_on_trial(request, obj, object_id, form_url, context)
            formsets = self.formsets
            if hasattr(answer, "render"):
                inlines = answer.context_data.get("inline_admin_formsets", ())
                formsets = [inline.formset for inline in inlines]
            self._tell_of_conflict(request, obj, who, formsets, undecided)
            if hasattr(answer, "render"):
                answer.render()
            inputs = now.inputs(self.form_on_trial, self.formsets) if self.trial_result else {}
        if self.trial_result is None:
            return answer
        now.mark_same(self.formsets, data)
        found = named_changes(type(obj), theirs, self.trial_result)
        # The files are found again under their tokens.
        for name, files in request.FILES.lists():
            data.setlist(f"{name}-kept", [keep(file) for file in files])
        given = [(name, value) for name, values in data.lists() for value in values]
        context = {
            "title": _("Two versions"),
            "original": obj,
            "at": at,
            "changes": found,
            "choices": choices(found, inputs, now, data, chosen),
            "undecided": undecided,
            "taken": taken,
            "given": [pair for pair in given if pair[0] not in AGAIN],
            "files": [file.name for _name, files in request.FILES.lists() for file in files],
            "edition": self.edition(obj),
            "opened": now.signed(),
        }
        return self.page(request, "admin/conflict.html", context, 409)

    def _tell_of_conflict(self, request, obj, who, formsets, undecided):
        """Tell the editor who saved the row, or what is still to be decided, and which rows in the
        form have been deleted since."""
        words = _(
            "%(who)s has saved “%(record)s” since you opened it. Your changes are not saved yet."
        )
        if undecided:
            words = _("Your changes are not saved yet. Choose a value where none is chosen.")
        self.message_user(
            request, words % {"who": who or _("Somebody"), "record": obj}, messages.ERROR
        )
        if gone := [row for formset in formsets for row in formset.missed()]:
            words = _("Rows deleted since then are left out of your version: %s.")
            self.message_user(request, words % "; ".join(gone), messages.WARNING)

    def edited_on_trial(self, request, obj, object_id, form_url, context):
        """The response to a form whose changes are rolled back."""
        return self.edited(request, obj, object_id, form_url, context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.form_on_trial, self.formsets = form, formsets
        if self.on_trial:
            self.trial_result = full_snapshot(self.model.objects.get(pk=form.instance.pk))
        else:
            if not change:
                remember_sent(request, form.instance, self.address(form.instance))
            unsaved.forget_entries(request)
            self.saved(request, form, change)

    def saved(self, request, form, change):
        """Hook: called after a row and its children are saved, but not on trial."""

    def response_change(self, request, obj):
        """On trial, only redirect: the real response follows once the changes are saved."""
        if self.trial_result is not None:
            return HttpResponseRedirect(self.address(obj))
        return super().response_change(request, obj)

    def address(self, obj, page="change") -> str:
        name = f"{obj._meta.app_label}_{obj._meta.model_name}_{page}"
        return reverse(f"{self.admin_site.name}:{name}", args=[obj.pk])

    def page(self, request, template, context, status=200):
        """A page of the admin about rows of this model."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, shared | context, status=status)

    def get_object(self, request, object_id, from_field=None):
        """The row, or None if it does not exist or the key is malformed."""
        found = ROW_KEY.fullmatch(str(object_id))
        return super().get_object(request, object_id, from_field) if found else None

    def log_addition(self, request, obj, message):
        rows_changed(obj)
        return super().log_addition(request, obj, message)

    @transaction.atomic
    def log_change(self, request, obj, message):
        rows_changed(obj)
        return super().log_change(request, obj, message)

    @transaction.atomic
    def delete_model(self, request, obj):
        with deleting([obj]):
            super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        with deleting(queryset):
            super().delete_queryset(request, queryset)

    def has_delete_permission(self, request, obj=None):
        """Deny it for rows with protected references, without Django's page that lists those."""
        if obj and any(
            relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists()
            for relation in self.model._meta.get_fields(include_hidden=True)
            if getattr(relation, "on_delete", None) is models.PROTECT
        ):
            return False
        return super().has_delete_permission(request, obj)

    def get_changeform_initial_data(self, request):
        """Initial values from the query string, without malformed keys of related rows."""
        given = super().get_changeform_initial_data(request)
        names = {field.name for field in self.opts.get_fields() if field.is_relation}
        return {
            name: value
            for name, value in given.items()
            if name not in names or re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*", str(value))
        }

    def get_fieldsets(self, request, obj=None):
        if obj or not self.first_fields:
            return super().get_fieldsets(request, obj)
        names = self.get_fields(request, obj)
        others = [name for name in names if name not in self.first_fields]
        return [
            (None, {"fields": self.first_fields}),
            (_("More fields"), {"fields": others, "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        fixed = ("slug",) if obj and issubclass(self.form, MadeSlugForm) else ()
        return (*super().get_readonly_fields(request, obj), *fixed)
