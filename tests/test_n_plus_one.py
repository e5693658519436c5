"""The suite's own watch: a page that fetched row by row could not pass."""

import pytest
from django.http import HttpResponse
from django.urls import path
from zeal import NPlusOneError

from relations.models import Membership
from tests.factories import MembershipFactory


def names(queryset):
    return HttpResponse(", ".join(row.organization.name for row in queryset.order_by("pk")))


urlpatterns = [
    path("row-by-row/", lambda request: names(Membership.objects.all())),
    path("together/", lambda request: names(Membership.objects.select_related("organization"))),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_a_request_that_fetches_row_by_row_raises(client):
    MembershipFactory.create_batch(3)
    with pytest.raises(NPlusOneError, match=r"N\+1 detected on relations.Membership.organization"):
        client.get("/row-by-row/")


def test_a_request_that_fetches_together_does_not(client):
    for name in ("One", "Two", "Three"):
        MembershipFactory(organization__name=name)
    assert client.get("/together/").content == b"One, Two, Three"
