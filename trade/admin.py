"""Figures, goods and their vocabularies in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.utils.translation import gettext_lazy as _

from relations import workflow
from relations.models import State
from relations.models.record import SHOWN
from relations.publishing import PublishingAdmin
from sources.admin import DeskAdmin, PermanentSlugAdmin
from sources.forms import QuotedForm, fresh_slug
from trade.models import Commodity, Correction, Figure, Indicator, TradedGood


class StatementForm(QuotedForm):
    slug = forms.SlugField(
        label=_("Identifier"),
        max_length=160,
        required=False,
        help_text=_("Permanent. Left blank, it is made from what is stated."),
    )

    reason = forms.CharField(
        label=_("Reason of the correction"),
        max_length=300,
        required=False,
        help_text=_("Readers have seen this: they find what it said before, and why it changes."),
    )

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if not reason and self.instance.state in SHOWN and self.has_changed():
            raise forms.ValidationError(_("Readers have seen this: say why it changes."))
        return reason

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "slug" in given and not given["slug"]:
            names = ("indicator", "name", "from_country", "to_country", "period", "source")
            parts = [getattr(given.get(name), "slug", given.get(name)) for name in names]
            text = " ".join(str(part) for part in parts if part)
            given["slug"] = fresh_slug(self._meta.model, text)


class StatementAdmin(PublishingAdmin):
    form = StatementForm
    readonly_fields = ("state",)
    list_filter = ("state",)
    autocomplete_fields = ("from_country", "to_country", "source", "passage", "commodity")
    reference = (
        *("source", "quote", "quote_at", "passage", "locator", "as_stated", "attribution"),
        *("language", "translation", "inferred", "note"),
    )

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(("slug",) if obj else ()))

    def fate(self, request, obj) -> tuple:
        """The last part of the form: what it is called and how far it is."""
        asked = obj and obj.state in SHOWN and self.has_change_permission(request, obj)
        return _("Record"), {"fields": ["slug", "state", *(["reason"] if asked else [])]}

    def may_publish_now(self, request, obj) -> bool:
        """What another has submitted can be published from its form too."""
        if obj and obj.state == State.IN_REVIEW and not self._wrote(obj, request.user):
            return request.user.has_perm(workflow.PUBLISH)
        return super().may_publish_now(request, obj)

    def save_model(self, request, obj, form, change):
        """What readers have seen is kept as it was, beside what it is now."""
        request.typed = not change or form.has_changed()
        seen = change and obj.state in SHOWN
        before = self.model.objects.for_pages().get(pk=obj.pk) if seen else None
        super().save_model(request, obj, form, change)
        if seen:
            after = self.model.objects.for_pages().get(pk=obj.pk)
            Correction.keep(before, after, request.user, form.cleaned_data["reason"])

    def _wrote(self, obj, user) -> bool:
        """Whether somebody has written any of it, by the log; saving it unchanged is none."""
        unchanged = {"action_flag": CHANGE, "change_message__in": ["", "[]"]}
        return self._entries(obj).filter(user=user).exclude(**unchanged).exists()

    def submit(self, request, obj, reason=""):
        if obj.state in (State.IN_REVIEW, State.PUBLISHED):
            raise workflow.StepRefused(_("“%s” is in review or published already.") % obj)
        self.model.objects.filter(pk=obj.pk).submit()
        self.log_change(request, obj, str(_("Submitted for review")))

    def publish(self, request, obj, reason=""):
        """It takes two people, of whom one has written it; or one who may publish alone."""
        workflow.demand(request.user, workflow.PUBLISH)
        # On a form the log is written after this.
        wrote = getattr(request, "typed", False) or self._wrote(obj, request.user)
        if wrote and not request.user.has_perm(workflow.ALONE):
            raise workflow.StepRefused(_("You wrote this yourself: somebody else publishes it."))
        self.model.objects.filter(pk=obj.pk).publish(request.user, reason)
        self.log_change(request, obj, str(_("Published")))

    def withdraw(self, request, obj, reason):
        workflow.demand(request.user, workflow.PUBLISH)
        self.model.objects.filter(pk=obj.pk).withdraw(request.user, reason)

    def publish_selected(self, request, queryset):
        """Those that people wrote one by one; those of imported lists together."""
        rows = list(queryset.filter(pk__in=workflow.written_by_people(self.model)).for_pages())
        self.attempt(request, self.publish, rows)
        if count := queryset.exclude(pk__in=[row.pk for row in rows]).publish(request.user):
            self.message_user(request, self.told(self.publish, count))

    publish_selected.short_description = PublishingAdmin.publish_selected.short_description
    publish_selected.allowed_permissions = ["publish"]

    def has_delete_permission(self, request, obj=None):
        """A draft is deleted by its only author; others' and those of lists by who reviews."""
        if obj and not request.user.has_perm(workflow.REVIEW):
            writers = set(self._entries(obj).values_list("user", flat=True))
            if obj.state != State.DRAFT or writers != {request.user.pk}:
                return False
        return super().has_delete_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        """What readers see is corrected by those who publish; else it is withdrawn."""
        if obj and obj.state != State.DRAFT and not self.has_publish_permission(request):
            return False
        return super().has_change_permission(request, obj)


@admin.register(Figure)
class FigureAdmin(StatementAdmin):
    list_display = ("indicator", "from_country", "to_country", "period", "value", "unit", "state")
    list_select_related = ("indicator", "from_country", "to_country")
    list_filter = ("state", "indicator", "status", "excluded")
    search_fields = ("slug", "from_country__folded", "to_country__folded", "as_stated")
    autocomplete_fields = (
        *StatementAdmin.autocomplete_fields,
        "reporter_country",
        "reporter_organization",
    )

    def saved(self, request, obj, reason):
        Figure.objects.find_disagreements(Figure.objects.filter(pk=obj.pk).pairs())
        super().saved(request, obj, reason)

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["indicator", "from_country", "to_country", "commodity"]}),
            (_("Stated by"), {"fields": ["reporter_country", "reporter_organization", "vintage"]}),
            (_("No countries"), {"fields": ["from_area", "to_area", "reporter_area"]}),
            (_("When"), {"fields": ["period", "period_until"]}),
            (
                _("How much"),
                {
                    "fields": [
                        "value",
                        "unit",
                        "scale",
                        "qualifier",
                        "valuation",
                        "basis",
                        "status",
                        "coverage",
                    ]
                },
            ),
            (_("Where this was read"), {"fields": self.reference}),
            self.fate(request, obj),
        ]


@admin.register(TradedGood)
class TradedGoodAdmin(StatementAdmin):
    list_display = ("name", "from_country", "to_country", "commodity", "state")
    list_select_related = ("from_country", "to_country", "commodity")
    search_fields = ("slug", "name")

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["name", "from_country", "to_country", "commodity", "rank"]}),
            (_("When"), {"fields": ["period", "period_until"]}),
            (_("Where this was read"), {"fields": self.reference}),
            self.fate(request, obj),
        ]


@admin.register(Indicator)
class IndicatorAdmin(PermanentSlugAdmin):
    list_display = ("name", "measure", "directed")
    search_fields = ("name", "slug")


@admin.register(Commodity)
class CommodityAdmin(DeskAdmin):
    list_display = ("classification", "revision", "code", "name")
    list_filter = ("classification", "revision")
    search_fields = ("code", "name")
