"""Lists of figures of other shapes: flows, several value columns, a matrix, a filter, areas."""

import csv
import os
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from core.models import PublicChange
from core.rows import FileError
from desk.adapters import adapter_mapped
from relations.models import Disagreement
from search.models import Entry
from sources.importing import BATCH, run
from sources.mappings.keys import MappingError
from tests.desk.test_import_data import database_url, wait_until_alone
from tests.steps import publish
from trade.importers.sides import area_named
from trade.models import Figure

pytestmark = pytest.mark.django_db

HEAD = """
name = "customs"
kind = "figure"
{top}
[source]
slug = "customs"
title = "Customs committee"
kind = "official"
rights = "unknown"
"""
FLOWS = """
[columns]
flow = "Flow"
reporter = "Reporter"
partner = "Partner"
period = "Year"
value = "Value"
[constants]
unit = "USD"
scale = "units"
[values.flow]
"Import" = "imports"
"Export" = "exports"
"Turnover" = "trade-turnover"
"""
YEARS = """
[columns]
from_country = "From"
to_country = "To"
[constants]
indicator = "exports"
unit = "USD"
scale = "thousand"
[measures]
columns = '[0-9]{4}'
sets = "period"
"""
MATRIX = """
[columns]
reporter = "Exporter"
[constants]
flow = "exports"
period = "2020"
unit = "USD"
scale = "units"
[measures]
columns = '.+'
sets = "partner"
except = ["Total"]
[values.partner]
"Azerb." = "Azerbaijan"
"""


def mapped(text, top=""):
    return adapter_mapped((HEAD.format(top=top) + text).encode())


@pytest.fixture
def import_text(tmp_path, base):
    """Import a text with a mapping and return the report; `rejects` is the file of rejects."""

    def imported(text, mapping, top="", **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        rejects = tmp_path / "rejects.csv"
        rejects.unlink(missing_ok=True)
        report = run(mapped(mapping, top), path, rejects=rejects, **options)
        assert report.read == sum(report.outcomes.values())
        report.rejects = rejects
        return report

    return imported


def counted(report) -> dict:
    return {name: count for name, count in report.counts.items() if count}


def stored():
    """From, to, reporter, indicator, period, value and exclusion of each imported figure."""
    return [
        (
            str(row.origin),
            str(row.destination),
            row.stated_by,
            row.indicator.slug,
            str(row.period),
            row.value,
            row.excluded,
        )
        for row in Figure.objects.filter(source__slug="customs").for_pages().order_by("pk")
    ]


class TestFlows:
    LIST = """Flow,Reporter,Partner,Year,Value
Import,Kazakhstan,Azerbaijan,2020,10
Export,Kazakhstan,Azerbaijan,2020,20
Turnover,Kazakhstan,Azerbaijan,2020,30
Export,Kazakhstan,World,2020,99
Import,European Union,Kazakhstan,2020,7
Export,Kazakhstan,"Areas, nes",2020,6
Export,Kazakhstan,Rest of the world,2021,5
Export,Kazakhstan,Kazakhstan,2020,4
"""

    def test_the_flow_decides_the_direction_and_the_reporter_states_it(self, import_text):
        report = import_text(self.LIST, FLOWS)
        assert counted(report) == {"created": 3, "stored, excluded from sums": 5}
        rest = "Areas not elsewhere specified"
        assert stored() == [
            ("Azerbaijan", "Kazakhstan", "Kazakhstan", "imports", "2020", 10, ""),
            ("Kazakhstan", "Azerbaijan", "Kazakhstan", "exports", "2020", 20, ""),
            ("Azerbaijan", "Kazakhstan", "Kazakhstan", "trade-turnover", "2020", 30, ""),
            ("Kazakhstan", "World", "Kazakhstan", "exports", "2020", 99, "world"),
            ("Kazakhstan", "European Union", "European Union", "imports", "2020", 7, "area"),
            ("Kazakhstan", rest, "Kazakhstan", "exports", "2020", 6, "area"),
            ("Kazakhstan", rest, "Kazakhstan", "exports", "2021", 5, "area"),
            ("Kazakhstan", "Kazakhstan", "Kazakhstan", "exports", "2020", 4, "itself"),
        ]
        assert counted(import_text(self.LIST, FLOWS)) == {"unchanged": 8}

    def test_an_unknown_flow_rejects_its_row_and_a_former_country_names_its_column(
        self, import_text
    ):
        text = "Flow,Reporter,Partner,Year,Value\nTransit,KAZ,AZE,2020,1\n"
        report = import_text(text + "Import,KAZ,Soviet Union,2020,1\n", FLOWS)
        assert [row["column"] for row in report.messages] == ["Flow", "Partner"]
        assert report.messages[0]["message"].startswith(
            "no indicator with this name is known: “Transit”"
        )

    def test_an_indicator_without_a_known_origin_is_rejected(self, import_text):
        text = "Flow,Reporter,Partner,Year,Value\ninvestment-stock,KAZ,AZE,2020,1\n"
        report = import_text(text, FLOWS)
        assert [(row["column"], row["message"]) for row in report.messages] == [
            (
                "Flow",
                "this indicator does not say who is the origin; name the columns of from_country "
                "and to_country: “investment-stock”",
            )
        ]

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('partner = "Partner"', "", "does not set “partner”"),
            ('partner = "P"', 'partner = "P"\nto_country = "P"', "cannot set “to_country”"),
            ('flow = "Flow"', 'flow = "F"\nindicator = "I"', "“flow” or “indicator”, not both"),
        ],
    )
    def test_a_mapping_names_a_flow_a_reporter_and_a_partner(self, db, old, new, message):
        mapping = FLOWS.replace('partner = "Partner"', 'partner = "P"') if "P" in old else FLOWS
        mapping = FLOWS.replace(old, new) if old in FLOWS else mapping.replace(old, new)
        with pytest.raises(FileError, match=message):
            mapped(mapping)

    @pytest.mark.parametrize(
        ("system", "reporter", "partner"),
        [
            ("comtrade", "398", "31"),
            ("comtrade", "KAZ", "W00"),
            ("numeric", "398", "031"),
            ("iso3", "kaz", "AZE"),
            ("iso2", "KZ", "World"),
            ("cow", "705", "373"),
        ],
    )
    def test_codes_of_a_declared_system_name_countries_and_areas(
        self, import_text, system, reporter, partner
    ):
        codes = f'[codes]\nreporter = "{system}"\npartner = "{system}"\n'
        text = f"Flow,Reporter,Partner,Year,Value\nExport,{reporter},{partner},2020,1\n"
        import_text(text, FLOWS + codes)
        other = "World" if partner in ("W00", "World") else "Azerbaijan"
        assert [row[:2] for row in stored()] == [("Kazakhstan", other)]

    def test_a_code_of_another_system_is_rejected(self, import_text):
        codes = '[codes]\nreporter = "iso3"\npartner = "cow"\n'
        text = "Flow,Reporter,Partner,Year,Value\nExport,KAZ,AZE9,2020,1\n"
        report = import_text(text, FLOWS + codes)
        assert [(row["column"], row["message"]) for row in report.messages] == [
            (
                "Partner",
                "a number or abbreviation of Correlates of War is needed, such as 705 or KZK: "
                "“AZE9”",
            )
        ]

    def test_areas_are_named_in_lists_of_two_sides_too(self, import_text):
        mapping = YEARS.replace('to_country = "To"', 'to_country = "To"\nreporter_country = "By"')
        report = import_text("From,To,By,2020\nWorld,KAZ,EU,5\n", mapping)
        assert counted(report) == {"stored, excluded from sums": 1}
        assert stored() == [
            ("World", "Kazakhstan", "European Union", "exports", "2020", 5000, "world")
        ]

    def test_no_country_is_named_like_an_area(self, base):
        names = ("Georgia", "France", "Western Sahara", "EC", "492")
        assert [area_named(name) for name in names] == [None] * 5
        assert area_named("other asia, NES") == "490"


class TestSeveralColumns:
    LIST = "From,To,2019,2020,Note\nKAZ,AZE,1.5,2,x\nAZE,KAZ,,3,\nKAZ,GEO,,,\n"

    def test_years_side_by_side_are_figures_of_their_own(self, import_text):
        report = import_text(self.LIST, YEARS)
        assert counted(report) == {"created": 3}
        assert report.notes == [
            "Each value counts as a row: 3 values in 3 rows of the list. Blank cells are no values."
        ]
        assert [row[:2] + row[4:6] for row in stored()] == [
            ("Kazakhstan", "Azerbaijan", "2019", 1500),
            ("Kazakhstan", "Azerbaijan", "2020", 2000),
            ("Azerbaijan", "Kazakhstan", "2020", 3000),
        ]
        first = Figure.objects.filter(source__slug="customs").earliest("pk")
        assert (first.as_stated, first.locator, first.scale) == ("1.5", "row 1, 2019", 3)
        assert counted(import_text(self.LIST, YEARS)) == {"unchanged": 3}

    def test_a_changed_cell_is_a_new_vintage_of_that_value_only(self, import_text):
        import_text(self.LIST, YEARS, as_of=date(2021, 1, 1))
        changed = self.LIST.replace("1.5,2", "1.5,4")
        report = import_text(changed, YEARS, as_of=date(2022, 1, 1))
        assert counted(report) == {"unchanged": 2, "updated": 1}

    def test_measures_side_by_side_have_an_indicator_scale_and_unit_each(self, import_text):
        mapping = """
[columns]
reporter = "Reporter"
partner = "Partner"
period = "Year"
[constants]
unit = "USD"
scale = "units"
[measures."Exports, mln"]
flow = "exports"
scale = "million"
[measures."Imports"]
flow = "imports"
unit = "EUR"
"""
        text = 'Reporter,Partner,Year,"Exports, mln",Imports\nKAZ,AZE,2020,1.5,7\n'
        assert counted(import_text(text, mapping)) == {"created": 2}
        found = Figure.objects.filter(source__slug="customs").order_by("pk")
        assert [
            (row.indicator.slug, row.from_country.slug, row.value, row.scale, row.unit)
            for row in found
        ] == [
            ("exports", "kazakhstan", 1_500_000, 6, "USD"),
            ("imports", "azerbaijan", 7, 0, "EUR"),
        ]

    def test_named_groups_of_the_pattern_set_several_fields(self, import_text):
        mapping = FLOWS.replace('flow = "Flow"\n', "").replace('period = "Year"\n', "")
        mapping = mapping.replace('value = "Value"\n', "")
        mapping += "[measures]\ncolumns = '(?P<flow>Import|Export) (?P<period>[0-9]{4})'\n"
        text = "Reporter,Partner,Import 2019,Export 2020,Export\nKAZ,AZE,1,2,3\n"
        assert counted(import_text(text, mapping)) == {"created": 2}
        assert [row[0:1] + row[3:6] for row in stored()] == [
            ("Azerbaijan", "imports", "2019", 1),
            ("Kazakhstan", "exports", "2020", 2),
        ]

    def test_a_row_with_wrong_cells_is_once_in_the_file_of_rejects(self, import_text, tmp_path):
        text = "From,To,2018,2019,2020\nKAZ,AZE,1,x,y\nAZE,KAZ,3,4,5\n"
        report = import_text(text, YEARS)
        assert counted(report) == {"created": 4, "rejected": 2}
        assert [(row["row"], row["column"]) for row in report.messages] == [
            (1, "2019"),
            (1, "2020"),
        ]
        with report.rejects.open(encoding="utf-8", newline="") as file:
            (rejected,) = csv.DictReader(file)
        assert rejected == {
            "From": "KAZ", "To": "AZE", "2018": "1", "2019": "x", "2020": "y", "_row": "1",
            "_column": "2019, 2020",
            "_reason": "2019: this is not a number: “x”; 2020: this is not a number: “y”",
        }  # fmt: skip
        corrected = report.rejects.read_text("utf-8").replace(",x,y,", ",6,7,")
        assert counted(import_text(corrected, YEARS)) == {"created": 2, "unchanged": 1}

    @pytest.mark.parametrize(
        ("table", "message"),
        [
            ("[measures]\ncolumns = '('\nsets = \"period\"", "not a regular expression"),
            ("[measures]\ncolumns = '[0-9]{4}'", "Name the field that the titles"),
            ('[measures]\nsets = "period"', "need the pattern “columns”"),
            ("[measures]\ncolumns = 'x'\nsets = \"slug\"", "cannot set “slug”"),
            ('[measures]\n"2020" = "2020"', "a table with what its values are"),
            ('[measures."2020"]\nperiod = true', "text in quotation marks"),
            ('[measures."2020"]\nvalue = "5"', "cannot set “value”"),
            ('[measures."2020"]\nto_country = "KAZ"', "[columns] to_country"),
            ("[measures]\ncolumns = '.'\nsets = 'period'\nexcept = 5", "a list of titles"),
        ],
    )
    def test_a_wrong_table_of_measures_is_refused(self, db, table, message):
        start = YEARS[: YEARS.index("[measures]")]
        with pytest.raises(MappingError) as error:
            mapped(start + table)
        assert message in str(error.value)

    def test_a_list_without_a_column_of_the_pattern_is_refused(self, import_text):
        with pytest.raises(FileError, match="No column of the list matches the pattern"):
            import_text("From,To,Year 2019\nKAZ,AZE,1\n", YEARS)
        assert not Figure.objects.filter(source__slug="customs").exists()


class TestMatrix:
    LIST = """Exporter,Kazakhstan,Azerb.,World,Total
Kazakhstan,,5,20,25
Azerbaijan,6,,7,13
"""

    def test_each_cell_is_a_figure_between_its_row_and_its_column(self, import_text):
        report = import_text(self.LIST, MATRIX)
        assert counted(report) == {"created": 2, "stored, excluded from sums": 2}
        assert [row[:2] + row[5:] for row in stored()] == [
            ("Kazakhstan", "Azerbaijan", 5, ""),
            ("Kazakhstan", "World", 20, "world"),
            ("Azerbaijan", "Kazakhstan", 6, ""),
            ("Azerbaijan", "World", 7, "world"),
        ]

    def test_columns_that_are_no_countries_are_named_at_once(self, import_text):
        mapping = MATRIX.replace('except = ["Total"]\n', "").replace('"Azerb." =', '"Az." =')
        with pytest.raises(MappingError) as error:
            import_text(self.LIST, mapping)
        assert [problem.place for problem in error.value.problems] == [
            "[measures] “Azerb.” partner",
            "[measures] “Total” partner",
        ]
        assert not Figure.objects.filter(source__slug="customs").exists()

    def test_the_file_of_rejects_of_a_matrix_is_a_matrix_again(self, import_text):
        report = import_text(self.LIST.replace("6,,7", "six,,7"), MATRIX)
        assert counted(report)["rejected"] == 1
        corrected = report.rejects.read_text("utf-8").replace("six", "6")
        assert counted(import_text(corrected, MATRIX)) == {"created": 1, "unchanged": 1}
        assert len(stored()) == 4

    def test_a_former_country_is_a_column_of_a_matrix(self, import_text):
        mapping = MATRIX.replace('period = "2020"\n', "")
        mapping = mapping.replace("[constants]", 'period = "Year"\n[constants]')
        text = "Exporter,Year,Soviet Union\nFrance,1985,3\nFrance,2020,4\n"
        report = import_text(text, mapping)
        assert counted(report) == {"created": 1, "rejected": 1}
        assert report.messages[0]["column"] == "Soviet Union"


class TestFilter:
    LIST = "Flow,Reporter,Partner,Year,Value\nTransit,?,?,?,?\n" + (
        "Import,KAZ,AZE,2020,1\nExport,KAZ,AZE,2020,2\n"
    )

    def test_rows_with_other_values_are_skipped_and_not_rejected(self, import_text):
        report = import_text(self.LIST, FLOWS + '[filter]\nFlow = ["Import", "Export"]\n')
        assert counted(report) == {"created": 2, "skipped": 1}
        assert (report.messages, report.notes, report.rejects.exists()) == ([], [], False)
        assert "       1 skipped" in list(report.lines())

    def test_the_report_names_a_value_that_no_row_has(self, import_text):
        report = import_text(self.LIST, FLOWS + '[filter]\nFlow = ["Imports", "Export"]\n')
        assert counted(report) == {"created": 1, "skipped": 2}
        assert report.notes == ["[filter] Flow: no row has “Imports”."]

    def test_a_column_of_the_filter_is_needed(self, import_text):
        with pytest.raises(FileError, match="The header lacks Status"):
            import_text(self.LIST, FLOWS + '[filter]\nStatus = "final"\n')

    @pytest.mark.parametrize("table", ["filter = 5", "[filter]\nFlow = 5", "[filter]\nFlow = [5]"])
    def test_a_filter_of_another_form_is_refused(self, db, table):
        top, table = (table, "") if table.startswith("filter") else ("", table)
        with pytest.raises(FileError, match="filter"):
            mapped(FLOWS + table, top)

    def test_a_filter_applies_to_a_list_of_records_too(self, tmp_path, base):
        mapping = HEAD.format(top="").replace('"figure"', '"membership"') + (
            '[columns]\nmember = "Who"\norganization = "What"\n[filter]\nKind = "full"\n'
        )
        path = tmp_path / "list.csv"
        path.write_text("Who,What,Kind\nKazakhstan,United Nations,part\n?,?,none\n")
        report = run(adapter_mapped(mapping.encode()), path, dry_run=True)
        assert counted(report) == {"skipped": 2}


class TestRounding:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ("66.0639999999999", "66.064"),
            ("0.1000000000000055", "0.1"),
            ("1234567.89005", "1234567.8901"),
            ("-2.00004999999", "-2.0000"),
            ("5", "5"),
            ("1.5e-9", "0"),
        ],
    )
    def test_float_tails_are_rounded_and_kept_as_stated(self, import_text, cell, value):
        mapping = FLOWS.replace('flow = "Flow"\n', "").replace(
            "[constants]", '[constants]\nflow = "trade-turnover-growth"'
        )
        mapping = mapping[: mapping.index("[values.flow]")]
        text = f"Reporter,Partner,Year,Value\nKAZ,AZE,2020,{cell}\n"
        assert counted(import_text(text, mapping, "rounding = 4")) == {"created": 1}
        figure = Figure.objects.get(source__slug="customs")
        assert (figure.value, figure.as_stated) == (Decimal(value), cell)

    def test_without_rounding_a_tail_is_rejected(self, import_text):
        text = "Flow,Reporter,Partner,Year,Value\nImport,KAZ,AZE,2020,66.0639999999999\n"
        assert counted(import_text(text, FLOWS)) == {"rejected": 1}

    @pytest.mark.parametrize("given", ['"4"', "-1", "1.5", "true"])
    def test_rounding_is_a_number_of_places(self, db, given):
        with pytest.raises(FileError, match="rounding"):
            mapped(FLOWS, f"rounding = {given}")


class TestMappingAsAWhole:
    """What is wrong in the mapping is one message, before a row is stored."""

    LIST = "Flow,Reporter,Partner,Year,Value\n" + "Import,KAZ,AZE,2020,1\n" * 3

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('"USD"', '"shells"', "[constants] unit: “shells” is unknown."),
            ('scale = "units"', 'scale = "heaps"', "[constants] scale: this is not a scale"),
            ('"imports"', '"happiness"', "[values.flow] “Import”: no indicator with this name"),
            (
                "[constants]",
                '[constants]\nvaluation = "dear"',
                "[constants] valuation: “dear” is unknown.",
            ),
            (
                'partner = "Partner"',
                'partner = "Partner"\ncommodity = "Flow"',
                "classification: No goods of “” are known",
            ),
        ],
    )
    def test_a_value_that_no_row_can_have_is_one_message(self, import_text, old, new, message):
        with pytest.raises(MappingError) as error:
            import_text(self.LIST, FLOWS.replace(old, new))
        assert [str(problem).startswith(message) for problem in error.value.problems] == [True]
        assert not Figure.objects.filter(source__slug="customs").exists()

    def test_an_unknown_revision_is_named_with_the_known_ones(self, import_text):
        mapping = FLOWS.replace('partner = "Partner"', 'partner = "Partner"\ncommodity = "Flow"')
        with pytest.raises(MappingError) as error:
            import_text(self.LIST, mapping, 'classification = "HS"\nrevision = "1066"')
        (problem,) = error.value.problems
        assert problem.message.startswith("No goods of “HS 1066” are known")
        assert "HS 2022" in problem.allowed

    def test_a_reporter_is_not_a_country_and_an_organization(self, import_text):
        mapping = FLOWS.replace("[constants]", '[constants]\nreporter_organization = "UN"')
        report = import_text(self.LIST, mapping)
        assert counted(report) == {"rejected": 3}
        assert report.messages[0]["message"] == (
            "the reporter is a country or an organization, not both"
        )


class TestPublishingInBulk:
    LIST = """Flow,Reporter,Partner,Year,Value
Import,KAZ,AZE,2020,10000000
Export,AZE,KAZ,2020,10000000
Import,KAZ,AZE,2021,10000000
Export,KAZ,World,2021,500000
Turnover,KAZ,AZE,2020,99000000
Export,KAZ,AZE,2020,5000000
Import,KAZ,GEO,2020,1000000
Import,KAZ,GEO,2021,1000000000
"""

    @staticmethod
    def derived():
        """The derived data: disagreements, and entries of the search index by slug."""
        rows = Disagreement.objects.present().order_by("key")
        found = rows.values_list("key", "fingerprint", "relation__slug")
        entries = Entry.objects.filter(kind="figure").order_by("slug")
        return list(found), list(entries.values_list("slug", "public", "title", "summary_keys"))

    def waiting(self):
        return Figure.objects.filter(source__slug="customs", state="in_review").order_by("pk")

    def test_publishing_together_derives_the_same_as_one_by_one(self, import_text):
        import_text(self.LIST, FLOWS)
        keys = list(self.waiting().values_list("pk", flat=True))
        publish(self.waiting())
        together = self.derived()
        call_command("check_index", verbosity=0)
        assert [key.split(":")[0] for key, *_rest in together[0]].count("magnitude") == 1
        assert "sum" in {key.split(":")[0] for key, *_rest in together[0]}
        Figure.objects.filter(pk__in=keys).update(state="in_review")
        Figure.objects.filter(pk__in=keys).delete()
        # The same identifiers are given out a second time.
        PublicChange.objects.filter(kind="figure").delete()
        call_command("find_disagreements", verbosity=0)
        call_command("rebuild_index", verbosity=0)
        import_text(self.LIST, FLOWS)
        for pk in list(self.waiting().values_list("pk", flat=True)):
            publish(Figure.objects.get(pk=pk))
        assert self.derived() == together
        call_command("check_index", verbosity=0)

    def test_portions_keep_the_figures_of_a_pair_together(self, import_text, monkeypatch):
        monkeypatch.setattr("relations.publication.STATEMENTS", 3)
        import_text(self.LIST, FLOWS)
        publish(self.waiting())
        assert not self.waiting().exists()
        before = self.derived()
        call_command("find_disagreements", verbosity=0)
        assert self.derived() == before

    def test_an_entry_that_is_missing_is_made_when_its_figure_is_published(self, import_text):
        import_text(self.LIST, FLOWS)
        Entry.objects.filter(kind="figure", public=False).delete()
        publish(self.waiting())
        call_command("check_index", verbosity=0)

    def test_a_figure_that_is_added_and_published_together_is_found(self, base, tmp_path):
        from_list = tmp_path / "list.csv"
        from_list.write_text(self.LIST, encoding="utf-8")
        (tmp_path / "m.toml").write_text(HEAD.format(top="") + FLOWS, encoding="utf-8")
        run(mapped(FLOWS), from_list)
        publish(self.waiting())
        found = Entry.objects.filter(kind="figure", public=True, slug__startswith="imports-georgia")
        assert found.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_of_a_matrix_stores_every_value_once(base, tmp_path):
    """Uses a database of its own: the process is killed with SIGKILL."""
    years, mapping = range(1901, 2001), tmp_path / "m.toml"
    mapping.write_text(HEAD.format(top="") + YEARS, encoding="utf-8")
    names = ("FRA", "USA", "GBR", "ESP", "CHE", "SWE", "DNK", "PRT")
    lines = [
        ",".join((one, other, *map(str, years))) for one in names for other in names if one != other
    ]
    path, number = tmp_path / "list.csv", len(lines) * len(years)
    path.write_text("\n".join((f"From,To,{','.join(map(str, years))}", *lines)) + "\n")
    environment = os.environ | {
        "DATABASE_URL": database_url(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", "import_data", str(mapping), str(path)]
    command += ["--report", str(tmp_path / "r.json"), "--rejects", str(tmp_path / "x.csv")]

    def count():
        return Figure.objects.filter(source__slug="customs").count()

    shown, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=terminal
    )
    os.close(terminal)
    with open(shown, "rb", buffering=0) as progress:
        with suppress(OSError):
            while count() == 0:
                progress.read(1000)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until_alone()
    left = count()
    assert 0 < left < number
    assert left % BATCH == 0
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert f"{number - left:8} created" in done.stdout
    assert f"{left:8} unchanged" in done.stdout
    assert count() == number
    call_command("check_index", verbosity=0)


@pytest.mark.parametrize("options", [{}, {"as_of": date(2024, 1, 1)}])
def test_a_list_that_contradicts_itself_is_told_so(import_text, options):
    rows = (f"Export,France,Spain,2020,{value}\n" for value in (5, 6))
    text = "Flow,Reporter,Partner,Year,Value\n" + "".join(rows)
    report = import_text(text, FLOWS, **options)
    assert counted(report) == {"created": 1, "rejected": 1}
    assert [one["message"] for one in report.messages] == [
        "another row states another value of the same number: “6”; row 1: 5"
    ]
