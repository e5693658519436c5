"""Characters of fonts that draw symbols in place of letters, such as Symbol and Wingdings."""

# In place of a character that cannot be decoded.
UNKNOWN = "\ufffd"
# The characters of the font Symbol from 0x20 and from 0xA0; a space where it has none.
_SYMBOL_LOW = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
_SYMBOL_HIGH = (
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ "
)
_SYMBOL = dict(enumerate(_SYMBOL_LOW, 0x20)) | dict(enumerate(_SYMBOL_HIGH, 0xA0))
_WINGDINGS = {
    0x20: " ", 0x28: "☎", 0x2A: "✉", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□",
    0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9E: "·",
    0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xD5: "⌫",
    0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **dict(zip(range(0x80, 0x8B), "⓪①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8B, 0x96), "⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
}  # fmt: skip
_WINGDINGS_2 = {0x20: " ", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x97: "●", 0xA3: "□"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
# Fonts of the same kind whose characters are not known here.
_OTHERS = ("wingdings 3", "webdings", "zapfdingbats", "zapf dingbats", "marlett")


def draws_symbols(font: str) -> bool:
    """Whether a font draws symbols in place of letters."""
    return font.lower() in _FONTS or font.lower() in _OTHERS


def symbol(code: int, font: str) -> str:
    """The character that a symbol font draws for a code, which may be in U+F000 to U+F0FF;
    UNKNOWN if it is not known."""
    found = _FONTS.get(font.lower(), {}).get(code & 0xFF, UNKNOWN)
    return UNKNOWN if found == " " and code & 0xFF != 0x20 else found


_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def raised(text: str, lowered: bool = False) -> str:
    """Digits and signs as superscript (or subscript) characters, so that 10 with a small 9 does not
    read 109; text with letters as it is. Folding makes plain digits of them again."""
    plain, table = text.strip(), _LOWERED if lowered else _RAISED
    return text.translate(table) if plain and all(ord(one) in table for one in plain) else text


def is_undecoded(letter: str) -> bool:
    """Whether a character stands for a glyph whose meaning the document does not state: private
    use, a replacement character or a control character."""
    code = ord(letter)
    private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    return private or letter == UNKNOWN or (code < 0x20 and letter not in "\t\n\r\f")
