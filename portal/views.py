"""Public pages that compose several domains."""

from itertools import chain

from django.db import connection
from django.db.models import Count, F, Max, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import shapes, timeline
from portal.filters import DisagreementFilter, SourceFilter, TimelineFilter
from portal.forms import PairForm, ReportForm, may_report
from portal.gaps import known_gaps
from relations import anniversaries
from relations.filters import RelationFilter
from relations.models import (
    Citation,
    Country,
    Disagreement,
    ErrorReport,
    Event,
    Kind,
    Membership,
    Person,
    Record,
    Relation,
    Visit,
)
from relations.models.record import concrete
from relations.pairs import find_pair, to_canonical
from relations.shapes import disagreement as disagreement_shape
from relations.shapes import relation as relation_shape
from relations.views import ShapePage
from sources.dates import today
from sources.exports import download
from sources.models import Source, SourceFile, SourceText
from sources.shapes import source as source_shape
from sources.texts import annotate
from sources.views import ListPage, query_without
from trade.models import Figure, TradedGood
from treaties import family
from treaties.charts import family_picture
from treaties.forms import DayForm
from treaties.models import Treaty, TreatyLink, TreatyText
from treaties.terms import coming_ends

NEWEST = 10
# For how many months ahead a dossier looks for treaties that end or renew themselves.
SOON = 12
# How many treaties, visits and figures stand on a dossier itself.
LISTED = 25
# How many records, and how many figures, stand on the page of their source.
RESTING = 200
# In which order: what has a passage, then the rest.
FIRST = (F("passage").asc(nulls_last=True), "id")
# The kinds of records that have a list of their own.
LISTS = {
    Kind.TREATY: "treaties:treaty_list",
    Kind.VISIT: "relations:visit_list",
    Kind.EVENT: "relations:event_list",
}


@require_safe
def home(request):
    """Pairs, newest records, anniversaries coming up, and how much the base holds."""
    return render(
        request,
        "portal/home.html",
        {
            "form": PairForm(),
            "relations": _relations()[:NEWEST],
            "newest": concrete(_newest(Record.objects.all())),
            "anniversaries": anniversaries.coming_up(Event.objects.all(), today())[:NEWEST],
            "counts": {
                _("published records"): Record.objects.published().count(),
                _("figures"): Figure.objects.published().count(),
                _("citations"): Citation.objects.published().count(),
                _("sources"): Source.objects.count(),
                _("countries, current and former"): Country.objects.count(),
            },
        },
    )


def _relations():
    return (
        Relation.objects.with_countries()
        .annotate(
            entries=Count("records", filter=Q(records__state="published")),
            newest=Max("records__published_at", filter=Q(records__state="published")),
        )
        .filter(entries__gt=0)
        .order_by("-entries", "slug")
    )


def _newest(records):
    return list(
        records.published()
        .exclude(kind__in=["action", "membership", "office"])
        .order_by("-published_at", "-sort_key", "-id")[:NEWEST]
    )


class RelationList(ListPage):
    """All pairs with records, and a way to any pair: the form leads to its dossier."""

    model = Relation
    template_name = "portal/relation_list.html"
    filterset_class = RelationFilter
    shape = relation_shape

    def get(self, request, *args, **kwargs):
        self.form = PairForm(request.GET if {"one", "other"} & set(request.GET) else None)
        if self.form.is_bound and self.form.is_valid():
            return redirect("portal:dossier", self.form.pair_slug())
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return _relations()

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=self.form, **kwargs)

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(
            context, **kwargs | ({"status": 400} if self.form.is_bound else {})
        )


@require_safe
def dossier(request, slug):
    """All about a pair at a glance; it answers for any two countries."""
    pair = find_pair(slug)
    if pair.slug != slug:
        return to_canonical(request, slug, pair)
    both = (pair.country_a, pair.country_b)
    events = Event.objects.between(*both)
    visits = Visit.objects.published().between(*both)
    # Asked for once: each of the sections looks at these few alone.
    keys = list(Treaty.objects.of_pair(*both).values_list("pk", flat=True))
    treaties = Treaty.objects.filter(pk__in=keys)
    asked = DayForm(request.GET)
    families = family.of_treaties(treaties)
    figures = Figure.objects.published().between(*both)
    return render(
        request,
        "portal/dossier.html",
        {
            "pair": pair,
            "established": events.published()
            .filter(event_type=Event.Type.ESTABLISHMENT)
            .for_pages()
            .oldest_first(),
            "treaty_count": treaties.count(),
            "treaties": treaties.for_pages().with_status(asked.day).newest_first()[:LISTED],
            "day_form": asked,
            "day": asked.day,
            "in_force": _in_force(treaties, asked.day, both),
            "ends": coming_ends(treaties, asked.day, SOON),
            "families": families,
            "picture": family_picture(families, today()),
            "visit_count": visits.count(),
            "visits": visits.for_pages().newest_first()[:LISTED],
            "latest": timeline.page(timeline.strands(pair)[:1], size=NEWEST).entries,
            "figures": figures.for_pages().order_by("-sort_key", "indicator__name", "-id")[:LISTED],
            "goods": TradedGood.objects.published().between(*both).for_pages(),
            "organizations": _shared_organizations(both),
            "anniversaries": anniversaries.coming_up(events, today(), days=366),
            "disagreements": pair.disagreements.present() if pair.pk else (),
            "gaps": known_gaps(pair),
            "predecessors": Relation.objects.with_predecessors_of(pair).with_records(),
        },
        status=200 if asked.is_valid() else 400,
    )


def _in_force(treaties, day, both):
    """What is certainly, and what possibly, in force between two countries on a day, bilateral
    and multilateral apart: of each the title, how many there are, and the newest."""
    sure = treaties.newest_first().binding_on(day, *both)
    possible = treaties.newest_first().possibly_binding_on(day, *both)
    return [
        (title, rows.count(), rows.for_pages().with_status(day)[:LISTED])
        for title, rows in (
            (_("Bilateral"), sure.filter(relation__isnull=False)),
            (_("Multilateral"), sure.filter(relation=None)),
            (_("Possibly, bilateral"), possible.filter(relation__isnull=False)),
            (_("Possibly, multilateral"), possible.filter(relation=None)),
        )
    ]


def _shared_organizations(both):
    """The organizations to which both countries belong, with the membership of each."""
    shared = {}
    for row in Membership.objects.shared_by(*both).for_pages().order_by("organization__sort_name"):
        shared.setdefault(row.organization, []).append(row)
    return list(shared.items())


@require_safe
def timeline_page(request, slug, form="html"):
    """The entries of a pair by year, filtered, a page at a time or as a whole file."""
    pair = find_pair(slug)
    if pair.slug != slug:
        return to_canonical(request, slug, pair)
    strands = timeline.strands(pair)
    filters = [TimelineFilter(request.GET, queryset=strand) for strand in strands]
    people = Person.objects.of_pair(pair)
    for found in filters:
        found.form.fields["person"].queryset = people
    valid = filters[0].is_valid()
    order, cursors = _reading(request)
    rows = [found.qs for found in filters] if valid else []
    if form != "html" and valid:
        columns = _columns(rows) if form == "csv" else ()
        return download(_all_entries(rows, order), form, f"timeline-{slug}", columns)
    return render(
        request,
        "portal/timeline.html",
        {
            "pair": pair,
            "filterset": filters[0],
            "valid": valid,
            "page": timeline.page(rows, oldest_first=order == "oldest", **cursors),
            "order": order,
            "query": query_without(request, "after", "before"),
            "query_without_order": query_without(request, "after", "before", "order"),
        },
        status=200 if valid else 400,
    )


def _reading(request):
    """The order and the cursors that the address asks for; 404 where they cannot be."""
    order = request.GET.get("order", "newest")
    if order not in ("newest", "oldest"):
        raise Http404(_("The order is “newest” or “oldest”."))
    try:
        cursors = {
            name: timeline.Cursor.parse(request.GET[name])
            for name in ("after", "before")
            if name in request.GET
        }
    except timeline.CursorError as error:
        raise Http404(
            _("There is no place “%(place)s” in a timeline.") % {"place": error}
        ) from error
    return order, cursors


def _columns(rows):
    """The columns of all kinds of entries that the file will hold: each kind has its own."""
    samples = [strand.filter(kind=kind).first() for strand in rows for kind in Kind.values]
    entries = concrete(filter(None, samples), whole=True)
    return list(dict.fromkeys(chain.from_iterable(map(shapes.entry, entries))))


def _all_entries(rows, order):
    """The shapes of all entries, page after page, so that memory stays the same."""
    after = None
    while True:
        page = timeline.page(rows, oldest_first=order == "oldest", after=after, whole=True)
        yield from (shapes.entry(entry) for entry in page.entries)
        if not page.next:
            return
        after = page.next


class SourceList(ListPage):
    model = Source
    filterset_class = SourceFilter
    shape = source_shape


class SourcePage(ShapePage):
    """A source with its cited places, and all that rests on each."""

    model = Source
    shape = source_shape

    def get_context_data(self, **kwargs):
        source = self.object
        used = self._used()
        passages = list(source.passages.all())
        for passage in passages:
            passage.source = source
            passage.values = used.pop((passage.pk, passage.locator), [])
        attached = SourceText.objects.filter(source=source).first() if source.is_open else None
        return super().get_context_data(
            figure_count=Figure.objects.published().filter(source=source).count(),
            records=self._records(),
            resting=RESTING,
            file=self._file(),
            passages=passages,
            paragraphs=annotate(attached.text, passages) if attached else (),
            synopsis=[
                (part, [row for row in passages if row.paragraph == part.paragraph])
                for part in source.synopsis.all()
            ],
            elsewhere=[
                (locator, rows)
                for (_pk, locator), rows in sorted(used.items(), key=lambda item: item[0][1])
            ],
            **kwargs,
        )

    def _records(self):
        """How many records rest on the source, by kind, with the list of those that have one."""
        cited = Citation.objects.filter(source=self.object).values("record")
        rows = Record.objects.published().filter(pk__in=cited).order_by()
        counts = dict(rows.values_list("kind").annotate(Count("pk")))
        return [
            (kind.label, counts[kind.value], LISTS.get(kind))
            for kind in Kind
            if kind.value in counts
        ]

    def _file(self):
        """The file that this reader may have."""
        row = SourceFile.objects.filter(source=self.object).first()
        allowed = self.object.is_open or self.request.user.has_perm("sources.view_source")
        return row if row and allowed else None

    def _used(self):
        """All published values that rest on the source, by passage and place.

        Of a data set only the first: it may hold millions, which the lists have.
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


@require_safe
def source_file(request, slug):
    """A source's file, as a download: where its rights allow it, else for editors alone."""
    row = get_object_or_404(SourceFile.objects.select_related("source"), source__slug=slug)
    if not row.source.is_open and not request.user.has_perm("sources.view_source"):
        raise Http404(_("This source's text is not ours to show."))
    try:
        content = row.file.open("rb")
    except OSError as error:
        raise Http404(_("The file is not here.")) from error
    return FileResponse(content, as_attachment=True, filename=row.name, content_type=row.media_type)


class DisagreementList(ListPage):
    model = Disagreement
    queryset = Disagreement.objects.present().for_pages().order_by("state", "title", "id")
    filterset_class = DisagreementFilter
    shape = disagreement_shape


def report(request, slug, kind="record"):
    """A form by which any reader reports an error in a record or a figure."""
    rows = Figure.objects.for_pages() if kind == "figure" else Record.objects.all()
    about = get_object_or_404(rows.published(), slug=slug)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_report(request.META.get("REMOTE_ADDR", "")):
            form.add_error(None, _("That is many reports in an hour; please try again later."))
            return render(request, "portal/report.html", {"form": form, "about": about}, status=429)
        ErrorReport.objects.create(
            record=about if kind == "record" else None,
            address=about.get_absolute_url(),
            message=form.cleaned_data["message"],
        )
        return render(request, "portal/report.html", {"about": about, "thanks": True})
    status = 400 if form.is_bound else 200
    return render(request, "portal/report.html", {"form": form, "about": about}, status=status)


@require_safe
def data(request):
    """What can be downloaded, and under which licence."""
    return render(request, "portal/data.html")


@require_safe
def healthz(request):
    """Answers ok while the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
