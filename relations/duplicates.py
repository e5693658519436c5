"""Likely duplicates: records of the same kind and subject with close dates and similar titles."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import fold
from core.forms import ROW_KEY
from relations import workflow
from relations.models import Citation, Country, Record, State
from relations.models.publishable import PublicationRefused
from relations.models.record import Likeness
from relations.publication import revise

# The maximum time between two reports of the same thing.
NEAR = timedelta(days=31)
# The maximum number of records of the same subject and time to compare.
COMPARED = 500
# The maximum number of words to compare of a title: each is compared with each.
COMPARED_WORDS = 100
# Thresholds for the similarity of titles: in general; if type and day are the same; for formal
# titles, where one word distinguishes treaties, many of which may have the same date.
SIMILAR, SIMILAR_ON_THE_DAY, SIMILAR_FORMAL = 0.8, 0.5, 0.9
# Words that are common in titles, folded, in the languages of the sources.
_COMMON_WORDS = (
    "the and for from with between government governments republic state states president on "
    "of in to at и на по от до для между правительством правительства республики республика "
    "республикои республике президент президента мен бен пен арасындагы республикасы "
    "ve ile arasinda respublikasi respublikasinin hokumeti prezidenti prezident"
)
_COMMON = frozenset(_COMMON_WORDS.split())
Participant = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The parts of a record that are compared: date, title, type and participants.

    `people` are its participants, as pairs of kind ("person", "country", "organization") and id.
    """

    date: Edtf
    title: str
    type: str
    people: frozenset[Participant] = frozenset()
    likeness: Likeness = Likeness.TITLE

    @staticmethod
    def of(record: Record, people: Iterable[Participant] = ()) -> "Sketch":
        return Sketch(
            date=record.date,
            title=record.title,
            type=getattr(record, record.TYPE_FIELD),
            people=frozenset(people),
            likeness=record.LIKENESS,
        )


def likely(record: Record, people: Iterable[Participant] = ()) -> list[Record]:
    """The records that a new record, saved or not, likely repeats, most similar first.

    `people` are its participants or parties, used if it has no relation. The number of queries is
    constant, and few rows are compared.
    """
    if not isinstance(record.date, Edtf) or not fold(record.title):
        return []
    people = frozenset() if record.relation_id else frozenset(people)
    mine = Sketch.of(record, people)
    common = _names(record)
    found = []
    for other in _candidates(record, people):
        theirs = Sketch.of(other, other.participants() if people else ())
        if alike(mine, theirs, common):
            found.append((similarity(mine.title, theirs.title, common), other))
    return [other for _score, other in sorted(found, key=lambda pair: -pair[0])]


def alike(one: Sketch, other: Sketch, common: frozenset[str] = frozenset()) -> bool:
    """Whether two records of the same kind and subject are likely the same.

    Their dates, if known, are at most a month apart. Unless their type decides, their titles are
    similar without `common` words, such as the names of the two countries, and have no different
    numbers ("third session", "2nd protocol").
    """
    apart = days_apart(one.date, other.date)
    if apart is not None and apart > NEAR.days:
        return False
    if one.people and other.people and not one.people & other.people:
        return False
    same_type = one.type == other.type or "unspecified" in (one.type, other.type)
    if one.likeness is Likeness.TYPE and same_type or fold(one.title) == fold(other.title):
        return True
    if _numbers(one.title) != _numbers(other.title):
        return False
    on_the_day = apart is not None and apart <= 1 and same_type
    needed = SIMILAR_ON_THE_DAY if on_the_day else SIMILAR
    if one.likeness is not Likeness.TYPE_AND_DAY:
        needed = SIMILAR_FORMAL
    return similarity(one.title, other.title, common) > needed


def days_apart(one: Edtf, other: Edtf) -> int | None:
    """The minimum number of days between two dates; 0 if they overlap, None if one is unknown."""
    if not one or not other:
        return None
    first, last = sorted((one, other), key=lambda value: value.earliest or date.min)
    end, start = first.latest or date.max, last.earliest or date.min
    return max((start - end).days, 0)


def similarity(one: str, other: str, common: frozenset[str] = frozenset()) -> float:
    """The similarity of two titles, from 0 to 1: the share of words that they have in common,
    regardless of order, case and endings."""
    mine, theirs = (_words(title, common) for title in (one, other))
    if not mine or not theirs:
        return 0.0
    shorter, longer = sorted((mine, theirs), key=len)
    left, matched = list(longer), 0
    for word in shorter:
        twin = next((each for each in left if _same_word(word, each)), None)
        if twin is not None:
            left.remove(twin)
            matched += 1
    # If the other title contains all words of a shorter one, the shorter one is its short form.
    if matched == len(shorter) >= 3:
        return 0.9 + 0.1 * len(shorter) / len(longer)
    return 2 * matched / (len(shorter) + len(longer))


def _same_word(one: str, other: str) -> bool:
    return one == other or (
        one[0] == other[0]
        and min(len(one), len(other)) >= 4
        and SequenceMatcher(None, one, other).ratio() >= 0.8
    )


def _plain(title: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(title)).split()


def _words(title: str, common: frozenset[str]) -> list[str]:
    words = (word for word in _plain(title) if len(word) > 2 and word not in _COMMON | common)
    return list(islice(words, COMPARED_WORDS))


# One line per number, starting at 1.
_NUMBER_LINES = """\
first i 1st первое первыи первая первого birinci биринши
second ii 2nd второе второи вторая второго ikinci екинши
third iii 3rd третье третии третья третьего ucuncu ушинши
fourth iv 4th четвертое четвертыи четвертая четвертого dorduncu тортинши
fifth v 5th пятое пятыи пятая пятого besinci бесинши
sixth vi 6th шестое шестои шестая шестого altinci алтыншы
seventh vii 7th седьмое седьмои седьмая седьмого yeddinci жетинши
eighth viii 8th восьмое восьмои восьмая восьмого sekkizinci сегизинши
ninth ix 9th девятое девятыи девятая девятого doqquzuncu тогызыншы
tenth x 10th десятое десятыи десятая десятого onuncu оныншы"""
_NUMBER_WORDS = {
    word: number
    for number, line in enumerate(_NUMBER_LINES.splitlines(), start=1)
    for word in line.split()
}


def _numbers(title: str) -> set[int]:
    """The numbers in a title, in digits or as one of the first ten ordinals."""
    words = _plain(title)
    figures = {int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 9}
    return figures | {_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS}


def _names(record: Record) -> frozenset[str]:
    """The words in the names of the record's countries, in all languages."""
    if not record.relation_id:
        return frozenset()
    pair = Country.objects.filter(pk__in=record.relation.country_ids)
    return frozenset(
        word for text in pair.values_list("folded", flat=True) for word in _plain(text)
    )


def _candidates(record: Record, people: frozenset[Participant]) -> list[Record]:
    """Records of the same kind and subject with close or unknown dates, not withdrawn."""
    rows = type(record).objects.exclude(pk=record.pk).exclude(state=State.WITHDRAWN)
    subject = {name: getattr(record, f"{name}_id") for name in record.SUBJECT}
    if not record.relation_id and not any(subject.values()) and not people:
        return []
    first, last = record.date.earliest, record.date.latest
    near = Q()
    if last:
        near &= Q(date_earliest=None) | Q(date_earliest__lte=_shifted(last, NEAR))
    if first:
        near &= Q(date_latest=None) | Q(date_latest__gte=_shifted(first, -NEAR))
    rows = rows.filter(near, relation=record.relation_id, **subject)
    if not record.relation_id and people:
        rows = rows.filter(type(record).with_any(people)).distinct()
    return list(rows.for_pages().newest_first()[:COMPARED])


def _shifted(day: date, span: timedelta) -> date:
    try:
        return day + span
    except OverflowError:
        return day


_PARTICIPANT = re.compile(r"(?:parties|participations)-[0-9]+-(person|country|organization)")


def people_in(data: Mapping[str, str]) -> set[Participant]:
    """The participants or parties in the submitted rows of a record's form."""
    named = ((_PARTICIPANT.fullmatch(name), value) for name, value in data.items())
    return {(match[1], int(value)) for match, value in named if match and ROW_KEY.fullmatch(value)}


@transaction.atomic
def add_citations(record: Record, citations: Iterable[Citation], user) -> list[Citation]:
    """Save the citations that the record does not have yet, and return them.

    If readers have seen the record, they are saved in its open revision. Raises PublicationRefused
    if that revision could not be published.
    """
    record = workflow.locked(record)
    new, reason = [], _("Another source says the same.")

    def add(row):
        new.extend(_missing(row, citations))
        for citation in new:
            citation.save()

    if record.published_at:
        revision = workflow.change_pending(record, add, user, reason)
        if new and (lacking := workflow.problems(record, revision)):
            raise PublicationRefused(lacking)
    else:
        add(record)
        if new:
            revise(type(record).objects.with_actions().get(pk=record.pk), user, reason)
    return new


def _missing(record: Record, citations: Iterable[Citation]) -> Iterator[Citation]:
    """The citations that a record does not have yet, without duplicates."""
    had = set(record.citations.values_list("source", "locator", "field", "stance"))
    for citation in citations:
        citation.record = record
        citation.derive()
        key = (citation.source_id, citation.locator, citation.field, citation.stance)
        if key not in had:
            had.add(key)
            yield citation
