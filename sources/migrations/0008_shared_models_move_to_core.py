from django.db import migrations


class Migration(migrations.Migration):
    """The tables of what all apps share go to the app `core`, with their rows."""

    dependencies = [
        ("sources", "0007_quoted_passages"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("BaseVersion", "core_baseversion"),
                migrations.AlterModelTable("LoadedRow", "core_loadedrow"),
            ],
            state_operations=[
                migrations.DeleteModel("BaseVersion"),
                migrations.DeleteModel("LoadedRow"),
            ],
        ),
    ]
