"""Classes of goods: the names of HS 2022, and nomenclatures by a mapping."""

import json

import pytest

from core.rows import FileError
from desk.adapters import adapter_mapped
from sources.importing import run
from sources.mappings.keys import MappingError
from sources.models import Source
from trade.models import Commodity, Figure
from trade.nomenclatures import name_of

pytestmark = pytest.mark.django_db

MAPPING = """
name = "sitc-4"
kind = "commodity"
classification = "SITC"
revision = "4"
[source]
slug = "nomenclature"
title = "Nomenclature"
kind = "official"
rights = "unknown"
[columns]
code = "Code"
name = "Text"
"""
LIST = """Code,Text
0,Food and live animals
001.11,"Bovine animals, live"
9,Other commodities
x1,Something
27,
"""
FIGURES = """
name = "customs"
kind = "figure"
classification = "HS"
{}
[source]
slug = "customs"
title = "Customs committee"
kind = "official"
rights = "unknown"
[columns]
commodity = "HS"
value = "Value"
period = "Year"
[constants]
indicator = "exports"
from_country = "KAZ"
to_country = "AZE"
unit = "USD"
"""


@pytest.fixture
def imported(tmp_path, base):
    def importing(mapping, content, **options):
        path = tmp_path / "list"
        path.write_text(content)
        return run(adapter_mapped(mapping.encode()), path, **options)

    return importing


def names(classification, revision):
    rows = Commodity.objects.filter(classification=classification, revision=revision)
    return dict(rows.order_by("code").values_list("code", "name"))


class TestPackage:
    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("01", "Animals; live"),
            ("8549", "Electrical and electronic waste and scrap"),
            ("010121", "Horses; live, pure-bred breeding animals"),
            ("77", ""),
            ("9999AA", ""),
            ("TOTAL", ""),
        ],
    )
    def test_the_names_of_hs_2022(self, code, name):
        assert name_of("HS", "2022", code) == name

    def test_another_revision_and_another_classification_have_no_packaged_names(self):
        assert name_of("HS", "2017", "01") == name_of("SITC", "4", "01") == ""

    def test_a_class_of_no_revision_has_the_name_of_the_newest_that_has_its_code(self):
        assert name_of("HS", "", "01") == "Animals; live"
        for revision in ("1992", "1996"):
            Commodity.objects.create(
                classification="HS", revision=revision, code="7777", name=f"Of {revision}"
            )
        assert name_of("HS", "", "7777") == "Of 1996"


class TestFigures:
    def test_a_class_that_the_package_knows_is_created_with_its_name(self, imported):
        report = imported(
            FIGURES.format('revision = "2022"'), "HS,Value,Year\n0101,5,2020\n7777,5,2020\n"
        )
        assert (report.counts["created"], report.counts["rejected"]) == (1, 1)
        assert report.as_dict()["rejected by reason"] == {"HS: this class of goods is unknown": 1}
        figure = Figure.objects.get(source__slug="customs")
        assert str(figure.commodity) == "HS 0101 Horses, asses, mules and hinnies; live"
        assert figure.commodity.revision == "2022"

    def test_a_code_may_have_points(self, imported):
        rows = "HS,Value,Year\n0101.21,5,2020\n0101 21,5,2020\n010121,6,2021\n"
        report = imported(FIGURES.format('revision = "2022"'), rows)
        assert (report.counts["created"], report.counts["unchanged"]) == (2, 1)
        figures = Figure.objects.filter(source__slug="customs").select_related("commodity")
        assert {row.commodity.code for row in figures} == {"010121"}

    def test_goods_of_no_revision_are_classes_of_their_own(self, imported):
        assert imported(FIGURES.format(""), "HS,Value,Year\n0101,5,2020\n").counts["created"] == 1
        goods = Figure.objects.get(source__slug="customs").commodity
        assert goods.natural_key() == ("HS", "", "0101")

    def test_a_revision_has_only_the_classes_of_its_own_nomenclature(self, imported):
        older, text = FIGURES.format('revision = "1992"'), "HS,Value,Year\n0101,5,2020\n"
        with pytest.raises(MappingError, match="No goods of “HS 1992” are known"):
            imported(older, text)
        nomenclature = MAPPING.replace("SITC", "HS").replace('"4"', '"1992"')
        imported(nomenclature, "Code,Text\n01.01,Live horses\n")
        assert imported(older, text).counts["created"] == 1
        assert Figure.objects.get(source__slug="customs").commodity.name == "Live horses"

    def test_a_dry_run_creates_no_class(self, imported):
        text = "HS,Value,Year\n0101,5,2020\n"
        assert imported(FIGURES.format(""), text, dry_run=True).counts["created"] == 1
        assert not Commodity.objects.filter(code="0101").exists()


class TestMappings:
    def test_a_list_creates_the_classes_of_a_revision(self, imported):
        report = imported(MAPPING, LIST)
        assert (report.counts["created"], report.counts["rejected"]) == (3, 2)
        assert names("SITC", "4") == {
            "0": "Food and live animals",
            "00111": "Bovine animals, live",
            "9": "Other commodities",
        }
        assert [(row["row"], row["column"], row["message"]) for row in report.messages] == [
            (4, "Code", "this is not a commodity code: “x1”"),
            (5, "Text", "a name is needed"),
        ]
        assert Source.objects.filter(slug="nomenclature").exists()

    def test_importing_again_changes_nothing(self, imported):
        imported(MAPPING, LIST)
        assert imported(MAPPING, LIST).counts["unchanged"] == 3

    def test_a_class_known_by_its_code_gets_its_name_and_another_name_is_kept(self, imported):
        for code, name in (("0", "0"), ("9", "The rest")):
            Commodity.objects.create(classification="SITC", revision="4", code=code, name=name)
        report = imported(MAPPING, LIST)
        assert [report.counts[key] for key in ("created", "updated", "unchanged")] == [1, 1, 1]
        assert names("SITC", "4") == {
            "0": "Food and live animals",
            "00111": "Bovine animals, live",
            "9": "The rest",
        }

    def test_the_revision_may_be_a_column_also_as_comtrade_writes_it(self, imported):
        mapping = MAPPING.replace('classification = "SITC"\nrevision = "4"\n', "")
        mapping += 'classification = "Class"\n'
        report = imported(mapping, "Code,Text,Class\n01,A,H0\n01,B,H6\n1,C,S3\n1,D,BEC\n")
        assert (report.counts["created"], report.counts["rejected"]) == (3, 1)
        assert names("HS", "1992")["01"] == "A"
        assert names("HS", "2022")["01"] == "B"
        assert names("SITC", "3") == {"1": "C"}
        assert report.messages[0]["message"] == "this classification is unknown: “BEC”"

    def test_a_reference_file_of_comtrade_is_read_as_it_is(self, imported):
        rows = [
            {"id": "TOTAL", "text": "Total - All H5 commodities", "parent": "#"},
            {"id": "01", "text": "01 - Animals; live", "parent": "TOTAL"},
            {"id": "0101", "text": "0101 - Horses, asses; live", "parent": "01", "isLeaf": "0"},
        ]
        mapping = MAPPING.replace("SITC", "HS").replace('"4"', '"2017"')
        mapping = mapping.replace("Code", "id").replace("Text", "text")
        content = json.dumps({"more": False, "classCode": "H5", "results": rows})
        report = imported(mapping, content)
        assert (report.counts["created"], report.counts["rejected"]) == (2, 1)
        assert names("HS", "2017") == {"01": "Animals; live", "0101": "Horses, asses; live"}

    def test_a_code_that_is_repeated_in_a_file_is_created_once(self, imported):
        report = imported(MAPPING, "Code,Text\n1,A\n1,B\n")
        assert (report.counts["created"], report.counts["unchanged"]) == (1, 1)
        assert names("SITC", "4") == {"1": "A"}

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('classification = "SITC"', "", "The mapping does not name the classification"),
            ('"SITC"', '"BEC"', "“classification” must be one of H0"),
            ('"SITC"', "5", "classification: This must be text in quotation marks."),
            ('revision = "4"', "revision = 4", "revision: This must be text in quotation marks."),
            ('name = "Text"', "", "The mapping does not set “name”"),
        ],
    )
    def test_an_invalid_mapping_is_refused(self, old, new, message):
        assert old in MAPPING
        with pytest.raises(FileError, match=message):
            adapter_mapped(MAPPING.replace(old, new).encode())
