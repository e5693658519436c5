import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.folding import fold
from relations.models import Country, CountryName, Organization, Person
from search.words import LONGEST, begun, key, keys, places, words
from tests.search.word_forms import APART, FORMS

# Forms that the rules do not join: they cannot tell the ending from letters of another word.
NOT_JOINED = {
    "enerjisi", "жобасы", "шекара", "қатынас", "qatynastar", "joldar", "көшбасшы",
}  # fmt: skip
LINES = [line for text in FORMS.values() for line in text.split("\n") if line]
PAIRS = [line for line in APART.split("\n") if line]


@pytest.mark.parametrize("language", FORMS)
def test_forms_and_spellings_of_a_word_have_one_key(language):
    for line in FORMS[language].splitlines():
        found = {word: key(word) for word in line.split() if word not in NOT_JOINED}
        assert found == dict.fromkeys(found, next(iter(found.values()), None))


def test_forms_that_are_not_joined_are_these():
    found = set()
    for line in LINES:
        forms = line.split()
        expected = key(next(word for word in forms if word not in NOT_JOINED))
        found |= {word for word in forms if key(word) != expected}
    assert found == NOT_JOINED


def test_different_words_have_different_keys_except_two_pairs():
    joined = [pair for pair in PAIRS if len(set(map(key, pair.split()))) == 1]
    assert len(PAIRS) > 80
    # A last "a" and a doubled "n" are taken for endings and spellings.
    assert joined == ["China chin", "страна странный"]


@pytest.mark.parametrize("language", ["Azerbaijani", "Kazakh in Latin"])
def test_words_without_diacritics_have_the_same_key(language):
    latin = [word for word in FORMS[language].split() if fold(word).isascii() and "ý" not in word]
    assert len(latin) > 50
    plain = {word: key(fold(word)) for word in latin if "'" not in word}
    assert plain == {word: key(word) for word in plain}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alma-Ata", ["alma", "ata"]),
        ("Nur-Sultan Nursultan", ["nur", "sultan", "nursultan"]),
        ("O'Brien O’Brien OBrien", ["obrien"] * 3),
        ("Qur'an Quran", ["kuran"] * 2),
        ("the treaty's and treaties’", ["the", "treati", "and", "treati"]),
        ("598.47 598,47 59847", ["n598p47", "n598p47", "n59847"]),
        ("1.2.3 1992–1996", ["n1p2p3", "n1992", "n1996"]),
        (
            "5th 21-го №7 HS I-36510",
            ["n5th", "n21", "go0", "n7", "hs", "i", "n36510"],
        ),
        ("exam\xadple e\u0301xample ex\u200bample", ["eksampl"] * 3),
        ("Баку́ ба\xadку", ["baku"] * 2),
        ("中国，日本", ["jong", "guo", "ri", "ben"]),
        ("ქართველი Հայաստան Ελλάδα", ["kartveli", "haiastan", "elada"]),
        ("قازاقستان \u200fאיראן", ["kzkstn", "irn"]),
        ("😀 — * ( %s \u0301", ["s"]),
        ("", []),
    ],
)
def test_the_keys_of_texts_in_every_script(text, expected):
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # ISO 3166 codes and acronyms.
        ("ES", "ЕС"), ("SA", "США"), ("SR", "СССР"), ("TO", "TTO"), ("MK", "MQ"), ("IT", "YT"),
        ("GA", "GHA"), ("PRI", "PRY"), ("HM", "KHM"), ("EC", "EEC"), ("SI", "SY"), ("ON", "ООН"),
    ],
)  # fmt: skip
def test_every_letter_of_a_short_code_counts(first, second):
    assert key(first) != key(second)


@pytest.mark.parametrize(
    "forms",
    [
        "Kassym Касым Касыма Қасымның Qasym Qasım",
        "Ilham Ильхам Ильхама Ильхамом İlham İlhamın",
        "Islam Ислам Исламом", "Rustam Рустам Рустама", "Рахим Рахима Rakhim",
        "system система систем sistem", "problem проблема проблем",
        "president президента prezident", "minister министра",
    ],
)  # fmt: skip
def test_ends_of_names_that_look_like_russian_endings_are_treated_alike(forms):
    assert len(set(map(key, forms.split()))) == 1
    assert all(key(forms.split()[0]).startswith(begun(word)) for word in forms.split())


def test_places_are_offsets_in_the_text_as_it_is_written():
    text = "Of Ка\u0301спий’s oil (O’Brien)"
    found = [(text[place.start : place.end], place.key) for place in places(text)]
    assert found == [
        ("Of", "of"), ("Ка\u0301спий’s", "kaspi"), ("oil", "oil"), ("O’Brien", "obrien"),
    ]  # fmt: skip
    assert [written for written, _key in found] == words(text)


@given(st.text(max_size=30))
def test_keys_of_any_text_are_letters_and_digits_and_no_tokens(text):
    for one in keys(text):
        assert one.isascii()
        assert one.isalnum()
        assert one == one.lower()
        assert not one.startswith("zz")
        assert len(one) <= LONGEST


@pytest.mark.parametrize("letter", ["a", "ə", "а", "ы", "қ", "e\u0301", "中", "9", "'"])
def test_words_of_any_length_have_short_keys(letter):
    text = f"x{letter * 100_000}"
    assert max(map(len, keys(text))) <= LONGEST
    assert len(begun(text)) <= LONGEST


@given(st.text(max_size=30))
def test_composed_and_decomposed_texts_have_the_same_keys(text):
    assert keys(unicodedata.normalize("NFC", text)) == keys(unicodedata.normalize("NFD", text))


def names() -> set[str]:
    """All names of countries, people and organizations in the fixtures."""
    found = set(CountryName.objects.values_list("name", flat=True))
    fields = ("name_en", "name_az", "name_kk", "name_ru")
    for row in Country.objects.values_list(*fields):
        found.update(row)
    for model in (Person, Organization):
        for name, aliases in model.objects.values_list("name", "aliases"):
            found.update((name, *aliases.splitlines()))
    return found


@pytest.mark.django_db
def test_every_beginning_of_a_word_of_a_name_begins_its_key(base):
    # Acronyms of three letters are found when they are complete.
    found = {word for name in names() for word in words(name) if len(word) > 3 or word.islower()}
    assert len(found) > 1000
    missed = [
        (word, word[:end], begun(word[:end]))
        for word in found
        for end in range(2, len(word) + 1)
        if not key(word).startswith(begun(word[:end]))
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Қаз", "kaz"),
        ("kaz", "kaz"),
        ("Токаев", "tokaev"),
        ("росс", "ros"),
        ("iran", "iran"),
        ("azərb", "azerb"),
        ("СССР", "sssr"),
        ("США", "ssa"),
    ],
)
def test_what_is_typed_is_cut_only_where_an_ending_may_have_begun(typed, expected):
    assert begun(typed) == expected


@pytest.mark.django_db
def test_no_two_countries_have_a_name_with_the_same_keys(base):
    found = {}
    for row in Country.objects.prefetch_related("names"):
        for name in (row.name_en, row.name_az, row.name_kk, row.name_ru):
            if name:
                found.setdefault(" ".join(keys(name)), set()).add(row.slug)
    assert [slugs for slugs in found.values() if len(slugs) > 1] == []


@pytest.mark.parametrize(
    "names", ["Karabakh Qarabağ Qarabağda Карабах Карабаха Қарабақ", "Baku Bakı Баку Бакуге"]
)
def test_places_have_one_key_in_all_languages_also_while_they_are_typed(names):
    found = {key(name) for name in names.split()}
    assert len(found) == 1
    for name in names.split():
        for size in range(2, len(name) + 1):
            assert next(iter(found)).startswith(begun(name[:size])), name[:size]
