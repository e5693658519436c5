"""The form of the public pages: report an error."""

from django import forms
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class ReportForm(forms.Form):
    """A report of an error, with no data about its author."""

    message = forms.CharField(
        label=_("What is wrong, and which source shows it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


REPORTS_AN_HOUR = 5


def may_report(address: str) -> bool:
    """Count a report from a network address, and return whether it is within the hourly limit.

    Only a keyed hash of the address is stored, in memory, for an hour.
    """
    key = "report:" + salted_hmac("report", address).hexdigest()
    cache.add(key, 0, timeout=3600)
    return cache.incr(key) <= REPORTS_AN_HOUR
