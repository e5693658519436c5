"""The versions of figures and goods: from their corrections, the reasons of their withdrawals, and
what the admin's log says of who wrote, submitted, sent back and published them."""

from datetime import timedelta

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

SUBMITTED, PUBLISHED, SENT_BACK = "Submitted for review", "Published", "Sent back: "
UNKNOWN = "Saved before versions of figures were kept; only by whom is known"
# The columns that follow from others, and those of the way to readers.
DERIVED = ("excluded", "series", "edition", "sort_key")


def carry_over(apps, schema_editor):
    for name in ("Figure", "TradedGood"):
        model = apps.get_model("trade", name)
        field = {"Figure": "figure", "TradedGood": "good"}[name]
        revisions = apps.get_model("trade", f"{name}Revision")
        entries, corrections = _entries(apps, name), _corrections(apps, field)
        now = timezone.now()
        model.objects.filter(state__in=["published", "withdrawn"]).update(published_at=now)
        touched = Q(pk__in=[*entries, *corrections]) | Q(state="withdrawn")
        for row in model.objects.filter(touched).order_by("pk"):
            made = _versions(row, entries.get(row.pk, []), corrections.get(row.pk, []), now)
            if not made:
                continue
            for number, values in enumerate(made, 1):
                values["number"] = number
            rows = [revisions(record_id=row.pk, **values) for values in made]
            kept = revisions.objects.bulk_create(rows)
            # The time of making is set by itself when a row is made.
            for revision, values in zip(kept, made, strict=True):
                revision.at = values["at"]
            revisions.objects.bulk_update(kept, ["at"])
            live = [values["at"] for values in made if values["state"] == "live"]
            model.objects.filter(pk=row.pk).update(
                version=len(made), published_at=min(live) if live else None
            )


def _entries(apps, name) -> dict:
    """The log of people about the rows of a model, by key, the oldest first."""
    found = {}
    rows = apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="trade", content_type__model=name.lower()
    )
    for entry in rows.order_by("pk"):
        if str(entry.object_id).isdecimal():
            found.setdefault(int(entry.object_id), []).append(entry)
    return found


def _corrections(apps, field) -> dict:
    found = {}
    rows = apps.get_model("trade", "Correction").objects.filter(**{f"{field}__isnull": False})
    for row in rows.order_by("at", "pk"):
        found.setdefault(getattr(row, f"{field}_id"), []).append(row)
    return found


def _wrote(entry) -> bool:
    """Whether an entry is of somebody's writing: others' steps and unchanged savings are not."""
    message = entry.change_message
    return entry.action_flag == 1 or message.startswith("[{") or message == SUBMITTED


def _versions(row, entries, corrections, now) -> list[dict]:
    """The values of the revisions of a row, the oldest first."""
    shown = row.state in ("published", "withdrawn")
    published = [entry for entry in entries if entry.change_message == PUBLISHED]
    first_shown = published[0].action_time if published else None
    if corrections and (first_shown is None or corrections[0].at < first_shown):
        first_shown = corrections[0].at
    writing = [entry for entry in entries if _wrote(entry)]
    writers = [entry for entry in writing if _before(entry, published, first_shown)]
    writers = writers if shown else writing
    made, last = [], writers[-1] if writers else None
    for entry in {entry.user_id: entry for entry in writers}.values():
        if last and entry.user_id != last.user_id:
            made.append(
                _revision("superseded", {}, entry.action_time, entry.user_id, reason=UNKNOWN)
            )
    author = last.user_id if last else None
    if not shown:
        return [*made, _open(row, entries, last)] if last else []
    # Corrections left out the words of the source: those of today stand for them.
    today = _content(row)
    if corrections:
        content = today | corrections[0].before["record"]
        made.append(_revision("live", content, first_shown, author))
    elif last or published or row.state == "withdrawn":
        content = today | {"state": "published"}
        made.append(_revision("live", content, first_shown or now, author))
    wrote = {entry.user_id for entry in writers}
    if author and published and published[0].user_id not in wrote:
        made[-1] |= {
            "reviewer_id": published[0].user_id,
            "reviewed_at": published[0].action_time,
        }
    for correction in corrections:
        content = today | correction.after["record"]
        made.append(
            _revision("live", content, correction.at, correction.author_id, correction.reason)
        )
    if row.state == "withdrawn":
        logged = [entry for entry in entries if entry.change_message == row.withdrawal]
        at = logged[-1].action_time if row.withdrawal and logged else now
        user = logged[-1].user_id if row.withdrawal and logged else None
        made.append(_revision("live", today, at, user, row.withdrawal))
    return sorted(made, key=lambda values: values["at"])


def _before(entry, published, first_shown) -> bool:
    """Whether something was written before readers saw it. “Save and publish” logged the saving
    after the publication, by the same user in the same moment."""
    if first_shown is None or entry.action_time <= first_shown:
        return True
    same = published and published[0].user_id == entry.user_id
    return bool(same) and entry.action_time - published[0].action_time < timedelta(seconds=2)


def _open(row, entries, last) -> dict:
    """What waits, or was sent back."""
    returned = [
        entry
        for entry in entries
        if entry.change_message.startswith(SENT_BACK) and entry.pk > last.pk
    ]
    state = "pending" if row.state == "in_review" else "rejected" if returned else "draft"
    values = _revision(state, _content(row), last.action_time, last.user_id)
    if state == "rejected":
        values |= {
            "remark": returned[-1].change_message.removeprefix(SENT_BACK),
            "reviewer_id": returned[-1].user_id,
            "reviewed_at": returned[-1].action_time,
        }
    return values


def _revision(state, content, at, author, reason="") -> dict:
    return {
        "state": state,
        "snapshot": {"record": content},
        "at": at,
        "author_id": author,
        "reason": reason,
    }


def _content(row) -> dict:
    """The values of a row, foreign keys as the natural keys of that time."""
    values = {}
    for field in row._meta.concrete_fields:
        name = field.name
        if field.primary_key or name in DERIVED or name.endswith(("_earliest", "_latest")):
            continue
        if name == "withdrawal":
            continue
        if field.remote_field:
            other = getattr(row, name)
            values[name] = _key(other) if other else None
        else:
            value = field.value_from_object(row)
            plain = isinstance(value, (bool, int, type(None)))
            values[name] = value if plain else field.value_to_string(row)
    return values


def _key(row) -> list:
    if row._meta.model_name == "commodity":
        return [row.classification, row.revision, row.code]
    if row._meta.model_name == "passage":
        return [row.source.slug, row.locator]
    return [row.slug]


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0007_revisions"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
