"""A base that an earlier release has filled is migrated, and nothing in it is lost."""

import sqlite3
from pathlib import Path

import pytest

from tests.releases.dump import manage

DUMPS = sorted((Path(__file__).parent / "releases").glob("*.sql"))


def test_each_release_has_a_dump():
    assert [dump.stem for dump in DUMPS] == ["0.1.0"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_base_of_an_earlier_release_is_migrated_and_keeps_what_editors_changed(dump, tmp_path):
    database = tmp_path / "db.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        before = dict(connection.execute("SELECT slug, title FROM relations_record"))

    manage(database, "migrate", "--verbosity", "0")
    printed = manage(database, "load_fixtures")

    with sqlite3.connect(database) as connection:
        after = dict(connection.execute("SELECT slug, title FROM relations_record"))
        (countries,) = connection.execute("SELECT count(*) FROM relations_country").fetchone()
    assert before["digital-silk-road"] == "Digital Silk Road, as an editor named it"
    assert {slug: after[slug] for slug in before} == before
    assert countries == 288
    assert "loaded before" in printed
