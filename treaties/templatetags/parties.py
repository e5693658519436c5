"""Template filters for the parties of treaties."""

from django import template
from django.utils.safestring import SafeString

from relations.templatetags.records import links

register = template.Library()


@register.filter
def party_links(parties) -> SafeString:
    """The countries and organizations of parties, as links."""
    return links(row.party for row in parties)
