"""Figures, goods and their vocabularies in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import DeskAdmin
from core.forms import fresh_slug
from relations.forms import WorkflowForm
from relations.models import State
from relations.workflow_admin import WorkflowAdmin
from sources.forms import QuotedForm
from trade.models import Commodity, Figure, Indicator, TradedGood


class StatementForm(WorkflowForm, QuotedForm):
    def needs_reason(self):
        outdated = self.waiting and self.waiting.base != self.instance.version
        return self.has_changed() or outdated or self.instance.state == State.WITHDRAWN

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "slug" in given and not given["slug"]:
            names = ("indicator", "name", "from_country", "to_country", "period", "source")
            parts = [getattr(given.get(name), "slug", given.get(name)) for name in names]
            text = " ".join(str(part) for part in parts if part)
            given["slug"] = fresh_slug(self._meta.model, text)


class StatementAdmin(WorkflowAdmin):
    form = StatementForm
    list_filter = ("state",)
    autocomplete_fields = ("from_country", "to_country", "source", "passage", "commodity")
    reference = (
        *("source", "quote", "quote_at", "passage", "locator", "as_stated", "attribution"),
        *("language", "translation", "inferred", "note"),
    )


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

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["indicator", "from_country", "to_country", "commodity"]}),
            (_("Stated by"), {"fields": ["reporter_country", "reporter_organization", "vintage"]}),
            (
                _("Areas that are not countries"),
                {"fields": ["from_area", "to_area", "reporter_area"]},
            ),
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
            (_("Source"), {"fields": self.reference}),
            (_("Record"), {"fields": self.progress}),
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
            (_("Source"), {"fields": self.reference}),
            (_("Record"), {"fields": self.progress}),
        ]


@admin.register(Indicator)
class IndicatorAdmin(DeskAdmin):
    slug_from = ("name",)
    list_display = ("name", "measure", "directed")
    search_fields = ("name", "slug")


@admin.register(Commodity)
class CommodityAdmin(DeskAdmin):
    list_display = ("classification", "revision", "code", "name")
    list_filter = ("classification", "revision")
    search_fields = ("code", "name")
    fold_search = False
