"""Write the whole search index again."""

from django.core.management.base import BaseCommand

from search.index import BATCH, indexes, write


class Command(BaseCommand):
    help = "Write the whole search index again."

    def handle(self, **options):
        for index in indexes():
            keys, after = 0, 0
            while pks := list(
                index.rows()
                .filter(pk__gt=after)
                .order_by("pk")
                .values_list("pk", flat=True)[:BATCH]
            ):
                write(index, pks)
                after, keys = pks[-1], keys + len(pks)
            self.stdout.write(f"{index.kind}: {keys}")
