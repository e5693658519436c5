"""The forms of the public pages: report an error, rank partners, compare pairs."""

from datetime import date

from django import forms
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.dates import today
from core.fields import DayField
from portal.partners import Measure

# Ranked on a page of its own.
TRADE = "trade"


class ReportForm(forms.Form):
    """A report of an error, with no data about its author."""

    message = forms.CharField(
        label=_("What is wrong, and where does it say so?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class OnDayForm(forms.Form):
    """The day for treaties in force; by default today."""

    on = DayField(
        label=_("Day, for treaties in force"),
        widget=forms.DateInput({"type": "date"}),
        required=False,
    )

    @property
    def day(self) -> date:
        """The requested day; today if there is none or it is invalid."""
        return (self.cleaned_data.get("on") if self.is_valid() else None) or today()


class CompareForm(OnDayForm):
    """The day of a comparison, and the names of two countries to add to it."""

    countries = forms.CharField(required=False)


class PartnersForm(OnDayForm):
    """What partners are ranked by, and the day for treaties in force."""

    by = forms.ChoiceField(
        label=_("Ranked by"),
        choices=[*Measure.choices, (TRADE, _("Trade in a year"))],
        required=False,
    )
    field_order = ("by", "on")

    @property
    def measure(self) -> str:
        return self.cleaned_data["by"] or Measure.TREATIES.value


REPORTS_AN_HOUR = 5


def may_report(address: str) -> bool:
    """Count a report from a network address, and return whether it is within the hourly limit.

    Only a keyed hash of the address is stored, in memory, for an hour.
    """
    key = "report:" + salted_hmac("report", address).hexdigest()
    cache.add(key, 0, timeout=3600)
    return cache.incr(key) <= REPORTS_AN_HOUR
