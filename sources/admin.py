"""Sources in the admin, and search that finds words in any script, case and accents."""

from django.contrib import admin
from django.db import models

from sources.folding import fold
from sources.models import Passage, Source


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


class PassageInline(admin.TabularInline):
    model = Passage
    extra = 0
    fields = ("locator", "paragraph", "sentence", "start", "end", "quote")


@admin.register(Source)
class SourceAdmin(PermanentSlugAdmin):
    slug_from = ("title",)
    list_display = ("title", "kind", "author", "publisher", "date", "rights")
    list_filter = ("kind", "rights", "language")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (PassageInline,)

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
    list_display = ("source", "locator", "quote")
    list_select_related = ("source",)
    search_fields = ("locator", "quote", "source__folded")
    autocomplete_fields = ("source",)
