"""What an entry of a timeline shows beside its record: disputes, and where its treaty stands."""

from datetime import date

from django.db.models import Q

from relations.models import Disagreement, Kind, Record, Relation
from treaties.models import Treaty

# Rules under which other records of the pair are among the rival values.
OF_EVENTS = (Disagreement.Rule.RIVAL_DATES, Disagreement.Rule.ANNIVERSARY)


def dress(entries: list[Record], pair: Relation, day: date) -> None:
    """Give each entry `disputes`, the disagreements about it that are present, and each action
    its treaty with the status on a day. Two queries, however many entries there are."""
    treaties = _treaties(entries, day)
    for entry in entries:
        if entry.kind == Kind.ACTION:
            entry.treaty = treaties[entry.treaty_id]
    found = _disagreements(entries, pair)
    for entry in entries:
        entry.disputes = [
            row for row, slugs in found if row.record_id == entry.pk or entry.slug in slugs
        ]


def _treaties(entries, day) -> dict[int, Treaty]:
    keys = {entry.treaty_id for entry in entries if entry.kind == Kind.ACTION}
    return {row.pk: row for row in Treaty.objects.filter(pk__in=keys).with_status(day)}


def _disagreements(entries, pair) -> list[tuple[Disagreement, set[str]]]:
    """Those about these entries or the treaties of their steps, with the records they name."""
    subjects = {entry.pk for entry in entries}
    subjects |= {entry.treaty_id for entry in entries if entry.kind == Kind.ACTION}
    about = Q(record__in=subjects)
    if pair.pk:
        about |= Q(relation=pair, rule__in=OF_EVENTS)
    rows = Disagreement.objects.present().filter(about).order_by("title", "id")
    return [(row, set(row.member_slugs)) for row in rows]
