"""Publishing and withdrawing in tests, in one call for a row or for a queryset."""

from django.db.models import Manager, QuerySet

from relations import publication
from relations.models import Record
from relations.models.record import as_subclasses


def publish(rows, user=None, reason=""):
    """Save a row and publish it, or publish all of a queryset as a list is published."""
    if isinstance(rows, (Manager, QuerySet)):
        publication.publish_all(rows.all(), user, reason)
    else:
        publication.publish([_saved(rows)], user, reason)


def withdraw(rows, user=None, reason=""):
    """Save a row and withdraw it, or withdraw all of a queryset."""
    if isinstance(rows, (Manager, QuerySet)):
        rows = rows.all()
        rows = as_subclasses(rows, with_related=True) if rows.model is Record else list(rows)
        publication.withdraw(rows, user, reason)
    else:
        publication.withdraw([_saved(rows)], user, reason)


def _saved(row):
    row.save()
    return row
