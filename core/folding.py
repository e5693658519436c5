"""Folding of text for search and for sorting: one result on every database, in every script."""

import unicodedata

# Letters that Unicode does not decompose, or that people replace by their plain neighbour.
_PLAIN = str.maketrans(
    {
        "ə": "e", "ı": "i", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "қ": "к", "ғ": "г", "ң": "н", "ү": "у", "ұ": "у", "һ": "х", "ә": "а", "ө": "о", "і": "и",
        "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents, spaces run together: "Azərbaycan" and "AZERBAYCAN" are equal.

    Cyrillic stays Cyrillic, with Kazakh letters as their Russian neighbours.
    """
    if text.isascii():  # Most of what is folded; the rest would change nothing in it.
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.translate(_PLAIN).split())
