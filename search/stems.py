"""Stems of words: short rules of our own for the endings of English, Azerbaijani, Kazakh and
Russian nouns and names. docs/search.md compares them with Snowball's stemmers.

The language of a word is not known, least of all in a query, so the rules are chosen by its letters
alone, and words in Latin letters pass both the English and the Turkic rules, with and without
diacritics.
"""

import re

# The letters that Kazakh Cyrillic has beside the Russian ones.
KAZAKH = re.compile("[әғқңөұүһі]")
_VOWEL = re.compile("[aeiouy]")
# The vowels that may stand before "a" and before "e" in a Turkic ending. The letters are folded, so
# that "i" is also "ı", "o" also "ö" and "u" also "ü".
_BEFORE_A, _BEFORE_E = frozenset("aiouy"), frozenset("eiouy")


def latin_stem(word: str) -> str:
    """The stem of a folded word in Latin letters: "agreements", "müqaviləsinin"."""
    if len(word) < 5:
        return word[:-1] if len(word) == 4 and word[-1] == "s" and word[-2] not in "sui" else word
    word = _SOFT.sub("k", last_vowel(turkic_stem(_verb(_plural(word)))))
    # "sərhədi" has become "serhed", which would lose its end as "signed" does.
    return _verb(word)


def last_vowel(word: str) -> str:
    """Without a last vowel, which is an ending in each of the languages. The "y" of "treaty" is
    not one."""
    least = {"a": 4, "e": 5, "i": 4, "u": 4}.get(word[-1:])
    # "sh" counts as the one letter "ş".
    return word[:-1] if least and len(word) - word.count("sh", 1) > least else word


_PLURAL = re.compile(r"(?<=[^aeiou])ies$|(?<=ss|sh|ch)es$|(?<=[xz])es$|(?<=[^siu])s$")
_VERB = re.compile(r"(?<=...[^aeiou])(?:ed|ing)$|(?<=...[aou])ing$")
# A short stem that has lost its "e": "trad" of "traded".
_SHORT = re.compile(r"[^aeiou]+[aeiou][^aeiouwxy]")


def _plural(word: str) -> str:
    """Without the ending of an English plural."""
    found = _PLURAL.search(word)
    return word[: found.start()] + ("y" if found[0] == "ies" else "") if found else word


def _verb(word: str) -> str:
    """Without the ending of an English verb."""
    if word.endswith("ied"):
        return f"{word[:-3]}y"
    found = _VERB.search(word)
    if not (found and _VOWEL.search(word, 0, found.start())):
        return word
    word = word[: found.start()]
    if word[-1] == word[-2]:
        return word[:-1]
    return f"{word}e" if _SHORT.fullmatch(word) else word


# Endings of Azerbaijani and Kazakh nouns in folded Latin letters, each with the number of letters
# that must be left before it: few English words end in them.
_CASE = "n?[iuy]n|[dt][iy]n|n?d[ae]n?|n[ae]n?|[iuy]|n[iuy]|i[aeiu]|[ae]|l[ae]"
_TURKIC = (
    # Plurals: "dövlətlərin", "memleketter".
    (4, re.compile(rf"(?:l[ae]r|(?<=[lmnz])d[ae]r|(?<=[kpqt])t[ae]r)(?:[iuy]?(?:{_CASE}))?$")),
    # The genitive of names that end in "an", which is not that of names in "a": "Azərbaycanın".
    (4, re.compile(r"(?<=hran|iran|ivan|oman|stan|ycan)in$")),
    # Possessives after a vowel, with a case: "respublikasının". In "saziş", "iş" ends the stem.
    (4, re.compile(r"(?<=[aeiou])s[iuy](?:n[iuy]n?|nd[ae]n?|n[ae]n?)$|(?<=[ae])s[iy]$")),
    # Possessives after a consonant, with a case: "səfərinin", "səfirliyində".
    (4, re.compile(r"(?<=[^aeiou])[iuy](?:n[iuy]n|nd[ae]n?)$")),
    # The genitive after a vowel, or after the consonants of Kazakh: "ölkənin", "Qazaqstannyñ".
    (4, re.compile(r"(?<=[aeioun])n[iuy]n$|(?<=[lmnz])d[iy]n$|(?<=[fkpqtv])t[iy]n$")),
    # The genitive after a consonant: "prezidentin".
    (5, re.compile(r"(?<=[^aeiouy])[iu]n$")),
    # The locative and the ablative: "Azərbaycanda", "ölkədən".
    (5, re.compile(r"(?<=[^aeiou])d[ae]n?$")),
    (4, re.compile(r"(?<=e)den?$|(?<=i)dan?$")),
    (6, re.compile(r"(?<=[aou])dan?$")),
    # The dative and the accusative after a vowel: "ölkəyə".
    (4, re.compile(r"(?<=[aeou])y[aeiu]$")),
)
# What "lik" and "lıq" become before a vowel: "səfirliyi", "əməkdaşlığı".
_SOFT = re.compile("(?<=l[iu])[gy]$")


def turkic_stem(word: str) -> str:
    """Without the ending of an Azerbaijani or Kazakh noun in Latin letters."""
    for least, pattern in _TURKIC:
        found = pattern.search(word)
        if found and found.start() >= least and _in_harmony(word, found.start()):
            return word[: found.start()]
    return word


def _in_harmony(word: str, start: int) -> bool:
    """Whether the vowels of an ending, from an offset on, can follow the vowel before it."""
    last = _VOWEL.findall(word[:start])[-1:]
    if not last:
        return False
    ending = word[start:]
    return not ("a" in ending and last[0] not in _BEFORE_A) and not (
        "e" in ending and last[0] not in _BEFORE_E
    )


_VOWELS, _UNVOICED = "аеёиоыіәөүұэюя", "бвгдкқпстфхцчшщ"
_OF_POSSESSIVE = "ның|нің|нда|нде|нан|нен|на|не|н|мен"
_OF_NOUN = (
    rf"(?<=[{_UNVOICED}])(?:т[ыі]ң|т[ыі]|т[ае]|(?<!с)т[ае]н|қа|ке|пен)|"
    rf"(?<=[{_VOWELS}умнң])(?:н[ыі]ң|н[ае]н)|(?<=[{_VOWELS}])н[ыі]|"
    rf"(?<=[^{_UNVOICED}])(?:д[ыі]ң|д[ыі]|д[ае]|д[ае]н|ға|ге|мен|бен)"
)
_KAZAKH_RULES = (
    # Plurals: "мемлекеттерінің".
    (2, re.compile(rf"[лдт][ае]р(?:{_OF_NOUN}|[ыі](?:{_OF_POSSESSIVE})?)?$")),
    # Possessives: "саудасының", "сапарында".
    (3, re.compile(rf"(?<=[{_VOWELS}])с[ыі](?:{_OF_POSSESSIVE})?$")),
    (4, re.compile(rf"(?<=[^{_VOWELS}])[ыі](?:{_OF_POSSESSIVE})$")),
    # Cases: "Қазақстанда".
    (3, re.compile(rf"(?:{_OF_NOUN})$")),
    (4, re.compile(rf"(?<=[^{_VOWELS}])[ыі]$")),
)
# What "қ" and "лік" become before a vowel: "одағы", "елшілігі".
_KAZAKH_SOFT = re.compile("ғ$|(?<=[еі])г$")
# Kazakh endings of words without a Kazakh letter that are not Russian ones: "мемлекеттер",
# "Астанада".
_PLAIN_KAZAKH = re.compile(
    r"(?P<back>.*[аоуыя][бвгджзклмнпрстфх]*)(?P<a>[лдт]ар)(?:ы|да|дан|ды)?|"
    r"(?P<front>.*[еи][бвгджзклмнпрстфх]+)[лдт]ер(?:де|ден|ге)?|"
    r"(?P<possessive>.{4,}[аяу])сы|(?P<place>.{5,}[аы]|.*стан)(?:дан?|нан)|"
    r"(?P<with_case>.{4,})ын(?:да|дан|ан|а)"
)


def kazakh_stem(word: str) -> str:
    """A Kazakh word in lower case Cyrillic letters, without the ending of a noun."""
    for least, pattern in _KAZAKH_RULES:
        found = pattern.search(word)
        if found and found.start() >= least:
            return _KAZAKH_SOFT.sub("к", word[: found.start()])
    return word


_RUSSIAN = re.compile(
    # Nouns in -ия and -ие keep the "и": "Грузия" is no "груз".
    r"(?<=..и)(?:ями|ям|ях|ем|еи|ею|[еяюи])$|"
    # Adjectives in -ский.
    r"(?<=[сц]к)(?:ими|ого|ому|ая|ое|ои|ою|ую|ие|ии|им|их|ом)$|"
    r"(?<=...)(?:ь(?:ями|ям|ях|еи|ем|ев|ею|[еяюи])|"
    r"[ыи]ми|ого|его|ому|ему|[ая]я|[оеы]е|[ую]ю|[ыи]х|ыи|ами|ями|[ая]х|"
    # "Касым", "Ислам" and "Ильхам" are stems.
    r"(?<=[^ь]{4})[аяыи]м|[ое]м|[ое]и|[ое]ю|(?<=ц)ев|(?<!г)о|[аеиуыьюя])$"
)


# Short names that end like a form of another word.
_INDECLINABLE = frozenset(["баку", "бакы", "бали", "мали", "перу", "сочи", "чили"])


def russian_stem(word: str) -> str:
    """The stem of a folded word in Russian letters: without the ending of a noun or an adjective.
    Endings of verbs stay: "Казахстан" and "Иран" would lose theirs."""
    if word in _INDECLINABLE:
        return word
    return _RUSSIAN.sub("", _plain_kazakh(word), count=1)


def _plain_kazakh(word: str) -> str:
    """Without an ending that only a Kazakh word can have."""
    found = _PLAIN_KAZAKH.fullmatch(word)
    if not found:
        return word
    stem = found[found.lastgroup if found.lastgroup != "a" else "back"]
    # "доллар", "тендер" and "лидер" are stems.
    least = {"front": 5, "a": 3 if found["a"] != "лар" else 4}.get(found.lastgroup, 0)
    return stem if len(stem) >= least else word
