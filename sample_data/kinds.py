"""Generated records of each kind, before they are inserted."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from relations.models import (
    Event,
    Membership,
    Mission,
    Office,
    Organization,
    Participation,
    Person,
    Record,
    Relation,
    State,
    Visit,
)
from sample_data.chance import LAST, PUBLISHED, a_day, a_subject, until, vague
from sample_data.sizes import Sizes
from sample_data.world import World
from treaties.models import Treaty

# Event types that a pair can have several of; diplomatic relations are established once.
EVENTS = tuple(
    name
    for name in Event.Type.values
    if name not in ("establishment", "recognition", "commemoration")
)
# Not the kinds of international bodies and of lists, which two countries seldom conclude.
RARE = (
    *("arrangement", "agreed_minutes", "amendment", "act", "constitution", "regulations"),
    *("bit", "tip"),
)
INSTRUMENTS = tuple(value for value in Treaty.Instrument.values if value not in RARE)
# One office in four is that of a country's leader.
RANKS = ("head_of_state", "head_of_government", *["minister", "ambassador", "other"] * 2)
# The life courses of a bilateral treaty, with weights: each step with the party that takes it
# (None: both), and the days since the previous step.
LIVES = {
    (("signature", None, 0), ("entry_into_force", None, 0)): 20,
    (
        ("signature", None, 0),
        ("ratification", 0, 200),
        ("ratification", 1, 150),
        ("exchange", None, 60),
        ("entry_into_force", None, 30),
    ): 15,
    (
        ("signature", None, 0),
        ("notification", 0, 250),
        ("notification", 1, 200),
        ("entry_into_force", None, 30),
    ): 20,
    (("signature", None, 0),): 25,
    (("initialling", None, 0), ("signature", None, 90), ("entry_into_force", None, 300)): 5,
    (
        ("signature", None, 0),
        ("entry_into_force", None, 120),
        ("termination", None, 4000),
    ): 6,
    (
        ("signature", None, 0),
        ("approval", 0, 100),
        ("entry_into_force", None, 100),
        ("denunciation", 1, 3000),
    ): 4,
    (
        ("signature", None, 0),
        ("entry_into_force", None, 60),
        ("suspension", None, 2000),
        ("resumption", None, 400),
    ): 3,
    (("signature", None, 0), ("provisional", None, 10)): 2,
}


@dataclass(slots=True)
class StepPlan:
    """A treaty step that is not inserted yet; `party` is an index into the treaty's parties."""

    type: str
    party: int | None
    day: date


@dataclass(slots=True)
class Draft:
    """A record to be inserted, with its participants; a treaty also has its parties and steps."""

    record: Record
    people: list[tuple[str, Person]] = field(default_factory=list)
    parties: list = field(default_factory=list)
    steps: list[StepPlan] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many records it becomes, with its steps."""
        return 1 + len(self.steps)


class Maker:
    """Makes drafts: its Random chooses their content, a counter their slugs."""

    def __init__(self, sizes: Sizes, world: World, chance: Random):
        self.seed, self.world, self.chance = sizes.seed, world, chance
        self.count = 0
        self.established: set[int] = set()

    def of_pair(self, relation: Relation, room: int) -> Draft:
        """A record of a pair, which with its steps counts as at most `room` records."""
        draw = self.chance.random()
        if relation.pk not in self.established:
            self.established.add(relation.pk)
            return self.event(relation, "establishment")
        if draw < 0.12 and room > 1:
            return self.bilateral(relation, room)
        if draw < 0.38:
            return self.visit(relation)
        return self.mission(relation) if draw > 0.994 else self.event(relation)

    def common(self, kind: str, title: str, day: date, **values) -> dict:
        """The values that records of all kinds have."""
        return {
            "slug": self.slug(kind),
            "title": title,
            "summary": f"On {a_subject(self.chance)}." if self.chance.random() < 0.3 else "",
            "date": vague(self.chance, day),
            **self.published(),
            **values,
        }

    def slug(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.seed}-{self.count:08}"

    def published(self) -> dict:
        moment = PUBLISHED + timedelta(seconds=self.count)
        return {"state": State.PUBLISHED, "published_at": moment}

    def event(self, relation: Relation, name: str = "") -> Draft:
        name = name or self.chance.choice(EVENTS)
        label = str(Event.Type(name).label).capitalize()
        title = f"{label}: {a_subject(self.chance)}"
        record = Event(
            relation=relation,
            event_type=name,
            title_supplied=self.chance.random() < 0.3,
            **self.common("event", title, a_day(self.chance)),
        )
        some = self.chance.random() < 0.35
        role = Participation.Role.SPEAKER
        return Draft(record, [(role, self.person(relation.country_a_id))] if some else [])

    def visit(self, relation: Relation) -> Draft:
        sides = [relation.country_a, relation.country_b]
        self.chance.shuffle(sides)
        host, guest = sides
        record = Visit(
            relation=relation,
            host=host,
            visit_type=self.chance.choice(Visit.Type.values),
            rank=self.chance.choice(Visit.Rank.values),
            place=f"Capital of {host.name_en}",
            **self.common(
                "visit", f"Visit to {host.name_en} on {a_subject(self.chance)}", a_day(self.chance)
            ),
        )
        return Draft(record, [(Participation.Role.VISITOR, self.person(guest.pk))])

    def person(self, country: int) -> Person:
        return self.chance.choice(self.world.people[country])

    def mission(self, relation: Relation) -> Draft:
        sides = [relation.country_a, relation.country_b]
        self.chance.shuffle(sides)
        day = a_day(self.chance)
        title = f"Mission of {sides[0].name_en} in {sides[1].name_en}"
        end = until(self.chance, day)
        record = Mission(
            relation=relation,
            sender=sides[0],
            host=sides[1],
            mission_type=self.chance.choice(("embassy", "consulate_general", "consulate")),
            **self.common("mission", title, day, until=end),
        )
        return Draft(record)

    def membership(self, organization: Organization, member) -> Draft:
        day = a_day(self.chance)
        title = f"{member.name_en} in {organization.name}"
        record = Membership(
            organization=organization,
            member=member,
            membership_type=self.chance.choice(Membership.Type.values),
            **self.common("membership", title, day, until=".."),
        )
        return Draft(record)

    def office(self) -> Draft:
        country = self.chance.choice(self.world.countries)
        rank, day = self.chance.choice(RANKS), a_day(self.chance)
        title = f"{Office.Rank(rank).label} of {country.name_en}".capitalize()
        record = Office(
            person=self.person(country.pk),
            country=country,
            rank=rank,
            **self.common("office", title, day, until=until(self.chance, day)),
        )
        return Draft(record)

    def bilateral(self, relation: Relation, room: int) -> Draft:
        """A bilateral treaty, with as many of its steps as there is room for."""
        life = self.chance.choices(tuple(LIVES), tuple(LIVES.values()))[0]
        day, steps = a_day(self.chance), []
        start = day
        for kind, party, gap in life[: room - 1]:
            day += timedelta(days=int(gap * self.chance.uniform(0.5, 1.5)))
            if day > LAST:
                break
            steps.append(StepPlan(kind, party, day))
        parties = [relation.country_a, relation.country_b]
        return Draft(self.treaty(start, relation), self.signatories(parties), parties, steps)

    def multilateral(self, room: int) -> Draft:
        """A multilateral treaty, which its parties join one by one and some of them leave."""
        parties, day = self.some_countries(), a_day(self.chance)
        steps = [StepPlan("signature", None, day)]
        force = day + timedelta(days=self.chance.randint(100, 1500))
        if force <= LAST:
            steps.append(StepPlan("entry_into_force", None, force))
        for place in range(len(parties)):
            steps += self.joining(place, day)
        return Draft(self.treaty(day, None), [], parties, steps[: room - 1])

    def joining(self, place: int, day: date) -> list[StepPlan]:
        """The steps by which a party joins a treaty of a day, and in rare cases leaves it."""
        joined = day + timedelta(days=self.chance.randint(30, 6000))
        left = joined + timedelta(days=self.chance.randint(1000, 9000))
        steps = [StepPlan(self.chance.choice(("ratification", "accession")), place, joined)]
        if self.chance.random() < 0.06:
            steps.append(StepPlan("denunciation", place, left))
        return [step for step in steps if step.day <= LAST]

    def some_countries(self) -> list:
        """Three or more countries, up to two thirds of all, sometimes with an organization."""
        most = max(4, len(self.world.countries) * 2 // 3)
        number = 3 + int((most - 3) * self.chance.random() ** 2)
        parties = self.chance.sample(self.world.countries, number)
        if self.chance.random() < 0.1:
            parties.append(self.chance.choice(self.world.organizations))
        return parties

    def treaty(self, day: date, relation: Relation | None) -> Treaty:
        instrument = self.chance.choice(INSTRUMENTS)
        title = f"{Treaty.Instrument(instrument).label.capitalize()} on {a_subject(self.chance)}"
        term = self.chance.choice((None, None, None, 5, 10))
        return Treaty(
            relation=relation,
            instrument=instrument,
            level=self.chance.choice(Treaty.Level.values),
            binding=self.chance.choice(Treaty.Binding.values),
            force_days=self.chance.choice((None, None, 0, 30)),
            term_years=term,
            renewal_years=term,
            notice_months=self.chance.choice((None, 6, 12)),
            **self.common("treaty", title, day),
        )

    def signatories(self, parties: list) -> list[tuple[str, Person]]:
        if self.chance.random() > 0.3:
            return []
        return [(Participation.Role.SIGNATORY, self.person(party.pk)) for party in parties]
