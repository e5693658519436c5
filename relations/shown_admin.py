"""The admin of rows without drafts, which readers see once records refer to them."""

from functools import cache

from django.contrib import admin
from django.contrib.admin.filters import EmptyFieldListFilter
from django.utils.translation import gettext_lazy as _

from relations import workflow
from relations.release import readers_see, release
from relations.steps import attempt


class ShownAdmin(admin.ModelAdmin):
    """Admin for rows that records refer to. If readers see one, or a record that refers to it, only
    users who may publish can change it, because nobody reviews such a change.

    With the action `release_selected`, a second person can show rows to readers before a published
    row refers to them.
    """

    readers_see = staticmethod(readers_see)

    @property
    def releases(self) -> bool:
        return "release_selected" in self.actions

    def answered(self, *given):
        # Called many times per page.
        self.readers_see = cache(readers_see)
        return super().answered(*given)

    def has_publish_permission(self, request):
        return request.user.has_perm(workflow.PUBLISH)

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if not may or obj is None or self.has_publish_permission(request):
            return may
        return bool(self.refusal) or not self.readers_see(obj)

    def why_denied(self, obj) -> str:
        if obj is None or not self.readers_see(obj):
            return super().why_denied(obj)
        words = _(
            "Nothing was saved: readers see “%s” now, so only users who may publish can change it. "
            "Copy what you have entered, and send it to one of them."
        )
        return words % obj

    @admin.action(description=_("Release selected rows to readers"), permissions=["publish"])
    def release_selected(self, request, queryset):
        hidden = list(queryset.filter(published_at=None).values_list("pk", flat=True))
        attempt(self, request, release, queryset)
        for row in self.model.objects.public().filter(pk__in=hidden):
            self.log_change(request, row, str(_("Released to readers")))

    def get_list_filter(self, request):
        added = [("published_at", EmptyFieldListFilter)] if self.releases else []
        return (*super().get_list_filter(request), *added)

    def get_readonly_fields(self, request, obj=None):
        shown = ("published_at",) if obj and self.releases else ()
        return (*super().get_readonly_fields(request, obj), *shown)

    def get_view_on_site_url(self, obj=None):
        """No link to a page that readers do not see yet."""
        hidden = self.releases and not (obj and obj.is_public)
        return None if hidden else super().get_view_on_site_url(obj)
