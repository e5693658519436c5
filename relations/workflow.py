"""The publication workflow of records, figures and goods: draft, in review, approved, published,
withdrawn.

A row that readers have not seen is changed in place. A change to a row that they have seen is saved
beside it as an open revision, which they do not see until it is published. Each step is one
function, which checks who may take it.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.changes import together
from core.models import Proposable
from core.snapshot import changes, digest, full_snapshot, rebased, rolled_back
from relations import publication, side_rows
from relations.models import FormerAddress, Record, State
from relations.models.publishable import PublicationRefused, Publishable
from relations.models.record import record_class
from relations.models.restoring import restore, with_current_names
from relations.models.revision import BaseRevision
from relations.notices import Outcome, tell_author
from relations.proposals import publish_proposal

REVIEW = "relations.review_record"
PUBLISH = "relations.publish_record"
ALONE = "relations.publish_alone_record"


class StepRefused(PublicationRefused):
    """The row is in the wrong state for this step, or another user has to take it."""


def demand(user, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def may_discard(record: Publishable, user) -> bool:
    """Whether the user may discard a change (authors and reviewers)."""
    return user.has_perm(REVIEW) or user.pk in authors(record)


def locked(record: Publishable) -> Publishable:
    """The current row, locked until the end of the transaction."""
    # The treaty first: publication locks them in the same order, which avoids deadlocks.
    for row in filter(None, (record.part_of(), record)):
        row.common().objects.select_for_update().get(pk=row.pk)
    model = record_class(record.kind) if type(record) is Record else type(record)
    return model.objects.with_related().get(pk=record.pk)


def edition(record: Publishable) -> str:
    """A text that changes with every change to the row or its steps, and with every step of the
    workflow."""
    keys = [row.pk for row in record.together()]
    rows = record.revision_model().objects.filter(record__in=keys)
    newest = rows.aggregate(newest=models.Max("pk"))["newest"] or 0
    waiting = rows.open().order_by("pk").values_list("pk", "state", "reviewed_at")
    return digest([newest, *([pk, state, str(at or "")] for pk, state, at in waiting)])


def open_revision(record: Publishable) -> BaseRevision | None:
    """The change to a row that readers do not see yet; None if there is none.

    If the published version has changed since, for example in a merge, the snapshot has these
    changes too, unless it changes the same values.
    """
    revision = record.revisions.open().select_related("author", "reviewer").first()
    if revision:
        rebase(record, revision)
    return revision


def rebase(record: Publishable, revision: BaseRevision) -> None:
    """Add what readers have seen since to the snapshot of an open revision, without saving it."""
    if not record.published_at or not is_behind(record, revision):
        return
    model = record_class(record.kind) if type(record) is Record else type(record)
    row = model.objects.get(pk=record.pk)
    if before := _base_content(row, revision):
        versions = revision.snapshot.get("versions", {})
        contents = before, full_snapshot(row), revision.snapshot
        contents = (with_current_names(model, content) for content in contents)
        revision.snapshot = rebased(model, *contents) | {"versions": versions}


def is_behind(record: Publishable, revision: BaseRevision) -> bool:
    """Whether another version than the one that a change was made from is published now."""
    seen = revision.snapshot.get("versions", {})
    return revision.base != record.version or seen != _versions(record)


def _base_content(record: Publishable, revision: BaseRevision) -> dict | None:
    """The published content that a change was made from; None if it is not known."""
    base = record.revisions.filter(number=revision.base).first()
    if base is None:
        return None
    name, versions = record.parts_field(), revision.snapshot.get("versions", {})
    if not name or not versions:
        return base.snapshot
    # Its steps as they were then: each has versions of its own.
    rows = type(base).objects.filter(record__slug__in=versions)
    steps = {}
    for row in rows.select_related("record"):
        if versions[row.record.slug] == row.number:
            children = dict(row.snapshot)
            steps[row.record.slug] = children.pop("record") | children
    others = [row for row in base.snapshot.get(name, ()) if row["slug"] not in steps]
    return base.snapshot | {name: [*others, *steps.values()]}


def content(record: Publishable, revision: BaseRevision | None) -> dict:
    """The snapshot of the row as editors last saved it."""
    beside = revision and record.published_at
    return revision.snapshot if beside else full_snapshot(record)


def authors(record: Publishable) -> set[int]:
    """The ids of users who wrote changes that readers do not see yet, to the row or to steps that
    are first published with it."""
    return authors_of([record]).get(record.pk, set())


def authors_of(records: Iterable[Publishable]) -> dict[int, set[int]]:
    """The same for rows of one table, by their keys; two queries, if their parts are fetched."""
    records = list(records)
    if not records:
        return {}
    rows, found = records[0].revision_model().objects.unseen(), {}
    wholes = {
        step.pk: record.pk
        for record in records
        if record.parts_field()
        for step in record.parts()
        if step.published_at is None
    }
    wholes |= {record.pk: record.pk for record in records}
    written = rows.filter(record__in=wholes, author__isnull=False).order_by()
    for pk, author in written.values_list("record", "author").distinct():
        found.setdefault(wholes[pk], set()).add(author)
    return found


@together()
def save_draft(record: Publishable, user, reason: str) -> bool:
    """Save a version of a row that readers have not seen, and return whether it has changed.

    A changed row in review returns to draft, and so does the unpublished treaty of a changed step.
    """
    waiting = open_revision(record)
    if waiting and not _differs(record, waiting):
        if reason and reason != waiting.reason:
            waiting.reason = reason
            waiting.save(update_fields=["reason"])
        return False
    _mark(record, State.DRAFT)
    record = type(record).objects.get(pk=record.pk)
    publication.revise(record, user, reason)
    other = record.part_of()
    if other and other.published_at is None:
        save_draft(other, user, reason)
    return True


@transaction.atomic
def save_pending(
    record: Publishable, values: dict, user, reason: str, base: int | None = None
) -> BaseRevision | None:
    """Save a change to a row that readers have seen as its open revision, and return that.

    If nothing changes, return the previous open revision or None. `base` is the version that the
    change was made from, by default the current one.
    """
    before = open_revision(record)
    # Save without changes to rebase an outdated revision or to bring back a withdrawn row.
    asked = is_behind(record, before) if before else record.state == State.WITHDRAWN
    if not asked and not changes(type(record), content(record, before), values):
        return before
    publication.save_first_versions([record])
    record.revisions.open().supersede()
    number = record.revisions.aggregate(newest=models.Max("number"))["newest"] or 0
    return record.revisions.create(
        number=number + 1,
        author=user,
        reason=reason,
        base=record.version if base is None else base,
        state=BaseRevision.State.DRAFT,
        snapshot=values | {"versions": _versions(record)},
    )


@transaction.atomic
def change_pending(record: Publishable, change, user, reason: str) -> BaseRevision | None:
    """Apply `change` to a row and its open revision, and save the result as its open revision."""
    keys, waiting = side_rows.newest_keys(), open_revision(record)
    with rolled_back():
        row = type(record).objects.get(pk=record.pk)
        if waiting:
            restore(row, waiting.snapshot, trying=True)
        change(row)
        values, made = full_snapshot(type(record).objects.get(pk=record.pk)), side_rows.since(keys)
    side_rows.create(made)
    return save_pending(record, values, user, reason, waiting and waiting.base)


def _versions(record: Publishable) -> dict[str, int]:
    """The versions of the steps that are published with a row, by slug."""
    return {row.slug: row.version for row in record.together() if row.pk != record.pk}


@transaction.atomic
def submit(record: Publishable, user, reason: str = "") -> BaseRevision:
    """Submit the latest draft for review."""
    record = locked(record)
    _check_treaty(record)
    merged = FormerAddress.objects.filter(record__isnull=False, slug=record.slug)
    if isinstance(record, Record) and merged.exists():
        raise StepRefused(
            _("“%s” has been merged into another record, and its address redirects there.") % record
        )
    if record.published_at is None and open_revision(record) is None:
        record.state = State.DRAFT
        publication.save_versions([record], user, reason)
    revision = _open(record)
    if revision.state == BaseRevision.State.PENDING:
        raise StepRefused(_("“%s” is already in review.") % record)
    if revision.state == BaseRevision.State.REJECTED:
        revision = revision.renewed()
    revision.state, revision.reason = BaseRevision.State.PENDING, reason or revision.reason
    revision.save(update_fields=["state", "reason"])
    _mark(record, State.IN_REVIEW)
    return revision


@transaction.atomic
def send_back(
    record: Publishable, user, remark: str, remarks: dict[str, str] | None = None
) -> BaseRevision:
    """Send it back to its author, with a remark on what to do, or remarks at fields, or both."""
    revision = _reviewed(record, user)
    if not remark.strip() and not remarks:
        raise ValidationError({"remark": _("Say what the author should do.")})
    revision.state, revision.remark = BaseRevision.State.REJECTED, remark.strip()
    revision.remarks = remarks or {}
    revision.save(update_fields=["state", "remark", "remarks", "reviewer", "reviewed_at"])
    _mark(record, State.DRAFT)
    tell_author(revision, user, Outcome.SENT_BACK)
    return revision


@transaction.atomic
def approve(record: Publishable, user) -> BaseRevision:
    """Approve it; a publisher may then publish it."""
    revision = _reviewed(record, user)
    revision.save(update_fields=["reviewer", "reviewed_at"])
    tell_author(revision, user, Outcome.APPROVED)
    return revision


def _reviewed(record: Publishable, user) -> BaseRevision:
    """The pending revision with this user as its reviewer, not saved; its authors are refused."""
    demand(user, REVIEW)
    record = locked(record)
    revision = _open(record)
    if revision.state != BaseRevision.State.PENDING:
        raise StepRefused(_("“%s” is not in review.") % record)
    if user.pk in authors(record):
        raise StepRefused(_("You wrote this yourself. Somebody else must review it."))
    revision.reviewer, revision.reviewed_at = user, timezone.now()
    return revision


@together()
def publish(record: Publishable, user, reason: str = "") -> None:
    """Publish the latest draft. Raises PublicationRefused with the reason.

    Publication takes two people: a user other than the author approves or publishes the change.
    Users who may publish alone need no review; their own changes then have no reviewer on record.
    """
    demand(user, PUBLISH)
    record = locked(record)
    _check_treaty(record)
    revision = open_revision(record)
    if revision is None and record.state == State.WITHDRAWN:
        raise StepRefused(
            _(
                "“%s” has been withdrawn. Save it again with a reason, so that somebody else can "
                "review it."
            )
            % record
        )
    if revision is None:
        if record.published_at:
            raise StepRefused(_("“%s” is published and has no pending change.") % record)
        publication.publish([record], user, reason)
        return
    if not user.has_perm(ALONE):
        if record.published_at is None and _differs(record, revision):
            raise StepRefused(
                _("“%s” has changed since it was submitted. Open it and submit it again.") % record
            )
        if revision.state != BaseRevision.State.PENDING:
            raise StepRefused(_("“%s” has not been submitted for review.") % record)
        if user.pk in authors(record) and not revision.approved:
            raise StepRefused(_("You wrote this yourself. Somebody else must approve it."))
    if not revision.approved:
        # A user who publishes changes by others counts as their reviewer.
        second = None if user.pk in authors(record) else user
        revision.reviewer, revision.reviewed_at = second, second and timezone.now()
    publish_revision(record, revision, reason or revision.reason, user)
    tell_author(revision, user, Outcome.PUBLISHED)


def _differs(record: Publishable, revision: BaseRevision) -> bool:
    """Whether the row differs from its open revision, apart from its state."""
    state = capfirst(Record._meta.get_field("state").verbose_name)
    found = changes(type(record), revision.snapshot, full_snapshot(record))
    return any(change.field != state for change in found)


def _check_treaty(record: Publishable) -> None:
    """Refuse a treaty step if readers have not seen its treaty."""
    other = record.part_of()
    if other and other.published_at is None:
        raise StepRefused(
            _("“%(step)s” is published with “%(whole)s”. Submit and publish that one instead.")
            % {"step": record, "whole": other}
        )


def publish_revision(record: Publishable, revision: BaseRevision, reason: str, user) -> None:
    """Make an open revision the published version, under its own number and author."""
    # Reload: relations cached on the row would be outdated after the change below.
    record = type(record).objects.get(pk=record.pk)
    if record.published_at:
        check_current(record, revision)
        steps = [row for row in _restored(record, revision) if row.published_at]
    else:
        steps = []
    revision.delete()
    if steps:
        publication.save_versions(steps, revision.author, reason, user)
        publication.update_derived(steps)
    if isinstance(record, Proposable):
        publish_proposal(record, revision.author, reason, user)
    else:
        publication.publish([record], revision.author, reason, user)
    seen = {"reviewer": revision.reviewer, "reviewed_at": revision.reviewed_at}
    record.revisions.filter(number=record.version).update(**seen)


def _restored(record: Publishable, revision: BaseRevision) -> list[Record]:
    try:
        with transaction.atomic():
            return restore(record, revision.snapshot)
    except ValidationError as error:
        raise PublicationRefused(error.messages) from error
    except IntegrityError as error:
        raise PublicationRefused(
            _("“%s” conflicts with newer data. Open it and save it again.") % record
        ) from error


def check_current(record: Publishable, revision: BaseRevision) -> None:
    """Refuse a change that was made from a version that is no longer current."""
    if revision.base != record.version and record.state == State.WITHDRAWN:
        raise StepRefused(
            _(
                "“%s” has been withdrawn since this was written. Compare both versions and save it "
                "again."
            )
            % record
        )
    if is_behind(record, revision):
        raise StepRefused(
            _(
                "A newer version of “%s” has been published. Compare both versions and save it "
                "again."
            )
            % record
        )


@transaction.atomic
def withdraw(record: Publishable, user, reason: str) -> None:
    """Withdraw it from readers, with a public reason."""
    demand(user, PUBLISH)
    record = locked(record)
    if record.state != State.PUBLISHED:
        raise StepRefused(_("“%s” is not published.") % record)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason. Readers will see it.")})
    publication.withdraw([record], user, reason)


@transaction.atomic
def discard(record: Publishable, user) -> None:
    """Discard the open revision of a row that readers have seen; it stays in the history."""
    record = locked(record)
    if record.published_at is None:
        raise StepRefused(_("“%s” was never published. Delete it instead.") % record)
    if not may_discard(record, user):
        raise PermissionDenied
    _open(record)
    record.revisions.open().update(state=BaseRevision.State.DROPPED)


@together()
def restore_version(record: Publishable, version: BaseRevision, user, reason: str) -> None:
    """Restore an earlier version as a draft. Raises ValidationError if nothing changes or the
    version can no longer be saved."""
    record = locked(record)
    if record.published_at is None:
        restore(record, version.snapshot)
        # Fetch it again, with the restored children.
        if not save_draft(type(record).objects.get(pk=record.pk), user, reason):
            raise ValidationError(_("Nothing has changed."))
        return
    before = open_revision(record)
    try:
        with transaction.atomic():
            after = change_pending(
                record, lambda row: restore(row, version.snapshot, trying=True), user, reason
            )
    except IntegrityError as error:
        words = _("Version %d conflicts with newer data and cannot be restored.") % version.number
        raise ValidationError(words) from error
    if after == before:
        raise ValidationError(_("Nothing has changed."))


def _open(record: Publishable) -> BaseRevision:
    revision = open_revision(record)
    if revision is None and record.state == State.PUBLISHED:
        raise StepRefused(_("“%s” is published and has no pending change.") % record)
    if revision is None:
        raise StepRefused(_("“%s” has no pending change.") % record)
    return revision


def _mark(record: Publishable, state: str) -> None:
    """Set the state of a row that readers have not seen; other rows keep their state."""
    if record.published_at:
        return
    record.common().objects.filter(pk=record.pk, published_at=None).update(state=state)
