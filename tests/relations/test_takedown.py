"""Taking down a source: its words are removed from everywhere that stores them."""

import pytest

from core.models import UnsavedForm
from relations.models import Disagreement
from relations.takedown import take_down
from tests.desk.test_two_editors import form_data
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    PassageFactory,
    SourceFactory,
    TreatyLinkFactory,
    UserFactory,
)
from tests.steps import publish

pytestmark = pytest.mark.django_db
SECRET = "unspeakable"


@pytest.fixture
def source():
    """A source quoted in a citation, a revision, a disagreement, a link and a figure."""
    source = SourceFactory(slug="gazette")
    event = EventFactory(slug="council")
    CitationFactory(record=event, as_stated="kept words")
    for stance in ("supports", "contradicts"):
        CitationFactory(
            record=event, source=source, stance=stance, field="date",
            as_stated=f"{SECRET} {stance}", translation=SECRET,
        )  # fmt: skip
    publish(event)
    PassageFactory(source=source, quote=SECRET)
    FigureFactory(source=source, as_stated=SECRET, published=True)
    TreatyLinkFactory(source=source, as_stated=SECRET)
    return source


def stored_words(source) -> str:
    """All stored text of the source's record."""
    event = source.citations.first().record
    link, figure = source.treaty_links.get(), source.figures.get()
    return " ".join(
        [
            *(str(row.snapshot) for row in event.revisions.all()),
            *(str(row.members) for row in Disagreement.objects.all()),
            *(row.as_stated + row.translation for row in source.citations.all()),
            *(row.quote for row in source.passages.all()),
            link.as_stated,
            figure.as_stated,
        ]
    )


def test_takedown_forgets_unsaved_entries_that_cite_the_source(source):
    user, other = UserFactory(), SourceFactory()
    pages = {
        "/admin/relations/event/add/": [["citations-0-source", str(source.pk)]],
        "/admin/trade/figure/add/": [["source", str(source.pk)], ["quote", SECRET]],
        f"/admin/sources/source/{source.pk}/change/": [["passages-0-quote", SECRET]],
        "/admin/relations/visit/add/": [["citations-0-source", str(other.pk)]],
    }
    for address, values in pages.items():
        UnsavedForm.objects.create(user=user, address=address, values=values)
    take_down(source)
    assert UnsavedForm.objects.get().address == "/admin/relations/visit/add/"


def test_takedown_removes_the_words_of_the_source_and_no_others(source):
    assert stored_words(source).count(SECRET) >= 8
    take_down(source)
    left = stored_words(source)
    assert SECRET not in left
    assert "kept words" in left


def test_takedown_keeps_places_facts_and_disagreements(source):
    before = source.citations.values_list("locator", "field", "stance")
    kept, found = list(before), Disagreement.objects.present().get(rule="contradiction")
    take_down(source)
    assert list(before.all()) == kept
    found.refresh_from_db()
    assert found.present
    assert source.figures.get().value == 1_000_000


def test_takedown_in_the_admin_asks_for_confirmation(source, admin_client):
    form = {"action": "take_down_selected", "_selected_action": [source.pk]}
    page = admin_client.post("/admin/sources/source/", form)
    assert "You cannot undo this." in page.content.decode()
    source.refresh_from_db()
    assert source.erased_on is None
    admin_client.post("/admin/sources/source/", form | {"erase": "1"})
    source.refresh_from_db()
    assert source.erased_on
    assert SECRET not in stored_words(source)


def test_restricting_a_source_truncates_its_words_in_disagreements(
    admin_client,
):
    source = SourceFactory(slug="gazette", rights="public_domain")
    event = EventFactory()
    CitationFactory(record=event)
    words = " ".join(f"word{number}" for number in range(1, 16))
    CitationFactory(
        record=event, source=source, stance="contradicts", field="date", as_stated=words
    )
    publish(event)
    found = Disagreement.objects.get(rule="contradiction")
    assert words in [member["value"] for member in found.members]
    page = f"/admin/sources/source/{source.pk}/change/"
    form = form_data(admin_client.get(page)) | {"rights": "reserved"}
    assert admin_client.post(page, form).status_code == 302
    found.refresh_from_db()
    short = " ".join(words.split()[:12]) + " …"
    assert short in [member["value"] for member in found.members]
    assert words not in str(found.members)
