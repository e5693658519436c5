"""Adding several documents at once, and what a form takes from their metadata and texts."""

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core.uploads import between_requests
from sources import forms
from sources.models import Source, SourceFile, SourceText
from tests.core.language_samples import SAMPLES
from tests.desk.test_admin import errors, formset
from tests.desk.test_review import shown_messages
from tests.desk.test_two_editors import form_data
from tests.documents import docx, pdf, saved_page
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db

ADD = "/admin/sources/source/add/"
PAGE = b"""<html><head><title>Talks</title><link rel=canonical href="https://example.org/talks">
<meta name=author content="A. Aliyev"><meta property="og:site_name" content="Example News">
<meta property="article:published_time" content="2024-03-11"></head>
<body><p>The ministers met.</p></body></html>"""
ONE, TWO = b"One statement\n\nThey met.", b"Another statement\n\nThey parted."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    return settings.MEDIA_ROOT


def form_of(*files, **values):
    data = {"kind": "official", "rights": "public_domain", "slug": "", "title": ""} | values
    data["text_file"] = [SimpleUploadedFile(*file) for file in files]
    return {**formset("passages"), **formset("synopsis"), **data}


def add(client, *files, **values):
    return client.post(ADD, form_of(*files, **values), follow=True)


class TestOneDocument:
    def test_a_pasted_text_gives_its_title_date_and_language(self, admin_client):
        pasted = f"Bəyanat.\n\nBakı, 11 mart 2024-cü il\n\n{SAMPLES['az'][0]}"
        response = admin_client.post(ADD, form_of(pasted=pasted), follow=True)
        source = Source.objects.get()
        assert (source.title, str(source.date), source.language) == ("Bəyanat", "2024-03-11", "az")
        assert "Title, taken from the text: Bəyanat" in shown_messages(response)
        assert "Date, taken from the text: 2024-03-11" in shown_messages(response)
        assert "Language, taken from the text: az" in shown_messages(response)

    def test_what_the_editor_has_filled_in_is_kept(self, admin_client):
        given = {"title": "Mine", "author": "Me", "publisher": "Us", "date": "2023"}
        given |= {"url": "https://example.org/mine", "language": "kk"}
        add(admin_client, ("a.html", PAGE), **given)
        source = Source.objects.get()
        assert {name: str(getattr(source, name)) for name in given} == given

    def test_a_saved_page_gives_its_metadata_and_when_it_was_saved(self, admin_client, client):
        content = saved_page(
            PAGE,
            Date="Tue, 12 Mar 2024 10:00:00 -0000",
            Snapshot_Content_Location="https://www.example.org/talks?utm_source=x",
        )
        add(admin_client, ("talks.mhtml", content))
        source = Source.objects.get()
        assert (source.title, source.author, source.publisher) == (
            "Talks",
            "A. Aliyev",
            "Example News",
        )
        assert source.url == "https://www.example.org/talks?utm_source=x"
        assert (str(source.date), str(source.accessed)) == ("2024-03-11", "2024-03-12")
        Source.objects.release()
        handed = client.get(f"{source.get_absolute_url()}file")
        assert handed["Content-Disposition"] == 'attachment; filename="talks.mhtml"'
        assert handed["Content-Type"] == "multipart/related"

    @pytest.mark.parametrize("tag", ["kk", "uk"])
    def test_the_language_of_the_text_counts_if_the_page_names_another(self, admin_client, tag):
        page = f'<html lang="ru-RU"><head><title>T</title></head><body>{SAMPLES[tag][0]}</body>'
        add(admin_client, ("a.html", page.encode()))
        assert Source.objects.get().language == tag

    def test_a_scanned_pdf_is_named_by_its_metadata_or_its_file(self, admin_client, settings):
        settings.OCR = False
        response = add(admin_client, ("protocol_of_1992.pdf", pdf("")))
        assert Source.objects.get().title == "protocol of 1992"
        assert (
            "The file is attached, but it has no text: its pages are images or blank."
            in shown_messages(response)
        )
        add(admin_client, ("scan.pdf", pdf("", title="Protocol")))
        assert Source.objects.filter(title="Protocol").exists()

    def test_ocr_reads_a_scanned_pdf_if_it_is_turned_on(self, admin_client, settings, monkeypatch):
        settings.OCR = True
        monkeypatch.setattr("sources.texts.is_installed", lambda: True)

        def recognized(reading, content):
            return replace(reading, text="Protocol\n\nRead.", warnings=[("By OCR.", {})])

        monkeypatch.setattr("sources.texts.recognized", recognized)
        add(admin_client, ("scan.pdf", pdf("")))
        source = Source.objects.get()
        assert (source.title, source.full_text.warnings) == ("Protocol", ["By OCR."])

    def test_a_title_that_a_program_made_up_is_not_taken(self, admin_client):
        add(admin_client, ("a.pdf", pdf("Article 1", title="Microsoft Word - draft7.doc")))
        assert Source.objects.get().title == "Article 1"

    @pytest.mark.parametrize(
        ("known", "words"),
        [
            ({"url": "http://example.org/talks/?utm_source=x#top"}, "the same address"),
            ({"text": "the  MINISTERS met."}, "the same text"),
            ({"title": "Talks", "date": "2024-03"}, "the same title and date"),
        ],
    )
    def test_a_known_document_is_recognized_with_a_link(self, admin_client, known, words):
        text = known.pop("text", "")
        source = SourceFactory(**known)
        if text:
            SourceText.objects.create(source=source, text=text)
        response = add(admin_client, ("a.html", PAGE))
        link = f'<a href="/admin/sources/source/{source.pk}/change/" target="_blank">{source}</a>'
        assert link in response.content.decode()
        assert f"· {words}" in response.content.decode()
        assert Source.objects.get() == source


class TestSeveralDocuments:
    def test_each_file_becomes_a_source_with_the_shared_values(self, admin_client):
        response = add(
            admin_client,
            ("a.txt", ONE),
            ("b.html", PAGE),
            ("c.docx", docx("Third")),
            grade="primary",
        )
        rows = Source.objects.order_by("id").values_list("title", "publisher", "grade", "kind")
        assert list(rows) == [
            ("One statement", "", "primary", "official"),
            ("Talks", "Example News", "primary", "official"),
            ("Third", "", "primary", "official"),
        ]
        assert SourceText.objects.count() == SourceFile.objects.count() == 3
        assert LogEntry.objects.filter(action_flag=1).count() == 3
        keys = ",".join(map(str, Source.objects.order_by("id").values_list("pk", flat=True)))
        assert response.redirect_chain[-1][0] == f"/admin/sources/source/?id__in={keys}"
        (said,) = shown_messages(response)
        assert said.startswith("Sources added: 3 (<a href=")

    def test_files_that_cannot_be_added_are_listed_and_the_others_saved(self, admin_client):
        known = SourceFactory(title="Known", url="https://example.org/talks/")
        response = add(
            admin_client,
            ("a.txt", ONE),
            ("b.pdf", b"%PDF-1.4 cut"),
            ("c.html", PAGE),
            ("d.txt", b"one  STATEMENT\n\nthey met."),
            ("e.txt", TWO),
        )
        titles = Source.objects.exclude(pk=known.pk).order_by("id").values_list("title", flat=True)
        assert list(titles) == ["One statement", "Another statement"]
        added, *refused = shown_messages(response)
        assert added.startswith("Sources added: 2 (")
        assert [words.partition(".")[0] for words in refused] == ["“b", "“c", "“d"]
        assert "“b.pdf” was not added. This PDF cannot be read" in refused[0]
        link = f'<a href="/admin/sources/source/{known.pk}/change/">Known</a> (the same address)'
        assert refused[1] == (
            f"“c.html” was not added. It may already exist: {link}. If it is a different document, "
            "add it alone."
        )
        assert refused[2] == ("“d.txt” was not added. This is the same as “a.txt”, also chosen.")

    def test_documents_with_the_same_title_get_different_slugs(self, admin_client):
        add(admin_client, ("a.txt", b"Note\n\nThey met."), ("b.txt", b"Note\n\nThey parted."))
        assert set(Source.objects.values_list("slug", flat=True)) == {"note", "note-2"}

    def test_if_no_file_can_be_added_each_is_listed_at_the_field(self, admin_client, folder):
        response = add(admin_client, ("a.pdf", b"%PDF-1.4 cut"), ("b<i>.txt", b"nul \0"))
        first, second = errors(response)["text_file"]
        assert first.startswith("a.pdf: This PDF cannot be read")
        assert second == "b&lt;i&gt;.txt: This is not text: it contains NUL characters."
        assert not Source.objects.exists()
        assert not folder.exists()

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"title": "A"}, "title", "Several files cannot share this. Leave it blank."),
            ({"url": "https://example.org/"}, "url", "Several files cannot share this."),
            ({"pasted": "words"}, "pasted", "Several files cannot share this."),
            ({"kind": ""}, "kind", "This field is required."),
            ({"rights": "open"}, "__all__", "Name the open licence."),
            (formset("passages", {"locator": "p1"}), "__all__", "cannot share passages"),
        ],
    )
    def test_an_error_in_another_field_keeps_the_files(self, admin_client, values, field, words):
        response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO), **values)
        found = errors(response)
        assert set(found) - {"passages", "locator"} == {field}
        assert len(found[field]) == 1
        assert words in found[field][0]
        assert not Source.objects.exists()
        for name in ("a.txt", "b.txt"):
            assert f"“{name}” is kept until you save." in response.content.decode()

    def test_kept_files_are_added_unless_they_are_removed(self, admin_client):
        response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO), kind="")
        form = response.context["adminform"].form
        tokens = [file.token for file in form["text_file"].value()]
        again = form_of(**{"text_file-kept": tokens, "text_file-drop": tokens[:1]})
        again.pop("text_file")
        admin_client.post(ADD, again)
        assert Source.objects.get().title == "Another statement"
        again |= {"text_file-kept": [*tokens[:1], "0" * 32], "text_file-drop": []}
        response = admin_client.post(ADD, again)
        assert errors(response)["text_file"] == ["The file is no longer stored. Choose it again."]
        assert not between_requests(tokens[1], "file").exists()

    def test_further_files_are_added_to_the_kept_ones(self, admin_client):
        response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO), kind="")
        tokens = [file.token for file in response.context["adminform"].form["text_file"].value()]
        again = {"text_file-kept": tokens}
        response = add(admin_client, ("c.txt", b"Third"), kind="", **again)
        assert response.content.decode().count("is kept until you save.") == 3
        add(admin_client, ("c.txt", b"Third"), **again)
        titles = Source.objects.order_by("title").values_list("title", flat=True)
        assert list(titles) == ["Another statement", "One statement", "Third"]

    def test_a_lost_file_leaves_the_others_on_the_page(self, admin_client):
        response = add(admin_client, ("a.txt", ONE), kind="")
        (file,) = response.context["adminform"].form["text_file"].value()
        form = form_of(**{"text_file-kept": [file.token, "0" * 32]})
        form.pop("text_file")
        response = admin_client.post(ADD, form)
        assert errors(response)["text_file"] == ["The file is no longer stored. Choose it again."]
        (left,) = response.context["adminform"].form["text_file"].value()
        assert (left.token, left.name) == (file.token, "a.txt")
        assert "“a.txt” is kept until you save." in response.content.decode()

    def test_another_file_takes_the_place_of_the_kept_one_of_a_source(self, admin_client):
        source = SourceFactory()
        address = f"/admin/sources/source/{source.pk}/change/"
        form = form_data(admin_client.get(address)) | {"kind": ""}
        form["text_file"] = SimpleUploadedFile("a.txt", ONE)
        response = admin_client.post(address, form)
        (file,) = response.context["adminform"].form["text_file"].value()
        form |= {"kind": "official", "text_file-kept": file.token}
        form["text_file"] = SimpleUploadedFile("b.txt", TWO)
        admin_client.post(address, form)
        assert source.full_text.text == TWO.decode()

    def test_too_many_or_too_large_files_are_refused_unread(self, admin_client, monkeypatch):
        monkeypatch.setattr(forms, "read_file", None)
        files = [(f"{number}.txt", ONE) for number in range(forms.FILES + 1)]
        response = add(admin_client, *files)
        assert errors(response)["text_file"] == ["At most 20 files can be added at once."]
        monkeypatch.setattr(forms, "ALL_FILES", 40)
        response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO))
        assert errors(response)["text_file"] == ["At most 0 MB can be added at once."]

    def test_an_empty_or_oversized_file_is_refused_by_name(self, admin_client, monkeypatch):
        monkeypatch.setattr(forms, "LARGEST", 1 << 20)
        big = ("big.txt", b"x" * ((1 << 20) + 1))
        response = add(admin_client, ("a.txt", ONE), ("empty.txt", b""), big)
        assert [words for words in shown_messages(response) if "not added" in words] == [
            "“empty.txt” was not added. The submitted file is empty.",
            "“big.txt” was not added. The file is larger than 1 MB. Attach a smaller one.",
        ]
        assert Source.objects.get().title == "One statement"

    def test_files_are_read_before_the_transaction_starts(self, admin_client, monkeypatch):
        read, depths = forms.read_file, []

        def recorded(*given):
            depths.append(len(connection.savepoint_ids))
            return read(*given)

        monkeypatch.setattr(forms, "read_file", recorded)
        add(admin_client, ("a.txt", ONE), ("b.txt", TWO))
        assert depths == [0, 0]
        source = Source.objects.first()
        address = f"/admin/sources/source/{source.pk}/change/"
        form = form_data(admin_client.get(address)) | {"checksum": ""}
        admin_client.post(address, form | {"text_file": SimpleUploadedFile("c.txt", b"Third")})
        assert depths == [0, 0, 0]
        source.full_text.refresh_from_db()
        assert source.full_text.text == "Third"

    def test_files_are_read_for_a_limited_time(self, admin_client, monkeypatch):
        monkeypatch.setattr(forms, "ALL_SECONDS", -1)
        response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO))
        assert errors(response)["text_file"][0] == (
            "a.txt: Reading the previous files took too long. Add this one alone."
        )

    def test_a_source_takes_one_file(self, admin_client):
        source = SourceFactory()
        address = f"/admin/sources/source/{source.pk}/change/"
        form = form_data(admin_client.get(address))
        form["text_file"] = [SimpleUploadedFile("a.txt", ONE), SimpleUploadedFile("b.txt", TWO)]
        response = admin_client.post(address, form)
        assert errors(response)["text_file"] == ["A source has one file. Attach only one."]
        assert b"multiple" not in response.content.partition(b'name="text_file"')[2][:80]

    def test_sending_the_form_twice_adds_the_files_once(self, admin_client):
        token = form_data(admin_client.get(ADD))["form_token"]
        for _time in range(2):
            response = add(admin_client, ("a.txt", ONE), ("b.txt", TWO), form_token=token)
        assert Source.objects.count() == 2
        assert "You sent the form twice" in shown_messages(response)[0]
        response = add(admin_client, ("c.txt", b"Third"), ("b.txt", TWO), form_token=token)
        assert "You have already saved this form" in errors(response)["__all__"][0]
