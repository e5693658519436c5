"""Families of treaties: the tree of treaties that amend, implement or end one another."""

import pytest

from relations.models import Relation
from tests.factories import CountryFactory, SourceFactory, TreatyLinkFactory
from tests.portal.test_pages import text
from tests.steps import withdraw
from tests.treaties.test_pages import words
from tests.treaties.test_periods import published
from treaties.models import Treaty, TreatyLink

pytestmark = pytest.mark.django_db

TREE = [
    ("pact", None),
    ("  protocol", "protocol_to"),
    ("    change", "amends"),
    ("  new", "supersedes"),
]


@pytest.fixture(scope="module")
def members(module_database):
    """A treaty, its protocol, an amendment of that protocol, and a treaty that ends the first."""
    pair = Relation.objects.get_or_create_pair(CountryFactory(), CountryFactory())
    rows = {
        name: published(
            ("entry_into_force", day), slug=name, title=name, relation=pair, date=day
        )
        for name, day in (
            ("pact", "1990-01-01"), ("protocol", "1995-01-01"), ("change", "2000-01-01"),
            ("new", "2010-01-01"),
        )
    }  # fmt: skip
    for name, kind, target in (
        ("protocol", "protocol_to", "pact"),
        ("change", "amends", "protocol"),
        ("new", "supersedes", "pact"),
    ):
        TreatyLinkFactory(treaty=rows[name], target=rows[target], link_type=kind)


@pytest.fixture
def family(members):
    """The treaties by their slugs, fresh instances for each test."""
    return {treaty.slug: treaty for treaty in Treaty.objects.order_by("pk")}


def lines(branches):
    return [
        ("  " * depth + str(branch.treaty), branch.link and branch.link.link_type)
        for top in branches
        for branch, depth in top.walk()
    ]


def test_every_member_shows_the_whole_tree(client, family):
    for name in family:
        assert lines(client.get(f"/treaties/{name}/").context["family"]) == TREE
    page = words(client.get("/treaties/change/"))
    assert "amends the above: change" in page


def test_drafts_and_treaties_connected_only_by_them_are_omitted(client, family):
    withdraw(family["protocol"])
    tree = client.get("/treaties/new/").context["family"]
    assert lines(tree) == [("pact", None), ("  new", "supersedes")]
    assert client.get("/treaties/change/").context["family"] == []


def test_the_charts_of_a_pair_show_the_family_as_a_chart_and_a_list(client, family):
    address = family["pact"].relation.get_absolute_url()
    response = client.get(f"{address}pictures/")
    assert '<h2 id="family">How the treaties are related</h2>' in text(response)
    assert lines(response.context["families"]) == TREE
    chart = response.context["family_chart"]
    assert [(dot.title, dot.link_words) for dot in chart.dots] == [
        ("pact", ""), ("protocol", "protocol to"), ("change", "amends"), ("new", "supersedes")
    ]  # fmt: skip
    assert [line[4] for line in chart.lines] == ["protocol_to", "amends", "supersedes"]
    xs = [dot.x for dot in chart.dots]
    assert xs == sorted(xs)


def test_circular_links_are_rejected(family):
    link = TreatyLink(
        treaty=family["pact"], target=family["change"], link_type="implements",
        source=SourceFactory(),
    )  # fmt: skip
    with pytest.raises(Exception, match="“change” itself builds on “pact”, so this link"):
        link.full_clean()
    link.treaty, link.target = family["new"], family["change"]
    link.full_clean()


def test_the_number_of_queries_does_not_grow_with_depth(client, family, django_assert_num_queries):
    with django_assert_num_queries(21) as before:
        client.get("/treaties/pact/")
    last = family["change"]
    for number in range(5):
        row = published(("entry_into_force", f"20{number + 11}-01-01"))
        TreatyLinkFactory(treaty=row, target=last, link_type="amends")
        last = row
    with django_assert_num_queries(len(before)):
        client.get("/treaties/pact/")
