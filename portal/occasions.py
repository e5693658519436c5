"""Entries of one occasion: the actions of one type that were taken on one day at one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import Edtf, Precision
from relations.models import Kind, Record
from treaties.life import SIGNATURES


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry, or several actions of one type, pair, party, day and place, and of one record
    that names their occasion, if any does."""

    entries: tuple[Record, ...]
    # Whether its day has entries on another page, so that more may belong to it.
    is_cut: bool = False

    @property
    def first(self) -> Record:
        return self.entries[0]

    @property
    def is_shared(self) -> bool:
        """Whether it has several entries."""
        return len(self.entries) > 1

    @property
    def day(self) -> Edtf:
        return self.first.date

    @property
    def place(self) -> str:
        return getattr(self.first, "place", "")

    @property
    def slugs(self) -> list[str]:
        return [entry.slug for entry in self.entries]

    @property
    def disputed(self) -> int:
        """The number of entries with disagreements, if these were set as `disputes`."""
        return sum(bool(getattr(entry, "disputes", ())) for entry in self.entries)

    @property
    def words(self) -> str:
        """The title of several entries: "8 documents signed in Baku"."""
        number, place = len(self.entries), self.place
        values = {"place": place, "number": number}
        if self.is_cut:
            values["number"] = _("%(number)d or more") % values
        action = self.first.get_action_type_display()
        if self.first.action_type not in SIGNATURES:
            words = ngettext(
                "%(number)s document: %(action)s", "%(number)s documents: %(action)s", number
            )
            action = f"{action}, {place}" if place else action
        elif place:
            words = ngettext(
                "%(number)s document signed in %(place)s",
                "%(number)s documents signed in %(place)s",
                number,
            )
        else:
            words = ngettext("%(number)s document signed", "%(number)s documents signed", number)
        return words % (values | {"action": action})


def occasions(entries: Iterable[Record]) -> list[Occasion]:
    """The entries as occasions, in the same order; those of one occasion are together at the place
    of the first. A date that is not certainly one day groups nothing. No queries, if the entries
    were fetched for pages."""
    found = []
    for _day, rows in groupby(entries, key=lambda entry: entry.sort_key):
        groups: dict[tuple, list[Record]] = {}
        for entry in rows:
            groups.setdefault(_occasion_of(entry), []).append(entry)
        found += (Occasion(tuple(group)) for group in groups.values())
    return found


def _occasion_of(entry: Record) -> tuple:
    """What the entries of one occasion have in common; of an entry by itself, its key."""
    known = entry.date.precision == Precision.DAY and entry.date.is_definite
    if entry.kind != Kind.ACTION or not known:
        return (entry.pk,)
    party = entry.party and (entry.party.country_id, entry.party.organization_id)
    return (entry.action_type, entry.place, entry.relation_id, entry.occasion_id, party)
