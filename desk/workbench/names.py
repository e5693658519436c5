"""Fields of forms in which a row is named by its name in any language."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from extraction.known import rows_named

# What may be a new name: words of letters.
NAME = re.compile(r"(?=.*[^\W\d_]{2})[^\W\d_](?:[^\W\d_]|[ .,'’ʻ-])*")


class NewName(str):
    """The name of a row that does not exist yet."""


class NameField(forms.CharField):
    """A row of a model, by its name in any language, its acronym or its identifier. With `new`, an
    unknown name gives a NewName instead of an error."""

    def __init__(self, model: type[models.Model], *, new: bool = False, **kwargs):
        self.model, self.new = model, new
        # The rows found before, by model and name: cards of one page repeat names.
        self.named: dict = {}
        attributes = {"list": f"known-{model._meta.model_name}", "autocomplete": "off"}
        super().__init__(**{"widget": forms.TextInput(attributes), "max_length": 200, **kwargs})

    def prepare_value(self, value):
        return str(value) if isinstance(value, models.Model) else value

    def clean(self, value):
        text = super().clean(value)
        return self.found(text) if text else None

    def found(self, text: str) -> models.Model | NewName:
        """The row with this name. Raises ValidationError if none or several have it."""
        rows = self.named.get((self.model, text))
        if rows is None:
            rows = self.named[self.model, text] = rows_named(self.model, text)
        if len(rows) == 1:
            return rows[0]
        name = self.model._meta.verbose_name
        if rows:
            slugs = ", ".join(row.slug for row in rows[:5])
            words = _(
                "Several entries have the name “%(text)s”. Write the identifier of one: %(slugs)s."
            )
            raise ValidationError(words % {"text": text, "slugs": slugs})
        if self.new and NAME.fullmatch(text):
            return NewName(text)
        raise ValidationError(_("No %(name)s is called “%(text)s”.") % {"name": name, "text": text})

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial) or "", data)


class NamesField(NameField):
    """Several rows, separated by semicolons."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "max_length": 1000})

    def clean(self, value):
        texts = (one.strip() for one in forms.CharField.clean(self, value).split(";"))
        return list(dict.fromkeys(self.found(text) for text in texts if text))

    def prepare_value(self, value):
        return "; ".join(map(str, value)) if isinstance(value, list) else value
