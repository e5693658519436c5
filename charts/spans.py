"""Spans of days along a line of years, with marks above them; and trees of what has a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charts.scales import Linear, in_years, round_years

WIDTH, MARGIN, TICKS = 720, 12, 9
# The height of a level of marks, and how close two marks of one level may be.
LEVEL, APART = 16, 12
# The height of a row of a tree, and the letters of a title.
ROW, TITLE = 34, 60


@dataclass(frozen=True, slots=True)
class DayAxis:
    """The days of the years from first to last; one outside stands at the edge."""

    first: int
    last: int

    @staticmethod
    def over(days: Iterable[date | None], today: date) -> "DayAxis":
        """From the first to the last year of these days and today."""
        years = [day.year for day in days if day and date.min < day < date.max] + [today.year]
        return DayAxis(min(years), max(years))

    def x(self, day: date) -> float:
        return Linear(self.first, self.last + 1, MARGIN, WIDTH - MARGIN)(in_years(day))

    def place(self, first: date, last: date) -> tuple[float, float]:
        """Where the days from first to last begin, and how wide they are; a day is seen too."""
        x = self.x(first)
        return x, round(max(self.x(last) - x, 1), 1)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """Round years, with where each begins."""
        years = round_years(self.first, self.last, TICKS)
        return [(self.x(date(year, 1, 1)), year) for year in years]


@dataclass(frozen=True, slots=True)
class Span:
    """Some days under a key and its label, with the time in words: where they possibly are, and
    where certainly, if anywhere, each as a place and a width."""

    key: str
    label: str
    when: str
    possible: tuple[float, float]
    certain: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened on a day; marks close to each other stand on several levels."""

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
    """Labels at their days, in order, so that none covers another."""
    found: list[Mark] = []
    for day, label in sorted(marks, key=lambda mark: mark[0]):
        x = axis.x(day)
        taken = {mark.level for mark in found if x - mark.x < APART}
        level = next(number for number in range(len(found) + 1) if number not in taken)
        found.append(Mark(x, level, label))
    return found


@dataclass(frozen=True, slots=True)
class Node:
    """One of a tree: how deep it stands below the one above, its day, title, and the link to the
    one above, as a key and in words."""

    depth: int
    day: date | None
    title: str
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A drawn node; its text stands left of it where there is no room on its right."""

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
        # On the left the line from above arrives: the text stands over it.
        return self.y - 8 if self.left else self.y + 5


@dataclass(frozen=True, slots=True)
class TreeChart:
    axis: DayAxis
    dots: list[Dot]
    # From a node to one below it, as points of a line, with the key of the link.
    lines: list[tuple[float, int, float, int, str]]

    width = WIDTH

    @property
    def height(self) -> int:
        return ROW * len(self.dots) + 30


def draw_tree(nodes: list[Node], today: date) -> TreeChart:
    """Nodes by year, one in each row, each joined to the one above it."""
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
