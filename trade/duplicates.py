"""Likely duplicates of figures and goods: the same words of one source, entered twice, and values
that a list repeated with another day."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.folding import fold
from relations.models import State
from trade.models import Figure
from trade.models.statement import Statement


def similar_statements(statement: Statement, quote: str = "") -> list[Statement]:
    """The statements of the same source and pair that a new one likely repeats: from the same
    words, about an overlapping period, and with the same value or indicator, or the same goods.

    `quote` are words copied from the source that are not a passage yet. Statements from different
    words of one sentence are never the same.
    """
    if not statement.source_id or not (statement.from_country_id and statement.to_country_id):
        return []
    rows = type(statement).objects.between(statement.from_country_id, statement.to_country_id)
    rows = rows.filter(source=statement.source_id).exclude(state="withdrawn")
    rows = rows.exclude(pk=statement.pk).for_pages().order_by("pk")
    return [
        row
        for row in rows
        if _same_words(statement, row, quote)
        and _same_time(statement, row)
        and _same_content(statement, row)
    ]


def repeated_values(figures: QuerySet) -> QuerySet:
    """The figures that only repeat a value with another day: their source had stated the same value
    of the same number in its edition before. A value that returns after another one is left out."""
    number = ("series", "period", "period_until", "source")
    stated = Figure.objects.exclude(state=State.WITHDRAWN)
    earlier = stated.filter(
        edition__lt=OuterRef("edition"), **{name: OuterRef(name) for name in number}
    )
    same = Figure.objects.filter(
        Q(upper=OuterRef("upper")) | Q(upper=None),
        pk=OuterRef("before"),
        value=OuterRef("value"),
        qualifier=OuterRef("qualifier"),
    )
    before = Subquery(earlier.order_by("-edition").values("pk")[:1])
    return figures.exclude(state=State.WITHDRAWN).alias(before=before).filter(Exists(same))


def _words(statement: Statement, quote: str = "") -> str:
    quoted = statement.passage.quote if statement.passage_id else quote
    return fold(quoted or statement.as_stated)


def _same_words(one: Statement, other: Statement, quote: str) -> bool:
    """Whether they give the same words, or words that overlap with a number; if either gives none,
    whether they name the same place."""
    if one.passage_id and one.passage_id == other.passage_id:
        return True
    mine, theirs = _words(one, quote), _words(other)
    if mine and theirs:
        within = mine in theirs or theirs in mine
        return within or _overlap(mine, theirs) or _overlap(theirs, mine)
    return bool(one.place) and one.place == other.place


def _overlap(one: str, other: str) -> bool:
    """Whether the end of one text begins the other, with two words or more and a number."""
    one, other = one.split(), other.split()
    return any(
        one[-size:] == other[:size] and re.search(r"\d", " ".join(other[:size]))
        for size in range(2, min(len(one), len(other)))
    )


def _same_time(one: Statement, other: Statement) -> bool:
    if not one.period or not other.period:
        return True
    end = other.period_until or other.period
    own_end = one.period_until or one.period
    return one.period.possibly_within(other.period.earliest, end.latest) or (
        other.period.possibly_within(one.period.earliest, own_end.latest)
    )


def _same_content(one: Statement, other: Statement) -> bool:
    if not isinstance(one, Figure):
        return fold(one.name) == fold(other.name)
    reporters = {row.reporter for row in (one, other)} - {None}
    if one.commodity_id != other.commodity_id or len(reporters) > 1:
        return False
    same_value = one.value == other.value and one.unit == other.unit
    same_series = one.indicator_id == other.indicator_id and one.from_country_id == (
        other.from_country_id
    )
    return same_value or same_series
