"""Stored periods: they match the pure function and stay up to date after every change."""

from collections import Counter
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertInHTML

from core.dates import Edtf
from relations.decisions import NONE, decide, reopen
from relations.models import Disagreement, State
from relations.models.publishable import PublicationRefused
from relations.models.relation import pair_slug
from relations.publication import revise
from tests.factories import (
    CitationFactory,
    CountryFactory,
    PartyFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
)
from tests.steps import publish, withdraw
from tests.treaties.test_life import logs
from treaties.life import life_course, status_on
from treaties.models import Party, Treaty, TreatyAction, TreatyPeriod
from treaties.models.period import steps, terms
from treaties.models.treaty import outdated_periods, update_periods, with_steps
from treaties.standings import Standings
from treaties.terms import coming_ends

pytestmark = pytest.mark.django_db


def published(*actions, **values) -> Treaty:
    """A published treaty with published actions (type, date, further values) of one source."""
    treaty = TreatyFactory(**values)
    source = SourceFactory()
    for place, (kind, day, *more) in enumerate(actions):
        given_values = more[0] if more else {}
        action = TreatyActionFactory(
            treaty=treaty, action_type=kind, date=day, slug=f"{treaty.slug}-{place}", **given_values
        )
        CitationFactory(record=action, source=source)
    CitationFactory(record=treaty, source=source)
    publish(treaty)
    return treaty


def statuses(treaty, **parties) -> list[tuple]:
    rows = treaty.periods.filter(party=None, **parties).order_by("position")
    return [(row.status, str(row.start), str(row.end)) for row in rows]


IN_FORCE = (("signature", "1996-09-16"), ("entry_into_force", "1999-01-29"))


class TestStoredPeriods:
    def test_moving_a_step_updates_both_treaties(self):
        one, other = published(*IN_FORCE), published(("signature", "1990-01-01"))
        step = one.actions.get(action_type="entry_into_force")
        step = TreatyAction.objects.get(pk=step.pk)
        step.treaty = other
        revise(step)
        assert outdated_periods([one.pk, other.pk]) == {}
        assert statuses(one)[-1][0] == "signed_unknown"
        assert statuses(other)[-1][0] == "in_force"

    def test_publishing_stores_periods_and_withdrawing_deletes_them(self):
        treaty = published(*IN_FORCE)
        assert statuses(treaty) == [
            ("signed", "1996-09-16", "1999-01-29"),
            ("in_force", "1999-01-29", ""),
        ]
        assert treaty.periods.first().decided_by == [f"{treaty.slug}-0"]
        withdraw(treaty)
        assert statuses(treaty) == []

    def test_a_draft_has_no_periods(self):
        action = TreatyActionFactory()
        assert not action.treaty.periods.exists()
        revise(action)
        assert not action.treaty.periods.exists()

    def test_publishing_an_action_updates_the_periods(self):
        treaty = published(*IN_FORCE)
        TreatyActionFactory(
            treaty=treaty, action_type="termination", date="2010-01-01", published=True
        )
        assert statuses(treaty)[-1] == ("terminated", "2010-01-01", "")

    def test_changing_or_withdrawing_an_action_updates_the_periods(self):
        treaty = published(*IN_FORCE)
        action = treaty.actions.get(action_type="entry_into_force")
        action.date = "2000"
        revise(action)
        assert statuses(treaty)[-1] == ("in_force", "2000", "")
        withdraw(action)
        assert statuses(treaty) == [("signed_unknown", "1996-09-16", "")]

    def test_changing_the_terms_updates_the_periods(self):
        treaty = published(*IN_FORCE)
        treaty.term_years = 10
        revise(treaty)
        assert statuses(treaty)[-1] == ("expired", "2009-01-29", "")

    def test_publishing_many_treaties_takes_a_constant_number_of_queries(self):
        def ready():
            treaty = TreatyFactory()
            for kind, day in IN_FORCE:
                CitationFactory(
                    record=TreatyActionFactory(treaty=treaty, action_type=kind, date=day)
                )
            CitationFactory(record=treaty)
            return treaty.pk

        one, several = [ready()], [ready() for _each in range(5)]
        rows = Treaty.objects.filter(pk__in=one)
        with CaptureQueriesContext(connection) as first:
            publish(rows)
        with CaptureQueriesContext(connection) as second:
            publish(Treaty.objects.filter(pk__in=several))
        assert len(second) == len(first)
        assert TreatyPeriod.objects.count() == 12


class TestLinks:
    def test_a_treaty_ends_when_the_one_that_supersedes_it_enters_into_force(self, client):
        old = published(*IN_FORCE)
        new = published(("signature", "2010-01-01"), ("entry_into_force", "2012-05-01"))
        link = TreatyLinkFactory(treaty=new, target=old)
        assert statuses(old)[-1] == ("superseded", "2012-05-01", "")
        assert old.periods.last().decided_by == [new.slug]
        page = client.get(old.get_absolute_url()).content.decode()
        assertInHTML(f'<a href="{new.get_absolute_url()}">{new}</a>', page)
        link.delete()
        assert statuses(old)[-1] == ("in_force", "1999-01-29", "")

    def test_a_superseding_treaty_counts_only_while_published(self):
        old = published(*IN_FORCE)
        new = TreatyFactory()
        entry = TreatyActionFactory(treaty=new, action_type="entry_into_force", date="2012-05-01")
        for record in (new, entry):
            CitationFactory(record=record)
        TreatyLinkFactory(treaty=new, target=old)
        assert statuses(old)[-1][0] == "in_force"
        publish(new)
        assert statuses(old)[-1] == ("superseded", "2012-05-01", "")
        withdraw(new)
        assert statuses(old)[-1][0] == "in_force"

    def test_changing_a_treaty_updates_the_treaties_that_it_supersedes(self):
        first, second, third = (
            published(("entry_into_force", day)) for day in ("1990-01-01", "2000", "2010-01-01")
        )
        TreatyLinkFactory(treaty=second, target=first)
        TreatyLinkFactory(treaty=third, target=second, link_type="terminates")
        assert statuses(first)[-1] == ("superseded", "2000", "")
        assert statuses(second)[-1] == ("terminated", "2010-01-01", "")
        action = second.actions.get()
        action.date = "2001-05-05"
        revise(action)
        assert statuses(first)[-1] == ("superseded", "2001-05-05", "")
        call_command("check_periods", verbosity=0)

    def test_an_amendment_leaves_the_treaty_in_force(self):
        old, new = published(*IN_FORCE), published(("entry_into_force", "2005-01-01"))
        TreatyLinkFactory(treaty=new, target=old, link_type="amends")
        assert statuses(old)[-1] == ("in_force", "1999-01-29", "")


class TestDays:
    def test_in_force_takes_one_query_and_includes_only_certain_ones(
        self, django_assert_num_queries
    ):
        exact = published(*IN_FORCE)
        vague = published(("signature", "1996"), ("entry_into_force", "1999"))
        published(("signature", "1996-01-01"))
        with django_assert_num_queries(1):
            assert list(Treaty.objects.in_force(date(1999, 6, 1))) == [exact]
        assert list(Treaty.objects.possibly_in_force(date(1999, 6, 1))) == [vague]
        assert set(Treaty.objects.in_force(date(1999, 12, 31))) == {exact, vague}
        assert not Treaty.objects.possibly_in_force(date(1999, 12, 31)).exists()
        assert not Treaty.objects.in_force(date(1999, 1, 28)).exists()
        within = Treaty.objects.in_force_within(date(1990, 1, 1), date(1999, 1, 29))
        assert set(within) == {exact, vague}

    def test_with_status_gives_certainty_and_the_last_known_day(self, django_assert_num_queries):
        treaty = published(
            ("signature", "1996-01-01"),
            ("entry_into_force", "1999"),
            ("status_stated", "2020-01-01", {"status": "in_force"}),
        )

        def on(*day):
            row = Treaty.objects.with_status(date(*day)).get(pk=treaty.pk)
            return row.status, row.certain, row.status_in_words

        with django_assert_num_queries(1):
            assert on(1995, 12, 31) == ("", False, "not concluded yet")
        assert on(1996, 1, 1) == ("signed", True, "signed, not in force")
        assert on(1999, 6, 1) == ("in_force", False, "possibly in force")
        assert on(2020, 1, 1) == ("in_force", True, "in force")
        assert on(2020, 1, 2)[2] == "in force, as last known on 1 January 2020"

    def test_a_treaty_binds_a_pair_only_if_both_are_bound(self):
        one, other, third = CountryFactory(), CountryFactory(), CountryFactory()
        treaty = published(
            ("entry_into_force", "1995-01-01"), relation=None, parties=[one, other, third]
        )
        party = treaty.parties.get(country=third)
        for kind, day, effective in (
            ("accession", "2000-03-01", "2000-04-01"),
            ("withdrawal", "2010-03-01", "2010-10-01"),
        ):
            TreatyActionFactory(
                treaty=treaty, party=party, action_type=kind, date=day, effective=effective,
                published=True,
            )  # fmt: skip

        def binding(day, *countries):
            return Treaty.objects.of_pair(*countries).binding_on(date(*day), *countries).exists()

        assert binding((1996, 1, 1), one, other)
        assert not binding((1996, 1, 1), one, third)
        assert binding((2000, 4, 1), third, one)
        assert not binding((2010, 10, 1), one, third)
        assert binding((2010, 10, 1), one, other)

    def test_a_treaty_is_possibly_binding_if_a_party_has_no_known_day(self):
        one, other = CountryFactory(), CountryFactory()
        treaty = published(
            ("entry_into_force", "1995-01-01"), relation=None,
            parties=[one, other, CountryFactory()],
        )  # fmt: skip
        TreatyActionFactory(
            treaty=treaty, party=treaty.parties.get(country=other), action_type="accession",
            date="2000-03-01", published=True,
        )  # fmt: skip
        for day, certain, possible in (
            ((1999, 1, 1), False, False), ((2005, 1, 1), False, True)
        ):  # fmt: skip
            on, rows = date(*day), Treaty.objects.all()
            assert rows.binding_on(on, one, other).exists() == certain
            assert rows.possibly_binding_on(on, one, other).exists() == possible

    def test_the_status_between_two_is_certain_only_if_both_are_certainly_bound(self):
        one, other = CountryFactory(), CountryFactory()
        treaty = published(
            ("entry_into_force", "1995-01-01"), relation=None,
            parties=[one, other, CountryFactory()],
        )  # fmt: skip
        party = treaty.parties.get(country=other)
        for kind, day, values in (
            ("accession", "2000-03-01", {}),
            ("status_stated", "2010-01-01", {"status": "in_force"}),
        ):
            TreatyActionFactory(
                treaty=treaty, party=party, action_type=kind, date=day, published=True, **values
            )

        def words(*day):
            rows = Treaty.objects.with_status(date(*day), one, other)
            return rows.get(pk=treaty.pk).status_in_words

        assert words(1999, 1, 1) == "not bound yet"
        assert words(2005, 1, 1) == "possibly in force"
        assert words(2010, 1, 1) == "in force"
        assert words(2010, 1, 2) == "in force, as last known on 1 January 2010"

    def test_a_successor_is_bound_when_its_predecessor_ends(self):
        union = CountryFactory(kind="former_state", until="1991-12-26")
        heir, other = CountryFactory(), CountryFactory()
        treaty = published(
            ("entry_into_force", "1950-01-01"),
            date="1949",
            relation=None,
            parties=[union, other, heir],
        )
        TreatyActionFactory(
            treaty=treaty, party=treaty.parties.get(country=heir), action_type="succession",
            date="1992-06-01", effective="1991-12-26", published=True,
        )  # fmt: skip

        def bound(day, country):
            return Treaty.objects.binding_on(date(*day), country, other).exists()

        assert [bound((1970, 1, 1), union), bound((1970, 1, 1), heir)] == [True, False]
        assert [bound((1992, 1, 1), union), bound((1992, 1, 1), heir)] == [False, True]


# Each example takes many queries; a profile with fewer examples takes precedence.
@settings(max_examples=min(25, settings().max_examples))
@given(logs(), st.lists(st.integers(0, 5000), min_size=25, max_size=25))
def test_stored_periods_match_the_pure_function_day_by_day(log, offsets):
    """Random steps through the models and the database's own queries."""
    found, laid_down, _endings = log
    public = {"state": State.PUBLISHED, "published_at": timezone.now()}
    countries = {
        name: CountryFactory(kind="former_state" if ended else "state", until=str(ended))
        for name, ended in laid_down.parties.items()
    }
    values = {name: getattr(laid_down, name) for name in Treaty.TERMS}
    treaty = TreatyFactory(relation=None, parties=list(countries.values()), **values)
    parties = {name: treaty.parties.get(country=country) for name, country in countries.items()}
    saved = {}
    for place, step in enumerate(found):
        saved[step.slug] = TreatyActionFactory(
            treaty=treaty, slug=f"{treaty.slug}-{place}", action_type=step.type,
            date=str(step.date), effective=str(step.effective), status=step.status,
            party=parties.get(step.party), revokes=saved.get(step.revokes), **public,
        )  # fmt: skip
    Treaty.objects.filter(pk=treaty.pk).update(**public)
    update_periods([treaty.pk])
    (fetched,) = with_steps([treaty.pk])
    course = life_course(steps(fetched), terms(fetched))
    for offset in offsets:
        day = date(1988, 1, 1) + timedelta(days=offset)
        row = Treaty.objects.with_status(day).get(pk=treaty.pk)
        status, certain, known_on = status_on(course, day)
        assert (row.status, row.certain, row.known_on) == (status, certain, known_on)
        sure = any(period.certain(day) and period.status == "in_force" for period in course)
        assert Treaty.objects.in_force(day).filter(pk=treaty.pk).exists() == sure
    for offset in offsets[:3]:
        day = date(1988, 1, 1) + timedelta(days=offset)
        for sides in ((), *permutations(list(countries.values())[:3], 2)):
            assert_same_standing(treaty, day, *sides)


def assert_same_standing(treaty, on, *countries):
    """Computed from the stored periods, a standing is the one that the queries give."""
    found, rows = Standings([treaty.pk], on, *countries), Treaty.objects.filter(pk=treaty.pk)
    asked, standing = rows.with_status(on, *countries).get(), found.of(treaty.pk)
    names = ("status", "certain", "known_on", "on", "status_scope")
    assert [getattr(standing, name) for name in names[:3]] == [
        getattr(asked, name) for name in names[:3]
    ]
    assert standing.binds == rows.binding_on(on, *countries).exists()
    possibly = rows.possibly_binding_on(on, *countries).exists()
    assert standing.possibly_binds == (standing.binds or possibly)
    found.annotate([treaty])
    assert [getattr(treaty, name) for name in names] == [getattr(asked, name) for name in names]


class TestBetweenCountries:
    """The status between two countries, which can differ from that of the treaty as a whole."""

    def several(self, *actions, **values):
        countries = [CountryFactory() for _each in range(4)]
        treaty = published(
            ("entry_into_force", "1994-04-20"), *actions, relation=None, parties=countries, **values
        )
        return treaty, countries

    def act(self, treaty, country, kind, day, **values):
        party = treaty.parties.get(country=country)
        return TreatyActionFactory(
            treaty=treaty, party=party, action_type=kind, date=day, published=True, **values
        )

    def between(self, treaty, day, *countries):
        on = date.fromisoformat(day)
        row = Treaty.objects.with_status(on, *countries).get(pk=treaty.pk)
        rows = Treaty.objects.filter(pk=treaty.pk)
        bound = rows.binding_on(on, *countries).exists()
        assert bound == (row.status == "in_force" and row.certain)
        assert_same_standing(treaty, on, *countries)
        assert list(rows.standings(on, *countries)) == (
            [(row.status, row.certain)] if row.status else []
        )
        return row.status_in_words

    def test_an_extension_by_some_parties_keeps_it_in_force_between_these(self):
        treaty, (one, other, third, _fourth) = self.several(term_years=5)
        for country in (one, other):
            self.act(treaty, country, "extension", "1999-04-02")
        assert self.between(treaty, "1999-04-19", one, third) == "in force"
        assert self.between(treaty, "1999-04-20", one, third) == "expired"
        assert self.between(treaty, "1999-04-20", third, one) == "expired"
        assert self.between(treaty, "1999-04-20", one, other) == "in force"
        assert self.between(treaty, "1999-04-20", third) == "expired"
        assert self.between(treaty, "1999-04-20") == "in force"

    def test_a_party_is_not_bound_before_it_accedes(self):
        treaty, (one, other, *_others) = self.several()
        self.act(treaty, one, "accession", "2000-01-01", effective="2000-02-01")
        assert self.between(treaty, "2000-01-31", one, other) == "not bound yet"
        assert self.between(treaty, "2000-02-01", one, other) == "in force"

    def test_a_former_state_is_bound_by_nothing_after_its_end(self):
        treaty, (one, other, *_others) = self.several()
        one.kind, one.until = "former_state", "1999-12-26"
        one.save()
        assert self.between(treaty, "1999-12-26", one, other) == "in force"
        assert self.between(treaty, "1999-12-27", one, other) == "terminated"
        assert self.between(treaty, "1999-12-27") == "in force"

    def test_a_treaty_of_two_with_a_former_state_is_not_known_since_its_end(self):
        one, other = CountryFactory(kind="former_state", until="1999-12-26"), CountryFactory()
        pair = RelationFactory(country_a=one, country_b=other)
        treaty = published(*IN_FORCE, date="1996-09-16", relation=pair)
        assert self.between(treaty, "1999-12-26", one, other) == "in force"
        assert self.between(treaty, "1999-12-27", other) == "unknown"
        assert self.between(treaty, "1999-12-27", one) == "terminated"

    @pytest.mark.parametrize("role", ["depositary", "guarantor", "witness", "observer"])
    def test_a_participant_with_another_role_is_not_bound(self, role):
        treaty, (one, other, *_others) = self.several()
        treaty.parties.filter(country=other).update(role=role)
        self.act(treaty, other, "ratification", "1993-01-01")
        update_periods([treaty.pk])
        on = date(2000, 1, 1)
        assert not Treaty.objects.binding_on(on, one, other).exists()
        assert Treaty.objects.binding_on(on, one).exists()
        assert not Treaty.objects.of_pair(one, other).exists()
        assert not Treaty.objects.with_party(other).exists()
        assert not treaty.periods.filter(party__country=other).exists()

    def test_two_parties_and_a_guarantor_are_a_treaty_of_two(self):
        one, other, keeper = (CountryFactory() for _each in range(3))
        treaty = published(*IN_FORCE, relation=None, parties=[one, other, keeper])
        treaty.parties.filter(country=keeper).update(role="guarantor")
        self.act(treaty, one, "denunciation", "2001-01-01", effective="2002-01-01")
        assert statuses(treaty)[-1] == ("terminated", "2002-01-01", "")

    def test_a_later_treaty_of_some_parties_ends_it_between_these(self):
        treaty, (one, other, third, _fourth) = self.several()
        later = published(
            ("entry_into_force", "2010-01-01"),
            relation=None,
            parties=[one, other, CountryFactory()],
        )
        TreatyLinkFactory(treaty=later, target=treaty)
        assert self.between(treaty, "2009-12-31", one, other) == "in force"
        assert self.between(treaty, "2010-01-01", one, other) == "superseded"
        # Between one of these and another party, only the earlier treaty is in force.
        assert self.between(treaty, "2010-01-01", one, third) == "in force"
        assert self.between(treaty, "2010-01-01", one) == "in force"
        assert self.between(treaty, "2010-01-01") == "in force"

    def test_a_later_treaty_of_all_parties_ends_it_as_a_whole(self):
        treaty, countries = self.several()
        later = published(("entry_into_force", "2010-01-01"), relation=None, parties=countries[:3])
        TreatyLinkFactory(treaty=later, target=treaty)
        assert self.between(treaty, "2010-01-01") == "in force"
        PartyFactory(treaty=later, country=countries[3])
        revise(later)
        assert self.between(treaty, "2010-01-01") == "superseded"

    def test_a_step_counts_until_it_is_revoked(self):
        treaty, (one, other, *_others) = self.several()
        notice = self.act(treaty, one, "withdrawal", "2016-11-10", effective="2017-11-10")
        assert self.between(treaty, "2017-11-10", one, other) == "terminated"
        back = self.act(treaty, one, "revocation", "2017-02-10", revokes=notice)
        assert self.between(treaty, "2017-11-10", one, other) == "in force"
        withdraw(back)
        assert self.between(treaty, "2017-11-10", one, other) == "terminated"


class TestRevocations:
    def refusal(self, **values):
        treaty = TreatyFactory()
        party, other = treaty.parties.all()
        step = TreatyActionFactory(
            treaty=treaty, party=party, action_type="denunciation", date="2016-11-10"
        )
        given_values = {"treaty": treaty, "party": party, "date": "2017-02-10", "revokes": step}
        row = TreatyAction(
            slug="back", action_type="revocation", **given_values | {
                name: {"other": other}.get(value, value) for name, value in values.items()
            },
        )  # fmt: skip
        row.derive()
        try:
            row.clean()
        except ValidationError as error:
            return error.message_dict["revokes"]
        return []

    def test_a_party_can_revoke_its_own_notice(self):
        assert self.refusal() == []

    def test_another_party_cannot_revoke_it(self):
        assert self.refusal(party="other") == [
            "Only the party that took this step can revoke it: choose the same party."
        ]

    def test_a_step_cannot_be_revoked_before_it_was_taken(self):
        assert self.refusal(date="2016-11-09") == ["It cannot be revoked before it was taken."]

    def test_a_step_of_another_treaty_cannot_be_revoked(self):
        step = TreatyActionFactory(action_type="denunciation", date="2016-11-10")
        assert self.refusal(revokes=step) == ["This step belongs to another treaty."]

    def test_an_entry_into_force_cannot_be_revoked(self):
        treaty = TreatyFactory()
        step = TreatyActionFactory(treaty=treaty, action_type="entry_into_force", date="2000")
        assert self.refusal(revokes=step, treaty=treaty, party=None) == [
            "Only a notice, signature, consent, reservation or declaration can be revoked."
        ]


class TestTerms:
    def test_coming_ends_lists_ends_and_renewals_in_order(self):
        ending = published(("entry_into_force", "2000-06-01"), term_years=5)
        renewing = published(("entry_into_force", "2000-03-01"), term_years=5, renewal_years=1)
        published(("entry_into_force", "2000-03-01"))
        published(("entry_into_force", "2000-03-01"), term_years=20)
        found = coming_ends(Treaty.objects.published(), date(2006, 1, 1), months=11)
        assert [(end.day, end.treaty, end.renews) for end in found] == [
            (date(2006, 3, 1), renewing, True)
        ]
        found = coming_ends(Treaty.objects.published(), date(2005, 1, 1), months=11)
        assert [(end.day, end.treaty, end.words) for end in found] == [
            (date(2005, 3, 1), renewing, "renews itself on 1 March 2005"),
            (date(2005, 6, 1), ending, "ends on 1 June 2005"),
        ]

    @pytest.mark.parametrize(
        ("left", "bound"), [(None, True), ("2004-03-01", False), ("2007-03-01", True)]
    )
    @pytest.mark.parametrize("renewal", [None, 1])
    def test_a_treaty_that_a_party_has_left_no_longer_ends_for_the_pair(
        self, client, left, bound, renewal
    ):
        one, other, third = CountryFactory.create_batch(3)
        treaty = TreatyFactory(
            relation=None, parties=[one, other, third], term_years=5, renewal_years=renewal,
            published=True,
        )  # fmt: skip
        TreatyActionFactory(
            treaty=treaty, action_type="entry_into_force", date="2000-06-01", published=True
        )
        if left:
            TreatyActionFactory(
                treaty=treaty, action_type="withdrawal", date=left, effective=left,
                party=treaty.parties.get(country=one), published=True,
            )  # fmt: skip
        treaty.update_periods()
        day, treaties = date(2005, 1, 1), Treaty.objects.published()
        for pair, ends in (((one, other), bound), ((other, third), True)):
            found = coming_ends(treaties, day, 11, *pair)
            assert [end.day for end in found] == [date(2005, 6, 1)] * ends
        asked = {"party": one.slug, "other_party": other.slug, "on": str(day), "ending": "12"}
        assert len(client.get("/treaties/", asked).context["object_list"]) == bound
        page = client.get(f"/relations/{pair_slug(one, other)}/", {"on": str(day)})
        lists = [group.treaties for group in page.context["in_force"]]
        rows = [row for part in (*lists, page.context["other_treaties"]) for row in part.rows]
        assert [bool(row.coming_end) for row in rows] == [bound]


class TestRivals:
    @pytest.fixture
    def treaty(self):
        """A treaty with two days of entry into force, from two sources."""
        treaty = published(("signature", "1990-01-01"))
        for number, day in enumerate(("1991-01-01", "1992-01-01")):
            TreatyActionFactory(
                treaty=treaty, action_type="entry_into_force", date=day, slug=f"entry-{number}",
                published=True,
            )  # fmt: skip
        return treaty

    def test_rival_dates_are_a_disagreement_and_the_days_between_possible(self, treaty):
        found = Disagreement.objects.present().get(rule="rival_actions")
        assert [member["value"] for member in found.members] == [
            "1 January 1991", "1 January 1992"
        ]  # fmt: skip
        assert statuses(treaty)[-1] == ("in_force", "[1991-01-01..1992-01-01]", "")

    def test_a_decision_takes_effect_at_once_and_persists(self, treaty):
        found = Disagreement.objects.get(rule="rival_actions")
        decide(found, "record:entry-1", "The depositary's own notice.")
        assert statuses(treaty)[-1] == ("in_force", "1992-01-01", "")
        revise(treaty)
        assert statuses(treaty)[-1] == ("in_force", "1992-01-01", "")
        found.refresh_from_db()
        assert found.state == "decided"

    def test_of_rejected_rivals_none_counts_until_the_decision_is_reopened(self, treaty):
        undecided = statuses(treaty)
        decide(Disagreement.objects.get(rule="rival_actions"), NONE, "Neither is documented.")
        assert "in_force" not in [status for status, _start, _end in statuses(treaty)]
        reopen(Disagreement.objects.get(rule="rival_actions"), "A notice has turned up.")
        assert statuses(treaty) == undecided
        assert not outdated_periods([treaty.pk])

    def test_a_party_that_left_may_accede_again_by_another_source(self):
        treaty = published(*IN_FORCE, relation=None, parties=[CountryFactory() for _each in "abc"])
        party = treaty.parties.first()
        for kind, day in (
            ("accession", "2000-01-01"), ("withdrawal", "2005-01-01"), ("accession", "2010-01-01"),
        ):  # fmt: skip
            TreatyActionFactory(
                treaty=treaty, party=party, action_type=kind, date=day, published=True
            )
        assert not Disagreement.objects.exists()

    def test_one_source_may_date_two_entries_into_force(self):
        treaty = published(
            ("entry_into_force", "1950-01-01"),
            ("termination", "1960-01-01"),
            ("entry_into_force", "1970-01-01"),
        )
        assert not Disagreement.objects.exists()
        assert [row[0] for row in statuses(treaty)] == ["in_force", "terminated", "in_force"]


class TestStatements:
    def test_a_statement_that_contradicts_the_steps_is_a_disagreement(self):
        treaty = published(
            ("entry_into_force", "1990-01-01"),
            ("termination", "2000-01-01"),
            ("status_stated", "2010-01-01", {"status": "in_force"}),
        )
        found = Disagreement.objects.present().get(rule="status")
        assert [member["value"] for member in found.members] == ["in force", "terminated"]
        assert statuses(treaty)[-1][0] == "terminated"

    def test_a_statement_that_fits_the_steps_is_no_disagreement(self):
        published(*IN_FORCE, ("status_stated", "2010-01-01", {"status": "in_force"}))
        assert not Disagreement.objects.exists()

    def test_compare_status_counts_differences_by_reason(self, capsys):
        published(*IN_FORCE, ("status_stated", "2010-01-01", {"status": "in_force"}))
        published(("signature", "1990-01-01"), ("status_stated", "2010", {"status": "in_force"}))
        wrong = published(
            ("entry_into_force", "1990-01-01"),
            ("termination", "2000-01-01"),
            ("status_stated", "2010-01-01", {"status": "in_force"}),
        )
        call_command("compare_status")
        assert capsys.readouterr().out.splitlines() == [
            "     1 the same status from the steps alone",
            "     1 unknown from the steps: the statement decides",
            "     1 stated “in force”, from the steps “terminated”: "
            "a termination is dated on or before that day",
            f"         {wrong.slug}",
            "     3 statements, of which 1 differ.",
        ]


class TestImpossibleOrder:
    @pytest.mark.parametrize(
        ("actions", "words"),
        [
            (
                [("signature", "2000-01-01"), ("ratification", "1999-01-01")],
                "ratification on 1 January 1999, before the signature on 1 January 2000",
            ),
            (
                [("initialling", "2001"), ("signature", "2000-01-01")],
                "signature on 1 January 2000, before the initialling on 2001",
            ),
            (
                [("entry_into_force", "2000-01-01"), ("termination", "1999-05")],
                "termination from May 1999, before the entry into force from 1 January 2000",
            ),
        ],
    )
    def test_an_impossible_order_in_one_source_is_rejected(self, actions, words):
        with pytest.raises(PublicationRefused) as error:
            published(*actions)
        assert words in error.value.messages[0]
        assert not Treaty.objects.published().exists()

    @pytest.mark.parametrize(
        "actions",
        [
            [("signature", "2000-03-05"), ("entry_into_force", "2000-01-01")],
            [("signature", "2000-06"), ("ratification", "2000")],
            [("signature", "2000~"), ("ratification", "1999-01-01")],
            [("signature", "2000-01-01"), ("ratification", "")],
        ],
    )
    def test_a_possible_order_is_published(self, actions):
        assert published(*actions).state == "published"

    def test_two_sources_may_contradict_each_other(self):
        treaty = published(("signature", "2000-01-01"))
        TreatyActionFactory(
            treaty=treaty, action_type="ratification", date="1999-01-01", published=True
        )
        publish(treaty)
        assert treaty.state == "published"

    def test_a_denunciation_cannot_take_effect_before_it_is_given(self):
        action = TreatyActionFactory.build(
            treaty=TreatyFactory(), action_type="denunciation", date="2000", effective="1999"
        )
        with pytest.raises(Exception, match="before its own date"):
            action.clean()


class TestCheck:
    def test_check_periods_passes_if_stored_and_computed_are_equal(self, capsys):
        published(*IN_FORCE)
        call_command("check_periods")
        assert capsys.readouterr().out == "1 treaties, 2 periods, all as computed.\n"

    def test_check_periods_fails_on_differences_and_fixes_them(self, capsys):
        treaty = published(*IN_FORCE)
        treaty.periods.filter(status="in_force").update(first=date(1990, 1, 1))
        with pytest.raises(CommandError, match="1 of 1 treaties have wrong periods"):
            call_command("check_periods")
        assert f"{treaty.slug}: the stored periods" in capsys.readouterr().err
        call_command("check_periods", "--fix")
        call_command("check_periods")
        assert treaty.periods.get(status="in_force").first == date(1999, 1, 29)


@pytest.mark.parametrize(("plan", "number"), [([(None, False)], 15), ([], 0), ([(None, True)], 0)])
def test_migrations_store_missing_periods(base, plan, number):
    TreatyPeriod.objects.all().delete()
    config = apps.get_app_config("treaties")
    post_migrate.send(sender=config, app_config=config, plan=plan)
    assert TreatyPeriod.objects.count() == number


def test_the_treaties_of_the_first_pair_have_the_known_statuses(base):
    def status(slug, *day):
        return Treaty.objects.with_status(date(*day)).get(slug=slug).status_in_words

    assert status("foundations-of-relations-1996", 1999, 1, 28) == "signed, not in force"
    assert status("foundations-of-relations-1996", 1999, 1, 29) == "in force"
    assert status("investment-treaty-1996", 1998, 4, 29) == "signed, not in force"
    assert status("investment-treaty-1996", 1998, 4, 30) == "in force"
    unknown = "signed, entry into force unknown"
    assert status("strategic-partnership-agreement-2005", 2026, 1, 1) == unknown
    for year in range(2015, 2100):
        words = status("migration-agreement-2019", year, 1, 1)
        assert words == (unknown if year >= 2020 else "not concluded yet")
    migration = TreatyPeriod.objects.filter(treaty__slug="migration-agreement-2019")
    assert set(migration.values_list("status", flat=True)) == {"signed_unknown"}


def test_actions_have_the_relation_of_their_treaty():
    relation = RelationFactory()
    treaty = published(*IN_FORCE, relation=relation)
    assert {row.relation for row in TreatyAction.objects.filter(treaty=treaty)} == {relation}
    assert Edtf.parse("1996-09-16") == treaty.actions.get(action_type="signature").date


def test_the_periods_of_more_than_a_thousand_parties_are_fetched():
    countries = [CountryFactory() for _number in range(21)]
    treaties = [TreatyFactory(parties=[]) for _number in range(50)]
    parties = Party.objects.bulk_create(
        Party.of(treaty, country=country) for treaty in treaties for country in countries
    )
    TreatyPeriod.objects.bulk_create(
        TreatyPeriod(
            treaty=party.treaty, party=party, position=0, status="in_force", start="2000",
            end="2001", first=date(2000, 1, 1), last=date(2001, 1, 1), rule="entry",
        )
        for party in parties
    )  # fmt: skip
    rows = Treaty.objects.with_related()
    found = [str(period.party.country) for row in rows for period in row.periods.all()]
    assert Counter(found) == {str(country): 50 for country in countries}
