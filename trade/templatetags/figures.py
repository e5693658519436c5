"""Format figures for the active language."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.numbers import format_compact_decimal, format_decimal
from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.dates import babel_locale
from trade.quantities import Qualifier, Quantity

register = template.Library()


@register.filter
def amount(figure) -> str:
    """What it states, in the stated scale: "more than 598.47 million US dollars"."""
    return qualified(figure, f"{numbers(figure, figure.scale)} {unit_words(figure)}".strip())


@register.filter
def in_full(figure) -> str:
    """What it states, with all digits: "106,200,000 US dollars"."""
    return qualified(figure, f"{numbers(figure)} {unit_words(figure)}".strip())


def qualified(number, words: str) -> str:
    """Words for the number of a figure or quantity with its qualifier; a range has its two ends
    instead."""
    if number.qualifier in (Qualifier.EXACT, Qualifier.RANGE):
        return words
    return f"{Qualifier(number.qualifier).label} {words}"


def numbers(figure, scale: int = 0) -> str:
    """The number, or both ends of the range, in digits and the word for this power of ten."""
    ends = [end for end in (figure.value, figure.upper) if end is not None]
    # As many places as a value of four decimal places has in this scale.
    form = f"#,##0.{'#' * (4 + scale)}"
    digits = "–".join(_digits(end.scaleb(-scale), form, babel_locale()) for end in ends)
    return f"{digits} {_word_of_scale(scale)}".strip()


def _word_of_scale(scale: int) -> str:
    match scale:
        case 3:
            return _("thousand")
        case 6:
            return _("million")
        case 9:
            return _("billion")
        case 12:
            return _("trillion")
    return ""


def unit_words(figure) -> str:
    return "" if figure.unit == figure.Unit.COUNT else str(figure.get_unit_display())


def worded(number: Quantity | Decimal | None, words: Callable[[Decimal], str]) -> str:
    """A number with its qualifier; `words` formats each of its ends. Empty for None."""
    if number is None:
        return ""
    if isinstance(number, Decimal):
        return words(number)
    ends = [end for end in (number.value, number.upper) if end is not None]
    return qualified(number, "–".join(map(words, ends)))


@register.filter
def in_words(number: Quantity | Decimal | None) -> str:
    """A large number in words: "64.38 million"; a number below a thousand in digits."""
    return worded(number, lambda value: _compact(value, babel_locale()))


@register.filter
def exactly(number: Quantity | Decimal | None) -> str:
    """All digits, with the active language's separators."""
    return worded(number, lambda value: _digits(value, "#,##0.####", babel_locale()))


@register.filter
def grouped(number: int) -> str:
    """A count with thousands separators: "12,345"."""
    # Most counts are small, and a page has hundreds of them.
    return format_decimal(number, "#,##0", babel_locale()) if number >= 1000 else str(number)


@register.filter
def per_cent(number: Quantity | Decimal | None) -> str:
    """A share or growth in per cent, to one decimal place: "12.3 %"."""
    return worded(
        number,
        lambda value: _("%(number)s %%") % {"number": _digits(value, "#,##0.0", babel_locale())},
    )


@register.filter
def times(number: Quantity | Decimal | None) -> str:
    """A ratio to two decimal places."""
    return worded(number, lambda value: _digits(value, "#,##0.00", babel_locale()))


# A page states the same number in charts, in their tables and in tables by year.
@lru_cache(4096)
def _digits(value: Decimal, form: str, locale: Locale) -> str:
    return format_decimal(value, form, locale)


@lru_cache(4096)
def _compact(value: Decimal, locale: Locale) -> str:
    return format_compact_decimal(value, format_type="long", locale=locale, fraction_digits=2)


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
    if dispute.prefers_none:
        return _("sources disagree; none is preferred")
    preferred = dispute.choice == f"figure:{figure.slug}"
    return _("preferred; sources disagree") if preferred else _("another value is preferred")
