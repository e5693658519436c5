import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from extraction.country_words import country_words
from extraction.names import Mention
from search.words import keys

FIXTURES = Path(__file__).parents[2] / "fixtures" / "relations"
ROWS = [
    row for path in sorted(FIXTURES.glob("*.json")) for row in json.loads(path.read_text("utf-8"))
]
COUNTRIES = {
    row["fields"]["slug"]: row["fields"] for row in ROWS if row["model"] == "relations.country"
}
# They have words though they are not states, or not any more.
OTHERS = {"kosovo", "palestine", "soviet-union", "taiwan"}

# Forms of words in texts, and the country that they mean.
FORMS = {
    "English": {
        "Kazakhs": "kazakhstan",
        "Kazakhstanis": "kazakhstan",
        "Azerbaijanis": "azerbaijan",
        "Uzbeks": "uzbekistan",
        "Georgians": "georgia",
        "Turkish": "turkiye",
        "Russians": "russia",
        "South Koreans": "south-korea",
        "Nur-Sultan": "kazakhstan",
        "Budapest's": "hungary",
        "Frunze": "kyrgyzstan",
        "St Petersburg": "russia",
        "New York": "united-states",
        "Nakhchivan": "azerbaijan",
    },
    "Russian": {
        "казахстанской": "kazakhstan",
        "казахстанцев": "kazakhstan",
        "казахов": "kazakhstan",
        "азербайджанских": "azerbaijan",
        "азербайджанцами": "azerbaijan",
        "узбекского": "uzbekistan",
        "туркменам": "turkmenistan",
        "турецкую": "turkiye",
        "россиянам": "russia",
        "российскими": "russia",
        "американцы": "united-states",
        "белорусов": "belarus",
        "южнокорейскому": "south-korea",
        "Будапеште": "hungary",
        "Ташкенте": "uzbekistan",
        "Астане": "kazakhstan",
        "Алма-Ате": "kazakhstan",
        "Ашхабада": "turkmenistan",
        "Оше": "kyrgyzstan",
        "Стамбуле": "turkiye",
        "Женевой": "switzerland",
        "Нью-Йорке": "united-states",
        "Санкт-Петербурга": "russia",
        "Уфе": "russia",
    },
    "Azerbaijani": {
        "qazaxıstanlıların": "kazakhstan",
        "qazaxların": "kazakhstan",
        "azərbaycanlılar": "azerbaijan",
        "özbəklərin": "uzbekistan",
        "türkiyəlilər": "turkiye",
        "rusların": "russia",
        "gürcülərin": "georgia",
        "Bakıda": "azerbaijan",
        "Şuşada": "azerbaijan",
        "Şuşaya": "azerbaijan",
        "Naxçıvanda": "azerbaijan",
        "Astanada": "kazakhstan",
        "Almatıda": "kazakhstan",
        "Aqtauda": "kazakhstan",
        "Daşkənddə": "uzbekistan",
        "Tbilisidə": "georgia",
        "Tbilisiyə": "georgia",
        "Romada": "italy",
        "Bakıdakı": "azerbaijan",
        "Berlində": "germany",
        "Cenevrədə": "switzerland",
    },
    "Kazakh": {
        "қазақстандықтар": "kazakhstan",
        "қазақстандықтардың": "kazakhstan",
        "әзербайжандық": "azerbaijan",
        "әзербайжандықтарға": "azerbaijan",
        "өзбектердің": "uzbekistan",
        "орыстар": "russia",
        "түркиялық": "turkiye",
        "Астанада": "kazakhstan",
        "Астанадағы": "kazakhstan",
        "Түркістанда": "kazakhstan",
        "Бакуде": "azerbaijan",
        "Бакуге": "azerbaijan",
        "Шушада": "azerbaijan",
        "Ташкентте": "uzbekistan",
        "Бішкекке": "kyrgyzstan",
        "Мәскеуде": "russia",
        "Минскіде": "belarus",
        "Лондонда": "united-kingdom",
        "Лондондағы": "united-kingdom",
        "Анкараға": "turkiye",
        "Женевада": "switzerland",
        "Киевке": "ukraine",
        "Берлинге": "germany",
    },
}

# Words for Turkic peoples, of two countries, and of no country whose keys resemble those of one.
WITHOUT = """
Turkic Turk Turks тюркский турки түркі түрік türk türklər
Korean корейский koreyalı кореялық Congolese конголезский Guinean гвинейский qvineyalı
Dominican доминиканский
сауда саудасы свыше qaz bank канал газ красный Павлов потому HIV NASA API совет рост
"""


def slugs_by_keys():
    found = defaultdict(set)
    for word in country_words():
        found[tuple(keys(word.word))].add(word.slug)
    return found


def names_by_keys():
    found = defaultdict(set)
    for slug, fields in COUNTRIES.items():
        for language in ("en", "az", "kk", "ru"):
            if name := fields.get(f"name_{language}"):
                found[tuple(keys(name))].add(slug)
    for row in ROWS:
        if row["model"] == "relations.countryname":
            found[tuple(keys(row["fields"]["name"]))].add(row["fields"]["country"][0])
    return found


def test_all_states_and_four_others_have_words():
    states = {slug for slug, fields in COUNTRIES.items() if fields["kind"] == "state"}
    assert len(states) == 194
    assert {word.slug for word in country_words()} == states | OTHERS


def test_no_words_of_two_countries_have_the_same_keys():
    assert {key: slugs for key, slugs in slugs_by_keys().items() if len(slugs) > 1} == {}


def test_no_word_has_the_keys_of_another_countrys_name():
    names = names_by_keys()
    words = slugs_by_keys().items()
    assert {key: names[key] for key, slugs in words if names.get(key, slugs) - slugs} == {}


@pytest.mark.parametrize("language", FORMS)
def test_forms_in_texts_have_the_keys_of_their_country(language):
    words = slugs_by_keys()
    found = {form: words.get(tuple(keys(form)), set()) for form in FORMS[language]}
    assert found == {form: {slug} for form, slug in FORMS[language].items()}


@pytest.mark.parametrize("word", WITHOUT.split())
def test_ambiguous_and_common_words_mean_no_country(word):
    assert tuple(keys(word)) not in slugs_by_keys()


def test_words_are_written_in_the_letters_of_their_language():
    latin, cyrillic = re.compile("[a-zà-žəșțạ-ỹ]+"), re.compile("[а-яёәғқңөұүһі]+")
    letters = {"en": latin, "az": latin, "ru": cyrillic, "kk": cyrillic}
    for word in country_words():
        written = re.sub(r"[-' .’]|\u0307", "", word.word.lower())
        assert letters[word.language].fullmatch(written), word


def test_only_nationalities_outside_english_begin_with_a_small_letter():
    for word in country_words():
        small = word.kind == Mention.NATIONALITY and word.language != "en"
        assert word.word[0].islower() == small, word


def test_places_have_the_forms_with_other_keys_and_nationalities_do_not():
    def words(slug, language, kind):
        return [
            found.word
            for found in country_words()
            if (found.slug, found.language, found.kind) == (slug, language, kind)
        ]

    assert words("italy", "az", Mention.CAPITAL) == ["Roma", "Romada", "Romadakı"]
    assert words("lithuania", "az", Mention.CAPITAL) == ["Vilnüs", "Vilnüsdəki"]
    assert words("azerbaijan", "kk", Mention.CAPITAL) == ["Баку", "Бакуде", "Бакудегі", "Бакудағы"]
    assert words("azerbaijan", "ru", Mention.CAPITAL) == ["Баку"]
    assert words("serbia", "kk", Mention.NATIONALITY) == ["сербиялық", "серб", "сербтер"]
