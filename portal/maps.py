"""World maps with their legends and tables: what countries have in common with one country, or with
an organization."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from charts.maps import (
    LegendEntry,
    Value,
    WorldMap,
    draw_legend,
    draw_map,
    shade_of,
    shade_ranges,
)
from charts.world import KOSOVO
from relations.models import Country, Membership, Organization
from relations.templatetags.records import time_span
from sources.models import Source

# How many rows of the table are not folded.
UNFOLDED = 20
# The keys on the map of countries without a code of ISO 3166-1.
KEYS = {"kosovo": KOSOVO}
TYPE = Membership.Type
# The shade of each type of membership, the closest the darkest.
MEMBERS = {
    TYPE.FULL: 5,
    TYPE.UNSPECIFIED: 4,
    TYPE.ASSOCIATE: 3,
    TYPE.OBSERVER: 2,
    TYPE.CANDIDATE: 1,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table: its text, and the address of what it counts or names."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A country with its value, which decides its shade and its place in the table: how much is
    `certain`, or how much is only `possible` if nothing is certain.

    `words` and `url` are those of its place on the map, `cells` its line of the table, and `values`
    its line of the file, by column.
    """

    country: Country
    certain: int | Decimal
    possible: int
    words: str
    url: str
    cells: tuple[Cell, ...]
    values: dict

    @property
    def number(self) -> int | Decimal:
        return self.certain or self.possible


@dataclass(frozen=True, slots=True)
class Theme:
    """What a map shows: a title, a sentence or two about it, the heads of its table, and the legend
    for uncertain values and for countries that are recorded without a value.

    `words` formats the numbers of the legend; `shades` names fixed shades instead.
    """

    title: str
    about: str
    heads: tuple[str, ...]
    unsure: str
    without: str
    words: Callable = str
    shades: dict[int, str] | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueMap:
    """A drawn map with its legend, and its rows in the order of the table."""

    theme: Theme
    rows: tuple[Row, ...]
    legend: tuple[LegendEntry, ...]
    drawing: WorldMap

    @property
    def first(self) -> list[tuple]:
        """The lines that the page shows at once; the rest is folded. Each is a row, and its cells
        with the heads of their columns."""
        return self._lines(self.rows[:UNFOLDED])

    @property
    def folded(self) -> list[tuple]:
        return self._lines(self.rows[UNFOLDED:])

    @property
    def missing(self) -> list[Value]:
        """The values of countries without a place on the map."""
        return [value for value in self.drawing.missing if value.shade]

    def _lines(self, rows):
        return [(row, list(zip(self.theme.heads, row.cells, strict=True))) for row in rows]


def key_of(country: Country) -> str:
    """The key of a country in `World.shapes`; empty for former states and others without one."""
    return country.iso_numeric or KEYS.get(country.slug, "")


def value_map(theme: Theme, rows: list[Row], own: Country | None = None) -> ValueMap:
    """The map of these rows, the greatest numbers first; `own` is the country that it is about."""
    rows = sorted(rows, key=lambda row: (-row.certain, -row.possible, row.country.sort_name))
    ranges = shade_ranges(row.number for row in rows if row.number)

    def shade(row: Row) -> int:
        if theme.shades:
            return int(row.number)
        return shade_of(row.number, ranges) if row.number else 0

    values = [
        Value(key_of(row.country), shade(row), bool(row.certain), row.country.name, row.words,
              row.url)
        for row in rows
    ]  # fmt: skip
    named = theme.shades or {
        row.shade: theme.words(row.low)
        if row.low == row.high
        else f"{theme.words(row.low)}–{theme.words(row.high)}"
        for row in ranges
    }
    return ValueMap(
        theme=theme,
        rows=tuple(rows),
        legend=draw_legend(
            list(_legend(theme, values, named)), _("nothing recorded"), own.name if own else ""
        ),
        drawing=draw_map(values, key_of(own) if own else ""),
    )


def _legend(theme: Theme, values: list[Value], named: dict[int, str]) -> Iterator[tuple]:
    used = {row.shade for row in values}
    for shade in sorted(used & set(named), reverse=True):
        yield shade, True, named[shade]
    if unsure := [row.shade for row in values if row.shade and not row.sure]:
        yield max(unsure), False, theme.unsure
    if 0 in used:
        yield 0, True, theme.without


def members_map(organization: Organization, on: date) -> ValueMap:
    """The members of an organization on a day, by the type of their membership."""
    found: dict[Country, Row] = {}
    memberships = organization.memberships.published().select_related("member")
    for row in memberships.order_by("sort_title", "pk"):
        certain = possible = 0
        if row.certainly_lasts_on(on):
            certain = MEMBERS[row.membership_type]
        elif row.possibly_lasts_on(on):
            possible = MEMBERS[row.membership_type]
        kind = row.get_membership_type_display()
        words = kind if certain else _("possibly %s") % kind if possible else _("not on this day")
        url = row.get_absolute_url()
        shown = Row(
            country=row.member,
            certain=certain,
            possible=possible,
            words=words,
            url=url,
            cells=(Cell(words, url), Cell(time_span(row))),
            values={
                "type": row.membership_type,
                "member": "yes" if certain else "possibly" if possible else "no",
                "from": str(row.date),
                "until": str(row.until),
            },
        )
        # Of several memberships of a country, the one that counts on this day.
        before = found.get(row.member)
        if not before or (before.certain, before.possible) < (certain, possible):
            found[row.member] = shown
    theme = Theme(
        title=_("Members"),
        about=_(
            "Members of the organization on this day, by the type of their membership, as far as "
            "memberships are recorded here."
        ),
        heads=(_("Membership"), _("Time")),
        unsure=_("possibly, not certainly"),
        without=_("not on this day: left before, or joined later"),
        shades={shade: str(kind.label) for kind, shade in MEMBERS.items()},
    )
    return value_map(theme, list(found.values()))
