import pytest

from search.kind_words import kind_of
from search.models import Kind
from search.words import key


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.VISIT, "visit visits визит визита визиты səfər səfəri sefer сапар сапары"),
        (
            Kind.TREATY,
            "treaty treaties agreement agreements договор договоры соглашение соглашения müqavilə "
            "muqavile müqavilələr saziş sazişi шарт шарттар келісім келісімі kelısım kelisimi",
        ),
        (Kind.MISSION, "embassy embassies посольство посольства səfirlik səfirliyi елшілік"),
        (Kind.OFFICE, "ambassador ambassadors посол səfir елші"),
        (Kind.COUNTRY, "country countries страна страны ölkə ölkələr"),
        (Kind.ORGANIZATION, "organisation organizations организация təşkilatı ұйымы"),
    ],
)
def test_words_for_a_kind_are_known_in_every_form_and_language(kind, words):
    assert {word: kind_of(key(word)) for word in words.split()} == dict.fromkeys(
        words.split(), kind
    )


def test_other_words_stand_for_no_kind():
    words = "oil transit state Kazakhstan доктор шар сад elif party"
    assert [kind_of(key(word)) for word in words.split()] == [None] * len(words.split())
