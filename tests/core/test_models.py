"""What the models of all apps share."""

import pytest

from core.models import LoadedRow
from tests.refusals import constraints, refused_by_database

pytestmark = pytest.mark.django_db


def test_a_fixture_row_is_remembered_once():
    (name,) = constraints("core")
    LoadedRow.objects.create(model="m", key="k")
    with refused_by_database(constraints("core")[name]):
        LoadedRow.objects.create(model="m", key="k")
