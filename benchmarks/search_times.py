"""Time searches and suggestions in an indexed database: prints milliseconds by the clock and of the
processor time as JSON, and explains the slowest queries on PostgreSQL in the file named
by an argument.

Run by search.py, with DATABASE_URL set to the database. The queries are made from random entries,
so that they find something: words of titles and summaries, names, phrases, filters and typing
errors.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from search.corrections import correct  # noqa: E402
from search.models import Entry, Name  # noqa: E402
from search.results import Search  # noqa: E402
from search.suggestions import suggest  # noqa: E402
from search.words import words  # noqa: E402

# The number of queries of each form.
EACH = 40
SUGGESTIONS = 300
SLOWEST = 10


def main(report: Path) -> None:
    chance = Random("queries")
    rows = entries(chance)
    asked = {name: [form(chance, row) for row in rows] for name, form in FORMS.items()}
    everything = [query for queries in asked.values() for query in queries]
    warm_up(everything)
    times = {name: [timed(answer, query) for query in listed] for name, listed in asked.items()}
    typed = beginnings(chance)
    result = {
        "entries": Entry.objects.count(),
        "queries": times,
        "newest": [timed(newest, query) for query in everything[::4]],
        "suggestions": [timed(suggest, text) for text in typed],
        "corrections": [timed(corrected, mistyped(chance, row)) for row in rows],
        # For the same queries elsewhere: plain words only.
        "words": [query for name in PLAIN for query in asked[name]],
    }
    slow = sorted(
        (one[0], query)
        for name in asked
        for one, query in zip(times[name], asked[name], strict=True)
    )
    spent = [one for one, _used in result["suggestions"]]
    slow_starts = sorted(zip(spent, typed, strict=True))
    with report.open("w") as file:
        for function, listed in ((answer, slow), (suggest, slow_starts)):
            for spent, text in reversed(listed[-SLOWEST:]):
                file.write(f"\n{text}: {spent:.0f} ms\n{explained(function, text)}")
    json.dump(result, sys.stdout)


def entries(chance: Random) -> list[Entry]:
    """Random records."""
    found, records = [], Entry.objects.exclude(summary="").filter(public=True)
    limits = records.aggregate(first=Min("pk"), last=Max("pk"))
    while len(found) < EACH:
        place = chance.randint(limits["first"], limits["last"])
        found += records.filter(pk__gte=place).order_by("pk")[:1]
    return found


def answer(query: str) -> None:
    """What a page of results needs."""
    search = Search.of(query)
    search.page()
    search.facets()


def newest(query: str) -> None:
    Search.of(query).newest()


def corrected(query: str) -> None:
    correct(Search.of(query).query)


def warm_up(queries: list[str]) -> None:
    for query in queries[::7]:
        answer(query)
        suggest(query[:5])


def timed(function: Callable, *values) -> tuple[float, float]:
    started, used = time.perf_counter(), processor_time()
    function(*values)
    return (time.perf_counter() - started) * 1000, (processor_time() - used) * 1000


def processor_time() -> float:
    """The seconds of processor time of this process, and of that of PostgreSQL which serves it."""
    return time.process_time() + (int(SERVER.read_text().split()[0]) / 1e9 if SERVER else 0)


def server() -> Path | None:
    """The file with the processor time of PostgreSQL's process, in nanoseconds."""
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


SERVER = server()


def explained(function: Callable, *values) -> str:
    """The queries of a call, and how PostgreSQL answers them."""
    with CaptureQueriesContext(connection) as queries:
        function(*values)
    found = []
    for query in queries:
        found.append(f"-- {query['time']} s\n{query['sql']}")
        if connection.vendor == "postgresql" and not query["sql"].startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query['sql']}")
                found += [line for (line,) in cursor.fetchall()]
    return "\n".join(found) + "\n"


def title_word(chance: Random, row: Entry) -> str:
    return chance.choice([word for word in words(row.title) if len(word) > 2])


def summary_words(chance: Random, row: Entry, count: int = 1) -> str:
    return " ".join(chance.sample(words(row.summary), count))


def phrase(chance: Random, row: Entry) -> str:
    listed = words(row.title)
    return f'"{" ".join(listed[-2:])}"'


def beginnings(chance: Random) -> list[str]:
    """Names as they are typed: their first two to ten letters."""
    limits = Name.objects.aggregate(first=Min("pk"), last=Max("pk"))
    found = []
    while len(found) < SUGGESTIONS:
        place = chance.randint(limits["first"], limits["last"])
        name = Name.objects.filter(pk__gte=place, public=True).select_related("entry").first()
        found.append(name.entry.title[: chance.randint(2, 10)])
    return found


def mistyped(chance: Random, row: Entry) -> str:
    """A word of a title with two letters swapped."""
    word = max(words(row.title), key=len)
    place = chance.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


FORMS = {
    "a word of a title": title_word,
    "a word of a summary": summary_words,
    "two words of a title": lambda *row: f"{title_word(*row)} {title_word(*row)}",
    "two words of a summary": lambda *row: summary_words(*row, 2),
    "title and summary": lambda *row: f"{title_word(*row)} {summary_words(*row)}",
    "a phrase": phrase,
    "a word and its year": lambda chance, row: f"{title_word(chance, row)} {row.date.year or 2000}",
    "a word of a kind": lambda chance, row: f"kind:{row.kind} {title_word(chance, row)}",
    "a word in years": lambda *row: f"{title_word(*row)} 1990..1999",
    "the beginning of a word": lambda *row: f"{summary_words(*row)[:4]}*",
    "all but a word": lambda *row: f"{title_word(*row)} -{summary_words(*row)}",
    "no such word": lambda *row: f"{title_word(*row)} qqvvxx",
}
PLAIN = ("a word of a title", "a word of a summary", "two words of a title",
         "two words of a summary", "title and summary")  # fmt: skip

if __name__ == "__main__":
    main(Path(sys.argv[1]))
