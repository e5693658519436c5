"""Signing in: passwords, lock-out, the second factor, sessions."""

from datetime import timedelta
from time import time

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from desk import signin
from relations import second_factor
from tests.conftest import signed_in
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
HOSTILE = ["", "\0", "x" * 5000, "١٢٣٤٥٦", "12345", "%00", "9" * 4000]


@pytest.fixture
def publisher():
    user = UserFactory(username="publisher", role="Publisher")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def editor():
    user = UserFactory(username="editor", role="Editor")
    user.set_password(PASSWORD)
    user.save()
    return user


def code(device, steps=0) -> str:
    """The authenticator's code now, or this many half minutes later."""
    totp = TOTP(device.bin_key)
    totp.time = time() + 30 * steps
    return f"{totp.token():06}"


def sign_in(client, username="publisher", password=PASSWORD, following="/admin/"):
    form = {"username": username, "password": password, "next": following}
    return client.post("/admin/login/", form, follow=True)


def path(response) -> str:
    return response.redirect_chain[-1][0].partition("?")[0]


class TestPasswords:
    @pytest.mark.parametrize("password", ["short", "elevenchars", "123456789012"])
    def test_weak_passwords_are_rejected(self, password):
        with pytest.raises(ValidationError):
            validate_password(password)

    def test_a_long_password_is_accepted(self):
        validate_password(PASSWORD)

    def test_changing_the_password_ends_the_other_sessions(self, editor):
        one, other = signed_in(editor), signed_in(editor)
        new = "another horse battery"
        form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert one.post("/admin/password_change/", form).status_code == 302
        assert one.get("/admin/").status_code == 200
        assert other.get("/admin/").status_code == 302


class TestLockOut:
    @pytest.fixture(autouse=True)
    def with_lock_out(self, settings):
        settings.AXES_ENABLED = True

    def try_wrong_password(self, client, times, **more):
        for _time in range(times):
            response = client.post(
                "/admin/login/", {"username": "editor", "password": "wrong"}, **more
            )
        return response

    def test_five_wrong_passwords_lock_the_account(self, client, editor):
        assert self.try_wrong_password(client, 4).status_code == 200
        assert self.try_wrong_password(client, 1).status_code == 429
        response = sign_in(client, "editor")
        assert response.status_code == 429
        assert "Try again in 15 minutes" in response.content.decode()

    def test_the_lock_ends_after_a_quarter_of_an_hour(self, client, editor):
        self.try_wrong_password(client, 5)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        assert path(sign_in(client, "editor")) == "/admin/"

    def test_the_lock_does_not_apply_from_another_address(self, client, editor):
        self.try_wrong_password(client, 5, REMOTE_ADDR="10.1.2.3")
        assert path(sign_in(client, "editor")) == "/admin/"

    def test_an_administrator_can_lift_the_lock(self, client, editor):
        self.try_wrong_password(client, 5)
        admin = signed_in(UserFactory(role="Administrator"))
        row = AccessAttempt.objects.get()
        page = f"/admin/axes/accessattempt/{row.pk}/delete/"
        assert admin.post(page, {"post": "yes"}).status_code == 302
        assert path(sign_in(client, "editor")) == "/admin/"

    def try_names_and_addresses(self, client, times, names, addresses) -> list[int]:
        """The statuses of wrong passwords, cycling through names and addresses."""
        return [
            client.post(
                "/admin/login/",
                {"username": names[turn % len(names)], "password": "wrong"},
                REMOTE_ADDR=addresses[turn % len(addresses)],
            ).status_code
            for turn in range(times)
        ]

    def test_twenty_wrong_passwords_lock_the_address_for_all_names(self, client, editor):
        names = [f"name-{number}" for number in range(60)]
        found = self.try_names_and_addresses(client, 60, names, ["10.1.2.3"])
        assert found == [200] * 19 + [429] * 41
        form = {"username": "editor", "password": PASSWORD}
        response = client.post("/admin/login/", form, REMOTE_ADDR="10.1.2.3")
        assert response.status_code == 429
        assert (
            "Too many wrong passwords were entered from your network address"
            in response.content.decode()
        )
        assert path(sign_in(client, "editor")) == "/admin/"

    def test_sixty_wrong_passwords_lock_the_name_from_all_addresses(self, client, editor):
        addresses = [f"10.1.2.{number}" for number in range(100)]
        found = self.try_names_and_addresses(client, 65, ["editor"], addresses)
        assert found == [200] * 59 + [429] * 6
        response = sign_in(client, "editor")
        assert response.status_code == 429
        assert (
            "Too many wrong passwords were entered for this username" in response.content.decode()
        )
        UserFactory(username="other", role="Editor", password=make_password(PASSWORD))
        assert path(sign_in(client, "other")) == "/admin/"

    def test_the_right_password_works_below_both_limits(self, client, editor):
        own, names = "127.0.0.1", [f"name-{number}" for number in range(19)]
        assert set(self.try_names_and_addresses(client, 19, names, [own])) == {200}
        others = [f"10.1.2.{number}" for number in range(59)]
        assert set(self.try_names_and_addresses(client, 59, ["editor"], others)) == {200}
        assert path(sign_in(client, "editor")) == "/admin/"

    @pytest.mark.parametrize(("names", "addresses"), [(60, 1), (1, 60)])
    def test_the_limits_end_after_a_quarter_of_an_hour(self, client, editor, names, addresses):
        names = ["editor", *(f"name-{number}" for number in range(1, names))]
        addresses = ["127.0.0.1", *(f"10.1.2.{number}" for number in range(1, addresses))]
        assert self.try_names_and_addresses(client, 60, names, addresses)[-1] == 429
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        assert path(sign_in(client, "editor")) == "/admin/"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_hostile_names_cause_no_server_error(self, client, name):
        response = client.post("/admin/login/", {"username": name, "password": name})
        assert response.status_code in (200, 400)


class TestRequiredSecondFactor:
    @pytest.mark.parametrize(
        ("role", "needed"),
        [("Editor", False), ("Reviewer", False), ("Publisher", True), ("Administrator", True)],
    )
    def test_publishers_and_administrators_need_a_second_factor(self, role, needed):
        assert second_factor.needs_second_factor(UserFactory(role=role)) is needed

    def test_superusers_and_account_managers_need_a_second_factor(self, admin_user):
        assert second_factor.needs_second_factor(admin_user)
        user = UserFactory()
        user.user_permissions.add(Permission.objects.get(codename="change_user"))
        assert second_factor.needs_second_factor(get_user_model().objects.get(pk=user.pk))

    def test_enrolled_users_need_a_second_factor(self, editor):
        TOTPDevice.objects.create(user=editor, confirmed=True)
        assert second_factor.needs_second_factor(editor)

    def test_an_editor_can_sign_in_by_password_on_plain_http(self, client, editor):
        response = sign_in(client, "editor", following="/admin/review/")
        assert (path(response), response.status_code) == ("/admin/review/", 200)

    def test_no_page_of_the_desk_opens_before_the_second_factor(self, publisher):
        client = Client()
        client.force_login(publisher, backend="django.contrib.auth.backends.ModelBackend")
        assert [page for page in desk_addresses() if client.get(page).status_code == 200] == []
        verified = signed_in(publisher)
        shown = [page for page in desk_addresses() if verified.get(page).status_code == 200]
        assert len(shown) > 10


def desk_addresses() -> list[str]:
    """Pages of the desk of every kind: those of the admin site itself and those of a model."""
    event = EventFactory()
    own = ["index", "review_queue", "import_list", "password_change", "read_date"]
    own += ["likely_duplicates", "jsi18n", "autocomplete"]
    pages = [reverse(f"admin:{name}") for name in own]
    for page in ("change", "history", "preview", "delete"):
        pages.append(reverse(f"admin:relations_event_{page}", args=[event.pk]))
    for page in ("changelist", "add", "withdraw"):
        pages.append(reverse(f"admin:relations_event_{page}"))
    return [*pages, reverse("admin:auth_user_changelist"), "/admin/relations/"]


class TestEnrolment:
    def test_the_first_sign_in_leads_to_enrolment(self, client, publisher):
        response = sign_in(client, following="/admin/review/")
        assert path(response) == "/admin/second-factor/new/"
        page = response.content.decode()
        assert "<svg" in page
        device = TOTPDevice.objects.get()
        assert response.context["secret"].replace(" ", "") in device.config_url
        assert client.get("/admin/").status_code == 302
        form = {"code": code(device), "next": response.context["next"]}
        response = client.post("/admin/second-factor/new/", form)
        assert len(response.context["codes"]) == 10
        assert response.context["next"] == "/admin/review/"
        assert "no-store" in response["Cache-Control"]
        assert client.get("/admin/review/").status_code == 200
        kept = set(StaticToken.objects.values_list("token", flat=True))
        assert not kept & {shown.replace("-", "") for shown in response.context["codes"]}

    def test_a_wrong_code_changes_nothing(self, client, publisher):
        sign_in(client)
        response = client.post("/admin/second-factor/new/", {"code": "000000"})
        assert response.context["form"].errors["code"] == [
            "This code is wrong or has already been used. Enter a new code."
        ]
        assert not TOTPDevice.objects.get().confirmed

    def test_the_password_alone_does_not_replace_an_authenticator(self, client, publisher):
        TOTPDevice.objects.create(user=publisher, confirmed=True)
        sign_in(client)
        response = client.get("/admin/second-factor/new/")
        assert response.url.startswith("/admin/second-factor/?")
        assert client.post("/admin/sign-in/").url.startswith("/admin/second-factor/?")

    def test_a_new_phone_replaces_the_old_one(self, publisher):
        client = signed_in(publisher)
        old = TOTPDevice.objects.get()
        client.get("/admin/second-factor/new/")
        new = TOTPDevice.objects.exclude(pk=old.pk).get()
        client.post("/admin/second-factor/new/", {"code": code(new)})
        assert TOTPDevice.objects.get() == new
        assert client.get("/admin/").status_code == 200

    def test_new_recovery_codes_replace_the_old_ones(self, publisher):
        client = signed_in(publisher)
        old = signin.new_recovery_codes(publisher)
        codes = client.post("/admin/sign-in/").context["codes"]
        assert len(set(codes) - set(old)) == 10
        assert StaticDevice.objects.get().token_set.count() == 10

    def test_anonymous_users_are_redirected_to_the_login(self, client):
        for name in ("second_factor", "enrol", "own_signin"):
            assert client.get(reverse(f"admin:{name}")).url.startswith("/admin/login/?next=")


class TestCodes:
    @pytest.fixture
    def device(self, publisher):
        return TOTPDevice.objects.create(user=publisher, confirmed=True)

    @pytest.fixture
    def awaiting_code(self, client, device):
        """A client that has given the password and must now give the code."""
        assert path(sign_in(client)) == "/admin/second-factor/"
        return client

    def submit_code(self, client, given, **more):
        return client.post("/admin/second-factor/", {"code": given} | more)

    def test_the_right_code_continues_to_the_requested_page(self, awaiting_code, device):
        response = self.submit_code(awaiting_code, code(device), next="/admin/review/")
        assert response.url == "/admin/review/"
        assert awaiting_code.get("/admin/review/").status_code == 200

    def test_a_code_works_only_once(self, awaiting_code, device):
        given = code(device)
        self.submit_code(awaiting_code, given)
        other = Client()
        sign_in(other)
        assert "already been used" in self.submit_code(other, given).content.decode()

    def test_wrong_codes_are_throttled(self, awaiting_code, device):
        for _time in range(2):
            self.submit_code(awaiting_code, "000000")
        TOTPDevice.objects.update(throttling_failure_count=8)
        response = self.submit_code(awaiting_code, code(device))
        assert "Too many wrong codes: try again in" in response.content.decode()
        assert awaiting_code.get("/admin/").status_code == 302

    @pytest.mark.parametrize(
        ("failures", "after", "said"),
        [
            (1, 0, "1 second."),
            (6, 3, "29 seconds."),
            (7, 4, "60 seconds."),
            (7, 3, "2 minutes."),
            (8, 7.5, "3 minutes."),
            (9, 16, "4 minutes."),
        ],
    )
    def test_the_wait_after_wrong_codes_is_never_0_and_never_too_short(
        self, awaiting_code, device, monkeypatch, failures, after, said
    ):
        now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: now)
        TOTPDevice.objects.update(
            throttling_failure_count=failures,
            throttling_failure_timestamp=now - timedelta(seconds=after),
        )
        page = self.submit_code(awaiting_code, code(device)).content.decode()
        assert f"Too many wrong codes: try again in {said}" in page

    def test_a_recovery_code_works_only_once(self, awaiting_code, publisher):
        codes = signin.new_recovery_codes(publisher)
        assert self.submit_code(awaiting_code, codes[0].upper()).status_code == 302
        assert awaiting_code.get("/admin/").status_code == 200
        other = Client()
        sign_in(other)
        assert "already been used" in self.submit_code(other, codes[0]).content.decode()
        assert StaticToken.objects.count() == 9

    @pytest.mark.parametrize(
        "address", ["https://elsewhere.example/", "//elsewhere", "x:y", "elsewhere", "a.b"]
    )
    def test_signing_in_never_redirects_to_another_site(self, awaiting_code, device, address):
        assert self.submit_code(awaiting_code, code(device), next=address).url == "/admin/"

    @pytest.mark.parametrize("given", HOSTILE)
    def test_hostile_codes_cause_no_server_error(self, awaiting_code, publisher, given):
        signin.new_recovery_codes(publisher)
        response = self.submit_code(awaiting_code, given, next=given)
        assert response.status_code in (200, 400)
        assert awaiting_code.get("/admin/").status_code == 302

    def test_users_can_sign_out_at_the_second_factor(self, awaiting_code):
        awaiting_code.post("/admin/logout/")
        assert awaiting_code.get("/admin/second-factor/").url.startswith("/admin/login/")


class TestLostPhone:
    def test_an_administrator_can_remove_a_second_factor(self, publisher):
        TOTPDevice.objects.create(user=publisher, confirmed=True)
        signin.new_recovery_codes(publisher)
        admin = signed_in(UserFactory(role="Administrator"))
        form = {"action": "remove_second_factors", "_selected_action": [publisher.pk]}
        admin.post("/admin/auth/user/", form)
        assert not signin.enrolled(publisher)
        assert not StaticDevice.objects.filter(user=publisher).exists()

    def test_an_administrator_cannot_touch_or_become_a_superuser(self, admin_user):
        TOTPDevice.objects.create(user=admin_user, confirmed=True)
        administrator = UserFactory(role="Administrator")
        admin = signed_in(administrator)
        form = {"action": "remove_second_factors", "_selected_action": [admin_user.pk]}
        admin.post("/admin/auth/user/", form)
        assert signin.enrolled(admin_user)
        page = f"/admin/auth/user/{administrator.pk}/change/"
        assert "is_superuser" not in admin.get(page).context["adminform"].form.fields

    def test_a_command_resets_the_second_factor(self, publisher, capsys):
        TOTPDevice.objects.create(user=publisher, confirmed=True)
        call_command("reset_second_factor", "publisher")
        call_command("reset_second_factor", "publisher")
        assert (
            capsys.readouterr().out == "Second factor removed.\nThe account has no second factor.\n"
        )
        with pytest.raises(CommandError, match="There is no account “nobody”."):
            call_command("reset_second_factor", "nobody")


class TestSessions:
    def test_each_request_extends_the_session_to_eight_hours(self, editor):
        client = signed_in(editor)
        assert client.get("/admin/").cookies["sessionid"]["max-age"] == 8 * 3600

    def test_the_session_cookie_is_protected_from_scripts_and_other_sites(self, editor):
        cookie = signed_in(editor).get("/admin/").cookies["sessionid"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    def test_readers_get_no_cookie_and_no_session(self, client, base):
        for page in ("/", "/relations/azerbaijan-kazakhstan/", "/treaties/", "/sources/"):
            response = client.get(page)
            assert not response.cookies
            assert not response.wsgi_request.session.accessed
