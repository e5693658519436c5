"""Entries have tokens for tens and hundreds of years, so the index must be built again: `make
setup` does it, and until then ranges of years find less. On PostgreSQL, names have a token for their
kind."""

from importlib import import_module

from django.db import migrations

full_text = import_module("search.migrations.0002_full_text")
NAMES = full_text.INDEXES["search_name"]
KIND = ("kind", "zzkind")


def ask_for_a_rebuild(apps, editor):
    rows = apps.get_model("search", "Rebuild").objects
    rows.update_or_create(pk=1, defaults={"kind": "country", "row": 0})


def names_with_kinds(apps, editor):
    replace_vector(editor, (*NAMES, KIND))


def names_only(apps, editor):
    replace_vector(editor, NAMES)


def replace_vector(editor, columns):
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("ALTER TABLE search_name DROP COLUMN vector", None)
    for statement in full_text.postgresql("search_name", columns):
        editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text")]

    operations = [
        migrations.RunPython(ask_for_a_rebuild, migrations.RunPython.noop),
        migrations.RunPython(names_with_kinds, names_only),
    ]
