"""The workbench: suggested records beside the text, saved in one transaction and submitted."""

import pytest
from django.contrib.auth.models import Group, Permission
from lxml import html

from core.snapshot import full_snapshot
from desk.workbench.reading import parts_of
from extraction.coverage import coverage
from extraction.models import RejectedSuggestion, SentenceWithoutFact
from extraction.texts import sentences
from relations import workflow
from relations.models import Citation, Event, Person, Record, Relation, Visit
from sources.models import Passage, SourceText, text_digest
from tests.conftest import signed_in
from tests.desk.test_review import shown_messages
from tests.extraction.texts import COMMUNIQUE
from tests.factories import SourceFactory, UserFactory, VisitFactory
from tests.steps import publish, withdraw
from trade.models import Figure
from treaties.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("base")]


@pytest.fixture
def client():
    found = signed_in(user := UserFactory(username="editor", role="Editor"))
    found.user = user
    return found


def source_with(text: str, **values):
    source = SourceFactory(
        **{"title": "Communiqué", "date": "2031-03-12", "rights": "public_domain"} | values
    )
    SourceText.objects.create(source=source, text=text)
    return source


@pytest.fixture
def source():
    return source_with(COMMUNIQUE)


def page_of(client, source, query=""):
    response = client.get(f"/admin/workbench/{source.pk}/{query}")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def data_of(page) -> dict[str, list[str]]:
    """The data of the page's form as it was served."""
    data: dict[str, list[str]] = {}
    for name, value in page.get_element_by_id("workbench").form_values():
        data.setdefault(name, []).append(value)
    return data


def accepted(data: dict, *kinds: str) -> dict:
    """The data with the cards of these kinds accepted, by default all, to be submitted."""
    chosen = [one for one in data.get("card", ()) if not kinds or one.startswith(kinds)]
    return data | {f"{one}-accept": "on" for one in chosen} | {"_submit": "1"}


def digest_of(source) -> str:
    return text_digest(source.full_text.text)


def card(data: dict, kind: str) -> str:
    """The prefix of the first card of a kind."""
    return next(one for one in data["card"] if one.startswith(kind))


def submit(client, source, data, follow=True):
    data = {"text_digest": digest_of(source)} | data
    return client.post(f"/admin/workbench/{source.pk}/", data, follow=follow)


def test_accepted_suggestions_are_saved_with_their_citations_and_submitted(client, source):
    response = submit(client, source, accepted(data_of(page_of(client, source))))
    assert shown_messages(response) == ["5 records submitted for review."]
    visit, earlier = Visit.objects.filter(citations__source=source).order_by("-sort_key")
    assert (visit.title, str(visit.date), visit.state) == (
        "Visit of Aidar Bekenov to Azerbaijan",
        "2031-03-11",
        "in_review",
    )
    assert str(earlier.relation) == "Azerbaijan–Kazakhstan"
    (citation,) = visit.citations.all()
    quote = citation.passage.quote
    assert COMMUNIQUE[citation.passage.start : citation.passage.end] == quote
    assert citation.passage.anchoring == "matches"
    (visitor,) = visit.participations.all()
    assert (visitor.role, visitor.person.name, visitor.person.country.slug) == (
        "visitor",
        "Aidar Bekenov",
        "kazakhstan",
    )
    treaty = Treaty.objects.get(citations__source=source)
    assert sorted(map(str, treaty.parties.all())) == ["Azerbaijan", "Kazakhstan"]
    (step,) = treaty.actions.all()
    assert (step.action_type, str(step.date), step.place) == ("signature", "2031-03-11", "Baku")
    assert step.citations.get().source == source
    figure = Figure.objects.get(source=source)
    assert (figure.value, figure.unit, str(figure.period)) == (529_600_000, "USD", "2030")
    assert (figure.state, figure.passage.source) == ("in_review", source)


def test_only_accepted_suggestions_are_saved(client, source):
    response = submit(client, source, accepted(data_of(page_of(client, source)), "figure"))
    assert shown_messages(response) == ["1 record submitted for review."]
    assert not Record.objects.filter(citations__source=source).exists()
    assert Figure.objects.filter(source=source).count() == 1


def test_accepting_nothing_saves_nothing_and_says_so(client, source):
    data = data_of(page_of(client, source)) | {"_submit": "1"}
    response = submit(client, source, data)
    assert response.status_code == 400
    assert shown_messages(response) == ["Accept at least one suggestion."]


def test_suggestions_can_be_saved_as_drafts(client, source):
    data = accepted(data_of(page_of(client, source)), "visit", "figure")
    del data["_submit"]
    response = submit(client, source, data | {"_save": "1"})
    assert shown_messages(response) == ["3 records saved as drafts."]
    assert set(Visit.objects.filter(citations__source=source).values_list("state", flat=True)) == {
        "draft"
    }


def test_an_edited_suggestion_is_saved_as_edited(client, source):
    data = accepted(data_of(page_of(client, source)), "visit")
    prefix = card(data, "visit")
    data |= {f"{prefix}-title": "Official visit", f"{prefix}-date": "10 March 2031"}
    submit(client, source, data | {f"{prefix}-host": "Әзербайжан", f"{prefix}-place": "Gəncə"})
    visit = Visit.objects.get(title="Official visit")
    assert (str(visit.date), visit.host.slug, visit.place) == ("2031-03-10", "azerbaijan", "Gəncə")


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("date", "31 February 2031", "31 February"),
        ("host", "Atlantis", "No country is called “Atlantis”."),
        ("guest", "Azerbaijan", "Choose two different countries."),
        ("title", "", "required"),
        ("rank", "emperor", "valid choice"),
        ("known", "999999999", "no longer exists"),
        ("known", "1 OR 1", "no longer exists"),
    ],
)
def test_an_invalid_suggestion_is_marked_and_nothing_is_saved(client, source, name, value, error):
    before = Record.objects.count(), Passage.objects.count(), Relation.objects.count()
    data = accepted(data_of(page_of(client, source)))
    data[f"{card(data, 'visit')}-{name}"] = value
    response = submit(client, source, data)
    assert response.status_code == 400
    assert error in response.content.decode()
    assert (Record.objects.count(), Passage.objects.count(), Relation.objects.count()) == before
    # What was accepted stays accepted.
    assert len(html.fromstring(response.content).xpath("//input[@checked]")) >= 5


def test_a_known_record_gets_a_further_citation(client, source):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    visit = VisitFactory(
        title="Visit of the Prime Minister", relation=pair, host=pair.country_a,
        date="2031-03-11", rank="head_of_government", published=True,
    )  # fmt: skip
    page = page_of(client, source)
    (chosen, *_others) = page.xpath("//select[contains(@name, '-known')]/option[@selected]")
    assert chosen.get("value") == str(visit.pk)
    submit(client, source, accepted(data_of(page), "visit"))
    revision = visit.revisions.open().get()
    assert revision.state == "pending"
    assert [source.slug, "p3s1"] in [row["passage"] for row in revision.snapshot["citations"]]
    assert Visit.objects.filter(relation=pair, date="2031-03-11").count() == 1
    # It is not offered again.
    assert not any("Aidar Bekenov to" in one.text_content() for one in page_of(client, source))


def test_a_known_record_with_another_day_is_contradicted(client, source):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    visit = VisitFactory(
        title="Visit of Aidar Bekenov to Azerbaijan", relation=pair, host=pair.country_a,
        date="2031-03-13", rank="head_of_government",
    )  # fmt: skip
    submit(client, source, accepted(data_of(page_of(client, source)), "visit"))
    (citation,) = visit.citations.filter(source=source)
    assert (citation.stance, citation.field, citation.as_stated) == (
        "contradicts",
        "date",
        "2031-03-11",
    )


def test_a_new_record_can_be_added_although_a_similar_one_is_known(client, source):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    VisitFactory(
        title="Visit of Aidar Bekenov to Azerbaijan", relation=pair, host=pair.country_a,
        date="2031-03-11", rank="head_of_government",
    )  # fmt: skip
    data = accepted(data_of(page_of(client, source)), "visit")
    data[f"{card(data, 'visit')}-known"] = ""
    submit(client, source, data)
    assert Visit.objects.filter(relation=pair, date="2031-03-11").count() == 2


def test_a_step_is_added_to_a_known_treaty_that_lacks_it(client):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    text = (
        "The Agreement on Strategic Partnership and Alliance Relations between Azerbaijan and "
        "Kazakhstan was signed in Baku on 24 May 2005. It entered into force on 3 May 2006."
    )
    treaty = Treaty.objects.get(slug="strategic-partnership-agreement-2005", relation=pair)
    source = source_with(text)
    submit(client, source, accepted(data_of(page_of(client, source))))
    new = treaty.actions.get(action_type="entry_into_force")
    assert (str(new.date), new.state) == ("2006-05-03", "in_review")
    assert new.citations.get().source == source
    # The signature that it has is cited, once somebody publishes that.
    signature = treaty.actions.get(action_type="signature")
    assert not signature.citations.filter(source=source).exists()
    revision = signature.revisions.open().get()
    assert revision.state == "pending"
    assert [source.slug] in [row["source"] for row in revision.snapshot["citations"]]


def test_inferred_values_are_noted_in_the_citation(client):
    text = "The Prime Minister of Kazakhstan Aidar Bekenov paid a visit to Azerbaijan on 11 March."
    source = source_with(text)
    submit(client, source, accepted(data_of(page_of(client, source))))
    citation = Citation.objects.get(source=source)
    assert citation.inferred
    assert citation.note.startswith("Date: ")


def test_quotations_of_a_protected_source_have_at_most_twelve_words(client):
    source = source_with(COMMUNIQUE, rights="reserved")
    submit(client, source, accepted(data_of(page_of(client, source))))
    quotes = [row.quote for row in Passage.objects.filter(source=source)]
    assert len(quotes) >= 5
    assert max(len(quote.split()) for quote in quotes) <= 12


def test_a_rejected_suggestion_is_not_offered_again(client, source):
    data = data_of(page_of(client, source))
    prefix = card(data, "event")
    response = submit(client, source, data | {"reject": prefix})
    assert response.status_code == 200
    assert prefix not in data_of(page_of(client, source))["card"]
    assert RejectedSuggestion.objects.get(source=source).by == client.user
    # Also not after the same text is attached again, with other offsets.
    SourceText.objects.filter(source=source).update(text=f"Press service.\n\n{COMMUNIQUE}")
    kinds = [one.split("-")[0] for one in data_of(page_of(client, source))["card"]]
    assert sorted(kinds) == ["figure", "treaty", "visit", "visit"]


def test_progress_counts_sentences_with_records_and_without_facts(client, source):
    page = page_of(client, source)
    assert page.get_element_by_id("progress").text_content() == (
        "8 sentences: 0 with records, 0 without a fact, 8 still to be read."
    )
    submit(client, source, accepted(data_of(page)))
    start = str(COMMUNIQUE.index("The weather"))
    submit(client, source, {"no_fact": start})
    response = client.post(
        f"/admin/workbench/{source.pk}/",
        {"no_fact": "0", "text_digest": digest_of(source)},
        headers={"Accept": "application/json"},
    )
    said = "8 sentences: 5 with records, 2 without a fact, 1 still to be read."
    assert response.json() == {"progress": said}
    assert SentenceWithoutFact.objects.filter(source=source).count() == 2
    submit(client, source, {"has_fact": start})
    found = coverage(source, COMMUNIQUE)
    assert (len(found.cited), len(found.empty), found.open) == (5, 1, 2)


def test_readers_see_the_coverage_by_published_records(client, source):
    submit(client, source, accepted(data_of(page_of(client, source)), "figure"))
    publish(Figure.objects.get(source=source))
    response = client.get(f"/sources/{source.slug}/")
    assert (
        "8 sentences: 1 with records, 0 without a fact, 7 still to be read."
        in response.content.decode()
    )


@pytest.mark.parametrize("kind", ["visit", "treaty", "event", "membership", "mission", "figure"])
def test_selected_words_become_a_card_of_any_kind(client, source, kind):
    start = COMMUNIQUE.index("The Agreement on cooperation")
    end = COMMUNIQUE.index("The 25th session") - 1
    response = client.get(
        f"/admin/workbench/{source.pk}/card/", {"kind": kind, "start": start, "end": end}
    )
    assert response.status_code == 200
    (found,) = html.fromstring(response.content.decode()).xpath("//fieldset[@id]")
    assert found.get("id") == f"{kind}-{start}-{end}"
    assert "11 March 2031" in found.xpath(".//q")[0].text_content()


def test_a_card_for_selected_words_has_what_they_contain(client, source):
    start = COMMUNIQUE.index("The Agreement on cooperation")
    end = COMMUNIQUE.index(" was signed in Baku")
    given = {"kind": "event", "start": start, "end": end}
    page = html.fromstring(
        client.get(f"/admin/workbench/{source.pk}/card/", given).content.decode()
    )
    values = {
        one.get("name").rsplit("-", 1)[1]: one.get("value")
        for one in page.xpath("//input[@name]")
        if "-" in one.get("name")
    }
    assert (values["date"], values["one"], values["other"]) == (
        "2031-03-11",
        "Azerbaijan",
        "Kazakhstan",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "poem", "start": 0, "end": 5},
        {"kind": "visit", "start": 5, "end": 5},
        {"kind": "visit", "start": 0, "end": 10_000_000},
        {"kind": "visit", "start": "x", "end": 5},
        {},
    ],
)
def test_a_card_for_nonsense_is_not_found(client, source, given):
    assert client.get(f"/admin/workbench/{source.pk}/card/", given).status_code == 404


def test_a_source_without_a_text_has_no_workbench(client):
    assert client.get(f"/admin/workbench/{SourceFactory().pk}/").status_code == 404


def test_readers_and_strangers_do_not_reach_the_workbench(source):
    stranger = signed_in(UserFactory())
    assert stranger.get(f"/admin/workbench/{source.pk}/").status_code == 403


def test_a_long_text_is_read_in_parts(client):
    text = "\n\n".join([COMMUNIQUE] * 60)
    source = source_with(text)
    page = page_of(client, source)
    assert "Part 1 of" in page.text_content()
    last = page_of(client, source, "?part=2")
    starts = [int(one.split("-")[1]) for one in data_of(last)["card"]]
    assert min(starts) > 7_000
    submit_to = f"/admin/workbench/{source.pk}/?part=2"
    response = client.post(submit_to, accepted(data_of(last), card(data_of(last), "figure")))
    assert response.headers["Location"] == submit_to
    assert Figure.objects.get(source=source).passage.start > 7_000


def test_two_mentions_of_a_new_person_add_one_person(client):
    text = (
        "Prime Minister of Kazakhstan Aidar Bekenov paid a visit to Azerbaijan on 11 March 2031. "
        "Prime Minister of Kazakhstan Aidar Bekenov paid a visit to Azerbaijan on 5 June 2031."
    )
    source = source_with(text)
    submit(client, source, accepted(data_of(page_of(client, source))))
    assert Person.objects.filter(name="Aidar Bekenov").count() == 1
    assert Visit.objects.filter(citations__source=source).count() == 2


def test_events_are_saved_with_their_people(client):
    text = "President Ilham Aliyev met President Kassym-Jomart Tokayev in Astana on 3 July 2031."
    source = source_with(text)
    submit(client, source, accepted(data_of(page_of(client, source))))
    event = Event.objects.get(citations__source=source)
    assert (event.event_type, event.place) == ("meeting", "Astana")
    assert sorted(row.person.slug for row in event.participations.all()) == [
        "ilham-aliyev",
        "kassym-jomart-tokayev",
    ]


def test_a_page_of_a_text_that_was_replaced_saves_nothing(client, source):
    data = accepted(data_of(page_of(client, source)))
    SourceText.objects.filter(source=source).update(text=f"Press service.\n\n{COMMUNIQUE}")
    response = client.post(f"/admin/workbench/{source.pk}/", data)
    assert response.status_code == 409
    assert "the text has been replaced" in shown_messages(response)[0]
    assert not Passage.objects.filter(source=source).exists()


def test_a_page_that_is_sent_twice_saves_its_records_once(client, source):
    data = accepted(data_of(page_of(client, source)))
    submit(client, source, data)
    response = submit(client, source, data)
    assert response.status_code == 400
    assert "Nothing was saved." in shown_messages(response)[0]
    assert Visit.objects.filter(citations__source=source).count() == 2
    assert Figure.objects.filter(source=source).count() == 1


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 5), (0, 999_999), (-1, 5), ("", "x")])
def test_words_outside_the_text_are_refused(client, source, start, end):
    data = accepted(data_of(page_of(client, source)), "figure")
    prefix = card(data, "figure")
    response = submit(client, source, data | {f"{prefix}-start": start, f"{prefix}-end": end})
    assert response.status_code == 400
    assert html.fromstring(response.content).xpath(
        "//*[@class='errornote' or @class='errorlist nonfield']"
    )
    assert not Figure.objects.filter(source=source).exists()


@pytest.mark.parametrize("prefix", ["visit--5", "visit-5", "poem-1-2", "visit-1-2-3", "x" * 5000])
def test_cards_that_no_page_has_shown_are_ignored(client, source, prefix):
    response = submit(client, source, {"card": prefix, f"{prefix}-accept": "on"})
    assert response.status_code == 400


def test_a_text_of_spaces_has_an_empty_workbench(client):
    source = source_with(" \n\n ")
    assert data_of(page_of(client, source)).get("card") is None
    given = {"kind": "visit", "start": 0, "end": 1}
    assert client.get(f"/admin/workbench/{source.pk}/card/", given).status_code == 404


def test_only_kinds_that_the_user_may_add_are_offered_and_saved(client, source):
    data = accepted(data_of(page_of(client, source)))
    Group.objects.get(name="Editor").permissions.remove(
        Permission.objects.get(codename="add_visit")
    )
    assert sorted(one.split("-")[0] for one in data_of(page_of(client, source))["card"]) == [
        "event",
        "figure",
        "treaty",
    ]
    submit(client, source, data)
    assert not Visit.objects.filter(citations__source=source).exists()


def test_new_people_need_the_permission_to_add_people(client, source):
    Group.objects.get(name="Editor").permissions.remove(
        Permission.objects.get(codename="add_person")
    )
    response = submit(client, source, accepted(data_of(page_of(client, source))))
    assert "Your account is not allowed to add people." in response.content.decode()
    assert not Record.objects.filter(citations__source=source).exists()


def test_two_treaties_of_one_text_are_saved(client):
    text = (
        "The Agreement on archives between Azerbaijan and Kazakhstan was signed on 3 May 2031. "
        "The Protocol on tourism between Azerbaijan and Kazakhstan was signed on 4 June 2031."
    )
    source = source_with(text)
    submit(client, source, accepted(data_of(page_of(client, source))))
    found = Treaty.objects.filter(citations__source=source).values_list("instrument", flat=True)
    assert sorted(found) == ["agreement", "protocol"]


def test_a_figure_that_the_source_has_already_is_refused_with_the_reason(client, source):
    submit(client, source, accepted(data_of(page_of(client, source)), "figure"))
    start = COMMUNIQUE.index("2030 the trade")
    end = COMMUNIQUE.index(". The weather")
    given = {"kind": "figure", "start": start, "end": end}
    page = client.get(f"/admin/workbench/{source.pk}/card/", given).content.decode()
    data = {
        one.get("name"): one.get("value") or ""
        for one in html.fromstring(page).xpath("//input[@type!='checkbox'] | //textarea")
    }
    prefix = f"figure-{start}-{end}"
    indicator = Figure.objects.get(source=source).indicator_id
    data |= {f"{prefix}-indicator": indicator, f"{prefix}-unit": "USD", f"{prefix}-accept": "on"}
    response = submit(client, source, data | {"_submit": "1"})
    assert response.status_code == 400
    assert "already has a figure" in response.content.decode()


def test_a_step_that_is_left_out_may_be_wrong(client, source):
    data = accepted(data_of(page_of(client, source)), "treaty")
    prefix = card(data, "treaty")
    data[f"{prefix}-step0-date"] = "31 February"
    response = submit(client, source, data)
    assert response.status_code == 400
    assert not Treaty.objects.filter(citations__source=source).exists()
    del data[f"{prefix}-step0-use"]
    submit(client, source, data)
    assert Treaty.objects.get(citations__source=source).actions.count() == 0


def test_a_remark_on_an_inferred_value_goes_when_that_is_changed(client):
    text = "The Prime Minister of Kazakhstan Aidar Bekenov paid a visit to Azerbaijan on 11 March."
    source = source_with(text)
    data = accepted(data_of(page_of(client, source)))
    data[f"{card(data, 'visit')}-date"] = "2029-03-11"
    submit(client, source, data)
    citation = Citation.objects.get(source=source)
    assert (citation.inferred, citation.note) == (False, "")


def test_an_unfinished_change_by_somebody_else_is_not_submitted(client, source):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    visit = VisitFactory(
        title="Visit of the Prime Minister", relation=pair, host=pair.country_a,
        date="2031-03-11", rank="head_of_government", published=True,
    )  # fmt: skip
    colleague = UserFactory(role="Editor")
    values = full_snapshot(visit)
    values["record"]["summary"] = "Half a sent"
    workflow.save_pending(visit, values, colleague, "Not finished")
    submit(client, source, accepted(data_of(page_of(client, source)), "visit"))
    revision = visit.revisions.open().get()
    assert revision.state == "draft"
    assert [source.slug] in [row["source"] for row in revision.snapshot["citations"]]


def test_a_withdrawn_record_is_not_cited(client, source):
    pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
    visit = VisitFactory(relation=pair, host=pair.country_a, date="2031-03-11", published=True)
    withdraw(visit)
    data = accepted(data_of(page_of(client, source)), "visit")
    data[f"{card(data, 'visit')}-known"] = str(visit.pk)
    response = submit(client, source, data)
    assert "This record no longer exists." in response.content.decode()


def test_a_rejection_can_be_undone(client, source):
    data = data_of(page_of(client, source))
    prefix = card(data, "event")
    submit(client, source, data | {"reject": prefix})
    digest = RejectedSuggestion.objects.get(source=source).digest
    submit(client, source, {"restore": digest})
    assert prefix in data_of(page_of(client, source))["card"]


def test_rejecting_without_scripts_keeps_what_was_edited(client, source):
    data = accepted(data_of(page_of(client, source)), "visit")
    data[f"{card(data, 'visit')}-title"] = "My title"
    del data["_submit"]
    response = submit(client, source, data | {"reject": card(data, "event")})
    assert "My title" in response.content.decode()


def test_the_full_form_opens_with_the_values_of_a_card(client, source):
    page = page_of(client, source)
    link = page.xpath("//a[starts-with(@href, '/admin/relations/visit/add/?source')]/@href")[0]
    form = html.fromstring(client.get(link).content.decode())
    assert form.get_element_by_id("id_title").get("value") == "Visit of Aidar Bekenov to Azerbaijan"
    assert form.get_element_by_id("id_date").get("value") == "2031-03-11"


def test_carriage_returns_do_not_move_the_offsets_of_a_browser(client):
    source = source_with("They met.\r\nThey opened a school in Baku on 3 May 2031.")
    page = client.get(f"/admin/workbench/{source.pk}/").content.decode()
    assert "\r" not in page.partition('class="attached-text"')[2].partition("</div>")[0]


def test_null_characters_in_hidden_fields_are_no_error(client, source):
    data = accepted(data_of(page_of(client, source)), "event")
    data[f"{card(data, 'event')}-inferred"] = '{"date": ["\0", ""]}'
    assert submit(client, source, data).status_code == 200
    assert Event.objects.filter(citations__source=source).count() == 1


@pytest.mark.parametrize("name", ["12345", "<img src=x>", "x"])
def test_what_is_no_name_is_not_added_as_a_person(client, source, name):
    data = accepted(data_of(page_of(client, source)), "visit")
    response = submit(client, source, data | {f"{card(data, 'visit')}-person": name})
    assert response.status_code == 400
    assert not Person.objects.filter(name=name).exists()


def test_a_part_takes_dates_from_the_sentences_before_it(client):
    filler = "The weather was fine. " * 400
    text = (
        f"{filler}\n\nTalks between Azerbaijan and Kazakhstan were held in Baku on 3 May 2031.\n\n"
        f"The parties signed the Agreement on archives. {filler}"
    )
    source = source_with(text)
    start = text.index("The parties")
    number = next(
        number
        for number, (first, last) in enumerate(parts_of(sentences(text), text), 1)
        if first <= start < last
    )
    page = page_of(client, source, f"?part={number}")
    (found,) = page.xpath("//fieldset[@data-kind='treaty']//input[contains(@name, '-date')]")[:1]
    assert found.get("value") == "2031-05-03"


def test_words_that_an_editor_selects_may_be_a_plan(client):
    text = "In March 2031 the Prime Minister of Kazakhstan Aidar Bekenov will visit Baku."
    source = source_with(text)
    assert data_of(page_of(client, source)).get("card") is None
    given = {"kind": "visit", "start": 0, "end": len(text)}
    page = client.get(f"/admin/workbench/{source.pk}/card/", given).content.decode()
    values = {
        one.get("name").rpartition("-")[2]: one.get("value")
        for one in html.fromstring(page).xpath("//input[@name]")
    }
    assert (values["person"], values["host"], values["guest"], values["date"]) == (
        "Aidar Bekenov",
        "Azerbaijan",
        "Kazakhstan",
        "2031-03",
    )
