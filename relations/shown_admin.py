"""The admin of rows without drafts, which readers see once records refer to them."""

from functools import cache, partial

from django.contrib import admin
from django.contrib.admin.filters import EmptyFieldListFilter
from django.contrib.admin.utils import unquote
from django.urls import path
from django.utils.translation import gettext_lazy as _

from core.models import Proposable
from relations import workflow
from relations.proposals import keep_version
from relations.proposing_admin import discard, may_propose, preview_proposal, propose
from relations.release import readers_see, release
from relations.steps import attempt
from relations.workflow_admin import versions


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
        if isinstance(obj, Proposable) and obj.is_public:
            words = _(
                "Nothing was saved: readers see “%s” now. Copy what you have entered, and propose "
                "it as a change."
            )
        return words % obj

    def get_urls(self):
        if not issubclass(self.model, Proposable):
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = {"propose": propose, "drop": discard, "preview": preview_proposal}
        own = [
            path(
                f"<path:object_id>/{page}/",
                self.admin_site.admin_view(partial(view, self)),
                name=f"{name}_{page}",
            )
            for page, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """Offer editors to propose a change, and everybody to see one that waits."""
        if obj and may_propose(request.user, obj):
            context["proposed"] = obj.revisions.open().first()
            context["may_propose"] = not self.has_change_permission(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        """The versions of a row of which changes have been proposed; otherwise the log."""
        obj = self.get_object(request, unquote(object_id))
        versioned = isinstance(obj, Proposable) and obj.revisions.exists()
        if not versioned or not self.has_view_permission(request, obj):
            return super().history_view(request, object_id, extra_context)
        return self.page(request, "admin/versions.html", versions(request, obj))

    def saved(self, request, form, change):
        super().saved(request, form, change)
        if change and isinstance(form.instance, Proposable) and form.changed_data:
            keep_version(form.instance, request.user)

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
