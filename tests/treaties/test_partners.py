"""The treaties of a country by partner: the same numbers as for each pair, in five queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Country
from tests.factories import (
    CountryFactory,
    PartyFactory,
    RelationFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
)
from tests.treaties.test_periods import IN_FORCE, published
from treaties.models import Treaty
from treaties.partners import treaties_of

pytestmark = pytest.mark.django_db

DAY = date(2005, 1, 1)


def numbers(country, on=DAY):
    """Certain, possible and all treaties by the slug of the partner. Those of the country itself
    equal the numbers of the querysets."""
    found, own = treaties_of(country, on), Treaty.objects.published()
    assert found.recorded == own.with_party(country).count()
    assert found.certain == own.binding_on(on, country).count()
    return {
        partner.slug: (row.certain, row.possible, row.recorded)
        for partner, row in found.by_partner.items()
    }


def by_pair(country, on=DAY):
    """The same numbers from the querysets of each pair."""
    found = {}
    parties = Country.objects.filter(treaty_parties__isnull=False).distinct()
    for partner in parties.exclude(pk=country.pk):
        rows = Treaty.objects.of_pair(country, partner)
        if recorded := rows.count():
            certain = rows.binding_on(on, country, partner).count()
            possible = rows.possibly_binding_on(on, country, partner).count()
            found[partner.slug] = (certain, possible, recorded)
    return found


@pytest.fixture
def three():
    return [CountryFactory(slug=slug) for slug in ("aland", "borduria", "syldavia")]


def test_treaties_are_counted_by_whether_they_are_in_force(three):
    one, other, _third = three
    pair = RelationFactory(country_a=one, country_b=other)
    published(*IN_FORCE, relation=pair)
    published(("signature", "1996-09-16"), relation=pair)
    published(("signature", "2004-01-01"), ("entry_into_force", "2005"), relation=pair)
    TreatyFactory(relation=pair)
    assert numbers(one) == numbers_of(other, one) == {"borduria": (1, 1, 3)} == by_pair(one)


def numbers_of(country, partner):
    """The numbers of a country's treaties with a partner, under the name of the country."""
    return {country.slug: numbers(country)[partner.slug]}


def test_each_party_of_a_multilateral_treaty_is_a_partner_while_it_is_bound(three):
    one, other, third = three
    treaty = published(*IN_FORCE, relation=None, parties=three)
    party = treaty.parties.get(country=third)
    leaves = {"treaty": treaty, "party": party, "action_type": "withdrawal"}
    TreatyActionFactory(date="2004-06-01", effective="2004-06-01", published=True, **leaves)
    observer = CountryFactory(slug="observer")
    PartyFactory(treaty=treaty, country=observer, role="observer")
    assert numbers(one) == {"borduria": (1, 0, 1), "syldavia": (0, 0, 1)} == by_pair(one)
    before = date(2004, 1, 1)
    assert numbers(one, before) == {"borduria": (1, 0, 1), "syldavia": (1, 0, 1)}
    assert numbers(one, before) == by_pair(one, before)
    assert numbers(third) == by_pair(third)
    assert numbers(observer) == {}


def test_a_treaty_that_a_later_one_ends_does_not_count_between_the_parties_to_both(three):
    one, other, third = three
    old = published(*IN_FORCE, relation=None, parties=three)
    later = published(
        ("signature", "2003-01-01"), ("entry_into_force", "2004-01-01"),
        relation=RelationFactory(country_a=one, country_b=other),
    )  # fmt: skip
    TreatyLinkFactory(treaty=later, target=old)
    assert numbers(one) == by_pair(one)
    assert numbers(third) == by_pair(third)
    assert numbers(one)["borduria"] == (1, 0, 2)
    assert numbers(one)["syldavia"] == (1, 0, 1)


def test_countries_that_never_existed_together_are_no_partners(three):
    one, former, new = three
    published(*IN_FORCE, relation=None, parties=three)
    for country, values in ((former, {"until": "1990"}), (new, {"date": "1992"})):
        for name, text in values.items():
            setattr(country, name, text)
        country.save()
    assert set(numbers(new)) == {"aland"}
    assert numbers(new) == by_pair(new)
    assert set(numbers(one)) == {"borduria", "syldavia"}


def test_the_fixtures_give_the_same_numbers_as_each_pair(base):
    azerbaijan = Country.objects.get(slug="azerbaijan")
    assert numbers(azerbaijan)["kazakhstan"][0] > 0
    for on in (date(1998, 1, 1), DAY, date(2026, 1, 1)):
        assert numbers(azerbaijan, on) == by_pair(azerbaijan, on)


def test_the_number_of_queries_does_not_depend_on_partners(three):
    published(*IN_FORCE, relation=None, parties=three)

    def queries():
        with CaptureQueriesContext(connection) as found:
            treaties_of(three[0], DAY)
        return len(found)

    assert queries() == 5
    for _number in range(4):
        published(*IN_FORCE, relation=None, parties=[*three, CountryFactory()])
    assert queries() == 5
