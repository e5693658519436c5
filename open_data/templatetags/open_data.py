"""The data package on the page of downloads."""

from django import template

from open_data import offers

register = template.Library()


@register.inclusion_tag("open_data/_export.html", takes_context=True)
def data_package(context):
    """The files of the data package with size and checksum, and how to cite it."""
    return {"export": offers.newest(), "request": context.get("request")}
