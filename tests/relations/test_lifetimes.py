"""A country outside its lifetime is refused by every route, with its years and successors."""

import re
from copy import copy

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.dates import Edtf
from core.snapshot import full_snapshot
from relations.lifetimes import left_outside
from relations.merging import MergeRefused, merge
from relations.models import Country, Event, Visit
from relations.models.publishable import PublicationRefused
from relations.models.restoring import restore
from relations.problems import problems
from tests.desk.test_admin import citation_row, errors, event_form, formset
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    SuccessionFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish
from treaties.models import Party

pytestmark = pytest.mark.django_db
YEARS = "1 December 1918 – 27 April 1992"


@pytest.fixture
def ended():
    """A state of 1918 to 1992, followed by one of 1992 to 2006, and that by one that lasts."""
    old = CountryFactory(
        kind="former_state", name_en="Old State", date="1918-12-01", until="1992-04-27"
    )
    middle = CountryFactory(
        kind="former_state", name_en="Middle State", date="1992-04-27", until="2006-06-03"
    )
    new = CountryFactory(name_en="New State", date="2006-06-05")
    SuccessionFactory(predecessor=old, successor=middle)
    SuccessionFactory(predecessor=middle, successor=new)
    return old


@pytest.fixture
def began():
    return CountryFactory(name_en="Young State", date="1991-12-16")


LASTING = (
    # date, until, whether a state of 1918-12-01 to 1992-04-27 is refused, and one since 1991-12-16
    ("1992-04-27", "", False, False),
    ("1992-04-28", "", True, False),
    ("1992-04", "", False, False),
    ("1992", "", False, False),
    ("1993", "", True, False),
    ("1993~", "", False, False),
    ("1993?", "", False, False),
    ("[1990..1995]", "", False, False),
    ("[..1995]", "", False, False),
    ("[1993..]", "", True, False),
    ("", "", False, False),
    ("1980", "1992", False, False),
    ("1980", "1993", True, False),
    ("1980", "..", True, False),
    ("", "2000", True, False),
    ("1991-12-16", "", False, False),
    ("1991-12-15", "", False, True),
    ("1985", "", False, True),
    ("1985", "1990", False, True),
    ("1985~", "", False, False),
    ("", "1990", False, True),
    # It certainly lasted into the lifetime: the office of a president before independence.
    ("1990-04-24", "2019-03-20", True, False),
    ("1990-04-24", "1991", False, True),
)


@pytest.mark.parametrize(("date", "until", "late", "early"), LASTING)
def test_a_country_is_refused_only_on_dates_certainly_outside_its_lifetime(
    ended, began, date, until, late, early
):
    day, end = Edtf.parse(date), Edtf.parse(until)
    assert bool(ended.refusal(day, end)) == late
    assert bool(began.refusal(day, end)) == early


def test_an_approximate_lifetime_refuses_nothing():
    vague = CountryFactory(kind="former_state", date="1700~", until="1800?")
    assert not vague.refusal(Edtf.parse("1650"))
    assert not vague.refusal(Edtf.parse("1900"))


def test_the_message_names_the_years_and_the_successors_of_that_time(ended):
    assert ended.refusal(Edtf.parse("2001-05-09")) == (
        f"Old State ({YEARS}) did not exist on this date: 9 May 2001. Its successors: Middle State "
        "(27 April 1992 – 3 June 2006)."
    )
    assert ended.refusal(Edtf.parse("2010")).endswith(
        "Its successors: New State (since 5 June 2006)."
    )
    young = CountryFactory(date="2006-06-05")
    assert young.refusal(Edtf.parse("1900")) == (
        f"{young} (since 5 June 2006) did not exist on this date: 1900."
    )


def test_the_message_names_three_of_many_successors_of_that_time():
    old = CountryFactory(name_en="Union", until="1991-12-26")
    for name, until in (("D", ""), ("B", ""), ("C", "1995"), ("A", "1993"), ("E", "")):
        new = CountryFactory(name_en=name, date="1991-12-26", until=until)
        SuccessionFactory(predecessor=old, successor=new)
    refusals = {day: old.refusal(Edtf.parse(day)) for day in ("1992", "1994", "1996")}
    said = "Union (until 26 December 1991) did not exist on this date:"
    since = "since 26 December 1991"
    assert refusals == {
        "1992": f"{said} 1992. Its 5 successors include A (26 December 1991 – 1993), B ({since}), "
        "C (26 December 1991 – 1995).",
        "1994": f"{said} 1994. Its 4 successors include B ({since}), C (26 December 1991 – 1995), "
        f"D ({since}).",
        "1996": f"{said} 1996. Its successors: B ({since}), D ({since}), E ({since}).",
    }


def test_the_message_names_first_what_followed_most_closely_or_has_no_known_start():
    old = CountryFactory(name_en="Union", until="1991-12-26")
    for name, date in (("A", "1990"), ("B", "1991-12-26"), ("C", ""), ("D", "1991-12-01")):
        SuccessionFactory(predecessor=old, successor=CountryFactory(name_en=name, date=date))
    assert old.refusal(Edtf.parse("1992")).endswith(
        "Its 4 successors include B (since 26 December 1991), C, D (since 1 December 1991)."
    )


def test_the_message_names_a_predecessor_on_every_day_that_one_of_the_fixtures_existed(base):
    for country in Country.objects.exclude(date="").filter(precessions__isnull=False).distinct():
        for year in range(country.date.earliest.year - 120, country.date.earliest.year):
            day = Edtf.parse(str(year))
            if country.had_predecessor_on(day):
                assert "Its predecessors: " in country.refusal(day), (country, year)
                assert "Its predecessors: " in country.refusal(Edtf.parse(""), day)


def test_the_message_about_an_early_date_names_the_predecessors(ended):
    new = ended.successions.get().successor.successions.get().successor
    assert new.refusal(Edtf.parse("1985")) == (
        "New State (since 5 June 2006) did not exist on this date: 1985. Its predecessors: "
        f"Old State ({YEARS})."
    )


def rows_with(country):
    """A row of each kind that names a country, with the field that names it."""
    pair = {"relation": RelationFactory(country_a=country)}
    return [
        (EventFactory.build(**pair), "relation"),
        (VisitFactory.build(**pair, host=country), "host"),
        (VisitFactory.build(**pair, host=pair["relation"].other(country.pk)), "relation"),
        (MembershipFactory.build(member=country, organization=OrganizationFactory()), "member"),
        (
            MissionFactory.build(**pair, sender=country, host=pair["relation"].other(country.pk)),
            "sender",
        ),
        (
            MissionFactory.build(**pair, host=country, sender=pair["relation"].other(country.pk)),
            "host",
        ),
        (OfficeFactory.build(country=country, person=PersonFactory()), "country"),
        (TreatyFactory.build(**pair, parties=[]), "relation"),
    ]


@pytest.mark.parametrize("number", range(8))
def test_every_kind_refuses_a_country_after_its_end_and_before_its_start(ended, began, number):
    for country, day in ((ended, "2001-05-09"), (began, "1985")):
        row, field = rows_with(country)[number]
        row.date = day
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == {field}
        (words,) = refused.value.message_dict[field]
        assert words.startswith(f"{country} ({country.years}) did not exist on this date: ")
        row.date = "1992"
        row.full_clean()


def test_an_anniversary_of_a_former_state_may_be_marked(ended):
    event = EventFactory(relation=RelationFactory(country_a=ended), date="2001")
    event.event_type = "commemoration"
    event.full_clean()
    event.date = "1900"
    with pytest.raises(ValidationError):
        event.full_clean()


class TestParticipants:
    def test_a_former_state_takes_no_part_but_may_be_the_subject(self, ended):
        event = EventFactory(date="2001")
        part = ParticipationFactory.build(record=event, person=None, country=ended)
        with pytest.raises(ValidationError) as refused:
            part.full_clean()
        assert set(refused.value.message_dict) == {"country"}
        part.role = "subject"
        part.full_clean()

    def test_a_merge_cannot_move_a_former_state_to_a_later_record(self, ended):
        pair = RelationFactory()
        later = EventFactory(relation=pair, date="1995", published=True)
        other = EventFactory(relation=pair, date="1991", published=True)
        ParticipationFactory(record=other, person=None, country=ended)
        with pytest.raises(MergeRefused) as refused:
            merge(later, other)
        assert "Old State" in str(refused.value)
        assert other.participations.count() == 1


def assert_party(step, refused):
    """Assert that the party of a step is refused, or that the step is valid."""
    if not refused:
        step.full_clean()
        return
    with pytest.raises(ValidationError) as found:
        step.full_clean()
    assert set(found.value.message_dict) == {"party"}


class TestTreaties:
    def test_a_party_that_ended_before_the_treaty_is_refused(self, ended):
        treaty = TreatyFactory(relation=None, parties=[], date="2001")
        with pytest.raises(ValidationError) as refused:
            Party(treaty=treaty, country=ended).full_clean()
        assert set(refused.value.message_dict) == {"country"}

    def test_a_later_state_may_join_a_treaty_of_many(self, began):
        treaty = TreatyFactory(relation=None, parties=[], date="1961")
        Party(treaty=treaty, country=began).full_clean()

    def test_a_successor_may_be_a_party_to_its_predecessors_treaty_of_two(self, ended):
        new = ended.successions.get().successor.successions.get().successor
        relation = RelationFactory(country_a=new)
        TreatyFactory(relation=relation, date="1985").full_clean()
        with pytest.raises(ValidationError):
            TreatyFactory(relation=relation, date="1900").full_clean()

    @pytest.mark.parametrize(
        ("kind", "refused"),
        [
            ("signature", True),
            ("ratification", True),
            ("accession", True),
            ("denunciation", True),
            ("extension", True),
            ("termination", False),
            ("expiry", False),
            ("registration", False),
        ],
    )
    def test_a_former_state_takes_no_step_but_treaties_may_still_end(self, ended, kind, refused):
        relation = RelationFactory(country_a=ended)
        treaty = TreatyFactory(relation=relation, date="1985")
        step = TreatyActionFactory.build(
            treaty=treaty, action_type=kind, date="1995", party=treaty.parties.get(country=ended)
        )
        assert_party(step, refused)

    def test_a_step_taken_in_time_may_have_effect_later(self, ended):
        treaty = TreatyFactory(relation=RelationFactory(country_a=ended), date="1985")
        TreatyActionFactory.build(
            treaty=treaty, action_type="denunciation", date="1992-01-01", effective="1993-01-01",
            party=treaty.parties.get(country=ended),
        ).full_clean()  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "effective", "refused"),
        [
            ("succession", "1991-12-16", False),
            ("succession", "1991-12-15", True),
            ("succession", "", True),
            ("accession", "1991-12-16", True),
        ],
    )
    def test_a_succession_may_be_declared_before_the_first_day_of_the_successor(
        self, began, kind, effective, refused
    ):
        treaty = TreatyFactory(relation=None, parties=[], date="1961")
        party = Party.objects.create(treaty=treaty, country=began)
        step = TreatyActionFactory.build(
            treaty=treaty, action_type=kind, date="1991-12-01", effective=effective, party=party
        )
        assert_party(step, refused)

    def test_a_signature_by_all_after_the_end_of_one_is_refused(self, ended):
        treaty = TreatyFactory(relation=RelationFactory(country_a=ended), date="")
        step = TreatyActionFactory.build(treaty=treaty, date="1995")
        with pytest.raises(ValidationError) as refused:
            step.full_clean()
        assert set(refused.value.message_dict) == {"date"}

    def test_the_form_shows_the_refusal_at_the_row_of_the_party(self, admin_client, ended):
        other, source = CountryFactory(), SourceFactory()
        form = {"title": "Convention on rivers", "instrument": "convention", "date": "2001"}
        form |= {"level": "unknown", "binding": "unknown"}
        form |= formset("parties", {"country": other.pk}, {"country": ended.pk})
        form |= formset("actions") | formset("citations", citation_row(source))
        form |= formset("participations") | formset("links") | formset("texts")
        response = admin_client.post("/admin/treaties/treaty/add/", form)
        inlines = response.context["inline_admin_formsets"]
        (parties,) = [one.formset for one in inlines if one.formset.prefix == "parties"]
        assert [set(row) for row in parties.errors] == [set(), {"country"}]


class TestRoutes:
    def test_the_form_refuses_and_says_when_the_state_existed(self, admin_client, ended):
        pair = RelationFactory(country_a=ended)
        form = event_form(pair, date="9 May 2001") | formset("participations")
        form |= formset("citations", citation_row(SourceFactory()))
        response = admin_client.post("/admin/relations/event/add/", form)
        (words,) = errors(response)["relation"]
        assert YEARS in words
        assert "Middle State" in words
        assert not Event.objects.filter(relation=pair).exists()

    def test_a_stored_record_outside_a_lifetime_is_not_published(self, ended):
        event = EventFactory(relation=RelationFactory(country_a=ended), date="2001")
        CitationFactory(record=event)
        with pytest.raises(PublicationRefused) as refused:
            publish(event)
        assert YEARS in str(refused.value)
        assert any(YEARS in words for words in problems(event, None))

    def test_a_party_outside_its_lifetime_is_not_published(self, ended):
        treaty = TreatyFactory(relation=None, parties=[CountryFactory(), ended], date="2001")
        CitationFactory(record=treaty)
        with pytest.raises(PublicationRefused) as refused:
            publish(treaty)
        assert YEARS in str(refused.value)

    def test_a_version_that_no_longer_holds_cannot_be_restored(self):
        country = CountryFactory()
        event = EventFactory(relation=RelationFactory(country_a=country), date="2001")
        version = full_snapshot(event)
        country.until = "1992"
        country.save()
        with pytest.raises(ValidationError):
            restore(Event.objects.get(pk=event.pk), version)

    def test_a_visit_on_the_last_day_is_accepted_by_the_form_model(self, ended):
        pair = RelationFactory(country_a=ended)
        visit = VisitFactory(relation=pair, date="1992-04-27", until="1992-04-28")
        with pytest.raises(ValidationError):
            visit.full_clean()
        visit.until = ""
        visit.full_clean()
        assert Visit.objects.get(pk=visit.pk).guest


class TestShortening:
    """The lifetime of a country cannot be changed to leave out what has happened in it."""

    @pytest.fixture
    def country(self):
        return CountryFactory(name_en="Old State", date="1950", until="1992-04-27")

    def change(self, admin_client, country, **values):
        names = ("name_en", "kind", "slug", "date", "until")
        form = {name: str(getattr(country, name)) for name in names} | values
        form |= formset("names") | formset("successions")
        return admin_client.post(f"/admin/relations/country/{country.pk}/change/", form)

    @pytest.mark.parametrize("number", range(8))
    @pytest.mark.parametrize("state", ["draft", "published"])
    def test_each_kind_of_record_is_found(self, admin_client, country, number, state):
        row, _field = rows_with(country)[number]
        row.date, row.title, row.state = "1991-05-09", "Summit", state
        row.published_at = timezone.now() if state == "published" else None
        row.save()
        for name, words in (("until", "1990"), ("date", "1992")):
            response = self.change(admin_client, country, **{name: words})
            address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
            assert errors(response) == {
                name: [
                    f'1 entry is outside this lifetime: <a href="{address}">Summit</a> '
                    "(9 May 1991). Correct or withdraw it first."
                ]
            }
            country.refresh_from_db()
            assert (str(country.date), str(country.until)) == ("1950", "1992-04-27")

    @pytest.mark.parametrize(
        "make",
        [
            lambda country: FigureFactory(from_country=country, period="1991"),
            lambda country: FigureFactory(to_country=country, period="1989", period_until="1991"),
            lambda country: FigureFactory(reporter_country=country, period="1991"),
            lambda country: TradedGoodFactory(to_country=country, period="1991"),
            lambda country: TreatyFactory(relation=None, parties=[country], date="1991"),
            lambda country: ParticipationFactory(
                record=EventFactory(date="1991"), person=None, country=country
            ),
            lambda country: MembershipFactory(member=country, date="1960", until="1991"),
            lambda country: TreatyActionFactory(
                treaty=(treaty := TreatyFactory(relation=None, parties=[country], date="1985")),
                party=treaty.parties.get(), action_type="ratification", date="1991",
            ),
            lambda country: TreatyActionFactory(
                treaty=TreatyFactory(relation=RelationFactory(country_a=country), date=""),
                action_type="signature", date="1991",
            ),
        ],
    )  # fmt: skip
    def test_figures_parties_participants_and_steps_are_found(self, admin_client, country, make):
        make(country)
        (words,) = errors(self.change(admin_client, country, until="1990"))["until"]
        assert words.startswith("1 entry is outside this lifetime: ")

    @pytest.mark.parametrize(
        "make",
        [
            lambda country: EventFactory(
                relation=RelationFactory(country_a=country), date="1991", state="withdrawn"
            ),
            lambda country: ParticipationFactory(
                record=EventFactory(date="1991"), person=None, country=country, role="subject"
            ),
            lambda country: EventFactory(
                relation=RelationFactory(country_a=country), date="1991",
                event_type="commemoration",
            ),
            lambda country: EventFactory(relation=RelationFactory(country_a=country), date="1991~"),
            lambda country: EventFactory(relation=RelationFactory(country_a=country), date="1990"),
            # Outside before the change too.
            lambda country: EventFactory(relation=RelationFactory(country_a=country), date="2001"),
            lambda country: TreatyActionFactory(
                treaty=TreatyFactory(relation=RelationFactory(country_a=country), date="1985"),
                action_type="termination", date="1991",
            ),
        ],
    )  # fmt: skip
    def test_what_is_accepted_outside_a_lifetime_or_withdrawn_prevents_nothing(
        self, admin_client, country, make
    ):
        make(country)
        assert self.change(admin_client, country, until="1990").status_code == 302
        country.refresh_from_db()
        assert str(country.until) == "1990"

    def test_the_message_counts_all_and_links_the_first_three(self, admin_client, country):
        pair = RelationFactory(country_a=country)
        for year in (1993, 1991, 1992, 1990):
            EventFactory(relation=pair, title=f"Event of {year}", date=str(year))
        VisitFactory(relation=pair, host=country, title="A visit & more", date="1991-02")
        country.until = "1999"
        country.save()
        (words,) = errors(self.change(admin_client, country, until="1990"))["until"]
        assert re.sub(r' href="[^"]+"', "", words) == (
            "4 entries are outside this lifetime: <a>Event of 1991</a> (1991), <a>A visit &amp; "
            "more</a> (February 1991), <a>Event of 1992</a> (1992) …. Correct or withdraw them "
            "first."
        )

    def test_a_membership_that_has_not_ended_lies_outside_a_state_that_has(self, admin_client):
        country = CountryFactory(name_en="State", date="1950")
        known = MembershipFactory(member=country, date="1960", until="..")
        unknown = MembershipFactory(member=country, date="", until="..")
        (words,) = errors(self.change(admin_client, country, until="1990"))["until"]
        assert re.sub(r"</?a[^>]*>", "", words) == (
            f"2 entries are outside this lifetime: {unknown} (date unknown – not ended), "
            f"{known} (1960 – not ended). Correct or withdraw them first."
        )

    def test_a_longer_lifetime_is_accepted(self, admin_client, country):
        EventFactory(relation=RelationFactory(country_a=country), date="2001")
        response = self.change(admin_client, country, date="1900", until="1995")
        assert response.status_code == 302

    def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
        self, country, django_assert_max_num_queries
    ):
        pair = RelationFactory(country_a=country)
        after = copy(country)
        after.until = Edtf.parse("1990")
        for number in range(30):
            EventFactory(relation=pair, date="1991")
            FigureFactory(from_country=country, period="1991", note=str(number))
        with django_assert_max_num_queries(40):
            assert len(left_outside(country, after)) == 60
