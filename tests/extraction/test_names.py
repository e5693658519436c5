"""Countries, people and organizations in texts, as the database knows them."""

import pytest

from extraction.known import known_names
from extraction.names import Mention
from extraction.recognition import recognize
from tests.factories import PersonFactory, indexed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("base")]


def read(text: str):
    return recognize(text, known_names)


def people(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.row.slug if one.row else "") for one in read(text).people]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kassym-Jomart Tokayev spoke.", "Kassym-Jomart Tokayev"),
        ("Tokayev Kassym-Jomart spoke.", "Tokayev Kassym-Jomart"),
        ("Выступил Касым-Жомарт Токаев.", "Касым-Жомарт Токаев"),
        ("Речь Касым-Жомарта Токаева.", "Касым-Жомарта Токаева"),
        ("Қасым-Жомарт Тоқаевтың сөзі.", "Қасым-Жомарт Тоқаевтың"),
        ("Речь К. Токаева.", "К. Токаева"),
    ],
)
def test_a_known_person_is_found_in_any_order_script_and_case(text, name):
    assert people(text) == [(name, "kassym-jomart-tokayev")]


def test_a_surname_stands_for_a_person_whose_full_name_the_text_has():
    text = "Ilham Aliyev came. Later Aliyev left."
    assert people(text) == [("Ilham Aliyev", "ilham-aliyev"), ("Aliyev", "ilham-aliyev")]


def test_a_surname_after_an_office_is_that_of_the_leader():
    indexed(PersonFactory(name="Farid Tokayev"))
    assert people("President Tokayev spoke.") == [("Tokayev", "kassym-jomart-tokayev")]


@pytest.mark.parametrize(
    "text",
    [
        "The Minister of Trade of Kazakhstan Aidar Bekenov spoke.",
        "Aidar Bekenov, the new Ambassador of Kazakhstan, spoke.",
        "His Kazakh counterpart, Aidar Bekenov, spoke.",
    ],
)
def test_an_unknown_name_beside_an_office_is_a_new_person(text):
    assert people(text) == [("Aidar Bekenov", "")]


def test_both_names_after_an_office_in_the_plural_are_people():
    text = "Сопредседатели Шахин Мамедли и Серик Жумабаев подписали протокол."
    assert people(text) == [("Шахин Мамедли", ""), ("Серик Жумабаев", "")]


def test_capitals_that_are_no_name_are_no_person():
    assert people("On Khazar Street stands the Trade House of Kazakhstan.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Republic of Kazakhstan", [("the Republic of Kazakhstan"[4:], "kazakhstan", "name")]),
        ("Президент Республики Казахстан", [("Республики Казахстан", "kazakhstan", "name")]),
        ("Azərbaycan Respublikası", [("Azərbaycan Respublikası", "azerbaijan", "name")]),
        ("Kazakhstan's exports", [("Kazakhstan", "kazakhstan", "name")]),
        ("казахстанской стороны", [("казахстанской", "kazakhstan", "nationality")]),
        ("Қазақстандағы елші", [("Қазақстандағы", "kazakhstan", "name")]),
        ("talks in Budapest", [("Budapest", "hungary", "capital")]),
        ("polish the turkey in china", []),
        ("$5 million US dollars", []),
        ("Того не знали.", []),
    ],
)
def test_countries_are_found_by_name_nationality_and_capital(text, expected):
    found = [(text[one.start : one.end], one.country, one.mention) for one in read(text).countries]
    assert found == expected


def test_a_city_that_is_not_the_capital_is_marked_as_a_city():
    (found,) = read("They met in Almaty.").countries
    assert (found.country, found.mention, found.city) == ("kazakhstan", Mention.CITY, "Almaty")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("the Organization of Turkic States", "organization-of-turkic-states"),
        ("OSCE", "osce"),
        ("ОБСЕ", "osce"),
    ],
)
def test_an_organization_is_found_by_name_and_acronym(text, slug):
    assert [one.row.slug for one in read(text).organizations] == [slug]


def test_an_unknown_body_is_a_new_organization():
    (found,) = read("They praised the Caspian Fibre Company yesterday.").organizations
    assert (found.name, found.row) == ("Caspian Fibre Company", None)
