"""Which rows the log of public changes lists after a change, beside the changed row itself."""

import pytest

from core.changes import rows_changed
from core.models import PublicChange
from relations import publication, workflow
from relations.decisions import decide
from relations.merging import merge
from relations.models import Disagreement, Record
from relations.publication import revise
from relations.takedown import follow_words, take_down
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    VisitFactory,
)
from tests.steps import publish, withdraw
from trade.models import Figure

pytestmark = pytest.mark.django_db


class Changed:
    """What the log lists from the start of the block on, by kind and identifier."""

    def __enter__(self):
        self.number = PublicChange.objects.newest()
        return self

    def __exit__(self, *error):
        rows = PublicChange.objects.since(self.number)
        self.found = {(row.kind, row.key): (row.action, row.into) for row in rows}

    def __contains__(self, row):
        return self.action(row) is not None

    def action(self, row) -> str | None:
        kind = row.kind if isinstance(row, Record) else row._meta.model_name
        kind = "good" if kind == "tradedgood" else kind
        return self.found.get((kind, row.slug), (None, ""))[0]


def cited(record, **values):
    CitationFactory(record=record, **values)
    publish(record)
    return record


class TestRecords:
    def test_publishing_one_lists_what_it_refers_to(self):
        event = EventFactory()
        passage = PassageFactory()
        person = ParticipationFactory(record=event).person
        with Changed() as changed:
            cited(event, source=passage.source, passage=passage)
        assert changed.found == {
            ("event", event.slug): ("published", ""),
            ("person", person.slug): ("published", ""),
            ("source", passage.source.slug): ("published", ""),
            ("passage", f"{passage.source.slug}:{passage.locator}"): ("published", ""),
            ("pair", event.relation.slug): ("published", ""),
        }

    def test_records_that_refer_to_a_withdrawn_one_change(self):
        original = EventFactory(published=True)
        marking = EventFactory(anniversary_of=original, anniversary=10, published=True)
        other = EventFactory(published=True)
        with Changed() as changed:
            withdraw(original)
        assert changed.action(original) == "withdrawn"
        assert changed.action(marking) == "changed"
        assert other not in changed

    def test_a_pending_change_is_listed_once_it_is_published(self, admin_user):
        event = EventFactory(published=True)

        def change(row):
            row.title = "Another title"
            row.save()

        with Changed() as changed:
            workflow.change_pending(event, change, admin_user, "")
            workflow.submit(event, admin_user)
        assert changed.found == {}
        with Changed() as changed:
            workflow.publish(event, admin_user)
        assert changed.action(event) == "changed"

    def test_a_merged_record_leads_to_the_one_that_stayed(self):
        one = EventFactory(published=True)
        other = EventFactory(relation=one.relation, published=True)
        with Changed() as changed:
            merge(one, other)
        assert changed.found["event", other.slug] == ("merged", one.slug)
        assert changed.action(one) == "changed"

    def test_a_withdrawn_record_may_still_be_merged(self):
        one = EventFactory(published=True)
        other = EventFactory(relation=one.relation, published=True)
        withdraw(other)
        with Changed() as changed:
            merge(one, other)
        assert changed.found["event", other.slug] == ("merged", one.slug)

    def test_the_end_of_a_country_changes_what_lasts(self):
        membership = MembershipFactory(published=True)
        ended = MembershipFactory(member=membership.member, until="2021", published=True)
        membership.member.until = "2030"
        membership.member.save()
        with Changed() as changed:
            rows_changed(membership.member)
        assert membership in changed
        assert ended not in changed


class TestNames:
    @pytest.mark.parametrize("factory", [PersonFactory, OrganizationFactory])
    def test_merging_lists_both_and_the_records_that_name_them(self, factory):
        one, other = factory(public=True), factory(public=True)
        rows_changed(one, other)
        event = EventFactory()
        person = other if factory is PersonFactory else None
        organization = None if person else other
        ParticipationFactory(record=event, person=person, organization=organization)
        cited(event)
        with Changed() as changed:
            merge(one, other)
        assert changed.found[one._meta.model_name, other.slug] == ("merged", one.slug)
        assert changed.action(one) == changed.action(event) == "changed"


class TestTreaties:
    def test_a_step_changes_its_treaty(self):
        treaty = TreatyFactory(published=True)
        step = TreatyActionFactory(treaty=treaty, date="2021")
        with Changed() as changed:
            cited(step)
        assert changed.action(step) == "published"
        assert changed.action(treaty) == "changed"

    def test_a_treaty_changes_its_steps_which_have_its_topics(self):
        step = cited(TreatyActionFactory(treaty=TreatyFactory(published=True)))
        with Changed() as changed:
            revise(step.treaty)
        assert step in changed

    def test_a_visit_changes_the_steps_taken_at_it_and_their_treaty_only(self):
        visit = VisitFactory(published=True)
        treaty = TreatyFactory(published=True)
        step = cited(TreatyActionFactory(treaty=treaty, occasion=visit))
        other = cited(TreatyActionFactory(treaty=treaty, action_type="ratification"))
        with Changed() as changed:
            withdraw(visit)
        assert step in changed
        assert treaty in changed
        assert other not in changed

    def test_a_treaty_that_ends_another_changes_that_one(self):
        target = TreatyFactory(published=True)
        for kind in ("signature", "entry_into_force"):
            cited(TreatyActionFactory(treaty=target, action_type=kind, date="2001"))
        treaty = TreatyFactory(relation=target.relation)
        TreatyLinkFactory(treaty=treaty, target=target)
        CitationFactory(record=treaty)
        step = TreatyActionFactory(treaty=treaty, action_type="entry_into_force", date="2010")
        CitationFactory(record=step)
        with Changed() as changed:
            publish(treaty)
        assert changed.action(treaty) == "published"
        assert changed.action(target) == "changed"

    def test_withdrawing_a_treaty_changes_those_linked_to_it(self):
        link = TreatyLinkFactory(
            treaty=TreatyFactory(published=True), target=TreatyFactory(published=True)
        )
        with Changed() as changed:
            withdraw(link.target)
        assert changed.action(link.treaty) == "changed"


class TestSources:
    @pytest.fixture
    def passage(self):
        return PassageFactory()

    @pytest.fixture
    def citing(self, passage):
        """A row of each kind that refers to the passage, and one that refers to its source."""
        values = {"source": passage.source, "passage": passage}
        treaty = TreatyFactory(published=True)
        TreatyLinkFactory(treaty=treaty, target=TreatyFactory(published=True), **values)
        revise(treaty)
        return [
            cited(EventFactory(), **values),
            treaty,
            FigureFactory(published=True, **values),
            TradedGoodFactory(published=True, **values),
        ]

    def test_a_passage_changes_all_rows_that_refer_to_it(self, passage, citing):
        other = FigureFactory(source=passage.source, published=True)
        passage.quote = "other words"
        passage.save()
        with Changed() as changed:
            rows_changed(passage)
        assert all(row in changed for row in citing)
        assert other not in changed

    def test_other_rights_change_all_rows_that_quote_the_source(self, passage, citing):
        other = FigureFactory(source=passage.source, published=True)
        with Changed() as changed:
            follow_words(passage.source)
        assert all(row in changed for row in [*citing, other])
        assert ("passage", f"{passage.source.slug}:{passage.locator}") in changed.found

    def test_a_takedown_changes_all_rows_that_quote_the_source(self, passage, citing):
        with Changed() as changed:
            take_down(passage.source)
        assert all(row in changed for row in [*citing, passage.source])

    def test_the_title_of_a_source_changes_no_other_row(self, passage, citing):
        passage.source.refresh_from_db()
        with Changed() as changed:
            rows_changed(passage.source)
        assert changed.found == {("source", passage.source.slug): ("changed", "")}

    def test_another_language_is_followed_once_it_is_published(self, admin_user):
        figure = FigureFactory(source=SourceFactory(language="en"), published=True)
        source = figure.source
        source.refresh_from_db()

        def change(row):
            row.language = "ru"
            row.save()

        workflow.change_pending(source, change, admin_user, "")
        workflow.submit(source, admin_user)
        with Changed() as changed:
            workflow.publish(source, admin_user)
        assert figure in changed


class TestDisagreements:
    @pytest.fixture
    def disagreement(self):
        event = cited(EventFactory(), as_stated="one day")
        cited(event, stance="contradicts", field="date", as_stated="another")
        return Disagreement.objects.get(record=event)

    def test_one_is_published_when_it_is_found_and_withdrawn_when_it_is_not(self, disagreement):
        key = ("disagreement", disagreement.key)
        entry = PublicChange.objects.get(kind="disagreement")
        assert (entry.key, entry.action) == (disagreement.key, "published")
        event = disagreement.record.event
        event.citations.filter(stance="contradicts").delete()
        with Changed() as changed:
            revise(event)
        assert changed.found[key] == ("withdrawn", "")

    def test_a_decision_changes_it(self, disagreement):
        with Changed() as changed:
            decide(disagreement, "none", "Neither source is close to it.")
        assert changed.found["disagreement", disagreement.key] == ("changed", "")

    def test_its_key_follows_a_merged_record(self, disagreement):
        kept = EventFactory(relation=disagreement.record.relation, published=True)
        merge(kept, disagreement.record.event)
        entries = PublicChange.objects.filter(kind="disagreement")
        row = Disagreement.objects.present().get()
        assert {(entry.key, entry.action, entry.into) for entry in entries} == {
            (disagreement.key, "merged", row.key),
            (row.key, "changed" if row.key == disagreement.key else "published", ""),
        }


def test_a_list_that_is_published_lists_each_figure():
    figures = [FigureFactory(state="in_review") for _number in range(3)]
    drafts = FigureFactory()
    with Changed() as changed:
        publication.publish_all(Figure.objects.filter(state="in_review"))
    assert [changed.action(figure) for figure in figures] == ["published"] * 3
    assert drafts not in changed
