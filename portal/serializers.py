"""The public serialization of timeline entries of any kind."""

from relations import serializers
from relations.models import Kind
from treaties.serializers import action


def entry(row) -> dict:
    return action(row) if row.kind == Kind.ACTION else serializers.record(row)
