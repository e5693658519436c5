"""Merge two rows for the same thing; both addresses stay valid."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.changes import deleting, rows_changed, together
from core.models import lock
from core.snapshot import snapshot
from relations import workflow
from relations.models import FormerAddress, Organization, Person, Record, State
from relations.models.publishable import PublicationRefused
from relations.models.record import as_subclasses
from relations.possible_duplicates import follow_merge
from relations.proposals import keep_version
from relations.publication import (
    check_evidence,
    revise,
    save_versions,
    update_derived,
    withdraw,
)
from relations.release import readers_see

Row = Record | Person | Organization


class MergeRefused(PublicationRefused):
    """Two rows cannot be merged; the message says why."""


def may_change(user, model: type[models.Model]) -> bool:
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def may_merge(user, rows: list[Row]) -> bool:
    """Whether the user may merge these rows: readers see a merge of published rows at once."""
    if not may_change(user, type(rows[0])):
        return False
    if user.has_perm(workflow.PUBLISH):
        return True
    return not any(row.published_at or readers_see(row) for row in rows)


def may_merge_some(user, model: type[Row]) -> bool:
    """Whether the user may merge rows of a model: publishers any, editors those that readers have
    not seen, if there are two of them."""
    if not may_change(user, model):
        return False
    if user.has_perm(workflow.PUBLISH):
        return True
    hidden = model.objects.filter(published_at=None)
    if issubclass(model, Record):
        hidden = hidden.filter(state__in=[State.DRAFT, State.IN_REVIEW])
    return len(hidden.order_by().values_list("pk")[:2]) == 2


@together()
def merge(kept: Row, other: Row, user=None, reason: str = "") -> None:
    """Merge `other` into `kept`: move all references, and redirect the address of `other`.

    Rows that `kept` already has stay with a merged record, which is withdrawn with its history; for
    people and organizations they are deleted. Raises PublicationRefused, or its subclass
    MergeRefused, and then changes nothing.
    """
    if type(kept) is not type(other):
        raise MergeRefused(
            _("They are of different kinds. Only two of the same kind can be merged.")
        )
    base = Record if isinstance(kept, Record) else type(kept)
    lock(base.objects, [kept.pk, other.pk])
    kept, other = (type(row).objects.get(pk=row.pk) for row in (kept, other))
    if why := refusals(kept, other):
        raise MergeRefused(why)
    rows_changed(kept, other)
    if isinstance(kept, Record):
        _merge_records(kept, other, user, reason)
    else:
        _merge_names(kept, other, user, reason)


def refusals(kept: Row, other: Row) -> list[str]:
    """The reasons why two rows of one kind cannot be merged; empty if they can."""
    if kept.pk == other.pk:
        return [_("A row cannot be merged with itself: choose two.")]
    if not isinstance(kept, Record):
        found = _pending(other)
        if kept.wikidata and other.wikidata and kept.wikidata != other.wikidata:
            found.append(
                _("They have different Wikidata identifiers. Correct the wrong one first.")
            )
        return found
    found = []
    if kept.relation_id != other.relation_id:
        found.append(_("They belong to different pairs."))
    for name in kept.SUBJECT:
        if getattr(kept, f"{name}_id") != getattr(other, f"{name}_id"):
            label = kept._meta.get_field(name).verbose_name
            found.append(_("They differ in: %(field)s.") % {"field": label})
    found += _pending(other)
    for row in (kept, other):
        if FormerAddress.objects.filter(record__isnull=False, slug=row.slug).exists():
            found.append(_("“%(row)s” has been merged already.") % {"row": row})
    if kept.state == State.WITHDRAWN:
        found.append(
            _("The one that stays is withdrawn. Publish it again first, or keep the other one.")
        )
    if other.published_at and not kept.published_at:
        found.append(_("Readers have seen only one of them. Keep that one."))
    return found


def _pending(row: Row) -> list[str]:
    """The refusal of a published row with a pending change, which would be lost."""
    if not row.published_at or not row.revisions.open().exists():
        return []
    return [_("“%(row)s” has a pending change. Publish or discard it first.") % {"row": row}]


def _merge_records(kept: Record, other: Record, user, reason: str) -> None:
    FormerAddress.objects.create(record=kept, slug=other.slug, author=user, reason=reason)
    follow_merge(kept, other, user, reason)
    touched = _carry(kept, other, user, reason)
    kept.topics.add(*other.topics.all())
    _keep_touched(touched - {kept.pk, other.pk}, user, reason)
    model = type(kept)
    withdraw([model.objects.with_actions().get(pk=other.pk)], user, reason)
    kept = model.objects.with_actions().get(pk=kept.pk)
    if kept.state == State.PUBLISHED:
        check_evidence([kept])
    revise(kept, user, reason)


def _merge_names(kept: Person | Organization, other: Person | Organization, user, reason) -> None:
    kind = kept._meta.model_name
    FormerAddress.objects.create(
        **{kind: kept}, slug=other.slug, author=user, reason=reason, row=snapshot(other)
    )
    touched = _carry(kept, other, user, reason)
    with deleting([other]):
        other.delete()
    lines = [*kept.aliases.splitlines(), other.name, *other.aliases.splitlines()]
    kept.aliases = "\n".join(dict.fromkeys(line for line in lines if line and line != kept.name))
    _fill(kept, other)
    kept.published_at = kept.published_at or other.published_at
    kept.save()
    keep_version(kept, user, reason)
    _keep_touched(touched, user, reason)


def _carry(kept: Row, other: Row, user, reason: str) -> set[int]:
    """Move references from `other` to `kept`, and return the ids of the changed records."""
    twins, touched = {}, set()
    for relation in _pointing(type(kept)):
        name, model = relation.field.name, relation.related_model
        keys = [field.name for field in _foreign_keys(model)]
        rows = model._base_manager.filter(**{name: other.pk}).select_related(*keys)
        for row in rows.order_by("pk"):
            setattr(row, name, kept)
            for field in _foreign_keys(model):
                if twin := twins.get(getattr(row, field.name)):
                    setattr(row, field.name, twin)
            touched |= _records_of(row)
            if twin := _twin(row, name):
                twins[row] = twin
                _join(twin, row, kept, user, reason)
            else:
                _move(row, kept, other)
    return touched


def _pointing(model: type[models.Model]) -> list:
    """The foreign keys to a model, those of records last, as they may refer to other moved rows."""
    found = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and relation.one_to_many
        and not relation.related_model._meta.auto_created  # topics: _merge_records adds them
        and not getattr(relation.related_model, "STAYS_WITH_MERGED", False)
    ]
    return sorted(found, key=lambda relation: issubclass(relation.related_model, Record))


def _foreign_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.many_to_one and not field.remote_field.parent_link
    ]


def _records_of(row: models.Model) -> set[int]:
    """The id of the row if it is a record, or the ids of the records that it belongs to."""
    if isinstance(row, Record):
        return {row.pk}
    return {
        getattr(row, field.attname)
        for field in _foreign_keys(type(row))
        if issubclass(field.related_model, Record)
        and field.remote_field.on_delete is models.CASCADE
    } - {None}


def _twin(row: models.Model, name: str) -> models.Model | None:
    """An existing row with the same TWIN or KEY fields; None if there is none."""
    key = getattr(row, "TWIN", getattr(row, "KEY", ()))
    if name not in key:
        return None
    same = type(row)._base_manager.filter(**{part: getattr(row, part) for part in key})
    if isinstance(row, Record):
        same = same.exclude(state=State.WITHDRAWN)
    return same.exclude(pk=row.pk).first()


def _join(twin: models.Model, row: models.Model, kept: Row, user, reason: str) -> None:
    """Merge a row into its twin: texts that are blank in the twin are filled in from the row."""
    if isinstance(row, Record):
        _merge_records(twin, type(row).objects.get(pk=row.pk), user, reason)
        return
    if _fill(twin, row):
        twin.save()
    if not isinstance(kept, Record):
        type(row)._base_manager.filter(pk=row.pk).delete()


def _fill(row: models.Model, other: models.Model) -> bool:
    """Fill the blank texts of a row from another row, and return whether there were any."""
    blank = [
        field.attname
        for field in row._meta.concrete_fields
        if isinstance(getattr(row, field.attname), str)
        and not hasattr(field, "of")
        and not getattr(row, field.attname)
        and getattr(other, field.attname)
    ]
    for name in blank:
        setattr(row, name, getattr(other, name))
    return bool(blank)


def _move(row: models.Model, kept: Row, other: Row) -> None:
    """Save a moved row. Raises MergeRefused if it breaks a constraint."""
    if hasattr(row, "rename_subject"):
        row.rename_subject(other.slug, kept.slug)
    try:
        row.clean()
        row.validate_constraints()
    except ValidationError as error:
        words = {"kind": row._meta.verbose_name, "row": row, "why": " ".join(error.messages)}
        raise MergeRefused(_("%(kind)s “%(row)s” prevents the merge: %(why)s") % words) from error
    row.save()
    rows_changed(row)


def _keep_touched(pks: set[int], user, reason: str) -> None:
    """Save new versions of the records that a merge has changed."""
    rows = as_subclasses(Record.objects.filter(pk__in=pks).order_by("pk"), with_related=True)
    if rows:
        save_versions(rows, user, reason)
        update_derived(rows)
