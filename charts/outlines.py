"""Outlines of areas: from the arcs of a TopoJSON file to rings of points on the grid of a map."""

from collections.abc import Iterator, Sequence
from math import cos, radians

from charts.projection import Point, Projection, line_of

# Longitude east of the centre of the map, and latitude, in degrees.
Place = tuple[float, float]


def decoded(topology: dict, projection: Projection) -> list[list[Place]]:
    """The arcs of a TopoJSON file as places; one that crosses the edge of the map runs on."""
    (width, height), (left, bottom) = (topology["transform"][k] for k in ("scale", "translate"))
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        places = []
        for right, up in arc:
            x, y = x + right, y + up
            places.append((projection.turned(x * width + left), y * height + bottom))
        arcs.append(unwrapped(places))
    return arcs


def unwrapped(places: Sequence[Place]) -> list[Place]:
    """The places of a line without jumps from one edge of the map to the other."""
    found = [places[0]]
    for east, latitude in places[1:]:
        turns = round((found[-1][0] - east) / 360)
        found.append((east + 360 * turns, latitude))
    return found


def simplified(places: Sequence[Place], tolerance: float) -> list[Place]:
    """The line with as few of its places as keep it within a tolerance, in degrees of latitude (the
    algorithm of Douglas and Peucker). Both ends stay, so that neighbours keep one border."""
    flat = [(east * cos(radians(latitude)), latitude) for east, latitude in places]
    kept, waiting = {0, len(places) - 1}, [(0, len(places) - 1)]
    while waiting:
        first, last = waiting.pop()
        found = max(
            ((_distance(flat[at], flat[first], flat[last]), at) for at in range(first + 1, last)),
            default=(0, 0),
        )
        if found[0] > tolerance:
            kept.add(found[1])
            waiting += [(first, found[1]), (found[1], last)]
    return [places[at] for at in sorted(kept)]


def _distance(place: Place, start: Place, end: Place) -> float:
    """The distance of a place from a line."""
    (x, y), (x1, y1), (x2, y2) = place, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = min(1, max(0, ((x - x1) * dx + (y - y1) * dy) / length)) if length else 0
    return ((x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2) ** 0.5


def ring_of(arcs: list[list[Place]], numbers: Sequence[int]) -> list[Place]:
    """A ring from its arcs; a negative number is an arc that runs backwards."""
    ring: list[Place] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return unwrapped(ring)


def cut(ring: list[Place]) -> Iterator[list[Place]]:
    """The parts of a ring on the map: two or more if it crosses the edge."""
    turns = (min(east for east, _latitude in ring) + 180) // 360
    ring = [(east - 360 * turns, latitude) for east, latitude in ring]
    if max(east for east, _latitude in ring) <= 180:
        yield ring
        return
    yield _west_of(ring, 180)
    mirrored = [(-east, latitude) for east, latitude in ring]
    yield from cut([(-east - 360, latitude) for east, latitude in _west_of(mirrored, -180)])


def _west_of(ring: list[Place], edge: float) -> list[Place]:
    """The part of a ring to the west of a meridian (Sutherland and Hodgman)."""
    found = []
    for (x1, y1), (x2, y2) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        if (x1 <= edge) != (x2 <= edge):
            found.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
        if x2 <= edge:
            found.append((x2, y2))
    return found


def on_grid(ring: list[Place], projection: Projection) -> list[Point]:
    """The points of a ring, without those that fall onto the one before."""
    points = [projection.at(*place) for place in ring]
    return [point for point, before in zip(points, points[-1:] + points, strict=False)
            if point != before]  # fmt: skip


def area_of(points: Sequence[Point]) -> float:
    """The area of a ring, in square units."""
    pairs = zip(points, [*points[1:], *points[:1]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def path_of(rings: Sequence[Sequence[Point]]) -> str:
    """Rings as an SVG path."""
    return "".join(f"{line_of(ring)}z" for ring in rings)
