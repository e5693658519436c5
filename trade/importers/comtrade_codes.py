"""Countries and areas by the codes of UN Comtrade and ISO 3166-1, in numbers or letters."""

import re
from collections import defaultdict
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.rows import RowError
from relations.models import Country, CountryName
from relations.resolver import FORMER_CODES, Unresolved
from trade.areas import AREA_LETTERS, Area

# Numbers that are not current ISO 3166-1 codes, with the country that each certainly means: its
# code in ISO 3166-1 alpha-3 or 3166-3, or its slug. A state that lost or gained territory remains
# the same state (588 is Pakistan with East Pakistan, 841 the United States before 1981). The facts
# are those of Comtrade's list of partner areas and of ISO 3166-3.
PECULIAR = {
    "80": "BQAQ",
    "128": "CTKI",
    "200": "CSHH",
    "216": "NQAQ",
    "230": "ETH",
    "249": "FXFR",
    "251": "FRA",
    "278": "DDDE",
    "280": "DEU",
    "381": "ITA",
    "396": "JTUM",
    "412": "kosovo",
    "488": "MIUM",
    "530": "ANHH",
    "532": "ANHH",
    "536": "NTHH",
    "579": "NOR",
    "582": "PCHH",
    "588": "PAK",
    "590": "PAN",
    "592": "PZPA",
    "594": "PZPA",
    "698": "SKIN",
    "699": "IND",
    "720": "YDYE",
    "736": "SDN",
    "757": "CHE",
    "810": "SUHH",
    "841": "USA",
    "842": "USA",
    "849": "PUUM",
    "866": "VDVN",
    "868": "south-vietnam",
    "872": "WKUM",
    "886": "north-yemen",
    "890": "YUCS",
    "891": "CSXX",
}
# Numbers that a state took over from the territory before it, in years in which the database says
# that the state did not exist yet.
INHERITED = {"262": "AIDJ", "296": "GEHH", "548": "NHVU", "716": "RHZW"}
# Codes in letters that are no longer used, beside those of ISO 3166-3. YUG was the code of the
# Federal Republic of Yugoslavia, which the database calls Serbia and Montenegro, until 2003.
FORMER_LETTERS = {"ROM": ("ROU", date(2002, 2, 1)), "YUG": ("CSXX", date(2003, 7, 23))}
_AREAS = {area.value: area for area in Area}
_NUMBER = re.compile(r"([0-9]+)(?:\.0*)?")
_LETTERS = re.compile(r"[A-Z]{3}")


class ComtradeCodes:
    """All countries and areas by code, in memory. It is cheap to create: a query."""

    def __init__(self):
        self.by_name, self.by_number = {}, {}
        for country in Country.objects.all():
            for name in filter(None, (country.iso3, country.iso_former, country.slug)):
                self.by_name[name] = country
            if country.iso_numeric:
                self.by_number[plain(country.iso_numeric)] = country
        named = {number: self.by_name.get(name) for number, name in PECULIAR.items()}
        self.by_number |= {number: country for number, country in named.items() if country}
        # The countries that have a number of their own here; another one may mean them as well.
        self.peculiar = {*named.values()} - {None}

    def area_or_country(self, code: str, on: Edtf | None = None) -> Area | Country:
        """The area or country with this code in numbers (31, 031, 31.0) or letters (AZE, W00).

        Comtrade's own codes come before those of ISO 3166-1. Of the countries that have used a
        code, the one that existed on the date has it. Raises Unresolved.
        """
        is_number = plain(code).isdecimal()
        return self.by_numbers(code, on) if is_number else self.by_letters(code, on)

    def by_numbers(self, code: str, on: Edtf | None = None) -> Area | Country:
        """The area or country with this number. Raises Unresolved."""
        number = plain(code)
        if number in _AREAS:
            return _AREAS[number]
        country, before = self.by_number.get(number), self.by_name.get(INHERITED.get(number))
        if country and before and on and country.began_after(on) and before.existed_on(on):
            return before
        return country or _refuse()

    def by_letters(self, code: str, on: Edtf | None = None) -> Area | Country:
        """The area or country with this code in letters. Raises Unresolved."""
        if code in AREA_LETTERS:
            return AREA_LETTERS[code]
        if not _LETTERS.fullmatch(code):
            return _refuse()
        if country := self.by_name.get(code):
            return country
        owners = self.former_letters.get(code, {})
        found = [
            country
            for country, used in owners.items()
            if len(owners) == 1 or on and country.existed_on(on) and on.possibly_within(*used)
        ]
        return found[0] if len(found) == 1 else _refuse()

    @cached_property
    def former_letters(self) -> dict[str, dict[Country, tuple[date | None, date | None]]]:
        """The countries that had a code in letters which is no longer used, with the first and
        last day of its use."""
        found = defaultdict(dict)
        names = CountryName.objects.exclude(iso_former="").select_related("country")
        rows = [(row.country, row) for row in names]
        rows += [(row, row) for row in {*self.by_name.values()} if row.iso_former]
        for country, row in rows:
            if letters := FORMER_CODES.get(row.iso_former):
                found[letters][country] = (row.date.earliest, row.until.latest)
        for letters, (name, until) in FORMER_LETTERS.items():
            if country := self.by_name.get(name):
                found[letters][country] = (None, until)
        return found

    def check_letters(self, column: str, code: str, country: Country, letters: str) -> None:
        """Raise RowError if the letters beside a code are certainly those of another country,
        which may be a code that is no longer used; unknown letters say nothing."""
        owners = {self.by_name[letters]} if letters in self.by_name else set()
        if _LETTERS.fullmatch(letters) and not owners:
            owners = {*self.former_letters.get(letters, ())}
        # The codes of a former state are those of its successor in some files.
        if not owners or country in owners or not country.iso3 and letters in self.by_name:
            return
        raise RowError(
            column,
            _("the code is not that of the country that the row names"),
            code,
            _("it is the code of %(country)s, and the row names %(letters)s")
            % {"country": country, "letters": letters},
        )


def _refuse():
    raise Unresolved(_("no country or area with this code is known"))


def plain(code: str) -> str:
    """A number without leading zeros and decimals (031, 31.0); other text as it is."""
    match = _NUMBER.fullmatch(code)
    return (match[1].lstrip("0") or "0") if match else code
