"""Sentences in four languages with the dates and sums that a reader finds in them."""

import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from core.dates import Edtf
from extraction.amounts import amounts_in
from extraction.dates import dates_in

FOLDER = Path(__file__).parent / "gold_spans"


def texts(held_out: bool) -> Iterator[dict]:
    """The sentences that were written to be held out, or the others."""
    for path in sorted(FOLDER.glob("*.toml")):
        for text in tomllib.loads(path.read_text(encoding="utf-8"))["texts"]:
            if text.get("held_out", False) == held_out:
                yield text


def dates(text: dict) -> tuple[set, set]:
    """The dates found in a sentence, and those that it has."""
    on = Edtf.parse(text["on"]) if "on" in text else None
    found = {
        (text["text"][span.start : span.end], span.date, span.until, bool(span.inferred))
        for span in dates_in(text["text"], on)
    }
    given = {
        (
            date["words"],
            Edtf.parse(date["value"]),
            Edtf.parse(date["until"]) if "until" in date else None,
            date.get("inferred", False),
        )
        for date in text.get("dates", [])
    }
    return found, given


def amounts(text: dict) -> tuple[set, set]:
    """The sums found in a sentence, and those that it has; of several currencies the first."""
    found = {
        (
            text["text"][span.start : span.end],
            span.amount.value,
            span.amount.upper,
            next(iter(span.amount.units), None),
            span.amount.qualifier,
            span.measure,
        )
        for span in amounts_in(text["text"])
    }
    given = {
        (
            amount["words"],
            Decimal(amount["value"]),
            Decimal(amount["upper"]) if "upper" in amount else None,
            amount.get("unit"),
            amount.get("qualifier", "exact"),
            amount.get("measure", "amount"),
        )
        for amount in text.get("amounts", [])
    }
    return found, given


def scores(read: Callable[[dict], tuple[set, set]], held_out: bool) -> tuple[float, float]:
    """The precision and recall of `dates` or `amounts` over half of the sentences. A span counts
    only if its words and its value are exact."""
    pairs = [read(text) for text in texts(held_out)]
    right = sum(len(found & given) for found, given in pairs)
    return (
        right / sum(len(found) for found, _given in pairs),
        right / sum(len(given) for _found, given in pairs),
    )
