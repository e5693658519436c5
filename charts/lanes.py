"""Lanes over years: one below the other, each with its own columns, in per cent of the drawing.

A lane is identified by its position; its colour only repeats that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from charts.scales import YearAxis


@dataclass(frozen=True, slots=True)
class Layout:
    """Heights in one unit: of a lane, of the gap above its columns, of the foot with the years
    below all lanes, and of the lowest column.

    Columns grow with the count, or (`by_root`) with its square root, so that one crowded year
    does not flatten the others.
    """

    lane: float
    gap: float
    foot: float
    least: float
    by_root: bool = False

    def height(self, lanes: int) -> float:
        """The height of a drawing with this number of lanes, in the unit."""
        return round(self.lane * lanes + self.foot, 2)

    def share(self, height: float, lanes: int) -> float:
        """A height in per cent of a drawing with this number of lanes."""
        return round(100 * height / (self.lane * lanes + self.foot), 3)

    def column(self, count: int, most: int) -> float:
        """The height of a column; a count of `most` fills the lane below its gap."""
        room = self.lane - self.gap
        if self.by_root:
            share = sqrt((count - 1) / (most - 1)) if most > 1 else 1
            return self.least + (room - self.least) * share
        return max(self.least, room * count / most)


@dataclass(frozen=True, slots=True)
class Column:
    """A count in a bin of years, with its text for screen readers and its address; `unsure` counts
    those that are possible but not certain, with their own address."""

    bin: tuple[int, int]
    count: int
    words: str = ""
    url: str = ""
    unsure: int = 0
    unsure_url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A drawn column, or the pale part of one; positions are in per cent of the drawing."""

    bin: tuple[int, int]
    x: float
    width: float
    y: float
    height: float
    words: str
    url: str
    pale: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with its label and its blocks; `y` is their baseline, `most` the count of its highest
    column."""

    key: str
    label: str
    label_y: float
    y: float
    blocks: tuple[Block, ...]
    most: int


# In em, like text.
IN_EM = Layout(lane=3.2, gap=1.3, foot=1.8, least=0.22)


def draw_lanes(
    axis: YearAxis, lanes: Iterable[tuple[str, str, list[Column]]], layout: Layout = IN_EM
) -> tuple[Lane, ...]:
    """Draw lanes, each a key, a label and columns, from top to bottom, all on one scale."""
    lanes = list(lanes)
    most = max((_all(column) for *_lane, columns in lanes for column in columns), default=1)
    found = []
    for place, (key, label, columns) in enumerate(lanes, 1):
        foot = layout.lane * place
        blocks = [
            block
            for column in columns
            for block in _blocks(axis, layout, column, foot, most or 1, len(lanes))
        ]
        label_y = layout.share(foot - layout.lane + layout.gap - 0.35, len(lanes))
        highest = max(map(_all, columns), default=0)
        y = layout.share(foot, len(lanes))
        found.append(Lane(key, label, label_y, y, tuple(blocks), highest))
    return tuple(found)


def _all(column: Column) -> int:
    return column.count + column.unsure


def _blocks(axis, layout, column, foot, most, lanes):
    """The block of the certain count, and on top of it the block of the possible count."""
    x, width = axis.place(column.bin)
    for count, url, pale in (
        (column.count, column.url, False),
        (column.unsure, column.unsure_url, True),
    ):
        if count:
            height = layout.column(count, most)
            foot -= height
            y, tall = layout.share(foot, lanes), layout.share(height, lanes)
            yield Block(column.bin, x, width, y, tall, column.words, url, pale)


@dataclass(frozen=True, slots=True)
class LaneChart:
    """Lanes with a title, a description in a sentence or two, and their table."""

    key: str
    title: str
    description: str
    axis: YearAxis
    lanes: tuple[Lane, ...]
    head: tuple[str, ...]
    rows: tuple[tuple, ...]

    @property
    def has_pale(self) -> bool:
        return any(block.pale for lane in self.lanes for block in lane.blocks)

    @property
    def most(self) -> int:
        """The count of the highest column."""
        return max((lane.most for lane in self.lanes), default=0)

    @property
    def height(self) -> float:
        """The height in em."""
        return IN_EM.height(len(self.lanes))

    @property
    def base(self) -> float:
        """The line below all lanes."""
        return self.lanes[-1].y if self.lanes else 0
