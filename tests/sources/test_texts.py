"""Texts of sources: attaching, anchoring, annotating, erasing, and limits on quotations."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from sources.models import Passage, SourceText
from sources.texts import annotate
from tests.factories import CitationFactory, EventFactory, PassageFactory, SourceFactory
from tests.steps import publish

TEXT = "The first paragraph, with a fact.\n\nThe second: two facts, and again a fact.\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def anchoring(*passages):
    for passage in passages:
        passage.refresh_from_db()
    return [(passage.anchoring, passage.start, passage.end) for passage in passages]


@pytest.mark.django_db
class TestAttach:
    def test_attaching_checks_offsets_and_finds_missing_ones(self, file, capsys):
        source = SourceFactory(slug="gazette", checksum=hashlib.sha256(TEXT.encode()).hexdigest())
        right = PassageFactory(source=source, start=4, end=9, quote="first")
        found = PassageFactory(source=source, quote="two facts")
        wrong = PassageFactory(source=source, locator="wrong", start=0, end=5, quote="first")
        unclear = PassageFactory(source=source, locator="unclear", quote="a fact")
        outside = PassageFactory(
            source=source, locator="outside", start=500, end=505, quote="first"
        )
        call_command("attach_text", "gazette", str(file))
        assert anchoring(right, found, wrong, unclear, outside) == [
            ("matches", 4, 9),
            ("matches", 47, 56),
            ("mismatch", 0, 5),
            ("mismatch", None, None),
            ("mismatch", 500, 505),
        ]
        printed = capsys.readouterr().out
        assert "wrong does not match: “first”" in printed
        assert SourceText.objects.get(source=source).text == TEXT

    def test_a_quote_matches_whatever_its_invisible_characters_but_not_its_letters(self, tmp_path):
        text = (
            "On 5\u00a0May Ka\u00adzakh\u00adstan rati\u00ad\nfied \u200ethe long\u2011term pact."
        )
        (tmp_path / "text.txt").write_text(text, encoding="utf-8")
        source = SourceFactory(slug="gazette")
        quotes = ("5 May Kazakhstan", "ratified the long-term", "Pact", "kazakhstan")
        found = [
            PassageFactory(source=source, locator=f"p{number}", quote=quote)
            for number, quote in enumerate(quotes)
        ]
        there = PassageFactory(source=source, locator="p9", start=3, end=8, quote="5 May")
        call_command("attach_text", "gazette", str(tmp_path / "text.txt"))
        assert anchoring(*found, there) == [
            ("matches", 3, 21),
            ("matches", 22, 47),
            ("mismatch", None, None),
            ("mismatch", None, None),
            ("matches", 3, 8),
        ]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"Another text", "This is a different text: its SHA-256 is"),
            (b"\xff\xff", "The encoding of this text is unknown: byte 0 is not UTF-8"),
            (b"nul \0 byte", "This is not text: it contains NUL characters."),
        ],
    )
    def test_a_text_that_is_wrong_or_unreadable_is_rejected(self, tmp_path, content, message):
        checksum = "" if b"Another" not in content else "0" * 64
        source = SourceFactory(slug="gazette", checksum=checksum)
        path = tmp_path / "text.txt"
        path.write_bytes(content)
        with pytest.raises(CommandError, match=message):
            call_command("attach_text", "gazette", str(path))
        assert not SourceText.objects.exists()
        source.refresh_from_db()
        assert source.checksum == checksum

    def test_an_unknown_source_or_file_is_reported(self, tmp_path):
        with pytest.raises(CommandError, match="There is no source “gazette”."):
            call_command("attach_text", "gazette", str(tmp_path / "text.txt"))
        SourceFactory(slug="gazette")
        with pytest.raises(CommandError, match="No such file"):
            call_command("attach_text", "gazette", str(tmp_path / "text.txt"))

    @pytest.mark.material
    def test_every_passage_of_the_article_matches_its_text(self, base, article_text, tmp_path):
        path = tmp_path / "article.txt"
        path.write_bytes(article_text.encode())
        call_command("attach_text", "a-historic-opportunity", str(path))
        assert set(Passage.objects.values_list("anchoring", flat=True)) == {"matches"}

    def test_an_editor_attaches_a_text_in_the_admin(self, admin_client):
        source = SourceFactory(slug="gazette", checksum="0" * 64, rights="unknown")
        form = {
            "title": source.title,
            "kind": source.kind,
            "rights": "unknown",
            "checksum": source.checksum,
            "text_file": SimpleUploadedFile("text.txt", TEXT.encode()),
        } | {
            f"{name}-{count}_FORMS": 0
            for name in ("passages", "synopsis")
            for count in ("TOTAL", "INITIAL")
        }
        address = f"/admin/sources/source/{source.pk}/change/"
        errors = admin_client.post(address, form).context["adminform"].form.errors
        assert errors["text_file"][0].startswith("This is a different text")
        form["text_file"] = SimpleUploadedFile("text.txt", TEXT.encode())
        form["checksum"] = hashlib.sha256(TEXT.encode()).hexdigest()
        assert admin_client.post(address, form).status_code == 302
        assert SourceText.objects.get(source=source).text == TEXT


@pytest.mark.django_db
class TestTakedown:
    def test_takedown_erases_text_and_quotes_but_keeps_places_and_facts(self, file, client):
        source = SourceFactory(slug="gazette", rights="open", licence="CC0")
        passage = PassageFactory(source=source, locator="p1s1", quote="first", start=4, end=9)
        event = EventFactory()
        CitationFactory(record=event, source=source, passage=passage)
        publish(event)
        call_command("attach_text", "gazette", str(file))
        call_command("takedown", "gazette", "--yes")
        passage.refresh_from_db()
        assert (passage.quote, passage.start, passage.locator) == ("", 4, "p1s1")
        assert not SourceText.objects.exists()
        page = client.get("/sources/gazette/").content.decode()
        assert "first" not in page
        assert event.title in page
        assert "erased" in page

    def test_an_erased_text_cannot_be_attached_again(self, file):
        SourceFactory(slug="gazette")
        call_command("takedown", "gazette", "--yes")
        with pytest.raises(CommandError, match="was erased on"):
            call_command("attach_text", "gazette", str(file))

    def test_takedown_asks_for_confirmation(self, monkeypatch):
        SourceFactory(slug="gazette")
        monkeypatch.setattr("builtins.input", lambda prompt: "yes")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("takedown", "gazette")


def segments(text, *passages):
    return [
        [(segment.text, [p.locator for p in segment.passages]) for segment in paragraph]
        for paragraph in annotate(text, passages)
    ]


def at(start, end, locator):
    return Passage(start=start, end=end, locator=locator, anchoring="matches")


class TestAnnotate:
    def test_paragraphs_are_split_at_the_ends_of_passages(self):
        assert segments("One two three.\n\nFour.", at(4, 7, "a")) == [
            [("One ", []), ("two", ["a"]), (" three.", [])],
            [("Four.", [])],
        ]

    def test_passages_may_overlap(self):
        assert segments("One two three", at(0, 7, "a"), at(4, 13, "b")) == [
            [("One ", ["a"]), ("two", ["a", "b"]), (" three", ["b"])]
        ]

    def test_a_passage_that_does_not_match_is_ignored(self):
        wrong = Passage(start=0, end=3, locator="a", anchoring="mismatch")
        assert segments("One two", wrong) == [[("One two", [])]]

    @given(
        st.text(alphabet="ab \n", max_size=60),
        st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=6),
    )
    def test_annotating_keeps_the_whole_text(self, text, places):
        passages = [
            at(start, start + length, str(number))
            for number, (start, length) in enumerate(places)
            if start + length <= len(text)
        ]
        parts = ["".join(run.text for run in part) for part in annotate(text, passages)]
        assert "\n\n".join(parts).split() == text.split()


@pytest.mark.django_db
class TestLimits:
    LONG = "one two three four five six seven eight nine ten eleven twelve thirteen"

    def test_a_restricted_source_allows_quotes_of_twelve_words(self):
        passage = PassageFactory.build(source=SourceFactory(rights="reserved"), quote=self.LONG)
        with pytest.raises(ValidationError) as refused:
            passage.full_clean()
        assert refused.value.message_dict["quote"] == [
            "13 words are too many. At most 12 words of this source may be quoted, because of its "
            "rights: "
            "all rights reserved."
        ]
        passage.quote = self.LONG.rpartition(" ")[0]
        passage.full_clean()

    def test_an_open_source_allows_quotes_of_any_length(self):
        source = SourceFactory(rights="open", licence="CC BY 4.0")
        PassageFactory.build(source=source, quote=self.LONG).full_clean()

    @pytest.mark.parametrize("field", ["as_stated", "translation"])
    def test_citations_have_the_same_limit(self, field):
        citation = CitationFactory.build(
            record=EventFactory(), source=SourceFactory(rights="unknown"), **{field: self.LONG}
        )
        with pytest.raises(ValidationError) as refused:
            citation.full_clean()
        assert list(refused.value.message_dict) == [field]

    def test_offsets_outside_the_text_are_rejected(self, file):
        source = SourceFactory(slug="gazette")
        call_command("attach_text", "gazette", str(file))
        with pytest.raises(ValidationError) as refused:
            PassageFactory.build(source=source, start=10, end=5000).full_clean()
        assert refused.value.message_dict == {"end": ["The text has only 76 characters."]}

    def test_restricting_a_source_truncates_its_quotes_everywhere(self, client):
        source = SourceFactory(slug="gazette", rights="open", licence="CC0")
        passage = PassageFactory(source=source, quote=self.LONG)
        event = EventFactory(slug="event")
        CitationFactory(record=event, source=source, passage=passage, as_stated=self.LONG + "!")
        publish(event)
        source.rights = "reserved"
        source.save()
        for address in ("/events/event/", "/events/event.json", "/events.csv", "/sources/gazette/"):
            response = client.get(address)
            text = (response.getvalue() if response.streaming else response.content).decode()
            assert "twelve …" in text, address
            assert "thirteen" not in text, address
