"""From a chart's data to the places of its marks: everything in the units of the drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from trade.charts import Bar, Chart, Line, Point
from trade.templatetags.figures import in_words, per_cent

WIDTH, LEFT, RIGHT, TOP, PLOT, BOTTOM = 560, 118, 24, 34, 220, 34
PAD, ROW, LABEL = 14, 22, 62
BAR_ROW = 46
TICKS, YEARS = 5, 8
SHAPES = (
    "M-5,-5h10v10h-10z",
    "M0,-6L6,5H-6z",
    "M0,-6.5L6.5,0L0,6.5L-6.5,0z",
    "M-6,-5H6L0,6z",
    "M-5.5,-2v4h3.5v3.5h4v-3.5h3.5v-4h-3.5v-3.5h-4v3.5z",
)
SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 240, 64, 6
CIRCLE = "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0z"
# Attributes for the file on its own; on pages the style sheet's tokens stand above them.
COLOURS = ("#14626b", "#9c4420", "#5b4a9c", "#4d6b14", "#8a1f5c", "#6b5314")


@dataclass(frozen=True, slots=True)
class Mark:
    """A point where it is drawn, with what a reader hears of it."""

    x: float
    y: float
    label: str
    point: Point


@dataclass(frozen=True, slots=True)
class DrawnLine:
    number: int
    colour: str
    shape: str
    label: str
    path: str
    band: str
    marks: tuple[Mark, ...]
    legend_y: float


@dataclass(frozen=True, slots=True)
class DrawnBar:
    y: float
    width: float
    label: str
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart laid out, for the template."""

    chart: Chart
    width: int
    height: float
    unit: str
    y_ticks: tuple[tuple[float, str], ...] = ()
    x_ticks: tuple[tuple[float, str], ...] = ()
    zero: float = 0
    lines: tuple[DrawnLine, ...] = ()
    targets: tuple[Mark, ...] = ()
    bars: tuple[DrawnBar, ...] = ()
    target_y: float = 0

    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, TOP + PLOT


@dataclass(frozen=True, slots=True)
class Spark:
    """The lines of a chart without axes, small enough for a summary; `latest` is the newest
    point of all, with the line that it ends, and `differs` where another value of that time
    stands beside it."""

    chart: Chart
    latest: Point
    reporter: str
    differs: bool
    years: tuple[int, int]
    lines: tuple[DrawnLine, ...]
    width, height = SPARK_WIDTH, SPARK_HEIGHT


def spark(chart: Chart, choices: set[str] = frozenset()) -> Spark | None:
    """A chart of lines drawn small, from zero; None where it has no points. Of several points of
    the newest time the latest is that which editors prefer (`choices`, figures by slug)."""
    points = [point for line in chart.lines for point in line.points]
    if not points:
        return None
    first, last = min(point.at for point in points), max(point.at for point in points)
    most = max(point.told.high for point in points) or Decimal(1)

    def x(at: float) -> float:
        share = (at - first) / (last - first) if last > first else 1
        return round(SPARK_PAD + share * (SPARK_WIDTH - 2 * SPARK_PAD), 1)

    def y(value: Decimal) -> float:
        share = max(0.0, float(value / most))
        return round(SPARK_HEIGHT - SPARK_PAD - share * (SPARK_HEIGHT - 2 * SPARK_PAD), 1)

    lines = tuple(_draw_line(number, line, x, y, 0) for number, line in enumerate(chart.lines))
    ends = [line for line in chart.lines if line.points and line.points[-1].at == last]
    newest = max(ends, key=lambda line: any(row.slug in choices for row in line.points[-1].figures))
    said = {end for line in ends for end in (line.points[-1].told.low, line.points[-1].told.high)}
    years = (floor(first), floor(last))
    return Spark(chart, newest.points[-1], newest.label, len(said) > 1, years, lines)


def draw(chart: Chart, unit: str) -> Drawing:
    """Lay a chart out; `unit` is its unit in words."""
    return _draw_bars(chart, unit) if chart.bars else _draw_lines(chart, unit)


def _draw_lines(chart: Chart, unit: str) -> Drawing:
    points = [point for line in chart.lines for point in line.points]
    values = [
        end for point in (*points, *chart.targets) for end in (point.told.low, point.told.high)
    ]
    steps = ticks(min(values), max(values))
    low, high = steps[0], steps[-1]
    first = floor(min(point.at for point in points or chart.targets))
    last = ceil(max(point.at for point in points or chart.targets))
    if first == last:
        first, last = first - 1, last + 1

    def x(at: float) -> float:
        return round(LEFT + PAD + (at - first) / (last - first) * (WIDTH - RIGHT - LEFT - PAD), 1)

    def y(value: Decimal) -> float:
        return round(TOP + PLOT - float((value - low) / (high - low)) * PLOT, 1)

    legend = TOP + PLOT + BOTTOM + ROW
    lines = tuple(
        _draw_line(number, line, x, y, legend + number * ROW)
        for number, line in enumerate(chart.lines)
    )
    step = ceil((last - first) / YEARS)
    return Drawing(
        chart=chart,
        width=WIDTH,
        height=legend + (len(lines) + bool(chart.targets)) * ROW,
        unit=unit,
        y_ticks=tuple((y(value), in_words(value)) for value in steps),
        x_ticks=tuple((x(year), str(year)) for year in range(first, last + 1, step)),
        zero=y(Decimal()),
        lines=lines,
        # A target may lie beyond the years that are known: it stands at the right edge.
        targets=tuple(
            Mark(WIDTH - RIGHT, y(point.told.value), _heard(point), point)
            for point in chart.targets
        ),
        target_y=legend + len(lines) * ROW,
    )


def _draw_line(number: int, line: Line, x, y, legend: float) -> DrawnLine:
    runs = list(_runs(line))
    shape = (CIRCLE, *SHAPES)[number % (1 + len(SHAPES))]
    return DrawnLine(
        number=number % len(COLOURS) + 1,
        colour=COLOURS[number % len(COLOURS)],
        shape=shape,
        label=line.label,
        path=" ".join(
            "M" + "L".join(f"{x(point.at)},{y(point.told.value)}" for point in run)
            for run in runs
            if len(run) > 1
        ),
        band=" ".join(_band(run, x, y) for run in runs if _wide(run)),
        marks=tuple(
            Mark(x(point.at), y(point.told.value), f"{line.label}, {_heard(point)}", point)
            for point in line.points
        ),
        legend_y=legend,
    )


def _runs(line: Line) -> Iterator[list[Point]]:
    """The points in runs of years without a gap; each alone where nothing joins them."""
    run = []
    for point in line.points:
        if run and (not line.joined or point.at - run[-1].at > 1.01):
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _wide(run: list[Point]) -> bool:
    return any(point.told.low < point.told.high for point in run)


def _band(run: list[Point], x, y) -> str:
    """The outline of all that was said, through the vintages; a bar for a year on its own."""
    if len(run) == 1:
        (point,) = run
        left, right = x(point.at) - 4, x(point.at) + 4
        top, bottom = y(point.told.high), y(point.told.low)
        return f"M{left},{top}H{right}V{bottom}H{left}z"
    up = "L".join(f"{x(point.at)},{y(point.told.high)}" for point in run)
    down = "L".join(f"{x(point.at)},{y(point.told.low)}" for point in reversed(run))
    return f"M{up}L{down}z"


def _draw_bars(chart: Chart, unit: str) -> Drawing:
    most = max((bar.point.told.value for bar in chart.bars), default=Decimal()) or Decimal(1)
    return Drawing(
        chart=chart,
        width=WIDTH,
        height=TOP + len(chart.bars) * BAR_ROW,
        unit=unit,
        bars=tuple(
            _draw_bar(bar, TOP + number * BAR_ROW, float(bar.point.told.value / most))
            for number, bar in enumerate(chart.bars)
        ),
    )


def _draw_bar(bar: Bar, y: float, part: float) -> DrawnBar:
    label = bar.label if len(bar.label) <= LABEL else f"{bar.label[: LABEL - 1]}…"
    text = in_words(bar.point.told.value)
    if bar.point.share is not None:
        text = f"{text} ({per_cent(bar.point.share)})"
    width = round(max(2, part * (WIDTH - 170)), 1)
    heard = f"{bar.label}, {bar.point.words}"
    return DrawnBar(y, width, label, text, Mark(0, y, heard, bar.point))


def _heard(point: Point) -> str:
    return f"{point.when}: {point.words}"


def ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round steps from at or below zero and the lowest to at or above the highest, about five."""
    low, high = min(low, Decimal()), max(high, Decimal())
    if low == high:
        high = Decimal(1)
    rough = (high - low) / TICKS
    power = Decimal(10) ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    start, end = floor(low / step), ceil(high / step)
    return [step * number for number in range(start, end + 1)]
