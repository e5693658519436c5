"""Each model and each column is declared public or private."""

import pytest
from django.apps import apps

from open_data.columns import columns
from open_data.tables import KEYS, PRIVATE, TABLES

APPS = ("core", "search", "sources", "relations", "treaties", "trade", "extraction", "open_data")


def own_models():
    found = [model for app in APPS for model in apps.get_app_config(app).get_models(True)]
    return {model._meta.label: model for model in found}


def test_each_model_is_public_or_private():
    public = {table.model._meta.label for table in TABLES} | {
        "relations.WithdrawnRow",
        "core.PublicChange",
    }
    assert public & set(PRIVATE) == set()
    assert public | set(PRIVATE) == set(own_models())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_column_is_public_or_private(table):
    fields = [
        field.name
        for field in table.model._meta.local_concrete_fields
        if field.name not in KEYS and not hasattr(field, "of")
    ]
    assert sorted(fields) == sorted(table.public + table.private)
    for field in table.model._meta.local_many_to_many:
        assert field.remote_field.through in [one.model for one in TABLES]


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_table_has_a_column_for_users(table):
    assert [
        one.name for one in columns(table) if one.refers_to and one.refers_to.__name__ == "User"
    ] == []
