"""Folded names and titles no longer contain invisible characters."""

from django.db import migrations

from core.fields import refold


def fold_again(apps, schema_editor):
    for name in ("Country", "CountryName", "Person", "Organization", "Record"):
        refold(apps.get_model("relations", name))


class Migration(migrations.Migration):
    dependencies = [("relations", "0013_statistics")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
