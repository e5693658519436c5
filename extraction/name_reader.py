"""Finds the names in a text."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from core.folding import fold
from extraction.country_words import country_words
from extraction.names import (
    CountrySpan,
    Mention,
    Named,
    NameKind,
    Names,
    OfficeSpan,
    OrganizationSpan,
    PersonSpan,
    Word,
    orders,
    phrases,
    runs,
)
from extraction.office_words import OFFICES, ORGANIZATION_HEADS, SURNAME
from extraction.texts import Folded
from search.words import key
from search.words import keys as keys_of

# Names of three letters, and codes that texts use as names: other codes are common words.
SHORT = frozenset(["Çin", "Чад"])
CODES = frozenset(["US", "UK", "USA", "UAE", "USSR", "PRC"])
# Names that are also common words at the start of a sentence: Togo, "того".
_ALSO_WORDS = frozenset(["togo", "mali", "chad", "oman", "jordan"])
# Words that belong to the official name of a country beside its short name.
_OFFICIAL = frozenset(
    map(key, ["Республика", "Respublikası", "Республикасы", "Федерация", "Federasiyası"])
)


def _initial(text: str, words: list[Word], place: int) -> str:
    """The letter before a word that is the initial of a name; empty if there is none."""
    if place == 0 or not words[place - 1].joined:
        return ""
    before = words[place - 1]
    is_initial = before.end - before.start == 1 and text[before.end : before.end + 1] == "."
    return text[before.start] if is_initial and before.capital else ""


@cache
def _by_key() -> dict[str, tuple[str, Mention]]:
    """Nationalities, capitals and cities by the keys of their words."""
    found = {}
    for one in country_words():
        found.setdefault(" ".join(keys_of(one.word)), (one.slug, one.kind))
    return found


class NameReader:
    """Finds names in a text, given the names that the database has for its phrases."""

    def __init__(self, text: str, folded: Folded, words: list[Word], names: Names):
        self.text, self.folded, self.words, self.names = text, folded, words, names
        # The indexes of words that are read as names; a country may lie inside an organization.
        self.taken: set[int] = set()
        self.in_people: set[int] = set()
        # The people found by their full names, by the keys of the words of these.
        self.known_people: dict[str, set[Named]] = defaultdict(set)

    def read(self) -> tuple[list[CountrySpan], list[PersonSpan], list[OrganizationSpan]]:
        """The countries, people and organizations of the text, each in its order."""
        organizations = list(self._organizations())
        people = list(self._people())
        offices = self.offices()
        people += self._by_surname(offices)
        organizations += self._unknown_organizations()
        countries = list(self._countries())
        people += self._unknown_people(offices)
        return (
            countries,
            sorted(people, key=lambda one: one.start),
            sorted(organizations, key=lambda one: one.start),
        )

    def offices(self) -> list[OfficeSpan]:
        """The offices that the text names."""
        return [
            OfficeSpan(*self.folded.span(match), match.lastgroup)
            for match in OFFICES.finditer(self.folded.text)
        ]

    def _free(self, start: int, end: int) -> bool:
        return self.taken.isdisjoint(range(start, end))

    def _take(self, start: int, end: int) -> tuple[int, int]:
        """Mark words as read; return the offsets of their characters."""
        self.taken.update(range(start, end))
        return self.words[start].start, self.words[end - 1].end

    def _written(self, start: int, end: int) -> str:
        return " ".join(self.text[self.words[start].start : self.words[end - 1].end].split())

    def _named(self, keys: str, kind: NameKind) -> list[Named]:
        return [row for row in self.names.get(keys, ()) if row.kind == kind]

    def _organizations(self) -> Iterator[OrganizationSpan]:
        for start, word in enumerate(self.words):
            if not word.capital or start in self.taken:
                continue
            for end, keys in phrases(self.words, start):
                rows = self._named(keys, NameKind.ORGANIZATION)
                if not rows:
                    continue
                name = self._written(start, end)
                # A single word is an acronym or a name of its own, as it is written.
                is_acronym = name.upper() == name and len(name) > 1
                if end - start == 1 and not is_acronym and not _equals(name, rows):
                    continue
                yield OrganizationSpan(*self._take(start, end), name, rows[0])
                break

    def _people(self) -> Iterator[PersonSpan]:
        for start, end in runs(self.words, self.text):
            if not self._free(start, end):
                continue
            possible = orders([word.key for word in self.words[start:end]])
            rows = [row for keys in possible for row in self._named(keys, NameKind.PERSON)]
            if rows:
                row = rows[0]
                for word in self.words[start:end]:
                    self.known_people[word.key].add(row)
                name = self._written(start, end)
                self.in_people.update(range(start, end))
                yield PersonSpan(*self._take(start, end), name, row)

    def _by_surname(self, offices: list[OfficeSpan]) -> Iterator[PersonSpan]:
        """Single names: of people whose full name the text has, and after an initial or an office
        those of the only person who can be meant."""
        for place, word in enumerate(self.words):
            if not word.capital or place in self.taken:
                continue
            initial = _initial(self.text, self.words, place)
            rows = self.known_people.get(word.key, ())
            if len(rows) != 1 and (initial or self._follows_office(word, offices)):
                rows = self._surnamed(word.key, initial)
            if len(rows) == 1:
                start = place - bool(initial)
                name = self._written(start, place + 1)
                self.in_people.update(range(start, place + 1))
                yield PersonSpan(*self._take(start, place + 1), name, next(iter(rows)))

    def _follows_office(self, word: Word, offices: list[OfficeSpan]) -> bool:
        """Whether an office stands before a word, perhaps with another name between."""
        return any(
            0 < word.start - one.end <= 25
            and not re.search(r"[.;:!?()]", self.text[one.end : word.start])
            for one in offices
        )

    def _surnamed(self, surname: str, initial: str) -> list[Named]:
        """The people with a surname, by its key, and an initial: the leaders, if any of them is."""
        rows = [
            row
            for row in self._named(surname, NameKind.PERSON)
            if not initial or any(word[:1] == key(initial + "aa")[:1] for word in row.keys)
        ]
        return [row for row in rows if row.leads] or rows

    def _countries(self) -> Iterator[CountrySpan]:
        other, read = _by_key(), set(self.in_people)
        for start in range(len(self.words)):
            if start in read:
                continue
            for end, keys in phrases(self.words, start):
                if not read.isdisjoint(range(start, end)):
                    continue
                if found := self._country(start, end, keys, other):
                    first, last = self._official(start, end, found)
                    read.update(range(first, last))
                    first, last = self.words[first].start, self.words[last - 1].end
                    yield replace(found, start=first, end=last)
                    break
        self.taken |= read

    def _country(self, start: int, end: int, keys: str, other) -> CountrySpan | None:
        word, last = self.words[start], self.words[end - 1]
        written = self.text[word.start : last.end]
        rows = self._named(keys, NameKind.COUNTRY) if word.capital else ()
        if rows and self._is_name(start, end, written, keys):
            return CountrySpan(word.start, last.end, rows[0].slug)
        slug, mention = other.get(keys, ("", None))
        if not slug or not word.capital and (written.isascii() or mention != Mention.NATIONALITY):
            return None
        city = written if mention in (Mention.CAPITAL, Mention.CITY) else ""
        return CountrySpan(word.start, last.end, slug, mention, city)

    def _official(self, start: int, end: int, found: CountrySpan) -> tuple[int, int]:
        """The words of a country's name with "Republic" or the like before or after them."""
        if found.mention in (Mention.CAPITAL, Mention.CITY):
            return start, end
        before, words = start - 1, self.words
        if before >= 0 and words[before].joined and _is_official(words[before]):
            return (before, end) if found.mention == Mention.NAME else (start, end)
        if end < len(words) and words[end - 1].joined and _is_official(words[end]):
            return start, end + words[start].capital
        return start, end

    def _is_name(self, start: int, end: int, written: str, keys: str) -> bool:
        """Whether words with the keys of a country's name are meant as that name."""
        if len(written) <= 3:
            # Codes are names of countries too in the index.
            is_short = written.isupper() or written in SHORT
            return written in CODES if written.isascii() else is_short
        if keys in _ALSO_WORDS and not written.isascii():
            before = self.text[: self.words[start].start].rstrip()[-1:]
            return before not in ("", ".", "!", "?", "…")
        return True

    def _unknown_people(self, offices: list[OfficeSpan]) -> Iterator[PersonSpan]:
        """Names in capitals beside an office: offered as new people."""
        for office in offices:
            place = self._name_after(office, offices)
            while place is not None:
                end = self._name_end(place, offices)
                name = self._written(place, end)
                yield PersonSpan(*self._take(place, end), name)
                place = self._also_named(end, offices)
            if span := self._name_before(office, offices):
                name = self._written(*span)
                yield PersonSpan(*self._take(*span), name)
        for place in range(len(self.words)):
            end = self._name_end(place, offices)
            last = self.text[self.words[end - 1].start : self.words[end - 1].end]
            if end > place and SURNAME.fullmatch(fold(last)):
                name = self._written(place, end)
                yield PersonSpan(*self._take(place, end), name)

    def _name_end(self, place: int, offices: list[OfficeSpan]) -> int:
        """The index after a run of up to four capitals from a word on that may be a name; the same
        index if it is no such run of two words."""
        end = place
        while (
            end < len(self.words)
            and end - place < 4
            and self.words[end].capital
            and end not in self.taken
            and (end == place or self.words[end - 1].joined)
        ):
            end += 1
        return end if end - place >= 2 and not self._is_office(place, end, offices) else place

    def _name_after(self, office: OfficeSpan, offices: list[OfficeSpan]) -> int | None:
        """The index of the first word of an unknown name that follows an office."""
        first = bisect_left(self.words, office.end, key=lambda word: word.start)
        for steps, place in enumerate(range(first, min(first + 10, len(self.words)))):
            word = self.words[place]
            gap = self.text[self.words[place - 1].end : word.start] if place else ""
            if re.search(r"[.;:!?()\n]", gap) or (steps > 3 and "," in gap):
                return None
            if place in self.in_people:
                return None
            if self._name_end(place, offices) > place:
                return place
        return None

    def _also_named(self, end: int, offices: list[OfficeSpan]) -> int | None:
        """The index of a second name that "and" joins to a first one."""
        if end + 1 >= len(self.words):
            return None
        word = self.text[self.words[end].start : self.words[end].end].lower()
        is_joined = word in ("and", "и", "və", "пен", "мен", "бен", "және")
        return end + 1 if is_joined and self._name_end(end + 1, offices) > end + 1 else None

    def _name_before(self, office: OfficeSpan, offices: list[OfficeSpan]) -> tuple[int, int] | None:
        """The words of an unknown name that an office follows after a comma."""
        before = self.text[max(0, office.start - 30) : office.start]
        if not (match := re.search(r",[^,.;:]{1,25}$", before)):
            return None
        comma = office.start - len(match[0])
        last = bisect_left(self.words, comma, key=lambda word: word.end)
        for start in range(max(0, last - 3), last):
            if self._name_end(start, offices) == last + 1 and self.words[last].end == comma:
                return start, last + 1
        return None

    def _is_office(self, start: int, end: int, offices: list[OfficeSpan]) -> bool:
        first, last = self.words[start].start, self.words[end - 1].end
        if any(one.start < last and first < one.end for one in offices):
            return True
        return any(ORGANIZATION_HEADS.fullmatch(word.key) for word in self.words[start:end])

    def _unknown_organizations(self) -> Iterator[OrganizationSpan]:
        """Runs of capitals with a word such as "Council": offered as new organizations."""
        place = 0
        while place < len(self.words):
            end = place
            while end < len(self.words) and self.words[end].capital and end not in self.taken:
                end += 1
                if not self.words[end - 1].joined:
                    break
            heads = [
                word for word in self.words[place:end] if ORGANIZATION_HEADS.fullmatch(word.key)
            ]
            if end - place >= 2 and heads:
                name = self._written(place, end)
                yield OrganizationSpan(*self._take(place, end), name)
            place = max(end, place + 1)


def _is_official(word: Word) -> bool:
    return word.capital and word.key in _OFFICIAL


def _equals(name: str, rows: list[Named]) -> bool:
    return any(name == row.name for row in rows)
