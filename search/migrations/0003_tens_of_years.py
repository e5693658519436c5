"""Ask for a rebuild of the index: entries have tokens for tens and hundreds of years."""

from django.db import migrations


def ask_for_a_rebuild(apps, schema_editor):
    rows = apps.get_model("search", "Rebuild").objects
    rows.update_or_create(pk=1, defaults={"kind": "country", "row": 0})


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text")]

    operations = [migrations.RunPython(ask_for_a_rebuild, migrations.RunPython.noop)]
