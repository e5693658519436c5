from django.db import migrations


def add_upper_ends(apps, schema_editor):
    """Versions from before this column state that they are no ranges, so that restoring one does."""
    _change_versions(apps, lambda values: values.setdefault("upper", None))


def remove_upper_ends(apps, schema_editor):
    _change_versions(apps, lambda values: values.pop("upper", None))


def _change_versions(apps, change):
    revisions = apps.get_model("trade", "FigureRevision").objects
    for revision in revisions.iterator(chunk_size=500):
        if revision.snapshot["record"]:
            change(revision.snapshot["record"])
            revision.save(update_fields=["snapshot"])


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0011_amounts'),
    ]

    operations = [
        migrations.RunPython(add_upper_ends, remove_upper_ends),
    ]
