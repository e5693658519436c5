"""The text filter of lists."""

from functools import cached_property

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from search.lookup import Lookup


class TextFilter(filters.FilterSet):
    """A search for words, in any order, form, spelling or script: of the rows of a list, and names
    of what they are about, such as participants. The last word may be the beginning of one."""

    q = filters.CharFilter(label=_("Text"), method="with_text", max_length=200)

    @cached_property
    def lookup(self) -> Lookup:
        """What the text means. Reading it takes a query; a list filters for each facet."""
        return Lookup.of(self.queryset.model, self.form.cleaned_data["q"])

    def with_text(self, queryset, name, value):
        return queryset.filter(pk__in=self.lookup.keys())
