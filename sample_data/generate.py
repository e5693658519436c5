"""Generated databases of any size: for benchmarks and experiments, never for readers.

Each seed makes its own rows: countries and pairs, sources, people, records and figures. Two
databases of the same seed and size are equal row by row.
"""

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from core.changes import pages_changed
from core.public_changes import log_changes, public_rows, unlogged
from relations.models import Country, Record
from sample_data.figures import write_figures
from sample_data.records import write_records
from sample_data.sizes import GenerateError, Sizes
from sample_data.world import build_world, land_slug
from trade.models import Figure


def generate(
    sizes: Sizes, *, add: bool = False, progress: Callable[[int], None] = lambda rows: None
) -> None:
    """Fill a database. Raises GenerateError if the sizes or the database do not allow it.

    Each batch is a separate transaction: the rows of an interrupted run stay, and the next run
    refuses such a database.
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
        pages_changed()
        for rows in public_rows():
            for pks in unlogged(rows):
                log_changes({rows.model: pks})


@contextmanager
def collector_resting() -> Iterator[None]:
    """Collect garbage only on request: scanning live rows for it costs a third of the time."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def check_base(sizes: Sizes, add: bool) -> None:
    """Raise GenerateError if generated rows would mix with others by mistake."""
    if Country.objects.filter(slug=land_slug(sizes.seed, 1)).exists():
        raise GenerateError(
            f"This database already holds rows of seed {sizes.seed}. Choose another --seed or an "
            "empty database."
        )
    if not add and (Record.objects.exists() or Figure.objects.exists()):
        raise GenerateError(
            "This database already holds records or figures. Choose an empty one, or use --add."
        )


def widen_cache() -> None:
    """Let SQLite keep the growing indexes in memory: its default cache of 2 MB is too small."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")
