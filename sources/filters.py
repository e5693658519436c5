"""What the filters of all list pages share."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _


class YearFilter(filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=9999, **kwargs)


class BySlugFilter(filters.ModelChoiceFilter):
    """A choice among rows, by slug in the address: a huge number would be an error on SQLite."""

    def __init__(self, **kwargs):
        super().__init__(to_field_name="slug", **kwargs)


class TextFilter(filters.FilterSet):
    """A text that names or titles hold, in any case and accents."""

    q = filters.CharFilter(label=_("Text"), method="with_text", max_length=200)

    def with_text(self, queryset, name, value):
        return queryset.matching(value)
