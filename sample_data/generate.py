"""Generated bases of any size: for benchmarks, for trying things out, never for readers.

All that a seed makes is its own: countries and pairs, sources, people, records and figures. Two
bases of one seed and size are equal row by row.
"""

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from core.models import BaseVersion
from relations.models import Country, Record
from sample_data.figures import write_figures
from sample_data.records import write_records
from sample_data.sizes import GenerateError, Sizes
from sample_data.world import build_world, land_slug
from trade.models import Figure


def generate(
    sizes: Sizes, *, add: bool = False, progress: Callable[[int], None] = lambda rows: None
) -> None:
    """Fill a base; raises GenerateError where the sizes or the base do not allow it.

    Each batch is a transaction of its own: what was broken off stays, and is refused next time.
    """
    sizes.check()
    check_base(sizes, add)
    widen_cache()
    world = build_world(sizes, random.Random(f"world {sizes.seed}"))

    def written(rows: int) -> None:
        gc.collect()
        progress(rows)

    with collector_resting():
        write_records(sizes, world, random.Random(f"records {sizes.seed}"), written)
        write_figures(sizes, world, random.Random(f"figures {sizes.seed}"), written)
    with transaction.atomic():
        BaseVersion.objects.step()


@contextmanager
def collector_resting() -> Iterator[None]:
    """Collect garbage only when asked: looking for it among living rows costs a third of the
    time."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def check_base(sizes: Sizes, add: bool) -> None:
    """Refuse a base in which generated rows would mix with others by mistake."""
    if Country.objects.filter(slug=land_slug(sizes.seed, 1)).exists():
        raise GenerateError(
            f"This base holds what seed {sizes.seed} makes, or a part of it: "
            "choose another --seed, or an empty base."
        )
    if not add and (Record.objects.exists() or Figure.objects.exists()):
        raise GenerateError(
            "This base holds records or figures already: choose an empty one, or --add to it."
        )


def widen_cache() -> None:
    """Let SQLite keep the indexes in memory while they grow: its 2 MB are too few for that."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")
