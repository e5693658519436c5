"""Labels at the ends of lines: wrapped, and moved apart so that none covers another."""

from collections.abc import Sequence
from textwrap import wrap


def wrapped(text: str, most: int, lines: int) -> tuple[str, ...]:
    """The text in lines of at most `most` characters; the last line is cut with an ellipsis if
    the text needs more than this number of lines."""
    found = wrap(text, most)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1][: most - 1].rstrip()}…"]
    return tuple(found)


def spread(labels: Sequence[tuple[float, float]], top: float, bottom: float) -> list[float] | None:
    """The centres of labels, each given as its wanted centre and its height.

    They lie between top and bottom, do not overlap, keep the order of the wanted centres, and move
    as little as possible. None if there is not enough room.
    """
    if sum(height for _centre, height in labels) > bottom - top:
        return None
    order = sorted(range(len(labels)), key=lambda place: labels[place][0])
    # Labels that touch form a block: its members, its wanted tops in sum, and its height.
    blocks = []
    for place in order:
        centre, height = labels[place]
        block = [[place], centre - height / 2, height]
        while blocks and _start(blocks[-1], top, bottom) + blocks[-1][2] > _start(
            block, top, bottom
        ):
            before = blocks.pop()
            wanted = before[1] + block[1] - before[2] * len(block[0])
            block = [before[0] + block[0], wanted, before[2] + block[2]]
        blocks.append(block)
    found = [0.0] * len(labels)
    for block in blocks:
        start = _start(block, top, bottom)
        for place in block[0]:
            height = labels[place][1]
            found[place] = round(start + height / 2, 1)
            start += height
    return found


def _start(block: list, top: float, bottom: float) -> float:
    """The top of a block: the mean of what its members want, within the limits."""
    members, wanted, height = block
    return min(max(wanted / len(members), top), bottom - height)
