"""The periods of a treaty's life, stored so that a day's status is one indexed query."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf, Precision
from core.fields import EdtfField
from relations.models import State
from treaties.life import (
    GONE,
    NEVER,
    Days,
    Ending,
    Log,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    day_after,
    end_of_first_term,
    life_courses,
    not_before,
)
from treaties.models.link import TreatyLink
from treaties.rules import as_step


@dataclass(frozen=True, slots=True)
class PeriodDays(Days):
    """The status and the days of a row of TreatyPeriod, from its values: all that it takes to find
    the status of many treaties on many days."""

    status: str
    first: date
    last: date
    certain_first: date | None
    certain_last: date | None
    known_on: Edtf

    NAMES = ("status", "first", "last", "certain_first", "certain_last", "known_on")

    def turns(self) -> Iterator[date]:
        """The days on which the status begins, and from which it no longer lasts, possibly or
        certainly."""
        for first, last in ((self.first, self.last), (self.certain_first, self.certain_last)):
            if first:
                yield first
                yield day_after(last)


class TreatyPeriodQuerySet(models.QuerySet):
    def covering(self, on: date):
        """Periods that possibly include a day, each with `sure`: whether it certainly does."""
        sure = When(certain_first__lte=on, certain_last__gte=on, then=Value(True))
        return self.filter(first__lte=on, last__gte=on).annotate(
            sure=Case(sure, default=Value(False), output_field=models.BooleanField())
        )

    def in_force(self, on: date):
        """Periods in which a treaty as a whole may be in force on a day."""
        return self.filter(party=None, status=Status.IN_FORCE).covering(on)

    def bound(self, on: date):
        """Periods in which a party with periods of its own may be bound on a day."""
        return self.filter(party__isnull=False, status=Status.IN_FORCE).covering(on)

    def as_party(self, country):
        """The periods of a country's own in which its part in a treaty has not ended."""
        return self.filter(party__country=country).exclude(status__in=GONE)

    def certain(self, on: date):
        return self.filter(certain_first__lte=on, certain_last__gte=on)


def steps(treaty) -> list[Step]:
    """The published actions of a treaty fetched by `with_steps`, without those that an editor
    has rejected in a disagreement and those by participants that it does not bind."""
    bound = {party.pk for party in bound_parties(treaty.parties.all())}
    return [
        as_step(row)
        for row in treaty.actions.all()
        if row.state == State.PUBLISHED
        and row.slug not in treaty.beaten
        and (row.party_id is None or row.party_id in bound)
    ]


def bound_parties(parties: Iterable) -> list:
    """Those of the fetched parties that the treaty binds."""
    return [party for party in parties if not party.role]


def terms(treaty, parties: Iterable | None = None) -> Terms:
    """A treaty's terms, with its own parties or the given ones."""
    bound = bound_parties(treaty.parties.all() if parties is None else parties)
    return Terms(
        parties={party.pk: party.country.until if party.country_id else NEVER for party in bound},
        began={party.pk: party.country.date for party in bound if party.country_id},
        **{name: getattr(treaty, name) for name in treaty.TERMS},
    )


def endings(treaty) -> list[Ending]:
    """The published treaties that end this one, each with the day of its entry into force and the
    parties to both."""
    return [
        Ending(
            link.link_type, _entered(link.treaty), link.treaty.slug, _of_both(treaty, link.treaty)
        )
        for link in treaty.links_in.all()
        if link.link_type in TreatyLink.ENDING and link.treaty.state == State.PUBLISHED
    ]


def _of_both(treaty, later) -> frozenset[int]:
    """The parties to a treaty that are also parties to a later one."""
    others = bound_parties(later.parties.all())
    of_later = {(party.country_id, party.organization_id) for party in others}
    return frozenset(
        party.pk
        for party in bound_parties(treaty.parties.all())
        if (party.country_id, party.organization_id) in of_later
    )


def _entered(treaty) -> Edtf:
    """When a treaty first entered into force; if unknown, not before its signature."""
    own = [row for row in treaty.periods.all() if row.party_id is None]
    for row in sorted(own, key=lambda row: row.position):
        if row.status == Status.IN_FORCE:
            return row.start or Edtf.between(row.first, None)
    for row in own:
        if row.status == Status.SIGNED_UNKNOWN:
            return not_before(row.start)
    return NEVER


def computed(treaty) -> "list[TreatyPeriod]":
    """The periods derived from the steps of a treaty fetched by `with_steps`; empty if it is not
    published."""
    if treaty.state != State.PUBLISHED:
        return []
    known = steps(treaty), terms(treaty), endings(treaty)
    found = [
        TreatyPeriod.of(treaty, party, position, period)
        for party, course in life_courses(*known).items()
        for position, period in enumerate(course)
    ]
    if treaty.renewal_years:
        end = end_of_first_term(Log(*known))
        for row in found:
            if row.party_id is None and row.status == Status.IN_FORCE:
                row.first_term_end = end
    return found


def as_values(rows: "Iterable[TreatyPeriod]") -> list:
    """The values of each row without its id, sorted for comparison."""
    names = [item.attname for item in TreatyPeriod._meta.concrete_fields if item.name != "id"]
    return sorted([str(getattr(row, name)) for name in names] for row in rows)


class TreatyPeriod(Days, models.Model):
    """A period in which a treaty has one status, as a whole or for one party; see life.Period.

    It is derived from the treaty's actions and never edited: `update_periods` writes it. `end` is
    the day of the next status, and `until`, which readers see, the day before that.
    """

    # Merging treaties does not move periods: they are derived from each treaty's own steps.
    STAYS_WITH_MERGED = True

    treaty = models.ForeignKey("treaties.Treaty", models.CASCADE, related_name="periods")
    # Without an index of its own: most periods have no party, and SQLite would scan all of these to
    # find those of some treaties. The unique index on (party, position) finds those of a party.
    party = models.ForeignKey(
        "treaties.Party", models.CASCADE, null=True, related_name="periods", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    status = models.CharField(_("status"), max_length=16, choices=Status)
    start = EdtfField(_("from"))
    end = EdtfField(_("until"))
    first = models.DateField(_("possibly from"))
    last = models.DateField(_("possibly to"))
    certain_first = models.DateField(_("certainly from"), null=True)
    certain_last = models.DateField(_("certainly to"), null=True)
    rule = models.CharField(_("rule"), max_length=16, choices=Rule)
    decided_by = models.JSONField(_("deciding steps"), default=list)
    known_on = EdtfField(_("last known on"))
    first_term_end = EdtfField(
        _("end of the first term"),
        help_text=_("Of a treaty as a whole that is in force and renews itself."),
    )

    objects = TreatyPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a treaty")
        verbose_name_plural = _("periods of treaties")
        ordering = ["treaty", "position", "id"]
        indexes = [
            models.Index(fields=["status", "first", "last", "treaty"], name="period_status_days"),
            models.Index(fields=["treaty", "status", "first"], name="period_treaty_status"),
        ]
        constraints = [
            models.CheckConstraint(name="period_days_in_order", condition=Q(first__lte=F("last"))),
            models.UniqueConstraint(
                fields=["treaty", "position"],
                condition=Q(party=None),
                name="period_position_unique",
            ),
            models.UniqueConstraint(
                fields=["party", "position"],
                condition=Q(party__isnull=False),
                name="period_position_of_party_unique",
            ),
        ]

    def __str__(self):
        return f"{self.get_status_display()} {self.start}–{self.until}"

    @property
    def until(self) -> Edtf:
        """The last day of the status, as far as known: the day before the next one begins. If only
        the year or month of that is known, it is the same year or month."""
        dated = self.end.precision in (Precision.DAY, Precision.SET) and self.end.is_definite
        return self.end.plus(days=-1) if dated else self.end

    @classmethod
    def of(cls, treaty, party: int | None, position: int, period: Period) -> "TreatyPeriod":
        return cls(
            treaty_id=treaty.pk,
            party_id=party,
            position=position,
            status=period.status.value,
            start=period.start,
            end=period.end,
            first=period.first,
            last=period.last,
            certain_first=period.certain_first,
            certain_last=period.certain_last,
            rule=period.rule.value,
            decided_by=list(period.by),
            known_on=period.known_on,
        )
