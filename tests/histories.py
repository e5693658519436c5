"""Random changes to a small knowledge base, as editors and imports make them."""

import random

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.changes import deleting, rows_changed
from core.dates import today
from relations import decisions, publication, workflow
from relations.merging import merge
from relations.models import (
    Disagreement,
    Event,
    FormerAddress,
    Organization,
    Person,
    Record,
    State,
)
from relations.models.record import record_class
from relations.release import release
from relations.takedown import follow_words, take_down
from sources.models import Passage, Source
from tests.factories import (
    CitationFactory,
    CommodityFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    SuccessionFactory,
    TopicFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    VisitFactory,
)
from trade.importers.figures import FigureWriter
from trade.models import Figure
from treaties.models import Treaty


class History:
    """Random changes, as editors and imports make them, to a small knowledge base."""

    def __init__(self, seed: int, user, countries: int = 3):
        self.random, self.user = random.Random(seed), user
        self.countries = [CountryFactory() for _number in range(countries)]
        self.sources = [SourceFactory(language="en") for _number in range(3)]
        self.topics = [TopicFactory() for _number in range(3)]
        self.indicator, self.commodity = IndicatorFactory(), CommodityFactory()
        rows_changed(*self.countries, *self.topics, self.indicator, self.commodity, *self.sources)
        self.done, self.refused = [], []
        for _number in range(8):
            publication.publish([self.draft()], user)
        publication.publish([self.treaty(self.pair())], user)

    def step(self):
        names = [name for name in dir(self) if name.startswith("may_")]
        name = self.random.choice(names)
        try:
            with transaction.atomic():
                getattr(self, name)()
            self.done.append(name)
        except (ValidationError, IntegrityError) as error:
            # What the desk refuses: two merged rows that contradict each other, for example.
            self.refused.append(f"{name}: {error}")

    def some(self, rows):
        rows = list(rows)
        if not rows:
            raise ValidationError("there is no such row")
        return self.random.choice(rows)

    def maybe(self, rows):
        """One of these rows, or None."""
        return self.random.choice([None, *rows])

    def pair(self):
        one, other = self.random.sample(self.countries, 2)
        return RelationFactory(country_a=one, country_b=other)

    def record(self, **lookup):
        row = self.some(Record.objects.exclude(kind="action").filter(**lookup).order_by("pk"))
        return record_class(row.kind).objects.with_actions().get(pk=row.pk)

    def cite(self, record, **values):
        source = self.some(self.sources)
        passage = self.some([None, PassageFactory(source=source)])
        CitationFactory(record=record, source=source, passage=passage, **values)

    def draft(self):
        pair = self.pair()
        record = self.random.choice(
            [
                lambda: VisitFactory(relation=pair),
                lambda: EventFactory(relation=pair, date=f"20{self.random.randint(10, 20)}"),
                lambda: EventFactory(
                    relation=pair,
                    anniversary_of=self.maybe(Event.objects.order_by("pk")),
                ),
                lambda: MembershipFactory(member=pair.country_a),
                lambda: MissionFactory(relation=pair),
                lambda: OfficeFactory(country=pair.country_b),
                lambda: self.treaty(pair),
            ]
        )()
        if record.kind != "treaty":
            self.cite(record)
        record.topics.set(self.random.sample(self.topics, 1))
        if person := self.maybe(Person.objects.order_by("pk")):
            ParticipationFactory(record=record, person=person)
        return record

    def treaty(self, pair):
        treaty = TreatyFactory(relation=pair)
        self.cite(treaty)
        for kind, day in (("signature", "2001"), ("entry_into_force", "2002")):
            visit = self.maybe(Record.objects.filter(kind__in=("visit", "event")).order_by("pk"))
            action = TreatyActionFactory(treaty=treaty, action_type=kind, date=day, occasion=visit)
            self.cite(action)
        return treaty

    def may_write_a_draft(self):
        self.draft()

    def may_publish_a_draft(self):
        publication.publish([self.record(state=State.DRAFT)], self.user)

    def may_publish_at_once(self):
        publication.publish([self.draft()], self.user)

    def may_revise_a_record(self):
        record = self.record(state=State.PUBLISHED)
        record.summary = f"Summary {self.random.random()}"
        publication.revise(record, self.user)

    def may_change_topics(self):
        record = self.record(state=State.PUBLISHED)
        record.topics.set(self.random.sample(self.topics, self.random.randint(0, 2)))
        publication.revise(record, self.user)

    def may_move_an_event(self):
        event = self.record(state=State.PUBLISHED, kind="event")
        event.relation = self.pair()
        publication.revise(event, self.user)

    def may_refer_to_another_record_or_none(self):
        event = self.record(state=State.PUBLISHED, kind="event")
        others = Event.objects.exclude(pk=event.pk).filter(anniversary_of=None).order_by("pk")
        event.anniversary_of = self.maybe(others)
        publication.revise(event, self.user)

    def may_change_the_occasion_of_a_step(self):
        treaty = self.record(state=State.PUBLISHED, kind="treaty")
        step = self.some(treaty.actions.filter(state=State.PUBLISHED).order_by("pk"))
        step.occasion = self.maybe(
            Record.objects.filter(kind__in=("visit", "event")).order_by("pk")
        )
        publication.revise(step, self.user)

    def may_change_the_links_of_a_treaty(self):
        treaty = self.record(state=State.PUBLISHED, kind="treaty")
        if link := treaty.links.first():
            link.delete()
        else:
            targets = Treaty.objects.exclude(pk=treaty.pk).order_by("pk")
            source = self.some(self.sources)
            TreatyLinkFactory(treaty=treaty, target=self.some(targets), source=source)
        publication.revise(Treaty.objects.with_actions().get(pk=treaty.pk), self.user)

    def may_let_a_country_follow_another(self):
        before, after = self.random.sample(self.countries, 2)
        if row := before.successions.first():
            with deleting([row]):
                row.delete()
        else:
            SuccessionFactory(predecessor=before, successor=after, date="2015")
        rows_changed(before)

    def may_add_a_step(self):
        treaty = self.record(state=State.PUBLISHED, kind="treaty")
        step = TreatyActionFactory(treaty=treaty, action_type="termination", date="2010")
        self.cite(step)
        publication.publish([step], self.user)

    def may_end_a_treaty(self):
        target = self.record(state=State.PUBLISHED, kind="treaty")
        treaty = self.treaty(target.relation)
        TreatyLinkFactory(treaty=treaty, target=target, source=self.some(self.sources))
        publication.publish([Treaty.objects.with_actions().get(pk=treaty.pk)], self.user)

    def may_propose_and_publish_a_change(self):
        record = self.record(state=State.PUBLISHED)

        def change(row):
            row.title = f"Title {self.random.random()}"
            row.save()

        workflow.change_pending(record, change, self.user, "")
        if self.random.random() < 0.7:
            workflow.submit(record, self.user)
            workflow.publish(record, self.user)

    def may_restore_a_version(self):
        record = self.record(state=State.PUBLISHED, version__gt=1)
        version = self.some(record.revisions.live().order_by("pk"))
        workflow.restore_version(record, version, self.user, "")
        workflow.submit(record, self.user)
        workflow.publish(record, self.user)

    def may_withdraw_a_record(self):
        workflow.withdraw(self.record(state=State.PUBLISHED), self.user, "Wrong.")

    def may_publish_a_withdrawn_record_again(self):
        merged = FormerAddress.objects.values("slug")
        rows = Record.objects.filter(state=State.WITHDRAWN).exclude(slug__in=merged)
        publication.publish([self.record(pk__in=rows)], self.user)

    def may_contradict_a_record(self):
        record = self.record(state=State.PUBLISHED)
        self.cite(record, stance="contradicts", field="date", as_stated="another day")
        publication.revise(type(record).objects.with_actions().get(pk=record.pk), self.user)

    def may_decide_a_disagreement(self):
        row = self.some(Disagreement.objects.present().order_by("pk"))
        if row.state == Disagreement.State.DECIDED:
            decisions.reopen(row, f"New evidence {self.random.random()}.", self.user)
        else:
            choice = self.some([decisions.NONE, *(member["id"] for member in row.members)])
            decisions.decide(row, choice, "It is better.", self.user)

    def may_merge_records(self):
        kept = self.record(state=State.PUBLISHED)
        same = Record.objects.filter(kind=kept.kind).exclude(pk=kept.pk)
        other = self.some(same.order_by("pk"))
        merge(kept, type(kept).objects.get(pk=other.pk), self.user)

    def may_merge_people(self):
        self.merge_names(Person)

    def may_merge_organizations(self):
        self.merge_names(Organization)

    def merge_names(self, model):
        kept = self.some(model.objects.order_by("pk"))
        merge(kept, self.some(model.objects.exclude(pk=kept.pk).order_by("pk")), self.user)

    def may_add_and_release_a_person(self):
        person = PersonFactory(country=self.some(self.countries))
        rows_changed(person)
        if self.random.random() < 0.5:
            release(person, self.user)

    def may_delete_a_released_organization(self):
        organization = OrganizationFactory()
        release(organization, self.user)
        if self.random.random() < 0.5:
            with deleting([organization]):
                organization.delete()

    def may_propose_a_change_of_a_source(self):
        source = self.some(Source.objects.public().order_by("pk"))

        def change(row):
            row.title = f"Source {self.random.random()}"
            row.language = self.some(["en", "ru"])
            row.save()

        workflow.change_pending(source, change, self.user, "")
        workflow.submit(source, self.user)
        workflow.publish(source, self.user)

    def may_change_rights(self):
        source = self.some(self.sources)
        source.refresh_from_db()
        source.rights, source.licence = self.some([("open", "CC BY"), ("unknown", "")])
        source.save()
        rows_changed(source)
        follow_words(source)

    def may_change_a_passage(self):
        passage = self.some(Passage.objects.order_by("pk"))
        passage.quote = " ".join(f"word{number}" for number in range(self.random.randint(1, 20)))
        passage.save()
        rows_changed(passage)

    def may_take_down_a_source(self):
        if self.random.random() < 0.3:
            take_down(self.some(Source.objects.order_by("pk")))

    def may_rename_a_country(self):
        country = self.some(self.countries)
        country.refresh_from_db()
        country.name_en = f"Land {self.random.random()}"
        country.save()
        rows_changed(country)

    def may_end_a_country(self):
        country = self.some(self.countries)
        country.refresh_from_db()
        country.until = self.some(["", "2030", "2040"])
        country.save()
        rows_changed(country)

    def may_describe_a_pair(self):
        pair = self.pair()
        pair.summary = self.some(["", f"Summary {self.random.random()}"])
        pair.save()
        rows_changed(pair)

    def may_rename_a_topic(self):
        topic = self.some(self.topics)
        topic.name = f"Topic {self.random.random()}"
        topic.save()
        rows_changed(topic)

    def figures(self, model=FigureFactory, **values):
        seller, buyer = self.random.sample(self.countries, 2)
        return model(
            source=self.some(self.sources), from_country=seller, to_country=buyer,
            commodity=self.some([None, self.commodity]), **values,
        )  # fmt: skip

    def may_import_and_publish_figures(self):
        for _number in range(5):
            self.figures(
                indicator=self.indicator,
                state=State.IN_REVIEW,
                value=str(self.random.choice([10, 10_000, 11_000_000])),
                period=f"20{self.random.randint(10, 13)}",
            )
        rows_changed(*Figure.objects.filter(state=State.IN_REVIEW))
        if self.random.random() < 0.7:
            publication.publish_all(Figure.objects.filter(state=State.IN_REVIEW))

    def may_confirm_figures(self):
        figure = self.some(Figure.objects.order_by("pk"))
        writer = FigureWriter()
        writer.cited, writer.as_of = figure.source, today()
        again = Figure.objects.get(pk=figure.pk)
        again.pk, again.vintage = None, today()
        again.derive()
        writer.write([(None, again)])

    def may_withdraw_a_figure(self):
        figure = self.some(Figure.objects.published().order_by("pk"))
        workflow.withdraw(figure, self.user, "Wrong.")

    def may_state_goods(self):
        good = self.figures(TradedGoodFactory)
        if self.random.random() < 0.5:
            publication.publish([good], self.user)
