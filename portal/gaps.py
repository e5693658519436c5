"""What the base does not know of a pair, derived from what it holds."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.models import Membership, Organization, Relation
from sources.dates import today
from trade.models import Figure
from trade.rules import EXPORTS, IMPORTS, TURNOVER
from treaties.life import OPEN
from treaties.models import Treaty


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap: what is missing, and the things that miss it (rows or years)."""

    kind: str
    title: str
    items: tuple


def known_gaps(relation: Relation) -> list[Gap]:
    """The gaps of a pair; kinds of which there are none are left out."""
    both = (relation.country_a, relation.country_b)
    figures = Figure.objects.published().between(*both)
    found = [
        _entry_into_force(Treaty.objects.of_pair(*both)),
        _years(figures.filter(indicator__slug__in=[TURNOVER, EXPORTS, IMPORTS])),
        _one_sided(figures.filter(indicator__slug=TURNOVER), both),
        _unidentified(Membership.objects.shared_by(*both)),
    ]
    return [gap for gap in found if gap.items]


def _entry_into_force(treaties) -> Gap:
    """Treaties of which no source says when, or whether, they entered into force."""
    known = treaties.with_status(today()).exclude(status__in=["", *OPEN])
    rows = tuple(treaties.exclude(pk__in=known.values("pk")).newest_first())
    return Gap(
        "entry_into_force",
        ngettext(
            "%d treaty whose entry into force is not known",
            "%d treaties whose entry into force is not known",
            len(rows),
        )
        % len(rows),
        rows,
    )


def _years(figures) -> Gap:
    """Years without a trade figure between the first and the last year that has one."""
    have = {
        year
        for start, end in figures.values_list("period_earliest", "period_latest")
        if start and end
        for year in range(start.year, end.year + 1)
    }
    rows = tuple(sorted(set(range(min(have), max(have))) - have)) if have else ()
    return Gap(
        "years",
        ngettext("%d year without trade figures", "%d years without trade figures", len(rows))
        % len(rows),
        rows,
    )


def _one_sided(turnovers, both) -> Gap:
    """Years of which only one of the two countries has stated the turnover."""
    reporters = {}
    for start, reporter in turnovers.values_list("period_earliest", "reporter_country"):
        if start and reporter in {country.pk for country in both}:
            reporters.setdefault(start.year, set()).add(reporter)
    rows = tuple(sorted(year for year, sides in reporters.items() if len(sides) == 1))
    return Gap("one_sided", _("Turnover stated by one side only"), rows)


def _unidentified(memberships) -> Gap:
    rows = tuple(
        Organization.objects.filter(identified=False, pk__in=memberships.values("organization"))
    )
    return Gap("unidentified", _("Organizations that are not identified"), rows)
