"""Sources in the admin, with their passages and texts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import DAYS, DeskAdmin, Rows, say_dates
from core.uploads import forget
from sources.forms import SourceForm
from sources.models import Passage, Source, SourceFile, SourceText, Synopsis
from sources.texts import annotate, attach, warnings_of


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

    def saved(self, request, form, change):
        say_dates(request, [form])
        for label, said in form.taken:
            words = _("%(field)s, taken from the file: %(said)s")
            self.message_user(request, words % {"field": label, "said": said})
        if form.reading:
            self._attach(request, form)
        forget(form.cleaned_data.get("text_file"))

    def _attach(self, request, form):
        counts = attach(form.instance, form.content, reading=form.reading)
        if form.reading.text.strip():
            words = _("The text is attached.")
            if compared := counts["matches"] + counts["mismatch"]:
                words = _("The text is attached. Passages that match it: %(matches)d of %(all)d.")
                words %= {"matches": counts["matches"], "all": compared}
            self.message_user(request, words)
            for words in warnings_of(form.reading):
                self.message_user(request, words, messages.WARNING)
        else:
            words = _("The file is attached, but it has no text: its pages are pictures or empty.")
            self.message_user(request, words, messages.WARNING)

    def response_add(self, request, obj, post_url_continue=None):
        """Go on to the page of an added source with a text, which leads to adding its records."""
        further = {"_popup", "_continue", "_addanother"} & set(request.POST)
        if SourceText.objects.filter(source=obj).exists() and not further:
            return redirect("admin:sources_source_change", obj.pk)
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
