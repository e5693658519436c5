"""Data derived from figures; the setting DERIVED_DATA gives the order."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from core.related import fetch_related
from relations.models import Country, Disagreement, Relation
from relations.models.publishable import Publishable
from trade.models import Figure
from trade.rules import figure_findings

# How many pairs of countries are checked for disagreements at a time.
PAIRS = 200


def disagreements(rows: list[Publishable]) -> None:
    """Update the disagreements of the pairs of these figures, including their previous pairs."""
    figures = [row for row in rows if isinstance(row, Figure)]
    if not figures:
        return
    sides = {(row.from_country_id, row.to_country_id) for row in figures}
    sides |= {tuple(row.loaded.get(name) for name in Figure.LOADED) for row in figures}
    wanted = {tuple(sorted(pair)) for pair in sides if all(pair) and len(set(pair)) == 2}
    countries = Country.objects.in_bulk({key for pair in wanted for key in pair})
    pairs = [(countries[one], countries[other]) for one, other in sorted(wanted)]
    find_disagreements(pairs)


def find_disagreements(pairs: Iterable[tuple[Country, Country]]) -> None:
    """Replace the disagreements among the published figures of these pairs.

    Uses a constant number of queries for every 200 pairs; only a pair with a finding gets a
    relation.
    """
    pairs = iter(pairs)
    while some := list(islice(pairs, PAIRS)):
        wanted = {frozenset((one.pk, other.pk)): (one, other) for one, other in some}
        keys = {key for pair in wanted for key in pair}
        figures = by_pair(Figure.objects.published().of_pairs(some).order_by("pk"))
        relations = {
            frozenset((row.country_a_id, row.country_b_id)): row
            for row in Relation.objects.filter(country_a__in=keys, country_b__in=keys)
        }
        findings = []
        for pair, (one, other) in wanted.items():
            for finding in figure_findings(figures.get(pair, [])):
                if pair not in relations:
                    relations[pair] = Relation.objects.get_or_create_pair(one, other)
                findings.append(replace(finding, relation=relations[pair]))
        Disagreement.objects.filter(
            record=None, relation__in=[relations[pair] for pair in wanted if pair in relations]
        ).replace(findings)


def by_pair(rows: Iterable[Figure]) -> dict[frozenset[int], list[Figure]]:
    """Figures by the primary keys of their two countries, with the related rows that the rules
    need. Many figures share each of these rows, which joins would make anew for each figure."""
    found, rows = {}, list(rows)
    fetch_related(rows, *Figure.SHOWN_WITH)
    for row in rows:
        key = frozenset((row.from_country_id, row.to_country_id))
        found.setdefault(key, []).append(row)
    return found
