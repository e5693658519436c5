"""Insert many rows of a table at once, at several times the speed of bulk_create."""

import sqlite3
from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from core.fields import DerivedField

Row = TypeVar("Row", bound=models.Model)
# Types whose values databases take as they are, and how many rows a statement has at most.
PLAIN = frozenset((str, int, bool, type(None)))
ROWS = 1000
# How many values of a column are remembered as the database takes them.
REMEMBERED = 5000
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
    each row for its value; here each field is asked once how its values are written.
    """
    rows = list(rows)
    if not rows:
        return rows
    # Not `django.db.connection`, which finds the connection anew for each of its attributes.
    connection = connections[DEFAULT_DB_ALIAS]
    meta = (into or rows[0])._meta
    key = meta.pk.attname
    fields = list(meta.local_concrete_fields)
    numbered = getattr(rows[0], key) is None
    if numbered:
        fields.remove(meta.pk)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    after = ""
    if replace:
        sets = (quote(field.column) for field in fields if not field.primary_key)
        values = ", ".join(f"{name} = EXCLUDED.{name}" for name in sets)
        after = f" ON CONFLICT ({quote(meta.pk.column)}) DO UPDATE SET {values}"
    if ignore:
        after = " ON CONFLICT DO NOTHING"
    elif numbered:
        after = f" RETURNING {quote(meta.pk.column)}"
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * len(fields))})"
    readers = [_reader(field, connection) for field in fields]
    size = min(ROWS, _most_values(connection) // len(fields))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            values = list(chain.from_iterable([read(row) for read in readers] for row in some))
            cursor.execute(head + ", ".join([one] * len(some)) + after, values)
            if numbered and not ignore:
                for row, (pk,) in zip(some, cursor.fetchall(), strict=True):
                    setattr(row, key, pk)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return rows


def _most_values(connection: BaseDatabaseWrapper) -> int:
    """How many values a statement may have."""
    if connection.vendor != "sqlite":
        return 65_535
    connection.ensure_connection()
    return connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


def _reader(
    field: models.Field, connection: BaseDatabaseWrapper
) -> Callable[[models.Model], object]:
    """A function from a row to the value of its column, as the database takes it."""
    name = field.attname
    is_set_on_saving = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if is_set_on_saving or type(field).pre_save not in _SAVED_AS_THEY_ARE:
        return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)
    if isinstance(field, DerivedField):
        return _derived(field, connection)
    is_plain = type(field).get_prep_value in _AS_THEY_ARE
    known = {}

    def read(row: models.Model) -> object:
        values = row.__dict__
        value = values[name] if name in values else getattr(row, name)
        kind = type(value)
        if is_plain and kind in PLAIN:
            return value
        if is_plain or not isinstance(value, Hashable):
            return field.get_db_prep_save(value, connection)
        key = kind, value
        if key not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[key] = field.get_db_prep_save(value, connection)
        return known[key]

    return read


def _derived(
    field: DerivedField, connection: BaseDatabaseWrapper
) -> Callable[[models.Model], object]:
    """The same for a derived column, by the values that it is derived from."""
    known, names = {}, field.of

    def read(row: models.Model) -> object:
        key = tuple([getattr(row, name) for name in names])
        if key not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[key] = field.get_db_prep_save(getattr(row, field.attname), connection)
        return known[key]

    return read
