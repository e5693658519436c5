"""The rules that change a treaty's status: functions of all that is known about it."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from datetime import date
from operator import attrgetter

from core.dates import Edtf
from treaties.life.values import (
    BINDING,
    COMMUNICATED,
    CONSENT,
    DAY,
    LEAVING,
    NEVER,
    SIGNATURES,
    Ending,
    Rule,
    Status,
    Step,
    Terms,
    Turn,
    either,
    joined,
    latest_of,
    not_before,
)


def grouped(steps: Iterable[Step], key: Callable[[Step], Hashable]) -> dict[Hashable, list[Step]]:
    """The steps by a key, in order."""
    groups = {}
    for step in steps:
        groups.setdefault(key(step), []).append(step)
    return groups


class Log:
    """A treaty's steps, terms and endings, with the lookups that the rules need.

    With a `party`, it is seen as it concerns this party: its own steps and those of all parties.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        terms: Terms,
        endings: Iterable[Ending],
        party: Hashable | None = None,
    ):
        self.steps = sorted(steps, key=lambda step: (step.when.sort_key, step.slug, step.type))
        self.terms = terms
        self.endings = sorted(endings, key=lambda row: (row.since.sort_key, row.slug))
        self.party = party
        self._by_type = grouped(self.steps, attrgetter("type"))
        self._by_party = grouped(self.steps, attrgetter("party"))
        self.successors = {step.party for step in self.of("succession") if step.party is not None}
        self.originals = set(self.terms.parties) - self.successors
        # Whether at most two original parties are known: each can end the treaty alone.
        self.of_two = len(self.originals) <= 2

    def seen_by(self, party: Hashable | None) -> "Log":
        """The same as it concerns one party, or the treaty as a whole (None)."""
        log = copy(self)
        log.party = party
        return log

    def of(self, *types: str) -> list[Step]:
        taken = [kind for kind in types if kind in self._by_type]
        if len(taken) < 2:
            return [step for kind in taken for step in self._by_type[kind]]
        return [step for step in self.steps if step.type in types]

    def own(self, *types: str) -> list[Step]:
        """Steps of these types by the party itself."""
        return [step for step in self._by_party.get(self.party, ()) if step.type in types]

    def common(self, *types: str) -> list[Step]:
        """Steps of these types that concern the treaty as a whole, or the party."""
        return [step for step in self.of(*types) if self.concerns(step)]

    def concerns(self, step: Step) -> bool:
        """Whether a step concerns the treaty as a whole, or the party.

        Each original party to a treaty of two concerns it as a whole, and so does a sole successor.
        One of several successors concerns only itself.
        """
        whole = self.of_two and (self.party is None or self.party in self.successors)
        others = self.successors if len(self.successors) > 1 else ()
        return step.party in (None, self.party) or whole and step.party not in others

    def extensions(self) -> list[Step]:
        """The extensions; one by any party keeps the treaty as a whole in force."""
        return self.of("extension") if self.party is None else self.common("extension")

    def by_each(self, *types: str) -> list[Step] | None:
        """The first of these steps by each party, or the joint one; None if a party has none."""
        together = [step for step in self.of(*types) if step.party is None]
        if together:
            return together[:1]
        first = {}
        for step in self.of(*types):
            first.setdefault(step.party, step)
        if len(self.originals) < 2 or not self.originals <= set(first):
            return None
        return [first[party] for party in sorted(self.originals, key=str)]

    def entries(self) -> list[Turn]:
        """Each entry into force that a source states; rival days for one entry are merged."""
        steps = self.common("entry_into_force") or self.of("entry_into_force")[:1]
        ends = [step.when for step in self.common("termination", "expiry", *LEAVING)]
        turns = []
        for step in steps:
            turn = Turn.on(step.when, Status.IN_FORCE, Rule.ENTRY, step)
            before = turns[-1] if turns else None
            if before and not any(
                before.day.certainly_before(end) and not step.when.certainly_before(end)
                for end in ends
            ):
                turns[-1] = joined(before, turn)
            else:
                turns.append(replace(turn, revives=bool(turns)))
        return turns

    def left(self) -> list[tuple[Edtf, Edtf]]:
        """The days on which the party gave notice, and from which it was no longer bound."""
        days = [(step.date, notice_end(step, self.terms)) for step in self.own(*LEAVING)]
        ends = self.own("termination", "expiry", "supersession")
        days += [(step.when, step.when) for step in ends]
        return sorted(
            ((told or end, end) for told, end in days if (told or end).earliest),
            key=lambda pair: pair[0].earliest,
        )

    def memberships(self) -> list[tuple[Edtf, list[Step]]]:
        """The steps by which the party became bound, first and again after each time it left or
        its term ended, each with the day from which it was not bound before (empty for the
        first)."""
        steps = [
            (step.when if step.type in BINDING else step.date or step.when, step)
            for step in self.own("definitive_signature", *CONSENT, *BINDING)
        ]
        left = self.left()
        if not self.of_two or self.party in self.successors:
            ends = [turn.day for turn in (*fixed_term(self), *termination(self)) if turn.earliest]
            left += [
                (end, end) for end in ends if any(day.certainly_before(end) for day, _ in steps)
            ]
            left = sorted(set(left), key=lambda pair: pair[0].earliest)
        found = [(end, []) for end in (NEVER, *(end for _told, end in left))]
        for day, step in steps:
            first = day.earliest or day.latest
            place = sum(told.earliest <= first for told, _end in left) if first else 0
            found[place][1].append(step)
        return found


def initialling(log: Log) -> Iterator[Turn]:
    if steps := log.of("initialling"):
        yield Turn.on(steps[0].date, Status.INITIALLED, Rule.INITIALLING, steps[0])


def signature(log: Log) -> Iterator[Turn]:
    """A bilateral treaty is signed with the later signature, a multilateral one with the first."""
    if together := [step for step in log.of(*SIGNATURES) if step.party is None]:
        yield either(Turn.on(step.when, Status.SIGNED, Rule.SIGNATURE, step) for step in together)
    elif steps := (log.of_two and log.by_each(*SIGNATURES)) or log.of(*SIGNATURES)[:1]:
        yield Turn.on(latest_of(steps), Status.SIGNED, Rule.SIGNATURE, *steps)


def definitive_signature(log: Log) -> Iterator[Turn]:
    steps = log.by_each("definitive_signature")
    if steps and not log.of("entry_into_force"):
        yield Turn.on(latest_of(steps), Status.IN_FORCE, Rule.DEFINITIVE, *steps)


def provisional_application(log: Log) -> Iterator[Turn]:
    """By all from the day agreed; by single parties once a second one joins the first."""
    steps = log.common("provisional")[:1]
    if not steps:
        of_each = {step.party: step for step in reversed(log.of("provisional"))}
        steps = [step for step in log.of("provisional") if step in of_each.values()][1:2]
    for step in steps:
        yield Turn.on(step.when, Status.PROVISIONAL, Rule.PROVISIONAL, step)


def entry_into_force(log: Log) -> Iterator[Turn]:
    yield from log.entries()


def completed_procedures(log: Log) -> Iterator[Turn]:
    """Entry into force through both parties' procedures, if no entry into force is stated."""
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
    """The turn by which the treaty as a whole first entered into force, if any is known."""
    whole = log.seen_by(None)
    rules = (entry_into_force, definitive_signature, completed_procedures)
    return next((turn for rule in rules for turn in rule(whole)), None)


def fixed_term(log: Log) -> Iterator[Turn]:
    """The end of a fixed term without renewal; each extension replaces it with its own, if any.

    Parties that extended a treaty to different days keep it in force until the last of these.
    """
    if log.terms.renewal_years is not None:
        return
    start, years = in_force_since(log), log.terms.term_years
    end = log.terms.after(start.day, years=years) if start and years is not None else NEVER
    by = start.by if end else ()
    alone, of_many = False, log.party is None and not log.of_two
    for step in log.extensions():
        if end and end.certainly_before(step.when):
            yield replace(Turn.on(end, Status.EXPIRED, Rule.TERM), by=by)
            alone = False
        until = step.until.plus(days=1) if step.until else NEVER
        shorter = step.party is not None and until and not end.certainly_before(until)
        if shorter and (alone or of_many):
            continue
        end, alone = until, step.party is not None
        by = (step.slug,) if step.slug else ()
    if end:
        yield replace(Turn.on(end, Status.EXPIRED, Rule.TERM), by=by)


def term_end(log: Log, day: date) -> date | None:
    """The first possible end of the current term on a day; None if unknown."""
    return end_of_term(log, day).earliest


def end_of_term(log: Log, day: date) -> Edtf:
    """The end of the current term on a day, for a treaty that renews itself, as precisely as its
    entry into force is known; NEVER if unknown."""
    return renewed(end_of_first_term(log), log.terms.renewal_years, day)


def end_of_first_term(log: Log) -> Edtf:
    """The end of the first term of a treaty that renews itself; NEVER if unknown."""
    terms, start = log.terms, in_force_since(log)
    if not start or not start.earliest or not (terms.term_years or terms.renewal_years):
        return NEVER
    return terms.after(start.day, years=terms.term_years or 0)


def renewed(end: Edtf, years: int | None, day: date) -> Edtf:
    """The end of the current term on a day, from that of the first and the years of a renewal."""
    if not end.earliest or end.earliest > day or not years:
        return end
    terms = (day.year - end.earliest.year) // years
    last = end.plus(years=terms * years)
    return last if last.earliest and last.earliest > day else end.plus(years=(terms + 1) * years)


def notice_end(step: Step, terms: Terms) -> Edtf:
    """When a denunciation or withdrawal takes effect: as stated, at the end of the notice period,
    or, if no notice period is recorded, on an unknown day from its own date on."""
    if step.effective:
        return step.effective
    if terms.notice_months is None:
        return not_before(step.date)
    return terms.after(step.date, months=terms.notice_months)


def denunciation(log: Log) -> Iterator[Turn]:
    """The end by denunciation or withdrawal, on its stated day or after the notice period."""
    terms = log.terms
    for step in log.common(*LEAVING):
        day, rule = notice_end(step, terms), Rule.DENUNCIATION
        counted = not step.effective and terms.notice_months is not None
        if counted and terms.renewal_years is not None and day.earliest:
            # It takes effect at the end of the term in which the notice period ends.
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
        steps = log.common(kind)
        if kind == "expiry":
            steps = [step for step in steps if not closed_later(log, step)]
        turns = [Turn.on(step.when, status, Rule.TERMINATION, step) for step in steps]
        if len(turns) > 1 and not log.of("resumption", "extension") and len(log.entries()) < 2:
            turns = [either(turns)]
        yield from turns


def closed_later(log: Log, expiry: Step) -> bool:
    """Whether an extension agreed after the expiry has effect from before it or from its day."""
    return any(
        step.effective
        and not step.date.certainly_before(expiry.when)
        and not expiry.when.certainly_before(step.effective)
        for step in log.extensions()
    )


def supersession(log: Log) -> Iterator[Turn]:
    """The end by a later treaty, unless others than its parties are left on that day."""
    for row in log.endings:
        others = row.parties and any(
            not has_gone(log, party, row.since) for party in set(log.terms.parties) - row.parties
        )
        if row.since and (log.of_two or not others):
            status = Status.SUPERSEDED if row.type == "supersedes" else Status.TERMINATED
            turn = Turn.on(row.since, status, Rule.SUPERSESSION)
            yield replace(turn, by=(row.slug,) if row.slug else ())


def suspension(log: Log) -> Iterator[Turn]:
    for step in log.common("suspension"):
        yield Turn.on(step.when, Status.SUSPENDED, Rule.SUSPENSION, step)


def resumption(log: Log) -> Iterator[Turn]:
    """The resumption by all, or by the last of the parties that suspended a treaty of two, also at
    the end of a suspension until a day; and an extension, which brings a suspended treaty back as
    suspended."""
    extensions, suspended = log.extensions(), set()
    ends = list(ends_of_suspensions(log))
    steps = [*log.of("suspension", "resumption", "extension"), *ends]
    for step in sorted(steps, key=lambda step: step.when.sort_key):
        if step.type == "extension":
            status = Status.SUSPENDED if suspended else Status.IN_FORCE
            if step in extensions:
                yield Turn.on(step.when, status, Rule.RESUMPTION, step, revives=True)
        elif not log.concerns(step):
            continue
        elif step.type == "suspension":
            suspended.add(step.party)
        else:
            lifted = {step.party} if step.party in suspended - {None} else suspended
            suspended = suspended - lifted - {None}
            if not suspended:
                rule = Rule.SUSPENSION if step in ends else Rule.RESUMPTION
                yield Turn.on(step.when, Status.IN_FORCE, rule, step, revives=True)


def ends_of_suspensions(log: Log) -> Iterator[Step]:
    """A resumption after the last day of each suspension, unless another one prolongs it."""
    suspensions = log.of("suspension")
    for step in suspensions:
        others = [other for other in suspensions if other.party == step.party and other != step]
        if step.until and not step.until.is_open:
            end = step.until.plus(days=1)
            prolonged = any(
                step.when.certainly_before(other.when) and other.when.certainly_before(end)
                for other in others
            )
            if not prolonged:
                yield replace(step, type="resumption", date=end, effective=NEVER, until=NEVER)


def ceased(log: Log, party: Hashable) -> Edtf:
    """The first day on which a party no longer existed: that after its last; empty if it exists."""
    ended = log.terms.parties.get(party, NEVER)
    return ended.plus(days=1) if ended and not ended.is_open else NEVER


def cessation(log: Log) -> Iterator[Turn]:
    """The end of a party to a bilateral treaty, until a state succeeds to the treaty, if any."""
    if not log.of_two:
        return
    succession = next((step for step in log.of("succession") if step.party is not None), None)
    for party in log.originals:
        gone = ceased(log, party)
        if gone and (succession is None or gone.certainly_before(succession.when)):
            yield Turn.on(gone, Status.UNKNOWN, Rule.SUCCESSION)
            if succession:
                # It does not revive a treaty that the other party ended before.
                yield Turn.on(succession.when, Status.IN_FORCE, Rule.SUCCESSION, succession)


def rejoining(log: Log) -> Iterator[Turn]:
    """The return of a party to a treaty of two that it had left, by a new consent, if the other has
    not left it as well."""
    if not log.of_two or log.party is not None:
        return
    memberships = {party: log.seen_by(party).memberships() for party in log.terms.parties}
    for party, found in memberships.items():
        for end, steps in found[1:]:
            if steps and not any(step.type in BINDING for step in steps):
                day = steps[0].effective or not_before(steps[0].date)
                turn = Turn.on(day, Status.IN_FORCE, Rule.ACCESSION, steps[0], revives=True)
                others = [rows for other, rows in memberships.items() if other != party]
                if not any(has_left(rows, steps[0].when) for rows in others):
                    yield no_earlier(turn, end)


def has_left(memberships: list[tuple[Edtf, list[Step]]], on: Edtf) -> bool:
    """Whether a party with these memberships had left before, and had not joined again."""
    ended = [steps for end, steps in memberships[1:] if not on.certainly_before(end)]
    return bool(ended) and not any(not on.certainly_before(step.when) for step in ended[-1])


def has_gone(log: Log, party: Hashable, on: Edtf) -> bool:
    """Whether a party had certainly left the treaty before a day, or no longer existed."""
    end = ceased(log, party)
    existed = not end or on.certainly_before(end)
    return not existed or has_left(log.seen_by(party).memberships(), on)


def no_earlier(turn: Turn, day: Edtf) -> Turn:
    """The turn, on this day if it would be before it."""
    early = turn.latest and day.earliest and turn.latest < day.earliest
    return replace(turn, day=day, earliest=day.earliest, latest=day.latest) if early else turn


# The rules for a treaty as a whole, and those that also apply to each of its parties.
OF_PARTIES: tuple[Callable[[Log], Iterator[Turn]], ...] = (
    fixed_term,
    denunciation,
    termination,
    supersession,
    suspension,
    resumption,
)
RULES = (
    initialling,
    signature,
    definitive_signature,
    provisional_application,
    entry_into_force,
    completed_procedures,
    *OF_PARTIES,
    cessation,
    rejoining,
)
