"""What readers do not see is in no file of the package."""

import csv
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from extraction.models import SentenceWithoutFact
from open_data.writing import export
from relations.merging import merge
from relations.models import Decision, Disagreement, ErrorReport, Event, Person
from sources.models import SourceFile, SourceText, Synopsis
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    OrganizationFactory,
    ParticipationFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    UserFactory,
    VisitFactory,
)  # fmt: skip
from tests.open_data.conftest import contents_of
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db
SECRET = "zzsecretzz"


def exported(folder) -> bytes:
    """The bytes of all files of an export, without those that are compressed."""
    export(folder)
    found = contents_of(folder)
    return b"".join(content for name, content in found.items() if not name.endswith(".zip"))


def table(folder, name) -> list[dict]:
    return list(csv.DictReader(StringIO((folder / f"data/{name}.csv").read_text())))


def test_drafts_and_what_only_they_name_stay_private(tmp_path):
    relation = RelationFactory(country_a__slug="aland", country_b__slug="bland")
    event = EventFactory(slug=f"event-{SECRET}", relation=relation)
    CitationFactory(record=event, source__slug=f"source-{SECRET}")
    ParticipationFactory(record=event, person__slug=f"person-{SECRET}")
    VisitFactory(title=SECRET)
    TreatyActionFactory(treaty__slug=f"treaty-{SECRET}")
    FigureFactory(slug=f"figure-{SECRET}")
    TradedGoodFactory(name=SECRET)
    OrganizationFactory(slug=f"organization-{SECRET}")
    PassageFactory(quote=SECRET)
    ErrorReport.objects.create(address="/", message=SECRET)
    assert SECRET.encode() not in exported(tmp_path / "package")
    assert table(tmp_path / "package", "pairs") == []


def test_a_published_row_does_not_name_a_draft(tmp_path):
    draft = EventFactory(slug=f"event-{SECRET}")
    EventFactory(slug="shown", anniversary=5, anniversary_of=draft, published=True)
    treaty = TreatyFactory(published=True)
    TreatyLinkFactory(treaty=treaty, target=TreatyFactory(slug=f"treaty-{SECRET}"))
    visit = VisitFactory(slug=f"visit-{SECRET}")
    step = TreatyActionFactory(treaty=treaty, occasion=visit.record_ptr)
    CitationFactory(record=step)
    publish(step)
    assert SECRET.encode() not in exported(tmp_path / "package")
    assert [row["anniversary_of"] for row in table(tmp_path / "package", "events")] == [""]


def test_a_withdrawn_record_leaves_its_identifier_day_and_reason(tmp_path):
    event = EventFactory(slug="gone", title=SECRET, published=True)
    figure = FigureFactory(slug="gone-figure", note=SECRET, published=True)
    withdraw(event, reason="It did not happen.")
    withdraw(figure, reason="Misread.")
    assert SECRET.encode() not in exported(tmp_path / "package")
    rows = table(tmp_path / "package", "withdrawn")
    assert [(row["id"], row["reason"]) for row in rows] == [
        ("event/gone", "It did not happen."),
        ("figure/gone-figure", "Misread."),
    ]
    at = event.revisions.live().first().at
    assert rows[0]["at"] == at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_accounts_and_remarks_stay_private(tmp_path):
    user = UserFactory(username=SECRET)
    event = EventFactory()
    CitationFactory(record=event)
    publish(event, user=user, reason="New")
    event.revisions.update(reviewer=user, remark=SECRET, remarks={"title": SECRET})
    found = Disagreement.objects.create(
        key="contradiction:x:date", rule="contradiction", title="x", record=event, reason="So",
        state="decided", decided_by=user, decided_at=timezone.now(),
    )  # fmt: skip
    Decision.objects.create(disagreement=found, state="decided", reason="So", author=user)
    assert SECRET.encode() not in exported(tmp_path / "package")
    assert [row["reason"] for row in table(tmp_path / "package", "versions")] == ["New"]
    assert [row["reason"] for row in table(tmp_path / "package", "decisions")] == ["So"]


def test_texts_and_files_are_those_of_open_sources(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    for rights, text in (("reserved", SECRET), ("public_domain", "Free words")):
        source = SourceFactory(slug=rights.replace("_", "-"), rights=rights, public=True)
        SourceText.objects.create(source=source, text=text)
        SentenceWithoutFact.objects.create(source=source, digest="0" * 64)
        Synopsis.objects.create(source=source, paragraph=1, text="In short")
        file = SourceFile(source=source, media_type="text/plain", size=len(text))
        file.file.save("stored-name", ContentFile(text.encode()))
    assert SECRET.encode() not in exported(tmp_path / "package")
    folder = tmp_path / "package"
    assert contents_of(folder)["files/public-domain.txt"] == b"Free words"
    assert [row["text"] for row in table(folder, "source_texts")] == ["Free words"]
    assert [row["id"] for row in table(folder, "source_files")] == ["public-domain"]
    assert len(table(folder, "synopses")) == 2
    assert len(table(folder, "sentences_without_fact")) == 1


def test_quotations_of_sources_that_are_not_open_are_cut_short(tmp_path):
    event = EventFactory(published=True)
    long = " ".join(f"word{n}" for n in range(20))
    for rights in ("reserved", "public_domain"):
        CitationFactory(record=event, source__rights=rights, locator=rights, as_stated=long)
    publish(event)
    export(tmp_path / "package")
    cut = " ".join(f"word{n}" for n in range(12)) + " …"
    stated = {row["locator"]: row["as_stated"] for row in table(tmp_path / "package", "citations")}
    assert (stated["reserved"], stated["public_domain"]) == (cut, long)
    newest = table(tmp_path / "package", "versions")[-1]["snapshot"]
    assert (newest.count(f'"{cut}"'), newest.count(f'"{long}"')) == (1, 1)


def test_merged_rows_leave_their_addresses(tmp_path):
    kept, other = (EventFactory(slug=slug, title="Same", published=True) for slug in ("a", "b"))
    Event.objects.update(relation=kept.relation)
    people = [PersonFactory(slug=slug, public=True) for slug in ("c", "d")]
    merge(*Event.objects.order_by("slug"), reason="Twice")
    merge(*Person.objects.filter(pk__in=[row.pk for row in people]).order_by("slug"))
    export(tmp_path / "package")
    rows = table(tmp_path / "package", "former_addresses")
    assert [(row["id"], row["slug"], row["record"], row["person"]) for row in rows] == [
        ("person/c/d", "d", "", "c"),
        ("record/a/b", "b", "a", ""),
    ]
    assert [row["id"] for row in table(tmp_path / "package", "withdrawn")] == ["event/b"]
