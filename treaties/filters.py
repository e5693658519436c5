"""The filter over treaties."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from relations.filters import RecordFilter
from relations.models import Country
from sources.filters import BySlugFilter
from treaties.models import Treaty


class TreatyFilter(RecordFilter):
    kind = None
    party = BySlugFilter(
        label=_("Party"), queryset=Country.objects.all(), field_name="parties__country"
    )
    instrument = filters.ChoiceFilter(label=_("Instrument"), choices=Treaty.Instrument)
