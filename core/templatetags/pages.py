"""What a page says of itself in its head, and the notice about parameters that it does not read."""

from html import unescape

from django import template
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import ngettext

from core.parameters import canonical_address, is_selection, unknown_parameters

register = template.Library()

# Search engines and previews show about this many characters of a description.
DESCRIPTION = 200


@register.simple_block_tag(takes_context=True)
def page_title(context, content) -> str:
    """The title of a page, from a rendered title. What tells a page of a list from others, in
    `title_details`, is appended."""
    return " · ".join([_plain(content), *map(str, context.get("title_details", ()))])


@register.simple_block_tag
def page_description(content) -> SafeString:
    """The description of a page and the same for previews of links, from a rendered text."""
    text = Truncator(_plain(content)).chars(DESCRIPTION)
    return format_html(
        '<meta name="description" content="{}">\n<meta property="og:description" content="{}">',
        text,
        text,
    )


def _plain(content: str) -> str:
    """The text of rendered HTML, on one line."""
    return " ".join(unescape(strip_tags(content)).split())


@register.simple_tag(takes_context=True)
def page_address(context) -> SafeString:
    """The canonical address of a page; selections such as filtered lists are not for indexes."""
    request = context.get("request")
    if request is None:
        return ""
    parts = [
        ("link", "rel", "canonical", "href", address := canonical_address(request)),
        ("meta", "property", "og:url", "content", address),
    ]
    if is_selection(request):
        parts.append(("meta", "name", "robots", "content", "noindex"))
    return format_html_join("\n", '<{} {}="{}" {}="{}">', parts)


@register.simple_tag(takes_context=True)
def page_files(context) -> SafeString:
    """The `files` with the content of a page, and the metadata of its `reference`, for programs."""
    link = '<link rel="alternate" type="{}" href="{}" title="{}">'
    reference = context.get("reference")
    metadata = reference.metadata() if reference else ()
    links = [(file.media_type, file.address, file.label) for file in context.get("files", ())]
    parts = [
        format_html_join("\n", link, links),
        format_html_join("\n", '<meta name="{}" content="{}">', metadata),
    ]
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


@register.simple_tag(takes_context=True)
def parameter_notice(context) -> SafeString:
    """A notice about query parameters that the page does not read."""
    names = unknown_parameters(context["request"]) if "request" in context else ()
    if not names:
        return ""
    words = ngettext(
        "This page has no filter or option %(names)s. It was ignored.",
        "This page has no filters or options %(names)s. They were ignored.",
        len(names),
    )
    named = ", ".join(f"“{name}”" for name in names)
    return format_html('<p class="notice" role="status">{}</p>', words % {"names": named})
