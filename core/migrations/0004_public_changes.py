"""The log of public changes; everything that readers see already is in it, in the order in which it
was published (docs/adr/0110-log-of-public-changes.md)."""

import datetime
from heapq import merge
from itertools import islice
from operator import itemgetter

from django.db import migrations, models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from core.bulk import insert_values

# How many rows are inserted at a time.
BATCH = 5000
# Rows whose time of publication is not known come first: others refer to them.
UNKNOWN = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)
COLUMNS = ("kind", "row", "key", "action", "into", "at")
SEEN = {"published_at__isnull": False}


def joined(*parts: str) -> Concat:
    """The identifier that consists of these columns and of a colon before the last."""
    *first, last = parts
    return Concat(*first, Value(":"), last, output_field=CharField())


def undated(apps, kind, name, key=F("slug"), visible=Q()):
    rows = apps.get_model(*name).objects.filter(visible).order_by("pk")
    for pk, text in rows.values_list("pk", key).iterator(BATCH):
        yield UNKNOWN, kind, pk, text, "published", ""


def dated(apps, kind, name, key=F("slug")):
    rows = apps.get_model(*name).objects.filter(**SEEN).order_by("published_at", "pk")
    for at, pk, text in rows.values_list("published_at", "pk", key).iterator(BATCH):
        yield at, kind, pk, text, "published", ""


def stated(apps, kind, name, merged=None):
    """Rows that may have been withdrawn; `merged` has the slugs of merged ones."""
    rows = apps.get_model(*name).objects.filter(**SEEN).order_by("published_at", "pk")
    names = ("published_at", "pk", "slug", "state", kind)
    for at, pk, slug, state, name in rows.values_list(*names).iterator(BATCH):
        into = (merged or {}).get(slug, "") if state == "withdrawn" else ""
        yield at, name, pk, slug, "merged" if into else state, into


def former(apps, kind):
    """People or organizations that have been merged, and whose rows are deleted."""
    rows = apps.get_model("relations", "FormerAddress").objects.order_by("at")
    rows = rows.filter(**{f"{kind}__published_at__isnull": False})
    for at, slug, into in rows.values_list("at", "slug", f"{kind}__slug"):
        yield at, kind, 0, slug, "merged", into


def fill(apps, schema_editor):
    addresses = apps.get_model("relations", "FormerAddress").objects.filter(record__isnull=False)
    merged = dict(addresses.values_list("slug", "record__slug"))
    commodity = joined("classification", "revision", "code")
    found = Q(statistics__entries__gt=0) | ~Q(summary="")
    rows = merge(
        undated(apps, "country", ("relations", "Country")),
        undated(apps, "topic", ("relations", "Topic")),
        undated(apps, "indicator", ("trade", "Indicator")),
        undated(apps, "commodity", ("trade", "Commodity"), commodity),
        undated(apps, "pair", ("relations", "Relation"), visible=found),
        dated(apps, "organization", ("relations", "Organization")),
        former(apps, "organization"),
        dated(apps, "person", ("relations", "Person")),
        former(apps, "person"),
        dated(apps, "source", ("sources", "Source")),
        dated(apps, "passage", ("sources", "Passage"), joined("source__slug", "locator")),
        stated(apps, F("kind"), ("relations", "Record"), merged),
        stated(apps, Value("figure"), ("trade", "Figure")),
        stated(apps, Value("good"), ("trade", "TradedGood")),
        key=itemgetter(0),
    )
    now, stored = timezone.now(), schema_editor.connection.ops.adapt_datetimefield_value
    model = apps.get_model("core", "PublicChange")
    disagreements = undated(
        apps, "disagreement", ("relations", "Disagreement"), F("key"), Q(present=True)
    )
    for some in (rows, disagreements):
        entries = ((*entry, stored(now if at == UNKNOWN else at)) for at, *entry in some)
        while batch := list(islice(entries, BATCH)):
            insert_values(model, COLUMNS, batch)


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0003_unsaved_forms"),
        ("relations", "0025_possible_duplicates"),
        ("sources", "0019_saved_mappings"),
        ("trade", "0019_areas_and_currencies"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16, verbose_name="kind")),
                ("row", models.BigIntegerField()),
                ("key", models.CharField(max_length=400, verbose_name="identifier")),
                ("action", models.CharField(choices=[("published", "published"), ("changed", "changed"), ("merged", "merged"), ("withdrawn", "withdrawn")], max_length=9, verbose_name="action")),
                ("into", models.CharField(help_text="The identifier of the row that stayed.", max_length=400, verbose_name="merged into")),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "public change",
                "verbose_name_plural": "public changes",
                "indexes": [models.Index(fields=["kind", "row"], name="public_change_row")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="public_change_key_unique"),
                    models.CheckConstraint(condition=models.Q(("action", "merged"), ("into", ""), _connector="XOR"), name="public_change_into_if_merged"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
