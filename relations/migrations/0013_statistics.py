import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [("relations", "0012_plain_messages")]

    operations = [
        migrations.RemoveConstraint("tally", "tally_of_its_pair"),
        migrations.RenameModel("Tally", "Statistics"),
        migrations.AlterModelOptions(
            "statistics", {"verbose_name": "statistics", "verbose_name_plural": "statistics"}
        ),
        migrations.AlterField(
            "statistics",
            "relation",
            models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="statistics",
                to="relations.relation",
            ),
        ),
        migrations.RenameIndex("statistics", "statistics_most", "tally_most"),
        migrations.RenameIndex("statistics", "statistics_newest", "tally_newest"),
        migrations.AddConstraint(
            "statistics",
            models.CheckConstraint(
                condition=Q(relation__isnull=False, id=F("relation")) | Q(relation=None, id=0),
                name="statistics_of_its_pair",
            ),
        ),
    ]
