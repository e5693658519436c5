"""The entries of a timeline, which are records of several kinds, in each format of files."""

from core.references import CITED
from core.views import InFormats, ListPage
from portal import serializers
from relations import linked_data, references
from relations.models import Kind
from treaties import linked_data as treaty_data
from treaties import references as treaty_references


def _node(row) -> dict:
    return (treaty_data.action if row.kind == Kind.ACTION else linked_data.record)(row)


def _reference(row):
    return (treaty_references.action if row.kind == Kind.ACTION else references.record)(row)


class EntryFiles(InFormats):
    formats = (*ListPage.formats, *CITED)
    serialize = serializers.entry
    linked_data = _node
    reference = _reference
