"""The world map: its projection, its outlines, and what is drawn of each country."""

import gzip
import re
from math import radians, sin

import pytest

from charts.maps import SHADES, Value, draw_legend, draw_map, shade_of, shade_ranges
from charts.outlines import area_of, cut, simplified, unwrapped
from charts.projection import Projection, equal_earth, line_of
from charts.world import KOSOVO, PROJECTION, TERRITORIES, world


def points(path: str) -> list[list[tuple[int, int]]]:
    """The rings of an SVG path in relative steps."""
    rings = []
    for ring in filter(None, path.split("z")):
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        x, y = numbers[:2]
        found = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
        rings.append(found)
    return rings


def inside(key: str, longitude: float, latitude: float) -> bool:
    """Whether a place is in the drawn outline of a country, by the number of edges to its west."""
    x, y = PROJECTION(longitude, latitude)
    crossed = 0
    for ring in points(world().shapes[key].path):
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x1 + (x2 - x1) * (y - y1) / (y2 - y1) < x:
                crossed += 1
    return crossed % 2 == 1


class TestProjection:
    def test_the_equator_and_the_poles_are_where_the_publication_puts_them(self):
        assert equal_earth(0, 0) == (0, 0)
        assert equal_earth(180, 0)[0] == pytest.approx(2.7066299836)
        assert equal_earth(0, 90)[1] == pytest.approx(1.3173627591)

    def test_areas_are_true(self):
        """A cell of one degree keeps its share of the globe in the tropics and in the north."""
        for latitude in (0, 30, 60, 75):
            low, high = (equal_earth(0, edge)[1] for edge in (latitude, latitude + 0.1))
            width = equal_earth(1, latitude + 0.05)[0]
            true = radians(1) * (sin(radians(latitude + 0.1)) - sin(radians(latitude)))
            assert width * (high - low) == pytest.approx(true, rel=1e-4), latitude

    def test_places_are_rounded_to_the_grid(self):
        flat = Projection(width=1000, centre=0, north=90, south=-90)
        assert flat.height == 487
        assert flat(0, 0) == (500, 243)
        assert flat(-180, 0) == (0, 243)
        assert flat(90, 0) == (750, 243)
        assert flat(0, 90) == (500, 0)

    def test_the_centre_is_in_the_middle_and_the_edge_where_the_map_is_cut(self):
        turned = Projection(width=1000, centre=11, north=84, south=-58)
        assert turned(11, 0)[0] == 500
        assert turned(-168, 0)[0] == 3
        assert turned(-170, 0)[0] == 997

    def test_paths_have_relative_steps(self):
        assert line_of([(10, 20), (12, 15), (9, 15)]) == "M10,20l2-5-3,0"


class TestOutlines:
    def test_a_line_across_the_edge_has_no_jump(self):
        assert unwrapped([(179, 10), (-179, 11), (178, 12)]) == [(179, 10), (181, 11), (178, 12)]

    def test_a_ring_across_the_edge_becomes_two(self):
        west, east = cut([(170, 0), (190, 0), (190, 10), (170, 10)])
        assert sorted(west) == [(170, 0), (170, 10), (180, 0), (180, 10)]
        assert sorted(east) == [(-180, 0), (-180, 10), (-170, 0), (-170, 10)]

    def test_a_ring_beyond_the_edge_is_moved_onto_the_map(self):
        assert list(cut([(185, 0), (190, 0), (190, 5)])) == [[(-175, 0), (-170, 0), (-170, 5)]]

    def test_a_simplified_line_keeps_its_ends_and_its_corners(self):
        line = [(0, 0), (1, 0.01), (2, 0), (2, 1), (2.01, 2), (2, 3)]
        assert simplified(line, 0.1) == [(0, 0), (2, 0), (2, 3)]
        assert simplified(line, 0.001) == line

    def test_areas_do_not_depend_on_the_direction(self):
        square = [(0, 0), (4, 0), (4, 4), (0, 4)]
        assert area_of(square) == area_of(square[::-1]) == 16


class TestWorld:
    def test_every_country_of_the_source_has_a_shape(self):
        assert len(world().shapes) == 249
        assert {"031", "398", "826", "840", KOSOVO} < set(world().shapes)

    @pytest.mark.parametrize(
        ("key", "longitude", "latitude"),
        [
            ("398", 71.4, 51.1),
            ("031", 47.5, 40.4),
            ("840", -98, 39),
            ("840", -150, 65),
            ("036", 134, -25),
            ("643", 40, 60),
            ("643", -173, 66),
            (KOSOVO, 21, 42.6),
        ],
    )
    def test_places_are_in_their_country(self, key, longitude, latitude):
        assert inside(key, longitude, latitude)

    def test_russia_is_whole_across_the_antimeridian(self):
        """The largest ring has both sides of 180 degrees, and no edge runs along it."""
        ring = max(points(world().shapes["643"].path), key=area_of)
        xs = [x for x, _y in ring]
        assert min(xs) < PROJECTION(30, 60)[0]
        assert max(xs) > PROJECTION(-172, 66)[0]
        longest = max(
            abs(x1 - x2) for (x1, _), (x2, _) in zip(ring, [*ring[1:], ring[0]], strict=True)
        )
        assert longest < PROJECTION.width / 10

    def test_nothing_is_drawn_outside_of_the_map(self):
        drawn = "".join(shape.path for shape in world().shapes.values()) + world().rest
        found = [point for ring in points(drawn) for point in ring]
        assert min(x for x, _y in found) >= 0
        assert max(x for x, _y in found) <= PROJECTION.width
        assert min(y for _x, y in found) >= 0
        assert max(y for _x, y in found) <= PROJECTION.height

    def test_neighbours_share_their_border(self):
        """Arcs are simplified, not countries, so that there is no gap between two of them."""
        edges = []
        for key in ("398", "860"):
            for ring in points(world().shapes[key].path):
                edges.append({frozenset(edge) for edge in zip(ring, ring[1:], strict=False)})
        assert len(set.union(*edges[:-1]) & edges[-1]) > 10

    def test_territories_are_not_part_of_their_state(self):
        assert inside("254", -53, 4)
        assert not inside("250", -53, 4)
        assert inside("744", 15, 79)
        assert not inside("578", 15, 79)
        assert inside("578", 10, 61)

    def test_small_countries_have_a_place(self):
        for key, (longitude, latitude) in {
            "702": (103.8, 1.3),
            "470": (14.4, 35.9),
            "798": (178, -8),
            "292": (-5.35, 36.13),
        }.items():
            shape = world().shapes[key]
            x, y = PROJECTION(longitude, latitude)
            assert shape.is_small
            assert (abs(shape.centre[0] - x) < 4, abs(shape.centre[1] - y) < 4) == (True, True)

    def test_the_territories_that_the_source_lacks_are_all_there(self):
        assert set(TERRITORIES) <= set(world().shapes)

    def test_the_outlines_are_small(self):
        drawn = "".join(shape.path for shape in world().shapes.values()) + world().rest
        assert len(gzip.compress(drawn.encode(), 6)) < 20_000


def value(key, shade, sure=True):
    return Value(key, shade, sure, key, "words", f"/{key}/")


class TestDrawing:
    def test_countries_are_grouped_by_shade_the_darkest_first(self):
        drawn = draw_map([value("398", 1), value("643", 5), value("156", 5, sure=False)])
        assert [group.look for group in drawn.areas] == ["shade-5", "unsure-5", "shade-1"]
        assert [[mark.value.key for mark in group.marks] for group in drawn.areas] == [
            ["643"],
            ["156"],
            ["398"],
        ]

    def test_small_countries_are_points_and_others_are_not(self):
        drawn = draw_map([value("702", 3), value("643", 3)])
        assert [mark.value.key for group in drawn.points for mark in group.marks] == ["702"]
        assert [mark.value.key for group in drawn.areas for mark in group.marks] == ["643"]

    def test_what_has_no_place_is_missing(self):
        former = value("", 2)
        assert draw_map([former, value("643", 3)]).missing == (former,)

    def test_a_country_with_a_value_is_not_land_and_neither_is_the_own_one(self):
        shapes = world().shapes
        drawn = draw_map([value("643", 3)], own="398")
        assert shapes["643"].path not in drawn.land
        assert shapes["398"].path not in drawn.land
        assert shapes["156"].path in drawn.land
        assert drawn.own == shapes["398"].path
        assert drawn.centre is None
        assert draw_map([], own="702").centre == shapes["702"].centre

    def test_only_uncertain_and_missing_values_have_patterns(self):
        drawn = draw_map([value("643", 3), value("398", 2, sure=False), value("156", 0)])
        assert [look for look, _colour in drawn.patterns] == ["shade-0", "unsure-2"]
        groups = {group.look: group.fill for group in drawn.areas}
        assert groups["unsure-2"] == "url(#unsure-2)"
        assert groups["shade-3"] == "#4f96ba"

    def test_the_legend_ends_with_the_land_and_the_own_country(self):
        legend = draw_legend([(5, True, "9"), (5, False, "possibly")], "nothing", "Kazakhstan")
        assert [(row.look, row.words) for row in legend] == [
            ("shade-5", "9"),
            ("unsure-5", "possibly"),
            ("land", "nothing"),
            ("own", "Kazakhstan"),
        ]
        assert len({(row.x, row.y) for row in legend}) == 4


class TestShades:
    def test_few_numbers_have_a_shade_each_spread_over_all(self):
        found = shade_ranges([1, 1, 1, 2, 8])
        assert [(row.shade, row.low, row.high) for row in found] == [
            (1, 1, 1),
            (3, 2, 2),
            (5, 8, 8),
        ]
        assert [row.shade for row in shade_ranges([4])] == [SHADES]

    def test_many_numbers_are_divided_into_five_of_about_the_same_size(self):
        found = shade_ranges(range(1, 101))
        assert [(row.shade, row.low, row.high) for row in found] == [
            (1, 1, 20),
            (2, 21, 40),
            (3, 41, 60),
            (4, 61, 80),
            (5, 81, 100),
        ]

    def test_equal_numbers_have_one_shade(self):
        found = shade_ranges([1] * 90 + [2, 3, 4, 5, 6, 7])
        assert (found[0].low, found[0].high) == (1, 1)
        assert shade_of(1, found) == 1
        assert shade_of(7, found) == SHADES

    def test_no_numbers_have_no_ranges(self):
        assert shade_ranges([]) == []
