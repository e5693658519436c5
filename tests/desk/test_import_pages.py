"""The pages that describe, preview and import a list."""

import gzip
import tomllib
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from desk.imports.uploads import GONE, Upload
from relations.models import ListAlias, Visit
from sources.models import SavedMapping
from tests.desk.test_review import shown_messages
from tests.desk.test_roles import ORDER

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/import/"
VISITS = (
    "No;Subject;Day;Guest;Type\n"
    "1;Talks on transport;05.03.2024;Kazakhstan;offiziell\n"
    "2;Talks on water;17.04.2024;Atlantis;Arbeit\n"
    "3;Talks on energy;18.04.2024;Kazakhstan;offiziell\n"
)


def posted(client, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    form = {"name": "", "file": SimpleUploadedFile("visits of 2024.csv", content)} | more
    return client.post(ADDRESS, form)


def shown(response) -> dict:
    """The values that the form of a page would send."""
    form = response.context["form"]
    return {field.html_name: field.value() or "" for field in form}


def described(client, text=VISITS, kind="visit", **changes):
    """The page that describes a list, after the kind was chosen, and its address."""
    address = posted(client, text).url
    first = shown(client.get(address)) | {"kind": kind, "source_title": "Visits", "_update": ""}
    assert urlsplit(client.post(address, first).url).path == address
    values = shown(client.get(address)) | changes
    return address, values


def imported():
    return Visit.objects.filter(citations__source__slug="visits-of-2024")


DETAILS = {"constant_host": "Azerbaijan", "constant_rank": "minister"}


class TestDescription:
    def test_a_list_without_a_mapping_is_described_on_the_next_page(self, admin_client, base):
        response = posted(admin_client, VISITS)
        assert response.status_code == 302
        page = admin_client.get(response.url)
        values = shown(page)
        assert (values["name"], values["source_slug"]) == ("visits-of-2024", "visits-of-2024")
        assert values["delimiter"] == ";"
        assert page.context["form"].sample.shown[0] == [
            *("1", "Talks on transport", "05.03.2024", "Kazakhstan", "offiziell"),
        ]

    def test_columns_formats_and_values_are_guessed(self, admin_client, base):
        _address, values = described(admin_client)
        assert [values[f"column_{number}"] for number in range(5)] == [
            *("id", "title", "date", "country", ""),
        ]
        assert values["format_2"] == ""
        american = VISITS.replace("05.03.2024", "03/05/2024").replace("17.04.2024", "04/17/2024")
        american = american.replace("18.04.2024", "04/18/2024")
        _address, values = described(admin_client, american)
        assert values["format_2"] == "%m/%d/%Y"

    @pytest.mark.parametrize(
        "header",
        ["№;Предмет;Дата;Гость;Вид", "No;Mövzu;Tarix;Qonaq;Növ", "No;Атауы;Күні;Қонақ;Түрі"],
    )
    def test_columns_are_guessed_in_the_languages_of_the_database(self, admin_client, base, header):
        _address, values = described(
            admin_client, VISITS.replace("No;Subject;Day;Guest;Type", header)
        )
        assert [values[f"column_{number}"] for number in range(5)] == [
            *("id", "title", "date", "country", ""),
        ]

    def test_a_date_that_several_formats_fit_gets_none(self, admin_client, base):
        text = "Subject;Day;Guest\nTalks;03/05/2024;Kazakhstan\n"
        _address, values = described(admin_client, text)
        assert (values["column_1"], values["format_1"]) == ("date", "")

    def test_the_values_of_a_chosen_column_are_listed_for_translation(self, admin_client, base):
        address, values = described(admin_client, column_4="visit_type", _update="")
        admin_client.post(address, values)
        form = admin_client.get(address).context["form"]
        assert [field.label for _column, _name, field in form.value_group] == [
            "offiziell",
            "Arbeit",
        ]

    def test_the_described_list_is_previewed_and_imported(self, admin_client, base):
        address, values = described(admin_client, column_4="visit_type", **DETAILS)
        admin_client.post(address, values | {"_update": ""})
        values = shown(admin_client.get(address))
        values |= {"value_visit_type_0": "official", "value_visit_type_1": "working"}
        preview = admin_client.post(address, values | {"_preview": ""})
        assert preview.context["report"].counts["created"] == 2
        assert not imported().exists()
        done = admin_client.post(ADDRESS, {"token": preview.context["token"]})
        assert done.context["report"].counts["created"] == 2
        visits = imported().order_by("date")
        assert [(row.title, str(row.date), row.visit_type, row.rank) for row in visits] == [
            ("Talks on transport", "2024-03-05", "official", "minister"),
            ("Talks on energy", "2024-04-18", "official", "minister"),
        ]

    def test_what_is_missing_is_said_at_its_field(self, admin_client, base):
        address, values = described(admin_client, column_3="date")
        response = admin_client.post(address, values | {"_preview": ""})
        errors = response.context["form"].errors
        assert response.status_code == 400
        assert errors["column_3"] == ["Another column holds this field, too."]
        assert errors["constant_host"] == [
            "Choose the column that holds “host”, or give one value for all rows."
        ]

    def test_an_encoding_is_guessed_and_can_be_corrected(self, admin_client, base):
        text = "Subject;Day;Guest\nПереговоры о транспорте;05.03.2024;Казахстан\n".encode("cp1251")
        address = posted(admin_client, text).url
        page = admin_client.get(address)
        assert page.context["form"].sample.shown[0][0] == "Переговоры о транспорте"
        values = shown(page) | {"encoding": "utf-9", "source_title": "Visits", "_update": ""}
        admin_client.post(address, values)
        page = admin_client.get(address)
        assert page.context["problems"][0].startswith("The encoding “utf-9” is unknown.")
        admin_client.post(address, shown(page) | {"encoding": "cp1251", "_update": ""})
        page = admin_client.get(address)
        assert page.context["form"].sample.shown[0][2] == "Казахстан"

    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [("utf-16", "utf-16"), ("utf-8", ""), ("cp1251", "cp1251")],
    )
    def test_encoding_and_delimiter_of_a_packed_list_are_found(
        self, admin_client, base, encoding, declared
    ):
        text = "Номер\tСтрана\r\n1\tКазахстан\r\n2\tФранция\r\n3\tГермания\r\n"
        for content in (text.encode(encoding), gzip.compress(text.encode(encoding))):
            form = admin_client.get(posted(admin_client, content).url).context["form"]
            assert form.sample.columns == ["Номер", "Страна"]
            assert form.given.get("encoding", "") == declared

    def test_a_list_without_rows_is_refused(self, admin_client, base):
        response = posted(admin_client, "No;Subject\n")
        assert response.status_code == 400
        assert response.context["form"].errors == {
            "file": ["The file has no row that can be read."]
        }

    def test_a_form_that_is_sent_twice_imports_once(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        preview = admin_client.post(address, values | {"_preview": ""})
        token = {"token": preview.context["token"]}
        assert Upload.waiting(token["token"]).claim()
        response = admin_client.post(ADDRESS, token, follow=True)
        assert shown_messages(response) == [str(GONE)]
        assert imported().count() == 0

    @pytest.mark.parametrize(
        ("text", "skipped"),
        [
            (VISITS, ""),
            ("Visits\n\n" + VISITS, 2),
            ('Visits of 2024, "official";;;;\r\n' + VISITS, 1),
            # A header may go on in the next line.
            (VISITS.replace("No", '"No\n(of the list)"'), ""),
        ],
    )
    def test_lines_before_the_header_are_found(self, admin_client, base, text, skipped):
        page = admin_client.get(posted(admin_client, text).url)
        assert shown(page)["skip_lines"] == skipped
        assert page.context["form"].sample.columns[-1] == "Type"

    def test_rows_before_the_header_of_a_sheet_are_found(self, admin_client, base):
        book = Workbook()
        for row in (["Visits"], [], ["No", "Guest"], [1, "Kazakhstan"]):
            book.active.append(row)
        book.save(stored := BytesIO())
        page = admin_client.get(posted(admin_client, stored.getvalue()).url)
        assert shown(page)["skip_lines"] == 1
        assert page.context["form"].sample.columns == ["No", "Guest"]

    def test_keys_that_the_form_does_not_show_are_kept(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        admin_client.post(address, values | {"_update": ""})
        text = admin_client.get(address).context["text"]
        text = 'precision = "month"\n' + text + '\n[successors]\nUSSR = "Russia"\n'
        admin_client.post(address, {"text": text, "_update": ""})
        values = shown(admin_client.get(address))
        admin_client.post(address, values | {"_update": "", "language": "de"})
        found = tomllib.loads(admin_client.get(address).context["text"])
        assert found["precision"] == "month"
        assert found["successors"] == {"USSR": "Russia"}
        assert found["language"] == "de"
        assert found["id"] == "No"
        assert found["columns"] == {"title": "Subject", "date": "Day", "country": "Guest"}

    @pytest.mark.parametrize(
        "text",
        ["[x", 'name = "a"\nkind = 5', "\x00", "name = 'é", 'source = "x"', "encoding = 5"],
    )
    def test_a_text_that_is_no_mapping_is_refused_and_kept(self, admin_client, base, text):
        address, _values = described(admin_client)
        response = admin_client.post(address, {"text": text, "_preview": ""})
        assert response.status_code == 400
        assert response.context["text"] == text
        assert response.context["problems"]


class TestSaving:
    def test_a_saved_mapping_imports_the_next_edition(self, admin_client, base, admin_user):
        address, values = described(admin_client, **DETAILS)
        admin_client.post(address, values | {"_save": ""})
        saved = SavedMapping.objects.get()
        assert (saved.name, saved.saved_by) == ("visits-of-2024", admin_user)
        choices = dict(admin_client.get(ADDRESS).context["form"].fields["name"].choices)
        assert choices["Saved mappings"] == [("saved:visits-of-2024", "visits-of-2024")]
        preview = posted(admin_client, VISITS, name="saved:visits-of-2024")
        assert preview.context["report"].counts["created"] == 2

    def test_a_mapping_with_mistakes_is_not_saved(self, admin_client, base):
        address, values = described(admin_client, constant_host="Azerbaijan")
        response = admin_client.post(address, values | {"_save": ""})
        assert response.status_code == 400
        assert not SavedMapping.objects.exists()

    def test_the_admin_checks_a_mapping_as_a_whole(self, admin_client, base):
        address = reverse("admin:sources_savedmapping_add")
        response = admin_client.post(address, {"text": 'name = "x"\nkind = "vist"'})
        errors = response.context["adminform"].form.errors["text"]
        assert "kind: “vist” is not a kind of list. Did you mean visit?" in "\n".join(errors)


class TestUnknownNames:
    def test_a_meaning_that_is_chosen_once_holds_for_the_list(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        preview = admin_client.post(address, values | {"_preview": ""})
        ((name, rows),) = preview.context["unknown_names"]
        assert (name.text, name.column, rows) == ("Atlantis", "Guest", 1)
        chosen = {"name": ["Atlantis"], "meaning": ["Turkey"]}
        again = admin_client.post(f"{address}names/", chosen)
        assert again.context["report"].counts["created"] == 3
        alias = ListAlias.objects.get()
        assert (alias.list_name, alias.text) == ("visits-of-2024", "Atlantis")
        assert alias.country.slug == "turkiye"

    def test_a_meaning_that_is_unknown_itself_is_refused(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        admin_client.post(address, values | {"_preview": ""})
        chosen = {"name": ["Atlantis", "Mu"], "meaning": ["Turkey", "Lemuria"]}
        response = admin_client.post(f"{address}names/", chosen, follow=True)
        assert [str(said) for said in response.context["messages"]] == [
            "“Lemuria”: no country or organization with this name is known"
        ]
        assert not ListAlias.objects.exists()

    def test_a_name_that_cannot_be_stored_is_refused(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        admin_client.post(address, values | {"_preview": ""})
        chosen = {"name": ["Atl\0antis"], "meaning": ["Turkey"]}
        response = admin_client.post(f"{address}names/", chosen, follow=True)
        assert [str(said) for said in response.context["messages"]] == [
            "“Turkey”: Null characters are not allowed."
        ]
        assert not ListAlias.objects.exists()


class TestRejects:
    def test_rejected_rows_are_downloaded_and_fed_back(self, admin_client, base):
        address, values = described(admin_client, **DETAILS)
        admin_client.post(address, values | {"_save": ""})
        preview = posted(admin_client, VISITS, name="saved:visits-of-2024")
        rejects = reverse("admin:import_rejects", args=[preview.context["token"]])
        content = b"".join(admin_client.get(rejects).streaming_content).decode()
        lines = content.splitlines()
        assert len(lines) == 2
        assert "Atlantis" in lines[1]
        corrected = content.replace("Atlantis", "Turkey")
        again = posted(admin_client, corrected, name="saved:visits-of-2024")
        assert again.context["report"].counts["created"] == 1

    @pytest.mark.parametrize("token", ["0" * 32, "x"])
    def test_rejects_that_are_no_longer_stored_are_not_found(self, admin_client, token):
        assert admin_client.get(f"{ADDRESS}{token}/rejects.csv").status_code == 404


@pytest.mark.parametrize("role", ORDER[:2])
def test_each_page_needs_the_right_to_add_records(colleagues, role):
    token = "0" * 32
    for path in ("", f"{token}/", f"{token}/names/", f"{token}/rejects.csv"):
        assert colleagues[role.lower()].get(ADDRESS + path).status_code == 403
