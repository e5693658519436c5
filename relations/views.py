"""Public pages of countries, people, organizations and records."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from core.dates import today
from core.errors import NO_PAGE, get_or_404
from core.exports import json_response
from core.parameters import PAGE, accepts
from core.references import CITED
from core.views import ListPage
from relations import filters, serializers
from relations.corrections import corrections
from relations.models import (
    Country,
    Event,
    FormerAddress,
    Mission,
    Organization,
    Person,
    Record,
    State,
    Visit,
    WithdrawnRow,
)
from relations.models.publishable import SHOWN
from relations.models.record import record_class

# The number of versions per page of the log of corrections.
VERSIONS = 30
# How many members of a group the page of an organization shows at once.
UNFOLDED = 20


class DetailPage(DetailView):
    """The page of one row, or its JSON with form="json"; for a withdrawn row, a notice with 410.

    `merges_as` is the field of FormerAddress for these rows: addresses of merged rows redirect
    permanently to the row that stayed.
    """

    serialize = None
    merges_as = ""
    # The query parameters that the page reads.
    parameters: tuple[str, ...] = ()

    def gone(self, slug) -> dict | None:
        """The notice for a withdrawn row that readers have seen; None for other rows."""

    def get_object(self, queryset=None):
        rows = self.get_queryset() if queryset is None else queryset
        return get_or_404(rows, slug=self.kwargs["slug"])

    def get(self, request, *args, form="html", **kwargs):
        if form == "html":
            return super().get(request, *args, **kwargs)
        row = self.get_object()
        content = type(self).serialize(row)
        if self.merges_as:
            former = row.former_addresses.values_list("slug", flat=True)
            content |= {"former_slugs": list(former)}
        return json_response(request, content)

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            stays = self.stays(kwargs["slug"]) if self.merges_as else None
            if stays is None:
                if gone := self.gone(kwargs["slug"]):
                    return withdrawn(request, gone, kwargs.get("form", "html"))
                raise
            address = reverse(request.resolver_match.view_name, args=[stays.slug])
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

    def stays(self, slug):
        """The row into which the row at this address was merged, if readers may see it."""
        former = FormerAddress.objects.filter(slug=slug, **{f"{self.merges_as}__isnull": False})
        pks = former.values(self.merges_as)
        return self.get_queryset().filter(pk__in=pks).first()


def withdrawn(request, gone: dict, form: str):
    """The 410 response at the address of a withdrawn row, with date and reason."""
    if form == "json":
        return json_response(request, {"state": State.WITHDRAWN, **gone}, status=410)
    return TemplateResponse(request, "relations/withdrawn.html", {"gone": gone}, status=410)


class RecordPage(DetailPage):
    """The page of one published record with its participants and citations. A kind without a
    template of its own has the general one, which lists its fields."""

    merges_as = "record"
    serialize = serializers.record
    context_object_name = "record"

    def gone(self, slug):
        rows = self.model.objects.filter(state=State.WITHDRAWN, published_at__isnull=False)
        record = rows.filter(slug=slug).first()
        if record is None:
            return WithdrawnRow.notice(self.model.KIND, slug)
        return serializers.withdrawn(record, record.revisions.live().first())

    def get_queryset(self):
        return super().get_queryset().published().with_related()

    def get_template_names(self):
        return [*super().get_template_names(), "_record.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            revisions=self.object.revisions.live(),
            disagreements=self.object.disagreements.present().with_history(),
            json_url=f"{self.object.get_absolute_url().rstrip('/')}.json",
            **kwargs,
        )


@accepts(PAGE)
@require_safe
def change_log(request, slug, form="html"):
    """The changes to a record since readers first saw it: date, reason and values."""
    shown = Record.objects.filter(state__in=SHOWN)
    record = get_or_404(shown.filter(published_at__isnull=False), NO_PAGE, slug=slug)
    live = record.revisions.live().order_by("-number")
    # The file is not paginated.
    page = live if form == "json" else Paginator(live, VERSIONS).get_page(request.GET.get("page"))
    rows = corrections(record_class(record.kind), live, page)
    if form == "json":
        content = {"id": record.slug, "versions": [serializers.version(row) for row in rows]}
        return json_response(request, content)
    context = {"record": record, "page": page, "versions": rows}
    return render(request, "relations/change_log.html", context)


class RecordList(ListPage):
    """The published records of a kind, newest first."""

    formats = (*ListPage.formats, *CITED)
    serialize = serializers.record

    def get_queryset(self):
        """Filter by kind explicitly, so that the list uses the index on kind."""
        rows = self.model.objects.published().filter(kind=self.model.KIND)
        return rows.for_pages().newest_first()

    def walked(self, found):
        """Count and page an unfiltered list in the table of all records, without a join."""
        if not self.valid or any(self.filterset.form.cleaned_data.values()):
            return found
        return Record.objects.published().filter(kind=self.model.KIND).newest_first()

    def with_related(self, found):
        return found.with_related()


class VisitList(RecordList):
    model = Visit
    filterset_class = filters.VisitFilter


class EventList(RecordList):
    model = Event
    filterset_class = filters.EventFilter


class MissionList(RecordList):
    model = Mission
    filterset_class = filters.MissionFilter


class CountryList(ListPage):
    model = Country
    queryset = Country.objects.order_by("sort_name", "id")
    filterset_class = filters.CountryFilter
    serialize = serializers.country
    paginate_by = 300


class OrganizationList(ListPage):
    model = Organization
    queryset = Organization.objects.public().select_related("country")
    filterset_class = filters.OrganizationFilter
    serialize = serializers.organization


class OrganizationPage(DetailPage):
    model = Organization
    queryset = Organization.objects.public().select_related("country")
    serialize = serializers.organization
    merges_as = "organization"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            members=members(self.object, today()),
            offices=self.object.offices.published().for_pages().newest_first(),
            records=Record.objects.published()
            .filter(participations__organization=self.object)
            .distinct()
            .newest_first(),
            **kwargs,
        )


def members(organization, day) -> list[dict]:
    """The memberships of an organization by whether they last on a day, in groups that are not
    empty: each with a `label`, its `count`, the `first` memberships, and the rest as `folded`."""
    groups = {_("Members today"): [], _("Possibly members today"): [], _("Not members today"): []}
    certain, possible, others = groups.values()
    rows = organization.memberships.published().for_pages()
    for row in rows.order_by("sort_title", "pk"):
        lasts = row.possibly_lasts_on(day)
        (certain if row.certainly_lasts_on(day) else possible if lasts else others).append(row)
    return [
        {"label": label, "count": len(rows), "first": rows[:UNFOLDED], "folded": rows[UNFOLDED:]}
        for label, rows in groups.items()
        if rows
    ]


class PersonList(ListPage):
    model = Person
    queryset = Person.objects.public().select_related("country")
    filterset_class = filters.PersonFilter
    serialize = serializers.person


class PersonPage(DetailPage):
    model = Person
    queryset = Person.objects.public().select_related("country")
    serialize = serializers.person
    merges_as = "person"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            offices=self.object.offices.published().for_pages().newest_first(),
            records=Record.objects.published()
            .filter(participations__person=self.object)
            .distinct()
            .newest_first(),
            **kwargs,
        )
