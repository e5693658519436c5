"""Suggestions of figures: trade, investment, companies and documents."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.dates import Edtf
from extraction.action_words import (
    ACCORDING,
    COMPANIES,
    DIRECTED,
    DOCUMENTS,
    FELL,
    GREW,
    INVESTED,
    SIGN,
    TARGET,
    TURNOVER,
)
from extraction.context import Context, Fact, Suggestion, day_of, distance
from extraction.names import CountrySpan
from extraction.spans import AmountSpan, Measure, Span
from trade.units import MONEY, Unit

# How far from "according to" the reporting country may stand, in characters.
NEAR_REPORTER = 60
# Counted up to a day, not over a period.
STOCKS = frozenset(["investment-stock", "companies-registered", "bilateral-documents"])
# Quarters and halves of a year in EDTF, by their first and last months.
_PARTS = {
    ("01", "03"): 33, ("04", "06"): 34, ("07", "09"): 35, ("10", "12"): 36, ("01", "06"): 40,
    ("07", "12"): 41,
}  # fmt: skip
# The words before the country that goods or money come from.
_FROM = re.compile(r"\b(?:from|of|из|by)\s+(?:the\s+)?$|’s?$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|in|into|в|во|with)\s+(?:the\s+)?$", re.IGNORECASE)
# What follows the name of a country in Azerbaijani and Kazakh if goods or money come from it, or go
# to it.
_FROM_ENDING = re.compile(r"(?:dan|dən|дан|ден|нан|нен|тан|тен)$")
_TO_ENDING = re.compile(r"(?:[yn]?[aə]|da|də|ға|ге|қа|ке|да|де|та|те)$")


def figures(context: Context, _earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The figures that a sentence states."""
    for amount in context.amounts:
        found = _indicator(context, amount)
        if found is None or not context.is_done(amount) or context.has(TARGET):
            continue
        indicator, trigger = found
        sides = _sides(context, indicator, trigger)
        if sides is None:
            continue
        yield _figure(context, amount, indicator, trigger, sides)


def _figure(context, amount, indicator, trigger, sides) -> Suggestion:
    (origin, destination), inferred = sides
    number = amount.amount
    fell = amount.measure == Measure.PERCENT and _change(context, amount) < 0
    values = {
        "indicator": Fact(indicator, trigger),
        "from_country": Fact(origin, inferred=inferred),
        "to_country": Fact(destination, inferred=inferred),
        "value": Fact(-number.value if fell else number.value, amount),
        "unit": Fact(number.units[0] if number.units else Unit.COUNT, amount),
        "qualifier": Fact(number.qualifier, amount),
        "scale": Fact(number.scale or 0, amount),
    }
    if number.upper is not None:
        values["upper"] = Fact(number.upper, amount)
    values |= _period(context, amount, indicator)
    if reporter := _reporter(context):
        values["reporter_country"] = Fact(reporter.country, reporter)
    quote = context.quote(amount, trigger)
    return Suggestion("figure", quote.start, quote.end, values)


def _period(context: Context, amount: AmountSpan, indicator: str) -> dict[str, Fact]:
    """The period of a figure. A stock without a date was counted by the day of the source."""
    on = context.read.on
    if indicator in STOCKS and not context.dates and on and on.is_definite:
        counted = Edtf.parse(f"[..{on.latest}]")
        return {"period": Fact(counted, inferred=_("Calculated from the date of the source."))}
    dated = context.date(amount, years=True)
    if "until" in dated:
        first, last = dated["date"], dated["until"]
        if part := _part_of_year(first.value, last.value):
            return {"period": Fact(part, first.span, first.inferred)}
        if not first.inferred:
            return {"period": first, "period_until": last}
        dated = day_of(dated)
    return {"period": dated["date"]} if "date" in dated else {}


def _reporter(context: Context) -> CountrySpan | None:
    """The country that a sentence names beside "according to" or "statistics"."""
    words = context.first(ACCORDING)
    near = [one for one in context.countries if words and distance(one, words) <= NEAR_REPORTER]
    return min(near, key=lambda one: distance(one, words), default=None)


def _part_of_year(first: Edtf, last: Edtf) -> Edtf | None:
    """The quarter or half of a year from one month to another; None if it is neither."""
    start, end = str(first), str(last)
    if len(start) != 7 or len(end) != 7 or start[:4] != end[:4]:
        return None
    code = _PARTS.get((start[5:], end[5:]))
    return Edtf.parse(f"{start[:4]}-{code}") if code else None


def _change(context: Context, amount: AmountSpan) -> int:
    """1 if a sentence says that something grew by an amount, -1 if it fell, 0 if neither."""
    changes = [(one, 1) for one in context.find(GREW)] + [(one, -1) for one in context.find(FELL)]
    near = [pair for pair in changes if distance(pair[0], amount) <= 60]
    return min(near, key=lambda pair: distance(pair[0], amount))[1] if near else 0


def _indicator(context: Context, amount: AmountSpan) -> tuple[str, Span] | None:
    """What an amount measures, and the words that say so."""
    units, found = set(amount.amount.units), []

    clause = context.clause(amount)

    def near(pattern, slug):
        found.extend(
            (not one.is_inside(clause), distance(one, amount), slug, one)
            for one in context.find(pattern)
        )

    if amount.measure == Measure.TIMES:
        return None
    if amount.measure == Measure.PERCENT:
        if _change(context, amount):
            near(TURNOVER, "trade-turnover-growth")
    elif units & set(MONEY):
        near(TURNOVER, "trade-turnover")
        for slug, pattern in DIRECTED.items():
            near(pattern, slug)
        near(INVESTED, "investment")
    elif units == {Unit.COUNT}:
        words = Span(amount.start, min(amount.end + 30, context.sentence.end))
        for pattern, slug in ((COMPANIES, "companies-registered"), (DOCUMENTS, "documents")):
            if any(words.start <= one.start < words.end for one in context.find(pattern)):
                found.append((False, 0, slug, words if slug == "documents" else amount))
    if not found:
        return None
    *_place, slug, span = min(found, key=lambda row: row[:2])
    if slug == "investment":
        # A sum of a period, or all that has been invested.
        of_period = any(len(str(one.date)) == 4 or one.until for one in context.dates)
        slug = "investment-flow" if of_period else "investment-stock"
    if slug == "documents":
        slug = "documents-signed" if context.has(SIGN) else "bilateral-documents"
        span = amount
    return slug, span


def _sides(context: Context, indicator: str, trigger: Span) -> tuple[tuple[str, str], str] | None:
    """The country from which something goes, and that to which it goes; sorted if it has no
    direction."""
    named = list(dict.fromkeys(one.country for one in context.countries))
    inferred = ""
    if len(named) > 2 and set(context.pair) <= set(named):
        named = [one for one in named if one in context.pair]
    if len(named) < 2:
        if len(context.pair) != 2 or not set(named) <= set(context.pair):
            return None
        named += [one for one in context.pair if one not in named]
        inferred = _("The two countries that the text is about.")
    pair = named[:2]
    if indicator in ("trade-turnover", "trade-turnover-growth", "documents-signed",
                     "bilateral-documents"):  # fmt: skip
        return tuple(sorted(pair)), inferred
    origin = _origin(context, pair, indicator, trigger)
    return (origin, next(one for one in pair if one != origin)), inferred


def _origin(context: Context, pair: list[str], indicator: str, trigger: Span) -> str:
    """Of two countries, that from which goods or money go."""
    text = context.read.text
    score = dict.fromkeys(pair, 0)
    clause = context.clause(trigger)
    named = [one for one in context.countries if one.country in score]
    for one in [each for each in named if each.is_inside(clause)] or named:
        before, word = text[context.sentence.start : one.start], text[one.start : one.end]
        score[one.country] += _role(before, word, one)
    first, second = pair
    if score[first] != score[second]:
        return max(pair, key=score.get)
    # "Kazakhstan's imports": the first country is where they go to.
    return second if indicator == "imports" else first


def _role(before: str, word: str, span: CountrySpan) -> int:
    """1 if the words around a country's name say that something comes from it, -1 if it goes there,
    else 0."""
    if _TO.search(before):
        return -1
    if _FROM.search(before) or _FROM_ENDING.search(word):
        return 1
    return -1 if not word.isascii() and _TO_ENDING.search(word) else 0
