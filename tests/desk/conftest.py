"""Fixtures for the tests of the desk."""

import pytest

from tests.conftest import signed_in
from tests.factories import UserFactory


@pytest.fixture
def colleagues():
    """A signed-in client for each role, by the role's name in lower case."""
    found = {}
    for role in ("Editor", "Reviewer", "Publisher", "Administrator"):
        user = UserFactory(username=role.lower(), role=role)
        found[role.lower()] = client = signed_in(user)
        client.user = user
    return found
