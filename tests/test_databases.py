"""The databases of the suite: templates are made once, and copies leave them unchanged."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import OperationalError, connection

from core.models import LoadedRow
from desk import roles
from relations.models import Country
from tests.conftest import databases
from tests.databases import EMPTY, LOADED, digest
from tests.factories import CountryFactory


@pytest.fixture
def folder(tmp_path):
    """A checkout with a migration, a fixture and the code that loads it."""
    for name in ("relations/migrations/0001_tables.py", "fixtures/a.json", "desk/load.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("1")
    return tmp_path


@pytest.mark.parametrize(
    "changed", ["relations/migrations/0001_tables.py", "fixtures/a.json", "desk/load.py"]
)
def test_changing_a_source_file_changes_the_digest(folder, changed):
    made_of = ("relations", "fixtures", "desk")
    before = digest(folder, made_of)
    (folder / "README.md").write_text("2")
    assert digest(folder, made_of) == before
    (folder / changed).write_text("2")
    assert digest(folder, made_of) != before


def test_a_new_or_moved_file_changes_the_digest(folder):
    before = digest(folder, ("fixtures",))
    (folder / "fixtures/a.json").rename(folder / "fixtures/b.json")
    moved = digest(folder, ("fixtures",))
    (folder / "fixtures/c.json").write_text("")
    assert len({before, moved, digest(folder, ("fixtures",))}) == 3


def test_existing_templates_are_reused(monkeypatch, unblocked):
    monkeypatch.setattr("tests.databases.call_command", lambda *names, **options: 1 / 0)
    databases.make()
    assert databases.are_made()


@pytest.mark.django_db
def test_the_empty_template_holds_only_the_roles():
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
    assert roles.sync() == dict.fromkeys(roles.ROLES, (0, 0))
    assert not Country.objects.exists()


@pytest.mark.django_db
def test_the_loaded_template_holds_every_fixture_row(base, capsys):
    call_command("load_fixtures")
    loaded = LoadedRow.objects.count()
    assert loaded > 1000
    assert capsys.readouterr().out.endswith(f" 0 already present, {loaded} loaded before.\n")


@pytest.fixture
def unblocked(django_db_blocker):
    """Queries on any database, without the transaction of a test."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("source", [EMPTY, LOADED])
def test_writing_to_a_copy_leaves_its_original_unchanged(source, unblocked):
    databases.use(source)
    before = Country.objects.count()
    databases.copy(source, "further")
    CountryFactory()
    assert Country.objects.count() == before + 1
    databases.use(source)
    assert Country.objects.count() == before
    databases.drop("further")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="what is served is on SQLite")
def test_a_shared_database_is_read_only(unblocked):
    databases.use(EMPTY, read_only=True)
    assert not Country.objects.exists()
    with pytest.raises(OperationalError, match="readonly"):
        CountryFactory()
    databases.use(EMPTY)
    CountryFactory().delete()


@pytest.mark.django_db
def test_the_database_cannot_be_switched_during_a_test():
    with pytest.raises(AssertionError, match="A test's transaction is still open"):
        databases.use(LOADED)
