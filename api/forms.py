"""The parameters that calls of the API have in common: a form for each concern."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.fields import DayField

# How many rows a page has at most, and by default.
MOST, USUAL = 100, 50
# How many changes.
CHANGES = 200


def takes_several(found: forms.Field) -> bool:
    """Whether a parameter may be given several times."""
    several = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
    return isinstance(found, several) or isinstance(found.widget, forms.MultipleHiddenInput)


class NumberField(forms.IntegerField):
    """A whole number in the digits 0 to 9. Python's own reading takes 1_0, and other digits."""

    def to_python(self, value):
        if value not in self.empty_values and not re.fullmatch(r"-?\d+", value.strip(), re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class SelectionForm(forms.Form):
    """Which values of each row are asked for."""

    expand = forms.CharField(
        label=_("Expand"),
        required=False,
        max_length=1000,
        help_text=_(
            "References to replace with what they refer to, divided by commas; with dots for those "
            "in parts, as in “host,citations.source”."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Every form has an attribute “fields”, so this field cannot be declared.
        self.fields["fields"] = forms.CharField(
            label=_("Fields"),
            required=False,
            max_length=1000,
            help_text=_("Only these values of each row, divided by commas, and its identifier."),
        )


class PageForm(forms.Form):
    """Which page of a list is asked for."""

    limit = NumberField(
        label=_("Limit"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("How many rows at most; by default %(usual)d.") % {"usual": USUAL},
    )
    cursor = forms.CharField(
        label=_("Cursor"),
        required=False,
        max_length=2000,
        help_text=_("Where the page begins. “next” of the page before has it."),
    )


class SinceForm(forms.Form):
    """The position in the log of changes after which a page begins."""

    since = NumberField(
        label=_("Since"),
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        help_text=_("The number of the last change that is known; 0 or none for everything."),
    )
    limit = NumberField(
        label=_("Limit"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("How many changes at most; by default %(usual)d.") % {"usual": CHANGES},
    )


class OrderForm(forms.Form):
    """The order of a list; the first one is the default."""

    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, data=None, *, orders):
        super().__init__(data)
        self.fields["order"].choices = [(name, name) for name in orders]
        self.fields["order"].help_text = _("By default %(order)s.") % {"order": next(iter(orders))}


class OnDayForm(forms.Form):
    """The day that is asked about."""

    on = DayField(label=_("On the day"), required=False, help_text=_("By default today."))
