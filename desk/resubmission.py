"""Forms that were sent after their session had ended: sent again once their editor has signed in.

The pages of the sign-in carry the values, signed, so that nothing is stored for strangers.
"""

import re
from copy import copy

from django.contrib import admin
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.uploads import KEPT

SALT = "desk.resubmission"
# The name of the input that carries the form.
CARRIED_FORM = "carried_form"
# The most characters of a form that are carried. A pasted text has at most 2,500,000.
LARGEST = 6_000_000
# Inputs that hold nothing that an editor has entered.
TECHNICAL = re.compile(r"_.*|edition|opened|form_token|.*_FORMS|.*-__prefix__-.*|.*-id|.*-kept")


def signed_form(request: HttpRequest) -> str:
    """The values of a submitted form and the names of its files, signed; empty if there are no
    values, too many of them, or a password among them."""
    values = [
        (name, value)
        for name, given in request.POST.lists()
        for value in given
        if name != "csrfmiddlewaretoken"
    ]
    size = sum(len(name) + len(value) for name, value in values)
    if not values or size > LARGEST or any("password" in name for name, _value in values):
        return ""
    files = {name: [file.name for file in files] for name, files in request.FILES.lists()}
    return signing.dumps([values, files], salt=SALT, compress=True)


def sign_in_request(request: HttpRequest) -> HttpRequest | None:
    """A request for the sign-in that carries a submitted form; None if it cannot be carried."""
    carried = signed_form(request)
    if not carried:
        return None
    page = copy(request)
    page.method, page.POST = "GET", QueryDict(mutable=True)
    page.GET = QueryDict(mutable=True)
    page.GET["next"], page.POST[CARRIED_FORM] = request.get_full_path(), carried
    return page


def resubmission_page(request: HttpRequest, address: str) -> HttpResponse | None:
    """The page that sends a carried form again; None if the request carries none."""
    try:
        found = signing.loads(request.POST.get(CARRIED_FORM, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    values, files = found
    # The form asks for each file again.
    values += [(f"{name}-kept", "0") for name in files]
    context = {
        "title": _("Send your form again"),
        "address": address,
        "values": values,
        "shown": [pair for pair in values if pair[1].strip() and not TECHNICAL.fullmatch(pair[0])],
        "files": [file for names in files.values() for file in names],
    }
    return render(request, "admin/resubmit.html", admin.site.each_context(request) | context)
