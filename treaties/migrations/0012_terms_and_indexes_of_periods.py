import django.db.models.deletion
from django.db import migrations, models

import core.fields


def forget_periods(apps, schema_editor):
    """treaties/signals.py derives these periods again, with the new column, after the migrations."""
    treaties = apps.get_model("treaties", "Treaty").objects.filter(renewal_years__isnull=False)
    apps.get_model("treaties", "TreatyPeriod").objects.filter(treaty__in=treaties).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('treaties', '0011_plainer_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='treatyperiod',
            name='first_term_end',
            field=core.fields.EdtfField(blank=True, default='', help_text='Of a treaty as a whole that is in force and renews itself.', max_length=32, verbose_name='end of the first term'),
        ),
        migrations.AlterField(
            model_name='treatyperiod',
            name='party',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='treaties.party'),
        ),
        migrations.RunPython(forget_periods, migrations.RunPython.noop),
    ]
