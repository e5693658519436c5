"""Made-up rows for the style guide, never saved: the real partials render them."""

from decimal import Decimal

from django.core.paginator import Paginator

from charts.lanes import Column, LaneChart, draw_lanes
from charts.scales import YearAxis
from portal.band import Years, band
from portal.filters import SourceFilter
from portal.footnotes import NotedSource
from relations.models import Citation, Decision, Disagreement
from sources.models import Passage, Source
from trade.balance import Observation
from trade.charts import Chart, Line, spark
from trade.models import Figure

KINDS = ("event", "visit", "action", "membership", "mission", "office")
TOKENS = {
    "surface": ("paper", "sheet", "accent-soft", "warn-soft", "land"),
    "ink": ("ink", "ink-soft", "accent", "on-accent", "rule", "rule-strong", "focus"),
    "meaning": ("warn", "bad", "good", "near", "wait"),
    "kind": tuple(f"kind-{kind}" for kind in KINDS),
    "series": tuple(f"series-{number}" for number in range(1, 7)),
    "shade": (*(f"shade-{number}" for number in range(1, 6)), "subject"),
}
SIZES = (*(f"space-{number}" for number in range(1, 7)), "radius", "measure", "page")
FACES = ("serif", "sans", "mono")
COUNTS = ((1992, "event", 9), (1993, "visit", 1), (1996, "action", 4), (2005, "membership", 2))
LONG = "A protocol with a very long title on " + "co-operation, " * 12 + "and " + "Ы" * 120
STATUSES = (
    *("in_force", "provisional", "signed", "suspended", "superseded", "terminated", "unknown"),
)


def samples() -> dict:
    """The context of the style guide, built without queries."""
    source = Source(slug="sample", title="A sample source", kind="official", date="2024-05")
    source.author, source.publisher = "An author", "A publisher"
    source.url = "https://source.example/a/long/address/of/a/document"
    passage = Passage(source=source, locator="p1s2", paragraph=1, sentence=2, quote="a few words")
    citation = Citation(source=source, passage=passage, locator="p1s2", note="Why it was inferred.")
    citation.inferred = True
    contradicts = Citation(source=source, locator="page 4", as_stated="6 May", stance="contradicts")
    members = [
        {
            "id": "a",
            "value": "5 May 2024",
            "source": "sample",
            "url": "#one",
            "grade": "official",
        },
        {"id": "b", "value": "6 May 2024", "source": "sample", "url": "#other", "grade": "news"},
    ]
    rival = Disagreement(key="sample", rule="rival_dates", title="On which day it was signed")
    rival.members = members
    decided = Disagreement(key="decided", rule="rival_dates", title="The same, decided")
    decided.members, decided.state, decided.choice = members, "decided", "a"
    decided.reason = "The treaty's own text says so."
    before = Decision(disagreement=decided, state="decided", reason="Neither gives a reason.")
    rival.earlier, decided.earlier = [], [before]
    noted = NotedSource(1, source)
    for row in (Citation(source=source), citation, contradicts):
        noted.note(row).marks = 2
    return {
        "tokens": TOKENS,
        "sizes": SIZES,
        "faces": FACES,
        "kinds": KINDS,
        "statuses": STATUSES,
        "long": LONG,
        "date": source.date,
        "citations": [citation, contradicts],
        "disagreements": [rival, decided],
        "footnotes": [noted],
        "band": band([*COUNTS, (None, "event", 1)], Years(1990, 2009), picked=Years(1993, 1999)),
        "lanes": lanes(),
        "spark": spark(Chart("sample", "A line", "", "", (line(),))),
        "filterset": SourceFilter(None, Source.objects.none()),
        "page_obj": Paginator(range(3000), 25).get_page(2),
    }


def lanes() -> LaneChart:
    """Two lanes, one of them with possible but uncertain counts."""
    axis = YearAxis(1990, 2009)
    sure = [Column(axis.bin(year), count, f"{year}, {count}") for year, _kind, count in COUNTS]
    unsure = [Column(axis.bin(2000), 2, "2000, 2 and 3", unsure=3)]
    rows = tuple((str(year), count) for year, _kind, count in COUNTS)
    return LaneChart(
        key="sample-lanes",
        title="Two lanes",
        description="What they count, in a sentence.",
        axis=axis,
        lanes=draw_lanes(axis, [("in_force", "one", sure), ("series-1", "the other", unsure)]),
        head=("Year", "Count"),
        rows=rows,
    )


def line() -> Line:
    """Values of one reporter over four years, one of them a gap."""
    points = []
    for year, millions in ((2019, 2), (2020, 3), (2022, 5)):
        value = Decimal(millions).scaleb(6)
        figure = Figure(pk=year, slug="sample", period=str(year), value=value, scale=6)
        figure.source = Source(slug="sample", kind="official")
        points.append(Observation(value, value, value, (figure,)))
    return Line("A reporter", tuple(points))
