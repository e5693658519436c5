"""Packages and bases for the tests of open data."""

import pytest

from open_data.loading import load
from open_data.writing import export
from tests.conftest import databases
from tests.databases import EMPTY, LOADED


def contents_of(folder) -> dict[str, bytes]:
    """The files of a folder by path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def packages(tmp_path_factory, django_db_setup, django_db_blocker):
    """Two packages: of the fixtures, and of a base into which the first one was imported."""
    folder = tmp_path_factory.mktemp("packages")
    with django_db_blocker.unblock():
        databases.copy(LOADED, "exported")
        export(folder / "first")
        databases.copy(EMPTY, "imported")
        load(folder / "first")
        export(folder / "second")
        databases.drop("exported", "imported")
        databases.use(EMPTY)
    return folder
