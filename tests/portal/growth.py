"""More rows of every kind that the pages of the first pair show, for tests that count queries."""

from relations.models import Disagreement, Event, Organization, Person, Relation, Visit
from sources.models import Source
from tests.factories import (
    CitationFactory,
    CountryFactory,
    CountryNameFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    SourceFactory,
    SuccessionFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from trade.models import Indicator

EVENT = "diplomatic-relations-azerbaijan-kazakhstan"
VISIT = "tokayev-visit-azerbaijan-2024-03"
PERSON, BODY, SOURCE = "ilham-aliyev", "osce", "a-historic-opportunity"


def grow(start, times):
    """Add this many rows of each kind, one a year from `start`, to the pair and the rows above."""
    pair, source = Relation.objects.get(), Source.objects.get(slug=SOURCE)
    person, body = Person.objects.get(slug=PERSON), Organization.objects.get(slug=BODY)
    known = [Event.objects.get(slug=EVENT), Visit.objects.get(slug=VISIT)]
    one, other = pair.country_a, pair.country_b
    for year in range(start, start + times):
        row = {"date": str(year), "published": True}
        dated = [
            EventFactory(relation=pair, **row),
            VisitFactory(relation=pair, **row),
            MissionFactory(relation=pair, **row),
            OfficeFactory(person=person, country=one, **row),
            MembershipFactory(organization=body, **row),
        ]
        for record in dated:
            ParticipationFactory(record=record, person=person)
            ParticipationFactory(record=record, person=None, organization=body)
        for record in known + dated:
            CitationFactory(record=record, source=SourceFactory())
            CitationFactory(record=record, source=source)
            ParticipationFactory(record=record)
            Disagreement.objects.create(
                key=f"{record.pk} {year}", rule="rival_dates", title="A", record=record
            )
        shared = OrganizationFactory()
        for side in (one, other):
            MembershipFactory(member=side, organization=shared, **row)
        for treaty in (
            TreatyFactory(relation=pair, **row),
            TreatyFactory(relation=None, parties=[one, other, CountryFactory()], **row),
        ):
            for step in ("signature", "ratification", "entry_into_force"):
                TreatyActionFactory(treaty=treaty, action_type=step, **row)
        stated = {"from_country": one, "to_country": other, "source": source, "published": True}
        TradedGoodFactory(**stated)
        for indicator in (IndicatorFactory(), Indicator.objects.get(slug="trade-turnover")):
            FigureFactory(indicator=indicator, period=str(year), **stated)
        CountryNameFactory(country=one)
        SuccessionFactory(successor=one)
