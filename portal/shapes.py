"""What the world sees of a timeline entry of any kind."""

from relations import shapes
from relations.models import Kind
from treaties.shapes import action


def entry(row) -> dict:
    return action(row) if row.kind == Kind.ACTION else shapes.record(row)
