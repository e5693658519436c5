"""The cards of figures: the form of a figure with the fields that a sentence can give."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.workbench.card_form import CardForm, InferredField, inferred_in_words
from desk.workbench.names import NameField
from relations.models import Country
from trade.admin_forms import FigureForm
from trade.models import Figure


class FigureCard(CardForm, FigureForm):
    """A suggested figure. The note says how values were inferred."""

    inferred = InferredField()
    from_country = NameField(Country, label=_("From"))
    to_country = NameField(Country, label=_("To"))
    reporter_country = NameField(Country, label=_("Reporter"), required=False)

    class Meta:
        model = Figure
        fields = (
            *("indicator", "from_country", "to_country", "period", "period_until", "value"),
            *("unit", "reporter_country", "note"),
        )

    field_order = (
        *("indicator", "value", "from_country", "to_country", "period", "period_until"),
        *("reporter_country", "unit", "note"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.new_people = ()
        self.instance.source = self.source
        for name in ("slug", "reason", "quote"):
            self.fields[name].widget = forms.HiddenInput()

    def clean(self):
        values = self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if None not in (start, end) and 0 <= start < end:
            values["quote"], values["quote_at"] = self.text[start:end], start
        values["source"] = self.source
        if note := inferred_in_words(self):
            values["note"] = " ".join(filter(None, (values.get("note", ""), note)))
            self.instance.inferred = True
        return super().clean()

    def add_error(self, field, error):
        """Show errors of fields that the card does not have above the others."""
        super().add_error(field if field in self.fields else None, error)

    def similar(self):
        return []

    def save_new(self) -> Figure:
        """Save the new figure with its passage."""
        figure = self.instance
        figure.slug = self.cleaned_data["slug"]
        figure.passage = self.find_passage()
        figure.save()
        return figure
