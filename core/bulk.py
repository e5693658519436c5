"""Insert many rows of a table at once, at several times the speed of bulk_create."""

import sqlite3
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.fields import DerivedField

Row = TypeVar("Row", bound=models.Model)
# Types whose values databases take as they are, and how many rows a statement has at most.
PLAIN = frozenset((str, int, bool, type(None)))
ROWS = 1000
# Fields that take such values as they are.
_PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField,
                 models.ForeignKey)  # fmt: skip
_SAVED_AS_THEY_ARE = {
    field.pre_save for field in (models.Field, models.DateField, models.DateTimeField)
}
_AS_THEY_ARE = {getattr(field, "get_prep_value", None) for field in _PLAIN_FIELDS}


def insert(
    rows: Iterable[Row],
    *,
    into: type[models.Model] | None = None,
    replace: bool = False,
    ignore: bool = False,
) -> list[Row]:
    """Insert rows of one model and return them with their primary keys.

    Only the table of the model itself is written: rows with a parent are inserted `into` the
    parent first. `replace` overwrites stored rows with the same primary key; with `ignore`, rows
    that break a unique constraint are left out, and none gets its key. As in bulk_create, neither
    save() is called nor signals are sent. Most of bulk_create's time goes into asking each field of
    each row for its value; here each field is asked once for those of all rows.
    """
    rows = list(rows)
    if not rows:
        return rows
    # Not `django.db.connection`, which finds the connection anew for each of its attributes.
    connection = connections[DEFAULT_DB_ALIAS]
    meta = (into or rows[0])._meta
    key, quote = meta.pk.attname, connection.ops.quote_name
    fields = list(meta.local_concrete_fields)
    numbered = getattr(rows[0], key) is None
    if numbered:
        fields.remove(meta.pk)
    after = ""
    if replace:
        columns = (quote(field.column) for field in fields if not field.primary_key)
        sets = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
        after = f"ON CONFLICT ({quote(meta.pk.column)}) DO UPDATE SET {sets}"
    if ignore:
        after = "ON CONFLICT DO NOTHING"
    elif numbered:
        after = f"RETURNING {quote(meta.pk.column)}"
    values = zip(*[_column(field, rows, connection) for field in fields], strict=True)
    found = _write(connection, fields, list(values), after)
    for row, (pk,) in zip(rows, found, strict=True) if found else ():
        setattr(row, key, pk)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return rows


def insert_values(model: type[models.Model], names: Iterable[str], rows: Sequence) -> None:
    """Insert rows given by the values of these columns, as the database takes them: of a table
    with so many rows that objects would take most of the time."""
    if rows:
        fields = {field.attname: field for field in model._meta.local_concrete_fields}
        _write(connections[DEFAULT_DB_ALIAS], [fields[name] for name in names], rows)


def _write(
    connection: BaseDatabaseWrapper,
    fields: list[models.Field],
    rows: Sequence[Sequence],
    after: str = "",
) -> list[tuple]:
    """Insert rows of the values of these fields; return what the clause `after` returns."""
    quote, found = connection.ops.quote_name, []
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(fields[0].model._meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * len(fields))})"
    size = min(ROWS, _most_values(connection) // len(fields))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            values = list(chain.from_iterable(some))
            cursor.execute(f"{head}{', '.join([one] * len(some))} {after}", values)
            if after.startswith("RETURNING"):
                found += cursor.fetchall()
    return found


def _most_values(connection: BaseDatabaseWrapper) -> int:
    """How many values a statement may have."""
    if connection.vendor != "sqlite":
        return 65_535
    connection.ensure_connection()
    return connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


def _column(field: models.Field, rows: list[Row], connection: BaseDatabaseWrapper) -> list:
    """The values of a field in these rows, as the database takes them."""
    name = field.attname
    prepared = partial(field.get_db_prep_save, connection=connection)
    is_set_on_saving = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if is_set_on_saving or type(field).pre_save not in _SAVED_AS_THEY_ARE:
        return [prepared(field.pre_save(row, True)) for row in rows]
    if isinstance(field, DerivedField):
        return _derived(field, rows, prepared)
    # Reading __dict__ takes half the time of reading the attributes of fields.
    values = [
        values[name] if name in (values := row.__dict__) else getattr(row, name) for row in rows
    ]
    known = {}
    if type(field).get_prep_value in _AS_THEY_ARE:
        return [value if type(value) in PLAIN else prepared(value) for value in values]
    found = []
    for value in values:
        if not isinstance(value, Hashable):
            found.append(prepared(value))
            continue
        key = type(value), value
        if key not in known:
            known[key] = prepared(value)
        found.append(known[key])
    return found


def _derived(field: DerivedField, rows: list[Row], prepared: Callable) -> list:
    """The same of a derived column: rows with the same values in the columns that it is derived
    from have the same in it."""
    known, found = {}, []
    of = zip(*[[getattr(row, other) for row in rows] for other in field.of], strict=True)
    for key in of:
        if key not in known:
            known[key] = prepared(field.compute(*key))
        found.append(known[key])
    return found
