"""What is unknown about a pair, derived from the published data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts.scales import year_ranges
from core.dates import today
from relations.models import Organization, Relation
from trade.models import Figure
from trade.rules import EXPORTS, IMPORTS, TURNOVER
from treaties.life import OPEN, Status
from treaties.models import TreatyPeriod
from treaties.standings import Standings

# How many items of a gap are named.
NAMED = 25


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap: how many items have it, and the first of them (rows or ranges of years), or
    the address of the place that lists them."""

    kind: str
    title: str
    count: int
    items: tuple = ()
    url: str = ""

    @staticmethod
    def of(kind: str, title: str, items: tuple) -> "Gap":
        return Gap(kind, title, len(items), items[:NAMED])

    @property
    def more(self) -> int:
        """How many items are not named where the first are."""
        return self.count - len(self.items) if self.items else 0


@dataclass(frozen=True, slots=True)
class Missing:
    """A subject without any data, and the documents that could supply it."""

    title: str
    needed: str


def missing(found: dict) -> list[Missing]:
    """The empty subjects of a pair's dossier, with the documents that are needed."""
    subjects = (
        (
            "established",
            _("When diplomatic relations were established"),
            _("A joint communiqué, or the list of a foreign ministry."),
        ),
        (
            "treaties",
            _("Treaties"),
            _("Their entries in a collection of treaties, or the texts with their signatures."),
        ),
        (
            "visits",
            _("Visits"),
            _("Announcements or calendars of either side's head of state, government or ministry."),
        ),
        (
            "figures",
            _("Trade and investment"),
            _("Statistics that either country reports, with its classification and valuation."),
        ),
        (
            "organizations",
            _("Shared organizations"),
            _("Lists of members that organizations publish, with the day of joining."),
        ),
    )
    return [Missing(title, needed) for key, title, needed in subjects if not found[key]]


def known_gaps(
    relation: Relation, treaties: Collection[int], shared: Iterable[Organization]
) -> list[Gap]:
    """The gaps of a pair, with these keys of its treaties, and with the organizations that its
    countries share; without the kinds that do not occur."""
    both = (relation.country_a, relation.country_b)
    figures = Figure.objects.published().stated().between(*both)
    found = [
        _entry_into_force(treaties),
        _years(figures.filter(indicator__slug__in=[TURNOVER, EXPORTS, IMPORTS], period_until="")),
        _one_sided(figures.filter(indicator__slug=TURNOVER, commodity=None).annual(), both),
        _unidentified(shared),
    ]
    return [gap for gap in found if gap.count]


def _entry_into_force(treaties) -> Gap:
    """Treaties for which no source says when, or whether, they entered into force."""
    ever = TreatyPeriod.objects.filter(party=None, status=Status.IN_FORCE, treaty__in=treaties)
    never = {*treaties}.difference(ever.order_by().values_list("treaty", flat=True))
    standings = Standings(never, today())
    number = sum(standings.of(pk).status in ("", *OPEN) for pk in never)
    return Gap(
        "entry_into_force",
        ngettext(
            "%d treaty whose entry into force is unknown",
            "%d treaties whose entry into force is unknown",
            number,
        )
        % number,
        number,
        url="#treaties",
    )


def _years(figures) -> Gap:
    """Years without a trade figure between the first and the last year that has one."""
    bounds = ("period_earliest", "period_latest")
    have = {
        year
        for start, end in figures.order_by().values_list(*bounds).distinct()
        if start and end
        for year in range(start.year, end.year + 1)
    }
    rows = set(range(min(have), max(have))) - have if have else ()
    return Gap.of(
        "years",
        ngettext("%d year without trade figures", "%d years without trade figures", len(rows))
        % len(rows),
        tuple(year_ranges(rows)),
    )


def _one_sided(turnovers, both) -> Gap:
    """Years for which only one of the two countries has stated the turnover."""
    reporters = {}
    for start, reporter in turnovers.values_list("period_earliest", "reporter_country"):
        if start and reporter in {country.pk for country in both}:
            reporters.setdefault(start.year, set()).add(reporter)
    rows = year_ranges(year for year, sides in reporters.items() if len(sides) == 1)
    return Gap.of("one_sided", _("Turnover in all goods stated by one side only"), tuple(rows))


def _unidentified(organizations: Iterable[Organization]) -> Gap:
    rows = sorted(
        (row for row in organizations if not row.identified),
        key=lambda row: (row.sort_name, row.pk),
    )
    return Gap.of("unidentified", _("Organizations that are not identified"), tuple(rows))
