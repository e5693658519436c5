"""Helpers that look at what forms and the database reject."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction


def constraints(app: str) -> dict[str, models.BaseConstraint]:
    """All named constraints of an app's models, by name."""
    return {
        constraint.name: constraint
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


@contextmanager
def rejected_by_database(constraint: models.BaseConstraint):
    """Assert that the block violates this very constraint, in the database itself."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    # SQLite names the columns of a unique constraint instead of the constraint.
    unnamed = connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint)
    assert ("UNIQUE constraint failed" if unnamed else constraint.name) in str(error.value)


def errors(row: models.Model) -> dict[str, list[str]]:
    """The messages of a row's full validation by field; empty if it is valid."""
    try:
        row.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}
