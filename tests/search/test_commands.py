"""rebuild_index and check_index: interruptions, drift, and what the commands say."""

import io
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import EVERYTHING, PageVersion
from relations.models import Country, Person
from search import rebuilding
from search.models import Entry, Name, Rebuild, Word
from search.rebuilding import is_needed, rebuild
from tests.factories import CountryFactory, OfficeFactory, PersonFactory, indexed

pytestmark = pytest.mark.django_db


def checked() -> list[str]:
    """What check_index says is wrong; empty if it finds nothing."""
    errors = io.StringIO()
    with suppress(CommandError):
        call_command("check_index", stdout=io.StringIO(), stderr=errors)
    return errors.getvalue().splitlines()


def rebuilt(*flags) -> str:
    out = io.StringIO()
    call_command("rebuild_index", *flags, stdout=out)
    return out.getvalue()


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of two rows."""
    monkeypatch.setattr(rebuilding, "BATCH", 2)


class TestCheck:
    def test_each_difference_is_named(self):
        kept, gone, renamed = (
            indexed(PersonFactory(name=name)) for name in ("Kept", "Gone", "Renamed")
        )
        PersonFactory(slug="missing", name="Missing")
        Person.objects.filter(pk=gone.pk).delete()
        renamed.name = "Changed"
        renamed.description = "with a description"
        renamed.save()
        Name.objects.filter(keys="kept").delete()
        assert checked() == [
            "person, missing: missing “Missing”",
            f"person, outdated: {renamed.slug} “Changed”",
            f"person, superfluous: {gone.slug} “Gone”",
            f"person, with other names: {kept.slug} “Kept”",
        ]

    def test_it_ends_with_one_if_anything_differs(self):
        PersonFactory()
        with pytest.raises(
            CommandError, match="^Differences: 1. Run manage.py rebuild_index.$"
        ) as error:
            call_command("check_index", stderr=io.StringIO())
        assert error.value.returncode == 1

    def test_few_are_named_unless_all_are_asked_for(self):
        PersonFactory.create_batch(12)
        assert checked()[-1] == "person, missing: 2 more"
        errors = io.StringIO()
        with pytest.raises(CommandError):
            call_command("check_index", verbosity=2, stdout=io.StringIO(), stderr=errors)
        assert len(errors.getvalue().splitlines()) == 12

    def test_entries_of_a_kind_without_an_index_are_superfluous(self):
        indexed(PersonFactory(name="Anna"))
        Entry.objects.filter(title="Anna").update(kind="gadget")
        assert "without an index, superfluous: person-" in "".join(checked())
        rebuilt()
        assert checked() == []

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL generates the column")
    def test_a_full_text_index_that_differs_is_found_and_written_again(self):
        indexed(PersonFactory(name="Anna"))
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_entry_fts(search_entry_fts) VALUES ('delete-all')")
        assert checked() == ["The full-text index of search_entry differs from it."]
        rebuilt()
        assert checked() == []


class TestRebuild:
    def test_it_writes_what_is_missing_and_says_how_many(self):
        OfficeFactory()
        assert rebuilt() == "Search index: 3 entries written.\n"
        assert checked() == []
        assert rebuilt() == "Search index: 0 entries written.\n"

    def test_an_interrupted_run_continues_where_it_stopped(self, small_batches):
        rows = CountryFactory.create_batch(5)
        next(rebuild())
        assert Entry.objects.count() == 2
        # If it began again, it would write this entry again.
        Entry.objects.filter(row=rows[0].pk).update(title="Earlier")
        rebuilt()
        assert Entry.objects.get(row=rows[0].pk).title == "Earlier"
        assert Entry.objects.count() == 5
        assert not Rebuild.objects.exists()

    def test_it_continues_with_the_next_kind(self, small_batches):
        CountryFactory.create_batch(3)
        PersonFactory()
        run = rebuild()
        while (written := next(run))[0].kind != "person":
            pass
        assert written[1] == 1
        Name.objects.filter(kind="country").delete()
        Entry.objects.filter(kind="country").delete()
        rebuilt()
        assert set(Entry.objects.values_list("kind", flat=True)) == {"person"}

    def test_it_begins_again_if_asked(self, small_batches):
        rows = CountryFactory.create_batch(5)
        next(rebuild())
        Entry.objects.filter(row=rows[0].pk).update(title="Earlier")
        rebuilt("--restart")
        assert checked() == []

    def test_rows_deleted_behind_its_back_leave_the_index(self, small_batches):
        rows = [indexed(PersonFactory()) for _number in range(5)]
        Person.objects.filter(pk__in=[rows[1].pk, rows[4].pk]).delete()
        rebuilt()
        assert Entry.objects.count() == 3
        assert checked() == []

    def test_rows_that_change_while_it_runs_are_right_at_its_end(self, small_batches):
        rows = CountryFactory.create_batch(5)
        run = rebuild()
        next(run)
        for row in (rows[0], rows[4]):
            row.name_en = f"New {row.pk}"
            row.save()
            indexed(row)
        indexed(CountryFactory())
        list(run)
        assert Country.objects.count() == Entry.objects.count() == 6
        assert checked() == []

    def test_it_is_needed_until_it_has_run_even_if_a_row_was_saved_before(self):
        CountryFactory()
        indexed(PersonFactory())
        assert is_needed()
        rebuilt("--if-needed")
        assert checked() == []
        assert not is_needed()

    def test_it_begins_with_no_words_if_asked(self):
        Word.objects.create(word="erased", size=6)
        rebuilt("--restart")
        assert not Word.objects.exists()

    def test_it_runs_only_if_needed_if_asked(self):
        PersonFactory()
        assert rebuilt("--if-needed") == "Search index: 1 entries written.\n"
        PersonFactory()
        assert rebuilt("--if-needed") == ""
        next(rebuild())
        assert rebuilt("--if-needed") != ""

    def test_readers_pages_get_a_new_version(self):
        before = PageVersion.objects.current([EVERYTHING])
        rebuilt()
        assert PageVersion.objects.current([EVERYTHING]) != before
