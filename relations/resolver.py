"""Resolve the names and codes in lists to countries and organizations, without guessing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.rows import RowError
from relations.codes import FORMER_CODES, Codes, Holder, refused
from relations.country_names import first_part, forms, head, iso_names, without_former
from relations.models import Country, CountryName, ListAlias, Organization, Succession
from relations.names import squeeze
from search.spelling import Spellings, suggestion

__all__ = ["FORMER_CODES", "Resolver", "Unresolved"]

# How many names of a list are remembered with their answer, so that memory stays constant.
REMEMBERED = 20_000
# A name with another one in brackets or after a stroke: Dahomey (Benin), Burma/Myanmar.
_TWO_NAMES = re.compile(r"(.+?)\s*(?:\((.+)\)|/\s*(.+))")

# A country that a name may mean, and from when to when it had the name.
Entry = tuple[Country, Edtf, Edtf]


class Unresolved(Exception):
    """A name or code is unknown or ambiguous; the message says which, and `kind` says it without
    naming countries. `near` gives the known names that an unknown one is similar to: they are only
    suggested, never taken."""

    def __init__(self, message: str, near: Callable[[], list[str]] | None = None, kind: str = ""):
        super().__init__(message)
        self.near, self.kind = near, kind

    @property
    def is_ambiguous(self) -> bool:
        """Whether the name or code is that of several countries, or was that of another one."""
        return bool(self.kind)

    def in_row(self, column: str, text: str) -> RowError:
        """The error of a row with this name or code."""
        near = self.near() if self.near else []
        hint = str(self) if self.kind else suggestion(near)
        error = RowError(column, self.kind or str(self), text, hint)
        if self.near:
            error.near = tuple(near)
        return error


def _ambiguous(countries: Iterable[Country], kind: str) -> Unresolved:
    slugs = ", ".join(sorted(country.slug for country in countries))
    return Unresolved(_("this may be %s") % slugs, kind=kind)


class Resolver:
    """All countries and identified organizations, by name and code, in memory.

    `successors` maps the names and former codes of former countries to the names of the countries
    that a list means by them from then on. `list_name` is the list whose aliases hold.
    """

    def __init__(
        self, successors: Mapping[str, str] = MappingProxyType({}), *, list_name: str = ""
    ):
        self.successors = {squeeze(name): other for name, other in successors.items()}
        self.by_name: dict[str, list[Entry]] = defaultdict(list)
        self.by_code, self.by_former_code = {}, defaultdict(list)
        # Names as they are written, each with the row.
        self.country_names, self.organization_names = [], []
        self.countries = list(Country.objects.all())
        self.former_names = list(CountryName.objects.select_related("country"))
        for country in self.countries:
            for name in {country.name_en, country.name_az, country.name_kk, country.name_ru} - {""}:
                self.by_name[squeeze(name)].append((country, country.date, country.until))
                self.country_names.append((name, country))
            for code in (country.iso2, country.iso3, country.iso_former, country.wikidata):
                if code:
                    self.by_code[code] = country
            self._add_former_codes(country, country)
        for name in self.former_names:
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
        aliases = ListAlias.objects.select_related("country", "organization")
        aliases = aliases.filter(list_name=list_name) if list_name else ()
        self.aliases = {squeeze(row.text): row.target for row in aliases}
        # Answers by name, as the names of a list repeat.
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._near: dict[tuple, list[str]] = {}

    # Made when the first name is not written as in the database; many lists have none.
    @cached_property
    def _by_form(self) -> dict[str, dict[tuple, Entry]]:
        """The entries of each form of the names in the database and in ISO 3166. A name of ISO
        3166 that another country has in the database is left out: it is a mistake there."""
        found = defaultdict(dict)
        for country, name, start, until in (
            *((row, name, row.date, row.until) for name, row in self._short_names()),
            *((row.country, row.name, row.date, row.until) for row in self.former_names),
        ):
            for form in forms(name):
                found[form][country.pk, start, until] = (country, start, until)
        known = {form: {key[0] for key in entries} for form, entries in found.items()}
        for country in self.countries:
            for name in _iso_names(country):
                if all(known.get(form, {country.pk}) == {country.pk} for form in forms(name)):
                    for form in forms(name):
                        entry = (country, country.date, country.until)
                        found[form].setdefault((country.pk, *entry[1:]), entry)
        return found

    def _short_names(self) -> Iterable[tuple[str, Country]]:
        for country in self.countries:
            for name in (country.name_en, country.name_az, country.name_kk, country.name_ru):
                if name:
                    yield name, country

    @cached_property
    def _by_part(self) -> dict[str, set[Country]]:
        """The states with a double name by its first part, such as Bosnia."""
        found = defaultdict(set)
        for name, country in self._all_names():
            part = first_part(name)
            if part and country.kind == Country.Kind.STATE:
                for form in forms(part):
                    found[form].add(country)
        return found

    @cached_property
    def _by_head(self) -> dict[str, set[Country]]:
        """The countries by what stands before a comma or brackets in their names: both Koreas by
        Korea."""
        found = defaultdict(set)
        for name, country in self._all_names():
            for form in forms(head(name)):
                found[form].add(country)
        return found

    def _all_names(self) -> Iterable[tuple[str, Country]]:
        """The names of the database and of ISO 3166."""
        yield from self.country_names
        for country in self.countries:
            for name in _iso_names(country):
                yield name, country

    @cached_property
    def _countries_spelled(self) -> Spellings:
        return Spellings((name, str(row)) for name, row in self._all_names())

    @cached_property
    def _organizations_spelled(self) -> Spellings:
        return Spellings((name, str(row)) for name, row in self.organization_names)

    @cached_property
    def _parties_spelled(self) -> Spellings:
        names = (*self._all_names(), *self.organization_names)
        return Spellings((name, str(row)) for name, row in names)

    @cached_property
    def _codes(self) -> Codes:
        return Codes(self.countries, self.former_names)

    def _similar(self, kind: str, name: str) -> list[str]:
        """The known names similar to an unknown one; `kind` names the property with them."""
        key = (kind, name)
        if key not in self._near:
            if len(self._near) >= REMEMBERED:
                self._near.clear()
            self._near[key] = getattr(self, kind).near(name)
        return self._near[key]

    def _add_former_codes(self, country: Country, row: Country | CountryName) -> None:
        code = row.iso_former
        for one in filter(None, (code, code[:2], FORMER_CODES.get(code))):
            self.by_former_code[one].append((country, row))

    def country(self, name: str, on: Edtf | None = None) -> Country:
        """The country with this name; if several have had it, the one that existed on the date.

        Raises Unresolved if it is unknown, or may be several. A name that the list has an alias for
        means what the alias says.
        """
        target = self.aliases.get(squeeze(name)) if self.aliases else None
        if isinstance(target, Country):
            return target
        found = self._countries(name, on)
        if len(found) == 1:
            country = found.pop()
            heir = self.successors.get(squeeze(name)) if self.successors else None
            return self.country(heir) if heir and on and country.ended_before(on) else country
        if not found:
            found = self._with_head(name)
        if len(found) > 1:
            raise _ambiguous(found, _("several countries have this name"))
        raise Unresolved(
            _("no country with this name is known"),
            lambda: self._similar("_countries_spelled", name),
        )

    def _countries(self, name: str, on: Edtf | None) -> set[Country]:
        entries = self.entries(name)
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

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The countries that have or had this name, each with the time; all of them if several."""
        if name not in self._entries:
            if len(self._entries) >= REMEMBERED:
                self._entries.clear()
            self._entries[name] = tuple(self._look_up(name))
        return self._entries[name]

    def _look_up(self, name: str) -> Iterable[Entry]:
        """The entries of a name as it is written in the database, in another form, with another
        name in brackets, with "former", or shortened to its first part: the first that has any."""
        if found := self.by_name.get(squeeze(name)):
            return found
        if found := {
            key: entry for form in forms(name) for key, entry in self._by_form.get(form, {}).items()
        }:
            return found.values()
        if match := _TWO_NAMES.fullmatch(name.strip()):
            also = {entry[0] for entry in self.entries(match[2] or match[3])}
            if found := [entry for entry in self.entries(match[1]) if entry[0] in also]:
                return found
        if rest := without_former(name):
            ended = [entry for entry in self.entries(rest) if _has_ended(entry[0])]
            if ended:
                return ended
        parts = set().union(*(self._by_part.get(form, ()) for form in forms(name)))
        return [(country, country.date, country.until) for country in parts]

    def _with_head(self, name: str) -> set[Country]:
        """The countries whose names begin with an unknown one, if there are several."""
        return set().union(*(self._by_head.get(form, ()) for form in forms(name)))

    def party(self, name: str, on: Edtf | None = None) -> Country | Organization:
        """The country or organization with this name."""
        if self.aliases and (target := self.aliases.get(squeeze(name))):
            return target
        try:
            return self.country(name, on)
        except Unresolved as error:
            found = self._organizations(name)
            if len(found) == 1:
                return next(iter(found))
            if error.near is None:
                raise
            raise Unresolved(
                _("no country or organization with this name is known"),
                lambda: self._similar("_parties_spelled", name),
            ) from error

    def organization(self, name: str) -> Organization:
        """The identified organization with this name, acronym, or both: "Name (ACRONYM)"."""
        target = self.aliases.get(squeeze(name)) if self.aliases else None
        if isinstance(target, Organization):
            return target
        found = self._organizations(name)
        if len(found) == 1:
            return next(iter(found))
        raise Unresolved(
            _("no organization with this name is known"),
            lambda: self._similar("_organizations_spelled", name),
        )

    def _organizations(self, name: str) -> set[Organization]:
        if found := self.organizations.get(squeeze(name)):
            return found
        if match := _TWO_NAMES.fullmatch(name.strip()):
            either = [self.organizations.get(squeeze(part), set()) for part in match.groups("")]
            return either[0] & (either[1] | either[2])
        return set()

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
        rows = [
            Holder(country, row.date, row.until, row)
            for country, row in self.by_former_code.get(code, ())
        ]
        return self._holder(code, rows, on)

    def coded(self, system: str, text: str, on: Edtf | None = None) -> Country:
        """The country with this code in a system of `relations.codes.SYSTEMS`, on a date.

        Numbers may have lost their zeros ("31", "31.0"), letters may be small. If several countries
        have had the code, the date decides; without a date, the present holder of a code of ISO
        3166-1. Before that existed, its predecessor is meant if it had the same code. Raises
        Unresolved.
        """
        if self.aliases and isinstance(target := self.aliases.get(squeeze(text)), Country):
            return target
        if system == "name":
            return self.country(text, on)
        code, rows = self._codes.of(system, text)
        if not code:
            raise Unresolved(refused(system))
        if present := next((row.country for row in rows if row.present), None):
            if not on or present.existed_on(on):
                return present
            before = {key for key, _since in self.predecessors(present)}
            rows = [row for row in rows if row.country.pk in before and row.had_on(on)]
            if not rows:
                heir = self.successors.get(squeeze(code))
                return self.country(heir) if heir and present.ended_before(on) else present
        return self._holder(code, rows, on)

    def named(self, text: str, on: Edtf | None = None, system: str = "") -> Country:
        """The country with this code of a system, or without one with this name or any code."""
        if system:
            return self.coded(system, text, on)
        return self.code(text, on) if self.is_code(text) else self.country(text, on)

    def _holder(self, code: str, holders: list[Holder], on: Edtf | None) -> Country:
        """The country among the holders of a code that had it on a date."""
        found = {row.country for row in holders if not on or row.had_on(on)}
        if len(found) == 1:
            return found.pop()
        if found:
            raise _ambiguous(found, _("several countries have had this code"))
        if heir := self.successors.get(squeeze(code)):
            return self.country(heir, on)
        if holders:
            told = (f"{each.row} ({each.years})" for each in holders)
            words = _("this was the code of %s") % ", ".join(told)
            raise Unresolved(words, kind=_("no country had this code then"))
        raise Unresolved(_("no country with this code is known"))


def _iso_names(country: Country) -> tuple[str, ...]:
    short = (country.name_az, country.name_kk, country.name_ru)
    return iso_names(country.iso2, short) if country.iso2 else ()


def _has_ended(country: Country) -> bool:
    return bool(country.until) and not country.until.is_open
