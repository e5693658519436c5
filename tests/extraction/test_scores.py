"""What is recognized in the gold texts and in the first source."""

import tomllib

import pytest

from core.dates import Edtf
from extraction.known import known_names
from extraction.recognition import Recognition, recognize
from extraction.spans import Span
from tests.extraction.scoring import GOLD, LANGUAGES, Score, gold_texts, scores

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("base")]

# The least precision and recall of each kind, as measured (docs/extraction.md).
LEAST = {
    "dates": (0.97, 0.97),
    "sums": (0.92, 0.92),
    "countries": (0.99, 0.99),
    "people": (0.97, 0.91),
    "organizations": (0.99, 0.68),
    "titles": (0.76, 0.94),
    "numbers": (0.99, 0.85),
    "visit": (0.93, 0.82),
    "treaty": (0.96, 0.79),
    "step": (0.89, 0.77),
    "event": (0.77, 0.73),
    "mission": (0.99, 0.99),
    "membership": (0.99, 0.44),
    "figure": (0.81, 0.72),
    "records": (0.86, 0.75),
}


def test_the_gold_texts_are_read_as_well_as_documented():
    total: dict[str, Score] = {}
    for entry in (entry for language in LANGUAGES for entry in gold_texts(language)):
        for kind, score in scores(entry).items():
            total[kind] = total.get(kind, Score()) + score
    below = {
        kind: (round(total[kind].precision, 3), round(total[kind].recall, 3), total[kind].notes)
        for kind, (precision, recall) in LEAST.items()
        if total[kind].precision < precision or total[kind].recall < recall
    }
    assert below == {}


def means(read: Recognition, kind: str) -> list[tuple[Span, object]]:
    """The spans of a kind with what they mean, as the gold data says it."""
    return {
        "date": [(one, str(one.date)) for one in read.dates],
        "country": [(one, one.country) for one in read.countries],
        "person": [(one, one.row and one.row.slug) for one in read.people],
        "organization": [(one, one.row and one.row.slug) for one in read.organizations],
        "amount": [(one, f"{one.amount.value.normalize():f}") for one in read.amounts],
    }[kind]


@pytest.mark.material
def test_the_spans_of_the_article_are_recognized(article_text):
    gold = tomllib.loads((GOLD / "article.toml").read_text(encoding="utf-8"))
    read = recognize(article_text, known_names, Edtf.parse(gold["on"]))
    spans = [row for row in gold["spans"] if row["kind"] != "title"]
    missed = [
        (row["place"], row["kind"])
        for row in spans
        if not any(
            span.start < row["end"] and row["start"] < span.end and value == row["value"]
            for span, value in means(read, row["kind"])
        )
    ]
    assert len(spans) == 79
    # The year of the copyright line, and the agency that the disclaimer names.
    assert missed == [("p6", "date"), ("p7", "organization")]
