"""The events by which diplomatic relations begin, break and begin again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.urls import list_address
from portal.long_lists import LongList
from relations.models import Disagreement, Event, Kind, Relation

TURNS = (
    Event.Type.ESTABLISHMENT,
    Event.Type.SUSPENSION,
    Event.Type.SEVERANCE,
    Event.Type.RESUMPTION,
)
# How many of them, and of those that establish relations, a page names.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a pair up to a day, oldest first: if they are more than NAMED, the first and the
    newest ones.

    `left_out` is the number of the others between these, which the list at `url` has among all
    events of the pair. `follow` is true if later turns are recorded, and `disputed` if sources
    disagree about one of all turns up to the day. `established` lists the events of any day that
    establish relations, and `established_url` is the address of all of them.
    """

    rows: list[Event]
    left_out: int = 0
    follow: bool = False
    disputed: bool = False
    established: LongList = LongList([], [], 0)
    url: str = ""
    established_url: str = ""

    def __bool__(self) -> bool:
        """Whether a turn of any day is recorded."""
        return bool(self.rows) or self.follow


def disputing(events: Iterable[Event], disagreements: Iterable[Disagreement]) -> list[Disagreement]:
    """Those of the disagreements that are about one of these events."""
    keys, slugs = {row.pk for row in events}, {row.slug for row in events}
    return [row for row in disagreements if row.record_id in keys or slugs & set(row.member_slugs)]


def turns_of(pair: Relation, day: date, disagreements: list[Disagreement]) -> Turns:
    """The turns of a pair, with its present disagreements. Two queries."""
    events = Event.objects.published().of_relation(pair).filter(kind=Kind.EVENT)
    columns = ("pk", "slug", "event_type", "date_earliest")
    turns = events.filter(event_type__in=TURNS).oldest_first()
    every = list(turns.values_list(*columns, named=True))
    past = [row for row in every if row.date_earliest is None or row.date_earliest <= day]
    named = past if len(past) <= NAMED else [past[0], *past[1 - NAMED :]]
    established = [row for row in every if row.event_type == Event.Type.ESTABLISHMENT]
    rows = Event.objects.in_bulk({row.pk for row in (*named, *established[:NAMED])})
    query = {"pair": pair.slug}
    return Turns(
        rows=[rows[row.pk] for row in named],
        left_out=len(past) - len(named),
        follow=len(past) < len(every),
        disputed=bool(disputing(past, disagreements)),
        established=LongList.of([rows[row.pk] for row in established[:NAMED]], len(established)),
        url=list_address("relations:event_list", query),
        established_url=list_address(
            "relations:event_list", query | {"event_type": Event.Type.ESTABLISHMENT.value}
        ),
    )
