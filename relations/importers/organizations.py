"""Organizations that a list names and the database does not know yet, created on request."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.changes import rows_changed
from core.rows import RowError
from relations.importers.drafts import name_slug
from relations.models import Organization
from relations.names import squeeze
from relations.resolver import Resolver

# A name with another one in brackets, such as an acronym.
BRACKETS = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]")


def created_organization(resolver: Resolver, name: str) -> Organization:
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
        raise RowError("", words, name) from error
    row.save()
    rows_changed(row)
    for known in filter(None, (name, acronym)):
        resolver.organizations[squeeze(known)].add(row)
    return row
