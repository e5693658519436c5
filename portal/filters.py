"""The filters of pages across domains."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from relations.filters import RecordFilter
from relations.models import Kind
from sources.filters import TextFilter
from sources.models import Source


class TimelineFilter(RecordFilter):
    kind = filters.MultipleChoiceFilter(
        label=_("Kind"), choices=[choice for choice in Kind.choices if choice[0] != Kind.TREATY]
    )


class SourceFilter(TextFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Source.Kind)
    rights = filters.ChoiceFilter(label=_("Rights"), choices=Source.Rights)
