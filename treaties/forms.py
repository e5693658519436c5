"""Forms of the public pages."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import today
from core.fields import DayField


class DayForm(forms.Form):
    """The day for which a reader asks what was in force; by default today."""

    on = DayField(label=_("On the day"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, query):
        super().__init__({"on": query.get("on") or today().isoformat()})

    @property
    def day(self) -> date:
        """The requested day; today if it is invalid."""
        return self.cleaned_data["on"] if self.is_valid() else today()

    @property
    def query(self) -> str:
        """The query string that asks for the day; empty for today."""
        return "" if self.day == today() else f"on={self.day.isoformat()}"
