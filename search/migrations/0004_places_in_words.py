"""Titles of passages give their places in words, so the index must be built again: `make setup`
does it."""

from importlib import import_module

from django.db import migrations

ask_for_a_rebuild = import_module("search.migrations.0003_more_tokens").ask_for_a_rebuild


class Migration(migrations.Migration):
    dependencies = [("search", "0003_more_tokens")]

    operations = [migrations.RunPython(ask_for_a_rebuild, migrations.RunPython.noop)]
