"""Files of lists: names, absolute addresses, and cells that programs can read."""

import csv
import io
import json
import re
from datetime import datetime
from decimal import Decimal
from html import unescape
from urllib.parse import quote

import pandas
import pytest

from core.dates import today
from core.urls import TABLES

pytestmark = pytest.mark.django_db

PAIR = "azerbaijan-kazakhstan"
# The files of lists, with the beginning of their names.
FILES = {
    "/treaties{}": "treaty",
    "/treaties{}?pair=azerbaijan-kazakhstan&status=in_force&on=2001-02-03": (
        "treaty_pair-azerbaijan-kazakhstan_status-in_force_on-2001-02-03"
    ),
    "/visits{}?q=Baku": "visit_q-baku",
    "/search{}?q=baku": "search_q-baku",
    "/events{}": "event",
    "/organizations{}?identified=true": "organization_identified-true",
    "/people{}": "person",
    "/countries{}": "country",
    "/missions{}": "mission",
    "/countries/kazakhstan/partners{}?by=missions": "kazakhstan_partners_by-missions",
    f"/compare{{}}?pair={PAIR}&pair=france-italy": f"compare_{PAIR}_france-italy",
    "/relations{}": "relation",
    "/sources{}?kind=news&page=2": "source_kind-news",
    "/disagreements{}": "disagreement",
    "/trade{}?year=2023": "figure_year-2023",
    f"/relations/{PAIR}/timeline{{}}?kind=visit&kind=action&year_from=1996": (
        f"timeline_{PAIR}_kind-visit-action_year_from-1996"
    ),
    f"/trade/{PAIR}{{}}": f"trade_{PAIR}",
    f"/trade/{PAIR}/mirror{{}}": f"mirror_{PAIR}",
    f"/trade/{PAIR}/charts/turnover-usd{{}}": f"{PAIR}_turnover-usd_all-goods",
    "/countries/kazakhstan/map{}?show=missions&on=2005-01-01": (
        "map_kazakhstan_show-missions_on-2005-01-01"
    ),
    "/organizations/osce/map{}": "map_osce",
    "/trade/partners/kazakhstan{}?flow=exports": "partners_kazakhstan_flow-exports",
}


def addresses(value):
    """All values that are addresses of ours, in any part of a row."""
    if isinstance(value, dict):
        found = [value[name] for name in ("url", "changes") if isinstance(value.get(name), str)]
        return [*found, *(one for part in value.values() for one in addresses(part))]
    return [one for part in value for one in addresses(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize("form", TABLES)
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


@pytest.mark.parametrize("address", FILES)
def test_json_lines_and_workbooks_hold_the_rows_of_the_other_files(client, base, address):
    found = json.loads(client.get(address.format(".json")).getvalue())
    items = found["figures"] if "figures" in found else found["items"]
    response = client.get(address.format(".jsonl"))
    assert response["Content-Type"] == "application/jsonl"
    lines = response.getvalue()
    assert [json.loads(line) for line in lines.splitlines()] == items
    assert len(pandas.read_json(io.BytesIO(lines), lines=True)) == len(items)
    text = client.get(address.format(".csv")).getvalue().decode()
    (header, *rows) = csv.reader(io.StringIO(text), strict=True)
    response = client.get(address.format(".xlsx"))
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = pandas.read_excel(
        io.BytesIO(response.getvalue()), dtype=object, keep_default_na=False, na_filter=False
    )
    assert list(sheet.columns) == header
    assert len(sheet) == len(rows)
    for values, cells in zip(sheet.values.tolist(), rows, strict=True):
        assert all(map(is_same, values, cells)), (values, cells)


def is_same(value, text: str) -> bool:
    """Whether the value of a cell of a workbook is that of a cell of CSV."""
    if isinstance(value, bool):
        return text == ("yes" if value else "no")
    if isinstance(value, datetime):
        return text == value.date().isoformat()
    if isinstance(value, (int, float)):
        return Decimal(repr(value)) == Decimal(text)
    return value == text.removeprefix("'")


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


def test_the_name_of_a_file_has_a_cyrillic_filter(client, base):
    name = quote(f"visit_q-алиев_{today().isoformat()}.csv")
    response = client.get("/visits.csv", {"q": "Алиев"})
    assert response["Content-Disposition"] == f"inline; filename*=utf-8''{name}"


def lines(response) -> list[str]:
    return response.getvalue().decode().splitlines()


@pytest.mark.parametrize(
    ("full", "empty"),
    [
        ("/treaties.csv", "/treaties.csv?q=zzzzzz"),
        ("/visits.csv", "/visits.csv?q=zzzzzz"),
        ("/events.csv", "/events.csv?q=zzzzzz"),
        ("/trade.csv", "/trade.csv?country=france"),
        (f"/trade/{PAIR}.csv", "/trade/azerbaijan-russia.csv"),
        (f"/relations/{PAIR}/timeline.csv", f"/relations/{PAIR}/timeline.csv?q=zzzzzz"),
    ],
)
def test_a_list_without_rows_is_a_header(client, base, full, empty):
    (header, *_rows) = lines(client.get(full))
    assert lines(client.get(empty)) == [header]
    found = json.loads(client.get(empty.replace(".csv", ".json")).getvalue())
    assert found.get("items", found.get("figures")) == []


@pytest.mark.parametrize(
    ("address", "columns"),
    [
        ("/trade/azerbaijan-russia.csv", "id,url,from,to,period,"),
        ("/trade/azerbaijan-russia/mirror.csv", "year,commodity,from,to,unit,exports,"),
        ("/trade/partners/russia.csv", "place,country,partner,flow,commodity,year,value,"),
        ("/relations/france-germany/timeline.csv", "id,url,kind,title,"),
    ],
)
def test_a_file_of_a_pair_without_data_is_a_header(client, base, address, columns):
    (header,) = lines(client.get(address))
    assert header.startswith(columns)


@pytest.mark.parametrize(
    "address",
    [
        f"/trade/{PAIR}{{}}?year=1999",
        f"/trade/{PAIR}{{}}?commodity=TOTAL",
        f"/trade/{PAIR}/mirror{{}}?flow=exports",
        "/trade/partners/kazakhstan{}?partner=azerbaijan",
        "/trade{}?yaer=2023",
        "/visits{}?year=1999",
        "/treaties{}?q=a&from=1999",
        "/relations{}?one=azerbaijan",
        f"/relations/{PAIR}/timeline{{}}?year=1999",
    ],
)
def test_a_file_refuses_parameters_that_it_would_ignore(client, base, address):
    name = [part.partition("=")[0] for part in address.partition("?")[2].split("&")][-1]
    for form in TABLES:
        response = client.get(address.format(f".{form}"))
        assert response.status_code == 400
        assert f"This file has no filter “{name}”." in response.content.decode()


def test_the_file_of_a_chart_names_a_parameter_that_it_would_ignore(client, base):
    response = client.get(f"/trade/{PAIR}/charts/turnover-usd.csv?flow=exports")
    assert response.status_code == 404
    assert "This file has no filter “flow”." in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/visits/?q=Baku&utm=1&page=1",
        f"/trade/{PAIR}/?commodity=TOTAL&utm=1",
        f"/trade/{PAIR}/mirror/?utm=1",
        "/trade/partners/kazakhstan/?utm=1",
        f"/relations/{PAIR}/timeline/?kind=visit&order=oldest&year=2024&utm=1",
    ],
)
def test_the_links_to_files_leave_out_other_parameters(client, base, address):
    page = client.get(address)
    assert page.status_code == 200
    found = re.findall(r'href="([^"]+\.(?:csv|jsonl?|xlsx|svg)[^"]*)"', page.content.decode())
    assert found
    for link in found:
        assert client.get(unescape(link)).status_code == 200
        assert "utm" not in link


@pytest.mark.parametrize("path", ["/visits{}?rank=head_of_state", "/events{}", "/treaties{}"])
def test_lists_of_records_are_files_for_reference_managers(client, base, path):
    rows = json.loads(client.get(path.format(".json")).getvalue())["items"]
    bib = client.get(path.format(".bib")).getvalue().decode()
    ris = client.get(path.format(".ris")).getvalue().decode()
    assert len(rows) > 1
    assert re.findall(r"^@(?:misc|legal){(.+),$", bib, re.M) == [row["id"] for row in rows]
    assert re.findall(r"^UR  - (.+)\r$", ris, re.M) == [row["url"] for row in rows]
    assert f'href="{path.format(".ris")}"' in client.get(path.format("/")).content.decode()
