"""Sources in the admin, and search that finds words in any script, case and accents."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sources.folding import fold
from sources.models import Passage, Source, SourceFile, Synopsis
from sources.texts import LARGEST, attach, read_text


class FoldedSearchAdmin(admin.ModelAdmin):
    """Searches folded columns, with the words that the editor typed folded alike."""

    search_fields = ("folded", "slug")

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))


class PermanentSlugAdmin(FoldedSearchAdmin):
    """The identifier follows what is typed as the name, and stays once the row is saved."""

    slug_from = ("name",)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": self.slug_from}

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(("slug",) if obj else ()))


class SynopsisInline(admin.TabularInline):
    model = Synopsis
    extra = 0
    fields = ("paragraph", "text")


class PassageInline(admin.TabularInline):
    model = Passage
    extra = 0
    fields = ("locator", "paragraph", "sentence", "start", "end", "quote")


class SourceForm(forms.ModelForm):
    """A source, and its text from a file: for the editors' own work where it is not open."""

    text_file = forms.FileField(
        label=_("Attach the text"),
        required=False,
        help_text=_("A PDF, or plain text in UTF-8; at most 20 MB."),
    )

    def clean_text_file(self):
        """Try the text as attaching will take it, so that a refusal stands at the field."""
        file = self.cleaned_data["text_file"]
        if file:
            if file.size > LARGEST:
                raise forms.ValidationError(_("At most %d MB can be attached.") % (LARGEST >> 20))
            checksum = self.cleaned_data.get("checksum", "")
            read_text(self.instance, checksum, file.read(), file.name)
            file.seek(0)
        return file


@admin.register(Source)
class SourceAdmin(PermanentSlugAdmin):
    slug_from = ("title",)
    list_display = ("title", "kind", "author", "publisher", "date", "rights")
    list_filter = ("kind", "rights", "language")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (PassageInline, SynopsisInline)
    readonly_fields = ("attached", "erased_on")
    form = SourceForm

    @admin.display(description=_("attached file"))
    def attached(self, source):
        row = SourceFile.objects.filter(source=source.pk).first()
        if row is None:
            return "–"
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.name)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if file := form.cleaned_data.get("text_file"):
            counts = attach(form.instance, file.read(), file.name)
            self.message_user(
                request,
                _("The text is attached: %(matches)d passages match, %(mismatch)d do not.")
                % {"matches": counts["matches"], "mismatch": counts["mismatch"]},
            )

    def has_delete_permission(self, request, obj=None):
        """A source that anything rests on stays."""
        if obj and any(
            relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists()
            for relation in Source._meta.related_objects
            if relation.on_delete is models.PROTECT
        ):
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Passage)
class PassageAdmin(admin.ModelAdmin):
    list_display = ("source", "locator", "quote", "anchoring")
    list_filter = ("anchoring",)
    readonly_fields = ("anchoring",)
    list_select_related = ("source",)
    search_fields = ("locator", "quote", "source__folded")
    autocomplete_fields = ("source",)
