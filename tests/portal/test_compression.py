"""Pages are compressed unless they contain data of a single reader."""

import gzip

import pytest

pytestmark = pytest.mark.django_db


def get_with_gzip(client, address):
    return client.get(address, headers={"accept-encoding": "gzip"})


def test_a_page_that_is_the_same_for_everyone_is_compressed(client, base):
    response = get_with_gzip(client, "/relations/azerbaijan-kazakhstan/")
    assert response["Content-Encoding"] == "gzip"
    assert "Azerbaijan–Kazakhstan" in gzip.decompress(response.content).decode()


@pytest.mark.parametrize("address", ["/report/digital-silk-road/", "/admin/login/"])
def test_a_page_with_a_form_token_is_not_compressed(client, base, address):
    response = get_with_gzip(client, address)
    assert b"csrfmiddlewaretoken" in response.content
    assert "Content-Encoding" not in response
