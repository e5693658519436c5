"""Dates and periods in running text, in English, Russian, Azerbaijani and Kazakh."""

import re
from calendar import day_name
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _

from core.date_grammar import follows
from core.date_words import month_names, weekday_names, weekday_pattern
from core.dates import DateError, Edtf, Precision
from core.typed_dates import LONGEST, typed
from extraction.date_codes import BARE, CERTAIN_SHORT, Token, tokens_of
from extraction.relative_dates import edtf, month_beside, named_month, weekday_beside
from extraction.spans import DateSpan
from extraction.words import Sentences, word_set
from trade.amount_words import NUMBER_WORDS
from trade.amounts import scale_of, units_of

# A date without a year is of the year of the source, or of the year before if it would be later
# than this after the source. Communiqués announce visits of the coming weeks.
AHEAD = timedelta(days=62)
# A day this near to the source is of its year, even if the text has just named another year.
NEWS = timedelta(days=14)
# Two days this near to each other, one of which lacks its year, are of the same year.
TOGETHER = timedelta(days=31)

# The grammar of dates, in the codes of date_codes.
_YEAR = "(?:Yy{0,2}|[<=>]y|[TC])"
_MONTH = r"(?:[MEG][mu]?|J\.?)"
_WEEKDAY = "wv?g?"
_DAY = f"(?:{_WEEKDAY},?)?d"
_DAY_AND_MONTH = rf"(?:{_DAY}i?{_MONTH}|(?:{_WEEKDAY},?)?(?:[EG]|[MEG]u|J\.?)d)g?"
_DATED = f"(?:{_DAY_AND_MONTH},?i{{0,2}}{_YEAR}g?|{_YEAR}{_DAY_AND_MONTH})"
_DATED_MONTH = f"(?:{_MONTH},?i{{0,2}}{_YEAR}|{_YEAR}{_MONTH})"
_PART = f"(?:[od][qQ],?(?:i{{0,2}}{_YEAR}|iiy)|{_YEAR}[od][qQ]|oq)"
_SEASON = f"(?:si?{_YEAR}|{_YEAR}s)"
_POINT = (
    f"(?:{_DATED}|{_DATED_MONTH}|{_PART}|{_SEASON}|{_DAY_AND_MONTH}"
    f"|(?:{_WEEKDAY},?)?py{{0,2}}g?|Dy?|{_YEAR}|{_MONTH})"
)
_START = f"(?:{_POINT}|{_YEAR}?(?:{_DAY}|[od][qQ]?))"
_END = f"(?:{_POINT}|d(?:,?{_YEAR})?g?)"
_PERIODS = [
    re.compile(f"[fb]?(?P<first>{first})(?P<sign>{sign})(?P<last>{last}){after}")
    for first, sign, last, after in (
        (_START, "[-/ta]", _END, "K?R?"),
        (_START, "", _END, "K"),
        ("Gd", "", "d", ""),
    )
]
_MONTHS = re.compile(f"o?(?P<count>[dk])mi{{0,2}}(?:{_YEAR}|y)|{_YEAR}o?(?P<number>[dk])m")
_PLACED_POINT = re.compile(f"(?:[cl]|hi{{0,2}}-?)?{_POINT}H?")
_RELATIVE = re.compile(rf"[012]|=g|[<=>](?:m|[MEG]|{_WEEKDAY})(?!,?[Yd])|{_WEEKDAY}")
# Where a date can start; the lookahead leaves out most words that only few dates follow.
_ANCHOR = re.compile(
    "[wMEGJYpDTC012]|[fbcl](?=[hwdMEGJYpDos<=>TC])|h(?=[-iwdMEGJYpDos<=>TC])|k(?=m)|s(?=[iY<=>TC])"
    "|d(?=[-/taimgudqQwMEGJ])|o(?=[-/tqQdk])|[<=>](?=[ymgwMEGs])"
)
_YEARS_ONLY = re.compile("[fb]?Yy{0,2}(?:[-/ta]Yy{0,2})?")
_MONTH_ONLY = re.compile(_MONTH)
_NEEDS_MONTH = re.compile("d(?!m)")
# Signs that make a number a part of a name, before and after it.
_STUCK_BEFORE = re.compile(r"(?:№ ?|[#+$€£/@&=\\\w]|[^\W_][–—‒−.-])$")
_STUCK_AFTER = re.compile(r"[%€$/@\w]|-\w")
_WEEKDAYS = re.compile(rf"\b(?:{weekday_pattern()})\s")
_DAYS = word_set("gunu gunde gun куни кун")
_ENGLISH_WEEKDAYS = frozenset(map(str.lower, day_name))
_SIGNS = ("-", "/", "t", "a")
_DECADE_WORD = re.compile("[0-9]s")


def dates_in(text: str, on: Edtf | None = None) -> list[DateSpan]:
    """Return the dates and periods of a text in their order, without overlaps.

    `on` is the date of the source. Relative dates and dates without a year are counted from it,
    and left out if it is missing or not precise enough. A span has the words that name the date,
    with words such as "after" that change it; words such as "in" and "since" are not part of it.
    """
    return [*_Reader(text, on).spans()]


@lru_cache(maxsize=16384)
def _read(text: str) -> tuple[Edtf, Edtf | None] | None:
    """The date or period that `typed` reads in normalized text; None if it is not certain."""
    if len(text) > LONGEST:
        return None
    try:
        offers = typed(text)
    except DateError:
        return None
    # The second reading of a period is some day of it; in figures the day comes before the month.
    if not offers or len(offers) > 1 and not offers[0].until and not text[0].isdecimal():
        return None
    return offers[0].date, offers[0].until


@dataclass(frozen=True, slots=True)
class _Reading:
    """The text that `typed` reads for some tokens, without the year, which it may lack.

    `inferred` says how a relative year was found. `is_possible` is False if it cannot be found.
    """

    text: str
    year: str = ""
    inferred: str = ""
    is_possible: bool = True

    def with_year(self, year: int | str) -> str:
        return f"{self.text} {year}".strip()


class _Reader:
    """The dates of one text."""

    def __init__(self, text: str, on: Edtf | None):
        self.text = text
        self.tokens, self.codes = tokens_of(text)
        is_known = on and on.is_definite and on.earliest and on.latest
        self.on = on if is_known and on.earliest.year == on.latest.year else None
        # The dates found so far that have a year of their own, as a context for others.
        self.context: list[DateSpan] = []
        # Dates in words: formatting them takes as long as reading them.
        self._described: dict[Edtf, str] = {}

    @cached_property
    def sentences(self) -> Sentences:
        return Sentences(self.text)

    def spans(self) -> Iterator[DateSpan]:
        place = 0
        while match := _ANCHOR.search(self.codes, place):
            place, found = self._at(match.start())
            yield from found

    def _at(self, place: int) -> tuple[int, list[DateSpan]]:
        """The dates that start at a token, and the token from which to read on."""
        for pattern in _PERIODS:
            match = pattern.match(self.codes, place)
            if match and (span := self._period(match)):
                return match.end(), self._listed(match, span)
        for pattern, read in (
            (_MONTHS, self._months),
            (_PLACED_POINT, self._point),
            (_RELATIVE, self._relative),
        ):
            match = pattern.match(self.codes, place)
            if match and self._is_free(match) and (span := read(match)):
                return match.end(), [span]
        return place + 1, []

    def _is_free(self, match: re.Match) -> bool:
        """Whether no sign joins the words of a match to others, as in COVID-19 and I-36510."""
        start, end = self._place(match)
        before, after = self.text[max(start - 2, 0) : start], self.text[end : end + 2]
        return not _STUCK_BEFORE.search(before) and not _STUCK_AFTER.match(after)

    def _place(self, match: re.Match) -> tuple[int, int]:
        return self.tokens[match.start()].start, self.tokens[match.end() - 1].end

    def _before(self, match: re.Match) -> Token | None:
        return self.tokens[match.start() - 1] if match.start() else None

    def _period(self, match: re.Match) -> DateSpan | None:
        codes = match[0]
        has_month = re.search("[MEGJqQ]", codes)
        if _NEEDS_MONTH.search(codes) and not has_month or not self._is_free(match):
            return None
        if _YEARS_ONLY.fullmatch(codes) and not self._is_year(match):
            return None
        first, last = (self._reading(*match.span(name)) for name in ("first", "last"))
        if not first.is_possible or not last.is_possible:
            return None
        # In "2024 жылғы 22–24 мамыр" the year of the start is that of the end.
        is_shared = bool(first.text) and not last.year
        start = first.text if is_shared else first.with_year(first.year)
        year = first.year if is_shared else last.year
        words = replace(last, text=f"{start} - {last.text}".strip(), year=year)
        words = replace(words, inferred=first.inferred or last.inferred)
        if self._is_list(match) and not has_month:
            return None
        span = self._dated(match, words, has_own_year="p" in codes or "D" in codes)
        return span if span and span.until else None

    def _is_list(self, match: re.Match) -> bool:
        """Whether the two ends have "and" between them, without "between" before them."""
        return match["sign"] == "a" and match[0][0] != "b"

    def _listed(self, match: re.Match, span: DateSpan) -> list[DateSpan]:
        """A period, or its ends as two dates if they are a list: 22 and 24 May 2024. Two days that
        follow one another are a period."""
        if not self._is_list(match) or self._are_two_days(span):
            return [span]
        end = self.tokens[match.end("first") - 1].end
        start = self.tokens[match.start("last")].start
        return [
            replace(span, end=end, until=None),
            replace(span, start=start, date=span.until, until=None),
        ]

    def _are_two_days(self, span: DateSpan) -> bool:
        return span.date.precision == Precision.DAY and follows(span.date, span.until)

    def _point(self, match: re.Match) -> DateSpan | None:
        codes = match[0]
        if _YEARS_ONLY.fullmatch(codes) and not self._is_year(match):
            return None
        if _MONTH_ONLY.fullmatch(codes) and not self._is_month(match):
            return None
        if not self._is_likely_day(match):
            return None
        # 31 April 2024 is not April 2024.
        if codes[0] in "MEGJ" and self.codes[max(match.start() - 1, 0)] in "dn":
            return None
        words = self._reading(*match.span())
        return self._dated(match, words, has_own_year=bool(set("pD") & set(codes)))

    def _is_year(self, match: re.Match) -> bool:
        """Whether a number is a year: a word or its ending says so, or the words around it."""
        codes, (start, end) = match[0], self._place(match)
        tokens = self.tokens[match.start() : match.end()]
        has_ending = any(token.ending for token in tokens)
        # In Azerbaijani "1000 il" are a thousand years.
        if has_ending or "y" in codes and not tokens[-1].value.startswith("il"):
            return True
        years = [int(token.value) for token in tokens if token.value.isdecimal()]
        if any(year not in BARE for year in years) or self._is_unit(match.end()) or "y" in codes:
            return False
        before, after = self.text[max(start - 1, 0) : start], self.text[end : end + 1]
        if before == "(" and after in (")", ",", ";") or codes[0] in "fb":
            return True
        word = self._before(match)
        if not word:
            return False
        code = self.codes[match.start() - 1]
        is_listed = code == "a" and self.codes[: match.start() - 1].endswith(("Y", "Yy"))
        return code in "Pflt" and word.value != "to" or word.value == "of" or is_listed

    def _is_month(self, match: re.Match) -> bool:
        """Whether a name of a month without a day and a year is a date: "in May", "martda"."""
        word, before = self.tokens[match.start()], self._before(match)
        letters = self.text[word.start : word.end]
        if self.codes[match.start()] == "E" and not letters[0].isupper():
            return self.codes[match.start() : match.end()] in ("Em", "Eu")
        if word.has_place or match[0][-1] in "mu":
            return True
        if not before or match[0][0] == "J":
            return False
        is_after = self.codes[match.start() - 1] in "Pft" or before.value == "of"
        return is_after and before.value != "to"

    def _is_likely_day(self, match: re.Match) -> bool:
        """Whether a day and a month are not by chance beside each other: "in May 24 companies"."""
        if "J" in match[0] and "Y" not in match[0]:
            word = self.tokens[match.start() + match[0].index("J")]
            is_name = not word.value.isascii() or self.text[word.start].isupper()
            return word.value in CERTAIN_SHORT and is_name and not self._is_unit(match.end())
        at = match.start() + match[0].find("Ed")
        if at < match.start():
            return True
        is_counted = at + 2 == match.end() and self._is_unit(match.end())
        return self.text[self.tokens[at].start].isupper() and not is_counted

    def _is_unit(self, at: int) -> bool:
        """Whether a number before this token is a sum: 24 companies."""
        value = self.tokens[at].value if at < len(self.tokens) else ""
        return scale_of(value) is not None or bool(units_of(value))

    def _reading(self, start: int, end: int) -> _Reading:
        """The words of some tokens as `typed` reads them, with their year."""
        words, year, inferred, is_possible, at = [], "", "", True, start
        while at < end:
            code, token = self.codes[at], self.tokens[at]
            pair = self.codes[at : min(at + 2, end)]
            if pair == "Yy" and self._is_decade(at):
                words.append(f"{token.value}s")
            elif code == "Y":
                year = token.value
            elif code in "TC" or pair in ("<y", "=y", ">y") or self._is_the_year(at, start, year):
                is_possible = is_possible and self.on is not None
                step = {"<": -1, "T": -1, ">": 1}.get(code, 0)
                year = f"{self.on.year + step:04}" if self.on else ""
                inferred = self._counted(start, end)
                at += code in "<=>"
            elif code in "dMEGJpDoqQswvcl":
                words.append(token.value)
            at += 1
        return _Reading(" ".join(words), year, inferred, is_possible)

    def _is_decade(self, at: int) -> bool:
        """Whether a year and the word after it are a decade: 1990 жылдары."""
        is_round = self.tokens[at].value.endswith("0") and self.codes[at - 1 : at] not in _SIGNS
        return is_round and self.tokens[at + 1].value.startswith(("iller", "жылдар"))

    def _is_the_year(self, at: int, start: int, year: str) -> bool:
        """Whether a word means the present year: the first half of the year."""
        return self.codes[at] == "y" and not year and at > start and self.codes[at - 1] in "im"

    def _words(self, date: Edtf) -> str:
        if date not in self._described:
            self._described[date] = date.describe()
        return self._described[date]

    def _counted(self, start: int, end: int) -> str:
        """Why a relative date has its value."""
        if not self.on:
            return ""
        words = self.text[self.tokens[start].start : self.tokens[end - 1].end]
        return _("“%(words)s” is calculated from the date of the source, %(date)s.") % {
            "words": words,
            "date": self._words(self.on),
        }

    def _dated(self, match: re.Match, words: _Reading, has_own_year: bool) -> DateSpan | None:
        """The date of a match, with the year that the text, its context or its source gives."""
        if not words.is_possible:
            return None
        if words.year or has_own_year or _DECADE_WORD.search(words.text):
            found = _read(words.with_year(words.year)) or _read(
                _without_weekday(words.with_year(words.year))
            )
            if not found:
                return None
            span = DateSpan(*self._place(match), *found, words.inferred)
            self.context = [*self.context[-4:], span]
            return span
        return self._completed(match, words.text)

    def _completed(self, match: re.Match, text: str) -> DateSpan | None:
        """A date without a year, in the year of its context or of its source."""
        place = self._place(match)
        by_source = self._in_year_of_source(text)
        for known in reversed(self._near(place[0])):
            found = _read(f"{text} {known.date.year}")
            if not found or not found[0].earliest:
                continue
            is_together = abs(found[0].earliest - known.date.earliest) <= TOGETHER
            if by_source and not is_together and self._is_news(by_source[0]):
                break
            reason = _("The year is that of %(date)s, named earlier in the text.")
            span = DateSpan(*place, *found, reason % {"date": self._words(known.date)})
            self.context = [*self.context[-4:], span]
            return span
        if not by_source:
            return None
        reason = _("The year is calculated from the date of the source, %(date)s.")
        return DateSpan(*place, *by_source, reason % {"date": self._words(self.on)})

    def _in_year_of_source(self, text: str) -> tuple[Edtf, Edtf | None] | None:
        """A date in the year of the source, or in the year before if that would be too late or
        does not exist."""
        for year in (self.on.year, self.on.year - 1) if self.on else ():
            found = _read(f"{text} {year}")
            if found and found[0].earliest and found[0].earliest - self.on.latest <= AHEAD:
                return found
        return None

    def _is_news(self, day: Edtf) -> bool:
        is_day = self.on.precision == Precision.DAY and day.earliest
        return bool(is_day) and abs(day.earliest - self.on.earliest) <= NEWS

    def _near(self, place: int) -> list[DateSpan]:
        """Earlier dates of the same sentence, and days and months of the previous one."""
        if not self.context:
            return []
        number = self.sentences.number
        return [
            span
            for span in self.context
            if span.date.precision != Precision.SET
            and not (self.on and span.date.earliest - self.on.latest > AHEAD)
            and number(place) - number(span.start) <= (span.date.precision > Precision.YEAR)
        ]

    def _months(self, match: re.Match) -> DateSpan | None:
        """The first months of a year: nine months of 2024."""
        at = match.start("count") if match["count"] else match.start("number")
        number = self.tokens[at].value
        count = NUMBER_WORDS.get(number) or int(number)
        words = self._reading(match.start(), match.end())
        if not words.year or not words.is_possible or not 2 <= count <= 11:
            return None
        start, end = edtf(f"{words.year}-01"), edtf(f"{words.year}-{count:02}")
        return start and DateSpan(*self._place(match), start, end, words.inferred)

    def _relative(self, match: re.Match) -> DateSpan | None:
        """A day or month that is counted from the source: yesterday, last month, on Monday."""
        codes = match[0]
        is_day = "w" in codes or codes in ("0", "1", "2", "=g")
        needed = Precision.DAY if is_day else Precision.MONTH
        if not self.on or self.on.precision < needed:
            return None
        if codes in ("0", "1", "2", "=g"):
            date = self.on.plus(days={"1": -1, "2": 1}.get(codes, 0))
        elif codes[1:] == "m":
            date = month_beside(self.on, {"<": -1, "=": 0, ">": 1}[codes[0]])
        elif "w" in codes:
            date = self._weekday(match)
        else:
            date = self._named_month(match)
        if not date:
            return None
        return DateSpan(*self._place(match), date, inferred=self._counted(*match.span()))

    def _weekday(self, match: re.Match) -> Edtf | None:
        """The day that the name of a weekday means."""
        codes = match[0]
        at = match.start() + codes.index("w")
        name = " ".join(
            token.value for token in self.tokens[at : match.end()] if token.value not in _DAYS
        )
        weekday = weekday_names().get(name)
        if weekday is None or codes[0] == "w" and not self._is_weekday(match):
            return None
        return weekday_beside(self.on, weekday, codes[0])

    def _is_weekday(self, match: re.Match) -> bool:
        """Whether a weekday alone is a date; "среды" and "bazar" are other words too."""
        word, before = self.tokens[match.start()], self._before(match)
        if len(match[0]) > 1 or word.has_place:
            return True
        if word.value.isascii():
            return self.text[word.start].isupper() and word.value in _ENGLISH_WEEKDAYS
        return bool(before) and self.codes[match.start() - 1] in "Pft"

    def _named_month(self, match: re.Match) -> Edtf | None:
        """The month that "last May" or "this March" means."""
        word = self.tokens[match.end() - 1]
        if not self.text[word.start].isupper() and word.value.isascii():
            return None
        return named_month(self.on, month_names()[word.value], match[0][0])


def _without_weekday(text: str) -> str:
    """Normalized text of a date without its weekdays: the source may be wrong about them."""
    return _WEEKDAYS.sub("", text)
