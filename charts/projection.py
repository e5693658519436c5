"""The Equal Earth projection on an integer grid, and the lines of a map in it.

The formulas are those of Šavrič, Patterson and Jenny, "The Equal Earth map projection" (2018).
Areas are true, so that a large country is not larger on the map than it is.
"""

from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

Point = tuple[int, int]

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = sqrt(3) / 2
# The degrees between the lines of the graticule, and between the marks of the frame.
LINES, MARKS = 30, 10


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """The position of a place on a globe of radius 1: x to the east, y to the north."""
    t = asin(M * sin(radians(latitude)))
    square = t * t
    sixth = square**3
    x = radians(longitude) * cos(t)
    x /= M * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square))
    return x, t * (A1 + A2 * square + sixth * (A3 + A4 * square))


@dataclass(frozen=True)
class Projection:
    """A map of the given width from `north` to `south`, in degrees of latitude; the meridian
    `centre` is in the middle."""

    width: int
    centre: float
    north: float
    south: float

    @cached_property
    def scale(self) -> float:
        """The units of the grid per radius of the globe."""
        return self.width / 2 / equal_earth(180, 0)[0]

    @cached_property
    def height(self) -> int:
        return self._y(self.south)

    def _y(self, latitude: float) -> int:
        top, y = equal_earth(0, self.north)[1], equal_earth(0, latitude)[1]
        return round((top - y) * self.scale)

    def turned(self, longitude: float) -> float:
        """The longitude east of the centre, from -180 to 180."""
        return (longitude - self.centre + 180) % 360 - 180

    def at(self, east: float, latitude: float) -> Point:
        """The place with a longitude east of the centre, on the grid."""
        x = equal_earth(east, latitude)[0]
        return round(self.width / 2 + x * self.scale), self._y(latitude)

    def __call__(self, longitude: float, latitude: float) -> Point:
        return self.at(self.turned(longitude), latitude)

    def _edge(self, east: int, south: float, north: float) -> list[Point]:
        """Points on a meridian from south to north."""
        steps = max(1, round((north - south) / 5))
        return [self.at(east, south + (north - south) * step / steps) for step in range(steps + 1)]

    def graticule(self) -> str:
        """Meridians and parallels as an SVG path."""
        lines = []
        first = -180 - self.centre
        for step in range(1, 2 + 360 // LINES):
            east = first + step * LINES
            if -180 < east < 180:
                lines.append(self._edge(east, self.south, self.north))
        for latitude in range(-90, 90, LINES):
            if self.south < latitude < self.north:
                lines.append([self.at(-180, latitude), self.at(180, latitude)])
        return "".join(line_of(line) for line in lines)

    def outline(self) -> str:
        """The edge of the map as a closed SVG path."""
        east = self._edge(180, self.south, self.north)
        west = self._edge(-180, self.south, self.north)
        return f"{line_of([*west, *reversed(east)])}z"

    def frame(self) -> str:
        """The dark marks of a degree frame along the edge, as an SVG path of lines: every second
        step of MARKS degrees."""
        lines = []
        for east in (-180, 180):
            for south in range(-90, 90, 2 * MARKS):
                ends = max(south, self.south), min(south + MARKS, self.north)
                if ends[0] < ends[1]:
                    lines.append(self._edge(east, *ends))
        for latitude in (self.north, self.south):
            for west in range(-180, 180, 2 * MARKS):
                lines.append([self.at(west, latitude), self.at(west + MARKS, latitude)])
        return "".join(line_of(line) for line in lines)


def line_of(points: list[Point]) -> str:
    """An SVG path through points of the grid, in relative steps, which compress well."""
    x, y = points[0]
    steps = []
    for there in points[1:]:
        steps.append(f"{there[0] - x},{there[1] - y}")
        x, y = there
    return f"M{points[0][0]},{points[0][1]}l{' '.join(steps)}".replace(",-", "-").replace(" -", "-")
