"""Models in core, which all apps share."""

import pytest

from core.models import LoadedRow
from tests.refusals import constraints, rejected_by_database

pytestmark = pytest.mark.django_db


def test_a_loaded_row_is_recorded_only_once():
    (name,) = constraints("core")
    LoadedRow.objects.create(model="m", key="k")
    with rejected_by_database(constraints("core")[name]):
        LoadedRow.objects.create(model="m", key="k")
