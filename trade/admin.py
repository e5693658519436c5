"""Figures, goods and their vocabularies in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import DeskAdmin
from core.fields import say_dates
from core.forms import MadeSlugForm
from relations.workflow_admin import WorkflowAdmin
from trade.admin_forms import FigureForm, StatementForm
from trade.duplicates import repeated_values
from trade.models import Commodity, Figure, Indicator, TradedGood
from trade.templatetags.figures import amount, in_full


class StatementAdmin(WorkflowAdmin):
    form = StatementForm
    list_filter = ("state",)
    remembered = ("source", "from_country", "to_country")
    autocomplete_fields = ("from_country", "to_country", "source", "passage", "commodity")
    reference = (
        *("source", "quote", "quote_at", "passage", "locator", "as_stated", "attribution"),
        *("language", "translation", "inferred", "note"),
    )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        say_dates(request, [form])


class RepeatedFilter(admin.SimpleListFilter):
    title = _("repeated value")
    parameter_name = "repeated"

    def lookups(self, request, model_admin):
        return [("yes", _("same as the vintage before"))]

    def queryset(self, request, queryset):
        return repeated_values(queryset) if self.value() == "yes" else queryset


@admin.register(Figure)
class FigureAdmin(StatementAdmin):
    form = FigureForm
    remembered = (
        *StatementAdmin.remembered,
        *("indicator", "reporter_country", "reporter_organization"),
    )
    list_display = ("indicator", "from_country", "to_country", "when", "amount", "state")
    list_select_related = ("indicator", "from_country", "to_country", "commodity")
    list_filter = ("state", "indicator", "status", "excluded", RepeatedFilter)
    search_fields = ("slug__exact", "as_stated")
    autocomplete_fields = (
        *StatementAdmin.autocomplete_fields,
        "reporter_country",
        "reporter_organization",
    )

    @admin.display(description=_("period"), ordering="sort_key")
    def when(self, obj):
        return obj.when

    @admin.display(description=_("amount"), ordering="value")
    def amount(self, obj):
        return amount(obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "value" in form.changed_data:
            said = {"text": form["value"].data, "amount": in_full(form.instance)}
            words = _("“%(text)s” is understood as %(amount)s.") % said
            self.message_user(request, words)

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["indicator", "from_country", "to_country", "commodity"]}),
            (_("Stated by"), {"fields": ["reporter_country", "reporter_organization", "vintage"]}),
            (
                _("Areas that are not countries"),
                {"fields": ["from_area", "to_area", "reporter_area"]},
            ),
            (_("Period"), {"fields": ["period", "period_until"]}),
            (
                _("Amount"),
                {"fields": ["value", "unit", "valuation", "basis", "status", "coverage"]},
            ),
            (_("Source"), {"fields": self.reference}),
            (_("Record"), {"fields": self.progress}),
        ]


@admin.register(TradedGood)
class TradedGoodAdmin(StatementAdmin):
    list_display = ("name", "from_country", "to_country", "commodity", "state")
    list_select_related = ("from_country", "to_country", "commodity")

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["name", "from_country", "to_country", "commodity", "rank"]}),
            (_("Period"), {"fields": ["period", "period_until"]}),
            (_("Source"), {"fields": self.reference}),
            (_("Record"), {"fields": self.progress}),
        ]


class IndicatorForm(MadeSlugForm):
    slug_from = "name"


@admin.register(Indicator)
class IndicatorAdmin(DeskAdmin):
    form = IndicatorForm
    list_display = ("name", "measure", "directed")


@admin.register(Commodity)
class CommodityAdmin(DeskAdmin):
    list_display = ("classification", "revision", "code", "name")
    list_filter = ("classification", "revision")
    search_fields = ("code__exact",)
