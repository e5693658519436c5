"""Line charts over time and bar charts of values, in the units of the drawing.

A series has a `label`, a `style`, `points` in order of time, and `apart`: the years between two
points from which no line joins them (0: no lines). A point has a position in years (`at`), a
`value`, its lowest and highest stated values (`low`, `high`), time and value in words (`when`,
`words`), and whether it was `computed`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor
from typing import Any

from charts.labels import spread, wrapped
from charts.scales import Linear, round_months, round_values, round_years
from charts.styles import Style

WIDTH, LEFT, RIGHT, TOP, PLOT, BOTTOM = 424, 108, 14, 34, 220, 34
PAD, LABEL = 14, 62
# The width of a bar chart, and of the text to the right of its longest bar.
BARS_WIDTH, BAR_ROW, BAR_TEXT = 560, 46, 170
# Labels at the ends of lines: room on the right, characters in a line, lines, height of a line.
ENDS, END_CHARS, END_LINES, END_ROW = 156, 23, 3, 15
YEARS, MONTHS = 6, 5
SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 240, 64, 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn point, with its text for screen readers."""

    x: float
    y: float
    words: str
    point: Any


@dataclass(frozen=True, slots=True)
class End:
    """A label to the right of the last point of a line: the path that leads to it, and its lines
    of text, each with its y."""

    lead: str
    lines: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn series: its path, the band of its stated values, its marks and its label."""

    style: Style
    label: str
    path: str
    band: str
    marks: tuple[Mark, ...]
    end: End | None = None


@dataclass(frozen=True, slots=True)
class LinePlot:
    """Series over time, with the targets at the right edge. Labels at the ends of lines need the
    width ENDS on the right; if they do not fit, no line has one."""

    lines: tuple[Line, ...]
    targets: tuple[Mark, ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str], ...]
    zero: float

    width, left, right, top, bottom = WIDTH, LEFT, WIDTH - RIGHT, TOP, TOP + PLOT
    height, end_x = TOP + PLOT + BOTTOM, WIDTH - RIGHT + 12

    @property
    def has_ends(self) -> bool:
        return any(line.end for line in self.lines)

    @property
    def full_width(self) -> int:
        """The width with the labels at the ends of lines."""
        return WIDTH + ENDS if self.has_ends else WIDTH


def draw_series(
    series: Sequence,
    targets: Sequence,
    words: Callable[[Decimal], str],
    month: Callable[[int, int], str] | None = None,
    beside: Sequence = (),
) -> LinePlot:
    """Draw series and targets on one value axis; `words` formats its ticks. If `month` is given,
    the ticks of the time axis are months, which it formats from year and month. The axes also
    cover the points of the charts `beside` this one, so that all have the same scales."""
    points = [point for row in series for point in row.points] + list(beside)
    steps = round_values(*_ends([*points, *targets]))
    times = [point.at for point in points or targets]
    if month:
        months = range(round(min(times) * 12), round(max(times) * 12) + 2)
        first, last = months[0] / 12, months[-1] / 12
        ticks = [(at / 12, month(at // 12, at % 12 + 1)) for at in round_months(months, MONTHS)]
    else:
        first, last = floor(min(times)), ceil(max(times))
        if first == last:
            first, last = first - 1, last + 1
        ticks = [(year, str(year)) for year in round_years(first, last, YEARS)]
    x = Linear(first, last, LEFT + PAD, WIDTH - RIGHT)
    y = Linear(steps[0], steps[-1], TOP + PLOT, TOP)
    return LinePlot(
        lines=_with_ends([_line(row, x, y) for row in series]),
        # A target may lie beyond the known years, so it is drawn at the right edge.
        targets=tuple(
            Mark(WIDTH - RIGHT, y(point.value), _heard(point), point) for point in targets
        ),
        y_ticks=tuple((y(value), words(value)) for value in steps),
        x_ticks=tuple((x(at), label) for at, label in ticks),
        zero=y(Decimal()),
    )


def _with_ends(lines: list[Line]) -> tuple[Line, ...]:
    """The lines with labels at their last points, if there is room for all."""
    texts = [wrapped(line.label, END_CHARS, END_LINES) for line in lines]
    wanted = [
        (line.marks[-1].y, END_ROW * len(text) + 2)
        for line, text in zip(lines, texts, strict=True)
        if line.marks
    ]
    middles = spread(wanted, TOP - 16, TOP + PLOT + BOTTOM)
    if middles is None or len(wanted) < len(lines):
        return tuple(lines)
    found = []
    for line, text, middle in zip(lines, texts, middles, strict=True):
        # The baseline of a line of text is a little below its middle.
        first = middle - END_ROW * (len(text) - 1) / 2 + 4.5
        rows = tuple((round(first + END_ROW * row, 1), part) for row, part in enumerate(text))
        last = line.marks[-1]
        lead = f"M{round(last.x + 8, 1)},{last.y}L{WIDTH - RIGHT + 9},{middle}"
        found.append(replace(line, end=End(lead, rows)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SparkPlot:
    lines: tuple[Line, ...]

    width, height = SPARK_WIDTH, SPARK_HEIGHT


def draw_spark(series: Sequence) -> SparkPlot:
    """Draw non-empty series without axes, from zero, small enough for a summary."""
    points = [point for row in series for point in row.points]
    first, last = min(point.at for point in points), max(point.at for point in points)
    _low, most = _ends(points)
    x = Linear(first, last, SPARK_PAD, SPARK_WIDTH - SPARK_PAD)
    y = Linear(Decimal(), most or Decimal(1), SPARK_HEIGHT - SPARK_PAD, SPARK_PAD)
    return SparkPlot(tuple(_line(row, x, y) for row in series))


def _ends(points: Sequence) -> tuple[Decimal, Decimal]:
    return min(point.low for point in points), max(point.high for point in points)


def _line(series, x: Linear, y: Linear) -> Line:
    runs = list(_runs(series))
    return Line(
        style=series.style,
        label=series.label,
        path=" ".join(
            "M" + "L".join(f"{x(point.at)},{y(point.value)}" for point in run)
            for run in runs
            if len(run) > 1
        ),
        band=" ".join(
            _band(run, x, y) for run in runs if any(point.low < point.high for point in run)
        ),
        marks=tuple(
            Mark(x(point.at), y(point.value), f"{series.label}, {_heard(point)}", point)
            for point in series.points
        ),
    )


def _runs(series) -> Iterator[list]:
    """The points in runs that a line joins."""
    run = []
    for point in series.points:
        if run and point.at - run[-1].at > series.apart:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _band(run: list, x: Linear, y: Linear) -> str:
    """The outline from the lowest to the highest stated values; a bar for a single year."""
    if len(run) == 1:
        (point,) = run
        left, right = x(point.at) - 4, x(point.at) + 4
        return f"M{left},{y(point.high)}H{right}V{y(point.low)}H{left}z"
    up = "L".join(f"{x(point.at)},{y(point.high)}" for point in run)
    down = "L".join(f"{x(point.at)},{y(point.low)}" for point in reversed(run))
    return f"M{up}L{down}z"


def _heard(point) -> str:
    return f"{point.when}: {point.words}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn bar with its label, truncated to fit, and the text on its right; a bar without an
    address is no link."""

    y: float
    width: float
    label: str
    text: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class BarPlot:
    """Bars of one style, one below the other."""

    bars: tuple[Bar, ...]
    style: Style

    width = full_width = BARS_WIDTH
    has_ends = False

    @property
    def height(self) -> float:
        return TOP + len(self.bars) * BAR_ROW


def draw_bars(rows: Sequence[tuple[str, str, Any, str]], style: Style) -> BarPlot:
    """Draw a bar for each label, text, point and address, one below the other; the highest value
    has the longest bar."""
    most = max((point.value for _label, _text, point, _url in rows), default=Decimal())
    width = Linear(Decimal(), most or Decimal(1), 0, BARS_WIDTH - BAR_TEXT)
    return BarPlot(
        tuple(
            Bar(
                y=TOP + number * BAR_ROW,
                width=max(2, width(point.value)),
                label=label if len(label) <= LABEL else f"{label[: LABEL - 1]}…",
                text=text,
                words=f"{label}, {point.words}",
                url=url,
            )
            for number, (label, text, point, url) in enumerate(rows)
        ),
        style,
    )
