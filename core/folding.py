"""Normalization of text for comparison, search and sorting: the same result on every database, in
any script."""

import re
import unicodedata

# Characters that readers do not see: Unicode's Default_Ignorable_Code_Point (soft hyphen,
# zero-width spaces and joiners, direction marks, variation selectors, byte order mark), annotation
# marks, and controls that are not spaces. NUL is not among them: no text has one.
_UNSEEN_RANGES = (
    (0x01, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F),
    (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
UNSEEN = "".join(chr(code) for first, last in _UNSEEN_RANGES for code in range(first, last + 1))
_CLASS = "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSEEN_RANGES)
# A soft hyphen at the end of a line divides a word, which continues on the next line. Few spaces
# may follow it: a text of soft hyphens and spaces would be read again from each of them.
_INVISIBLE = re.compile(rf"\xad[ \t\r{_CLASS}]{{0,99}}\n\s*|[{_CLASS}]+")
_ENDS = UNSEEN + "".join(filter(str.isspace, map(chr, range(0x3001))))
# Hyphens that look like the plain one: Unicode's own and the non-breaking one; and the minus sign.
_HYPHENS = str.maketrans("\u2010\u2011\u2212", "---")

# Letters that Unicode does not decompose, or that people replace by a similar plain letter.
_PLAIN = str.maketrans(
    {
        "ə": "e", "ı": "i", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "қ": "к", "ғ": "г", "ң": "н", "ү": "у", "ұ": "у", "һ": "х", "ә": "а", "ө": "о", "і": "и",
        "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "ʹ": "'", "′": "'", "`": "'", "“": '"', "”": '"',
        "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‒": "-", "―": "-", "⁄": "/",
        # The stroke that lengthens an Arabic word.
        "\u0640": "",
        # The decomposition of other signs.
        "\u2010": "-", "\u2212": "-",
    }
)  # fmt: skip


def visible(text: str) -> str:
    """Text as readers see it: without invisible characters, with plain hyphens and single spaces.

    Texts that differ in nothing else look the same, so every comparison of texts ignores it.
    """
    if not text.isascii() or not text.isprintable():
        text = _INVISIBLE.sub("", text).translate(_HYPHENS)
    return " ".join(text.split())


def plain(text: str) -> str:
    """Visible text with composed letters (NFC), as names and titles are stored."""
    return unicodedata.normalize("NFC", visible(text))


def trim(text: str) -> str:
    """Text without spaces and invisible characters at its ends."""
    return text.strip() if text.isascii() else text.strip(_ENDS)


def fold(text: str) -> str:
    """Visible text in lower case without accents: "Azərbaycan" and "AZERBAYCAN" become equal.

    Cyrillic stays Cyrillic, with Kazakh letters replaced by similar Russian ones.
    """
    text = visible(text)
    if text.isascii():  # Most text; the steps below would not change it.
        return text.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.translate(_PLAIN).split())
