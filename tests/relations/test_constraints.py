"""Every constraint of the tables in relations, violated in the database without validation."""

import pytest
from django.utils import timezone

from relations.models import (
    Country,
    Disagreement,
    ErrorReport,
    Event,
    FormerAddress,
    ImportedRow,
    ListAlias,
    PossibleDuplicate,
    Record,
    Relation,
    Statistics,
    WithdrawnRow,
)
from tests.factories import (
    CitationFactory,
    CountryFactory,
    CountryNameFactory,
    EventFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    SuccessionFactory,
)
from tests.refusals import constraints, rejected_by_database

pytestmark = pytest.mark.django_db


def twice(factory, **values):
    """A violation: two rows with the same values."""

    def violate():
        for _row in range(2):
            factory(**values)

    return violate


def reversed_pair():
    relation = RelationFactory()
    Relation.objects.create(
        slug="reversed", country_a=relation.country_b, country_b=relation.country_a
    )


def same_pair():
    relation = RelationFactory()
    Relation.objects.create(
        slug="again", country_a=relation.country_a, country_b=relation.country_b
    )


def pair_of_one_country():
    country = CountryFactory()
    Relation.objects.create(slug="alone", country_a=country, country_b=country)


def same_succession():
    first = SuccessionFactory()
    SuccessionFactory(predecessor=first.predecessor, successor=first.successor)


def same_withdrawn_row_twice():
    for _turn in range(2):
        WithdrawnRow.objects.create(kind="visit", slug="gone", at=timezone.now())


def succession_of_itself():
    country = CountryFactory()
    SuccessionFactory(predecessor=country, successor=country)


def same_name():
    first = CountryNameFactory()
    CountryNameFactory(country=first.country, name=first.name)


def same_citation():
    first = CitationFactory(record=EventFactory())
    CitationFactory(record=first.record, source=first.source, locator=first.locator)


def same_participant_twice(kind, factory):
    def violate():
        event, participant = EventFactory(), factory()
        values = {"person": None, kind: participant}
        for _row in range(2):
            ParticipationFactory(record=event, role="speaker", **values)

    return violate


def same_former_address_twice(kind, factory):
    def violate():
        for _row in range(2):
            FormerAddress.objects.create(slug="gone", **{kind: factory()})

    return violate


def possible_duplicates(times=1, decision="open", backwards=False):
    def violate():
        rows = sorted(EventFactory.create_batch(2), key=lambda row: row.pk, reverse=backwards)
        one, other = Record.objects.get(pk=rows[0].pk), Record.objects.get(pk=rows[1].pk)
        for _row in range(times):
            PossibleDuplicate.objects.create(one=one, other=other, reason="day", decision=decision)

    return violate


def same_row_of_a_list_twice():
    event, source = EventFactory(), SourceFactory()
    for _row in range(2):
        ImportedRow.objects.create(
            source=source, list_name="visits", kind="event", key="1", record_id=event.pk
        )


def same_name_in_a_list_twice():
    for _row in range(2):
        ListAlias.objects.create(list_name="visits", text="Bosna", country=CountryFactory())


def revision_violations(factory):
    """The violations of the constraints of a revision model, by the end of their names."""

    def add(**values):
        row = factory(**({"published": True} if factory is EventFactory else {"public": True}))
        for number, state in values.pop("rows"):
            row.revisions.create(number=number, state=state, snapshot={}, **values)

    return [
        ("number_unique", lambda: add(rows=[(7, "live"), (7, "superseded")])),
        ("state_known", lambda: add(rows=[(7, "lost")])),
        ("one_open", lambda: add(rows=[(7, "draft"), (8, "pending")])),
        ("sent_back_with_remark", lambda: add(rows=[(7, "rejected")])),
    ]


def decision_without_reason(**values):
    Disagreement.objects.create(key="k", rule="contradiction", state="decided", **values)


def decision(**values):
    row = Disagreement.objects.create(key="k", rule="contradiction")
    row.decisions.create(**{"state": "decided"} | values)


VIOLATIONS = [
    ("country_iso2_unique", twice(CountryFactory, iso2="XA")),
    ("country_iso3_unique", twice(CountryFactory, iso3="XAA")),
    ("country_iso_numeric_unique", twice(CountryFactory, iso_numeric="999")),
    ("country_iso_former_unique", twice(CountryFactory, iso_former="XAXX")),
    ("country_former_without_current_code", lambda: CountryFactory(kind="former_state", iso2="XA")),
    (
        "country_former_without_current_code",
        lambda: CountryFactory(kind="former_state", iso3="XAA"),
    ),
    (
        "country_former_without_current_code",
        lambda: CountryFactory(kind="former_state", iso_numeric="999"),
    ),
    ("country_until_after_from", lambda: CountryFactory(date="1992", until="1991")),
    ("country_name_unique", same_name),
    ("country_name_until_after_from", lambda: CountryNameFactory(date="1992", until="1991")),
    ("succession_unique", same_succession),
    ("succession_of_another", succession_of_itself),
    ("relation_of_two_countries", pair_of_one_country),
    ("relation_pair_unique", same_pair),
    ("relation_pair_unique", reversed_pair),
    ("record_state_known", lambda: EventFactory(state="lost")),
    ("record_kind_known", lambda: Record.objects.filter(pk=EventFactory().pk).update(kind="x")),
    ("record_title_given", lambda: EventFactory(title="")),
    ("record_until_after_date", lambda: EventFactory(date="2005-03", until="2005-02")),
    ("record_published_once_shown", lambda: EventFactory(state="published")),
    ("event_anniversary_of_something", lambda: EventFactory(anniversary=30)),
    ("mission_at_one_host", lambda: MissionFactory(host=None)),
    ("mission_at_one_host", lambda: MissionFactory(host_organization=OrganizationFactory())),
    (
        "mission_in_another_country",
        lambda: MissionFactory(host=(pair := RelationFactory()).country_a, relation=pair),
    ),
    ("office_of_one_body", lambda: OfficeFactory(country=None)),
    ("office_of_one_body", lambda: OfficeFactory(organization=OrganizationFactory())),
    ("participation_of_one", lambda: ParticipationFactory(record=EventFactory(), person=None)),
    (
        "participation_of_one",
        lambda: ParticipationFactory(record=EventFactory(), country=CountryFactory()),
    ),
    (
        "participation_of_one",
        lambda: ParticipationFactory(
            record=EventFactory(), country=CountryFactory(), organization=OrganizationFactory()
        ),
    ),
    ("participation_person_unique", same_participant_twice("person", PersonFactory)),
    ("participation_country_unique", same_participant_twice("country", CountryFactory)),
    (
        "participation_organization_unique",
        same_participant_twice("organization", OrganizationFactory),
    ),
    ("citation_unique", same_citation),
    ("citation_stance_known", lambda: CitationFactory(record=EventFactory(), stance="denies")),
    (
        "citation_inferred_with_note",
        lambda: CitationFactory(record=EventFactory(), inferred=True),
    ),
    ("disagreement_decided_with_reason", lambda: decision_without_reason(choice="1992")),
    ("decision_with_reason", lambda: decision(reason="")),
    ("decision_state_known", lambda: decision(state="lost", reason="It is the treaty's own.")),
    ("error_report_state_known", lambda: ErrorReport.objects.create(state="lost")),
    ("former_address_of_one", lambda: FormerAddress.objects.create(slug="gone")),
    (
        "former_address_of_one",
        lambda: FormerAddress.objects.create(
            slug="gone", person=PersonFactory(), organization=OrganizationFactory()
        ),
    ),
    ("former_address_record_unique", same_former_address_twice("record", EventFactory)),
    ("former_address_person_unique", same_former_address_twice("person", PersonFactory)),
    (
        "former_address_organization_unique",
        same_former_address_twice("organization", OrganizationFactory),
    ),
    ("imported_row_unique", same_row_of_a_list_twice),
    ("list_alias_unique", same_name_in_a_list_twice),
    ("list_alias_of_one", lambda: ListAlias.objects.create(list_name="visits", text="Bosna")),
    ("withdrawn_row_unique", same_withdrawn_row_twice),
    ("possible_duplicate_once", possible_duplicates(times=2)),
    ("possible_duplicate_in_order", possible_duplicates(backwards=True)),
    ("possible_duplicate_decision_known", possible_duplicates(decision="never")),
    ("statistics_of_its_pair", lambda: Statistics.objects.create(pk=5)),
    ("statistics_of_its_pair", lambda: Statistics.objects.create(pk=0, relation=RelationFactory())),
    *(
        (f"{name}revision_{end}", violate)
        for name, factory in (
            ("", EventFactory),
            ("person", PersonFactory),
            ("organization", OrganizationFactory),
            ("source", SourceFactory),
        )
        for end, violate in revision_violations(factory)
    ),
]


@pytest.mark.parametrize(("name", "violate"), VIOLATIONS)
def test_the_database_rejects_each_violation(name, violate):
    with rejected_by_database(constraints("relations")[name]):
        violate()


def test_every_constraint_has_a_violation():
    assert {name for name, _violate in VIOLATIONS} == set(constraints("relations"))


def test_several_countries_may_have_no_codes():
    CountryFactory.create_batch(3)
    assert Country.objects.filter(iso2="", iso3="", iso_numeric="", iso_former="").count() == 3


@pytest.mark.parametrize(
    ("date", "until"),
    [
        ("2005", "2005-02"),
        ("2005", ".."),
        ("2005", ""),
        ("", "2004"),
        ("[..2005]", "1990"),
        ("2005", "[2004..]"),
    ],
)
def test_the_database_accepts_a_possible_duration(date, until):
    EventFactory(date=date, until=until)
    assert Event.objects.values_list("date_earliest").count() == 1


def test_a_person_and_a_record_may_share_a_former_identifier():
    FormerAddress.objects.create(slug="gone", person=PersonFactory())
    FormerAddress.objects.create(slug="gone", record=EventFactory())
    assert FormerAddress.objects.filter(slug="gone").count() == 2
