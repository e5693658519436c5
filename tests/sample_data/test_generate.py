"""Generated bases: as large as asked for, the same by seed, and sound by the project's checks."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.test.utils import CaptureQueriesContext

from core.models import BaseVersion
from relations.models import Citation, Disagreement, Kind, Record, Relation, State
from relations.models.record import record_class
from sample_data.chance import shares
from sample_data.generate import Sizes
from tests.factories import FigureFactory, VisitFactory
from trade.models import Figure
from treaties.models import Party, Treaty, TreatyPeriod

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
    """All of the base but its version, whose steps are by chance."""
    names = ("core", "sources", "relations", "treaties", "trade")
    found = [model for name in names for model in apps.get_app_config(name).get_models(True)]
    return [model for model in found if model is not BaseVersion]


def all_rows() -> dict:
    """All rows of the base, named by their place among those of their table.

    A sequence of PostgreSQL goes on after a rollback, and setting it back would take numbers from
    the tests that follow.
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
    """All rows of a base of its own, which is gone afterwards."""
    with transaction.atomic():
        generate(**values)
        rows = all_rows()
        transaction.set_rollback(True)
    return rows


@pytest.fixture(scope="module")
def generated(module_database) -> dict:
    """A base of the sizes above, which tests read.

    Gives the rows of others that were made before it, by their seed.
    """
    others = {seed: generated_rows(seed=seed) for seed in (1, 2)}
    generate()
    return others


def busiest() -> Relation:
    return Relation.objects.annotate(entries=Count("records")).order_by("-entries", "pk").first()


def test_there_are_just_as_many_rows_as_asked_for():
    generate(pairs=20, records=1501, figures=397)
    assert Relation.objects.count() == 20
    assert Record.objects.count() == Record.objects.published().count() == 1501
    assert Figure.objects.count() == Figure.objects.published().count() == 397
    assert not Relation.objects.filter(records=None).exists()


def test_every_kind_is_there_and_dates_are_as_vague_as_those_of_sources(generated):
    assert {row.kind for row in Record.objects.all()} == set(Kind.values)
    dates = [row.date for row in Record.objects.all()]
    assert len({date.precision for date in dates}) == 7
    assert any(date.is_approximate for date in dates)
    assert any(date.is_uncertain for date in dates)
    assert all(row.published_at for row in Record.objects.all())


def test_some_treaties_are_of_many_who_acceded_and_have_periods_of_their_own(generated):
    many = Treaty.objects.filter(relation=None).annotate(number=Count("parties"))
    assert many.order_by("-number").first().number > 2
    assert TreatyPeriod.objects.filter(party__isnull=False).exists()
    assert not Party.objects.exclude(sort_key=F("treaty__sort_key")).exists()
    assert not Party.objects.exclude(multilateral=Q(treaty__relation=None)).exists()


def test_a_seed_always_gives_the_same_base(generated):
    one, other = all_rows(), generated[1]
    assert one == other
    assert len(one[Record]) == 1500


def test_another_seed_gives_another_base(generated):
    one, other = generated[1], generated[2]
    dates = [[row["date"] for row in rows[Record]] for rows in (one, other)]
    assert dates[0] != dates[1]
    assert len(one[Record]) == len(other[Record])


def test_few_pairs_hold_much_and_most_hold_little(generated):
    counts = Relation.objects.annotate(entries=Count("records")).order_by("pk")
    sizes = Sizes(**SIZES)
    assert [row.entries for row in counts] == shares(sizes.of_pairs, 20, least=1)


def test_of_a_million_records_the_busiest_of_twenty_thousand_pairs_holds_about_13_000():
    sizes = Sizes(pairs=20_000, records=1_000_000)
    found = shares(sizes.of_pairs, sizes.pairs, least=1)
    assert sum(found) == sizes.of_pairs
    assert 12_500 < found[0] < 13_500
    assert found[0] > 700 * found[-1] > 0


def test_the_checks_of_the_base_pass(generated, capsys):
    call_command("check_evidence")
    call_command("check_periods")
    call_command("check_statistics")
    supported = Citation.objects.filter(stance="supports").values("record").distinct()
    assert supported.count() == 1500


def test_the_rules_find_just_the_disagreements_that_were_written(capsys):
    generate(records=3000)
    kept = list(Disagreement.objects.order_by("pk").values())
    assert {row["rule"] for row in kept} == {"contradiction", "rival_figures"}
    call_command("find_disagreements")
    assert list(Disagreement.objects.order_by("pk").values()) == kept


def test_each_row_could_have_been_saved_by_an_editor():
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


def test_rows_are_written_many_at_a_time():
    with CaptureQueriesContext(connection) as queries:
        generate(records=3000, figures=0)
    assert len(queries) < 1500


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pairs": 0}, "--pairs must lie from 1"),
        ({"pairs": 100_001}, "--pairs must lie from 1 to 100,000"),
        ({"records": -1}, "--records must lie from 0"),
        ({"records": 10**9}, "--records must lie from 0 to 100,000,000"),
        ({"figures": -5}, "--figures must lie from 0"),
        ({"seed": -1}, "--seed must lie from 0"),
        ({"pairs": 100, "records": 50}, "--records must be at least 106"),
    ],
)
def test_sizes_that_cannot_be_are_refused_in_words(values, words):
    with pytest.raises(CommandError, match=words):
        generate(**values)
    assert not Relation.objects.exists()


def test_the_fewest_records_that_are_named_do():
    generate(pairs=100, records=106, figures=0)
    assert Record.objects.count() == 106


@pytest.mark.parametrize("factory", [VisitFactory, FigureFactory])
def test_a_base_with_records_or_figures_is_refused_unless_they_are_to_be_added(factory):
    factory()
    with pytest.raises(CommandError, match="This base holds records or figures already"):
        generate()
    added = 300
    generate(add=True, records=added, figures=50)
    assert Record.objects.filter(state=State.PUBLISHED).count() == added


def test_a_seed_is_not_added_twice_and_another_is():
    generate(records=300, figures=50)
    with pytest.raises(CommandError, match="This base holds what seed 1 makes"):
        generate(records=300, figures=50, add=True)
    generate(records=300, figures=50, seed=2, add=True)
    assert (Record.objects.count(), Figure.objects.count()) == (600, 100)
    assert Relation.objects.count() == 40
    call_command("check_evidence")
