"""The life of a treaty: which status it has on any day, and which steps decide that.

`life_course` is one pure function over the steps of a treaty, what it lays down itself, and the
later treaties that end it. Each rule of RULES looks at all of that and gives the turns that
follow from it; the turns are then put in order, and what cannot follow what is left out.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sources.dates import Edtf

DAY = timedelta(days=1)
NEVER = Edtf.parse("")


class Status(TextChoices):
    """What a treaty is on a day. Before its first known step it has no status."""

    IN_NEGOTIATION = "in_negotiation", _("in negotiation")
    INITIALLED = "initialled", _("initialled")
    SIGNED = "signed", _("signed, not in force")
    SIGNED_UNKNOWN = "signed_unknown", _("signed, entry into force not known")
    PROVISIONAL = "provisional", _("provisionally applied")
    IN_FORCE = "in_force", _("in force")
    SUSPENDED = "suspended", _("suspended")
    SUPERSEDED = "superseded", _("superseded")
    TERMINATED = "terminated", _("terminated")
    EXPIRED = "expired", _("expired")
    UNKNOWN = "unknown", _("unknown")


# The way into force, in order; a treaty does not go back on it.
ENTRY = (
    Status.IN_NEGOTIATION,
    Status.INITIALLED,
    Status.SIGNED,
    Status.PROVISIONAL,
    Status.IN_FORCE,
)
ENDED = (Status.SUPERSEDED, Status.TERMINATED, Status.EXPIRED)
# What says only what is not known.
OPEN = (Status.SIGNED_UNKNOWN, Status.UNKNOWN)
# On one day the way into force comes first, then a resumption, a suspension, an end.
RANKS = {status: rank for rank, status in enumerate([*ENTRY, Status.SUSPENDED, Status.UNKNOWN])}

CONSENT = (
    "ratification", "acceptance", "approval", "accession", "notification", "exchange", "deposit",
)  # fmt: skip
# Consent that reaches the other party; a law alone does not.
COMMUNICATED = ("notification", "exchange", "deposit", "accession")
SIGNATURES = ("signature", "definitive_signature", "signature_ad_referendum")
LEAVING = ("denunciation", "withdrawal")


class Rule(TextChoices):
    """The rules by which a treaty's status turns, each in one sentence."""

    INITIALLING = "initialling", _("From its initialling a treaty is initialled.")
    SIGNATURE = "signature", _("A treaty is signed when all who sign it have signed.")
    DEFINITIVE = "definitive", _("A definitive signature by all brings a treaty into force.")
    PROVISIONAL = "provisional", _("A treaty is applied provisionally from the day agreed.")
    ENTRY = "entry", _("A treaty is in force from the day on which a source says it entered.")
    COMPLETED = (
        "completed",
        _(
            "Once both parties have completed their procedures, a treaty of two may be in force; "
            "without its clause on entry into force the day is not known."
        ),
    )
    CLAUSE = (
        "clause",
        _(
            "Where the treaty lays it down, it enters into force so many days after the later "
            "notification."
        ),
    )
    TERM = "term", _("A treaty for a fixed term expires at its end, unless it is extended.")
    RENEWAL = (
        "renewal",
        _("A treaty that renews itself stays in force until a denunciation given in time."),
    )
    DENUNCIATION = (
        "denunciation",
        _("A denunciation ends a treaty of two when its notice period has run."),
    )
    TERMINATION = "termination", _("A treaty ends on the day of its termination or expiry.")
    SUPERSESSION = (
        "supersession",
        _("A treaty ends when another that supersedes or terminates it enters into force."),
    )
    SUSPENSION = "suspension", _("A suspended treaty is not in force until it is resumed.")
    RESUMPTION = "resumption", _("A resumption or extension brings a treaty back into force.")
    ACCESSION = (
        "accession",
        _("A party to a treaty of many is bound from its own consent, not before the treaty is."),
    )
    SUCCESSION = (
        "succession",
        _(
            "A state that has ceased to exist is no party; a successor is one only by its own "
            "succession, and without one the fate of a treaty of two is unknown."
        ),
    )
    STATED = (
        "stated",
        _("A status that a source states holds on its day, where no step says otherwise."),
    )
    RECORDED = "recorded", _("Of a treaty without a dated step nothing more is known.")


@dataclass(frozen=True, slots=True)
class Step:
    """An action as the life course needs it; `party` None stands for all parties."""

    type: str
    date: Edtf
    effective: Edtf = NEVER
    until: Edtf = NEVER
    party: Hashable | None = None
    status: str = ""
    slug: str = ""

    @property
    def when(self) -> Edtf:
        """The day from which it has effect: as stated, or else that on which it was taken."""
        return self.effective or self.date


@dataclass(frozen=True, slots=True)
class Ending:
    """A later treaty that supersedes or terminates this one, from its own entry into force."""

    type: str
    since: Edtf
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a treaty lays down about its own life, and its parties.

    `parties` gives the day on which each ceased to exist, as a state may; a date not known for
    those that have not.
    """

    parties: Mapping[Hashable, Edtf] = field(default_factory=dict)
    force_days: int | None = None
    term_years: int | None = None
    renewal_years: int | None = None
    notice_months: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of status on a day; `revives` what had ended or been suspended."""

    day: Edtf
    status: Status
    rule: Rule
    by: tuple[str, ...] = ()
    revives: bool = False
    known_on: Edtf = NEVER
    earliest: date | None = None
    latest: date | None = None

    @staticmethod
    def on(day: Edtf, status, rule, *steps: Step, revives=False) -> "Turn":
        slugs = tuple(step.slug for step in steps if step.slug)
        return Turn(day, status, rule, slugs, revives, earliest=day.earliest, latest=day.latest)

    @property
    def rank(self) -> int:
        return RANKS.get(self.status, len(RANKS)) if not self.revives else len(ENTRY) - 1

    @property
    def order(self):
        return (self.earliest or date.min, self.rank, self.latest or date.max)


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which a treaty has one status.

    `first` to `last` are the days on which it possibly has it, `certain_first` to `certain_last`
    those on which it certainly has (None: on none). `start` and `end` are the dates as precise
    as their sources; `end` is the day on which the next status begins. After `known_on` the
    status is that last known. `by` names the steps that decided, by slug.
    """

    status: Status
    start: Edtf
    end: Edtf
    first: date
    last: date
    certain_first: date | None
    certain_last: date | None
    rule: Rule
    by: tuple[str, ...]
    known_on: Edtf

    def possible(self, on: date) -> bool:
        return self.first <= on <= self.last

    def certain(self, on: date) -> bool:
        return self.certain_first is not None and self.certain_first <= on <= self.certain_last


class Log:
    """The steps of a treaty with its terms and endings, as the rules ask of them."""

    def __init__(self, steps: Iterable[Step], terms: Terms, endings: Iterable[Ending]):
        self.steps = sorted(steps, key=lambda step: (step.when.sort_key, step.slug, step.type))
        self.terms = terms
        self.endings = sorted(endings, key=lambda row: (row.since.sort_key, row.slug))
        self.successors = {step.party for step in self.of("succession") if step.party is not None}

    def of(self, *types: str) -> list[Step]:
        return [step for step in self.steps if step.type in types]

    @property
    def of_two(self) -> bool:
        """Whether it was made by two parties (or one is known): each can end it alone."""
        return len(set(self.terms.parties) - self.successors) <= 2

    def common(self, *types: str) -> list[Step]:
        """Steps of these types that concern the treaty as a whole."""
        return [step for step in self.of(*types) if step.party is None or self.of_two]

    def by_each(self, *types: str) -> list[Step] | None:
        """The first of these steps that each party took, or the one that all took together."""
        together = [step for step in self.of(*types) if step.party is None]
        if together:
            return together[:1]
        first = {}
        for step in self.of(*types):
            first.setdefault(step.party, step)
        originals = set(self.terms.parties) - self.successors
        if len(originals) < 2 or not originals <= set(first):
            return None
        return [first[party] for party in sorted(originals, key=str)]

    def entries(self) -> list[Turn]:
        """Each entry into force that a source states; rival days of one are joined."""
        steps = self.common("entry_into_force") or self.of("entry_into_force")[:1]
        ends = [step.when for step in self.common("termination", "expiry", *LEAVING)]
        turns = []
        for step in steps:
            turn = Turn.on(step.when, Status.IN_FORCE, Rule.ENTRY, step)
            before = turns[-1] if turns else None
            if before and not any(
                certainly_before(before.day, end) and not certainly_before(step.when, end)
                for end in ends
            ):
                turns[-1] = joined(before, turn)
            else:
                turns.append(replace(turn, revives=bool(turns)))
        return turns


def certainly_before(one: Edtf, other: Edtf) -> bool:
    """Whether every day that the one can mean lies before every day of the other."""
    return bool(
        one.latest and other.earliest and one.latest < other.earliest
        and one.is_definite and other.is_definite
    )  # fmt: skip


def joined(one: Turn, other: Turn) -> Turn:
    """A turn on one of two days that sources give for it."""
    if other.day == one.day:
        return replace(one, by=(*one.by, *other.by))
    earliest = min(one.earliest, other.earliest) if one.earliest and other.earliest else None
    latest = max(one.latest, other.latest) if one.latest and other.latest else None
    return replace(
        one,
        day=Edtf.between(earliest, latest),
        earliest=earliest,
        latest=latest,
        by=(*one.by, *other.by),
    )


def either(turns: Iterable[Turn]) -> Turn:
    """One turn on one of the days that sources give for it."""
    return reduce(joined, turns)


def latest_of(steps: list[Step]) -> Edtf:
    """The later day of several: as late as the latest of each bound."""
    days = [step.when for step in steps]
    if len(days) == 1:
        return days[0]
    if not all(days):
        return NEVER
    last = max(days, key=lambda day: (day.latest or date.max, day.earliest or date.min))
    earliest = max(day.earliest or date.min for day in days)
    if last.earliest == earliest or not last.is_definite:
        return last
    return Edtf.between(earliest, last.latest)


def not_before(day: Edtf) -> Edtf:
    """Some day from this one on."""
    return Edtf.between(day.earliest, None)


def initialling(log: Log) -> Iterator[Turn]:
    if steps := log.of("initialling"):
        yield Turn.on(steps[0].date, Status.INITIALLED, Rule.INITIALLING, steps[0])


def signature(log: Log) -> Iterator[Turn]:
    """A treaty of two is signed with the later signature, one of many with the first."""
    if together := [step for step in log.of(*SIGNATURES) if step.party is None]:
        yield either(Turn.on(step.when, Status.SIGNED, Rule.SIGNATURE, step) for step in together)
    elif steps := (log.of_two and log.by_each(*SIGNATURES)) or log.of(*SIGNATURES)[:1]:
        yield Turn.on(latest_of(steps), Status.SIGNED, Rule.SIGNATURE, *steps)


def definitive_signature(log: Log) -> Iterator[Turn]:
    steps = log.by_each("definitive_signature")
    if steps and not log.of("entry_into_force"):
        yield Turn.on(latest_of(steps), Status.IN_FORCE, Rule.DEFINITIVE, *steps)


def provisional_application(log: Log) -> Iterator[Turn]:
    for step in log.common("provisional")[:1]:
        yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)


def entry_into_force(log: Log) -> Iterator[Turn]:
    yield from log.entries()


def completed_procedures(log: Log) -> Iterator[Turn]:
    """What both parties' procedures bring about where no entry into force is stated."""
    if log.of("entry_into_force", "definitive_signature") or not log.of_two:
        return
    days = log.terms.force_days
    if days is not None and (steps := log.by_each(*COMMUNICATED)):
        day = latest_of([replace(step, effective=NEVER) for step in steps])
        yield Turn.on(day.plus(days=days), Status.IN_FORCE, Rule.CLAUSE, *steps)
    elif steps := log.by_each(*COMMUNICATED) or log.by_each(*CONSENT):
        stated = [step for step in steps if step.party is None and step.effective]
        day = stated[0].effective if stated else not_before(latest_of(steps))
        yield Turn.on(day, Status.IN_FORCE, Rule.COMPLETED, *steps)


def in_force_since(log: Log) -> Turn | None:
    """The turn by which the treaty first entered into force, if any is known."""
    rules = (entry_into_force, definitive_signature, completed_procedures)
    return next((turn for rule in rules for turn in rule(log)), None)


def fixed_term(log: Log) -> Iterator[Turn]:
    """The end of a fixed term, without renewal; an extension with an end moves it there."""
    if log.terms.renewal_years is not None:
        return
    start, years = in_force_since(log), log.terms.term_years
    end = start.day.plus(years=years) if start and years is not None else NEVER
    by = start.by if end else ()
    for step in log.common("extension"):
        if end and certainly_before(end, step.when):
            yield replace(Turn.on(end, Status.EXPIRED, Rule.TERM), by=by)
        end = step.until.plus(days=1) if step.until else NEVER
        by = (step.slug,) if step.slug else ()
    if end:
        yield replace(Turn.on(end, Status.EXPIRED, Rule.TERM), by=by)


def term_end(log: Log, day: date) -> date | None:
    """The end of the term that runs on a day, of a treaty that renews itself."""
    terms, start = log.terms, in_force_since(log)
    if not start or not start.earliest or not (terms.term_years or terms.renewal_years):
        return None
    end = start.day.plus(years=terms.term_years or 0)
    while end.earliest and end.earliest <= day and terms.renewal_years:
        end = end.plus(years=terms.renewal_years)
    return end.earliest


def denunciation(log: Log) -> Iterator[Turn]:
    """The end that a denunciation or withdrawal brings, by its own date or the notice period."""
    terms = log.terms
    for step in log.common(*LEAVING):
        rule = Rule.DENUNCIATION
        if step.effective:
            day = step.effective
        elif terms.notice_months is None:
            day = not_before(step.date)
        else:
            day = step.date.plus(months=terms.notice_months)
            if terms.renewal_years is not None and day.earliest:
                # Given later than the notice period before the end of a term, it ends the next.
                ends = [term_end(log, bound - DAY) for bound in (day.earliest, day.latest) if bound]
                if all(ends):
                    day, rule = Edtf.between(ends[0], ends[-1]), Rule.RENEWAL
        yield Turn.on(day, Status.TERMINATED, rule, step)


def termination(log: Log) -> Iterator[Turn]:
    for kind, status in (
        ("termination", Status.TERMINATED),
        ("expiry", Status.EXPIRED),
        ("supersession", Status.SUPERSEDED),
    ):
        turns = [Turn.on(step.when, status, Rule.TERMINATION, step) for step in log.common(kind)]
        if len(turns) > 1 and not log.of("resumption", "extension") and len(log.entries()) < 2:
            turns = [either(turns)]
        yield from turns


def supersession(log: Log) -> Iterator[Turn]:
    for row in log.endings:
        if row.since:
            status = Status.SUPERSEDED if row.type == "supersedes" else Status.TERMINATED
            turn = Turn.on(row.since, status, Rule.SUPERSESSION)
            yield replace(turn, by=(row.slug,) if row.slug else ())


def suspension(log: Log) -> Iterator[Turn]:
    for step in log.common("suspension"):
        yield Turn.on(step.when, Status.SUSPENDED, Rule.SUSPENSION, step)


def resumption(log: Log) -> Iterator[Turn]:
    for step in log.common("resumption", "extension"):
        yield Turn.on(step.when, Status.IN_FORCE, Rule.RESUMPTION, step, revives=True)


def cessation(log: Log) -> Iterator[Turn]:
    """The end of a party to a treaty of two, to which no state has succeeded."""
    if log.of_two and not log.successors:
        for ended in log.terms.parties.values():
            if ended and not ended.is_open:
                yield Turn.on(ended, Status.UNKNOWN, Rule.SUCCESSION)


RULES: tuple[Callable[[Log], Iterator[Turn]], ...] = (
    initialling,
    signature,
    definitive_signature,
    provisional_application,
    entry_into_force,
    completed_procedures,
    fixed_term,
    denunciation,
    termination,
    supersession,
    suspension,
    resumption,
    cessation,
)


def life_course(
    steps: Iterable[Step], terms: Terms | None = None, endings: Iterable[Ending] = ()
) -> list[Period]:
    """The periods of a treaty's life in order; none for one of which no step is known."""
    log = Log(steps, terms or Terms(), endings)
    return periods(_turns(log))


def party_course(
    party: Hashable, steps: Iterable[Step], terms: Terms, endings: Iterable[Ending] = ()
) -> list[Period]:
    """The periods for one party, where they are not those of the treaty as a whole; else none.

    So it is for a party to a treaty of many that acted on its own, for a successor, and for a
    state that has ceased to exist.
    """
    log = Log(steps, terms, endings)
    own = [step for step in log.steps if step.party == party and step.type not in SIGNATURES]
    signed = [step for step in log.of(*SIGNATURES) if step.party == party]
    ended = terms.parties.get(party, NEVER)
    gone = bool(ended) and not ended.is_open and bool(log.successors)
    if log.of_two and party not in log.successors and not gone:
        return []
    others = [step for step in log.of(*CONSENT, "entry_into_force") if step.party is not None]
    if not own and not gone and not (signed and others):
        return []
    common = _turns(log)
    force = next((turn for turn in common if turn.status == Status.IN_FORCE), None)
    turns = [
        turn for turn in common
        if turn.status in ENDED or turn.status == Status.SUSPENDED or turn.revives
    ]  # fmt: skip
    turns += [Turn.on(step.date, Status.SIGNED, Rule.SIGNATURE, step) for step in signed[:1]]
    turns += _bound(log, own, force)
    if not any(step.type in (*CONSENT, "entry_into_force", "succession") for step in own):
        # Nothing is recorded of its consent: it is bound as the treaty is.
        turns += [force] if force and not (signed and others) else []
    for step in own:
        if step.type in LEAVING:
            notice = terms.notice_months
            day = step.effective or (
                not_before(step.date) if notice is None else step.date.plus(months=notice)
            )
            turns.append(Turn.on(day, Status.TERMINATED, Rule.DENUNCIATION, step))
        elif step.type == "termination":
            turns.append(Turn.on(step.when, Status.TERMINATED, Rule.TERMINATION, step))
        elif step.type == "suspension":
            turns.append(Turn.on(step.when, Status.SUSPENDED, Rule.SUSPENSION, step))
        elif step.type == "resumption":
            turns.append(Turn.on(step.when, Status.IN_FORCE, Rule.RESUMPTION, step, revives=True))
    if gone:
        turns.append(Turn.on(ended, Status.TERMINATED, Rule.SUCCESSION))
    return periods(in_order(turns))


def _bound(log: Log, own: list[Step], force: Turn | None) -> Iterator[Turn]:
    """How a party to a treaty of many comes to be bound."""
    stated = [step for step in own if step.type in ("entry_into_force", "succession")]
    for step in stated:
        entry = step.type == "entry_into_force"
        rule = Rule.ENTRY if entry else Rule.SUCCESSION
        again = entry and step is not stated[0]
        yield Turn.on(step.when, Status.IN_FORCE, rule, step, revives=again)
    if stated:
        return
    for step in own:
        if step.type == "provisional":
            yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)
    consent = next((step for step in own if step.type in CONSENT), None)
    if consent and force:
        days = log.terms.force_days
        if consent.effective:
            day = consent.effective
        elif days is not None:
            day = consent.date.plus(days=days)
        elif certainly_before(consent.date, force.day):
            day = force.day
        else:
            day = not_before(consent.date)
        if certainly_before(day, force.day):
            day = force.day
        yield Turn.on(day, Status.IN_FORCE, Rule.ACCESSION, consent)


def _turns(log: Log) -> list[Turn]:
    """The turns of the treaty as a whole, in order, with what sources state of its status."""
    turns = in_order([turn for rule in RULES for turn in rule(log)])
    for step in log.of("status_stated"):
        turns = with_stated(turns, step)
    if not turns and log.steps:
        first = min((step.when for step in log.steps), key=lambda day: day.sort_key)
        turns = [Turn.on(not_before(first), Status.UNKNOWN, Rule.RECORDED)]
    return turns


def in_order(turns: list[Turn]) -> list[Turn]:
    """The turns that can follow each other, in order.

    A step does not come before the one that it presupposes, unless its date is certainly
    earlier: a vague day is cut to what is left.
    """
    turns = sorted(turns, key=lambda turn: (turn.rank, turn.order))
    for place, turn in enumerate(turns):
        floor = max(
            (
                before.earliest
                for before in turns[:place]
                if before.earliest
                and presupposes(turn, before)
                and not (turn.latest and turn.latest < before.earliest)
            ),
            default=None,
        )
        if floor and (turn.earliest is None or turn.earliest < floor):
            turns[place] = replace(turn, earliest=floor)
    kept: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.order):
        if follows(turn, kept[-1] if kept else None):
            kept.append(turn)
    return kept


def presupposes(turn: Turn, before: Turn) -> bool:
    """Whether the turn cannot come about without the one before it."""
    if before.revives or turn is before:
        return False
    if before.status in ENTRY:
        return turn.status not in ENTRY or turn.revives or before.rank < turn.rank
    return turn.revives and before.status == Status.SUSPENDED


def follows(turn: Turn, before: Turn | None) -> bool:
    """Whether a treaty can turn so from the status that it had."""
    if turn.rule == Rule.RESUMPTION:
        return before is not None and before.status in (*ENDED, Status.SUSPENDED, Status.UNKNOWN)
    if before is None:
        return turn.rule != Rule.SUCCESSION or turn.status == Status.IN_FORCE
    if before.status in ENDED:
        return turn.revives
    if before.status == Status.UNKNOWN:
        return turn.status != Status.UNKNOWN
    if before.status == Status.SUSPENDED:
        return turn.revives or turn.status in (*ENDED, Status.UNKNOWN)
    if turn.status in ENTRY:
        return turn.rank > ENTRY.index(before.status)
    return turn.status != before.status


def with_stated(turns: list[Turn], step: Step) -> list[Turn]:
    """The turns with a status that a source states as of a day.

    Where it fits, it bounds the days of the turns around it; where nothing is known, it is a
    turn of its own by that day; where a step says otherwise, it changes nothing.
    """
    on, stated = step.date, Status(step.status)
    if not on.earliest or not on.latest:
        return turns
    possible = [
        place for place, (_turn, earliest, latest) in enumerate(_spans(turns))
        if earliest <= on.latest and on.earliest <= latest
    ]  # fmt: skip
    for place in possible:
        if same(turns[place].status, stated):
            turn = turns[place]
            turns = list(turns)
            latest = min(turn.latest or date.max, on.latest)
            turns[place] = replace(turn, latest=latest, known_on=on)
            if place + 1 < len(turns):
                after = turns[place + 1]
                earliest = max(after.earliest or date.min, on.earliest + DAY)
                turns[place + 1] = replace(after, earliest=earliest)
            return turns
    place = possible[0] if possible else -1
    before = turns[place] if possible else None
    if len(possible) > 1 or not possible and turns and stated not in ENTRY[:1]:
        return turns
    since = before.earliest if before else None
    if before and before.known_on and before.known_on.latest < on.earliest:
        since = before.known_on.latest + DAY
    turn = replace(
        Turn.on(Edtf.between(since, on.latest), stated, Rule.STATED, step),
        known_on=on,
    )
    later = turns[place + 1 :]
    if not follows(turn, before) or later and not follows(later[0], turn):
        return turns
    return [*turns[: place + 1], turn, *later]


def same(derived: Status, stated: Status) -> bool:
    """Whether a source that states the one may mean the other."""
    if stated in (Status.SIGNED, Status.SIGNED_UNKNOWN):
        return derived in (Status.SIGNED, Status.SIGNED_UNKNOWN)
    if stated in ENDED:
        return derived in ENDED
    return derived == stated


def _spans(turns: list[Turn]) -> Iterator[tuple[Turn, date, date]]:
    """Each turn with the first and last day on which its status is possible."""
    for place, turn in enumerate(turns):
        after = turns[place + 1].latest if place + 1 < len(turns) else None
        ends = date.max if place + 1 == len(turns) or after is None else _before(after)
        yield turn, turn.earliest or date.min, ends


def _before(day: date) -> date:
    return day - DAY if day > date.min else day


def periods(turns: list[Turn]) -> list[Period]:
    """The periods between turns, with the days on which each is possible and certain."""
    turns = list(turns)
    for place in range(1, len(turns)):
        floor = turns[place - 1].earliest
        if floor and (turns[place].earliest or date.min) < floor:
            turns[place] = replace(turns[place], earliest=floor)
    for place in reversed(range(len(turns) - 1)):
        roof = turns[place + 1].latest
        if roof and (turns[place].latest or date.max) > roof:
            turns[place] = replace(turns[place], latest=roof)
    lasting = [turn for turn, first, last in _spans(turns) if first <= last]
    # Where a status lasted no day, the one before it may go on.
    turns = [
        turn
        for place, turn in enumerate(lasting)
        if not place or turn.status != lasting[place - 1].status
    ]
    return [
        _period(turn, turns[place + 1] if place + 1 < len(turns) else None, first, last)
        for place, (turn, first, last) in enumerate(_spans(turns))
    ]


def _period(turn: Turn, after: Turn | None, first: date, last: date) -> Period:
    status = Status(turn.status)
    if status == Status.SIGNED and not turn.known_on and not _leads_into_force(after):
        status = Status.SIGNED_UNKNOWN
    certain = None
    if (
        status not in OPEN
        and turn.latest
        and turn.day.is_definite
        and (after is None or after.earliest and after.day.is_definite)
    ):
        certain = turn.latest, _before(after.earliest) if after else date.max
        if certain[0] > certain[1]:
            certain = None
    return Period(
        status=status,
        start=_day(turn),
        end=_day(after) if after else NEVER,
        first=first,
        last=last,
        certain_first=certain and certain[0],
        certain_last=certain and certain[1],
        rule=turn.rule,
        by=turn.by,
        known_on=turn.known_on,
    )


def _leads_into_force(after: Turn | None) -> bool:
    return after is not None and (
        after.status in (Status.PROVISIONAL, Status.IN_FORCE) and after.rule != Rule.STATED
    )


def _day(turn: Turn) -> Edtf:
    """The day of a turn as its source gives it, or as the turns around it have cut it."""
    if (turn.earliest, turn.latest) == (turn.day.earliest, turn.day.latest):
        return turn.day
    return Edtf.between(turn.earliest, turn.latest) if turn.day.is_definite else turn.day


def status_on(course: Iterable[Period], on: date) -> tuple[str, bool, Edtf]:
    """The status on a day, whether it is certain, and the day on which it was last known; that
    of the latest period where several are possible, an empty one before the first."""
    covering = [period for period in course if period.possible(on)]
    if not covering:
        return "", False, NEVER
    period = next((row for row in covering if row.certain(on)), covering[-1])
    return period.status.value, period.certain(on), period.known_on


def in_words(status: str, certain: bool, known_on: Edtf, on: date) -> str:
    """A treaty's status on a day as readers see it, with how sure it is."""
    if not status:
        return str(_("not concluded yet"))
    words = str(Status(status).label)
    if not certain and status not in OPEN:
        words = _("possibly %(status)s") % {"status": words}
    if known_on and known_on.latest and on > known_on.latest:
        words = _("%(status)s, as last known on %(day)s") % {
            "status": words,
            "day": known_on.describe(),
        }
    return str(words)
