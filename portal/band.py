"""The overview band of a timeline: entries by year and kind, laid out in per cent of its box."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from charts.lanes import Block, Column, Lane, Layout, draw_lanes
from charts.scales import YearAxis, round_steps, years_in_words
from relations.models import Kind
from relations.models.record import record_class

# The kinds from top to bottom. Treaties are left out: a timeline shows their actions.
LANES = tuple(kind for kind in Kind if kind != Kind.TREATY)
LAYOUT = Layout(lane=1, gap=0.14, foot=1.2, least=0.26, by_root=True)
MOST_BARS = 120
# The narrowest window that a zoom link leads to, in years.
NEAREST = 6
_YEARS = re.compile(r"(\d{4})-(\d{4})")


class ZoomError(ValueError):
    """The text is not a valid range of years."""


@dataclass(frozen=True, slots=True)
class Years:
    """Years from first to last, both included."""

    first: int
    last: int

    @staticmethod
    def parse(text: str) -> "Years":
        """Parse a range such as 1990-2005. Raises ZoomError."""
        match = _YEARS.fullmatch(text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ZoomError(text)
        return Years(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.first:04}-{self.last:04}"

    @property
    def words(self) -> str:
        return years_in_words((self.first, self.last))

    def __len__(self) -> int:
        return self.last - self.first + 1

    def within(self, whole: "Years") -> "Years":
        """The same number of years, moved into the whole, and cut if there are too many."""
        first = max(whole.first, min(self.first, whole.last - len(self) + 1))
        return Years(first, min(whole.last, first + len(self) - 1))

    def around(self, middle: int, width: int) -> "Years":
        first = max(1, middle - width // 2)
        return Years(first, first + width - 1)

    def moved(self, by: int) -> "Years":
        return Years(self.first + by, self.last + by)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bin of years with its entries: the blocks of all lanes, and the count of each kind with a
    lane, in words. `x` and `width` are in per cent of the band."""

    first: int
    last: int
    kinds: tuple[str, ...]
    counts: tuple[int, ...]
    blocks: tuple[tuple[str, Block], ...]
    x: float
    width: float

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def rectangles(self) -> SafeString:
        """Its blocks as SVG. A busy pair has hundreds, and a template would look up each number
        separately."""
        place = f'x="{self.x}%" width="{self.width}%"'
        return mark_safe(
            "".join(
                f'<rect class="{kind}" {place} y="{block.y}%" height="{block.height}%"/>'
                for kind, block in self.blocks
            )
        )

    @property
    def years(self) -> str:
        return years_in_words((self.first, self.last))

    @property
    def words(self) -> str:
        """The text for screen readers: "1992, 9 entries: event 4, membership 5"."""
        kinds = ", ".join(
            f"{kind} {count}" for kind, count in zip(self.kinds, self.counts, strict=True) if count
        )
        entries = ngettext("%d entry", "%d entries", self.total) % self.total
        return f"{self.years}, {entries}: {kinds}"


@dataclass(frozen=True, slots=True)
class Band:
    """The visible window of years, its entries, and the selected years (`picked`)."""

    window: Years
    whole: Years
    axis: YearAxis
    bars: tuple[Bar, ...]
    # Each lane with the numbers of its entries in the window and of those without a date.
    lanes: tuple[tuple[Lane, int, int], ...]
    # The kinds without entries, as plural nouns; they have no lane.
    absent: tuple[str, ...]
    undated: int
    total: int
    picked: Years | None

    @property
    def base(self) -> float:
        """The position of the line below all lanes."""
        return self.lanes[-1][0].y

    @property
    def tick_end(self) -> float:
        return round(self.base + LAYOUT.share(0.26, len(self.lanes)), 3)

    @property
    def year_y(self) -> float:
        """The baseline of the years below the lanes."""
        return round(self.base + LAYOUT.share(1.06, len(self.lanes)), 3)

    @property
    def scale(self) -> list[tuple[int, float, float]]:
        """Counts from one to that of the highest block, each with the y and height of a block of
        that count as shares of its lane."""
        most = max(lane.most for lane, _count, _undated in self.lanes)
        middle = list(takewhile(lambda step: 3 * step <= most, round_steps()))[-1:]
        found = []
        for value in sorted({1, *middle, most} if most else ()):
            height = round(LAYOUT.column(value, most), 3)
            found.append((value, round(1 - height, 3), height))
        return found

    @property
    def picked_place(self) -> tuple[float, float]:
        """The start and width of the selected years, as far as they are visible."""
        return self.axis.place((self.picked.first, self.picked.last))

    @property
    def zooms(self) -> dict[str, str]:
        """The windows nearer, wider, earlier and later, as values of the zoom parameter. An empty
        text stands for the whole; links that would change nothing are left out."""
        middle = (self.window.first + self.window.last + 1) // 2
        if self.picked and self.window.first <= self.picked.last <= self.window.last:
            middle = (self.picked.first + self.picked.last + 1) // 2
        size, found = len(self.window), {}
        nearer = self.window.around(middle, max(NEAREST, size // 2))
        if size > NEAREST:
            found["nearer"] = str(nearer.within(self.window))
        if size < len(self.whole):
            wider = self.window.around(middle, 2 * size).within(self.whole)
            found["wider"] = "" if wider == self.whole else str(wider)
        half = max(1, size // 2)
        for name, way in (("earlier", -half), ("later", half)):
            moved = self.window.moved(way).within(self.whole)
            if moved != self.window:
                found[name] = str(moved)
        return found


def band(
    counts: Iterable[tuple[int | None, str, int]],
    whole: Years,
    zoom: Years | None = None,
    picked: Years | None = None,
    kinds: Collection[str] = LANES,
) -> Band:
    """The band for a window of the whole span, from counts by year and kind; only these `kinds`
    have a lane."""
    counts = list(counts)
    shown = tuple(kind for kind in LANES if kind in kinds)
    window = (zoom or whole).within(whole)
    axis = YearAxis(window.first, window.last, MOST_BARS)
    found = {kind.value: Counter() for kind in shown}
    undated = Counter()
    for year, kind, count in counts:
        if not year:
            undated[kind] += count
        elif window.first <= year <= window.last:
            found[kind][axis.bin(year)] += count
    lanes = draw_lanes(
        axis,
        [
            (kind.value, str(kind.label), [Column(*row) for row in found[kind.value].items()])
            for kind in shown
        ],
        LAYOUT,
    )
    return Band(
        window=window,
        whole=whole,
        axis=axis,
        bars=_bars(axis, lanes, found),
        lanes=tuple((lane, found[lane.key].total(), undated[lane.key]) for lane in lanes),
        absent=tuple(
            str(record_class(kind)._meta.verbose_name_plural) for kind in LANES if kind not in shown
        ),
        undated=undated.total(),
        total=sum(count for _year, _kind, count in counts),
        picked=picked,
    )


def _bars(axis: YearAxis, lanes: Iterable[Lane], counts: dict[str, Counter]) -> tuple[Bar, ...]:
    blocks = defaultdict(list)
    for lane in lanes:
        for block in lane.blocks:
            blocks[block.bin].append((lane.key, block))
    # Once: to translate them takes longer than to draw a bar.
    kinds = tuple(str(Kind(kind).label) for kind in counts)
    return tuple(
        Bar(
            *bounds,
            kinds,
            tuple(count[bounds] for count in counts.values()),
            tuple(blocks[bounds]),
            *axis.place(bounds),
        )
        for bounds in sorted(blocks)
    )


def picked_years(first: int | None, last: int | None, whole: Years) -> Years | None:
    """The years set in the filters, with open ends closed by the whole. None if the filters set no
    years, or an empty range."""
    if first is None and last is None:
        return None
    first, last = first or min(whole.first, last), last or max(whole.last, first or 1)
    return Years(first, last) if first <= last else None
