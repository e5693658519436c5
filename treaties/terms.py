"""Treaties that expire or renew themselves soon."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import Edtf
from treaties.life import ENDED, GONE, renewed
from treaties.models import Treaty, TreatyPeriod
from treaties.standings import Standings


@dataclass(frozen=True, slots=True)
class ComingEnd:
    """A day on which a treaty ends, or on which its term ends and the next begins. `when` is the
    date as precisely as it is known, and `day` its first possible day."""

    when: Edtf
    treaty: Treaty
    renews: bool

    @property
    def day(self) -> date:
        return self.when.earliest

    @property
    def words(self) -> str:
        """What happens and when, such as "ends on 3 May 2027"."""
        words = _("renews itself on %(day)s") if self.renews else _("ends on %(day)s")
        return words % {"day": date_format(self.day, "j F Y")}


def coming_ends(treaties, on: date, months: int, *countries) -> list[ComingEnd]:
    """The treaties that end or renew themselves within a number of months after a day, earliest
    first, without those that have ended before for one of these countries; in a constant number of
    queries."""
    until = Edtf.between(on, on).plus(months=months).latest or date.max
    rows = TreatyPeriod.objects.filter(
        party=None,
        status__in=ENDED,
        first__gt=on,
        first__lte=until,
        treaty__in=treaties.values("pk"),
    )
    found = [
        ComingEnd(row.start if row.start.earliest == row.first else Edtf.between(row.first, None),
                  row.treaty, False)
        for row in rows.select_related("treaty")
    ]  # fmt: skip
    known = {end.treaty.pk for end in found}
    renewing = TreatyPeriod.objects.in_force(on).filter(sure=True, treaty__in=treaties.values("pk"))
    terms = (
        renewing.exclude(first_term_end="")
        .order_by()
        .values_list("treaty", "first_term_end", "treaty__renewal_years")
    )
    due = {pk: renewed(end, years, on) for pk, end, years in terms}
    due = {pk: end for pk, end in due.items() if end.earliest and on < end.earliest <= until}
    rows = Treaty.objects.in_bulk(due.keys() - known)
    found += [ComingEnd(due[pk], treaty, True) for pk, treaty in rows.items()]
    if countries:
        standings = Standings({end.treaty.pk for end in found}, on, *countries)
        found = [end for end in found if standings.of(end.treaty.pk).status not in GONE]
    return sorted(found, key=lambda end: (end.day, end.treaty.slug))
