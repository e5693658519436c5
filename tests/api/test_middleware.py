"""Rate limits, media types, cross-origin requests and conditional requests of the API."""

import re

import pytest
from django.core.cache import cache

from api import middleware
from tests.conftest import missing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


class TestRateLimit:
    def test_headers_count_down_and_further_requests_are_refused(self, client, base, settings):
        settings.API_RATE = 2
        left = []
        for _turn in range(2):
            response = client.get("/api/v1/topics/")
            assert response.status_code == 200
            assert response["RateLimit-Limit"] == "2"
            left.append(response["RateLimit-Remaining"])
        assert left == ["1", "0"]
        response = client.get("/api/v1/topics/")
        assert response.status_code == 429
        assert response["Content-Type"] == "application/problem+json"
        assert response["RateLimit-Remaining"] == "0"
        assert 1 <= int(response["Retry-After"]) <= 60
        assert response["Retry-After"] == response["RateLimit-Reset"]
        assert response.json()["detail"].startswith("More than 2 requests in a minute.")

    def test_each_address_has_its_own_limit(self, client, base, settings):
        settings.API_RATE = 1
        assert client.get("/api/v1/", REMOTE_ADDR="192.0.2.1").status_code == 200
        assert client.get("/api/v1/", REMOTE_ADDR="192.0.2.1").status_code == 429
        assert client.get("/api/v1/", REMOTE_ADDR="192.0.2.2").status_code == 200

    def test_a_new_minute_begins_a_new_count(self, client, base, settings, monkeypatch):
        settings.API_RATE = 1
        now = [60_000.0]
        monkeypatch.setattr(middleware.time, "time", lambda: now[0])
        assert client.get("/api/v1/").status_code == 200
        assert client.get("/api/v1/")["Retry-After"] == "60"
        now[0] += 59
        assert client.get("/api/v1/")["Retry-After"] == "1"
        now[0] += 1
        assert client.get("/api/v1/").status_code == 200

    def test_pages_and_files_have_no_limit(self, client, base, settings):
        settings.API_RATE = 1
        for _turn in range(3):
            response = client.get("/countries.json")
            assert response.status_code == 200
            assert "RateLimit-Limit" not in response

    def test_counts_in_redis_are_shared_by_processes(self, client, base, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "core.caches.RedisCache",
                "LOCATION": "redis://127.0.0.1:6379/15",
                "KEY_PREFIX": "test",
            }
        }
        settings.API_RATE = 2
        try:
            cache.clear()
        except Exception as error:
            missing(f"Redis does not answer: {error}")
        used, _left = middleware.count("192.0.2.9")
        assert used == 1
        response = client.get("/api/v1/", REMOTE_ADDR="192.0.2.9")
        assert response["RateLimit-Remaining"] == "0"
        cache.clear()


class TestMediaTypes:
    @pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/xml", "image/*"])
    def test_an_accept_header_that_rules_out_json_is_answered_with_406(self, client, base, accept):
        response = client.get("/api/v1/topics/", headers={"Accept": accept})
        assert response.status_code == 406
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"] == "The API answers in JSON only: application/json."

    @pytest.mark.parametrize(
        "accept", ["*/*", "application/*", "application/json", "", "text/html, */*"]
    )
    def test_other_accept_headers_get_json(self, client, base, accept):
        response = client.get("/api/v1/topics/", headers={"Accept": accept})
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"


class TestConditionalRequests:
    def test_an_answer_that_has_not_changed_is_304_also_if_cached(self, client, base, settings):
        settings.PAGES_KEPT = 2000
        settings.API_RATE = 10
        first = client.get("/api/v1/topics/")
        second = client.get("/api/v1/topics/", headers={"If-None-Match": first["ETag"]})
        assert second.status_code == 304
        assert (first["RateLimit-Remaining"], second["RateLimit-Remaining"]) == ("9", "8")

    def test_a_cached_answer_counts_and_says_how_many_are_left(self, client, base, settings):
        settings.PAGES_KEPT = 2000
        settings.API_RATE = 10
        left = [client.get("/api/v1/topics/")["RateLimit-Remaining"] for _turn in range(3)]
        assert left == ["9", "8", "7"]

    def test_a_cached_answer_is_not_given_to_a_client_that_rules_it_out(
        self, client, base, settings
    ):
        settings.PAGES_KEPT = 2000
        assert client.get("/api/v1/topics/").status_code == 200
        assert client.get("/api/v1/topics/", headers={"Accept": "text/csv"}).status_code == 406


class TestCrossOrigin:
    def test_scripts_of_other_sites_may_read_answers_and_headers(self, client, base):
        response = client.get("/api/v1/topics/", headers={"Origin": "https://example.org"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        exposed = set(re.split(", ?", response["Access-Control-Expose-Headers"]))
        assert {"ETag", "Link", "RateLimit-Remaining"} <= exposed

    def test_a_preflight_allows_reading_only(self, client, base):
        response = client.options(
            "/api/v1/topics/",
            headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"},
        )
        assert response.status_code == 200
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "if-none-match" in response["Access-Control-Allow-Headers"]

    def test_the_desk_is_closed_to_other_sites(self, client, base):
        response = client.get("/admin/login/", headers={"Origin": "https://example.org"})
        assert "Access-Control-Allow-Origin" not in response
