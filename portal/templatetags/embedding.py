"""What pages say of their embedded form: the code to copy, and the address for oEmbed."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.parameters import canonical_address
from portal.embedding import code, embed_address

register = template.Library()


@register.simple_tag(takes_context=True)
def oembed_link(context) -> SafeString:
    """The link by which other sites find out how to embed a page."""
    address = canonical_address(context["request"])
    oembed = reverse("portal:oembed", query={"url": address, "format": "json"})
    return format_html(
        '<link rel="alternate" type="application/json+oembed" href="{}">',
        context["request"].build_absolute_uri(oembed),
    )


@register.inclusion_tag("embed/_code.html", takes_context=True)
def embed_code(context, title: str, height: int, query: str = "", fragment: str = "") -> dict:
    """A disclosure with the code that embeds a page with a query, or its part with a fragment."""
    request = context["request"]
    page = f"{request.path}{query and f'?{query}'}{fragment and f'#{fragment}'}"
    address = request.build_absolute_uri(embed_address(page))
    return {"code": code(address, title, "100%", height), "key": fragment or "page"}
