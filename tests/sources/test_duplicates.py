"""Likely duplicates of a source: by address, text, file, or title and date."""

import hashlib

import pytest

from sources.duplicates import plain_address, similar_sources
from sources.models import Source, SourceText
from sources.texts import attach
from tests.factories import SourceFactory

SAME = [
    "https://www.example.org/news/visit",
    "http://example.org/news/visit",
    "https://EXAMPLE.org/news/visit/",
    "https://example.org:443/news/visit",
    "https://example.org/news/visit#top",
    "https://example.org/news/visit?utm_source=x&utm_medium=y",
    "https://example.org/news/visit?fbclid=abc",
    "https://example.org/news/visit/index.html",
    "https://example.org/news/%76isit",
    "https://m.example.org/news/visit",
    "https://www.mobile.example.org/news/visit",
    "https://amp.example.org/news/visit/amp",
    "https://example.org./news/visit?",
    "https://example.org/x/..//news/./visit",
    "https://example.org/news/visit?ysclid=a&msclkid=b&igshid=c",
    "https://example.org/news/visit?from=telegram&ref=home",
    "https://example.org/news/visit;jsessionid=AB12?PHPSESSID=cd&print=1",
    " https://example.org/news/vi\u00adsit\u200b",
    "https://web.archive.org/web/20200101000000/http://www.example.org/news/visit",
]
DIFFERENT = [
    "https://example.org/news/visit-2",
    "https://example.org/News/visit",
    "https://example.org/news/visit?id=2",
    "https://example.org:8080/news/visit",
    "https://en.example.org/news/visit",
    "https://example.com/news/visit",
    "https://mail.example.org/news/visit",
    "https://example.org/news%2Fvisit",
    "https://example.org/news/visit.html",
    "https://example.org/news/visit?lang=ru",
    "https://example.org/news/visit?ref=12",
    "https://example.org/news/visit#/page/2",
]
TEXT = "The presidents met in Baku.\n\nThey signed a declaration."


@pytest.mark.parametrize("address", SAME)
def test_addresses_of_one_page_are_the_same(address):
    assert plain_address(address) == plain_address(SAME[0])


@pytest.mark.parametrize("address", DIFFERENT)
def test_addresses_of_other_pages_differ(address):
    assert plain_address(address) != plain_address(SAME[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://en.wikipedia.org/wiki/Baku", "https://en.m.wikipedia.org/wiki/Baku"),
        ("https://ru.wikipedia.org/wiki/Баку", "https://ru.wikipedia.org/wiki/%D0%91%D0%B0%D0%BA%D1%83"),
        ("https://пример.рф/a", "http://xn--e1afmkfd.xn--p1ai/a/"),
        ("https://example.org/Orb\u00e1n", "https://example.org/Orba%CC%81n"),
        ("https://doi.org/10.1000/ABC", "http://dx.doi.org/10.1000/abc"),
        ("https://example.org/default.asp", "https://example.org"),
    ],
)  # fmt: skip
def test_other_spellings_of_one_address_are_the_same(one, other):
    assert plain_address(one) == plain_address(other)
    assert plain_address("https://m.org/a") != plain_address("https://org/a")


def test_the_order_of_parameters_does_not_count():
    assert plain_address("https://a.org/?b=2&a=1") == plain_address("https://a.org?a=1&b=2")


@pytest.mark.django_db
class TestSimilar:
    @pytest.mark.parametrize(("address", "found"), [(SAME[1], True), (DIFFERENT[0], False)])
    def test_a_source_is_found_by_its_address(self, address, found):
        known = SourceFactory(url=SAME[0])
        assert similar_sources(Source(url=address)) == ([known] if found else [])

    def test_a_source_is_found_by_its_text_whatever_its_lines_and_case(self):
        known = SourceFactory()
        attach(known, TEXT.encode(), "a.txt")
        again = TEXT.replace("\n\n", "\r\n").replace("The presidents", "THE  PRESIDENTS")
        assert similar_sources(Source(), again) == [known]
        assert similar_sources(Source(), TEXT + " More.") == []

    def test_a_source_is_found_by_its_new_text_after_the_text_is_replaced(self):
        known = SourceFactory()
        attach(known, b"Another text.", "a.txt")
        known.checksum = ""
        attach(known, TEXT.encode(), "a.txt")
        assert similar_sources(Source(), TEXT) == [known]
        assert SourceText.objects.get().digest == SourceText(text=TEXT).digest

    def test_a_source_is_found_by_its_file(self):
        checksum = hashlib.sha256(b"file").hexdigest()
        known = SourceFactory(checksum=checksum)
        assert similar_sources(Source(), checksum=checksum) == [known]

    def test_a_source_is_found_by_title_and_date_together(self):
        known = SourceFactory(title="Joint Statement", date="2024-03-11")
        same = Source(title="joint statement", date="2024-03-11")
        assert similar_sources(same) == [known]
        assert similar_sources(Source(title="“Joint Statement.”", date="2024-03")) == [known]
        assert similar_sources(Source(title="Joint Statement", date="[2023..]")) == [known]
        assert similar_sources(Source(title="Joint Statements", date="2024-03-11")) == []
        assert similar_sources(Source(title="Joint Statement", date="2024-03-12")) == []
        assert similar_sources(Source(title="Joint Statement", date="")) == []


@pytest.mark.django_db
class TestForm:
    def form(self, **values):
        return {
            "title": "Statement", "kind": "news", "rights": "unknown", "slug": "",
            "passages-TOTAL_FORMS": 0, "passages-INITIAL_FORMS": 0,
            "synopsis-TOTAL_FORMS": 0, "synopsis-INITIAL_FORMS": 0,
        } | values  # fmt: skip

    @pytest.mark.parametrize("values", [{"url": SAME[5]}, {"pasted": TEXT}])
    def test_a_known_source_is_refused_until_it_is_ruled_out(self, admin_client, values):
        known = SourceFactory(url=SAME[0])
        attach(known, TEXT.encode(), "a.txt")
        response = admin_client.post("/admin/sources/source/add/", self.form(**values))
        assert response.context["adminform"].form.duplicates == [known]
        page = response.content.decode()
        assert f'href="/admin/sources/source/{known.pk}/change/"' in page
        assert f'name="shown" value="{known.pk}"' in page
        assert Source.objects.filter(title="Statement").count() == 0
        more = {"_different": "1", "shown": known.pk}
        response = admin_client.post("/admin/sources/source/add/", self.form(**values, **more))
        assert response.status_code == 302
        assert Source.objects.filter(title="Statement").count() == 1

    def test_an_existing_source_is_not_asked_about(self, admin_client):
        SourceFactory(url=SAME[0])
        other = SourceFactory(url=SAME[1])
        form = self.form(title="Reworded", url=other.url, kind=other.kind)
        response = admin_client.post(f"/admin/sources/source/{other.pk}/change/", form)
        assert response.status_code == 302

    @pytest.mark.parametrize(
        "title",
        ["Press re\u00adlease on talks", "press release on  talks", "PRESS RELEASE ON TALKS"],
    )
    def test_a_title_is_compared_as_readers_see_it(self, title):
        known = SourceFactory(title="Press release on talks", date="2024-01-01")
        assert similar_sources(Source(title=title, date="2024-01-01")) == [known]
        assert similar_sources(Source(title=title, date="2024-01-02")) == []
