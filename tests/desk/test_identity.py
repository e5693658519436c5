"""Rows of lists keep their records, and nothing published changes without publication."""

import random

import pytest
from django.contrib.auth import get_user_model

from core.snapshot import full_snapshot
from relations import workflow
from relations.models import Event, ImportedRow, Record, Visit
from relations.publication import revise
from relations.workflow import open_revision
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db

HEADER = "No,T,A,B,D,E"
EVENTS = """
name = "{name}"
kind = "{kind}"
{top}
[source]
slug = "{source}"
title = "A list"
kind = "official"
[columns]
title = "T"
country = "A"
other_country = "B"
date = "D"
event_type = "E"
"""
TREATIES = """
name = "treaties"
kind = "treaty"
id = "No"
[source]
slug = "treaty-list"
title = "Treaties"
kind = "official"
[columns]
title = "T"
parties = "P"
signature = "S"
entry_into_force = "F"
"""
ID = 'id = "No"'


def event(number, title="Talks", date="2003", other="France") -> str:
    return f"{number},{title},Kazakhstan,{other},{date},meeting"


@pytest.fixture
def ann(base):
    return get_user_model().objects.create_superuser("ann")


@pytest.fixture
def events(base, import_list, mapping):
    """Import rows of events by a mapping."""

    def imported(*rows, top=ID, name="events", source="event-list", publish=False, header=HEADER):
        text = EVENTS.format(name=name, kind="event", top=top, source=source)
        flags = {"publish": True, "user": "ann"} if publish else {}
        return import_list(mapping(text), "\n".join((header, *rows)) + "\n", **flags)

    return imported


@pytest.fixture
def treaties(base, import_list, mapping):
    """Import rows of treaties: identifier, parties, signature and entry into force."""

    def imported(*rows, publish=False):
        lines = [f"{no},Agreement on water,{parties},{s},{f}" for no, parties, s, f in rows]
        flags = {"publish": True, "user": "ann"} if publish else {}
        return import_list(mapping(TREATIES), "\n".join(("No,T,P,S,F", *lines)) + "\n", **flags)

    return imported


def outcomes(report) -> tuple[int, ...]:
    return tuple(report[name] for name in ("created", "updated", "unchanged", "rejected"))


def listed(**values) -> list[tuple[str, str]]:
    rows = Event.objects.filter(citations__source__slug="event-list", **values)
    return [(row.title, str(row.date)) for row in rows.order_by("title", "pk")]


class TestPublished:
    """A change of a published record by an import waits for review."""

    def test_a_changed_row_waits_as_a_pending_revision(self, ann, events, client):
        events(event(1), publish=True)
        assert outcomes(events(event(1, date="2010-05"))) == (0, 1, 0, 0)
        row = Event.objects.get(slug="event-list-1")
        assert (str(row.date), row.version) == ("2003", 1)
        assert client.get("/events/event-list-1.json").json()["date"] == "2003"
        waiting = row.revisions.open().get()
        assert (waiting.state, waiting.author, waiting.reason) == (
            "pending", None, "Imported: A list",
        )  # fmt: skip
        assert waiting.snapshot["record"]["date"] == "2010-05"

    def test_importing_again_adds_nothing_while_it_waits_and_once_it_is_discarded(
        self, ann, events, admin_user
    ):
        events(event(1), publish=True)
        events(event(1, date="2010-05"))
        row = Event.objects.get(slug="event-list-1")
        assert outcomes(events(event(1, date="2010-05"))) == (0, 0, 1, 0)
        assert row.revisions.count() == 2
        workflow.discard(row, admin_user)
        assert outcomes(events(event(1, date="2010-05"))) == (0, 0, 1, 0)
        assert open_revision(row) is None

    def test_a_second_change_replaces_the_first(self, ann, events):
        events(event(1), publish=True)
        events(event(1, date="2010-05"))
        events(event(1, date="2011"))
        waiting = Event.objects.get(slug="event-list-1").revisions.open().get()
        assert (waiting.state, waiting.snapshot["record"]["date"]) == ("pending", "2011")

    def test_publish_publishes_it_as_a_version_by_the_user(self, ann, events):
        events(event(1), publish=True)
        events(event(1, date="2010-05"))
        assert outcomes(events(event(1, date="2010-05"), publish=True)) == (0, 0, 1, 0)
        row = Event.objects.get(slug="event-list-1")
        assert (str(row.date), row.version, open_revision(row)) == ("2010-05", 2, None)
        newest = row.revisions.live().first()
        assert (newest.author, newest.publisher, newest.reason) == (ann, ann, "Imported: A list")

    def test_it_does_not_undo_what_was_published_meanwhile(self, ann, events, admin_user):
        events(event(1), publish=True)
        events(event(1, date="2010-05"))
        row = Event.objects.get(slug="event-list-1")
        row.summary = "In our words"
        revise(row, admin_user, "Clearer")
        events(event(1, date="2010-05"), publish=True)
        row.refresh_from_db()
        assert (str(row.date), row.summary, row.version) == ("2010-05", "In our words", 4)

    def test_a_row_has_to_wait_while_an_editor_changes_its_record(self, ann, events, admin_user):
        events(event(1), publish=True)
        row = Event.objects.get(slug="event-list-1")

        def reword(record):
            record.summary = "In our words"
            record.save()

        workflow.change_pending(row, reword, admin_user, "Clearer")
        report = events(event(1, date="2010-05"), publish=True)
        assert outcomes(report) == (0, 0, 0, 1)
        assert list(report["rejected by reason"]) == [
            "an editor’s change of this record is under review; import it later"
        ]
        waiting = row.revisions.open().get()
        assert (waiting.author, waiting.snapshot["record"]["date"]) == (admin_user, "2003")
        workflow.discard(row, admin_user)
        assert outcomes(events(event(1, date="2010-05"))) == (0, 1, 0, 0)

    def test_what_an_editor_published_is_not_changed(self, ann, events, admin_user):
        events(event(1), publish=True)
        row = Event.objects.get(slug="event-list-1")
        row.title = "Talks on water"
        revise(row, admin_user, "The whole title")
        assert outcomes(events(event(1, date="2010-05"), publish=True)) == (0, 0, 1, 0)
        row.refresh_from_db()
        assert (row.title, str(row.date), open_revision(row)) == ("Talks on water", "2003", None)

    def test_a_record_that_was_only_published_by_a_colleague_follows_its_list(
        self, ann, events, admin_user
    ):
        events(event(1))
        row = Event.objects.get(slug="event-list-1")
        workflow.publish(row, admin_user)
        assert outcomes(events(event(1, date="2010-05"))) == (0, 1, 0, 0)
        assert row.revisions.open().get().snapshot["record"]["date"] == "2010-05"

    def test_a_withdrawn_record_stays_as_it_is(self, ann, events, admin_user):
        events(event(1), publish=True)
        row = Event.objects.get(slug="event-list-1")
        workflow.withdraw(row, admin_user, "Not true")
        assert outcomes(events(event(1, date="2010-05"), publish=True)) == (0, 0, 1, 0)
        row.refresh_from_db()
        assert (row.state, str(row.date)) == ("withdrawn", "2003")

    def test_a_value_that_cannot_be_saved_rejects_the_row(self, ann, events):
        events(event(1), publish=True)
        report = events(event(1, other="Kazakhstan"))
        assert outcomes(report) == (0, 0, 0, 1)
        assert Event.objects.get(slug="event-list-1").revisions.count() == 1

    def test_another_pair_waits_too(self, ann, events, client):
        events(event(1), publish=True)
        assert outcomes(events(event(1, other="Germany"))) == (0, 1, 0, 0)
        row = Event.objects.get(slug="event-list-1")
        assert row.relation.slug == "france-kazakhstan"
        events(event(1, other="Germany"), publish=True)
        row.refresh_from_db()
        assert row.relation.slug == "germany-kazakhstan"


class TestTreaties:
    """Steps and parties follow their rows; of a published treaty, once they are published."""

    ROW = (1, "France;Kazakhstan", "2001-02-03", "2002-03-04")
    SLUG = "treaty-list-1"

    @staticmethod
    def steps():
        rows = TreatyAction.objects.filter(treaty__slug="treaty-list-1").order_by("action_type")
        return [(row.action_type, str(row.date), row.state) for row in rows]

    def parties(self):
        treaty = Treaty.objects.get(slug=self.SLUG)
        return sorted(str(row) for row in treaty.parties.all()), treaty.relation

    def test_a_changed_step_of_a_published_treaty_waits(self, ann, treaties):
        treaties(self.ROW, publish=True)
        before = self.steps()
        later = (*self.ROW[:3], "2002-04-04")
        assert outcomes(treaties(later)) == (0, 1, 0, 0)
        assert self.steps() == before
        assert outcomes(treaties(later, publish=True)) == (0, 0, 1, 0)
        assert self.steps() == [
            ("entry_into_force", "2002-04-04", "published"),
            ("signature", "2001-02-03", "published"),
        ]
        step = TreatyAction.objects.get(slug=f"{self.SLUG}-entry-into-force")
        assert [row.author for row in step.revisions.live()] == [ann, ann]

    def test_a_step_that_a_row_no_longer_gives_is_withdrawn_once_that_is_published(
        self, ann, treaties
    ):
        treaties(self.ROW, publish=True)
        before = self.steps()
        assert outcomes(treaties((*self.ROW[:3], ""))) == (0, 1, 0, 0)
        assert self.steps() == before
        treaties((*self.ROW[:3], ""), publish=True)
        assert self.steps()[0] == ("entry_into_force", "2002-03-04", "withdrawn")
        treaties(self.ROW, publish=True)
        assert self.steps() == before

    def test_a_step_that_a_row_no_longer_gives_is_deleted_if_nobody_has_seen_it(
        self, base, treaties
    ):
        treaties(self.ROW)
        assert outcomes(treaties((*self.ROW[:3], ""))) == (0, 1, 0, 0)
        assert self.steps() == [("signature", "2001-02-03", "in_review")]
        assert outcomes(treaties((*self.ROW[:3], ""))) == (0, 0, 1, 0)
        treaties(self.ROW)
        assert len(self.steps()) == 2

    def test_a_step_that_an_editor_has_changed_stays(self, base, treaties, admin_user):
        treaties(self.ROW)
        step = TreatyAction.objects.get(slug=f"{self.SLUG}-entry-into-force")
        step.date = "2002-05"
        revise(step, admin_user, "By the gazette")
        assert outcomes(treaties((*self.ROW[:3], ""))) == (0, 0, 1, 0)
        assert self.steps()[0] == ("entry_into_force", "2002-05", "in_review")

    def test_changed_parties_change_the_treaty_and_its_pair(self, base, treaties):
        treaties(self.ROW)
        assert outcomes(treaties((1, "Germany;Kazakhstan", *self.ROW[2:]))) == (0, 1, 0, 0)
        parties, pair = self.parties()
        assert (parties, pair.slug) == (["Germany", "Kazakhstan"], "germany-kazakhstan")
        three = (1, "Germany;Kazakhstan;France", *self.ROW[2:])
        assert outcomes(treaties(three)) == (0, 1, 0, 0)
        assert self.parties() == (["France", "Germany", "Kazakhstan"], None)
        assert outcomes(treaties(three)) == (0, 0, 1, 0)

    def test_changed_parties_of_a_published_treaty_wait(self, ann, treaties):
        treaties(self.ROW, publish=True)
        other = (1, "Germany;Kazakhstan", *self.ROW[2:])
        assert outcomes(treaties(other)) == (0, 1, 0, 0)
        parties, pair = self.parties()
        assert (parties, pair.slug) == (["France", "Kazakhstan"], "france-kazakhstan")
        treaties(other, publish=True)
        parties, pair = self.parties()
        assert (parties, pair.slug) == (["Germany", "Kazakhstan"], "germany-kazakhstan")
        steps = TreatyAction.objects.filter(treaty__slug=self.SLUG)
        assert {row.relation.slug for row in steps} == {"germany-kazakhstan"}

    def test_a_second_list_of_a_published_treaty_waits_with_all_its_citations(
        self, ann, treaties, import_list, mapping
    ):
        treaties(self.ROW, publish=True)
        text = TREATIES.replace("treaty-list", "other").replace('name = "treaties"', 'name = "o"')
        rows = f"No,T,P,S,F\n1,Agreement on water,{','.join(self.ROW[1:])}\n"
        assert outcomes(import_list(mapping(text), rows)) == (0, 1, 0, 0)
        treaty = Treaty.objects.get(slug=self.SLUG)
        cited = [row.citations for row in (treaty, *treaty.actions.all())]
        assert [row.count() for row in cited] == [1, 1, 1]
        import_list(mapping(text), rows, publish=True, user="ann")
        assert [row.count() for row in cited] == [2, 2, 2]


class TestIdentity:
    """A row is known by its identifier as it is written, or else by its cells."""

    def test_a_row_inserted_at_the_top_changes_nothing_else(self, ann, events):
        rows = [event(n, f"Talks {n}") for n in range(1, 6)]
        events(*rows, top="", publish=True)
        before = [full_snapshot(row) for row in Event.objects.order_by("pk")]
        report = events(event(0, "First talks"), *rows, top="", publish=True)
        assert outcomes(report) == (1, 0, 5, 0)
        after = [full_snapshot(row) for row in Event.objects.order_by("pk")]
        assert after[:-1] == before

    def test_a_row_without_identifier_that_changes_is_another_row(self, base, events):
        events(event(1), top="")
        assert outcomes(events(event(1, date="2010-05"), top="")) == (1, 0, 0, 0)
        assert listed() == [("Talks", "2003"), ("Talks", "2010-05")]

    def test_columns_that_the_mapping_does_not_read_do_not_count(self, base, events):
        events(event(1), top="")
        assert outcomes(events(event("  1 x"), top="")) == (0, 0, 1, 0)

    def test_an_identical_row_is_rejected_with_a_hint(self, base, events):
        report = events(event(1), event(2), event(3, date="2004"), top="")
        assert outcomes(report) == (2, 0, 0, 1)
        said = (
            "row 2 (line 3) : repeats another row: “row 1”; if they are two things, name the "
            "columns that tell them apart in “id”"
        )
        assert said in report["printed"]
        assert report["rejected by reason"] == {"repeats another row": 1}

    def test_an_identifier_that_a_file_repeats_is_rejected(self, base, events):
        report = events(event(1), event(1, date="2004"))
        assert outcomes(report) == (1, 0, 0, 1)
        assert "repeats another row: “row 1”" in report["printed"]

    NUMBERS = ("1/12", "11/2", "16+1", "161", "a1", "A1", "Д-1", "Ш-1", "中国", "日本")

    def test_identifiers_with_one_slug_are_told_apart_in_any_order(self, base, events):
        rows = [event(f'"{number}"', f"Talks {number}") for number in self.NUMBERS]
        assert outcomes(events(*rows)) == (10, 0, 0, 0)
        slugs = dict(Event.objects.filter(title__startswith="Talks").values_list("title", "slug"))
        assert len(set(slugs.values())) == 10
        assert (slugs["Talks 161"], slugs["Talks a1"]) == ("event-list-161", "event-list-a1")
        Event.objects.filter(title__startswith="Talks").delete()
        assert outcomes(events(*reversed(rows))) == (10, 0, 0, 0)
        again = Event.objects.filter(title__startswith="Talks").values_list("title", "slug")
        assert dict(again) == slugs
        assert outcomes(events(*rows)) == (0, 0, 10, 0)

    def test_several_columns_identify_a_row_unambiguously(self, base, events):
        top = 'id = ["No", "T"]'
        rows = [event("1", "2 3"), event("1 2", "3"), event('"1, 2"', "3"), event("1", '"2, 3"')]
        assert outcomes(events(*rows, top=top)) == (4, 0, 0, 0)
        assert outcomes(events(*rows[::-1], top=top)) == (0, 0, 4, 0)
        assert Event.objects.filter(citations__locator="id 1 · 2 3").count() == 1

    def test_a_row_needs_its_identifier(self, base, events):
        report = events(event(""))
        assert report["rejected by reason"] == {"No: an identifier is needed": 1}

    def test_two_lists_of_one_source_are_told_apart(self, base, events):
        events(event(1), event("", "Meeting"), top="", name="one")
        report = events(event(1, "Other talks"), top="", name="two")
        assert outcomes(report) == (1, 0, 0, 0)
        assert [title for title, _date in listed()] == ["Meeting", "Other talks", "Talks"]
        assert outcomes(events(event(1), event("", "Meeting"), top="", name="one")) == (0, 0, 2, 0)

    def test_lists_of_two_kinds_of_one_source_are_told_apart(
        self, base, events, import_list, mapping
    ):
        events(event(1))
        text = (
            'name = "events"\nkind = "visit"\nid = "No"\n[source]\nslug = "event-list"\n'
            'title = "A list"\nkind = "official"\n[columns]\ntitle = "T"\ncountry = "A"\n'
            'host = "B"\ndate = "D"\n[constants]\nrank = "minister"\n'
        )
        for created in (1, 0):
            report = import_list(mapping(text), f"{HEADER}\n{event(1)}\n")
            assert report["created"] == created
        assert Visit.objects.get(citations__source__slug="event-list").slug != "event-list-1"
        assert outcomes(events(event(1))) == (0, 0, 1, 0)

    def test_a_slug_that_another_record_has_is_no_error(self, base, events):
        events(event(1), source="other", name="other")
        Record.objects.filter(slug="other-1").update(slug="event-list-1")
        assert outcomes(events(event(1, "Elections"))) == (1, 0, 0, 0)
        assert outcomes(events(event(1, "Elections"))) == (0, 0, 1, 0)


class TestEarlierVersions:
    """Records that earlier versions imported are found again, though no row is known."""

    def test_by_the_place_of_an_identifier(self, base, events):
        events(event("A-1"), event("A-2"))
        ImportedRow.objects.all().delete()
        Record.objects.filter(citations__locator="id A-1").update(slug="event-list-a-1")
        report = events(event("A-1", date="2004"), event("A-2"), event("a-1", "More"))
        assert outcomes(report) == (1, 1, 1, 0)
        assert str(Event.objects.get(slug="event-list-a-1").date) == "2004"

    def test_by_what_they_say_if_the_place_is_a_number(self, base, events):
        events(event(1, "Talks 1"), event(2, "Talks 2"), top="")
        ImportedRow.objects.all().delete()
        rows = event(0, "First talks"), event(2, "Talks 2"), event(1, "Talks 1")
        assert outcomes(events(*rows, top="")) == (1, 0, 2, 0)
        assert outcomes(events(*rows, top="")) == (0, 0, 3, 0)

    def test_never_by_a_number_alone(self, base, events):
        events(event(1, "Talks 1"), top="")
        ImportedRow.objects.all().delete()
        assert outcomes(events(event(0, "Other talks"), top="")) == (1, 0, 0, 0)
        assert listed() == [("Other talks", "2003"), ("Talks 1", "2003")]


@pytest.mark.parametrize("top", [ID, ""], ids=["identifiers", "cells"])
@pytest.mark.parametrize("seed", range(3))
def test_every_record_keeps_its_row_whatever_happens_to_the_list(ann, events, top, seed):
    """Rows are inserted, deleted, changed and put in another order between imports."""
    chance = random.Random(seed)
    rows = {f"k{n}": event(f"k{n}", f"Talks k{n}") for n in range(12)}
    events(*rows.values(), top=top, publish=True)
    for step in range(3):
        known = {slug: full_snapshot(row) for slug, row in published()}
        for key in chance.sample(sorted(rows), 2):
            del rows[key]
        for key in chance.sample(sorted(rows), 2):
            rows[key] = event(
                key, f"Talks {key}", date=f"{1995 + chance.randrange(20)}-0{step + 1}"
            )
        for n in range(2):
            rows[f"n{step}{n}"] = event(f"n{step}{n}", f"Talks n{step}{n}")
        order = list(rows.values())
        chance.shuffle(order)
        report = events(*order, top=top)
        assert outcomes(report) == ((2, 2, len(rows) - 4, 0) if top else (4, 0, len(rows) - 4, 0))
        assert {slug: full_snapshot(row) for slug, row in published()} == known
        events(*order, top=top, publish=True)
        found = {f"{row.title},{row.date}": row.slug for _slug, row in published()}
        for line in order:
            key, title, _a, _b, date, _type = line.split(",")
            assert f"{title},{date}" in found
            if top:
                assert found[f"{title},{date}"] == f"event-list-{key}"


def published():
    rows = Event.objects.filter(citations__source__slug="event-list", state="published")
    return [(row.slug, row) for row in rows.order_by("pk")]
