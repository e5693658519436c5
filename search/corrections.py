"""What is offered to somebody whose words were not found: similar words that readers can find."""

from dataclasses import dataclass

from django.db.models import Q
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from core.folding import fold
from search.database import any_matches
from search.index import CORRECTED
from search.match import PUBLIC, Match, Words
from search.models import Name, Word
from search.query import Query, Term
from search.words import begun, keys, places

# The letters that a mistyped first letter may stand for.
LETTERS = "abcdefghijklmnopqrstuvwxyz" + "".join(map(chr, range(0x430, 0x450)))
# How many similar words are tried as corrections of a word.
TRIED = 8
# Longer words may have two typing errors.
LONG = 8


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with other words in place of those that are found nowhere."""

    text: str
    # The text in parts, each with whether it is corrected.
    parts: tuple[tuple[str, bool], ...]


def correct(query: Query) -> Correction | None:
    """The query with similar known words in place of those that are found nowhere; None if it has
    none, or no similar word is known for one of them."""
    parts, place = [], 0
    for term in query.terms:
        if term.quoted or term.prefix or len(term.keys) > 1 or is_known(term):
            continue
        if not (word := similar(term)):
            return None
        parts += [(query.text[place : term.start], False), (word, True)]
        place = term.end
    if not parts:
        return None
    parts.append((query.text[place:], False))
    return Correction("".join(text for text, _changed in parts), tuple(filter(all_text, parts)))


def all_text(part: tuple[str, bool]) -> bool:
    return bool(part[0])


def is_known(term: Term) -> bool:
    """Whether a reader finds anything with a term, or it is the name of a row."""
    named = Name.objects.filter(keys=" ".join(term.keys), public=True)
    return is_found(term.found()) or named.exists()


def is_found(match: Match) -> bool:
    """Whether a reader finds anything with this."""
    return any_matches(match & PUBLIC)


def similar(term: Term) -> str:
    """The known word that differs from a term by the fewest typing errors, or that sounds like it
    in another script; empty without one."""
    # Without brackets and commas around it, which would count as typing errors.
    word = next(places(term.text))
    typed = fold(term.text[word.start : word.end])
    if len(typed) not in CORRECTED:
        return ""
    for words_, form in ((written_like(typed), str), (sounding_like(typed), begun)):
        errors = 2 if len(form(typed)) >= LONG else 1
        known = {word: form(word) for word in words_}
        close = extract(form(typed), known, scorer=OSA.distance, score_cutoff=errors, limit=TRIED)
        ranked = sorted((distance, word[0] != typed[0], word) for _form, distance, word in close)
        for _distance, _other, word in ranked:
            if is_found(Words(tuple(keys(word)))):
                return word
    return ""


def written_like(typed: str) -> list[str]:
    """Known words of a similar size that begin with the same letter, and those whose first letters
    only may be mistyped."""
    rest, second = typed[1:], typed[1] + typed[0] + typed[2:]
    mistyped = {f"{letter}{text}" for letter in LETTERS for text in (rest, typed)}
    rows = Word.objects.filter(Q(begun_with(typed[0])) | Q(word__in=mistyped | {rest, second}))
    return list(rows.filter(size__in=sizes(typed)).values_list("word", flat=True))


def sounding_like(typed: str) -> list[str]:
    """Known words in Latin letters of a similar size that begin like the rough Latin spelling."""
    start = begun(typed)[:1]
    if typed.isascii() or not start:
        return []
    rows = Word.objects.filter(begun_with(start), size__in=sizes(typed))
    return list(rows.values_list("word", flat=True))


def begun_with(letter: str) -> Q:
    return Q(word__gte=letter, word__lt=chr(ord(letter) + 1))


def sizes(typed: str) -> range:
    return range(len(typed) - 2, len(typed) + 3)
