"""Public pages of countries, people, organizations and records."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from core.citing import PageCitation
from core.dates import today
from core.errors import NO_PAGE, PLAIN, error, get_or_404, invalid_file_request, is_json
from core.exports import file_name, json_response, origin_of, refuse_unknown, row_file
from core.page_scopes import shows
from core.parameters import PAGE, accepts
from core.references import CITED
from core.views import InFormats, ListPage, chosen_in_words, files_of, query_of
from relations import feeds, filters, linked_data, references, serializers
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
from relations.scopes import of_record, with_history

# The number of versions per page of the log of corrections.
VERSIONS = 30
# How many members of a group the page of an organization shows at once.
UNFOLDED = 20


class DetailPage(InFormats, DetailView):
    """The page of one row, or a file in one of its `formats`; for a withdrawn row, a notice with
    410.

    `merges_as` is the field of FormerAddress for these rows: addresses of merged rows redirect
    permanently to the row that stayed.
    """

    formats = ("json", "jsonld", *CITED)
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
        content = self.content(row, form)
        if form == "json" and self.merges_as:
            former = row.former_addresses.values_list("slug", flat=True)
            content |= {"former_slugs": list(former)}
        return row_file(request, content, form, file_name(row.slug, None, form))

    def get_context_data(self, **kwargs):
        cited = self.citation() if self.reference else {}
        return super().get_context_data(**cited | kwargs)

    def citation(self) -> dict:
        """How to cite the page: in words, as a reference, and as files."""
        row, origin = self.object, origin_of(self.request)
        address, newest = row.get_absolute_url(), self.newest_version()
        # A row without versions has not changed since readers first saw it.
        changed = newest.at if newest else getattr(row, "published_at", None)
        day, version = changed and changed.date(), getattr(row, "version", 0)
        return {
            "cited": PageCitation(str(row), origin + address, today(), day, version),
            "reference": self.content(row, "bib").at(origin),
            "files": files_of(address, self.formats),
        }

    def newest_version(self):
        """The revision that readers see; None if the row has no versions."""
        if not getattr(self.object, "version", 0):
            return None
        return self.object.revisions.live().first()

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
    if is_json(form):
        return json_response(request, {"state": State.WITHDRAWN, **gone}, status=410)
    if form != "html":
        return error(PLAIN, _withdrawn_in_words(gone), 410)
    return TemplateResponse(request, "relations/withdrawn.html", {"gone": gone}, status=410)


def _withdrawn_in_words(gone: dict) -> str:
    parts = [_("This was withdrawn."), gone["withdrawn_on"], gone["reason"], gone.get("changes")]
    return " ".join(filter(None, parts))


class PublishablePage(DetailPage):
    """The page of a row that can be withdrawn: it then leaves a notice, made by `withdrawn`. `kind`
    is the name of the row in the log of public changes."""

    withdrawn = serializers.withdrawn
    kind = ""

    def gone(self, slug):
        rows = self.model.objects.filter(state=State.WITHDRAWN, published_at__isnull=False)
        row = rows.for_pages().filter(slug=slug).first()
        if row is None:
            return WithdrawnRow.notice(self.kind, slug)
        return type(self).withdrawn(row, row.revisions.live().first())


class RecordPage(PublishablePage):
    """The page of one published record with its participants and citations. A kind without a
    template of its own has the general one, which lists its fields."""

    merges_as = "record"
    scopes = staticmethod(of_record)
    serialize = serializers.record
    linked_data = linked_data.record
    reference = references.record
    context_object_name = "record"

    @property
    def kind(self):
        return self.model.KIND

    def get_queryset(self):
        return super().get_queryset().published().with_related()

    def get_template_names(self):
        return [*super().get_template_names(), "_record.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            revisions=self.versions,
            disagreements=self.object.disagreements.present().with_history(),
            **kwargs,
        )

    @cached_property
    def versions(self):
        return list(self.object.revisions.live())

    def newest_version(self):
        return next(iter(self.versions), None)


@accepts(PAGE)
@shows(with_history(of_record))
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


class FollowedList(ListPage):
    """A list with a feed of the changes to its rows, filtered like the page. The feed also has rows
    that are withdrawn, as far as the filters find them."""

    feeds = ("atom",)

    def get(self, request, *args, form="html", **kwargs):
        if form != "atom":
            return super().get(request, *args, form=form, **kwargs)
        rows = self.model.objects.all()
        asked = self.filterset_class(request.GET, queryset=rows, request=request)
        refuse_unknown(asked.form, *asked.form.fields, "page")
        if not asked.is_valid():
            return invalid_file_request(form, asked.form)
        name = capfirst(str(self.model._meta.verbose_name_plural))
        title = " · ".join([name, *chosen_in_words(asked.form)])
        query, page = query_of(asked.form), f"{request.path.removesuffix('.atom')}/"
        changes = feeds.newest_changes(*feeds.with_parts(asked.qs))
        return feeds.feed(request, title, f"{page}?{query}" if query else page, changes)

    def get_context_data(self, **kwargs):
        found = super().get_context_data(**kwargs)
        address, query = f"{self.request.path.rstrip('/')}.atom", found["query"]
        return found | {"feed": f"{address}?{query}" if query else address} if self.valid else found


class RecordList(FollowedList):
    """The published records of a kind, newest first."""

    formats = (*ListPage.formats, *CITED)
    linked_data = linked_data.record
    reference = references.record

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
    serialize = serializers.visit


class EventList(RecordList):
    model = Event
    filterset_class = filters.EventFilter
    serialize = serializers.event


class MissionList(RecordList):
    model = Mission
    filterset_class = filters.MissionFilter
    serialize = serializers.mission


class CountryList(ListPage):
    model = Country
    queryset = Country.objects.order_by("sort_name", "id")
    filterset_class = filters.CountryFilter
    serialize = serializers.country
    linked_data = linked_data.country
    reference = references.country
    paginate_by = 300


class OrganizationList(ListPage):
    model = Organization
    queryset = Organization.objects.public().select_related("country")
    filterset_class = filters.OrganizationFilter
    serialize = serializers.organization
    linked_data = linked_data.organization
    reference = references.organization


class OrganizationPage(DetailPage):
    model = Organization
    queryset = Organization.objects.public().select_related("country")
    serialize = serializers.organization
    linked_data = linked_data.organization
    reference = references.organization
    merges_as = "organization"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            members=members(self.object, today()),
            offices=self.object.offices.published().for_pages().newest_first(),
            records=Record.objects.published()
            .filter(participations__organization=self.object)
            .distinct()
            .newest_first(),
            feed=f"{self.object.get_absolute_url().rstrip('/')}.atom",
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
    linked_data = linked_data.person
    reference = references.person


class PersonPage(DetailPage):
    model = Person
    queryset = Person.objects.public().select_related("country")
    serialize = serializers.person
    linked_data = linked_data.person
    reference = references.person
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
