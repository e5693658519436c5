"""Organizations that a list names and the database does not know yet."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes import rows_changed
from core.folding import fold
from core.rows import RowError
from relations.importers.drafts import name_slug
from relations.models import Organization
from relations.names import squeeze
from relations.resolver import Resolver, Unresolved

# A name with another one in brackets, such as an acronym.
BRACKETS = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]")
# Words that only names of organizations have, folded, in the languages of the database. "Union",
# "League" and "Federation" are not among them, since countries have them too.
_ORGANIZATION = re.compile(
    r"\b(?:organi[sz]ations?|associations?|agency|funds?|bank|commissions?|council|authority|"
    r"institut(?:e|ion)s?|office|cent(?:re|er)|committee|bureau|conference|forum|court|tribunal|"
    r"programme|secretariat|community|communities|"
    r"организаци\w+|ассоциаци\w+|агентств\w+|фонд\w*|банк\w*|комисси\w+|совет|институт\w*|центр\w*|"
    r"комитет\w*|конференци\w+|форум\w*|сообществ\w+|секретариат\w*|"
    r"teskilat\w*|assosiasiya\w*|agentliy\w*|fondu?|banki?|komissiya\w*|surasi|institutu?|"
    r"merkezi|komite\w*|"
    r"уиым\w*|кауымдастыг\w*|агенттиг\w*|комиссия\w*|кенеси|орталыг\w*)\b"
)


class NewOrganizations:
    """Which unknown names of a list become organizations: the names that it gives; with `any_name`
    also those with a word that only organizations have, if no known name is similar."""

    def __init__(self, names: Iterable[str] = (), any_name: bool = False):
        self.names, self.any_name = {squeeze(name) for name in names}, any_name

    @classmethod
    def of_mapping(cls, content: dict) -> "NewOrganizations":
        """What a mapping that has been checked says."""
        named = content.get("organizations", [])
        names = [named] if isinstance(named, str) else named
        return cls(names, content.get("new_organizations", False))

    def include(self, name: str, error: Unresolved, *, is_organization: bool = False) -> bool:
        """Whether a name, which was not found for this reason, becomes an organization;
        `is_organization` if it cannot be that of a country."""
        if squeeze(name) in self.names:
            return True
        is_one = is_organization or _ORGANIZATION.search(fold(name))
        return self.any_name and bool(name and is_one) and not error.near()


def created(resolver: Resolver, name: str, column: str = "") -> Organization:
    """A new organization with this name; an acronym may follow in brackets. Raises RowError if it
    is not valid, for example too long."""
    match = BRACKETS.fullmatch(name)
    name, acronym = match.groups() if match and len(match[2]) < len(match[1]) else (name, "")
    row = Organization(
        slug=name_slug(name),
        name=name,
        acronym=acronym,
        kind=Organization.Kind.INTERGOVERNMENTAL,
    )
    try:
        row.full_clean()
    except ValidationError as error:
        words = _("this organization cannot be created: %s") % " ".join(error.messages)
        raise RowError(column, words, name) from error
    row.save()
    rows_changed(row)
    for known in filter(None, (name, acronym)):
        resolver.organizations[squeeze(known)].add(row)
    return row
