"""What the desk adds to the admin of the apps below it."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.signin import remove_second_factor
from relations.takedown import take_down
from sources.admin import OnlyAdding, SourceAdmin
from sources.models import Source

for model in (Source, User, Group):
    admin.site.unregister(model)
# Secrets are nobody's to look at; a lost authenticator is removed at the account.
for device in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(device):
        admin.site.unregister(device)


@admin.register(User)
class AccountAdmin(OnlyAdding, UserAdmin):
    """Accounts of the desk: who keeps them gives roles, and nothing beyond their own."""

    list_display = ("username", "get_full_name", "email", "is_active", "last_login")
    actions = ("remove_second_factors",)
    # Its tooltips have a name that no screen reader reads; there are four roles to choose from.
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")

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
        for user in queryset:
            if self.has_change_permission(request, user) and remove_second_factor(user):
                self.log_change(request, user, str(_("Second factor removed")))
        self.message_user(request, _("They set up a new one when they sign in next."))


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The roles, to be looked at: `sync_roles` makes them what they are."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("permissions__content_type")


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
