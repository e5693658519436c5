"""The OpenAPI description of the API, made from the resources, shapes and forms that it serves.

Examples are real: each call is made once, with the first rows that are published.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from django.utils.translation import gettext as _

from api.forms import OnDayForm, OrderForm, PageForm, SelectionForm, SinceForm, takes_several
from api.middleware import JSON
from api.problems import MEDIA_TYPE, PAGE, Problem
from api.resources import CHANGE, IN_FORCE, RESOURCES, TIMELINE_ORDERS, Resource, by_model
from api.selection import references
from core.exports import LICENCE, origin_of
from core.fields import DayField
from core.shapes import COMPONENTS, Shape
from portal.filters import TimelineFilter
from portal.search import SearchForm
from portal.serializers import result as search_result
from relations import serializers
from relations.models import Record, Relation
from trade.forms import SelectionForm as TradeForm
from trade.serializers import reflection
from treaties.serializers import action

VERSION = "1.0.0"
TEXT = {"type": "string"}
# The shapes of a timeline's entries.
ENTRIES = (*serializers.RECORDS.values(), action)
# The shapes whose values a request may choose, and all shapes, each followed by its parts.
SELECTED = (*(resource.shape for resource in RESOURCES), IN_FORCE)
SHAPES = tuple(
    {
        one.name: one
        for shape in (*SELECTED, search_result, reflection, CHANGE, *ENTRIES)
        for one in (shape, *shape.parts())
    }.values()
)
# What the answer to each error says, as an example.
ERRORS = {
    400: lambda: Problem.of_errors({"limit": [_("Enter a whole number.")]}),
    404: lambda: Problem(404, _("There is nothing at this address.")),
    406: lambda: Problem(406, _("The API answers in JSON only: application/json.")),
    410: lambda: Problem(
        410,
        _("This was withdrawn."),
        more={"withdrawn": {"id": "x", "withdrawn_on": "2026-01-31", "reason": ""}},
    ),
    429: lambda: Problem(429, _("More than 300 requests in a minute. Go on in 12 seconds.")),
}


@dataclass
class Operation:
    """A call: its address, what it returns, the forms of its parameters, and an example."""

    path: str
    name: str
    summary: str
    tag: str
    schema: dict
    parameters: list[dict] = field(default_factory=list)
    errors: tuple[int, ...] = (400, 406, 429)
    redirects: bool = False
    example: str = ""

    def described(self, request: HttpRequest) -> dict:
        content = {"schema": self.schema}
        if self.example:
            content["example"] = example_of(request, self.example)
        responses = {
            "200": {
                "description": self.summary,
                "headers": {name: _header(name) for name in HEADERS},
                "content": {JSON: content},
            },
            "304": {"description": _("Not changed since the version named in If-None-Match.")},
        }
        if self.redirects:
            responses["301"] = {
                "description": _("Its permanent address is another one."),
                "headers": {"Location": {"schema": TEXT}},
            }
        for status in self.errors:
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
        return {
            "operationId": self.name,
            "summary": self.summary,
            "tags": [self.tag],
            "parameters": self.parameters,
            "responses": dict(sorted(responses.items())),
        }


HEADERS = {
    "ETag": _("Version of the answer, for If-None-Match."),
    "RateLimit-Limit": _("Requests that an address may make in a minute."),
    "RateLimit-Remaining": _("Requests that are left of them."),
    "RateLimit-Reset": _("Seconds until the next minute begins."),
}


def _header(name: str) -> dict:
    return {"$ref": f"#/components/headers/{name}"}


def document(request: HttpRequest) -> dict:
    """The whole description, in OpenAPI 3.1."""
    found = list(operations())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Bilateral relations"),
            "version": VERSION,
            "summary": _("Relations between countries, each value with its source."),
            "description": _(
                "Read-only. Lists come in pages: follow “next”. Dates are EDTF, as precise as "
                "their sources. Every answer has an ETag, for requests with If-None-Match. "
                "Errors are problem details (RFC 9457). The facts are free to use (CC0 1.0)."
            ),
            "license": {"name": "CC0 1.0", "identifier": LICENCE},
        },
        "servers": [{"url": origin_of(request)}],
        "externalDocs": {"url": request.build_absolute_uri(PAGE)},
        "tags": [{"name": name} for name in dict.fromkeys(one.tag for one in found)],
        "paths": {one.path: {"get": one.described(request)} for one in found},
        "components": {
            "schemas": schemas(),
            "headers": {
                name: {"description": help, "schema": TEXT} for name, help in HEADERS.items()
            },
            "responses": {str(status): _error(ERRORS[status]()) for status in ERRORS},
        },
    }


def operations() -> Iterator[Operation]:
    """All calls, in the order in which they are described."""
    yield Operation("/api/v1/", "root", _("What the API offers"), "API", {"type": "object"},
                    example="/api/v1/")  # fmt: skip
    for resource in RESOURCES:
        yield _list_of(resource)
        if resource.key:
            yield _row_of(resource)
        if resource.model is Relation:
            yield from _of_pair()
    yield Operation(
        "/api/v1/changes/",
        "changes",
        _("What was published, changed, merged and withdrawn, in order"),
        "changes",
        _object(
            licence={"const": LICENCE},
            newest={"type": "integer", "description": _("Go on from this number.")},
            items={"type": "array", "items": {"$ref": COMPONENTS + CHANGE.name}},
            next={"type": ["string", "null"], "format": "uri"},
        ),
        parameters_of(SinceForm()),
        example="/api/v1/changes/?limit=1",
    )
    yield Operation(
        "/api/v1/search/",
        "search",
        _("Search everything published"),
        "search",
        _page_of({"$ref": COMPONENTS + search_result.name}),
        parameters_of(SearchForm(), PageForm(), without=("after",)),
        example="/api/v1/search/?q=agreement&limit=1",
    )


def _list_of(resource: Resource) -> Operation:
    asked = [resource.filters(queryset=resource.rows()).form, PageForm()]
    if resource.orders:
        asked.append(OrderForm(orders=resource.orders))
    address = f"/api/v1/{resource.name}/"
    return Operation(
        address,
        f"{resource.name}_list",
        _("List of %(name)s") % {"name": resource.name.replace("-", " ")},
        resource.name,
        _page_of(_selected(resource.shape)),
        [*parameters_of(*asked), *_selection_of(resource.shape)],
        example=f"{address}?limit=1",
    )


def _row_of(resource: Resource) -> Operation:
    address = f"/api/v1/{resource.name}/"
    is_pair = resource.model is Relation
    gone = (410,) if resource.page and hasattr(resource.model, "state") else ()
    example = _first_id(resource)
    return Operation(
        address + "{id}/",
        f"{resource.name}_row",
        str(resource.shape.help),
        resource.name,
        _selected(resource.shape),
        [_id(example), *parameters_of(resource.row_form()), *_selection_of(resource.shape)],
        errors=(400, 404, 406, *gone, 429),
        redirects=is_pair or bool(resource.page),
        example=f"{address}{example}/" if example else "",
    )


def _first_id(resource: Resource) -> str:
    rows = resource.rows()
    if resource.orders:
        rows = rows.order_by(*next(iter(resource.orders.values())))
    row = rows.first()
    return resource.id_of(row) if row else ""


def _of_pair() -> Iterator[Operation]:
    pair = Relation.objects.with_records().order_by("-statistics__entries", "slug").first()
    example = pair.slug if pair else ""
    address = "/api/v1/relations/{id}/"
    timeline = TimelineFilter(queryset=Record.objects.none()).form
    calls = (
        (
            "in-force",
            _("Treaties in force between the two on a day"),
            _answer(IN_FORCE, on={"type": "string", "format": "date"}),
            [*parameters_of(OnDayForm()), *_selection_of(IN_FORCE)],
        ),
        (
            "mirror",
            _("What each side reports of the same trade"),
            _answer(reflection),
            parameters_of(TradeForm(None, goods={}, years=[])),
        ),
        (
            "timeline",
            _("Records of all kinds about the two, in one sequence"),
            _page_of({"anyOf": [{"$ref": COMPONENTS + one.name} for one in ENTRIES]}, TEXT),
            parameters_of(timeline, PageForm(), OrderForm(orders=TIMELINE_ORDERS)),
        ),
    )
    for name, summary, schema, parameters in calls:
        yield Operation(
            f"{address}{name}/",
            name.replace("-", "_"),
            summary,
            "relations",
            schema,
            [_id(example), *parameters],
            errors=(400, 404, 406, 429),
            redirects=True,
            example=f"/api/v1/relations/{example}/{name}/" if example else "",
        )


def _id(example: str) -> dict:
    found = {"name": "id", "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}
    return found | {"description": _("Its identifier.")} | ({"example": example} if example else {})


def parameters_of(*asked: forms.Form, without: Iterable[str] = ()) -> list[dict]:
    """The query parameters of unbound forms."""
    return [
        {
            "name": name,
            "in": "query",
            "description": " ".join(filter(None, map(str, (found.label or name, found.help_text)))),
            "schema": schema_of(found),
        }
        for form in asked
        for name, found in form.fields.items()
        if name not in without
    ]


def schema_of(found: forms.Field) -> dict:
    """The JSON Schema of a parameter."""
    if takes_several(found) and isinstance(found, forms.ChoiceField):
        return {"type": "array", "items": {**TEXT, "enum": _choices(found)}}
    if takes_several(found):
        return {"type": "array", "items": TEXT}
    if isinstance(found, forms.ModelChoiceField):
        return TEXT
    if isinstance(found, forms.ChoiceField):
        choices = _choices(found)
        return {**TEXT, "enum": choices} if choices else TEXT
    if isinstance(found, DayField):
        return {**TEXT, "format": "date"}
    if isinstance(found, forms.IntegerField):
        bounds = {"minimum": found.min_value, "maximum": found.max_value}
        return {"type": "integer"} | {
            name: bound for name, bound in bounds.items() if bound is not None
        }
    if isinstance(found, forms.RegexField):
        return {**TEXT, "pattern": found.regex.pattern.replace(r"\Z", "$")}
    return {**TEXT, "maxLength": found.max_length} if found.max_length else TEXT


def _choices(found: forms.ChoiceField) -> list[str]:
    return [str(value) for value, _label in found.choices if value != ""]


def _selection_of(shape: Shape) -> list[dict]:
    """The parameters for the values of a shape."""
    listed = {
        "fields": list(shape.values),
        "expand": [".".join(path) for path, _to in references(shape)],
    }
    found = parameters_of(SelectionForm())
    for one in found:
        items = {**TEXT, "enum": listed[one["name"]]} if listed[one["name"]] else TEXT
        one |= {"style": "form", "explode": False, "schema": {"type": "array", "items": items}}
    return [one for one in found if listed[one["name"]]]


def _selected(shape: Shape) -> dict:
    """A row with all its values, or with those that the request asks for."""
    return {"anyOf": [{"$ref": COMPONENTS + name} for name in (shape.name, _partial(shape))]}


def _partial(shape: Shape) -> str:
    return f"Partial{shape.name}"


def _page_of(items: dict, relation: dict | None = None) -> dict:
    """A page of a list."""
    following = {"type": ["string", "null"], "format": "uri"}
    return _object(
        licence={"const": LICENCE},
        **({"relation": relation} if relation else {}),
        items={"type": "array", "items": items},
        next={**following, "description": _("Address of the next page.")},
    )


def _answer(shape: Shape, **more: dict) -> dict:
    """All rows of a call about a pair."""
    items = _selected(shape) if "id" in shape.values else {"$ref": COMPONENTS + shape.name}
    return _object(
        licence={"const": LICENCE}, relation=TEXT, **more, items={"type": "array", "items": items}
    )


def _object(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _error(problem: Problem) -> dict:
    content = problem.content
    return {
        "description": content["title"],
        "headers": {name: _header(name) for name in HEADERS if name != "ETag"},
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{COMPONENTS}Problem"}, "example": content}},
    }


def schemas() -> dict[str, dict]:
    """The schemas of all shapes and of problems by name."""
    found = {"Problem": PROBLEM} | {shape.name: _with_expansions(shape) for shape in SHAPES}
    for shape in SELECTED:
        schema = found[shape.name]
        required = ["id"] if "id" in shape.values else []
        found[_partial(shape)] = {**schema, "required": required}
    return dict(sorted(found.items()))


def _with_expansions(shape: Shape) -> dict:
    """The schema of a shape whose references may be replaced with what they refer to."""
    schema = shape.schema
    for name, value in shape.values.items():
        if value.to not in by_model():
            continue
        full = {"$ref": COMPONENTS + by_model()[value.to].shape.name}
        plain = dict(schema["properties"][name])
        help = {"description": plain.pop("description")} if "description" in plain else {}
        if plain.get("type") == "array":
            items = {"anyOf": [plain["items"], full]}
            schema["properties"][name] = {**plain, "items": items, **help}
        else:
            schema["properties"][name] = {"anyOf": [plain, full], **help}
    return schema


PROBLEM = {
    **_object(
        type={**TEXT, "format": "uri-reference"},
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
    ),
    "description": _("What went wrong (RFC 9457); “errors” has messages by parameter."),
}
PROBLEM["properties"]["errors"] = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": TEXT},
}


def example_of(request: HttpRequest, address: str) -> dict:
    """The answer of a call, made in this process."""
    path, _mark, query = address.partition("?")
    made = HttpRequest()
    made.META, made.method, made.path, made.path_info = request.META, "GET", path, path
    made.GET = QueryDict(query)
    match = made.resolver_match = resolve(path)
    return json.loads(match.func(made, *match.args, **match.kwargs).content)
