"""The pages of treaties: the list with its facets, a treaty's own page, and the dossier."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date

import pytest
from pytest_django.asserts import assertInHTML

from relations.models import Relation
from tests.factories import (
    CitationFactory,
    CountryFactory,
    ParticipationFactory,
    PartyFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
)
from tests.treaties.test_periods import IN_FORCE, published
from treaties.models import Treaty

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def found(client, **query) -> list[str]:
    response = client.get("/treaties/", query)
    assert response.status_code == 200, response.context["filterset"].errors
    return [row.slug for row in response.context["object_list"]]


def offered(client, facet, **query) -> dict[str, str]:
    """The choices of a facet with their labels, without the empty one."""
    form = client.get("/treaties/", query).context["filterset"].form
    return {
        str(value): str(label) for value, label in form.fields[facet].widget.choices if str(value)
    }


@pytest.fixture(scope="module")
def treaties(module_database):
    """Four treaties: in force, ended, signed only, and multilateral with a vague date."""
    topic = TopicFactory(slug="rivers", name="Rivers")
    one, other, third = (CountryFactory(slug=name, name_en=name) for name in ("aa", "bb", "cc"))
    pair = Relation.objects.get_or_create_pair(one, other)
    published(
        *IN_FORCE, slug="lasting", title="Bravo", relation=pair, topics=[topic], date="1996-09-16"
    )
    published(
        ("signature", "1990-01-01"),
        ("entry_into_force", "1991-01-01"),
        ("termination", "2001-01-01"),
        ("registration", "1992-01-01", {"registration": "I-36510", "volume": 7, "page": 11}),
        slug="ended",
        title="Alpha",
        relation=pair,
        instrument="protocol",
        date="1990-01-01",
    )
    published(
        ("signature", "2005-05-24"), slug="signed", title="Delta", relation=pair, date="2005-05-24"
    )
    published(
        ("entry_into_force", "2000"),
        slug="many",
        title="Charlie",
        relation=None,
        parties=[one, other, third],
        date="2000",
    )


class TestList:
    def test_filtering_by_status_on_a_day(self, client, treaties):
        assert found(client, status="in_force", on="1999-06-01") == ["lasting", "ended"]
        assert found(client, status="in_force", on="2001-01-01") == ["many", "lasting"]
        assert found(client, status="in_force~", on="2000-06-01") == ["many"]
        assert found(client, status="terminated", on="2001-01-01") == ["ended"]
        assert found(client, status="signed_unknown") == ["signed"]
        assert found(client, status="none", on="1995-01-01") == []
        assert found(client, status="none", on="1995-01-01", party="aa") == []

    def test_a_list_for_a_day_leaves_out_what_was_certainly_concluded_later(self, client, treaties):
        assert found(client, on="1989-12-31") == []
        assert found(client, on="1990-01-01") == ["ended"]
        assert found(client, on="1999-12-31") == ["lasting", "ended"]
        assert found(client, on="2000-01-01", party="aa", other_party="bb") == [
            "many", "lasting", "ended",
        ]  # fmt: skip
        assert found(client, on="2005-05-24") == found(client) == [
            "signed", "many", "lasting", "ended",
        ]  # fmt: skip
        address = "/treaties{}?on=1995-01-01"
        assert [
            row["id"] for row in json.loads(client.get(address.format(".json")).getvalue())["items"]
        ] == ["ended"]
        rows = csv.DictReader(io.StringIO(client.get(address.format(".csv")).getvalue().decode()))
        assert [row["id"] for row in rows] == ["ended"]
        assert offered(client, "instrument", on="1995-01-01") == {"protocol": "protocol (1)"}
        assert offered(client, "registered", on="1995-01-01") == {"yes": "yes (1)"}
        assert "certainly concluded later are left out" in words(
            client.get("/treaties/", {"on": "1995-01-01"})
        )
        assert "are left out" not in words(client.get("/treaties/"))

    @pytest.mark.parametrize(
        ("date", "steps", "listed"),
        [
            # The day is 15 June 1995.
            ("1995-06-16", [("signature", "1995-06-16")], None),
            ("1995-06-15", [("signature", "1995-06-15")], "signed, entry into force unknown"),
            ("1995", [("signature", "1995")], "signed, entry into force unknown, possibly"),
            ("1996", [("signature", "1996")], None),
            ("1996~", [("signature", "1996~")], "possibly not concluded yet"),
            ("1996?", [("signature", "1996?")], "possibly not concluded yet"),
            ("1996", [("signature", "1996~")], "possibly not concluded yet"),
            (
                "[..1999]",
                [("signature", "[..1999]")],
                "signed, entry into force unknown, possibly",
            ),
            ("", [("signature", "1996")], None),
            ("", [("signature", "")], "signed, entry into force unknown, possibly"),
            ("", [], "possibly not concluded yet"),
            ("1996", [], None),
            ("1994", [], "status unknown"),
            ("1994", [("entry_into_force", "1996")], "status unknown"),
            ("1996", [("signature", "1994"), ("entry_into_force", "1996")], "signed, not in force"),
        ],
    )
    def test_a_treaty_that_is_possibly_concluded_stays_and_is_marked(
        self, client, date, steps, listed
    ):
        published(*steps, slug="vague", date=date)
        response = client.get("/treaties/", {"on": "1995-06-15"})
        assert [row.slug for row in response.context["object_list"]] == ["vague"] * bool(listed)
        if listed:
            assert f"· {listed}" in words(response)
            marked = "possibly not concluded yet" in words(response)
            assert marked == ("possibly" in listed)

    def test_filtering_by_years_of_signature_and_of_force(self, client, treaties):
        assert found(client, year_from="1990", year_to="1996") == ["lasting", "ended"]
        assert found(client, year_from="1997") == ["signed"]
        assert found(client, year_to="1990") == ["ended"]
        assert found(client, force_from="2001", force_to="2002") == ["many", "lasting"]
        assert found(client, force_to="1998") == ["ended"]
        assert found(client, force_from="2002") == ["many", "lasting"]

    def test_filtering_by_party_pair_scope_topic_and_registration(self, client, treaties):
        assert found(client, party="cc") == ["many"]
        assert len(found(client, party="aa", other_party="bb")) == 4
        assert found(client, party="aa", other_party="cc") == ["many"]
        assert len(found(client, pair="aa-bb")) == 4
        assert found(client, scope="multilateral") == ["many"]
        assert found(client, topic="rivers") == ["lasting"]
        assert found(client, registered="yes") == ["ended"]
        assert found(client, registered="no", instrument="protocol") == []

    def test_a_list_of_one_pair_names_the_pair(self, client, treaties):
        assert "pair: aa–bb" in words(client.get("/treaties/", {"pair": "aa-bb"}))
        assert "pair:" not in words(client.get("/treaties/"))

    def test_ordering(self, client, treaties):
        assert found(client) == ["signed", "many", "lasting", "ended"]
        assert found(client, order="oldest") == ["ended", "lasting", "many", "signed"]
        assert found(client, order="title") == ["ended", "lasting", "many", "signed"]
        assert found(client, order="-title") == ["signed", "many", "lasting", "ended"]
        assert found(client, order="force") == ["ended", "lasting", "many", "signed"]
        assert found(client, order="-force") == ["many", "lasting", "ended", "signed"]

    def test_filtering_by_coming_ends(self, client, treaties):
        published(
            ("entry_into_force", "2000-03-01"), slug="short", term_years=5, instrument="protocol"
        )
        assert found(client, ending="6", on="2004-09-15") == ["short"]
        assert found(client, ending="6", on="2004-08-15") == []

    def test_facet_counts_respect_only_the_other_filters(self, client, treaties):
        assert offered(client, "instrument") == {
            "agreement": "agreement (3)", "protocol": "protocol (1)"
        }  # fmt: skip
        chosen = {"instrument": "protocol", "on": "2002-01-01"}
        assert offered(client, "instrument", **chosen) == {
            "agreement": "agreement (2)", "protocol": "protocol (1)"
        }  # fmt: skip
        assert offered(client, "status", **chosen) == {"terminated": "terminated (1)"}
        assert offered(client, "status", on="2002-01-01") == {
            "in_force": "in force (2)",
            "terminated": "terminated (1)",
        }
        assert offered(client, "scope", party="cc") == {
            "multilateral": "more than two, or organizations (1)"
        }
        assert offered(client, "registered") == {
            "yes": "yes (1)", "no": "no registration recorded (3)"
        }  # fmt: skip
        assert offered(client, "topic") == {"rivers": "Rivers (1)"}
        assert offered(client, "party", party="cc") == {
            "aa": "aa (4)",
            "bb": "bb (4)",
            "cc": "cc (1)",
        }

    @pytest.mark.parametrize("day", ["1990-06-01", "2000-06-01", "2001-06-01", "2030-01-01"])
    def test_standings_count_the_same_statuses_as_with_status(self, client, treaties, day):
        published(
            ("entry_into_force", "2000"), ("termination", "[2000..2001]"), slug="vague", date="1999"
        )
        rows = Treaty.objects.with_status(date.fromisoformat(day))
        told = Counter(rows.exclude(status="").values_list("status", "certain"))
        assert Counter(Treaty.objects.standings(date.fromisoformat(day))) == told
        assert sum(told.values()) > 0

    def test_a_treaty_registered_twice_is_counted_once(self, client, treaties):
        TreatyActionFactory(
            treaty=Treaty.objects.get(slug="ended"),
            action_type="registration",
            registration="I-36511",
            date="1993-01-01",
            published=True,
        )
        assert offered(client, "registered")["yes"] == "yes (1)"

    def test_a_selected_choice_stays_available_with_a_count_of_zero(self, client, treaties):
        assert offered(client, "instrument", instrument="contract")["contract"] == "contract (0)"

    def test_files_hold_the_filtered_treaties_with_their_status(self, client, treaties):
        response = client.get("/treaties.json", {"on": "1999-06-01", "scope": "bilateral"})
        rows = json.loads(response.getvalue())["items"]
        assert [(row["id"], row["status"], row["status_certain"]) for row in rows] == [
            ("lasting", "in_force", True), ("ended", "in_force", True)
        ]  # fmt: skip
        assert rows[1]["periods"][1] == {
            "party": None,
            "status": "in_force",
            "from": "1991-01-01",
            "until": "2000-12-31",
            "certain_from": "1991-01-01",
            "certain_to": "2000-12-31",
            "possible_from": "1991-01-01",
            "possible_to": "2000-12-31",
            "last_known_on": "",
            "rule": "entry",
            "decided_by": ["ended-1"],
        }

    @pytest.mark.parametrize(
        "query",
        [
            {"on": "31.02.2000"}, {"on": "0000-01-01"}, {"status": "lost"}, {"order": "random"},
            {"party": "atlantis"}, {"ending": "7"}, {"force_from": "0"}, {"scope": "x"},
            {"registered": "maybe"}, {"year_from": "99999"},
        ],
    )  # fmt: skip
    def test_an_invalid_filter_is_reported_at_its_field(self, client, treaties, query):
        response = client.get("/treaties/", query)
        assert response.status_code == 400
        assert list(response.context["filterset"].errors) == list(query)

    def test_the_number_of_queries_does_not_grow_with_the_list(
        self, client, treaties, django_assert_max_num_queries
    ):
        for number in range(20):
            published(*IN_FORCE, date=str(1950 + number))
        with django_assert_max_num_queries(16):
            client.get("/treaties/")


class TestPage:
    def test_the_page_shows_the_life_course_with_its_rules(self, client):
        published(*IN_FORCE, slug="pact", title="Pact")
        page = words(client.get("/treaties/pact/", {"on": "1998-01-01"}))
        assert "signed, not in force on 1 January 1998" in page
        assert "A treaty is signed when all its signatories have signed." in page
        assert "in force 29 January 1999 no known end" in page
        html = client.get("/treaties/pact/").content.decode()
        assertInHTML('<a href="#pact-1">entry into force</a>', html)
        assert 'id="pact-1"' in html

    def test_each_day_belongs_to_one_row_of_the_life_course(self, client):
        published(
            *IN_FORCE, ("suspension", "2010"), ("termination", "[2015-03..2015-04-10]"), slug="pact"
        )
        html = client.get("/treaties/pact/").content.decode()
        rows = re.search(r'<table class="periods.*?</table>', html, re.DOTALL)[0]
        cells = [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r'<td data-label="(?:From|Until)">(.*?)</td>', rows, re.DOTALL)
        ]
        assert list(zip(cells[::2], cells[1::2], strict=True)) == [
            ("16 September 1996", "28 January 1999"),
            ("29 January 1999", "2010"),
            ("2010", "between 28 February 2015 and 9 April 2015"),
            ("between March 2015 and 10 April 2015", "no known end"),
        ]
        data = json.loads(client.get("/treaties/pact.json").content)
        assert [(row["from"], row["until"]) for row in data["periods"]] == [
            ("1996-09-16", "1999-01-28"),
            ("1999-01-29", "2010"),
            ("2010", "[2015-02-28..2015-04-09]"),
            ("[2015-03..2015-04-10]", ""),
        ]

    def test_each_step_links_to_its_log_of_corrections(self, client):
        pact = published(*IN_FORCE, slug="pact")
        html = client.get("/treaties/pact/").content.decode()
        logs = [f"/changes/{step.slug}/" for step in pact.actions.all()]
        assert len(logs) == len(IN_FORCE)
        for log in logs:
            assert f'href="{log}"' in html
            assert client.get(log).status_code == 200

    @pytest.mark.parametrize(
        ("on", "message"),
        [
            ("01/01/65", "Write the year with four digits: two do not say which century."),
            (
                "03/04/2000",
                "“03/04/2000” can mean: 2000-04-03 (3 April 2000) · 2000-03-04 (4 March",
            ),
            ("2000", "“2000” is not one day. Write a day, such as 2005-03-01."),
        ],
    )
    @pytest.mark.parametrize("page", ["/treaties/pact/", "/treaties/", "/relations/aa-bb/"])
    def test_an_ambiguous_day_asks_beside_its_field(self, client, page, on, message):
        countries = (CountryFactory(slug=slug, name_en=slug) for slug in ("aa", "bb"))
        Relation.objects.get_or_create_pairs([tuple(countries)])
        published(*IN_FORCE, slug="pact")
        response = client.get(page, {"on": on})
        assert response.status_code == 400
        assert message in words(response)

    def test_a_day_can_be_given_as_people_write_it(self, client):
        published(*IN_FORCE, slug="pact")
        page = words(client.get("/treaties/pact/", {"on": "3.4.2000"}))
        assert "3 April 2000" in page

    def test_a_non_existent_date_is_a_400_with_a_message(self, client):
        published(*IN_FORCE, slug="pact")
        response = client.get("/treaties/pact/", {"on": "2000-02-30"})
        assert response.status_code == 400
        assert "February 2000 has no day 30." in words(response)

    def test_the_chart_shows_certain_and_possible_spans(self, client):
        published(("signature", "1996-01-01"), ("entry_into_force", "1999"), slug="pact")
        chart = client.get("/treaties/pact/").context["chart"]
        assert [(span.key, span.certain is not None) for span in chart.spans] == [
            ("signed", True), ("in_force", True)
        ]  # fmt: skip
        signed, force = chart.spans
        assert signed.possible[0] == signed.certain[0] == 12.0
        # Possible until the end of 1999, certain until the end of 1998.
        assert signed.possible[1] > signed.certain[1]
        assert force.possible[0] < force.certain[0]
        assert [mark.label for mark in chart.marks] == [
            "signature, 1 January 1996", "entry into force, 1999"
        ]  # fmt: skip

    def test_the_table_of_parties_has_the_dates_of_each(self, client):
        one, other, third = (CountryFactory(name_en=name) for name in ("Aa", "Bb", "Cc"))
        treaty = published(
            ("signature", "1990-01-01"),
            ("entry_into_force", "1995-01-01"),
            relation=None,
            parties=[one, other, third],
            slug="pact",
        )
        for party, kind, day, effective in (
            (other, "ratification", "1992-02-02", ""),
            (third, "withdrawal", "2010-03-01", "2010-10-01"),
        ):
            TreatyActionFactory(
                treaty=treaty, party=treaty.parties.get(country=party), action_type=kind, date=day,
                effective=effective, published=True,
            )  # fmt: skip
        rows = client.get("/treaties/pact/").context["parties"]

        assert [
            (
                str(row["party"]),
                [str(step.date) for step in row["signatures"]],
                [str(step.date) for step in row["consents"]],
                [(str(span.start), str(span.end)) for span in row["bound"]],
                row["words"],
            )
            for row in rows
        ] == [
            ("Aa", ["1990-01-01"], [], [("1995-01-01", "")], "in force"),
            ("Bb", ["1990-01-01"], ["1992-02-02"], [("1995-01-01", "")], "in force"),
            ("Cc", ["1990-01-01"], [], [("1995-01-01", "2010-10-01")], "terminated"),
        ]

    def test_the_table_of_parties_shows_the_latest_standing(self, client):
        """Expired and extended later, left and joined again, only a depositary."""
        countries = [CountryFactory(name_en=name) for name in ("Aa", "Bb", "Cc", "Dd")]
        one, other, third, keeper = countries
        treaty = published(
            ("entry_into_force", "2000-01-01"),
            ("extension", "2006-06-01"),
            relation=None, parties=[one, other, third], slug="pact", term_years=5,
        )  # fmt: skip
        PartyFactory(treaty=treaty, country=keeper, role="depositary")
        for kind, day, effective in (
            ("withdrawal", "2008-01-01", "2009-01-01"), ("accession", "2012-01-01", "2012-02-01"),
        ):  # fmt: skip
            TreatyActionFactory(
                treaty=treaty, party=treaty.parties.get(country=third), action_type=kind,
                date=day, effective=effective, published=True,
            )  # fmt: skip

        def standings(query=""):
            rows = client.get(f"/treaties/pact/{query}").context["parties"]
            return {
                str(row["party"]): (
                    [f"{span.start}/{span.end}" for span in row["bound"]],
                    row["words"],
                )
                for row in rows
            }

        twice = ["2000-01-01/2005-01-01", "2006-06-01/"]
        left = ["2000-01-01/2005-01-01", "2006-06-01/2009-01-01", "2012-02-01/"]
        assert standings() == {
            "Aa": (twice, "in force"), "Bb": (twice, "in force"), "Cc": (left, "in force"),
            "Dd": ([], "not bound"),
        }  # fmt: skip
        assert standings("?on=2010-01-01")["Cc"] == (left, "terminated")
        assert standings("?on=2005-06-01")["Aa"] == (twice, "expired")
        assert standings("?on=1999-01-01")["Aa"] == (twice, "not bound yet")

    def test_a_revoked_step_and_its_revocation_link_to_each_other(self, client):
        treaty = published(*IN_FORCE, slug="pact")
        notice = TreatyActionFactory(
            treaty=treaty, party=treaty.parties.first(), action_type="denunciation",
            date="2016-11-10", effective="2017-11-10", slug="notice", published=True,
        )  # fmt: skip
        TreatyActionFactory(
            treaty=treaty, party=notice.party, action_type="revocation", revokes=notice,
            date="2017-02-10", slug="back", published=True,
        )  # fmt: skip
        answer = client.get("/treaties/pact/")
        page = " ".join(words(answer).split())
        assert "denunciation revoked, 10 February 2017" in page
        assert "revocation of an earlier step denunciation, 10 November 2016" in page
        assert 'href="#back"' in answer.content.decode()
        assert [row["words"] for row in answer.context["parties"]] == ["in force"] * 2
        (step,) = [
            row for row in client.get("/treaties/pact.json").json()["actions"]
            if row["type"] == "revocation"
        ]  # fmt: skip
        assert step["revokes"] == "notice"

    def test_actions_show_law_people_and_permitted_words(self, client):
        treaty = published(*IN_FORCE, slug="pact")
        action = TreatyActionFactory(
            treaty=treaty, action_type="reservation", date="1997", law="No. 173",
            text="It does not consider itself bound by article four, so it says on this day.",
            published=True,
        )  # fmt: skip
        ParticipationFactory(record=action, person__name="Ana Person", role="signatory")
        page = words(client.get("/treaties/pact/"))
        assert "No. 173" in page
        assert "Ana Person" in page
        # Twelve words of a source that is not open.
        assert "bound by article four, so it says …" in page
        assert "on this day" not in page
        source = SourceFactory(rights="public_domain")
        CitationFactory(record=action, source=source)
        assert "on this day." in words(client.get("/treaties/pact/"))

    def test_texts_show_language_standing_and_place(self, client):
        treaty = published(*IN_FORCE, slug="pact")
        TreatyTextFactory(treaty=treaty, source__url="https://laws.example/1")
        TreatyTextFactory(
            treaty=treaty, text_language="ru", standing="prevails", source__kind="news"
        )
        html = client.get("/treaties/pact/").content.decode()
        page = words(client.get("/treaties/pact/"))
        assert "Kazakh authentic : the text , where it is published" in page
        assert "Russian authentic, prevails where texts differ" in page
        assert 'href="https://laws.example/1"' in html
        texts = client.get("/treaties/pact.json").json()["texts"]
        assert [(row["text_language"], row["standing"], row["is_text"]) for row in texts] == [
            ("kk", "authentic", True), ("ru", "prevails", False)
        ]  # fmt: skip


class TestDossier:
    def test_treaties_in_force_are_grouped_into_bilateral_and_multilateral(self, client, treaties):
        def rows(day):
            groups = client.get("/relations/aa-bb/", {"on": day}).context["in_force"]
            return [[row.slug for row in group.treaties.rows] for group in groups]

        assert rows("1999-06-01") == [["lasting", "ended"], [], [], []]
        # What ends within a year comes first.
        assert rows("2000-06-01") == [["ended", "lasting"], [], [], ["many"]]
        assert rows("2001-01-01") == [["lasting"], ["many"], [], []]
        page = words(client.get("/relations/aa-bb/", {"on": "2001-01-01"}))
        assert "In force between the two on 1 January 2001" in page
        assert "Multilateral (1)" in page

    def test_an_invalid_date_is_a_400_with_a_message(self, client, treaties):
        response = client.get("/relations/aa-bb/", {"on": "soon"})
        assert response.status_code == 400
        assert "Enter a valid date" in words(response)

    def test_treaties_that_end_within_a_year_say_so(self, client, treaties):
        pair = Relation.objects.get(slug="aa-bb")
        published(
            ("entry_into_force", "2000-03-01"), slug="short", title="Short", term_years=5,
            relation=pair,
        )  # fmt: skip
        page = words(client.get("/relations/aa-bb/", {"on": "2004-09-15"}))
        assert re.search(r"Short [0-9.]+ agreement *, ends on 1 March 2005", page)
        page = words(client.get("/relations/aa-bb/", {"on": "2003-09-15"}))
        assert re.search(r"Short [0-9.]+ agreement", page)
        assert "ends on" not in page
        assert client.get("/relations/aa-bb/", {"on": "9999-12-31"}).status_code == 200

    def test_the_first_pair_has_the_known_treaties_in_force(self, client, base):
        def bilateral(day):
            context = client.get("/relations/azerbaijan-kazakhstan/", {"on": day}).context
            return [row.slug for row in context["in_force"][0].treaties.rows]

        assert bilateral("1998-04-29") == []
        assert bilateral("1998-04-30") == ["investment-treaty-1996"]
        assert set(bilateral("1999-01-29")) == {
            "investment-treaty-1996", "foundations-of-relations-1996"
        }  # fmt: skip
        assert len(bilateral("2026-11-23")) == 2


def test_a_source_counts_the_records_that_cite_it_and_links_to_their_list(client):
    source = SourceFactory(slug="gazette", public=True)
    for _each in range(3):
        CitationFactory(record=published(*IN_FORCE), source=source)
    response = client.get("/sources/gazette/")
    assert "treaty (3)" in words(response)
    assert 'href="/treaties/?source=gazette"' in response.content.decode()
    assert len(found(client, source="gazette")) == 3


def test_a_source_lists_the_links_and_texts_that_cite_it(client):
    treaty = published(*IN_FORCE, slug="pact", title="Pact")
    text = TreatyTextFactory(treaty=treaty, source__public=True)
    link = TreatyLinkFactory(
        treaty=published(*IN_FORCE, title="Later"), target=treaty, source=text.source
    )
    draft = TreatyLinkFactory(
        treaty=TreatyFactory(title="Hidden"), target=treaty, source=text.source
    )
    page = words(client.get(text.source.get_absolute_url()))
    assert "Pact: kk" in page
    assert str(link) in page
    assert str(draft) not in page


def test_treaties_with_unknown_entry_into_force_are_a_gap(client, treaties):
    context = client.get("/relations/aa-bb/").context
    gaps = {gap.kind: (gap.count, gap.url) for gap in context["gaps"]}
    assert gaps["entry_into_force"] == (1, "#treaties")
    assert "signed" in [row.slug for row in context["other_treaties"].rows]
    assert date(2005, 5, 24) == Treaty.objects.get(slug="signed").periods.get().first


def test_renewal_is_shown_even_if_the_term_is_unknown(client):
    treaty = TreatyFactory(renewal_years=5, published=True)
    assert "Term renews itself for 5 years at a time" in words(
        client.get(treaty.get_absolute_url())
    )


def test_an_invalid_date_is_a_400_on_the_page_and_in_the_file(client):
    treaty = TreatyFactory(published=True)
    address = treaty.get_absolute_url().rstrip("/")
    for end in ("/", ".json"):
        answer = client.get(f"{address}{end}?on=banana")
        assert (answer.status_code, "Enter a valid date." in words(answer)) == (400, True)
    assert client.get(f"{address}.json?on=2001-02-03").json()["status_on"] == "2001-02-03"


def test_the_csv_file_names_each_term(client):
    TreatyFactory(force_days=0, term_years=5, renewal_years=5, published=True)
    (row,) = csv.DictReader(io.StringIO(client.get("/treaties.csv").getvalue().decode()))
    assert json.loads(row["terms"]) == {
        "force_days": 0,
        "term_years": 5,
        "last_day_counts": False,
        "renewal_years": 5,
        "notice_months": None,
    }
