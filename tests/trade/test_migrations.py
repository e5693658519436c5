"""What migrations of figures do to stored rows."""

from importlib import import_module

import pytest
from django.apps import apps

from relations import workflow
from relations.models import Disagreement
from tests.factories import CountryFactory, FigureFactory, SourceFactory, UserFactory
from trade.models import Figure

pytestmark = pytest.mark.django_db

area_492_and_rivals = import_module("trade.migrations.0014_area_492_and_rivals")
remarks_and_publishers = import_module("trade.migrations.0017_remarks_and_publishers")

KEY = "rival_figures:exports|aland|borduria|{}|USD|{}|reported|False|2017|"


def test_figures_of_area_492_are_no_longer_monacos():
    monaco = CountryFactory(slug="monaco")
    comtrade, other = SourceFactory(slug="un-comtrade"), SourceFactory()
    values = {"to_country": monaco, "locator": "reporter 682, exports, partner 492, 27, 1992"}
    taken = FigureFactory(source=comtrade, **values)
    real = FigureFactory(source=other, **values)
    as_reporter = FigureFactory(
        source=comtrade,
        from_country=monaco,
        reporter_country=monaco,
        locator="reporter 492, exports, partner 682, 27, 1992",
    )
    area_492_and_rivals.restore_area(apps, None)
    for row in (taken, real, as_reporter):
        row.refresh_from_db()
    assert (taken.to_country, taken.to_area, taken.excluded) == (None, "492", "area")
    assert (as_reporter.from_area, as_reporter.reporter_area) == ("492", "492")
    assert (real.to_country, real.excluded) == (monaco, "")
    for row in Figure.objects.for_pages():
        assert row.series == row.series_key


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (KEY.format("HS 27 Fuels, oils | waxes", "not_stated"), KEY.format("HS 27", "fob")),
        (KEY.format("", "not_stated"), KEY.format("", "fob")),
        (KEY.format("", "cif"), KEY.format("", "cif")),
        (
            KEY.format("", "not_stated").replace("exports", "imports"),
            KEY.format("", "cif").replace("exports", "imports"),
        ),
        (
            KEY.format("", "not_stated").replace("exports", "trade-turnover"),
            KEY.format("", "not_stated").replace("exports", "trade-turnover"),
        ),
        ("rival_figures:exports|aland:" + "0" * 64, "rival_figures:exports|aland:" + "0" * 64),
    ],
)
def test_decisions_about_rival_figures_follow_their_new_key(before, after):
    row = Disagreement.objects.create(
        key=before, rule="rival_figures", state="decided", choice="figure:a", reason="So it is."
    )
    area_492_and_rivals.rename_rivals(apps, None)
    row.refresh_from_db()
    assert (row.key, row.reason) == (after, "So it is.")


def test_the_decided_one_of_two_rival_rows_keeps_the_key():
    undecided = Disagreement.objects.create(key=KEY.format("", "fob"), rule="rival_figures")
    decided = Disagreement.objects.create(
        key=KEY.format("", "not_stated"), rule="rival_figures", state="decided", choice="figure:a",
        reason="So it is.",
    )  # fmt: skip
    area_492_and_rivals.rename_rivals(apps, None)
    found = {row.pk: (row.key, row.present) for row in Disagreement.objects.all()}
    assert found[decided.pk] == (KEY.format("", "fob"), True)
    assert found[undecided.pk][1] is False


def test_without_remarks_at_fields_the_remark_names_them():
    figure = FigureFactory()
    workflow.submit(figure, UserFactory())
    remarks = {"value": "In thousands?"}
    revision = workflow.send_back(figure, UserFactory(role="Reviewer"), "", remarks)
    remarks_and_publishers.copy_remarks(apps, None)
    revision.refresh_from_db()
    assert (revision.state, revision.remark) == ("rejected", "value: In thousands?")
