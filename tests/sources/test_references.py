"""Sources as references and in the vocabulary of schema.org."""

from datetime import date

import pytest

from sources import linked_data, references
from sources.models import Source
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "type", "schema"),
    [
        ("treaty_text", "treaty", "CreativeWork"),
        ("official", "webpage", "CreativeWork"),
        ("statistics", "report", "Dataset"),
        ("news", "article-newspaper", "NewsArticle"),
        ("op_ed", "article-newspaper", "OpinionNewsArticle"),
        ("encyclopedia", "entry-encyclopedia", "Article"),
        ("data_set", "dataset", "Dataset"),
        ("academic", "document", "CreativeWork"),
    ],
)
def test_each_kind_of_source_has_a_type(kind, type, schema):
    source = SourceFactory(kind=kind, url="https://x.example/")
    assert references.source(source).type == type
    assert linked_data.source(source)["@type"] == schema


def test_every_kind_is_tested():
    assert len(Source.Kind) == 8


def test_a_source_is_cited_at_its_own_address_as_last_read():
    source = SourceFactory(
        kind="news", title="Новости", author="A. B.", publisher="The Daily", date="2024-03",
        url="https://x.example/1", accessed=date(2025, 1, 2), language="ru",
    )  # fmt: skip
    found = references.source(source)
    assert (found.url, found.read) == ("https://x.example/1", date(2025, 1, 2))
    assert (found.authors, found.container, found.publisher) == (("A. B.",), "The Daily", "")
    assert (found.issued, found.language) == ((2024, 3), "ru")


def test_a_source_without_an_address_is_cited_at_ours():
    source = SourceFactory(kind="official", publisher="Ministry")
    found = references.source(source)
    assert (found.url, found.read) == (source.get_absolute_url(), None)
    assert (found.type, found.publisher, found.container) == ("document", "Ministry", "")


def test_the_licence_of_a_source_is_not_that_of_our_description():
    source = SourceFactory(rights="open", licence="CC BY 4.0", checksum="a" * 64)
    found = linked_data.source(source)
    assert found["license"] == "CC BY 4.0"
    (described,) = found["subjectOf"]
    assert described["license"]["@id"].endswith("/publicdomain/zero/1.0/")
    assert found["identifier"] == [
        source.slug,
        {"@type": "PropertyValue", "name": "SHA-256", "value": "a" * 64},
    ]
