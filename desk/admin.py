"""What the desk adds to the admin of the apps below it."""

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.admin import choice_of_rows, first_words
from desk.signin import remove_second_factor
from relations.takedown import follow_words, take_down
from relations.workflow_admin import ShownAdmin
from sources.admin import PassageAdmin, SourceAdmin
from sources.models import Passage, Source

# Of sign-ins only the failed attempts are kept; the other two lists would always be empty.
for model in (Source, Passage, User, Group, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(model)
# Secrets are nobody's to look at; a lost authenticator is removed at the account.
for device in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(device):
        admin.site.unregister(device)


class ShortSearchAdmin(admin.ModelAdmin):
    """Searches for the first words alone."""

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, first_words(search_term))


@admin.register(User)
class AccountAdmin(ShortSearchAdmin, UserAdmin):
    """Accounts of the desk: who keeps them gives roles, and nothing beyond their own."""

    list_display = ("username", "get_full_name", "email", "is_active", "last_login")
    actions = ("remove_second_factors",)
    # Its tooltips have a name that no screen reader reads; there are four roles to choose from.
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_of_rows(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        beyond = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *beyond)

    def has_change_permission(self, request, obj=None):
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.action(description=_("Remove the second factor (lost phone)"), permissions=["change"])
    def remove_second_factors(self, request, queryset):
        removed = 0
        for user in queryset:
            if self.has_change_permission(request, user) and remove_second_factor(user):
                self.log_change(request, user, str(_("Second factor removed")))
                removed += 1
        text = ngettext(
            "%d has none now, and sets up a new one at the next sign-in.",
            "%d have none now, and set up new ones when they sign in next.",
            removed,
        )
        self.message_user(request, text % removed)

    def save_related(self, request, form, formsets, change):
        """Says where somebody has a role and yet cannot sign in to the desk."""
        super().save_related(request, form, formsets, change)
        if form.instance.groups.exists() and not form.instance.is_staff:
            text = _("“%s” has a role but not the staff status, and cannot sign in to the desk.")
            self.message_user(request, text % form.instance, messages.WARNING)


@admin.register(Group)
class RoleAdmin(ShortSearchAdmin, GroupAdmin):
    """The roles, to be looked at: `sync_roles` makes them what they are."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("permissions__content_type")


@admin.register(AccessAttempt)
class FailedSignInAdmin(ShortSearchAdmin, AccessAttemptAdmin):
    """Failed attempts to sign in, of which too many lock out."""


@admin.register(Passage)
class DeskPassageAdmin(ShownAdmin, PassageAdmin):
    """Words on which published facts rest are changed by who publishes."""


@admin.register(Source)
class DeskSourceAdmin(ShownAdmin, SourceAdmin):
    """Sources, which are taken down with all that is kept of their words."""

    actions = ("take_down_selected",)

    def saved(self, request, form, change):
        super().saved(request, form, change)
        if change and "rights" in form.changed_data:
            follow_words(form.instance)

    @admin.action(
        description=_("Erase text and quotations for good (takedown)"), permissions=["delete"]
    )
    def take_down_selected(self, request, queryset):
        """Asks first: nothing brings back what is erased."""
        if "erase" not in request.POST:
            context = {"title": _("Erase for good"), "rows": queryset}
            return self.page(request, "admin/takedown.html", context)
        for source in queryset:
            take_down(source)
            self.log_change(request, source, str(_("Text and quotations erased")))
        self.message_user(request, _("The texts and the quoted words are erased."))
        return None
