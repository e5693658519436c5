"""Forms of the public pages."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import today


class DayForm(forms.Form):
    """The day of which a reader asks what was in force; it is today where none is given."""

    on = forms.DateField(label=_("On the day"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, query):
        super().__init__({"on": query.get("on") or today().isoformat()})

    @property
    def day(self) -> date:
        """The day asked for; today where what was asked is no day."""
        return self.cleaned_data["on"] if self.is_valid() else today()
