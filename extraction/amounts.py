"""Sums, percentages, factors and counts in running text of four languages."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from extraction import sum_words as tables
from extraction.date_codes import names_time
from extraction.spans import AmountSpan, Measure
from extraction.words import WORD, folded
from trade.amount_words import NUMBER_WORDS, QUALIFIERS
from trade.amounts import Amount, AmountError, read, scale_of, units_of
from trade.units import MONEY, Unit

_TOKEN = re.compile(
    r"(?P<number>[1-9][0-9]{0,2}(?:[ \xa0\u202f][0-9]{3})+(?:[.,][0-9]+)?(?![0-9])"
    r"|[0-9]+(?:[.,'’][0-9]+)*)(?:-(?P<ending>[^\W\d_]{1,4})(?!\w))?"
    rf"|(?P<word>{WORD})|(?P<sign>[^\s\w])|_+"
)
# Longer numbers are not read.
LONGEST_NUMBER = 40
_CODES = frozenset(unit.value.lower() for unit in MONEY)
_DASHES = "–—‒−-"
_STUCK = re.compile(r"(?:№ ?|[#№+/_@&\w.,]|\w[-–])$")
_MINUS = re.compile(r"(?:^|[\s(])[-−]$")
# Letters of the languages that write decimals with a comma.
_COMMA_LETTERS = re.compile("[А-яЁёӘәҚқҒғҢңӨөҰұҮүІіҺһƏəĞğŞşİıÇçÖöÜü]")
_GROUPED = re.compile(r"[0-9]\.[0-9]{3}(?![0-9])")
_MAY_BE_YEAR = range(1800, 2101)


class _Token(NamedTuple):
    """A number, word or sign; `value` is a number in digits, or a folded word."""

    start: int
    end: int
    kind: str
    value: str
    ending: str = ""


class _Tail(NamedTuple):
    """The words after a number that belong to it, and the token after them."""

    words: str
    units: tuple[Unit, ...]
    after: int
    is_factor: bool = False
    is_scaled: bool = False


def amounts_in(text: str) -> list[AmountSpan]:
    """Return the sums of a text in their order, without overlaps.

    A number without a unit and without a counted thing is not a sum. If the words can mean several
    currencies, the amount has all of them.
    """
    return [*_Reader(text).spans()]


@lru_cache(maxsize=16384)
def _read(text: str) -> tuple[Amount, ...]:
    """The readings of an amount; none if it is not one."""
    try:
        return tuple(read(text))
    except AmountError:
        return ()


@lru_cache(maxsize=16384)
def _qualifies(before: str, after: str = "") -> bool:
    """Whether words before or after a number qualify it."""
    text = f"{before} 5 {after}".strip()
    for _qualifier, pattern in QUALIFIERS:
        match = pattern.fullmatch(text)
        if match and match["rest"] == "5" and not match.groupdict().get("unit"):
            return True
    return False


class _Reader:
    """The sums of one text."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = [_token(match) for match in _TOKEN.finditer(text)]

    def spans(self) -> Iterator[AmountSpan]:
        place, end = 0, 0
        while place < len(self.tokens):
            token = self.tokens[place]
            found = None
            if token.kind == "n" or token.kind == "w" and token.value in NUMBER_WORDS:
                found = self._number(place, end)
            elif token.kind == "w" and token.value in tables.FACTORS:
                found = self._factor(place, end)
            if found:
                span, place = found
                end = span.end
                yield span
            else:
                place += 1

    def _value(self, at: int) -> str:
        """The token at a place; an empty text after the last."""
        return self.tokens[at].value if 0 <= at < len(self.tokens) else ""

    def _is_number(self, at: int) -> bool:
        if not 0 <= at < len(self.tokens):
            return False
        token = self.tokens[at]
        if token.kind == "w":
            return token.value in NUMBER_WORDS
        is_case = (
            not token.ending
            or token.ending in tables.TIMES
            or bool(tables.CASE.fullmatch(token.ending))
        )
        return token.kind == "n" and is_case and bool(token.value)

    def _digits(self, at: int) -> str:
        value = self.tokens[at].value
        return str(NUMBER_WORDS.get(value, value))

    def _number(self, at: int, end: int) -> tuple[AmountSpan, int] | None:
        """The sum whose number, or first number, is the token at a place; `end` is where the sum
        before it ends."""
        if not self._is_number(at):
            return None
        start = self.tokens[at].start
        if _STUCK.search(self.text[max(start - 2, 0) : start]) or self._is_reference(at):
            return None
        first, before = self._currency_before(at, end)
        tail = self._tail(at)
        if found := self._range(at, first, before, tail, end):
            return found
        if not tail.units and not before and not tail.is_factor:
            return None
        # "One document" is mostly "a document", but one billion is a number.
        is_article = self._digits(at) == "1" and self.tokens[at].kind == "w"
        if is_article and not tail.is_scaled or self._is_year(at, tail):
            return None
        first, qualifier = self._qualifier_before(first, end)
        if qualifier in tables.NOT_OF_COUNTS and tail.units == (Unit.COUNT,):
            first, qualifier = at, ""
        if tail.units == (Unit.PERCENT,) and _MINUS.search(self.text[max(start - 2, 0) : start]):
            first, before = at - 1, "-"
        if tail.is_factor and not self._is_factor(at, first, tail.after):
            return None
        ending = f"-{self.tokens[at].ending}" if self.tokens[at].ending else ""
        ending = "" if tail.is_factor else ending
        words = f"{qualifier} {before} {self._digits(at)}{ending} {tail.words}"
        return self._span(first, tail, words)

    def _span(self, first: int, tail: _Tail, words: str) -> tuple[AmountSpan, int] | None:
        """The span from a token to the end of a tail, with the sum that `read` finds in words."""
        amount = self._chosen(" ".join(words.split()), self.tokens[first].start)
        if not amount:
            return None
        measure = Measure.PERCENT if amount.units == (Unit.PERCENT,) else Measure.AMOUNT
        measure = Measure.TIMES if tail.is_factor else measure
        # The stop after a sentence that ends with "млн" is not part of the sum.
        last = self.tokens[tail.after - 1]
        is_stop = last.value == "." and self._value(tail.after - 2) in tables.WITHOUT_STOP
        start, end = self.tokens[first].start, last.start if is_stop else last.end
        return AmountSpan(start, end, amount, measure), tail.after

    def _chosen(self, words: str, start: int) -> Amount | None:
        """The likeliest reading: in English a comma separates thousands, elsewhere decimals."""
        found = _read(words)
        if len(found) < 2:
            return found[0] if found else None
        whole = [one for one in found if not one.value % 1 and not (one.upper or 0) % 1]
        if found[0].units == (Unit.COUNT,) and len(whole) == 1:
            return whole[0]
        around = self.text[max(start - 100, 0) : start + 100]
        is_foreign = len(_COMMA_LETTERS.findall(around)) * 20 > len(around)
        is_grouped = _GROUPED.search(words) and found[0].scale is None
        has_point = not is_foreign or "." in words and not is_grouped
        return found[0] if has_point else found[1]

    def _currency_before(self, at: int, end: int) -> tuple[int, str]:
        """The place and words of a currency before a number: US$, EUR."""
        for count in (2, 1):
            tokens = self.tokens[max(at - count, 0) : at]
            phrase = " ".join(token.value for token in tokens)
            is_free = len(tokens) == count and tokens[0].start >= end
            units = units_of(phrase) if is_free else ()
            if units and units[0] in MONEY and self._is_code_or_sign(tokens[-1]):
                return at - count, phrase
        return at, ""

    def _is_code_or_sign(self, token: _Token) -> bool:
        return token.kind == "s" or token.value in _CODES and self._is_upper(token)

    def _is_upper(self, token: _Token) -> bool:
        return self.text[token.start : token.end].isupper()

    def _tail(self, at: int) -> _Tail:
        """The scale, unit and qualifier after a number."""
        case = self.tokens[at].ending
        if case in tables.TIMES:
            return _Tail("", (), at + 1, True)
        words, after = self._scales(at + 1)
        is_scaled = bool(words)
        case = words[-1] if words else case
        qualifier, after = self._qualifier_after(after, case)
        if self._value(after) in tables.TIMES and not words:
            case, after = self._value(after), after + 1
            if not qualifier:
                qualifier, after = self._qualifier_after(after, case)
            return _Tail(qualifier, (), after, True)
        phrase, units, end = self._unit(after)
        if not units:
            phrase, units, end = self._counted(after)
        is_singular = phrase in tables.SINGULAR and self._digits(at) != "1"
        if units and is_singular:
            return _Tail("", (), at + 1)
        if units:
            after, case = end, phrase
            if units == (Unit.PERCENT,) and self._value(after).startswith(tables.POINTS):
                return _Tail("", (), at + 1)
            ending = after + 1 if self._value(after) == "-" else 0
            if ending and tables.CASE.fullmatch(self._value(ending)):
                found = self._qualifier_after(ending + 1, self._value(ending))
                if found[0]:
                    qualifier, after = found
            elif not qualifier:
                qualifier, after = self._qualifier_after(after, case)
                words, phrase, qualifier = [*words, phrase], qualifier, ""
        return _Tail(" ".join([*words, qualifier, phrase]), units, after, is_scaled=is_scaled)

    def _scales(self, at: int) -> tuple[list[str], int]:
        """The scales after a number, with the smaller numbers that follow ("5 млн 300 тыс."), and
        the place after them."""
        words, after, last = [], at, None
        while len(words) < 6 and self._value(after):
            value, token = self._value(after), self.tokens[after]
            scale = scale_of(value) if token.kind == "w" else None
            following = scale_of(self._value(after + 1)) if last and token.kind == "n" else None
            if scale is None and (following is None or following >= last or token.ending):
                break
            words, last = [*words, value], last if scale is None else scale
            after = self._after_stop(after + 1, value)
        return words, after

    def _after_stop(self, after: int, value: str) -> int:
        """The place after the stop of an abbreviation, if it has one."""
        is_stop = (
            self._value(after) == "." and self.tokens[after].start == self.tokens[after - 1].end
        )
        return after + (is_stop and value in tables.ABBREVIATED)

    def _unit(self, at: int) -> tuple[str, tuple[Unit, ...], int]:
        """The words of the unit at a place, the units that they can mean and the place after."""
        words, found, place = [], ("", (), at), at
        while len(words) < 3 and place < len(self.tokens):
            token = self.tokens[place]
            if token.kind == "n" or not token.value or self._is_next_currency(place):
                break
            words.append(token.value)
            place = self._after_stop(place + 1, token.value)
            phrase = " ".join(words)
            units = units_of(phrase)
            is_lower_code = phrase in _CODES and not self._is_upper(token)
            is_man = phrase == "man" and self._value(place - 1) != "."
            if units and not is_lower_code and not is_man:
                found = phrase, units, place
        return found

    def _is_stuck(self, at: int) -> bool:
        """Whether no space is before a token: 4th document."""
        return self.tokens[at].start == self.tokens[at - 1].end

    def _is_next_currency(self, at: int) -> bool:
        """Whether a sign belongs to the number that touches it: 3 or $5."""
        if self.tokens[at].kind != "s" or not self._is_number(at + 1):
            return False
        start, end = self.tokens[at].start, self.tokens[at].end
        return end == self.tokens[at + 1].start and start > self.tokens[at - 1].end

    def _counted(self, at: int) -> tuple[str, tuple[Unit, ...], int]:
        """The counted thing after one or two adjectives: 90 bilateral documents."""
        for count in (1, 2):
            word = self._value(at + count - 1)
            is_word = bool(word) and self.tokens[at + count - 1].kind == "w"
            if not is_word or self._is_stuck(at) or not _may_be_adjective(word):
                break
            phrase, units, after = self._unit(at + count)
            if units == (Unit.COUNT,):
                return phrase, units, after
        return "", (), at

    def _qualifier_after(self, at: int, case: str) -> tuple[str, int]:
        """The words after a sum that qualify it, and the place after them."""
        for count in (3, 2, 1):
            tokens = self.tokens[at : at + count]
            words = [tables.COPULA.sub("", token.value) for token in tokens]
            if len(tokens) < count or any(token.kind != "w" for token in tokens):
                continue
            needed = next((case for case, group in tables.AFTER_CASE if words[0] in group), None)
            if needed and not needed.fullmatch(case or ""):
                continue
            if _qualifies("", " ".join(words)):
                return " ".join(words), at + count
        return "", at

    def _qualifier_before(self, at: int, end: int) -> tuple[int, str]:
        """The place and words of the qualifier before a sum, after the end of the last one."""
        link = at
        while link and self._value(link - 1) in tables.BETWEEN and at - link < 2:
            link -= 1
        for last in dict.fromkeys((at, at - 1, link)):
            if last < link:
                continue
            for count in (3, 2, 1):
                tokens = self.tokens[max(last - count, 0) : last]
                words = " ".join(token.value for token in tokens)
                if len(tokens) < count or tokens[0].start < end or words in tables.NOT_QUALIFIERS:
                    continue
                if _qualifies(words) and not (words == "до" and self._is_change(last - 1)):
                    return last - count, words
        return at, ""

    def _range(
        self, at: int, first: int, before: str, tail: _Tail, end: int
    ) -> tuple[AmountSpan, int] | None:
        """A sum with two ends: 10–12 million tonnes."""
        sign = tail.after if tail.units or tail.words else at + 1
        word = self._value(sign)
        opening = self._value(first - 1)
        is_opened = opening in tables.RANGE_STARTS and not (
            opening == "from" and self._is_growth(range(first - 2, first - 6, -1))
        )
        start = first - is_opened
        is_range = word in _DASHES if word else False
        is_range = is_range or word in tables.RANGE_WORDS and start < first
        last = sign + 1
        last += is_range and self._value(last) in ("$", "€")
        if not is_range or not self._is_number(last):
            return None
        other = self._tail(last)
        units = tail.units or other.units
        if other.is_factor or not units and not before:
            return None
        words = f"{before} {self._digits(at)} {tail.words} - {self._digits(last)} {other.words}"
        if self.tokens[start].start < end:
            start = first
        return self._span(start, other, words)

    def _is_year(self, at: int, tail: _Tail) -> bool:
        """Whether a number before counted things is likelier a year: in 2024 companies, the 1996
        agreements, 2001 amended agreements."""
        value = self.tokens[at].value
        is_count = tail.units == (Unit.COUNT,) and value.isdecimal() and len(value) == 4
        if not is_count or int(value) not in _MAY_BE_YEAR:
            return False
        before = self._value(at - 1)
        is_dated = before in tables.BEFORE_YEAR or before == "," or names_time(before)
        return is_dated or tail.after > at + 2

    def _is_factor(self, at: int, first: int, after: int) -> bool:
        """Whether "times" says how many times as much, not how often: they met three times."""
        times = self._value(at + 1)
        if (
            times.startswith("есе")
            or self._value(at - 1) in ("в", "by")
            or "," in self.tokens[at].value
        ):
            return True
        return self._is_growth(range(first - 1, first - 4, -1)) or self._is_growth(
            range(after, after + 3)
        )

    def _is_growth(self, places: range) -> bool:
        """Whether one of these words, up to the next sign, says that something grew or fell."""
        for place in places:
            if not self._value(place) or self.tokens[place].kind == "s":
                return False
            if tables.CHANGE.fullmatch(self._value(place)):
                return True
        return False

    def _is_change(self, at: int) -> bool:
        """Whether the word "to" at a place follows "from" and a number: с 12 до 9 процентов."""
        before = self.tokens[max(at - 5, 0) : at]
        values = [token.value for token in before]
        return any(token.kind == "n" for token in before) and ("с" in values or "от" in values)

    def _is_reference(self, at: int) -> bool:
        """Whether a number is that of an article, page or document."""
        place = at - 2 if self._value(at - 1) == "." else at - 1
        return self._value(place) in tables.REFERENCES

    def _factor(self, at: int, end: int) -> tuple[AmountSpan, int] | None:
        """A factor in one word: doubled, вдвое."""
        value = self.tokens[at].value
        if value in ("double", "triple") and self._value(at - 1) != "to":
            return None
        if value == "twice" and self._value(at + 1) != "as":
            return None
        first, qualifier = self._qualifier_before(at, end)
        tail = _Tail("", (), at + 1, True)
        return self._span(first, tail, f"{qualifier} {tables.FACTORS[value]}")


def _may_be_adjective(word: str) -> bool:
    if word in tables.STOP_WORDS or names_time(word):
        return False
    if scale_of(word) is not None or units_of(word):
        return False
    if word.isascii():
        return (
            word.endswith(("ss", "us"))
            or not word.endswith("s")
            and not tables.PLURAL.fullmatch(word)
        )
    return not tables.PLURAL.fullmatch(word)


def _token(match: re.Match) -> _Token:
    start, end = match.span()
    if word := match["word"]:
        return _Token(start, end, "w", folded(word))
    if number := match["number"]:
        is_short = len(number) <= LONGEST_NUMBER
        ending = match["ending"]
        return _Token(start, end, "n", number if is_short else "", folded(ending) if ending else "")
    return _Token(start, end, "s", match[0])
