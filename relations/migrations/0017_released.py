from django.db import migrations, models
from django.utils import timezone


def release(apps, schema_editor):
    """What readers have seen so far stays public."""
    for name in ("Person", "Organization"):
        apps.get_model("relations", name).objects.update(published_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [("relations", "0016_whole_titles")]

    operations = [
        *(
            migrations.AddField(
                name,
                "published_at",
                models.DateTimeField(
                    db_index=True, editable=False, null=True, verbose_name="published"
                ),
            )
            for name in ("person", "organization")
        ),
        migrations.RunPython(release, migrations.RunPython.noop),
    ]
