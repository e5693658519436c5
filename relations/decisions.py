"""An editor's decision on a disagreement."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.changes import pages_changed, together
from relations.models import Disagreement
from relations.models.record import as_subclasses
from relations.publication import update_derived


@together()
def decide(disagreement: Disagreement, choice: str, reason: str, user=None) -> None:
    """Prefer one of the values for a written reason. Raises ValidationError for the field."""
    if choice not in {member["id"] for member in disagreement.members}:
        raise ValidationError({"choice": _("This is not one of the rival values.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    pages_changed()
    disagreement.choice, disagreement.reason, disagreement.decided_by = choice, reason, user
    disagreement.state, disagreement.decided_at = Disagreement.State.DECIDED, timezone.now()
    disagreement.save()
    if disagreement.record_id:
        update_derived(as_subclasses([disagreement.record]))
