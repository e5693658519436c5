"""Addresses of pages whose only argument is a slug."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from core.urls import address_of


@pytest.mark.parametrize("name", ["relations:event", "portal:dossier", "trade:figure"])
def test_the_address_is_that_of_reverse(name):
    for slug in ("a", "b-2"):
        assert address_of(name, slug) == reverse(name, args=[slug])


def test_the_address_begins_with_the_prefix_of_the_site():
    assert address_of("relations:event", "a") == "/events/a/"
    try:
        set_script_prefix("/relations/")
        assert address_of("relations:event", "a") == "/relations/events/a/"
    finally:
        set_script_prefix("/")


def test_a_row_without_a_slug_has_no_address():
    with pytest.raises(NoReverseMatch):
        address_of("relations:event", "")
