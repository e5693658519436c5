"""Accepting what the unknown names of a list mean."""

from django.core.validators import ProhibitNullCharactersValidator

from relations.models import Country, ListAlias, Organization
from relations.names import squeeze
from relations.resolver import Resolver, Unresolved


def accept_alias(list_name: str, text: str, target: Country | Organization | str) -> ListAlias:
    """Keep what a list means by a name: a country or organization, or its identifier or name.

    It holds for later imports of the list with this name only, and replaces an earlier meaning.
    Raises Unresolved if no such country or organization is known, and ValidationError if the list
    or the name is blank or too long.
    """
    ProhibitNullCharactersValidator()(text)
    if isinstance(target, str):
        target = named(target)
    known = ListAlias.objects.filter(list_name=list_name)
    alias = next((row for row in known if squeeze(row.text) == squeeze(text)), None)
    alias = alias or ListAlias(list_name=list_name, text=text)
    alias.country = target if isinstance(target, Country) else None
    alias.organization = target if isinstance(target, Organization) else None
    alias.full_clean()
    alias.save()
    return alias


def named(text: str) -> Country | Organization:
    """The country or identified organization with this identifier or name. Raises Unresolved."""
    try:
        return Resolver().party(text)
    except Unresolved:
        for model in (Country, Organization):
            if row := model.objects.filter(slug=text).first():
                return row
        raise
