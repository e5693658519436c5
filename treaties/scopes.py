"""The scopes of pages about treaties; see relations/scopes.py."""

from relations.models import Record
from relations.scopes import SHARED
from treaties.family import linked
from treaties.models import Treaty


def of_treaty(slug: str, **_arguments) -> tuple[str, ...]:
    """The scopes of a treaty's page, which shows its family: those of the pairs of all of these."""
    treaty = Treaty.objects.filter(slug=slug).values_list("pk", flat=True).first()
    family = Record.objects.filter(pk__in=linked(treaty) if treaty else (), relation__isnull=False)
    pairs = family.order_by("relation__slug").values_list("relation__slug", flat=True).distinct()
    return (*(f"pair:{pair}" for pair in pairs), *SHARED)
