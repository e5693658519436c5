"""Countries, their names and successions, and the pairs that they form."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from core.changes import collected
from relations.models import Country, CountryName, Organization, Person, Relation, Succession
from search.lookup import look_up
from tests.factories import (
    CountryFactory,
    CountryNameFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    SuccessionFactory,
    indexed,
)
from tests.refusals import errors

pytestmark = pytest.mark.django_db

THE_END = ["The end is before the start."]


@pytest.fixture
def kazakhstan():
    return CountryFactory(
        slug="kz", name_en="Kazakhstan", name_az="Qazaxıstan", name_kk="Қазақстан",
        name_ru="Казахстан", iso2="KZ",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "name"),
    [("en-gb", "Kazakhstan"), ("az", "Qazaxıstan"), ("kk", "Қазақстан"), ("ru", "Казахстан"),
     ("fr", "Kazakhstan")],
)  # fmt: skip
def test_a_country_is_named_in_the_active_language(kazakhstan, language, name):
    with translation.override(language):
        assert str(kazakhstan) == kazakhstan.name == name


def test_a_country_falls_back_to_its_english_name():
    with translation.override("kk"):
        assert CountryFactory(name_en="Newland").name == "Newland"


@pytest.mark.parametrize("term", ["qazaxistan", "КАЗАХ", "қазақ", "kz", "kazakh ssr", "KZXX"])
def test_a_country_is_found_once_by_any_name_or_code(kazakhstan, term):
    other = CountryFactory(name_en="Elsewhere")
    CountryNameFactory(country=kazakhstan, name="Kazakh SSR", iso_former="KZXX")
    CountryNameFactory(country=kazakhstan, name="Kazakh SSR of old")
    indexed(kazakhstan, other)
    assert list(look_up(Country.objects.all(), term)) == [kazakhstan]


def test_a_country_cannot_end_before_it_begins():
    (messages,) = errors(CountryFactory.build(date="1992", until="1991")).values()
    assert messages == THE_END
    name = CountryNameFactory.build(country=CountryFactory(), date="1992", until="1991")
    (messages,) = errors(name).values()
    assert messages == THE_END


def test_a_country_cannot_succeed_itself():
    country = CountryFactory()
    assert errors(SuccessionFactory.build(predecessor=country, successor=country)) == {
        "__all__": ["A country does not succeed itself."]
    }


def test_countries_people_and_organizations_sort_by_folded_name():
    for name in ("Zed", "Ägypten", "agave", "Ob"):
        CountryFactory(name_en=name)
        PersonFactory(name=name)
        OrganizationFactory(name=name)
    expected = ["agave", "Ägypten", "Ob", "Zed"]
    assert [row.name_en for row in Country.objects.all()] == expected
    assert [row.name for row in Person.objects.all()] == expected
    assert [row.name for row in Organization.objects.all()] == expected


def test_natural_keys_find_their_rows(kazakhstan):
    name = CountryNameFactory(country=kazakhstan, language="ru", name="Казахская ССР")
    succession = SuccessionFactory(successor=kazakhstan, predecessor__slug="su")
    assert name.natural_key() == ("kz", "ru", "Казахская ССР")
    assert succession.natural_key() == ("su", "kz")
    for row in (kazakhstan, name, succession):
        assert type(row).objects.get_by_natural_key(*row.natural_key()) == row


def test_str_of_a_succession_and_of_a_name():
    former = CountryFactory(name_en="Old")
    assert (
        str(Succession(predecessor=former, successor=CountryFactory(name_en="New"))) == "Old → New"
    )
    assert str(CountryName(country=former, name="Older")) == "Older"


class TestRelation:
    def test_a_pair_has_one_row_in_either_order(self):
        one, other = CountryFactory(slug="bb"), CountryFactory(slug="aa")
        relation = Relation.objects.get_or_create_pair(one, other)
        assert Relation.objects.get_or_create_pair(other, one) == relation
        assert (relation.country_a, relation.country_b, relation.slug) == (other, one, "aa-bb")
        assert Relation.objects.count() == 1

    def test_get_or_create_pairs_handles_many_in_three_queries(self, django_assert_num_queries):
        one, other, third = (CountryFactory(slug=slug) for slug in ("aa", "bb", "cc"))
        kept = Relation.objects.get_or_create_pair(one, other)
        with collected(), django_assert_num_queries(3):
            found = Relation.objects.get_or_create_pairs(
                {(other, one), (third, one), (other, third)}
            )
        assert found[other, one] == kept
        assert {pair: row.slug for pair, row in found.items()} == {
            (other, one): "aa-bb",
            (third, one): "aa-cc",
            (other, third): "bb-cc",
        }
        assert set(Relation.objects.all()) == set(found.values())

    def test_a_pair_is_found_after_a_country_is_renamed(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb")
        kept = Relation.objects.get_or_create_pair(one, other)
        one.slug = "zz"
        one.save()
        assert Relation.objects.get_or_create_pair(one, other) == kept
        assert Relation.objects.get_or_create_pairs({(one, other)}) == {(one, other): kept}
        kept.refresh_from_db()
        assert errors(kept) == {}

    def test_two_pairs_with_the_same_slug_are_not_confused(self):
        one, other = CountryFactory(slug="aa"), CountryFactory(slug="bb-cc")
        kept = Relation.objects.get_or_create_pair(one, other)
        alike = CountryFactory(slug="aa-bb"), CountryFactory(slug="cc")
        with pytest.raises(IntegrityError), transaction.atomic():
            Relation.objects.get_or_create_pairs({alike})
        assert Relation.objects.get() == kept

    def test_a_pair_keeps_its_slug_when_a_country_is_renamed(self):
        relation = RelationFactory(country_a__slug="aa", country_b__slug="bb")
        relation.summary = "Rewritten"
        relation.country_b.slug = "ab"
        relation.save()
        relation.refresh_from_db()
        assert relation.slug == "aa-bb"

    def test_between_takes_either_order_and_of_finds_all_of_a_country(self):
        relation = RelationFactory()
        one, other = relation.country_a, relation.country_b
        second = RelationFactory(country_a=other)
        assert list(Relation.objects.between(one, other)) == [relation]
        assert list(Relation.objects.between(other, one)) == [relation]
        assert list(Relation.objects.between(one, second.country_b)) == []
        assert set(Relation.objects.of(other)) == {relation, second}

    def test_other_gives_the_other_country(self):
        relation = RelationFactory()
        assert relation.other(relation.country_a_id) == relation.country_b
        assert relation.other(relation.country_b_id) == relation.country_a

    def test_countries_in_the_wrong_order_are_rejected_at_the_first(self):
        relation = Relation(
            country_a=CountryFactory(slug="bb"), country_b=CountryFactory(slug="aa")
        )
        assert errors(relation) == {
            "country_a": ["Choose the countries in alphabetical order of their identifiers."]
        }

    def test_a_pair_of_one_country_is_rejected(self):
        country = CountryFactory()
        assert errors(Relation(country_a=country, country_b=country)) == {
            "__all__": ["A relation needs two different countries."]
        }

    def test_with_predecessors_of_finds_relations_from_either_side(self):
        union, one, other, outsider = (CountryFactory() for _country in range(4))
        for successor in (one, other):
            SuccessionFactory(predecessor=union, successor=successor)
        relation = Relation.objects.get_or_create_pair(one, outsider)
        before = Relation.objects.get_or_create_pair(union, outsider)
        Relation.objects.get_or_create_pair(other, outsider)
        assert list(Relation.objects.with_predecessors_of(relation)) == [before]
        # The common predecessor of two countries was never the other side of either.
        within = Relation.objects.get_or_create_pair(one, other)
        assert set(Relation.objects.with_predecessors_of(within)) == set()
