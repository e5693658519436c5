"""The forms of the public pages: report an error, choose what a map shows, rank partners, compare
pairs."""

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
        label=_("What is wrong, and which source shows it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class OnDayForm(forms.Form):
    """The day for treaties in force; by default today."""

    on = DayField(
        label=_("Day for treaties in force"),
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
    try:
        return cache.incr(key) <= REPORTS_AN_HOUR
    except ValueError:
        # It expired between the two calls, or the cache does not respond.
        return True


class MapForm(OnDayForm):
    """The day of a map; by default today."""

    on = DayField(label=_("On the day"), required=False, widget=forms.DateInput({"type": "date"}))

    def show_day(self) -> None:
        """Show the default in the field that a reader has left blank."""
        if "on" in self.fields and not self.data.get("on"):
            self.data = self.data.copy()
            self.data["on"] = today().isoformat()


class PartnerMapForm(MapForm):
    """What a map of partners shows, and on which day, or in which of the given years if it shows
    trade."""

    SHOWN = {
        "treaties": _("Treaties in force"),
        "missions": _("Missions"),
        "visits": _("Visits"),
        "trade": _("Trade"),
    }

    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=list(SHOWN.items()), widget=forms.HiddenInput
    )
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    field_order = ("show", "on", "year")

    def __init__(self, data, years):
        """`years` is a function that returns the years, for which it needs queries."""
        super().__init__(data)
        if self.shown == "trade":
            del self.fields["on"]
            self.years = years()
            self.fields["year"].choices = [(year, str(year)) for year in self.years]
        else:
            del self.fields["year"]

    @property
    def shown(self) -> str:
        """What the map shows; the first choice if it is not chosen or not valid."""
        asked = self.data.get("show")
        return asked if asked in self.SHOWN else next(iter(self.SHOWN))

    @property
    def chosen_year(self) -> int | None:
        """The year of a valid form: the newest if none is chosen, None if there is none."""
        return self.cleaned_data.get("year") or next(iter(self.years), None)
