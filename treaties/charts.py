"""Pictures of treaties as plain data, which templates draw as SVG: positions in a given box."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sources.dates import Edtf
from treaties.family import Branch

WIDTH = 720
MARGIN = 12
ROW = 34
TITLE = 60


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from first to last along the width of a picture, with round years as ticks."""

    first: date
    last: date

    @staticmethod
    def over(days: Iterable[date | None], today: date) -> "Axis":
        """From the first to the last of these days, at least a year, in whole years."""
        known = [day for day in days if day and date.min < day < date.max]
        first = min([*known, today]).year
        last = max([*known, today]).year
        return Axis(date(first, 1, 1), date(max(last, first), 12, 31))

    def x(self, day: date) -> float:
        """Where a day stands; one outside stands at the edge."""
        day = min(max(day, self.first), self.last)
        share = (day - self.first).days / ((self.last - self.first).days or 1)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """At most ten round years, with where each begins."""
        years = range(self.first.year, self.last.year + 1)
        sizes = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
        step = next(size for size in sizes if len(years) <= 9 * size)
        return [(self.x(date(year, 1, 1)), year) for year in years if year % step == 0]


@dataclass(frozen=True, slots=True)
class Band:
    """A status on the line of a treaty's life: where it possibly and where it certainly holds."""

    status: str
    label: str
    x: float
    width: float
    sure_x: float | None
    sure_width: float
    when: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A step on that line; steps close to each other stand on several levels."""

    x: float
    level: int
    label: str

    @property
    def y(self) -> int:
        return 14 + 16 * self.level


@dataclass(frozen=True, slots=True)
class LifeLine:
    axis: Axis
    bands: list[Band]
    marks: list[Mark]
    today: float

    @property
    def levels(self) -> int:
        return 1 + max((mark.level for mark in self.marks), default=0)

    @property
    def band_y(self) -> int:
        return 10 + 16 * self.levels

    @property
    def height(self) -> int:
        return self.band_y + 60

    @property
    def legend(self) -> dict[str, str]:
        """The statuses on the line, in order, with their names."""
        return {band.status: band.label for band in self.bands}


def life_line(periods: Iterable, actions: Iterable, today: date) -> LifeLine | None:
    """The life of a treaty along a line of years; None where nothing of it is dated."""
    periods, actions = list(periods), [row for row in actions if _day(row)]
    days = [day for row in periods for day in (row.first, row.last)]
    if not periods:
        return None
    axis = Axis.over([*days, *map(_day, actions)], today)
    bands = [_band(axis, row) for row in periods]
    marks: list[Mark] = []
    for row in sorted(actions, key=_day):
        x = axis.x(_day(row))
        taken = {mark.level for mark in marks if x - mark.x < 12}
        level = next(number for number in range(len(marks) + 1) if number not in taken)
        label = f"{row.type_display}, {(row.effective or row.date).describe()}"
        marks.append(Mark(x, level, label))
    return LifeLine(axis, bands, marks, axis.x(today))


def _day(action) -> date | None:
    when: Edtf = action.effective or action.date
    return when.earliest or when.latest


def _band(axis: Axis, row) -> Band:
    x, end = axis.x(row.first), axis.x(row.last)
    sure = row.certain_first is not None
    sure_x = axis.x(row.certain_first) if sure else None
    return Band(
        status=row.status,
        label=row.get_status_display(),
        x=x,
        width=round(max(end - x, 1), 1),
        sure_x=sure_x,
        sure_width=round(max(axis.x(row.certain_last) - sure_x, 1), 1) if sure else 0,
        when=f"{row.start.describe()} – {row.end.describe()}" if row.end else row.start.describe(),
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A treaty in a family picture: its place, its title cut to fit, the link above in words."""

    x: float
    y: int
    title: str
    link: str
    # The text stands left of the dot where there is no room on its right.
    left: bool

    @property
    def text_x(self) -> float:
        return self.x - 6 if self.left else self.x + 10

    @property
    def text_y(self) -> int:
        # On the left the line from above arrives: the text stands over it.
        return self.y - 8 if self.left else self.y + 5


@dataclass(frozen=True, slots=True)
class FamilyPicture:
    axis: Axis
    dots: list[Dot]
    # From the treaty above to the one below, as points of a line, with the type of the link.
    lines: list[tuple[float, int, float, int, str]]

    @property
    def height(self) -> int:
        return ROW * len(self.dots) + 30


def family_picture(branches: list[Branch], today: date) -> FamilyPicture | None:
    """Treaties by year, each joined to the one that it builds on; None where there are none."""
    rows = [row for top in branches for row in top.walk()]
    if not rows:
        return None
    axis = Axis.over(
        [branch.treaty.date_earliest or branch.treaty.date_latest for branch, _depth in rows], today
    )
    dots, lines, above = [], [], []
    for place, (branch, depth) in enumerate(rows):
        treaty = branch.treaty
        x = axis.x(treaty.date_earliest or treaty.date_latest or axis.first)
        y = ROW * place + ROW // 2
        title = str(treaty)
        dots.append(
            Dot(
                x=x,
                y=y,
                title=title if len(title) <= TITLE else f"{title[:TITLE].rstrip()} …",
                link=str(branch.link.get_link_type_display()) if branch.link else "",
                left=x > WIDTH / 2,
            )
        )
        del above[depth:]
        if depth:
            lines.append((*above[-1], x, y, branch.link.link_type))
        above.append((x, y))
    return FamilyPicture(axis, dots, lines)
