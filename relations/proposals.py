"""Published changes of people, organizations and sources (docs/adr/0081-proposals.md)."""

from core.changes import rows_changed
from core.models import Proposable
from relations.publication import save_versions
from relations.takedown import SHOWING, follow_words


def publish_proposal(row: Proposable, user, reason: str, publisher=None) -> None:
    """Save the version of a row that a proposal by a user has changed, and update what depends on
    it."""
    live = row.revisions.live().order_by("-number").first()
    save_versions([row], user, reason, publisher)
    rows_changed(row)
    before = live.snapshot["record"] if live else {}
    if any(name in before and before[name] != getattr(row, name) for name in SHOWING):
        follow_words(row)


def keep_version(row: Proposable, user=None, reason: str = "") -> None:
    """Save a version of a row that was changed in place, if it has versions: a pending proposal is
    then compared with it."""
    if row.version:
        save_versions([row], user, reason)
