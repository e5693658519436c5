"""Preview the page of a row as if its latest draft were published."""

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import resolve
from django.utils import timezone

from core.models import Proposable
from relations import publication, workflow
from relations.models import State
from relations.models.publishable import Publishable
from relations.models.restoring import restore
from relations.models.revision import BaseRevision


def preview(request, record: Publishable, revision: BaseRevision | None):
    """The rendered response to a reader if the latest draft of a record were published.

    For a transaction that is rolled back.
    """
    record = type(record).objects.get(pk=record.pk)
    whole_record = record.part_of()
    if whole_record and whole_record.published_at is None:
        return preview(request, whole_record, workflow.open_revision(whole_record))
    if revision and record.published_at:
        restore(record, revision.snapshot, trying=True)
        record = type(record).objects.get(pk=record.pk)
    if isinstance(record, Proposable):
        return as_readers_see(request, record.get_absolute_url())
    rows = [row for row in record.together() if row.state != State.WITHDRAWN or row is record]
    for row in rows:
        row.state, row.published_at = State.PUBLISHED, row.published_at or timezone.now()
    record.common().objects.bulk_update(rows, ["state", "published_at"])
    publication.update_derived(rows)
    return as_readers_see(request, record.get_absolute_url())


def as_readers_see(request, address: str):
    """The rendered response to a reader at an address, from the current database."""
    request.user = AnonymousUser()
    while True:
        address, _sign, query = address.partition("#")[0].partition("?")
        request.path = request.path_info = address
        request.GET = QueryDict(query)
        match = resolve(address)
        response = match.func(request, *match.args, **match.kwargs)
        if response.status_code not in (301, 302):
            response.context_data["preview"] = True
            return response.render()
        address = response.url
