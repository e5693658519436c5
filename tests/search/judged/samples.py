"""Sample records for the judged set of queries: made by the factories, published and indexed."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from relations.models import Country, Record, Relation
from relations.publication import publish_all
from sources.models import SourceText
from tests import factories
from trade.models import Figure, TradedGood

FILE = Path(__file__).with_name("samples.json")
# The kinds in the order in which they are made, with their factories.
FACTORIES = {
    "topic": factories.TopicFactory,
    "organization": factories.OrganizationFactory,
    "person": factories.PersonFactory,
    "source": factories.SourceFactory,
    "passage": factories.PassageFactory,
    "treaty": factories.TreatyFactory,
    "visit": factories.VisitFactory,
    "event": factories.EventFactory,
    "mission": factories.MissionFactory,
    "membership": factories.MembershipFactory,
    "office": factories.OfficeFactory,
    "figure": factories.FigureFactory,
    "traded_good": factories.TradedGoodFactory,
}
RELEASED = {"organization", "person", "source", "passage"}


def load() -> None:
    """Make the rows of samples.json in a database with the fixtures, and index everything."""
    listed = json.loads(FILE.read_text())
    records, statements = [], []
    cited = factories.SourceFactory(slug="collected-records", title="Collected records", public=1)
    for kind, factory in FACTORIES.items():
        for values in listed[kind]:
            row = made(kind, factory, values, cited)
            if isinstance(row, Record):
                records.append(row.pk)
            elif kind in ("figure", "traded_good"):
                statements.append(row)
    publish_all(Record.objects.filter(pk__in=records))
    for model in (Figure, TradedGood):
        pks = [row.pk for row in statements if isinstance(row, model)]
        publish_all(model.objects.filter(pk__in=pks))
    call_command("rebuild_index", stdout=StringIO())


def made(kind: str, factory, values: dict, cited):
    """The row of a sample, with the rows that belong to it."""
    values = dict(values)
    text, people = values.pop("text", ""), values.pop("people", ())
    registration = values.pop("registration", "")
    if kind in RELEASED:
        values["published_at"] = timezone.now()
    if kind in ("figure", "traded_good"):
        values["source"] = cited
    row = factory(**{name: value(factory, name, one) for name, one in values.items()})
    if text:
        SourceText.objects.create(source=row, text=text)
    for slug in people:
        person = referred(factories.PersonFactory, slug)
        factories.ParticipationFactory(record=row, person=person, role="visitor")
    if isinstance(row, Record):
        factories.CitationFactory(record=row, source=cited)
    if registration:
        step = factories.TreatyActionFactory(
            treaty=row, slug=f"{row.slug}-registration", date=row.date,
            action_type="registration", registration=registration,
        )  # fmt: skip
        factories.CitationFactory(record=step, source=cited)
        publish_all(Record.objects.filter(pk__in=[row.pk]))
        publish_all(Record.objects.filter(pk__in=[step.pk]))
    return row


def value(factory, name: str, given):
    """The value of a field: slugs stand for the rows of foreign keys and of lists."""
    if name == "relation":
        return given and pair(given)
    if name == "parties":
        return [Country.objects.get(slug=slug) for slug in given]
    if name == "topics":
        return [referred(factories.TopicFactory, slug) for slug in given]
    fields = {field.name: field for field in factory._meta.model._meta.get_fields()}
    related = name in fields and fields[name].many_to_one and fields[name].related_model
    return related.objects.get(slug=given) if related and isinstance(given, str) else given


def pair(slug: str) -> Relation:
    """The pair of a slug such as france-germany."""
    for one in Country.objects.filter(slug__in=prefixes(slug)):
        other = Country.objects.filter(slug=slug.removeprefix(f"{one.slug}-")).first()
        if other:
            return Relation.objects.get_or_create_pair(one, other)
    raise ValueError(slug)


def prefixes(slug: str) -> list[str]:
    parts = slug.split("-")
    return ["-".join(parts[:count]) for count in range(1, len(parts))]


def referred(factory, slug: str):
    return factory._meta.model.objects.get(slug=slug)
