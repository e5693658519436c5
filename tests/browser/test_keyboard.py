"""The editor's form by keyboard alone: Tab, Enter, Escape, arrow keys and the form's shortcuts."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from relations.models import Event, Person
from sources.models import Source
from tests.browser.conftest import come_as, wait_until_settled
from tests.browser.test_accessibility import violations
from tests.factories import EventFactory
from treaties.models import Treaty

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(page, admin_client, base):
    """A page signed in as an administrator."""
    come_as(page.context, admin_client)
    return page


def tab_to(page, selector):
    """Tab until the element has the focus; every stop on the way must show its focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert shows_focus(page), selector
            return
    raise AssertionError(f"Tab never comes to {selector}.")


def shows_focus(page):
    return page.evaluate(
        """() => {
          const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
            || style.boxShadow !== "none";
        }"""
    )


def pick(page, selector, value):
    """Pick from a list with the arrow keys: typed letters start over after a pause of a second."""
    tab_to(page, selector)
    for _press in range(60):
        if page.locator(selector).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{selector} has no {value}.")


def choose(page, name, term, label):
    """Select in an autocomplete field: Enter opens it, typing searches, Enter takes the first."""
    tab_to(page, f"[aria-labelledby=select2-id_{name}-container]")
    search(page, term)
    page.locator(".select2-results__option--highlighted", has_text=label).wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"[aria-labelledby=select2-id_{name}-container]")).to_be_focused()


def search(page, term):
    """Open the focused autocomplete field and type into its search."""
    page.keyboard.press("Enter")
    # It receives the focus a moment after it opens.
    page.locator(".select2-container--open .select2-search__field:focus").wait_for()
    page.keyboard.type(term)


def test_the_first_field_of_a_new_form_has_the_focus(desk):
    for path, field in {
        "auth/user": "#id_username",
        "sources/source": "#id_text_file",
        "relations/relation": "[aria-labelledby=select2-id_country_a-container]",
        "sources/passage": "[aria-labelledby=select2-id_source-container]",
    }.items():
        desk.goto(f"/admin/{path}/add/")
        expect(desk.locator(field)).to_be_focused()


def test_an_event_with_a_citation_can_be_entered(desk):
    page = desk
    page.goto("/admin/relations/event/add/")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("Ministers meet")
    choose(page, "relation", "kaz aze", "Azerbaijan–Kazakhstan")
    pick(page, "#id_event_type", "meeting")
    tab_to(page, "#id_date")
    page.keyboard.type("11/03/2025")
    # Two readings are offered below the field; the next stop is the likelier one.
    offers = page.locator("#id_date_understood button")
    expect(offers).to_have_count(2)
    # For the full text, not for the part that a slow machine may have queried earlier.
    expect(offers.first).to_contain_text("2025-03-11")
    page.keyboard.press("Tab")
    # The field has lost the focus: the form does not query again, and the focus stays.
    wait_until_settled(page)
    expect(offers.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_date")).to_have_value("2025-03-11")
    expect(page.locator("#id_date_understood")).to_have_text("11 March 2025")
    choose(page, "citations-0-source", "historic opp", "historic opportunity")
    tab_to(page, "#id_citations-0-locator")
    page.keyboard.type("p1s1")
    # A row for another citation, which has the focus; left blank, it is ignored.
    page.keyboard.press("Alt+c")
    expect(page.locator("#citations-1 :focus")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    event = Event.objects.get(title="Ministers meet")
    assert (str(event.date), event.event_type) == ("2025-03-11", "meeting")
    assert (event.citations.get().source.slug, event.citations.get().locator) == (
        "a-historic-opportunity",
        "p1s1",
    )


def test_a_treaty_with_a_step_a_party_and_a_citation_can_be_entered(desk):
    page = desk
    page.goto("/admin/treaties/treaty/add/")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("Agreement on archives")
    choose(page, "relation", "kaz aze", "Azerbaijan–Kazakhstan")
    tab_to(page, "#id_date")
    page.keyboard.type("2005-05-24")
    pick(page, "#id_instrument", "protocol")
    choose(page, "parties-0-country", "kazakh", "Kazakhstan")
    choose(page, "parties-1-country", "azerb", "Azerbaijan")
    pick(page, "#id_actions-0-action_type", "ratification")
    tab_to(page, "#id_actions-0-date")
    page.keyboard.type("2006-07")
    choose(page, "citations-0-source", "historic opp", "historic opportunity")
    tab_to(page, "#id_citations-0-locator")
    page.keyboard.type("p2s1")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    treaty = Treaty.objects.get(title="Agreement on archives")
    assert (treaty.relation.slug, str(treaty.date), treaty.instrument) == (
        *("azerbaijan-kazakhstan", "2005-05-24", "protocol"),
    )
    (step,) = treaty.actions.all()
    assert (step.action_type, str(step.date)) == ("ratification", "2006-07")
    assert [str(party) for party in treaty.parties.all()] == ["Kazakhstan", "Azerbaijan"]
    cited = treaty.citations.get()
    assert (cited.source.slug, cited.locator) == ("a-historic-opportunity", "p2s1")


def test_escape_closes_an_autocomplete_unchanged(desk):
    page = desk
    page.goto("/admin/relations/event/add/")
    tab_to(page, "[aria-labelledby=select2-id_relation-container]")
    search(page, "kaz")
    page.locator(".select2-results__option--highlighted").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".select2-results__option")).to_have_count(0)
    expect(page.locator("#id_relation")).to_have_value("")
    expect(page.locator("[aria-labelledby=select2-id_relation-container]")).to_be_focused()


def test_a_missing_person_can_be_added_in_a_popup(desk):
    page = desk
    page.goto("/admin/relations/event/add/")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("A talk")
    tab_to(page, "#add_id_participations-0-person")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    popup = opened.value
    popup.wait_for_load_state()
    expect(popup.locator("#id_name")).to_be_focused()
    popup.keyboard.type("Əlişir Nəvai")
    # The popup may close before the keys are released.
    with popup.expect_event("close"), suppress(Error):
        popup.keyboard.press("Control+Enter")
    person = Person.objects.get(name="Əlişir Nəvai")
    assert person.slug == "elisir-nevai"
    page.wait_for_function(
        "pk => document.getElementById('id_participations-0-person').value === pk",
        arg=str(person.pk),
    )
    expect(page.locator("#id_title")).to_have_value("A talk")


def test_likely_duplicates_are_shown_while_typing_and_before_saving(desk):
    page = desk
    source = Source.objects.get(slug="a-historic-opportunity")
    pair = Event.objects.filter(relation__isnull=False).first().relation
    known = EventFactory(relation=pair, title="Bridge over the river opened", date="2025-03-11")
    page.goto("/admin/relations/event/add/")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("Bridge over the river opened")
    choose(page, "relation", "kaz aze", "Azerbaijan–Kazakhstan")
    pick(page, "#id_event_type", "project")
    tab_to(page, "#id_date")
    page.keyboard.type("March 2025")
    page.get_by_text("Likely duplicates (1):").wait_for()
    understood = page.locator("#id_date_understood")
    expect(understood).to_have_text("understood as 2025-03 (March 2025)")
    choose(page, "citations-0-source", "historic opp", "historic opportunity")
    tab_to(page, "#id_citations-0-locator")
    page.keyboard.type("p1s2")
    # Enter in a field saves like a button: the form is shown again with the question, every time.
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "#id_title")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#duplicates")).to_be_focused()
    assert known.citations.count() == 0
    tab_to(page, "[name=_same]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert known.citations.get().source == source
    assert page.url.endswith(f"/admin/relations/event/{known.pk}/change/")


def test_typed_dates_work_without_scripts(new_context, admin_client, base):
    context = new_context(java_script_enabled=False)
    come_as(context, admin_client)
    page = context.new_page()
    page.goto("/admin/relations/event/add/")
    page.fill("#id_title", "Ministers meet")
    page.select_option("#id_event_type", "meeting")
    page.fill("#id_date", "Sept 2020")
    page.click("[name=_save]")
    words = "“Sept 2020” is understood as 2020-09 (September 2020)."
    expect(page.locator(".messagelist")).to_contain_text(words)


def test_the_form_of_a_treaty_is_accessible_with_an_added_row(new_context, admin_client, base):
    # The policy of the pages would block axe.
    context = new_context(bypass_csp=True)
    come_as(context, admin_client)
    page = context.new_page()
    page.goto("/admin/treaties/treaty/add/")
    # Django's script adds this link once the page has loaded.
    page.locator("#citations-group .add-row a").wait_for()
    page.keyboard.press("Alt+c")
    # The last thing that the script does for a new row.
    page.locator("#citations-1 .select2-selection__rendered[aria-label]").first.wait_for(
        state="attached"
    )
    assert violations(page) == []
