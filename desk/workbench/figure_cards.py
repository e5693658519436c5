"""The cards of figures: the form of a figure with the fields that a sentence can give."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.workbench.names import NameField
from relations.models import Country
from sources.models import Source
from trade.admin_forms import FigureForm
from trade.models import Figure


class FigureCard(FigureForm):
    """A suggested figure. The note says how values were inferred."""

    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    inferred = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    from_country = NameField(Country, label=_("from"))
    to_country = NameField(Country, label=_("to"))
    reporter_country = NameField(Country, label=_("reporter"), required=False)

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

    def __init__(self, *args, source: Source, text: str, **kwargs):
        self.source, self.text, self.new_people = source, text, ()
        super().__init__(*args, **kwargs)
        self.instance.source = source
        for name in ("slug", "reason"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["quote"].widget = forms.HiddenInput()

    def clean(self):
        values = self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None:
            values["quote"], values["quote_at"] = self.text[start:end], start
        values["source"] = self.source
        if note := values.get("inferred"):
            values["note"] = " ".join(filter(None, (values.get("note", ""), note)))
            self.instance.inferred = True
        return super().clean()

    def similar(self):
        return []

    def save_new(self) -> Figure:
        """Save the new figure with its passage."""
        figure = self.instance
        figure.slug = self.cleaned_data["slug"]
        figure.passage = self.find_passage()
        figure.save()
        return figure
