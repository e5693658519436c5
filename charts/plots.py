"""Line charts over time and bar charts of values, in the units of the drawing.

A series has a `label`, `points` in order of time, and `joined`: whether lines connect consecutive
years. A point has a position in years (`at`), a `value`, its lowest and highest stated values
(`low`, `high`), time and value in words (`when`, `words`), and whether it was `computed`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Any

from charts.scales import Linear, round_values, round_years

WIDTH, LEFT, RIGHT, TOP, PLOT, BOTTOM = 560, 118, 24, 34, 220, 34
PAD, ROW, LABEL = 14, 22, 62
LEGEND = TOP + PLOT + BOTTOM + ROW
BAR_ROW = 46
# The width of the text to the right of the longest bar.
BAR_TEXT = 170
YEARS = 8
SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 240, 64, 6
# The markers of lines, and the colours of a standalone file; on pages the tokens of the style
# sheet override these.
SHAPES = (
    "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0z",
    "M-5,-5h10v10h-10z",
    "M0,-6L6,5H-6z",
    "M0,-6.5L6.5,0L0,6.5L-6.5,0z",
    "M-6,-5H6L0,6z",
    "M-5.5,-2v4h3.5v3.5h4v-3.5h3.5v-4h-3.5v-3.5h-4v3.5z",
)
COLOURS = ("#14626b", "#9c4420", "#5b4a9c", "#4d6b14", "#8a1f5c", "#6b5314")


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn point, with its text for screen readers."""

    x: float
    y: float
    words: str
    point: Any


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn series: its path, the band of its stated values, and its marks."""

    number: int
    label: str
    path: str
    band: str
    marks: tuple[Mark, ...]
    legend_y: float = 0

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1]

    @property
    def shape(self) -> str:
        return SHAPES[self.number - 1]


@dataclass(frozen=True, slots=True)
class LinePlot:
    """Series over time, with the targets at the right edge and a legend below."""

    lines: tuple[Line, ...]
    targets: tuple[Mark, ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, int], ...]
    zero: float

    width, left, right, top, bottom = WIDTH, LEFT, WIDTH - RIGHT, TOP, TOP + PLOT

    @property
    def target_y(self) -> float:
        return LEGEND + len(self.lines) * ROW

    @property
    def height(self) -> float:
        return self.target_y + bool(self.targets) * ROW


def draw_series(
    series: Sequence,
    targets: Sequence,
    words: Callable[[Decimal], str],
    beside: Sequence = (),
) -> LinePlot:
    """Draw series and targets on one value axis; `words` formats its ticks. The axes also cover the
    points of the charts `beside` this one, so that all have the same scales."""
    points = [point for row in series for point in row.points] + list(beside)
    steps = round_values(*_ends([*points, *targets]))
    first = floor(min(point.at for point in points or targets))
    last = ceil(max(point.at for point in points or targets))
    if first == last:
        first, last = first - 1, last + 1
    x = Linear(first, last, LEFT + PAD, WIDTH - RIGHT)
    y = Linear(steps[0], steps[-1], TOP + PLOT, TOP)
    return LinePlot(
        lines=tuple(
            _line(number, row, x, y, LEGEND + number * ROW) for number, row in enumerate(series)
        ),
        # A target may lie beyond the known years, so it is drawn at the right edge.
        targets=tuple(
            Mark(WIDTH - RIGHT, y(point.value), _heard(point), point) for point in targets
        ),
        y_ticks=tuple((y(value), words(value)) for value in steps),
        x_ticks=tuple((x(year), year) for year in round_years(first, last, YEARS)),
        zero=y(Decimal()),
    )


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
    return SparkPlot(tuple(_line(number, row, x, y) for number, row in enumerate(series)))


def _ends(points: Sequence) -> tuple[Decimal, Decimal]:
    return min(point.low for point in points), max(point.high for point in points)


def _line(number: int, series, x: Linear, y: Linear, legend_y: float = 0) -> Line:
    runs = list(_runs(series))
    return Line(
        number=number % len(COLOURS) + 1,
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
        legend_y=legend_y,
    )


def _runs(series) -> Iterator[list]:
    """The points in runs of consecutive years; each alone if the series is not joined."""
    run = []
    for point in series.points:
        if run and (not series.joined or point.at - run[-1].at > 1.01):
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
    """A drawn bar with its label, truncated to fit, and the text on its right."""

    y: float
    width: float
    label: str
    text: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class BarPlot:
    bars: tuple[Bar, ...]

    width = WIDTH

    @property
    def height(self) -> float:
        return TOP + len(self.bars) * BAR_ROW


def draw_bars(rows: Sequence[tuple[str, str, Any]]) -> BarPlot:
    """Draw a bar for each label, text and point, one below the other; the highest value has the
    longest bar."""
    most = max((point.value for *_words, point in rows), default=Decimal())
    width = Linear(Decimal(), most or Decimal(1), 0, WIDTH - BAR_TEXT)
    return BarPlot(
        tuple(
            Bar(
                y=TOP + number * BAR_ROW,
                width=max(2, width(point.value)),
                label=label if len(label) <= LABEL else f"{label[: LABEL - 1]}…",
                text=text,
                words=f"{label}, {point.words}",
                url=point.url,
            )
            for number, (label, text, point) in enumerate(rows)
        )
    )
