"""Scores of what is recognized in the gold texts (tests/extraction/gold)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rapidfuzz.fuzz import ratio

from core.dates import Edtf
from core.folding import fold
from extraction.known import known_names
from extraction.names import Mention
from extraction.recognition import Recognition, recognize
from extraction.suggestions import suggestions

GOLD = Path(__file__).parent / "gold"
LANGUAGES = ("en", "ru", "az", "kk")
# The least similarity of two titles, from 0 to 100: texts give them in different cases.
SAME_TITLE = 80


@dataclass
class Score:
    """How many expected things were found, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.notes + other.notes,
        )


@cache
def gold_texts(language: str) -> list[dict]:
    """The gold texts of a language."""
    return tomllib.loads((GOLD / f"{language}.toml").read_text(encoding="utf-8"))["text"]


def read_gold(entry: dict) -> Recognition:
    """What is recognized in a gold text."""
    on = Edtf.parse(entry["on"]) if entry["on"] else None
    return recognize(entry["text"], known_names, on)


def scores(entry: dict) -> dict[str, Score]:
    """The scores of one gold text, by the kind of what is recognized."""
    read = read_gold(entry)
    text, found = entry["text"], {}

    def compare(kind: str, expected: list[tuple[dict, tuple]], got: list[tuple]) -> None:
        """Score spans, given as what is expected with its value, and as spans with their values:
        the same value at an overlapping place is right."""
        left, score = list(got), Score()
        for (start, end), value in placed(text, expected):
            twin = next(
                (
                    one
                    for one in left
                    if one[1] == value and one[0].start < end and start < one[0].end
                ),
                None,
            )
            if twin:
                left.remove(twin)
                score.right += 1
            else:
                score.missed += 1
                score.notes.append(f"{entry['id']} missed {kind} {text[start:end]!r} {value}")
        score.wrong = len(left)
        for span, value in left:
            words = text[span.start : span.end]
            score.notes.append(f"{entry['id']} wrong {kind} {words!r} {value}")
        found[kind] = score

    compare(
        "dates",
        [(one, (one["value"], one.get("until", ""))) for one in entry.get("dates", ())],
        [(one, (str(one.date), str(one.until or ""))) for one in read.dates],
    )
    compare(
        "sums",
        [
            (one, (_number(one["value"]), _number(one.get("upper", "")), one["qualifier"]))
            for one in entry.get("amounts", ())
        ],
        [
            (one, (float(one.amount.value), _number(one.amount.upper), one.amount.qualifier))
            for one in read.amounts
        ],
    )
    compare(
        "countries",
        [(one, one["slug"]) for one in entry.get("countries", ())],
        # Only capitals stand for a country in the gold texts.
        [(one, one.country) for one in read.countries if one.mention != Mention.CITY],
    )
    compare(
        "people",
        [(one, one["slug"]) for one in entry.get("people", ())],
        [(one, one.row.slug if one.row else "") for one in read.people],
    )
    compare(
        "organizations",
        [(one, one["slug"]) for one in entry.get("organizations", ()) if one["slug"]],
        [(one, one.row.slug) for one in read.organizations if one.row],
    )
    compare(
        "titles",
        [(one, fold(one["words"])) for one in entry.get("titles", ())],
        [(one, fold(one.title)) for one in read.titles],
    )
    compare(
        "numbers",
        [(one, one["kind"]) for one in entry.get("numbers", ())],
        [(one, "registration" if one.is_registration else "law") for one in read.numbers],
    )
    return found | record_scores(entry, read)


def placed(text: str, expected: list[tuple[dict, object]]) -> Iterator[tuple[tuple, object]]:
    """The offsets of the words of gold spans, which are in the order of the text, with their
    values."""
    at = 0
    for row, value in expected:
        # Not in the middle of a number: "5 млрд" is not in "2,5 млрд".
        words = re.compile(rf"(?<!\d[.,])(?<!\w){re.escape(row['words'])}")
        start = (words.search(text, at) or words.search(text)).start()
        at = start + 1
        yield (start, start + len(row["words"])), value


def _number(text) -> float | None:
    return float(text) if text not in ("", None) else None


def record_scores(entry: dict, read: Recognition) -> dict[str, Score]:
    """The scores of the suggested records, by kind, and of all as "records"."""
    expected = [_expected(row) for row in entry["records"]]
    got = list(_flat(suggestions(read)))
    found: dict[str, Score] = {}
    for row in expected:
        score = found.setdefault(row["kind"], Score())
        twin = next((other for other in got if _same(row, other)), None)
        if twin:
            got.remove(twin)
            score.right += 1
        else:
            score.missed += 1
            score.notes.append(f"{entry['id']} missed {row}")
    for row in got:
        score = found.setdefault(row["kind"], Score())
        score.wrong += 1
        score.notes.append(f"{entry['id']} wrong {row}")
    return found | {"records": sum(found.values(), Score())}


# What makes two records the same, by kind, besides the titles of treaties.
IDENTITY = {
    "visit": ("host", "guest", "date"),
    "treaty": ("instrument", "pair", "date"),
    "step": ("type", "date"),
    "event": ("event_type", "pair", "date"),
    "membership": ("organization", "member", "date"),
    "mission": ("mission_type", "sender", "host"),
    "figure": ("indicator", "from", "to", "value", "period"),
}


def _expected(row: dict) -> dict:
    names = (*IDENTITY[row["kind"]], "title")
    return {"kind": row["kind"]} | {name: row.get(name, "") for name in names}


def _flat(found) -> Iterator[dict]:
    """Suggestions in the form of the gold records, with steps but signatures on their own."""
    for one in found:
        values = {name: str(fact.value) for name, fact in one.values.items()}
        pair = one.value("pair", ()) or one.value("parties", ())
        pair = "-".join(pair) if len(pair) == 2 else ""
        row = {"kind": one.kind} | values | {"pair": pair}
        if one.kind == "visit":
            host = values["host"]
            row["guest"] = pair.removeprefix(f"{host}-").removesuffix(f"-{host}")
        if one.kind == "figure":
            row |= {"from": values["from_country"], "to": values["to_country"]}
            until = values.get("period_until")
            row["period"] = values.get("period", "") + (f"/{until}" if until else "")
        only_steps = one.kind == "treaty" and all(
            step.value("action_type") != "signature" for step in one.steps
        )
        if not only_steps:
            yield row
        for step in one.steps:
            if step.value("action_type") != "signature":
                date = str(step.value("date"))
                yield {"kind": "step", "type": step.value("action_type"), "date": date}


def _same(expected: dict, got: dict) -> bool:
    if expected["kind"] != got["kind"]:
        return False
    for name in IDENTITY[expected["kind"]]:
        one, other = expected[name], got.get(name, "")
        if name == "value":
            if float(one) != float(other):
                return False
        elif one != other:
            return False
    if expected["kind"] == "treaty" and expected["title"]:
        return ratio(fold(expected["title"]), fold(got["title"])) >= SAME_TITLE
    return True
