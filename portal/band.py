"""The overview band of a timeline: entries by year and kind, laid out in per cent of its box."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from portal.lanes import Axis, Tick, in_years
from relations.models import Kind

# The kinds from top to bottom; treaties stand on a timeline by their actions.
LANES = tuple(kind for kind in Kind if kind != Kind.TREATY)
# The lanes take so much of the height, and the years stand beneath. The highest block fills its
# lane but for a gap; a single entry is well seen.
LANES_HEIGHT = 83.4
LANE = LANES_HEIGHT / len(LANES)
HIGHEST, LEAST = 0.86 * LANE, 0.26 * LANE
MOST_BARS = 120
# What can no further be zoomed into.
NEAREST = 6
_YEARS = re.compile(r"(\d{4})-(\d{4})")


class ZoomError(ValueError):
    """The text names no years to zoom into."""


@dataclass(frozen=True, slots=True)
class Years:
    """Years from first to last, both included."""

    first: int
    last: int

    @staticmethod
    def parse(text: str) -> "Years":
        """Read 1990-2005; raises ZoomError."""
        match = _YEARS.fullmatch(text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ZoomError(text)
        return Years(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.first:04}-{self.last:04}"

    def __len__(self) -> int:
        return self.last - self.first + 1

    def within(self, whole: "Years") -> "Years":
        """As many years, moved and at last cut so that they lie within the whole."""
        first = max(whole.first, min(self.first, whole.last - len(self) + 1))
        return Years(first, min(whole.last, first + len(self) - 1))

    def around(self, middle: int, width: int) -> "Years":
        first = max(1, middle - width // 2)
        return Years(first, first + width - 1)


@dataclass(frozen=True, slots=True)
class Block:
    """The entries of one kind in the years of a bar: a rectangle in the lane of that kind."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Some years with their entries; `x` and `width` are per cent of the band."""

    first: int
    last: int
    counts: tuple[int, ...]
    blocks: tuple[Block, ...]
    x: float
    width: float

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def rectangles(self) -> SafeString:
        """Its blocks as SVG: of a busy pair they are hundreds, and a template would look up each
        number anew."""
        place = f'x="{self.x}%" width="{self.width}%"'
        return mark_safe(
            "".join(
                f'<rect class="{block.kind}" {place} y="{block.y}%" height="{block.height}%"/>'
                for block in self.blocks
            )
        )

    @property
    def years(self) -> str:
        return in_years((self.first, self.last))

    @property
    def words(self) -> str:
        """What a reader hears of it: "1992, 9 entries: event 4, membership 5"."""
        kinds = ", ".join(
            f"{kind.label} {count}" for kind, count in zip(LANES, self.counts, strict=True) if count
        )
        entries = ngettext("%d entry", "%d entries", self.total) % self.total
        return f"{self.years}, {entries}: {kinds}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind with the line on which its blocks stand, and how many of it the window holds."""

    kind: str
    label: str
    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Band:
    """The window of years that is shown, what stands in it, and the years that are picked."""

    window: Years
    whole: Years
    axis: Axis
    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    undated: int
    total: int
    picked: Years | None

    base = LANES_HEIGHT

    @property
    def picked_place(self) -> tuple[float, float]:
        """Where the picked years begin and how wide they are, as far as they are shown."""
        return self.axis.place((self.picked.first, self.picked.last))

    @property
    def step(self) -> int:
        return self.axis.step

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return self.axis.ticks

    @property
    def zooms(self) -> dict[str, str]:
        """The windows nearer, wider, earlier and later, as the address says them; an empty text
        stands for the whole, and what leads nowhere is left out."""
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
            moved = _moved(self.window, way).within(self.whole)
            if moved != self.window:
                found[name] = str(moved)
        return found


def _moved(years: Years, by: int) -> Years:
    return Years(years.first + by, years.last + by)


def band(
    counts: Iterable[tuple[int | None, str, int]],
    whole: Years,
    zoom: Years | None = None,
    picked: Years | None = None,
) -> Band:
    """The band over a window of the whole span, from the counts by year and kind."""
    counts = list(counts)
    window = (zoom or whole).within(whole)
    axis = Axis(window.first, window.last, MOST_BARS)
    found, lanes = defaultdict(Counter), Counter()
    for year, kind, count in counts:
        if year and window.first <= year <= window.last:
            found[axis.bin(year)][kind] += count
            lanes[kind] += count
    most = max((count for bar in found.values() for count in bar.values()), default=1)
    return Band(
        window=window,
        whole=whole,
        axis=axis,
        bars=tuple(_bar(axis, bounds, found[bounds], most) for bounds in sorted(found)),
        lanes=tuple(
            Lane(kind.value, str(kind.label), round(LANE * place, 2), lanes[kind.value])
            for place, kind in enumerate(LANES, 1)
        ),
        undated=sum(count for year, _kind, count in counts if not year),
        total=sum(count for _year, _kind, count in counts),
        picked=picked,
    )


def _bar(axis: Axis, bounds: tuple[int, int], kinds: Counter, most: int) -> Bar:
    counts = tuple(kinds[kind.value] for kind in LANES)
    blocks = []
    for place, count in enumerate(counts):
        if count:
            # By the root: one crowded year would press all others down to the same line.
            share = sqrt((count - 1) / (most - 1)) if most > 1 else 1
            height = round(LEAST + (HIGHEST - LEAST) * share, 2)
            y = round(LANE * (place + 1) - height, 2)
            blocks.append(Block(LANES[place].value, y, height))
    return Bar(*bounds, counts, tuple(blocks), *axis.place(bounds))


def picked_years(first: int | None, last: int | None, whole: Years) -> Years | None:
    """The years that the filters name, open ends closed by those of the whole; None where they
    name none, or none that are."""
    if first is None and last is None:
        return None
    first, last = first or min(whole.first, last), last or max(whole.last, first or 1)
    return Years(first, last) if first <= last else None
