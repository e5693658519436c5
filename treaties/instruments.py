"""The kinds of instruments that titles of treaties name."""

import re

from core.folding import fold

# The words that name an instrument in folded titles in English, Russian, Azerbaijani and Kazakh, by
# its kind.
INSTRUMENT_WORDS = {
    "exchange_of_notes": r"exchanges? of (?:notes?|letters?|declarations?)|text of notes|"
    r"notes? (?:exchanged|between|from|concerning)|notes?[- ]verbales?|обмен\w* нотами|"
    r"nota mubadilesi",
    "memorandum": r"memorand(?:um|a)(?: of understanding)?|меморандум\w{0,3}|"
    r"(?:anlasma )?memorandum\w{0,5}",
    "joint_statement": r"joint (?:statement|communique)s?|совместн\w+ (?:заявлени|коммюнике)\w*|"
    r"birge (?:beyanat|kommunike)\w*|бирлескен (?:малимдеме|коммюнике)\w*",
    "agreed_minutes": "agreed minutes?|proces[- ]verba(?:l|ux)",
    "amendment": "(?:amendment|modification)s? (?:to|of)",
    "act": "(?:final|general|additional) act|act of",
    "constitution": "constitution|charter|statutes?",
    "regulations": "regulations",
    "bit": r"bits?|bilateral investment treat(?:y|ies)",
    "convention": r"(?:convention|covenant)s?|конвенци\w{1,3}|konvensiya\w{0,5}|конвенция\w{0,5}",
    "protocol": r"protocols?|протокол\w{0,3}|protokol\w{0,5}|хаттама\w{0,5}",
    "declaration": r"declarations?|деклараци\w{1,3}|beyanname\w{0,5}|декларация\w{0,5}",
    "roadmap": r"road ?maps?|дорожн\w{2,3} карт\w{1,2}|yol xerite\w{1,5}|жол карта\w{0,5}",
    "agreement": r"agreements?|accords?|modus vivendi|fta|epa|cepa|tifa|соглашени\w{1,2}|"
    r"sazis\w{0,5}|келисим(?:ге|ди|и|дер|дери|нин|дин|ин)?",
    "arrangement": "arrangements?",
    "treaty": r"treat(?:y|ies)|pacts?|договор(?:а|у|ом|е|ы|ов)?|muqavile\w{0,5}|"
    r"шарт(?:ты|ка|ы|тын|ына|тар|ын)?",
    "decision": r"decisions?|решени[ею]|qerar(?:i|lar)?|шешим(?:и|ди)?",
    "contract": r"contracts?|контракт\w{0,3}|kontrakt\w{0,4}",
    "programme": r"programmes?|программ\w{1,2}|proqram\w{0,4}|багдарлама\w{0,5}|"
    r"план\w{0,2} (?:деистви\w|мероприяти\w)|plans? of action|action plans?|"
    r"tedbirler plani\w{0,4}|ис-шаралар жоспары\w{0,4}",
}
# What short forms in titles stand for.
_SHORT_FORMS = {
    "bit": "agreement on the promotion and protection of investments",
    "bilateral investment treaty": "agreement on the promotion and protection of investments",
    "fta": "free trade agreement",
    "epa": "economic partnership agreement",
    "cepa": "comprehensive economic partnership agreement",
    "pta": "preferential trade agreement",
    "psa": "partial scope agreement",
    "tifa": "trade and investment framework agreement",
}
_SHORT_FORM = re.compile(rf"\b(?:{'|'.join(_SHORT_FORMS)})\b")
_INSTRUMENTS = {code: re.compile(rf"\b(?:{words})\b") for code, words in INSTRUMENT_WORDS.items()}


def instrument(title: str) -> str:
    """The kind of instrument that a title names first; `other` if it names none."""
    folded = fold(title)
    found = [
        (match.start(), place, code)
        for place, (code, words) in enumerate(_INSTRUMENTS.items())
        if (match := words.search(folded))
    ]
    return min(found)[2] if found else "other"


def without_instruments(title: str) -> str:
    """The folded title without the words that name instruments."""
    title = fold(title)
    for words in _INSTRUMENTS.values():
        title = words.sub(" ", title)
    return title


def spelled_out(title: str) -> str:
    """The folded title with its short forms spelled out: "free trade agreement" for "FTA"."""
    return _SHORT_FORM.sub(lambda match: _SHORT_FORMS[match[0]], fold(title))
