"""Base classes for the filters of all list pages."""

from collections import Counter
from collections.abc import Collection, Iterable

import django_filters as filters
from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core.fields import DayField


class YearFilter(filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=9999, **kwargs)


class DayFilter(filters.Filter):
    field_class = DayField


class YearsForm(forms.Form):
    """Ranges of years; a reversed range is an error, as it would find nothing without a reason."""

    def clean(self):
        found = super().clean()
        for name in [name for name in self.fields if name.endswith("_from")]:
            to = name.removesuffix("_from") + "_to"
            first, last = found.get(name), found.get(to)
            if first and last and first > last:
                self.add_error(to, _("The first year is after the last."))
        return found


class BySlugFilter(filters.ModelChoiceFilter):
    """A choice of rows by slug: a huge primary key in the address would be an error on SQLite."""

    def __init__(self, **kwargs):
        super().__init__(to_field_name="slug", **kwargs)


class FacetedFilter(filters.FilterSet):
    """Facets: choices that show how many entries each would leave, given all the other filters.

    `FACETS` gives the lookup by which a filter counts entries; an entry must have a value at most
    once. Each takes one query, or shares one that counts the same. Filters in `COLUMNS` choose one
    of the values of which each entry has exactly one: `by_columns` counts them all in one query.
    Choices that would leave no entries are not offered.
    """

    FACETS: dict[str, str] = {}
    COLUMNS: tuple[str, ...] = ()

    def by_columns(self, queryset, names: Collection[str]) -> Iterable[tuple]:
        """The combinations of values of these of COLUMNS, each with its number of entries as last
        item."""
        raise NotImplementedError

    def narrowed(self, queryset, without: Collection[str] = ()):
        """The entries that match all filters except those named."""
        for name, value in self.form.cleaned_data.items():
            if name not in without:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def counts(self) -> dict[str, dict]:
        """The number of entries for each value of each facet, without its own filter."""
        found, done = self.counts_of_columns(self.COLUMNS), {}
        for name, lookup in self.FACETS.items():
            # A filter without a choice narrows nothing, so two such filters count the same.
            asked = lookup, name if self.form.cleaned_data[name] else ""
            if asked not in done:
                rows = self.narrowed(self.queryset.all(), without=[name]).order_by()
                done[asked] = dict(rows.values_list(lookup).annotate(count=Count("*")))
            found[name] = done[asked]
        return found

    def counts_of_columns(self, names: Collection[str]) -> dict[str, Counter]:
        """The counts of these of COLUMNS: an entry counts for one if it has the chosen values of
        the others."""
        found = {name: Counter() for name in names}
        chosen = {name: value for name in found if (value := self.form.cleaned_data[name])}
        rows = self.narrowed(self.queryset.all(), without=names)
        for *values, count in self.by_columns(rows, names):
            row = dict(zip(found, values, strict=True))
            missed = {name for name, value in chosen.items() if row[name] != value}
            for name, counts in found.items():
                if missed <= {name}:
                    counts[row[name]] += count
        return found

    def count_facets(self) -> None:
        """Add the counts to the choices of the form, before it is shown."""
        for name, by_value in self.counts().items():
            field, chosen = self.form.fields[name], str(self.data.get(name, ""))
            counts = {str(value): count for value, count in by_value.items()}
            field.widget.choices = [
                (value, f"{label} ({counts.get(str(value), 0)})" if str(value) else label)
                for value, label in field.choices
                if not str(value) or str(value) == chosen or counts.get(str(value))
            ]
