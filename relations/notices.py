"""Mails to the author of a change that others have sent back, approved or published."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from relations.models.revision import BaseRevision

logger = logging.getLogger(__name__)


class Outcome(models.TextChoices):
    """What has happened to a change."""

    SENT_BACK = "sent_back", gettext_lazy("%(who)s has sent “%(record)s” back to you.")
    APPROVED = "approved", gettext_lazy("%(who)s has approved “%(record)s”.")
    PUBLISHED = "published", gettext_lazy("%(who)s has published “%(record)s”.")


# The notices inside `one_mail_each` so far: recipient and text.
_waiting: ContextVar[list[tuple[str, str]] | None] = ContextVar("waiting", default=None)


def tell_author(revision: BaseRevision, user, outcome: Outcome) -> None:
    """Mail the author once the transaction is committed, unless the user is the author or the
    author has no address."""
    author = revision.author
    if author is None or author == user or not (author.is_active and author.email):
        return
    # In the language of the site: that of the author is not known.
    with override(settings.LANGUAGE_CODE):
        lines = [str(outcome.label) % {"record": revision.record, "who": user}]
        if outcome == Outcome.SENT_BACK:
            lines += filter(None, [revision.remark])
            lines += (f"{label}: {text}" for label, text in revision.remarks_in_words())
    notice = author.email, "\n".join(lines)
    if (waiting := _waiting.get()) is not None:
        waiting.append(notice)
    else:
        transaction.on_commit(partial(_send, [notice]))


@contextmanager
def one_mail_each() -> Iterator[None]:
    """Send each author one mail about all steps that are taken inside it."""
    notices = []
    before = _waiting.set(notices)
    try:
        yield
    finally:
        _waiting.reset(before)
    if notices:
        transaction.on_commit(partial(_send, notices))


def _send(notices: list[tuple[str, str]]) -> None:
    """Send the mails; log an error of the mail server, which never fails the step."""
    by_author = {}
    for address, text in notices:
        by_author.setdefault(address, []).append(text)
    with override(settings.LANGUAGE_CODE):
        mails = [EmailMessage(*_mail(texts), to=[address]) for address, texts in by_author.items()]
    try:
        get_connection().send_messages(mails)
    except Exception:
        logger.exception("No mail could be sent to %d authors.", len(mails))


def _mail(texts: list[str]) -> tuple[str, str]:
    """The subject and the text of a mail with these notices."""
    subject = texts[0].splitlines()[0]
    if len(texts) > 1:
        subject = ngettext("%d of your changes", "%d of your changes", len(texts)) % len(texts)
    desk = settings.SITE_URL and settings.SITE_URL + reverse("admin:index")
    closing = _("The status of your changes: %s") % desk if desk else ""
    return subject, "\n\n".join(filter(None, [*texts, closing]))
