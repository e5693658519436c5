"""The versions of records and figures as the package gives them."""

from collections import defaultdict

from core.snapshot import parts
from relations.models import Record
from relations.models.publishable import Publishable
from relations.models.record import record_class
from relations.models.restoring import Readers
from trade.models import Figure


class PublishedOnly(Readers):
    """Limits snapshots to what readers may see, and to records that are published now: of withdrawn
    ones a package gives only identifier, day and reason."""

    def __init__(self, model: type[Publishable], contents: list[dict]):
        super().__init__(model, contents)
        names = {
            values["slug"]
            for content in contents
            for part, values in parts(model, content)
            if issubclass(part, Record) and "slug" in values
        }
        rows = Record.objects.published().filter(slug__in=self.seen | names).order_by()
        self.seen = set(rows.values_list("slug", flat=True))

    def _sees(self, model, owner: str, row: dict) -> bool:
        is_published = not issubclass(model, Record) or row.get("slug") in self.seen
        return is_published and super()._sees(model, owner, row)


def as_readers_see(contents: list[dict]) -> list[dict]:
    """Snapshots of records or figures as readers may see them, in the same order. Three queries for
    each kind among them."""
    by_model = defaultdict(list)
    for place, content in enumerate(contents):
        kind = content["record"].get("kind")
        by_model[record_class(kind) if kind else Figure].append(place)
    found = list(contents)
    for model, places in by_model.items():
        readers = PublishedOnly(model, [contents[place] for place in places])
        for place in places:
            found[place] = readers.view(contents[place])
    return found
