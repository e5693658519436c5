"""Codes of countries, each in the system that a list declares."""

import pytest

from core.dates import Edtf
from core.rows import FileError
from relations.codes import SYSTEMS, declared_codes
from relations.models import Country
from relations.resolver import Resolver, Unresolved

pytestmark = pytest.mark.django_db

FOUND = [
    ("iso2", "kz", "", "kazakhstan"),
    ("iso2", "NA", "", "namibia"),
    ("iso2", "CS", "1980", "czechoslovakia"),
    ("iso2", "CS", "2004", "serbia-and-montenegro"),
    ("iso2", "SK", "1975", "slovakia"),
    ("iso2", "GE", "1975", "georgia"),
    ("iso3", "KAZ", "", "kazakhstan"),
    ("iso3", "ROM", "1990", "romania"),
    ("iso3", "ROM", "", "romania"),
    ("iso3", "ROU", "1990", "romania"),
    ("iso3", "YUG", "1980", "yugoslavia"),
    ("iso3", "YUG", "1999", "serbia-and-montenegro"),
    ("iso3", "SCG", "2004", "serbia-and-montenegro"),
    ("iso3", "SUN", "1985", "soviet-union"),
    ("iso3", "CSK", "1992", "czechoslovakia"),
    ("iso3", "ZAR", "1990", "democratic-republic-of-the-congo"),
    ("iso3", "TMP", "1999", "timor-leste"),
    ("iso3", "BUR", "1980", "myanmar"),
    ("iso3", "ANT", "2005", "netherlands-antilles"),
    ("iso3", "YEM", "1980", "north-yemen"),
    ("iso3", "YEM", "1995", "yemen"),
    ("iso3", "YEM", "", "yemen"),
    ("numeric", "031", "", "azerbaijan"),
    ("numeric", "31", "", "azerbaijan"),
    ("numeric", "31.0", "", "azerbaijan"),
    ("numeric", "810", "1980", "soviet-union"),
    ("numeric", "890", "1980", "yugoslavia"),
    ("numeric", "891", "2000", "serbia-and-montenegro"),
    ("numeric", "200", "1980", "czechoslovakia"),
    ("numeric", "278", "1980", "german-democratic-republic"),
    ("numeric", "280", "1980", "germany"),
    ("numeric", "720", "1980", "south-yemen"),
    ("numeric", "886", "1980", "north-yemen"),
    ("numeric", "736", "2000", "sudan"),
    ("numeric", "230", "1980", "ethiopia"),
    ("numeric", "532", "1980", "netherlands-antilles"),
    ("cow", "705", "2000", "kazakhstan"),
    ("cow", "KZK", "2000", "kazakhstan"),
    ("cow", "2", "", "united-states"),
    ("cow", "002", "", "united-states"),
    ("cow", "2.0", "", "united-states"),
    ("cow", "usa", "", "united-states"),
    ("cow", "365", "1980", "soviet-union"),
    ("cow", "RUS", "1980", "soviet-union"),
    ("cow", "365", "1995", "russia"),
    ("cow", "345", "1930", "yugoslavia"),
    ("cow", "345", "2000", "serbia-and-montenegro"),
    ("cow", "345", "2010", "serbia"),
    ("cow", "255", "1860", "prussia"),
    ("cow", "255", "1995", "germany"),
    ("cow", "260", "1970", "germany"),
    ("cow", "265", "1970", "german-democratic-republic"),
    ("cow", "816", "1970", "north-vietnam"),
    ("cow", "816", "1990", "vietnam"),
    ("cow", "678", "1980", "north-yemen"),
    ("cow", "679", "2000", "yemen"),
    ("cow", "970", "2000", "nauru"),
    ("gw", "970", "2000", "kiribati"),
    ("gw", "678", "2000", "yemen"),
    ("gw", "678", "1980", "north-yemen"),
    ("gw", "260", "2000", "germany"),
    ("gw", "340", "2010", "serbia"),
    ("wikidata", "Q232", "", "kazakhstan"),
    ("wikidata", "http://www.wikidata.org/entity/Q232", "", "kazakhstan"),
    ("wikidata", "q232", "", "kazakhstan"),
    ("name", "Kazakhstan, Rep. of", "", "kazakhstan"),
]


@pytest.mark.parametrize(("system", "code", "on", "slug"), FOUND)
def test_a_code_means_the_country_that_had_it_on_the_date(base, system, code, on, slug):
    assert Resolver().coded(system, code, Edtf.parse(on)).slug == slug


@pytest.mark.parametrize(
    ("system", "code", "on", "message"),
    [
        ("iso3", "YUG", "1992", "this may be serbia-and-montenegro, yugoslavia"),
        ("iso3", "YUG", "", "this may be serbia-and-montenegro, yugoslavia"),
        ("iso3", "ROM", "2010", "this was the code of Romania (until 1 February 2002)"),
        ("iso3", "SUN", "1995",
         "this was the code of Soviet Union (30 December 1922 – 26 December 1991)"),
        ("iso3", "KZ", "", "three letters of ISO 3166-1 are needed, such as KAZ"),
        ("iso3", "XYZ", "", "no country with this code is known"),
        ("iso2", "KAZ", "", "two letters of ISO 3166-1 are needed, such as KZ"),
        ("numeric", "1234", "", "a number of ISO 3166-1 is needed, such as 398"),
        ("numeric", "KAZ", "", "a number of ISO 3166-1 is needed, such as 398"),
        ("numeric", "31.5", "", "a number of ISO 3166-1 is needed, such as 398"),
        ("numeric", "999", "", "no country with this code is known"),
        ("cow", "365", "1991", "this may be russia, soviet-union"),
        ("cow", "365", "", "this may be russia, soviet-union"),
        ("cow", "345", "1900",
         "this was the code of Yugoslavia (1 December 1918 – 27 April 1992), Serbia and Montenegro "
         "(27 April 1992 – 3 June 2006), Serbia (since 5 June 2006)"),
        ("cow", "Kazakhstan", "",
         "a number or abbreviation of Correlates of War is needed, such as 705 or KZK"),
        ("gw", "679", "2000", "no country with this code is known"),
        ("wikidata", "Kazakhstan", "", "an identifier of Wikidata is needed, such as Q232"),
        ("name", "KAZ", "", "no country with this name is known"),
    ],
)  # fmt: skip
def test_a_code_that_means_nothing_certain_is_refused(base, system, code, on, message):
    with pytest.raises(Unresolved) as error:
        Resolver().coded(system, code, Edtf.parse(on))
    assert str(error.value) == message


def test_an_empty_code_is_refused_in_every_system(base):
    for system in SYSTEMS:
        with pytest.raises(Unresolved):
            Resolver().coded(system, "")


def test_a_list_may_say_whom_it_means_by_a_code_from_then_on(base):
    resolver = Resolver({"ROM": "Romania", "265": "Germany"})
    assert resolver.coded("iso3", "ROM", Edtf.parse("2010")).slug == "romania"
    assert resolver.coded("cow", "265", Edtf.parse("1995")).slug == "germany"
    assert resolver.coded("cow", "265", Edtf.parse("1985")).slug == "german-democratic-republic"


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_every_holder_in_the_tables_is_in_the_fixtures(base, system):
    """A misspelt holder would make its number unknown."""
    codes = Resolver()._codes
    known = {code for name, code in codes.holders if name == system}
    numbers = {code for code in known if code.isdigit()}
    assert len(numbers) == 203
    assert len(known) == 2 * len(numbers)


def test_every_present_country_has_its_codes(base):
    resolver = Resolver()
    for country in Country.objects.exclude(iso3=""):
        for system in ("iso2", "iso3", "wikidata"):
            if code := getattr(country, system):
                assert resolver.coded(system, code) == country
        assert resolver.coded("numeric", country.iso_numeric.lstrip("0")) == country


def test_a_mapping_declares_the_system_of_a_field():
    content = {"codes": {"country": "iso3", "parties": "cow"}}
    assert declared_codes(content, ("country", "host")) == {"country": "iso3"}
    assert declared_codes({}, ("country",)) == {}


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ({"country": "iso4"},
         "[codes] country is “iso4”. Use one of: iso2, iso3, numeric, cow, gw, wikidata, name."),
        ({"country": 3},
         "[codes] country is “3”. Use one of: iso2, iso3, numeric, cow, gw, wikidata, name."),
        ({"country": ["a"]},
         "[codes] country is “['a']”. Use one of: iso2, iso3, numeric, cow, gw, wikidata, name."),
        ("iso3", "[codes] needs lines such as: country = “iso3”."),
    ],
)  # fmt: skip
def test_an_unknown_system_is_refused_with_the_known_ones(codes, message):
    with pytest.raises(FileError) as error:
        declared_codes({"codes": codes}, ("country",))
    assert str(error.value) == message
