"""Sources in the admin, with their passages and texts."""

from types import MappingProxyType

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin import DAYS, DeskAdmin, Rows
from core.changes import deleting, rows_changed
from core.fields import say_dates
from core.forms import fresh_slug
from core.uploads import LOST, forget
from sources.forms import SourceForm, read_ahead
from sources.models import Passage, Source, SourceFile, SourceText, Synopsis
from sources.texts import annotate, attach, warnings_of

_NO_TEXT = _("The file is attached, but it has no text: its pages are images or blank.")


class SynopsisInline(Rows, admin.StackedInline):
    model = Synopsis
    extra = 0
    classes = ("collapse",)
    fields = (("paragraph", "text"),)


class PassageInline(Rows, admin.StackedInline):
    model = Passage
    extra = 0
    classes = ("collapse",)
    fields = (("locator", "paragraph", "sentence", "start", "end"), "quote")


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    first_fields = (
        *("text_file", "pasted", "title", "kind", "grade", "date", "language", "rights"),
        *("licence", "url", "slug"),
    )
    change_form_template = "admin/source_change_form.html"
    list_display = ("title", "kind", "grade", "author", "publisher", "date", "rights")
    list_filter = ("kind", "grade", "rights", "language")
    formfield_overrides = DAYS | {models.URLField: {"assume_scheme": "https"}}
    inlines = (PassageInline, SynopsisInline)
    readonly_fields = ("attached", "erased_on")
    form = SourceForm
    # The readings of the files of one request.
    readings = MappingProxyType({})

    @admin.display(description=_("attached file"))
    def attached(self, source):
        row = SourceFile.objects.filter(source=source.pk).first()
        if row is None:
            return "–"
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.name)

    def get_urls(self):
        page = self.admin_site.admin_view(self.text_view)
        return [
            path("<int:pk>/text/", page, name="sources_source_text"),
            *super().get_urls(),
        ]

    def text_view(self, request, pk):
        """The attached text with its passages marked, for users who may view sources."""
        rows = SourceText.objects.select_related("source")
        row = get_object_or_404(rows, source__in=Source.objects.filter(pk=pk))
        if not self.has_view_permission(request, row.source):
            raise PermissionDenied
        context = {
            "title": row.source.title,
            "original": row.source,
            "paragraphs": annotate(row.text, row.source.passages.all()),
        }
        return self.page(request, "admin/source_text.html", context)

    def answered(self, request, object_id, form_url, context):
        """Read the files before the transaction starts, and hold its lock for less time."""
        if request.method == "POST" and self.has_add_permission(request):
            widget = SourceForm.base_fields["text_file"].widget
            files = widget.value_from_datadict(request.POST, request.FILES, "text_file")
            self.readings = read_ahead([file for file in files if file is not LOST])
        return super().answered(request, object_id, form_url, context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form)(form.__name__, (form,), {"readings": self.readings})

    def save_formset(self, request, form, formset, change):
        """Also tell of the passages that the form adds, changes or deletes."""
        if formset.model is not Passage:
            super().save_formset(request, form, formset, change)
            return
        with deleting([row.instance for row in formset.deleted_forms if row.instance.pk]):
            super().save_formset(request, form, formset, change)
        rows_changed(*formset.new_objects, *(row for row, _names in formset.changed_objects))

    def saved(self, request, form, change):
        say_dates(request, [form])
        words = _("%(field)s, taken from the text: %(said)s")
        if form.cleaned_data.get("text_file"):
            words = _("%(field)s, taken from the file: %(said)s")
        for label, said in form.taken:
            self.message_user(request, words % {"field": label, "said": said})
        if form.documents:
            self._save_several(request, form)
        elif form.reading:
            self._attach(request, form)
        for file in form.cleaned_data.get("text_file") or ():
            forget(file)

    def _save_several(self, request, form):
        """Save the sources of the other files, attach all texts, and say what was not added."""
        first, *others = form.documents
        first.instance = form.instance
        for document in others:
            # An earlier one may have the same title.
            document.instance.slug = fresh_slug(Source, document.instance.title)
            self.log_addition(request, document.save(), [{"added": {}}])
        links = format_html_join(
            ", ", "{}", ((self._link(document.instance),) for document in form.documents)
        )
        words = _("Sources added: {} ({}).")
        self.message_user(request, format_html(words, len(form.documents), links), messages.SUCCESS)
        for document in form.documents:
            source = document.instance
            attach(source, document.content, reading=document.reading)
            said = [_NO_TEXT] if not document.reading.text.strip() else []
            for words in [*said, *warnings_of(document.reading)]:
                words = format_html("{}: {}", self._link(source), words)
                self.message_user(request, words, messages.WARNING)
        for name, why in form.refused:
            words = format_html(_("“{}” was not added. {}"), name, why)
            self.message_user(request, words, messages.WARNING)

    def _link(self, source) -> str:
        return format_html('<a href="{}">{}</a>', self.address(source), source)

    def _attach(self, request, form):
        counts = attach(form.instance, form.content, reading=form.reading)
        if form.reading.text.strip():
            words = _("The text is attached.")
            if compared := counts["matches"] + counts["mismatch"]:
                words = _("The text is attached. Passages that match it: %(matches)d of %(all)d.")
                words %= {"matches": counts["matches"], "all": compared}
            self.message_user(request, words)
        else:
            self.message_user(request, _NO_TEXT, messages.WARNING)
        for words in warnings_of(form.reading):
            self.message_user(request, words, messages.WARNING)

    def response_add(self, request, obj, post_url_continue=None):
        """Go on to the workbench of an added source with a text, or to the list of several added
        sources."""
        further = {"_popup", "_continue", "_addanother"} & set(request.POST)
        if documents := [] if further else self.form_on_trial.documents:
            keys = ",".join(str(document.instance.pk) for document in documents)
            return redirect(f"{reverse('admin:sources_source_changelist')}?id__in={keys}")
        if SourceText.objects.filter(source=obj).exists() and not further:
            return redirect("admin:workbench", obj.pk)
        return super().response_add(request, obj, post_url_continue)


@admin.register(Passage)
class PassageAdmin(DeskAdmin):
    list_display = ("source", "locator", "quote", "anchoring")
    list_filter = ("anchoring",)
    readonly_fields = ("anchoring",)
    list_select_related = ("source",)
    # Passages without a quotation are not in the search index.
    search_fields = ("locator", "quote", "source__title")
    autocomplete_fields = ("source",)
