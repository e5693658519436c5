"""The form that leads to any pair."""

from django import forms
from django.utils.translation import gettext_lazy as _

from relations.models import Country
from relations.models.relation import pair_slug


class PairForm(forms.Form):
    """Two different countries."""

    one = forms.ModelChoiceField(
        label=_("Country"), queryset=Country.objects.all(), to_field_name="slug"
    )
    other = forms.ModelChoiceField(
        label=_("and country"), queryset=Country.objects.all(), to_field_name="slug"
    )

    def clean(self):
        if self.cleaned_data.get("one") and self.cleaned_data["one"] == self.cleaned_data.get(
            "other"
        ):
            self.add_error("other", _("Choose two different countries."))

    def pair_slug(self) -> str:
        return pair_slug(self.cleaned_data["one"], self.cleaned_data["other"])
