"""Folded titles no longer contain invisible characters."""

from django.db import migrations

from core.fields import refold


def fold_again(apps, schema_editor):
    refold(apps.get_model("sources", "Source"))


class Migration(migrations.Migration):
    dependencies = [("sources", "0009_english_words")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
