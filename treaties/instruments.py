"""The kinds of instruments that titles of treaties name."""

import re

from core.folding import fold

# The words that name an instrument in folded titles, by its kind.
INSTRUMENTS = {
    "exchange_of_notes": r"exchanges? of (notes?|letters?|declarations?)|text of notes|"
    r"notes? (exchanged|between|from|concerning)|notes?[- ]verbales?",
    "memorandum": "memorand(um|a)( of understanding)?",
    "joint_statement": "joint (statement|communique)s?",
    "agreed_minutes": "agreed minutes?|proces[- ]verba(l|ux)",
    "amendment": "(amendment|modification)s? (to|of)",
    "act": "(final|general|additional) act|act of",
    "constitution": "constitution|charter|statutes?",
    "regulations": "regulations",
    "bit": r"bits?|bilateral investment treat(y|ies)",
    "convention": "(convention|covenant)s?",
    "protocol": "protocols?",
    "declaration": "declarations?",
    "agreement": "agreements?|accords?|modus vivendi|fta|epa|cepa|tifa",
    "arrangement": "arrangements?",
    "treaty": "treat(y|ies)|pacts?",
    "decision": "decisions?",
    "contract": "contracts?",
    "programme": "programmes?",
}
_INSTRUMENTS = {code: re.compile(rf"\b({words})\b") for code, words in INSTRUMENTS.items()}


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
