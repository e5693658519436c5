"""The primary key of an entry: its place among equally relevant results.

It consists of the kind, a weight, the primary key of the row and the part, in this order.
"""

from search.models import Kind

# The bits of a row, a part and a weight in the place of an entry.
ROW_BITS, PART_BITS, WEIGHT_BITS = 32, 14, 10


def span(kind: Kind) -> tuple[int, int]:
    """The first and the last possible place of entries of a kind."""
    bits = WEIGHT_BITS + ROW_BITS + PART_BITS
    number = list(Kind).index(kind)
    return number << bits, ((number + 1) << bits) - 1


def row_of(place: int) -> int:
    """The primary key of the row in the place of an entry."""
    return place >> PART_BITS & ((1 << ROW_BITS) - 1)


def weight(place: int) -> int:
    """The weight in the place of an entry."""
    return place >> (ROW_BITS + PART_BITS) & ((1 << WEIGHT_BITS) - 1)
