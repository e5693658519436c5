"""The OpenAPI description, and whether the API answers as it says."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.resources import RESOURCES
from config.wsgi import application
from tests.conftest import FULL

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    "root",
    "search",
    "changes",
    *(f"{resource.name}_list" for resource in RESOURCES),
    *(f"{resource.name}_row" for resource in RESOURCES if resource.key),
    *("in_force", "mirror", "timeline"),
]
# The description of the database `base`, which is the same for all tests.
described = []


@pytest.fixture
def open_connection():
    """Requests leave the connection open, as those of Django's own client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def document(client, base):
    if not described:
        described.append(client.get("/api/v1/openapi.json").json())
    return described[0]


def test_the_description_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_call_has_an_example_and_all_its_errors(document):
    calls = {path: methods["get"] for path, methods in document["paths"].items()}
    assert {call["operationId"] for call in calls.values()} == {*OPERATIONS}
    for path, call in calls.items():
        assert call["responses"]["200"]["content"]["application/json"]["example"], path
        errors = {"400", "406", "429"} | ({"404"} if "{id}" in path else set())
        assert errors <= set(call["responses"]), path


def test_every_parameter_says_what_it_is(document):
    described = [
        parameter.get("description")
        for methods in document["paths"].values()
        for parameter in methods["get"]["parameters"]
    ]
    assert len(described) > 100
    assert all(described)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_answers_any_parameters_as_described(document, open_connection, name):
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    path = next(
        path for path, one in document["paths"].items() if one["get"]["operationId"] == name
    )
    call = schema[path]["GET"]

    @given(case=call.as_strategy())
    @hypothesis_settings(
        max_examples=30 if FULL else 8,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case):
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    answers()
