"""load_fixtures: it loads each row once, never overwrites an editor's work, and all or nothing."""

import io
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from core.models import LoadedRow
from desk.management.commands.load_fixtures import ORDER
from relations.decisions import decide
from relations.models import (
    Citation,
    Disagreement,
    Event,
    Participation,
    Person,
    Record,
    Relation,
    Topic,
)
from relations.publication import revise
from sources.models import Passage, Source
from tests.steps import publish, withdraw
from trade.models import Figure
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db


def row(model, **fields):
    return {"model": model, "fields": fields}


def cited(record, locator="p1s1", **fields):
    return row("relations.citation", record=[record], source=["src"], locator=locator,
               stance="supports", **fields)  # fmt: skip


COUNTRIES = [
    row("relations.country", slug=slug, kind="state", name_en=slug.title())
    for slug in ("aland", "bland")
]
ROWS = [
    # The citations come first on purpose: the rows they refer to must be loaded before them.
    cited("talks", passage=["src", "p1s1"]),
    cited("pact"),
    cited("pact-signature"),
    row("relations.event", slug="talks", title="Talks", relation=["aland-bland"], date="2020-09",
        event_type="meeting", topics=[["trade"]]),
    row("relations.participation", record=["talks"], role="speaker", person=["ann"]),
    row("relations.person", slug="ann", name="Ann"),
    row("relations.topic", slug="trade", name="Trade"),
    row("relations.relation", slug="aland-bland", country_a=["aland"], country_b=["bland"]),
    row("sources.source", slug="src", title="Source", kind="news", date="2024"),
    row("sources.passage", source=["src"], locator="p1s1", paragraph=1, sentence=1),
    row("treaties.treaty", slug="pact", title="Pact", relation=["aland-bland"], date="2005",
        instrument="treaty"),
    row("treaties.party", treaty=["pact"], country=["aland"]),
    row("treaties.party", treaty=["pact"], country=["bland"]),
    row("treaties.treatyaction", slug="pact-signature", treaty=["pact"], date="2005",
        action_type="signature"),
    row("trade.indicator", slug="exports", name="Exports", measure="flow"),
    row("trade.figure", slug="fig", source=["src"], indicator=["exports"], period="2023",
        from_country=["aland"], to_country=["bland"], value="598470000", unit="USD"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "relations").mkdir()
    (tmp_path / "relations" / "countries.json").write_text(json.dumps(COUNTRIES))
    (tmp_path / "all.json").write_text(json.dumps(ROWS))
    return tmp_path


def load(folder) -> str:
    out = io.StringIO()
    call_command("load_fixtures", folder, stdout=out)
    return out.getvalue().strip()


def add(folder, *rows, name="more.json"):
    (folder / name).write_text(json.dumps(rows))


def all_rows() -> dict:
    """All rows of the tables that loading fills, with their values."""
    models = (LoadedRow, Source, Passage, Topic, Person, Relation, Record, Event, Treaty,
              TreatyAction, Participation, Citation, Figure)  # fmt: skip
    rows = {model: list(model.objects.order_by("pk").values()) for model in models}
    rows["revisions"] = list(
        Record.revisions.rel.related_model.objects.order_by("pk").values("pk", "number", "at")
    )
    return rows


def test_rows_are_loaded_completely_and_published(folder):
    assert load(folder) == "Fixtures: 18 rows loaded, 0 already present, 0 loaded before."
    event = Event.objects.get()
    assert (event.state, event.version, str(event.date)) == ("published", 1, "2020-09")
    assert event.date_latest.isoformat() == "2020-09-30"
    assert [topic.slug for topic in event.topics.all()] == ["trade"]
    revision = event.revisions.get()
    assert revision.reason == "Loaded from fixtures"
    assert revision.snapshot["record"]["relation"] == ["aland-bland"]
    assert [child["passage"] for child in revision.snapshot["citations"]] == [["src", "p1s1"]]
    assert [child["person"] for child in revision.snapshot["participations"]] == [["ann"]]
    assert revision.snapshot["topics"] == ["trade"]


def test_a_treaty_is_published_once_with_its_parties_and_actions(folder):
    load(folder)
    treaty, action = Treaty.objects.get(), TreatyAction.objects.get()
    assert (treaty.state, treaty.version) == ("published", 1)
    assert (action.state, action.version, action.title) == ("published", 1, "Pact: signature")
    assert action.relation == treaty.relation
    assert {party.sort_key for party in treaty.parties.all()} == {treaty.sort_key}


def test_a_figure_is_published(folder):
    load(folder)
    figure = Figure.objects.get()
    assert (figure.state, figure.value) == ("published", 598470000)
    assert figure.series == "exports|aland|bland||TOTAL|USD|not_stated|reported|"


def test_a_second_run_changes_nothing(folder):
    load(folder)
    before = all_rows()
    assert load(folder) == "Fixtures: 0 rows loaded, 0 already present, 18 loaded before."
    assert all_rows() == before


def test_changes_of_an_editor_are_kept(folder):
    load(folder)
    event = Event.objects.get()
    event.title = "Better"
    publish(event, reason="A better title")
    add(folder, row("relations.topic", slug="new", name="New"))
    load(folder)
    event.refresh_from_db()
    assert (event.title, event.version) == ("Better", 2)


def test_rows_deleted_by_an_editor_are_not_restored(folder):
    load(folder)
    withdraw(Event.objects.get(slug="talks"))
    Citation.objects.filter(record__slug="talks").delete()
    Participation.objects.all().delete()
    assert load(folder) == "Fixtures: 0 rows loaded, 0 already present, 18 loaded before."
    assert not Citation.objects.filter(record__slug="talks").exists()
    assert not Participation.objects.exists()


def test_an_existing_row_with_the_same_key_is_left_unchanged(folder):
    Person.objects.create(slug="ann", name="Ann of ours")
    assert load(folder) == "Fixtures: 17 rows loaded, 1 already present, 0 loaded before."
    assert Person.objects.get().name == "Ann of ours"
    assert Participation.objects.get().person.name == "Ann of ours"


def test_a_new_citation_of_an_existing_record_makes_a_revision(folder):
    load(folder)
    add(folder, cited("talks", locator="page 2", field="date"))
    assert load(folder) == "Fixtures: 1 rows loaded, 0 already present, 18 loaded before."
    event = Event.objects.get()
    assert (event.state, event.version) == ("published", 2)
    revision = event.revisions.get(number=2)
    assert revision.reason == "Loaded from fixtures"
    assert sorted(row["locator"] for row in revision.snapshot["citations"]) == ["p1s1", "page 2"]
    assert "event_type" in revision.snapshot["record"]


def test_a_new_action_of_an_existing_treaty_makes_revisions_of_both(folder):
    load(folder)
    add(
        folder,
        row("treaties.treatyaction", slug="pact-in-force", treaty=["pact"], date="2006",
            action_type="entry_into_force"),
        cited("pact-in-force"),
    )  # fmt: skip
    load(folder)
    action = TreatyAction.objects.get(slug="pact-in-force")
    assert (action.state, action.version) == ("published", 1)
    assert Treaty.objects.get().version == 2
    assert TreatyAction.objects.get(slug="pact-signature").version == 1


BAD = {
    "malformed": ("[{,]", "bad.json", "Expecting property name"),
    "unknown model": (
        [row("relations.planet", slug="mars")],
        "bad.json",
        "fixtures cannot contain “relations.planet”",
    ),
    "invalid date": (
        [row("sources.source", slug="bad", title="Bad", kind="news", date="2005-13")],
        'sources.source ["bad"]',
        "There is no month 13.",
    ),
    "invalid choice": (
        [row("sources.source", slug="bad", title="Bad", kind="rumour")],
        'sources.source ["bad"]',
        "Value 'rumour' is not a valid choice.",
    ),
    "missing reference": (
        [row("relations.person", slug="bad", name="Bad", country=["atlantis"])],
        'relations.person ["bad"]',
        "Country matching query does not exist",
    ),
    "missing topic": (
        [row("relations.event", slug="bad", title="Bad", event_type="meeting",
             topics=[["nothing"]])],
        'relations.event ["bad"]',
        "Topic matching query does not exist",
    ),
    "broken constraint": (
        [row("sources.source", slug="bad", title="Bad", kind="news", rights="open")],
        'sources.source ["bad"]',
        "Name the open licence.",
    ),
    "value that is taken": (
        [row("relations.country", slug="bad", kind="state", name_en="Bad", iso2="BD"),
         row("relations.country", slug="worse", kind="state", name_en="Worse", iso2="BD")],
        'relations.country ["worse"]',
        "Constraint “country_iso2_unique” is violated.",
    ),
    "broken rule": (
        [row("relations.visit", slug="bad", title="Bad", relation=["aland-bland"],
             host=["cland"], rank="other"),
         row("relations.country", slug="cland", kind="state", name_en="Cland")],
        'relations.visit ["bad"]',
        "Cland does not belong to the pair Aland–Bland.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("loaded_before", [False, True])
@pytest.mark.parametrize("case", BAD)
def test_an_invalid_row_is_reported_with_its_file_and_nothing_is_loaded(
    folder, case, loaded_before
):
    content, place, message = BAD[case]
    if loaded_before:
        load(folder)
    before = all_rows()
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "bad.json").write_text(text)
    add(folder, row("relations.topic", slug="good", name="Good"))
    with pytest.raises(CommandError) as error:
        load(folder)
    assert "bad.json" in str(error.value)
    assert place in str(error.value)
    assert message in str(error.value)
    assert all_rows() == before


def test_a_record_without_evidence_rolls_back_the_loading(folder):
    add(folder, row("relations.event", slug="bare", title="Bare", event_type="meeting"))
    with pytest.raises(Exception, match="“Bare” needs at least one citation that supports it."):
        load(folder)
    assert not Event.objects.exists()
    assert not LoadedRow.objects.exists()


def test_an_empty_folder_is_rejected(tmp_path):
    with pytest.raises(CommandError, match="contains no fixtures"):
        load(tmp_path)


def test_each_row_of_the_projects_fixtures_passes_full_validation(base):
    """Loading leaves constraints to the database; here each row is fully validated."""
    checked = 0
    for name in ORDER:
        for item in apps.get_model(name).objects.all():
            item.full_clean()
            checked += 1
    assert checked >= LoadedRow.objects.count()


def test_the_projects_fixtures_load_only_once(base):
    before = LoadedRow.objects.count()
    out = io.StringIO()
    call_command("load_fixtures", stdout=out)
    assert out.getvalue().strip() == (
        f"Fixtures: 0 rows loaded, 0 already present, {before} loaded before."
    )
    assert not Record.objects.exclude(state="published").exists()
    assert set(Record.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}', "expected a list of rows, each with “model” and “fields”."),
        ("[1]", "expected a list of rows, each with “model” and “fields”."),
        ('[{"model": "relations.topic"}]', "a list of rows"),
        ('[{"model": "relations.topic", "fields": {"slug": "a", "titel": "b"}}]', "titel"),
        ('[{"model": "relations.disagreement", "fields": {"key": "x", "choice": "a", '
         '"reason": "b"}}]', "bad.json: no rule finds “x”."),
    ],
)  # fmt: skip
def test_a_malformed_file_is_reported_and_nothing_is_loaded(folder, content, message):
    (folder / "bad.json").write_text(content)
    with pytest.raises(CommandError, match="bad.json") as refused:
        load(folder)
    assert message in str(refused.value)
    assert not Record.objects.exists()


def test_a_record_without_evidence_is_reported_with_its_title(folder):
    add(folder, row("relations.event", slug="bare", title="Bare", event_type="meeting"))
    with pytest.raises(CommandError, match="“Bare” needs at least one citation"):
        load(folder)
    assert not Record.objects.exists()


DISPUTE = [
    cited("talks", locator="page 9", field="date"),
    row("relations.citation", record=["talks"], source=["src"], locator="page 3",
        field="date", stance="contradicts", as_stated="2021"),
]  # fmt: skip


def decision(key="contradiction:talks:date", choice="supports:src:page 9", reason="It is nearer."):
    return row("relations.disagreement", key=key, choice=choice, reason=reason)


def skipped_decision(folder) -> str:
    """Load a release that brings a decision, and return why the decision was skipped."""
    add(folder, decision(), name="release.json")
    line, summary = load(folder).splitlines()
    assert summary == "Fixtures: 0 rows loaded, 1 already present, 20 loaded before."
    return line


def test_an_editors_decision_is_kept_and_reported(folder):
    add(folder, *DISPUTE)
    load(folder)
    decide(Disagreement.objects.get(), "contradicts:src:page 3", "Ours.")
    assert skipped_decision(folder) == (
        "Skipped the decision on “contradiction:talks:date”: an editor has decided it."
    )
    found = Disagreement.objects.get()
    assert (found.state, found.choice, found.reason) == (
        "decided", "contradicts:src:page 3", "Ours.",
    )  # fmt: skip
    assert load(folder) == "Fixtures: 0 rows loaded, 0 already present, 21 loaded before."


def test_a_reopened_decision_of_an_editor_keeps_its_reason(folder):
    add(folder, *DISPUTE)
    load(folder)
    decide(Disagreement.objects.get(), "contradicts:src:page 3", "Ours.")
    Citation.objects.filter(stance="contradicts").update(as_stated="2022")
    revise(Event.objects.get())
    assert skipped_decision(folder).endswith("an editor has decided it.")
    found = Disagreement.objects.get()
    assert (found.state, found.reason) == ("undecided", "Ours.")


@pytest.mark.parametrize("gone", ["the citation", "the record"])
def test_a_decision_on_a_vanished_disagreement_is_skipped(folder, gone):
    add(folder, *DISPUTE)
    load(folder)
    event = Event.objects.get()
    if gone == "the citation":
        Citation.objects.filter(stance="contradicts").delete()
        revise(event)
    else:
        withdraw(event)
        event.delete()
    assert skipped_decision(folder).endswith("no rule finds it any longer.")
    assert not Disagreement.objects.present().exists()


def test_a_decision_for_a_removed_value_is_skipped(folder):
    add(folder, *DISPUTE)
    load(folder)
    Citation.objects.filter(locator="page 9").delete()
    revise(Event.objects.get())
    assert skipped_decision(folder).endswith(
        "“supports:src:page 9” is no longer one of its values."
    )
    assert Disagreement.objects.get().state == "undecided"


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"key": "rumour:talks:date"}, "no rule finds “rumour:talks:date”."),
        ({"key": "contradiction:parley:date"}, "no rule finds “contradiction:parley:date”."),
        ({"key": "sum:talks"}, "no rule finds “sum:talks”."),
        (
            {"choice": "supports:src:page 8"},
            "“supports:src:page 8” is not one of the conflicting values.",
        ),
        ({"choice": "record:parley"}, "“record:parley” is not one of the conflicting values."),
        ({"reason": " "}, "the reason is missing."),
    ],
)
def test_an_invalid_decision_stops_the_loading(folder, edited, wrong, message):
    add(folder, *DISPUTE)
    load(folder)
    if edited:
        decide(Disagreement.objects.get(), "contradicts:src:page 3", "Ours.")
    add(folder, decision(**wrong), name="bad.json")
    with pytest.raises(CommandError, match="bad.json") as refused:
        load(folder)
    assert message in str(refused.value)


def test_a_decision_is_applied_only_once(folder):
    add(folder, *DISPUTE, decision())
    load(folder)
    found = Disagreement.objects.get()
    assert (found.state, found.reason) == ("decided", "It is nearer.")
    decide(found, "contradicts:src:page 3", "On second thoughts.")
    load(folder)
    assert Disagreement.objects.get().reason == "On second thoughts."
