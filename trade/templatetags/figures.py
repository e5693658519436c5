"""Format figures for the active language."""

from decimal import Decimal

from babel.numbers import format_compact_decimal, format_decimal
from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.dates import babel_locale

register = template.Library()


@register.filter
def amount(figure) -> str:
    """The value in its stated scale, with the unit: "598.47 million US dollars"."""
    number = format_decimal(
        figure.value.scaleb(-figure.scale).normalize(), format="#,##0.####", locale=babel_locale()
    )
    unit = "" if figure.unit == figure.Unit.COUNT else figure.get_unit_display()
    scale = {0: "", 3: _("thousand"), 6: _("million"), 9: _("billion")}[figure.scale]
    return " ".join(part for part in (number, scale, unit) if part)


@register.filter
def in_words(value: Decimal | None) -> str:
    """A large number in words: "64.38 million"; a number below a thousand in digits."""
    if value is None:
        return ""
    return format_compact_decimal(
        value, format_type="long", locale=babel_locale(), fraction_digits=2
    )


@register.filter
def exactly(value: Decimal | None) -> str:
    """All digits, with the active language's separators."""
    return "" if value is None else format_decimal(value.normalize(), "#,##0.####", babel_locale())


@register.filter
def grouped(number: int) -> str:
    """A count with thousands separators: "12,345"."""
    # Most counts are small, and a page has hundreds of them.
    return format_decimal(number, "#,##0", babel_locale()) if number >= 1000 else str(number)


@register.filter
def per_cent(value: Decimal | None) -> str:
    """A share or growth in per cent, to one decimal place: "12.3 %"."""
    if value is None:
        return ""
    return _("%(number)s %%") % {"number": format_decimal(value, "#,##0.0", babel_locale())}


@register.filter
def times(value: Decimal | None) -> str:
    """A ratio to two decimal places."""
    return "" if value is None else format_decimal(value, "#,##0.00", babel_locale())


@register.filter
def dispute_marks(figure) -> SafeString:
    """Links to the disagreements in a figure's `disputes`, each with its effect on the figure."""
    marks = []
    for dispute in figure.disputes:
        look = "dispute decided" if dispute.state == dispute.State.DECIDED else "dispute"
        marks.append((look, dispute.get_absolute_url(), _mark_words(figure, dispute)))
    return format_html_join(" ", '<a class="{}" href="{}">{}</a>', marks)


def _mark_words(figure, dispute) -> str:
    # In a sum or growth that does not fit, the figures are not values of the same number.
    if dispute.rule != dispute.Rule.RIVAL_FIGURES:
        return dispute.get_rule_display()
    if dispute.state == dispute.State.UNDECIDED:
        return _("sources disagree")
    preferred = dispute.choice == f"figure:{figure.slug}"
    return _("preferred; sources disagree") if preferred else _("another value is preferred")
