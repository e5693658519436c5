"""The package of the fixtures, opened with the tools that people use."""

import csv
import hashlib
import json
import sqlite3
import subprocess
import sys
import zipfile

import frictionless
import pandas
import pytest
from django.core.management import CommandError, call_command

from open_data.package import ARCHIVE, ARCHIVE_CHECKSUM, CHECKSUMS, DESCRIPTOR, METADATA, SQLITE
from open_data.tables import TABLES
from open_data.writing import export
from tests.factories import EventFactory
from tests.open_data.conftest import contents_of

NAMES = sorted([*(table.name for table in TABLES), "withdrawn", "changes", "identifiers"])


@pytest.fixture
def package(packages):
    return packages / "first"


def test_frictionless_finds_the_package_valid(package):
    report = frictionless.validate(package / DESCRIPTOR)
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
    tables = sorted(task.name for task in report.tasks if task.type == "table")
    assert tables == NAMES


def test_the_package_states_licences_contributors_and_the_day_of_its_newest_change(package):
    described = json.loads((package / DESCRIPTOR).read_text())
    assert [one["name"] for one in described["licenses"]] == ["CC0-1.0"]
    assert described["contributors"]
    assert described["sources"]
    with (package / "data/versions.csv").open() as file:
        newest = max(row["at"] for row in csv.DictReader(file))
    assert described["created"] >= newest
    assert described["version"] == described["created"][:10]
    by_path = {one["path"]: one for one in described["resources"]}
    assert by_path["data/source_texts.csv"]["licenses"][0]["path"] == "data/sources.csv"


def test_every_file_has_its_size_and_checksum(package):
    found = contents_of(package)
    described = json.loads(found[DESCRIPTOR])
    for one in described["resources"]:
        content = found[one["path"]]
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    sums = {line[66:]: line[:64] for line in found[CHECKSUMS].decode().splitlines()}
    assert set(sums) == set(found) - {CHECKSUMS, ARCHIVE, ARCHIVE_CHECKSUM}
    digest = hashlib.sha256(found[ARCHIVE]).hexdigest()
    assert found[ARCHIVE_CHECKSUM].decode() == f"{digest}  {ARCHIVE}\n"
    assert all(hashlib.sha256(found[name]).hexdigest() == digest for name, digest in sums.items())


def test_the_archive_holds_all_files(package):
    found = contents_of(package)
    with zipfile.ZipFile(package / ARCHIVE) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: content for name, content in found.items() if not name.startswith(ARCHIVE)
        }


def test_pandas_joins_the_tables(package):
    visits, records = (
        pandas.read_csv(package / f"data/{name}.csv", keep_default_na=False)
        for name in ("visits", "records")
    )
    joined = visits.merge(records, on="id", validate="one_to_one").set_index("id")
    visit = joined.loc["tokayev-visit-azerbaijan-2022-08"]
    assert (visit["host"], visit["date"]) == ("azerbaijan", "2022-08-24")
    lines = pandas.read_json(package / "json-lines/figures.jsonl", lines=True)
    figures = pandas.read_csv(package / "data/figures.csv")
    assert list(lines["value"]) == list(figures["value"])


def test_datasette_opens_the_sqlite_file(package):
    def answer(address):
        # In a process of its own: the browser of other tests has an event loop here.
        command = [sys.executable, "-m", "datasette", "serve", str(package / SQLITE)]
        command += [
            "--metadata",
            str(package / METADATA),
            "--get",
            f"/bilateral-relations/{address}",
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    rows = json.loads(answer("visits/tokayev-visit-azerbaijan-2022-08.json?_shape=objects"))["rows"]
    assert rows[0]["host"] == "azerbaijan"
    text = answer("treaties")
    assert "Treaties and other instruments." in text
    assert "CC0-1.0" in text


def test_the_sqlite_file_has_keys_and_the_rows_of_the_tables(package):
    with sqlite3.connect(package / SQLITE) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for name in NAMES:
            with (package / f"data/{name}.csv").open(newline="") as file:
                due = sum(1 for _row in csv.reader(file)) - 1
            assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (due,)
        keys = {row[2:5] for row in database.execute("PRAGMA foreign_key_list(citations)")}
        assert ("records", "record", "id") in keys
        indexes = {row[1] for row in database.execute("PRAGMA index_list(citations)")}
        assert "citations_record" in indexes


def test_the_log_of_changes_has_exactly_the_visible_rows(package):
    def ids(name):
        with (package / f"data/{name}.csv").open() as file:
            return {row["id"] for row in csv.DictReader(file)}

    tables = {
        "country": "countries", "topic": "topics", "organization": "organizations",
        "person": "people", "source": "sources", "indicator": "indicators", "pair": "pairs",
        "figure": "figures", "good": "traded_goods", "disagreement": "disagreements",
        "visit": "visits", "event": "events", "membership": "memberships", "mission": "missions",
        "office": "offices", "treaty": "treaties", "action": "treaty_actions",
    }  # fmt: skip
    visible = {name: set() for name in tables}
    with (package / "data/changes.csv").open() as file:
        for row in csv.DictReader(file):
            if row["kind"] in tables and row["action"] in ("published", "changed"):
                visible[row["kind"]].add(row["key"])
    assert visible == {kind: ids(name) for kind, name in tables.items()}


def test_exporting_again_after_an_import_gives_the_same_bytes(packages):
    first, second = (contents_of(packages / name) for name in ("first", "second"))
    assert {name for name in first if first[name] != second.get(name)} == set()
    assert set(first) == set(second)


@pytest.mark.django_db
def test_a_failed_export_leaves_the_former_one(tmp_path, monkeypatch):
    export(tmp_path / "package")
    before = contents_of(tmp_path / "package")
    EventFactory(published=True)

    def fails(*_rows):
        raise OSError("no space left")

    monkeypatch.setattr("open_data.writing.SqliteFile.insert", fails)
    with pytest.raises(CommandError, match="no space left"):
        call_command("export_data", tmp_path / "package")
    assert contents_of(tmp_path / "package") == before
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


@pytest.mark.django_db
def test_an_export_replaces_packages_only(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(CommandError, match="is not empty and has no datapackage.json"):
        call_command("export_data", tmp_path)
    assert contents_of(tmp_path) == {"letter.txt": b"Dear reader"}


@pytest.mark.django_db
def test_a_new_export_replaces_the_former_one(tmp_path):
    call_command("export_data", tmp_path / "package", verbosity=0)
    EventFactory(slug="summit", published=True)
    call_command("export_data", tmp_path / "package", verbosity=0)
    text = (tmp_path / "package/data/events.csv").read_text()
    assert [row["id"] for row in csv.DictReader(text.splitlines())] == ["summit"]
