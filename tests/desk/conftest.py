"""Fixtures for the tests of the desk."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command

from tests.conftest import signed_in
from tests.factories import UserFactory


@pytest.fixture
def colleagues():
    """A signed-in client for each role, by the role's name in lower case."""
    found = {}
    for role in ("Editor", "Reviewer", "Publisher", "Administrator"):
        user = UserFactory(username=role.lower(), role=role)
        found[role.lower()] = client = signed_in(user)
        client.user = user
    return found


@pytest.fixture
def import_list(tmp_path):
    """Import a text as a list and return the report, with its output and its rejects."""

    def imported(name, text, *flags, **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        if name == "unctad-iia":
            options = {"as_of": date(2026, 2, 1)} | options
        out, report, rejects = io.StringIO(), tmp_path / "report.json", tmp_path / "rejects.csv"
        call_command(
            "import_data", name, str(path), *flags, report=report, rejects=rejects, stdout=out,
            **options,
        )  # fmt: skip
        found = json.loads(report.read_text())
        found["printed"] = out.getvalue()
        found["rejects"] = rejects
        return found

    return imported


@pytest.fixture
def mapping(tmp_path):
    def write(text):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write
