"""What reviewers should check before they approve a change, and what prevents its publication."""

from django.core.exceptions import ValidationError

from core.snapshot import rolled_back
from relations.models import Record, State
from relations.models.publishable import Publishable
from relations.models.restoring import restore
from relations.models.revision import BaseRevision


def problems(record: Publishable, revision: BaseRevision | None) -> list[str]:
    """Warnings about the latest draft, and the reasons why it cannot be published, in words."""
    found = []
    try:
        with rolled_back():
            record = type(record).objects.get(pk=record.pk)
            if revision and record.published_at:
                restore(record, revision.snapshot, trying=True)
            rows = [row for row in record.together() if row.state != State.WITHDRAWN]
            found += record.warnings()
            for lacking in record.missing_evidence(rows).values():
                found += lacking
            record.check_sound(rows)
    except ValidationError as error:
        found += error.messages
    return found


def missing_evidence(model: type[Publishable], content: dict) -> list[str]:
    """Messages about the evidence that a snapshot and its steps lack. No queries."""
    if not issubclass(model, Record):
        return []
    rows = [(model, content["record"], content.get("citations", ()))]
    if name := model.parts_field():
        step = model._meta.get_field(name).related_model
        rows += [
            (step, values, values.get("citations", ()))
            for values in content.get(name, ())
            if values.get("state") != State.WITHDRAWN
        ]
    found = []
    for kind, values, citations in rows:
        stances = {}
        for citation in citations:
            stances.setdefault(citation["field"], set()).add(citation["stance"])
        given = {name for name in kind.KEY_FIELDS if values.get(name)}
        row = kind(title=values["title"], title_supplied=values["title_supplied"])
        found += row.unsupported(stances, given)
    return found
