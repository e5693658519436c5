"""A package restores what readers see, or is refused whole with the place of what is wrong."""

import csv
import hashlib
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from core.models import PageVersion, PublicChange
from open_data.loading import load
from open_data.writing import export
from relations.models import Country, Event, Record, Statistics, WithdrawnRow
from search.models import Entry
from sources.models import SourceFile, SourceText
from tests.conftest import databases
from tests.databases import EMPTY
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    ParticipationFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)  # fmt: skip
from tests.open_data.conftest import contents_of
from tests.steps import publish, withdraw
from treaties.models import TreatyPeriod


def fill(tmp_path, settings):
    """A base with some of everything that the fixtures do not have."""
    settings.MEDIA_ROOT = tmp_path / "media"
    pair = RelationFactory(country_a__slug="aland", country_b__slug="bland")
    event = EventFactory(slug="summit", relation=pair, published=True)
    ParticipationFactory(record=event, person__slug="ana", role="host")
    ParticipationFactory(record=event, person__slug="zoe", role="visitor")
    publish(event, reason="Named who took part")
    treaty = TreatyFactory(slug="pact", relation=pair, published=True)
    step = TreatyActionFactory(treaty=treaty, slug="signing", date="2001-02-03")
    CitationFactory(record=step)
    publish(step)
    FigureFactory(slug="sum", published=True)
    TradedGoodFactory(slug="wool", published=True)
    source = SourceFactory(slug="law", rights="public_domain", public=True)
    SourceText.objects.create(source=source, text="Article 1,\nwith a “quotation”\r\nand more")
    SourceFile(source=source, media_type="text/plain", size=3).file.save("x", ContentFile(b"abc"))
    withdraw(VisitFactory(slug="never", published=True), reason="It did not happen.")


@pytest.mark.django_db(transaction=True)
def test_an_import_restores_pages_statistics_periods_and_the_search(client, tmp_path, settings):
    fill(tmp_path, settings)
    # Factories save rows behind the back of the log.
    call_command("check_changes", fix=True)
    export(tmp_path / "first")
    databases.own(EMPTY)
    before = PageVersion.objects.current([])
    call_command("import_package", tmp_path / "first")
    assert PageVersion.objects.current([]) != before
    call_command("check_changes")
    assert PublicChange.objects.get(key="never").action == "withdrawn"
    assert PublicChange.objects.get(key="wool").action == "published"
    assert client.get("/events/summit/").status_code == 200
    event = Event.objects.get(slug="summit")
    assert [row.person.slug for row in event.participations.all()] == ["ana", "zoe"]
    assert [row.reason for row in event.revisions.live().order_by("number")][-1] == (
        "Named who took part"
    )
    assert Statistics.objects.get(relation=event.relation).entries == 3
    assert list(TreatyPeriod.objects.values_list("treaty__slug", "start")) == [
        ("pact", Record.objects.get(slug="signing").date)
    ]
    assert Entry.objects.filter(public=True, slug="summit").exists()
    gone = client.get("/visits/never/")
    assert gone.status_code == 410
    assert "It did not happen." in gone.content.decode()
    assert client.get("/sources/law/file").getvalue() == b"abc"
    # Further rows get keys of their own.
    EventFactory(relation=event.relation, slug="another", published=True)
    withdraw(event)
    Record.objects.get(slug="another").revisions.get()


@pytest.mark.django_db(transaction=True)
def test_exporting_what_was_imported_gives_the_same_bytes(tmp_path, settings):
    fill(tmp_path, settings)
    export(tmp_path / "first")
    databases.own(EMPTY)
    load(tmp_path / "first")
    export(tmp_path / "second")
    assert contents_of(tmp_path / "second") == contents_of(tmp_path / "first")
    assert [row.slug for row in WithdrawnRow.objects.all()] == ["never"]


@pytest.mark.django_db
def test_a_base_with_rows_is_refused(tmp_path, packages):
    EventFactory()
    with pytest.raises(CommandError, match=r"already has rows \(countries\)"):
        call_command("import_package", packages / "first")


def sealed(folder, name, content) -> None:
    """Replace a file of a package, with its size and checksum."""
    (folder / name).write_bytes(content)
    path = folder / "datapackage.json"
    described = json.loads(path.read_text())
    for one in described["resources"]:
        if one["path"] == name:
            digest = hashlib.sha256(content).hexdigest()
            one |= {"bytes": len(content), "hash": f"sha256:{digest}"}
    path.write_text(json.dumps(described))


def refusal(package) -> str:
    """Why an import is refused; nothing is saved."""
    with pytest.raises(CommandError) as refused:
        call_command("import_package", package)
    return str(refused.value)


CHANGES = {
    "an unknown choice": (
        "data/events.csv", "summit,meeting", "summit,brawl",
        "data/events.csv, row 2, column event_type: Value 'brawl' is not a valid choice.",
    ),
    "a date that does not exist": (
        "data/records.csv", "2020-09", "2020-19",
        "data/records.csv, row 2, column date: ",
    ),
    "a reference to nothing": (
        "data/pairs.csv", "bland,", "clandestine,",
        "data/pairs.csv, row 2, column country_b: “clandestine” is not in data/countries.csv",
    ),
    "text in place of a number": (
        "data/records.csv", "aland-bland,1,", "aland-bland,one,",
        "data/records.csv, row 2, column version: “one” is not of the type integer",
    ),
    "a missing value": (
        "data/pairs.csv", ",aland,", ",,",
        "data/pairs.csv, row 2, column country_a: a value is missing",
    ),
    "an identifier that does not follow": (
        "data/versions.csv", "summit/1,", "summit/9,",
        "data/versions.csv, row 2, column id: “summit/9” is not “summit/1”, as follows from the "
        "other columns",
    ),
    "a missing column": (
        "data/topics.csv", "id,name", "id,names",
        "data/topics.csv, row 1, column name: the column is missing, or at another place",
    ),
    "a row that is too short": (
        "data/topics.csv", "id,name\n", "id,name\nonly-one\n",
        "data/topics.csv, row 2: 1 cells instead of 2",
    ),
    "a row that occurs twice": (
        "data/topics.csv", "id,name\n", "id,name\none,One\none,One\n",
        "data/topics.csv, row 3, column id: “one” occurs twice",
    ),
    "a record of another kind": (
        "data/records.csv", "summit,event", "summit,visit",
        "data/events.csv, row 2, column id: “summit” is not in data/records.csv, or not of the "
        "kind “event”",
    ),
    "what the database refuses": (
        "data/pairs.csv", "aland,bland,", "aland,aland,",
        "data/pairs.csv, row 2: the database refuses it: ",
    ),
    "another encoding": (
        "data/topics.csv", "id,name\n", b"id,name\none,\xff\n",
        "data/topics.csv, row 2: 'utf-8' codec can't decode",
    ),
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES)
def test_a_package_with_a_wrong_row_is_refused_with_its_place(tmp_path, change):
    name, old, new, message = CHANGES[change]
    pair = RelationFactory(country_a__slug="aland", country_b__slug="bland")
    EventFactory(slug="summit", title="Summit", date="2020-09", relation=pair, published=True)
    export(tmp_path / "package")
    databases.own(EMPTY)
    content = (tmp_path / "package" / name).read_bytes()
    assert old.encode() in content
    new = new if isinstance(new, bytes) else new.encode()
    sealed(tmp_path / "package", name, content.replace(old.encode(), new))
    assert refusal(tmp_path / "package").startswith(message)
    assert not Country.objects.exists()
    assert not Record.objects.exists()


@pytest.fixture
def described(packages, tmp_path):
    """A package whose description can be changed."""
    for path in (packages / "first").rglob("*"):
        if path.is_file():
            target = tmp_path / "package" / path.relative_to(packages / "first")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path / "package"


def change_description(folder, change) -> None:
    path = folder / "datapackage.json"
    content = json.loads(path.read_text())
    change({one["path"]: one for one in content["resources"]}, content)
    path.write_text(json.dumps(content))


@pytest.mark.django_db
def test_a_changed_byte_is_noticed(described):
    path = described / "data/visits.csv"
    path.write_bytes(path.read_bytes().replace(b"Baku", b"Bakv"))
    assert refusal(described).startswith("data/visits.csv: the checksum is sha256:")
    path.write_bytes(path.read_bytes() + b"\n")
    assert " bytes instead of " in refusal(described)
    path.unlink()
    assert refusal(described) == "data/visits.csv: the file is missing"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["../visits.csv", "/etc/hostname", "data/../../visits.csv", "", None, "data\\x.csv"]
)
def test_a_path_outside_the_folder_is_refused(described, path):
    change_description(described, lambda by_path, _: by_path["data/visits.csv"].update(path=path))
    assert refusal(described) == (
        f"datapackage.json: “{path}” is not the path of a file in this folder"
    )


@pytest.mark.django_db
def test_a_link_out_of_the_folder_is_refused(described, tmp_path):
    path = described / "data/visits.csv"
    (tmp_path / "elsewhere.csv").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere.csv")
    assert "“data/visits.csv” is not the path of a file" in refusal(described)


@pytest.mark.django_db
def test_a_description_of_something_else_is_refused(described):
    assert refusal(described / "data").endswith("has no such file")
    path = described / "datapackage.json"
    path.write_text("{")
    assert refusal(described).startswith("datapackage.json: not JSON: ")
    path.write_text("[]")
    assert refusal(described) == "datapackage.json: no list of resources"
    path.write_text('{"resources": []}')
    assert refusal(described) == "datapackage.json: the table topics is missing"


@pytest.mark.django_db
def test_a_schema_of_another_version_is_refused(described):
    def retype(by_path, _content):
        by_path["data/topics.csv"]["schema"]["fields"][1]["type"] = "integer"

    change_description(described, retype)
    assert refusal(described) == (
        "data/topics.csv, column name: the type is integer instead of string"
    )


TIME = "2026-01-31T00:00:00.000000Z"
WRONG = {
    ("nope", "summit", "published", "", TIME): "“nope” is not a kind of row",
    ("event", "summit", "praised", "", TIME): "“praised” is not an action",
    ("event", "gone", "published", "", TIME): "“event/gone” is not in the package",
    ("event", "gone", "merged", "lost", TIME): "“event/lost” is not in the package",
    ("event", "a b/../c", "withdrawn", "", TIME): "“a b/../c” is not an identifier",
    ("event", "", "withdrawn", "", TIME): "“” is not an identifier",
    ("event", "summit", "published", "", "2026-01-31T00:00:00"): (
        "“2026-01-31T00:00:00” has no time zone"
    ),
    ("event", "sum\0mit", "published", "", TIME): "a cell has a null character",
}


@pytest.mark.django_db(transaction=True)
def test_a_log_of_changes_that_the_api_could_not_serve_is_refused(tmp_path):
    EventFactory(slug="summit", published=True)
    export(tmp_path / "package")
    databases.own(EMPTY)
    for (kind, key, *more), message in WRONG.items():
        rows = [["id", "number", "kind", "key", "action", "into", "at"]]
        rows.append([f"{kind}/{key}", "1", kind, key, *more])
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        sealed(tmp_path / "package", "data/changes.csv", written.getvalue().encode())
        assert refusal(tmp_path / "package") == f"data/changes.csv, row 2: {message}"
        assert not Record.objects.exists()
