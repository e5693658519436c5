from django.contrib.postgres.operations import CreateCollation
from django.db import migrations


class Migration(migrations.Migration):
    """Folded titles sort by code point on every database; on SQLite "binary" is built in."""

    dependencies = []

    operations = [CreateCollation("binary", locale="C")]
