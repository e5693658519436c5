"""What the admin of all models shares: search in any script, and no lost updates."""

import logging
import re
from copy import copy

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError, models, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import EdtfFormField
from core.folding import fold
from core.forms import ROW_KEY, RefusedForm, RowsFormSet
from core.models import BaseVersion
from core.snapshot import changes, digest, full_snapshot, rolled_back

logger = logging.getLogger(__name__)
# How many words of a search count.
SEARCHED = 20


def say_dates(request, rows):
    """Tell the editor what was understood of the dates that they typed otherwise than in EDTF."""
    for form in rows:
        for name in form.changed_data:
            if isinstance(form.fields[name], EdtfFormField) and name in form.cleaned_data:
                text, value = str(form[name].data).strip(), form.cleaned_data[name]
                if text != str(value):
                    said = {"text": text, "date": value, "words": value.describe()}
                    words = _("“%(text)s” is understood as %(date)s (%(words)s).") % said
                    messages.info(request, words)


class RowChoice(RelatedFieldWidgetWrapper):
    """A choice of rows; what is sent and can be the key of none is refused as no row is."""

    def value_from_datadict(self, data, files, name):
        given = super().value_from_datadict(data, files, name)
        if isinstance(given, list):
            return [key if ROW_KEY.fullmatch(str(key)) else "0" for key in given]
        return given if not given or ROW_KEY.fullmatch(str(given)) else "0"


def choice_of_rows(field):
    """The form field of a foreign key, beside which stands a way to make a missing row and to
    look at the chosen one, none to change or delete it from here."""
    if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
        of = field.widget
        ways = {name: getattr(of, name) for name in ("can_add_related", "can_view_related")}
        field.widget = RowChoice(of.widget, of.rel, of.admin_site, **ways)
    return field


def first_words(term: str) -> str:
    """The first words of a search: each is a condition, of which a base takes only so many."""
    return " ".join(term.split()[:SEARCHED])


class Rows:
    """Rows within the form of the one that they belong to; the base of all inlines."""

    formset = RowsFormSet

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_of_rows(super().formfield_for_dbfield(db_field, request, **kwargs))


class DeskAdmin(admin.ModelAdmin):
    """The base of all. Of two who change one row the second is told, rows on which others rest are
    not deleted, and whatever is saved or deleted here is another version of what readers see.

    A search in `folded` ignores case and accents. With `slug_from` the identifier follows what is
    typed there, and stays once the row is saved.
    """

    search_fields: tuple = ("folded", "slug")
    slug_from: tuple = ()
    # What a new row needs; the rest is tucked away, so that it is quickly made from a popup.
    first_fields: tuple = ()

    fold_search = True
    # What is known while one form is answered: each is answered by a copy of the admin. While
    # `on_trial`, what the form saves is rolled back; `trial_result` is the row as it would be.
    on_trial = False
    trial_result: dict | None = None
    formsets: tuple = ()
    database_refused = False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """What the base refuses after all comes back as it was typed, and nothing of it is kept."""
        given = (request, object_id, form_url, extra_context or {})
        try:
            return copy(self).answered(*given)
        except IntegrityError:
            logger.warning("The base refused what a form let pass.", exc_info=True)
            for file in request.FILES.values():
                file.seek(0)
            again = copy(self)
            again.database_refused = True
            return again.answered(*given)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if self.database_refused:
            return type(form)(form.__name__, (RefusedForm, form), {})
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_of_rows(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_search_results(self, request, queryset, search_term):
        words = first_words(search_term)
        words = fold(words) if self.fold_search else words
        return super().get_search_results(request, queryset, words)

    def answered(self, request, object_id, form_url, context):
        """The form of a row that is there or new, or its answer."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if obj is None or not self.has_view_or_change_permission(request, obj):
            return super().changeform_view(request, object_id, form_url, context)
        if request.method != "POST":
            return self.edited(request, obj, object_id, form_url, context)
        with transaction.atomic():
            obj = self.locked(obj)
            seen = request.POST.get("edition")
            if seen is not None and seen != str(self.edition(obj)):
                return self.conflict(request, obj, object_id, form_url, context)
            return self.edited(request, obj, object_id, form_url, context)

    def locked(self, obj):
        """The row as it now is, which nobody else changes until the end of the transaction."""
        return self.model.objects.select_for_update().get(pk=obj.pk)

    def edition(self, obj):
        """What is another after each change of a row and of what belongs to it."""
        return digest(self.content(obj))

    def content(self, obj) -> dict:
        """A row as editors last left it."""
        return full_snapshot(obj)

    def _entries(self, obj):
        """What the admin's log says of a row."""
        return LogEntry.objects.filter(
            content_type=get_content_type_for_model(obj), object_id=str(obj.pk)
        ).order_by("-pk")

    def last_saved(self, obj):
        """Who has saved a row last, and when."""
        entry = self._entries(obj).select_related("user").first()
        return (entry.user, entry.action_time) if entry else (None, None)

    def edited(self, request, obj, object_id, form_url, context):
        """The form of a row, or its answer; its number of edition goes with it."""
        seen = request.POST.get("edition") or self.edition(obj)
        context = context | {"edition": seen}
        return super().changeform_view(request, object_id, form_url, context)

    def conflict(self, request, obj, object_id, form_url, context):
        """Both versions side by side: what somebody else has saved, and what is in this form."""
        self.on_trial = True
        theirs, (who, at) = self.content(obj), self.last_saved(obj)
        with rolled_back():
            answer = self.edited_on_trial(request, obj, object_id, form_url, context)
            formsets = self.formsets
            if hasattr(answer, "render"):
                inlines = answer.context_data.get("inline_admin_formsets", ())
                formsets = [inline.formset for inline in inlines]
            self._tell_of_conflict(request, obj, who, formsets)
            if hasattr(answer, "render"):
                answer.render()
        if self.trial_result is None:
            return answer
        given = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            "title": _("Two versions"),
            "original": obj,
            "who": who,
            "at": at,
            "changes": changes(type(obj), theirs, self.trial_result),
            "given": [pair for pair in given if pair[0] not in ("edition", "csrfmiddlewaretoken")],
            "files": [file.name for file in request.FILES.values()],
            "edition": self.edition(obj),
        }
        return self.page(request, "admin/conflict.html", context, 409)

    def _tell_of_conflict(self, request, obj, who, formsets):
        """Who has saved it, and what of the form is there no more, where a trial has found that."""
        words = _(
            "%(who)s has saved “%(record)s” since you opened it. Nothing of yours is saved yet."
        )
        self.message_user(request, words % {"who": who or "?", "record": obj}, messages.ERROR)
        if gone := [row for formset in formsets for row in formset.missed()]:
            words = _("Deleted since, and left out of yours: %s.")
            self.message_user(request, words % "; ".join(gone), messages.WARNING)

    def edited_on_trial(self, request, obj, object_id, form_url, context):
        """The answer to a form whose changes are rolled back."""
        return self.edited(request, obj, object_id, form_url, context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.formsets = formsets
        if self.on_trial:
            self.trial_result = full_snapshot(self.model.objects.get(pk=form.instance.pk))
        else:
            self.saved(request, form, change)

    def saved(self, request, form, change):
        """After a row and its children are saved for good."""

    def response_change(self, request, obj):
        """Of what is rolled back, the answer follows when it is saved for good."""
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
        """None too for what can be the key of no row."""
        found = ROW_KEY.fullmatch(str(object_id))
        return super().get_object(request, object_id, from_field) if found else None

    def log_addition(self, request, obj, message):
        BaseVersion.objects.step()
        return super().log_addition(request, obj, message)

    @transaction.atomic
    def log_change(self, request, obj, message):
        BaseVersion.objects.step()
        return super().log_change(request, obj, message)

    @transaction.atomic
    def delete_model(self, request, obj):
        BaseVersion.objects.step()
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        BaseVersion.objects.step()
        super().delete_queryset(request, queryset)

    def has_delete_permission(self, request, obj=None):
        """What anything rests on stays; nor is there a page that lists all of that."""
        if obj and any(
            relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists()
            for relation in self.model._meta.get_fields(include_hidden=True)
            if getattr(relation, "on_delete", None) is models.PROTECT
        ):
            return False
        return super().has_delete_permission(request, obj)

    def get_changeform_initial_data(self, request):
        """What the address gives a new row; keys of other rows only where they can be keys."""
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
            (_("Further"), {"fields": others, "classes": ["collapse"]}),
        ]

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": self.slug_from} if self.slug_from and not obj else {}

    def get_readonly_fields(self, request, obj=None):
        fixed = ("slug",) if self.slug_from and obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)
