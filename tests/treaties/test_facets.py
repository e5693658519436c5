"""The stored counts of the facets of all treaties: they always match the published ones."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from core.dates import today
from core.filters import FacetedFilter
from relations.publication import revise
from tests.factories import (
    CitationFactory,
    CountryFactory,
    RelationFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
)
from tests.steps import publish, withdraw
from tests.treaties.test_periods import IN_FORCE, published
from treaties.filters import TreatyFilter
from treaties.models import FacetCounts, Treaty
from treaties.models.facets import SIZE

pytestmark = pytest.mark.django_db


def counts(counted=TreatyFilter.counts) -> dict[str, dict]:
    """The counts of all facets by value, without zeros."""
    asked = TreatyFilter({}, queryset=Treaty.objects.published())
    assert asked.is_valid()
    return {
        name: {value: count for value, count in found.items() if value and count}
        for name, found in counted(asked).items()
    }


def counted_anew() -> dict[str, dict]:
    return counts(FacetedFilter.counts)


@pytest.fixture
def pact():
    pair = RelationFactory(country_a__slug="aa", country_b__slug="bb")
    return published(*IN_FORCE, slug="pact", relation=pair, topics=[TopicFactory(slug="rivers")])


def test_a_published_treaty_counts_in_each_facet(pact):
    assert (
        counts()
        == {
            "status": {"in_force": 1},
            "instrument": {"agreement": 1},
            "scope": {"bilateral": 1},
            "registered": {"no": 1},
            "topic": {"rivers": 1},
            "party": {"aa": 1, "bb": 1},
            "other_party": {"aa": 1, "bb": 1},
        }
        == counted_anew()
    )


def test_drafts_and_withdrawn_treaties_do_not_count(pact):
    TreatyFactory()
    assert counts()["scope"] == {"bilateral": 1}
    withdraw(pact)
    assert counts() == dict.fromkeys(counts(), {}) == counted_anew()


def test_a_revised_treaty_counts_with_its_new_values(pact):
    pact.topics.set([TopicFactory(slug="trade")])
    pact.instrument = "protocol"
    revise(pact)
    assert counts()["topic"] == {"trade": 1}
    assert counts()["instrument"] == {"protocol": 1}
    pact.relation = None
    pact.save()
    revise(pact)
    assert counts()["scope"] == {"multilateral": 1}
    assert counts() == counted_anew()


def test_a_registration_counts_for_the_treaty_that_has_it_now(pact):
    other = TreatyFactory(relation=pact.relation, title="Another", published=True)
    # So that the other one is counted elsewhere.
    moved = TreatyFactory(pk=pact.pk + 10 * SIZE, title="A third", published=True)
    assert FacetCounts.objects.differing() == []
    step = TreatyActionFactory(treaty=pact, action_type="registration", date="1999-01-01")
    CitationFactory(record=step)
    publish(step)
    assert counts()["registered"] == {"yes": 1, "no": 2}
    for treaty in (other, moved):
        step.treaty = treaty
        step.save()
        revise(step)
        assert FacetCounts.objects.differing() == []
    withdraw(step)
    assert counts()["registered"] == {"no": 3}


def test_a_status_changes_with_the_days_without_any_change_of_a_row(monkeypatch):
    soon, vague = today() + timedelta(days=40), today() + timedelta(days=80)
    published(("entry_into_force", "2000-01-01"), ("termination", soon.isoformat()))
    published(("signature", "2000-01-01"), ("entry_into_force", f"[{soon}..{vague}]"))
    published(("signature", vague.isoformat()))
    for days in (0, 39, 40, 41, 79, 80, 81, 1000):
        day = today() + timedelta(days=days)
        told = FacetCounts.objects.total(day)["status"]
        with monkeypatch.context() as later:
            later.setattr("treaties.filters.today", lambda day=day: day)
            assert told == counted_anew()["status"], days
            assert counts() == counted_anew()
    assert FacetCounts.objects.total(today())["status"] == {"in_force": 1, "signed": 1, "none": 1}
    assert FacetCounts.objects.total(soon)["status"] == {
        "terminated": 1, "in_force~": 1, "none": 1
    }  # fmt: skip


def test_days_before_the_last_count_are_counted_anew(pact, monkeypatch):
    assert FacetCounts.objects.total(today() - timedelta(days=1)) == {}
    monkeypatch.setattr("treaties.filters.today", lambda: date(1998, 1, 1))
    assert counts()["status"] == {"signed": 1}


def test_a_country_that_ends_changes_the_counts(pact):
    country = pact.relation.country_b
    country.until = "2001-01-01"
    country.save()
    assert counts() == counted_anew()
    assert counts()["status"] == {"unknown": 1}


def test_treaties_published_together_are_counted_in_all_their_rows():
    for number in range(3):
        CitationFactory(record=TreatyFactory(pk=(number + 1) * SIZE, title=f"Pact {number}"))
    publish(Treaty.objects.all())
    assert FacetCounts.objects.count() == 3
    assert counts()["scope"] == {"bilateral": 3}
    assert counts() == counted_anew()


def test_filters_count_only_what_they_leave(pact, client):
    published(("signature", "2005-05-24"), relation=None, parties=[CountryFactory()])
    form = client.get("/treaties/", {"scope": "bilateral"}).context["filterset"].form
    labels = [str(label) for value, label in form.fields["instrument"].widget.choices if value]
    assert labels == ["agreement (1)"]


class TestCheck:
    def test_check_periods_finds_and_fixes_wrong_counts(self, pact):
        (row,) = FacetCounts.objects.all()
        row.counts["scope"] = {"bilateral": 7}
        row.save()
        with pytest.raises(CommandError, match="facets of the records .* are counted wrong"):
            call_command("check_periods")
        call_command("check_periods", fix=True)
        assert counts()["scope"] == {"bilateral": 1}
        call_command("check_periods")

    def test_missing_counts_are_found(self, pact):
        FacetCounts.objects.all().delete()
        assert len(FacetCounts.objects.differing()) == 1

    def test_wrong_later_changes_are_found(self, pact):
        FacetCounts.objects.update(changes={"2999-01-01": {"in_force": 1}})
        assert len(FacetCounts.objects.differing()) == 1

    def test_the_fixtures_are_counted(self, base):
        assert FacetCounts.objects.differing() == []
        assert counts() == counted_anew()
