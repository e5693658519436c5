"""Rows that change again and again, and rows whose steps, people or countries are doubtful."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from relations import workflow
from relations.models import Country, Event, Organization, Person, Visit
from relations.workflow import open_revision
from tests.desk.test_identity import outcomes
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

SOURCE = """
[source]
slug = "list"
title = "A list"
kind = "official"
rights = "unknown"
"""


def described(kind, columns, top='id = "No"', name="list"):
    return f'name = "{name}"\nkind = "{kind}"\n{top}\n{SOURCE}\n{columns}'


VISITS = described(
    "visit",
    '[columns]\ntitle = "T"\ndate = "D"\nplace = "P"\ncountry = "A"\nhost = "B"\n'
    'visitors = "V"\noffices = "O"\n[constants]\nrank = "minister"',
)
RECOGNITIONS = described(
    "event",
    '[columns]\ntitle = "T"\ndate = "D"\ncountry = "A"\nother_country = "B"\n'
    'recognized_country = "R"\n[constants]\nevent_type = "recognition"',
)
TREATIES = described(
    "treaty",
    '[columns]\ntitle = "T"\nparties = "P"\nsignature = "S"\nentry_into_force = "F"',
)
PARTIES = '[columns]\ntitle = "T"\nsignature = "S"\n[party]\nname = "P"\nratification = "R"'
GROUPED = described("treaty", PARTIES, top='group = "No"')
REGISTER = described(
    "treaty", '[columns]\ntitle = "T"\nsignature = "S"', top='id = "No"\nparties_follow = true'
)
PARTICIPANTS = described(
    "treaty_party",
    '[columns]\ntreaty = "No"\n[party]\nname = "P"\nratification = "R"',
    top='list = "list"',
    name="participants",
)


@pytest.fixture
def ann(base):
    return get_user_model().objects.create_superuser("ann")


@pytest.fixture
def imported(base, import_list, mapping):
    """Import rows by a mapping; return the outcomes."""

    def run(text, header, *rows, publish=False):
        flags = {"publish": True, "user": "ann"} if publish else {}
        return outcomes(import_list(mapping(text), "\n".join((header, *rows)) + "\n", **flags))

    return run


@pytest.fixture
def visits(imported):
    def run(place="Baku", people="A. Testov", offices="Minister", publish=False):
        row = f"1,Talks,2024-03-05,{place},Kazakhstan,France,{people},{offices}"
        return imported(VISITS, "No,T,D,P,A,B,V,O", row, publish=publish)

    return run


@pytest.fixture
def treaties(imported):
    """Import treaties, each as (identifier, signature, entry into force)."""

    def run(*rows, publish=False):
        lines = [
            f"{no},Agreement on {no},Kazakhstan;France,{signed},{day}" for no, signed, day in rows
        ]
        return imported(TREATIES, "No,T,P,S,F", *lines, publish=publish)

    return run


@pytest.fixture
def convention(imported):
    """Import a treaty of these parties, each with its ratification, by a list of one file or two;
    return the outcomes and the parties that readers see."""

    def run(files, *parties, publish=False):
        if files == 1:
            rows = [f"1,Convention on water,2000-05-05,{name},{day}" for name, day in parties]
            done = imported(GROUPED, "No,T,S,P,R", *rows, publish=publish)
        else:
            rows = [f"1,{name},{day}" for name, day in parties]
            imported(REGISTER, "No,T,S", "1,Convention on water,2000-05-05", publish=publish)
            done = imported(PARTICIPANTS, "No,P,R", *rows, publish=publish)
        treaty = Treaty.objects.get(slug="list-1")
        return done[:2], sorted(row.party.slug for row in treaty.parties.all())

    return run


def visit():
    return Visit.objects.get(slug="list-1")


def visitors():
    return [(row.as_stated, row.capacity) for row in visit().participations.order_by("pk")]


def steps(slug):
    rows = Treaty.objects.get(slug=slug).actions.order_by("action_type")
    return [(row.action_type, str(row.date), row.state) for row in rows]


class TestAChangeThatWaits:
    """The next change of the row is compared with it, not with what readers see."""

    def test_a_row_that_says_again_what_readers_see_drops_it(self, ann, visits):
        visits(publish=True)
        visits(place="Aktau", people="B. Testov")
        assert visits() == (0, 1, 0, 0)
        assert open_revision(visit()) is None
        assert visits(publish=True) == (0, 0, 1, 0)
        assert (visit().place, visitors()) == ("Baku", [("A. Testov", "Minister")])

    def test_only_what_the_row_says_last_is_published(self, ann, visits):
        visits(publish=True)
        visits(place="Aktau", people="B. Testov")
        visits(place="Aktau")
        visits(place="Aktau", people="C. Testov", publish=True)
        assert (visit().place, visitors()) == ("Aktau", [("C. Testov", "Minister")])

    def test_a_treaty_has_the_steps_that_its_row_gives_last(self, ann, treaties):
        treaties((1, "2001-02-03", "2002"), publish=True)
        before = steps("list-1")
        treaties((1, "2001-02-03", "2003"))
        treaties((1, "2001-02-03", ""))
        assert treaties((1, "2001-02-03", "2002"), publish=True) == (0, 1, 0, 0)
        assert steps("list-1") == before
        treaties((1, "2001-02-03", "2004"))
        treaties((1, "2001-02-04", "2004"), publish=True)
        assert steps("list-1") == [
            ("entry_into_force", "2004", "published"),
            ("signature", "2001-02-04", "published"),
        ]

    @pytest.mark.parametrize("files", [1, 2])
    def test_a_treaty_has_the_parties_that_its_rows_name_last(self, ann, convention, files):
        two = ("Kazakhstan", 2001), ("France", 2002)
        convention(files, *two, publish=True)
        convention(files, *two, publish=True)
        assert convention(files, *two, ("Norway", 2003)) == ((0, 3), ["france", "kazakhstan"])
        convention(files, *two, ("Norway", 2004), ("Spain", 2005))
        assert convention(files, *two)[0] == (0, 2)
        assert open_revision(Treaty.objects.get(slug="list-1")) is None
        convention(files, *two, ("Spain", 2006), publish=True)
        named = convention(files, *two, ("Spain", 2006), publish=True)[1]
        assert named == ["france", "kazakhstan", "spain"]
        assert sorted(steps("list-1")) == [
            ("ratification", "2001", "published"),
            ("ratification", "2002", "published"),
            ("ratification", "2006", "published"),
            ("signature", "2000-05-05", "published"),
        ]

    def test_a_row_has_to_wait_while_an_editor_works_on_it(self, ann, visits, admin_user):
        def reword(record):
            record.summary = "In our words"
            record.save()

        visits(publish=True)
        visits(place="Aktau")
        workflow.change_pending(visit(), reword, admin_user, "Clearer")
        assert visits() == (0, 0, 0, 1)
        workflow.discard(visit(), admin_user)
        assert visits() == (0, 0, 1, 0)
        assert visits(place="Ganja") == (0, 1, 0, 0)


def test_a_record_that_is_published_again_takes_in_what_has_changed(ann, visits, admin_user):
    visits(publish=True)
    workflow.withdraw(visit(), admin_user, "Doubtful")
    assert visits(place="Aktau") == (0, 0, 1, 0)
    workflow.change_pending(visit(), lambda record: record.save(), admin_user, "Certain")
    workflow.submit(visit(), admin_user)
    workflow.publish(visit(), ann)
    assert visits(place="Aktau", publish=True) == (0, 1, 0, 0)
    assert (visit().place, visit().state) == ("Aktau", "published")


class TestPartiesThatAreNoLongerNamed:
    @pytest.mark.parametrize("files", [1, 2])
    def test_they_go_with_their_steps(self, base, convention, files):
        two = ("Kazakhstan", 2001), ("France", 2002)
        convention(files, *two, ("Norway", 2003))
        assert convention(files, *two) == ((0, 2), ["france", "kazakhstan"])
        assert Treaty.objects.get(slug="list-1").relation.slug == "france-kazakhstan"
        assert len(steps("list-1")) == 3

    @pytest.mark.parametrize("files", [1, 2])
    def test_of_a_published_treaty_they_go_once_that_is_published(self, ann, convention, files):
        two = ("Kazakhstan", 2001), ("France", 2002)
        for _time in range(2):
            convention(files, *two, ("Norway", 2003), publish=True)
        assert convention(files, *two) == ((0, 2), ["france", "kazakhstan", "norway"])
        convention(files, *two, publish=True)
        assert convention(files, *two, publish=True) == ((0, 0), ["france", "kazakhstan"])
        assert ("ratification", "2003", "withdrawn") in steps("list-1")
        convention(files, *two, ("Norway", 2003), publish=True)
        named = convention(files, *two, ("Norway", 2003), publish=True)[1]
        assert named == ["france", "kazakhstan", "norway"]
        assert ("ratification", "2003", "published") in steps("list-1")

    def test_a_party_that_the_first_list_names_stays(self, base, imported, treaties):
        treaties((1, "2001", ""))
        for rows in (("1,Norway,2002", "1,France,2003"), ("1,Norway,2002",)):
            imported(PARTICIPANTS, "No,P,R", *rows)
        named = [row.party.slug for row in Treaty.objects.get(slug="list-1").parties.all()]
        assert sorted(named) == ["france", "kazakhstan", "norway"]


class TestPeople:
    def test_two_names_of_one_person_are_one_visitor(self, base, visits):
        kazakhstan = Country.objects.get(slug="kazakhstan")
        Person.objects.create(
            slug="testov", name="Anton Testov", aliases="Tosha Testov", country=kazakhstan
        )
        assert visits(people="Anton Testov; Tosha Testov") == (1, 0, 0, 0)
        assert visitors() == [("Anton Testov", "Minister")]
        visits(people="Boris Testov")
        assert visits(people="Anton Testov; Tosha Testov") == (0, 1, 0, 0)
        assert visitors() == [("Anton Testov", "Minister")]

    def test_names_in_other_scripts_are_different_people(self, base, visits):
        visits(people="Ержан Ким; 王毅; 李强; Ким Ержан; Erzhan Kim")
        assert [name for name, _office in visitors()] == ["Ержан Ким", "王毅", "李强"]
        people = {row.name: row for row in Person.objects.filter(country__slug="kazakhstan")}
        assert len({people[name].slug for name in ("Ержан Ким", "王毅", "李强")}) == 3
        visits(people="王毅")
        assert [row.person for row in visit().participations.all()] == [people["王毅"]]

    def test_spellings_of_one_name_in_a_file_are_one_person(self, base, imported):
        rows = [
            f"{number},Talks {number},2024-03-0{number},,Kazakhstan,France,{name},"
            for number, name in enumerate(("Erzhan Kim", "Ержан Ким", "Kim Erzhan"), start=1)
        ]
        assert imported(VISITS, "No,T,D,P,A,B,V,O", *rows) == (3, 0, 0, 0)
        assert Person.objects.get(participations__record__slug="list-2").name == "Erzhan Kim"
        assert Person.objects.filter(country__slug="kazakhstan", name__icontains="Kim").count() == 1

    def test_a_sign_is_no_name(self, base, visits):
        assert visits(people="—") == (0, 0, 0, 1)

    def test_another_office_of_a_visitor_is_a_change(self, base, visits):
        visits()
        assert visits(offices="President") == (0, 1, 0, 0)
        assert visitors() == [("A. Testov", "President")]


class TestRecognition:
    def test_who_recognized_whom_follows_the_row(self, base, imported):
        def roles(recognized, other="France"):
            row = f"1,Recognition,1992-01-05,Kazakhstan,{other},{recognized}"
            imported(RECOGNITIONS, "No,T,D,A,B,R", row)
            rows = Event.objects.get(slug="list-1").participations.order_by("role")
            return [(row.role, row.country.slug) for row in rows]

        assert roles("Kazakhstan") == [("participant", "france"), ("subject", "kazakhstan")]
        assert roles("France") == [("participant", "kazakhstan"), ("subject", "france")]
        assert roles("Norway", other="Norway") == [
            ("participant", "kazakhstan"), ("subject", "norway"),
        ]  # fmt: skip


class TestAddresses:
    """The slug of a step may be that of another treaty."""

    @pytest.mark.parametrize("order", [1, -1])
    def test_treaties_with_such_identifiers_are_told_apart(self, base, treaties, order):
        rows = [("12", "2001", ""), ("12-signature", "2002", "")][::order]
        assert treaties(*rows) == (2, 0, 0, 0)
        assert treaties(*rows) == (0, 0, 2, 0)

    def test_a_step_that_is_added_later_is_followed(self, ann, treaties):
        other = ("12-signature", "2002", "")
        treaties(("12", "", "2003"), other, publish=True)
        assert treaties(("12", "2001", "2003"), other, publish=True) == (0, 1, 1, 0)
        assert treaties(("12", "2001", "2003"), other, publish=True) == (0, 0, 2, 0)
        treaties(("12", "2001-05", "2003"), other, publish=True)
        assert steps("list-12")[1] == ("signature", "2001-05", "published")
        treaties(("12", "", "2003"), other, publish=True)
        assert steps("list-12")[1] == ("signature", "2001-05", "withdrawn")
        assert steps("list-12-signature") == [("signature", "2002", "published")]


def test_an_organization_with_a_name_in_cyrillic_is_created(base, imported):
    text = TREATIES.replace('id = "No"', 'id = "No"\nnew_organizations = true')
    rows = ["1,Agreement,France;Фонд мира,2001,", "2,Agreement,France;Банк мира,2002,"]
    assert imported(text, "No,T,P,S,F", *rows) == (2, 0, 0, 0)
    found = Organization.objects.filter(name__in=["Фонд мира", "Банк мира"])
    assert len({row.slug for row in found}) == 2


def test_organizations_of_memberships_are_created_on_request(base, imported):
    text = described("membership", '[columns]\nmember = "M"\norganization = "O"')
    rows = ("1,France,Cheese Council (CCL)", "2,Norway,CCL", "3,Norway,Europen Union", "4,Norway,")
    assert imported(text, "No,M,O", *rows) == (0, 0, 0, 4)
    new = text.replace('id = "No"', 'id = "No"\nnew_organizations = true')
    assert imported(new, "No,M,O", *rows) == (2, 0, 0, 2)
    members = Organization.objects.get(name="Cheese Council", acronym="CCL").memberships
    assert members.count() == 2


class TestTheCommand:
    @pytest.mark.parametrize("values", [{}, {"is_superuser": True, "is_active": False}])
    def test_an_account_that_may_not_publish_is_refused_before_the_import(
        self, base, visits, values
    ):
        get_user_model().objects.create_user("ann", **values)
        with pytest.raises(CommandError, match="“ann” may not publish"):
            visits(publish=True)
        assert not Visit.objects.filter(slug="list-1").exists()

    @pytest.mark.parametrize("option", ["report", "rejects"])
    def test_a_folder_that_does_not_exist_is_refused_before_the_import(
        self, base, tmp_path, option
    ):
        text, rows = tmp_path / "list.toml", tmp_path / "list.csv"
        text.write_text(TREATIES)
        rows.write_text("No,T,P,S,F\n1,Agreement,Kazakhstan;France,2001,\n")
        options = {name: tmp_path / f"{name}.csv" for name in ("report", "rejects")}
        options[option] = tmp_path / "none" / "file"
        with pytest.raises(CommandError, match="The folder of .*/none/file does not exist."):
            call_command("import_data", str(text), rows, **options)
        assert not Treaty.objects.filter(slug="list-1").exists()
