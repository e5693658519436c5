"""Made-up rows for the style guide, never saved: the real partials show them."""

from portal.footnotes import Note, NotedSource
from relations.models import Citation, Disagreement
from sources.models import Passage, Source

KINDS = ("event", "visit", "action", "membership", "mission", "office")
TOKENS = {
    "surface": ("paper", "sheet", "accent-soft", "warn-soft", "land"),
    "ink": ("ink", "ink-soft", "accent", "rule", "rule-strong", "focus"),
    "meaning": ("warn", "bad", "good", "near", "wait"),
    "kind": tuple(f"kind-{kind}" for kind in KINDS),
    "series": tuple(f"series-{number}" for number in range(1, 7)),
}
LONG = "A protocol with a very long title on " + "co-operation, " * 12 + "and " + "Ы" * 120
STATUSES = (
    *("in_force", "provisional", "signed", "suspended", "superseded", "terminated", "unknown"),
)


def specimens() -> dict:
    """The context of the style guide; no query."""
    source = Source(
        slug="specimen", title="A specimen of a source", kind="official", date="2024-05"
    )
    source.author, source.publisher = "An author", "A publisher"
    source.url = "https://source.example/a/long/address/of/a/document"
    passage = Passage(source=source, locator="p1s2", paragraph=1, sentence=2, quote="a few words")
    citation = Citation(source=source, passage=passage, locator="p1s2", note="Why it was inferred.")
    citation.inferred = True
    contradicts = Citation(source=source, locator="page 4", as_stated="6 May", stance="contradicts")
    members = [
        {
            "id": "a",
            "value": "5 May 2024",
            "source": "specimen",
            "url": "#one",
            "grade": "official",
        },
        {"id": "b", "value": "6 May 2024", "source": "specimen", "url": "#other", "grade": "news"},
    ]
    rival = Disagreement(key="specimen", rule="rival_dates", title="On which day it was signed")
    rival.members = members
    decided = Disagreement(key="decided", rule="rival_dates", title="The same, decided")
    decided.members, decided.state, decided.choice = members, "decided", "a"
    decided.reason = "The treaty's own text says so."
    noted = NotedSource(1, source, {"": Note("1.1", citation), "page 4": Note("1.2", contradicts)})
    return {
        "tokens": TOKENS,
        "kinds": KINDS,
        "statuses": STATUSES,
        "long": LONG,
        "date": source.date,
        "citations": [citation, contradicts],
        "disagreements": [rival, decided],
        "footnotes": [noted],
    }
