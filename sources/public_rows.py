"""Sources and passages in the log of public changes."""

from core.public_rows import PublicRows
from sources.models import Passage, Source
from sources.models.passage import Reference


class Sources(PublicRows):
    """Sources. Rows that refer to one change only if its words are shown differently:
    relations.takedown logs them."""

    model, kind, scope = Source, "source", "sources"

    def public(self):
        return Source.objects.public()


class Passages(PublicRows):
    """Passages are identified by their source and their place in it."""

    model, kind, scope = Passage, "passage", "sources"

    def public(self):
        return Passage.objects.public()

    def identified(self, rows):
        keys = rows.order_by().values_list("pk", "source__slug", "locator")
        return ((pk, self.kind, f"{source}:{locator}") for pk, source, locator in keys)

    def key_of(self, row):
        return f"{row.source.slug}:{row.locator}" if row.source_id else ""

    def dependent(self, pks):
        for relation in Passage._meta.related_objects:
            if issubclass(relation.related_model, Reference):
                rows = relation.related_model._base_manager.filter(passage__in=pks).order_by()
                yield relation.related_model, rows.values_list("pk", flat=True)
