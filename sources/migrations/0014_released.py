from django.db import migrations, models
from django.utils import timezone


def release(apps, schema_editor):
    """What readers have seen so far stays public."""
    for name in ("Source", "Passage"):
        apps.get_model("sources", name).objects.update(published_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [("sources", "0013_text_digests")]

    operations = [
        *(
            migrations.AddField(
                name,
                "published_at",
                models.DateTimeField(
                    db_index=True, editable=False, null=True, verbose_name="published"
                ),
            )
            for name in ("source", "passage")
        ),
        migrations.RunPython(release, migrations.RunPython.noop),
    ]
