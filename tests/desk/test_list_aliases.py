"""What a list means by an unknown name: suggested in the report, accepted once, kept for the
list."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError

from core.rows import Row, RowError
from relations.aliases import accept_alias
from relations.merging import merge
from relations.models import Country, ListAlias, Organization, Visit
from relations.resolver import Resolver, Unresolved
from sources.importing import Outcome, Report
from sources.unknown_names import UnknownName, UnknownNames
from tests.factories import CountryFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

MAPPING = """
name = "ministry-visits"
kind = "visit"
id = "No"
[source]
slug = "ministry"
title = "Visits of the ministry"
kind = "official"
rights = "unknown"
[columns]
title = "Subject"
date = "Day"
country = "Guest"
[constants]
host = "Azerbaijan"
rank = "minister"
"""
VISITS = """No,Subject,Day,Guest
1,Talks on transport,2024-03-05,Kazahstan
2,Talks on water,2024-04-05,Kazahstan
3,Talks on trade,2024-05-05,Atlantis
4,Talks on gas,2024-06-05,Georgia
"""


@pytest.fixture
def visits(mapping, import_list):
    path = mapping(MAPPING)
    return lambda *flags, **options: import_list(path, VISITS, *flags, **options)


def guests() -> dict[str, str]:
    """The guest of each imported visit, by its title."""
    return {
        row.title: str(next(side for side in (row.relation.country_a, row.relation.country_b)
                            if side.slug != "azerbaijan"))
        for row in Visit.objects.filter(citations__source__slug="ministry")
    }  # fmt: skip


def test_the_report_lists_unknown_names_with_suggestions(base, visits):
    report = visits("--dry-run")
    assert report["unknown names"] == [
        {"column": "Guest", "name": "Kazahstan", "rows": 2, "near": ["Kazakhstan"]},
        {"column": "Guest", "name": "Atlantis", "rows": 1, "near": []},
    ]
    assert (
        "Unknown names:\n"
        "  2 rows, Guest: “Kazahstan”; did you mean Kazakhstan?\n"
        "  1 row, Guest: “Atlantis”\n"
        'If you know what the list means by a name, import it with: --accept "NAME=MEANING"\n'
    ) in report["printed"]


def test_a_list_without_unknown_names_says_nothing_of_them(base, mapping, import_list):
    report = import_list(mapping(MAPPING), "No,Subject,Day,Guest\n4,Talks,2024-06-05,Georgia\n")
    assert report["unknown names"] == []
    assert "Unknown names" not in report["printed"]


def test_a_suggestion_accepted_once_is_kept_for_the_list(base, visits):
    first = visits("--accept", "Kazahstan=Kazakhstan", "--accept", "Atlantis=georgia")
    assert (first["created"], first["rejected"]) == (4, 0)
    assert guests() == {
        "Talks on transport": "Kazakhstan", "Talks on water": "Kazakhstan",
        "Talks on trade": "Georgia", "Talks on gas": "Georgia",
    }  # fmt: skip
    again = visits()
    assert (again["unchanged"], again["rejected"]) == (4, 0)


def test_nothing_is_accepted_without_somebody_who_says_so(base, visits):
    visits()
    assert not ListAlias.objects.exists()
    assert visits()["rejected"] == 3


def test_an_alias_holds_for_its_own_list_only(base):
    accept_alias("ministry-visits", "Kazahstan", "Kazakhstan")
    assert Resolver(list_name="ministry-visits").country("KAZAHSTAN").slug == "kazakhstan"
    for resolver in (Resolver(), Resolver(list_name="other")):
        with pytest.raises(Unresolved):
            resolver.country("Kazahstan")


def test_an_alias_holds_for_codes_parties_and_organizations(base):
    bank = OrganizationFactory(slug="bank", name="Bank of Examples")
    accept_alias("treaties", "X9", "Kazakhstan")
    accept_alias("treaties", "The Bank", bank)
    resolver = Resolver(list_name="treaties")
    assert resolver.coded("iso3", "X9").slug == "kazakhstan"
    assert resolver.party("X9").slug == "kazakhstan"
    assert resolver.organization("the bank") == resolver.party("The Bank") == bank
    with pytest.raises(Unresolved):
        resolver.country("The Bank")


def test_accepting_another_meaning_replaces_the_first(base):
    accept_alias("visits", "Gürcistan", "Georgia")
    accept_alias("visits", "GÜRCISTAN", OrganizationFactory(slug="firm"))
    alias = ListAlias.objects.get()
    assert (alias.text, alias.country, alias.organization.slug) == ("Gürcistan", None, "firm")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Kazahstan", "--accept needs NAME=MEANING, not “Kazahstan”."),
        ("=Kazakhstan", "--accept needs NAME=MEANING, not “=Kazakhstan”."),
        ("Kazahstan=", "--accept needs NAME=MEANING, not “Kazahstan=”."),
        (
            "Kazahstan=Kazahstan",
            "--accept “Kazahstan=Kazahstan”: no country or organization with this name is known: "
            "“Kazahstan”; did you mean Kazakhstan?",
        ),
        ("x" * 201 + "=Kazakhstan", "at most 200 characters"),
    ],
)
def test_a_meaning_that_cannot_be_kept_is_refused_and_nothing_is_imported(
    base, visits, text, message
):
    with pytest.raises(CommandError) as error:
        visits("--accept", "Atlantis=Georgia", "--accept", text)
    assert message in str(error.value)
    assert not ListAlias.objects.exists()
    assert guests() == {}


def test_a_dry_run_accepts_nothing(base, visits):
    with pytest.raises(CommandError, match="Use either --dry-run or --accept"):
        visits("--dry-run", "--accept", "Kazahstan=Kazakhstan")
    assert not ListAlias.objects.exists()


def test_a_blank_name_or_list_is_refused(db):
    country = CountryFactory()
    for list_name, text in (("", "Atlantis"), ("visits", ""), ("visits", " \u200b")):
        with pytest.raises(ValidationError):
            accept_alias(list_name, text, country)


def test_an_alias_means_either_a_country_or_an_organization(db):
    both = {"country": CountryFactory(), "organization": OrganizationFactory()}
    for meaning in ({}, both):
        with pytest.raises(ValidationError, match="Choose a country or an organization, not both"):
            ListAlias(list_name="visits", text="Atlantis", **meaning).full_clean()


def test_editors_see_and_change_what_a_list_means(base, colleagues):
    alias = accept_alias("visits", "Kazahstan", "Georgia")
    client = colleagues["editor"]
    page = client.get("/admin/relations/listalias/?q=kazahstan").content.decode()
    assert "Kazahstan" in page
    assert "Georgia" in page
    address = f"/admin/relations/listalias/{alias.pk}/change/"
    kazakhstan = Country.objects.get(slug="kazakhstan")
    data = {"list_name": "visits", "text": "Kazahstan", "country": kazakhstan.pk}
    assert client.post(address, data).status_code == 302
    assert Resolver(list_name="visits").country("Kazahstan") == kazakhstan
    answer = client.post(address, data | {"country": ""})
    assert "Choose a country or an organization, not both." in answer.content.decode()
    assert client.post(f"/admin/relations/listalias/{alias.pk}/delete/", {"post": "yes"}).url
    assert not ListAlias.objects.exists()


def test_merging_organizations_keeps_what_lists_mean(db):
    kept, other = OrganizationFactory(), OrganizationFactory()
    accept_alias("visits", "The Bank", other)
    merge(kept, other)
    assert ListAlias.objects.get().organization == kept
    assert Organization.objects.count() == 1


def test_a_mapping_declares_the_codes_of_its_countries(base, mapping, import_list):
    text = MAPPING + '[codes]\ncountry = "cow"\n'
    rows = "No,Subject,Day,Guest\n1,A,2024-03-05,705\n2,B,2024-03-06,KZK\n3,C,2024-03-07,999\n"
    report = import_list(mapping(text), rows)
    assert (report["created"], report["rejected"]) == (2, 1)
    assert report["rejected by reason"] == {"Guest: no country with this code is known": 1}
    assert guests() == {"A": "Kazakhstan", "B": "Kazakhstan"}


def test_a_mapping_with_an_unknown_system_of_codes_is_refused(base, mapping, import_list):
    with pytest.raises(CommandError, match="fips"):
        import_list(mapping(MAPPING + '[codes]\ncountry = "fips"\n'), VISITS)


def test_every_unknown_name_of_a_row_is_counted():
    other = RowError("b", "unknown", "Kazahstan")
    one = RowError("a", "unknown", "Atlantis", others=(other, RowError("c", "not a date", "x")))
    one.near, other.near = (), ("Kazakhstan",)
    report = Report("list", "list.csv")
    report.add(Row(1, 2, {}), Outcome.REJECTED, one)
    report.add(Row(2, 3, {}), Outcome.REJECTED, RowError("c", "not a date", "x"))
    assert report.unknown == {
        UnknownName("a", "Atlantis", ()): 1,
        UnknownName("b", "Kazahstan", ("Kazakhstan",)): 1,
    }


def test_the_number_of_unknown_names_is_limited(monkeypatch):
    monkeypatch.setattr("sources.unknown_names.COUNTED", 2)
    monkeypatch.setattr("sources.unknown_names.SHOWN", 1)
    names = UnknownNames()
    for text in ("a", "b", "c", "a"):
        error = RowError("x", "unknown", text)
        error.near = ()
        names.take(error)
    assert {name.text: rows for name, rows in names.items()} == {"a": 2, "b": 1}
    assert list(names.lines())[:3] == ["Unknown names:", "  2 rows, x: “a”", "  and 1 more"]


def test_two_meanings_for_one_name_are_refused(base, visits):
    with pytest.raises(CommandError, match="gives “X” two meanings"):
        visits("--accept", "X=France", "--accept", "X=Georgia")
    assert not ListAlias.objects.exists()
