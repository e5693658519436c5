"""Lists of many shapes, read by a mapping: what their cells mean, and which cells are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError

from core.rows import Row, RowError
from desk.adapters import adapter_mapped
from relations.models import (
    Citation,
    Country,
    CountryName,
    Event,
    Membership,
    Participation,
    Record,
    Visit,
)
from sources.models import Source
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

EVENTS = """
name = "events"
kind = "event"
{top}
[source]
slug = "list"
title = "List"
kind = "data_set"
[columns]
country = "A"
other_country = "B"
{columns}
[constants]
event_type = "meeting"
{constants}
{tables}
"""


@pytest.fixture
def stored(base, import_list, mapping):
    """Import rows between France and Kazakhstan by a mapping of events; return its report."""

    def imported(rows, header, columns, *, top="", constants="", tables=""):
        text = EVENTS.format(top=top, columns=columns, constants=constants, tables=tables)
        lines = "".join(f"France,Kazakhstan,{row}\n" for row in rows)
        return import_list(mapping(text), f"A,B,{header}\n{lines}")

    return imported


def events():
    return Event.objects.filter(citations__source__slug="list").order_by("pk")


def dates():
    return [(str(row.date), str(row.until)) for row in events()]


def messages(report):
    """The reasons of the rejected rows, with their columns, as they are printed."""
    lines = [line.strip() for line in report["printed"].splitlines()]
    return [line.partition(") ")[2] for line in lines if line.startswith("row ")]


class TestDates:
    def test_a_date_may_be_spread_over_columns(self, stored):
        report = stored(
            ["One,1992,8,27", "Two,1993,May,0", "Three,1994,,", "Four,1995.0,3.0,05", "Five,,,",
             "Six,-9,-9,-9"],
            "T,Y,M,D",
            'title = "T"\ndate = { year = "Y", month = "M", day = "D" }',
            tables='[blank]\ndate = "-9"',
        )  # fmt: skip
        assert report["created"] == 6, report["printed"]
        assert [date for date, _until in dates()] == [
            "1992-08-27", "1993-05", "1994", "1995-03-05", "", "",
        ]  # fmt: skip

    def test_a_wrong_part_of_a_date_is_reported_at_its_column(self, stored):
        report = stored(
            ["One,92,8,27", "Two,1993,Smarch,1", "Three,1994,2,30", "Four,1995,,5", "Five,,3,",
             "Six,1996,5,first"],
            "T,Y,M,D",
            'title = "T"\ndate = { year = "Y", month = "M", day = "D" }',
        )  # fmt: skip
        assert messages(report) == [
            "Y: this is not a year of four digits: “92”",
            "M: this is not a month: “Smarch”",
            "D: this date is not understood: “1994-02-30”; February 1994 has no day 30.",
            "M: a day needs its month",
            "Y: a date needs its year",
            "D: this is not a day: “first”",
        ]

    def test_one_column_may_give_the_start_and_the_end(self, stored):
        rows = ["1992–1995", "7–8 July 2015", "27 August 1992", "since 1992", "until 1995",
                "1996-present", "", "1992-95", "2001-02", "11/03/2024"]  # fmt: skip
        report = stored(
            [f"T{number},{cell}" for number, cell in enumerate(rows)],
            "T,When",
            'title = "T"\ndate = "When"\nuntil = "When"',
        )
        assert dates() == [
            ("1992", "1995"), ("2015-07-07", "2015-07-08"), ("1992-08-27", ""), ("1992", ""),
            ("", "1995"), ("1996", ".."), ("", ""), ("1992", "1995"),
        ]  # fmt: skip
        assert report["rejected by reason"] == {"When: this date has several readings": 2}
        assert messages(report)[0] == (
            "When: this date has several readings: “2001-02”; “2001-02” can mean: 2001-02 · "
            "2001–2002. Write one, or declare the format."
        )

    def test_a_period_is_read_in_the_formats_of_the_list(self, stored):
        stored(
            ["One,05/03/2024-07/03/2024", "Two,05/03/2024 to 07/03/2024", "Three,05/03/2024",
             "Four,2024 - 2025"],
            "T,When",
            'title = "T"\ndate = "When"\nuntil = "When"',
            tables='[formats]\ndate = ["%d/%m/%Y", "%Y"]\nuntil = ["%d/%m/%Y", "%Y"]',
        )  # fmt: skip
        assert dates() == [
            ("2024-03-05", "2024-03-07"), ("2024-03-05", "2024-03-07"), ("2024-03-05", ""),
            ("2024", "2025"),
        ]  # fmt: skip

    def test_a_field_may_have_several_formats_and_the_reader_of_the_forms(self, stored):
        report = stored(
            ["One,03/05/2024", "Two,2023", "Three,5 May 2022", "Four,13/13/2020", "Five,soon"],
            "T,When",
            'title = "T"\ndate = "When"',
            tables='[formats]\ndate = ["%m/%d/%Y", "%Y", "words"]',
        )
        assert [date for date, _until in dates()] == ["2024-03-05", "2023", "2022-05-05"]
        assert report["rejected by reason"] == {"When: this date is not understood": 2}

    def test_formats_alone_refuse_every_other_date_with_their_names(self, stored):
        report = stored(
            ["One,5 May 2022", "Two,01/02/2020"], "T,When", 'title = "T"\ndate = "When"',
            tables='[formats]\ndate = ["%d/%m/%Y", "%m/%d/%Y"]',
        )  # fmt: skip
        assert messages(report) == [
            "When: this is not a date in the format %d/%m/%Y · %m/%d/%Y: “5 May 2022”",
            "When: this date has several readings: “01/02/2020”; “01/02/2020” can mean: 2020-02-01 "
            "· 2020-01-02. Declare one format.",
        ]

    @pytest.mark.parametrize(
        ("language", "cell", "date"),
        [
            ("de", "5. März 2024", "2024-03-05"),
            ("fr", "1er février 1998", "1998-02-01"),
            ("es", "5 de mayo de 2024", "2024-05-05"),
            ("pt-BR", "5 de março de 2024", "2024-03-05"),
            ("it", "1º aprile 2001", "2001-04-01"),
            ("ru", "5 марта 2024 г.", "2024-03-05"),
        ],
    )
    def test_months_are_read_in_the_language_of_the_list(self, stored, language, cell, date):
        columns = 'title = "T"\ndate = "When"'
        assert stored([f"One,{cell}"], "T,When", columns, top=f'language = "{language}"')[
            "created"
        ] == 1  # fmt: skip
        assert dates() == [(date, "")]

    def test_months_of_a_format_are_read_in_the_language_of_the_list(self, stored):
        stored(["One,5-Mai-2024"], "T,When", 'title = "T"\ndate = "When"', top='language = "fr"',
               tables='[formats]\ndate = "%d-%B-%Y"')  # fmt: skip
        assert dates() == [("2024-05-05", "")]

    def test_values_translate_dates_also_beside_a_format(self, stored):
        stored(
            ["One,spring 1992", "Two,unknown", "Three,05.03.1992"],
            "T,When",
            'title = "T"\ndate = "When"',
            tables='[formats]\ndate = "%d.%m.%Y"\n[values.date]\n"spring 1992" = "March 1992"\n'
            '"unknown" = ""',
        )
        assert [date for date, _until in dates()] == ["1992-03", "", "1992-03-05"]


class TestTexts:
    def test_cells_that_mean_nothing_are_blank_in_all_fields_or_in_one(self, stored):
        report = stored(
            ["One,N/A,1111-11-11", "Two,1111-11-11,NA"],
            "T,Place,When",
            'title = "T"\nplace = "Place"\ndate = "When"',
            tables='[blank]\ndate = ["1111-11-11", "NA"]\nplace = "N/A"',
        )
        assert report["created"] == 2, report["printed"]
        assert [(row.place, str(row.date)) for row in events()] == [("", ""), ("1111-11-11", "")]

    def test_cells_may_mean_nothing_in_all_fields(self, stored):
        columns = 'title = "T"\nplace = "Place"\ndate = "When"'
        stored(["One,N/A,NA"], "T,Place,When", columns, top='blank = ["NA", "N/A"]')
        row = events().get()
        assert (row.place, str(row.date)) == ("", "")

    def test_a_blank_cell_may_still_mean_a_value(self, base, import_list, mapping):
        values = '[values.event_type]\n"" = "meeting"\n"S" = "session"'
        columns = 'title = "T"\nevent_type = "E"'
        text = EVENTS.format(top="", columns=columns, constants="", tables=values)
        text = text.replace('[constants]\nevent_type = "meeting"', "")
        report = import_list(mapping(text), "A,B,T,E\nKZ,AZ,One,\nKZ,AZ,Two,S\nKZ,AZ,Three,X\n")
        assert [row.event_type for row in events()] == ["meeting", "session"]
        assert messages(report) == [
            "E: this value is unknown; say in [values.event_type] what it means: “X”"
        ]

    def test_footnote_marks_are_cut(self, stored):
        stored(["Talks[12],27 August 1992[3]"], "T,When", 'title = "T"\ndate = "When"',
               top="strip = '\\[\\d+\\]'")  # fmt: skip
        row = events().get()
        assert (row.title, str(row.date)) == ("Talks", "1992-08-27")

    def test_footnote_marks_of_one_field_stay_in_others(self, stored):
        stored(["Talks*,Baku*"], "T,Place", 'title = "T"\nplace = "Place"',
               tables="[strip]\ntitle = '\\*$'")  # fmt: skip
        row = events().get()
        assert (row.title, row.place) == ("Talks", "Baku*")

    def test_columns_of_a_text_are_joined(self, stored):
        stored(["Talks,on gas,Baku,NA"], "T,U,Town,Land",
               'title = ["T", "U"]\nplace = ["Town", "Land"]', top='blank = "NA"')  # fmt: skip
        row = events().get()
        assert (row.title, row.place) == ("Talks on gas", "Baku")

    def test_a_title_is_composed_of_columns(self, stored):
        report = stored(
            ["Talks,gas,Baku", "Talks,oil,", "Talks,,Baku"], "Type,On,Town", "",
            tables='[templates]\ntitle = "{Type} on {On}[ in {Town}] {{sic}}"',
        )  # fmt: skip
        assert [row.title for row in events()] == [
            "Talks on gas in Baku {sic}", "Talks on oil {sic}",
        ]  # fmt: skip
        assert messages(report) == ["On: the template needs this cell"]

    def test_all_errors_of_a_row_are_found(self, base):
        text = EVENTS.format(top="", columns='title = "T"\ndate = "D"', constants="", tables="")
        adapter = adapter_mapped(text.encode())
        adapter.begin(None)
        cells = {"A": "Nowhere", "B": "Nevermore", "T": "Talks", "D": "31.02.2020"}
        with pytest.raises(RowError) as refused:
            adapter.map(Row(1, 2, cells))
        found = [refused.value, *refused.value.others]
        assert [(error.column, error.detail) for error in found] == [
            ("D", "31.02.2020"), ("A", "Nowhere"), ("B", "Nevermore"),
        ]  # fmt: skip


class TestNames:
    VISITS = """
name = "visits"
kind = "visit"
{top}
[source]
slug = "list"
title = "List"
kind = "data_set"
[columns]
title = "Title"
country = "Guest"
host = "Host"
{columns}
{tables}
"""

    @pytest.fixture
    def visits(self, base, import_list, mapping):
        def imported(header, *rows, columns, tables="", top=""):
            text = self.VISITS.format(columns=columns, tables=tables, top=top)
            lines = "".join(f"Talks {number},Kazakhstan,Azerbaijan,{row}\n"
                            for number, row in enumerate(rows))  # fmt: skip
            return import_list(mapping(text), f"Title,Guest,Host,{header}\n{lines}")

        return imported

    def people(self):
        rows = Participation.objects.filter(record__citations__source__slug="list")
        return [(row.role, row.person.name, row.capacity, row.as_stated)
                for row in rows.order_by("record__pk", "pk").select_related("person")]  # fmt: skip

    def test_visitors_are_people_with_their_offices(self, visits):
        report = visits(
            "Who,Post",
            "Anna Lee; Bob Ray,President; Foreign Minister",
            "Cid Fox|x,Minister",
            columns='visitors = "Who"\noffices = "Post"\nrank = "Post"',
            tables='[values.rank]\n"President" = "head_of_state"\n'
            '"Foreign Minister" = "foreign_minister"\n"Minister" = "minister"\n'
            "[strip]\nvisitors = '\\|x'",
        )
        assert report["created"] == 2, report["printed"]
        assert self.people() == [
            ("visitor", "Anna Lee", "President", "Anna Lee"),
            ("visitor", "Bob Ray", "Foreign Minister", "Bob Ray"),
            ("visitor", "Cid Fox", "Minister", "Cid Fox"),
        ]
        ranks = Visit.objects.filter(citations__source__slug="list").order_by("pk")
        assert [row.rank for row in ranks] == ["head_of_state", "minister"]

    def test_one_office_holds_for_all_visitors_and_other_numbers_are_refused(self, visits):
        report = visits(
            "Who,Post",
            "Anna Lee / Bob Ray,Minister",
            "Anna Lee / Bob Ray / Cid Fox,Minister; President",
            columns='visitors = "Who"\noffices = "Post"',
            tables='[constants]\nrank = "minister"\n[separators]\nvisitors = " / "',
        )
        assert [row[2] for row in self.people()] == ["Minister", "Minister"]
        assert messages(report) == [
            "Post: give an office for each visitor, or one for all: “3 people, 2 offices”"
        ]

    def test_visitors_may_have_a_column_each_and_titles_before_their_names(self, visits):
        visits("V1,V2,V3", "President Anna Lee,,Bob Ray", "King Bob IV,King Bob IV,",
               columns='visitors = ["V1", "V2", "V3"]',
               tables='[constants]\nrank = "head_of_state"')  # fmt: skip
        assert self.people() == [
            ("visitor", "Anna Lee", "President", "President Anna Lee"),
            ("visitor", "Bob Ray", "", "Bob Ray"),
            ("visitor", "Bob IV", "King", "King Bob IV"),
        ]

    def test_the_wording_of_a_translated_name_is_kept(self, base, import_list, mapping):
        text = self.VISITS.format(
            top="", columns="",
            tables='[constants]\nrank = "minister"\n[values.country]\n"Kasachstan" = "Kazakhstan"',
        )  # fmt: skip
        report = import_list(mapping(text), "Title,Guest,Host\nTalks,Kasachstan,Азербайджан\n")
        assert report["created"] == 1, report["printed"]
        citation = Citation.objects.get(source__slug="list")
        assert citation.as_stated == "Kasachstan; Азербайджан"

    def test_a_recognition_tells_who_recognized_whom(self, base, import_list, mapping):
        text = (
            EVENTS.format(top="", columns='recognized_country = "B"\ndate = "When"', constants="",
                          tables="").replace('"meeting"', '"recognition"')
        )  # fmt: skip
        report = import_list(mapping(text), "A,B,When\nFrance,Казахстан,1992-01-07\n")
        assert report["created"] == 1, report["printed"]
        event = events().get()
        assert event.title == "France recognizes Kazakhstan"
        parts = [(row.role, row.country.slug, row.as_stated) for row in event.participations.all()]
        assert parts == [("participant", "france", ""), ("subject", "kazakhstan", "Казахстан")]

    def test_only_a_recognition_of_one_of_the_two_has_a_recognized_country(self, stored):
        report = stored(["One,France"], "T,R", 'title = "T"\nrecognized_country = "R"')
        assert messages(report) == ["R: only a recognition has a recognized country"]

    def test_parties_may_have_a_column_each(self, base, import_list, mapping):
        text = (
            'name = "x"\nkind = "treaty"\n[source]\nslug = "list"\ntitle = "X"\n'
            'kind = "data_set"\n[columns]\ntitle = "T"\nparties = ["c1", "c2", "c3"]\n'
        )
        report = import_list(mapping(text), "T,c1,c2,c3\nPact,France,,Kazakhstan\n")
        assert report["created"] == 1, report["printed"]
        parties = Treaty.objects.get(citations__source__slug="list").parties.all()
        assert [row.country.slug for row in parties] == ["france", "kazakhstan"]

    def test_a_membership_keeps_the_wording_too(self, base, import_list, mapping):
        text = (
            'name = "x"\nkind = "membership"\n[source]\nslug = "list"\ntitle = "X"\n'
            'kind = "data_set"\n[columns]\nmember = "A"\n[constants]\norganization = "OSCE"\n'
        )
        import_list(mapping(text), "A\nФранция\n")
        assert Membership.objects.get(citations__source__slug="list").member.slug == "france"
        assert Citation.objects.get(source__slug="list").as_stated == "Франция"

    @pytest.mark.parametrize(
        ("top", "names"),
        [
            ("", []),
            (
                "new_organizations = true",
                ["Port Authority of Examples", "League of Harbours", "League of Harbours"],
            ),
            ('organizations = ["League of Harbours"]', ["League of Harbours"] * 2),
        ],
    )
    def test_organizations_of_members_are_created_on_request(
        self, base, import_list, mapping, top, names
    ):
        text = (
            f'name = "x"\nkind = "membership"\n{top}\n[source]\nslug = "list"\ntitle = "X"\n'
            'kind = "data_set"\n[columns]\nmember = "A"\norganization = "B"\n'
        )
        rows = "France,Port Authority of Examples (PAE)\nFrance,League of Harbours\n"
        report = import_list(mapping(text), f"A,B\n{rows}Spain,League of Harbours\n")
        memberships = Membership.objects.filter(citations__source__slug="list")
        assert [row.organization.name for row in memberships.order_by("pk")] == names
        assert report["created"] == len(names)

    def test_the_mapping_may_name_a_new_organization_itself(self, base, import_list, mapping):
        text = (
            'name = "x"\nkind = "membership"\norganizations = ["League of Harbours"]\n[source]\n'
            'slug = "list"\ntitle = "X"\nkind = "data_set"\n[columns]\nmember = "A"\n'
            '[constants]\norganization = "League of Harbours"\n'
        )
        assert import_list(mapping(text), "A\nFrance\nSpain\n")["created"] == 2
        found = Membership.objects.filter(citations__source__slug="list")
        assert {row.organization.name for row in found} == {"League of Harbours"}


class TestConstants:
    @pytest.mark.parametrize(
        ("constants", "tables", "message"),
        [
            ('country = "Kazachstan"\nother_country = "France"', "",
             "[constants] country: No country with this name is known: “Kazachstan”; did you mean "
             "Kazakhstan?"),
            ('country = "KZ"\nother_country = "Nowhere"', "",
             "[constants] other_country: No country with this name is known: “Nowhere”"),
            ('country = "France"\nother_country = "Spain"', '[successors]\n"USSR" = "Nowhere"',
             "[successors] “USSR”: No country with this name is known: “Nowhere”"),
            ('country = "KZ"\nother_country = "France"', '[values.country]\n"x" = "Frankistan"',
             "[values.country] “x”: No country with this name is known: “Frankistan”"),
        ],
    )  # fmt: skip
    def test_an_unknown_country_of_the_mapping_is_one_message_before_the_first_row(
        self, base, import_list, mapping, constants, tables, message
    ):
        text = (
            'name = "x"\nkind = "event"\n[source]\nslug = "list"\ntitle = "X"\nkind = "data_set"\n'
            f'[columns]\ntitle = "T"\n[constants]\nevent_type = "meeting"\n{constants}\n{tables}\n'
        )
        with pytest.raises(CommandError) as refused:
            import_list(mapping(text), "T\nTalks\nMore\n")
        assert message in str(refused.value)
        assert not Source.objects.filter(slug="list").exists()
        assert not Record.objects.filter(title="Talks").exists()

    def test_a_name_of_two_countries_is_decided_by_the_date_of_the_row(
        self, base, import_list, mapping
    ):
        for slug, values in (("france", {"until": "1950"}), ("spain", {"date": "1951"})):
            country = Country.objects.get(slug=slug)
            CountryName.objects.create(country=country, name="Borderland", **values)
        text = (
            'name = "x"\nkind = "event"\n[source]\nslug = "list"\ntitle = "X"\nkind = "data_set"\n'
            '[columns]\ntitle = "T"\ndate = "D"\n[constants]\nevent_type = "meeting"\n'
            'country = "Borderland"\nother_country = "United Kingdom"\n'
        )
        report = import_list(mapping(text), "T,D\nOne,1930\nTwo,2004\n")
        assert report["created"] == 2, report["printed"]
        assert [row.relation.slug for row in events()] == [
            "france-united-kingdom", "spain-united-kingdom",
        ]  # fmt: skip

    def test_the_upload_page_shows_all_mistakes_at_the_mapping(self, admin_client, base):
        text = EVENTS.format(top="", columns="titel = 'T'\ndate = 5", constants="", tables="")
        response = admin_client.post(
            "/admin/import/",
            {
                "mapping": SimpleUploadedFile("m.toml", text.encode()),
                "file": SimpleUploadedFile("l.csv", b"T\nx\n"),
            },
        )
        assert response.status_code == 400
        errors = response.context["form"].errors["mapping"]
        assert len(errors) == 3
        assert errors[0].startswith("[columns]: A list of the kind “event” cannot set “titel”. Did")

    def test_the_upload_page_shows_an_unknown_country_at_the_mapping(self, admin_client, base):
        text = EVENTS.format(top="", columns="title = 'T'", constants="", tables="")
        text = text.replace('country = "A"', "", 1) + '\n[values.other_country]\n"x" = "Nowhere"\n'
        text = text.replace("[constants]", '[constants]\ncountry = "France"')
        response = admin_client.post(
            "/admin/import/",
            {
                "mapping": SimpleUploadedFile("m.toml", text.encode()),
                "file": SimpleUploadedFile("l.csv", b"T,B\nx,KZ\n"),
            },
        )
        assert response.status_code == 400
        assert response.context["form"].errors["mapping"] == [
            "[values.other_country] “x”: No country with this name is known: “Nowhere”"
        ]
