"""What was published last, grouped for the home page: by data set, or else by pair of countries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Model
from django.urls import reverse
from django.utils.timezone import localtime, make_aware

from relations.models import Citation, Event, Kind, Mission, Relation, State, Visit
from relations.models.record import record_class
from sources.models import Source
from treaties.models import Treaty

MODELS = (Treaty, Visit, Event, Mission)
# The newest records of each kind that are considered, the groups that are shown, and the pairs that
# are named of each.
CONSIDERED, SHOWN, NAMED = 100, 8, 3
# All states but published. As a condition, SQLite would take the index that begins with the state,
# and sort all published records (36 ms for 10,000, instead of 0.2).
HIDDEN = [state for state in State if state != State.PUBLISHED]
# A data set is counted up to this number of records.
COUNTED = 1_000
# The list pages of the kinds that have one.
LISTS = {
    Kind.TREATY: "treaties:treaty_list",
    Kind.VISIT: "relations:visit_list",
    Kind.EVENT: "relations:event_list",
    Kind.MISSION: "relations:mission_list",
}


@dataclass(slots=True)
class Addition:
    """Records of a kind that readers first saw on one day: those of a data set, or else those of a
    pair (None: of no single pair) from any other sources. `at_least` says that there may be more
    than `count`."""

    kind: Kind
    day: date
    data_set: Source | None
    pair: Relation | None
    newest: datetime
    count: int = 0
    at_least: bool = False
    sources: set[int] = field(default_factory=set)
    pairs: Counter = field(default_factory=Counter)
    named: list[Relation] = field(default_factory=list)

    @property
    def what(self) -> Model:
        return record_class(self.kind)._meta

    @property
    def noun(self) -> str:
        return str(self.what.verbose_name if self.count == 1 else self.what.verbose_name_plural)

    @property
    def unnamed(self) -> bool:
        """Whether there are records of pairs that are not named."""
        return self.at_least or len(self.pairs) > len(self.named)

    @property
    def url(self) -> str:
        """The list of these records, also of other days; empty if it has no page."""
        name = LISTS.get(self.kind)
        if name and self.data_set:
            return reverse(name, query={"source": self.data_set.slug})
        if name and self.pair:
            return reverse(name, query={"pair": self.pair.slug})
        return ""


def additions() -> list[Addition]:
    """The newest groups, by the time of their newest record. The number of queries is at most the
    number of kinds and groups, and each reads a limited number of rows."""
    rows, full = [], set()
    for model in MODELS:
        # Keys grow with time, and the table of each kind has an index on them.
        newest = model.objects.exclude(state__in=HIDDEN).order_by("-pk")
        values = list(newest.values_list("pk", "published_at", "relation")[:CONSIDERED])
        rows += [(model.KIND, *row) for row in values]
        if len(values) == CONSIDERED:
            full.add(model.KIND)
    groups = _grouped(rows)
    shown = sorted(groups.values(), key=lambda group: group.newest, reverse=True)[:SHOWN]
    for group in shown:
        if group.kind in full:
            _count(group)
    named = {pk for group in shown for pk, _count in group.pairs.most_common(NAMED)}
    pairs = Relation.objects.with_countries().in_bulk(
        named | {group.pair for group in shown if group.pair}
    )
    for group in shown:
        group.named = [pairs[pk] for pk, _count in group.pairs.most_common(NAMED) if pk]
        group.pair = pairs.get(group.pair)
    return shown


def _grouped(rows) -> dict[tuple, Addition]:
    """The groups of rows of kind, key, time of publication and relation; `pair` is a key."""
    sources = {}
    cited = Citation.objects.filter(record__in=[pk for _kind, pk, *_rest in rows])
    for record, source in cited.order_by("id").values_list("record", "source"):
        sources.setdefault(record, []).append(source)
    found = Source.objects.in_bulk({source for keys in sources.values() for source in keys})
    groups = {}
    for kind, pk, published_at, relation in rows:
        keys = sources.get(pk, ())
        first = found.get(keys[0]) if keys else None
        data_set = first if first and first.kind == Source.Kind.DATA_SET else None
        pair = None if data_set else relation
        day = localtime(published_at).date()
        key = (kind, day, data_set and data_set.pk, pair)
        group = groups.setdefault(key, Addition(kind, day, data_set, pair, published_at))
        group.newest = max(group.newest, published_at)
        group.count += 1
        group.sources.update(keys)
        group.pairs[relation] += 1
    return groups


def _count(group: Addition) -> None:
    """Count all records of a group of whose kind not all records were considered. Those of a pair
    are not counted: it may have many of other days."""
    group.at_least = True
    if group.data_set:
        start = make_aware(datetime.combine(group.day, time.min))
        cited = Citation.objects.filter(
            source=group.data_set,
            record__kind=group.kind,
            record__published_at__range=(start, start + timedelta(days=1)),
        ).exclude(record__state__in=HIDDEN)
        records = cited.order_by().values("record").distinct()[:COUNTED]
        group.count = max(group.count, records.count())
        group.at_least = group.count == COUNTED
