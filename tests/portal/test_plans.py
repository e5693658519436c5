"""The plans of queries that readers wait for: on PostgreSQL none scans a whole large table."""

import json
import re

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from core.views import ListPage
from portal import timeline
from relations.models import Event, Record, Relation, Visit
from relations.pairs import people_of
from sample_data.generate import Sizes, generate
from trade.models import Figure
from treaties.models import Party, Treaty, TreatyAction, TreatyPeriod

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's"),
]
SIZES = Sizes(pairs=2_000, records=15_000, figures=5_000, seed=8)
# A smaller table may be scanned.
LARGE = 5_000
# A database of this size has few records of these kinds: those of the other pairs are copied this
# many times.
FEW, TIMES = ("visit", "treaty", "action"), 8
# Higher than all existing keys.
SHIFT = 1_000_000
COPIED = (Record, Visit, Treaty, Party, TreatyPeriod, TreatyAction)
# The tables that grow with the records of pairs.
GROWING = {
    *("relations_record", "relations_citation", "relations_event", "relations_visit"),
    *("relations_participation", "relations_record_topics", "trade_figure"),
    *("treaties_treaty", "treaties_party", "treaties_treatyperiod", "treaties_treatyaction"),
}
# Counts that may scan a whole table, and their pages.
COUNTED = {
    # These pages show the number of all figures, which is not stored.
    'SELECT COUNT(*) AS "__count" FROM "trade_figure" WHERE "trade_figure"."state" =': (
        "home",
        "all figures",
        "all figures, last page",
    ),
    # Events are half of all records and visits a fifth: without a vacuum, as in the transaction of
    # a test, counting them by a table scan costs as much as by an index.
    'SELECT COUNT(*) AS "__count" FROM "relations_record" WHERE ("relations_record"."state" =': (
        "all events",
        "all events, last page",
        "all visits",
        "all visits, last page",
    ),
}
# The facets of all treaties count every status, instrument, topic, scope and party, so they may
# read all treaties. Those of a pair read only its own.
FACETS = re.compile(
    r'SELECT (?:"status", "sure" FROM|.*COUNT\(\*\) AS "(?:__)?count" FROM "treaties_treaty") '
)
# How rows are requested that are fetched in portions.
LITTLE_BY_LITTLE = re.compile(r"^DECLARE .+? CURSOR .*?FOR (?=SELECT)")


@pytest.fixture
def busiest(db):
    """The busiest pair of a generated, analysed database."""
    generate(SIZES)
    pair = Relation.objects.annotate(count=Count("records")).order_by("-count", "slug").first()
    others = Record.objects.filter(kind__in=FEW).exclude(relation=None).exclude(relation=pair)
    for model in COPIED:
        multiply(model, others)
    with connection.cursor() as cursor:
        # Analyse all rows rather than a random sample, or plans of similar cost would alternate.
        cursor.execute("SET LOCAL default_statistics_target = 10000")
        cursor.execute("ANALYZE")
        # A value for current disks; PostgreSQL's default is that of spinning ones.
        cursor.execute("SET LOCAL random_page_cost = 1.1")
    return pair


def multiply(model, records):
    """Insert the rows of these records in a model this many times over, with other keys."""
    of_record = "treaty" if model in (Party, TreatyPeriod) else "pk"
    rows, shifted = model.objects.filter(**{f"{of_record}__in": records}).order_by(), {}
    for field in model._meta.local_concrete_fields:
        name = f'"{field.column}"'
        if field.primary_key or field.related_model in COPIED:
            shifted[name] = f"{name} + {SHIFT} * time"
        else:
            shifted[name] = f"{name} || '-' || time" if field.column == "slug" else name
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(shifted)})"
            f" SELECT {', '.join(shifted.values())} FROM ({sql}) AS known,"
            f" generate_series(1, {TIMES}) AS time",
            values,
        )


def large_tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE]
        )
        return {name for (name,) in cursor.fetchall()}


def scanned_tables(sql):
    """The large tables that a query scans entirely."""
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
    person = people_of(relation).first()
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


def may_scan(name, sql):
    if name == "all treaties" and FACETS.match(sql):
        return True
    return any(sql.startswith(count) and name in where for count, where in COUNTED.items())


def test_no_public_page_scans_a_large_table(client, busiest):
    assert large_tables() >= GROWING
    whole = {}
    for name, path in paths(busiest).items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
            response.getvalue()
        assert response.status_code == 200, path
        for query in asked.captured_queries:
            sql = LITTLE_BY_LITTLE.sub("", query["sql"])
            if not sql.startswith("SELECT") or may_scan(name, sql):
                continue
            if tables := scanned_tables(sql):
                whole.setdefault(name, []).append((sorted(tables), sql))
    assert whole == {}
