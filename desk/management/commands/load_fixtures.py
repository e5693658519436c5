"""Load what the fixtures hold and the database does not; never over what is there."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import IntegrityError, transaction
from tqdm import tqdm

from core.changes import rows_changed, together
from core.models import LoadedRow, Released
from core.planner import update_statistics
from relations.decisions import NONE
from relations.decisions import decide as decide_on
from relations.models import Disagreement, Event, Record
from relations.models.publishable import PublicationRefused
from relations.models.record import as_subclasses
from relations.publication import publish_all, revise
from relations.rules import COMPUTED
from trade.models import Figure, TradedGood

REASON = "Loaded from fixtures"

# Models in the order of loading: rows refer only to models further up.
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
# Disagreements are found, not loaded; a fixture holds only a decision and its reason.
DECISION = "relations.disagreement"
RECORDS = [name for name in ORDER if issubclass(apps.get_model(name), Record)]


class Command(BaseCommand):
    help = "Load the fixture rows that were never loaded before; existing rows stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURE_ROOT)

    @together()
    def handle(self, *, folder, verbosity, **options):
        loaded = set(LoadedRow.objects.values_list("model", "key"))
        rows = [row for row in in_order(read(folder)) if row_id(row) not in loaded]
        facts = [row for row in rows if row["model"] != DECISION]
        hidden = not verbosity or not sys.stderr.isatty()
        with tqdm(facts, "Fixtures", unit=" rows", disable=hidden) as shown:
            created = [instance for row in shown if (instance := load(row))]
        decisions = [row for row in rows if row["model"] == DECISION]
        LoadedRow.objects.bulk_create(
            [LoadedRow(model=model, key=key) for model, key in map(row_id, rows)]
        )
        try:
            release(created)
        except PublicationRefused as error:
            raise CommandError(f"{folder}: {' '.join(error.messages)}") from error
        if rows:
            rows_changed(*created)
        passed = 0
        for row in decisions:
            if why := decide(row):
                passed += 1
                self.stdout.write(f"Skipped the decision on “{row['fields']['key']}”: {why}.")
        update_statistics()
        if verbosity:
            done = len(created) + len(decisions) - passed
            self.stdout.write(
                f"Fixtures: {done} rows loaded, {len(rows) - done} already present, "
                f"{len(loaded)} loaded before."
            )


def read(folder: Path) -> list[dict]:
    """All rows of the JSON files below a folder, each with its file."""
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
            raise CommandError(f"{path}: expected a list of rows, each with “model” and “fields”.")
        rows += [row | {"file": path} for row in content]
    if not rows:
        raise CommandError(f"{folder} contains no fixtures.")
    return rows


def in_order(rows: list[dict]) -> list[dict]:
    """The rows sorted by model, so that a row comes after the rows it refers to."""
    rank = {model: place for place, model in enumerate(ORDER)}
    for row in rows:
        if row["model"] not in rank:
            raise CommandError(f"{row['file']}: fixtures cannot contain “{row['model']}”.")
    return sorted(rows, key=lambda row: rank[row["model"]])


def row_id(row: dict) -> tuple[str, str]:
    """The identity of a fixture row: its model, and the values of its natural key as JSON."""
    values = [row["fields"].get(name, "") for name in apps.get_model(row["model"]).KEY]
    return row["model"], json.dumps(values, ensure_ascii=False)


def load(row: dict):
    """The new instance of a fixture row, saved; None if its natural key exists already.

    The database enforces constraints. They are validated here only if it rejects a row, to get a
    readable message.
    """
    where = f"{row['file'].name}, {row['model']} {row_id(row)[1]}"
    try:
        (item,) = Deserializer([{"model": row["model"], "fields": row["fields"]}])
        if item.object.pk:
            return None
        item.object.full_clean(validate_unique=False, validate_constraints=False)
        try:
            # Not item.save(), which would skip the parent row of a record.
            with transaction.atomic():
                item.object.save()
        except IntegrityError:
            item.object.full_clean()
            raise
    except (DeserializationError, ValidationError, FieldDoesNotExist, IntegrityError) as error:
        raise CommandError(f"{where}: {error}") from error
    for name, values in item.m2m_data.items():
        getattr(item.object, name).set(values)
    return item.object


def release(created: list) -> None:
    """Publish the loaded rows; existing records that gained children get a revision."""
    for model in Released.__subclasses__():
        keys = [row.pk for row in created if isinstance(row, model)]
        model.objects.filter(pk__in=keys).release()
    new = {row.pk: row for row in created if isinstance(row, Record)}
    owners = {
        owner.pk
        for row in created
        for owner in (getattr(row, "record", None), getattr(row, "treaty", None))
        if isinstance(owner, Record)
    }
    for record in as_subclasses(Record.objects.filter(pk__in=owners - set(new)), with_related=True):
        revise(record, reason=REASON)
    # Publishing a new treaty also publishes its actions.
    alone = [row.pk for row in new.values() if getattr(row, "treaty_id", None) not in new]
    publish_all(Record.objects.filter(pk__in=alone).oldest_first(), reason=REASON)
    for model in (Figure, TradedGood):
        keys = [row.pk for row in created if isinstance(row, model)]
        publish_all(model.objects.filter(pk__in=keys))


def decide(row: dict) -> str:
    """Apply a decision to an undecided disagreement; returns why it was passed over, or "".

    Editors may have decided it, or changed the facts. A subject or choice that no fixture ever held
    raises CommandError.
    """
    key, choice, reason = (row["fields"].get(name, "") for name in ("key", "choice", "reason"))
    rule, _colon, subject = key.partition(":")
    where = f"{row['file'].name}, {key}"
    if rule not in Disagreement.Rule or not was_loaded(rule, subject):
        raise CommandError(f"{row['file'].name}: no rule finds “{key}”.")
    if not reason.strip():
        raise CommandError(f"{where}: the reason is missing.")
    found = Disagreement.objects.present().filter(key=key).first()
    known = found and choice in {NONE, *(member["id"] for member in found.members)}
    if not known and choice != NONE and not was_loaded("choice", choice, subject):
        raise CommandError(f"{where}: “{choice}” is not one of the conflicting values.")
    if found is None:
        return "no rule finds it any longer"
    # Only editors decide again what was decided before.
    if found.decisions.exists():
        return "an editor has decided it"
    if not known:
        return f"“{choice}” is no longer one of its values"
    decide_on(found, choice, reason)
    return ""


def was_loaded(part: str, name: str, subject: str = "") -> bool:
    """Whether fixtures ever held the subject of a decision (by rule), or its choice."""
    match part, name.split(":"):
        case "contradiction", [record, _field]:
            return _slug_loaded(RECORDS, record)
        case "rival_actions", [treaty, _type, _party]:
            return _slug_loaded(["treaties.treaty"], treaty)
        case "status", [action]:
            return _slug_loaded(["treaties.treatyaction"], action)
        case "anniversary", [event, years]:
            return years.isdecimal() and _slug_loaded(["relations.event"], event)
        case "rival_dates", [relation, kind]:
            return kind in Event.ONCE and _slug_loaded(["relations.relation"], relation)
        case (("sum" | "growth"), [figure]):
            return _slug_loaded(["trade.figure"], figure)
        case "rival_figures", [series]:
            return _slug_loaded(["trade.indicator"], series.partition("|")[0])
        case "choice", [value]:
            return value == COMPUTED
        case "choice", [("record" | "figure") as kind, value]:
            return _slug_loaded(RECORDS if kind == "record" else ["trade.figure"], value)
        case "choice", [stance, source, *locator]:
            cited = [[subject.partition(":")[0]], [source], ":".join(locator)]
            start = json.dumps(cited, ensure_ascii=False)[:-1]
            end = json.dumps(stance, ensure_ascii=False) + "]"
            return LoadedRow.objects.filter(
                model="relations.citation", key__startswith=start, key__endswith=end
            ).exists()
    return False


def _slug_loaded(models: Iterable[str], slug: str) -> bool:
    key = json.dumps([slug], ensure_ascii=False)
    return LoadedRow.objects.filter(model__in=models, key=key).exists()
