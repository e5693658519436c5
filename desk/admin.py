"""The desk's additions to the admin of the other apps."""

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

from core.admin import DeskAdmin, first_words
from core.row_choices import choice_of_rows
from core.rows import FileError
from desk.adapters import adapter_mapped
from desk.possible_duplicates import PossibleDuplicateAdmin
from desk.signin import remove_second_factor
from relations.models import ListAlias, PossibleDuplicate
from relations.shown_admin import ShownAdmin
from relations.takedown import SHOWING, follow_words, take_down
from sources.admin import PassageAdmin, SourceAdmin
from sources.models import Passage, SavedMapping, Source

# Of the lists of django-axes only failed attempts are stored: the other two would always be empty.
for model in (Source, Passage, User, Group, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(model)
# Nobody may see secrets; a lost authenticator is removed through the account.
for device in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(device):
        admin.site.unregister(device)
admin.site.register(PossibleDuplicate, PossibleDuplicateAdmin)


class ShortSearchAdmin(admin.ModelAdmin):
    """An admin that searches only for the first words of a term."""

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, first_words(search_term))


@admin.register(User)
class AccountAdmin(ShortSearchAdmin, UserAdmin):
    """Accounts of the desk. Only a superuser can edit a superuser, or grant more than roles and
    staff status."""

    list_display = ("username", "get_full_name", "email", "is_active", "last_login")
    actions = ("remove_second_factors",)
    # No filter widget: screen readers do not read its tooltips, and there are only four roles.
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
            "The second factor of %d account is removed. Its user sets up a new one at the next "
            "sign-in.",
            "The second factors of %d accounts are removed. Their users set up new ones at the "
            "next sign-in.",
            removed,
        )
        self.message_user(request, text % removed)

    def save_related(self, request, form, formsets, change):
        """Also give staff status with the first role, and take it with the last, so that roles
        decide who can sign in to the desk. Superusers, and users with permissions of their own,
        keep it."""
        user, had_role = form.instance, form.instance.groups.exists()
        super().save_related(request, form, formsets, change)
        if user.groups.exists() and not user.is_staff:
            self._set_staff(user, staff=True)
            text = _(
                "“%s” has a role, and so can sign in to the desk: “Staff status” is ticked. To "
                "prevent this, remove all roles, or untick “Active”."
            )
            self.message_user(request, text % user, messages.INFO)
        elif had_role and user.is_staff and not self._needs_no_role(user):
            self._set_staff(user, staff=False)
            text = _(
                "“%s” has no role any more, and cannot sign in to the desk: “Staff status” is "
                "unticked."
            )
            self.message_user(request, text % user, messages.WARNING)

    @staticmethod
    def _needs_no_role(user) -> bool:
        return user.groups.exists() or user.is_superuser or user.user_permissions.exists()

    @staticmethod
    def _set_staff(user, *, staff: bool) -> None:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])


@admin.register(Group)
class RoleAdmin(ShortSearchAdmin, GroupAdmin):
    """The roles, for viewing: `sync_roles` sets their permissions."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("permissions__content_type")


@admin.register(AccessAttempt)
class FailedSignInAdmin(ShortSearchAdmin, AccessAttemptAdmin):
    """Failed sign-in attempts; too many of them cause a lock-out."""


@admin.register(Passage)
class DeskPassageAdmin(ShownAdmin, PassageAdmin):
    """Passages; only publishers may change the words on which published data rests."""


@admin.register(Source)
class DeskSourceAdmin(ShownAdmin, SourceAdmin):
    """Sources, with a takedown that erases all stored copies of their words."""

    actions = ("release_selected", "take_down_selected")

    def saved(self, request, form, change):
        super().saved(request, form, change)
        if change and {*SHOWING} & {*form.changed_data}:
            follow_words(form.instance)

    @admin.action(
        description=_("Erase text and quotations for good (takedown)"), permissions=["delete"]
    )
    def take_down_selected(self, request, queryset):
        """Erase after a confirmation, because it cannot be undone."""
        if "erase" not in request.POST:
            context = {"title": _("Erase for good"), "rows": queryset}
            return self.page(request, "admin/takedown.html", context)
        for source in queryset:
            take_down(source)
            self.log_change(request, source, str(_("Text and quotations erased")))
        self.message_user(request, _("The texts and quotations have been erased."))
        return None


@admin.register(ListAlias)
class ListAliasAdmin(DeskAdmin):
    """What the names of a list mean. A change holds from the next import of the list on."""

    fields = ("list_name", "text", "country", "organization")
    list_display = ("text", "list_name", "target")
    list_select_related = ("country", "organization")
    list_filter = ("list_name",)
    search_fields = ("list_name", "text")
    autocomplete_fields = ("country", "organization")

    @admin.display(description=_("meaning"))
    def target(self, alias):
        return alias.target


class SavedMappingForm(forms.ModelForm):
    """A mapping as text; its name is the one that it gives."""

    class Meta:
        model = SavedMapping
        fields = ("text",)
        widgets = {"text": forms.Textarea({"rows": 30, "cols": 100, "spellcheck": "false"})}

    def clean_text(self):
        text = self.cleaned_data["text"]
        try:
            self.instance.name = adapter_mapped(text.encode()).name
        except FileError as error:
            raise forms.ValidationError(str(error).split("\n")) from error
        others = SavedMapping.objects.filter(name=self.instance.name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another mapping has this name. Change that one."))
        return text


@admin.register(SavedMapping)
class SavedMappingAdmin(DeskAdmin):
    """The mappings with which lists are imported."""

    form = SavedMappingForm
    list_display = ("name", "saved_at", "saved_by")
    fields = ("text", "saved_at", "saved_by")
    readonly_fields = ("saved_at", "saved_by")
    search_fields = ("name",)

    def save_model(self, request, obj, form, change):
        obj.saved_by = request.user
        super().save_model(request, obj, form, change)
