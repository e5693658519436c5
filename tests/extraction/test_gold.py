"""The texts with expected facts: quoted words occur, and slugs, types and dates are valid."""

import json
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from core.dates import Edtf
from relations.models import Event, Membership, Mission, Visit
from trade.quantities import Qualifier
from trade.units import Unit
from treaties.models import Treaty, TreatyAction

GOLD = Path(__file__).parent / "gold"
LANGUAGES = ("en", "ru", "az", "kk")
MENTIONS = ("dates", "countries", "people", "organizations", "amounts", "titles", "numbers")
TYPES = {
    "visit_type": Visit.Type, "rank": Visit.Rank, "event_type": Event.Type,
    "membership_type": Membership.Type, "mission_type": Mission.Type,
    "instrument": Treaty.Instrument, "unit": Unit, "qualifier": Qualifier,
}  # fmt: skip
# The fields of a record that hold slugs, with the model of each.
SLUGS = {
    "host": "country", "guest": "country", "sender": "country", "member": "country",
    "from": "country", "to": "country", "party": "country", "person": "person",
    "organization": "organization", "indicator": "indicator",
}  # fmt: skip
# The fields that each kind of record must have.
REQUIRED = {
    "visit": {"host", "guest", "visit_type", "rank"},
    "treaty": {"instrument", "steps"},
    "step": {"treaty", "type"},
    "event": {"event_type"},
    "membership": {"member", "membership_type"},
    "mission": {"mission_type", "sender", "host"},
    "figure": {"indicator", "from", "to", "period", "value", "unit", "qualifier"},
}


@cache
def slugs(model: str) -> set[str]:
    """The slugs of a model's rows in the fixtures."""
    return {
        row["fields"]["slug"]
        for path in settings.FIXTURE_ROOT.rglob("*.json")
        for row in json.loads(path.read_text(encoding="utf-8"))
        if row["model"].split(".")[1] == model
    }


def is_pair(text: str) -> bool:
    """Whether the text is empty or the slug of a pair of countries, in alphabetical order."""
    halves = [(text[: dash.start()], text[dash.end() :]) for dash in re.finditer("-", text)]
    return not text or any(one < two and {one, two} <= slugs("country") for one, two in halves)


def loaded(name: str) -> dict:
    return tomllib.loads((GOLD / f"{name}.toml").read_text(encoding="utf-8"))


TEXTS = [text for language in LANGUAGES for text in loaded(language)["text"]]
RECORDS = [(text, record) for text in TEXTS for record in text["records"]]


def test_each_language_has_eighteen_texts_half_of_them_held_out():
    assert len({text["id"] for text in TEXTS}) == len(TEXTS)
    for language in LANGUAGES:
        own = [text for text in TEXTS if text["id"].startswith(f"{language}-")]
        assert len(own) >= 18
        assert [text["held_out"] for text in own] == [n % 2 == 1 for n in range(len(own))]


def test_enough_texts_hold_no_record_and_enough_records_of_each_kind_are_expected():
    assert sum(not text["records"] for text in TEXTS) >= 15
    kinds = Counter(record["kind"] for _text, record in RECORDS)
    assert kinds.keys() == REQUIRED.keys()
    assert min(kinds.values()) >= 5


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text["id"])
def test_all_quoted_words_occur_in_the_text(text):
    for name in MENTIONS:
        # A mention that is listed twice occurs twice.
        for words, times in Counter(row["words"] for row in text.get(name, [])).items():
            assert text["text"].count(words) >= times, words
    titles = [row["words"] for row in text.get("titles", [])]
    for record in text["records"]:
        assert record["words"] in text["text"]
        for name in {"title", "treaty"} & record.keys():
            assert record[name] in titles


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text["id"])
def test_mentions_have_known_slugs_units_and_dates(text):
    for row in text.get("countries", []):
        assert row["slug"] in slugs("country")
        assert row.get("as", "name") in {"name", "nationality", "capital"}
    for name, model in (("people", "person"), ("organizations", "organization")):
        assert {row["slug"] for row in text.get(name, [])} - {""} <= slugs(model)
    for row in text.get("dates", []):
        assert Edtf.parse(row["value"]).earliest
        if "until" in row:
            assert Edtf.parse(row["until"]).earliest > Edtf.parse(row["value"]).latest
    for row in text.get("amounts", []):
        assert row["unit"] in Unit.values
        assert row["qualifier"] in Qualifier.values
    assert not text["on"] or Edtf.parse(text["on"])
    assert is_pair(text["pair"])


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text["id"])
def test_records_are_complete_and_use_known_slugs_types_and_dates(text):
    for record in text["records"]:
        assert REQUIRED[record["kind"]] <= record.keys(), record["words"]
        for field in record.keys() & TYPES.keys():
            assert record[field] in TYPES[field].values
        for step in [record] if record["kind"] == "step" else record.get("steps", []):
            assert step["type"] in TreatyAction.Type.values
        for field in record.keys() & SLUGS.keys():
            assert record[field] in slugs(SLUGS[field]), (field, record[field])
        assert is_pair(record.get("pair", ""))
        countries = record.get("parties", record.get("countries", []))
        assert countries == sorted(slugs("country").intersection(countries))
        for field in record.keys() & {"date", "until", "period"}:
            assert Edtf.parse(record[field])
        assert set(record.get("inferred", [])) <= record.keys()


class TestArticle:
    ARTICLE = loaded("article")

    def test_its_records_are_those_of_the_coverage_table(self):
        coverage = (settings.BASE_DIR / "docs" / "article-coverage.md").read_text(encoding="utf-8")
        rows = dict(re.findall(r"^\| (\w+) \|.*\| (.*) \|$", coverage, re.MULTILINE))
        folders = {
            "visit": "visits", "event": "events", "treaty": "treaties", "step": "actions",
            "membership": "memberships", "figure": "figures",
        }  # fmt: skip
        expected = set()
        for record in self.ARTICLE["records"]:
            name = f"`{folders[record['kind']]}/{record['slug']}`"
            assert name in rows[record["place"]]
            expected.add(name)
        listed = re.findall(rf"`(?:{'|'.join(folders.values())})/[\w-]+`", "".join(rows.values()))
        assert expected == set(listed)

    def test_its_spans_have_known_slugs(self):
        models = {"country": "country", "person": "person", "organization": "organization",
                  "title": "treaty"}  # fmt: skip
        for span in self.ARTICLE["spans"]:
            if span["kind"] in models:
                assert span["value"] in slugs(models[span["kind"]])

    @pytest.mark.material
    def test_its_spans_match_the_text_at_their_offsets(self, article_text):
        for span in self.ARTICLE["spans"]:
            words = article_text[span["start"] : span["end"]]
            assert words == words.strip() != ""
            digits = re.sub(r"\D", "", words)
            if span["kind"] == "amount":
                assert digits.rstrip("0") == span["value"].rstrip("0")
            elif span["kind"] == "date" and not span.get("inferred"):
                assert span["value"][:4] in digits
