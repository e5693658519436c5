"""Treaties that expire or renew themselves soon."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import Edtf
from treaties.life import ENDED, GONE, Log, end_of_term
from treaties.models import Treaty, TreatyPeriod
from treaties.models.period import endings, steps, terms
from treaties.models.treaty import with_steps


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
    if countries:
        treaties = treaties.with_status(on, *countries).exclude(status__in=GONE)
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
    renewing = (
        treaties.filter(renewal_years__isnull=False).in_force(on).values_list("pk", flat=True)
    )
    for treaty in with_steps(list(renewing)):
        when = end_of_term(Log(steps(treaty), terms(treaty), endings(treaty)), on)
        due = when.earliest and on < when.earliest <= until
        if due and not any(end.treaty == treaty for end in found):
            found.append(ComingEnd(when, treaty, True))
    return sorted(found, key=lambda end: (end.day, end.treaty.slug))
