"""Forms that have added a row, so that sending one again does not add a second."""

from datetime import timedelta

from django.utils import timezone

from core.models import SubmittedForm
from core.snapshot import digest
from core.unsaved import page_of
from core.uploads import KEPT


def sent(request) -> str:
    """A digest of the values and files of a form."""
    values = sorted(pair for pair in request.POST.lists() if pair[0] != "csrfmiddlewaretoken")
    lists = request.FILES.lists()
    files = sorted((name, file.name, file.size) for name, each in lists for file in each)
    return digest([values, files])


def saved_before(request) -> SubmittedForm | None:
    """What the same page of a form has added before; None if nothing."""
    token = page_of(request.POST)
    return SubmittedForm.objects.filter(token=token, user=request.user).first() if token else None


def remember_sent(request, obj, address: str) -> None:
    """Remember that a form has added a row; forms of the day before are forgotten. Raises
    IntegrityError if the form was sent twice at the same time."""
    if token := page_of(request.POST):
        day = timezone.now() - timedelta(seconds=KEPT)
        SubmittedForm.objects.filter(at__lt=day).delete()
        SubmittedForm.objects.create(
            token=token,
            user=request.user,
            sent=sent(request),
            name=str(obj)[:300],
            address=address,
        )
