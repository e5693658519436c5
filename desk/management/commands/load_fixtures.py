"""Load what the fixtures hold and the database does not; never over what is there."""

import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import transaction

from relations.models import Disagreement, Record
from relations.models.record import PublicationRefused, concrete
from sources.models import LoadedRow
from trade.models import Figure, TradedGood
from treaties.models import Treaty, TreatyPeriod

REASON = "Loaded from fixtures"

# What a row refers to stands in a model further up.
ORDER = (
    "sources.source",
    "sources.passage",
    "sources.synopsis",
    "relations.topic",
    "relations.country",
    "relations.countryname",
    "relations.succession",
    "relations.relation",
    "relations.person",
    "relations.organization",
    "relations.event",
    "relations.visit",
    "relations.membership",
    "relations.mission",
    "relations.office",
    "treaties.treaty",
    "treaties.party",
    "treaties.treatyaction",
    "treaties.treatylink",
    "treaties.treatytext",
    "relations.participation",
    "relations.citation",
    "trade.indicator",
    "trade.commodity",
    "trade.figure",
    "trade.tradedgood",
    "relations.disagreement",
)
# Disagreements are found, not loaded; a fixture holds what was decided about one, and why.
DECISION = "relations.disagreement"


class Command(BaseCommand):
    help = "Load the fixture rows that were never loaded before; existing rows stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURE_ROOT)

    @transaction.atomic
    def handle(self, *, folder, verbosity, **options):
        loaded = set(LoadedRow.objects.values_list("model", "key"))
        rows = [row for row in in_order(read(folder)) if row_id(row) not in loaded]
        created = [instance for row in rows if row["model"] != DECISION and (instance := load(row))]
        decisions = [row for row in rows if row["model"] == DECISION]
        LoadedRow.objects.bulk_create(
            [LoadedRow(model=model, key=key) for model, key in map(row_id, rows)]
        )
        try:
            release(created)
        except PublicationRefused as error:
            raise CommandError(f"{folder}: {' '.join(error.messages)}") from error
        for row in decisions:
            decide(row)
        # A base of an earlier version has treaties whose periods were not kept yet.
        TreatyPeriod.objects.keep(Treaty.objects.published().filter(periods=None))
        if verbosity:
            self.stdout.write(
                f"Fixtures: {len(created) + len(decisions)} rows loaded, "
                f"{len(rows) - len(created) - len(decisions)} already there, "
                f"{len(loaded)} loaded before."
            )


def read(folder: Path) -> list[dict]:
    """All rows of the JSON files below a folder, each with the file it stands in."""
    rows = []
    for path in sorted(folder.rglob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from error
        if not isinstance(content, list) or not all(
            isinstance(row, dict) and isinstance(row.get("fields"), dict) and "model" in row
            for row in content
        ):
            raise CommandError(
                f"{path}: a list of rows, each with “model” and “fields”, is needed."
            )
        rows += [row | {"file": path} for row in content]
    if not rows:
        raise CommandError(f"{folder} holds no fixtures.")
    return rows


def in_order(rows: list[dict]) -> list[dict]:
    """The rows with those first that others refer to."""
    rank = {model: place for place, model in enumerate(ORDER)}
    for row in rows:
        if row["model"] not in rank:
            raise CommandError(f"{row['file']}: no fixtures are kept of “{row['model']}”.")
    return sorted(rows, key=lambda row: rank[row["model"]])


def row_id(row: dict) -> tuple[str, str]:
    """What identifies a fixture row: its model and, as text, the fields of its natural key."""
    values = [row["fields"].get(name, "") for name in apps.get_model(row["model"]).KEY]
    return row["model"], json.dumps(values, ensure_ascii=False)


def load(row: dict):
    """The new instance of a fixture row; None where its natural key is taken."""
    where = f"{row['file'].name}, {row['model']} {row_id(row)[1]}"
    try:
        (item,) = Deserializer([{"model": row["model"], "fields": row["fields"]}])
        if item.object.pk:
            return None
        item.object.full_clean()
    except (DeserializationError, ValidationError, FieldDoesNotExist) as error:
        raise CommandError(f"{where}: {error}") from error
    # Not item.save(), which would leave out the parent row of a record.
    item.object.save()
    for name, values in item.m2m_data.items():
        getattr(item.object, name).set(values)
    return item.object


def release(created: list) -> None:
    """Publish what was loaded; records that were there and have gained children get a revision."""
    new = {row.pk: row for row in created if isinstance(row, Record)}
    owners = {
        owner.pk
        for row in created
        for owner in (getattr(row, "record", None), getattr(row, "treaty", None))
        if isinstance(owner, Record)
    }
    for record in concrete(Record.objects.filter(pk__in=owners - set(new)), whole=True):
        record.revise(reason=REASON)
    for record in new.values():
        # A new treaty publishes its actions itself.
        if getattr(record, "treaty_id", None) not in new:
            record.publish(reason=REASON)
    for model in (Figure, TradedGood):
        model.objects.filter(pk__in=[row.pk for row in created if isinstance(row, model)]).publish()


def decide(row: dict) -> None:
    """Take over a decision on a disagreement that the rules have found and nobody has decided."""
    found = Disagreement.objects.undecided().filter(key=row["fields"]["key"]).first()
    if found is None:
        raise CommandError(f"{row['file'].name}: no rule finds “{row['fields']['key']}”.")
    try:
        found.decide(row["fields"]["choice"], row["fields"]["reason"])
    except ValidationError as error:
        raise CommandError(f"{row['file'].name}, {row['fields']['key']}: {error}") from error
