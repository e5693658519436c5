"""Every database has the same schema and the same sort order."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from relations.models import Country, Event, Organization, Person
from tests.factories import CountryFactory, EventFactory, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db

APPS = ("core", "search", "sources", "relations", "treaties", "trade")
# By code point: space, then hyphen, then letters. Other collations ignore or fold characters.
IN_ORDER = ["a c", "a-b", "Ab", "ac", "Äd", "ə", "Z", "А", "Я"]


def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_been_applied():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def our_models():
    return [model for app in APPS for model in apps.get_app_config(app).get_models(True)]


def test_every_column_exists_and_is_nullable_if_its_field_is():
    expected, found = {}, {}
    with connection.cursor() as cursor:
        for model in our_models():
            table = model._meta.db_table
            for field in model._meta.local_concrete_fields:
                expected[table, field.column] = field.null
            for column in connection.introspection.get_table_description(cursor, table):
                # The full-text index is a column on PostgreSQL and a table of its own on SQLite.
                if column.name != "vector":
                    found[table, column.name] = bool(column.null_ok)
    assert found == expected


def test_every_named_constraint_and_index_exists():
    expected, found = set(), set()
    with connection.cursor() as cursor:
        for model in our_models():
            meta = model._meta
            expected |= {item.name for item in (*meta.constraints, *meta.indexes)}
            found |= set(connection.introspection.get_constraints(cursor, meta.db_table))
    assert "relation_pair_unique" in expected
    assert expected - found == set()


@pytest.mark.parametrize(
    ("make", "model", "name", "column"),
    [
        (CountryFactory, Country, "name_en", "sort_name"),
        (PersonFactory, Person, "name", "sort_name"),
        (OrganizationFactory, Organization, "name", "sort_name"),
        (EventFactory, Event, "title", "sort_title"),
    ],
)
def test_names_sort_by_the_code_points_of_their_folded_form(make, model, name, column):
    for text in reversed(IN_ORDER):
        make(**{name: text})
    rows = model.objects.order_by(column)
    assert list(rows.values_list(name, flat=True)) == IN_ORDER
    folded = list(rows.values_list(column, flat=True))
    assert folded == sorted(folded)
    assert list(model.objects.filter(**{f"{column}__gt": "a-b"}).order_by(column)) == list(rows)[2:]


def test_the_countries_of_the_fixtures_sort_by_code_point(base):
    names = list(Country.objects.values_list("sort_name", flat=True))
    assert len(names) > 200
    assert names == sorted(names)
