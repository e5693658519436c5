"""Saves the accepted cards of a page in one transaction."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from desk.workbench.cards import RecordCard
from desk.workbench.figure_cards import FigureCard
from desk.workbench.treaty_cards import TreatyCard
from extraction.coverage import cited_passages
from relations import workflow
from relations.duplicates import add_citations
from relations.models import Person, Record, Revision
from relations.models.publishable import Publishable
from relations.models.revision import BaseRevision
from treaties.models import TreatyAction

CITED = _("A record already cites these words. Reject or untick this suggestion.")


class Invalid(Exception):
    """A card cannot be saved; it has the errors. The transaction must be rolled back."""


def save_cards(request, cards: list[RecordCard | FigureCard], submit: bool) -> list[Publishable]:
    """Save the rows of valid cards, or add their citations to existing records, and submit them for
    review if asked. Raises Invalid if any card has errors. The caller has locked the text."""
    # All of them, so that each shows its errors.
    valid = [one.is_valid() for one in cards]
    if not all(valid):
        raise Invalid
    rows, failed, cited = [], False, set()
    if cards:
        cited = cited_passages(cards[0].source, public=False)
    for one in cards:
        kind, values = one.prefix.partition("-")[0], one.cleaned_data
        try:
            if (kind, values["start"], values["end"]) in cited:
                raise ValidationError(CITED)
            rows.append(_saved(request, one, submit))
        except ValidationError as error:
            one.add_error(None, error.messages)
            failed = True
    if failed:
        raise Invalid
    return rows


def may_add(user, model) -> bool:
    """Whether a user may add rows of a model."""
    return user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}")


def _demand(user, permission: bool, words: str) -> None:
    if not permission:
        raise ValidationError(words)


def _saved(request, card: RecordCard | FigureCard, submit: bool) -> Publishable:
    user, model = request.user, card._meta.model
    known = card.known_record() if isinstance(card, RecordCard) else None
    if known:
        return _cited(request, card, known, submit)
    _demand(
        user, may_add(user, model), _("Your account is not allowed to add records of this kind.")
    )
    row = card.save_new()
    if card.new_people:
        _demand(user, may_add(user, Person), _("Your account is not allowed to add people."))
    for added in (*card.new_people, row):
        _log(request, added)
    row = type(row).objects.with_related().get(pk=row.pk)
    if submit:
        workflow.submit(row, user)
    else:
        workflow.save_draft(row, user, "")
    return row


def _cited(request, card: RecordCard, known: Record, submit: bool) -> Publishable:
    """Add the citations of a card to an existing record, and its steps to an existing treaty. A
    change that somebody has not finished is not submitted with them."""
    user, meta = request.user, known._meta
    permission = user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
    _demand(user, permission, _("Your account is not allowed to change this record."))
    steps = TreatyAction.objects.filter(treaty=known.pk).exclude(published_at=None)
    before = Revision.objects.open().filter(
        record__in=[known.pk, *steps.values_list("pk", flat=True)]
    )
    unfinished = set(before.values_list("record", flat=True))
    add_citations(known, list(card.citations(known)), user)
    touched: list[Record] = [known]
    if isinstance(card, TreatyCard):
        touched += card.save_steps(known, user)
        for step in card.new_steps:
            _log(request, step)
    # The steps of a treaty that readers have not seen are submitted with it.
    ready = {row.pk: row for row in touched if row is known or known.published_at}
    waiting = Revision.objects.open().filter(record__in=ready.keys() - unfinished)
    for revision in waiting.filter(state=BaseRevision.State.DRAFT) if submit else ():
        workflow.submit(ready[revision.record_id], user, revision.reason)
    return known


def _log(request, row) -> None:
    """Write an addition to the log of the admin, which also updates what follows the change."""
    model_admin = admin.site.get_model_admin(type(row))
    model_admin.log_addition(request, row, [{"added": {}}])
