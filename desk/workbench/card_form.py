"""The part that all cards share: words of a text, and how values were inferred from them."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sources.models import Source

# The longest note of how values were inferred.
LONGEST_NOTE = 1000


class CardForm(forms.ModelForm):
    """A form of what rests on words of a text, between two offsets. `inferred` holds, for each
    field whose value the words do not give, how it was found and the value, as JSON: a remark goes
    when its value is changed."""

    start = forms.IntegerField(widget=forms.HiddenInput)
    end = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, source: Source, text: str, named: dict | None = None, **kwargs):
        """`named` remembers the rows that names of the page stand for."""
        self.source, self.text = source, text
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if hasattr(field, "named"):
                field.named = {} if named is None else named

    def clean(self):
        values = super().clean() or self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if None not in (start, end) and not 0 <= start < end <= len(self.text):
            self.add_error(None, _("These words are not in the text. Reload the page."))
        return values

    def value(self, name: str):
        """The value of a field of a shown or submitted card; None if it cannot be read."""
        try:
            return self.fields[name].clean(self[name].value() or "")
        except ValidationError:
            return None

    @property
    def quotation(self) -> str:
        """The words between the offsets; empty if there are none."""
        start, end = (str(self[name].value()) for name in ("start", "end"))
        if not (start.isdecimal() and end.isdecimal()) or len(start + end) > 20:
            return ""
        return " ".join(self.text[int(start) : int(end)].split())

    def hidden_errors(self) -> list[str]:
        """The errors of fields that nobody sees."""
        return [error for field in self.hidden_fields() for error in field.errors]


class InferredField(forms.CharField):
    """How values were inferred: a dict by field of the words that say how, and the value."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "widget": forms.HiddenInput, **kwargs})

    def prepare_value(self, value):
        return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value

    def clean(self, value):
        try:
            found = json.loads(super().clean(value) or "{}")
        except (ValueError, ValidationError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {
            str(name): [str(part) for part in pair]
            for name, pair in found.items()
            if isinstance(pair, list) and len(pair) == 2
        }


def inferred_in_words(form: forms.ModelForm) -> str:
    """How the values of a card were inferred, for the note of a citation: "Date: the year of the
    source." Values that somebody has changed are left out."""
    told = []
    pairs = form.fields["inferred"].clean(form["inferred"].value())
    for name, (words, value) in pairs.items():
        if name in form.fields and _shown(form, name) == value:
            told.append(f"{capfirst(str(form.fields[name].label or name))}: {words}")
    return " ".join(told)[:LONGEST_NOTE]


def _shown(form: forms.ModelForm, name: str) -> str:
    """The value of a field as its input shows it."""
    return str(form.fields[name].prepare_value(form[name].value()) or "")


def with_values(form: forms.ModelForm, notes: dict[str, str]) -> dict[str, list[str]]:
    """How the values of an unbound card were inferred, with these values."""
    return {name: [words, _shown(form, name)] for name, words in notes.items()}
