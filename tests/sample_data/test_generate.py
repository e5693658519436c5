"""Generated databases: of the requested size, reproducible by seed, and valid by our own checks."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.test.utils import CaptureQueriesContext

from core.models import PageVersion, PublicChange
from relations.models import Citation, Disagreement, Kind, Record, Relation, State
from relations.models.record import record_class
from sample_data.chance import shares
from sample_data.generate import Sizes
from tests.factories import FigureFactory, VisitFactory
from trade.models import Figure
from treaties.models import FacetCounts, Party, Treaty, TreatyPeriod

pytestmark = pytest.mark.django_db

SIZES = {"pairs": 20, "records": 1500, "figures": 400}
PAGES = (
    "/",
    "/relations/{pair}/",
    "/relations/{pair}/timeline/",
    "/relations/{pair}/timeline/?order=oldest&kind=visit&kind=action",
    "/relations/{pair}/timeline.csv",
    "/treaties/?pair={pair}",
    "/treaties/",
    "/trade/{pair}/",
    "/disagreements/",
    "/sources/source-1-00001/",
    "/people/person-1-000000/",
)


def generate(**values):
    call_command("generate", **{**SIZES, **values})


def models():
    """All models of the database but the versions of pages, whose numbers depend on chance, the log
    of public changes, which has the time of each, and the stored facets, which hold keys."""
    names = ("core", "sources", "relations", "treaties", "trade")
    found = [model for name in names for model in apps.get_app_config(name).get_models(True)]
    return [model for model in found if model not in (PageVersion, PublicChange, FacetCounts)]


def all_rows() -> dict:
    """All rows of the database, with keys replaced by their positions in the tables.

    A PostgreSQL sequence continues after a rollback, and resetting it would take numbers from the
    tests that follow.
    """
    rows = {model: list(model._base_manager.order_by("pk").values()) for model in models()}
    places = {
        model: {row[model._meta.pk.attname]: place for place, row in enumerate(found)}
        for model, found in rows.items()
    }
    for model, found in rows.items():
        for field in model._meta.concrete_fields:
            of = places.get(model if field.primary_key else field.related_model)
            for row in found if of else ():
                if row[field.attname] is not None:
                    row[field.attname] = of[row[field.attname]]
    return rows


def generated_rows(**values) -> dict:
    """All rows of a generated database that is rolled back afterwards."""
    with transaction.atomic():
        generate(**values)
        rows = all_rows()
        transaction.set_rollback(True)
    return rows


@pytest.fixture(scope="module")
def generated(module_database) -> dict:
    """A generated database of the sizes above, for tests that only read.

    Returns the rows of other databases that were generated before it, by their seed.
    """
    others = {seed: generated_rows(seed=seed) for seed in (1, 2)}
    generate()
    return others


def busiest() -> Relation:
    return Relation.objects.annotate(entries=Count("records")).order_by("-entries", "pk").first()


def test_generate_makes_exactly_the_requested_rows():
    generate(pairs=20, records=1501, figures=397)
    assert Relation.objects.count() == 20
    assert Record.objects.count() == Record.objects.published().count() == 1501
    assert Figure.objects.count() == Figure.objects.published().count() == 397
    assert not Relation.objects.filter(records=None).exists()


def test_generated_records_have_every_kind_and_every_date_precision(generated):
    assert {row.kind for row in Record.objects.all()} == set(Kind.values)
    dates = [row.date for row in Record.objects.all()]
    assert len({date.precision for date in dates}) == 7
    assert any(date.is_approximate for date in dates)
    assert any(date.is_uncertain for date in dates)
    assert all(row.published_at for row in Record.objects.all())


def test_some_treaties_are_multilateral_with_periods_per_party(generated):
    many = Treaty.objects.filter(relation=None).annotate(number=Count("parties"))
    assert many.order_by("-number").first().number > 2
    assert TreatyPeriod.objects.filter(party__isnull=False).exists()
    assert not Party.objects.exclude(sort_key=F("treaty__sort_key")).exists()
    assert not Party.objects.exclude(multilateral=Q(treaty__relation=None)).exists()


def test_a_seed_always_gives_the_same_rows(generated):
    one, other = all_rows(), generated[1]
    assert one == other
    assert len(one[Record]) == 1500


def test_another_seed_gives_other_rows(generated):
    one, other = generated[1], generated[2]
    dates = [[row["date"] for row in rows[Record]] for rows in (one, other)]
    assert dates[0] != dates[1]
    assert len(one[Record]) == len(other[Record])


def test_few_pairs_have_many_records_and_most_have_few(generated):
    counts = Relation.objects.annotate(entries=Count("records")).order_by("pk")
    sizes = Sizes(**SIZES)
    assert [row.entries for row in counts] == shares(sizes.of_pairs, 20, least=1)


def test_the_busiest_of_20_000_pairs_has_about_13_000_of_a_million_records():
    sizes = Sizes(pairs=20_000, records=1_000_000)
    found = shares(sizes.of_pairs, sizes.pairs, least=1)
    assert sum(found) == sizes.of_pairs
    assert 12_500 < found[0] < 13_500
    assert found[0] > 700 * found[-1] > 0


def test_generated_data_passes_the_checks(generated, capsys):
    call_command("check_evidence")
    call_command("check_periods")
    call_command("check_statistics")
    supported = Citation.objects.filter(stance="supports").values("record").distinct()
    assert supported.count() == 1500


def test_the_rules_find_exactly_the_generated_disagreements(capsys):
    generate(records=3000)
    kept = list(Disagreement.objects.order_by("pk").values())
    assert {row["rule"] for row in kept} == {"contradiction", "rival_figures"}
    call_command("find_disagreements")
    assert list(Disagreement.objects.order_by("pk").values()) == kept


def test_each_generated_row_passes_full_validation():
    generate(records=300, figures=50)
    for kind in Kind:
        for record in record_class(kind).objects.all():
            record.full_clean(validate_unique=False)
    for figure in Figure.objects.for_pages():
        figure.full_clean(validate_unique=False)


def test_the_pages_of_the_busiest_pair_answer(client, generated):
    pair = busiest().slug
    for address in PAGES:
        response = client.get(address.format(pair=pair))
        assert (address, response.status_code) == (address, 200)


def test_the_page_of_a_record_of_each_kind_answers(client, generated):
    for kind in Kind:
        record = Record.objects.filter(kind=kind).first()
        assert client.get(record.get_absolute_url(), follow=True).status_code == 200


def test_rows_are_inserted_in_bulk():
    with CaptureQueriesContext(connection) as queries:
        generate(records=3000, figures=0)
    assert len(queries) < 1500


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pairs": 0}, "--pairs must be between 1"),
        ({"pairs": 100_001}, "--pairs must be between 1 and 100,000"),
        ({"records": -1}, "--records must be between 0"),
        ({"records": 10**9}, "--records must be between 0 and 100,000,000"),
        ({"figures": -5}, "--figures must be between 0"),
        ({"seed": -1}, "--seed must be between 0"),
        ({"pairs": 100, "records": 50}, "--records must be at least 106"),
    ],
)
def test_impossible_sizes_are_rejected_with_a_message(values, words):
    with pytest.raises(CommandError, match=words):
        generate(**values)
    assert not Relation.objects.exists()


def test_the_minimum_number_of_records_is_accepted():
    generate(pairs=100, records=106, figures=0)
    assert Record.objects.count() == 106


@pytest.mark.parametrize("factory", [VisitFactory, FigureFactory])
def test_a_filled_database_is_rejected_without_the_add_option(factory):
    factory()
    with pytest.raises(CommandError, match="This database already holds records or figures"):
        generate()
    added = 300
    generate(add=True, records=added, figures=50)
    assert Record.objects.filter(state=State.PUBLISHED).count() == added


def test_a_seed_can_be_added_only_once():
    generate(records=300, figures=50)
    with pytest.raises(CommandError, match="This database already holds rows of seed 1"):
        generate(records=300, figures=50, add=True)
    generate(records=300, figures=50, seed=2, add=True)
    assert (Record.objects.count(), Figure.objects.count()) == (600, 100)
    assert Relation.objects.count() == 40
    call_command("check_evidence")
