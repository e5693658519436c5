"""Checks of JSON-LD against the vocabulary of schema.org, without a network."""

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node
from schema_org.registry import ENUM_MEMBERS, PARENTS, PROPERTY_BY_SCHEMA, ancestry

SCHEMA = "https://schema.org/"
# Values that are written as text or an address.
_TEXT = {"Text", "URL", "Date", "DateTime", "Number", "Boolean"}
# Where a country stands for its government, which is an organization.
_GOVERNMENTS = ("member", "affiliation", "parentOrganization")


def graph_of(document: str) -> Graph:
    """The statements of a JSON-LD document, expanded by its own context."""
    return Graph().parse(data=document, format="json-ld")


def misused(graph: Graph) -> set[str]:
    """The types and properties of a graph that schema.org does not have, or does not have for
    these nodes or values, in words."""
    found = set()
    for node, predicate, value in graph:
        if predicate == RDF.type:
            if _name(value) not in PARENTS:
                found.add(f"no type {value}")
            continue
        term = PROPERTY_BY_SCHEMA.get(_name(predicate))
        if term is None or term.superseded_by:
            found.add(f"no property {predicate}")
            continue
        name, types = term.schema_name, _types(graph, node)
        if not types & {*term.domains} and not _is_role(graph, node, predicate):
            found.add(f"{name} of {sorted(types)}")
        if not _fits(graph, name, value, {*term.ranges}):
            found.add(f"{name} is {sorted(_types(graph, value)) or 'an unknown node'}")
    return found


def _name(term: Node) -> str:
    return str(term).removeprefix(SCHEMA) if str(term).startswith(SCHEMA) else ""


def _types(graph: Graph, node: Node) -> set[str]:
    """The types of a node with those that they are part of."""
    names = {_name(type) for type in graph.objects(node, RDF.type)} & {*PARENTS}
    return names | {above for name in names for above in ancestry(name)}


def _is_role(graph: Graph, node: Node, predicate: Node) -> bool:
    """Whether a node is a role, which repeats the property of the node that has it
    (https://schema.org/Role)."""
    return "Role" in _types(graph, node) and (None, predicate, node) in graph


def _fits(graph: Graph, name: str, value: Node, ranges: set[str]) -> bool:
    if isinstance(value, Literal):
        # Text is accepted in the place of a thing, but a thing with properties is preferred.
        return bool(ranges & _TEXT) or name == "author"
    types = _types(graph, value)
    if types:
        government = "Country" in types and name in _GOVERNMENTS
        return bool(types & ranges) or "Role" in types or government
    members = {one for range in ranges for one in ENUM_MEMBERS.get(range, ())}
    return isinstance(value, URIRef) and (_name(value) in members or "URL" in ranges)
