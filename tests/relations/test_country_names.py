"""Names of countries in lists: official, short, inverted and abbreviated, in four languages."""

import pytest

from core.dates import Edtf
from relations.country_names import first_part, forms, head, iso_names, without_former
from relations.models import Country, CountryName
from relations.resolver import Resolver, Unresolved
from tests.factories import CountryFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

NAMES = {
    "kazakhstan": (
        "Republic of Kazakhstan", "KAZAKHSTAN, REPUBLIC OF", "Kazakhstan, Rep.",
        "Республика Казахстан", "Казахстан, Республика", "Қазақстан Республикасы",
        "Qazaxıstan Respublikası",
    ),
    "azerbaijan": (
        "Azerbaijan, Republic of", "Azerbaijan (Republic of)", "Azərbaycan Respublikası",
        "Азербайджанская Республика", "Республика Азербайджан", "Әзірбайжан Республикасы",
    ),
    "united-states": (
        "USA", "U.S.A.", "U. S. A.", "United States", "США", "Соединённые Штаты Америки", "АҚШ",
        "Utd. States of America", "United States of America (the)",
    ),
    "united-kingdom": ("UK", "U.K.", "Gt. Britain", "Britain"),
    "russia": ("Russian Federation", "Russian Fed.", "Российская Федерация"),
    "bosnia-and-herzegovina": ("Bosnia", "Bosnia & Herzegovina", "Босния", "Bosniya"),
    "vietnam": ("Viet Nam", "VIET NAM, SOCIALIST REP. OF", "Vietnam Socialist Republic of"),
    "south-korea": ("Korea, Rep.", "Korea (Rep. of)", "KOREA, REPUBLIC OF", "Korea, South",
                    "S. Korea", "Korea (South)"),
    "north-korea": ("Korea, Dem. People’s Rep. of", "Korea (North)", "КНДР"),
    "iran": ("Iran (Islamic Republic of)", "Iran, Islamic Rep. of", "Исламская Республика Иран"),
    "cote-divoire": ("Côte d’Ivoire", "Cote d'Ivoire", "COTE D'IVOIRE, REPUBLIC OF THE"),
    "netherlands": ("Holland", "Голландия", "Netherlands, Kingdom of the"),
    "myanmar": ("Burma", "Burma (Myanmar)", "Myanmar/Burma"),
    "turkiye": ("Türkiye", "Turkey", "Turkiye, Republic of", "Турецкая Республика"),
    "ireland": ("Republic of Ireland",),
    "central-african-republic": ("Central African Rep.", "Орталық Африка Респ."),
    "dominican-republic": ("Dominican Rep.",),
    "equatorial-guinea": ("Guinea, Equatorial", "Eq. Guinea"),
    "guinea": ("Guinea", "Guinea, Rep. of"),
    "marshall-islands": ("Marshall Is.", "Rep. of the Marshall Isls"),
    "saint-kitts-and-nevis": ("St Kitts", "St. Kitts & Nevis"),
    "soviet-union": ("Fmr USSR", "USSR (former)", "former Soviet Union"),
    "yugoslavia": ("ex-Yugoslavia",),
    "taiwan": ("China, Taiwan",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "name"), [(slug, name) for slug, names in NAMES.items() for name in names]
)
def test_a_name_is_known_in_every_form_that_lists_write(base, slug, name):
    assert Resolver().country(name).slug == slug


def test_no_name_of_a_country_has_become_that_of_another(base):
    """Each name of the database and of ISO 3166 means its country or, where the database knows
    better, another one: the package calls Nepal the Central African Republic in Kazakh."""
    resolver, wrong = Resolver(), set()
    for country in Country.objects.prefetch_related("names"):
        short = (country.name_az, country.name_kk, country.name_ru)
        names = {country.name_en, *short, *(row.name for row in country.names.all())} - {""}
        for name in names | set(iso_names(country.iso2, short)):
            found = {row.slug for row, _start, _until in resolver.entries(name)}
            if found != {country.slug}:
                wrong.add((country.slug, name, *found))
    assert wrong == {("nepal", "Орталық Африка Республикасы", "central-african-republic")}


def test_no_two_countries_share_a_form_of_a_name(base):
    """Folding, inversion and abbreviation never make two names one."""
    owners = {}
    for name in CountryName.objects.select_related("country"):
        for form in forms(name.name):
            owners.setdefault(form, set()).add(name.country.slug)
    for country in Country.objects.all():
        for name in (country.name_en, country.name_az, country.name_kk, country.name_ru):
            for form in forms(name):
                owners.setdefault(form, set()).add(country.slug)
    assert {form: slugs for form, slugs in owners.items() if len(slugs) > 1} == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Korea", "this may be north-korea, south-korea"),
        ("Virgin Islands", "this may be british-virgin-islands, united-states-virgin-islands"),
        ("Atlantis", "no country with this name is known"),
        ("", "no country with this name is known"),
        (",", "no country with this name is known"),
        ("China, Republic of", "no country with this name is known"),
        ("France, United Kingdom", "no country with this name is known"),
        ("France/Germany", "no country with this name is known"),
        ("France (former)", "no country with this name is known"),
        ("Herzegovina", "no country with this name is known"),
        ("Kazakhstan (Azerbaijan)", "no country with this name is known"),
        ("Rep.", "no country with this name is known"),
        ("Svalbard", "no country with this name is known"),
    ],
)
def test_a_name_that_is_uncertain_is_refused(base, name, message):
    with pytest.raises(Unresolved) as error:
        Resolver().country(name)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("name", "on", "slug"),
    [
        ("Vietnam, Republic of", "1970", "south-vietnam"),
        ("Viet Nam, Dem. Rep. of", "1970", "north-vietnam"),
        ("Yemen, Arab Rep.", "1980", "north-yemen"),
        ("Yemen, Rep. of", "1995", "yemen"),
        ("German Dem. Rep.", "1980", "german-democratic-republic"),
        ("Germany, Fed. Rep. of", "1980", "germany"),
        ("Fmr Yugoslavia", "1980", "yugoslavia"),
    ],
)
def test_a_former_state_is_known_in_other_forms(base, name, on, slug):
    assert Resolver().country(name, Edtf.parse(on)).slug == slug


def test_the_date_decides_between_countries_that_had_a_name_in_any_form(db):
    for slug, date, until in (("old", "1900", "1949"), ("new", "1950", "..")):
        country = CountryFactory(slug=slug)
        CountryName.objects.create(
            country=country, kind="official", language="en", name="Republic of Ruritania",
            date=date, until=until,
        )  # fmt: skip
    resolver = Resolver()
    for on, slug in {"1920": "old", "1980": "new"}.items():
        assert resolver.country("Ruritania, Rep. of", Edtf.parse(on)).slug == slug
    with pytest.raises(Unresolved, match="this may be new, old"):
        resolver.country("Ruritania, Rep. of")


def test_the_first_part_of_a_double_name_never_hides_another_country(db):
    CountryFactory(slug="both", name_en="Syldavia and Borduria", kind="state")
    CountryFactory(slug="union", name_en="Ruritania and Graustark", kind="former_state")
    assert Resolver().country("Syldavia").slug == "both"
    with pytest.raises(Unresolved):
        Resolver().country("Ruritania")
    CountryFactory(slug="alone", name_en="Syldavia", kind="state")
    assert Resolver().country("Syldavia").slug == "alone"


def test_a_name_with_an_acronym_means_the_organization_that_has_both(db):
    bank = OrganizationFactory(slug="bank", name="Bank of Examples", acronym="BOE")
    OrganizationFactory(slug="board", name="Board of Estates", acronym="EST")
    resolver = Resolver()
    assert resolver.organization("Bank of Examples (BOE)") == bank
    assert resolver.party("Bank of Examples (BOE)") == bank
    for name in ("Bank of Examples (EST)", "Bank of Examples (XYZ)"):
        with pytest.raises(Unresolved):
            resolver.organization(name)


def test_the_nearest_names_are_suggested_and_never_taken(base):
    with pytest.raises(Unresolved) as error:
        Resolver().country("Kazahstan")
    found = error.value.in_row("Guest", "Kazahstan")
    assert found.near == ("Kazakhstan",)
    assert found.message == (
        "no country with this name is known: “Kazahstan”; did you mean Kazakhstan?"
    )


def test_an_ambiguous_name_is_not_an_unknown_one(base):
    with pytest.raises(Unresolved) as error:
        Resolver().party("Korea")
    found = error.value.in_row("Guest", "Korea")
    assert found.near is None
    assert found.kind == "several countries have this name"
    assert found.message == (
        "several countries have this name: “Korea”; this may be north-korea, south-korea"
    )


def test_answers_are_remembered_and_memory_stays_constant(base, monkeypatch):
    monkeypatch.setattr("relations.resolver.REMEMBERED", 2)
    resolver = Resolver()
    for name in ("France", "Korea, Rep.", "Bosnia", "France", "Atlantis"):
        resolver.entries(name)
    assert len(resolver._entries) <= 2
    assert resolver.country("Korea, Rep.").slug == "south-korea"


def test_looking_up_a_name_needs_no_query(base, django_assert_num_queries):
    resolver = Resolver()
    with django_assert_num_queries(0):
        for name in ("Korea, Rep.", "Республика Казахстан", "Bosnia"):
            resolver.country(name)
        resolver.coded("cow", "365", Edtf.parse("1980"))


def test_a_name_of_iso_3166_has_its_translations():
    names = iso_names("KZ", ("Qazaxıstan", "Қазақстан", "Казахстан"))
    assert set(names) >= {
        "Kazakhstan", "Republic of Kazakhstan", "Қазақстан Республикасы", "Республика Казахстан",
        "Qazaxıstan Respublikası",
    }  # fmt: skip
    assert iso_names("ZZ") == ()


def test_parts_of_names():
    assert first_part("Bosnia and Herzegovina") == "Bosnia"
    assert first_part("Bosniya və Herseqovina") == "Bosniya"
    assert first_part("Kazakhstan") == first_part("Korea, North and South") == ""
    assert head("Korea, Rep.") == head("Korea (North)") == "Korea"
    assert head("Kazakhstan") == ""
    assert without_former("Fmr USSR") == without_former("USSR (former)") == "USSR"
    assert without_former("USSR") == ""
