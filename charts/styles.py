"""Colours and marks of series, the same on a whole page."""

from collections.abc import Iterable
from dataclasses import dataclass

# The marks, about 12 units wide around the origin.
SHAPES = (
    "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0z",
    "M-5,-5h10v10h-10z",
    "M0,-6L6,5H-6z",
    "M0,-6.5L6.5,0L0,6.5L-6.5,0z",
    "M-6,-5H6L0,6z",
    "M-5.5,-2v4h3.5v3.5h4v-3.5h3.5v-4h-3.5v-3.5h-4v3.5z",
)
# The light colours of the tokens --series-1 to --series-6, for files; on pages the tokens win.
COLOURS = ("#0a5076", "#a3471a", "#5a3fa0", "#4b6a12", "#8c1c5d", "#6a5312")
DASHES = ("", "7 4", "2 4")
SMALL = 0.6


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a series: the numbers of its colour and of its mark, from 1. `variant` is not 0
    if the chart has other series with both: its line is dashed, and its marks are smaller."""

    colour: int = 1
    mark: int = 1
    variant: int = 0

    @property
    def hex(self) -> str:
        return COLOURS[self.colour - 1]

    @property
    def shape(self) -> str:
        return SHAPES[self.mark - 1]

    @property
    def dash(self) -> str:
        return DASHES[min(self.variant, len(DASHES) - 1)]

    @property
    def scale(self) -> float:
        return SMALL if self.variant else 1


class Styles:
    """The styles of a page: each key has a colour and a mark, by its place in the given order.

    There are six of each. From the seventh key on, colours repeat with another mark.
    """

    def __init__(self, keys: Iterable[str]):
        self.places = {key: place for place, key in enumerate(dict.fromkeys(keys))}

    def style(self, key: str, colour_of: str = "") -> Style:
        """The style of a key; or its mark in the colour of another key. An unknown key takes the
        next free place."""
        place = self._place(key)
        colour = self._place(colour_of) if colour_of else place
        mark = (place + place // len(SHAPES)) % len(SHAPES)
        return Style(colour % len(COLOURS) + 1, mark + 1)

    def _place(self, key: str) -> int:
        return self.places.setdefault(key, len(self.places))
