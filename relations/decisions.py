"""Editors' decisions on disagreements, and their reopening."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.changes import rows_changed, together
from relations.models import Decision, Disagreement
from relations.models.record import as_subclasses
from relations.publication import update_derived

# The choice of a decision that prefers none of the values.
NONE = "none"


@together()
def decide(disagreement: Disagreement, choice: str, reason: str, user=None) -> None:
    """Prefer one of the values, or NONE of them, for a written reason. Raises ValidationError for
    the field."""
    if choice not in {NONE, *(member["id"] for member in disagreement.members)}:
        raise ValidationError({"choice": _("Choose one of the conflicting values.")})
    choice = "" if choice == NONE else choice
    before = (disagreement.state, disagreement.choice, disagreement.reason)
    if before == (Disagreement.State.DECIDED, choice, reason):
        return
    _record(disagreement, Disagreement.State.DECIDED, choice, reason, user)
    disagreement.choice, disagreement.reason, disagreement.decided_by = choice, reason, user
    _save(disagreement, Disagreement.State.DECIDED)


@together()
def reopen(disagreement: Disagreement, reason: str, user=None) -> None:
    """Take a decision back for a written reason. Raises ValidationError for the field."""
    if disagreement.state != Disagreement.State.DECIDED:
        raise ValidationError({"choice": _("This disagreement is already undecided.")})
    if reason.strip() == disagreement.reason.strip():
        raise ValidationError({"reason": _("Say why the decision no longer stands.")})
    _record(disagreement, Disagreement.State.UNDECIDED, "", reason, user)
    disagreement.choice, disagreement.reason, disagreement.decided_by = "", "", None
    _save(disagreement, Disagreement.State.UNDECIDED)


def _record(disagreement: Disagreement, state: str, choice: str, reason: str, user) -> None:
    """Add a decision to the history."""
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    given = {"choice": choice, "reason": reason, "author": user}
    Decision.objects.create(disagreement=disagreement, state=state, **given)


def _save(disagreement: Disagreement, state: str) -> None:
    """Save the state of a disagreement, and update what depends on it."""
    decided = state == Disagreement.State.DECIDED
    disagreement.state, disagreement.decided_at = state, timezone.now() if decided else None
    disagreement.save()
    rows_changed(disagreement)
    if disagreement.record_id:
        update_derived(as_subclasses([disagreement.record]))
