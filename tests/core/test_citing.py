"""Citations of pages in words."""

from datetime import date

import pytest

from core.citing import PageCitation


@pytest.mark.parametrize(
    ("version", "changed", "state"),
    [
        (3, date(2026, 11, 20), ", version 3 of 20 Nov 2026"),
        (3, None, ", version 3"),
        (0, date(2026, 11, 20), ", as of 20 Nov 2026"),
        (0, None, ""),
    ],
)
def test_a_citation_names_title_address_state_and_day_of_access(version, changed, state):
    address = "https://relations.example/a-c/"
    cited = PageCitation("A & B–C_D", address, date(2026, 11, 23), changed, version)
    assert str(cited) == (
        f"“A & B–C_D”, Bilateral relations, {address}{state} (accessed 23 Nov 2026)."
    )
