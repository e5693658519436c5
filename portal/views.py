"""Public pages that combine several domains."""

from django.conf import settings
from django.core.validators import slug_re
from django.db import connection
from django.db.models import Count, F
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.citing import PageCitation
from core.dates import today
from core.errors import NO_PAGE, get_or_404, invalid_file_request
from core.exports import CELLS, download, file_name, origin_of, refuse_unknown, row_file
from core.network import client_address
from core.parameters import PAGE, accepts
from core.references import CITED
from core.views import ListPage, chosen_in_words, files_of, page_in_words
from extraction.coverage import coverage
from portal import dossier, evidence, timeline
from portal.additions import LISTS, additions
from portal.entry_files import EntryFiles
from portal.filters import DisagreementFilter, SourceFilter, TimelineFilter
from portal.forms import ReportForm, may_report
from portal.pictures import pictures
from portal.samples import samples
from portal.search import SearchForm, SearchPage
from portal.search_results import in_file
from portal.serializers import result as serialize_result
from portal.source_page import address_of, cited_page, text_in_paragraphs, with_synopsis
from portal.suggestions import LONGEST, named_pair, suggestions
from portal.timeline_page import (
    POSITION,
    all_entries,
    columns_of,
    links,
    read_position,
    timeline_context,
)
from portal.worked_example import worked_example
from relations import anniversaries
from relations import linked_data as relation_data
from relations import references as relation_references
from relations.filters import RelationFilter
from relations.models import (
    Citation,
    Disagreement,
    ErrorReport,
    Event,
    Kind,
    Record,
    Relation,
)
from relations.pairs import of_pair, people_of
from relations.second_factor import lacks_second_factor
from relations.serializers import disagreement as serialize_disagreement
from relations.serializers import relation as serialize_relation
from relations.views import DetailPage
from search.models import Kind as EntryKind
from search.suggestions import SUGGESTED
from sources import linked_data as source_data
from sources import references as source_references
from sources.models import Source, SourceFile, SourceText
from sources.serializers import source as serialize_source
from trade.models import Figure
from treaties.forms import DayForm

NEWEST = 10
# The lists with files: the label and the name of the view.
DATA_LISTS = (
    (gettext_lazy("Pairs"), "portal:relation_list"),
    (gettext_lazy("Treaties"), "treaties:treaty_list"),
    (gettext_lazy("Visits"), "relations:visit_list"),
    (gettext_lazy("Events"), "relations:event_list"),
    (gettext_lazy("Missions"), "relations:mission_list"),
    (gettext_lazy("Figures"), "trade:figure_list"),
    (gettext_lazy("Countries"), "relations:country_list"),
    (gettext_lazy("Organizations"), "relations:organization_list"),
    (gettext_lazy("People"), "relations:person_list"),
    (gettext_lazy("Sources"), "portal:source_list"),
    (gettext_lazy("Disagreements"), "portal:disagreement_list"),
)
FIGURES = "trade:figure_list"


@accepts()
@require_safe
def home(request):
    """A worked example, pairs, the newest additions, upcoming anniversaries, and how much the
    database holds."""
    return render(
        request,
        "portal/home.html",
        {
            "relations": _relations()[:NEWEST],
            "example": worked_example(),
            "additions": additions(),
            "anniversaries": anniversaries.coming_up(Event.objects.all(), today(), NEWEST),
            "state": evidence.state(),
            "feed": reverse("portal:home_atom"),
        },
    )


def _relations():
    return (
        Relation.objects.with_countries()
        .with_records()
        .annotate(entries=F("statistics__entries"))
        .order_by("-statistics__entries", "slug")
    )


class RelationList(ListPage):
    """All pairs with records, and a box that leads to the dossier of any pair."""

    model = Relation
    template_name = "portal/relation_list.html"
    filterset_class = RelationFilter
    serialize = serialize_relation
    linked_data = relation_data.relation
    own_parameters = (*ListPage.own_parameters, "countries", "one", "other")

    def get(self, request, *args, **kwargs):
        # Links to this page once had the slugs of two countries.
        slugs = [request.GET.get(name, "")[:LONGEST] for name in ("one", "other")]
        if all(map(slug_re.match, slugs)):
            return redirect("portal:dossier", "-".join(slugs))
        if text := request.GET.get("countries", "")[:LONGEST].strip():
            results = f"{reverse('portal:search')}?{urlencode({'q': text})}"
            return redirect(named_pair(text) or results)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return _relations()


@accepts(*DayForm.base_fields)
@require_safe
@of_pair
def dossier_page(request, pair):
    """An overview of a pair; it exists for any two countries."""
    asked = DayForm(request.GET)
    found = dossier.dossier(pair, asked.day)
    context = {"day_form": asked} | _cited(request, pair, found["changed"])
    context["feed"] = reverse("portal:dossier_atom", args=[pair.slug])
    context["calendar"] = reverse("portal:calendar_ics", args=[pair.slug])
    return render(
        request,
        "portal/dossier.html",
        found | context,
        status=200 if asked.is_valid() else 400,
    )


def _cited(request, pair, changed) -> dict:
    """How to cite the page of a pair: in words, as a reference, and as files."""
    address, origin = pair.get_absolute_url(), origin_of(request)
    day = changed.date() if changed else None
    return {
        "cited": PageCitation(str(pair), origin + address, today(), day),
        "reference": relation_references.relation(pair, day).at(origin),
        "files": [*files_of(address, ["jsonld"]), *files_of(f"{address}cite/", CITED)],
    }


@require_safe
@of_pair
def citation_file(request, pair, form):
    """The citation of a pair's page, as a file for reference managers."""
    changed = dossier.changed(pair)
    cited = relation_references.relation(pair, changed.date() if changed else None)
    return row_file(request, cited, form, file_name(pair.slug, None, form))


@require_safe
@of_pair
def pair_file(request, pair, form):
    """A pair as linked data."""
    return row_file(request, relation_data.relation(pair), form, file_name(pair.slug, None, form))


@accepts(*TimelineFilter.base_filters, *POSITION)
@require_safe
@of_pair
def timeline_page(request, pair, form="html"):
    """The entries of a pair by year, filtered, one page at a time or all in one file."""
    streams = timeline.streams(pair)
    filters = [TimelineFilter(request.GET, queryset=stream) for stream in streams]
    people = people_of(pair)
    for found in filters:
        found.form.fields["person"].queryset = people
    position = read_position(request.GET, streams)
    if form != "html":
        refuse_unknown(filters[0].form, *filters[0].form.fields, "order")
        if not filters[0].is_valid():
            return invalid_file_request(form, filters[0].form)
        rows = [found.qs for found in filters]
        columns = columns_of(rows, streams) if form in CELLS else []
        entries = all_entries(rows, position.oldest_first, form)
        name = file_name(f"timeline_{pair.slug}", filters[0].form, form)
        return download(request, entries, form, name, columns)
    found = timeline_context(pair, streams, filters, position) | links(request)
    if found["valid"]:
        found["title_details"] = chosen_in_words(filters[0].form)
        found["files"] = files_of(request.path, EntryFiles.formats, found["file_query"])
    return render(request, "portal/timeline.html", found, status=200 if found["valid"] else 400)


@accepts()
@require_safe
@of_pair
def pictures_page(request, pair):
    """Visits, treaties and shared organizations of a pair as charts, each with its table."""
    return render(request, "portal/pictures.html", {"pair": pair, **pictures(pair, today())})


class SourceList(ListPage):
    model = Source
    queryset = Source.objects.public()
    formats = (*ListPage.formats, *CITED)
    filterset_class = SourceFilter
    serialize = serialize_source
    linked_data = source_data.source
    reference = source_references.source


class SourcePage(DetailPage):
    """A source with its cited places, and the values that rest on each."""

    model = Source
    queryset = Source.objects.public()
    serialize = serialize_source
    linked_data = source_data.source
    reference = source_references.source
    parameters = (PAGE, "place")

    def get(self, request, *args, form="html", **kwargs):
        if form == "html" and (place := request.GET.get("place")):
            return redirect(address_of(self.get_object(), place))
        return super().get(request, *args, form=form, **kwargs)

    def get_context_data(self, **kwargs):
        source = self.object
        page = cited_page(source, self.request.GET.get("page", "1"))
        text = SourceText.objects.filter(source=source).first()
        attached = text if source.is_open and page.number == 1 else None
        return super().get_context_data(
            citing=self._citing(),
            file=self._file(),
            coverage=text and coverage(source, text.text, public=True),
            page_obj=page,
            title_details=[page_in_words(page)] if page.number > 1 else [],
            passages=page.passages,
            paragraphs=text_in_paragraphs(source, attached.text) if attached else (),
            has_text=text and source.is_open,
            synopsis=with_synopsis(source, page),
            elsewhere=page.elsewhere,
            **kwargs,
        )

    def _citing(self):
        """The number of records that cite the source, by kind, and of its figures, each with the
        list page if there is one."""
        cited = Citation.objects.filter(source=self.object).values("record")
        rows = Record.objects.published().filter(pk__in=cited).order_by()
        counts = dict(rows.values_list("kind").annotate(count=Count("*")))
        figures = Figure.objects.published().filter(source=self.object).count()
        found = [(kind.label, counts.get(kind.value, 0), LISTS.get(kind)) for kind in Kind]
        return [row for row in (*found, (_("figures"), figures, FIGURES)) if row[1]]

    def _file(self):
        """The source's file; None if there is none or this reader may not download it."""
        row = SourceFile.objects.filter(source=self.object).first()
        return row if row and _may_open(self.object, self.request.user) else None


def _may_open(source, user) -> bool:
    """Whether the user may download a source's file: anyone if readers see the source and its
    rights allow it, or else a user with access to sources at the desk who has passed any required
    second factor."""
    if source.is_open and source.is_public:
        return True
    return user.has_perm("sources.view_source") and not lacks_second_factor(user)


@require_safe
def source_file(request, slug):
    """A source's file as a download: for anyone if its rights allow it, else only for editors."""
    row = get_or_404(
        SourceFile.objects.select_related("source"),
        _("This source has no file."),
        source__slug=slug,
    )
    if not _may_open(row.source, request.user):
        raise Http404(_("We may not publish the text of this source."))
    try:
        content = row.file.open("rb")
    except OSError as error:
        raise Http404(_("The file is missing.")) from error
    return FileResponse(content, as_attachment=True, filename=row.name, content_type=row.media_type)


class DisagreementList(ListPage):
    model = Disagreement
    queryset = (
        Disagreement.objects.present().for_pages().with_history().order_by("state", "title", "id")
    )
    filterset_class = DisagreementFilter
    serialize = serialize_disagreement
    linked_data = relation_data.disagreement

    def title_details(self, page):
        """The address of one disagreement is this list with its key."""
        one = [str(row) for row in page] if self.request.GET.get("key") else []
        return [*one[:1], *super().title_details(page)]


@accepts()
def report(request, slug, kind="record"):
    """A form with which any reader can report an error in a record or a figure."""
    rows = Figure.objects.for_pages() if kind == "figure" else Record.objects.all()
    about = get_or_404(rows.published(), NO_PAGE, slug=slug)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_report(client_address(request)):
            form.add_error(
                None, _("There were too many reports in the last hour. Please try again later.")
            )
            return render(request, "portal/report.html", {"form": form, "about": about}, status=429)
        address, message = about.get_absolute_url(), form.cleaned_data["message"]
        # A form that is sent twice is one report.
        known = ErrorReport.objects.filter(address=address, message=message, state="open")
        if not known.exists():
            ErrorReport.objects.create(
                record=about if kind == "record" else None, address=address, message=message
            )
        return render(request, "portal/report.html", {"about": about, "thanks": True})
    status = 400 if form.is_bound else 200
    return render(request, "portal/report.html", {"form": form, "about": about}, status=status)


@accepts(*SearchForm.base_fields)
@require_safe
def search_page(request, form="html"):
    """The results of a search, as a page or a file."""
    asked = SearchForm(request.GET)
    if form != "html":
        refuse_unknown(asked, *asked.in_files)
        if not asked.is_valid():
            return invalid_file_request(form, asked)
        rows = () if asked.is_empty else in_file(asked.search, asked.by)
        name = file_name("search", asked, form)
        return download(request, map(serialize_result, rows), form, name, serialize_result.columns)
    found = SearchPage(asked, request.GET)
    status = 200 if found.valid else 400
    return render(request, "portal/search.html", {"page": found, "feed": found.feed}, status=status)


@require_safe
def suggestions_while_typing(request):
    """What the search boxes offer for the text typed so far."""
    kinds = (EntryKind.PAIR,) if request.GET.get("kind") == EntryKind.PAIR else SUGGESTED
    return JsonResponse({"suggestions": suggestions(request.GET.get("q", ""), kinds)})


# Not cached: the data package changes without the database.
@accepts()
@never_cache
@require_safe
def data(request):
    """The available downloads, and their licence."""
    return render(request, "portal/data.html", {"lists": DATA_LISTS})


@require_safe
def styleguide(request):
    """The design's tokens and components with made-up content; only available with DEBUG."""
    if not settings.DEBUG:
        raise Http404(_("This page exists only during development."))
    return render(request, "portal/styleguide.html", samples())


@never_cache
@require_safe
def healthz(request):
    """A plain "ok" if the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
