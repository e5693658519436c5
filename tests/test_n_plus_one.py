"""N+1 detection in the suite: a page that fetches row by row cannot pass."""

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


def test_a_request_that_fetches_rows_together_passes(client):
    for name in ("One", "Two", "Three"):
        MembershipFactory(organization__name=name)
    assert client.get("/together/").content == b"One, Two, Three"
