"""Steps of the workflow that users take in the admin, with messages about what happened."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import ngettext

from relations import workflow
from relations.notices import one_mail_each
from relations.possible_duplicates import without_undecided
from relations.release import release


def attempt(model_admin, request, step, rows, *given, said="") -> int:
    """Take a step on each row, show why rows were refused, and return how many succeeded.
    `said` follows the reasons."""
    taken, refused = 0, []
    with one_mail_each():
        for row in rows:
            try:
                with transaction.atomic():
                    step(row, request.user, *given)
                taken += 1
            except ValidationError as error:
                refused += error.messages
    if refused:
        words = [*refused[:10], *filter(None, [said])]
        model_admin.message_user(request, " ".join(map(str, words)), messages.ERROR)
    if taken:
        model_admin.message_user(request, step_message(step, taken), messages.SUCCESS)
    return taken


def leave_undecided(model_admin, request, rows):
    """The rows to publish together, without those that may repeat others, about which the user
    gets a message."""
    rows, held = without_undecided(rows)
    if held:
        words = ngettext(
            "%d record may repeat a record of another list. Decide under “Possible duplicates” "
            "first.",
            "%d records may repeat records of other lists. Decide under “Possible duplicates” "
            "first.",
            held,
        )
        model_admin.message_user(request, words % held, messages.WARNING)
    return rows


def step_message(step, count: int) -> str:
    if step == workflow.publish:
        return ngettext("%d published.", "%d published.", count) % count
    if step == workflow.submit:
        return ngettext("%d submitted for review.", "%d submitted for review.", count) % count
    if step == release:
        return ngettext("%d released to readers.", "%d released to readers.", count) % count
    return ngettext("%d withdrawn.", "%d withdrawn.", count) % count
