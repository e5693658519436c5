"""The rows that generated records and figures refer to, and their sources."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from random import Random

from relations.models import Country, Organization, Person, Relation, Topic
from sample_data.chance import PUBLISHED, SUBJECTS, a_day, a_subject, skewed, vague
from sample_data.sizes import Sizes
from sources.models import Passage, Source

BATCH = 2000
PASSAGES = 30
TOPICS = ("security", "economy", "trade", "energy", "transport", "culture", "education", "health")
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "re", "si", "to", "vu", "za", "she", "ga", "ori")
RIGHTS = ("public_domain", "open", "open", "reserved", "reserved", "reserved", "unknown")


@dataclass(slots=True)
class World:
    """The rows that records and figures refer to, each kind in a fixed order."""

    countries: list[Country]
    relations: list[Relation]
    topics: list[Topic]
    organizations: list[Organization]
    people: dict[int, list[Person]]
    sources: list[Source]
    passages: dict[int, list[Passage]]

    def place(self, chance: Random) -> tuple[Source, Passage | None]:
        """A random source, busy ones more often, and usually a passage in it."""
        source = self.sources[skewed(chance, len(self.sources))]
        return source, chance.choice(self.passages[source.pk]) if chance.random() < 0.6 else None


def land_slug(seed: int, number: int) -> str:
    """The slug of a generated country."""
    return f"land-{seed}-{number:03}"


def build_world(sizes: Sizes, chance: Random) -> World:
    """Insert all rows except records and figures."""
    countries = build_countries(sizes)
    sources = build_sources(sizes, chance)
    return World(
        countries=countries,
        relations=build_relations(sizes, countries),
        topics=build_topics(),
        organizations=build_organizations(sizes),
        people=build_people(sizes, countries, chance),
        sources=sources,
        passages=build_passages(sources, chance),
    )


def build_countries(sizes: Sizes) -> list[Country]:
    return Country.objects.bulk_create(
        Country(
            slug=land_slug(sizes.seed, number), kind="state", name_en=f"Land {sizes.seed}-{number}"
        )
        for number in range(1, sizes.countries + 1)
    )


def build_relations(sizes: Sizes, countries: list[Country]) -> list[Relation]:
    """The pairs, the busiest first: those of the busiest countries."""
    pairs = sorted(
        combinations(range(len(countries)), 2), key=lambda pair: (pair[0] + 1) * (pair[1] + 1)
    )
    rows = [Relation.of(countries[one], countries[other]) for one, other in pairs[: sizes.pairs]]
    return Relation.objects.bulk_create(rows, batch_size=BATCH)


def build_topics() -> list[Topic]:
    """The topics of the database, with those of TOPICS added that it lacks."""
    kept = set(Topic.objects.values_list("slug", flat=True))
    Topic.objects.bulk_create(
        Topic(slug=name, name=name.capitalize()) for name in TOPICS if name not in kept
    )
    return list(Topic.objects.order_by("slug"))


def build_organizations(sizes: Sizes) -> list[Organization]:
    return Organization.objects.bulk_create(
        Organization(
            slug=f"organization-{sizes.seed}-{number:04}",
            kind="intergovernmental",
            name=f"Organization {number} for {SUBJECTS[number % len(SUBJECTS)]}",
            published_at=PUBLISHED,
        )
        for number in range(1, sizes.organizations + 1)
    )


def build_people(sizes: Sizes, countries: list[Country], chance: Random) -> dict[int, list[Person]]:
    """The people by the primary key of their country."""
    rows = [
        Person(
            slug=f"person-{sizes.seed}-{number:06}",
            name=f"{a_name(chance)} {a_name(chance)}",
            country=countries[number % len(countries)],
            published_at=PUBLISHED,
        )
        for number in range(sizes.people)
    ]
    people = defaultdict(list)
    for row in Person.objects.bulk_create(rows, batch_size=BATCH):
        people[row.country_id].append(row)
    return people


def a_name(chance: Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3))).capitalize()


def build_sources(sizes: Sizes, chance: Random) -> list[Source]:
    rows = []
    for number in range(1, sizes.sources + 1):
        rights = chance.choice(RIGHTS)
        rows.append(
            Source(
                slug=f"source-{sizes.seed}-{number:05}",
                title=f"Report {number} on {a_subject(chance)}",
                kind=chance.choice(("official", "news", "academic", "encyclopedia", "op_ed")),
                grade=chance.choice(("primary", "secondary", "tertiary", "")),
                publisher=f"Publisher {skewed(chance, 200)}",
                language=chance.choice(("en", "fr", "ru", "az", "kk")),
                date=vague(chance, a_day(chance)),
                rights=rights,
                licence="CC BY 4.0" if rights == "open" else "",
                published_at=PUBLISHED,
            )
        )
    return Source.objects.bulk_create(rows, batch_size=BATCH)


def build_passages(sources: list[Source], chance: Random) -> dict[int, list[Passage]]:
    """The passages of each source, by its primary key; most quote a few words."""
    rows = []
    for source in sources:
        for place in range(PASSAGES):
            paragraph, sentence = place // 5 + 1, place % 5 + 1
            rows.append(
                Passage(
                    source=source,
                    locator=f"p{paragraph}s{sentence}",
                    paragraph=paragraph,
                    sentence=sentence,
                    quote=f"agreed on {a_subject(chance)}" if chance.random() < 0.7 else "",
                    published_at=PUBLISHED,
                )
            )
    passages = defaultdict(list)
    for row in Passage.objects.bulk_create(rows, batch_size=BATCH):
        passages[row.source_id].append(row)
    return passages
