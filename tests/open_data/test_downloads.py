"""The page of downloads, the files of the package and the cross-walk of identifiers."""

import csv
import hashlib
import json

import pytest
from django.core.management import call_command

from open_data.writing import export
from tests.factories import CitationFactory, CountryFactory, EventFactory, TreatyActionFactory
from tests.portal.test_pages import plain
from tests.steps import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def exports(settings, tmp_path):
    settings.EXPORTS = tmp_path / "export"
    EventFactory(slug="summit", published=True)
    call_command("export_data", verbosity=0)
    return settings.EXPORTS


def test_the_page_says_that_there_is_no_package_yet(client, settings, tmp_path):
    settings.EXPORTS = tmp_path / "none"
    assert "No data package has been made yet." in plain(client.get("/data/"))
    response = client.get("/data/export/data/visits.csv")
    assert response.status_code == 404


def test_the_page_offers_each_file_with_size_checksum_and_citation(client, exports):
    response = client.get("/data/")
    text, described = plain(response), json.loads((exports / "datapackage.json").read_text())
    day = described["version"]
    assert f"as of {day}" in text
    assert f"data package of {day}, http://testserver/data/export/bilateral-relations.zip" in text
    for one in described["resources"]:
        assert f'href="/data/export/{one["path"]}"' in response.content.decode()
        assert one["hash"].removeprefix("sha256:") in text
    assert hashlib.sha256((exports / "bilateral-relations.zip").read_bytes()).hexdigest() in text
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["bilateral-relations.zip", "datapackage.json", "SHA256SUMS", "data/events.csv"]
)
def test_a_file_is_downloaded_as_it_is(client, exports, name):
    response = client.get(f"/data/export/{name}")
    assert response.getvalue() == (exports / name).read_bytes()
    assert response["Content-Disposition"] == (f'attachment; filename="{name.rpartition("/")[2]}"')


@pytest.mark.parametrize("path", ["../secret", "data/none.csv", "%2e%2e/secret", ".hidden", "data"])
def test_only_files_of_the_package_are_served(client, exports, path):
    (exports / ".hidden").write_text("secret")
    (exports.parent / "secret").write_text("secret")
    assert client.get(f"/data/export/{path}").status_code == 404


def test_an_unchanged_file_is_not_sent_again(client, exports):
    address = "/data/export/data/events.csv"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-9", slice(0, 10)), ("bytes=5-", slice(5, None)), ("bytes=-7", slice(-7, None)),
     ("bytes=3-999999", slice(3, None))],
)  # fmt: skip
def test_a_range_continues_a_download(client, exports, asked, part):
    content = (exports / "data/events.csv").read_bytes()
    response = client.get("/data/export/data/events.csv", headers={"Range": asked})
    assert response.status_code == 206
    assert response.getvalue() == content[part]
    first = part.indices(len(content))[0]
    assert response["Content-Range"] == (
        f"bytes {first}-{first + len(content[part]) - 1}/{len(content)}"
    )
    assert response["Content-Length"] == str(len(content[part]))


def test_a_range_that_does_not_exist_is_refused_and_others_are_ignored(client, exports):
    address = "/data/export/data/events.csv"
    size = (exports / "data/events.csv").stat().st_size
    response = client.get(address, headers={"Range": f"bytes={size}-"})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")
    for asked in ("bytes=0-1,4-5", "lines=0-1", "bytes=-"):
        assert client.get(address, headers={"Range": asked}).status_code == 200
    other = {"Range": "bytes=0-1", "If-Range": '"other"'}
    assert client.get(address, headers=other).status_code == 200


def test_the_cross_walk_names_codes_and_registrations(client, tmp_path):
    CountryFactory(
        slug="italy", name_en="Italy", iso2="IT", iso3="ITA", iso_numeric="380", wikidata="Q38"
    )
    step = TreatyActionFactory(
        treaty__slug="pact", treaty__title="Pact", action_type="registration",
        registration="I-36510",
    )  # fmt: skip
    CitationFactory(record=step.treaty)
    CitationFactory(record=step)
    publish(step.treaty)
    lines = client.get("/data/identifiers.csv").getvalue().decode().splitlines()
    rows = {row["id"]: row for row in csv.DictReader(lines)}
    assert rows["italy"] == {
        "id": "italy", "kind": "country", "name": "Italy", "iso_3166_1_alpha_2": "IT",
        "iso_3166_1_alpha_3": "ITA", "iso_3166_1_numeric": "380", "iso_3166_3": "",
        "wikidata": "Q38", "un_registration": "",
    }  # fmt: skip
    assert (rows["pact"]["kind"], rows["pact"]["un_registration"]) == ("treaty", "I-36510")
    items = json.loads(client.get("/data/identifiers.json").getvalue())["items"]
    assert {one["id"]: one for one in items} == rows
    export(tmp_path / "package")
    with (tmp_path / "package/data/identifiers.csv").open() as file:
        assert {row["id"]: row for row in csv.DictReader(file)} == rows


def test_the_cross_walk_has_no_filters(client):
    response = client.get("/data/identifiers.json?kind=treaty")
    assert response.status_code == 400
    assert response.json()["error"] == "This file has no filter “kind”."


def test_a_client_that_accepts_gzip_gets_the_bytes_and_the_version_of_the_file(
    client, exports, settings
):
    settings.PAGES_KEPT = 2000
    address, content = "/data/export/data/events.csv", (exports / "data/events.csv").read_bytes()
    asked = {"Accept-Encoding": "gzip"}
    whole = client.get(address, headers=asked)
    assert whole.getvalue() == content
    assert "Content-Encoding" not in whole
    assert whole["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    again = asked | {"Range": "bytes=2-5", "If-Range": whole["ETag"]}
    part = client.get(address, headers=again)
    assert (part.status_code, part.getvalue()) == (206, content[2:6])
    known = client.get(address, headers=asked | {"If-None-Match": whole["ETag"]})
    assert known.status_code == 304


@pytest.mark.parametrize(
    "asked", ["bytes=" + "9" * 4400 + "-", "bytes=-" + "9" * 4400, "lines=1-2"]
)
def test_an_invalid_range_is_ignored(client, exports, asked):
    response = client.get("/data/export/data/events.csv", headers={"Range": asked})
    assert response.status_code == 200
