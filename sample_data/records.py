"""Bulk insertion of generated records with all rows that belong to them."""

from array import array
from collections.abc import Callable, Iterator
from random import Random

from django.db import transaction

from core.changes import collected
from relations.importers.records import insert
from relations.models import Citation, Country, Disagreement, Participation, Record, Statistics
from relations.rules import contradictions
from sample_data.chance import a_subject, shares, vague
from sample_data.kinds import Draft, Maker, StepPlan
from sample_data.sizes import Sizes
from sample_data.world import World
from treaties.models import FacetCounts, Party, Treaty, TreatyAction
from treaties.models.treaty import update_periods

# How many records, with their steps, are written at once.
BATCH = 5000
# The shares of records with a second supporting source, a mentioning one, a contradicting one.
SECOND, MENTIONED, CONTRADICTED = 0.15, 0.03, 0.004


def write_records(
    sizes: Sizes, world: World, chance: Random, progress: Callable[[int], None]
) -> None:
    """Insert exactly as many records as the sizes say."""
    writer = Writer(Maker(sizes, world, chance))
    batch, count = [], 0
    for draft in drafts(sizes, writer.maker):
        batch.append(draft)
        count += draft.size
        if count >= BATCH:
            writer.write(batch)
            progress(count)
            batch, count = [], 0
    writer.write(batch)
    with transaction.atomic():
        Statistics.objects.recount([None, *(row.pk for row in world.relations)])
        FacetCounts.objects.recount(Treaty.objects.values_list("pk", flat=True))
    progress(count)


def drafts(sizes: Sizes, maker: Maker) -> Iterator[Draft]:
    """All drafts: first those of no single pair, then those of pairs, mixed as in real lists."""
    yield from memberships(sizes, maker)
    for _number in range(sizes.offices):
        yield maker.office()
    left = sizes.multilateral
    while left:
        draft = maker.multilateral(left)
        left -= draft.size
        yield draft
    yield from of_pairs(sizes, maker)


def memberships(sizes: Sizes, maker: Maker) -> Iterator[Draft]:
    """Memberships of three fifths of the countries in one organization after the other."""
    countries, left = maker.world.countries, sizes.memberships
    for organization in maker.world.organizations:
        for member in maker.chance.sample(countries, min(left, len(countries) * 3 // 5)):
            yield maker.membership(organization, member)
            left -= 1


def of_pairs(sizes: Sizes, maker: Maker) -> Iterator[Draft]:
    """The records of pairs by Zipf's law, with the pairs in random order."""
    room = shares(sizes.of_pairs, sizes.pairs, least=1)
    turns = array("l", (place for place, share in enumerate(room) for _number in range(share)))
    maker.chance.shuffle(turns)
    for place in turns:
        # A treaty also takes the turns of its steps.
        if room[place]:
            draft = maker.of_pair(maker.world.relations[place], room[place])
            room[place] -= draft.size
            yield draft


class Writer:
    """Inserts drafts, kind by kind, with a constant number of queries for each batch."""

    def __init__(self, maker: Maker):
        self.maker, self.world, self.chance = maker, maker.world, maker.chance

    @transaction.atomic
    def write(self, batch: list[Draft]) -> None:
        by_kind = {}
        for draft in batch:
            by_kind.setdefault(type(draft.record), []).append(draft)
        for drafts in by_kind.values():
            insert([draft.record for draft in drafts])
        self.write_people(batch)
        self.write_topics([draft.record for draft in batch])
        treaties = by_kind.get(Treaty, [])
        actions = self.write_lives(treaties)
        self.write_citations([*(draft.record for draft in batch), *actions])
        # The search index and the log of public changes follow once all is written.
        with collected():
            update_periods([draft.record.pk for draft in treaties])

    def write_people(self, batch: list[Draft]) -> None:
        Participation.objects.bulk_create(
            Participation(
                record_id=draft.record.pk,
                relation_id=draft.record.relation_id,
                role=role,
                person=person,
            )
            for draft in batch
            for role, person in draft.people
        )

    def write_topics(self, records: list[Record]) -> None:
        """Insert one or two topics for each of four in five records."""
        through = Record.topics.through
        through.objects.bulk_create(
            through(record_id=record.pk, topic_id=topic.pk)
            for record in records
            if self.chance.random() < 0.8
            for topic in self.chance.sample(self.world.topics, self.chance.randint(1, 2))
        )

    def write_lives(self, drafts: list[Draft]) -> list[TreatyAction]:
        """Insert the parties and steps of treaties that are already inserted."""
        parties = [[party_of(draft.record, party) for party in draft.parties] for draft in drafts]
        Party.objects.bulk_create(row for rows in parties for row in rows)
        return insert(
            [
                self.action(draft.record, rows, step)
                for draft, rows in zip(drafts, parties, strict=True)
                for step in draft.steps
            ]
        )

    def action(self, treaty: Treaty, parties: list[Party], step: StepPlan) -> TreatyAction:
        return TreatyAction(
            slug=self.maker.slug("action"),
            treaty=treaty,
            action_type=step.type,
            party=None if step.party is None else parties[step.party],
            date=vague(self.chance, step.day),
            **self.maker.published(),
        )

    def write_citations(self, records: list[Record]) -> None:
        """Insert the citations of each record, and the disagreements that contradictions cause."""
        cited = [self.citations(record) for record in records]
        Citation.objects.bulk_create(row for rows in cited for row in rows)
        found = [
            finding
            for record, rows in zip(records, cited, strict=True)
            if rows[-1].stance == Citation.Stance.CONTRADICTS
            for finding in contradictions(record, rows)
        ]
        if found:
            Disagreement.objects.none().replace(found)

    def citations(self, record: Record) -> list[Citation]:
        """The citations of a record, each of another source: first a supporting one, last any
        contradicting one."""
        stances = [Citation.Stance.SUPPORTS]
        if self.chance.random() < SECOND:
            stances.append(Citation.Stance.SUPPORTS)
        if self.chance.random() < MENTIONED:
            stances.append(Citation.Stance.MENTIONS)
        if record.date and self.chance.random() < CONTRADICTED:
            stances.append(Citation.Stance.CONTRADICTS)
        rows, seen = [], set()
        for stance in stances:
            source, passage = self.world.place(self.chance)
            while source.pk in seen:
                source, passage = self.world.place(self.chance)
            seen.add(source.pk)
            rows.append(self.citation(record, stance, source, passage))
        return rows

    def citation(self, record: Record, stance: str, source, passage) -> Citation:
        row = Citation(
            record_id=record.pk,
            stance=stance,
            source=source,
            passage=passage,
            locator=passage.locator if passage else f"page {self.chance.randint(1, 400)}",
        )
        if stance == Citation.Stance.CONTRADICTS:
            year = (record.date.earliest or record.date.latest).year
            row.field, row.as_stated = "date", str(year + self.chance.choice((-2, 2)))
            row.note = f"By a list of {a_subject(self.chance)}."
        return row


def party_of(treaty: Treaty, party) -> Party:
    side = "country" if isinstance(party, Country) else "organization"
    return Party.of(treaty, **{side: party})
