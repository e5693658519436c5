from django.db import migrations, models


MODELS = ("baseversion", "loadedrow")


def name_app(apps, old: str, new: str) -> None:
    """Let content types, and the permissions on them, follow the models to their app."""
    types = apps.get_model("contenttypes", "ContentType").objects
    types.filter(app_label=new, model__in=MODELS).delete()
    types.filter(app_label=old, model__in=MODELS).update(app_label=new)


def to_core(apps, schema_editor):
    name_app(apps, "sources", "core")


def to_sources(apps, schema_editor):
    name_app(apps, "core", "sources")


class Migration(migrations.Migration):
    """The tables were made by the app `sources`."""

    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("sources", "0008_shared_models_move_to_core"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="BaseVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("steps", models.PositiveBigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="LoadedRow",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("model", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=400)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("model", "key"), name="loaded_row_unique")
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(to_core, to_sources),
    ]
