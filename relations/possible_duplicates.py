"""Finds records of different lists that may be the same, among all records or for new ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations, groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.changes import together
from relations.comparing import Compared, Found, compare, possible_days
from relations.duplicates import NEAR, plain_words_of, words_of
from relations.models import Citation, CountryName, PossibleDuplicate, Record, Relation, State
from relations.models.record import Likeness

# How many records are loaded and compared together; the records of one subject always are.
BATCH = 2000
# The pairs of one record with records of one other list, at most: more are no help.
MOST = 10
Subject = tuple
Pair = tuple[int, int]


def find_all(model: type[Record]) -> Iterator[int]:
    """Find the possible duplicates among all records of a kind. Yields the number of records after
    each batch; open pairs that are no longer found are deleted at the end."""
    begun = timezone.now()
    for keys in _batches(model):
        with together():
            _save(_compared(model, keys))
        yield len(keys)
    PossibleDuplicate.objects.undecided().filter(one__kind=model.KIND, found_at__lt=begun).delete()


def find_for(records: Sequence[Record]) -> set[int]:
    """Find the possible duplicates of new records of one kind and list; return the keys of those
    that have any."""
    if not records or type(records[0]) not in kinds():
        return set()
    keys = {row.pk for row in records}
    near = _near(records, keys)
    if not near:
        return set()
    found = _compared(type(records[0]), [*near, *keys])
    _save({pair: what for pair, what in found.items() if keys.intersection(pair)})
    waiting = PossibleDuplicate.objects.undecided().with_any(keys).values_list("one", "other")
    return keys.intersection(pk for pair in waiting for pk in pair)


def tell_apart(keys: Iterable[int], note: str) -> None:
    """Decide that records, by their keys, are different from those that they may repeat."""
    rows = list(PossibleDuplicate.objects.undecided().with_any(keys))
    for row in rows:
        row.decide(PossibleDuplicate.Decision.DIFFERENT, note=note)
    PossibleDuplicate.objects.bulk_update(rows, ["decision", "note", "decided_by", "decided_at"])


def follow_merge(kept: Record, other: Record, user=None, reason: str = "") -> None:
    """Follow a merge: the pair of both records is decided, and what else the other one may repeat
    concerns the one that stays. Its rows in lists only cite that one from now on."""
    other.imported_rows.update(own=False)
    for row in PossibleDuplicate.objects.with_any([other.pk]):
        third = row.one_id if row.other_id == other.pk else row.other_id
        ends = sorted((kept.pk, third))
        if third == kept.pk:
            row.decide(PossibleDuplicate.Decision.SAME, user, reason)
        elif twin := PossibleDuplicate.objects.filter(one=ends[0], other=ends[1]).first():
            # What differs from the one differs from the other.
            if row.decision != PossibleDuplicate.Decision.DIFFERENT:
                continue
            row, twin = twin, row
            row.decision, row.note = twin.decision, twin.note
            row.decided_by, row.decided_at = twin.decided_by, twin.decided_at
        else:
            row.one_id, row.other_id = ends
            row.suggested = False
        row.save()


def without_undecided(rows: QuerySet) -> tuple[QuerySet, int]:
    """The rows without unpublished records that may repeat earlier ones, and the number of those:
    they are not published with their list before somebody decides."""
    if not issubclass(rows.model, Record):
        return rows, 0
    waiting = PossibleDuplicate.objects.undecided().order_by().values("other")
    held = Q(pk__in=waiting, published_at=None)
    return rows.exclude(held), rows.filter(held).count()


def kinds() -> list[type[Record]]:
    """The kinds of records that are compared: all but parts of others, such as steps."""
    return [model for model in Record.__subclasses__() if not model.part_of_field()]


def _names(model: type[Record]) -> list[str]:
    """The columns that the subject of a record consists of."""
    return ["relation_id", *(f"{name}_id" for name in model.SUBJECT)]


def _subject(values: Sequence, day: str) -> Subject:
    """The subject of a record by the values of `_names`; records without one are compared with
    those of the same date."""
    return (*values,) if any(values) else (*values, str(day))


def _batches(model: type[Record]) -> Iterator[list[int]]:
    """The keys of records whose subject has several, in batches of whole subjects."""
    names = _names(model)
    rows = model.objects.exclude(state=State.WITHDRAWN).order_by(*names, "date", "pk")
    rows = rows.values_list(*names, "date", "pk").iterator(chunk_size=BATCH)
    batch = []
    for _key, some in groupby(rows, lambda row: _subject(row[:-2], row[-2])):
        keys = [row[-1] for row in some]
        if len(keys) > 1:
            batch += keys
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _near(records: Sequence[Record], keys: set[int]) -> list[int]:
    """The keys of records with the subject of a new one and close dates; empty if all of them are
    of its list."""
    model, names = type(records[0]), _names(type(records[0]))
    wanted = defaultdict(list)
    for row in records:
        values = [getattr(row, name) for name in names]
        wanted[_subject(values, row.date)].append(possible_days(row))
    rows = model.objects.exclude(state=State.WITHDRAWN).exclude(pk__in=keys)
    chosen = Q(pk__in=())
    with_subject = [subject for subject in wanted if len(subject) == len(names)]
    for place, name in enumerate(names):
        if values := {subject[place] for subject in with_subject}:
            part = Q(**{f"{name}__in": values - {None}})
            part |= Q(**{name: None}) if None in values else Q()
            chosen = part if place == 0 else chosen & part
    days = {subject[-1] for subject in wanted if len(subject) > len(names)}
    if days:
        chosen |= Q(**dict.fromkeys(names), date__in=days)
    cited = Citation.objects.filter(record=OuterRef("pk")).exclude(locator="")
    own = cited.filter(source__in=Citation.objects.filter(record=records[0].pk).values("source"))
    bounds = ("date_earliest", "date_latest", "until_latest")
    rows = rows.filter(chosen).annotate(own=Exists(own))
    found, others = [], False
    for pk, is_own, date, *columns in rows.values_list("pk", "own", "date", *bounds, *names):
        ends, values = columns[: len(bounds)], columns[len(bounds) :]
        if any(_is_close(model, ends, days) for days in wanted.get(_subject(values, date), ())):
            found.append(pk)
            others = others or not is_own
    return found if others else []


def _is_close(model: type[Record], bounds: Sequence, days: Sequence) -> bool:
    """Whether a record with these bounds may be one of these days. Treaties may have a step on a
    day far from their own."""
    if model.LIKENESS is Likeness.TITLE:
        return True
    earliest, latest, until = bounds
    if model.LIKENESS is Likeness.TYPE:
        return not (earliest and earliest > days[1]) and not (until and until < days[0])
    latest = max(latest, until) if latest and until else latest
    early = earliest and days[1] < earliest and earliest - days[1] > NEAR
    late = latest and latest < days[0] and days[0] - latest > NEAR
    return not early and not late


def _compared(model: type[Record], keys: Iterable[int]) -> dict[Pair, Found]:
    """What the records with these keys have in common with those of other lists, by pair."""
    groups = _loaded(model, list(keys))
    words = _common_words([row.record for rows in groups for row in rows])
    pks = [row.record.pk for rows in groups for row in rows]
    told_apart = _decided(pks)
    found = {}
    for rows in groups:
        common = words.get(rows[0].record.relation_id, frozenset())
        pairs = {}
        for one, other in _close_pairs(rows):
            if one.record.pk > other.record.pk:
                one, other = other, one
            apart = (one.record.pk, other.record.pk) in told_apart
            if not apart and (what := compare(one, other, common)):
                pairs[one, other] = what
        found |= _clearest(pairs)
    return found


def _loaded(model: type[Record], keys: list[int]) -> list[list[Compared]]:
    """The records with these keys that are cited, by subject, where lists differ."""
    sources, names = defaultdict(set), _names(model)
    cited = Citation.objects.filter(record__in=keys).order_by()
    for pk, source in cited.values_list("record", "source"):
        sources[pk].add(source)
    steps, groups = model.steps_by_day(keys), defaultdict(list)
    parts = {model.PARTICIPATIONS, "participations__person"}
    for row in model.objects.filter(pk__in=keys).prefetch_related(*parts).order_by("pk"):
        groups[_subject([getattr(row, name) for name in names], row.date)].append(
            Compared(
                row,
                frozenset(sources[row.pk]),
                frozenset(row.participants()),
                tuple(part.person.name for part in row.participations.all() if part.person),
                frozenset(steps.get(row.pk, ())),
            )
        )
    return [rows for rows in groups.values() if len({row.sources for row in rows}) > 1]


def _common_words(records: Iterable[Record]) -> dict[int, frozenset[str]]:
    """The words in the names of the countries of each pair, also in official and other names."""
    pairs = {row.relation_id for row in records} - {None}
    rows = list(Relation.objects.filter(pk__in=pairs).select_related("country_a", "country_b"))
    countries = {country.pk: country for row in rows for country in (row.country_a, row.country_b)}
    words = {pk: words_of([country]) for pk, country in countries.items()}
    names = CountryName.objects.filter(country__in=countries).values_list("country", "name")
    for pk, name in names:
        words[pk] |= frozenset(plain_words_of(name))
    return {row.pk: words[row.country_a_id] | words[row.country_b_id] for row in rows}


def _decided(keys: list[int]) -> set[Pair]:
    """The pairs of these records that editors have told apart."""
    rows = PossibleDuplicate.objects.filter(
        decision=PossibleDuplicate.Decision.DIFFERENT, other__in=keys
    )
    return set(rows.values_list("one", "other"))


def _close_pairs(rows: list[Compared]) -> set[tuple[Compared, Compared]]:
    """The pairs of records of different lists with close or unknown dates, or a common step."""
    found, by_step = set(), defaultdict(list)
    rows = sorted(rows, key=lambda row: (row.first, row.record.pk))
    margin = timedelta(days=NEAR.days)
    for place, one in enumerate(rows):
        for step in one.steps:
            by_step[step].append(one)
        for other in rows[place + 1 :]:
            if other.first > one.last and other.first - one.last > margin:
                break
            if not one.sources & other.sources:
                found.add((one, other))
    for some in by_step.values():
        for one, other in combinations(some, 2):
            if not one.sources & other.sources and (other, one) not in found:
                found.add((one, other))
    return found


def _clearest(pairs: dict[tuple[Compared, Compared], Found]) -> dict[Pair, Found]:
    """The pairs without those that a clearer one makes unlikely. Two rows of a list are two things:
    a record that is certainly one of them is not another one, and if it could be either, neither
    is certain."""
    sides = Counter(side for pair, what in pairs.items() if what.certain for side in _sides(*pair))
    sure = {
        pair
        for pair, what in pairs.items()
        if what.certain and all(sides[side] == 1 for side in _sides(*pair))
    }
    taken = {side for pair in sure for side in _sides(*pair)}
    found, shown = {}, Counter()
    for pair, what in sorted(pairs.items(), key=lambda item: -item[1].similarity):
        own = _sides(*pair)
        if pair not in sure and (taken.intersection(own) or any(shown[s] >= MOST for s in own)):
            continue
        shown.update(own)
        what = what if pair in sure else Found(what.reason, what.similarity)
        found[pair[0].record.pk, pair[1].record.pk] = what
    return found


def _sides(one: Compared, other: Compared) -> list[tuple[int, int]]:
    """Each record of a pair with each list of the other one."""
    return [
        (mine.record.pk, source)
        for mine, theirs in ((one, other), (other, one))
        for source in theirs.sources or (0,)
    ]


def _save(found: dict[Pair, Found]) -> None:
    """Store what was found; decisions stay."""
    rows, now = [], timezone.now()
    for (one, other), what in found.items():
        row = PossibleDuplicate(
            one_id=one,
            other_id=other,
            reason=what.reason,
            similarity=round(100 * what.similarity),
            suggested=what.certain,
            found_at=now,
        )
        row.derive()
        rows.append(row)
    PossibleDuplicate.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["reason", "similarity", "strength", "suggested", "found_at"],
    )
