"""Files of sources: recognized by content, stored out of reach, served by a single view."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from config.settings import MEDIA_ROOT
from core.documents import LARGEST
from sources.models import SourceFile, SourceText
from sources.texts import attach, erase, read_document
from tests.documents import pdf
from tests.factories import PassageFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def files(folder) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


class TestAttaching:
    def test_attaching_a_pdf_stores_the_file_and_its_text_page_by_page(self, folder):
        source, content = SourceFactory(), pdf("Article 1", "Article 2")
        passage = PassageFactory(source=source, quote="Article 2")
        counts = attach(source, content, "treaty.pdf")
        assert counts == {"matches": 1}
        assert SourceText.objects.get().text == "Article 1\n\f\nArticle 2"
        passage.refresh_from_db()
        assert (passage.start, passage.anchoring) == (12, "matches")
        row = SourceFile.objects.get()
        assert (row.media_type, row.size) == ("application/pdf", len(content))
        assert files(folder) == [content]

    def test_a_pdf_of_images_is_stored_without_text(self):
        source = SourceFactory()
        attach(source, pdf(""), "scan.pdf")
        assert not SourceText.objects.exists()
        assert SourceFile.objects.get().media_type == "application/pdf"

    @pytest.mark.parametrize(
        ("content", "name", "words"),
        [
            (b"plain words", "treaty.pdf", "does not match the content of the file (plain text)"),
            (pdf("Article 1"), "treaty.txt", "does not match the content of the file (PDF)"),
            (b"%PDF-1.7 and then nothing", "treaty.pdf", "This PDF cannot be read"),
            (pdf("Article 1")[:300], "treaty.pdf", "This PDF cannot be read"),
            (pdf("Article 1", password="x"), "treaty.pdf", "This PDF needs a password"),
            (b"PK\x03\x04\xff\xfe", "treaty.docx", "This archive is damaged"),
            ("договор".encode("cp1251"), "treaty.txt", "The encoding of this text is unknown"),
            (b"nul \0 inside", "treaty.txt", "it contains NUL characters"),
            (
                b"x" * (LARGEST + 1),
                "treaty.txt",
                "The file is larger than 20 MB. Attach a smaller one.",
            ),
        ],
        ids=[
            "text as pdf",
            "pdf as text",
            "invalid pdf",
            "truncated pdf",
            "encrypted pdf",
            "zip",
            "cp1251",
            "nul",
            "large",
        ],
    )
    def test_an_invalid_file_is_rejected_with_the_reason(self, folder, content, name, words):
        source = SourceFactory()
        with pytest.raises(ValidationError) as error:
            attach(source, content, name)
        assert words in error.value.messages[0]
        assert not SourceFile.objects.exists()
        assert not folder.exists() or not files(folder)

    def test_a_pdf_with_too_many_pages_is_rejected(self):
        with pytest.raises(ValidationError, match="more than 2000 pages"):
            read_document(SourceFactory(), "", pdf(*[""] * 2001))

    def test_the_form_rejects_an_invalid_file_at_its_field_and_saves_nothing(self, admin_client):
        source = SourceFactory()
        response = admin_client.post(
            f"/admin/sources/source/{source.pk}/change/",
            {
                "title": "Changed",
                "kind": "treaty_text",
                "rights": "public_domain",
                "text_file": SimpleUploadedFile("law.pdf", b"no pdf at all"),
                **{
                    f"{name}-{part}": "0"
                    for name in ("passages", "synopsis")
                    for part in ("TOTAL_FORMS", "INITIAL_FORMS")
                },
            },
        )
        errors = response.context["adminform"].form.errors
        assert "does not match the content of the file" in errors["text_file"][0]
        source.refresh_from_db()
        assert source.title != "Changed"
        assert not SourceFile.objects.exists()


class TestReplacing:
    def test_a_second_file_replaces_the_first(self, folder, django_capture_on_commit_callbacks):
        source = SourceFactory()
        attach(source, b"first")
        source.checksum = ""
        source.save()
        with django_capture_on_commit_callbacks(execute=True):
            attach(source, b"second")
        assert files(folder) == [b"second"]
        assert SourceText.objects.get().text == "second"

    def test_erasing_a_source_deletes_its_file(self, folder, django_capture_on_commit_callbacks):
        source = SourceFactory()
        attach(source, b"words")
        with django_capture_on_commit_callbacks(execute=True):
            erase(source)
        assert files(folder) == []
        assert not SourceFile.objects.exists()


class TestServing:
    def test_everyone_can_download_the_file_of_an_open_source(self, client):
        source = SourceFactory(slug="gazette", rights="public_domain", public=True)
        content = pdf("Article 1")
        attach(source, content, "a.pdf")
        assert 'href="/sources/gazette/file"' in client.get("/sources/gazette/").content.decode()
        response = client.get("/sources/gazette/file")
        assert response.getvalue() == content
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'attachment; filename="gazette.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_only_editors_can_download_the_file_of_a_restricted_source(self, client):
        source = SourceFactory(slug="paper", rights="reserved", public=True)
        attach(source, b"words")
        assert client.get("/sources/paper/file").status_code == 404
        assert "/sources/paper/file" not in client.get("/sources/paper/").content.decode()
        reader = User.objects.create_user("reader")
        client.force_login(reader)
        assert client.get("/sources/paper/file").status_code == 404
        reader.user_permissions.add(Permission.objects.get(codename="view_source"))
        assert client.get("/sources/paper/file").getvalue() == b"words"
        assert "/sources/paper/file" in client.get("/sources/paper/").content.decode()

    def test_a_missing_source_or_file_is_a_404(self, client, folder):
        assert client.get("/sources/nothing/file").status_code == 404
        source = SourceFactory(slug="gazette", rights="public_domain", public=True)
        assert client.get("/sources/gazette/file").status_code == 404
        attach(source, b"words")
        for path in folder.rglob("*"):
            path.unlink()
        assert client.get("/sources/gazette/file").status_code == 404

    def test_the_file_folder_is_outside_the_static_folders(self):
        static = [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]
        assert not any(MEDIA_ROOT.is_relative_to(path) for path in static)
