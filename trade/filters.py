"""The filter for figures."""

import re
from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.filters import BySlugFilter, YearFilter
from relations.models import Country
from sources.models import Source
from trade.areas import Exclusion
from trade.goods import Goods
from trade.models import Figure, Indicator


class GoodsFilter(filters.Filter):
    field_class = forms.RegexField

    def __init__(self, **kwargs):
        super().__init__(regex=r"^(TOTAL|[A-Z]{2,4}[0-9.]{0,10}:[0-9A-Z]{1,10})\Z", **kwargs)


class FigureFilter(filters.FilterSet):
    indicator = BySlugFilter(label=_("Indicator"), queryset=Indicator.objects.all())
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    partner = BySlugFilter(
        label=_("Partner"), queryset=Country.objects.all(), method="with_country"
    )
    reporter = BySlugFilter(
        label=_("Reporter"), queryset=Country.objects.all(), field_name="reporter_country"
    )
    year = YearFilter(label=_("Year"), method="in_year")
    commodity = GoodsFilter(label=_("Goods, such as HS:27 or TOTAL"), method="of_goods")
    status = filters.ChoiceFilter(label=_("Status"), choices=Figure.Status)
    source = BySlugFilter(label=_("Source"), queryset=Source.objects.public().order_by("title"))
    excluded = filters.ChoiceFilter(
        label=_("Excluded from sums"), choices=[("no", _("no")), *Exclusion.choices], method="apart"
    )

    def with_country(self, queryset, name, value):
        return queryset.filter(Q(from_country=value) | Q(to_country=value))

    def in_year(self, queryset, name, value):
        """Figures whose period may overlap the year."""
        return queryset.filter(
            Q(period_earliest__lte=date(value, 12, 31)) | Q(period_earliest=None),
            Q(period_latest__gte=date(value, 1, 1))
            | Q(period_until_latest__gte=date(value, 1, 1))
            | Q(period_latest=None),
        )

    def of_goods(self, queryset, name, value):
        """HS:27 in any revision of the classification, or HS2022:27 in this one."""
        classification, revision, code = re.fullmatch(r"([A-Z]+)([0-9.]*):?(.*)", value).groups()
        if not revision:
            return Goods.parse(value).of(queryset)
        return queryset.filter(
            commodity__classification=classification,
            commodity__revision=revision,
            commodity__code=code,
        )

    def apart(self, queryset, name, value):
        return queryset.filter(excluded="" if value == "no" else value)


class TradedGoodFilter(filters.FilterSet):
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    partner = BySlugFilter(
        label=_("Partner"), queryset=Country.objects.all(), method="with_country"
    )
    source = BySlugFilter(label=_("Source"), queryset=Source.objects.public())

    def with_country(self, queryset, name, value):
        return queryset.filter(Q(from_country=value) | Q(to_country=value))
