"""How the cards of the workbench are shown."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from desk.workbench.card_form import inferred_in_words
from desk.workbench.figure_cards import FigureCard
from desk.workbench.names import NameField
from relations.models import Relation

register = template.Library()


@register.filter
def kind_of_card(card) -> str:
    """The kind of the record that a card suggests."""
    return str(card._meta.model._meta.verbose_name)


@register.filter
def remarks(card) -> str:
    """How the values of a card were inferred."""
    return inferred_in_words(card)


@register.filter
def is_wrong(card) -> bool:
    """Whether a submitted card, or one of its steps, has errors."""
    steps = getattr(card, "step_forms", ())
    return card.is_bound and bool(card.errors or any(step.errors for step in steps))


@register.filter
def full_form(card) -> str:
    """The address of the full form of such a record, with the values of the card filled in."""
    meta, given = card._meta.model._meta, {"source": card.source.pk, "quote": card.quotation}
    columns = {row.name for row in meta.concrete_fields}
    for field in card.visible_fields():
        value = field.value()
        if isinstance(card.fields[field.name], NameField):
            value = card.value(field.name)
        if value not in (None, "") and field.name in columns:
            shown = card.fields[field.name].prepare_value(value)
            given[field.name] = getattr(value, "pk", shown)
    pair = card.pair() if hasattr(card, "pair") else ()
    if pair and (relation := Relation.objects.between(*pair).first()):
        given["relation"] = relation.pk
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_add')}?{urlencode(given)}"


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
