"""Rows for tests: each factory makes a valid row that collides with nothing in the fixtures.

Records and figures take `published=True`: they are published with a citation that supports
them.
"""

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from relations import models as relations
from search.index import update_keys
from sources import models as sources
from tests.steps import publish
from trade import models as trade
from treaties import models as treaties


def number(text: str):
    """A value with the number of the row in it."""
    return factory.Sequence(lambda n: text.format(n + 1))


def indexed(*rows):
    """Add rows to the search index, and return the first: factories save rows behind its back."""
    changed = {}
    for row in rows:
        changed.setdefault(type(row), set()).add(row.pk)
    update_keys(changed)
    return rows[0]


class UserFactory(DjangoModelFactory):
    """A user of the desk, in a `role` given by its name; the roles are in every database."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = number("colleague-{}")
    is_staff = True

    @factory.post_generation
    def role(self, create, name, **kwargs):
        if name:
            self.groups.add(Group.objects.get(name=name))


class ReleasedFactory(DjangoModelFactory):
    """`public=True` shows the row to readers, before any published row refers to it."""

    class Meta:
        abstract = True

    class Params:
        public = factory.Trait(published_at=factory.LazyFunction(timezone.now))


class SourceFactory(ReleasedFactory):
    class Meta:
        model = sources.Source

    slug = number("source-{}")
    title = number("Source {}")
    kind = "official"
    date = "2024"


class PassageFactory(ReleasedFactory):
    """A passage at p1s1, p1s2 ... of a source of its own, or of the `source` given."""

    class Meta:
        model = sources.Passage

    source = factory.SubFactory(SourceFactory)
    paragraph = 1
    sentence = factory.Sequence(lambda n: n + 1)
    locator = factory.LazyAttribute(lambda row: f"p{row.paragraph}s{row.sentence}")
    quote = "a few words"


class CountryFactory(DjangoModelFactory):
    """A state without codes. Slugs count up, so of two new ones the first is `country_a`."""

    class Meta:
        model = relations.Country

    slug = number("land-{:04}")
    kind = "state"
    name_en = number("Land {}")


class CountryNameFactory(DjangoModelFactory):
    class Meta:
        model = relations.CountryName

    country = factory.SubFactory(CountryFactory)
    kind = "former"
    language = "en"
    name = number("Old Land {}")


class SuccessionFactory(DjangoModelFactory):
    class Meta:
        model = relations.Succession

    predecessor = factory.SubFactory(CountryFactory, kind="former_state")
    successor = factory.SubFactory(CountryFactory)


class RelationFactory(DjangoModelFactory):
    """The relation of two new countries, or of those given, in either order."""

    class Meta:
        model = relations.Relation

    country_a = factory.SubFactory(CountryFactory)
    country_b = factory.SubFactory(CountryFactory)

    @classmethod
    def _create(cls, model_class, country_a, country_b):
        return model_class.objects.get_or_create_pair(country_a, country_b)


class PersonFactory(ReleasedFactory):
    class Meta:
        model = relations.Person

    slug = number("person-{}")
    name = number("Person {}")


class OrganizationFactory(ReleasedFactory):
    class Meta:
        model = relations.Organization

    slug = number("organization-{}")
    kind = "intergovernmental"
    name = number("Organization {}")


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = relations.Topic

    slug = number("topic-{}")
    name = number("Topic {}")


def publish_record(record, create, extracted, **kwargs):
    if extracted:
        CitationFactory(record=record)
        publish(record)


class RecordFactory(DjangoModelFactory):
    """The shared part of the factories of all kinds of records.

    `published=True` adds a supporting citation and publishes; `topics=[...]` sets the topics.
    """

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"record-{n + 1}")
    title = number("Record {}")
    date = "2020-09"

    @factory.post_generation
    def topics(record, create, extracted, **kwargs):
        if extracted:
            record.topics.set(extracted)

    published = factory.post_generation(publish_record)


class EventFactory(RecordFactory):
    class Meta:
        model = relations.Event

    slug = number("event-{}")
    title = number("Event {}")
    relation = factory.SubFactory(RelationFactory)
    event_type = "meeting"


class VisitFactory(RecordFactory):
    """A visit to the first country of its relation, or to the `host` given."""

    class Meta:
        model = relations.Visit

    slug = number("visit-{}")
    title = number("Visit {}")
    relation = factory.SubFactory(RelationFactory)
    host = factory.LazyAttribute(lambda row: row.relation.country_a)
    rank = "head_of_state"


class MembershipFactory(RecordFactory):
    class Meta:
        model = relations.Membership

    slug = number("membership-{}")
    title = number("Membership {}")
    member = factory.SubFactory(CountryFactory)
    organization = factory.SubFactory(OrganizationFactory)


class MissionFactory(RecordFactory):
    """An embassy of the first country of its relation in the second."""

    class Meta:
        model = relations.Mission

    slug = number("mission-{}")
    title = number("Mission {}")
    relation = factory.SubFactory(RelationFactory)
    mission_type = "embassy"
    sender = factory.LazyAttribute(lambda row: row.relation.country_a)
    host = factory.LazyAttribute(lambda row: row.relation.country_b)


class OfficeFactory(RecordFactory):
    """The head of state of a new country; with `organization=` give `country=None`."""

    class Meta:
        model = relations.Office

    slug = number("office-{}")
    title = number("President {}")
    person = factory.SubFactory(PersonFactory)
    rank = "head_of_state"
    country = factory.SubFactory(CountryFactory)


class TreatyFactory(RecordFactory):
    """An agreement to which both countries of its relation are parties.

    `parties=[...]` names other countries and organizations; `parties=[]` adds none.
    """

    class Meta:
        model = treaties.Treaty

    slug = number("treaty-{}")
    title = number("Treaty {}")
    relation = factory.SubFactory(RelationFactory)
    instrument = "agreement"

    # Declared before `published`, so that readers see the treaty with its parties.
    @factory.post_generation
    def parties(treaty, create, extracted, **kwargs):
        if extracted is None:
            relation = treaty.relation
            extracted = [relation.country_a, relation.country_b] if relation else []
        for party in extracted:
            PartyFactory(treaty=treaty, **{party._meta.model_name: party})

    topics = RecordFactory.topics
    # Not that of RecordFactory, which is declared before the parties.
    published = factory.post_generation(publish_record)


class PartyFactory(DjangoModelFactory):
    """A party to a treaty without parties: give `country=` or `organization=`."""

    class Meta:
        model = treaties.Party

    treaty = factory.SubFactory(TreatyFactory, parties=[])


class TreatyActionFactory(RecordFactory):
    """The signature of a treaty by all parties; title and relation follow from the treaty."""

    class Meta:
        model = treaties.TreatyAction

    slug = number("action-{}")
    title = ""
    treaty = factory.SubFactory(TreatyFactory)
    action_type = "signature"


class TreatyLinkFactory(DjangoModelFactory):
    """A new treaty that supersedes the `target`, by a new source."""

    class Meta:
        model = treaties.TreatyLink

    treaty = factory.SubFactory(TreatyFactory)
    target = factory.SubFactory(TreatyFactory)
    link_type = "supersedes"
    source = factory.SubFactory(SourceFactory)


class TreatyTextFactory(DjangoModelFactory):
    """A treaty's authentic text in Kazakh, which is its source."""

    class Meta:
        model = treaties.TreatyText

    treaty = factory.SubFactory(TreatyFactory)
    text_language = "kk"
    standing = "authentic"
    source = factory.SubFactory(SourceFactory, kind="treaty_text", language="kk")


class CitationFactory(DjangoModelFactory):
    """A citation that supports the whole `record` (required), at a place of its own."""

    class Meta:
        model = relations.Citation

    source = factory.SubFactory(SourceFactory)
    locator = number("page {}")


class ParticipationFactory(DjangoModelFactory):
    """A new person who took part in the `record` (required)."""

    class Meta:
        model = relations.Participation

    person = factory.SubFactory(PersonFactory)
    role = "participant"


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = trade.Indicator

    slug = number("indicator-{}")
    name = number("Indicator {}")
    measure = "flow"


class CommodityFactory(DjangoModelFactory):
    class Meta:
        model = trade.Commodity

    classification = "HS"
    revision = "2022"
    code = number("9{:05}")
    name = number("Goods {}")


class StatementFactory(DjangoModelFactory):
    """`published=True` makes it public: the source is part of each statement."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    source = factory.SubFactory(SourceFactory)
    locator = "table 1"
    from_country = factory.SubFactory(CountryFactory)
    to_country = factory.SubFactory(CountryFactory)

    @factory.post_generation
    def published(statement, create, extracted, **kwargs):
        if extracted:
            publish(type(statement).objects.filter(pk=statement.pk))
            statement.refresh_from_db()


class FigureFactory(StatementFactory):
    """A million dollars of a new indicator in 2023, from one new country to another."""

    class Meta:
        model = trade.Figure

    slug = number("figure-{}")
    indicator = factory.SubFactory(IndicatorFactory)
    period = "2023"
    value = "1000000"
    unit = "USD"


class TradedGoodFactory(StatementFactory):
    class Meta:
        model = trade.TradedGood

    slug = number("good-{}")
    name = number("goods of kind {}")
