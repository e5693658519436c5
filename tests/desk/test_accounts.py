"""Accounts: roles decide who can sign in to the desk."""

import pytest
from django.contrib.auth.models import Group, Permission

from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

GIVEN = (
    "“new” has a role, and so can sign in to the desk: “Staff status” is ticked. To prevent this, "
    "remove all roles, or untick “Active”."
)
TAKEN = "“new” has no role any more, and cannot sign in to the desk: “Staff status” is unticked."


def save(client, user, **values):
    """Save the form of an account with some values changed; returns its messages about staff."""
    sent = form_data(client.get(address(user))) | values
    sent = {name: value for name, value in sent.items() if value not in (None, [])}
    response = client.post(address(user), sent, follow=True)
    user.refresh_from_db()
    return [text for text in shown_messages(response) if "Staff status" in text]


def role(name="Editor"):
    return [Group.objects.get(name=name).pk]


def test_adding_a_role_gives_staff_status(colleagues):
    user = UserFactory(username="new", is_staff=False)
    assert save(colleagues["administrator"], user, groups=role()) == [GIVEN]
    assert (user.is_staff, [group.name for group in user.groups.all()]) == (True, ["Editor"])
    assert save(colleagues["administrator"], user, first_name="Ann") == []
    assert user.is_staff


def test_staff_status_cannot_be_taken_while_the_account_has_a_role(colleagues):
    user = UserFactory(username="new", role="Editor")
    assert save(colleagues["administrator"], user, is_staff=None) == [GIVEN]
    assert user.is_staff


def test_removing_the_last_role_takes_staff_status(colleagues):
    user = UserFactory(username="new", role="Editor")
    user.groups.add(*role("Reviewer"))
    assert save(colleagues["administrator"], user, groups=role()) == []
    assert user.is_staff
    assert save(colleagues["administrator"], user, groups=[]) == [TAKEN]
    assert not user.is_staff


def test_staff_status_without_a_role_stays_as_it_was_ticked(colleagues):
    user = UserFactory(username="new", is_staff=False)
    assert save(colleagues["administrator"], user, is_staff="on") == []
    assert user.is_staff


@pytest.mark.parametrize("kept_by", ["superuser", "permission of their own"])
def test_removing_the_last_role_leaves_others_who_need_none(admin_client, kept_by):
    user = UserFactory(username="new", role="Editor", is_superuser=kept_by == "superuser")
    if kept_by != "superuser":
        user.user_permissions.add(Permission.objects.get(codename="view_event"))
    assert save(admin_client, user, groups=[]) == []
    assert (user.is_staff, user.groups.exists()) == (True, False)
