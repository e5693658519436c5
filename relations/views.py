"""Public pages of countries, people, organizations and records."""

from django.http import JsonResponse
from django.views.generic import DetailView

from relations import filters, shapes
from relations.models import (
    Country,
    Event,
    Membership,
    Mission,
    Office,
    Organization,
    Person,
    Record,
    Relation,
    Visit,
)
from sources.views import ListPage


class ShapePage(DetailView):
    """The page of one row, or with form="json" its shape."""

    shape = None

    def get(self, request, *args, form="html", **kwargs):
        if form == "html":
            return super().get(request, *args, **kwargs)
        return JsonResponse(
            type(self).shape(self.get_object()), json_dumps_params={"ensure_ascii": False}
        )


class RecordPage(ShapePage):
    """The page of one published record with its participants and citations."""

    shape = shapes.record
    context_object_name = "record"

    def get_queryset(self):
        return super().get_queryset().published().whole()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            revisions=self.object.revisions.live(),
            disagreements=self.object.disagreements.present(),
            json_url=f"{self.object.get_absolute_url().rstrip('/')}.json",
            **kwargs,
        )


class VisitPage(RecordPage):
    model = Visit


class EventPage(RecordPage):
    model = Event


class MembershipPage(RecordPage):
    model = Membership


class MissionPage(RecordPage):
    model = Mission


class OfficePage(RecordPage):
    model = Office


class RecordList(ListPage):
    """The published records of a kind, newest first."""

    shape = shapes.record

    def get_queryset(self):
        return self.model.objects.published().for_pages().newest_first()

    def whole(self, found):
        return found.whole()


class VisitList(RecordList):
    model = Visit
    filterset_class = filters.VisitFilter


class EventList(RecordList):
    model = Event
    filterset_class = filters.EventFilter


class CountryList(ListPage):
    model = Country
    filterset_class = filters.CountryFilter
    shape = shapes.country
    paginate_by = 300


class CountryPage(ShapePage):
    model = Country
    shape = shapes.country

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            names=self.object.names.all(),
            predecessors=self.object.precessions.select_related("predecessor"),
            successors=self.object.successions.select_related("successor"),
            relations=Relation.objects.of(self.object).with_records().with_countries(),
            memberships=self.object.memberships.published().for_pages().order_by("sort_title"),
            offices=self.object.offices.published().for_pages().newest_first(),
            **kwargs,
        )


class OrganizationList(ListPage):
    model = Organization
    queryset = Organization.objects.select_related("country")
    filterset_class = filters.OrganizationFilter
    shape = shapes.organization


class OrganizationPage(ShapePage):
    model = Organization
    queryset = Organization.objects.select_related("country")
    shape = shapes.organization

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            memberships=self.object.memberships.published().for_pages().order_by("sort_title"),
            offices=self.object.offices.published().for_pages().newest_first(),
            records=Record.objects.published()
            .filter(participations__organization=self.object)
            .distinct()
            .newest_first(),
            **kwargs,
        )


class PersonList(ListPage):
    model = Person
    queryset = Person.objects.select_related("country")
    filterset_class = filters.PersonFilter
    shape = shapes.person


class PersonPage(ShapePage):
    model = Person
    queryset = Person.objects.select_related("country")
    shape = shapes.person

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            offices=self.object.offices.published().for_pages().newest_first(),
            records=Record.objects.published()
            .filter(participations__person=self.object)
            .distinct()
            .newest_first(),
            **kwargs,
        )
