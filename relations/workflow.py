"""The way of a record to its readers: draft, in review, approved, published, withdrawn.

What readers have not seen is changed in place; what they have seen is changed beside it, as an
open revision that they do not see until it is published. Each step is one function that says
who may take it.
"""

from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.forms import KEY
from core.snapshot import changes, digest, rolled_back, snapshot, whole
from relations.models import FormerAddress, Record, Relation, Revision, State
from relations.models.record import (
    SHOWN,
    PublicationRefused,
    as_subclasses,
    follow,
    keep_versions,
    missing_evidence,
)
from relations.models.restoring import restore
from sources.models import Passage

REVIEW = "relations.review_record"
PUBLISH = "relations.publish_record"
ALONE = "relations.publish_alone_record"


class StepRefused(PublicationRefused):
    """The record is not where this step begins, or the step is another person's to take."""


def demand(user, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def may_drop(record: Record, user) -> bool:
    """Whether somebody may give up a change: its authors may, and who reviews."""
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
    if "withdrawal" in names:
        return {"state__in": SHOWN}
    return {}


def written_by_people(model: type[models.Model], *asked, **values) -> models.QuerySet:
    """The keys of the rows that people wrote, by the admin's log, or of the entries in it that are
    asked for; imported lists leave none."""
    log = LogEntry.objects.filter(
        *asked,
        **values,
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        object_id__regex=f"^{KEY.pattern}$",
    )
    return log.values(key=Cast("object_id", models.BigIntegerField()))


def locked(record: Record) -> Record:
    """The record as it now is, which nobody else changes until the end of the transaction."""
    # The treaty first, as who publishes it locks them: so neither waits for the other.
    for row in filter(None, (record.part_of(), record)):
        Record.objects.select_for_update().get(pk=row.pk)
    return as_subclasses([record], whole=True)[0]


def edition(record: Record) -> str:
    """What is another text after each change of the record or of its steps, and after each step
    of what waits."""
    rows = Revision.objects.filter(record__in=[row.pk for row in record.together()])
    newest = rows.aggregate(newest=models.Max("pk"))["newest"] or 0
    waiting = rows.open().order_by("pk").values_list("pk", "state", "reviewed_at")
    return digest([newest, *([pk, state, str(at or "")] for pk, state, at in waiting)])


def open_revision(record: Record) -> Revision | None:
    """What an editor has written of the record and readers do not see."""
    return Revision.objects.open().filter(record=record.pk).select_related("author").first()


def content(record: Record, revision: Revision | None) -> dict:
    """The record as editors last left it."""
    beside = revision and record.published_at
    return revision.snapshot if beside else whole(record)


def authors(record: Record) -> set[int]:
    """The keys of those who wrote what readers do not see yet, of the record or of steps that go
    to readers with it."""
    rows = Revision.objects.filter(record=record.pk)
    over = rows.filter(state__in=[Revision.State.LIVE, Revision.State.DROPPED])
    last = over.aggregate(number=models.Max("number"))["number"] or 0
    steps = record.parts().filter(published_at=None).values("pk")
    rows = Revision.objects.filter(
        models.Q(record=record.pk, number__gt=last) | models.Q(record__in=steps)
    )
    return set(rows.filter(author__isnull=False).values_list("author", flat=True))


def settle(record: Record, user, reason: str) -> None:
    """Keep a version of what readers have not seen; what was in review is a draft again, and so
    is the treaty that a step goes to readers with."""
    _mark(record, State.DRAFT)
    record = type(record).objects.get(pk=record.pk)
    record.revise(user, reason)
    whole_record = record.part_of()
    if whole_record and whole_record.published_at is None:
        settle(whole_record, user, reason)


@transaction.atomic
def keep_beside(
    record: Record, values: dict, user, reason: str, base: int | None = None
) -> Revision | None:
    """Keep a change of what readers have seen beside it; None where it changes nothing.

    `base` is the version that it was made from: the present one, unless another is given.
    """
    rows = Revision.objects.filter(record=record.pk)
    before = open_revision(record)
    # Without any change it can be looked at anew, or be brought back from a withdrawal.
    asked = before.base != record.version if before else record.state == State.WITHDRAWN
    if not asked and not changes(type(record), content(record, before), values):
        return before
    rows.open().update(state=Revision.State.SUPERSEDED)
    number = rows.aggregate(newest=models.Max("number"))["newest"] or 0
    return Revision.objects.create(
        record_id=record.pk,
        number=number + 1,
        author=user,
        reason=reason,
        base=record.version if base is None else base,
        state=Revision.State.DRAFT,
        snapshot=values | {"versions": _versions(record)},
    )


@transaction.atomic
def change_beside(record: Record, change, user, reason: str) -> Revision | None:
    """Keep beside a record, and what waits there, what `change` makes of its row."""
    keys, waiting = newest(), open_revision(record)
    with rolled_back():
        row = type(record).objects.get(pk=record.pk)
        if waiting:
            restore(row, waiting.snapshot, trying=True)
        change(row)
        values, made = whole(type(record).objects.get(pk=record.pk)), made_since(keys)
    obtain_besides(made)
    return keep_beside(record, values, user, reason, waiting and waiting.base)


def _versions(record: Record) -> dict[str, int]:
    """The versions of the steps that are published with a record, by identifier."""
    return {row.slug: row.version for row in record.together() if row.pk != record.pk}


@transaction.atomic
def submit(record: Record, user, reason: str = "") -> Revision:
    """Hand over what is written to a reviewer."""
    record = locked(record)
    _check_whole(record)
    if FormerAddress.objects.filter(record__isnull=False, slug=record.slug).exists():
        raise StepRefused(_("“%s” is merged with another, to which its address leads.") % record)
    if record.published_at is None and open_revision(record) is None:
        record.state = State.DRAFT
        keep_versions([record], user, reason)
    revision = _open(record)
    if revision.state == Revision.State.PENDING:
        raise StepRefused(_("“%s” is in review already.") % record)
    revision.state, revision.reviewer, revision.reviewed_at = Revision.State.PENDING, None, None
    revision.reason = reason or revision.reason
    revision.save(update_fields=["state", "reviewer", "reviewed_at", "reason"])
    _mark(record, State.IN_REVIEW)
    return revision


@transaction.atomic
def send_back(record: Record, user, remark: str) -> Revision:
    """Give it back to its author, saying what is to be done."""
    revision = _reviewed(record, user)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what is to be done.")})
    revision.state, revision.remark = Revision.State.REJECTED, remark
    revision.save(update_fields=["state", "remark", "reviewer", "reviewed_at"])
    _mark(record, State.DRAFT)
    return revision


@transaction.atomic
def approve(record: Record, user) -> Revision:
    """Agree with it; a publisher may then publish it."""
    revision = _reviewed(record, user)
    revision.save(update_fields=["reviewer", "reviewed_at"])
    return revision


def _reviewed(record: Record, user) -> Revision:
    """What waits for review, marked as looked at by somebody who did not write it."""
    demand(user, REVIEW)
    record = locked(record)
    revision = _open(record)
    if revision.state != Revision.State.PENDING:
        raise StepRefused(_("“%s” is not in review.") % record)
    if user.pk in authors(record):
        raise StepRefused(_("You wrote this yourself: it takes somebody else to review it."))
    revision.reviewer, revision.reviewed_at = user, timezone.now()
    return revision


@transaction.atomic
def publish(record: Record, user, reason: str = "") -> None:
    """Show readers what is written; raises PublicationRefused, saying why not.

    It takes two people: what one has written another has approved, or publishes. Who may
    publish alone need not wait for review; that no other has looked at it stays on record.
    """
    demand(user, PUBLISH)
    record = locked(record)
    _check_whole(record)
    revision = open_revision(record)
    if revision is None and record.state == State.WITHDRAWN:
        raise StepRefused(
            _("“%s” was withdrawn: save it anew and say why, for another to look at.") % record
        )
    if revision is None:
        if record.published_at and not user.has_perm(ALONE):
            raise StepRefused(_("“%s” is published, and no change of it waits.") % record)
        record.publish(user, reason)
        return
    if not user.has_perm(ALONE):
        if record.published_at is None and _differs(record, revision):
            raise StepRefused(
                _("“%s” has changed since it was submitted: open it, and submit it again.") % record
            )
        if revision.state != Revision.State.PENDING:
            raise StepRefused(_("“%s” has not been submitted for review.") % record)
        if user.pk in authors(record) and not revision.approved:
            raise StepRefused(_("You wrote this yourself: somebody else has to approve it."))
    if not revision.approved:
        # Who publishes what others wrote is the second to have looked at it.
        second = None if user.pk in authors(record) else user
        revision.reviewer, revision.reviewed_at = second, second and timezone.now()
    _land(record, revision, reason or revision.reason)


def _differs(record: Record, revision: Revision) -> bool:
    """Whether what goes to readers is another than what a reviewer has before them."""
    state = capfirst(Record._meta.get_field("state").verbose_name)
    found = changes(type(record), revision.snapshot, whole(record))
    return any(change.field != state for change in found)


def _check_whole(record: Record) -> None:
    """Refuse a step that would go to readers before its treaty."""
    other = record.part_of()
    if other and other.published_at is None:
        raise StepRefused(
            _("“%(step)s” goes to readers with “%(whole)s”: submit and publish that.")
            % {"step": record, "whole": other}
        )


def _land(record: Record, revision: Revision, reason: str) -> None:
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
        keep_versions(steps, revision.author, reason)
        follow(steps)
    record.publish(revision.author, reason)
    seen = {"reviewer": revision.reviewer, "reviewed_at": revision.reviewed_at}
    record.revisions.filter(number=record.version).update(**seen)


def _restored(record: Record, revision: Revision) -> list[Record]:
    try:
        with transaction.atomic():
            return restore(record, revision.snapshot)
    except ValidationError as error:
        raise PublicationRefused(error.messages) from error
    except IntegrityError as error:
        raise PublicationRefused(
            _("“%s” no longer fits what else the base holds: open it and save it again.") % record
        ) from error


def check_current(record: Record, revision: Revision) -> None:
    """Refuse a change that was made from a version that readers no longer see."""
    seen = revision.snapshot.get("versions", {})
    if revision.base != record.version and record.state == State.WITHDRAWN:
        raise StepRefused(
            _("“%s” was withdrawn since this was written: look at both, and save it again.")
            % record
        )
    if revision.base != record.version or seen != _versions(record):
        raise StepRefused(
            _("“%s” was published anew since this was written: look at both, and save it again.")
            % record
        )


@transaction.atomic
def withdraw(record: Record, user, reason: str) -> None:
    """Take it back from readers, who are told the reason."""
    demand(user, PUBLISH)
    record = locked(record)
    if record.state != State.PUBLISHED:
        raise StepRefused(_("“%s” is not published.") % record)
    if not reason.strip():
        raise ValidationError({"reason": _("Readers are told why: give the reason.")})
    record.withdraw(user, reason)


@transaction.atomic
def drop(record: Record, user) -> None:
    """Give up a change beside a published record; the history keeps it."""
    record = locked(record)
    if record.published_at is None:
        raise StepRefused(_("“%s” was never published: delete it instead.") % record)
    if not may_drop(record, user):
        raise PermissionDenied
    _open(record)
    Revision.objects.open().filter(record=record.pk).update(state=Revision.State.DROPPED)


def problems(record: Record, revision: Revision | None) -> list[str]:
    """What would keep the record, as it is written, from being published, in words."""
    found = []
    try:
        with rolled_back():
            record = type(record).objects.get(pk=record.pk)
            if revision and record.published_at:
                restore(record, revision.snapshot, trying=True)
            rows = [row for row in record.together() if row.state != State.WITHDRAWN]
            found += [words for lines in missing_evidence(rows).values() for words in lines]
            record.check_sound(rows)
    except ValidationError as error:
        found += error.messages
    return found


# What saving a record may make beside it.
MADE_BESIDES = (Passage, Relation)


def newest() -> dict[type[models.Model], int]:
    """The newest keys of what saving a record may make beside it."""
    return {
        model: model.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
        for model in MADE_BESIDES
    }


def made_since(keys: dict[type[models.Model], int]) -> list[models.Model]:
    """The passages and pairs with newer keys, whole."""
    rows = []
    for model, newest_key in keys.items():
        names = ("source",) if model is Passage else ("country_a", "country_b")
        rows += model.objects.filter(pk__gt=newest_key).select_related(*names)
    return rows


def obtain_besides(rows: list[models.Model]) -> None:
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


def _open(record: Record) -> Revision:
    revision = open_revision(record)
    if revision is None and record.state == State.PUBLISHED:
        raise StepRefused(_("“%s” is published, and no change of it waits.") % record)
    if revision is None:
        raise StepRefused(_("Of “%s” there is nothing that waits.") % record)
    return revision


def _mark(record: Record, state: str) -> None:
    """The state of a record that readers have not seen; what they see stays published."""
    Record.objects.filter(pk=record.pk, published_at=None).update(state=state)
