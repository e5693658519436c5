"""The values of a life course: statuses, names of rules, steps, turns and periods."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf

DAY = timedelta(days=1)
NEVER = Edtf.parse("")


class Status(TextChoices):
    """The status of a treaty on a day. Before its first known step, a treaty has no status."""

    IN_NEGOTIATION = "in_negotiation", _("in negotiation")
    INITIALLED = "initialled", _("initialled")
    SIGNED = "signed", _("signed, not in force")
    SIGNED_UNKNOWN = "signed_unknown", _("signed, entry into force unknown")
    PROVISIONAL = "provisional", _("provisionally applied")
    IN_FORCE = "in_force", _("in force")
    SUSPENDED = "suspended", _("suspended")
    SUPERSEDED = "superseded", _("superseded")
    TERMINATED = "terminated", _("terminated")
    EXPIRED = "expired", _("expired")
    UNKNOWN = "unknown", _("unknown")
    NOT_PARTY = "not_party", _("not a party")


# The stages up to entry into force, in order; a treaty never returns to an earlier one.
ENTRY = (
    Status.IN_NEGOTIATION,
    Status.INITIALLED,
    Status.SIGNED,
    Status.PROVISIONAL,
    Status.IN_FORCE,
)
# In these, a treaty binds its parties.
BOUND = (Status.PROVISIONAL, Status.IN_FORCE)
ENDED = (Status.SUPERSEDED, Status.TERMINATED, Status.EXPIRED)
# In these, a treaty no longer binds a party.
GONE = (*ENDED, Status.NOT_PARTY)
# Statuses that a source can state; that a state is no party to it says nothing about a treaty.
STATED = tuple(status for status in Status if status != Status.NOT_PARTY)
# Statuses that only say what is unknown.
OPEN = (Status.SIGNED_UNKNOWN, Status.UNKNOWN)
# Marks a status that is possible but not certain in URLs; in EDTF it means "about".
POSSIBLY = "~"
# Stands there for no status.
NOT_YET = "none"
# The order on one day: the stages up to entry into force, resumption, suspension, end.
RANKS = {status: rank for rank, status in enumerate([*ENTRY, Status.SUSPENDED, Status.UNKNOWN])}

CONSENT = (
    "ratification", "acceptance", "approval", "accession", "notification", "exchange", "deposit",
)  # fmt: skip
# Consent that reaches the other party; a domestic law alone does not.
COMMUNICATED = ("notification", "exchange", "deposit", "accession")
# Steps that bind a party from their day, without regard to the treaty's own entry into force.
BINDING = ("entry_into_force", "succession")
SIGNATURES = ("signature", "definitive_signature", "signature_ad_referendum")
LEAVING = ("denunciation", "withdrawal")
# The steps that can be revoked: notices, signatures, consent, reservations and declarations.
REVOCABLE = (*LEAVING, *SIGNATURES, *CONSENT, "reservation", "declaration")


class Rule(TextChoices):
    """The rules that change a treaty's status, each in one sentence."""

    INITIALLING = "initialling", _("A treaty is initialled from the day of its initialling.")
    SIGNATURE = "signature", _("A treaty is signed when all its signatories have signed.")
    DEFINITIVE = "definitive", _("A definitive signature by all brings a treaty into force.")
    PROVISIONAL = "provisional", _("A treaty is applied provisionally from the day agreed.")
    ENTRY = (
        "entry",
        _(
            "A treaty is in force from the day on which, according to a source, it entered into "
            "force."
        ),
    )
    COMPLETED = (
        "completed",
        _(
            "Once both parties have completed their procedures, a bilateral treaty may be in "
            "force; without its clause on entry into force, the day is unknown."
        ),
    )
    CLAUSE = (
        "clause",
        _(
            "A clause of the treaty brings it into force a set number of days after the later "
            "notification."
        ),
    )
    TERM = "term", _("A treaty for a fixed term expires at its end, unless it is extended.")
    RENEWAL = (
        "renewal",
        _("A treaty that renews itself stays in force until a party denounces it in time."),
    )
    DENUNCIATION = (
        "denunciation",
        _(
            "A denunciation or withdrawal ends the treaty for its party, or a bilateral treaty "
            "as a whole, when its notice period has run out."
        ),
    )
    REVOCATION = (
        "revocation",
        _("From the day of its revocation, a step counts as if it had never been taken."),
    )
    PARTIES = (
        "parties",
        _(
            "A treaty that binds fewer than two parties is not in force: it is suspended or ended "
            "if they suspended or left it, and its status is unknown otherwise."
        ),
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
        _(
            "A multilateral treaty binds a party from its own consent, but not before the treaty "
            "is in force."
        ),
    )
    SUCCESSION = (
        "succession",
        _(
            "A former state is not a party, and a successor state becomes one only by its own "
            "succession; without a succession, the status of a bilateral treaty is unknown."
        ),
    )
    STATED = (
        "stated",
        _("A status that a source states applies on its date, unless a step says otherwise."),
    )
    RECORDED = "recorded", _("Nothing more is known about a treaty without a dated step.")


@dataclass(frozen=True, slots=True)
class Step:
    """An action as input of the life course; `party` is None if all parties took it.

    `revokes` is the slug of the step that a revocation revokes.
    """

    type: str
    date: Edtf
    effective: Edtf = NEVER
    until: Edtf = NEVER
    party: Hashable | None = None
    status: str = ""
    slug: str = ""
    revokes: str = ""

    @property
    def when(self) -> Edtf:
        """The day on which it takes effect: as stated, or else the day on which it was taken."""
        return self.effective or self.date


@dataclass(frozen=True, slots=True)
class Ending:
    """A later treaty that supersedes or terminates this one when it enters into force.

    `parties` are the parties to both treaties, if known. Unless these are all, the earlier treaty
    stays in force: with each party to it alone, and is only superseded between those to both.
    """

    type: str
    since: Edtf
    slug: str = ""
    parties: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """A treaty's terms (duration, renewal, notice) and its parties.

    `parties` maps each party to the day on which it ceased to exist; the date is empty or open
    for a party that still exists. A depositary, guarantor, witness or observer is not among them.
    `began` has the day on which a party came into being, if known.

    A term or notice of N years or months ends on the same day N years or months later, which no
    longer belongs to it, unless `last_day_counts`.
    """

    parties: Mapping[Hashable, Edtf] = field(default_factory=dict)
    began: Mapping[Hashable, Edtf] = field(default_factory=dict)
    force_days: int | None = None
    term_years: int | None = None
    renewal_years: int | None = None
    notice_months: int | None = None
    last_day_counts: bool = False

    def after(self, day: Edtf, *, years: int = 0, months: int = 0) -> Edtf:
        """The first day after a term or notice that began on `day`."""
        return day.plus(years=years, months=months, days=int(self.last_day_counts))


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of status on a day; `revives` if it restores an ended or suspended treaty."""

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
        # A party that leaves and joins again on one day is bound from that day.
        again = self.revives and self.rule in (Rule.ENTRY, Rule.ACCESSION)
        rank = len(RANKS) + 1 if again or self.rule == Rule.PARTIES else self.rank
        return (self.earliest or date.min, rank, self.latest or date.max)


class Days:
    """The days of a period, from its `first`, `last`, `certain_first` and `certain_last`."""

    __slots__ = ()

    def possible(self, on: date) -> bool:
        return self.first <= on <= self.last

    def certain(self, on: date) -> bool:
        return self.certain_first is not None and self.certain_first <= on <= self.certain_last


@dataclass(frozen=True, slots=True)
class Period(Days):
    """A period in which a treaty has one status.

    The status is possible from `first` to `last`, and certain from `certain_first` to
    `certain_last` (None: on no day). `start` and `end` are as precise as their sources; `end` is
    the day on which the next status begins. After `known_on`, the status is only the last known
    one. `by` holds the slugs of the steps or later treaties that decided it.
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


def day_before(day: date) -> date:
    """The day before, or the first day of the calendar itself."""
    return day - DAY if day > date.min else day


def day_after(day: date) -> date:
    """The day after, or the last day of the calendar itself."""
    return day + DAY if day < date.max else day


def joined(one: Turn, other: Turn) -> Turn:
    """One turn that covers both days that sources give for it."""
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
    """One turn that covers all days that sources give for it."""
    return reduce(joined, turns)


def latest_of(steps: list[Step]) -> Edtf:
    """The latest of the steps' days, by the latest of each bound; empty if one is unknown."""
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
    """An unknown day that is not before this one."""
    return Edtf.between(day.earliest, None)


def same(derived: Status, stated: Status) -> bool:
    """Whether the stated status can mean the derived one."""
    if stated in (Status.SIGNED, Status.SIGNED_UNKNOWN):
        return derived in (Status.SIGNED, Status.SIGNED_UNKNOWN)
    if stated in ENDED:
        return derived in ENDED
    return derived == stated


def status_on(course: Iterable[Days], on: date) -> tuple[str, bool, Edtf]:
    """The status on a day, whether it is certain, and the day on which it was last known. Of
    several possible periods, the certain one counts, or else the latest; before the first, the
    status is empty."""
    covering = [period for period in course if period.possible(on)]
    if not covering:
        return "", False, NEVER
    period = next((row for row in covering if row.certain(on)), covering[-1])
    return Status(period.status).value, period.certain(on), period.known_on


def standing(status: str, certain: bool) -> str:
    """A status as it is written in URLs."""
    if not status:
        return NOT_YET
    return status if certain or status in OPEN else f"{status}{POSSIBLY}"


def in_words(status: str, certain: bool, known_on: Edtf, on: date, of_party=False) -> str:
    """A treaty's status on a day as readers see it, including how certain it is.

    With `of_party`, it is the status for one party or between two.
    """
    if not status:
        return str(_("not bound yet") if of_party else _("not concluded yet"))
    words = str(Status(status).label)
    if not certain and status not in OPEN:
        words = _("possibly %(status)s") % {"status": words}
    if known_on and known_on.latest and on > known_on.latest:
        words = _("%(status)s, as last known on %(day)s") % {
            "status": words,
            "day": known_on.describe(),
        }
    return str(words)
