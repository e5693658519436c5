"""The plans of the queries that pages wait for: on PostgreSQL no large table is read whole."""

import json
import re

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from desk.generating import Sizes, generate
from portal import timeline
from relations.models import Event, Person, Record, Relation, Visit
from sources.views import ListPage
from trade.models import Figure

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's"),
]
SIZES = Sizes(pairs=300, records=15_000, figures=5_000, seed=8)
# A table with fewer rows than that is read whole by right.
LARGE = 5_000
# What is counted whole by right, and where.
COUNTED = {
    # The number of all figures stands on these pages, and is not kept.
    'SELECT COUNT(*) AS "__count" FROM "trade_figure" WHERE "trade_figure"."state" =': (
        "home",
        "all figures",
        "all figures, last page",
    ),
    # Events are half of all records: counted along the table as soon as along an index.
    'SELECT COUNT(*) AS "__count" FROM "relations_record" WHERE ("relations_record"."state" =': (
        "all events",
        "all events, last page",
    ),
}
# How rows are asked for that are fetched little by little.
LITTLE_BY_LITTLE = re.compile(r"^DECLARE .+? CURSOR .*?FOR (?=SELECT)")


@pytest.fixture
def busiest(db):
    """The busiest pair of a generated base whose statistics are known."""
    generate(SIZES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # As disks are now; the default of PostgreSQL is that of spinning ones.
        cursor.execute("SET LOCAL random_page_cost = 1.1")
    return Relation.objects.annotate(count=Count("records")).order_by("-count", "slug").first()


def large_tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE]
        )
        return {name for (name,) in cursor.fetchall()}


def read_whole(sql):
    """The large tables that a query reads whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    found, todo = set(), [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    while todo:
        node = todo.pop()
        if node["Node Type"] in ("Seq Scan", "Parallel Seq Scan"):
            found.add(node["Relation Name"])
        todo += node.get("Plans", [])
    return found & large_tables()


def paths(relation):
    pair = relation.get_absolute_url()
    last = Record.objects.filter(relation=relation).oldest_first()[5]
    event = Record.objects.published().filter(relation=relation, kind="event").first()
    topic = (
        event.topics.first() or Record.objects.filter(topics__isnull=False).first().topics.first()
    )
    person = Person.objects.of_pair(relation).first()
    return {
        "home": "/",
        "pairs": "/relations/",
        "treaties of a pair": f"/treaties/?pair={relation.slug}",
        "timeline": f"{pair}timeline/",
        "timeline, last page": f"{pair}timeline/?after={timeline.Cursor.of(last)}",
        "timeline by kind": f"{pair}timeline/?kind=visit",
        "timeline by years": f"{pair}timeline/?year_from=1990&year_to=1995",
        "timeline by topic": f"{pair}timeline/?topic={topic.slug}",
        "timeline by person": f"{pair}timeline/?person={person.slug}",
        "timeline by text": f"{pair}timeline/?q=energy",
        "dossier": pair,
        "pictures": f"{pair}pictures/",
        "trade": f"/trade/{relation.slug}/",
        "record": event.get_absolute_url(),
        "timeline as CSV": f"{pair}timeline.csv",
        "all treaties": "/treaties/",
        "all visits": "/visits/",
        "all visits, last page": f"/visits/?page={last_page(Visit)}",
        "all events": "/events/",
        "all events, last page": f"/events/?page={last_page(Event)}",
        "all figures": "/trade/",
        "all figures, last page": f"/trade/?page={last_page(Figure)}",
        "sources": "/sources/",
    }


def last_page(model):
    return -(-model.objects.published().count() // ListPage.paginate_by)


def is_counted(name, sql):
    return any(sql.startswith(count) and name in where for count, where in COUNTED.items())


def test_no_page_that_readers_wait_for_reads_a_large_table_whole(client, busiest):
    assert {"relations_record", "relations_citation"} <= large_tables()
    whole = {}
    for name, path in paths(busiest).items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
            response.getvalue()
        assert response.status_code == 200, path
        for query in asked.captured_queries:
            sql = LITTLE_BY_LITTLE.sub("", query["sql"])
            if not sql.startswith("SELECT") or is_counted(name, sql):
                continue
            if tables := read_whole(sql):
                whole.setdefault(name, []).append((sorted(tables), sql))
    assert whole == {}
