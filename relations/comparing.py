"""Comparison of two records of different lists: what they have in common, and how certain it is."""

from dataclasses import dataclass, field
from datetime import date

from core.dates import Precision
from core.folding import fold
from relations.duplicates import (
    NEAR,
    SIMILAR,
    SIMILAR_FORMAL,
    SIMILAR_ON_THE_DAY,
    Participant,
    covers,
    ends_agree,
    numbers_in,
    same_day,
    same_month,
    similarity,
    words_in,
)
from relations.models import PossibleDuplicate, Record, Visit
from relations.models.record import Likeness
from relations.names import similar_names

Reason = PossibleDuplicate.Reason


@dataclass(eq=False)
class Compared:
    """A record with what is compared: the keys of its `sources`, its participants, the names of the
    people among them, its steps as (type, EDTF day), and its first and last possible day."""

    record: Record
    sources: frozenset[int]
    people: frozenset[Participant] = frozenset()
    names: tuple[str, ...] = ()
    steps: frozenset[tuple[str, str]] = frozenset()
    first: date = field(init=False)
    last: date = field(init=False)

    def __post_init__(self):
        self.first, self.last = possible_days(self.record)

    @property
    def numbers(self) -> set[int]:
        """The numbers in its title, without the year of its date."""
        return numbers_in(self.record.title) - {self.record.date.year}


@dataclass(frozen=True, slots=True)
class Found:
    """What two records have in common. `certain`: they are almost certainly the same."""

    reason: str
    similarity: float = 0
    certain: bool = False


def possible_days(record: Record) -> tuple[date, date]:
    """The first and the last day on which a record may have happened or lasted."""
    first = record.date.earliest or date.min
    if record.LIKENESS is Likeness.TYPE:
        return first, record.until.latest or date.max
    return first, max(record.date.latest or date.max, record.until.latest or date.min)


def days_between(one: Compared, other: Compared) -> int:
    """The number of days between two records; 0 if they may overlap."""
    return max((max(one.first, other.first) - min(one.last, other.last)).days, 0)


def compare(one: Compared, other: Compared, common: frozenset[str] = frozenset()) -> Found | None:
    """What two records of the same kind and subject have in common; None if too little.

    `common` are words that say nothing, such as the names of the two countries.
    """
    match one.record.LIKENESS:
        case Likeness.TYPE:
            return _lasting(one, other)
        case Likeness.TYPE_AND_DAY if isinstance(one.record, Visit):
            return _visits(one, other, common)
        case Likeness.TYPE_AND_DAY:
            return _events(one, other, common)
        case _:
            return _formal(one, other, common)


def _shared_agree(one: Record, other: Record) -> tuple[bool, bool]:
    """Whether the values of SHARED do not differ where both are given; whether all are given."""
    pairs = [[fold(getattr(row, name)) for row in (one, other)] for name in one.SHARED]
    return (
        all(left == right for left, right in pairs if left and right),
        all(left and right for left, right in pairs),
    )


def _rival_steps(one: Compared, other: Compared) -> bool:
    """Whether both treaties have a step of one type, but on different days."""
    mine, theirs = ({kind for kind, _day in row.steps} for row in (one, other))
    return bool(mine & theirs - {kind for kind, _day in one.steps & other.steps})


def _lasting(one: Compared, other: Compared) -> Found | None:
    """What lasts, such as memberships and missions: periods that may overlap."""
    mine, theirs = one.record, other.record
    if days_between(one, other):
        return None
    types, (places, placed) = mine.may_have_type_of(theirs), _shared_agree(mine, theirs)
    # Several of these may exist at a time: of a mission by type, and of a consulate by place.
    by_place = getattr(mine, "BY_PLACE", ())
    several = any(getattr(row, row.TYPE_FIELD) in by_place for row in (mine, theirs))
    if mine.SHARED and not types or several and not places:
        return None
    starts = not mine.date or not theirs.date or covers(mine.date, theirs.date)
    certain = types and places and starts and ends_agree(mine.until, theirs.until)
    return Found(Reason.PERIOD, certain=certain and (placed or not several))


def _visits(one: Compared, other: Compared, common: frozenset[str]) -> Found | None:
    mine, theirs = one.record, other.record
    alike = similarity(mine.title, theirs.title, common)
    persons = _same_person(one, other)
    rank = mine.rank == theirs.rank
    apart, to_the_day = days_between(one, other), _both_to_the_day(mine, theirs)
    known = bool(mine.date and theirs.date)
    if known and to_the_day and apart <= 1:
        strangers = persons is False and alike <= SIMILAR
        agree = persons or alike > SIMILAR or rank and mine.is_known_by_day and not strangers
        same = same_day(mine.date, theirs.date)
        reason = Reason.DAYS
        if same:
            reason = Reason.DAY_AND_TITLE if alike > SIMILAR else Reason.DAY
        return Found(reason, alike, certain=bool(agree) and rank and apart == 0)
    if (
        known
        and not to_the_day
        and same_month(mine.date, theirs.date)
        and (persons or rank or alike > SIMILAR)
    ):
        return Found(Reason.DATE, alike, certain=bool(persons) and rank)
    if apart <= NEAR.days and (persons or alike > SIMILAR) and (rank or not known):
        return Found(Reason.TITLE, alike)
    return None


def _same_person(one: Compared, other: Compared) -> bool | None:
    """Whether two records name the same person; None if one of them names nobody."""
    if not one.names or not other.names:
        return None
    return bool(one.people & other.people) or any(
        similar_names(mine, theirs) for mine in one.names for theirs in other.names
    )


def _both_to_the_day(one: Record, other: Record) -> bool:
    return one.date.precision == other.date.precision == Precision.DAY


def _events(one: Compared, other: Compared, common: frozenset[str]) -> Found | None:
    mine, theirs = one.record, other.record
    if mine.event_type != theirs.event_type or not (mine.relation_id or one.people & other.people):
        return None
    alike, apart = similarity(mine.title, theirs.title, common), days_between(one, other)
    known = bool(mine.date and theirs.date)
    if mine.is_singular and (apart <= NEAR.days or not known):
        same = known and same_day(mine.date, theirs.date)
        reason = Reason.DAY if same else Reason.DATE if apart == 0 else Reason.TITLE
        return Found(reason, alike, certain=covers(mine.date, theirs.date))
    if one.numbers != other.numbers:
        return None
    if same_day(mine.date, theirs.date):
        if alike > SIMILAR:
            return Found(Reason.DAY_AND_TITLE, alike, certain=True)
        return Found(Reason.DAY, alike)
    needed = SIMILAR_ON_THE_DAY if known and apart <= 1 else SIMILAR
    if apart <= NEAR.days and alike > needed:
        return Found(Reason.TITLE, alike)
    return None


def _formal(one: Compared, other: Compared, common: frozenset[str]) -> Found | None:
    """Treaties: of the same day, with a step on the same day, or with similar titles."""
    mine, theirs = one.record, other.record
    if not (mine.relation_id or one.people & other.people):
        return None
    titles = [row.compared_title for row in (mine, theirs)]
    alike, numbers = similarity(*titles, common), one.numbers == other.numbers
    types, steps = mine.may_have_type_of(theirs), one.steps & other.steps
    covered = bool(mine.date and theirs.date) and covers(mine.date, theirs.date)
    apart = days_between(one, other) if mine.date and theirs.date else 0
    similar = numbers and (alike > SIMILAR_FORMAL or fold(mine.title) == fold(theirs.title))
    if same_day(mine.date, theirs.date):
        same_parties = not one.people or not other.people or one.people == other.people
        if mine.is_known_by_day and theirs.is_known_by_day and same_parties:
            return Found(Reason.DAY_AND_TITLE, 1, certain=True)
        if numbers and alike > SIMILAR:
            sure = types and same_parties and alike > SIMILAR_FORMAL
            sure = sure and not _rival_steps(one, other)
            return Found(Reason.DAY_AND_TITLE, alike, certain=sure)
        # What many parties signed on one day may be several treaties.
        if mine.relation_id or same_parties:
            return Found(Reason.DAY, alike)
        return None
    if steps and mine.relation_id:
        sure = types and numbers and alike > SIMILAR_FORMAL and not _rival_steps(one, other)
        return Found(Reason.STEP, alike, certain=sure)
    if apart <= NEAR.days and similar or covered and numbers and alike > SIMILAR:
        return Found(Reason.TITLE, alike)
    # Such as "Azerbaijan – Georgia (1996)": nothing in the title tells it from other treaties.
    silent = any(not words_in(title, common) for title in titles)
    if covered and types and numbers and silent and mine.relation_id:
        return Found(Reason.DATE, alike)
    return None
