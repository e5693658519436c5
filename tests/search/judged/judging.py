"""The judged set: queries with what must come first, and how well the search meets it."""

from dataclasses import dataclass
from pathlib import Path

from search.results import Search

FILE = Path(__file__).with_name("queries.txt")
# Recall counts what is found in this many first results.
FIRST = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, what may come first, and all relevant results, each as KIND/SLUG."""

    query: str
    first: frozenset[str]
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Reciprocal rank of the first right result, and the share of the relevant ones found."""

    judged: Judged
    found: list[str]

    @property
    def reciprocal_rank(self) -> float:
        places = (place for place, one in enumerate(self.found, 1) if one in self.judged.first)
        return 1 / next(places, float("inf"))

    @property
    def recall(self) -> float:
        wanted = self.judged.relevant
        return len(wanted.intersection(self.found)) / len(wanted)

    @property
    def is_missed(self) -> bool:
        return self.reciprocal_rank < 1 or self.recall < 1

    def __str__(self):
        missing = sorted(self.judged.relevant.difference(self.found))
        return (
            f"{self.judged.query}: {self.reciprocal_rank:.2f}, {self.recall:.2f}; "
            f"found {' '.join(self.found[:3]) or 'nothing'}; "
            f"missing {' '.join(missing) or 'nothing'}"
        )


def judged() -> list[Judged]:
    """The queries of queries.txt."""
    rows = []
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            query, first, further = (part.strip() for part in line.split("|"))
            first = frozenset(first.split(" or "))
            rows.append(Judged(query, first, frozenset(further.split()) or first))
    return rows


def scores() -> list[Score]:
    """The results of all queries in the database."""
    return [Score(one, first_results(one.query)) for one in judged()]


def first_results(query: str) -> list[str]:
    """The first results of a query, each as KIND/SLUG."""
    return [f"{one.kind}/{one.slug}" for one in Search.of(query).page(limit=FIRST).entries]


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)
