"""Saves the accepted cards of a page in one transaction."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desk.workbench.cards import RecordCard
from desk.workbench.figure_cards import FigureCard
from desk.workbench.treaty_cards import TreatyCard
from relations import workflow
from relations.duplicates import add_citations
from relations.models.publishable import Publishable
from relations.models.revision import BaseRevision


class Invalid(Exception):
    """A card cannot be saved; it has the errors. The transaction must be rolled back."""


def save_cards(request, cards: list[RecordCard | FigureCard], submit: bool) -> list[Publishable]:
    """Save the rows of valid cards, or add their citations to existing records, and submit them for
    review if asked. Raises Invalid if any card has errors."""
    # All of them, so that each shows its errors.
    valid = [one.is_valid() for one in cards]
    if not all(valid):
        raise Invalid
    rows, failed = [], False
    for one in cards:
        try:
            rows.append(_saved(request, one, submit))
        except ValidationError as error:
            one.add_error(None, error.messages)
            failed = True
    if failed:
        raise Invalid
    return rows


def _saved(request, card: RecordCard | FigureCard, submit: bool) -> Publishable:
    known = card.known_record() if isinstance(card, RecordCard) else None
    if known:
        return _cited(request, card, known, submit)
    row = card.save_new()
    for added in (*card.new_people, row):
        _log(request, added)
    row = type(row).objects.with_related().get(pk=row.pk)
    if submit:
        workflow.submit(row, request.user)
    else:
        workflow.save_draft(row, request.user, "")
    return row


def _cited(request, card: RecordCard, known, submit: bool) -> Publishable:
    """Add the citations of a card to an existing record, and its steps to an existing treaty."""
    demand = f"{known._meta.app_label}.change_{known._meta.model_name}"
    if not request.user.has_perm(demand):
        raise ValidationError(_("Your account may not change this record."))
    add_citations(known, list(card.citations(known)), request.user)
    if isinstance(card, TreatyCard):
        for step in card.save_steps(known, request.user):
            _log(request, step)
            if submit and known.published_at:
                workflow.submit(step, request.user)
    waiting = workflow.open_revision(known)
    if submit and waiting and waiting.state == BaseRevision.State.DRAFT:
        workflow.submit(known, request.user, waiting.reason)
    return known


def _log(request, row) -> None:
    """Write an addition to the log of the admin, which also updates what follows the change."""
    model_admin = admin.site.get_model_admin(type(row))
    model_admin.log_addition(request, row, [{"added": {}}])
