"""Files of lists: names, absolute addresses, and cells that programs can read."""

import csv
import io
import json

import pytest

from core.dates import today

pytestmark = pytest.mark.django_db

PAIR = "azerbaijan-kazakhstan"
# The files of lists, with the beginning of their names.
FILES = {
    "/treaties{}": "treaty",
    "/treaties{}?pair=azerbaijan-kazakhstan&status=in_force&on=2001-02-03": (
        "treaty_pair-azerbaijan-kazakhstan_status-in_force_on-2001-02-03"
    ),
    "/visits{}?q=Baku": "visit_q-baku",
    "/events{}": "event",
    "/organizations{}?identified=true": "organization_identified-true",
    "/people{}": "person",
    "/countries{}": "country",
    "/relations{}": "relation",
    "/sources{}?kind=news&page=2": "source_kind-news",
    "/disagreements{}": "disagreement",
    "/trade{}?year=2023": "figure_year-2023",
    f"/relations/{PAIR}/timeline{{}}?kind=visit&kind=action&year_from=1996": (
        f"timeline_{PAIR}_kind-visit-action_year_from-1996"
    ),
    f"/trade/{PAIR}{{}}": f"trade_{PAIR}",
    f"/trade/{PAIR}/mirror{{}}": f"mirror_{PAIR}",
    f"/trade/{PAIR}/charts/turnover-usd{{}}": f"{PAIR}_turnover-usd",
    "/trade/partners/kazakhstan{}?flow=exports": "partners_kazakhstan_flow-exports",
}


def addresses(value):
    """All values that are addresses of ours, in any part of a row."""
    if isinstance(value, dict):
        found = [value[name] for name in ("url", "changes") if isinstance(value.get(name), str)]
        return [*found, *(one for part in value.values() for one in addresses(part))]
    return [one for part in value for one in addresses(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_files_are_named_by_pair_filters_and_day(client, base, address, form):
    response = client.get(address.format(f".{form}"))
    assert response.status_code == 200
    name = f"{FILES[address]}_{today().isoformat()}.{form}"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'


@pytest.mark.parametrize("address", FILES)
def test_files_have_absolute_addresses_and_cells_that_parse(client, base, address):
    found = json.loads(client.get(address.format(".json")).getvalue())
    items = found["figures"] if "figures" in found else found["items"]
    assert all(one.startswith("http://testserver/") for one in addresses(found))
    text = client.get(address.format(".csv")).getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert len(rows) == len(items)
    for row, item in zip(rows, items, strict=True):
        for name, value in item.items():
            if isinstance(value, (list, dict)):
                assert json.loads(row[name]) == value
            elif name == "url":
                assert row[name] == value


@pytest.mark.parametrize(
    "address",
    [
        "/treaties/foundations-of-relations-1996.json",
        "/countries/kazakhstan.json",
        "/organizations/united-nations.json",
        "/sources/a-historic-opportunity.json",
    ],
)
def test_the_file_of_one_row_has_absolute_addresses(client, base, address):
    found = addresses(client.get(address).json())
    assert found
    assert all(one.startswith("http://testserver/") for one in found)


@pytest.mark.parametrize("address", ["/treaties.csv", "/visits.csv", "/events.csv"])
def test_a_list_without_rows_is_a_header(client, base, address):
    (full, *_rows) = client.get(address).getvalue().decode().splitlines()
    assert client.get(f"{address}?q=zzzzzz").getvalue().decode().splitlines() == [full]
