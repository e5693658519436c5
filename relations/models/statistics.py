"""Counts of each pair's published data, stored so that no page counts a million records."""

from collections import Counter
from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Count, F, Max, Q, Sum

from core import bulk
from core.changes import rows_changed
from core.models import lock
from relations.models.citation import Citation
from relations.models.record import Record
from relations.models.relation import Relation

# The key of the statistics of records without a pair.
NO_PAIR = 0


class StatisticsQuerySet(models.QuerySet):
    @transaction.atomic
    def recount(self, relations: Iterable[int | None]) -> None:
        """Recount the statistics of these pairs, by key, from published records; None is no pair.
        Only this method writes statistics.

        If two transactions share a pair, the second waits here until the first ends, and then also
        counts the records that the first has published.
        """
        keys = sorted({key or NO_PAIR for key in relations})
        rows = [Statistics(pk=key, relation_id=key or None) for key in keys]
        bulk.insert(rows, ignore=True)
        lock(self, keys)
        bulk.insert(counted(keys), replace=True)
        rows_changed(*rows)

    def differing(self) -> list["Statistics"]:
        """The correct statistics of the pairs whose stored statistics differ from them."""
        kept = {row.pk: row.numbers() for row in self.all()}
        keys = kept.keys() | {
            key or NO_PAIR for key in Relation.objects.values_list("pk", flat=True)
        }
        none = Statistics().numbers()
        return [row for row in counted(keys) if row.numbers() != kept.get(row.pk, none)]

    def total(self) -> dict[str, int]:
        """The totals of all pairs and of records without a pair."""
        names = [name for name in Statistics.COUNTED if name != "newest"]
        found = self.aggregate(**{name: Sum(name) for name in names})
        return {name: found[name] or 0 for name in names}


class Statistics(models.Model):
    """The number of a pair's published records and citations, of records with at least one
    supporting source and with at least two, and the time of its newest publication. Its key is that
    of the pair."""

    COUNTED = ("entries", "citations", "cited", "twice", "newest")

    id = models.BigIntegerField(primary_key=True)
    relation = models.OneToOneField(
        Relation, models.CASCADE, null=True, related_name="statistics", editable=False
    )
    entries = models.PositiveIntegerField(default=0)
    citations = models.PositiveIntegerField(default=0)
    cited = models.PositiveIntegerField(default=0)
    twice = models.PositiveIntegerField(default=0)
    newest = models.DateTimeField(null=True)

    objects = StatisticsQuerySet.as_manager()

    class Meta:
        verbose_name = "statistics"
        verbose_name_plural = "statistics"
        indexes = [
            models.Index(fields=["-entries", "id"], name="statistics_most"),
            models.Index(fields=["-newest", "id"], name="statistics_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="statistics_of_its_pair",
                condition=Q(relation__isnull=False, id=F("relation"))
                | Q(relation=None, id=NO_PAIR),
            )
        ]

    def __str__(self):
        return f"{self.relation or '–'}: {self.entries}"

    def numbers(self) -> tuple:
        return tuple(getattr(self, name) for name in self.COUNTED)


def counted(keys: Iterable[int]) -> list[Statistics]:
    """The statistics of these pairs, by key, counted from published records and not saved."""
    found = {key: Statistics(pk=key, relation_id=key or None) for key in keys}
    # Filter only by few keys: a condition on twenty thousand keys would cost more than it saves.
    few = len(found) <= 1000
    named = Q(relation__in=[key for key in found if key])
    if NO_PAIR in found:
        named |= Q(relation=None)
    records = Record.objects.published().filter(named if few else Q()).order_by()
    for relation, entries, newest in records.values_list("relation").annotate(
        count=Count("*"), newest=Max("published_at")
    ):
        if statistics := found.get(relation or NO_PAIR):
            statistics.entries, statistics.newest = entries, newest
    cited = Citation.objects.order_by()
    cited = cited.filter(record__in=records.values("pk")) if few else cited.published()
    for relation, citations in cited.values_list("record__relation").annotate(count=Count("*")):
        if statistics := found.get(relation or NO_PAIR):
            statistics.citations = citations
    for (relation, sources), records in _support(cited).items():
        if statistics := found.get(relation or NO_PAIR):
            statistics.cited += records
            statistics.twice += records if sources > 1 else 0
    return list(found.values())


def _support(cited) -> Counter:
    """The number of supported records by pair and number of sources (1, or 2 for more)."""
    supports = cited.filter(stance=Citation.Stance.SUPPORTS)
    rows = supports.values_list("record__relation", "record").annotate(
        sources=Count("source", distinct=True)
    )
    return Counter(
        (relation, min(sources, 2)) for relation, _record, sources in rows.iterator(10_000)
    )
