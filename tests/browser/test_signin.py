"""The second factor in a real browser under the policy: enrolment, a code, a recovery code."""

import base64

import pytest
from django.core.cache import cache
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from relations.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"


def sign_in(page):
    page.goto("/admin/review/")
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def sign_out(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out")).to_be_visible()


def test_a_publisher_enrols_at_the_first_sign_in_and_later_enters_a_code(page, db):
    cache.clear()
    user = UserFactory(username="publisher", role="Publisher")
    user.set_password(PASSWORD)
    user.save()
    sign_in(page)
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
    # A code is accepted however slowly it is typed here.
    TOTPDevice.objects.update(tolerance=20)
    box = page.locator(".qr svg").bounding_box()
    assert box["width"] > 150
    secret = page.locator(".enrol code").inner_text().replace(" ", "")
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    page.locator("#id_code").fill(f"{TOTP(key).token():06}")
    page.get_by_role("button", name="Confirm the code").click()
    codes = page.locator(".recovery code")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    page.get_by_role("link", name="I have saved the codes: continue").click()
    expect(page).to_have_url("/admin/review/")

    sign_out(page)
    sign_in(page)
    page.locator("#id_code").fill("no code")
    page.get_by_role("button", name="Continue").click()
    expect(
        page.get_by_text("This code is wrong or has already been used. Enter a new code.")
    ).to_be_visible()
    # Within the same half minute the first code would be used already.
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0)
    page.locator("#id_code").fill(f"{TOTP(key).token():06}")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url("/admin/review/")

    sign_out(page)
    sign_in(page)
    user.staticdevice_set.update(throttling_failure_count=0)
    page.locator("#id_code").fill(recovery)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url("/admin/review/")
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()


def test_without_scripts_a_form_sent_too_late_is_sent_again(new_context, db):
    user = UserFactory(username="publisher", role="Editor")
    user.set_password(PASSWORD)
    user.save()
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/admin/relations/event/add/")
    page.get_by_label("Title:").fill("Talks “quoted”")
    page.locator("#id_event_type").select_option("session")
    page.locator("#id_date").fill("11.03.2024")
    page.locator("#id_summary").fill("One\n\nTwo & three")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your session had ended")).to_be_visible()
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("You are signed in as publisher.")).to_be_visible()
    page.get_by_role("button", name="Send the form").click()
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    event = Event.objects.get()
    assert (event.title, str(event.date)) == ("Talks “quoted”", "2024-03-11")
    assert event.summary.split() == ["One", "Two", "&", "three"]
