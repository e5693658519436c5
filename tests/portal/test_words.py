"""The words that filters and tags produce for templates, with everything escaped."""

import pytest

from core.dates import Edtf
from core.templatetags.dates import time_element
from portal.footnotes import Note, footnotes
from portal.templatetags.entries import entry_details
from relations.models import Relation
from relations.templatetags.records import row_details, time_span
from sources.models import Passage
from sources.templatetags.references import (
    back_links,
    bibliography_entry,
    note_marks,
    with_links,
    with_marks,
)
from sources.texts import annotate
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish
from treaties.models import Party
from treaties.templatetags.parties import party_links

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-05-06", '<time datetime="2024-05-06">6 May 2024</time>'),
        ("[..1995]", "not later than 1995"),
        ("", "date unknown"),
    ],
)
def test_a_date_has_its_iso_form_if_possible(date, words):
    assert time_element(Edtf.parse(date)) == words


@pytest.mark.parametrize(
    ("date", "until", "words"),
    [
        ("2001", "", 'since <time datetime="2001">2001</time>; current status unknown'),
        ("2001", "..", 'since <time datetime="2001">2001</time>'),
        (
            "2001",
            "2005",
            'since <time datetime="2001">2001</time>, until <time datetime="2005">2005</time>',
        ),
        ("", "..", "start date unknown"),
        ("", "", "start date unknown; current status unknown"),
    ],
)
def test_a_lasting_record_shows_its_start_and_end(date, until, words):
    assert time_span(OfficeFactory.build(date=date, until=until, kind="office")) == words


def test_an_event_shows_one_or_two_dates():
    event = EventFactory.build(date="2001", until="", kind="event")
    assert time_span(event) == '<time datetime="2001">2001</time>'
    event.until = "2002"
    assert time_span(event) == (
        '<time datetime="2001">2001</time>–<time datetime="2002">2002</time>'
    )
    event.date, event.until = "2013-05-12", "2013-05-13"
    assert time_span(event) == (
        '<time datetime="2013-05-12">12</time>–<time datetime="2013-05-13">13 May 2013</time>'
    )


@pytest.fixture
def pair():
    one, other = CountryFactory(name_en="Aa <b>"), CountryFactory(name_en="Bb")
    return RelationFactory(country_a=one, country_b=other)


class TestEntries:
    """The sides of an entry, in the words of its kind."""

    def test_a_visit_names_both_sides_and_its_place(self, pair):
        visit = VisitFactory(relation=pair, host=pair.country_b, place=SCRIPT)
        assert entry_details(visit, pair) == f"Aa &lt;b&gt; → Bb · {SHOWN}"

    def test_an_event_names_its_participants(self, pair):
        event = EventFactory(relation=pair, place="")
        person = PersonFactory(name=SCRIPT)
        event.participations.create(person=person, role="speaker")
        link = f'<a href="{person.get_absolute_url()}">{SHOWN}</a>'
        assert entry_details(event, pair) == link
        assert entry_details(EventFactory(relation=pair, place=""), pair) == ""

    def test_a_membership_names_its_organization(self, pair):
        club = OrganizationFactory(name=SCRIPT)
        row = MembershipFactory(member=pair.country_b, organization=club)
        link = f'<a href="{club.get_absolute_url()}">{SHOWN}</a>'
        assert entry_details(row, pair) == f"Bb – {link}"

    def test_a_mission_names_its_host(self, pair):
        row = MissionFactory(sender=pair.country_a, host=pair.country_b, place="")
        assert entry_details(row, pair) == "Aa &lt;b&gt; → Bb"

    def test_an_office_names_its_person(self, pair):
        row = OfficeFactory(country=pair.country_b, person=PersonFactory(name="P & Q"))
        link = f'<a href="{row.person.get_absolute_url()}">P &amp; Q</a>'
        assert entry_details(row, pair) == f"{link}, Bb"

    def test_an_action_names_one_party_both_or_all(self, pair):
        treaty = TreatyFactory(relation=pair)
        party = treaty.parties.get(country=pair.country_b)
        of_both = TreatyActionFactory(treaty=treaty, relation=pair, place="")
        of_one = TreatyActionFactory(treaty=treaty, relation=pair, party=party, place="")
        assert entry_details(of_both, pair) == "Aa &lt;b&gt; and Bb"
        assert entry_details(of_one, pair) == "Bb"
        other = Relation.of(CountryFactory(), CountryFactory())
        assert entry_details(of_both, other) == "all parties"


def test_a_row_shows_its_pair_on_request(pair):
    event = EventFactory(relation=pair, place="Baku", published=True)
    link = f'<a href="{pair.get_absolute_url()}">Aa &lt;b&gt;–Bb</a>'
    assert row_details(event) == "Baku"
    assert row_details(event, named=True) == f"Baku · {link}"


def test_parties_are_links(pair):
    treaty = TreatyFactory(relation=None)
    parties = [
        Party.objects.create(treaty=treaty, country=country)
        for country in (pair.country_a, pair.country_b)
    ]
    assert party_links(parties) == (
        f'<a href="{pair.country_a.get_absolute_url()}">Aa &lt;b&gt;</a>, '
        f'<a href="{pair.country_b.get_absolute_url()}">Bb</a>'
    )


def test_a_source_is_formatted_as_a_bibliography_entry():
    source = SourceFactory(
        title=SCRIPT, author="A & B", publisher="", date="2024", url="https://source.example/?a&b"
    )
    assert bibliography_entry(source) == (
        f'<a href="{source.get_absolute_url()}"><cite>{SHOWN}</cite></a>, A &amp; B, '
        '<time datetime="2024">2024</time>. <a class="address" '
        'href="https://source.example/?a&amp;b" rel="external">https://source.example/?a&amp;b</a>'
    )


def test_note_marks_link_to_the_notes_of_a_row():
    event = EventFactory()
    CitationFactory(record=event, source=SourceFactory(title="A “B”"), locator="page 4")
    publish(event)
    footnotes([event])
    link = (
        '<a class="note-mark" id="mark-1.1-{}" href="#note-1.1" aria-label="A “B”, page 4">1.1</a>'
    )
    assert note_marks(event) == link.format(1)
    assert note_marks(event) == link.format(2)
    assert note_marks(EventFactory()) == ""


def test_a_note_links_back_to_its_marks_by_letters_if_there_are_several():
    note = Note("1.2", reference=None)
    assert back_links(note) == back_links(None) == ""
    note.marks = 1
    assert back_links(note) == (
        '<span class="back"><a href="#mark-1.2-1" aria-label="Back to the text">↩\ufe0e</a></span>'
    )
    note.marks = 2
    assert back_links(note) == (
        '<span class="back">↩\ufe0e <a href="#mark-1.2-1" aria-label="Back to the text, a">a</a>'
        '<a href="#mark-1.2-2" aria-label="Back to the text, b">b</a></span>'
    )


def test_right_to_left_names_in_an_entry_are_isolated():
    pair = RelationFactory(country_a__name_en="אבג", country_b__name_en="Bb")
    visit = VisitFactory(relation=pair, host=pair.country_b, place="حلب")
    assert entry_details(visit, pair) == "<bdi>אבג</bdi> → Bb · <bdi>حلب</bdi>"
    person = PersonFactory(name="محمد (2)", public=True)
    ParticipationFactory(record=visit, person=person)
    assert row_details(visit) == (
        f'<a href="{person.get_absolute_url()}"><bdi>محمد (2)</bdi></a> · <bdi>حلب</bdi>'
    )


def test_editors_texts_keep_their_carriage_returns():
    """The parser of a browser turns CRLF into one character, which shifts offsets."""
    (paragraph,) = annotate("One\r\ntwo", [])
    assert with_marks(paragraph) == "One&#13;\ntwo"


def test_passages_are_marked_in_their_text():
    passage = Passage(locator="p1s1", paragraph=1, sentence=1, start=4, end=7, anchoring="matches")
    (paragraph,) = annotate("One two\n<three>", [passage])
    place = "paragraph 1, sentence 1"
    assert with_marks(paragraph) == f'One <mark title="{place}">two</mark>\n&lt;three&gt;'
    assert with_links(paragraph) == (
        'One <span id="p1s1"></span><a class="cited" href="#rests-on-p1s1"><mark>two</mark></a>'
        "\n&lt;three&gt;"
    )
