"""Models in core, which all apps share."""

import pytest

from core.models import LoadedRow, UnsavedForm
from tests.factories import UserFactory
from tests.refusals import constraints, rejected_by_database

pytestmark = pytest.mark.django_db


def test_a_loaded_row_is_recorded_only_once():
    LoadedRow.objects.create(model="m", key="k")
    with rejected_by_database(constraints("core")["loaded_row_unique"]):
        LoadedRow.objects.create(model="m", key="k")


def test_the_entries_of_a_page_are_kept_only_once():
    page = {"user": UserFactory(), "address": "/admin/relations/event/add/", "page": "a" * 32}
    UnsavedForm.objects.create(**page)
    UnsavedForm.objects.create(**page | {"page": "b" * 32})
    with rejected_by_database(constraints("core")["unsaved_form_unique"]):
        UnsavedForm.objects.create(**page)
