"""The dossier of a pair: the overview, anniversaries, missing data, footnotes and citing."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.utils.formats import date_format
from lxml import html

from core.dates import today
from portal.dossier import dossier
from portal.footnotes import footnotes
from portal.long_lists import LongList
from portal.pair_treaties import StatusCounts, group_of
from relations import anniversaries
from relations.models import Membership, Record, Relation, Statistics
from relations.reading import for_reading
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.portal import growth
from tests.portal.test_pages import facts_on, plain, text
from tests.steps import publish
from tests.treaties.test_periods import published
from treaties.life import NEVER
from treaties.models import Treaty
from treaties.standings import CERTAINLY, NO, POSSIBLY, Standing

pytestmark = pytest.mark.django_db

ADDRESS = "/relations/azerbaijan-kazakhstan/"


def test_the_overview_shows_relations_treaties_visits_organizations_and_turnover(client, base):
    page = plain(client.get(ADDRESS))
    for words in (
        "Diplomatic relations 27 August 1992",
        "Treaties 13 2 in force, 11 not known",
        "Visits 4 latest 11 March 2024",
        "Shared organizations 9",
        "Turnover in all goods 529.4 million US dollars 2023, Kazakhstan, sources differ",
    ):
        assert words in page, words


def test_of_many_turns_the_page_names_ten_and_links_to_the_others(client):
    pair = RelationFactory()
    for year in range(1950, 1965):
        EventFactory(relation=pair, event_type="establishment", date=str(year), published=True)
    address = f"/events/?pair={pair.slug}"
    found = dossier(pair, date(2000, 1, 1))["turns"]
    assert [str(row.date) for row in found.rows] == ["1950", *map(str, range(1956, 1965))]
    assert (found.left_out, found.follow, found.url) == (5, False, address)
    page = html.fromstring(text(client.get(f"/relations/{pair.slug}/")))
    (cell,) = page.xpath("//dl[contains(@class, 'glance')]/div[1]/dd")
    assert cell.xpath("a/time/text()") == list(map(str, range(1950, 1960)))
    (every,) = cell.xpath("a[. = 'All 15']/@href")
    assert every == f"{address}&event_type=establishment"
    assert len(client.get(every).context["object_list"]) == 15


def test_turns_after_the_day_are_not_named():
    pair = RelationFactory()
    for year in (1950, 1980):
        EventFactory(relation=pair, event_type="severance", date=str(year), published=True)
    found = dossier(pair, date(1960, 1, 1))["turns"]
    assert ([str(row.date) for row in found.rows], found.follow) == (["1950"], True)


def test_pages_explain_which_treaties_in_force_they_count(client, base):
    whole = "The status is that between the two: a multilateral treaty can be in force without"
    for address, words in (
        (
            ADDRESS,
            "The status of a treaty here is the one between the two",
        ),
        (f"{ADDRESS}pictures/", whole),
        ("/treaties/?on=2000-01-01", "The status of each treaty as a whole on 1 January 2000."),
        (
            "/treaties/?on=2000-01-01&party=kazakhstan",
            "The status of each treaty for the chosen country on 1 January 2000.",
        ),
        (
            "/treaties/?on=2000-01-01&party=kazakhstan&other_party=azerbaijan",
            "The status of each treaty between the two countries on 1 January 2000.",
        ),
    ):
        assert words in plain(client.get(address)), address


def test_each_treaty_listed_as_in_force_has_the_status_of_its_heading():
    pair = RelationFactory()
    both = (pair.country_a, pair.country_b)
    entry = ("entry_into_force", "1990-01-01")
    # Denounced without a known notice, and acceded to without a known day.
    denounced = published(entry, relation=pair)
    joined = published(entry, relation=None, parties=[*both, CountryFactory()])
    for treaty, kind, country in (
        (denounced, "denunciation", both[0]), (joined, "accession", both[1])
    ):  # fmt: skip
        TreatyActionFactory(
            treaty=treaty, action_type=kind, date="1995-01-01", published=True,
            party=treaty.parties.get(country=country),
        )  # fmt: skip

    def listed(*day):
        groups = dossier(pair, date(*day))["in_force"]
        return {
            row.title: [treaty.status_in_words for treaty in row.treaties.rows] for row in groups
        }

    assert listed(1992, 1, 1) == {
        "Bilateral": ["in force"],
        "Multilateral": [],
        "Bilateral, possibly in force": [],
        "Multilateral, possibly in force": [],
    }
    assert listed(2000, 1, 1) == {
        "Bilateral": [],
        "Multilateral": [],
        "Bilateral, possibly in force": ["possibly in force"],
        "Multilateral, possibly in force": ["possibly in force"],
    }


class TestTreatiesOnADay:
    @pytest.mark.parametrize(
        ("day", "counts"),
        [
            ("1990-01-01", {"later": 13}),
            ("1997-01-01", {"not_in_force": 2, "later": 11}),
            ("2000-01-01", {"in_force": 2, "later": 11}),
            ("2010-01-01", {"in_force": 2, "unknown": 1, "signed": 1, "later": 10}),
            ("2026-01-01", {"in_force": 2, "unknown": 11, "signed": 11}),
        ],
    )
    def test_the_counts_add_up_and_each_treaty_of_the_day_is_in_one_list(self, base, day, counts):
        pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
        found = dossier(pair, date.fromisoformat(day))
        assert found["counts"] == StatusCounts(**counts)
        assert found["counts"].total == 13
        lists = [*(group.treaties for group in found["in_force"]), found["other_treaties"]]
        listed = [row.slug for part in lists for row in part.rows]
        assert len(listed) == len(set(listed)) == sum(part.total for part in lists)
        assert len(listed) == found["counts"].by_then

    def test_strip_sentence_and_heading_follow_the_day(self, client, base):
        page = plain(client.get(ADDRESS, {"on": "2010-01-01"}))
        for words in (
            "in force on 1 January 2010 : 2 of the 3 treaties concluded by then, "
            "1 of unknown status.",
            "Treaties 13 on 1 January 2010: 2 in force, 1 not known, 10 signed or joined later",
            "In force between the two on 1 January 2010",
            "13 treaties: 2 in force, 1 not known, 10 signed or joined later. "
            "1 signed, entry into force unknown .",
        ):
            assert words.replace(" :", ":") in page.replace(" :", ":"), words

    def test_the_number_of_treaties_with_unknown_entry_into_force_links_to_their_list(
        self, client, base
    ):
        page = html.fromstring(text(client.get(ADDRESS)))
        (link,) = page.xpath("//a[.='11 signed, entry into force unknown']/@href")
        assert len(client.get(link).context["object_list"]) == 11

    def test_a_treaty_without_a_known_step_has_an_unknown_status(self):
        pair = RelationFactory()
        TreatyFactory(relation=pair, date="1990", published=True)
        found = dossier(pair, date(2000, 1, 1))
        assert found["counts"] == StatusCounts(unknown=1)
        assert [row.status_in_words for row in found["other_treaties"].rows] == ["unknown"]
        assert dossier(pair, date(1980, 1, 1))["counts"] == StatusCounts(later=1)

    @pytest.mark.parametrize(
        ("values", "group"),
        [
            (("in_force", CERTAINLY, False), "in_force"),
            (("terminated", POSSIBLY, False), "possibly"),
            (("signed_unknown", NO, True), "unknown"),
            (("unknown", NO, False), "unknown"),
            (("", NO, False), "unknown"),
            (("", NO, True), "later"),
            (("signed", NO, True), "not_in_force"),
            (("terminated", NO, False), "not_in_force"),
            (("provisional", NO, False), "provisional"),
            (("not_party", NO, False), "not_in_force"),
        ],
    )
    def test_each_status_belongs_to_one_count(self, values, group):
        status, binding, is_later = values
        assert group_of(Standing(status, True, NEVER, binding), is_later) == group

    def test_treaties_that_end_soon_come_first_with_the_day(self):
        pair = RelationFactory()
        soon = published(("entry_into_force", "2000-06-01"), relation=pair, term_years=5)
        published(("entry_into_force", "2002-06-01"), relation=pair, date="2021", term_years=20)
        (bilateral, *_others) = dossier(pair, date(2005, 1, 1))["in_force"]
        first, second = bilateral.treaties.rows
        assert first == soon
        assert first.coming_end.words == "ends on 1 June 2005"
        assert second.coming_end is None

    def test_no_page_says_binding_of_a_treaty_in_force(self, client, base):
        assert "binding" not in plain(client.get(ADDRESS)).lower()
        for binding, words in (("yes", "yes"), ("no", "no"), ("unclear", "unknown")):
            treaty = TreatyFactory(binding=binding, published=True)
            facts = facts_on(client.get(treaty.get_absolute_url()))
            assert facts["Legally binding"] == words


def test_each_treaty_is_told_once(client, base):
    page = html.fromstring(text(client.get(ADDRESS)))
    for part in page.xpath("//section[@aria-labelledby='notes' or @aria-labelledby='latest']"):
        part.getparent().remove(part)
    links = [link.partition("#")[0] for link in page.xpath("//main//a/@href")]
    treaties = [link for link in links if re.fullmatch("/treaties/[^/?]+/", link)]
    assert len(treaties) == len(set(treaties)) == 13


def test_the_parts_are_in_the_order_of_what_readers_need(client, base):
    page = html.fromstring(text(client.get(ADDRESS)))
    assert page.xpath("//div[@class='body']/section/h2/@id") == [
        "in-force", "disagreements", "latest", "treaties", "visits", "missions", "figures",
        "organizations", "days", "gaps", "downloads", "follow", "cite",
        "notes",
    ]  # fmt: skip
    (contents,) = page.xpath("//nav[@class='contents']")
    assert contents.xpath(".//a/@href") == [
        f"#{name}" for name in page.xpath("//div[@class='body']/section/h2/@id")
    ]
    assert [len(part) for part in client.get(ADDRESS).context["summary"]] != []


def test_the_documents_of_one_occasion_are_one_line_that_opens(client, base):
    page = html.fromstring(text(client.get(ADDRESS)))
    (line,) = page.xpath("//section[@aria-labelledby='latest']//details")
    assert line.find("summary").text == "8 documents signed in Baku"
    assert len(line.xpath("ul/li/a[not(@class)]")) == 8
    (occasion,) = line.xpath("../p[@class='who']/a/@href")
    assert occasion == "/visits/tokayev-visit-azerbaijan-2024-03/"


def test_missions_are_named(client, base):
    page = html.fromstring(text(client.get(ADDRESS)))
    titles = page.xpath("//section[@aria-labelledby='missions']//li/a[1]/text()")
    assert titles == [
        "Embassy of Azerbaijan in Kazakhstan",
        "Consulate of Azerbaijan in Aktau",
        "Embassy of Kazakhstan in Azerbaijan",
    ]


class TestLongLists:
    def test_twenty_entries_are_shown_and_the_rest_is_folded_with_its_count(self):
        for number, shown, folded, words in (
            (20, 20, 0, "0 more"),
            # A fold with a single entry would save no room.
            (21, 21, 0, "0 more"),
            (22, 20, 2, "2 more"),
        ):
            found = LongList.of([*range(number)])
            assert (len(found.shown), len(found.folded)) == (shown, folded)
            assert (found.fold_words, found.is_cut, found.rows) == (words, False, [*range(number)])
        found = LongList.of([*range(50)], total=99, show=0)
        assert (found.shown, found.fold_words, found.is_cut) == ([], "Show 50", True)
        assert not LongList.of([])

    def test_long_parts_fold_and_link_to_the_full_list(self, client):
        pair = RelationFactory()
        for number in range(52):
            VisitFactory(relation=pair, date=f"{1900 + number}", published=True)
        page = html.fromstring(text(client.get(pair.get_absolute_url())))
        (part,) = page.xpath("//section[@aria-labelledby='visits']")
        assert len(part.xpath("table/tbody/tr")) == 20
        (fold,) = part.xpath("details")
        assert fold.find("summary").text.strip() == "30 more"
        assert len(fold.xpath("table/tbody/tr")) == 30
        (link,) = part.xpath("p[@class='onward']/a")
        assert link.text == "All 52 visits"
        assert client.get(link.get("href")).context["paginator"].count == 52

    def test_groups_in_force_share_the_room(self):
        pair = RelationFactory()
        both = [pair.country_a, pair.country_b]
        for _number in range(15):
            published(("entry_into_force", "1990"), relation=pair)
            published(
                ("entry_into_force", "1990"), relation=None, parties=[*both, CountryFactory()]
            )
        groups = [row.treaties for row in dossier(pair, date(2000, 1, 1))["in_force"]]
        assert [(len(row.shown), len(row.folded)) for row in groups] == [
            (15, 0), (5, 10), (0, 0), (0, 0)
        ]  # fmt: skip

    def test_many_shared_organizations_are_one_line_that_opens(self, client):
        pair, folds = RelationFactory(), []
        for _number in range(21):
            shared = OrganizationFactory()
            for side in (pair.country_a, pair.country_b):
                MembershipFactory(organization=shared, member=side, until="..", published=True)
        for _round in range(2):
            page = html.fromstring(text(client.get(pair.get_absolute_url())))
            lines = page.xpath("//section[@aria-labelledby='organizations']/details/summary")
            folds.append([line.text.strip() for line in lines])
            Membership.objects.filter(organization=shared, member=pair.country_a).update(
                state="withdrawn"
            )
        assert folds == [["21 shared organizations"], []]

    def test_many_places_of_one_source_are_one_line_that_opens(self, client):
        pair, source = RelationFactory(), SourceFactory()
        for number in range(21):
            visit = VisitFactory(relation=pair, date=str(1950 + number))
            CitationFactory(record=visit, source=source, locator=f"row {number}")
            publish(visit)
        other = VisitFactory(relation=pair, date="1949", published=True)
        page = html.fromstring(text(client.get(pair.get_absolute_url())))
        (fold,) = page.xpath("//ol[@id='notes-list']/li/details")
        assert fold.find("summary").text.strip() == "21 cited places"
        assert fold.xpath("ul/li/@id")[0] == "note-1.1"
        assert len(page.xpath("//ol[@id='notes-list']/li[2]/ul/li")) == 1, other


def test_the_latest_turnover_is_that_of_the_better_source(client):
    pair = RelationFactory()
    both = {"from_country": pair.country_a, "to_country": pair.country_b}
    turnover = IndicatorFactory(slug="trade-turnover", directed=False)
    for kind, reporter, value in (
        ("news", pair.country_a, "88300000"),
        ("statistics", pair.country_b, "91200000"),
    ):
        FigureFactory(
            indicator=turnover, value=value, source=SourceFactory(kind=kind), published=True,
            reporter_country=reporter, **both,
        )  # fmt: skip
    spark = client.get(pair.get_absolute_url()).context["spark"]
    assert (spark.latest.value, spark.reporter) == (91_200_000, str(pair.country_b))
    assert spark.differs


def test_the_sparkline_has_a_table(client, base):
    spark = client.get(ADDRESS).context["spark"]
    assert spark.years == (2019, 2023)
    page = plain(client.get(ADDRESS))
    # Beside it are its first and last year and the reporters of its lines.
    assert "2019 2023 Reporter not stated Azerbaijan Kazakhstan As a table" in page
    assert "Reporter Year Value" in page
    for line in spark.chart.lines:
        for point in line.points:
            assert f"{line.label} {point.when} {point.words}" in page


def test_turnover_of_at_most_one_year_has_no_line(client):
    pair = RelationFactory()
    assert client.get(pair.get_absolute_url()).context["spark"] is None
    FigureFactory(
        indicator=IndicatorFactory(slug="trade-turnover"),
        from_country=pair.country_a,
        to_country=pair.country_b,
        reporter_country=pair.country_a,
        period="2020",
        value=5_000_000,
        published=True,
    )
    spark = client.get(pair.get_absolute_url()).context["spark"]
    assert (spark.years, [line.path for line in spark.plot.lines]) == ((2020, 2020), [""])


def test_missing_data_is_listed_with_the_sources_needed(client, base):
    page = plain(client.get("/relations/france-guinea-bissau/"))
    assert "Little is known about this pair yet" in page
    for subject in (
        "Not recorded yet, and what is needed When diplomatic relations were established "
        "A joint communiqué",
        "Visits Announcements or calendars",
        "Trade and investment Statistics that either country reports",
    ):
        assert subject in page, subject
    # What is empty has no section of its own, and no number that leads nowhere.
    assert "None recorded yet." not in page
    html = client.get("/relations/france-guinea-bissau/").content.decode()
    glance = html.partition('<dl class="glance')[2].partition("</dl>")[0]
    assert "<a " not in glance
    headings = re.findall(r'<h2 id="([^"]+)"', html)
    assert headings == ["gaps", "downloads", "follow", "cite"]
    found = client.get(ADDRESS).context["missing"]
    assert found == []


def test_anniversaries_cover_today_and_the_coming_year(client, monkeypatch):
    monkeypatch.setattr("portal.dossier.today", lambda: date(2024, 5, 6))
    pair = RelationFactory()
    values = {"relation": pair, "published": True}
    EventFactory(title="The council met", event_type="session", date="2010-05-06", **values)
    EventFactory(title="Envoys came", event_type="establishment", date="1992-08-27", **values)
    page = plain(client.get(pair.get_absolute_url()))
    assert "On this day 6 May 2010 The council met Anniversaries in the coming year" in page
    coming = page.partition("Anniversaries in the coming year ")[2]
    assert coming.startswith("27 August 2024 32 years · Envoys came")
    assert "No anniversaries in this period." not in page
    assert "No recorded event on this date" not in page


class TestOnThisDay:
    def happened(self, pair, day, **values):
        return EventFactory(relation=pair, date=day, published=True, **values)

    def on(self, day):
        return [row.date.year for row in anniversaries.on_this_day(Record.objects.all(), day)]

    def test_on_this_day_finds_records_of_earlier_years(self):
        pair = RelationFactory()
        for day in ("1999-05-06", "2010-05-06", "2024-05-06", "2010-05-07", "2010-05", "2010"):
            self.happened(pair, day)
        # A draft, and a record whose day is unknown.
        EventFactory(relation=pair, date="2011-05-06")
        self.happened(pair, "[2012-05-06..2012-05-20]")
        assert self.on(date(2024, 5, 6)) == [1999, 2010]

    def test_a_leap_day_falls_on_28_february_in_other_years(self):
        pair = RelationFactory()
        for day in ("1996-02-29", "1997-02-28"):
            self.happened(pair, day)
        assert self.on(date(2024, 2, 29)) == [1996]
        assert self.on(date(2024, 2, 28)) == [1997]
        assert self.on(date(2025, 2, 28)) == [1996, 1997]
        assert self.on(date(2025, 3, 1)) == []


class TestAnotherDay:
    def opening(self, client, day):
        page = html.fromstring(client.get(ADDRESS, {"on": day}).content.decode())
        return page, " ".join(page.xpath("string(//p[@class='opening'][1])").split())

    def test_a_day_before_relations_does_not_tell_of_later_ones(self, client, base):
        _page, words = self.opening(client, "1991-12-31")
        assert words.startswith("No diplomatic relations are recorded by then; ")

    def test_numbers_of_treaties_link_to_lists_of_as_many(self, client, base):
        page, words = self.opening(client, "2000-01-01")
        assert "2 of the 2 treaties concluded by then" in words
        for link, number in (
            (page.xpath("//p[@class='opening'][1]//a[contains(., 'treaties')]/@href")[0], 2),
            (page.xpath("//dl[contains(@class, 'pair')]/div[2]/dd[1]/a/@href")[0], 13),
        ):
            assert client.get(link).context["paginator"].count == number, link

    def test_visits_and_trade_are_told_of_today_alone(self, client, base):
        page, _words = self.opening(client, "2000-01-01")
        second = page.xpath("string(//p[@class='opening'][2])")
        assert "visit" not in second
        assert "turnover" not in second


def test_undated_entries_are_not_among_the_latest(client):
    pair = RelationFactory()
    dated, _undated = (
        EventFactory(relation=pair, date=date, published=True) for date in ("1990", "")
    )
    (entry,) = client.get(pair.get_absolute_url()).context["latest"]
    assert entry.first == dated


class TestFootnotes:
    def test_each_place_has_one_number_and_each_source_one_entry(self):
        first, second = SourceFactory(slug="first"), SourceFactory(slug="second")
        one, other = (EventFactory() for _number in range(2))
        CitationFactory(record=one, source=second, locator="page 7")
        CitationFactory(record=other, source=first, locator="page 1")
        CitationFactory(record=other, source=second, locator="page 7")
        CitationFactory(record=other, source=second, locator="page 9")
        for record in (one, other):
            publish(record)
        found = footnotes([one, other])
        assert [(row.number, row.source.slug, [*row.notes]) for row in found] == [
            (1, "second", ["page 7", "page 9"]),
            (2, "first", ["page 1"]),
        ]
        assert [note.label for note in one.notes] == ["1.1"]
        assert [note.label for note in other.notes] == ["2.1", "1.1", "1.2"]

    def test_notes_are_supporting_citations_of_the_whole_record_first(self):
        event = EventFactory(title="An event")
        for stance, field, place in (
            ("supports", "title", "page 1"),
            ("supports", "", "page 2"),
            ("contradicts", "date", "page 3"),
            ("mentions", "", "page 4"),
        ):
            CitationFactory(record=event, stance=stance, field=field, locator=place)
        publish(event)
        footnotes([event])
        assert [note.reference.place for note in event.notes] == ["page 2"]

    def test_a_figure_is_its_own_reference(self, django_assert_num_queries):
        figure = FigureFactory(locator="row 5", published=True)
        with django_assert_num_queries(1):
            (noted,) = footnotes([figure])
        assert noted.source == figure.source
        assert [note.label for note in figure.notes] == ["1.1"]

    def test_a_source_cited_as_a_whole_has_the_number_of_the_source(self):
        events = [EventFactory() for _number in range(3)]
        source = SourceFactory(slug="whole")
        CitationFactory(record=events[0], source=source, locator="")
        CitationFactory(record=events[1], source=source, locator="page 7")
        CitationFactory(record=events[2], source=source, locator="")
        for record in events:
            publish(record)
        (noted,) = footnotes(events)
        assert [[note.label for note in row.notes] for row in events] == [["1"], ["1.1"], ["1"]]
        assert (noted.whole.label, [*noted.notes]) == ("1", ["page 7"])

    def test_a_note_quotes_the_words_of_its_place_as_readers_may_see_them(self):
        reserved = SourceFactory(language="ru", rights="reserved")
        quoted = PassageFactory(source=reserved, locator="p1s1", quote="word " * 20)
        one, other = (EventFactory() for _number in range(2))
        CitationFactory(record=one, source=reserved, passage=quoted, as_stated="not shown")
        CitationFactory(record=other, source=reserved, locator="page 2", as_stated="5 May")
        for record in (one, other):
            publish(record)
        (noted,) = footnotes([one, other])
        assert [note.quotations for note in noted.notes.values()] == [
            {"word " * 12 + "…": "ru"},
            {"5 May": "ru"},
        ]

    def test_each_mark_leads_to_a_note_and_each_note_back_to_all_its_marks(self, client, base):
        page = html.fromstring(client.get(ADDRESS).content.decode())
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        marks = page.xpath("//a[@class='note-mark']")
        assert len({mark.get("href") for mark in marks}) > 15
        for mark in marks:
            (note,) = page.xpath(f"//*[@id='{mark.get('href')[1:]}']")
            back = note.xpath("(.//*[@class='back'])[1]/a/@href")
            assert f"#{mark.get('id')}" in back

    def test_the_source_as_a_whole_is_not_a_place(self, client, base):
        page = client.get(ADDRESS).content.decode()
        assert "the source as a whole" not in page
        assert re.search(r'href="#note-\d+"', page)


class TestCiting:
    @pytest.mark.parametrize(
        ("form", "media_type"),
        [
            ("bib", "application/x-bibtex; charset=utf-8"),
            ("ris", "application/x-research-info-systems; charset=utf-8"),
            ("csl.json", "application/vnd.citationstyles.csl+json"),
        ],
    )
    def test_citation_files_are_downloads(self, client, base, form, media_type):
        response = client.get(f"{ADDRESS}cite.{form}")
        assert response["Content-Type"] == media_type
        name = f'filename="azerbaijan-kazakhstan_{today().isoformat()}.{form}"'
        assert response["Content-Disposition"] == f"attachment; {name}"
        moved = client.get(f"/relations/kazakhstan-azerbaijan/cite.{form}")
        assert moved["Location"] == f"{ADDRESS}cite.{form}"

    def test_the_reference_names_the_page_its_state_and_the_day(self, client, base):
        (item,) = client.get(f"{ADDRESS}cite.csl.json").json()
        changed = Statistics.objects.get(relation__slug="azerbaijan-kazakhstan").newest
        assert item["id"] == f"azerbaijan-kazakhstan-{today():%Y%m%d}"
        assert item["title"] == "Azerbaijan–Kazakhstan"
        assert item["URL"] == f"http://testserver{ADDRESS}"
        assert item["issued"] == {"date-parts": [[changed.year]]}
        assert item["note"] == f"as of {date_format(changed)}"

    def test_the_state_is_the_date_of_the_newest_record(self, client):
        pair = RelationFactory()
        EventFactory(relation=pair, published=True)
        Statistics.objects.update(newest=datetime(2021, 3, 4, 5, tzinfo=UTC))
        assert "as of 4 Mar 2021" in plain(client.get(pair.get_absolute_url()))


class TestSharedOrganizations:
    def test_they_are_those_of_the_requested_day(self, client):
        pair = RelationFactory()
        for name, start in (("Old Club", "1990"), ("New Club", "2005")):
            club = OrganizationFactory(name=name)
            for member in (pair.country_a, pair.country_b):
                MembershipFactory(
                    organization=club, member=member, date=start, until="..", published=True
                )
        page = plain(client.get(pair.get_absolute_url(), {"on": "1995-01-01"}))
        assert "Shared organizations on 1 January 1995 Organization" in page
        assert "Shared at other times" in page
        assert page.index("Old Club") < page.index("Shared at other times")
        assert page.rindex("Shared at other times") < page.index("New Club")
        today = plain(client.get(pair.get_absolute_url()))
        assert "Shared at other times" not in today
        assert "Formerly shared" not in today

    def test_a_possibly_shared_one_is_marked(self, client):
        pair, club = RelationFactory(), OrganizationFactory(name="The Club")
        for member, until in ((pair.country_a, ".."), (pair.country_b, "")):
            row = MembershipFactory(
                organization=club, member=member, date="1990", until=until, published=True
            )
        page = plain(client.get(pair.get_absolute_url()))
        assert "The Club possibly" in page
        assert "Shared organizations 1 1 of them possibly" in page
        row.until = ".."
        publish(row)
        page = plain(client.get(pair.get_absolute_url()))
        assert "The Club possibly" not in page
        assert "of them possibly" not in page


@pytest.mark.parametrize(("start", "treaties"), [("1993", 0), ("1991", 1), ("1993~", 1)])
def test_two_countries_that_never_existed_together_share_no_treaty(client, start, treaties):
    ended, began = CountryFactory(until="1991-12-26"), CountryFactory(date=start)
    treaty = TreatyFactory(relation=None, parties=[ended, began], date="1961", published=True)
    for party, day in ((ended, "1961"), (began, "1995")):
        TreatyActionFactory(
            treaty=treaty, party=treaty.parties.get(country=party), action_type="accession",
            date=day, published=True,
        )  # fmt: skip
    pair = RelationFactory(country_a=ended, country_b=began)
    assert client.get(pair.get_absolute_url()).context["counts"].total == treaties
    assert Treaty.objects.of_pair(began, ended).count() == treaties
    for address in (f"{pair.get_absolute_url()}timeline.json", f"/treaties.json?pair={pair.slug}"):
        assert len(json.loads(text(client.get(address)))["items"]) == treaties


@pytest.mark.parametrize(
    ("left", "joined", "treaties"),
    [
        ("1960", "1970", 0),
        ("1970-03-01", "1970", 1),
        ("1980", "1970", 1),
        ("[1960..1975]", "1970", 1),
        ("", "1970", 1),
    ],
)
def test_countries_that_were_parties_at_different_times_share_no_treaty(
    client, left, joined, treaties
):
    one, other, third = CountryFactory.create_batch(3)
    treaty = TreatyFactory(relation=None, parties=[one, other, third], date="1950", published=True)
    steps = [
        ("entry_into_force", "1951", None),
        ("ratification", "1951", one),
        ("withdrawal", left, one),
        ("accession", joined, other),
    ]
    for kind, day, country in steps:
        if day:
            TreatyActionFactory(
                treaty=treaty, party=country and treaty.parties.get(country=country),
                action_type=kind, date=day, effective=day, published=True,
            )  # fmt: skip
    treaty.update_periods()
    pair = RelationFactory(country_a=one, country_b=other)
    assert client.get(pair.get_absolute_url()).context["counts"].total == treaties
    for sides in ((one, other), (other, one)):
        assert Treaty.objects.of_pair(*sides).count() == treaties
        assert Treaty.objects.with_many_of(*sides).count() == treaties
    assert Treaty.objects.of_pair(one, third).count() == 1
    assert Treaty.objects.of_pair(other, third).count() == 1


def test_no_anniversaries_come_up_for_a_state_that_has_ended(client):
    ended = CountryFactory(kind="former_state", until="1991-12-26")
    lasting, past = RelationFactory(), RelationFactory(country_a=ended)
    for pair in (lasting, past):
        EventFactory(
            relation=pair, event_type="establishment", date="1950-01-01", title=f"About {pair}",
            published=True,
        )  # fmt: skip
    coming = [row.event.relation for row in client.get("/").context["anniversaries"]]
    assert lasting in coming
    assert past not in coming


def test_the_number_of_queries_does_not_grow_with_records(client, base, django_assert_num_queries):
    growth.grow(1992, times=1)
    with django_assert_num_queries(42):
        client.get(ADDRESS)
    growth.grow(1995, times=5)
    with django_assert_num_queries(42):
        client.get(ADDRESS)


def test_a_pair_that_is_not_saved_shows_no_records_without_a_pair(client, db):
    pair = Relation.of(CountryFactory(), CountryFactory())
    country, organization = CountryFactory(), OrganizationFactory()
    MissionFactory(
        relation=None, sender=country, host=None, host_organization=organization, published=True
    )
    found = dossier(pair, today())
    assert (found["missions"].total, found["visits"].total, bool(found["turns"])) == (0, 0, False)


def test_records_without_a_pair_keep_none_on_a_page_of_one_that_is_not_saved(db):
    pair = Relation.of(CountryFactory(), CountryFactory())
    office = OfficeFactory(published=True)
    (row,) = for_reading(Record.objects.filter(pk=office.pk), known=pair.known())
    assert row.relation is None
