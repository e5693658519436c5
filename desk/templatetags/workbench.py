"""How the cards of the workbench are shown."""

from django import template
from django.utils.translation import gettext as _

from desk.workbench.figure_cards import FigureCard

register = template.Library()


@register.filter
def kind_of_card(card) -> str:
    """The kind of the record that a card suggests."""
    return str(card._meta.model._meta.verbose_name)


@register.filter
def quotation(card) -> str:
    """The words that a card quotes."""
    start, end = card["start"].value(), card["end"].value()
    try:
        return " ".join(card.text[int(start) : int(end)].split())
    except (TypeError, ValueError):
        return ""


@register.filter
def summary(card) -> str:
    """What a card suggests, in one line."""
    if isinstance(card, FigureCard):
        values = _shown(card, "value", "indicator", "from_country", "to_country", "period")
        return " · ".join(filter(None, values)) or _("a figure")
    values = _shown(card, "title", "date", "until")
    return " · ".join(filter(None, values)) or kind_of_card(card)


def _shown(card, *names: str) -> list[str]:
    return [_text(card, name) for name in names if name in card.fields]


def _text(card, name: str) -> str:
    """The value of a field as a text, in words for a choice."""
    bound = card[name]
    value = bound.value()
    if value in (None, ""):
        return ""
    field = card.fields[name]
    value = field.prepare_value(value)
    for key, label in getattr(field, "choices", ()):
        if str(getattr(key, "value", key)) == str(value):
            return str(label)
    return str(value)


@register.filter
def fields_to_edit(card) -> list:
    """The visible fields of a card but the choice of a known record, which stands above them."""
    return [field for field in card.visible_fields() if field.name != "known"]
