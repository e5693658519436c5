"""From a pasted text to a submitted treaty with passages found in the text, and the effort."""

import pytest
from playwright.sync_api import expect

from relations import workflow
from relations.models import Citation, Relation
from sources.models import Passage, Source, SourceText
from tests.browser.conftest import busy_parts, come_as, hold_first_request
from tests.browser.test_accessibility import SIDEWAYS, WIDTHS, violations
from tests.browser.test_walk import choose
from tests.conftest import signed_in
from tests.documents import docx
from tests.factories import EventFactory, FigureFactory, SourceFactory, UserFactory
from treaties.models import Treaty

pytestmark = pytest.mark.browser

TEXT = """Agreement between the Government of the Republic of Azerbaijan and the Government of the
Republic of Kazakhstan on cooperation in the field of archives.

The Parties shall exchange copies of documents. The exchange is free of charge.

Done at Astana on 24 May 2005 in two copies."""


class Walk:
    """The work of an editor, counted: pages opened, clicks, and fields filled in."""

    def __init__(self, page):
        self.page, self.clicks, self.fields = page, 0, 0

    def click(self, locator):
        locator.click()
        self.clicks += 1

    def fill(self, name, text):
        self.page.locator(f"#id_{name}").fill(text)
        self.fields += 1

    def select(self, name, value):
        self.page.locator(f"#id_{name}").select_option(value)
        self.fields += 1

    def choose(self, name, term):
        choose(self.page, name, term)
        self.fields += 1


@pytest.fixture
def editor(page, db, base):
    """A page signed in as an editor."""
    come_as(page.context, signed_in(UserFactory(username="editor", role="Editor")))
    return page


def test_from_pasted_text_to_a_submitted_cited_treaty(editor):
    """By forms alone, without the suggestions of the workbench."""
    editor.goto("/admin/")
    walk = Walk(editor)
    walk.click(editor.locator(".desk nav").get_by_role("link", name="Document"))
    walk.fill("pasted", TEXT)
    walk.fill("title", "Agreement on archives (text)")
    walk.select("kind", "treaty_text")
    walk.fill("date", "24.05.2005")
    walk.select("rights", "public_domain")
    walk.click(editor.get_by_role("button", name="Save", exact=True))

    walk.click(editor.locator(".from-source").get_by_role("link", name="treaty", exact=True))
    walk.fill("title", "Agreement on cooperation in archives")
    walk.choose("relation", "Azerbaijan–Kazakhstan")
    walk.fill("date", "24 May 2005")
    walk.select("instrument", "agreement")
    walk.fill("actions-0-date", "24 May 2005")
    walk.fill("actions-0-quote", "done at astana on 24 may 2005")
    expect(editor.locator("#id_actions-0-quote_understood")).to_contain_text("Found: ")
    walk.fill("citations-0-quote", "cooperation in the field of archives")
    walk.click(editor.get_by_role("button", name="Save and submit for review"))
    expect(editor.locator(".messagelist")).to_contain_text("1 submitted for review.")

    assert (walk.clicks, walk.fields) == (4, 12)
    treaty = Treaty.objects.get(slug="agreement-on-cooperation-in-archives")
    assert (treaty.state, str(treaty.date)) == ("in_review", "2005-05-24")
    assert sorted(str(party) for party in treaty.parties.all()) == ["Azerbaijan", "Kazakhstan"]
    (action,) = treaty.actions.all()
    assert action.citations.get().passage.quote == "Done at Astana on 24 May 2005"
    assert treaty.citations.get().place == "paragraph 1, sentence 1"


@pytest.fixture
def source_with_repeated_word(editor):
    """The form of an event that cites a text in which one word occurs at two places."""
    source = SourceFactory(title="Minutes", rights="public_domain")
    SourceText.objects.create(source=source, text="They met in Baku. They parted.\n\nBaku waited.")
    editor.goto(f"/admin/relations/event/add/?source={source.pk}")
    return source


def test_words_at_several_places_are_chosen_by_their_context(editor, source_with_repeated_word):
    questions = []
    editor.on("request", lambda sent: "/locate/" in sent.url and questions.append(sent.url))
    editor.locator("#id_citations-0-quote").fill("BAKU")
    note = editor.locator("#id_citations-0-quote_understood")
    expect(note).to_contain_text("These words occur in several places.")
    note.get_by_role("button").last.click()
    expect(note).to_have_text("They met in Baku. They parted. [Baku] waited.")
    editor.locator("#id_title").fill("Baku waits")
    editor.locator("#id_event_type").select_option("session")
    editor.locator("#id_date").fill("1999")
    # The field has lost the focus, and the chosen place is not queried again.
    expect(editor.locator("#id_date_understood")).to_have_text("1999")
    expect(editor.locator("#id_citations-0-quote_at")).to_have_value("32")
    assert len(questions) == 1
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("was added successfully")
    assert Citation.objects.get(source=source_with_repeated_word).locator == "p2s1"


def test_a_period_fills_its_start_and_its_end(editor, db):
    editor.goto("/admin/relations/event/add/")
    editor.locator("#id_until").fill("22–24 мая 2024")
    offers = editor.locator("#id_until_understood button")
    expect(offers).to_have_count(2)
    offers.first.click()
    expect(editor.locator("#id_date")).to_have_value("2024-05-22")
    expect(editor.locator("#id_until")).to_have_value("2024-05-24")
    expect(editor.locator("#id_until_understood")).to_have_text("24 May 2024")


def test_a_period_in_a_field_without_an_end_offers_both_days(editor, db):
    editor.goto("/admin/sources/source/add/")
    field = editor.locator("#id_date")
    field.fill("7–8 July 2015")
    offers = editor.locator("#id_date_understood button")
    expect(offers).to_have_text(
        [
            "2015-07-07",
            "2015-07-08",
            "[2015-07-07..2015-07-08] (between 7 July 2015 and 8 July 2015)",
        ]
    )
    offers.nth(1).click()
    expect(field).to_have_value("2015-07-08")


def test_text_typed_before_the_script_loads_is_read_afterwards(editor, source_with_repeated_word):
    with hold_first_request(editor, "**/desk-form.js") as held:
        editor.goto(
            f"/admin/relations/event/add/?source={source_with_repeated_word.pk}",
            wait_until="commit",
        )
    editor.locator("#id_date").fill("May 1999")
    held[0].continue_()
    expect(editor.locator("#id_date_understood")).to_contain_text("1999-05")
    expect(editor.locator("#id_date")).to_be_focused()


def test_changing_the_words_clears_the_chosen_place(editor, source_with_repeated_word):
    editor.locator("#id_citations-0-quote").fill("BAKU")
    note = editor.locator("#id_citations-0-quote_understood")
    note.get_by_role("button").last.click()
    expect(editor.locator("#id_citations-0-quote_at")).to_have_value("32")
    editor.locator("#id_citations-0-quote").fill("They parted")
    expect(note).to_contain_text("Found: ")
    expect(editor.locator("#id_citations-0-quote_at")).to_have_value("")


# Counts the responses that the script has handled, except to what it asks of its own accord.
COUNT_ANSWERS = """() => {
  const {json} = Response.prototype;
  window.read = 0;
  Response.prototype.json = async function () {
    const answer = await json.call(this);
    if (!/quotable|unsaved/.test(this.url)) setTimeout(() => { window.read += 1; });
    return answer;
  };
}"""


def test_the_response_to_the_latest_query_wins(editor, source_with_repeated_word):
    """The first response is held back until the second has arrived."""
    editor.evaluate(COUNT_ANSWERS)
    with hold_first_request(editor, "**/locate/**words=Baku") as held:
        editor.locator("#id_citations-0-quote").fill("Baku")
    editor.locator("#id_citations-0-quote").fill("They parted")
    note = editor.locator("#id_citations-0-quote_understood")
    expect(note).to_contain_text("Found: ")
    editor.wait_for_function("() => window.read === 1")
    held[0].continue_()
    editor.wait_for_function("() => window.read === 2")
    expect(note).to_contain_text("Found: ")


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("likely-duplicates", "1999-05"),
        ("read-date", "03/05/1999"),
    ],
)
def test_a_late_response_does_not_move_a_pressed_button(
    editor, source_with_repeated_word, address, day
):
    """The response arrives between pressing and releasing the button, as on a slow connection."""
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    EventFactory(relation=pair, title="Baku waits", date="1999-05-03")
    # High enough that nothing scrolls: no browser preserves the position by itself.
    editor.set_viewport_size({"width": 1280, "height": 2600})
    held = []
    editor.route(f"**/{address}/**", lambda route: held.append(route))
    editor.evaluate(COUNT_ANSWERS)
    editor.locator("#id_title").fill("Baku waits")
    editor.locator("#id_event_type").select_option("session")
    choose(editor, "relation", "Azerbaijan–Kazakhstan")
    with editor.expect_request(f"**/{address}/**"):
        editor.locator("#id_date").fill(day)
    # The other response moves the button too, so wait for it.
    if address == "read-date":
        expect(editor.locator("#likely a")).to_be_visible()
    else:
        expect(editor.locator("#id_date_understood")).to_have_text("May 1999")
    save = editor.get_by_role("button", name="Save", exact=True)
    save.hover()
    place = save.bounding_box()
    editor.mouse.down()
    read = editor.evaluate("window.read")
    held[-1].continue_()
    editor.wait_for_function("read => window.read > read", arg=read)
    assert save.bounding_box() == place
    expect(busy_parts(editor)).not_to_have_count(0)
    with editor.expect_navigation():
        editor.mouse.up()


def test_unknown_words_are_reported_at_once_and_on_saving(editor):
    source = SourceFactory(title="Minutes", rights="public_domain")
    SourceText.objects.create(source=source, text="They met in Baku in May.")
    editor.goto(f"/admin/relations/event/add/?source={source.pk}")
    editor.locator("#id_citations-0-quote").fill("They met at Baku in June")
    note = editor.locator("#id_citations-0-quote_understood")
    expect(note).to_contain_text("The nearest words are “They met in Baku in May.”")
    editor.locator("#id_title").fill("Baku waits")
    editor.locator("#id_event_type").select_option("session")
    editor.locator("#id_date").fill("1999")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".errorlist").last).to_contain_text("The nearest words are")
    assert not Passage.objects.filter(source=source).exists()


def test_the_title_is_taken_from_the_metadata_of_a_file(editor, tmp_path):
    path = tmp_path / "statement.docx"
    path.write_bytes(docx("The ministers met.", title="Joint statement", language="en-GB"))
    editor.goto("/admin/sources/source/add/")
    editor.locator("#id_text_file").set_input_files(path)
    editor.locator("#id_kind").select_option("official")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text(
        "Title, taken from the file: Joint statement"
    )
    expect(editor.locator(".attached-text .sentence")).to_have_text("The ministers met.")
    assert Source.objects.get(title="Joint statement").language == "en-GB"


def test_several_files_become_sources_with_their_own_titles(editor, tmp_path):
    for name, text in {
        "a.txt": "One statement\n\nThey met.",
        "b.txt": "",
        "c.txt": "A second",
    }.items():
        (tmp_path / name).write_text(text)
    editor.goto("/admin/sources/source/add/")
    editor.locator("#id_text_file").set_input_files(sorted(tmp_path.glob("?.txt")))
    editor.locator("#id_kind").select_option("official")
    editor.get_by_role("button", name="Save", exact=True).click()
    messages = editor.locator(".messagelist li")
    expect(messages).to_have_text(
        [
            "Sources added: 2 (One statement, A second).",
            "“b.txt” was not added. The submitted file is empty.",
        ]
    )
    expect(editor.locator("#result_list tbody tr")).to_have_count(2)
    messages.get_by_role("link", name="A second").click()
    expect(editor.locator("#id_title")).to_have_value("A second")


# Parts that stick out of their row, where they are cut off: fields, help texts, and offers below.
CUT_OFF = """() => [...document.querySelectorAll(".form-row :is(input, select, textarea, button)"),
                   ...document.querySelectorAll(".form-row .help")]
  .filter(node => node.offsetParent && node.getBoundingClientRect().right
                  > node.closest(".form-row").getBoundingClientRect().right + 1)
  .map(node => node.id || node.textContent)"""


def test_pages_of_the_desk_fit_and_nothing_is_cut_off(editor, source_with_repeated_word):
    event = EventFactory(title="Reviewed", relation=Relation.objects.first())
    workflow.submit(event, UserFactory(role="Editor"))
    found = []
    for path in (
        f"relations/event/add/?source={source_with_repeated_word.pk}",
        "treaties/treaty/add/",
        "trade/figure/add/",
        "sources/source/add/",
        f"relations/event/{event.pk}/change/",
        f"relations/event/{event.pk}/history/",
        "relations/event/",
        "review/",
        f"review/{event.revisions.get().pk}/",
        "",
    ):
        editor.goto(f"/admin/{path}")
        if "add" in path and ("event" in path or "treaty" in path):
            editor.locator("#id_date").fill("03/05/1999")
            expect(editor.locator("#id_date_understood button")).to_have_count(2)
        for width in WIDTHS:
            editor.set_viewport_size({"width": width, "height": 900})
            found += [(path, width, name) for name in editor.evaluate(CUT_OFF)]
            if editor.evaluate(SIDEWAYS):
                found.append((path, width, "wider than the screen"))
    assert found == []


def test_forms_for_documents_and_copied_words_are_accessible(new_context, db, base):
    source = SourceFactory(title="Minutes", rights="public_domain")
    SourceText.objects.create(source=source, text="They met in Baku. They parted.\n\nBaku waited.")
    # The policy of the pages would block axe.
    context = new_context(bypass_csp=True)
    come_as(context, signed_in(UserFactory(username="editor", role="Editor")))
    page = context.new_page()
    found = []
    for path in (
        "sources/source/add/",
        f"sources/source/{source.pk}/change/",
        f"sources/source/{source.pk}/text/",
        f"relations/event/add/?source={source.pk}",
    ):
        page.goto(f"/admin/{path}")
        if "event" in path:
            page.locator("#id_citations-0-quote").fill("BAKU")
            page.locator("#id_citations-0-quote_understood button").first.wait_for()
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            found += [(path, width, *row) for row in violations(page)]
    assert found == []


def test_an_amount_is_shown_in_full_before_it_is_saved(editor):
    editor.goto("/admin/trade/figure/add/")
    note = editor.locator("#id_value_understood")
    editor.locator("#id_value").fill("$106.2 mln")
    expect(note).to_have_text("106,200,000 US dollars")
    editor.locator("#id_value").fill("1,234 тыс.")
    expect(note).to_have_text("Choose the unit, or name it in the amount.")
    editor.locator("#id_unit").select_option("EUR")
    expect(note.get_by_role("button")).to_have_text(["1,234,000 euros", "1,234 euros"])
    note.get_by_role("button").last.click()
    expect(note).to_have_text("1,234 euros")
    expect(editor.locator("#id_value")).to_have_value("1234 EUR")


def test_a_saved_amount_is_shown_in_full(editor):
    figure = FigureFactory(value=10_000_000, upper=12_000_000, qualifier="range", scale=6)
    editor.goto(f"/admin/trade/figure/{figure.pk}/change/")
    expect(editor.locator("#id_value")).to_have_value("10 – 12 million")
    expect(editor.locator("#id_value_understood")).to_have_text("10,000,000–12,000,000 US dollars")
