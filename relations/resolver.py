"""Resolve the names and codes in lists to countries and organizations, without guessing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType

from django.utils.translation import gettext as _

from core.dates import Edtf, describe_span
from core.rows import RowError
from relations.models import Country, CountryName, Organization, Succession
from relations.names import squeeze
from search.spelling import Spellings, suggestion

# Former codes of ISO 3166-1 alpha-3 by that of ISO 3166-3, which begins with the one of alpha-2.
FORMER_CODES = {
    "AIDJ": "AFI", "ANHH": "ANT", "BQAQ": "ATB", "BUMM": "BUR", "BYAA": "BYS", "CSHH": "CSK",
    "CSXX": "SCG", "CTKI": "CTE", "DDDE": "DDR", "DYBJ": "DHY", "FQHH": "ATF", "FXFR": "FXX",
    "GEHH": "GEL", "HVBF": "HVO", "JTUM": "JTN", "MIUM": "MID", "NHVU": "NHB", "NQAQ": "ATN",
    "NTHH": "NTZ", "PCHH": "PCI", "PUUM": "PUS", "PZPA": "PCZ", "RHZW": "RHO", "SKIN": "SKM",
    "SUHH": "SUN", "TPTL": "TMP", "VDVN": "VDR", "WKUM": "WAK", "YDYE": "YMD", "YUCS": "YUG",
    "ZRCD": "ZAR",
}  # fmt: skip


class Unresolved(Exception):
    """A name or code is unknown or ambiguous; the message says which. `near` gives the known names
    that an unknown one is similar to: they are only suggested, never taken."""

    def __init__(
        self, message: str, near: Callable[[], list[str]] = list, is_ambiguous: bool = False
    ):
        super().__init__(message)
        self.near, self.is_ambiguous = near, is_ambiguous

    def in_row(self, column: str, text: str) -> RowError:
        """The error of a row with this name or code."""
        return RowError(column, str(self), text, suggestion(self.near()))


def _spellings(names: Iterable[tuple[str, Country | Organization]]) -> Spellings:
    return Spellings((name, str(row)) for name, row in names)


def _slugs(countries: Iterable[Country]) -> str:
    return ", ".join(sorted(country.slug for country in countries))


class Resolver:
    """All countries and identified organizations, by name and code, in memory.

    `successors` maps the names and former codes of former countries to the names of the countries
    that a list means by them from then on.
    """

    def __init__(self, successors: Mapping[str, str] = MappingProxyType({})):
        self.successors = {squeeze(name): other for name, other in successors.items()}
        self.by_name = defaultdict(list)
        self.by_code, self.by_former_code = {}, defaultdict(list)
        # Names as they are written, each with the row.
        self.country_names, self.organization_names = [], []
        for country in Country.objects.all():
            for name in {country.name_en, country.name_az, country.name_kk, country.name_ru} - {""}:
                self.by_name[squeeze(name)].append((country, country.date, country.until))
                self.country_names.append((name, country))
            for code in (country.iso2, country.iso3, country.iso_former, country.wikidata):
                if code:
                    self.by_code[code] = country
            self._add_former_codes(country, country)
        for name in CountryName.objects.select_related("country"):
            self.by_name[squeeze(name.name)].append((name.country, name.date, name.until))
            self.country_names.append((name.name, name.country))
            self._add_former_codes(name.country, name)
        self.successions = defaultdict(list)
        for row in Succession.objects.all():
            self.successions[row.successor_id].append((row.predecessor_id, row.date))
        self.organizations = defaultdict(set)
        for row in Organization.objects.filter(identified=True):
            for name in (row.name, row.acronym, *row.aliases.splitlines()):
                if name:
                    self.organizations[squeeze(name)].add(row)
                    self.organization_names.append((name, row))

    # Made when the first name is unknown; most lists have none.
    @cached_property
    def _countries_spelled(self) -> Spellings:
        return _spellings(self.country_names)

    @cached_property
    def _organizations_spelled(self) -> Spellings:
        return _spellings(self.organization_names)

    @cached_property
    def _parties_spelled(self) -> Spellings:
        return _spellings(self.country_names + self.organization_names)

    def _add_former_codes(self, country: Country, row: Country | CountryName) -> None:
        code = row.iso_former
        for one in filter(None, (code, code[:2], FORMER_CODES.get(code))):
            self.by_former_code[one].append((country, row))

    def country(self, name: str, on: Edtf | None = None) -> Country:
        """The country with this name; if several have had it, the one that existed on the date.

        Another name of the country may follow in brackets: Dahomey (Benin).
        """
        found = self._countries(name, on)
        if not found and (match := re.fullmatch(r"(.+?)\s*\((.+)\)", name.strip())):
            found = self._countries(match[1], on) & self._countries(match[2], on)
        if len(found) == 1:
            country = found.pop()
            heir = self.successors.get(squeeze(name))
            return self.country(heir) if heir and on and country.ended_before(on) else country
        if found:
            raise Unresolved(_("this may be %s") % _slugs(found), is_ambiguous=True)
        raise Unresolved(
            _("no country with this name is known"), lambda: self._countries_spelled.near(name)
        )

    def _countries(self, name: str, on: Edtf | None) -> set[Country]:
        entries = self.by_name.get(squeeze(name), ())
        found = {country for country, _start, _end in entries}
        if len(found) > 1 and on:
            found = {
                country
                for country, start, end in entries
                if on.possibly_within(start.earliest or date.min, end.latest or date.max)
                and on.possibly_within(
                    country.date.earliest or date.min, country.until.latest or date.max
                )
            }
        return found

    def party(self, name: str, on: Edtf | None = None) -> Country | Organization:
        """The country or organization with this name."""
        try:
            return self.country(name, on)
        except Unresolved as error:
            found = self.organizations.get(squeeze(name), ())
            if len(found) == 1:
                return next(iter(found))
            raise Unresolved(
                _("no country or organization with this name is known"),
                lambda: self._parties_spelled.near(name),
            ) from error

    def organization(self, name: str) -> Organization:
        """The identified organization with this name or acronym."""
        found = self.organizations.get(squeeze(name), ())
        if len(found) == 1:
            return next(iter(found))
        raise Unresolved(
            _("no organization with this name is known"),
            lambda: self._organizations_spelled.near(name),
        )

    def predecessors(self, country: Country) -> list[tuple[int, Edtf]]:
        """The keys of the countries that a country succeeded, also through others, each with the
        day on which it did."""
        found, waiting = [], [country.pk]
        while waiting:
            rows = self.successions.get(waiting.pop(), ())
            new = [row for row in rows if row not in found]
            found += new
            waiting += [before for before, _since in new]
        return found

    def is_code(self, text: str) -> bool:
        return text in self.by_code or text in self.by_former_code

    def code(self, code: str, on: Edtf | None = None) -> Country:
        """The country with this code: Wikidata, ISO 3166-1 or 3166-3, or the former one of ISO
        3166-1 that had it on the date. A present code is never read as a former one."""
        if code in self.by_code:
            return self.by_code[code]
        holders = self.by_former_code.get(code, ())
        found = {
            country
            for country, row in holders
            if not on or not (on.certainly_before(row.date) or row.until.certainly_before(on))
        }
        if len(found) == 1:
            return found.pop()
        if found:
            raise Unresolved(_("this may be %s") % _slugs(found), is_ambiguous=True)
        if heir := self.successors.get(squeeze(code)):
            return self.country(heir, on)
        if holders:
            told = (f"{row} ({describe_span(row.date, row.until)})" for _country, row in holders)
            raise Unresolved(_("this was the code of %s") % ", ".join(told))
        raise Unresolved(_("no country with this code is known"))
