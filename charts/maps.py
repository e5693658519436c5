"""World maps of values by country: the shade of each country, the points of small ones, and the
legend. The templates in templates/charts/ draw them as SVG."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from charts.projection import Point
from charts.world import World, world

# The number of shades of a map of numbers.
SHADES = 5
# The colours of a standalone file, from none to the darkest; on pages the tokens of the style sheet
# override these.
COLOURS = ("#ffffff", "#c8e0ec", "#8dbfd8", "#4f96ba", "#24698f", "#0b3f61")
LEGEND_COLUMNS = 3
LAND, LINE, INK, SEA, SUBJECT = "#f6edcf", "#6f808a", "#14212b", "#ffffff", "#b3561b"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a country on a map: its key in `World.shapes` (empty if it has none), its shade
    from 1 to SHADES, or 0 if it is recorded without a value; whether that is `sure`; its name, the
    value in words, and the address of its details."""

    key: str
    shade: int
    sure: bool
    name: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn country: an outline, or a point if it is small."""

    value: Value
    path: str
    centre: Point

    @property
    def label(self) -> str:
        return f"{self.value.name}: {self.value.words}"


@dataclass(frozen=True, slots=True)
class Group:
    """The marks of one look."""

    shade: int
    sure: bool
    marks: tuple[Mark, ...]

    @property
    def look(self) -> str:
        """Its class: "shade-3", "unsure-3", and "shade-0" for what has no value."""
        return f"{'shade' if self.sure or not self.shade else 'unsure'}-{self.shade}"

    @property
    def fill(self) -> str:
        """Its fill in a standalone file; a pattern is a fill on pages as well."""
        return f"url(#{self.look})" if self.is_pattern else COLOURS[self.shade]

    @property
    def is_pattern(self) -> bool:
        return not self.sure or not self.shade


@dataclass(frozen=True, slots=True)
class WorldMap:
    """A map: `areas` and `points` by look, the darkest first; `land` is the path of all other land,
    `own` that of the country that the map is about, with the `centre` of a small one; and the
    values that have no place on it. `patterns` has the look and the colour of each fill that is not
    plain."""

    world: World
    areas: tuple[Group, ...]
    points: tuple[Group, ...]
    land: str
    own: str
    centre: Point | None
    missing: tuple[Value, ...]
    patterns: tuple[tuple[str, str], ...]

    sea, unmarked, line, ink, subject = SEA, LAND, LINE, INK, SUBJECT


def draw_map(values: Sequence[Value], own: str = "") -> WorldMap:
    """Draw values in the given order; `own` is the key of the country that the map is about."""
    earth = world()
    drawn = {row.key for row in values} | {own}
    rest = [shape.path for key, shape in earth.shapes.items() if key not in drawn]
    marks = [
        Mark(row, earth.shapes[row.key].path, earth.shapes[row.key].centre)
        for row in values
        if row.key in earth.shapes
    ]
    shape = earth.shapes.get(own)
    small = [mark for mark in marks if earth.shapes[mark.value.key].is_small]
    areas = _groups(mark for mark in marks if mark not in small)
    points = _groups(small)
    looks = {Group(row.shade, row.sure, ()) for row in values}
    return WorldMap(
        world=earth,
        areas=areas,
        points=points,
        land="".join([earth.rest, *rest]),
        own=shape.path if shape else "",
        centre=shape.centre if shape and shape.is_small else None,
        missing=tuple(row for row in values if row.key not in earth.shapes),
        patterns=tuple(sorted((one.look, COLOURS[one.shade]) for one in looks if one.is_pattern)),
    )


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a look stands for, and its place in the legend of a standalone file."""

    look: str
    words: str
    fill: str
    is_pattern: bool
    x: int
    y: int


def draw_legend(
    entries: Sequence[tuple[int, bool, str]], land: str, own: str = ""
) -> tuple[LegendEntry, ...]:
    """The legend in rows below the map: shades, each with whether it is sure and its text, all
    other `land`, and the country that the map is about, if any."""
    looks = [(Group(shade, sure, ()), words) for shade, sure, words in entries]
    found = [(group.look, words, group.fill, group.is_pattern) for group, words in looks]
    found.append(("land", land, LAND, False))
    if own:
        found.append(("own", own, SUBJECT, False))
    places = [
        (at % LEGEND_COLUMNS * world().width // LEGEND_COLUMNS, at // LEGEND_COLUMNS * 44)
        for at in range(len(found))
    ]
    return tuple(
        LegendEntry(*entry, x, world().height + 40 + y)
        for entry, (x, y) in zip(found, places, strict=True)
    )


def _groups(marks: Iterable[Mark]) -> tuple[Group, ...]:
    def look(mark: Mark) -> tuple[int, bool]:
        return mark.value.shade, mark.value.sure or not mark.value.shade

    ordered = sorted(marks, key=look, reverse=True)
    return tuple(Group(*found, tuple(rows)) for found, rows in groupby(ordered, look))


@dataclass(frozen=True, slots=True)
class ShadeRange:
    """The least and the greatest number of a shade."""

    shade: int
    low: Any
    high: Any


def shade_ranges(numbers: Iterable) -> list[ShadeRange]:
    """At most SHADES ranges with about as many of the numbers in each; equal numbers are in one.
    Fewer ranges are spread over the shades."""
    counts = sorted(Counter(numbers).items())
    total, seen, found = sum(count for _number, count in counts), 0, []
    for place, (number, count) in enumerate(counts):
        # Few different numbers have a range each.
        range_ = place if len(counts) <= SHADES else min(SHADES - 1, SHADES * seen // total)
        if found and found[-1][0] == range_:
            found[-1] = (range_, found[-1][1], number)
        else:
            found.append((range_, number, number))
        seen += count
    step = (SHADES - 1) / max(1, len(found) - 1)
    return [
        ShadeRange(SHADES - round(step * (len(found) - place)), low, high)
        for place, (_range, low, high) in enumerate(found, 1)
    ]


def shade_of(number, ranges: Sequence[ShadeRange]) -> int:
    """The shade of a number in one of the ranges."""
    return next(row.shade for row in ranges if number <= row.high)
