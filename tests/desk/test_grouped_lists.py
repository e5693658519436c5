"""Lists in which several rows describe one treaty: the treaties, parties and steps they become."""

import csv
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from core.rows import Row
from desk.adapters import adapter_mapped
from relations.models import Country, Organization, Record
from sources.importing import BATCH
from tests.desk import lists_of_treaties as lists
from tests.desk.test_import_data import database_url, killed_while, wait_until_alone
from treaties.models import Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def import_shape(base, import_list, mapping):
    """Import one of the lists, with a change of its mapping or other rows."""

    def imported(shape, *flags, rows=None, old="", new="", **options):
        text, lines = shape
        assert old in text
        path = mapping(text.replace(old, new, 1))
        lines = lines if rows is None else rows
        return import_list(path, "\n".join(lines) + "\n", *flags, **options)

    return imported


def outcomes(report):
    return tuple(report[name] for name in ("created", "updated", "unchanged", "rejected"))


def parties(treaty):
    return sorted(party.party.slug for party in treaty.parties.all())


def steps(treaty):
    """The steps: type, party, date, day of effect, place."""
    rows = treaty.actions.select_related("party__country", "party__organization")
    return sorted(
        (
            step.action_type,
            step.party.party.slug if step.party else "",
            str(step.date),
            str(step.effective),
            step.place,
        )
        for step in rows
    )


def treaty_of(key, source="register"):
    return Treaty.objects.get(citations__source__slug=source, citations__locator=f"id {key}")


def rejected(report):
    with open(report["rejects"], encoding="utf-8") as file:
        return {int(row["_row"]): row["_reason"] for row in csv.DictReader(file)}


class TestShapes:
    def test_a_row_for_each_participant_and_action(self, import_shape):
        report = import_shape(lists.DEPOSITARY)
        assert (report["read"], *outcomes(report)) == (7, 7, 0, 0, 0)
        convention = treaty_of("I-5", "depositary")
        assert (convention.title, str(convention.date)) == (
            "Convention on lighthouses", "1981-03-01",
        )  # fmt: skip
        assert convention.relation is None
        assert parties(convention) == ["estonia", "finland", "norway"]
        assert steps(convention) == [
            ("accession", "estonia", "1994-01-20", "", ""),
            ("entry_into_force", "", "1984-06-01", "1984-06-01", ""),
            ("ratification", "finland", "1983-05-04", "1984-06-01", "Oslo"),
            ("ratification", "norway", "1984-02-09", "", ""),
            ("signature", "", "1981-03-01", "", ""),
            ("signature", "finland", "1981-03-01", "", "Oslo"),
        ]
        agreement = Treaty.objects.exclude(pk=convention.pk).get(
            citations__source__slug="depositary"
        )
        assert parties(agreement) == ["european-union", "iceland", "norway"]
        assert steps(agreement) == [
            ("accession", "european-union", "1995-08-07", "1996-01-01", ""),
            ("entry_into_force", "", "1990", "1990", ""),
            ("signature", "", "1989", "", ""),
            ("signature", "norway", "1989-12-11", "", ""),
        ]

    def test_steps_in_several_capitals_on_one_day_are_one_step(self, import_shape):
        report = import_shape(lists.CAPITALS)
        assert outcomes(report) == (3, 0, 0, 0)
        (treaty,) = Treaty.objects.filter(citations__source__slug="capitals")
        assert parties(treaty) == ["canada", "japan", "soviet-union"]
        assert steps(treaty) == [
            ("ratification", "canada", "1972-05-17", "", "London"),
            ("ratification", "canada", "1972-05-18", "", "Moscow"),
            ("ratification", "japan", "1971-06-21", "", "London, Moscow"),
            ("ratification", "soviet-union", "1972-05-18", "", "Moscow"),
            ("reservation", "canada", "", "", ""),
            ("signature", "canada", "1971-02-11", "", "London, Moscow"),
            ("signature", "japan", "1971-02-11", "", "Washington"),
            ("signature", "soviet-union", "1971-02-11", "", "London, Moscow"),
            ("signature", "soviet-union", "1971-02-12", "", "Washington"),
            ("withdrawal", "canada", "2003-01-10", "2003-04-10", ""),
        ]
        assert treaty.actions.get(action_type="reservation").text == "Article 3 does not apply"

    def test_rows_by_year_repeat_a_party_without_repeating_its_steps(self, import_shape):
        report = import_shape(lists.YEARS)
        assert outcomes(report) == (6, 0, 0, 0)
        convention, protocol = Treaty.objects.filter(citations__source__slug="years").order_by(
            "title"
        )
        assert (convention.relation.slug, protocol.relation.slug) == ("ghana-kenya",) * 2
        assert steps(convention) == [
            ("ratification", "ghana", "1963-10-04", "", ""),
            ("ratification", "kenya", "1965-07-01", "", ""),
            ("signature", "", "1963", "", ""),
        ]
        assert steps(protocol) == [
            ("ratification", "kenya", "1971", "", ""),
            ("signature", "", "1970", "", ""),
        ]

    def test_a_row_for_each_pair_of_parties(self, import_shape):
        report = import_shape(lists.DYADS)
        assert outcomes(report) == (4, 0, 0, 0)
        assert "4 rows describe 2 records" in report["printed"]
        trade, friendship = Treaty.objects.filter(citations__source__slug="dyads").order_by("date")
        assert (parties(trade), trade.relation.slug) == (["france", "spain"], "france-spain")
        assert (parties(friendship), friendship.relation) == (["iraq", "pakistan", "turkiye"], None)
        assert steps(friendship) == [("signature", "", "1955", "", "")]


HEADER, *ROWS = lists.DEPOSITARY[1]


class TestRejects:
    def test_the_rows_of_a_treaty_wait_for_the_one_that_is_rejected(
        self, import_shape, import_list
    ):
        rows = [row.replace("Estonia", "Estonai") for row in lists.DEPOSITARY[1]]
        report = import_shape(lists.DEPOSITARY, rows=rows)
        assert (report["read"], *outcomes(report)) == (7, 3, 0, 0, 4)
        waits = "another row of this record is rejected: “row 7”"
        assert rejected(report) == {
            1: waits, 2: waits, 4: waits,
            7: "no country or organization with this name is known: “Estonai”; did you mean "
            "Estonia?",
        }  # fmt: skip
        assert set(report["rejected by reason"].values()) == {1, 3}

    def test_the_corrected_rejects_give_the_whole_treaty(self, import_shape, mapping, import_list):
        rows = [row.replace("Estonia", "Estonai") for row in lists.DEPOSITARY[1]]
        report = import_shape(lists.DEPOSITARY, rows=rows)
        corrected = report["rejects"].read_text(encoding="utf-8").replace("Estonai", "Estonia")
        again = import_list(mapping(lists.DEPOSITARY[0]), corrected)
        assert outcomes(again) == (4, 0, 0, 0)
        treaty = treaty_of("I-5", "depositary")
        assert parties(treaty) == ["estonia", "finland", "norway"]
        assert len(steps(treaty)) == 6

    def test_rows_that_differ_in_a_treatys_column_are_rejected_with_both_values(self, import_shape):
        rows = [*lists.DEPOSITARY[1]]
        rows[2] = rows[2].replace("lighthouses", "light ships")
        report = import_shape(lists.DEPOSITARY, rows=rows)
        assert outcomes(report) == (3, 0, 0, 4)
        assert rejected(report) == {
            2: "the rows of one treaty differ in this column; “Convention on lighthouses” (row 1), "
            "“Convention on light ships” (row 2)",
            **dict.fromkeys((1, 4, 7), "another row of this record is rejected: “row 2”"),
        }
        assert report["rejected by reason"] == {
            "another row of this record is rejected": 3,
            "Title: the rows of one treaty differ in this column": 1,
        }

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("Norway,Signature", "Norway,Signatur", "this value is unknown; say in [values.step] "
             "what it means: “Signatur”; did you mean signature?"),
            ("11/12/1989", "31/12/89", "this is not a date in the format %d/%m/%Y: “31/12/89”"),
            ("II/7,,,,Norway", ",,,,Norway", "an identifier is needed"),
            ("Norway,Signature,11/12/1989,,", "Norway", "fewer cells than columns; the file may be "
             "cut off here: “5 of 9”"),
        ],
    )  # fmt: skip
    def test_a_row_is_rejected_with_its_own_reason(self, import_shape, old, new, reason):
        rows = "\n".join(lists.DEPOSITARY[1])
        assert old in rows
        report = import_shape(lists.DEPOSITARY, rows=[rows.replace(old, new)])
        assert rejected(report)[6] == reason
        assert report["read"] == 7 == sum(outcomes(report))

    def test_all_errors_of_a_row_are_found(self, base):
        adapter = adapter_mapped(lists.DEPOSITARY[0].encode())
        adapter.begin(None)
        line = "I-5,Convention,1981-02-30,,Finlandia;Norvegia,Signatur,31/12/89,,"
        cells = dict(zip(HEADER.split(","), line.split(","), strict=True))
        ((_row, error),) = adapter.store([(Row(1, 2, cells), None)])
        assert [(each.column, each.detail) for each in (error, *error.others)] == [
            ("Adopted", "1981-02-30"),
            ("Action", "Signatur"),
            ("Date", "31/12/89"),
            ("Participant", "Finlandia"),
            ("Participant", "Norvegia"),
        ]

    def test_a_country_that_did_not_exist_is_reported_at_its_row(self, import_shape):
        rows = [*lists.CAPITALS[1]]
        rows[1] = rows[1].replace("1972-05-18", "1993-05-18")
        report = import_shape(lists.CAPITALS, rows=rows)
        assert rejected(report)[1].startswith("a country that did not exist then")
        assert rejected(report)[2] == "another row of this record is rejected: “row 1”"

    def test_an_impossible_order_is_reported_at_the_row_of_the_later_step(self, import_shape):
        rows = [row.replace("1971-06-21", "1970-06-21") for row in lists.CAPITALS[1]]
        report = import_shape(lists.CAPITALS, rows=rows)
        assert rejected(report)[3].startswith("an impossible order: ratification on")
        assert rejected(report)[1] == "another row of this record is rejected: “row 3”"

    def test_a_single_party_is_not_enough(self, import_shape):
        report = import_shape(lists.DYADS, rows=["ID,Name,Year,A,B", "9,Pact,1955,Iraq,"])
        assert rejected(report) == {1: "a treaty has two or more parties; name all of them: “Iraq”"}

    def test_a_column_with_one_value_in_all_rows_is_no_group(self, import_shape, monkeypatch):
        monkeypatch.setattr("sources.grouping.LARGEST", 3)
        with pytest.raises(CommandError, match="4 rows have the same “group”"):
            import_shape(lists.DEPOSITARY)
        assert not Treaty.objects.filter(citations__source__slug="depositary").exists()


class TestASecondListOfParties:
    def test_it_adds_parties_and_steps_to_the_treaties_of_the_first(self, import_shape):
        assert outcomes(import_shape(lists.REGISTER)) == (2, 0, 0, 0)
        assert outcomes(import_shape(lists.PARTICIPANTS)) == (0, 5, 0, 0)
        canals, ports = treaty_of("1/12"), treaty_of("11/2")
        assert (parties(canals), canals.relation.slug) == (
            ["france", "kazakhstan"],
            "france-kazakhstan",
        )
        assert steps(canals) == [
            ("ratification", "france", "1996-01-01", "", ""),
            ("signature", "", "1995-02-03", "", ""),
        ]
        assert (parties(ports), ports.relation) == (["france", "norway", "spain"], None)
        assert steps(ports) == [
            ("ratification", "france", "1997", "", ""),
            ("ratification", "norway", "1998-07-08", "", ""),
            ("ratification", "spain", "1998-05-06", "", ""),
            ("signature", "", "1996", "", ""),
        ]

    def test_importing_it_again_changes_nothing(self, import_shape):
        import_shape(lists.REGISTER)
        import_shape(lists.PARTICIPANTS)
        before = list(Record.objects.order_by("pk").values())
        assert outcomes(import_shape(lists.PARTICIPANTS)) == (0, 0, 5, 0)
        assert outcomes(import_shape(lists.REGISTER)) == (0, 0, 2, 0)
        assert list(Record.objects.order_by("pk").values()) == before
        assert parties(treaty_of("11/2")) == ["france", "norway", "spain"]

    def test_an_unknown_identifier_is_rejected(self, import_shape):
        import_shape(lists.REGISTER)
        rows = ["Treaty,Participant,Ratified", "112,France,", "1/12,France,", "1/12,Spain,"]
        report = import_shape(lists.PARTICIPANTS, rows=rows)
        assert rejected(report) == {
            1: "the other list has no treaty with this identifier: “112”; “list” names "
            "“register”; import that list first"
        }

    def test_parties_of_a_published_treaty_wait_for_review(self, import_shape, admin_user):
        import_shape(lists.REGISTER)
        import_shape(lists.PARTICIPANTS)
        import_shape(lists.REGISTER, "--publish", user=admin_user.username)
        ports = treaty_of("11/2")
        assert ports.published_at
        more = [*lists.PARTICIPANTS[1], "11/2,Iceland,1999-01-02"]
        import_shape(lists.PARTICIPANTS, rows=more)
        assert parties(ports) == ["france", "norway", "spain"]
        pending = ports.revisions.open().get()
        assert "iceland" in str(pending.snapshot)
        assert outcomes(import_shape(lists.PARTICIPANTS, rows=more)) == (0, 0, 6, 0)


class TestAgain:
    @pytest.mark.parametrize("shape", [lists.DEPOSITARY, lists.CAPITALS, lists.YEARS, lists.DYADS])
    def test_rows_in_another_order_change_nothing(self, import_shape, shape):
        import_shape(shape)
        before = list(Record.objects.order_by("pk").values())
        header, *rows = shape[1]
        again = import_shape(shape, rows=[header, *reversed(rows)])
        assert outcomes(again) == (0, 0, len(rows), 0)
        assert list(Record.objects.order_by("pk").values()) == before

    def test_a_new_row_adds_its_step_and_party_to_the_treaty(self, import_shape):
        import_shape(lists.DEPOSITARY)
        rows = [*lists.DEPOSITARY[1], "I-5,,,,Sweden,Accession,02/03/1999,,"]
        assert outcomes(import_shape(lists.DEPOSITARY, rows=rows)) == (0, 5, 3, 0)
        treaty = treaty_of("I-5", "depositary")
        assert parties(treaty) == ["estonia", "finland", "norway", "sweden"]
        assert ("accession", "sweden", "1999-03-02", "", "") in steps(treaty)
        assert len(steps(treaty)) == 7


SINGLE = """
name = "single"
kind = "treaty"
id = "No"
{top}
[source]
slug = "single"
title = "A list"
kind = "official"
[columns]
title = "Title"
parties = "Parties"
{tables}
"""


class TestNamesOfParties:
    @pytest.fixture
    def named(self, base, import_list, mapping):
        """Import a treaty with this cell of parties; return its parties, or the reason."""

        def imported(cell, tables="", top=""):
            text = SINGLE.format(top=top, tables=tables)
            line = f'No,Title,Parties\n1,Agreement on rivers,"{cell}"\n'
            report = import_list(mapping(text), line)
            if report["rejected"]:
                return rejected(report)[1]
            return parties(Treaty.objects.get(citations__source__slug="single"))

        return imported

    @pytest.mark.parametrize(
        ("cell", "tables"),
        [
            ("France | Kazakhstan", '[separators]\nparties = "|"'),
            ("France & Kazakhstan", '[separators]\nparties = [";", " & "]'),
            ("France / Kazakhstan", "[separators]\nparties = { pattern = '\\s*[/+]\\s*' }"),
            ("FRA;KAZ", '[codes]\nparties = "iso3"'),
            ("Francia;Kasachstan", '[values.parties]\n"Francia" = "France"\n"Kasachstan" = "KZ"'),
            ("France;Kazakhstan;Observers", '[values.parties]\n"Observers" = ""'),
            ("France;n/a;Kazakhstan", 'blank = ["n/a"]'),
        ],
    )
    def test_the_mapping_says_how_they_are_written(self, named, cell, tables):
        tables = tables.replace('"KZ"', '"Kazakhstan"')
        top = tables if tables.startswith("blank") else ""
        assert named(cell, "" if top else tables, top) == ["france", "kazakhstan"]

    def test_a_name_may_have_its_acronym_in_brackets(self, named):
        found = named("European Union (EU);Kazakhstan;European Free Trade Association [EFTA]")
        assert found == ["efta", "european-union", "kazakhstan"]

    def test_an_acronym_of_another_organization_is_not_ignored(self, named):
        assert "European Union (EFTA)" in named("European Union (EFTA);Kazakhstan")

    def test_all_unknown_names_are_reported(self, named):
        reason = named("Atlantis;France;Lemuria")
        assert "“Atlantis”" in reason
        assert "“Lemuria”" in reason

    @pytest.mark.parametrize(
        ("name", "top"),
        [
            ("Eurasian Hydrographic Organization (EHO)", "new_organizations = true"),
            ("League of Lighthouses", 'organizations = ["League of Lighthouses"]'),
        ],
    )
    def test_an_organization_is_created_on_request(self, named, name, top):
        assert "no country or organization" in named(f"{name};Kazakhstan")
        assert len(named(f"{name};Kazakhstan", top=top)) == 2
        created = Organization.objects.get(name=name.partition(" (")[0])
        assert (created.acronym, created.identified) == ("EHO" if "EHO" in name else "", True)

    @pytest.mark.parametrize("name", ["Azerbaidjan", "League of Lighthouses", "Bank of Mongolia"])
    def test_a_misspelt_or_doubtful_name_is_not_created(self, named, name):
        before = Organization.objects.count()
        assert f"“{name}”" in named(f"{name};Kazakhstan;France", top="new_organizations = true")
        assert Organization.objects.count() == before


class TestOneTreaty:
    """Lists without a column that tells treaties apart (docs/examples/un-status.toml)."""

    ROWS = (
        HEADER,
        ",,1981-03-01,,Finland,Signature,01/03/1981,,",
        ",,,,Norway,Accession,09/02/1984,,",
    )

    def import_one(self, import_shape, rows=ROWS):
        text = lists.DEPOSITARY[0].replace('group = "No"', "").replace('title = "Title"\n', "")
        return import_shape((f'{text}[constants]\ntitle = "Convention on lighthouses"\n', rows))

    def test_all_rows_are_of_the_treaty_with_the_title_in_constants(self, import_shape):
        assert outcomes(self.import_one(import_shape)) == (2, 0, 0, 0)
        treaty = Treaty.objects.get(citations__source__slug="depositary")
        assert (treaty.title, parties(treaty)) == (
            "Convention on lighthouses", ["finland", "norway"],
        )  # fmt: skip

    def test_a_further_row_adds_its_party_to_the_treaty(self, import_shape):
        self.import_one(import_shape)
        rows = [HEADER, ",,,,Estonia,Accession,20/01/1994,,", *self.ROWS[1:]]
        assert outcomes(self.import_one(import_shape, rows)) == (0, 3, 0, 0)
        treaty = Treaty.objects.get(citations__source__slug="depositary")
        assert parties(treaty) == ["estonia", "finland", "norway"]

    def test_a_wrong_row_rejects_the_others(self, import_shape):
        rows = [*self.ROWS, ",,,,Estonai,Accession,20/01/1994,,"]
        report = self.import_one(import_shape, rows)
        assert outcomes(report) == (0, 0, 0, 3)
        assert rejected(report)[1] == "another row of this record is rejected: “row 3”"


class TestMappings:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('group = "No"', "", "[party] and [steps] need “group”"),
            ('place = "Place"', 'plaice = "Place"', "[steps] has no “plaice”"),
            ('type = "Action"', "", "[steps] needs “type”"),
            ('party = "Participant"', "party = 5", "[steps] party must be the name of a column"),
            ('"Accession" = "accession"', '"Accession" = "joining"', "“joining” is unknown"),
            ('date = "%d/%m/%Y"', 'day = "%d/%m/%Y"', "The mapping sets no field “day”"),
        ],
    )
    def test_a_mistake_is_refused_with_the_reason(self, import_shape, old, new, message):
        with pytest.raises(CommandError) as refused:
            import_shape(lists.DEPOSITARY, old=old, new=new)
        assert message in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_whole_treaties_and_can_be_resumed(base, tmp_path):
    """Uses a database of its own: the process is killed with SIGKILL."""
    countries = list(Country.objects.filter(kind="state", date="")[:25])
    treaties = 6 * BATCH // len(countries)
    mapping, path = tmp_path / "mapping.toml", tmp_path / "list.csv"
    mapping.write_text(lists.DEPOSITARY[0], encoding="utf-8")
    lines = [
        f'{number},Convention {number},1999,,"{country.name_en}",Ratification,05/06/2012,,'
        for country in countries
        for number in range(treaties)
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    environment = os.environ | {
        "DATABASE_URL": database_url(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", "import_data", str(mapping), str(path)]
    command += ["--report", str(tmp_path / "r.json"), "--rejects", str(tmp_path / "x.csv")]
    stored = Treaty.objects.filter(citations__source__slug="depositary")
    killed_while(command, environment, lambda: stored.count() == 0)
    wait_until_alone()
    left = stored.count()
    assert 0 < left < treaties
    for treaty in stored.all():
        assert (treaty.parties.count(), treaty.actions.count()) == (25, 26)
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert f"{(treaties - left) * 25:8} created" in done.stdout
    assert f"{left * 25:8} unchanged" in done.stdout
    assert stored.count() == treaties


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_list_at_once_add_it_once(base, tmp_path):
    """Uses a database of its own, with two processes."""
    mapping, path = tmp_path / "mapping.toml", tmp_path / "list.csv"
    mapping.write_text(lists.DEPOSITARY[0], encoding="utf-8")
    header, *_rows = lists.DEPOSITARY[1]
    count = 3 * BATCH
    rows = [
        f"{number // 2},Agreement {number // 2},1994,,{state},Signature,11/12/1994,,"
        for number in range(count)
        for state in [("Norway", "Finland")[number % 2]]
    ]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    environment = os.environ | {
        "DATABASE_URL": database_url(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    running = [
        subprocess.Popen(
            [
                sys.executable, "manage.py", "import_data", str(mapping), str(path),
                "--report", str(tmp_path / f"{name}.json"),
                "--rejects", str(tmp_path / f"{name}.csv"),
            ],
            cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True,
        )
        for name in "ab"
    ]  # fmt: skip
    printed = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    found = [json.loads((tmp_path / f"{name}.json").read_text()) for name in "ab"]
    assert sum(report["created"] for report in found) == count, printed
    assert sum(report["unchanged"] for report in found) == count
    assert Treaty.objects.filter(citations__source__slug="depositary").count() == count // 2
