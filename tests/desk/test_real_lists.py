"""The lists that people use, from beside the repository: all their rows are read."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from desk.adapters import adapter_named
from relations.models import Event, Mission, Visit
from sources.importing import run
from tests.conftest import FULL, missing
from tests.desk.test_import_data import adds_up
from treaties.models import TreatyAction

pytestmark = [pytest.mark.django_db, pytest.mark.material]

FOLDER = settings.BASE_DIR.parent / "shared" / "data"
VISITS = "us-historian-visits/visits.csv"
long = pytest.mark.skipif(not FULL, reason="a long list; shorter ones are imported in the same way")


def import_file(folder, name, file):
    """Import a list as of 1 February 2026; return the report and the rejected rows."""
    path, report, rejects = FOLDER / file, folder / "report.json", folder / "rejects.csv"
    if not path.exists():
        missing("the data sets are not here")
    call_command(
        "import_data", name, str(path), report=report, rejects=rejects, stdout=io.StringIO(),
        as_of=date(2026, 2, 1),
    )  # fmt: skip
    with rejects.open(encoding="utf-8") as rows:
        return json.loads(report.read_text()), list(csv.DictReader(rows))


def assert_outcomes(report, read, created, unchanged, rejected):
    found = (report["read"], report["created"], report["unchanged"], report["rejected"])
    assert found == (read, created, unchanged, rejected)
    assert adds_up(report)
    assert Event.objects.count() == 16
    assert not TreatyAction.objects.filter(citations=None).exists()


@pytest.fixture(scope="module")
def visits(base, module_database, tmp_path_factory):
    """The visits to the United States, imported once; the report and the rejected rows."""
    return import_file(tmp_path_factory.mktemp("visits"), "us-visits", VISITS)


@pytest.mark.parametrize(
    ("name", "file", "read", "created", "unchanged", "rejected"),
    [
        ("wto-members", "wto-members/wto_members.csv", 166, 165, 0, 1),
        ("unctad-iia", "unctad-iia/treaties.csv", 3951, 3948, 1, 2),
        pytest.param("cow-igo", "cow-igo/memberships.csv", 19042, 18843, 14, 185, marks=long),
        pytest.param("uk-treaties", "uk-treaties/treaties.csv", 8134, 6894, 0, 1240, marks=long),
    ],
)
def test_they_are_read_completely(base, tmp_path, name, file, read, created, unchanged, rejected):
    report, _rejects = import_file(tmp_path, name, file)
    assert_outcomes(report, read, created, unchanged, rejected)


@long
def test_embassies_are_read_completely_with_their_dates(base, tmp_path):
    report, _rejects = import_file(tmp_path, "embassies", "embassies-wikidata/embassies.csv")
    assert_outcomes(report, 9852, 9711, 0, 141)
    dated = Mission.objects.filter(citations__source__slug="wikidata-embassies")
    lengths = Counter(len(str(day)) for day in dated.values_list("date", flat=True))
    assert lengths == {0: 8784, 4: 643, 7: 107, 10: 177}


def test_visits_are_read_completely(visits):
    report, _rejects = visits
    assert_outcomes(report, 3264, 3219, 0, 45)


def test_the_row_about_yugoslavia_in_2001_is_rejected(visits):
    _report, rejects = visits
    (reason,) = [row["_reason"] for row in rejects if row["id"] == "1464"]
    assert "1918 – 27 April 1992" in reason
    assert "Serbia and Montenegro" in reason
    assert not Visit.objects.filter(relation__slug="united-states-yugoslavia", year__gt=1992)


def test_a_list_under_another_source_adds_only_citations(visits, monkeypatch):
    count = Visit.objects.count()
    other = adapter_named("us-visits")
    own = type(other).map
    monkeypatch.setattr(type(other), "source", other.source | {"slug": "other-visits"})
    monkeypatch.setattr(
        type(other), "map", lambda self, row: replace(own(self, row), slug=f"o-{row.number}")
    )
    report = run(adapter_named("us-visits"), FOLDER / VISITS)
    assert (report.outcomes["created"], report.outcomes["updated"]) == (0, 3219)
    assert Visit.objects.count() == count
