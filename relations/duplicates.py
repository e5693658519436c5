"""Likely duplicates: records of the same kind and subject with close dates and similar titles."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import islice

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.changes import together
from core.dates import Edtf, Precision
from core.folding import fold
from core.forms import ROW_KEY
from relations import workflow
from relations.models import Citation, Country, Organization, Person, Record, State
from relations.models.citation import number_places
from relations.models.publishable import PublicationRefused
from relations.models.record import Likeness
from relations.names import OrganizationNames, plain_words, similar_names
from relations.problems import problems
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
UNSPECIFIED = "unspecified"
Participant = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The parts of a record that are compared: date, title, type and participants.

    `people` are its participants, as pairs of kind ("person", "country", "organization") and id;
    `shared` holds the values of SHARED; see Record for `singular` and `by_day`.
    """

    date: Edtf
    title: str
    type: str
    people: frozenset[Participant] = frozenset()
    likeness: Likeness = Likeness.TITLE
    shared: tuple = ()
    singular: bool = False
    by_day: bool = False

    @staticmethod
    def of(record: Record, people: Iterable[Participant] = ()) -> "Sketch":
        return Sketch(
            date=record.date,
            title=record.title,
            type=getattr(record, record.TYPE_FIELD),
            people=frozenset(people),
            likeness=record.LIKENESS,
            shared=tuple(getattr(record, name) for name in record.SHARED),
            singular=record.is_singular,
            by_day=record.is_known_by_day,
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


def just_added(record: Record, user) -> list[Record]:
    """The records that a user has added within a day under the same title, and from which a new one
    differs at most in lacking a date, pair or subject: the same form, saved again."""
    first = record.revision_model().objects.filter(
        author=user, number=1, at__gte=timezone.now() - timedelta(days=1)
    )
    rows = (
        type(record)
        .objects.exclude(state=State.WITHDRAWN)
        .filter(sort_title=fold(record.title), pk__in=first.values("record"))
    )
    names = ("date", "relation_id", *(f"{name}_id" for name in record.SUBJECT))
    mine = {name: value for name in names if (value := getattr(record, name))}
    return [
        row
        for row in rows.for_pages()
        if all(getattr(row, name) == value for name, value in mine.items())
    ]


def alike(one: Sketch, other: Sketch, common: frozenset[str] = frozenset()) -> bool:
    """Whether two records of the same kind and subject are likely the same.

    Their dates, if known, are at most a month apart. Visits of one rank in one month are alike
    whatever their titles, and so are events and investment treaties of one type on one day, and
    what happens once on dates that overlap. Unless their type decides, the titles of others are
    similar without `common` words, such as the names of the two countries, and have no different
    numbers ("third session", "2nd protocol").
    """
    apart = days_apart(one.date, other.date)
    if apart is not None and apart > NEAR.days:
        return False
    if one.people and other.people and not one.people & other.people:
        return False
    same_type = one.type == other.type or UNSPECIFIED in (one.type, other.type)
    rank = one.likeness is Likeness.TYPE_AND_DAY and any(one.shared) and one.shared == other.shared
    once = one.singular and other.singular and same_type
    if (rank or once) and same_month(one.date, other.date) or once and not apart:
        return True
    if one.by_day and other.by_day and same_type and same_day(one.date, other.date):
        return True
    if one.likeness is Likeness.TYPE and same_type or fold(one.title) == fold(other.title):
        return True
    if numbers_in(one.title) != numbers_in(other.title):
        return False
    if one.likeness is Likeness.TYPE_AND_DAY and same_type and same_day(one.date, other.date):
        return True
    on_the_day = apart is not None and apart <= 1 and same_type
    needed = SIMILAR_ON_THE_DAY if on_the_day else SIMILAR
    if one.likeness is not Likeness.TYPE_AND_DAY:
        needed = SIMILAR_FORMAL
    return similarity(one.title, other.title, common) > needed


def same_month(one: Edtf, other: Edtf) -> bool:
    """Whether two dates, each known to the month or day, are of one month or a day apart."""
    if not all(date.precision in (Precision.MONTH, Precision.DAY) for date in (one, other)):
        return False
    return one.text[:7] == other.text[:7] or days_apart(one, other) == 1


def same_day(one: Edtf, other: Edtf) -> bool:
    return one.precision == Precision.DAY and one.earliest == other.earliest == other.latest


def agree(one: Record, other: Record, pair: Sequence[Country] = ()) -> bool:
    """Whether two reports of one kind certainly agree on one thing, so that they are one record
    with two citations: the same pair, subject, type and day, and similar titles without the names
    of the `pair`; formal titles have the same words, since one word distinguishes treaties of one
    day. What happens once may be dated to the day by one and to the year by the other.

    Unlike `alike`, which asks an editor, this decides by itself: doubtful cases do not agree.
    """
    names = ["relation", *one.SUBJECT]
    if any(getattr(one, f"{name}_id") != getattr(other, f"{name}_id") for name in names):
        return False
    mine, theirs = Sketch.of(one), Sketch.of(other)
    given = zip(mine.shared, theirs.shared, strict=True)
    if any(left and right and left != right for left, right in given):
        return False
    if mine.type != theirs.type and UNSPECIFIED not in (mine.type, theirs.type):
        return False
    if not ends_agree(one.until, other.until):
        return False
    if one.is_singular or other.is_singular:
        return one.is_singular and other.is_singular and covers(one.date, other.date)
    if not same_day(one.date, other.date):
        return False
    if one.is_known_by_day or fold(one.title) == fold(other.title):
        return True
    sides = [_named(row.title, pair) for row in (one, other)]
    if not one.SUBJECT and sides[0] != sides[1] and all(len(named) == 1 for named in sides):
        return False
    common = words_of(pair)
    if one.LIKENESS is Likeness.TITLE:
        return _formal_words(one.title, common) == _formal_words(other.title, common)
    if numbers_in(one.title) != numbers_in(other.title):
        return False
    return similarity(one.title, other.title, common) > SIMILAR


def _named(title: str, pair: Sequence[Country]) -> set[Country]:
    """The countries of a pair that a title names, by words that only their names have."""
    words = [words_of([country]) for country in pair]
    shared = frozenset.intersection(*words) if words else frozenset()
    in_title = set(plain_words_of(title)) - shared
    return {country for country, own in zip(pair, words, strict=True) if own & in_title}


def _formal_words(title: str, common: frozenset[str]) -> list[str]:
    """All words of a title, in any order, without common ones."""
    words = (
        word for word in plain_words_of(title.replace("-", "")) if word not in _COMMON | common
    )
    return sorted(plain_words(" ".join(words)))


def covers(one: Edtf, other: Edtf) -> bool:
    """Whether two dates are the same, or one of two definite dates lies within the other."""
    if one == other:
        return True
    if not all(date.is_definite and date.precision >= Precision.YEAR for date in (one, other)):
        return False
    coarse, fine = sorted((one, other), key=lambda date: date.precision)
    return coarse.earliest <= fine.earliest and fine.latest <= coarse.latest


def ends_agree(one: Edtf, other: Edtf) -> bool:
    """Whether two ends do not contradict each other: one is unknown, they cover each other, or one
    says only that it was not earlier ("2014 or later")."""
    if not one or not other or one == other or covers(one, other):
        return True
    return any(
        since.is_at_least and not end.certainly_before(since)
        for since, end in ((one, other), (other, one))
    )


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
    mine, theirs = (words_in(title, common) for title in (one, other))
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


def plain_words_of(title: str) -> list[str]:
    """The folded words of a title or name, without punctuation."""
    return "".join(letter if letter.isalnum() else " " for letter in fold(title)).split()


def words_in(title: str, common: frozenset[str]) -> list[str]:
    """The folded words of a title that are compared: the first ones, without common ones."""
    words = (
        word for word in plain_words_of(title) if len(word) > 2 and word not in _COMMON | common
    )
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


def numbers_in(title: str) -> set[int]:
    """The numbers in a title, in digits or as one of the first ten ordinals."""
    words = plain_words_of(title)
    figures = {int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 9}
    return figures | {_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS}


def _names(record: Record) -> frozenset[str]:
    """The words in the names of the record's countries."""
    if not record.relation_id:
        return frozenset()
    return words_of(Country.objects.filter(pk__in=record.relation.country_ids))


def words_of(countries: Iterable[Country]) -> frozenset[str]:
    """The words in the names of countries, in all languages."""
    return frozenset(
        word
        for country in countries
        for word in plain_words_of(" ".join(getattr(country, name) for name in Country.NAMES))
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


def similar_people(person: Person) -> list[Person]:
    """The people whom a new person likely repeats: with a similar name, in any order or script, and
    not of another country."""
    rows = Person.objects.exclude(pk=person.pk)
    if person.country_id:
        rows = rows.filter(Q(country=person.country_id) | Q(country=None))
    mine = _spellings(person)
    return [
        row
        for row in rows.select_related("country").order_by("pk")
        if any(similar_names(one, other) for one in mine for other in _spellings(row))
    ]


def similar_organizations(organization: Organization) -> list[Organization]:
    """The organizations that a new organization likely repeats: one has the other's name, with its
    words in any order, or its acronym, and they are not of two countries."""
    rows = Organization.objects.exclude(pk=organization.pk)
    if organization.country_id:
        rows = rows.filter(Q(country=organization.country_id) | Q(country=None))
    mine = OrganizationNames.of([organization.acronym, *_spellings(organization)])
    return [
        row
        for row in rows.order_by("pk")
        if mine.match(OrganizationNames.of([row.acronym, *_spellings(row)]))
    ]


def _spellings(row: Person | Organization) -> list[str]:
    return [row.name, *row.aliases.splitlines()]


_PARTICIPANT = re.compile(r"(?:parties|participations)-[0-9]+-(person|country|organization)")


def people_in(data: Mapping[str, str]) -> set[Participant]:
    """The participants or parties in the submitted rows of a record's form."""
    named = ((_PARTICIPANT.fullmatch(name), value) for name, value in data.items())
    return {(match[1], int(value)) for match, value in named if match and ROW_KEY.fullmatch(value)}


@together()
def add_citations(
    record: Record, citations: Iterable[Citation], user, reason: str = ""
) -> list[Citation]:
    """Save the citations that the record does not have yet, and return them.

    If readers have seen the record, they are saved in its open revision. Raises PublicationRefused
    if that revision could not be published.
    """
    record = workflow.locked(record)
    new, reason = [], reason or _("Another source says the same.")

    def add(row):
        new.extend(new_citations(row, citations))
        for citation in new:
            citation.save()

    if record.published_at:
        revision = workflow.change_pending(record, add, user, reason)
        if new and (lacking := problems(record, revision)):
            raise PublicationRefused(lacking)
    else:
        add(record)
        if new:
            revise(type(record).objects.with_actions().get(pk=record.pk), user, reason)
    return new


def new_citations(record: Record, citations: Iterable[Citation]) -> Iterator[Citation]:
    """The citations that a record does not have yet, without duplicates. Different words of one
    place are different citations."""
    had = list(record.citations.all())
    for citation in citations:
        citation.record = record
        citation.derive()
        number_places([*had, citation])
        names = ("source_id", "locator", "field", "stance")
        if not any(all(getattr(row, name) == getattr(citation, name) for name in names)
                   for row in had):  # fmt: skip
            had.append(citation)
            yield citation
