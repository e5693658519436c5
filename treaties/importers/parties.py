"""The parties that the cells of a list name."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import visible
from core.row_errors import RowErrors
from core.rows import RowError
from relations.importers.organizations import BRACKETS, NewOrganizations, created
from relations.models import Country, Organization
from relations.names import squeeze
from relations.resolver import Resolver, Unresolved
from sources.mappings.cells import signs
from treaties.models import Party

LONGEST_NAME = Party._meta.get_field("as_stated").max_length


class PartyNames:
    """How the cells of a list name parties.

    `pattern` finds the signs between the names in a cell. `system` is the kind of codes that stand
    for countries, `meanings` translates names. `new` says which unknown names become organizations.
    """

    def __init__(
        self,
        pattern: re.Pattern,
        system: str = "name",
        meanings: Mapping[str, str] = MappingProxyType({}),
        new: NewOrganizations | None = None,
    ):
        self.pattern, self.system, self.new = pattern, system, new or NewOrganizations()
        self.meanings = {visible(name): meaning for name, meaning in meanings.items()}

    @classmethod
    def of_mapping(cls, content: dict) -> "PartyNames":
        """The settings for parties of a mapping that has been checked."""
        blank = content.get("blank", [])
        blank = blank.get("parties", []) if isinstance(blank, dict) else blank
        meanings = content.get("values", {}).get("parties", {})
        blanks = dict.fromkeys([blank] if isinstance(blank, str) else blank, "")
        return cls(
            signs(content.get("separators", {}).get("parties")),
            system=content.get("codes", {}).get("parties", "name"),
            meanings=blanks | meanings,
            new=NewOrganizations.of_mapping(content),
        )

    def split(self, text: str) -> list[str]:
        """The names in a cell, in order."""
        if visible(text) in self.meanings:
            return [visible(text)]
        return [name for part in self.pattern.split(text) if (name := visible(part))]

    def find(self, resolver: Resolver, name: str, on: Edtf | None) -> Country | Organization | None:
        """The party that a name means on a date; None if the list says that it is no party. Raises
        Unresolved if it is unknown or has several meanings."""
        meaning = self.meanings.get(name, name)
        if not meaning:
            return None
        if self.system != "name":
            try:
                return resolver.coded(self.system, meaning, on)
            except Unresolved as error:
                # An organization has no code; a translation may be a name.
                with suppress(Unresolved):
                    if meaning == name:
                        return resolver.organization(name)
                    return named(resolver, meaning, on)
                raise error
        try:
            return named(resolver, meaning, on)
        except Unresolved as error:
            if self.new.include(meaning, error):
                return created(resolver, meaning)
            raise


def named(resolver: Resolver, name: str, on: Edtf | None) -> Country | Organization:
    """The party with this name, or with this name and acronym: European Union (EU). Raises
    Unresolved if it is unknown, or if the two mean different organizations."""
    try:
        return resolver.party(name, on)
    except Unresolved:
        match = BRACKETS.fullmatch(name)
        if not match:
            raise
        found = [resolver.organizations.get(squeeze(part), set()) for part in match.groups()]
        both = found[0] & found[1] if all(found) else found[0]
        if len(both) != 1:
            raise
        return next(iter(both))


SEMICOLONS = PartyNames(signs(None))


def parties_in(
    resolver: Resolver, text: str, column: str, on: Edtf, names: PartyNames = SEMICOLONS
) -> list[dict]:
    """The distinct parties in a cell, each a dict with `country` or `organization` and
    `as_stated`. Raises RowError with all unknown names, if there are none, or if all names are of
    one party."""
    return parties_of_cells(resolver, [(column, text)], on, names)


def parties_of_cells(
    resolver: Resolver, cells: Iterable[tuple[str, str]], on: Edtf, names: PartyNames = SEMICOLONS
) -> list[dict]:
    """The distinct parties in several cells, (column, text). Raises RowError as `parties_in`."""
    cells, errors, found, count = list(cells), RowErrors(), {}, 0
    for column, text in cells:
        for name in names.split(text):
            with errors.collected():
                if party := party_named(resolver, name, column, on, names):
                    count += 1
                    found.setdefault(key_of(party), party)
    errors.check()
    column, text = cells[0][0], "; ".join(text for _column, text in cells if text)
    if not found:
        raise RowError(column, _("no party is named"))
    if len(found) == 1 and count > 1:
        raise RowError(
            column, _("these are all names of one party; a treaty has two or more"), text
        )
    return list(found.values())


def party_named(
    resolver: Resolver, name: str, column: str, on: Edtf | None, names: PartyNames = SEMICOLONS
) -> dict | None:
    """The party of one name as `country` or `organization`, with the name `as_stated`; None if the
    list says that the name is of no party. Raises RowError if the name is unknown or too long."""
    try:
        party = names.find(resolver, name, on)
    except Unresolved as error:
        raise error.in_row(column, name) from error
    except RowError as error:
        error.column = column
        raise
    if len(name) > LONGEST_NAME:
        raise RowError(column, _("this is too long"), f"{name[:40]} …")
    if party is None:
        return None
    kind = "country" if isinstance(party, Country) else "organization"
    return {kind: party, "as_stated": name}


def key_of(party: dict) -> tuple[str, int]:
    """What makes a party the same as another: its kind and key."""
    kind = "country" if "country" in party else "organization"
    return kind, party[kind].pk
