"""The links to the main sections in the header of every page."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy

register = template.Library()

# The lists in the header: the first MAIN are always visible on wide screens, the others are under
# "More". Each with its label.
SECTIONS = (
    ("portal:relation_list", gettext_lazy("Pairs")),
    ("treaties:treaty_list", gettext_lazy("Treaties")),
    ("relations:visit_list", gettext_lazy("Visits")),
    ("trade:figure_list", gettext_lazy("Trade")),
    ("relations:organization_list", gettext_lazy("Organizations")),
    ("relations:country_list", gettext_lazy("Countries")),
    ("relations:event_list", gettext_lazy("Events")),
    ("relations:person_list", gettext_lazy("People")),
    ("portal:source_list", gettext_lazy("Sources")),
    ("portal:disagreement_list", gettext_lazy("Disagreements")),
    ("portal:compare", gettext_lazy("Compare pairs")),
    ("portal:data", gettext_lazy("Downloads")),
)
MAIN = 6


@register.inclusion_tag("_sections.html", takes_context=True)
def sections(context) -> dict:
    """The links to the main sections. The section of the current page is marked."""
    path = context["request"].path if "request" in context else ""
    links = []
    for name, label in SECTIONS:
        address = reverse(name)
        current = "page" if path == address else path.startswith(address) and "true"
        links.append({"address": address, "label": label, "current": current})
    return {
        "main": links[:MAIN],
        "more": links[MAIN:],
        "within_more": any(link["current"] for link in links[MAIN:]),
    }
