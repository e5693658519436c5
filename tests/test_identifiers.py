"""An identifier that readers have seen is never given to another row, and never changes."""

import pytest
from django.core.exceptions import ValidationError

from core.changes import deleting, rows_changed
from core.forms import fresh_slug
from core.models import PublicChange
from core.public_rows import is_used, public_rows
from relations import publication
from relations.correcting_pairs import may_correct
from relations.merging import merge
from relations.models import Disagreement, Event, Organization, Person, Record
from relations.release import release
from sources.models import Passage
from sources.texts import passage_of
from tests.factories import (
    CitationFactory,
    CommodityFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    OrganizationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TradedGoodFactory,
    VisitFactory,
)
from tests.steps import publish, withdraw
from trade.models import Figure

pytestmark = pytest.mark.django_db
# A row of each kind that readers see, and the field with its identifier.
SEEN = {
    "country": (CountryFactory, "slug"),
    "topic": (TopicFactory, "slug"),
    "organization": (OrganizationFactory, "slug"),
    "person": (PersonFactory, "slug"),
    "source": (SourceFactory, "slug"),
    "passage": (PassageFactory, "locator"),
    "indicator": (IndicatorFactory, "slug"),
    "commodity": (CommodityFactory, "code"),
    "pair": (RelationFactory, "slug"),
    "event": (EventFactory, "slug"),
    "visit": (VisitFactory, "slug"),
    "figure": (FigureFactory, "slug"),
    "good": (TradedGoodFactory, "slug"),
}
# Identifiers that say which thing it is: another row with the same is the same thing.
NATURAL = ("commodity", "pair", "disagreement")


def seen(kind: str):
    """A row of a kind that readers see."""
    factory, _field = SEEN[kind]
    released = kind in ("organization", "person", "source", "passage")
    public = {"public": True} if released else {}
    if kind in ("event", "visit", "figure", "good"):
        public = {"published": True}
    row = factory(**public)
    if kind == "pair":
        row.summary = "Neighbours."
        row.save()
    rows_changed(row)
    assert PublicChange.objects.get(kind=kind, row=row.pk).action in PublicChange.VISIBLE
    return row


def delete(row):
    with deleting([row]):
        row.delete()


def another(kind: str, row):
    """An unsaved row with the identifier of another."""
    factory, field = SEEN[kind]
    values = {field: getattr(row, field)}
    if kind == "passage":
        values["source"] = row.source
    return factory.build(**values)


def messages(row) -> list[str]:
    """What the validation of a row says about its identifier."""
    with pytest.raises(ValidationError) as error:
        row.validate_unique()
    return [words for found in error.value.message_dict.values() for words in found]


def test_every_kind_of_public_row_is_tested():
    kinds = {kind for rows in public_rows() for kind in rows.kinds}
    of_records = {"treaty", "action", "membership", "mission", "office"}
    assert kinds == {*SEEN, "disagreement", *of_records}
    assert {rows.kind for rows in public_rows() if rows.is_natural} == {*NATURAL}


@pytest.mark.parametrize("kind", [kind for kind in SEEN if kind not in NATURAL])
def test_the_identifier_of_a_deleted_row_is_refused(kind):
    row = seen(kind)
    new = another(kind, row)
    delete(row)
    (said,) = messages(new)
    assert said.endswith("is the identifier of another row, or was. Choose another identifier.")


@pytest.mark.parametrize("kind", [kind for kind in SEEN if kind != "pair"])
def test_the_identifier_of_a_public_row_cannot_be_changed(kind):
    row = seen(kind)
    setattr(row, SEEN[kind][1], "another")
    assert messages(row) == ["Readers know this by its identifier, which cannot be changed."]


@pytest.mark.parametrize("kind", [kind for kind in SEEN if kind not in NATURAL])
def test_what_is_saved_without_validation_is_refused_with_its_change(kind):
    row = seen(kind)
    field = SEEN[kind][1]
    kept = getattr(row, field)
    setattr(row, field, "another")
    row.save()
    with pytest.raises(ValidationError, match="belongs to one row for ever") as error:
        rows_changed(row)
    assert kept in error.value.messages[0]


def test_a_row_that_readers_have_not_seen_may_get_another_identifier():
    for factory in (PersonFactory, PassageFactory, EventFactory, FigureFactory):
        row = factory()
        rows_changed(row)
        setattr(row, "locator" if factory is PassageFactory else "slug", "another")
        row.validate_unique()
        row.save()
        rows_changed(row)


@pytest.mark.parametrize("kind", ["person", "organization", "source", "topic", "event", "figure"])
def test_an_identifier_that_is_made_is_a_new_one(kind):
    row = seen(kind)
    model, slug = type(row), row.slug
    delete(row)
    assert is_used(model, slug)
    assert fresh_slug(model, slug) == f"{slug}-2"


def test_the_identifier_of_a_row_of_another_kind_may_be_used():
    topic = seen("topic")
    PersonFactory.build(slug=topic.slug).validate_unique()


def test_records_of_all_kinds_share_their_identifiers():
    event = seen("event")
    slug = event.slug
    delete(event)
    (said,) = messages(VisitFactory.build(slug=slug))
    assert slug in said
    visit = VisitFactory(slug=slug)
    CitationFactory(record=visit)
    with pytest.raises(ValidationError, match=slug):
        publish(visit)


@pytest.mark.parametrize("model", [Person, Organization])
def test_the_identifier_of_a_merged_row_is_refused(model):
    kind = model._meta.model_name
    one, other = seen(kind), seen(kind)
    new = another(kind, other)
    merge(one, other)
    (said,) = messages(new)
    assert other.slug in said
    assert fresh_slug(model, other.slug) == f"{other.slug}-2"


def test_a_merged_or_withdrawn_record_keeps_its_identifier():
    one, other = (EventFactory(published=True) for _number in range(2))
    other.relation = one.relation
    publication.revise(other)
    merge(one, Event.objects.get(pk=other.pk))
    withdraw(one)
    for row in (one, other):
        assert Record.objects.filter(slug=row.slug, state="withdrawn").exists()
        with pytest.raises(ValidationError):
            EventFactory.build(slug=row.slug).validate_unique()


def test_another_row_for_the_same_goods_or_pair_has_their_identifier():
    for kind in ("commodity", "pair"):
        row = seen(kind)
        number = PublicChange.objects.newest()
        delete(row)
        row.pk = None
        row.validate_unique()
        row.save()
        rows_changed(row)
        (entry,) = PublicChange.objects.since(number)
        assert (entry.kind, entry.action, entry.row) == (kind, "published", row.pk)


def test_the_countries_of_a_pair_that_readers_know_cannot_be_corrected(admin_user):
    pair = RelationFactory()
    assert may_correct(admin_user, pair)
    pair.summary = "Neighbours."
    pair.save()
    rows_changed(pair)
    assert not may_correct(admin_user, pair)


def test_a_new_place_in_a_source_never_gets_the_locator_of_a_deleted_passage():
    passage = PassageFactory(public=True, paragraph=1, sentence=1)
    source = passage.source
    source.full_text = None
    text = "One sentence. Another sentence."
    type(source)._meta.get_field("full_text").related_model.objects.create(source=source, text=text)
    rows_changed(passage)
    delete(passage)
    assert passage_of(source, "One sentence").locator == "p1s1-2"


def test_a_new_edition_of_a_figure_has_an_identifier_of_its_own(base):
    slugs = list(Figure.objects.values_list("slug", flat=True))
    assert len(slugs) == len(set(slugs))
    figure = Figure.objects.published().first()
    figure.slug = "another"
    assert messages(figure)


def test_a_disagreement_that_is_found_again_is_the_same():
    event = EventFactory()
    CitationFactory(record=event, as_stated="one day")
    CitationFactory(record=event, stance="contradicts", field="date", as_stated="another day")
    publish(event)
    row = Disagreement.objects.get()
    cited = event.citations.get(stance="contradicts")
    values = {name: getattr(cited, name) for name in ("source", "stance", "field", "as_stated")}
    cited.delete()
    publication.revise(event)
    assert PublicChange.objects.get(kind="disagreement").action == "withdrawn"
    event.citations.create(**values)
    publication.revise(event)
    entry = PublicChange.objects.get(kind="disagreement")
    assert (entry.action, entry.row, entry.key) == ("published", row.pk, row.key)


def test_released_rows_that_are_deleted_stay_in_the_register(admin_user):
    passage = PassageFactory()
    release(passage.source, admin_user)
    delete(Passage.objects.get(pk=passage.pk))
    key = f"{passage.source.slug}:{passage.locator}"
    entry = PublicChange.objects.get(kind="passage", key=key)
    assert entry.action == "withdrawn"
