"""Pages change with what they show beyond the records of their own pair or country."""

import pytest

from core.changes import rows_changed
from relations import publication
from relations.models import Disagreement, FormerAddress, Relation
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    ParticipationFactory,
    RelationFactory,
    SourceFactory,
    TreatyFactory,
    TreatyLinkFactory,
)
from tests.portal.test_cached_pages import NOT_CACHED, a_treaty_with_a_step, answer
from tests.steps import publish
from trade.models import Figure, Indicator
from treaties.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]


@pytest.fixture
def shown(client):
    """The body of a page, which must be as if it was not cached."""

    def read(page: str) -> str:
        fresh = answer(client, page, NOT_CACHED)
        assert fresh[0] == 200
        assert answer(client, page) == fresh
        return fresh[1].decode()

    return read


@pytest.fixture
def pair() -> Relation:
    pair = RelationFactory()
    rows_changed(pair, pair.country_a, pair.country_b)
    return pair


def an_event(pair):
    return CitationFactory(record=EventFactory(relation=pair)).record.event


def exports(country, **values) -> Figure:
    """A draft of exports that a country reports, to the world by default."""
    indicator = Indicator.objects.get(slug="exports")
    values = {"to_country": None, "to_area": "0"} | values
    if values["to_country"]:
        values["to_area"] = ""
    return FigureFactory(
        indicator=indicator, from_country=country, reporter_country=country, **values
    )


def publish_figures(*figures):
    publish(Figure.objects.filter(pk__in=[row.pk for row in figures]))


def test_an_embedded_timeline_changes_also_at_the_address_with_the_countries_reversed(pair, shown):
    page = f"/embed/relations/{pair.country_b.slug}-{pair.country_a.slug}/timeline/"
    shown(page)
    event = an_event(pair)
    publish(event)
    assert event.title in shown(page)


def test_the_feed_of_a_country_has_records_of_other_pairs_in_which_it_takes_part(pair, shown):
    event, third = an_event(pair), RelationFactory().country_a
    ParticipationFactory(record=event, person=None, country=third)
    page = f"/countries/{third.slug}.atom"
    shown(page)
    publish(event)
    assert event.title in shown(page)


def test_a_treaty_shows_a_family_that_spans_pairs(pair, shown):
    other, third = RelationFactory(), RelationFactory()
    treaty, middle, far = map(a_treaty_with_a_step, (pair, other, third))
    for one in (treaty, far):
        TreatyLinkFactory(treaty=one, target=middle, link_type="amends")
    for row in (middle, treaty):
        publish(row)
    page = treaty.get_absolute_url()
    assert far.title not in shown(page)
    publish(far)
    assert far.title in shown(page)
    far.title = "Renamed"
    far.save()
    rows_changed(far)
    assert "Renamed" in shown(page)


def test_what_changed_names_a_treaty_of_another_pair_that_is_no_longer_linked(
    pair, shown, admin_user
):
    treaty, target = map(a_treaty_with_a_step, (pair, RelationFactory()))
    for row in (treaty, target):
        publish(row)
    link = TreatyLinkFactory(treaty=treaty, target=target, link_type="amends")
    for change in (link.save, link.delete):
        change()
        publication.revise(Treaty.objects.with_actions().get(pk=treaty.pk), admin_user)
    pages = [
        f"/changes/{treaty.slug}/",
        f"/relations/{pair.slug}.atom",
        f"/countries/{pair.country_a.slug}.atom",
    ]
    for title in ("Renamed", "Renamed again"):
        target = Treaty.objects.with_actions().get(pk=target.pk)
        target.title = title
        publication.revise(target, admin_user)
        assert [title in shown(page) for page in pages] == [True, True, True]


def test_an_embedded_treaty_that_was_merged_is_the_one_that_stayed(pair, shown):
    merged = TreatyFactory(relation=pair, state="withdrawn")
    treaty = a_treaty_with_a_step(RelationFactory())
    publish(treaty)
    FormerAddress.objects.create(slug=merged.slug, record=treaty)
    page = f"/embed/treaties/{merged.slug}/"
    shown(page)
    treaty.title = "Renamed"
    treaty.save()
    rows_changed(treaty)
    assert "Renamed" in shown(page)


class TestFigures:
    @pytest.fixture(autouse=True)
    def indicator(self, base):
        """Exports are among the indicators of the fixtures."""

    def test_the_page_of_a_world_total_lists_the_same_of_other_sources(self, pair, shown):
        first, second = (exports(pair.country_a, value=value) for value in ("5000000", "3000000"))
        publish_figures(first)
        page = f"/trade/figures/{first.slug}/"
        shown(page)
        publish_figures(second)
        assert second.slug in shown(page)

    def test_a_chart_of_shares_changes_with_the_world_total(self, pair, shown):
        same = {"source": SourceFactory()}
        years = ("2020", "2021", "2022")
        country, other = pair.country_a, pair.country_b
        parts = [exports(country, to_country=other, period=year, **same) for year in years]
        *wholes, late = (exports(country, value="4000000", period=year, **same) for year in years)
        publish_figures(*parts, *wholes)
        pages = [
            f"{prefix}/trade/{pair.slug}/charts/share-of-exports-usd/" for prefix in ("", "/embed")
        ]
        assert ["2022" in shown(page) for page in pages] == [False, False]
        publish_figures(late)
        assert ["2022" in shown(page) for page in pages] == [True, True]

    def test_a_decision_about_another_partner_changes_ranks(self, pair, shown):
        country, third = pair.country_a, RelationFactory().country_b
        between = RelationFactory(country_a=country, country_b=third)
        own = exports(country, to_country=pair.country_b, value="2")
        low, high = (exports(country, to_country=third, value=value) for value in ("1", "3"))
        publish_figures(own, low, high)
        disagreement = Disagreement.objects.create(
            key="rival_figures:1", rule="rival_figures", title="Exports", relation=between
        )
        pages = []
        for choice in (low, high):
            disagreement.state, disagreement.reason = Disagreement.State.DECIDED, "Revised."
            disagreement.choice = f"figure:{choice.slug}"
            disagreement.save()
            rows_changed(disagreement)
            pages.append(shown(f"/trade/{pair.slug}/"))
        assert pages[0] != pages[1]
