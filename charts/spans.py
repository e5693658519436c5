"""Spans of days along an axis of years, with marks above them; and trees of dated nodes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charts.scales import Linear, in_years, round_years

WIDTH, MARGIN, TICKS = 720, 12, 9
# The height of a level of marks, and the least distance between two marks of a level.
LEVEL, APART = 16, 12
# The height of a row of a tree, and the most characters of a title.
ROW, TITLE = 34, 60


@dataclass(frozen=True, slots=True)
class DayAxis:
    """The days of the years from first to last; days outside are drawn at the edge."""

    first: int
    last: int

    @staticmethod
    def over(days: Iterable[date | None], today: date) -> "DayAxis":
        """The axis from the first to the last year of these days and today."""
        years = [day.year for day in days if day and date.min < day < date.max] + [today.year]
        return DayAxis(min(years), max(years))

    def x(self, day: date) -> float:
        return Linear(self.first, self.last + 1, MARGIN, WIDTH - MARGIN)(in_years(day))

    def place(self, first: date, last: date) -> tuple[float, float]:
        """The x and width of the days from first to last, wide enough to see a single day."""
        x = self.x(first)
        return x, round(max(self.x(last) - x, 1), 1)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """Round years, each with the x where it begins."""
        years = round_years(self.first, self.last, TICKS)
        return [(self.x(date(year, 1, 1)), year) for year in years]


@dataclass(frozen=True, slots=True)
class Span:
    """A period with a key, its label and the time in words; `possible` and `certain` (if any) are
    the extents that it possibly and certainly has, each as x and width."""

    key: str
    label: str
    when: str
    possible: tuple[float, float]
    certain: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on a day; marks close to each other are on different levels."""

    x: float
    level: int
    label: str

    @property
    def y(self) -> int:
        return 14 + LEVEL * self.level


@dataclass(frozen=True, slots=True)
class SpanChart:
    axis: DayAxis
    spans: list[Span]
    marks: list[Mark]
    today: float

    width = WIDTH

    @property
    def spans_y(self) -> int:
        return 10 + LEVEL * (1 + max((mark.level for mark in self.marks), default=0))

    @property
    def height(self) -> int:
        return self.spans_y + 60

    @property
    def legend(self) -> dict[str, str]:
        """The keys of the spans in order, with their labels."""
        return {span.key: span.label for span in self.spans}


def place_marks(axis: DayAxis, marks: Iterable[tuple[date, str]]) -> list[Mark]:
    """Marks at their days, in order, on levels at which none covers another."""
    found: list[Mark] = []
    for day, label in sorted(marks, key=lambda mark: mark[0]):
        x = axis.x(day)
        taken = {mark.level for mark in found if x - mark.x < APART}
        level = next(number for number in range(len(found) + 1) if number not in taken)
        found.append(Mark(x, level, label))
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a tree: its depth, day and title, and the link to its parent as a key and in
    words."""

    depth: int
    day: date | None
    title: str
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A drawn node; its text is on its left if there is no room on its right."""

    x: float
    y: int
    title: str
    link_words: str
    left: bool

    @property
    def text_x(self) -> float:
        return self.x - 6 if self.left else self.x + 10

    @property
    def text_y(self) -> int:
        # The line from the parent arrives on the left, so the text is above it.
        return self.y - 8 if self.left else self.y + 5


@dataclass(frozen=True, slots=True)
class TreeChart:
    axis: DayAxis
    dots: list[Dot]
    # From a parent to a child: x and y of both ends, and the key of the link.
    lines: list[tuple[float, int, float, int, str]]

    width = WIDTH

    @property
    def height(self) -> int:
        return ROW * len(self.dots) + 30


def draw_tree(nodes: list[Node], today: date) -> TreeChart:
    """Draw nodes at their days, one in each row, each joined to its parent."""
    axis = DayAxis.over([node.day for node in nodes], today)
    dots, lines, above = [], [], []
    for place, node in enumerate(nodes):
        x = axis.x(node.day or date(axis.first, 1, 1))
        y = ROW * place + ROW // 2
        title = node.title if len(node.title) <= TITLE else f"{node.title[:TITLE].rstrip()} …"
        dots.append(Dot(x, y, title, node.link_words, left=x > WIDTH / 2))
        del above[node.depth :]
        if node.depth:
            lines.append((*above[-1], x, y, node.link))
        above.append((x, y))
    return TreeChart(axis, dots, lines)
