"""A mirror that follows the log of public changes always equals what is public."""

from collections import defaultdict

import pytest
from django.db.models.functions import Coalesce

from core.dates import today
from core.models import PublicChange
from core.public_rows import public_rows
from portal.serializers import entry
from relations import serializers as relations
from relations.models import (
    Country,
    Disagreement,
    Organization,
    Person,
    Relation,
    Topic,
)
from relations.models.record import record_class
from sources.models import Passage, Source
from sources.serializers import source as source_data
from tests.conftest import FULL
from tests.histories import History
from trade import serializers as trade
from trade.models import Commodity, Figure, Indicator, TradedGood
from treaties import serializers as treaties
from treaties.models import Treaty

pytestmark = pytest.mark.django_db
SEEDS, STEPS = (range(8), 150) if FULL else (range(2), 50)


def passage_data(row) -> dict:
    names = ("locator", "paragraph", "sentence", "start", "end", "anchoring", "shown")
    return {"source": row.source.slug} | {name: getattr(row, name) for name in names}


def named_data(row) -> dict:
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.remote_field
    }


# The public data of a row that is not a record, by kind: the rows, and the function that makes it.
DATA = {
    "country": (Country.objects, relations.country),
    "topic": (Topic.objects, named_data),
    "organization": (Organization.objects, relations.organization),
    "person": (Person.objects, relations.person),
    "source": (Source.objects, source_data),
    "passage": (Passage.objects.select_related("source"), passage_data),
    "indicator": (Indicator.objects, named_data),
    "commodity": (Commodity.objects, named_data),
    "pair": (
        Relation.objects.with_countries().annotate(entries=Coalesce("statistics__entries", 0)),
        relations.relation,
    ),
    "figure": (Figure.objects.for_pages(), trade.figure),
    "good": (TradedGood.objects.for_pages(), trade.traded_good),
    "disagreement": (Disagreement.objects.for_pages(), relations.disagreement),
}


def public_data(kind: str, pks: list[int]) -> dict[int, dict]:
    """The public data of rows of a kind, by primary key, as their files give it."""
    if kind in DATA:
        rows, serialize = DATA[kind]
    elif kind == "treaty":
        rows = Treaty.objects.published().with_related().with_status(today())
        serialize = treaties.treaty
    else:
        rows, serialize = record_class(kind).objects.published().with_related(), entry
    return {row.pk: serialize(row) for row in rows.filter(pk__in=pks)}


def everything() -> dict[tuple[str, str], dict]:
    """The public data of all that readers see, by kind and identifier."""
    keys, found = defaultdict(dict), {}
    for rows in public_rows():
        for pk, kind, key in rows.identified(rows.public()):
            keys[kind][pk] = key
    for kind, named in keys.items():
        found |= {(kind, named[pk]): row for pk, row in public_data(kind, [*named]).items()}
    return found


class Mirror:
    """A copy of everything public that knows only the log, and reads it in pages."""

    def __init__(self, page: int):
        self.rows, self.number, self.page = {}, 0, page

    def follow(self):
        while page := list(PublicChange.objects.since(self.number)[: self.page]):
            wanted = defaultdict(list)
            for change in page:
                self.rows.pop((change.kind, change.key), None)
                if change.action in PublicChange.VISIBLE:
                    wanted[change.kind].append(change.row)
            found = {kind: public_data(kind, pks) for kind, pks in wanted.items()}
            self.rows |= {
                (change.kind, change.key): found[change.kind][change.row]
                for change in page
                if change.action in PublicChange.VISIBLE
            }
            self.number = page[-1].pk


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mirror_stays_equal_through_a_random_history(seed, admin_user):
    history, mirror, late = History(seed, admin_user), Mirror(page=20), Mirror(page=1000)
    for number in range(STEPS):
        history.step()
        if number % 10 == 0 or number == STEPS - 1:
            mirror.follow()
            assert mirror.rows == everything(), history.done[-10:]
    # One that starts now gets each identifier once.
    late.follow()
    assert late.rows == mirror.rows
    keys = list(PublicChange.objects.values_list("kind", "key"))
    assert len(keys) == len(set(keys))
    assert len(late.rows) > 20
