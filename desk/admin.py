"""What the desk adds to the admin of the apps below it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from relations.takedown import take_down
from sources.admin import SourceAdmin
from sources.models import Source

admin.site.unregister(Source)


@admin.register(Source)
class DeskSourceAdmin(SourceAdmin):
    """Sources, which are taken down with all that is kept of their words."""

    actions = ("take_down_selected",)

    @admin.action(
        description=_("Erase text and quotations for good (takedown)"), permissions=["delete"]
    )
    def take_down_selected(self, request, queryset):
        for source in queryset:
            take_down(source)
        self.message_user(request, _("The texts and the quoted words are erased."))
