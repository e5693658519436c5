"""Titles of documents, and numbers of laws and registrations, in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.action_words import SIGN, STEPS
from extraction.spans import Span
from extraction.texts import Folded, Sentence
from treaties.instruments import INSTRUMENT_WORDS, instrument

LONGEST_TITLE = 300
# How far from a title that begins with a small letter the verb may stand, in folded characters.
NEAR = 60
_ACTS = (SIGN, *(words for _type, words in STEPS))


@dataclass(frozen=True, slots=True)
class TitleSpan(Span):
    """The title of a document, as a text gives it, with the kind of instrument that it names."""

    title: str
    instrument: str


@dataclass(frozen=True, slots=True)
class NumberSpan(Span):
    """The number of a law or decree, or of a registration with the United Nations."""

    number: str
    is_registration: bool = False


_INSTRUMENT = re.compile(rf"(?<!\w)(?:{'|'.join(INSTRUMENT_WORDS.values())})(?!\w)")
# Quotation marks, and how far from the word for the instrument the quotation may begin.
_QUOTED = re.compile(r"[«„“]([^«»„“”]{3,300})[»“”]|(?<!\w)\"([^\"]{3,300})\"(?!\w)")
# What the title of a document begins with after the word for the instrument, in languages that put
# it first.
_SUBJECT = re.compile(
    r" (?:of (?:understanding|cooperation|friendship)|on|for|concerning|regarding|between|to|about|"
    r"о|об|между|по|в области|в сфере|\"|«|„|“)(?=\W)"
)
# Where such a title ends.
_END = re.compile(
    r"[,;:.()\n]|\s(?:"
    r"(?:was|were|is|are|has|have|had|been|will|shall|which|that|who|can|could|may|until|during|after|before|following|"
    r"signed|enter\w*|ratified|came|came into|adopted|registered|took|as well as|"
    r"был\w{0,2}|будет|подписа\w+|вступил\w*|котор\w+|которы\w|состоял\w+|принят\w*|ратифицир\w+|"
    r"a также|а также|после|во время|в ходе|прекратил\w*|зарегистрир\w+|денонсир\w+|утратил\w*|"
    r"imzalan\w*|quvveye|кол коиыл\w*|"
    r"and (?:an? |the |other |several |two |three |a number )|и (?:ряд|друг|так)\w*)(?!\w)"
    r"|(?:and|и|в|in|at|on) (?=[0-9]))"
)
_TRAILING = re.compile(r"\s(?:until|до|and|и|в|во|in|at|on|the|an?|с|from|of|by|dated|от)$")
# The words before an instrument without a subject: "signed the final protocol".
_SIGNED_A = re.compile(
    r"(?<!\w)(?:signed|подписал\w*|подписан\w*) (?:an? |the )?(?=(?:[^\W\d]+ ){0,3}$)"
)
# Where a title begins in Azerbaijani and Kazakh, which put the word for the instrument last.
_BEFORE_TITLE = re.compile(
    r"[,;:.()\n«»\"“”„]|(?<!\w)(?:arasinda|arasindaki|cercivesinde|zamani|neticesinde|sonra|hemcinin|"
    r"ve ya|ise|арасында|арасындагы|барысында|кеиин|сондаи-ак|бойынша тараптар|нәтижесінде|"
    r"тараптар|terefler|nazirler|prezidentler|liderler|olke bascilari|президенттер|министрлер|"
    r"gunu|ayinda|ilde|жылы|куни|аиында|[0-9]{4}|baki(?:da|nin)|astanada|астанада|бакуде)(?!\w)"
)
_ABOUT = re.compile(
    r"(?:haqqinda|dair|uzre|haqda|barede|туралы|жониндеги|жоніндегі|бойынша|саласындагы|"
    r"sahesinde|sahesinde emekdasliq(?: haqqinda)?)\s*$"
)
_NUMBER = re.compile(
    r"(?<!\w)(?:laws?|decrees?|orders?|resolutions?|закон\w*|указ\w{0,3}|постановлени\w+|"
    r"распоряжени\w+|qanun\w*|ferman\w*|serencam\w*|qerar\w*|зан\w{0,4}|жарлы\w+|каулы\w*)"
    r"(?!\w)[^.;\n]{0,60}?(?P<number>(?:no\.?|№|nr\.?|n:?) ?[0-9][\w/-]*)"
    r"|(?P<after>(?:no\.?|№|nr\.?) ?[0-9][\w/-]*)(?: ?sayli| ?номирли)?"
    r"[^.;\n]{0,20}?(?<!\w)(?:qanun|ferman|serencam|qerar|зан|жарлы)\w*"
)
_REGISTRATION = re.compile(r"(?<![\w-])(?:I|II)-[1-9][0-9]{2,6}(?![\w-])")


def numbers_in(text: str, folded: Folded) -> list[NumberSpan]:
    """The numbers of laws and of registrations, in the order of the text."""
    found = []
    for match in _NUMBER.finditer(folded.text):
        start, end = folded.span(match, "number" if match["number"] else "after")
        found.append(NumberSpan(start, end, text[start:end]))
    for match in _REGISTRATION.finditer(text):
        found.append(NumberSpan(*match.span(), match[0], is_registration=True))
    return sorted(found, key=lambda one: one.start)


def titles_in(
    text: str, folded: Folded, sentences: list[Sentence], stops: list[int]
) -> list[TitleSpan]:
    """The titles of documents, in the order of the text. `stops` are offsets at which a title that
    is not quoted ends: of dates, cities and the like."""
    found: list[TitleSpan] = []
    for sentence in sentences:
        for start, end in _titles_of(text, folded, sentence, stops):
            words = " ".join(text[start:end].split())
            if found and start < found[-1].end or not 5 < len(words) <= LONGEST_TITLE:
                continue
            found.append(TitleSpan(start, end, words, instrument(words)))
    return found


def _titles_of(
    text: str, folded: Folded, sentence: Sentence, stops: list[int]
) -> Iterator[tuple[int, int]]:
    """The offsets of the titles of one sentence."""
    quoted = list(_QUOTED.finditer(text, sentence.start, sentence.end))
    first, last = _folded_range(folded, sentence)
    for match in _INSTRUMENT.finditer(folded.text, first, last):
        start, end = folded.span(match)
        inside = next((one for one in quoted if one.start() < start and end <= one.end()), None)
        if inside:
            group = 1 if inside[1] else 2
            yield inside.span(group)
            continue
        after = next((one for one in quoted if 0 <= one.start() - end <= 3), None)
        before = next((one for one in quoted if 0 <= start - one.end() <= 3), None)
        if after:
            yield start, after.end()
        elif before:
            yield before.start(), end
        elif _SUBJECT.match(folded.text, match.end()):
            if text[start].isupper() or _acts_near(folded.text, match, first, last):
                yield _forward(text, folded, match, last, stops)
        elif _ABOUT.search(folded.text, first, match.start()):
            span = _backward(text, folded, match, first)
            if text[span[0]].isupper() or _acts_near(folded.text, match, first, last):
                yield span
        elif verb := _SIGNED_A.search(folded.text, max(first, match.start() - NEAR), match.start()):
            yield folded.original(verb.end(), match.end())


def _acts_near(words: str, match: re.Match, first: int, last: int) -> bool:
    """Whether somebody signed, ratified or the like near the word for an instrument: then it need
    not begin with a capital letter."""
    start, end = max(first, match.start() - NEAR), min(last, match.end() + NEAR)
    return any(pattern.search(words, start, end) for pattern in _ACTS)


def _folded_range(folded: Folded, sentence: Sentence) -> tuple[int, int]:
    return folded.place(sentence.start), folded.place(sentence.end)


def _forward(
    text: str, folded: Folded, match: re.Match, last: int, stops: list[int]
) -> tuple[int, int]:
    """A title from the word for its instrument on."""
    ending = _END.search(folded.text, match.end() + 1, last)
    other = _INSTRUMENT.search(folded.text, match.end() + 1, last)
    end = ending.start() if ending else last
    if other and re.search(r" (?:and|и|,) ?(?:an? |the )?$", folded.text[: other.start()][-8:]):
        end = min(end, other.start())
    start, finish = folded.original(match.start(), end)
    for stop in stops:
        if start < stop < finish:
            finish = stop
            break
    words = text[start:finish].rstrip(" ,;:.\n")
    while trimmed := _TRAILING.search(words):
        words = words[: trimmed.start()].rstrip(" ,")
    return start, start + len(words)


def _backward(text: str, folded: Folded, match: re.Match, first: int) -> tuple[int, int]:
    """A title up to the word for its instrument."""
    begin = first
    for stop in _BEFORE_TITLE.finditer(folded.text, first, match.start()):
        begin = stop.end()
    start, end = folded.original(begin, match.end())
    return start + len(text[start:end]) - len(text[start:end].lstrip()), end
