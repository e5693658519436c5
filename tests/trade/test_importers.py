"""Importing figures: UN Comtrade in three formats, and any list through a mapping."""

import csv
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command

from core.dates import Edtf
from core.rows import FileError
from desk.adapters import adapter_mapped, adapter_named
from relations.models import Country, Relation
from relations.names import squeeze
from relations.resolver import Resolver
from sources.importing import Outcome, run
from tests.conftest import FULL, missing
from tests.factories import SourceFactory
from tests.steps import publish
from trade.amounts import read
from trade.areas import Area
from trade.importers.comtrade_codes import PECULIAR, ComtradeCodes
from trade.models import Figure
from trade.templatetags.figures import amount

pytestmark = pytest.mark.django_db

BULK = """\ufeffClassification,Year,Period,Period Desc.,Trade Flow Code,Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,Commodity Code,Commodity,Qty,Trade Value (US$),Flag
H3,2010,2010,2010,2,Export,398,Kazakhstan,KAZ,31,Azerbaijan,AZE,27,"Fuels, oils",,3834587,0
H3,2010,2010,2010,1,Import,31,Azerbaijan,AZE,398,Kazakhstan,KAZ,27,"Fuels, oils",,4788511,0
H3,2010,2010,2010,2,Export,398,Kazakhstan,KAZ,0,World,WLD,27,"Fuels, oils",,42000000000,0
H3,2010,2010,2010,3,Re-Export,398,Kazakhstan,KAZ,31,Azerbaijan,AZE,27,"Fuels, oils",,7,0
H3,2010,2010,2010,2,Export,398,Kazakhstan,KAZ,899,"Areas, nes",,27,"Fuels, oils",,5,0
H3,2010,2010,2010,1,Import,490,"Other Asia, nes",,398,Kazakhstan,KAZ,27,"Fuels, oils",,6,0
H3,2010,2010,2010,1,Import,398,Kazakhstan,KAZ,398,Kazakhstan,KAZ,27,"Fuels, oils",,9,0
H3,2010,2010,2010,2,Export,842,USA,USA,251,France,FRA,27,"Fuels, oils",,0,0
"""  # noqa: E501
OUTCOMES = {"created": 3, "stored, excluded from sums": 5, "rejected": 0, "unchanged": 0}
API = {
    "typeCode": "C", "freqCode": "A", "period": "2010", "reporterCode": 156, "flowCode": "M",
    "partnerCode": 32, "partner2Code": 0, "classificationCode": "H3", "cmdCode": "TOTAL",
    "cmdDesc": "All Commodities", "customsCode": "C00", "mosCode": "0", "motCode": 0,
    "isReported": True, "cifvalue": 6804128143.0, "fobvalue": None, "primaryValue": 6804128143.0,
}  # fmt: skip


@pytest.fixture
def import_text(tmp_path, base):
    """Import a text as a list and return the report."""

    def imported(text, name="comtrade-bulk", as_of=None, adapter=None, **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        report = run(adapter or adapter_named(name), path, as_of=as_of, **options)
        assert report.read == sum(report.outcomes.values())
        return report

    return imported


def bulk(**cells) -> str:
    """The first row of the bulk file with some cells replaced."""
    header, first = BULK.lstrip("\ufeff").splitlines()[:2]
    names = header.split(",")
    values = first.replace('"Fuels, oils"', "Fuels").split(",")
    row = dict(zip(names, values, strict=True)) | cells
    return header + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"


def api(*rows) -> str:
    return json.dumps({"elapsedTime": "0.2 secs", "count": len(rows), "data": rows, "error": ""})


def rows():
    return Figure.objects.filter(source__slug="un-comtrade", state="in_review").order_by("pk")


class TestBulkFile:
    def test_each_row_has_one_outcome(self, import_text):
        report = import_text(BULK)
        assert {key: report.counts[key] for key in OUTCOMES} == OUTCOMES
        assert rows().count() == 8

    def test_rows_other_than_trade_of_two_countries_are_excluded_from_sums(self, import_text):
        import_text(BULK)
        assert list(rows().values_list("excluded", flat=True)) == [
            *("", "", "world", "re_trade", "area", "area", "itself", ""),
        ]
        world = rows().get(excluded="world")
        assert (world.from_country.slug, world.to_country, world.to_area) == (
            "kazakhstan", None, "0",
        )  # fmt: skip
        other = rows().get(reporter_area="490")
        assert (other.reporter, other.to_area, other.from_country.slug) == (
            None, "490", "kazakhstan",
        )  # fmt: skip
        assert other.stated_by == "Other Asia, not elsewhere specified"

    def test_a_row_becomes_a_figure_with_locator_and_exact_digits(self, import_text):
        import_text(BULK, as_of=date(2020, 1, 1))
        figure = rows().first()
        assert figure.value == Decimal("3834587")
        assert (figure.as_stated, figure.unit, figure.scale) == ("3834587", "USD", 0)
        assert figure.locator == "reporter 398, exports, partner 31, 27, 2010"
        assert (str(figure.period), figure.vintage) == ("2010", date(2020, 1, 1))
        assert figure.commodity.natural_key() == ("HS", "2007", "27")
        assert (figure.reporter_country.slug, figure.valuation) == ("kazakhstan", "not_stated")
        assert figure.slug.startswith("exports-kazakhstan-azerbaijan-27-2010-")
        assert figure.slug.endswith("-2020-01-01")
        assert figure.series == figure.series_key

    def test_codes_peculiar_to_comtrade_become_countries(self, import_text):
        import_text(BULK)
        figure = rows().last()
        assert (figure.from_country.slug, figure.to_country.slug) == ("united-states", "france")

    def test_every_peculiar_code_has_a_known_country(self, base):
        known = ComtradeCodes().by_name
        found = {code: known[name].slug for code, name in PECULIAR.items()}
        assert (found["736"], found["757"], found["579"], found["699"], found["381"]) == (
            "sudan", "switzerland", "norway", "india", "italy",
        )  # fmt: skip
        assert (found["891"], found["530"], found["280"]) == (
            "serbia-and-montenegro", "netherlands-antilles", "germany",
        )  # fmt: skip
        assert not set(PECULIAR) & set(Area.values)

    def test_no_code_of_a_country_is_the_code_or_name_of_another(self, base):
        lists = "iso2", "iso3", "iso_numeric", "iso_former", "wikidata"
        resolver, owners = Resolver(), defaultdict(set)
        for country in Country.objects.all():
            for code in filter(None, (getattr(country, name) for name in lists)):
                named = {found for found, *_years in resolver.by_name.get(squeeze(code), ())}
                owners[code] |= {country} | named
        assert {code: found for code, found in owners.items() if len(found) > 1} == {}
        assert len(owners) > 900

    def test_the_code_lists_overlap_only_where_it_is_known(self, base):
        """A number that two lists use belongs to Comtrade's own list."""
        numbers = {
            str(int(number)): slug
            for number, slug in Country.objects.exclude(iso_numeric="").values_list(
                "iso_numeric", "slug"
            )
        }
        assert {code: numbers[code] for code in Area.values if code in numbers} == {"492": "monaco"}
        assert {code for code in PECULIAR if code in numbers} == set()

    @pytest.mark.parametrize(
        ("code", "slug"),
        [
            ("80", "british-antarctic-territory-pre-1979"),
            ("356", "india"),
            ("412", "kosovo"),
            ("532", "netherlands-antilles"),
            ("536", "neutral-zone"),
            ("588", "pakistan"),
            ("590", "panama"),
            ("698", "sikkim"),
            ("841", "united-states"),
            ("849", "us-miscellaneous-pacific-islands"),
            ("866", "north-vietnam"),
            ("868", "south-vietnam"),
        ],
    )
    def test_codes_of_earlier_territories_become_countries(self, import_text, code, slug):
        # In 1974 all of them existed but one.
        cells = {"Reporter Code": "842", "Reporter ISO": "", "Partner Code": code,
                 "Partner ISO": "", "Period": "2010" if slug == "kosovo" else "1974"}  # fmt: skip
        import_text(bulk(**cells))
        assert rows().get().to_country.slug == slug

    @pytest.mark.parametrize("column", ["Reporter Code", "Partner Code"])
    @pytest.mark.parametrize("flow", ["1", "2"])
    @pytest.mark.parametrize(
        ("code", "iso", "last", "first_outside", "words"),
        [
            (
                "810", "SUN", "1991", "1992",
                "Soviet Union (30 December 1922 – 26 December 1991) did not exist on this date: "
                "1992. Its 15 successors include Russia, Kazakhstan (since 16 December 1991), ",
            ),
            (
                "200", "CSK", "1992", "1993",
                "Czechoslovakia (28 October 1918 – 31 December 1992) did not exist on this date: "
                "1993. Its successors: Czechia (since 1 January 1993), Slovakia (since 1 January "
                "1993).",
            ),
            (
                "890", "YUG", "1992", "199301",
                "Yugoslavia (1 December 1918 – 27 April 1992) did not exist on this date: January "
                "1993. Its 5 successors include Serbia and Montenegro ",
            ),
            (
                "688", "SRB", "2006", "2005",
                "Serbia (since 5 June 2006) did not exist on this date: 2005. Its predecessors: "
                "Serbia and Montenegro (27 April 1992 – 3 June 2006).",
            ),
        ],
    )  # fmt: skip
    def test_a_country_outside_its_lifetime_is_rejected(
        self, import_text, column, flow, code, iso, last, first_outside, words
    ):
        cells = {"Reporter Code": "842", "Reporter ISO": "USA", "Partner Code": "124",
                 "Partner ISO": "CAN", "Trade Flow Code": flow}  # fmt: skip
        cells |= {column: code, column.replace("Code", "ISO"): iso}
        kept = bulk(**cells | {"Period": last})
        report = import_text(kept + bulk(**cells | {"Period": first_outside}).splitlines()[1])
        assert (report.counts["created"], report.counts["rejected"]) == (1, 1)
        (rejected,) = report.messages
        assert rejected["column"] == column
        assert rejected["message"].startswith(f"a country that did not exist then: “{words}")
        assert str(rows().get().period) == last

    @pytest.mark.parametrize("code", [810, 200])
    def test_the_api_rejects_a_partner_outside_its_lifetime(self, import_text, code):
        row = API | {"period": "1995", "partnerCode": code}
        report = import_text(api(row), "comtrade-api")
        assert [message["column"] for message in report.messages] == ["partner_code"]
        assert not rows().exists()

    @pytest.mark.parametrize("code", Area.values)
    @pytest.mark.parametrize("column", ["Reporter Code", "Partner Code"])
    def test_the_code_of_an_area_never_becomes_a_country(self, import_text, code, column):
        """492 is "Europe EU, nes" in Comtrade, and Monaco in ISO 3166-1."""
        import_text(bulk(**{column: code, column.replace("Code", "ISO"): "MCO"}))
        figure = rows().get()
        side = (
            (figure.from_area, figure.from_country)
            if column == "Reporter Code"
            else (figure.to_area, figure.to_country)
        )
        assert side == (code, None)
        assert figure.excluded == ("world" if code == "0" else "area")

    @pytest.mark.parametrize("side", ["Reporter Code", "Partner Code"])
    @pytest.mark.parametrize(
        ("first", "second"), [("280", "276"), ("756", "757"), ("729", "736"), ("842", "841"),
                              ("699", "356"), ("251", "250")],
    )  # fmt: skip
    @pytest.mark.parametrize("value", ["3834587", "99"])
    @pytest.mark.parametrize("options", [{}, {"as_of": date(2020, 1, 1)}, {"dry_run": True}])
    def test_two_codes_of_one_country_for_one_number_are_rejected(
        self, import_text, side, first, second, value, options
    ):
        iso = side.replace("Code", "ISO")
        known = bulk(**{side: first, iso: ""})
        again = bulk(**{side: second, iso: "", "Trade Value (US$)": value}).splitlines()[1]
        for outcome in ("created", "unchanged"):
            report = import_text(f"{known}{again}\n", **options)
            assert (report.counts["rejected"], len(report.messages)) == (1, 1)
            assert report.messages[0] | {"line": 0} == {
                "row": 2,
                "line": 0,
                "column": side,
                "message": "another row gives this number under another code of the same country: "
                f"“{second} here, {first} in row 1”",
            }
            assert report.counts["created" if options.get("dry_run") else outcome] == 1
        assert rows().count() == (0 if options.get("dry_run") else 1)

    def test_two_codes_are_found_far_apart_in_a_file(self, import_text, monkeypatch):
        monkeypatch.setattr("sources.importing.BATCH", 1)
        again = bulk(**{"Reporter Code": "276", "Reporter ISO": ""}).splitlines()[1]
        text = bulk(**{"Reporter Code": "280", "Reporter ISO": ""}) + again
        for dry_run in (True, False):
            assert import_text(text, dry_run=dry_run).counts["rejected"] == 1

    def test_two_codes_of_one_country_may_state_different_numbers(self, import_text):
        other = {"Reporter Code": "276", "Reporter ISO": "", "Period": "1995"}
        text = bulk(**{"Reporter Code": "280", "Reporter ISO": ""})
        text += bulk(**other).splitlines()[1]
        assert import_text(text).counts["created"] == 2

    def test_a_row_that_is_repeated_under_the_same_code_is_unchanged(self, import_text):
        text = bulk(**{"Reporter Code": "0842", "Reporter ISO": ""})
        text += bulk(**{"Reporter Code": "842", "Reporter ISO": ""}).splitlines()[1]
        report = import_text(text)
        assert (report.counts["created"], report.counts["unchanged"]) == (1, 1)

    def test_a_later_file_may_use_another_code_of_a_country(self, import_text):
        import_text(bulk(**{"Reporter Code": "736", "Reporter ISO": ""}))
        report = import_text(bulk(**{"Reporter Code": "729", "Reporter ISO": ""}))
        assert report.counts["unchanged"] == 1

    def test_a_code_that_contradicts_the_iso_code_of_its_row_is_rejected(self, import_text):
        report = import_text(bulk(**{"Partner Code": "31", "Partner ISO": "ARM"}))
        assert report.messages[0]["column"] == "Partner Code"
        assert report.messages[0]["message"] == (
            "the code is not that of the country that the row names: “31”; it is the code of "
            "Azerbaijan, and the row names ARM"
        )

    @pytest.mark.parametrize(("code", "iso"), [("891", "SCG"), ("530", "ANT"), ("0", "WLD")])
    def test_an_iso_code_that_is_no_longer_used_is_no_contradiction(self, import_text, code, iso):
        cells = {"Period": "2005", "Partner Code": code, "Partner ISO": iso}
        report = import_text(bulk(**cells))
        assert (report.read, report.counts["rejected"]) == (1, 0)

    @pytest.mark.parametrize("first", [None, date(2020, 1, 1)])
    def test_importing_again_changes_nothing_whatever_the_as_of_date(self, import_text, first):
        import_text(BULK, as_of=first)
        before = rows().values()
        days = (None, date(2021, 5, 1), date(2019, 5, 1), None, date(2021, 5, 1))
        for as_of in days:
            report = import_text(BULK, as_of=as_of)
            assert report.counts["unchanged"] == report.read == 8
        assert list(rows().values_list("confirmed", flat=True)) == [date(2021, 5, 1)] * 8
        rows().update(confirmed=None)
        assert list(rows().values()) == list(before)

    def test_a_dry_run_reports_the_same_and_saves_nothing(self, import_text):
        before = Figure.objects.count()
        report = import_text(BULK, dry_run=True)
        assert {key: report.counts[key] for key in OUTCOMES} == OUTCOMES
        assert Figure.objects.count() == before

    def test_publishing_makes_no_disagreements_and_no_relations(self, import_text, tmp_path):
        import_text(BULK)
        before = Relation.objects.count()
        publish(rows())
        assert Relation.objects.count() == before
        pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
        assert not pair.disagreements.present().filter(key__contains="2010").exists()

    def test_the_command_imports_and_publishes(self, base, tmp_path, django_user_model):
        django_user_model.objects.create_superuser("ann")
        path = tmp_path / "bulk.csv"
        path.write_text(BULK, encoding="utf-8")
        files = {"report": tmp_path / "r.json", "rejects": tmp_path / "x.csv"}
        call_command(
            "import_data", "comtrade-bulk", str(path), "--publish", "--user", "ann",
            as_of=date(2020, 1, 1), **files,
        )  # fmt: skip
        assert not rows().exists()
        assert Figure.objects.published().filter(edition="2020-01-01").count() == 8


class TestVintages:
    def test_a_revised_value_becomes_a_new_vintage(self, import_text):
        import_text(BULK, as_of=date(2020, 1, 1))
        revised = BULK.replace("3834587", "3900000")
        report = import_text(revised, as_of=date(2021, 1, 1))
        assert (report.counts["updated"], report.counts["unchanged"]) == (1, 7)
        series = rows().first().series
        found = Figure.objects.filter(series=series).order_by("edition")
        assert list(found.values_list("edition", "value")) == [
            ("2020-01-01", Decimal("3834587")),
            ("2021-01-01", Decimal("3900000")),
        ]
        again = import_text(revised, as_of=date(2021, 1, 1))
        assert again.counts["unchanged"] == 8

    def test_importing_an_old_file_again_changes_nothing_after_a_revision(self, import_text):
        revised = BULK.replace("3834587", "3900000")
        import_text(BULK, as_of=date(2020, 1, 1))
        import_text(revised, as_of=date(2021, 1, 1))
        for text, as_of in (
            (BULK, None),
            (BULK, date(2019, 1, 1)),
            (BULK, date(2020, 6, 1)),
            (revised, None),
            (revised, date(2020, 9, 1)),
            (revised, date(2022, 1, 1)),
        ):
            assert import_text(text, as_of=as_of).counts["unchanged"] == 8, as_of
        assert rows().count() == 9

    def test_a_value_that_returns_after_a_revision_is_a_new_vintage(self, import_text):
        series = [("3834587", 2020), ("3900000", 2021), ("3834587", 2022), ("3834587", 2023)]
        for value, year in series:
            import_text(BULK.replace("3834587", value), as_of=date(year, 1, 1))
        found = rows().filter(series=rows().first().series).order_by("edition")
        assert [(row.edition, int(row.value), row.last_stated) for row in found] == [
            ("2020-01-01", 3834587, "2020-01-01"),
            ("2021-01-01", 3900000, "2021-01-01"),
            ("2022-01-01", 3834587, "2023-01-01"),
        ]

    def test_a_value_confirmed_after_another_vintage_remains_the_last(self, import_text):
        """A list of 2021 is imported after those of 2020 and 2022, which agree."""
        for value, year in (("3834587", 2020), ("3834587", 2022), ("3900000", 2021)):
            import_text(BULK.replace("3834587", value), as_of=date(year, 1, 1))
        found = rows().filter(series=rows().first().series)
        last = max(found, key=lambda row: row.last_stated)
        assert (int(last.value), last.last_stated) == (3834587, "2022-01-01")
        report = import_text(BULK, as_of=date(2023, 1, 1))
        assert report.counts["unchanged"] == 8

    def test_a_list_that_repeats_its_value_replaces_a_source_that_came_between(
        self, import_text, client
    ):
        import_text(BULK, as_of=date(2020, 1, 1))
        first = rows().first()
        values = Figure.objects.filter(pk=first.pk).values().get()
        publish(rows())
        for name in ("id", "state", "published_at", "vintage"):
            del values[name]
        between = SourceFactory(kind="data_set", grade="tertiary", date="2021")
        other = values | {"slug": "between", "source_id": between.pk}
        publish(Figure(**other | {"value": 3900001}))

        def charted():
            charts = client.get("/trade/azerbaijan-kazakhstan/?commodity=HS:27").context["charts"]
            (chart,) = (chart for chart in charts if chart.key == "from-kazakhstan-usd")
            (line,) = (line for line in chart.lines if line.label.startswith("Kazakhstan"))
            return [point.value for point in line.points if point.when == "2010"]

        assert charted() == [3900001]
        import_text(BULK, as_of=date(2022, 1, 1))
        assert charted() == [3834587]

    def test_another_value_for_a_recorded_day_is_rejected(self, import_text):
        import_text(BULK, as_of=date(2020, 1, 1))
        revised = BULK.replace("3834587", "3900000")
        import_text(revised, as_of=date(2021, 1, 1))
        report = import_text(revised, as_of=date(2020, 1, 1))
        assert report.messages[0]["message"] == (
            "another value with the same date is recorded; give the date of the file with "
            "--as-of: “3900000”"
        )

    def test_a_changed_value_without_an_as_of_date_is_rejected(self, import_text):
        import_text(BULK)
        report = import_text(BULK.replace("3834587", "3900000"))
        assert report.counts["rejected"] == 1
        assert report.messages[0]["message"] == (
            "the value has changed; give the date of the file with --as-of: “3900000”"
        )
        assert rows().first().value == Decimal("3834587")

    def test_a_changed_value_without_a_date_is_rejected_after_a_dated_file(self, import_text):
        import_text(BULK, as_of=date(2020, 1, 1))
        report = import_text(BULK.replace("3834587", "3900000"))
        assert (report.counts["rejected"], rows().count()) == (1, 8)

    def test_a_dry_run_confirms_nothing(self, import_text):
        import_text(BULK, as_of=date(2020, 1, 1))
        import_text(BULK, as_of=date(2021, 1, 1), dry_run=True)
        assert set(rows().values_list("confirmed", flat=True)) == {None}

    def test_a_second_value_for_the_same_figure_is_rejected(self, import_text):
        twice = BULK + BULK.splitlines()[1].replace("3834587", "1") + "\n"
        report = import_text(twice, as_of=date(2020, 1, 1))
        assert report.counts["rejected"] == 1
        assert report.messages[0]["row"] == 9

    def test_an_earlier_vintage_may_be_imported_later(self, import_text):
        import_text(BULK, as_of=date(2021, 1, 1))
        report = import_text(BULK.replace("3834587", "1"), as_of=date(2019, 1, 1))
        assert (report.counts["updated"], report.counts["unchanged"]) == (1, 7)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (
            {"Trade Value (US$)": "-5"},
            "Trade Value (US$)",
            "This indicator is never negative: “-5”",
        ),
        ({"Trade Value (US$)": ""}, "Trade Value (US$)", "a value is needed"),
        ({"Trade Value (US$)": "a lot"}, "Trade Value (US$)", "this is not a number: “a lot”"),
        ({"Trade Value (US$)": "NaN"}, "Trade Value (US$)", "this is not a number: “NaN”"),
        (
            {"Trade Value (US$)": "3,834,587"},
            "Trade Value (US$)",
            "thousands separators are not declared for this list: “3,834,587”",
        ),
        (
            {"Trade Value (US$)": "1234567890123456"},
            "Trade Value (US$)",
            "At most 15 significant digits can be stored exactly: “1234567890123456”",
        ),
        (
            {"Trade Value (US$)": "1e300"},
            "Trade Value (US$)",
            "Only numbers below 10^18 with at most 4 decimal places can be stored: “1e300”",
        ),
        (
            {"Trade Value (US$)": "0.00001"},
            "Trade Value (US$)",
            "Only numbers below 10^18 with at most 4 decimal places can be stored: “0.00001”",
        ),
        ({"Period": ""}, "Period", "a period is needed"),
        (
            {"Period": "201013"},
            "Period",
            "this date is not understood: “201013”; There is no month 13.",
        ),
        ({"Period": ".."}, "Period", "a period is needed"),
        (
            {"Partner Code": "777"},
            "Partner Code",
            "no country or area with this code is known: “777”",
        ),
        ({"Reporter Code": ""}, "Reporter Code", "no country or area with this code is known"),
        (
            {"Reporter Code": "FRA"},
            "Reporter Code",
            "no country or area with this code is known: “FRA”",
        ),
        ({"Trade Flow Code": "9"}, "Trade Flow Code", "this flow is unknown: “9”"),
        (
            {"Classification": "BEC"},
            "Classification",
            "this classification is unknown: “BEC”",
        ),
        (
            {"Commodity Code": "2x"},
            "Commodity Code",
            "this is not a commodity code: “2x”",
        ),
    ],
)
def test_an_invalid_cell_is_rejected_with_row_and_column(import_text, cells, column, message):
    report = import_text(bulk(**cells))
    assert report.messages == [{"row": 1, "line": 2, "column": column, "message": message}]
    assert not rows().exists()


class TestApi:
    def test_json_and_csv_give_the_same_figures(self, import_text):
        report = import_text(api(API), "comtrade-api")
        assert report.counts["created"] == 1
        figure = rows().get()
        assert (figure.from_country.slug, figure.to_country.slug) == ("argentina", "china")
        assert (figure.value, figure.as_stated) == (Decimal("6804128143"), "6804128143.0")
        assert (figure.valuation, figure.commodity) == ("cif", None)
        names = ("type_code,freq_code,period,reporter_code,flow_code,partner_code,partner2code,"
                 "classification_code,cmd_code,cmd_desc,customs_code,mos_code,mot_code,is_reported,"
                 "cifvalue,fobvalue,primary_value")  # fmt: skip
        values = ",".join("" if value is None else str(value) for value in API.values())
        again = import_text(f"{names}\n{values}\n", "comtrade-api")
        assert again.counts["unchanged"] == 1
        camel = import_text(f"{','.join(API)}\n{values}\n", "comtrade-api")
        assert (camel.read, camel.counts["unchanged"]) == (1, 1)

    @pytest.mark.parametrize(
        ("values", "valuation"),
        [
            ({"fobvalue": 6804128143.0, "cifvalue": None}, "fob"),
            ({"fobvalue": 6804128143.0}, "not_stated"),
            ({"cifvalue": None}, "not_stated"),
        ],
    )
    def test_the_valuation_follows_the_imported_value(self, import_text, values, valuation):
        import_text(api(API | values), "comtrade-api")
        assert rows().get().valuation == valuation

    def test_a_breakdown_by_transport_is_not_imported_as_a_total(self, import_text):
        report = import_text(api(API | {"motCode": 2100}), "comtrade-api")
        assert report.messages[0]["column"] == "mot_code"

    def test_a_truncated_response_keeps_the_complete_rows(self, import_text):
        whole = api(API, API | {"partnerCode": 276})
        report = import_text(whole[:-120], "comtrade-api")
        assert (report.counts["created"], report.counts["rejected"]) == (1, 1)
        assert report.messages[0]["message"] == (
            "this object is incomplete; the file may be cut off here"
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"count": 0, "error": "Quota exceeded"}', "Quota exceeded"),
            ('{"count": 0}', "The JSON has no list “data”."),
            ('{"data": [{"a": 1}]}', "The objects lack period, reporter_code, flow_code"),
            ('{"count" 0}', "The file is not valid JSON"),
        ],
    )
    def test_an_invalid_response_is_rejected_entirely(self, import_text, text, message):
        with pytest.raises(FileError, match=message):
            import_text(text, "comtrade-api")

    @pytest.mark.parametrize("sign", ["\0", "\ud800"])
    def test_characters_that_databases_cannot_store_reject_the_row(self, import_text, sign):
        rows = API | {"cmdCode": "27", "cmdDesc": f"Fu{sign}els"}, API
        report = import_text(api(*rows), "comtrade-api")
        assert (report.counts["created"], report.counts["rejected"]) == (1, 1)

    def test_leading_zeros_of_a_code_are_ignored(self, import_text):
        report = import_text(bulk(**{"Partner Code": "0" * 500 + "31"}))
        assert report.counts["created"] == 1

    def test_a_long_response_is_read_in_pieces(self, import_text):
        many = [API | {"period": str(year), "primaryValue": year} for year in range(1900, 2100)]
        report = import_text(json.dumps({"data": many}, indent=4), "comtrade-api")
        assert report.counts["created"] == 200
        assert rows().last().value == 2099


MAPPING = b"""
name = "customs"
kind = "figure"
id = "No"
thousands = ","
classification = "HS"
revision = "2022"
[source]
slug = "customs"
title = "Customs committee"
kind = "official"
rights = "unknown"
[columns]
from_country = "From"
to_country = "To"
period = "Year"
value = "Value"
unit = "Unit"
commodity = "HS"
[constants]
indicator = "exports"
reporter_country = "KAZ"
scale = "3"
[values.unit]
"thousand dollars" = "USD"
[values.commodity]
"" = ""
"""
CUSTOMS = """No,From,To,Year,Value,Unit,HS
1,Kazakhstan,Azerbaijan,2021,"1,234.5",thousand dollars,1001
2,Kazakhstan,Azerbaijan,2021,7,shells,1001
3,Kazakhstan,Azerbaijan,2021,7,EUR,7777
4,Kazakhstan,Azerbaijan,,7,EUR,
5,Kazakhstan,Kazakhstan,2021,7,EUR,
6,Kazakhstan,Atlantis,2021,7,EUR,
7,Kazakhstan,Azerbaijan,2021-13,7,EUR,
8,Kazakhstan,Azerbaijan,2021,7 000,EUR,
9,KZ,AZ,2021,8,EUR,
"""


class TestMapping:
    def test_a_blank_code_means_all_goods_only_if_the_mapping_says_so(self, import_text):
        mapping = MAPPING.replace(b'[values.commodity]\n"" = ""\n', b"")
        report = import_text(
            "\n".join(CUSTOMS.splitlines()[::9]) + "\n", adapter=adapter_mapped(mapping)
        )
        assert [(row["column"], row["message"]) for row in report.messages] == [
            ("HS", "a code is needed; [values.commodity] may say that none means all goods"),
        ]

    def test_a_mapping_imports_figures(self, import_text):
        report = import_text(CUSTOMS, adapter=adapter_mapped(MAPPING))
        assert (report.counts["created"], report.counts["rejected"]) == (2, 7)
        first, last = Figure.objects.filter(source__slug="customs").order_by("pk")
        assert (first.value, first.scale, first.unit) == (Decimal("1234500"), 3, "USD")
        assert (first.as_stated, first.locator) == ("1,234.5", "id 1")
        assert (first.commodity.code, first.reporter_country.slug) == ("1001", "kazakhstan")
        assert (last.value, last.commodity) == (Decimal("8000"), None)
        assert [(row["column"], row["message"]) for row in report.messages] == [
            ("Unit", "this value is unknown; say in [values.unit] what it means: “shells”"),
            ("HS", "this class of goods is unknown: “7777”"),
            ("Year", "a period is needed"),
            ("To", "two countries are needed"),
            ("To", "no country or organization with this name is known: “Atlantis”"),
            ("Year", "this date is not understood: “2021-13”; There is no month 13."),
            (
                "Value",
                "this is not a number with “.” before decimals and “,” between thousands: “7 000”",
            ),
        ]

    @pytest.mark.parametrize(
        ("signs", "cell", "value"),
        [
            ("", "19.6", "19.6"),
            ("", "1234567.89", "1234567.89"),
            ("", "1.5e6", "1500000"),
            ("", "−5", "-5"),
            ('decimal = ","', "19,6", "19.6"),
            ('decimal = ","', "1234,567", "1234.567"),
            ('thousands = ","', "1,234", "1234"),
            ('thousands = ","', "1,234,567.8", "1234567.8"),
            ('thousands = ","', "1234567", "1234567"),
            ('thousands = "."\ndecimal = ","', "1.234,5", "1234.5"),
            ('thousands = " "\ndecimal = ","', "1\u00a0234,5", "1234.5"),
            ('thousands = "\u202f"\ndecimal = ","', "1 234 567,5", "1234567.5"),
            ('thousands = "’"', "1’234.5", "1234.5"),
        ],
    )
    def test_numbers_are_read_with_the_declared_signs(self, import_text, signs, cell, value):
        report = import_text(self.one_row(cell), adapter=self.mapped(signs))
        assert report.counts["created"] == 1, report.messages
        figure = Figure.objects.get(source__slug="customs")
        assert (figure.value, figure.as_stated) == (Decimal(value), cell)

    @pytest.mark.parametrize(
        ("signs", "cell", "message"),
        [
            ('thousands = ","', "19,6", "“.” before decimals and “,” between thousands"),
            ('thousands = ","', "1,23,456", "“.” before decimals and “,” between thousands"),
            ('thousands = ","', "0,234", "“.” before decimals and “,” between thousands"),
            ('thousands = ","', "1234,567", "“.” before decimals and “,” between thousands"),
            ('thousands = ","', "1.234,5", "“.” before decimals and “,” between thousands"),
            ('decimal = ","', "1.5", "“,” before decimals and nothing between thousands"),
            ('decimal = ","', "1.234", "thousands separators are not declared for this list"),
            ('thousands = "."\ndecimal = ","', "19.6", "“,” before decimals and “.” between"),
            ("", "19,6", "“.” before decimals and nothing between thousands"),
            ("", "1,234", "thousands separators are not declared for this list"),
            ("", "1 234", "thousands separators are not declared for this list"),
            ("", "١٢", "this is not a number"),
            ("", "12.5 euros", "this is not a number"),
            ("", "about 12", "this is not a number"),
            ("", "19,6 units", "“.” before decimals and nothing between thousands"),
        ],
    )
    def test_numbers_that_do_not_fit_the_declared_signs_are_rejected(
        self, import_text, signs, cell, message
    ):
        report = import_text(self.one_row(cell), adapter=self.mapped(signs))
        assert report.counts["rejected"] == 1
        assert message in report.messages[0]["message"]
        assert report.messages[0]["message"].endswith(f"“{cell}”")

    @pytest.mark.parametrize(
        ("signs", "message"),
        [
            ('decimal = ";"', "decimal: “;” is unknown. Allowed: ., ,."),
            ('thousands = "x"', "“thousands” must be a comma, a point, a space or an apostrophe."),
            ('thousands = "."', "“decimal” and “thousands” must be different signs."),
            ("thousands = 1", "thousands: This must be text in quotation marks."),
            ("decimal = []", "decimal: This must be text in quotation marks."),
        ],
    )
    def test_a_mapping_with_unclear_signs_is_rejected(self, db, signs, message):
        with pytest.raises(FileError) as error:
            self.mapped(signs)
        assert str(error.value) == message

    @pytest.mark.parametrize(
        ("scale", "power"),
        [("6", 6), ("million", 6), ("millions", 6), ("млн", 6), ("mlrd", 9), ("тыс.", 3),
         ("0", 0), ("12", 12), ("units", 0)],
    )  # fmt: skip
    def test_a_scale_means_the_same_in_a_mapping_and_in_a_form(self, import_text, scale, power):
        mapped = self.mapped("", scale=scale)
        import_text(self.one_row("19.6"), adapter=mapped)
        figure = Figure.objects.get(source__slug="customs")
        assert (figure.value, figure.scale) == (Decimal("19.6").scaleb(power), power)
        (typed,) = read(f"19.6 {amount(figure).split()[1]}") if power else read("19.6")
        assert (typed.value, typed.scale or 0) == (figure.value, power)

    SCALED = 'qualifier = "Q"\nupper = "Up to"\nscale = "Scale"\nunit = "Unit"\n[constants]'

    def scaled(self, cells, columns=SCALED, constants=""):
        """A list with one row, and the mapping of its columns."""
        mapping = self.MAPPED.format(signs="", scale="").replace('scale = ""\n', constants)
        mapping = mapping.replace('unit = "USD"\n', "").replace("[constants]", columns)
        text = f"From,To,Year,Value,Up to,Scale,Unit,Q\nKAZ,AZE,2021,{cells}\n"
        return text, adapter_mapped(mapping.encode())

    @pytest.mark.parametrize(
        "cells", ["106.2,,,USD,", "106.0,,,USD,", "0.5,, ,KZT,", "-0.5,,,USD,",
                  "10,12.5,,USD,range", "999999.99,,,AZN,more_than"],
    )  # fmt: skip
    def test_money_with_a_fraction_and_no_scale_is_rejected(self, import_text, cells):
        text, adapter = self.scaled(cells)
        report = import_text(text, adapter=adapter)
        assert [(row["column"], row["message"]) for row in report.messages] == [
            (
                "Scale",
                "no scale is given, but a sum of money with a fraction is usually in thousands or "
                f"millions; give the scale (“units” if it is in neither): "
                f"“{cells.split(',')[0]}”",
            )
        ]

    @pytest.mark.parametrize(
        ("cells", "value"),
        [
            ("106.2,,units,USD,", "106.2"),
            ("106.2,,0,USD,", "106.2"),
            ("106.2,,million,USD,", "106200000"),
            ("106,,,USD,", "106"),
            ("106.0,,units,USD,", "106"),
            ("1000000.5,,,USD,", "1000000.5"),
            ("106.2,,,tonne,", "106.2"),
            ("14.3,,,percent,", "14.3"),
        ],
    )
    def test_other_amounts_need_no_scale(self, import_text, cells, value):
        text, adapter = self.scaled(cells)
        assert import_text(text, adapter=adapter).counts["created"] == 1
        assert Figure.objects.get(source__slug="customs").value == Decimal(value)

    @pytest.mark.parametrize(
        ("code", "year", "slug"),
        [("SUN", "1985", "soviet-union"), ("DD", "1985", "german-democratic-republic"),
         ("Germany", "1985", "germany")],
    )  # fmt: skip
    def test_a_former_code_is_read_as_of_the_period(self, import_text, code, year, slug):
        text = f"From,To,Year,Value\n{code},FRA,{year},5\n"
        assert import_text(text, adapter=self.mapped("")).counts["created"] == 1
        figure = Figure.objects.get(source__slug="customs")
        assert {figure.from_country.slug, figure.to_country.slug} == {slug, "france"}

    def test_a_former_code_outside_its_time_is_rejected_with_the_reason(self, import_text):
        text = "From,To,Year,Value\nFRA,SUN,1995,5\n"
        report = import_text(text, adapter=self.mapped(""))
        assert [(row["column"], row["message"]) for row in report.messages] == [
            (
                "To",
                "no country had this code then: “SUN”; "
                "this was the code of Soviet Union (30 December 1922 – 26 December 1991)",
            )
        ]

    def test_a_mapping_without_any_scale_gives_one_for_all_rows(self, import_text):
        columns = 'unit = "Unit"\n[constants]'
        text, adapter = self.scaled("106.2,,,USD,", columns)
        assert import_text(text, adapter=adapter).messages[0]["column"] == "scale"
        text, adapter = self.scaled("106.2,,,USD,", columns, 'scale = "units"\n')
        assert import_text(text, adapter=adapter).counts["created"] == 1

    @pytest.mark.parametrize(
        ("cells", "value", "upper", "scale"),
        [
            ("19.6 million,,,USD,", "19600000", None, 6),
            ("19.6 млн,,,USD,", "19600000", None, 6),
            ("19.6mln.,,million,USD,", "19600000", None, 6),
            ("2 milyard,,,AZN,", "2000000000", None, 9),
            ("106.2 units,,,USD,", "106.2", None, 0),
            ("10 million,12 mln,,USD,range", "10000000", "12000000", 6),
            ("10,12 mln,million,USD,range", "10000000", "12000000", 6),
        ],
    )
    def test_a_cell_may_name_its_scale(self, import_text, cells, value, upper, scale):
        text, adapter = self.scaled(cells)
        assert import_text(text, adapter=adapter).counts["created"] == 1
        figure = Figure.objects.get(source__slug="customs")
        assert (figure.value, figure.scale) == (Decimal(value), scale)
        assert figure.upper == (upper and Decimal(upper))
        assert figure.as_stated == cells.split(",")[0]

    @pytest.mark.parametrize(
        ("cells", "column", "message"),
        [
            ("19.6 million,,thousand,USD,", "Value", "the list names another scale"),
            ("19.6 million,,units,USD,", "Value", "the list names another scale"),
            ("10,12 million,,USD,range", "Up to", "the scale is not that of the value"),
            ("10 thousand,12 million,,USD,range", "Up to", "the scale is not that of the value"),
        ],
    )
    def test_scales_that_differ_are_rejected(self, import_text, cells, column, message):
        text, adapter = self.scaled(cells)
        (problem,) = import_text(text, adapter=adapter).messages
        assert (problem["column"], problem["message"].partition(":")[0]) == (column, message)

    def test_an_unknown_scale_is_rejected(self, import_text):
        with pytest.raises(FileError, match="^.constants. scale: this is not a scale: “lakh”$"):
            import_text(self.one_row("19.6"), adapter=self.mapped("", scale="lakh"))

    def test_a_range_has_its_upper_end_in_a_column(self, import_text):
        text = "From,To,Year,Value,Up to\nKAZ,AZE,2021,10,12\nKAZ,AZE,2022,10,9\n"
        text += "KAZ,AZE,2023,10,\n"
        mapping = self.MAPPED.replace("[constants]", 'upper = "Up to"\n[constants]').format(
            signs="", scale="6"
        )
        mapping += 'qualifier = "range"\n'
        report = import_text(text, adapter=adapter_mapped(mapping.encode()))
        figure = Figure.objects.get(source__slug="customs")
        assert (figure.value, figure.upper) == (10_000_000, 12_000_000)
        assert amount(figure) == "10–12 million US dollars"
        message = (
            "A range needs an upper end above the lower one; other numbers have no upper end: “10”"
        )
        assert [row["message"] for row in report.messages] == [message] * 2
        # A changed upper end is a change.
        again = import_text(
            text.replace("10,12", "10,13"),
            adapter=adapter_mapped(mapping.encode()),
            as_of=date(2024, 1, 1),
        )
        assert again.counts["updated"] == 1

    def test_a_value_from_before_its_currency_is_rejected_unless_the_list_restates(
        self, import_text
    ):
        text = self.one_row("5").replace("2021", "2004")
        mapping = self.MAPPED.format(signs="", scale="6").replace('"USD"', '"AZN"')
        report = import_text(text, adapter=adapter_mapped(mapping.encode()))
        assert report.messages[0]["message"] == (
            "AZN replaced AZM on 2006-01-01; give the unit of each row, or declare restated = "
            "true: “2004”"
        )
        restated = f"restated = true\n{mapping}".encode()
        assert import_text(text, adapter=adapter_mapped(restated)).counts["created"] == 1

    @pytest.mark.parametrize(
        ("columns", "constants", "column"),
        [
            ('reporter_country = "Told by"', "", "Told by"),
            ("", 'reporter_country = "Yugoslavia"', "reporter_country"),
        ],
    )
    def test_a_reporter_outside_its_lifetime_is_rejected(
        self, import_text, columns, constants, column
    ):
        mapping = self.MAPPED.replace("[constants]", f"{columns}\n[constants]\n{constants}")
        report = import_text(
            "From,To,Year,Value,Told by\nKAZ,AZE,2021,5,Yugoslavia\n",
            adapter=adapter_mapped(mapping.format(signs="", scale="6").encode()),
        )
        assert report.counts["created"] == 0
        (rejected,) = report.messages
        assert rejected["column"] == column
        assert rejected["message"].startswith(
            "a country that did not exist then: “Yugoslavia (1 December 1918 – 27 April 1992) did "
            "not exist on this date: 2021."
        )

    def test_a_currency_that_had_been_replaced_is_rejected(self, import_text):
        mapping = self.MAPPED.format(signs="", scale="6").replace('"USD"', '"AZM"')
        report = import_text(self.one_row("5"), adapter=adapter_mapped(mapping.encode()))
        assert report.messages[0]["message"] == (
            "Azerbaijani manats (before 2006) had been replaced by Azerbaijani manats when this "
            "period began: “5”"
        )

    @pytest.mark.parametrize(
        ("until", "stored", "message"),
        [
            ("2023", "2023", ""),
            ("2021", "", ""),
            ("2020", None, "The end is before the start: “5”"),
        ],
    )
    def test_a_period_has_an_end_only_if_it_is_another(self, import_text, until, stored, message):
        text = f"From,To,Year,Value,Until\nKAZ,AZE,2021,5,{until}\n"
        mapping = self.MAPPED.replace("[constants]", 'period_until = "Until"\n[constants]')
        report = import_text(
            text, adapter=adapter_mapped(mapping.format(signs="", scale="6").encode())
        )
        found = Figure.objects.filter(source__slug="customs")
        assert [str(row.period_until) for row in found] == ([] if stored is None else [stored])
        assert [row["message"] for row in report.messages] == ([message] if message else [])

    MAPPED = """
name = "customs"
kind = "figure"
{signs}
[source]
slug = "customs"
title = "Customs committee"
kind = "official"
rights = "unknown"
[columns]
from_country = "From"
to_country = "To"
period = "Year"
value = "Value"
[constants]
indicator = "trade-turnover-growth"
unit = "USD"
scale = "{scale}"
"""

    def mapped(self, signs, scale="0"):
        return adapter_mapped(self.MAPPED.format(signs=signs, scale=scale).encode())

    def one_row(self, cell):
        return f'From,To,Year,Value\nKAZ,AZE,2021,"{cell}"\n'

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (b'indicator = "exports"', b'reason = "x"', "indicator"),
            (b'scale = "3"', b'vintage = "2020-01-01"', "cannot set “vintage”"),
            (b'value = "Value"', b"", "value"),
        ],
    )
    def test_an_invalid_mapping_is_rejected(self, db, old, new, message):
        with pytest.raises(FileError, match=message):
            adapter_mapped(MAPPING.replace(old, new))

    def test_an_acronym_is_not_the_code_of_a_country(self, import_text):
        """EC is Ecuador in ISO 3166-1, and the acronym of an organization."""
        mapping = MAPPING.replace(b'commodity = "HS"', b'reporter_organization = "By"')
        mapping = mapping.replace(b"[values.commodity]", b"[values.reporter_organization]")
        mapping = mapping.replace(b'reporter_country = "KAZ"\n', b"")
        text = "From,To,Year,Value,Unit,No,By\nKZ,EC,2021,8,EUR,9,EC\n"
        import_text(text, adapter=adapter_mapped(mapping))
        figure = Figure.objects.get(source__slug="customs")
        assert figure.to_country.slug == "ecuador"
        assert figure.reporter_organization.slug == "european-community"

    def test_a_changed_qualifier_is_a_new_vintage(self, import_text):
        text = "From,To,Year,Value,Unit,HS,No,Q\nKZ,AZ,2021,8,EUR,,9,%s\n"
        mapping = MAPPING.replace(b'commodity = "HS"', b'commodity = "HS"\nqualifier = "Q"')
        for said, as_of, outcome in (
            ("exact", date(2020, 1, 1), "created"),
            ("more_than", date(2021, 1, 1), "updated"),
            ("more_than", date(2022, 1, 1), "unchanged"),
        ):
            report = import_text(text % said, adapter=adapter_mapped(mapping), as_of=as_of)
            assert report.counts[outcome] == 1, said

    def test_an_unknown_indicator_of_the_mapping_is_one_message(self, import_text):
        mapping = MAPPING.replace(b'"exports"', b'"happiness"')
        with pytest.raises(FileError) as error:
            import_text(CUSTOMS, adapter=adapter_mapped(mapping))
        assert str(error.value) == (
            "[constants] indicator: no indicator with this name is known: “happiness”"
        )


DATA = settings.BASE_DIR.parent / "shared" / "data"
# Rows read, created, stored without counting, and rejected: Serbia has figures of 2005.
MATERIAL = [
    pytest.param(
        *("comtrade-bulk", "comtrade-legacy/oil_HS27_2005.csv", (15_083, 13_382, 1_596, 105)),
        marks=pytest.mark.skipif(not FULL, reason="a long list of bulk data"),
    ),
    ("comtrade-api", "comtrade-v1/comtradr_example_3.csv", (1_586, 1_515, 71, 0)),
    ("comtrade-api", "comtrade-v1/api_v1_response_CHN_ARG_2010.json", (4, 4, 0, 0)),
]


@pytest.mark.material
def test_the_codes_of_countries_are_those_of_iso_3166_1_and_m49(base):
    path = DATA / "country-codes" / "country-codes.csv"
    if not path.exists():
        missing("the data sets are not here")
    countries = {row.iso3: row for row in Country.objects.exclude(iso3="")}
    with path.open(encoding="utf-8") as file:
        listed = {row["ISO3166-1-Alpha-3"]: row for row in csv.DictReader(file)}
    # The list writes numbers without leading zeros, and has no number for Taiwan in M49.
    for iso3, row in listed.items():
        country = countries.pop(iso3)
        assert country.iso2 == row["ISO3166-1-Alpha-2"], iso3
        number = country.iso_numeric.lstrip("0")
        assert number == row["ISO3166-1-numeric"].lstrip("0"), iso3
        assert row["M49"].strip().lstrip("0") in (number, "") or iso3 == "TWN", iso3
    assert countries == {}


@pytest.mark.material
@pytest.mark.parametrize(("name", "file", "expected"), MATERIAL)
def test_every_code_of_real_files_means_the_country_of_its_iso_code(base, name, file, expected):
    path = DATA / file
    if not path.exists():
        missing("the data sets are not here")
    adapter = adapter_named(name)
    adapter.begin(None)
    # Codes of former states in these files, and what ISO 3166-3 calls them.
    former = {"SCG": "CSXX", "ANT": "ANHH"}
    checked = set()
    for row, _problem in adapter.rows(path):
        for column, iso in adapter.iso_of.items():
            country, area = adapter.side(row, column, Edtf.parse("2020"))
            stated = row.cells.get(iso, "").strip()
            if country:
                assert former.get(stated, stated) in (country.iso3, country.iso_former), row
                checked.add(country.slug)
            else:
                assert stated in ("", "WLD", "W00", "S19", "_X"), row
                assert area in Area.values
    assert checked >= {"china", "argentina"}


@pytest.mark.material
@pytest.mark.parametrize(("name", "file", "expected"), MATERIAL)
def test_real_files_import_only_once_and_completely_but_for_countries_that_did_not_exist(
    base, name, file, expected
):
    path = DATA / file
    if not path.exists():
        missing("the data sets are not here")
    report = run(adapter_named(name), path)
    outcomes = report.outcomes
    kinds = (Outcome.CREATED, Outcome.EXCLUDED, Outcome.REJECTED)
    assert (report.read, *(outcomes[kind] for kind in kinds)) == expected
    again = run(adapter_named(name), path)
    assert (
        again.outcomes[Outcome.UNCHANGED] == again.read - expected[3] == expected[0] - expected[3]
    )
