"""The treaties of a pair on a day: how many have which status, and the lists of a dossier."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.urls import list_address
from portal.long_lists import LISTED, SHOWN, LongList
from treaties.filters import POSSIBLY, SCOPE
from treaties.life import GONE, NEVER, OPEN, Status
from treaties.models import Treaty, TreatyPeriod
from treaties.standings import Standing, Standings
from treaties.terms import coming_ends

# The groups of treaties in force, in the order of the page, and that of all others.
IN_FORCE = {
    ("in_force", "bilateral"): gettext_lazy("Bilateral"),
    ("in_force", "multilateral"): gettext_lazy("Multilateral"),
    ("possibly", "bilateral"): gettext_lazy("Bilateral, possibly in force"),
    ("possibly", "multilateral"): gettext_lazy("Multilateral, possibly in force"),
}
OTHER = ("other", "")
# How many months ahead to look for treaties that end or renew automatically.
SOON = 12


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """How many treaties of a pair have which status between the two on a day. Each treaty counts
    once: the numbers add up to `total`."""

    in_force: int = 0
    possibly: int = 0
    # The sources do not say whether they are in force; `signed` of them are known to be signed.
    unknown: int = 0
    provisional: int = 0
    # Not yet in force, not in force any more, or suspended.
    not_in_force: int = 0
    # The first known step of these treaties, or of a party to them, is later than the day.
    later: int = 0
    signed: int = 0

    GROUPS = ("in_force", "possibly", "provisional", "unknown", "not_in_force", "later")

    @property
    def total(self) -> int:
        """How many treaties there are by now."""
        return sum(getattr(self, name) for name in self.GROUPS)

    @property
    def by_then(self) -> int:
        """How many of them there were by the day."""
        return self.total - self.later

    def words(self) -> str:
        """The counts in words, without those of zero: "2 in force, 11 not known"."""
        named = (
            (self.in_force, _("%(count)d in force")),
            (self.possibly, _("%(count)d possibly in force")),
            (self.provisional, _("%(count)d provisionally applied")),
            (self.unknown, _("%(count)d not known")),
            (self.not_in_force, _("%(count)d not in force")),
            (self.later, _("%(count)d signed or joined later")),
        )
        return ", ".join(words % {"count": count} for count, words in named if count)


def group_of(standing: Standing, is_later: bool) -> str:
    """The count to which a treaty belongs, by its standing between the two, and by whether it or a
    step of it is later than the day. Without a known step it has no status."""
    if standing.binds:
        return "in_force"
    if standing.possibly_binds:
        return "possibly"
    if not standing.status:
        return "later" if is_later else "unknown"
    if standing.status == Status.PROVISIONAL:
        return "provisional"
    return "unknown" if standing.status in OPEN else "not_in_force"


def treaty_list_url(one, other, **filters) -> str:
    """The URL of the list of treaties to which both are parties, with further filters."""
    query = {"party": one.slug, "other_party": other.slug} | filters
    return list_address("treaties:treaty_list", query)


@dataclass(frozen=True, slots=True)
class InForce:
    """Treaties in force between two countries, or possibly so, of two sides or of many."""

    title: str
    treaties: LongList
    url: str


def treaties_on(both, day: date) -> dict:
    """The treaties of a pair on a day: their keys, the counts, those in force by group, and the
    others, without those of later days. Each treaty is in one list; one that ends or renews itself
    soon comes first in it and has a `coming_end`. The number of queries does not depend on the
    number of treaties."""
    treaties = list(_in_order(both, day))
    keys = [pk for pk, _scope, _is_later in treaties]
    standings = Standings(keys, day, *both, bound=True)
    of_treaty = {pk: standings.of(pk) for pk in keys}
    left = [pk for pk, standing in of_treaty.items() if standing.status not in GONE]
    ending = coming_ends(Treaty.objects.filter(pk__in=left), day, SOON)
    ends = {end.treaty.pk: end for end in ending}
    counts, groups = Counter(), {}
    for pk, scope, is_later in treaties:
        standing = of_treaty[pk]
        group = group_of(standing, is_later)
        counts[group] += 1
        counts["signed"] += group == "unknown" and standing.status == Status.SIGNED_UNKNOWN
        if group == "later":
            continue
        key = (group, scope) if (group, scope) in IN_FORCE else OTHER
        groups.setdefault(key, []).append(pk)
    totals = {key: len(pks) for key, pks in groups.items()}
    most = _most_listed(totals)
    listed = {
        key: sorted(pks, key=lambda pk: pk not in ends)[: most[key]] for key, pks in groups.items()
    }
    rows = Treaty.objects.in_bulk([pk for pks in listed.values() for pk in pks])
    standings.annotate(rows.values())
    for (group, _scope), pks in listed.items():
        for pk in pks:
            row = rows[pk]
            row.coming_end = ends.get(pk)
            if group != "other" and row.status != Status.IN_FORCE:
                # Of several possible statuses, the heading names this one.
                sure = group == "in_force"
                row.status, row.certain, row.known_on = Status.IN_FORCE.value, sure, NEVER
            elif not row.status:
                row.status = Status.UNKNOWN.value
    lists = {key: [rows[pk] for pk in pks] for key, pks in listed.items()}
    return {
        "treaties": keys,
        "counts": StatusCounts(**counts),
        "in_force": _in_force(lists, totals, both, day),
        "other_treaties": LongList.of(lists.get(OTHER, []), totals.get(OTHER, 0)),
        "treaties_of_both": treaty_list_url(*both),
    }


def _most_listed(totals: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """How many treaties of each group the page lists, with those in its fold: LISTED, or only SHOWN
    of a group in force whose entries are all folded, as those before it take the room."""
    most, room = {OTHER: LISTED}, SHOWN
    for key in IN_FORCE:
        most[key] = LISTED if room else SHOWN
        room -= min(room, totals.get(key, 0))
    return most


def _in_order(both, day: date):
    """For each treaty, newest first: its id, whether it is of two sides or of many, and whether it
    or a step of it is later than the day."""
    steps = TreatyPeriod.objects.filter(treaty=OuterRef("pk"), first__gt=day)
    is_later = ExpressionWrapper(Q(date_earliest__gt=day) | Exists(steps), BooleanField())
    treaties = Treaty.objects.of_pair(*both).newest_first()
    return treaties.values_list("pk", SCOPE, is_later)


def _in_force(listed, totals, both, day) -> list[InForce]:
    """The four groups of treaties in force; they share the number of entries shown at once."""
    found, room = [], SHOWN
    for (group, scope), title in IN_FORCE.items():
        rows = LongList.of(listed.get((group, scope), []), totals.get((group, scope), 0), room)
        room = max(0, room - len(rows.shown))
        status = Status.IN_FORCE.value + (POSSIBLY if group == "possibly" else "")
        url = treaty_list_url(*both, on=day, status=status, scope=scope)
        found.append(InForce(str(title), rows, url))
    return found
