"""Add the Channel Islands and the currencies of ISO 4217."""

import trade.areas
import trade.units
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0022_plainer_labels'),
        ('sources', '0018_plainer_labels'),
        ('trade', '0018_plainer_labels'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='figure',
            name='figure_areas_known',
        ),
        migrations.AlterField(
            model_name='figure',
            name='from_area',
            field=models.CharField(blank=True, choices=trade.areas.area_choices, max_length=3, verbose_name='from (not a country)'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='reporter_area',
            field=models.CharField(blank=True, choices=trade.areas.area_choices, max_length=3, verbose_name='reporter (not a country)'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='to_area',
            field=models.CharField(blank=True, choices=trade.areas.area_choices, max_length=3, verbose_name='to (not a country)'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='unit',
            field=models.CharField(choices=trade.units.unit_choices, max_length=8, verbose_name='unit'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('from_area__in', ['', '0', '58', '97', '129', '221', '290', '457', '459', '461', '471', '472', '473', '490', '492', '527', '568', '577', '636', '637', '647', '658', '697', '711', '717', '830', '835', '836', '837', '838', '839', '879', '899', '975']), ('reporter_area__in', ['', '0', '58', '97', '129', '221', '290', '457', '459', '461', '471', '472', '473', '490', '492', '527', '568', '577', '636', '637', '647', '658', '697', '711', '717', '830', '835', '836', '837', '838', '839', '879', '899', '975']), ('to_area__in', ['', '0', '58', '97', '129', '221', '290', '457', '459', '461', '471', '472', '473', '490', '492', '527', '568', '577', '636', '637', '647', '658', '697', '711', '717', '830', '835', '836', '837', '838', '839', '879', '899', '975'])), name='figure_areas_known'),
        ),
    ]
