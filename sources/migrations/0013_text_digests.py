from django.db import migrations

import sources.models


def fill(apps, schema_editor):
    rows = apps.get_model("sources", "SourceText").objects
    for pk, text in rows.values_list("pk", "text").iterator(chunk_size=10):
        rows.filter(pk=pk).update(digest=sources.models.text_digest(text))


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0012_whole_titles'),
    ]

    operations = [
        migrations.AddField(
            model_name='sourcetext',
            name='digest',
            field=sources.models.DigestField('text', db_index=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
