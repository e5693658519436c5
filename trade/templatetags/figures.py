"""Figures as readers of the active language write them."""

from babel.numbers import format_decimal
from django import template
from django.utils.translation import gettext as _

from sources.dates import babel_locale

register = template.Library()


@register.filter
def amount(figure) -> str:
    """The value in the scale in which it was stated: "598.47 million US dollars"."""
    number = format_decimal(
        figure.value.scaleb(-figure.scale).normalize(), format="#,##0.####", locale=babel_locale()
    )
    unit = "" if figure.unit == figure.Unit.COUNT else figure.get_unit_display()
    scale = {0: "", 3: _("thousand"), 6: _("million"), 9: _("billion")}[figure.scale]
    return " ".join(part for part in (number, scale, unit) if part)
