"""JSON-LD in the vocabulary of schema.org: nodes as dicts, their dates, and files of them.

The apps map their rows in `linked_data.py`; docs/references.md has tables of the mappings.
"""

import json
from collections.abc import Iterable, Iterator

from django.urls import reverse

from core.dates import Edtf
from core.references import SITE

LINKED_DATA = "application/ld+json"
# Written into each file, so that nothing has to be fetched to read it.
CONTEXT = {"@vocab": "https://schema.org/"}
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
# The datatype of dates in EDTF that ISO 8601 cannot express.
EDTF = "http://id.loc.gov/datatypes/edtf"
WIKIDATA = "http://www.wikidata.org/entity/"


def described(node: dict) -> dict:
    """A node as a document of its own."""
    return {"@context": CONTEXT} | node


def graph_lines(nodes: Iterable[dict]) -> Iterator[str]:
    """Nodes as one document, one node per line."""
    yield json.dumps({"@context": CONTEXT})[:-1] + ', "@graph": ['
    for number, node in enumerate(nodes):
        yield (",\n" if number else "\n") + json.dumps(node, ensure_ascii=False)
    yield "\n]}\n"


def known(node: dict) -> dict:
    """A node without the properties that have no value."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def date_value(date: Edtf) -> str | dict | None:
    """A date as ISO 8601, if that is exactly as precise; otherwise as a literal in EDTF. None if it
    is unknown, or the end of something that has not ended."""
    if not date or date.is_open:
        return None
    if date.iso and date.is_definite:
        return date.iso
    return {"@type": EDTF, "@value": str(date)}


def brief(row, type: str) -> dict:
    """Another row within a node: its permanent address, type and name."""
    # Without the brackets of titles that are ours.
    name = getattr(row, "title", "") or str(row)
    return {"@id": row.get_absolute_url(), "@type": type, "name": name}


def place(name: str, within: dict | None = None) -> dict | None:
    """A place by its name, within another place; if it has no name, the other place."""
    if not name:
        return within
    return known({"@type": "Place", "name": name, "containedInPlace": within})


def same_as(wikidata: str) -> dict | None:
    """The item of Wikidata with this identifier."""
    return {"@id": f"{WIKIDATA}{wikidata}"} if wikidata else None


def property_value(name: str, value) -> dict:
    """A named value for which schema.org has no property."""
    return {"@type": "PropertyValue", "name": name, "value": value}


def record_of(row, citations: Iterable[dict] = ()) -> dict:
    """Our description of a row, which is in the public domain whatever it describes: its address,
    licence, version and sources, and the data set that it is part of."""
    return known(
        {
            "@id": f"{row.get_absolute_url().rstrip('/')}.jsonld",
            "@type": "CreativeWork",
            "license": {"@id": CC0},
            "version": getattr(row, "version", 0) or None,
            "citation": list({node["@id"]: node for node in citations}.values()),
            "isPartOf": data_set(),
        }
    )


def data_set() -> dict:
    """The knowledge base as a whole."""
    return {"@id": reverse("portal:data"), "@type": "Dataset", "name": str(SITE)}


def about(row, type: str, values: dict, citations: Iterable[dict] = (), also=()) -> dict:
    """The node of a row: address, type, identifier, these values, our description of it, and what
    `also` is about it."""
    address = row.get_absolute_url()
    values = {"@id": address, "@type": type, "identifier": row.slug, "url": address} | values
    return known(values | {"subjectOf": [record_of(row, citations), *also]})
