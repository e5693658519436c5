"""Names of countries from ISO 3166, and the forms in which lists write a name.

Names in English, Azerbaijani, Kazakh and Russian come from the package pycountry, which carries
Debian's iso-codes (docs/adr/0103-names-and-codes-of-countries.md). Forms are found by rule: nothing
here knows a particular country.
"""

import gettext
import re
from collections.abc import Iterator
from functools import lru_cache

import pycountry

from core.folding import fold, visible
from relations.names import plain_words

LANGUAGES = ("az", "kk", "ru")
# The official name in each language from the short one, by the first words of the official name in
# English. The package has few in Azerbaijani, and Russian ones are often written in this way too.
_OFFICIAL = {
    "Republic of": ("{} Respublikası", "{} Республикасы", "Республика {}"),
    "Kingdom of": ("{} Krallığı", "{} Корольдігі", "Королевство {}"),
    "State of": ("{} Dövləti", "{} Мемлекеті", "Государство {}"),
}
# The words of a name that lists abbreviate, each with its shortest form: all forms become that one.
_SHORT = {
    short: words.split()
    for short, words in {
        "rep": "republic repub", "dem": "democratic democ", "fed": "federal federated federation",
        "peop": "people peoples ppl", "soc": "socialist", "isl": "island islands is isls islds",
        "n": "north northern", "s": "south southern", "e": "east eastern", "w": "west western",
        "c": "central cent", "eq": "equatorial equat", "utd": "united untd", "gt": "great",
        "br": "british brit", "fr": "french", "neth": "netherlands netherland",
        "terr": "territory territories", "sts": "states", "us": "usa",
        "респ": "республика республикасы", "фед": "федерация", "остр": "острова остров ова",
        "resp": "respublikasi", "ad": "adalari adasi",
    }.items()
}  # fmt: skip
_SHORTEST = {word: short for short, words in _SHORT.items() for word in words}
# "and" between the two parts of a name, in the four languages.
_AND = re.compile(r"(.+?)(?: (?:and|&|və|және|и) |-(?=Herzegovina\b))(.+)")
_BRACKETS = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*(.*)")
# Letters with points: U.S.A.
_INITIALS = re.compile(r"\b(?:\w\. ?)+\w\b\.?")
_FORMER = re.compile(r"^(?:the )?(?:former|fmr\.?|ex-)\s*|\s*[(,]\s*former\)?$", re.IGNORECASE)


@lru_cache(1)
def _translations() -> list[gettext.NullTranslations]:
    folder = pycountry.LOCALES_DIR
    return [gettext.translation("iso3166-1", folder, [code]) for code in LANGUAGES]


@lru_cache(512)
def iso_names(iso2: str, short: tuple[str, ...] = ("", "", "")) -> tuple[str, ...]:
    """The names that ISO 3166-1 has for a present code: short, official and common ones, in English
    and as far as the package translates them; none for an unknown code.

    `short` gives the short name in each of LANGUAGES. If the official name is no more than
    "Republic of", "Kingdom of" or "State of" before the short one in English, so it is in these.
    """
    entry = pycountry.countries.get(alpha_2=iso2)
    if entry is None:
        return ()
    names = dict.fromkeys(
        name
        for kind in ("name", "official_name", "common_name")
        if (name := getattr(entry, kind, ""))
    )
    for name in tuple(names):
        names |= dict.fromkeys(each.gettext(name) for each in _translations())
    official = getattr(entry, "official_name", "")
    common = re.escape(getattr(entry, "common_name", entry.name))
    for words, patterns in _OFFICIAL.items():
        if re.fullmatch(f"{words} (?:the )?{common}", official):
            names |= dict.fromkeys(
                pattern.format(name) for pattern, name in zip(patterns, short, strict=True) if name
            )
    return tuple(names)


@lru_cache(20_000)
def forms(name: str) -> frozenset[str]:
    """The forms of a name for comparison. Two names are the same if they have one in common.

    They do not differ in case, accents, spaces, articles, and the abbreviations of common words
    ("Dem. Rep."). The part after a comma or in brackets may also stand first ("Korea, Rep. of").
    """
    return frozenset(filter(None, map(_form, _orders(visible(name)))))


def _orders(name: str) -> Iterator[str]:
    yield name
    if match := _BRACKETS.fullmatch(name):
        yield f"{match[2]} {match[1]} {match[3]}"
    if "," in name:
        first, _comma, last = name.partition(",")
        yield f"{last} {first}"
        if "," in last:
            first, _comma, last = name.rpartition(",")
            yield f"{last} {first}"
    elif re.search(r" of(?: the)?$", name, re.IGNORECASE):
        words = name.split()
        for place in range(1, len(words) - 1):
            yield " ".join((*words[place:], *words[:place]))


def _form(name: str) -> str:
    name = re.sub(r"\bо-ва?\b", "острова", fold(name))
    name = _INITIALS.sub(lambda match: re.sub(r"[. ]", "", match[0]), name)
    return "".join(_SHORTEST.get(word, word) for word in plain_words(name))


def first_part(name: str) -> str:
    """The first part of a double name: Bosnia of "Bosnia and Herzegovina"; empty for others."""
    match = _AND.fullmatch(visible(name))
    return match[1] if match and "," not in name and "(" not in name else ""


def head(name: str) -> str:
    """What stands before a comma or brackets: Korea of "Korea, Rep."; empty for other names."""
    found = re.match(r"([^,(\[]+?)\s*[,(\[]", visible(name))
    return found[1] if found else ""


def without_former(name: str) -> str:
    """The name of which a list says "former": USSR of "Fmr USSR"; empty for other names."""
    rest = _FORMER.sub("", visible(name))
    return rest if rest != visible(name) else ""
