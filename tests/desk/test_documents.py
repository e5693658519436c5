"""Adding a document from a file or pasted text, and citing its words in records."""

import tracemalloc
from io import RawIOBase

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django.asserts import assertInHTML

from core.uploads import CappedUploadHandler
from relations import workflow
from relations.models import Citation, Event
from relations.publication import revise
from sources.models import Passage, Source, SourceFile, SourceText
from tests.desk.test_admin import errors, event_form, figure_form, formset, treaty_form
from tests.desk.test_review import address, shown_messages
from tests.desk.test_two_editors import form_data
from tests.documents import docx, paragraph, pdf, word
from tests.factories import (
    CitationFactory,
    EventFactory,
    IndicatorFactory,
    PassageFactory,
    RelationFactory,
    SourceFactory,
)
from trade.models import Figure
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

ADD = "/admin/sources/source/add/"
TEXT = "The ministers met in Astana. They signed two agreements.\n\nTrade grew in Astana."


class Stream(RawIOBase):
    """A form as a stream, whose last file has `size` bytes that never exist all at once."""

    def __init__(self, form: bytes, size: int):
        end = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.start, self.end = form.removesuffix(end), end
        self.left, self.length = size, len(form) + size

    def read(self, size):
        """Return at most `size` bytes of the rest."""
        if self.start:
            found, self.start = self.start[:size], self.start[size:]
        elif self.left:
            found = b"x" * min(size, self.left)
            self.left -= len(found)
        else:
            found, self.end = self.end[:size], self.end[size:]
        return found


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def pair():
    return RelationFactory()


@pytest.fixture
def source():
    source = SourceFactory(rights="public_domain")
    SourceText.objects.create(source=source, text=TEXT)
    return source


def source_form(file=None, **values):
    data = {"title": "", "kind": "official", "rights": "public_domain", "slug": ""} | values
    data |= {"text_file": SimpleUploadedFile(*file)} if file else {}
    return data | formset("passages") | formset("synopsis")


class TestAdding:
    def test_a_file_gives_its_text_and_fills_blank_fields_from_its_metadata(self, admin_client):
        content = docx("The ministers met.", title="Joint statement", language="kk")
        response = admin_client.post(
            ADD,
            source_form(("a.docx", content), grade="primary", date="March 2024"),
            follow=True,
        )
        source = Source.objects.get()
        assert (source.title, source.slug, source.language) == (
            "Joint statement",
            "joint-statement",
            "kk",
        )
        assert (str(source.date), source.grade) == ("2024-03", "primary")
        assert source.full_text.text == "The ministers met."
        assert source.attached_file.get_media_type_display() == "Word document"
        assert "Title, taken from the file: Joint statement" in shown_messages(response)
        assert "Language, taken from the file: kk" in shown_messages(response)
        assert response.redirect_chain[-1][0] == f"/admin/workbench/{source.pk}/"

    def test_a_title_of_any_length_is_taken_whole(self, admin_client):
        title = "Protocol " + "on visas " * 100
        admin_client.post(ADD, source_form(("a.pdf", pdf("The ministers met.", title=title))))
        assert Source.objects.get().title == title.strip()
        other = title.replace("Protocol", "Convention").strip()
        admin_client.post(ADD, source_form(title=other, pasted="They parted."))
        assert Source.objects.filter(title=other).exists()

    def test_values_from_the_editor_take_precedence_over_metadata(self, admin_client):
        content = pdf("Article 1", title="scan0001.pdf", language="en")
        admin_client.post(ADD, source_form(("a.pdf", content), title="Treaty", language="ru"))
        source = Source.objects.get()
        assert (source.title, source.language) == ("Treaty", "ru")

    def test_a_web_page_gives_its_date_and_text_without_scripts(self, admin_client, client):
        page = (
            b"<!doctype html><html lang=ru><head><title>News</title>"
            b"<meta property='article:published_time' content='2024-03-11'>"
            b"<script>alert(1)</script></head><body><p>The ministers met &lt;b&gt;today.</p>"
            b"<script>alert(2)</script></body></html>"
        )
        admin_client.post(ADD, source_form(("a.html", page)))
        source = Source.objects.get()
        assert (source.title, str(source.date), source.language) == ("News", "2024-03-11", "ru")
        assert source.full_text.text == "The ministers met <b>today."
        Source.objects.release()
        shown = client.get(source.get_absolute_url()).content.decode()
        assert "met &lt;b&gt;today." in shown
        assert "alert(" not in shown
        handed = client.get(f"{source.get_absolute_url()}file")
        assert handed["Content-Disposition"] == 'attachment; filename="news.html"'
        assert handed["X-Content-Type-Options"] == "nosniff"

    def test_pasted_text_is_stored_unchanged(self, admin_client):
        pasted = "<html>The first.\r\n\r\nThe second.  "
        response = admin_client.post(ADD, source_form(title="Notes", pasted=pasted), follow=True)
        source = Source.objects.get()
        assert source.full_text.text == "<html>The first.\n\nThe second."
        assert source.attached_file.name == "notes.txt"
        assert "Add from this source" in response.content.decode()

    def test_what_the_text_leaves_out_is_said_at_once_and_on_the_pages_of_the_source(
        self, admin_client
    ):
        comment = '<w:r><w:commentReference w:id="1"/></w:r>'
        content = word(paragraph("The ministers met.", comment))
        response = admin_client.post(ADD, source_form(("a.docx", content), title="T"), follow=True)
        words = "Comments left out: 1."
        assert words in shown_messages(response)
        source = Source.objects.get()
        for page in ("change", "text"):
            address = f"/admin/sources/source/{source.pk}/{page}/"
            assertInHTML(f"<li>{words}</li>", admin_client.get(address).content.decode())
        form = source_form(("b.docx", docx("The ministers met.")), title="T", slug=source.slug)
        admin_client.post(f"/admin/sources/source/{source.pk}/change/", form)
        assert SourceText.objects.get().warnings == []

    @pytest.mark.parametrize(
        ("quotes", "words"),
        [
            ([], "The text is attached."),
            (["The first"], "The text is attached. Passages that match it: 1 of 1."),
            (["The first", "A third"], "The text is attached. Passages that match it: 1 of 2."),
        ],
    )
    def test_passages_are_counted_if_there_are_any(self, admin_client, quotes, words):
        source = SourceFactory(title="Notes")
        for number, quote in enumerate(quotes):
            PassageFactory(source=source, locator=f"p{number}", quote=quote)
        PassageFactory(source=source, locator="without-words", quote="")
        form = form_data(admin_client.get(address(source)))
        form |= {"pasted": "The first.\n\nThe second."}
        response = admin_client.post(address(source), form, follow=True)
        assert shown_messages(response)[0] == words

    def test_a_pdf_of_images_is_stored_with_a_warning(self, admin_client):
        response = admin_client.post(
            ADD, source_form(("a.pdf", pdf("")), title="Scan"), follow=True
        )
        assert (
            "The file is attached, but it has no text: its pages are images or blank."
            in shown_messages(response)
        )
        assert SourceFile.objects.get().size > 0
        assert not SourceText.objects.exists()

    @pytest.mark.parametrize(
        ("given", "field", "words"),
        [
            ({"file": ("a.pdf", b"no pdf")}, "text_file", "does not match the content of the file"),
            ({"file": ("a.pdf", b"%PDF-1.4 cut")}, "text_file", "This PDF cannot be read"),
            ({"file": ("a.txt", b"words"), "pasted": "words"}, "pasted", "but not both"),
            ({"pasted": "nul \0"}, "pasted", "Null characters are not allowed."),
            ({"pasted": "words", "checksum": "0" * 64}, "pasted", "This is a different text"),
            ({"pasted": "… 12", "title": ""}, "title", "Give the title."),
            ({"pasted": "words", "date": "soon"}, "date", "“soon”"),
            ({"pasted": "words", "kind": ""}, "kind", "This field is required."),
            ({"pasted": "words", "rights": "open"}, "__all__", "Name the open licence."),
        ],
    )
    def test_invalid_input_is_rejected_at_its_field_and_nothing_is_saved(
        self, admin_client, folder, given, field, words
    ):
        response = admin_client.post(ADD, source_form(**{"title": "A"} | given))
        assert words in errors(response)[field][0]
        assert not Source.objects.exists()
        assert not folder.exists()

    def test_an_oversized_upload_is_rejected_with_the_reason(self, admin_client, settings):
        settings.LARGEST_UPLOAD = 100_000
        big = SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * (21 << 20))
        response = admin_client.post(ADD, source_form(title="A") | {"text_file": big})
        assert errors(response)["text_file"] == [
            "The file is larger than 20 MB. Attach a smaller one."
        ]

    def test_the_upload_handler_stores_no_more_than_the_limit(self, settings):
        settings.LARGEST_UPLOAD = 100_000
        handler = CappedUploadHandler()
        handler.new_file("text_file", "a.pdf", "application/pdf", None)
        for start in range(0, 10_000_000, 65_536):
            handler.receive_data_chunk(b"x" * 65_536, start)
        kept = handler.file_complete(10_027_008)
        assert (kept.size, len(kept.read())) == (10_027_008, 131_072)
        kept.close()

    def test_an_upload_of_200_mb_is_rejected_without_storing_it(
        self, admin_client, settings, monkeypatch
    ):
        kept, write = [], TemporaryFileUploadHandler.receive_data_chunk

        def count(handler, data, start):
            kept.append(len(data))
            write(handler, data, start)

        monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", count)
        form = source_form(title="A") | {"text_file": SimpleUploadedFile("a.pdf", b"")}
        stream = Stream(encode_multipart(BOUNDARY, form), 200 << 20)
        sent = {"wsgi.input": stream, "CONTENT_LENGTH": stream.length}
        tracemalloc.start()
        response = admin_client.generic("POST", ADD, CONTENT_TYPE=MULTIPART_CONTENT, **sent)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert errors(response)["text_file"] == [
            "The file is larger than 20 MB. Attach a smaller one."
        ]
        assert not Source.objects.exists()
        assert (stream.left, settings.LARGEST_UPLOAD) == (0, 64 << 20)
        # All of it was received; storing stopped within a chunk of the limit, and memory use stayed
        # low.
        assert 0 <= sum(kept) - settings.LARGEST_UPLOAD < 1 << 20
        assert peak < 20 << 20

    def test_the_desk_shows_the_text_of_a_source_with_its_passages(
        self, admin_client, client, source
    ):
        source.rights = "reserved"
        source.save()
        Passage.objects.create(
            source=source, locator="p1s1", start=4, end=13, quote="ministers", anchoring="matches"
        )
        address = f"/admin/sources/source/{source.pk}/text/"
        page = admin_client.get(address).content.decode()
        assert '<mark title="paragraph 1, sentence 1">ministers</mark> met in Astana.' in page
        assert "For editors only: all rights reserved." in page
        assert client.get(address).status_code == 302
        assert admin_client.get("/admin/sources/source/99/text/").status_code == 404


class TestCiting:
    def test_a_record_added_from_a_source_starts_with_its_citation(self, admin_client, source):
        page = admin_client.get(f"/admin/relations/event/add/?source={source.pk}&quote=signed")
        (formset,) = [
            inline.formset
            for inline in page.context["inline_admin_formsets"]
            if inline.formset.prefix == "citations"
        ]
        assert formset.forms[0].initial == {"source": str(source.pk), "quote": "signed"}
        for hostile in ("0", "x", "9" * 30, "\0", "-1"):
            query = {"source": hostile}
            assert admin_client.get("/admin/relations/event/add/", query).status_code == 200
            assert admin_client.get("/admin/treaties/treaty/add/", query).status_code == 200
            assert admin_client.get("/admin/trade/figure/add/", query).status_code == 200

    def test_copied_words_become_a_passage(self, admin_client, source, pair):
        row = {"source": source.pk, "quote": "THEY SIGNED two", "stance": "supports"}
        response = admin_client.post(
            "/admin/relations/event/add/", event_form(pair, row, _publish="1")
        )
        assert response.status_code == 302
        citation = Citation.objects.select_related("passage").get()
        assert (citation.passage.quote, citation.locator) == ("They signed two", "p1s2")
        assert citation.place == "paragraph 1, sentence 2"
        assert Event.objects.get().state == "published"

    def test_words_at_several_places_need_a_choice(self, admin_client, source, pair):
        row = {"source": source.pk, "quote": "in Astana", "stance": "supports"}
        refused = admin_client.post("/admin/relations/event/add/", event_form(pair, row))
        assert errors(refused)["quote"][0].startswith("These words occur in 2 places (")
        assert not Event.objects.exists()
        row["quote_at"] = TEXT.rindex("in Astana")
        admin_client.post("/admin/relations/event/add/", event_form(pair, row))
        assert Citation.objects.get().locator == "p2s1"

    @pytest.mark.parametrize(
        ("row", "field", "words"),
        [
            (
                {"quote": "They signed nothing at all"},
                "quote",
                "The nearest words are “They signed two agree",
            ),
            ({"quote": "zebra"}, "quote", "are not in the text of this source."),
            ({"quote": "two", "source": ""}, "source", "This field is required."),
            ({"quote": "two", "quote_at": "x"}, "quote_at", "Enter a whole number."),
            ({"quote": "in Astana", "quote_at": "5"}, "quote", "occur in 2 places"),
        ],
    )
    def test_words_that_cannot_be_located_are_rejected_at_their_field(
        self, admin_client, source, pair, row, field, words
    ):
        row = {"source": source.pk, "stance": "supports"} | row
        response = admin_client.post("/admin/relations/event/add/", event_form(pair, row))
        assert words in errors(response)[field][0]
        assert not Event.objects.exists()
        assert not Passage.objects.exists()

    def test_a_place_chosen_for_other_words_is_ignored(self, admin_client, source, pair):
        row = {"source": source.pk, "quote": "They signed two", "quote_at": 5, "stance": "supports"}
        admin_client.post("/admin/relations/event/add/", event_form(pair, row))
        assert Citation.objects.get().passage.start == TEXT.index("They signed two")

    def test_a_citation_takes_a_passage_or_words_but_not_both(self, admin_client, source, pair):
        passage = Passage.objects.create(source=source, locator="p1s1")
        row = {"source": source.pk, "passage": passage.pk, "quote": "two", "stance": "supports"}
        response = admin_client.post("/admin/relations/event/add/", event_form(pair, row))
        assert errors(response)["quote"] == ["Choose a passage or enter the words, but not both."]

    def test_two_citations_of_the_same_words_share_a_passage(self, admin_client, source, pair):
        row = {"source": source.pk, "quote": "They signed two", "stance": "supports"}
        admin_client.post(
            "/admin/relations/event/add/", event_form(pair, row, row | {"field": "date"})
        )
        assert Citation.objects.values("passage").distinct().count() == 1
        assert Passage.objects.count() == 1

    def test_a_pending_change_keeps_its_new_passage(self, admin_client, source, pair):
        event = EventFactory(relation=pair, published=True, date="2024-05")
        revise(event)
        old = event.citations.get()
        form = event_form(pair, title=event.title, event_type=event.event_type, slug=event.slug)
        form |= formset(
            "citations",
            {"id": old.pk, "record": event.pk, "source": old.source_id, "locator": old.locator,
             "stance": old.stance, "field": old.field},
            {"source": source.pk, "quote": "They signed two", "stance": "supports",
             "field": "date"},
        ) | {"citations-INITIAL_FORMS": 1}  # fmt: skip
        form |= {"reason": "Another source", "edition": workflow.edition(event)}
        response = admin_client.post(f"/admin/relations/event/{event.pk}/change/", form)
        assert response.status_code == 302
        assert event.citations.count() == 1
        assert Passage.objects.get(source=source).locator == "p1s2"
        workflow.publish(event, response.wsgi_request.user)
        assert event.citations.get(source=source).passage.quote == "They signed two"

    def test_confirming_a_duplicate_adds_the_words_as_a_citation(self, admin_client, source, pair):
        known = EventFactory(relation=pair, date="2024-05", title="A new council")
        CitationFactory(record=known)
        row = {"source": source.pk, "quote": "They signed two", "stance": "supports"}
        form = event_form(pair, row, event_type=known.event_type)
        assert admin_client.post("/admin/relations/event/add/", form).status_code == 200
        assert not Passage.objects.filter(source=source).exists()
        admin_client.post("/admin/relations/event/add/", form | {"_same": known.pk})
        assert known.citations.get(source=source).passage.quote == "They signed two"

    def test_a_treaty_step_can_be_cited_by_copied_words(self, admin_client, source, pair):
        step = {"action_type": "signature", "date": "2024-03-11", "source": source.pk}
        step |= {"quote": "They signed two agreements"}
        row = {"source": source.pk, "quote": "two agreements", "stance": "supports"}
        form = treaty_form(pair, step) | formset("citations", row)
        response = admin_client.post("/admin/treaties/treaty/add/", form)
        assert response.status_code == 302, errors(response)
        (action,) = Treaty.objects.get().actions.all()
        assert action.citations.get().passage.quote == "They signed two agreements"

    def test_copied_words_for_a_treaty_step_need_a_source(self, admin_client, pair):
        step = {"action_type": "signature", "date": "2024-03-11", "quote": "They signed"}
        response = admin_client.post("/admin/treaties/treaty/add/", treaty_form(pair, step))
        assert errors(response)["source"] == ["Choose the source of these words."]

    def test_a_figure_can_be_cited_by_copied_words(self, admin_client, source, pair):
        form = figure_form(pair, source, IndicatorFactory(), locator="", quote="Trade grew")
        response = admin_client.post("/admin/trade/figure/add/", form)
        assert response.status_code == 302, errors(response)
        assert Figure.objects.get().passage.locator == "p2s1"


class TestLocating:
    def ask(self, client, **values):
        response = client.get("/admin/locate/", values)
        return response.json() if response.status_code == 200 else response.status_code

    def test_locating_words_gives_their_places(self, admin_client, source):
        assert self.ask(admin_client, source=source.pk, words="signed TWO") == {
            "said": "Found: " + " ".join(TEXT.replace("signed two", "[signed two]").split()),
            "found": [],
        }
        several = self.ask(admin_client, source=source.pk, words="in Astana")
        assert several["said"].startswith("These words occur in several places.")
        assert [row["start"] for row in several["found"]] == [
            TEXT.index("in Astana"),
            TEXT.rindex("in Astana"),
        ]
        # Even if the surroundings are the same, the editor can tell them apart.
        assert len({row["words"] for row in several["found"]}) == 2
        none = self.ask(admin_client, source=source.pk, words="They signed nothing at all")
        assert "The nearest words are “They signed two agreements.”" in none["said"]

    def test_locating_in_a_source_without_text_says_so(self, admin_client):
        said = self.ask(admin_client, source=SourceFactory().pk, words="words")["said"]
        assert said == "This source has no attached text. Enter the place yourself."

    @pytest.mark.parametrize("key", ["", "x", "9" * 30, "-1", "٣", "\0"])
    @pytest.mark.parametrize("words", ["", "\0", "\ud800", "(.*" * 500])
    def test_hostile_queries_get_an_empty_answer(self, admin_client, source, key, words):
        words = words.encode("utf-8", "surrogatepass")
        assert self.ask(admin_client, source=key or source.pk, words=words)["found"] == []

    def test_only_users_who_may_see_sources_get_an_answer(self, client, source):
        assert self.ask(client, source=source.pk, words="two") == 302
