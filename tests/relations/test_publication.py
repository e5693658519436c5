"""publish() and withdraw(): the evidence that they require, and the revision that each leaves."""

import pytest
from django.contrib.auth import get_user_model

from relations.models import Citation, Event, Record, Revision
from relations.models.publishable import EvidenceMissing
from relations.models.record import as_subclasses
from tests.factories import (
    CitationFactory,
    EventFactory,
    MembershipFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    TopicFactory,
    TreatyActionFactory,
    VisitFactory,
)
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db

# The fields of an event that need support if no citation supports the whole record.
KEY_FIELDS = [("event_type", "supports"), ("date", "supports")]


def cited(record, *citations):
    """The record with citations given as (field, stance)."""
    for field, stance in citations:
        CitationFactory(record=record, field=field, stance=stance)
    return record


def stored_state(record) -> tuple:
    """State, version and number of revisions in the database."""
    row = Record.objects.get(pk=record.pk)
    return row.state, row.version, row.revisions.count()


class TestEvidence:
    @pytest.mark.parametrize(
        "citations",
        [
            [],
            [("", "mentions")],
            [("", "contradicts")],
            [("date", "contradicts"), ("", "mentions")],
        ],
    )
    def test_publishing_without_a_supporting_citation_is_rejected(self, citations):
        event = cited(EventFactory(title="A meeting"), *citations)
        with pytest.raises(EvidenceMissing) as error:
            publish(event)
        assert error.value.messages == ["“A meeting” needs at least one citation that supports it."]
        assert stored_state(event) == ("draft", 0, 0)
        assert event.state == "draft"

    @pytest.mark.parametrize("stance", ["contradicts", "mentions"])
    def test_a_cited_field_without_support_is_rejected(self, stance):
        event = cited(EventFactory(title="A meeting"), *KEY_FIELDS, ("place", stance))
        with pytest.raises(EvidenceMissing) as error:
            publish(event)
        assert error.value.messages == ["“A meeting”: no citation supports place."]
        assert stored_state(event) == ("draft", 0, 0)

    def test_a_key_field_with_a_value_but_no_support_is_rejected(self):
        event = cited(EventFactory(title="A meeting"), ("event_type", "supports"))
        with pytest.raises(EvidenceMissing) as error:
            publish(event)
        assert error.value.messages == ["“A meeting”: no citation supports date."]
        event.date = ""
        publish(event)
        assert stored_state(event) == ("published", 1, 1)

    def test_the_error_names_all_unsupported_fields(self):
        event = cited(
            EventFactory(title="A meeting"),
            *KEY_FIELDS, ("title", "mentions"), ("place", "contradicts"),
        )  # fmt: skip
        with pytest.raises(EvidenceMissing) as error:
            publish(event)
        assert error.value.messages == ["“A meeting”: no citation supports place, title."]

    @pytest.mark.parametrize(
        "citations",
        [
            [("", "supports")],
            KEY_FIELDS,
            [*KEY_FIELDS, ("date", "contradicts")],
            # A citation that supports the whole record supports each of its fields.
            [("", "supports"), ("date", "contradicts"), ("place", "mentions")],
            [("", "supports"), ("", "contradicts")],
        ],
    )
    def test_supported_records_are_published_even_if_sources_disagree(self, citations):
        event = cited(EventFactory(), *citations)
        publish(event)
        assert stored_state(event) == ("published", 1, 1)


class TestPublish:
    def test_publishing_sets_state_version_and_time(self):
        event = EventFactory(published=True)
        row = Event.objects.get()
        assert (row.state, row.version) == ("published", 1)
        assert row.published_at == event.published_at
        assert list(Event.objects.published()) == [event]

    def test_publishing_again_makes_a_version_and_keeps_the_first_time(self):
        event = EventFactory(published=True)
        first = event.published_at
        event.title = "Better"
        publish(event, reason="A better title")
        assert stored_state(event) == ("published", 2, 2)
        assert Event.objects.get().published_at == first
        revisions = event.revisions.order_by("number")
        assert [row.snapshot["record"]["title"] for row in revisions][1:] == ["Better"]
        assert [row.reason for row in revisions] == ["", "A better title"]

    def test_the_revision_has_an_author_and_a_reason(self):
        user = get_user_model().objects.create_user("editor")
        event = cited(EventFactory(), ("", "supports"))
        publish(event, user, "First entry")
        revision = Revision.objects.get()
        assert (revision.author, revision.reason, revision.state) == (user, "First entry", "live")
        assert revision.natural_key() == (event.slug, 1)
        assert list(event.revisions.live()) == [revision]

    def test_a_revision_outlives_its_author(self):
        user = get_user_model().objects.create_user("editor")
        publish(cited(EventFactory(), ("", "supports")), user)
        user.delete()
        assert Revision.objects.get().author is None

    def test_the_revision_holds_the_record_and_its_children_by_natural_keys(self):
        relation = RelationFactory(country_a__slug="aa", country_b__slug="bb")
        event = EventFactory(
            slug="a-meeting", title="A meeting", relation=relation, date="2020-09", place="Baku",
            topics=[TopicFactory(slug="trade")],
        )  # fmt: skip
        passage = PassageFactory(source__slug="a-source", paragraph=2, sentence=5)
        CitationFactory(
            record=event, source=passage.source, passage=passage, inferred=True,
            note="From the copyright line.", as_stated="in autumn",
        )  # fmt: skip
        ParticipationFactory(
            record=event, person=PersonFactory(slug="a-person"), role="speaker", capacity="Minister"
        )
        publish(event)
        moment = event.published_at.isoformat()
        assert Revision.objects.get().snapshot == {
            "record": {
                "slug": "a-meeting",
                "kind": "event",
                "title": "A meeting",
                "title_supplied": False,
                "summary": "",
                "state": "published",
                "date": "2020-09",
                "until": "",
                "relation": ["aa-bb"],
                "version": 1,
                "published_at": moment,
                "event_type": "meeting",
                "place": "Baku",
                "anniversary_of": None,
                "anniversary": None,
            },
            "topics": ["trade"],
            "citations": [
                {
                    "record": ["a-meeting"],
                    "source": ["a-source"],
                    "passage": ["a-source", "p2s5"],
                    "locator": "p2s5",
                    "as_stated": "in autumn",
                    "language": "",
                    "translation": "",
                    "attribution": "",
                    "inferred": True,
                    "note": "From the copyright line.",
                    "field": "",
                    "stance": "supports",
                }
            ],
            "participations": [
                {
                    "record": ["a-meeting"],
                    "role": "speaker",
                    "person": ["a-person"],
                    "country": None,
                    "organization": None,
                    "capacity": "Minister",
                    "as_stated": "",
                }
            ],
        }

    def test_the_snapshot_stores_foreign_keys_as_slugs(self):
        visit = VisitFactory(published=True)
        content = visit.revisions.get().snapshot["record"]
        assert content["host"] == [visit.relation.country_a.slug]


class TestWithdraw:
    def test_withdrawing_hides_the_record_and_leaves_a_revision(self):
        event = EventFactory(published=True)
        withdraw(event, reason="Wrong pair")
        assert stored_state(event) == ("withdrawn", 2, 2)
        assert list(Event.objects.published()) == []
        revision = event.revisions.get(number=2)
        assert (revision.reason, revision.snapshot["record"]["state"]) == (
            "Wrong pair",
            "withdrawn",
        )

    def test_a_withdrawn_record_can_be_published_again(self):
        event = EventFactory(published=True)
        withdraw(event)
        publish(event)
        assert stored_state(event) == ("published", 3, 3)


class TestQuerySets:
    def test_plain_records_are_published_as_their_kinds(self):
        records = [cited(make(), ("", "supports")) for make in (EventFactory, VisitFactory)]
        publish(Record.objects.all(), reason="Together")
        assert [stored_state(record) for record in records] == [("published", 1, 1)] * 2
        revisions = Revision.objects.order_by("record_id")
        assert ["event_type" in row.snapshot["record"] for row in revisions] == [True, False]
        assert ["host" in row.snapshot["record"] for row in revisions] == [False, True]
        assert {row.reason for row in revisions} == {"Together"}

    def test_one_record_without_evidence_stops_the_whole_queryset(self):
        good = [cited(EventFactory(), ("", "supports")) for _event in range(2)]
        bad = EventFactory()
        with pytest.raises(EvidenceMissing):
            publish(Event.objects.order_by("pk"))
        assert [stored_state(event) for event in (*good, bad)] == [("draft", 0, 0)] * 3

    def test_withdrawing_a_queryset_withdraws_all(self):
        records = [EventFactory(published=True), VisitFactory(published=True)]
        withdraw(Record.objects.all(), reason="Gone")
        assert [stored_state(record) for record in records] == [("withdrawn", 2, 2)] * 2
        assert list(Record.objects.published()) == []


class TestQueries:
    def test_plain_records_are_fetched_as_their_kinds_in_the_same_order(
        self, django_assert_num_queries
    ):
        made = [VisitFactory(), EventFactory(), VisitFactory()]
        with django_assert_num_queries(1):
            records = list(Record.objects.oldest_first())
        assert {type(record) for record in records} == {Record}
        rows = as_subclasses(records)
        assert [type(row).__name__ for row in rows] == ["Visit", "Event", "Visit"]
        assert rows == made

    def test_between_excludes_other_pairs_and_records_without_a_pair(self):
        event = EventFactory()
        EventFactory()
        MembershipFactory(member=event.relation.country_a)
        pair = event.relation.country_b, event.relation.country_a
        assert [row.pk for row in Record.objects.between(*pair)] == [event.pk]

    def test_newest_first_puts_unknown_dates_last(self):
        texts = ["2005", "", "1992-08-27", "2005-03", "2005"]
        events = [EventFactory(date=text) for text in texts]
        newest = [events.index(row) for row in Event.objects.newest_first()]
        assert newest == [3, 4, 0, 2, 1]
        assert [events.index(row) for row in Event.objects.oldest_first()] == newest[::-1]

    def test_a_supplied_title_is_in_brackets(self):
        assert str(EventFactory(title="Documents on oil", title_supplied=True)) == (
            "[Documents on oil]"
        )
        assert str(EventFactory(title="Decision 1")) == "Decision 1"


class TestPlainRow:
    """A row fetched as a plain Record is published and withdrawn as its kind."""

    def test_the_revision_of_a_plain_event_holds_its_own_fields(self):
        event = EventFactory()
        CitationFactory(record=event)
        publish(Record.objects.filter(pk=event.pk))
        assert event.revisions.get().snapshot["record"]["event_type"] == event.event_type
        withdraw(Record.objects.filter(pk=event.pk))
        event.refresh_from_db()
        assert event.state == "withdrawn"

    def test_publishing_a_plain_treaty_publishes_its_actions(self):
        action = TreatyActionFactory()
        for record in (action, action.treaty):
            CitationFactory(record=record)
        publish(Record.objects.filter(pk=action.treaty.pk))
        action.refresh_from_db()
        assert action.state == "published"


class TestLastSupportingCitation:
    def test_the_last_support_of_a_published_record_cannot_be_deleted(self):
        event = EventFactory(title="Talks", published=True)
        for rows in (event.citations.get(), event.citations.all()):
            with pytest.raises(EvidenceMissing, match="“Talks” is published. Its last support"):
                rows.delete()
        assert event.citations.count() == 1

    def test_a_support_can_be_deleted_if_another_remains(self):
        event = EventFactory(published=True)
        first = event.citations.get()
        CitationFactory(record=event, stance="mentions")
        with pytest.raises(EvidenceMissing):
            first.delete()
        CitationFactory(record=event)
        first.delete()
        assert event.citations.filter(stance="supports").count() == 1

    def test_the_last_support_of_a_draft_can_be_deleted(self):
        citation = CitationFactory(record=EventFactory())
        citation.delete()
        assert not Citation.objects.exists()
