"""The filter over figures."""

from datetime import date

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.models import Country
from sources.filters import BySlugFilter, YearFilter
from trade.models import Figure, Indicator


class FigureFilter(filters.FilterSet):
    indicator = BySlugFilter(label=_("Indicator"), queryset=Indicator.objects.all())
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    reporter = BySlugFilter(
        label=_("Reporter"), queryset=Country.objects.all(), field_name="reporter_country"
    )
    year = YearFilter(label=_("Year"), method="in_year")
    status = filters.ChoiceFilter(label=_("Status"), choices=Figure.Status)

    def with_country(self, queryset, name, value):
        return queryset.filter(Q(from_country=value) | Q(to_country=value))

    def in_year(self, queryset, name, value):
        """Figures whose period possibly touches the year."""
        return queryset.filter(
            Q(period_earliest__lte=date(value, 12, 31)) | Q(period_earliest=None),
            Q(period_latest__gte=date(value, 1, 1))
            | Q(period_until_latest__gte=date(value, 1, 1))
            | Q(period_latest=None),
        )
