"""The JSON of a pair's timeline for TimelineJS, checked against its documented structure."""

import json
from html import unescape

import pytest
from lxml import html

from portal.timelinejs import event
from tests.factories import EventFactory, RelationFactory, VisitFactory

pytestmark = pytest.mark.django_db

# https://timeline.knightlab.com/docs/json-format.html: the type of each property that we use.
DATE = {"year": int, "month": int, "day": int, "display_date": str}
SLIDE = {"start_date": dict, "end_date": dict, "text": dict, "group": str, "unique_id": str}
TEXT = {"headline": str, "text": str}
TIMELINE = {"events": list, "title": dict, "scale": str}


def check(value: dict, properties: dict, *required: str) -> None:
    """Check the names and types of properties, and that the required ones are there."""
    assert set(required) <= set(value) <= set(properties)
    for name, one in value.items():
        assert isinstance(one, properties[name]), name


def read(client, pair, query="") -> dict:
    response = client.get(f"/relations/{pair}/timeline.timelinejs.json{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    found = json.loads(response.getvalue())
    check(found, TIMELINE, "events")
    assert found["scale"] == "human"
    check(found["title"], SLIDE, "text")
    for slide in (found["title"], *found["events"]):
        check(slide["text"], TEXT)
    for slide in found["events"]:
        check(slide, SLIDE, "start_date", "text", "unique_id")
        for name in ("start_date", "end_date"):
            if name in slide:
                check(slide[name], DATE, "year")
                assert "day" not in slide[name] or "month" in slide[name]
    assert len({slide["unique_id"] for slide in found["events"]}) == len(found["events"])
    return found


def test_it_has_the_dated_entries_of_the_timeline(client, base):
    found = read(client, "azerbaijan-kazakhstan")
    rows = client.get("/relations/azerbaijan-kazakhstan/timeline.json?order=oldest")
    rows = json.loads(rows.getvalue())["items"]
    dated = [row["id"] for row in rows if row["date_earliest"] or row["date_latest"]]
    assert [slide["unique_id"] for slide in found["events"]] == dated
    assert len(dated) < len(rows)
    assert found["title"]["text"]["headline"] == "Azerbaijan–Kazakhstan"


def test_it_is_filtered_like_the_timeline(client, base):
    found = read(client, "azerbaijan-kazakhstan", "?kind=visit&year_from=2023")
    assert {slide["group"] for slide in found["events"]} == {"visit"}
    assert min(slide["start_date"]["year"] for slide in found["events"]) == 2023


def test_a_visit_has_its_days_and_a_link(client):
    visit = VisitFactory(
        title="Talks <b>", summary="Gas & oil", date="2012-05-13", until="2012-05-15",
        published=True,
    )  # fmt: skip
    (slide,) = read(client, visit.relation.slug)["events"]
    assert slide["start_date"] == {"year": 2012, "month": 5, "day": 13}
    assert slide["end_date"] == {"year": 2012, "month": 5, "day": 15}
    assert unescape(slide["text"]["headline"]) == "Talks <b>"
    text = html.fragment_fromstring(slide["text"]["text"], create_parent=True)
    assert text.findtext("p") == "Gas & oil"
    assert text.xpath(".//a/@href") == [f"http://testserver{visit.get_absolute_url()}"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2012", {"year": 2012}),
        ("2012-05", {"year": 2012, "month": 5}),
        ("2012~", {"year": 2012, "display_date": "about 2012"}),
        ("2012-33", {"year": 2012, "display_date": "1st quarter 2012"}),
        ("[1990..1992]", {"year": 1990, "display_date": "between 1990 and 1992"}),
        ("[..1995]", {"year": 1995, "display_date": "not later than 1995"}),
    ],
)
def test_a_date_is_as_precise_as_its_source(client, date, expected):
    row = EventFactory(date=date, published=True)
    (slide,) = read(client, row.relation.slug)["events"]
    assert slide["start_date"] == expected


def test_an_entry_without_a_date_is_left_out():
    assert event({"date": "", "until": ".."}, "") is None


def test_drafts_and_unknown_parameters_are_refused(client):
    pair = RelationFactory()
    EventFactory(relation=pair)
    assert read(client, pair.slug)["events"] == []
    response = client.get(f"/relations/{pair.slug}/timeline.timelinejs.json?order=oldest")
    assert (response.status_code, response.json()["error"]) == (
        400,
        "This file has no filter “order”.",
    )
    response = client.get(f"/relations/{pair.slug}/timeline.timelinejs.json?year_from=x")
    assert (response.status_code, response.json()["fields"]) == (
        400,
        {"year_from": ["Enter a whole number."]},
    )
