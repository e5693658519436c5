"""The template loader."""

import pytest


@pytest.mark.django_db
def test_pages_lack_the_indentation_of_templates(client):
    page = client.get("/data/").content.decode()
    assert "<h1>" in page
    assert "\n " not in page
