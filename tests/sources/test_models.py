"""Sources, passages and references to them."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from sources.models import Passage, Source, Synopsis
from tests.factories import CitationFactory, EventFactory, PassageFactory, SourceFactory
from tests.refusals import constraints, errors, rejected_by_database

pytestmark = pytest.mark.django_db

VIOLATIONS = {
    "source_open_licence_named": lambda: SourceFactory(rights="open"),
    "source_grade_known": lambda: SourceFactory(grade="hearsay"),
    "passage_place_unique": lambda: PassageFactory(source=PassageFactory(sentence=1).source,
                                                   sentence=1),
    "passage_offsets_in_order": lambda: PassageFactory(start=20, end=20),
    "synopsis_paragraph_unique": lambda: [
        Synopsis.objects.create(source=source, paragraph=1, text="It says so.")
        for source in [SourceFactory()] * 2
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_rejects_each_violation(name):
    with rejected_by_database(constraints("sources")[name]):
        VIOLATIONS[name]()


def test_every_constraint_has_a_violation():
    assert set(VIOLATIONS) == set(constraints("sources"))


def test_source_slugs_are_unique():
    SourceFactory(slug="taken")
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceFactory(slug="taken")
    assert errors(SourceFactory.build(slug="taken")) == {
        "slug": ["Source with this Identifier already exists."]
    }


def test_an_open_source_needs_a_named_licence():
    assert errors(SourceFactory.build(rights="open")) == {"__all__": ["Name the open licence."]}
    assert errors(SourceFactory.build(rights="open", licence="CC BY 4.0")) == {}


def test_a_checksum_needs_64_hexadecimal_digits():
    assert errors(SourceFactory.build(checksum="A" * 64)) == {
        "checksum": ["64 hexadecimal digits in lower case."]
    }
    assert errors(SourceFactory.build(checksum="a" * 64)) == {}


def test_offsets_must_be_in_order():
    source = SourceFactory()
    message = {"__all__": ["The end must come after the start."]}
    assert errors(PassageFactory.build(source=source, start=20, end=20)) == message
    assert errors(PassageFactory.build(source=source, start=20, end=19)) == message
    assert errors(PassageFactory.build(source=source, start=20, end=21)) == {}
    assert errors(PassageFactory.build(source=source)) == {}


def test_a_locator_must_be_valid_in_a_url():
    passage = PassageFactory.build(source=SourceFactory(), locator="p1 s4")
    assert errors(passage) == {"locator": ["Letters, digits, - . _"]}


@pytest.mark.parametrize(
    ("paragraph", "sentence", "place"),
    [(3, 9, "paragraph 3, sentence 9"), (3, None, "paragraph 3"), (None, None, "h1")],
)
def test_describing_a_place(paragraph, sentence, place):
    assert Passage(locator="h1", paragraph=paragraph, sentence=sentence).place == place


def test_a_source_in_use_cannot_be_deleted():
    citation = CitationFactory(record=EventFactory())
    with pytest.raises(ProtectedError):
        citation.source.delete()
    assert Source.objects.filter(pk=citation.source_id).exists()


def test_a_passage_in_use_cannot_be_deleted():
    passage = PassageFactory()
    CitationFactory(record=EventFactory(), source=passage.source, passage=passage)
    with pytest.raises(ProtectedError):
        passage.delete()


def test_natural_keys_find_their_rows():
    passage = PassageFactory(sentence=7)
    assert passage.natural_key() == (passage.source.slug, "p1s7")
    assert Passage.objects.get_by_natural_key(*passage.natural_key()) == passage
    assert Source.objects.get_by_natural_key(*passage.source.natural_key()) == passage.source


class TestReference:
    """Rules of every reference, tested on citations."""

    def test_a_reference_takes_the_place_of_its_passage(self):
        passage = PassageFactory(paragraph=3, sentence=9)
        citation = CitationFactory(
            record=EventFactory(), source=passage.source, passage=passage, locator="elsewhere"
        )
        assert (citation.locator, citation.place) == ("p3s9", "paragraph 3, sentence 9")

    def test_a_reference_without_a_passage_keeps_its_own_locator(self):
        citation = CitationFactory(record=EventFactory(), locator="page 4")
        assert (citation.locator, citation.place) == ("page 4", "page 4")

    def test_a_passage_of_another_source_is_rejected_at_the_passage(self):
        citation = CitationFactory.build(
            record=EventFactory(), source=SourceFactory(), passage=PassageFactory()
        )
        assert errors(citation) == {"passage": ["This passage is of another source."]}

    def test_an_inferred_value_needs_a_note(self):
        citation = CitationFactory.build(
            record=EventFactory(), source=SourceFactory(), inferred=True
        )
        assert errors(citation)["note"] == ["Say how the value was inferred."]
        citation.note = "From the copyright line."
        assert errors(citation) == {}
