"""Figures, goods and their vocabularies in the admin."""

from django import forms
from django.contrib import admin, messages
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.admin import DeskAdmin, PermanentSlugAdmin
from core.forms import fresh_slug
from core.snapshot import rolled_back
from relations.models import State
from relations.models.record import SHOWN
from relations.publishing import PublishingAdmin, as_readers_see
from relations.workflow import PUBLISH, REVIEW, written_by_people
from sources.forms import QuotedForm
from trade import workflow
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

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        page = self.admin_site.admin_view(self.preview)
        return [path("<path:object_id>/preview/", page, name=name), *super().get_urls()]

    def preview(self, request, object_id):
        """The page on which readers would find it, were it published as it is written."""
        obj = self.subject(request, object_id)
        with rolled_back():
            self.model.objects.filter(pk=obj.pk).update(state=State.PUBLISHED, withdrawal="")
            return as_readers_see(request, obj.get_absolute_url())

    def edited(self, request, obj, object_id, form_url, context):
        """The form, with how far it is on its way: in review, or sent back with a remark."""
        context["sent_back_by"], context["remark"] = workflow.remarks([obj]).get(obj.pk, ("", ""))
        if obj.state == State.IN_REVIEW:
            name = f"{self.admin_site.name}:review_statement"
            context["review"] = reverse(name, args=[self.opts.model_name, obj.pk])
        return super().edited(request, obj, object_id, form_url, context)

    def may_publish_now(self, request, obj) -> bool:
        """What another has submitted, or what was withdrawn, can be published from its form too."""
        user = request.user
        waits = obj and obj.state in (State.IN_REVIEW, State.WITHDRAWN)
        if waits and user.pk not in workflow.authors(obj):
            return user.has_perm(PUBLISH)
        return super().may_publish_now(request, obj)

    def save_model(self, request, obj, form, change):
        """What readers have seen is kept as it was, beside what it is now; what waited in review is
        a draft again."""
        request.typed = not change or form.has_changed()
        seen = change and obj.state in SHOWN
        before = self.model.objects.for_pages().get(pk=obj.pk) if seen else None
        request.pairs = self.pairs(obj) if seen else []
        waited = request.typed and obj.state == State.IN_REVIEW
        obj.state = State.DRAFT if waited else obj.state
        super().save_model(request, obj, form, change)
        if seen:
            after = self.model.objects.for_pages().get(pk=obj.pk)
            Correction.keep(before, after, request.user, form.cleaned_data["reason"])
        if waited and "_submit" not in request.POST:
            text = _("It waited in review and is a draft again: submit it once more.")
            self.message_user(request, text, messages.WARNING)

    def pairs(self, obj) -> list:
        """The pairs of countries on whose pages it stands, in rows that may disagree."""
        return []

    def submit(self, request, obj, reason=""):
        workflow.submit(obj, request.user)

    def publish(self, request, obj, reason=""):
        workflow.publish(obj, request.user, getattr(request, "typed", False))

    def withdraw(self, request, obj, reason):
        workflow.withdraw(obj, request.user, reason)

    def publish_selected(self, request, queryset):
        """Those that people wrote one by one; those of imported lists together."""
        rows = list(queryset.filter(pk__in=written_by_people(self.model)).for_pages())
        self.attempt(request, self.publish, rows)
        if count := queryset.exclude(pk__in=[row.pk for row in rows]).publish(request.user):
            self.message_user(request, self.told(self.publish, count))

    publish_selected.short_description = PublishingAdmin.publish_selected.short_description
    publish_selected.allowed_permissions = ["publish"]

    def has_delete_permission(self, request, obj=None):
        """A draft is deleted by its only author; others' and those of lists by who reviews."""
        theirs = obj and obj.state == State.DRAFT and workflow.authors(obj) == {request.user.pk}
        if obj and not theirs and not request.user.has_perm(REVIEW):
            return False
        return super().has_delete_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        """What readers have seen is corrected by those who publish; else it is withdrawn."""
        if obj and obj.state in SHOWN and not self.has_publish_permission(request):
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

    def pairs(self, obj):
        return Figure.objects.filter(pk=obj.pk).pairs()

    def saved(self, request, obj, reason):
        """Also of the pair that it was of before."""
        pairs = [pair for pair in request.pairs if pair not in self.pairs(obj)]
        Figure.objects.find_disagreements([*pairs, *self.pairs(obj)])
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
