"""Decisions on records of different lists that may be the same: one or many at a time."""

from collections.abc import Iterable
from copy import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.changes import together
from core.models import lock
from desk.merging import check_hands
from relations import merging, workflow
from relations.importers.changing import complete
from relations.models import PossibleDuplicate, Record, State
from relations.models.publishable import PublicationRefused
from relations.models.record import Likeness, as_subclasses

Decision = PossibleDuplicate.Decision


@together()
def decide(
    pairs: Iterable[PossibleDuplicate], decision: str, user, note: str = ""
) -> tuple[int, list[str]]:
    """Decide pairs, each alone. Returns how many were decided, and why others were refused."""
    done, refusals = 0, []
    for pair in pairs:
        try:
            with transaction.atomic():
                _decide(pair, decision, user, note)
            done += 1
        except ValidationError as error:
            refusals += error.messages
    return done, list(dict.fromkeys(refusals))


def _decide(pair: PossibleDuplicate, decision: str, user, note: str) -> None:
    """Decide a pair. Raises PublicationRefused with the reason if the user may not, or if the
    records cannot be merged."""
    lock(PossibleDuplicate.objects, [pair.pk])
    pair = PossibleDuplicate.objects.select_related("one", "other").get(pk=pair.pk)
    if pair.decision == Decision.SAME:
        raise PublicationRefused(_("“%s” has been merged already.") % pair.one)
    one, other = as_subclasses([pair.one, pair.other])
    if not merging.may_merge(user, [one, other]):
        raise PublicationRefused(
            _("Readers see “%s”, so only users who may publish can decide. Ask one of them.") % one
        )
    if decision == Decision.SAME:
        note = note or _("Two lists state it: %(reason)s.") % {"reason": pair.in_words}
        merge_lists(*in_order(one, other), user, note[:300])
        # The merge has decided the pair.
        return
    pair.decide(decision, user, note)
    pair.save()


def in_order(one: Record, other: Record) -> tuple[Record, Record]:
    """The record that stays, and the one that is merged into it: readers keep what they have seen,
    otherwise the earlier record stays."""
    first = other.published_at and not one.published_at or one.state == State.WITHDRAWN
    return (other, one) if first else (one, other)


def merge_lists(kept: Record, other: Record, user, reason: str) -> None:
    """Merge two records of different lists: the one that stays gets the citations, participants and
    steps of the other, with its wording, and what it lacks, such as a finer date.

    Readers see the values that a published record gains once somebody has reviewed them. Raises
    PublicationRefused.
    """
    check_hands(user, kept, other)
    lacking = complete(copy(kept), other)
    _say_what_they_state(kept, other)
    if lacking and kept.published_at is None:
        complete(kept, other)
        kept.save()
    merging.merge(kept, other, user, reason)
    if not lacking or kept.published_at is None:
        return

    def change(row):
        complete(row, other)
        row.save()

    if workflow.change_pending(workflow.locked(kept), change, user, reason):
        revision = workflow.open_revision(kept)
        if revision and revision.state == revision.State.DRAFT:
            workflow.submit(kept, user, reason)


def _say_what_they_state(kept: Record, other: Record) -> None:
    """Store in the citations of a record that is merged what they state, where that differs: the
    date, or the title of a treaty."""
    words = str(other.date) if other.date != kept.date else ""
    if kept.LIKENESS is Likeness.TITLE and other.title != kept.title:
        words = other.title
    if words:
        rows = other.citations.filter(field="", as_stated="").exclude(locator="")
        rows.update(as_stated=words[:300])
