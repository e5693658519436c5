import pytest

from relations.indexes import CountryIndex
from search.words import keys

pytestmark = pytest.mark.django_db


def aliases(slug: str) -> set[str]:
    index = CountryIndex()
    (document,) = index.documents(index.rows().get(slug=slug))
    return set(document.aliases)


def test_countries_are_found_by_names_in_other_languages_and_by_codes(base):
    assert {"KZ", "KAZ", "Kazachstan", "Республіка Казахстан"} <= aliases("kazakhstan")
    assert {"DE", "DEU", "Deutschland", "德国"} <= aliases("germany")


def test_names_of_cities_provinces_and_citizens_are_not_taken(base):
    assert {"Kent", "London", "English", "War"}.isdisjoint(aliases("united-kingdom"))
    assert {"Siberia", "Moscow"}.isdisjoint(aliases("russia"))
    assert {"texas", "HAWAII"}.isdisjoint(aliases("united-states"))


def test_a_former_state_has_no_names_from_the_package_and_keeps_its_own(base):
    assert aliases("soviet-union") == {"SUHH"}
    assert "Zimbabwe Rhodesia" not in aliases("zimbabwe")
    assert "Wake Island" not in aliases("united-states-minor-outlying-islands")


def test_no_other_name_of_a_country_is_also_a_name_of_another(base):
    index, found = CountryIndex(), {}
    for row in index.rows():
        for document in index.documents(row):
            for name in (document.title, *document.names, *document.aliases):
                found.setdefault(" ".join(keys(name)), set()).add(row.slug)
    assert len(found) > 5000
    assert {name: slugs for name, slugs in found.items() if len(slugs) > 1} == {}
