"""The results of one occasion as one entry: treaties signed on the same day in the same place."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import Edtf, Precision
from relations.models import Kind, Record
from treaties.life import SIGNATURES


@dataclass(frozen=True, slots=True)
class Occasion:
    """Actions of one type, on one day and in one place, that concern several treaties. `cut` is
    true if there may be more of them than these."""

    actions: list[Record]
    cut: bool = False

    @property
    def date(self) -> Edtf:
        return self.actions[0].date

    @property
    def words(self) -> str:
        """What happened, such as "8 documents signed in Baku"."""
        first, number = self.actions[0], len(self.actions)
        values = {"action": first.type_display, "place": first.place}
        values["count"] = _("%(number)d or more") % {"number": number} if self.cut else number
        if first.action_type not in SIGNATURES:
            text = ngettext(
                "%(action)s: %(count)s treaty", "%(action)s: %(count)s treaties", number
            )
        elif first.place:
            text = ngettext(
                "%(count)s document signed in %(place)s",
                "%(count)s documents signed in %(place)s",
                number,
            )
        else:
            text = ngettext("%(count)s document signed", "%(count)s documents signed", number)
        return text % values


def by_occasion(records: Iterable[Record], cut: bool = False) -> list[Record | Occasion]:
    """The records in order, those of one occasion as one entry at the place of the first. If the
    records are `cut`, more may follow on the day of the last."""
    records, groups = list(records), {}
    for record in records:
        groups.setdefault(_occasion(record), []).append(record)
    last = records[-1].date if records else None
    return [
        rows[0] if len(rows) == 1 else Occasion(rows, cut and rows[0].date == last)
        for rows in groups.values()
    ]


def _occasion(record: Record) -> tuple:
    """What the records of one occasion have in common; a record on its own has its id."""
    day = record.date
    if record.kind != Kind.ACTION or day.precision != Precision.DAY or not day.is_definite:
        return (record.pk,)
    return (day, record.action_type, record.place, record.occasion_id)
