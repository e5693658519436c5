"""Decoding text whose encoding is declared, declared wrongly, or not declared."""

import random

import pytest

from core.charsets import decoded
from core.unreadable import Unreadable
from tests.core.language_samples import SAMPLES

UNDECLARED = {
    "cp1251": ("ru", "uk", "bg", "be"),
    "koi8-r": ("ru", "bg"),
    "koi8-u": ("uk",),
    "cp866": ("ru",),
    "mac-cyrillic": ("ru", "uk"),
    "iso8859-5": ("ru",),
    "kz1048": ("kk", "ru"),
}
SIGNED = "Договор подписан сторонами в Баку."


def words(found) -> str:
    return [message % values for message, values in found[1]]


@pytest.mark.parametrize(
    ("encoding", "tag"), [(name, tag) for name, tags in UNDECLARED.items() for tag in tags]
)
def test_an_undeclared_encoding_is_told_by_the_words_that_it_gives(encoding, tag):
    for text in SAMPLES[tag]:
        assert decoded(text.encode(encoding))[0] == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_unicode_is_recognized_by_its_mark_or_by_itself(encoding):
    assert decoded(SIGNED.encode(encoding), "cp1251") == (SIGNED, [])


def test_a_declared_encoding_is_used_without_a_warning_if_it_gives_words():
    assert decoded("Баку".encode("koi8-r"), "KOI8-R") == ("Баку", [])
    chinese = "中华人民共和国主席访问了哈萨克斯坦"
    assert decoded(chinese.encode("gb18030"), "gb2312") == (chinese, [])
    assert decoded(b"d\xe9j\xe0 vu au caf\xe9", "ISO-8859-1") == ("déjà vu au café", [])


@pytest.mark.parametrize("declared", ["utf-8", "koi8-r", "iso-8859-1", "gb18030"])
def test_a_wrong_declaration_is_corrected_with_a_warning(declared):
    found = decoded(SIGNED.encode("cp1251"), declared)
    assert found[0] == SIGNED
    assert words(found) == [
        "The file is not in the encoding that it declares. It was read as Windows-1251."
    ]


@pytest.mark.parametrize("declared", [(), ("no-such-encoding",), ("hex",), ("a\0",), ("punycode",)])
def test_a_guess_is_reported(declared):
    found = decoded(SIGNED.encode("cp1251"), *declared)
    assert found[0] == SIGNED
    assert words(found) == [
        "The file does not declare its encoding. It was read as Windows-1251: check the text."
    ]


def test_a_few_damaged_bytes_of_declared_utf_8_are_replaced():
    content = b"word " * 500 + b"\xff end"
    assert decoded(content, "utf-8")[0].endswith("\ufffd end")


@pytest.mark.parametrize(
    "content",
    [
        "договор".encode("cp1251"),
        "Москва".encode("cp1251"),
        bytes(random.Random(1).choices(range(32, 256), k=400)),
        "Привет, мир".encode("cp1251") + b"\x01\x02" * 9,
        "中华人民共和国主席访问了哈萨克斯坦".encode("gb18030"),
    ],
    ids=["one word", "one name", "random", "control characters", "Chinese"],
)
def test_an_uncertain_encoding_is_refused(content):
    with pytest.raises(Unreadable, match="The encoding of this text is unknown"):
        decoded(content)
