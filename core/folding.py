"""Folding of text for search and sorting: the same result on every database, in any script."""

import unicodedata

# Letters that Unicode does not decompose, or that people replace by a similar plain letter.
_PLAIN = str.maketrans(
    {
        "ə": "e", "ı": "i", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "қ": "к", "ғ": "г", "ң": "н", "ү": "у", "ұ": "у", "һ": "х", "ә": "а", "ө": "о", "і": "и",
        "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents or extra spaces: "Azərbaycan" and "AZERBAYCAN" become equal.

    Cyrillic stays Cyrillic, with Kazakh letters replaced by similar Russian ones.
    """
    if text.isascii():  # Most text; the steps below would not change it.
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.translate(_PLAIN).split())
