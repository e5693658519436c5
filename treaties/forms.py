"""Forms of the public pages."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sources.dates import today


class DayForm(forms.Form):
    """A day of which a reader asks what was in force; today where none is given."""

    on = forms.DateField(
        label=_("On the day"), required=False, widget=forms.DateInput({"type": "date"})
    )

    @property
    def day(self) -> date:
        return (self.is_valid() and self.cleaned_data["on"]) or today()
