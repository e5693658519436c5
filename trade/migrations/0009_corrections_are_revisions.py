from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("trade", "0008_versions_of_statements")]

    operations = [
        migrations.RemoveField(
            model_name='figure',
            name='withdrawal',
        ),
        migrations.RemoveField(
            model_name='tradedgood',
            name='withdrawal',
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='figure_published_once_shown'),
        ),
        migrations.AddConstraint(
            model_name='tradedgood',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='traded_good_published_once_shown'),
        ),
        migrations.DeleteModel(
            name='Correction',
        ),
    ]
