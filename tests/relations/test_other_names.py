import pytest

from relations.indexes import CountryIndex
from search.words import keys

pytestmark = pytest.mark.django_db


def aliases(slug: str) -> set[str]:
    index = CountryIndex()
    (document,) = index.documents(index.rows().get(slug=slug))
    return set(document.aliases)


def test_countries_are_found_by_names_in_other_languages_and_by_codes(base):
    assert {"KZ", "KAZ", "Kasachstan", "哈萨克斯坦", "Газахыстан"} <= aliases("kazakhstan")
    assert {"DE", "DEU", "Deutschland", "德国"} <= aliases("germany")


def test_a_former_state_keeps_only_names_of_its_own(base):
    assert aliases("soviet-union") == {"SUHH"}


def test_no_other_name_of_a_country_is_also_a_name_of_another(base):
    index, found = CountryIndex(), {}
    for row in index.rows():
        for document in index.documents(row):
            for name in (document.title, *document.names, *document.aliases):
                found.setdefault(" ".join(keys(name)), set()).add(row.slug)
    assert len(found) > 3000
    assert {name: slugs for name, slugs in found.items() if len(slugs) > 1} == {}
