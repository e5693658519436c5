"""The filters of pages across domains."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import BySlugFilter
from relations.filters import RecordFilter
from relations.models import Country, Disagreement, Kind, Relation
from search.filters import TextFilter
from sources.models import Source


class TimelineFilter(RecordFilter):
    kind = filters.MultipleChoiceFilter(
        label=_("Kind"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.TREATY],
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )

    YEARS = ("year_from", "year_to")

    @property
    def of_any_year(self):
        """The rows that match all filters except the years. For valid filters only."""
        queryset = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in self.YEARS:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @property
    def years(self) -> tuple[int | None, int | None]:
        return tuple(self.form.cleaned_data.get(name) for name in self.YEARS)

    @property
    def chosen(self) -> dict:
        """The filters that are set, with their values. For valid filters only."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def in_words(self) -> list[tuple[str, str]]:
        """The filters that are set, as pairs of a label and a readable value."""
        found = []
        for name, value in self.chosen.items():
            if name == "kind":
                value = ", ".join(str(Kind(kind).label) for kind in value)
            found.append((str(self.form.fields[name].label), str(value)))
        return found


class DisagreementFilter(filters.FilterSet):
    pair = BySlugFilter(
        label=_("Pair"),
        queryset=Relation.objects.filter(disagreements__present=True).with_countries().distinct(),
        field_name="relation",
    )
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    rule = filters.ChoiceFilter(label=_("Kind"), choices=Disagreement.Rule)
    state = filters.ChoiceFilter(label=_("State"), choices=Disagreement.State)
    key = filters.CharFilter(max_length=400, widget=forms.HiddenInput)

    def with_country(self, queryset, name, value):
        return queryset.filter(relation__in=Relation.objects.of(value))


class SourceFilter(TextFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Source.Kind)
    grade = filters.ChoiceFilter(label=_("Grade"), choices=Source.Grade)
    rights = filters.ChoiceFilter(label=_("Rights"), choices=Source.Rights)


class PassageFilter(filters.FilterSet):
    source = BySlugFilter(label=_("Source"), queryset=Source.objects.public())
