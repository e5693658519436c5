"""Generated figures: series of exports and imports as both sides report them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, islice
from random import Random

from django.db import transaction

from relations.models import Relation, State
from sample_data.chance import PUBLISHED, shares
from sample_data.sizes import Sizes
from sample_data.world import World
from sources.models import Source
from trade.derived import find_disagreements
from trade.models import Commodity, Figure, Indicator
from trade.rules import EXPORTS, IMPORTS

BATCH = 5000
LISTS, YEARS, LAST_YEAR, CHAPTERS = 20, 35, 2024, 97
# In every tenth pair, this share of the figures has a rival in another source.
DISPUTED_PAIRS, RIVAL = 10, 0.02


def write_figures(
    sizes: Sizes, world: World, chance: Random, progress: Callable[[int], None]
) -> None:
    """Insert exactly as many published figures as the sizes say, and find their disagreements."""
    if not sizes.figures:
        return
    maker = FigureMaker(sizes, world, chance)
    rows = maker.figures()
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            for row in batch:
                row.derive()
            Figure.objects.bulk_create(batch)
        progress(len(batch))
    find_disagreements([(row.country_a, row.country_b) for row in maker.disputed.values()])


class FigureMaker:
    """Makes figures pair by pair, as a data set lists them."""

    def __init__(self, sizes: Sizes, world: World, chance: Random):
        self.sizes, self.world, self.chance = sizes, world, chance
        self.lists = build_lists(sizes)
        self.indicators = build_indicators()
        self.goods = [None, *build_goods()]
        self.places = {country.pk: place for place, country in enumerate(world.countries)}
        self.disputed: dict[int, Relation] = {}
        self.numbers = count(1)

    def figures(self) -> Iterator[Figure]:
        """All figures, those of the busiest pairs first."""
        for place, share in enumerate(shares(self.sizes.figures, self.sizes.pairs)):
            relation = self.world.relations[place]
            rivals = RIVAL if place % DISPUTED_PAIRS == 0 else 0
            yield from islice(self.of_pair(relation, rivals), share)

    def of_pair(self, relation: Relation, rivals: float) -> Iterator[Figure]:
        """The figures of a pair, series by series; after all goods, the next edition follows."""
        for edition in count():
            for commodity in self.goods:
                for values in sides(relation):
                    yield from self.series(relation, values, commodity, edition, rivals)

    def series(self, relation, values, commodity, edition, rivals) -> Iterator[Figure]:
        """The yearly figures of one series, newest first."""
        value = int(10 ** self.chance.uniform(4, 9))
        indicator, origin, destination, reporter = values
        # By index and not by primary key, which the database chooses.
        place = self.places[reporter.pk]
        own, other = (self.lists[(place + step) % len(self.lists)] for step in (0, 1))
        for year in range(LAST_YEAR, LAST_YEAR - YEARS, -1):
            fixed = {
                "indicator": self.indicators[indicator],
                "from_country": origin,
                "to_country": destination,
                "reporter_country": reporter,
                "commodity": commodity,
                "vintage": date(2025, 1, 1) + timedelta(days=edition) if edition else None,
            }
            yield self.figure(own, year, value, fixed)
            if self.chance.random() < rivals:
                self.disputed[relation.pk] = relation
                yield self.figure(other, year, value * 11 // 10 + 7, fixed)
            value = max(1000, int(value * self.chance.uniform(0.8, 1.1)))

    def figure(self, source: Source, year: int, value: int, fixed: dict) -> Figure:
        number = next(self.numbers)
        return Figure(
            slug=f"figure-{self.sizes.seed}-{number:09}",
            state=State.PUBLISHED,
            published_at=PUBLISHED,
            source=source,
            locator=f"row {number}",
            period=str(year),
            value=Decimal(value),
            unit=Figure.Unit.USD,
            **fixed,
        )


def sides(relation: Relation) -> list[tuple]:
    """Trade in both directions, each as reported by the seller and by the buyer: indicator, from,
    to, reporter."""
    one, other = relation.country_a, relation.country_b
    return [
        (EXPORTS, one, other, one),
        (IMPORTS, other, one, one),
        (EXPORTS, other, one, other),
        (IMPORTS, one, other, other),
    ]


def build_lists(sizes: Sizes) -> list[Source]:
    """The data sets that the figures come from."""
    return Source.objects.bulk_create(
        Source(
            slug=f"statistics-{sizes.seed}-{number:02}",
            title=f"Trade statistics, list {number}",
            kind="data_set",
            grade="primary",
            date="2025",
            rights="public_domain",
            published_at=PUBLISHED,
        )
        for number in range(1, LISTS + 1)
    )


def build_indicators() -> dict[str, Indicator]:
    """The indicators by slug, created if they are missing."""
    kept = {row.slug: row for row in Indicator.objects.filter(slug__in=(EXPORTS, IMPORTS))}
    new = [
        Indicator(slug=slug, name=slug.capitalize(), measure="flow")
        for slug in (EXPORTS, IMPORTS)
        if slug not in kept
    ]
    return kept | {row.slug: row for row in Indicator.objects.bulk_create(new)}


def build_goods() -> list[Commodity]:
    """Goods in a classification of their own, so that no real one gets made-up names."""
    key = {"classification": "HS", "revision": "generated"}
    codes = [f"{number:02}" for number in range(1, CHAPTERS + 1)]
    kept = set(Commodity.objects.filter(**key).values_list("code", flat=True))
    Commodity.objects.bulk_create(
        Commodity(code=code, name=f"Goods of chapter {code}", **key)
        for code in codes
        if code not in kept
    )
    return list(Commodity.objects.filter(**key).order_by("code"))
