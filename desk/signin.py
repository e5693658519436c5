"""Signing in with a second factor: enrolment, codes, recovery codes.

Passwords are Django's, the lock-out is that of django-axes with additional limits, one-time codes
and their throttling are those of django-otp. Recovery codes are stored as keyed digests, which are
of no use to anyone who reads the database.
"""

import base64
import secrets
from datetime import timedelta
from math import ceil

import segno
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_otp import login as otp_login
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk.resubmission import resubmission_page
from relations.second_factor import enrolled, lacks_second_factor

RECOVERY_CODES = 10
# Letters and digits that are not easily confused.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def remove_second_factor(user) -> int:
    """Delete a user's authenticator and recovery codes; returns how many of the two existed."""
    rows = [model.objects.filter(user=user) for model in (TOTPDevice, StaticDevice)]
    return sum(found.delete()[0] and 1 for found in rows)


def digest(code: str) -> str:
    """The stored form of a recovery code: 64 bits of a digest keyed with the site's secret."""
    plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
    return salted_hmac("desk.recovery", plain, algorithm="sha256").hexdigest()[:16]


@transaction.atomic
def new_recovery_codes(user) -> list[str]:
    """Create ten codes, each valid for one sign-in; earlier codes become invalid."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=digest(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def in_words(wait: timedelta) -> str:
    """A time to wait in words, rounded up so that it is over by then, such as "45 seconds"."""
    seconds = max(ceil(wait.total_seconds()), 1)
    if seconds <= 60:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    minutes = ceil(seconds / 60)
    return ngettext("%d minute", "%d minutes", minutes) % minutes


class LimitedSignIns(AxesDatabaseHandler):
    """Lock out by name and address together, and also by either alone, with separate limits.

    All limits count the same rows of failures, so they hold for all processes, and expire with the
    lock-out.
    """

    def get_failures(self, request, credentials=None):
        """The number of failures, raised to the lock-out's limit if a separate limit is reached.
        `request.limited_by` then names that limit for the page."""
        failures = super().get_failures(request, credentials)
        who = {
            "username": get_client_username(request, credentials),
            "ip_address": request.axes_ip_address,
        }
        recent = AccessAttempt.objects.filter(
            attempt_time__gte=request.axes_attempt_time - settings.AXES_COOLOFF_TIME
        )
        for name, limit in settings.SIGN_IN_FAILURES.items():
            rows = recent.filter(**{name: who[name]})
            if (rows.aggregate(sum=Sum("failures_since_start"))["sum"] or 0) >= limit:
                request.limited_by = name
                return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures


class SignInForm(AdminAuthenticationForm):
    """Name and password. An overlong name is rejected at once, because it does not fit the columns
    of failed attempts."""

    def clean_username(self):
        name = self.cleaned_data["username"]
        if len(name) > self.username_field.max_length:
            raise self.get_invalid_login_error()
        return name


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code if `recovery` is given."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def __init__(self, device, recovery, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.devices = {"totp": device, "recovery": recovery}

    def clean_code(self):
        code = "".join(self.cleaned_data["code"].split())
        kind = "totp" if code.isascii() and code.isdigit() and len(code) == 6 else "recovery"
        self.device = self.devices[kind]
        if self.device is None:
            raise ValidationError(_("The code has six digits."))
        allowed, why = self.device.verify_is_allowed()
        if not allowed:
            until = why and why.get("locked_until")
            wait = in_words(until - timezone.now()) if until else _("a moment")
            raise ValidationError(_("Too many wrong codes: try again in %s.") % wait)
        if not self.device.verify_token(code if kind == "totp" else digest(code)):
            raise ValidationError(
                _("This code is wrong or has already been used. Enter a new code.")
            )
        return code


def onward(request) -> str:
    """The URL on this site that the user wanted to open; by default the desk's index."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    # `redirect` takes any other text for the name of a view.
    return wanted if safe and wanted.startswith("/") else reverse("admin:index")


def by_way_of(name: str, address: str):
    return redirect(f"{reverse(name)}?{urlencode({'next': address})}")


def signing_in(view):
    """Restrict a page between password and second factor to staff with a password, and disable
    caching."""

    def page(request):
        if not (request.user.is_active and request.user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request)

    return never_cache(page)


@signing_in
def second_factor(request):
    """Ask for a code; a user without an authenticator is redirected to enrolment."""
    if not lacks_second_factor(request.user):
        return resubmission_page(request, onward(request)) or redirect(onward(request))
    with transaction.atomic():
        devices = TOTPDevice.objects.select_for_update().filter(user=request.user, confirmed=True)
        device = devices.first()
        if device is None:
            return by_way_of("admin:enrol", onward(request))
        recovery = StaticDevice.objects.select_for_update().filter(user=request.user).first()
        form = CodeForm(device, recovery, request.POST if "code" in request.POST else None)
        valid = form.is_valid()
    if valid:
        otp_login(request, form.device)
        if form.device is recovery:
            left = recovery.token_set.count()
            messages.warning(request, _("%d recovery codes are left.") % left)
        return resubmission_page(request, onward(request)) or redirect(onward(request))
    context = {"title": _("Second factor"), "form": form, "next": onward(request)}
    return answer(request, "admin/second_factor.html", context)


@signing_in
def enrol(request):
    """Show the QR code of a new authenticator; its first code confirms it."""
    if enrolled(request.user) and not request.user.is_verified():
        return by_way_of("admin:second_factor", onward(request))
    with transaction.atomic():
        rows = TOTPDevice.objects.select_for_update()
        device, _new = rows.get_or_create(user=request.user, confirmed=False, defaults={"name": ""})
        form = CodeForm(device, None, request.POST or None)
        if valid := form.is_valid():
            TOTPDevice.objects.filter(user=request.user, confirmed=True).delete()
            device.confirmed = True
            device.save()
    if valid:
        otp_login(request, device)
        return show_codes(request, new_recovery_codes(request.user))
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    context = {
        "title": _("Set up the second factor"),
        "form": form,
        "next": onward(request),
        "qr": segno.make(device.config_url).svg_inline(scale=5, light="#fff"),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return answer(request, "admin/enrol.html", context)


@signing_in
def own_signin(request):
    """Show how the user signs in, with links to set up a new phone and new recovery codes."""
    if lacks_second_factor(request.user):
        return by_way_of("admin:second_factor", request.path)
    has = enrolled(request.user)
    if request.method == "POST" and has:
        return show_codes(request, new_recovery_codes(request.user))
    context = {"title": _("Your sign-in"), "enrolled": has}
    return answer(request, "admin/own_signin.html", context)


@never_cache
@require_safe
def session(request):
    """The token for forms of the current session as JSON; 403 if the session has ended."""
    if not admin.site.has_permission(request):
        return JsonResponse({}, status=403)
    return JsonResponse({"token": get_token(request)})


def show_codes(request, codes):
    context = {"title": _("Your recovery codes"), "codes": codes, "next": onward(request)}
    return answer(request, "admin/recovery_codes.html", context)


def answer(request, template, context):
    return render(request, template, admin.site.each_context(request) | context)
