"""The filter over treaties."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from relations.filters import ListFilter
from relations.models import Country, Relation
from sources.filters import BySlugFilter
from treaties.models import Treaty


class TreatyFilter(ListFilter):
    pair = BySlugFilter(
        queryset=Relation.objects.with_countries(), method="of_pair", widget=forms.HiddenInput
    )
    party = BySlugFilter(
        label=_("Party"), queryset=Country.objects.all(), field_name="parties__country"
    )
    instrument = filters.ChoiceFilter(label=_("Instrument"), choices=Treaty.Instrument)

    def of_pair(self, queryset, name, value):
        """Treaties, bilateral and multilateral, to which both countries are parties."""
        return queryset.of_pair(value.country_a, value.country_b)
