"""The map of the world: the outlines of countries on an integer grid, by ISO 3166-1 numeric code.

The outlines are those of Natural Earth at 1:50 million, in the public domain, from the package
`mapcraft` (docs/adr/0095-outlines-of-countries.md). docs/naming-policy.md says what borders mean.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, hypot, radians

from charts.outlines import area_of, cut, decoded, on_grid, path_of, ring_of, simplified
from charts.projection import Point, Projection

# The grid is 2,000 units wide: a unit is half a pixel of a wide page, or 20 km at the equator. The
# edge of the map is in the Bering Strait, so that Russia is whole.
PROJECTION = Projection(width=2000, centre=11.1, north=84, south=-58)
# How far a simplified border may lie from the original one, in degrees of latitude; and the area of
# the smallest island that is drawn, and of the smallest country that can be seen without a point,
# in square units.
TOLERANCE, ISLAND, SMALL = 0.11, 4, 70
# Antarctica lies outside of the map.
LEFT_OUT = ("010",)
# The keys of shapes that have no code of ISO 3166-1.
KOSOVO, REST = "XKX", ""
NAMED = {"Kosovo": KOSOVO}
# Territories that the data draw as parts of another shape, or not at all at this scale: the key of
# that shape, the position of the territory (longitude, latitude), and the radius around it within
# which the polygons of the shape are its own, in degrees. The positions are those of the CIA World
# Factbook (public domain) under "Geographic coordinates".
TERRITORIES = {
    "074": ("", 3.4, -54.43, 0),  # Bouvet Island
    "162": (REST, 105.67, -10.5, 1),  # Christmas Island
    "166": (REST, 96.83, -12.5, 1),  # Cocos (Keeling) Islands
    "175": ("250", 45.17, -12.83, 1),  # Mayotte
    "254": ("250", -53.0, 4.0, 3),  # French Guiana
    "292": ("", -5.35, 36.13, 0),  # Gibraltar
    "312": ("250", -61.58, 16.25, 1),  # Guadeloupe
    "474": ("250", -61.0, 14.67, 0.6),  # Martinique
    "535": ("528", -68.26, 12.2, 1),  # Caribbean Netherlands: Bonaire
    "581": ("", 166.65, 19.28, 0),  # United States Minor Outlying Islands: Wake Island
    "638": ("250", 55.6, -21.1, 1),  # Réunion
    "744": ("578", 20.0, 78.0, 5),  # Svalbard
    "772": ("554", -172.0, -9.0, 2),  # Tokelau
    "798": ("", 178.0, -8.0, 0),  # Tuvalu
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A country on the grid: its outline as an SVG path, empty if it is too small to draw; its
    area; and the centre of its largest part."""

    path: str
    area: float
    centre: Point

    @property
    def is_small(self) -> bool:
        """Whether it needs a point to be seen."""
        return self.area < SMALL


@dataclass(frozen=True, slots=True)
class World:
    """Shapes by key: ISO 3166-1 numeric codes, and KOSOVO. `rest` is the path of the other land."""

    shapes: dict[str, Shape]
    rest: str
    graticule: str
    outline: str
    frame: str

    width, height = PROJECTION.width, PROJECTION.height


@cache
def world() -> World:
    """The world, drawn once per process, in about a second."""
    topology = _topology()
    arcs = [simplified(arc, TOLERANCE) for arc in decoded(topology, PROJECTION)]
    rings = defaultdict(list)
    for key, polygon in _polygons(topology):
        outer, *holes = [ring_of(arcs, numbers) for numbers in polygon]
        rings[_territory(key, outer) or key].append((outer, holes))
    shapes = {key: _shape(polygons) for key, polygons in rings.items() if key not in LEFT_OUT}
    for key, (_whole, longitude, latitude, _radius) in TERRITORIES.items():
        shapes.setdefault(key, Shape("", 0, PROJECTION(longitude, latitude)))
    rest = shapes.pop(REST).path
    return World(
        dict(sorted(shapes.items())),
        rest,
        PROJECTION.graticule(),
        PROJECTION.outline(),
        PROJECTION.frame(),
    )


def _topology() -> dict:
    data = files("mapcraft") / "packs" / "world-countries-2024.json.gz"
    return json.loads(gzip.decompress(data.read_bytes()))["topology"]


def _polygons(topology: dict) -> Iterator[tuple[str, list[list[int]]]]:
    """The polygons of the data: the key of each, and the arcs of its rings, the outer one first."""
    for row in topology["objects"]["countries"]["geometries"]:
        key = row.get("id") or NAMED.get(row["properties"]["name"], REST)
        for polygon in [row["arcs"]] if row["type"] == "Polygon" else row["arcs"]:
            yield key, polygon


def _territory(whole: str, ring: list) -> str | None:
    """The key of the territory to which a polygon of another shape belongs."""
    east = sum(place[0] for place in ring) / len(ring)
    latitude = sum(place[1] for place in ring) / len(ring)
    for key, (parent, longitude, north, radius) in TERRITORIES.items():
        apart = PROJECTION.turned(longitude) - east
        if parent == whole and hypot(apart * cos(radians(north)), north - latitude) < radius:
            return key
    return None


def _shape(polygons: list[tuple[list, list]]) -> Shape:
    """The shape of a country from its polygons, each an outer ring and holes."""
    drawn, area, parts = [], 0, []
    for outer, holes in polygons:
        for part in cut(outer):
            points = on_grid(part, PROJECTION)
            size = area_of(points) if len(points) > 2 else 0
            parts.append((size, len(points), _middle(part)))
            if size >= ISLAND:
                drawn.append(points)
                area += size
        for hole in (on_grid(hole, PROJECTION) for hole in holes):
            size = area_of(hole) if len(hole) > 2 else 0
            if size >= ISLAND:
                drawn.append(hole)
                area -= size
    return Shape(path_of(drawn), area, max(parts)[-1])


def _middle(ring: list) -> Point:
    """The middle of a ring's extent."""
    easts, latitudes = zip(*ring, strict=True)
    return PROJECTION.at((min(easts) + max(easts)) / 2, (min(latitudes) + max(latitudes)) / 2)
