"""Public pages that combine several domains."""

from itertools import chain

from django.conf import settings
from django.core.validators import slug_re
from django.db import connection
from django.db.models import Count, F
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.dates import today
from core.exports import download, file_name, refuse_unknown
from core.views import ListPage
from extraction.coverage import coverage
from portal import dossier, evidence, timeline
from portal.citing import PageCitation
from portal.filters import DisagreementFilter, SourceFilter, TimelineFilter
from portal.forms import ReportForm, may_report
from portal.pictures import pictures
from portal.samples import samples
from portal.search import SearchForm, SearchPage
from portal.search_results import in_file
from portal.serializers import RESULT
from portal.serializers import result as serialize_result
from portal.suggestions import LONGEST, named_pair, suggestions
from portal.timeline_page import (
    all_entries,
    columns_of,
    links,
    read_position,
    timeline_context,
)
from relations import anniversaries
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
from relations.models.record import as_subclasses
from relations.pairs import of_pair, people_of
from relations.second_factor import lacks_second_factor
from relations.serializers import disagreement as serialize_disagreement
from relations.serializers import relation as serialize_relation
from relations.views import DetailPage
from sources.locating import place_in_words
from sources.models import Source, SourceFile, SourceText
from sources.serializers import source as serialize_source
from sources.texts import annotate
from trade.models import Figure, TradedGood
from treaties.forms import DayForm
from treaties.models import TreatyLink, TreatyText

NEWEST = 10
# The citation formats for reference managers, with their media types.
CITED = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}
# How many citations, figures and goods the page of a source lists at most (each).
RESTING = 200
# Their order: those with a passage first.
FIRST = (F("passage").asc(nulls_last=True), "id")
# The kinds of records with a list page of their own.
LISTS = {
    Kind.TREATY: "treaties:treaty_list",
    Kind.VISIT: "relations:visit_list",
    Kind.EVENT: "relations:event_list",
    Kind.MISSION: "relations:mission_list",
}


@require_safe
def home(request):
    """Pairs, newest records, upcoming anniversaries, and how much the database holds."""
    return render(
        request,
        "portal/home.html",
        {
            "relations": _relations()[:NEWEST],
            "latest_pairs": _relations().order_by("-statistics__newest", "slug")[:NEWEST],
            "newest": as_subclasses(_newest(Record.objects.all())),
            "anniversaries": anniversaries.coming_up(Event.objects.all(), today(), NEWEST),
            "state": evidence.state(),
        },
    )


def _relations():
    return (
        Relation.objects.with_countries()
        .with_records()
        .annotate(entries=F("statistics__entries"), newest=F("statistics__newest"))
        .order_by("-statistics__entries", "slug")
    )


def _newest(records):
    return list(
        records.published()
        .exclude(kind__in=["action", "membership", "office"])
        .order_by("-published_at", "-sort_key", "-id")[:NEWEST]
    )


class RelationList(ListPage):
    """All pairs with records, and a box that leads to the dossier of any pair."""

    model = Relation
    template_name = "portal/relation_list.html"
    filterset_class = RelationFilter
    serialize = serialize_relation

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


@require_safe
@of_pair
def dossier_page(request, pair):
    """An overview of a pair; it exists for any two countries."""
    asked = DayForm(request.GET)
    found = dossier.dossier(pair, asked.day)
    context = {"day_form": asked, "cited": _page_citation(request, pair, found["changed"])}
    return render(
        request,
        "portal/dossier.html",
        found | context,
        status=200 if asked.is_valid() else 400,
    )


def _page_citation(request, pair, changed):
    url = request.build_absolute_uri(pair.get_absolute_url())
    return PageCitation(pair, url, today(), changed.date() if changed else None)


@require_safe
@of_pair
def citation_file(request, pair, form):
    """The citation of a pair's page, as a file for reference managers."""
    cited = _page_citation(request, pair, dossier.changed(pair))
    media_type, text = CITED[form], getattr(cited, form)()
    name = file_name(pair.slug, None, form)
    return HttpResponse(
        text,
        content_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


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
    if form != "html" and filters[0].is_valid():
        rows = [found.qs for found in filters]
        columns = columns_of(rows, streams) if form == "csv" else []
        entries = all_entries(rows, position.oldest_first)
        name = file_name(f"timeline_{pair.slug}", filters[0].form, form)
        return download(request, entries, form, name, columns)
    found = timeline_context(pair, streams, filters, position) | links(request)
    return render(request, "portal/timeline.html", found, status=200 if found["valid"] else 400)


@require_safe
@of_pair
def pictures_page(request, pair):
    """Visits, treaties and shared organizations of a pair as pictures, each with its table."""
    return render(request, "portal/pictures.html", {"pair": pair, **pictures(pair, today())})


class SourceList(ListPage):
    model = Source
    queryset = Source.objects.public()
    filterset_class = SourceFilter
    serialize = serialize_source


class SourcePage(DetailPage):
    """A source with its cited places, and the values that rest on each."""

    model = Source
    queryset = Source.objects.public()
    serialize = serialize_source

    def get_context_data(self, **kwargs):
        source = self.object
        used = self._used()
        passages = list(source.passages.public())
        for passage in passages:
            passage.source = source
            passage.values = used.pop((passage.pk, passage.locator), [])
        text = SourceText.objects.filter(source=source).first()
        attached = text if source.is_open else None
        return super().get_context_data(
            figure_count=Figure.objects.published().filter(source=source).count(),
            records=self._records(),
            resting=RESTING,
            file=self._file(),
            coverage=text and coverage(source, text.text, public=True),
            passages=passages,
            paragraphs=annotate(attached.text, passages) if attached else (),
            synopsis=[
                (part, [row for row in passages if row.paragraph == part.paragraph])
                for part in source.synopsis.all()
            ],
            elsewhere=[
                (place_in_words(locator), rows)
                for (_pk, locator), rows in sorted(used.items(), key=lambda item: item[0][1])
            ],
            **kwargs,
        )

    def _records(self):
        """The number of records that cite the source, by kind, with the kind's list page if it has
        one."""
        cited = Citation.objects.filter(source=self.object).values("record")
        rows = Record.objects.published().filter(pk__in=cited).order_by()
        counts = dict(rows.values_list("kind").annotate(count=Count("*")))
        return [
            (kind.label, counts[kind.value], LISTS.get(kind))
            for kind in Kind
            if kind.value in counts
        ]

    def _file(self):
        """The source's file; None if there is none or this reader may not download it."""
        row = SourceFile.objects.filter(source=self.object).first()
        return row if row and _may_open(self.object, self.request.user) else None

    def _used(self):
        """The published values that rest on the source, by passage and place.

        Only the first citations, figures and goods: a data set may have millions, which the lists
        show.
        """
        used = {}
        statements = [
            *(
                model.objects.published()
                .filter(source=self.object)
                .for_pages()
                .order_by(*FIRST)[:RESTING]
                for model in (Figure, TradedGood)
            ),
            *(
                model.objects.published().filter(source=self.object).for_pages().order_by("id")
                for model in (TreatyLink, TreatyText)
            ),
        ]
        cited = Citation.objects.published().filter(source=self.object).select_related("record")
        for row in (*cited.order_by(*FIRST)[:RESTING], *chain(*statements)):
            used.setdefault((row.passage_id, row.locator), []).append(row)
        return used


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
    row = get_object_or_404(SourceFile.objects.select_related("source"), source__slug=slug)
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


def report(request, slug, kind="record"):
    """A form with which any reader can report an error in a record or a figure."""
    rows = Figure.objects.for_pages() if kind == "figure" else Record.objects.all()
    about = get_object_or_404(rows.published(), slug=slug)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_report(request.META.get("REMOTE_ADDR", "")):
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


@require_safe
def search_page(request, form="html"):
    """The results of a search, as a page or a file."""
    asked = SearchForm(request.GET)
    if form != "html":
        refuse_unknown(asked, *asked.in_files)
        if asked.is_valid():
            rows = () if asked.is_empty else in_file(asked.search, asked.by)
            name = file_name("search", asked, form)
            return download(request, map(serialize_result, rows), form, name, list(RESULT))
    found = SearchPage(asked, request.GET)
    status = 200 if found.valid else 400
    return render(request, "portal/search.html", {"page": found}, status=status)


@require_safe
def suggestions_while_typing(request):
    """What the search boxes offer for the text typed so far."""
    return JsonResponse({"suggestions": suggestions(request.GET.get("q", ""))})


@require_safe
def data(request):
    """The available downloads, and their licence."""
    return render(request, "portal/data.html")


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
