"""The way of a record, figure or good to its readers: draft, in review, approved, published,
withdrawn.

What readers have not seen is changed in place; what they have seen is changed beside it, as an
open revision that they do not see until it is published. Each step is one function that says
who may take it.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.snapshot import changes, digest, full_snapshot, rolled_back, snapshot
from relations import publication
from relations.models import FormerAddress, Record, Relation, State
from relations.models.publishable import PublicationRefused, Publishable
from relations.models.record import record_class
from relations.models.restoring import restore
from relations.models.revision import BaseRevision
from sources.models import Passage

REVIEW = "relations.review_record"
PUBLISH = "relations.publish_record"
ALONE = "relations.publish_alone_record"


class StepRefused(PublicationRefused):
    """The row is not where this step begins, or the step is another person's to take."""


def demand(user, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def may_discard(record: Publishable, user) -> bool:
    """Whether somebody may discard a change: its authors may, and who reviews."""
    return user.has_perm(REVIEW) or user.pk in authors(record)


def readers_see(row: models.Model) -> bool:
    """Whether anything that readers see, or saw, rests on a source, a name or a pair."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model, field = relation.related_model, relation.field.name
        shown = _shown(model)
        if shown and model._base_manager.filter(**{field: row.pk}, **shown).exists():
            return True
    return False


def _shown(model: type[models.Model]) -> dict:
    """The condition under which readers see, or saw, rows of a model; none where it has none."""
    names = {field.name: field for field in model._meta.concrete_fields}
    if "published_at" in names:
        return {"published_at__isnull": False}
    for name, field in names.items():
        if field.remote_field and issubclass(field.related_model, Record):
            return {f"{name}__published_at__isnull": False}
    return {}


def locked(record: Publishable) -> Publishable:
    """The row as it now is, which nobody else changes until the end of the transaction."""
    # The treaty first, as who publishes it locks them: so neither waits for the other.
    for row in filter(None, (record.part_of(), record)):
        row.common().objects.select_for_update().get(pk=row.pk)
    model = record_class(record.kind) if type(record) is Record else type(record)
    return model.objects.with_related().get(pk=record.pk)


def edition(record: Publishable) -> str:
    """A text that changes with every change of the row or its steps, and with every step of the
    workflow."""
    keys = [row.pk for row in record.together()]
    rows = record.revision_model().objects.filter(record__in=keys)
    newest = rows.aggregate(newest=models.Max("pk"))["newest"] or 0
    waiting = rows.open().order_by("pk").values_list("pk", "state", "reviewed_at")
    return digest([newest, *([pk, state, str(at or "")] for pk, state, at in waiting)])


def open_revision(record: Publishable) -> BaseRevision | None:
    """What an editor has written of the row and readers do not see."""
    return record.revisions.open().select_related("author", "reviewer").first()


def content(record: Publishable, revision: BaseRevision | None) -> dict:
    """The row as editors last left it."""
    beside = revision and record.published_at
    return revision.snapshot if beside else full_snapshot(record)


def authors(record: Publishable) -> set[int]:
    """The keys of those who wrote what readers do not see yet, of the row or of steps that go
    to readers with it."""
    ended = [BaseRevision.State.LIVE, BaseRevision.State.DROPPED]
    last = record.revisions.filter(state__in=ended).aggregate(number=models.Max("number"))
    steps = record.parts().filter(published_at=None).values("pk")
    rows = record.revision_model().objects.filter(
        models.Q(record=record.pk, number__gt=last["number"] or 0) | models.Q(record__in=steps)
    )
    return set(rows.filter(author__isnull=False).values_list("author", flat=True))


def waiting_for(user, rows: models.QuerySet) -> models.QuerySet:
    """The revisions of one table that wait for this user: to review what others wrote, to
    publish what is approved."""
    mine = models.Q(pk__in=())
    if user.has_perm(REVIEW):
        ended = [BaseRevision.State.LIVE, BaseRevision.State.DROPPED]
        of_row = rows.model.objects.filter(record=models.OuterRef("record"))
        later = of_row.filter(number__gte=models.OuterRef("number"), state__in=ended)
        own = of_row.filter(author=user).exclude(models.Exists(later))
        mine |= models.Q(reviewed_at=None) & ~models.Exists(own)
    if user.has_perm(PUBLISH):
        mine |= models.Q(reviewed_at__isnull=False)
    return rows.pending().filter(mine)


@transaction.atomic
def save_draft(record: Publishable, user, reason: str) -> bool:
    """Save a version of what readers have not seen, if it changed; whether it did.

    What was in review is a draft again, and so is the treaty that a step goes to readers with.
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
    """Save a change of what readers have seen beside it; None where it changes nothing.

    `base` is the version that it was made from: the present one, unless another is given.
    """
    before = open_revision(record)
    # Without any change it can be looked at anew, or be brought back from a withdrawal.
    asked = before.base != record.version if before else record.state == State.WITHDRAWN
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
    """Save beside a row, and what waits there, what `change` makes of it."""
    keys, waiting = newest_keys(), open_revision(record)
    with rolled_back():
        row = type(record).objects.get(pk=record.pk)
        if waiting:
            restore(row, waiting.snapshot, trying=True)
        change(row)
        values, made = full_snapshot(type(record).objects.get(pk=record.pk)), side_rows_since(keys)
    create_side_rows(made)
    return save_pending(record, values, user, reason, waiting and waiting.base)


def _versions(record: Publishable) -> dict[str, int]:
    """The versions of the steps that are published with a row, by identifier."""
    return {row.slug: row.version for row in record.together() if row.pk != record.pk}


@transaction.atomic
def submit(record: Publishable, user, reason: str = "") -> BaseRevision:
    """Hand over what is written to a reviewer."""
    record = locked(record)
    _check_treaty(record)
    merged = FormerAddress.objects.filter(record__isnull=False, slug=record.slug)
    if isinstance(record, Record) and merged.exists():
        raise StepRefused(_("“%s” is merged with another, to which its address leads.") % record)
    if record.published_at is None and open_revision(record) is None:
        record.state = State.DRAFT
        publication.save_versions([record], user, reason)
    revision = _open(record)
    if revision.state == BaseRevision.State.PENDING:
        raise StepRefused(_("“%s” is already in review.") % record)
    revision.state, revision.reviewer, revision.reviewed_at = BaseRevision.State.PENDING, None, None
    revision.reason = reason or revision.reason
    revision.save(update_fields=["state", "reviewer", "reviewed_at", "reason"])
    _mark(record, State.IN_REVIEW)
    return revision


@transaction.atomic
def send_back(record: Publishable, user, remark: str) -> BaseRevision:
    """Give it back to its author, saying what is to be done."""
    revision = _reviewed(record, user)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what is to be done.")})
    revision.state, revision.remark = BaseRevision.State.REJECTED, remark
    revision.save(update_fields=["state", "remark", "reviewer", "reviewed_at"])
    _mark(record, State.DRAFT)
    return revision


@transaction.atomic
def approve(record: Publishable, user) -> BaseRevision:
    """Agree with it; a publisher may then publish it."""
    revision = _reviewed(record, user)
    revision.save(update_fields=["reviewer", "reviewed_at"])
    return revision


def _reviewed(record: Publishable, user) -> BaseRevision:
    """What waits for review, marked as looked at by somebody who did not write it."""
    demand(user, REVIEW)
    record = locked(record)
    revision = _open(record)
    if revision.state != BaseRevision.State.PENDING:
        raise StepRefused(_("“%s” is not in review.") % record)
    if user.pk in authors(record):
        raise StepRefused(_("You wrote this yourself: somebody else has to review it."))
    revision.reviewer, revision.reviewed_at = user, timezone.now()
    return revision


@transaction.atomic
def publish(record: Publishable, user, reason: str = "") -> None:
    """Show readers what is written; raises PublicationRefused, saying why not.

    It takes two people: what one has written another has approved, or publishes. Who may
    publish alone need not wait for review; that no other has looked at it stays on record.
    """
    demand(user, PUBLISH)
    record = locked(record)
    _check_treaty(record)
    revision = open_revision(record)
    if revision is None and record.state == State.WITHDRAWN:
        raise StepRefused(
            _("“%s” was withdrawn: save it again with a reason, for another person to review.")
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
                _("“%s” has changed since it was submitted: open it, and submit it again.") % record
            )
        if revision.state != BaseRevision.State.PENDING:
            raise StepRefused(_("“%s” has not been submitted for review.") % record)
        if user.pk in authors(record) and not revision.approved:
            raise StepRefused(_("You wrote this yourself: somebody else has to approve it."))
    if not revision.approved:
        # Who publishes what others wrote is the second to have looked at it.
        second = None if user.pk in authors(record) else user
        revision.reviewer, revision.reviewed_at = second, second and timezone.now()
    _publish_revision(record, revision, reason or revision.reason)


def _differs(record: Publishable, revision: BaseRevision) -> bool:
    """Whether what goes to readers is another than what a reviewer has before them."""
    state = capfirst(Record._meta.get_field("state").verbose_name)
    found = changes(type(record), revision.snapshot, full_snapshot(record))
    return any(change.field != state for change in found)


def _check_treaty(record: Publishable) -> None:
    """Refuse a step that would go to readers before its treaty."""
    other = record.part_of()
    if other and other.published_at is None:
        raise StepRefused(
            _("“%(step)s” is published with “%(whole)s”: submit and publish that.")
            % {"step": record, "whole": other}
        )


def _publish_revision(record: Publishable, revision: BaseRevision, reason: str) -> None:
    """Make an open revision the published version, under its own number and author."""
    # The relations cached on a row that is changed below would be those before the change.
    record = type(record).objects.get(pk=record.pk)
    if record.published_at:
        check_current(record, revision)
        steps = [row for row in _restored(record, revision) if row.published_at]
    else:
        steps = []
    revision.delete()
    if steps:
        publication.save_versions(steps, revision.author, reason)
        publication.update_derived(steps)
    publication.publish([record], revision.author, reason)
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
            _("“%s” no longer fits what else the base holds: open it and save it again.") % record
        ) from error


def check_current(record: Publishable, revision: BaseRevision) -> None:
    """Refuse a change that was made from a version that readers no longer see."""
    seen = revision.snapshot.get("versions", {})
    if revision.base != record.version and record.state == State.WITHDRAWN:
        raise StepRefused(
            _("“%s” was withdrawn since this was written: compare both, and save it again.")
            % record
        )
    if revision.base != record.version or seen != _versions(record):
        raise StepRefused(
            _("“%s” was published since this was written: compare both, and save it again.")
            % record
        )


@transaction.atomic
def withdraw(record: Publishable, user, reason: str) -> None:
    """Take it back from readers, who are told the reason."""
    demand(user, PUBLISH)
    record = locked(record)
    if record.state != State.PUBLISHED:
        raise StepRefused(_("“%s” is not published.") % record)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason: readers will see it.")})
    publication.withdraw([record], user, reason)


@transaction.atomic
def discard(record: Publishable, user) -> None:
    """Discard a change beside what readers see; the history keeps it."""
    record = locked(record)
    if record.published_at is None:
        raise StepRefused(_("“%s” was never published: delete it instead.") % record)
    if not may_discard(record, user):
        raise PermissionDenied
    _open(record)
    record.revisions.open().update(state=BaseRevision.State.DROPPED)


@transaction.atomic
def restore_version(record: Publishable, version: BaseRevision, user, reason: str) -> None:
    """Write an earlier version anew, as a draft; raises ValidationError where that changes nothing
    or no longer fits the base."""
    record = locked(record)
    if record.published_at is None:
        restore(record, version.snapshot)
        if not save_draft(record, user, reason):
            raise ValidationError(_("Nothing has changed."))
        return
    before = open_revision(record)
    after = change_pending(
        record, lambda row: restore(row, version.snapshot, trying=True), user, reason
    )
    if after == before:
        raise ValidationError(_("Nothing has changed."))


def problems(record: Publishable, revision: BaseRevision | None) -> list[str]:
    """What would keep the record, as it is written, from being published, in words."""
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


# What saving a record may make beside it.
SIDE_ROWS = (Passage, Relation)


def newest_keys() -> dict[type[models.Model], int]:
    """The newest keys of what saving a record may make beside it."""
    return {
        model: model.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
        for model in SIDE_ROWS
    }


def side_rows_since(keys: dict[type[models.Model], int]) -> list[models.Model]:
    """The passages and pairs with newer keys, whole."""
    rows = []
    for model, newest_key in keys.items():
        names = ("source",) if model is Passage else ("country_a", "country_b")
        rows += model.objects.filter(pk__gt=newest_key).select_related(*names)
    return rows


def create_side_rows(rows: list[models.Model]) -> None:
    """Make those of these passages and pairs that are not there, as after a trial."""
    for row in rows:
        if type(row).objects.filter(pk=row.pk).exists():
            continue
        if isinstance(row, Relation):
            Relation.objects.get_or_create_pair(row.country_a, row.country_b)
        elif not Passage.objects.filter(source=row.source, locator=row.locator).exists():
            passage = Passage(**snapshot(row) | {"source": row.source})
            # Finds its place in the text again.
            passage.full_clean()
            passage.save()


def _open(record: Publishable) -> BaseRevision:
    revision = open_revision(record)
    if revision is None and record.state == State.PUBLISHED:
        raise StepRefused(_("“%s” is published and has no pending change.") % record)
    if revision is None:
        raise StepRefused(_("“%s” has no pending change.") % record)
    return revision


def _mark(record: Publishable, state: str) -> None:
    """The state of a row that readers have not seen; what they see stays published."""
    record.common().objects.filter(pk=record.pk, published_at=None).update(state=state)
