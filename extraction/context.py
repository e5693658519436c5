"""A sentence with what was recognized in it, as the rules for suggestions look at it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.date_grammar import between
from core.dates import Precision
from extraction.action_words import NEXT_DAY, NOT_DONE
from extraction.names import CountrySpan, OfficeSpan, PersonSpan
from extraction.recognition import Recognition, within
from extraction.spans import DateSpan, Span
from extraction.texts import Sentence

# How far back a date of an earlier sentence counts, in sentences.
BEFORE = 3
# How many characters farther a date without a day or month counts.
VAGUE = 60
# The most characters between an office and its holder, or its country.
NEAR = 90
_CLAUSE = re.compile(r"[;:]|,(?! ?[0-9])|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with the span that gives it. `inferred` says, in words, how it was found if the
    sentence does not state it."""

    value: object
    span: Span | None = None
    inferred: str = ""


@dataclass(slots=True)
class Participant:
    """A person in a suggested record, with the capacity as the text gives it."""

    person: PersonSpan
    capacity: str = ""


@dataclass(slots=True)
class Suggestion:
    """A record that a sentence states. `values` has the fields of its model, with countries as
    slugs; `start` and `end` are the offsets of the sentence's words that state it."""

    kind: str
    start: int
    end: int
    values: dict[str, Fact]
    people: list[Participant] = field(default_factory=list)
    # Of a treaty: the steps in its life, each a suggestion of the kind "action".
    steps: list["Suggestion"] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What identifies it among the suggestions of its text."""
        return f"{self.kind}-{self.start}-{self.end}"

    def value(self, name: str, default=""):
        fact = self.values.get(name)
        return default if fact is None else fact.value


class Context:
    """A sentence of a text and the sentences before it."""

    def __init__(self, read: Recognition, place: int, pair: tuple[str, ...]):
        self.read, self.place, self.pair = read, place, pair
        self.found: dict[re.Pattern, list[Span]] = {}
        # Whether plans count too: an editor has chosen the words.
        self.chosen = False
        self.sentence: Sentence = read.sentences[place]
        span = self.sentence.start, self.sentence.end
        # "Shanghai" in the name of an organization is no place.
        self.countries: list[CountrySpan] = [
            one
            for one in within(read.countries, *span)
            if not (one.city and any(map(one.is_inside, within(read.organizations, *span))))
        ]
        self.people: list[PersonSpan] = within(read.people, *span)
        self.offices: list[OfficeSpan] = within(read.offices, *span)
        self.organizations = within(read.organizations, *span)
        self.amounts = within(read.amounts, *span)
        self.titles = within(read.titles, *span)
        self.numbers = within(read.numbers, *span)
        self.dates: list[DateSpan] = [
            one for one in within(read.dates, *span) if not _inside(one, self.titles)
        ]

    def find(self, pattern: re.Pattern) -> list[Span]:
        """The places of a pattern in the sentence, outside titles of documents."""
        if pattern not in self.found:
            self.found[pattern] = list(self._find(pattern))
        return self.found[pattern]

    def _find(self, pattern: re.Pattern) -> Iterator[Span]:
        folded = self.read.folded
        first, last = folded.place(self.sentence.start), folded.place(self.sentence.end)
        for match in pattern.finditer(folded.text, first, last):
            span = Span(*folded.span(match))
            if not _inside(span, self.titles):
                yield span

    def first(self, pattern: re.Pattern) -> Span | None:
        return next(iter(self.find(pattern)), None)

    def has(self, pattern: re.Pattern) -> bool:
        return self.first(pattern) is not None

    def clause(self, span: Span) -> Span:
        """The part of the sentence between punctuation in which a span lies."""
        start, end = self.sentence.start, self.sentence.end
        for match in _CLAUSE.finditer(self.read.text, start, end):
            if match.end() <= span.start:
                start = match.end()
            elif match.start() >= span.end:
                end = match.start()
                break
        return Span(start, end)

    def is_done(self, span: Span, whole: bool = False) -> bool:
        """Whether the sentence states it as having happened: its clause, or the `whole` sentence,
        names no plan, wish, invitation or denial."""
        clause = self.sentence if whole else self.clause(span)
        return self.chosen or not any(
            clause.start <= one.start < clause.end
            for one in self.find(NOT_DONE)
            # The month.
            if self.read.text[one.start : one.end] != "May"
        )

    def date(self, span: Span, years: bool = False) -> dict[str, Fact]:
        """The date and end of what a span names: the nearest of the sentence, or the last of the
        sentences before, also a whole year if asked."""
        dates = [one for one in self.dates if not self._is_limit(one)]
        if dates:
            clause = self.clause(span)
            dates = [one for one in dates if one.is_inside(clause)] or dates
            one = min(dates, key=lambda each: (_apart(each, span), each.start))
            return _dated(one, one.inferred)
        for before in range(self.place - 1, max(-1, self.place - 1 - BEFORE), -1):
            sentence = self.read.sentences[before]
            days = [
                one
                for one in within(self.read.dates, sentence.start, sentence.end)
                if years or one.date.precision in (Precision.DAY, Precision.MONTH)
            ]
            if days:
                found = _dated(days[-1], _("Taken from an earlier sentence."))
                return self._next_day(found) if self.has(NEXT_DAY) else found
        return {}

    def _next_day(self, dated: dict[str, Fact]) -> dict[str, Fact]:
        """The day after the last day of an earlier sentence; nothing if that is not a day."""
        last = dated.get("until", dated["date"])
        day = last.value.plus(days=1) if last.value.precision == Precision.DAY else None
        words = _("The day after the date in an earlier sentence.")
        return {"date": Fact(day, None, words)} if day else {}

    def _is_limit(self, date: DateSpan) -> bool:
        """Whether a date is only the end of what the sentence names: "until 2026"."""
        before = self.read.text[self.sentence.start : date.start].rstrip().lower()
        after = self.read.text[date.end : date.end + 8].lower()
        is_limit = before.endswith(("until", "till", " до", " by"))
        return not date.until and (is_limit or " qədər" in after or "дейін" in after)

    def office_of(self, person: PersonSpan) -> OfficeSpan | None:
        """The office beside a person's name."""
        before = [
            one
            for one in self.offices
            if one.end <= person.start
            and person.start - one.end <= NEAR
            and not any(one.end <= other.start < person.start for other in self.people)
            and not re.search(r"[;:()]", self.read.text[one.end : person.start])
            and len(self.read.text[one.end : person.start].split()) <= 9
        ]
        if before:
            return before[-1]
        after = self.read.text[person.end : person.end + 3]
        return next(
            (
                one
                for one in self.offices
                if after.startswith(",") and 0 <= one.start - person.end <= 25
            ),
            None,
        )

    def country_of(self, office: OfficeSpan) -> CountrySpan | None:
        """The country beside an office: "President of Kazakhstan", "Qazaxıstan Prezidenti"."""
        text, near = self.read.text, []
        for one in self.countries:
            first, last = sorted((one, office), key=lambda span: span.start)
            gap = text[first.end : last.start]
            if len(gap) > 70 or re.search(r"[,;:()]", gap) and one.start > office.start:
                continue
            if any(first.end <= other.start < last.start for other in self.people):
                continue
            if any(first.end <= other.start < last.start for other in self.offices):
                continue
            near.append((len(gap), one))
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def nationality(self, person: PersonSpan) -> str:
        """The slug of a person's country; empty if unknown."""
        if person.row and person.row.country:
            return person.row.country
        office = self.office_of(person)
        country = self.country_of(office) if office else None
        return country.country if country else ""

    def capacity(self, person: PersonSpan) -> str:
        """The words for a person's office, as the text has them."""
        office = self.office_of(person)
        if office is None:
            return ""
        if office.start > person.end:
            end = re.search(r"[,;.]|$", self.read.text[office.end : self.sentence.end]).start()
            return self.read.text[office.start : office.end + min(end, 60)]
        start = office.start
        country = self.country_of(office)
        if country and country.end <= office.start and office.start - country.end <= 40:
            start = country.start
        return self.read.text[start : person.start].strip(" ,\n")

    def pair_of(self) -> Fact | None:
        """The two countries of the sentence, or of the text, as a sorted pair of slugs."""
        of_people = filter(None, map(self.nationality, self.people))
        named = {one.country for one in self.countries} | set(of_people)
        if len(named) == 2:
            return Fact(tuple(sorted(named)))
        if len(self.pair) == 2 and named > set(self.pair):
            return Fact(self.pair)
        if len(self.pair) == 2 and named <= set(self.pair):
            return Fact(self.pair, inferred=_("The two countries that the text is about."))
        return None

    def city(self, span: Span) -> CountrySpan | None:
        """The city nearest to a span."""
        cities = [one for one in self.countries if one.city]
        return min(cities, key=lambda one: distance(one, span), default=None)

    def quote(self, *spans: Span | None) -> Span:
        """The words of the sentence from the first to the last of these spans."""
        given = [span for span in spans if span is not None]
        start, end = min(one.start for one in given), max(one.end for one in given)
        return Span(max(start, self.sentence.start), min(end, self.sentence.end))


def distance(one: Span, other: Span) -> int:
    """The number of characters between two spans."""
    return max(one.start - other.end, other.start - one.end, 0)


def _apart(date: DateSpan, span: Span) -> int:
    """How far a date stands from a span; a whole year counts as standing farther away."""
    vague = date.date.precision not in (Precision.DAY, Precision.MONTH) and not date.until
    return distance(date, span) + VAGUE * vague


def _inside(span: Span, others: list) -> bool:
    return any(map(span.is_inside, others))


def _dated(one: DateSpan, inferred: str) -> dict[str, Fact]:
    found = {"date": Fact(one.date, one, inferred)}
    if one.until:
        found["until"] = Fact(one.until, one, inferred)
    return found


def day_of(found: dict[str, Fact]) -> dict[str, Fact]:
    """The date of what happens on one day: some day of the period, if the text gives one."""
    if "until" not in found:
        return found
    date, until = found["date"], found["until"]
    if until.value.is_open:
        return {"date": date}
    return {"date": Fact(between(date.value, until.value), date.span, date.inferred)}
