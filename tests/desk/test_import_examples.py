"""The examples in docs/examples, imported as the guide says: the records that each list becomes."""

import io
import json
import tomllib

import pytest
from django.conf import settings
from django.core.management import call_command

from relations.models import Citation, Event, Membership, Visit
from trade.models import Figure
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

EXAMPLES = settings.BASE_DIR / "docs" / "examples"
LISTS = sorted(path for path in EXAMPLES.iterdir() if path.suffix not in (".toml", ".txt"))
# Lists that need another one before them.
AFTER = {"environment-members": "environment-treaties"}


def import_example(path, folder):
    """Import a list with the mapping beside it, or as a file of Comtrade; the slug of its source,
    its report and the messages of rejected rows."""
    mapping = path.with_suffix(".toml")
    name, source = "comtrade-api", "un-comtrade"
    if mapping.exists():
        source = tomllib.loads(mapping.read_text(encoding="utf-8"))["source"]["slug"]
        name = str(mapping)
    report, rejects, out = folder / "report.json", folder / "rejects.csv", io.StringIO()
    call_command("import_data", name, path, report=report, rejects=rejects, stdout=out)
    messages = [line.strip() for line in out.getvalue().splitlines() if line[:6] == "  row "]
    return source, json.loads(report.read_text(encoding="utf-8")), messages


def counted(report):
    """The outcomes that some rows have."""
    names = ("created", "updated", "unchanged", "stored, excluded from sums", "skipped", "rejected")
    counts = [f"{report[name]} {name}" for name in names if report[name]]
    return f"{report['read']} read: {', '.join(counts)}"


def joined(*parts):
    return "; ".join(str(part) for part in parts if part not in ("", None))


def when(row):
    """The date of a record, with its end."""
    return f"{row.date or '?'} to {row.until}" if row.until else str(row.date or "?")


def treaty(row):
    parties = sorted(party.party.slug for party in row.parties.all())
    yield joined(f"{row.instrument}: {row.title}", when(row), row.place, ", ".join(parties))
    steps = []
    for step in row.actions.select_related("party__country", "party__organization"):
        taker = step.party.party.slug if step.party else ""
        effect = (
            f"in effect {step.effective}" if step.effective and step.effective != step.date else ""
        )
        kind = step.action_type.replace("_", " ")
        named = joined(step.date or "?", kind, taker, step.status, step.place, step.text, effect)
        steps.append((step.sort_key, named))
    yield from (f"    {named}" for _key, named in sorted(steps))


def visit(row):
    people = [f"{each.person.name} ({each.capacity})" for each in row.participations.all()]
    pair = f"{row.relation.slug}, host {row.host.slug}"
    kind = joined(row.visit_type, row.rank)
    yield joined(f"visit: {row.title}", when(row), pair, kind, row.place, *people)


def event(row):
    sides = [f"{each.role} {each.country.slug}" for each in row.participations.all()]
    pair = row.relation.slug
    yield joined(f"{row.event_type}: {row.title}", when(row), pair, row.place, row.summary, *sides)


def membership(row):
    yield joined(f"membership: {row.title}", when(row), row.membership_type)


def figure(row):
    value = f"{row.value.normalize():f} {row.unit}"
    goods, excluded = str(row.commodity or ""), row.excluded and f"excluded: {row.excluded}"
    sides = f"{row.origin} to {row.destination}"
    yield joined(f"{row.indicator.slug}: {sides}", row.period, value, row.valuation, goods,
                 f"stated by {row.stated_by}", f"as stated {row.as_stated}", excluded)  # fmt: skip


KINDS = ((Treaty, treaty), (Visit, visit), (Event, event), (Membership, membership))


def records(source):
    """What is stored of a source, a line for each record, step and figure."""
    cited = Citation.objects.filter(source__slug=source).values("record")
    for model, lines in KINDS:
        for row in model.objects.filter(pk__in=cited).order_by("pk"):
            yield from lines(row)
    for row in Figure.objects.filter(source__slug=source, state="in_review").order_by("pk"):
        yield from figure(row)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_an_example_becomes_the_records_beside_it(base, tmp_path, path):
    if first := AFTER.get(path.stem):
        import_example(EXAMPLES / f"{first}.csv", tmp_path)
    source, report, messages = import_example(path, tmp_path)
    found = [counted(report), *messages, "", *records(source)]
    assert "\n".join(found) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")
    _source, again, _messages = import_example(path, tmp_path)
    assert (again["created"], again["updated"]) == (0, 0)
    assert [*records(source)] == found[len(messages) + 2 :]


def test_the_guide_names_every_example():
    guide = (EXAMPLES.parent / "importing.md").read_text(encoding="utf-8")
    assert [path.name for path in LISTS if f"(examples/{path.name})" not in guide] == []
