"""Importing the known lists, and any list through a mapping: the outcome of each row."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import date
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import Edtf
from desk.imports.uploads import GONE
from relations import workflow
from relations.models import (
    Citation,
    Country,
    CountryName,
    Event,
    ImportedRow,
    Membership,
    Mission,
    Organization,
    Person,
    Record,
    Visit,
)
from relations.publication import revise
from relations.resolver import FORMER_CODES, Resolver, Unresolved
from sources.importing import BATCH
from sources.models import Source
from tests.steps import withdraw
from trade.models import Figure
from treaties.models import Treaty, TreatyAction

pytestmark = pytest.mark.django_db

US = """id,start_date,end_date,visitor,from_id,from_name,description,source_xml
1,1990-05-31,1990-06-03,President Mikhail Gorbachev,russia,U.S.S.R.,"State Visit.",a.xml
2,2024-03-12,2024-03-12,President Andrzej Duda and Prime Minister Donald Tusk,poland,Poland,Working Visit.,
3,1995-01-02,1995-01-02,Prime Minister Ann Lee,x,Atlantis,Offical Visit. Then more.,a
4,1995-02-31,1995-03-02,King Bob,france,France,Private visit.,a
5,1995-03-05,1995-03-02,King Bob,france,France,Private visit.,a
6,1979-07-09,1979-07-11,Prime Minister Abel Muzorewa,zimbabwe,Zimbabwe Rhodesia,Unofficial visit.,a
"""  # noqa: E501
COW = """state,ioname,status,first_year,last_year,status_label,orgname,open_ended
france,xyz,1,1991.0,2014.0,full member,Organization of Examples,True
soafrica,xyz,2,1992.0,2001.0,associate member,Organization of Examples,False
france,xyz,1,1991.0,2014.0,full member,Organization of Examples,True
atlantis,xyz,1,1991.0,2014.0,full member,Organization of Examples,True
france,un,1,x,2014.0,full member,United Nations,True
france,un,1,1945.0,2014.0,friend,United Nations,True
"""
WTO = """country_name,accession_date,accession_date_raw,is_original_member,country_code_iso3,notes
Kazakhstan,2015-11-30,30 November 2015,FALSE,,
European Union,1995-01-01,1 January 1995,TRUE,,
"""
EMBASSIES = """operator;operatorQID;country;countryQID;city;type;creation;QID;
France;http://www.wikidata.org/entity/Q142;Kazakhstan;http://www.wikidata.org/entity/Q232;Astana;embassy;1993-01-01T00:00:00Z;http://www.wikidata.org/entity/Q11;
France;http://www.wikidata.org/entity/Q142;Azerbaijan;http://www.wikidata.org/entity/Q227;Baku;consulate general;1993-05-06T00:00:00Z;http://www.wikidata.org/entity/Q12;
France;http://www.wikidata.org/entity/Q142;A|B;http://www.wikidata.org/entity/Q1|http://www.wikidata.org/entity/Q2;;embassy;;http://www.wikidata.org/entity/Q13;
France;http://www.wikidata.org/entity/Q142;France;http://www.wikidata.org/entity/Q142;;embassy;;http://www.wikidata.org/entity/Q14;
"""  # noqa: E501
UNCTAD = """short_title,full_title,type,status,date_of_signature,date_of_entry_into_force,termination_date,listed_on_pages_of,treaty_link
Azerbaijan - Kazakhstan BIT (1996),,BITs,In force,16/09/1996,30/04/1998,,Azerbaijan; Kazakhstan,/x/306/y
A - B BIT,,BITs,Terminated,02-1988,1990,31/12/2001,"France; Moldova, Republic of",/x/7/y
BLEU - C,,BITs,In negotiation,,,,BLEU (Belgium-Luxembourg Economic Union); France,/x/8/y
D,,BITs,In force,31/02/2001,,,France; Kazakhstan,/x/9/y
"""  # noqa: E501
UK = """id,uuid,title,field3,subject,country_name,signed_event_date,signed_event_location,adopted_event_date,provisional_eif_event_date,definative_eif_event_date,terminated_event_date,withdrawn_event_date,references,document_url,product_size
1,u,"Exchange of Notes
on Visas",BI,V,FRANCE ; United Kingdom; france,12/11/1955,Paris,,,01/01/1955,29/10/1967,,r,d,s
2,u,Convention on Parcels,MU,V,USSR ; Ceylon ; UNITED KINGDOM,,,,,1950,,,r,d,s
3,u,Agreement,BI,V,ATLANTIS ; UNITED KINGDOM,12/11/1955,,,,,,,r,d,s
"""  # noqa: E501
LISTS = {
    "us-visits": (US, {"read": 6, "created": 3, "rejected": 3}),
    "cow-igo": (COW, {"read": 6, "created": 2, "rejected": 4}),
    "wto-members": (WTO, {"read": 2, "created": 1, "rejected": 1}),
    "embassies": (EMBASSIES, {"read": 4, "created": 2, "rejected": 2}),
    "unctad-iia": (UNCTAD, {"read": 4, "created": 2, "unchanged": 1, "rejected": 1}),
    "uk-treaties": (UK, {"read": 3, "created": 2, "rejected": 1}),
}


def adds_up(report) -> bool:
    parts = ("created", "unchanged", "updated", "stored, excluded from sums", "rejected")
    return report["read"] == sum(report[part] for part in parts)


@pytest.mark.parametrize("name", LISTS)
class TestEveryList:
    def test_each_row_has_one_outcome(self, base, import_list, name):
        text, expected = LISTS[name]
        report = import_list(name, text)
        assert {key: report[key] for key in expected} == expected
        assert adds_up(report)

    def test_importing_again_changes_nothing(self, base, import_list, name):
        text, expected = LISTS[name]
        import_list(name, text)
        before = list(Record.objects.order_by("pk").values())
        again = import_list(name, text)
        assert again["created"] == again["updated"] == 0
        assert again["unchanged"] == expected["created"] + expected.get("unchanged", 0)
        assert list(Record.objects.order_by("pk").values()) == before

    def test_a_dry_run_reports_the_same_and_saves_nothing(self, base, import_list, name):
        text, expected = LISTS[name]
        counts = [model.objects.count() for model in (Record, Source, Organization, Person)]
        report = import_list(name, text, "--dry-run")
        assert {key: report[key] for key in expected} == expected
        assert counts == [model.objects.count() for model in (Record, Source, Organization, Person)]

    def test_imported_rows_are_in_review_until_published(self, base, import_list, client, name):
        get_user_model().objects.create_superuser("ann")
        text, expected = LISTS[name]
        published = Record.objects.published().count()
        import_list(name, text)
        assert Record.objects.published().count() == published
        import_list(name, text, "--publish", user="ann")
        assert not Record.objects.filter(state="in_review").exists()
        newest = Record.objects.published().order_by("-pk").first()
        assert newest.revisions.get().author.username == "ann"
        call_command("check_evidence")


@pytest.mark.parametrize(
    ("options", "times"), [(["--dry-run"], 0), ([], 1), (["--publish", "--user=ann"], 2)]
)
def test_the_database_counts_its_rows_after_an_import(base, import_list, options, times):
    get_user_model().objects.create_superuser("ann")
    with CaptureQueriesContext(connection) as queries:
        import_list("us-visits", US, *options)
    assert [query["sql"] for query in queries].count("ANALYZE") == times


class TestUsVisits:
    def test_types_people_and_former_states_are_recognized(self, base, import_list):
        import_list("us-visits", US)
        first, second = Visit.objects.filter(slug__in=["us-visit-1", "us-visit-2"]).order_by("slug")
        assert (first.guest.slug, first.host.slug) == ("soviet-union", "united-states")
        assert (first.visit_type, first.type_as_stated) == ("state", "State Visit")
        assert (str(first.date), str(first.until)) == ("1990-05-31", "1990-06-03")
        assert [
            (part.capacity, part.person.name) for part in second.participations.order_by("pk")
        ] == [("President", "Andrzej Duda"), ("Prime Minister", "Donald Tusk")]
        assert (second.rank, str(second.until)) == ("head_of_state", "")
        third = Visit.objects.get(slug="us-visit-6")
        assert third.guest.slug == "southern-rhodesia"
        assert (third.visit_type, third.type_as_stated) == ("unspecified", "Unofficial visit")

    def test_invisible_characters_change_no_name_type_or_date(self, base, import_list):
        text = (
            US.replace("President Mikhail", "\u200ePresident\u00a0Mikhail")
            .replace("1990-05-31", "\u200e1990\u201105\u00ad-31\u200b")
            .replace("U.S.S.R.", "U.S.S.R.\u200b")
            .replace("State Visit", "State\u00a0Vi\u00adsit")
            .replace("from_name", "from_name\u200b")
        )
        import_list("us-visits", text)
        visit = Visit.objects.get(slug="us-visit-1")
        assert (visit.guest.slug, str(visit.date)) == ("soviet-union", "1990-05-31")
        assert (visit.visit_type, visit.rank) == ("state", "head_of_state")
        assert visit.participations.get().person.slug == "mikhail-gorbachev-soviet-union"

    def test_a_corrected_rejects_file_can_be_imported(self, base, tmp_path):
        """The corrected file is read, and left unchanged."""
        rejects = tmp_path / "rejects.csv"
        (tmp_path / "list.csv").write_text(US, encoding="utf-8")
        files = {"report": tmp_path / "r.json", "rejects": rejects, "stdout": io.StringIO()}
        call_command("import_data", "us-visits", str(tmp_path / "list.csv"), **files)
        corrected = rejects.read_text(encoding="utf-8").replace("Atlantis", "France")
        rejects.write_text(corrected, encoding="utf-8")
        call_command("import_data", "us-visits", str(rejects), **files)
        assert Visit.objects.filter(slug="us-visit-3").exists()
        assert rejects.read_text(encoding="utf-8") == corrected
        again = (tmp_path / "rejects-again.csv").read_text(encoding="utf-8")
        assert [line.split(",")[0] for line in again.splitlines()] == ["id", "4", "5"]

    @pytest.mark.parametrize(
        ("cell", "value", "reason"),
        [
            ("President Mikhail Gorbachev", "President " + "x" * 160, "this is too long"),
            ("1990-05-31", "..", "start_date: a date is needed"),
        ],
    )
    def test_a_value_that_does_not_fit_its_column_rejects_the_row(
        self, base, import_list, cell, value, reason
    ):
        report = import_list("us-visits", "\n".join(US.splitlines()[:3]).replace(cell, value))
        assert (report["created"], report["rejected"]) == (1, 1)
        assert report["rejected by reason"] == {reason: 1}

    def test_an_open_set_is_accepted_as_a_date(self, base, import_list):
        rows = US.splitlines()[:2]
        assert (
            import_list("us-visits", "\n".join(rows).replace("1990-05-31", "[..1990]"))["created"]
            == 1
        )

    @pytest.mark.parametrize("number", ["9" * 5000, "³", "-1", "x"])
    def test_an_invalid_row_number_is_replaced(self, base, import_list, number):
        header, first, *_rest = US.splitlines()
        report = import_list("us-visits", f"{header},_row\n{first},{number}\n")
        assert report["created"] == 1

    def test_an_unknown_country_gets_a_suggestion_and_is_never_guessed(
        self, base, import_list, tmp_path
    ):
        text = US.replace("poland,Poland", "poland,Polnad").replace("x,Atlantis", "x,Kazachstan")
        report = import_list("us-visits", text)
        for said in ("“Polnad”; did you mean Poland?", "“Kazachstan”; did you mean Kazakhstan?"):
            assert f"from_name: no country with this name is known: {said}" in report["printed"]
        assert report["rejected by reason"]["from_name: no country with this name is known"] == 2
        assert not Visit.objects.filter(slug__in=("us-visit-2", "us-visit-3")).exists()

    def test_rejects_name_row_and_column_and_can_be_imported_again(self, base, import_list):
        report = import_list("us-visits", US)
        assert (
            "row 3 (line 4) from_name: no country with this name is known: “Atlantis”"
            in (report["printed"])
        )
        assert report["rejected by reason"]["start_date: this date is not understood"] == 1
        with report["rejects"].open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["id"], row["_row"], row["_column"]) for row in rows] == [
            ("3", "3", "from_name"), ("4", "4", "start_date"), ("5", "5", "end_date"),
        ]  # fmt: skip
        text = report["rejects"].read_text(encoding="utf-8")
        again = import_list(
            "us-visits", text.replace("Atlantis", "France").replace("02-31", "02-28")
        )
        assert (again["read"], again["created"], again["rejected"]) == (3, 2, 1)
        assert Visit.objects.get(slug="us-visit-3").visit_type == "official"


class TestMemberships:
    def test_membership_spells_become_dates_unless_the_data_ends(self, base, import_list):
        import_list("cow-igo", COW)
        rows = Membership.objects.filter(organization__slug="igo-xyz").order_by("slug")
        assert [
            (row.member.slug, str(row.date), str(row.until), row.membership_type) for row in rows
        ] == [
            ("france", "1991", "[2014..]", "full"),
            ("south-africa", "1992", "2001", "associate"),
        ]

    def test_the_name_of_a_new_organization_must_fit(self, base, import_list):
        report = import_list("cow-igo", COW.replace("Organization of Examples", "x" * 201))
        assert report["created"] == 0
        assert "this is too long: “name: xxx" in report["printed"]

    def test_a_known_organization_is_reused(self, base, import_list):
        before = Organization.objects.count()
        import_list("wto-members", WTO)
        assert Organization.objects.count() == before
        assert str(Membership.objects.get(slug="wto-kazakhstan").until) == ".."


class TestMissions:
    def test_midnight_on_a_first_means_only_the_month_or_year(self, base, import_list):
        of_may = EMBASSIES.splitlines()[2].replace("Q12", "Q15").replace("05-06", "05-01")
        import_list("embassies", f"{EMBASSIES}{of_may}\n")
        rows = Mission.objects.filter(slug__in=["mission-q11", "mission-q12", "mission-q15"])
        rows = rows.order_by("slug")
        assert [(row.mission_type, str(row.date), row.place) for row in rows] == [
            ("embassy", "1993", "Astana"),
            ("consulate_general", "1993-05-06", "Baku"),
            ("consulate_general", "1993-05", "Baku"),
        ]
        assert rows[0].relation.slug == "france-kazakhstan"


class TestTreaties:
    def test_a_known_treaty_is_left_unchanged(self, base, import_list):
        import_list("unctad-iia", UNCTAD)
        assert not Treaty.objects.filter(slug="unctad-iia-306").exists()
        assert Treaty.objects.get(slug="investment-treaty-1996").actions.count() == 2

    def test_a_list_of_statuses_needs_its_date(self, base, import_list, admin_client):
        with pytest.raises(CommandError, match="Give that date"):
            import_list("unctad-iia", UNCTAD, as_of=None)
        assert not Treaty.objects.filter(slug="unctad-iia-7").exists()
        file = SimpleUploadedFile("l.csv", UNCTAD.encode())
        response = admin_client.post("/admin/import/", {"name": "unctad-iia", "file": file})
        assert response.context["form"].errors["as_of"] == [
            "This list states the status of each treaty. Give the date of the list."
        ]

    def test_the_kind_of_an_investment_treaty_is_that_of_its_list(self, base, import_list):
        text = UNCTAD.replace("BLEU - C,,BITs", "BLEU - C,Free Trade Agreement,TIPs")
        import_list("unctad-iia", text.replace("A - B BIT,,", "A - B BIT,Agreement on Trade,"))
        kinds = Treaty.objects.filter(slug__in=["unctad-iia-7", "unctad-iia-8"]).order_by("slug")
        assert [treaty.get_instrument_display() for treaty in kinds] == [
            "bilateral investment treaty",
            "treaty with investment provisions",
        ]
        report = import_list("unctad-iia", text.replace("TIPs", "FTAs"))
        assert "type: this value is unknown" in report["printed"]

    def test_a_bilateral_investment_treaty_has_the_parties_of_its_title_if_one_is_not_listed(
        self, base, import_list
    ):
        text = UNCTAD.replace("A - B BIT", '"Brazil - Korea, Republic of BIT (1988)"')
        import_list("unctad-iia", text.replace('"France; Moldova, Republic of"', "Brazil"))
        treaty = Treaty.objects.get(slug="unctad-iia-7")
        assert treaty.relation.slug == "brazil-south-korea"
        assert sorted(str(party) for party in treaty.parties.all()) == ["Brazil", "South Korea"]

    @pytest.mark.parametrize(
        ("other", "listed"),
        [("China", "Belgium; China; Luxembourg"), ("Brazil", "Belgium; Luxembourg")],
    )
    def test_a_bilateral_treaty_with_an_economic_union_binds_its_members_and_the_other_side(
        self, base, import_list, client, other, listed
    ):
        title = f"BLEU (Belgium-Luxembourg Economic Union) - {other} BIT (1988)"
        get_user_model().objects.create_superuser("ann")
        text = UNCTAD.replace("A - B BIT", title).replace('"France; Moldova, Republic of"', listed)
        import_list("unctad-iia", text, "--publish", user="ann")
        treaty = Treaty.objects.get(slug="unctad-iia-7")
        assert sorted(str(party) for party in treaty.parties.all()) == sorted(
            ["Belgium", "Luxembourg", other]
        )
        assert (treaty.relation, treaty.instrument) == (None, "bit")
        query = {"party": "belgium", "other_party": other.lower()}
        for scope, found in (("bilateral", ["unctad-iia-7"]), ("multilateral", [])):
            rows = client.get("/treaties.json", query | {"scope": scope}).getvalue()
            assert [row["id"] for row in json.loads(rows)["items"]] == found
        page = client.get(f"/relations/belgium-{other.lower()}/", {"on": "1995-01-01"})
        listed = [[row.slug for row in group.treaties.rows] for group in page.context["in_force"]]
        assert listed == [["unctad-iia-7"], [], [], []]

    @pytest.mark.parametrize(
        ("side", "title", "parties", "signed", "pair", "others"),
        [
            ("BI", "Convention", "CZECHOSLOVAKIA ; CZECH REPUBLIC ; SLOVAKIA ; UNITED KINGDOM",
             "03/04/1975", "czechoslovakia-united-kingdom", "CZECH REPUBLIC, SLOVAKIA"),
            ("BI", "Convention", "USSR ; RUSSIAN FEDERATION ; UNITED KINGDOM", "",
             "soviet-union-united-kingdom", "RUSSIAN FEDERATION"),
            ("", "Convention", "USSR ; UNITED KINGDOM ; UKRAINE", "03/04/1975",
             "soviet-union-united-kingdom", "UKRAINE"),
            ("", "Convention", "YUGOSLAVIA ; UNITED KINGDOM ; SERBIA", "03/04/1975",
             "united-kingdom-yugoslavia", "SERBIA"),
            # Not known to have become a party later.
            ("", "Convention", "USSR ; UNITED KINGDOM ; UKRAINE", "", None, ""),
            ("", "Convention", "FRANCE ; UNITED KINGDOM ; UKRAINE", "03/04/1992", None, ""),
            ("MULTI", "Convention", "USSR ; UNITED KINGDOM ; UKRAINE", "03/04/1975", None, ""),
            ("BI", "Convention with Ukraine", "USSR ; UNITED KINGDOM ; UKRAINE", "03/04/1975",
             None, ""),
            ("BI", "Convention", "FRANCE ; UNITED KINGDOM ; CANADA", "03/04/1975", None, ""),
        ],
    )  # fmt: skip
    def test_a_bilateral_treaty_that_also_lists_a_successor_stays_bilateral(
        self, base, import_list, side, title, parties, signed, pair, others
    ):
        head, *_rows = UK.splitlines()
        import_list("uk-treaties", f"{head}\n7,u,{title},{side},S,{parties},{signed},,,,,,,r,d,s\n")
        treaty = Treaty.objects.get(slug="uk-treaty-7")
        assert (treaty.relation and treaty.relation.slug) == pair
        assert treaty.parties.count() == (2 if pair else 3)
        note = f"The list also names a successor: {others}." if others else ""
        assert treaty.citations.get().note == note

    def test_a_title_of_any_length_is_kept_whole(self, base, import_list, admin_user):
        title = "Agreement " + "on visas " * 400
        import_list("uk-treaties", UK.replace("3,u,Agreement", f"3,u,{title}").replace(
            "ATLANTIS", "FRANCE"), publish=True, user="admin")  # fmt: skip
        treaty = Treaty.objects.get(slug="uk-treaty-3")
        assert treaty.title == title.strip()
        assert treaty.actions.get().title == f"{title.strip()}: signature"

    def test_dates_in_three_formats_become_actions(self, base, import_list):
        import_list("unctad-iia", UNCTAD, as_of=date(2026, 2, 1))
        treaty = Treaty.objects.get(slug="unctad-iia-7")
        assert {row.action_type: str(row.date) for row in treaty.actions.all()} == {
            "signature": "1988-02",
            "entry_into_force": "1990",
            "termination": "2001-12-31",
            "status_stated": "2026-02-01",
        }
        assert treaty.actions.get(action_type="status_stated").status == "terminated"
        assert treaty.relation.slug == "france-moldova"
        bleu = Treaty.objects.get(slug="unctad-iia-8")
        assert bleu.relation is None
        assert {str(party.party) for party in bleu.parties.all()} == {
            "Belgium–Luxembourg Economic Union (BLEU)", "France",
        }  # fmt: skip

    def test_each_as_of_date_adds_a_stated_status(self, base, import_list, admin_user):
        import_list("unctad-iia", UNCTAD, as_of=date(2026, 2, 1))
        again = UNCTAD.replace("A - B BIT,,BITs,Terminated", "A - B BIT,,BITs,In force")
        report = import_list("unctad-iia", again, as_of=date(2026, 8, 1))
        assert report["updated"] == 2
        treaty = Treaty.objects.get(slug="unctad-iia-7")
        stated = treaty.actions.filter(action_type="status_stated").order_by("sort_key")
        assert [(str(row.date), row.status) for row in stated] == [
            ("2026-02-01", "terminated"), ("2026-08-01", "in_force")
        ]  # fmt: skip

    def test_an_unknown_status_is_rejected(self, base, import_list):
        report = import_list("unctad-iia", UNCTAD.replace("BITs,Terminated", "BITs,Dormant"))
        assert report["rejected"] == 2
        assert "this value is unknown: “Dormant”" in report["printed"]

    def test_an_unknown_value_of_a_closed_list_gets_a_suggestion(self, base, import_list, mapping):
        report = import_list(mapping(MAPPING), MAPPED.replace("offiziell", "oficial"))
        assert "what it means: “oficial”; did you mean official?" in report["printed"]

    def test_a_corrected_date_updates_a_step_unless_an_editor_changed_it(
        self, base, import_list, admin_user
    ):
        import_list("unctad-iia", UNCTAD)
        entry = TreatyAction.objects.get(slug="unctad-iia-7-entry-into-force")
        report = import_list("unctad-iia", UNCTAD.replace("02-1988,1990,", "02-1988,1991,"))
        assert (report["updated"], report["unchanged"]) == (1, 2)
        entry.refresh_from_db()
        assert (str(entry.date), str(entry.effective)) == ("1991", "1991")
        entry.date = "1992"
        revise(entry, admin_user, "By the gazette")
        import_list("unctad-iia", UNCTAD)
        entry.refresh_from_db()
        assert str(entry.date) == "1992"

    def test_a_step_added_to_a_list_joins_the_published_treaty(self, base, import_list, admin_user):
        import_list("unctad-iia", UNCTAD, publish=True, user="admin")
        gained = UNCTAD.replace("In negotiation,,", "In negotiation,05/05/1998,")
        import_list("unctad-iia", gained)
        treaty = Treaty.objects.get(slug="unctad-iia-8")
        signature = treaty.actions.get(action_type="signature")
        assert signature.state == "in_review"
        import_list("unctad-iia", gained, publish=True, user="admin")
        signature.refresh_from_db()
        assert signature.state == "published"
        assert treaty.periods.get().status == "signed_unknown"

    def test_an_impossible_order_is_rejected_with_the_reason(self, base, import_list):
        report = import_list("unctad-iia", UNCTAD.replace("31/12/2001", "31/12/1987"))
        assert report["rejected"] == 2
        assert (
            "an impossible order: termination on 31 December 1987, before the signature on "
            "February 1988"
        ) in report["printed"]

    def test_a_withdrawal_in_the_uk_list_is_by_the_united_kingdom(self, base, import_list):
        import_list("uk-treaties", UK.replace(",,,,,1950,,,r", ",,,,,1950,,1960,r"))
        action = TreatyAction.objects.get(slug="uk-treaty-2-withdrawal")
        assert (str(action.party), str(action.effective)) == ("United Kingdom", "1960")

    def test_parties_are_added_once_and_found_by_former_names(self, base, import_list):
        import_list("uk-treaties", UK)
        notes = Treaty.objects.get(slug="uk-treaty-1")
        assert (notes.title, notes.instrument) == (
            "Exchange of Notes on Visas",
            "exchange_of_notes",
        )
        assert sorted(str(party) for party in notes.parties.all()) == ["France", "United Kingdom"]
        assert (str(notes.date), notes.relation.slug) == ("1955-11-12", "france-united-kingdom")
        assert notes.actions.get(action_type="entry_into_force").date.text == "1955-01-01"
        many = Treaty.objects.get(slug="uk-treaty-2")
        assert {party.party.slug for party in many.parties.all()} == {
            "soviet-union", "sri-lanka", "united-kingdom",
        }  # fmt: skip
        assert (str(many.date), many.relation) == ("1950", None)


class TestChanges:
    def test_a_corrected_row_updates_an_untouched_record(self, base, import_list):
        import_list("us-visits", US)
        report = import_list("us-visits", US.replace("1990-06-03", "1990-06-04"))
        assert (report["updated"], report["unchanged"]) == (1, 2)
        visit = Visit.objects.get(slug="us-visit-1")
        assert (str(visit.until), visit.state, visit.version) == ("1990-06-04", "in_review", 1)

    def test_a_record_changed_by_an_editor_is_not_updated(self, base, import_list, admin_user):
        import_list("us-visits", US)
        visit = Visit.objects.get(slug="us-visit-1")
        visit.title = "Summit of Washington"
        revise(visit, admin_user, "A better title")
        report = import_list("us-visits", US.replace("1990-06-03", "1990-06-04"))
        assert (report["updated"], report["unchanged"]) == (0, 3)
        visit.refresh_from_db()
        assert (visit.title, str(visit.until)) == ("Summit of Washington", "1990-06-03")


MAPPING = """
name = "ministry-visits"
kind = "visit"
delimiter = ";"
id = "No"
[source]
slug = "ministry-list"
title = "Visits of the ministry"
kind = "official"
[columns]
title = "Subject"
date = "Day"
country = "Guest"
host = "Host"
visit_type = "Type"
[constants]
rank = "minister"
[formats]
date = "%d.%m.%Y"
[values.visit_type]
"offiziell" = "official"
"""
MAPPED = "No;Subject;Day;Guest;Host;Type\n1;Talks;05.03.2024;Kasachstan;Azerbaijan;offiziell\n"


class TestMapping:
    def test_a_mapping_imports_a_new_list(self, base, import_list, mapping):
        text = MAPPED.replace("Kasachstan", "Казахстан") + (
            "2;More;31.02.2024;France;Azerbaijan;offiziell\n3;More;05.03.2024;France;Azerbaijan;x\n"
        )
        report = import_list(mapping(MAPPING), text)
        assert (report["created"], report["rejected"]) == (1, 2)
        visit = Visit.objects.get(slug="ministry-list-1")
        assert (visit.guest.slug, visit.visit_type, str(visit.date)) == (
            "kazakhstan", "official", "2024-03-05",
        )  # fmt: skip
        assert set(report["rejected by reason"]) == {
            "Day: this date is not understood",
            "Type: this value is unknown; say in [values.visit_type] what it means",
        }

    @pytest.mark.parametrize(
        ("kind", "columns", "header", "row"),
        [
            ("event", 'title="T"\ncountry="A"\nother_country="B"\nevent_type="E"',
             "T,A,B,E", "Talks,France,Kazakhstan,meeting"),
            ("membership", 'member="A"\norganization="O"', "A,O", "France,OSCE"),
            ("mission", 'sender="A"\nhost="B"\nmission_type="E"', "A,B,E",
             "France,Kazakhstan,embassy"),
            ("treaty", 'title="T"\nparties="P"\nsignature="S"', "T,P,S",
             "Agreement on rivers,France;Kazakhstan,2001"),
        ],
    )  # fmt: skip
    def test_every_kind_can_be_mapped(self, base, import_list, mapping, kind, columns, header, row):
        text = (
            f'name = "x"\nkind = "{kind}"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            f'kind = "official"\n[columns]\n{columns}\n'
        )
        report = import_list(mapping(text), f"{header}\n{row}\n")
        assert report["created"] == 1, report["printed"]
        assert Record.objects.get(slug="x-list-row-1").kind == kind

    @pytest.mark.parametrize(
        ("kind", "columns", "row", "reason"),
        [
            ("treaty", "", ",France;Kazakhstan,,", "Title: This field cannot be blank."),
            ("treaty", 'date = "More"\nuntil = "Second"', "Pact,France;Kazakhstan,2002,2001",
             "Second: the end is before the start"),
            ("treaty", 'term_years = "More"', "Pact,France;Kazakhstan,five,",
             "More: this is not a whole number"),
            ("event", 'date = "More"', "Talks,France,..,",
             "More: “..” (not ended) is only valid as an end date."),
        ],
    )  # fmt: skip
    def test_an_invalid_value_is_rejected_at_its_column(
        self, base, import_list, mapping, kind, columns, row, reason
    ):
        named = {
            "treaty": 'parties = "Who"',
            "event": 'country = "Who"\n[constants]\nother_country = "Kazakhstan"\n'
            'event_type = "meeting"',
        }[kind]
        text = (
            f'name = "x"\nkind = "{kind}"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            f'kind = "official"\n[columns]\ntitle = "Title"\n{columns}\n{named}\n'
        )
        report = import_list(mapping(text), f"Title,Who,More,Second\n{row}\n")
        assert list(report["rejected by reason"]) == [reason], report["printed"]

    def test_a_treaty_takes_constants_and_the_instrument_from_its_title(
        self, base, import_list, mapping
    ):
        text = (
            'name = "x"\nkind = "treaty"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            'kind = "official"\n[columns]\ntitle = "Title"\ninstrument = "What"\n'
            'term_years = "Years"\n[constants]\nparties = "France;Kazakhstan"\n'
        )
        report = import_list(mapping(text), "Title,What,Years\nProtocol on rivers,,\n")
        assert report["created"] == 1, report["printed"]
        treaty = Treaty.objects.get(slug="x-list-row-1")
        assert (treaty.instrument, treaty.term_years) == ("protocol", None)

    def test_a_status_without_a_date_of_its_own_holds_on_the_date_of_the_list(
        self, base, import_list, mapping
    ):
        text = (
            'name = "x"\nkind = "treaty"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            'kind = "official"\n[columns]\ntitle = "Title"\nstatus = "Standing"\n'
            '[constants]\nparties = "France;Kazakhstan"\n'
        )
        rows = "Title,Standing\nProtocol on rivers,in_force\n"
        with pytest.raises(CommandError, match="Give that date"):
            import_list(mapping(text), rows)
        import_list(mapping(text), rows, as_of=date(2024, 3, 5))
        stated = TreatyAction.objects.get(treaty__slug="x-list-row-1")
        assert (stated.action_type, stated.status) == ("status_stated", "in_force")
        assert str(stated.date) == "2024-03-05"
        dated = text.replace("[constants]", 'status_stated = "Day"\n[constants]')
        import_list(mapping(dated), "Title,Standing,Day\nProtocol on seas,in_force,2021\n")
        assert TreatyAction.objects.filter(date="2021", status="in_force").count() == 1

    @pytest.mark.parametrize(
        ("parties", "reason"),
        [
            ("Kazakhstan;Kazakhstan", "these are all names of one party; a treaty has two or more"),
            ("Kazakhstan; KAZAKHSTAN;Казахстан", "these are all names of one party"),
            ("Kazakhstan", "a treaty has two or more parties; name all of them"),
            ("Kazakhstan;", "a treaty has two or more parties; name all of them"),
            (" ; ", "no party is named"),
        ],
    )
    def test_a_treaty_with_a_single_party_is_rejected(
        self, base, import_list, mapping, parties, reason
    ):
        text = (
            'name = "x"\nkind = "treaty"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            'kind = "official"\n[columns]\ntitle = "Title"\nparties = "Who"\n'
        )
        report = import_list(mapping(text), f"Title,Who\nTreaty on rivers,{parties}\n")
        assert report["created"] == 0
        (told,) = report["rejected by reason"]
        assert told.startswith(f"Who: {reason}"), report["printed"]

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                'kind = "visit"',
                'kind = "song"',
                "kind: “song” is not a kind of list. Allowed: event, visit",
            ),
            ('name = "ministry-visits"', "", "The mapping needs “name”."),
            ('host = "Host"', "", "[columns]: The mapping does not set “host”, which is needed"),
            (
                'rank = "minister"',
                'rank = "minister"\nsong = "x"',
                "[constants]: A list of the kind “visit” cannot set “song”.",
            ),
            (
                'kind = "official"',
                'kind = "song"',
                "[source] kind: Value 'song' is not a valid choice. Allowed: ",
            ),
            ("[columns]", "[columns", "The mapping is not valid TOML"),
        ],
    )
    def test_an_invalid_mapping_is_rejected(self, base, import_list, mapping, old, new, message):
        assert old in MAPPING
        with pytest.raises(CommandError) as refused:
            import_list(mapping(MAPPING.replace(old, new, 1)), MAPPED)
        assert message in str(refused.value)


DATED = """
name = "dated"
kind = "visit"
[source]
slug = "dated"
title = "Dated"
kind = "data_set"
[columns]
title = "Title"
date = "Day"
[constants]
country = "Kazakhstan"
host = "Azerbaijan"
rank = "minister"
"""
STAMPED = 'formats = { date = "%Y-%m-%dT%H:%M:%SZ" }\n'


class TestDates:
    """Dates of a mapped list say neither more nor less than the list."""

    @pytest.fixture
    def dates(self, base, import_list, tmp_path):
        """Import days by a mapping with more lines, and return the stored dates and the report."""

        def imported(days, more="", mapping=DATED):
            path = tmp_path / "mapping.toml"
            path.write_text(more + mapping, encoding="utf-8")
            rows = "".join(f"v{number},{day}\n" for number, day in enumerate(days))
            report = import_list(str(path), f"Title,Day\n{rows}")
            stored = Record.objects.filter(citations__source__slug="dated").order_by("slug")
            return [str(day) for day in stored.values_list("date", flat=True)], report

        return imported

    def test_a_format_with_two_digits_of_the_year_is_refused(self, dates):
        with pytest.raises(CommandError, match="Two digits do not say which century"):
            dates(["01.02.45"], 'formats = { date = "%d.%m.%y" }\n')
        assert not Source.objects.filter(slug="dated").exists()

    def test_a_format_is_refused_at_the_field_of_the_mapping(self, admin_client, base):
        mapping = SimpleUploadedFile("m.toml", f'formats = {{ date = "%x" }}\n{DATED}'.encode())
        file = SimpleUploadedFile("l.csv", b"Title,Day\nv,1\n")
        response = admin_client.post("/admin/import/", {"mapping": mapping, "file": file})
        assert response.context["form"].errors["mapping"] == [
            "[formats] date: The format “%x” cannot be used. This depends on the computer. Write "
            "out the parts, such as %d.%m.%Y."
        ]

    def test_numbers_without_signs_between_them_need_all_their_digits(self, dates):
        found, report = dates(
            ["20030506", "2003056", "199911", "19991100"], 'formats = { date = "%Y%m%d" }\n'
        )
        assert found == ["2003-05-06", "1999-11"]
        assert report["rejected by reason"] == {"Day: this is not a date in the format %Y%m%d": 2}

    def test_timestamps_that_are_mostly_first_days_are_months_and_years(self, dates):
        days = ["1993-01-01", "1995-05-01", "1999-07-15"]
        stamps = [f"{day}T00:00:00Z" for day in days]
        found, report = dates(stamps, STAMPED)
        assert found == ["1993", "1995-05", "1999-07-15"]
        assert report["notes"] == [
            "Day: 2 of 3 times are midnight on the first of a month, which is kept as the month or "
            "year. If they are days, add to the mapping: precision = “day”."
        ]
        assert report["notes"][0] in report["printed"]
        assert dates(stamps, STAMPED)[1]["unchanged"] == 3

    @pytest.mark.parametrize(
        "form", ["{}T00:00:00Z", "{} 00:00:00", "{}T00:00:00.000+03:00", "{}T00:00"]
    )
    def test_timestamps_need_no_format(self, dates, form):
        days = ["1993-01-01", "1995-05-01", "1999-07-15"]
        found, report = dates([form.format(day) for day in days])
        assert found == ["1993", "1995-05", "1999-07-15"]
        assert report["notes"][0].startswith("Day: 2 of 3 times are midnight on the first of a")

    def test_plain_days_among_timestamps_stay_days(self, dates):
        found, _report = dates(["1993-01-01T00:00:00Z", "1995-05-01"])
        assert found == ["1993", "1995-05-01"]

    def test_days_that_were_written_as_times_in_utc_are_refused(self, dates):
        stamps = ["2016-02-29T21:00:00Z", "2016-03-04T21:00:00Z", "2016-03-08"]
        found, report = dates(stamps)
        assert found == ["2016-03-08"]
        (reason,) = report["rejected by reason"]
        assert reason.startswith("Day: Most times in this column are 21:00 in UTC or an hour off")
        Record.objects.filter(citations__source__slug="dated").delete()
        found, _report = dates(stamps, 'precision = "day"\n')
        assert found == ["2016-02-29", "2016-03-04", "2016-03-08"]

    def test_dates_in_words_are_read_if_they_have_one_reading(self, dates):
        found, report = dates(
            ["январь 2024", "27 August 1992", "2002-Q1", "bu gün", "11/03/2024", "7–8 July 2015"]
        )
        assert found == ["2024-01", "1992-08-27", "2002-33"]
        assert report["rejected by reason"] == {
            "Day: this date has several readings": 2,
            "Day: this date is not understood": 1,
        }
        for message in (
            "“11/03/2024”; “11/03/2024” can mean: 2024-03-11 (11 March 2024) · 2024-11-03 (3 "
            "November 2024). Write one, or declare the format.",
            "“7–8 July 2015”; “7–8 July 2015” can mean: 2015-07-07 – 2015-07-08 (from 7 July 2015 "
            "until 8 July 2015) · [2015-07-07..2015-07-08] (between 7 July 2015 and 8 July 2015). "
            "Write one, or declare the format.",
            "“bu gün”; “Today” changes with each import. Give the date.",
        ):
            assert message in report["printed"]

    def test_the_preview_shows_the_note_about_first_days(self, admin_client, base):
        mapping = SimpleUploadedFile("m.toml", (STAMPED + DATED).encode())
        file = SimpleUploadedFile("l.csv", b"Title,Day\nv,1995-05-01T00:00:00Z\n")
        response = admin_client.post("/admin/import/", {"mapping": mapping, "file": file})
        assert "Day: 1 of 1 times are midnight on the first of a month" in response.content.decode()

    def test_timestamps_that_are_mostly_other_days_are_days(self, dates):
        days = ["1993-01-01", "1995-05-12", "1999-07-15"]
        found, report = dates([f"{day}T00:00:00Z" for day in days], STAMPED)
        assert (found, report["notes"]) == (days, [])

    @pytest.mark.parametrize(
        ("precision", "expected"),
        [
            ('precision = "day"', ["1993-01-01", "1995-05-01", "1999-07-15"]),
            ('precision = "month"', ["1993-01", "1995-05", "1999-07"]),
            ('precision = "year"', ["1993", "1995", "1999"]),
            ('precision = { date = "month" }', ["1993-01", "1995-05", "1999-07"]),
        ],
    )
    def test_the_mapping_says_how_precise_dates_are(self, dates, precision, expected):
        days = ["1993-01-01", "1995-05-01", "1999-07-15"]
        stamps = [f"{day}T00:00:00Z" for day in days]
        assert dates(stamps, f"{precision}\n{STAMPED}")[0] == expected
        Record.objects.filter(citations__source__slug="dated").delete()
        assert dates(days, f"{precision}\n")[0] == expected

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ('precision = "decade"', "precision: “decade” is unknown. Allowed: day, month"),
            (
                'precision = { until = "day" }',
                "[precision] until: The mapping sets no field “until”.",
            ),
            ("precision = 7", "precision: This must be text in quotation marks."),
            ('formats = { dat = "%Y" }', "[formats] dat: The mapping sets no field “dat”."),
            ("formats = { date = 1 }", "[formats] date: This must be text in quotation marks or a"),
            ('formats = "%Y"', "formats: This must be a table with a line for each field"),
        ],
    )
    def test_an_invalid_setting_for_dates_is_refused(self, dates, more, message):
        with pytest.raises(CommandError) as refused:
            dates(["1993"], f"{more}\n")
        assert message in str(refused.value)

    def test_values_and_constants_are_applied_to_dates(self, base, import_list, tmp_path):
        path = tmp_path / "mapping.toml"
        path.write_text(
            'name = "x"\nkind = "treaty"\n[source]\nslug = "x"\ntitle = "X"\nkind = "data_set"\n'
            '[columns]\ntitle = "Title"\nentry_into_force = "Force"\n'
            '[constants]\nparties = "Azerbaijan; Kazakhstan"\nsignature = "05.03.2003"\n'
            '[formats]\nsignature = "%d.%m.%Y"\n[values.entry_into_force]\n"NA" = ""\n'
        )
        assert import_list(str(path), "Title,Force\nTreaty on trade,NA\n")["created"] == 1
        treaty = Treaty.objects.get(citations__source__slug="x")
        assert [(row.action_type, str(row.date)) for row in treaty.actions.all()] == [
            ("signature", "2003-03-05")
        ]

    def test_steps_of_treaties_are_read_without_a_format(self, base, import_list, tmp_path):
        path = tmp_path / "mapping.toml"
        path.write_text(
            'name = "x"\nkind = "treaty"\n[source]\nslug = "x"\ntitle = "X"\nkind = "data_set"\n'
            '[columns]\ntitle = "Title"\nsignature = "Signed"\nentry_into_force = "Force"\n'
            '[constants]\nparties = "Azerbaijan; Kazakhstan"\n'
        )
        rows = (
            "Treaty on trade,2016-03-01T00:00:00Z,1 мая 2017 г.\nTreaty on water,2016-04-05 00:00,"
        )
        report = import_list(str(path), f"Title,Signed,Force\n{rows}\n")
        assert report["created"] == 2, report["printed"]
        steps = TreatyAction.objects.filter(treaty__citations__source__slug="x").order_by("date")
        assert [(row.action_type, str(row.date)) for row in steps] == [
            ("signature", "2016-03-01"),
            ("signature", "2016-04-05"),
            ("entry_into_force", "2017-05-01"),
        ]

    def test_a_period_of_a_figure_is_no_more_precise_than_the_mapping_says(
        self, base, import_list, tmp_path
    ):
        path = tmp_path / "mapping.toml"
        path.write_text(
            'name = "f"\nkind = "figure"\nprecision = "year"\n[source]\nslug = "f"\ntitle = "F"\n'
            'kind = "statistics"\n[columns]\nperiod = "Month"\nvalue = "Value"\n[constants]\n'
            'indicator = "exports"\nfrom_country = "KZ"\nto_country = "AZ"\nunit = "USD"\n'
        )
        report = import_list(str(path), "Month,Value\n201812,5\n2019-05,6\n2020,7\n")
        assert report["created"] == 3, report["printed"]
        periods = Figure.objects.filter(source__slug="f").order_by("period")
        assert [str(row.period) for row in periods] == ["2018", "2019", "2020"]

    def test_a_period_of_a_figure_is_read_in_words(self, base, import_list, tmp_path):
        path = tmp_path / "mapping.toml"
        path.write_text(
            'name = "f"\nkind = "figure"\n[source]\nslug = "f"\ntitle = "F"\n'
            'kind = "statistics"\n[columns]\nperiod = "From"\nperiod_until = "To"\n'
            'value = "Value"\n[constants]\n'
            'indicator = "exports"\nfrom_country = "KZ"\nto_country = "AZ"\nunit = "USD"\n'
        )
        rows = "2002-Q1,,5\nQ2 2002,,6\n2024M01,,7\nянварь 2023,201706,8\n201701,201706,9\n..,,3\n"
        report = import_list(str(path), f"From,To,Value\n{rows}")
        assert set(report["rejected by reason"]) == {
            "Value: The end is before the start",
            "From: “..” (not ended) is only valid as an end date.",
        }
        periods = Figure.objects.filter(source__slug="f").order_by("period")
        assert [(str(row.period), str(row.period_until)) for row in periods] == [
            ("2002-33", ""), ("2002-34", ""), ("2017-01", "2017-06"), ("2024-01", ""),
        ]  # fmt: skip


class TestCommand:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nonsense", "x.csv"], "Unknown list “nonsense”. Choose one of: us-visits,"),
            (["us-visits", "no-such-file.csv"], "No such file"),
            (["us-visits", "x.csv", "--publish"], "Name the publisher"),
            (["us-visits", "x.csv", "--publish", "--dry-run"], "A dry run publishes nothing"),
        ],
    )
    def test_invalid_arguments_are_reported(self, base, arguments, message):
        with pytest.raises(CommandError) as refused:
            call_command("import_data", *arguments)
        assert message in str(refused.value)

    def test_an_unsuitable_file_changes_nothing(self, base, import_list):
        with pytest.raises(CommandError, match="The header lacks id"):
            import_list("us-visits", "a,b\n1,2\n")
        assert not Source.objects.filter(slug="us-historian-visits").exists()


def database_url(database: dict) -> str:
    """The DATABASE_URL for a database of Django's settings."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = f"{database['USER']}:{quote(database['PASSWORD'], safe='')}"
    return f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def wait_until_alone():
    """Wait until PostgreSQL ends the session of a killed process, which takes a moment."""
    if connection.vendor == "sqlite":
        return
    others = (
        "SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connection.cursor() as cursor:
        cursor.execute(others)
        while cursor.fetchone():
            cursor.execute(others)


KILLED = {
    "identifiers": (
        "us-visits",
        US.splitlines()[0],
        "{row},2001-01-01,2001-01-02,President Ann{row} Lee,x,France,State Visit.,a",
    ),
    "cells": (DATED, "Title,Day", "Visit {row},2001-01-01"),
}


def killed_while(command: list[str], environment: dict, waiting) -> None:
    """Run a command and kill it with SIGKILL once it is no longer `waiting`.

    On a terminal the command shows progress after each batch, so the test need not poll in between.
    """
    shown, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=terminal
    )
    os.close(terminal)
    with open(shown, "rb", buffering=0) as progress:
        with suppress(OSError):
            while waiting():
                progress.read(1000)
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "header", "line"), KILLED.values(), ids=KILLED)
def test_a_killed_import_leaves_complete_batches_and_can_be_resumed(
    base, tmp_path, mapping, name, header, line
):
    """Uses a database of its own: the process is killed with SIGKILL."""
    path, number = tmp_path / "list.csv", 16 * BATCH
    lines = [line.format(row=row) for row in range(number)]
    path.write_text("\n".join((header, *lines)) + "\n")
    name = name if name == "us-visits" else mapping(name)
    environment = os.environ | {
        "DATABASE_URL": database_url(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", "import_data", name, str(path)]
    command += ["--report", str(tmp_path / "r.json"), "--rejects", str(tmp_path / "x.csv")]

    def count():
        return ImportedRow.objects.count()

    killed_while(command, environment, lambda: count() == 0)
    wait_until_alone()
    left = count()
    assert 0 < left < number
    assert left % BATCH == 0
    assert Visit.objects.filter(imported_rows__own=True).count() == left
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert f"{number - left:8} created" in done.stdout
    assert f"{left:8} unchanged" in done.stdout
    assert count() == number


class TestUpload:
    ADDRESS = "/admin/import/"

    def upload(self, text, **more):
        return {"name": "us-visits", "file": SimpleUploadedFile("l.csv", text.encode())} | more

    def test_an_upload_shows_a_dry_run_before_confirmation(self, admin_client, base):
        shown = admin_client.post(self.ADDRESS, self.upload(US))
        page = shown.content.decode()
        assert "no country with this name is known: “Atlantis”" in page
        suggested = admin_client.post(self.ADDRESS, self.upload(US.replace("Atlantis", "Hungry")))
        assert "“Hungry”; did you mean Hungary?" in suggested.content.decode()
        assert not Visit.objects.filter(slug="us-visit-1").exists()
        done = admin_client.post(self.ADDRESS, {"token": shown.context["token"]})
        assert done.context["report"].outcomes["created"] == 3
        assert Visit.objects.get(slug="us-visit-1").state == "in_review"
        again = admin_client.post(self.ADDRESS, {"token": shown.context["token"]}, follow=True)
        assert list(map(str, again.context["messages"])) == [GONE]

    def test_the_as_of_date_of_an_upload_dates_its_statements(self, admin_client, base):
        form = self.upload(UNCTAD, name="unctad-iia", as_of="2026-02-01")
        token = admin_client.post(self.ADDRESS, form).context["token"]
        admin_client.post(self.ADDRESS, {"token": token})
        action = TreatyAction.objects.get(slug="unctad-iia-7-status-stated-2026-02-01")
        assert action.status == "terminated"
        refused = admin_client.post(self.ADDRESS, self.upload(US, as_of="2026-02-30"))
        assert refused.context["form"].errors["as_of"] == ["February 2026 has no day 30."]

    def test_a_mapping_can_be_uploaded_with_its_list(self, admin_client, base):
        form = self.upload(
            MAPPED.replace("Kasachstan", "Kazakhstan"),
            name="",
            mapping=SimpleUploadedFile("m.toml", MAPPING.encode()),
        )
        token = admin_client.post(self.ADDRESS, form).context["token"]
        admin_client.post(self.ADDRESS, {"token": token})
        assert Visit.objects.get(slug="ministry-list-1").title == "Talks"

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"mapping": SimpleUploadedFile("m.toml", MAPPING.encode())}, "name",
             "Choose a list or upload a mapping, but not both."),
            ({"name": "nonsense"}, "name", "Select a valid choice."),
            ({"file": SimpleUploadedFile("l.csv", b"\x1f\x8b\x08 packed")}, "file",
             "The gzip file is damaged or cut off."),
            ({"file": SimpleUploadedFile("l.csv", b"a,b\n")}, "file", "The header lacks id"),
            ({"name": "", "mapping": SimpleUploadedFile("m.toml", b"[x")}, "mapping",
             "The mapping is not valid TOML"),
        ],
    )  # fmt: skip
    def test_an_invalid_upload_is_rejected_at_its_field(
        self, admin_client, base, change, field, message
    ):
        response = admin_client.post(self.ADDRESS, self.upload(US) | change)
        assert response.status_code == 400
        assert response.context["form"].errors[field][0].startswith(message)

    @pytest.mark.parametrize("token", ["../../etc/passwd", "0" * 32, "g" * 32, ""])
    def test_an_invalid_token_imports_nothing(self, admin_client, base, token):
        response = admin_client.post(self.ADDRESS, {"token": token}, follow=True)
        assert list(map(str, response.context["messages"])) == [GONE]

    @pytest.mark.parametrize("lost", [None, ".list", ".csv"])
    def test_a_lost_upload_is_reported(self, admin_client, base, settings, tmp_path, lost):
        settings.VAR = tmp_path
        token = admin_client.post(self.ADDRESS, self.upload(US)).context["token"]
        if lost:
            (tmp_path / "uploads" / f"{token}{lost}").unlink()
        else:
            gone = {"name": "nothing", "mapping": "", "as_of": ""}
            (tmp_path / "uploads" / f"{token}.list").write_text(json.dumps(gone))
        response = admin_client.post(self.ADDRESS, {"token": token}, follow=True)
        assert list(response.context["messages"])
        assert not Visit.objects.filter(slug__startswith="us-visit").exists()

    def test_a_file_that_another_request_deletes_meanwhile_is_no_error(
        self, admin_client, base, settings, tmp_path
    ):
        settings.VAR = tmp_path
        (tmp_path / "uploads").mkdir()
        # Like a file that is gone once it has been listed.
        (tmp_path / "uploads" / "old.csv").symlink_to("deleted")
        assert admin_client.post(self.ADDRESS, self.upload(US)).status_code == 200

    def test_uploading_needs_the_right_to_add_records(self, client, base, django_user_model):
        user = django_user_model.objects.create_user("reader", is_staff=True)
        client.force_login(user)
        assert client.get(self.ADDRESS).status_code == 403


class TestResolver:
    @pytest.mark.parametrize(
        ("name", "on", "slug"),
        [
            ("St. Lucia", "", "saint-lucia"),
            ("unitedkingdom", "", "united-kingdom"),
            ("The Gambia", "", "gambia"),
            ("U.S.S.R.", "1980", "soviet-union"),
            ("Dahomey (Benin)", "", "benin"),
            ("Казахстан", "", "kazakhstan"),
            ("Cote d’Ivoire", "", "cote-divoire"),
            ("CEYLON", "1950", "sri-lanka"),
            ("Ka\u00adzakh\u200bstan\u200e", "", "kazakhstan"),
            ("United\u00a0Kingdom", "", "united-kingdom"),
            ("Guinea\u2011Bissau", "", "guinea-bissau"),
        ],
    )
    def test_the_resolver_finds_spelling_variants(self, base, name, on, slug):
        assert Resolver().country(name, Edtf.parse(on)).slug == slug

    @pytest.mark.parametrize(
        ("code", "on", "slug"),
        [
            ("KAZ", "2001", "kazakhstan"),
            ("SUN", "1985", "soviet-union"),
            ("SU", "1991-12", "soviet-union"),
            ("SUN", "", "soviet-union"),
            ("YUG", "1980", "yugoslavia"),
            ("CSK", "1992", "czechoslovakia"),
            ("CS", "1990", "czechoslovakia"),
            ("CS", "2004", "serbia-and-montenegro"),
            ("SCG", "1992", "serbia-and-montenegro"),
            ("DDR", "1989", "german-democratic-republic"),
            ("DD", "1989", "german-democratic-republic"),
            ("ZAR", "1990", "democratic-republic-of-the-congo"),
            ("ZRCD", "1990", "democratic-republic-of-the-congo"),
            ("TP", "2000", "timor-leste"),
        ],
    )
    def test_a_former_code_means_the_country_that_had_it_on_the_date(self, base, code, on, slug):
        assert Resolver().code(code, Edtf.parse(on)).slug == slug

    @pytest.mark.parametrize(
        ("code", "on", "message"),
        [
            (
                "SUN",
                "1995",
                "this was the code of Soviet Union (30 December 1922 – 26 December 1991)",
            ),
            ("ZAR", "2010", "this was the code of Zaire (27 October 1971 – 17 May 1997)"),
            (
                "CS",
                "2010",
                "this was the code of Czechoslovakia (28 October 1918 – 31 December 1992), Serbia "
                "and Montenegro (27 April 1992 – 3 June 2006)",
            ),
            ("CS", "1992", "this may be czechoslovakia, serbia-and-montenegro"),
            ("CS", "", "this may be czechoslovakia, serbia-and-montenegro"),
            ("SUX", "1985", "no country with this code is known"),
        ],
    )
    def test_a_former_code_outside_its_time_is_refused_with_the_reason(
        self, base, code, on, message
    ):
        with pytest.raises(Unresolved) as error:
            Resolver().code(code, Edtf.parse(on))
        assert str(error.value) == message

    def test_a_list_may_say_whom_it_means_by_a_former_code_from_then_on(self, base):
        resolver = Resolver({"YUG": "Serbia and Montenegro"})
        for on, slug in {"1990": "yugoslavia", "1995": "serbia-and-montenegro"}.items():
            assert resolver.code("YUG", Edtf.parse(on)).slug == slug

    def test_a_present_code_is_never_read_as_a_former_one(self, base):
        """SK was the code of Sikkim, GE of the Gilbert and Ellice Islands."""
        for code, slug in {"SK": "slovakia", "GE": "georgia", "AI": "anguilla"}.items():
            assert Resolver().code(code, Edtf.parse("1975")).slug == slug

    def test_every_former_code_on_record_has_one_of_three_letters(self, base):
        rows = (*Country.objects.all(), *CountryName.objects.all())
        assert {row.iso_former for row in rows} - {""} == set(FORMER_CODES)

    def test_the_resolver_does_not_guess(self, base):
        for name in ("Atlantis", "", "Korea"):
            with pytest.raises(Unresolved):
                Resolver().country(name)


class TestPeople:
    ROWS = (
        "7,2001-05-09,2001-05-09,Prime Minister Orban Viktor,hungary,Hungary,Working visit.,a\n"
        "8,2001-06-09,2001-06-09,Prime Minister Viktor Orban,france,France,Working visit.,a\n"
    )

    def test_a_known_person_in_another_order_is_reused_within_a_country(self, base, import_list):
        hungary = Country.objects.get(slug="hungary")
        known = Person.objects.create(slug="viktor-orban", name="Viktor Orbán", country=hungary)
        import_list("us-visits", f"{US.splitlines()[0]}\n{self.ROWS}")
        one, other = Visit.objects.filter(slug__in=["us-visit-7", "us-visit-8"]).order_by("slug")
        assert one.participations.get().person == known
        assert other.participations.get().person.country.slug == "france"

    def test_a_monarch_of_another_number_is_another_person(self, base, import_list):
        jordan = Country.objects.get(slug="jordan")
        known = Person.objects.create(slug="abdullah-i", name="Abdullah I", country=jordan)
        row = "7,2001-05-09,2001-05-09,King Abdullah II,jordan,Jordan,Working visit.,a\n"
        import_list("us-visits", f"{US.splitlines()[0]}\n{row}")
        visitor = Visit.objects.get(slug="us-visit-7").participations.get().person
        assert (visitor != known, visitor.name) == (True, "Abdullah II")

    def test_two_people_of_that_name_are_not_chosen_between(self, base, import_list):
        hungary = Country.objects.get(slug="hungary")
        for number in (1, 2):
            Person.objects.create(slug=f"p-{number}", name="Viktor Orbán", country=hungary)
        import_list("us-visits", f"{US.splitlines()[0]}\n{self.ROWS}")
        person = Visit.objects.get(slug="us-visit-7").participations.get().person
        assert person.slug not in ("p-1", "p-2")


class TestAgreement:
    """A second source that agrees on a record adds a citation; another value is another record."""

    HEADER = "T,A,B,D,E"
    FIRST = "Relations,France,Kazakhstan,1992-01-25,establishment"

    @pytest.fixture
    def import_from(self, import_list, mapping):
        """Import rows of events as the list of a source."""

        def imported(source, *rows, flags=(), more="", **options):
            text = (
                f'name = "{source}"\nkind = "event"\n{more}[source]\nslug = "{source}"\n'
                f'title = "{source}"\nkind = "official"\n[columns]\ntitle = "T"\n'
                'country = "A"\nother_country = "B"\ndate = "D"\nevent_type = "E"\n'
            )
            return import_list(mapping(text), "\n".join((self.HEADER, *rows)), *flags, **options)

        return imported

    @staticmethod
    def cited(**values):
        """The sources of each event, in the order of its date."""
        rows = Event.objects.filter(relation__slug="france-kazakhstan", **values)
        return [
            [cited.source.slug for cited in row.citations.order_by("pk")]
            for row in rows.order_by("sort_key", "pk")
        ]

    def test_an_agreeing_source_adds_a_citation_to_the_one_event(self, base, import_from):
        import_from("one", self.FIRST)
        row = "Diplomatic ties,Kazakhstan,France,1992-01-25,establishment"
        report = import_from("two", row)
        assert (report["created"], report["updated"]) == (0, 1)
        assert self.cited() == [["one", "two"]]
        again = import_from("two", row)
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
        assert self.cited() == [["one", "two"]]

    def test_a_source_that_disagrees_makes_a_second_event(self, base, import_from):
        import_from("one", self.FIRST)
        report = import_from("two", "Relations,France,Kazakhstan,1992-01-26,establishment")
        assert (report["created"], report["updated"]) == (1, 0)
        assert self.cited() == [["one"], ["two"]]

    def test_a_row_may_name_a_country_by_a_code_also_a_former_one(self, base, import_from):
        import_from("one", "Treaty of 1985,SUN,FR,1985-10-03,meeting")
        event = Event.objects.get(title="Treaty of 1985")
        assert event.relation.slug == "france-soviet-union"
        report = import_from("two", "Treaty of 1995,SUN,FR,1995-10-03,meeting")
        assert (report["created"], report["rejected"]) == (0, 1)

    def test_two_rows_of_one_list_stay_two_events(self, base, import_from):
        rows = [
            f"Talks on {subject},France,Kazakhstan,1999-03-04,meeting"
            for subject in ("the port", "a port", "port")
        ]
        assert import_from("one", *rows[:2])["created"] == 2
        report = import_from("two", *rows)
        assert (report["created"], report["updated"]) == (1, 2)
        assert self.cited() == [["one", "two"], ["one", "two"], ["two"]]

    def test_each_row_finds_the_event_of_its_title_first(self, base, import_from):
        rows = [
            f"Visit of {name} to the port,France,Kazakhstan,1999-03-04,meeting"
            for name in ("Smirnova", "Smirnov")
        ]
        import_from("one", *rows)
        import_from("two", *reversed(rows))
        titles = {
            cited.locator: cited.record.title
            for cited in Citation.objects.filter(source__slug="two").select_related("record")
        }
        assert titles == {
            "row 1": "Visit of Smirnov to the port", "row 2": "Visit of Smirnova to the port",
        }  # fmt: skip

    def test_the_finer_date_is_kept(self, base, import_from):
        import_from("one", "Relations,France,Kazakhstan,1992,establishment")
        import_from("two", self.FIRST)
        import_from("three", "Relations,France,Kazakhstan,1992-01,establishment")
        (event,) = Event.objects.filter(relation__slug="france-kazakhstan")
        assert str(event.date) == "1992-01-25"
        stated = event.citations.order_by("pk").values_list("source__slug", "as_stated")
        assert list(stated) == [("one", ""), ("two", "1992-01-25"), ("three", "1992-01")]

    def test_a_list_imported_again_keeps_what_another_has_completed(self, base, import_from):
        year, day = "Relations,France,Kazakhstan,1992,establishment", self.FIRST
        import_from("one", year)
        import_from("two", day)
        again = [import_from(name, row)["unchanged"] for name, row in (("one", year), ("two", day))]
        event = Event.objects.get(relation__slug="france-kazakhstan")
        assert (again, str(event.date)) == ([1, 1], "1992-01-25")

    def test_a_list_imported_again_corrects_its_date_even_if_another_was_finer(
        self, base, import_from
    ):
        known = {"more": 'id = "T"\n'}
        import_from("one", "Relations,France,Kazakhstan,1992,establishment", **known)
        import_from("two", self.FIRST)
        import_from("one", "Relations,France,Kazakhstan,1993,establishment", **known)
        event = Event.objects.get(relation__slug="france-kazakhstan")
        assert str(event.date) == "1993"

    def test_a_published_event_gains_the_citation_once_that_is_published(
        self, base, import_from, client
    ):
        get_user_model().objects.create_superuser("ann")
        import_from("one", self.FIRST, flags=["--publish"], user="ann")
        assert [import_from("two", self.FIRST)["updated"] for _time in range(2)] == [1, 0]
        (event,) = Event.objects.filter(relation__slug="france-kazakhstan")
        assert (event.state, event.version, self.cited()) == ("published", 1, [["one"]])
        waiting = event.revisions.open().get()
        assert (waiting.state, waiting.author, waiting.reason) == ("pending", None, "Imported: two")
        import_from("two", self.FIRST, flags=["--publish"], user="ann")
        event.refresh_from_db()
        assert (event.version, event.revisions.open().count()) == (2, 0)
        published = event.revisions.live().first()
        assert (published.author.username, published.reason) == ("ann", "Imported: two")
        found = client.get(f"/events/{event.slug}.json").json()["citations"]
        assert [row["source"] for row in found] == ["one", "two"]
        statistics = event.relation.statistics
        statistics.refresh_from_db()
        assert statistics.twice == 1

    def test_a_pending_change_of_an_editor_gains_the_citation(self, base, import_from, admin_user):
        get_user_model().objects.create_superuser("ann")
        import_from("one", self.FIRST, flags=["--publish"], user="ann")
        event = Event.objects.get(relation__slug="france-kazakhstan")

        def reword(row):
            row.summary = "In our words"
            row.save()

        workflow.change_pending(event, reword, admin_user, "Clearer")
        for updated in (1, 0):
            assert import_from("two", self.FIRST)["updated"] == updated
        waiting = workflow.open_revision(event).snapshot
        assert waiting["record"]["summary"] == "In our words"
        assert [row["source"] for row in waiting["citations"]] == [["one"], ["two"]]
        assert self.cited() == [["one"]]

    def test_a_withdrawn_event_is_not_brought_back(self, base, import_from):
        get_user_model().objects.create_superuser("ann")
        import_from("one", self.FIRST, flags=["--publish"], user="ann")
        withdraw(Event.objects.get(relation__slug="france-kazakhstan"))
        assert import_from("two", self.FIRST)["created"] == 1

    def test_memberships_of_two_lists_are_one_record_each(self, base, import_list, mapping):
        text = (
            'name = "x"\nkind = "membership"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            'kind = "official"\n[columns]\nmember = "A"\norganization = "O"\ndate = "D"\n'
        )
        import_list("wto-members", WTO)
        report = import_list(mapping(text), "A,O,D\nKazakhstan,WTO,2015\nKazakhstan,WTO,2016\n")
        assert (report["created"], report["updated"]) == (1, 1)
        kept = Membership.objects.get(slug="wto-kazakhstan")
        assert [row.source.slug for row in kept.citations.order_by("pk")] == [
            "wikipedia-wto-members", "x-list",
        ]  # fmt: skip

    def test_a_second_list_gives_what_the_first_leaves_open(self, base, import_list, mapping):
        text = (
            'name = "x"\nkind = "membership"\n[source]\nslug = "x-list"\ntitle = "X"\n'
            'kind = "official"\n[columns]\nmember = "A"\norganization = "O"\ndate = "D"\n'
        )
        import_list(mapping(text), "A,O,D\nKazakhstan,WTO,2015\n")
        assert import_list("wto-members", WTO)["updated"] == 1
        kept = Membership.objects.get(slug="x-list-row-1")
        assert (str(kept.date), str(kept.until), kept.membership_type) == (
            "2015-11-30", "..", "full",
        )  # fmt: skip


class TestLifetimes:
    """A row about a country outside its lifetime is rejected at the column that names it."""

    REASON = "a country that did not exist then"

    @pytest.mark.parametrize(
        ("name", "text", "column"),
        [
            ("us-visits", US.splitlines()[0] + "\n7,2001-05-09,2001-05-09,President Ann Lee,"
             "yugoslavia,Yugoslavia,Working visit.,a", "from_name"),
            ("cow-igo", COW.splitlines()[0] + "\nyugoslavia,xyz,1,1995.0,2001.0,full member,"
             "Examples,False", "state"),
            ("embassies", EMBASSIES.splitlines()[0] + "\nFrance;http://www.wikidata.org/entity/Q142;"
             "Czech Republic;http://www.wikidata.org/entity/Q213;Prague;embassy;1922-05-06T00:00:00Z;"
             "http://www.wikidata.org/entity/Q15;", "country"),
            ("unctad-iia", UNCTAD.splitlines()[0] + "\nA - B BIT,,BITs,In force,11/10/1995,,,"
             "Russian Federation; Yugoslavia (former),/x/9/y", "listed_on_pages_of"),
            ("uk-treaties", UK.splitlines()[0] + "\n4,u,Convention,MU,V,FRANCE ; USSR ; "
             "UNITED KINGDOM,01/02/1999,,,,,,,r,d,s", "country_name"),
        ],
    )  # fmt: skip
    def test_each_list_rejects_it_at_its_column(self, base, import_list, name, text, column):
        report = import_list(name, text)
        assert (report["created"], report["rejected"]) == (0, 1)
        assert report["rejected by reason"] == {f"{column}: {self.REASON}": 1}

    def test_the_reason_names_the_years_and_the_successors(self, base, import_list):
        row = "7,2001-05-09,2001-05-09,President Ann Lee,yugoslavia,Yugoslavia,Working visit.,a"
        report = import_list("us-visits", f"{US.splitlines()[0]}\n{row}\n")
        (rejected,) = csv.DictReader(report["rejects"].open(encoding="utf-8"))
        assert rejected["_reason"] == (
            f"{self.REASON}: “Yugoslavia (1 December 1918 – 27 April 1992) did not exist on this "
            "date: 9 May 2001. Its 5 successors include Serbia and Montenegro (27 April 1992 – "
            "3 June 2006), Bosnia and Herzegovina (since March 1992), North Macedonia (since "
            "8 September 1991).”"
        )

    SUCCEEDED = (
        'name = "x"\nkind = "{kind}"\n[source]\nslug = "x-list"\ntitle = "X"\n'
        'kind = "official"\n[columns]\n{columns}\n'
        '[successors]\n"Yugoslavia" = "Serbia and Montenegro"\n'
    )

    @pytest.mark.parametrize(
        ("kind", "columns"),
        [
            ("event", 'title="T"\ncountry="A"\nother_country="B"\ndate="D"\nevent_type="E"'),
            ("treaty", 'title="T"\nparties="P"\nsignature="D"'),
        ],
    )
    def test_a_mapping_may_name_the_successor_for_later_dates(
        self, base, import_list, mapping, kind, columns
    ):
        report = import_list(
            mapping(self.SUCCEEDED.format(kind=kind, columns=columns)),
            "T,A,B,P,D,E\nOne,Yugoslavia,France,Yugoslavia;France,1985,meeting\n"
            "Two,Yugoslavia,France,Yugoslavia;France,2001,meeting\n"
            "Three,Yugoslavia,France,Yugoslavia;France,2007,meeting\n",
        )
        assert (report["created"], report["rejected"]) == (2, 1)
        pairs = [str(row.relation.slug) for row in Record.objects.filter(title__in=["One", "Two"])
                 .order_by("title")]  # fmt: skip
        assert pairs == ["france-yugoslavia", "france-serbia-and-montenegro"]

    def test_successors_that_are_no_table_of_names_are_refused(self, base, import_list, mapping):
        for lines in ('successors = "x"', 'successors = { "Yugoslavia" = 3 }'):
            text = lines + "\n" + self.SUCCEEDED.partition("[successors]")[0].format(
                kind="event",
                columns='title="T"\ncountry="A"\nother_country="B"\nevent_type="E"',
            )  # fmt: skip
            with pytest.raises(CommandError, match="successors"):
                import_list(mapping(text), "T,A,B,E\n")
