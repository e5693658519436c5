"""What is derived from figures; the setting DERIVED_DATA says in which order."""

from relations.models import Country
from relations.models.publishable import Publishable
from trade.models import Figure


def disagreements(rows: list[Publishable]) -> None:
    """What the rules find among the figures of a pair, also of the pair that one was of before."""
    figures = [row for row in rows if isinstance(row, Figure)]
    if not figures:
        return
    pairs = Figure.objects.filter(pk__in=[row.pk for row in figures]).pairs()
    left = {tuple(row.loaded.get(name) for name in Figure.LOADED) for row in figures}
    left -= {tuple(getattr(row, name) for name in Figure.LOADED) for row in figures}
    if left:
        countries = Country.objects.in_bulk({key for pair in left for key in pair if key})
        pairs += [
            (countries[one], countries[other])
            for one, other in left
            if one in countries and other in countries and one != other
        ]
    Figure.objects.find_disagreements(pairs)
