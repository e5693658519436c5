"""Pairs side by side: their numbers, the scales of their charts, and what addresses may ask."""

import json

import pytest
from lxml import html

from portal.compare import charts, compared, turnover_charts
from relations.models import Relation
from tests.factories import RelationFactory, VisitFactory
from tests.portal.test_pages import field_descriptions, plain, text
from tests.portal.test_partners import DAY, FORCE, listed
from tests.portal.test_pictures import treaty

pytestmark = pytest.mark.django_db

FIRST = "azerbaijan-kazakhstan"
TWO = f"/compare/?pair={FIRST}&pair=france-italy"


@pytest.fixture
def pair(base):
    return Relation.objects.with_countries().get(slug=FIRST)


def shown(response) -> list[str]:
    """The pairs in the columns of a comparison."""
    page = html.fromstring(text(response))
    return page.xpath("//table[contains(@class, 'comparison')]/thead//th/a/text()")


def cells(response) -> dict[str, list[str]]:
    """The cells of a comparison by the names of its rows."""
    page = html.fromstring(text(response))
    return {
        " ".join(row.xpath("./th")[0].text_content().split()): [
            " ".join(cell.text_content().split()) for cell in row.xpath("./td")
        ]
        for row in page.xpath("//table[contains(@class, 'comparison')]/tbody/tr")
    }


def test_the_numbers_of_each_pair_are_side_by_side(client, base):
    response = client.get(f"{TWO}&on=2026-11-24")
    assert response.status_code == 200
    assert shown(response) == ["Azerbaijan–Kazakhstan", "France–Italy"]
    assert cells(response) == {
        "Relations since": [
            "27 August 1992 Sources disagree; one is preferred Sources disagree; one is preferred",
            "not recorded",
        ],
        "Treaties": ["13", "0"],
        "Treaties in force, 24 November 2026": ["2", "0"],
        "Visits": [
            "1 Azerbaijan → Kazakhstan 3 Kazakhstan → Azerbaijan",
            "0 France → Italy 0 Italy → France",
        ],
        "Last visit": ["11 March 2024", "not recorded"],
        "Missions": [
            "2 Azerbaijan → Kazakhstan 1 Kazakhstan → Azerbaijan",
            "0 France → Italy 0 Italy → France",
        ],
        "Shared organizations, 24 November 2026": ["4 and possibly 5", "0"],
        "Turnover, latest year": [
            "529.4 million US dollars 2023, Kazakhstan Sources differ",
            "not recorded",
        ],
    }


def test_each_number_links_to_a_list_of_as_many_entries(client, pair):
    found = compared(pair, DAY)
    tallies = [*found.treaty_tallies, *found.visit_tallies, *found.mission_tallies]
    for tally in tallies:
        assert listed(client, tally.url) == tally.number, tally.url
    assert [tally.number for tally in found.visit_tallies] == [1, 3]
    assert [tally.number for tally in found.mission_tallies] == [2, 1]


def test_the_day_is_that_of_treaties_in_force(client, base):
    pair = RelationFactory()
    treaty(pair, *FORCE)
    for day, number in (("2000-06-01", "0"), ("2002-01-01", "1")):
        response = client.get(f"/compare/?pair={pair.slug}&pair={FIRST}&on={day}")
        (found,) = [row for name, row in cells(response).items() if "in force" in name]
        assert found[0] == number


def test_charts_of_all_pairs_have_the_same_scales(pair):
    other = RelationFactory()
    for year in ("1999", "2022", "2022"):
        VisitFactory(relation=other, date=year, published=True)
    rows = [compared(pair, DAY), compared(other, DAY)]
    found = charts(rows, DAY)
    lanes = found["visits"].lanes
    assert [lane.label for lane in lanes] == [f"{pair} (4)", f"{other} (3)"]
    assert found["visits"].most == 2
    heights = {(block.words.split(",")[0], place): block.height
               for place, lane in enumerate(lanes) for block in lane.blocks}  # fmt: skip
    assert heights["1999", 1] * 2 == pytest.approx(heights["2022", 1], abs=0.01)
    assert heights["2022", 0] == heights["1999", 1]
    assert found["in_force"].axis == found["visits"].axis


def test_the_last_column_of_treaties_in_force_is_that_of_the_table(pair):
    row = compared(pair, DAY)
    lane = charts([row, row], DAY)["in_force"].lanes[0]
    words = f"{row.in_force} and possibly {row.possibly_in_force}" if row.possibly_in_force \
        else str(row.in_force)  # fmt: skip
    assert lane.label == f"{pair} ({words})"


def test_turnover_charts_in_one_unit_have_the_same_scales(pair):
    row = compared(pair, DAY)
    (alone,) = turnover_charts([row])
    fewer = row.turnover.lines[0].__class__("One", row.turnover.lines[0].points[:1])
    small = row.__class__(**{
        name: getattr(row, name) for name in row.__slots__
    } | {"turnover": row.turnover.__class__(**{
        name: getattr(row.turnover, name) for name in row.turnover.__slots__
    } | {"lines": (fewer,)})})  # fmt: skip
    both = turnover_charts([row, small])
    assert both[1].plot.x_ticks == both[0].plot.x_ticks == alone.plot.x_ticks
    assert both[1].plot.y_ticks == both[0].plot.y_ticks == alone.plot.y_ticks


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("pair=nowhere", "No pair of countries has this address: nowhere."),
        ("pair=%00", "No pair of countries has this address:"),
        (f"pair={'a-' * 200}b", "No pair of countries has this address: a-a-"),
        (f"pair={FIRST}&pair=kazakhstan-azerbaijan",
         "Azerbaijan–Kazakhstan is given more than once and is shown once."),
    ],
)  # fmt: skip
def test_an_address_that_names_no_pair_or_one_twice_is_refused(client, base, query, words):
    response = client.get(f"/compare/?{query}")
    assert response.status_code == 400
    assert words in plain(response)
    response = client.get(f"/compare.csv?{query}")
    assert response.status_code == 400
    assert words in plain(response)


def test_more_than_six_pairs_are_refused(client, base):
    pairs = [RelationFactory() for _number in range(7)]
    query = "&".join(f"pair={pair.slug}" for pair in pairs)
    response = client.get(f"/compare/?{query}")
    assert response.status_code == 400
    assert "At most 6 pairs can be compared; these are the first of 7." in plain(response)
    assert shown(response) == [str(pair) for pair in pairs[:6]]


def test_one_pair_alone_asks_for_a_second(client, base):
    response = client.get(f"/compare/?pair={FIRST}")
    assert response.status_code == 200
    assert "Add a second pair to compare." in plain(response)
    assert "Choose two or more pairs" in plain(client.get("/compare/"))


def test_either_order_of_the_countries_is_the_same_pair(client, base):
    response = client.get("/compare/?pair=kazakhstan-azerbaijan&pair=italy-france")
    assert shown(response) == ["Azerbaijan–Kazakhstan", "France–Italy"]


def test_a_pair_is_added_by_the_names_of_its_countries(client, base):
    response = client.get(f"/compare/?pair={FIRST}&countries=Italy+France&on=2020-01-01")
    assert response.status_code == 302
    assert response["Location"] == f"/compare/?pair={FIRST}&pair=france-italy&on=2020-01-01"


def test_words_that_are_no_two_countries_are_refused_at_their_field(client, base):
    response = client.get(f"/compare/?pair={FIRST}&countries=Atlantis")
    assert response.status_code == 400
    assert field_descriptions(response)["id_countries"] == (
        "“Atlantis” does not name two countries. Write both names, one after the other."
    )


def test_an_invalid_day_is_refused_at_its_field(client, base):
    response = client.get(f"{TWO}&on=2024-02-30")
    assert response.status_code == 400
    assert field_descriptions(response)["id_on"] == "February 2024 has no day 30."


def test_a_pair_is_removed_with_a_link(client, base):
    page = html.fromstring(text(client.get(f"{TWO}&on=2020-01-01")))
    assert page.xpath("//a[@aria-label='Remove France–Italy']/@href") == [
        f"?pair={FIRST}&on=2020-01-01"
    ]


def test_files_have_a_row_for_each_pair(client, base):
    found = json.loads(text(client.get(f"/compare.json?pair={FIRST}&pair=france-italy")))["items"]
    assert [row["pair"] for row in found] == [FIRST, "france-italy"]
    assert found[0]["relations_since"] == ["1992-08-27"]
    assert found[0]["relations_since_disputed"] is True
    assert (found[0]["visits_from_first"], found[0]["visits_from_second"]) == (1, 3)
    assert found[0]["last_visit"] == "2024-03-11"
    assert found[0]["turnover_unit"] == "USD"
    assert found[1]["turnover"] == ""
    assert found[1]["treaties"] == 0
    header = text(client.get(f"/compare.csv?pair={FIRST}")).splitlines()[0]
    assert header.split(",") == list(found[0])


def test_a_file_refuses_an_unknown_parameter(client, base):
    response = client.get(f"/compare.json?pair={FIRST}&countries=France")
    assert response.status_code == 400
    assert "This file has no filter “countries”." in plain(response)
