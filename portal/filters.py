"""The filters of pages across domains."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from relations.filters import RecordFilter
from relations.models import Disagreement, Kind, Relation
from sources.filters import BySlugFilter, TextFilter
from sources.models import Source


class TimelineFilter(RecordFilter):
    kind = filters.MultipleChoiceFilter(
        label=_("Kind"), choices=[choice for choice in Kind.choices if choice[0] != Kind.TREATY]
    )


class DisagreementFilter(filters.FilterSet):
    pair = BySlugFilter(
        label=_("Pair"),
        queryset=Relation.objects.filter(disagreements__present=True).with_countries().distinct(),
        field_name="relation",
    )
    rule = filters.ChoiceFilter(label=_("Kind"), choices=Disagreement.Rule)
    state = filters.ChoiceFilter(label=_("State"), choices=Disagreement.State)
    key = filters.CharFilter(max_length=400, widget=forms.HiddenInput)


class SourceFilter(TextFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Source.Kind)
    rights = filters.ChoiceFilter(label=_("Rights"), choices=Source.Rights)
