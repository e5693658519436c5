"""The way of a figure or a good to its readers: one writes and submits it, another publishes it, or
sends it back. It has no versions beside it; who did what stands in the admin's log."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from relations import workflow
from relations.models import State
from relations.workflow import StepRefused, demand, written_by_people
from trade.models import Figure, Statement, TradedGood

MODELS = (Figure, TradedGood)
# In the log, whatever the language of who took the step.
SUBMITTED, PUBLISHED, SENT_BACK = "Submitted for review", "Published", "Sent back: "
# Steps that others take are no writing, nor is saving it unchanged.
WROTE = Q(action_flag=ADDITION) | Q(change_message__startswith="[{") | Q(change_message=SUBMITTED)


def entries(statement: Statement) -> QuerySet:
    """What the admin's log says of a statement, the newest first."""
    kind = get_content_type_for_model(statement)
    return LogEntry.objects.filter(content_type=kind, object_id=str(statement.pk)).order_by("-pk")


def authors(statement: Statement) -> set[int]:
    """The keys of those who wrote any of it, or handed it over."""
    return set(entries(statement).filter(WROTE).values_list("user", flat=True))


def written_by(model: type[Statement], user) -> QuerySet:
    """The keys of the statements of which somebody wrote any."""
    return written_by_people(model, WROTE, user=user)


def waiting(model: type[Statement]) -> QuerySet:
    """What people have submitted; what is of imported lists is not among them."""
    return model.objects.filter(state=State.IN_REVIEW, pk__in=written_by_people(model)).for_pages()


def for_reviewer(model: type[Statement], user) -> QuerySet:
    """What waits for this user, to be published or sent back."""
    if not user.has_perm(workflow.REVIEW):
        return model.objects.none()
    return waiting(model).exclude(pk__in=written_by(model, user))


def drafts(model: type[Statement], user) -> QuerySet:
    return model.objects.filter(state=State.DRAFT, pk__in=written_by(model, user)).for_pages()


def remarks(rows: list[Statement]) -> dict[int, tuple[str, str]]:
    """Of drafts of one model those that were sent back: by whom, and what is to be done."""
    drafts = {str(row.pk): row.pk for row in rows if row.state == State.DRAFT}
    if not drafts:
        return {}
    sent = LogEntry.objects.filter(
        content_type=get_content_type_for_model(rows[0]),
        object_id__in=drafts,
        change_message__startswith=SENT_BACK,
    )
    # Of several the last stays.
    return {
        drafts[entry.object_id]: (str(entry.user), entry.change_message.removeprefix(SENT_BACK))
        for entry in sent.select_related("user").order_by("pk")
    }


def problems(statement: Statement) -> list[str]:
    """What its evidence lacks, in words."""
    found = []
    if not statement.place:
        found.append(_("No place in the source is named."))
    if statement.passage_id and statement.passage.anchoring == "mismatch":
        found.append(_("The words copied from the source do not stand in its text."))
    return found


@transaction.atomic
def submit(statement: Statement, user) -> None:
    """Hand it over to those who publish."""
    statement = _locked(statement)
    if statement.state in (State.IN_REVIEW, State.PUBLISHED):
        raise StepRefused(_("“%s” is in review or published already.") % statement)
    if statement.state == State.WITHDRAWN:
        raise StepRefused(
            _("“%s” was withdrawn: a publisher who did not write it brings it back.") % statement
        )
    _of(statement).submit()
    _log(statement, user, SUBMITTED)


@transaction.atomic
def send_back(statement: Statement, user, remark: str) -> None:
    """Give it back to its author, saying what is to be done."""
    demand(user, workflow.REVIEW)
    statement = _locked(statement)
    _check_waiting(statement)
    _check_other(statement, user)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what is to be done.")})
    _of(statement).update(state=State.DRAFT)
    _log(statement, user, SENT_BACK + remark.strip())


@transaction.atomic
def publish(statement: Statement, user, typed: bool = False) -> None:
    """Show it to readers. It takes two people, or one who may publish alone; `typed` where this
    one has just written in its form, which the log tells only later."""
    demand(user, workflow.PUBLISH)
    statement = _locked(statement)
    if not user.has_perm(workflow.ALONE):
        _check_other(statement, user, typed)
        # What readers have seen stays at its address until it is brought back.
        if statement.state != State.WITHDRAWN:
            _check_waiting(statement)
    _of(statement).publish(user)
    _log(statement, user, PUBLISHED)


def withdraw(statement: Statement, user, reason: str) -> None:
    """Take it back from readers, who find the reason."""
    demand(user, workflow.PUBLISH)
    _of(statement).withdraw(user, reason)


def _of(statement) -> QuerySet:
    return type(statement).objects.filter(pk=statement.pk)


def _locked(statement) -> Statement:
    return type(statement).objects.select_for_update().get(pk=statement.pk)


def _check_waiting(statement) -> None:
    if statement.state != State.IN_REVIEW:
        raise StepRefused(_("“%s” has not been submitted for review.") % statement)


def _check_other(statement, user, typed=False) -> None:
    if typed or user.pk in authors(statement):
        raise StepRefused(_("You wrote this yourself: somebody else publishes it."))


def _log(statement, user, message) -> None:
    LogEntry.objects.create(
        user=user,
        content_type=get_content_type_for_model(statement),
        object_id=str(statement.pk),
        object_repr=str(statement)[:200],
        action_flag=CHANGE,
        change_message=message,
    )
