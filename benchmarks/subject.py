"""The URLs to benchmark in a database: prints them as JSON, with the number of queries of each and
the time of their SQL alone. Run by pages.py, with DATABASE_URL set to the database."""

import json
import os
import re
import sys
import time
from math import ceil
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PAGES_KEPT"] = os.environ["API_RATE"] = "0"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from core.views import ListPage  # noqa: E402
from portal.timeline import Cursor  # noqa: E402
from relations.models import (  # noqa: E402
    Citation,
    Event,
    Membership,
    Organization,
    Person,
    Record,
    Relation,
    Visit,
)
from sources.models import Source  # noqa: E402
from treaties.models import Treaty  # noqa: E402

TIMES = 5
# What Django puts before the query of a server-side cursor of PostgreSQL.
LITTLE_BY_LITTLE = re.compile(r"^DECLARE .+? CURSOR .*?FOR (?=SELECT)")


def subject() -> dict:
    """The busiest pair of a database, a position deep in its timeline, and its filter values."""
    pair = Relation.objects.with_countries().order_by("-statistics__entries", "pk")[0]
    records = Record.objects.published().filter(relation=pair).exclude(kind="treaty")
    # Far enough from the end that the last page is full.
    last = records.oldest_first()[min(110, records.count() - 1)]
    topics = records.exclude(topics=None).values_list("topics__slug").annotate(n=Count("pk"))
    people = Person.objects.filter(participations__record__relation=pair).annotate(n=Count("pk"))
    cited = Citation.objects.order_by().values_list("source").annotate(n=Count("pk"))
    member = Membership.objects.published().order_by().values_list("organization")
    return {
        "pair": pair,
        "source": Source.objects.get(pk=cited.order_by("-n", "source")[0][0]),
        "organization": Organization.objects.get(
            pk=member.annotate(n=Count("pk")).order_by("-n", "organization")[0][0]
        ),
        "deep": Cursor.of(last),
        "topic": topics.order_by("-n", "topics__slug")[0][0],
        "person": people.order_by("-n", "pk")[0].slug,
        "record": Event.objects.published().filter(relation=pair).newest_first()[0],
    }


def last_page(model) -> int:
    """The number of the last page of a model's list."""
    return ceil(model.objects.published().count() / ListPage.paginate_by)


def addresses(found: dict) -> dict[str, str]:
    pair = found["pair"].get_absolute_url()
    timeline = f"{pair}timeline/"
    return {
        "home": "/",
        "dossier": pair,
        "timeline, first page": timeline,
        "timeline, last page": f"{timeline}?after={found['deep']}",
        "timeline by kind": f"{timeline}?kind=visit",
        "timeline by years": f"{timeline}?year_from=1990&year_to=1999",
        "timeline by topic": f"{timeline}?topic={found['topic']}",
        "timeline by person": f"{timeline}?person={found['person']}",
        "timeline by text": f"{timeline}?q=energy",
        "pictures": f"{pair}pictures/",
        "treaties, with facets": "/treaties/",
        "treaties, last page": f"/treaties/?page={last_page(Treaty)}",
        "visits, first page": "/visits/",
        "visits, last page": f"/visits/?page={last_page(Visit)}",
        "events, first page": "/events/",
        "events, last page": f"/events/?page={last_page(Event)}",
        "country": found["pair"].country_a.get_absolute_url(),
        "organization": found["organization"].get_absolute_url(),
        "person": f"/people/{found['person']}/",
        "source": found["source"].get_absolute_url(),
        "search": "/search/?q=energy",
        "trade of the pair": f"/trade/{found['pair'].slug}/",
        "record": found["record"].get_absolute_url(),
        "pairs": "/relations/",
        "timeline as CSV": f"{pair}timeline.csv",
        "API, events of the pair": f"/api/v1/events/?pair={found['pair'].slug}&limit=100",
        "API, their titles and dates": (
            f"/api/v1/events/?pair={found['pair'].slug}&limit=100&fields=title,date"
        ),
        "API, timeline of the pair": f"/api/v1{pair}timeline/?limit=100",
        "API, treaties in force": f"/api/v1{pair}in-force/?on=2000-01-01",
        "API, one event": f"/api/v1{found['record'].get_absolute_url()}",
    }


def measured(client: Client, path: str) -> dict:
    """The number of queries of a page, and the time of their SQL alone, in milliseconds."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
        body = response.getvalue()
    if response.status_code != 200 or not body:
        raise SystemExit(f"{path} answers {response.status_code}")
    statements = [LITTLE_BY_LITTLE.sub("", row["sql"]) for row in asked.captured_queries]
    spent = []
    for _time in range(TIMES if len(statements) < 200 else 1):
        started = time.perf_counter()
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                if cursor.description:
                    cursor.fetchall()
        spent.append(time.perf_counter() - started)
    return {"path": path, "queries": len(statements), "sql": median(spent) * 1000}


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    found, client = subject(), Client()
    pages = {name: measured(client, path) for name, path in addresses(found).items()}
    deep = found["deep"]
    json.dump(
        {
            "pages": pages,
            "relation": found["pair"].pk,
            "entries": found["pair"].statistics.entries,
            "deep": [deep.sort_key, deep.id],
            "years": [f"{found['pair'].get_absolute_url()}timeline/?year={year}"
                      for year in range(1950, 2025)],
        },
        sys.stdout,
    )  # fmt: skip


if __name__ == "__main__":
    main()
