"""Filters for records, countries, people and organizations: one definition for page and file."""

from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.filters import BySlugFilter, YearFilter, YearsForm
from relations.models import (
    Citation,
    Country,
    Event,
    Kind,
    Membership,
    Mission,
    Office,
    Organization,
    Person,
    Record,
    Relation,
    Topic,
    Visit,
)
from search.filters import TextFilter
from sources.models import Source


class RecordFilter(TextFilter):
    """Kind, years, topic, person and text, for the timeline and the list of each kind."""

    class Meta:
        form = YearsForm

    kind = filters.MultipleChoiceFilter(label=_("Kind"), choices=Kind, distinct=False)
    year_from = YearFilter(label=_("From year"), method="from_year")
    year_to = YearFilter(label=_("To year"), method="to_year")
    topic = BySlugFilter(label=_("Topic"), queryset=Topic.objects.all(), method="with_topic")
    person = BySlugFilter(label=_("Person"), queryset=Person.objects.public(), method="with_person")

    # Years match dates that possibly fall into them; an unknown date matches no year.
    def from_year(self, queryset, name, value):
        return queryset.filter(
            Q(date_latest__gte=date(value, 1, 1)) | Q(date_latest=None, date_earliest__isnull=False)
        )

    def to_year(self, queryset, name, value):
        return queryset.filter(
            Q(date_earliest__lte=date(value, 12, 31))
            | Q(date_earliest=None, date_latest__isnull=False)
        )

    def with_topic(self, queryset, name, value):
        return queryset.with_topic(value)

    def with_person(self, queryset, name, value):
        return queryset.about_person(value.slug)


class ListFilter(RecordFilter):
    """For the list of one kind: links set person and pair, as there may be thousands of each."""

    kind = None
    person = BySlugFilter(
        label=_("Person"),
        queryset=Person.objects.public(),
        method="with_person",
        widget=forms.HiddenInput,
    )
    pair = BySlugFilter(
        label=_("Pair"),
        queryset=Relation.objects.with_countries(),
        field_name="relation",
        widget=forms.HiddenInput,
    )
    source = BySlugFilter(
        label=_("Source"),
        queryset=Source.objects.public(),
        method="resting_on",
        widget=forms.HiddenInput,
    )

    def resting_on(self, queryset, name, value):
        """Records that cite a source."""
        return queryset.filter(pk__in=Citation.objects.filter(source=value).values("record"))


class VisitFilter(ListFilter):
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    host = BySlugFilter(label=_("Host country"), queryset=Country.objects.all())
    guest = BySlugFilter(
        label=_("Visiting country"), queryset=Country.objects.all(), method="with_guest"
    )
    visit_type = filters.ChoiceFilter(label=_("Type"), choices=Visit.Type)
    rank = filters.ChoiceFilter(label=_("Rank"), choices=Visit.Rank)

    def with_country(self, queryset, name, value):
        return queryset.filter(Q(relation__country_a=value) | Q(relation__country_b=value))

    def with_guest(self, queryset, name, value):
        return self.with_country(queryset, name, value).exclude(host=value)


class MissionFilter(ListFilter):
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )
    sender = BySlugFilter(label=_("Sending state"), queryset=Country.objects.all())
    host = BySlugFilter(label=_("Receiving state"), queryset=Country.objects.all())
    mission_type = filters.ChoiceFilter(label=_("Type"), choices=Mission.Type)

    def with_country(self, queryset, name, value):
        return queryset.filter(Q(sender=value) | Q(host=value))


class EventFilter(VisitFilter):
    host = guest = visit_type = rank = None
    event_type = filters.ChoiceFilter(label=_("Type"), choices=Event.Type)


class MembershipFilter(ListFilter):
    """Memberships; a country has no pair of them."""

    pair = None
    member = BySlugFilter(label=_("Member"), queryset=Country.objects.all())
    organization = BySlugFilter(label=_("Organization"), queryset=Organization.objects.public())
    membership_type = filters.ChoiceFilter(label=_("Type"), choices=Membership.Type)


class OfficeFilter(ListFilter):
    """Offices of countries and organizations."""

    pair = None
    country = BySlugFilter(label=_("Country"), queryset=Country.objects.all())
    organization = BySlugFilter(label=_("Organization"), queryset=Organization.objects.public())
    rank = filters.ChoiceFilter(label=_("Rank"), choices=Office.Rank)


class CitationFilter(filters.FilterSet):
    record = BySlugFilter(label=_("Record"), queryset=Record.objects.published())
    source = BySlugFilter(label=_("Source"), queryset=Source.objects.public())
    stance = filters.ChoiceFilter(label=_("Stance"), choices=Citation.Stance)


class RelationFilter(filters.FilterSet):
    country = BySlugFilter(
        label=_("Country"), queryset=Country.objects.all(), method="with_country"
    )

    def with_country(self, queryset, name, value):
        return queryset.of(value)


class CountryFilter(TextFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Country.Kind)


class OrganizationFilter(TextFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Organization.Kind)
    identified = filters.ChoiceFilter(
        label=_("Identified"),
        choices=[("true", _("yes")), ("false", _("no"))],
        empty_label=_("any"),
        method="as_identified",
    )

    def as_identified(self, queryset, name, value):
        return queryset.filter(identified=value == "true")


class PersonFilter(TextFilter):
    country = BySlugFilter(label=_("Country"), queryset=Country.objects.all())
