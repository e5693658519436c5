"""Pictures of lanes over years: a line for each of several things, blocks on it, laid out in per
cent of the box, so that nothing but their place tells the lanes apart."""

from collections.abc import Iterable
from dataclasses import dataclass

# How wide bins of years may be, and how many of them, or of ticks, a picture may have.
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
MOST_BINS = 60
MOST_TICKS = 10
# The height of a lane with its label above, of the years beneath, and of the least that is seen,
# in em.
LANE, LABEL, FOOT, LEAST = 3.2, 1.3, 1.8, 0.22


@dataclass(frozen=True, slots=True)
class Tick:
    """A year at its place; the minor ones are left out where there is little room."""

    year: int
    x: float
    minor: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """Years from first to last, in bins of `step` that begin at round years, at most so many."""

    first: int
    last: int
    most: int = MOST_BINS

    @property
    def step(self) -> int:
        return next(size for size in STEPS if self.last // size - self.first // size < self.most)

    def __len__(self) -> int:
        return self.last - self.first + 1

    def bin(self, year: int) -> tuple[int, int]:
        """The first and last year of the bin of a year."""
        start = year // self.step * self.step
        return max(start, self.first), min(start + self.step - 1, self.last)

    def bins(self) -> list[tuple[int, int]]:
        return sorted({self.bin(year) for year in range(self.first, self.last + 1)})

    def x(self, at: float) -> float:
        """Where a moment stands, in years: 2005 is the beginning of that year; edges hold."""
        return round(100 * min(max((at - self.first) / len(self), 0), 1), 3)

    def place(self, bounds: tuple[int, int]) -> tuple[float, float]:
        """Where the years from first to last begin, and how wide they are."""
        x = self.x(bounds[0])
        return x, round(self.x(bounds[1] + 1) - x, 3)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        step = next(size for size in STEPS if len(self) <= MOST_TICKS * size)
        years = range(-(-self.first // step) * step, self.last + 1, step)
        return tuple(
            Tick(year, self.x(year + 0.5), bool(place % 2)) for place, year in enumerate(years)
        )


@dataclass(frozen=True, slots=True)
class Value:
    """A number in a bin of a lane, what a reader hears of it, and where it leads; `pale` is how
    many more are possible and not certain, with their own address."""

    bin: tuple[int, int]
    count: int
    words: str
    url: str = ""
    pale: int = 0
    pale_url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle in per cent of the picture."""

    x: float
    width: float
    y: float
    height: float
    words: str
    url: str = ""
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as it is drawn: its label, the line that its blocks stand on, and these."""

    key: str
    label: str
    label_y: float
    y: float
    blocks: tuple[Block, ...]
    # What its highest column stands for.
    most: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its title, what it says in a sentence, and its table."""

    key: str
    title: str
    description: str
    axis: Axis
    lanes: tuple[Lane, ...]
    head: tuple[str, ...]
    rows: tuple[tuple, ...]

    @property
    def has_pale(self) -> bool:
        return any(block.pale for lane in self.lanes for block in lane.blocks)

    @property
    def most(self) -> int:
        """What the highest column stands for."""
        return max((lane.most for lane in self.lanes), default=0)

    @property
    def height(self) -> float:
        """In em."""
        return round(LANE * len(self.lanes) + FOOT, 2)

    @property
    def base(self) -> float:
        return share(LANE * len(self.lanes), len(self.lanes))


def in_years(bounds: tuple[int, int]) -> str:
    """Years in words: "2005", "2005–2009"."""
    first, last = bounds
    return str(first) if first == last else f"{first}–{last}"


def share(em: float, lanes: int) -> float:
    """A height in per cent of a picture of so many lanes."""
    return round(100 * em / (LANE * lanes + FOOT), 3)


def columns(axis: Axis, lanes: Iterable[tuple[str, str, list[Value]]]) -> tuple[Lane, ...]:
    """Lanes of columns, all on one scale: the highest fills its lane below the label."""
    lanes = list(lanes)
    most = max((row.count + row.pale for *_label, rows in lanes for row in rows), default=1) or 1
    found = []
    for place, (key, label, rows) in enumerate(lanes):
        foot, blocks = LANE * (place + 1), []
        for row in rows:
            (x, width), low = axis.place(row.bin), foot
            for count, url, pale in (
                (row.count, row.url, False),
                (row.pale, row.pale_url, True),
            ):
                if count:
                    height = max(LEAST, (LANE - LABEL) * count / most)
                    low -= height
                    y, tall = share(low, len(lanes)), share(height, len(lanes))
                    blocks.append(Block(x, width, y, tall, row.words, url, pale))
        label_y = share(foot - LANE + LABEL - 0.35, len(lanes))
        highest = max((row.count + row.pale for row in rows), default=0)
        found.append(Lane(key, label, label_y, share(foot, len(lanes)), tuple(blocks), highest))
    return tuple(found)
