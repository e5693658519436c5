"""Restore everything public from a data package in an empty database."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.core.files import File
from django.core.management.color import no_style
from django.core.validators import slug_re
from django.db import DatabaseError, DataError, IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from core import bulk
from core.changes import collected
from core.models import ALL_PAGES, PageVersion, PublicChange
from core.planner import update_statistics
from core.public_rows import public_rows
from open_data.checking import Package, PackageError, check
from open_data.columns import ID, Column, columns, moment, table_of
from open_data.contents import Content, changes, of_table, withdrawn
from open_data.package import csv_path, sha256
from open_data.tables import TABLES, Table
from relations.models import Kind, Record, WithdrawnRow
from relations.models.record import record_class
from relations.publication import STATEMENTS, portions, update_derived
from search.rebuilding import rebuild
from sources.models import SourceFile
from trade.models import Figure
from treaties.models import Party

# The rows that are inserted at a time, and the records whose derived data is computed at a time:
# the rules for treaties fetch their steps with all citations.
BATCH, DERIVED = 500, 100
# The key of rows that a log names and a base does not have.
GONE = 0
# Models with columns that are derived from related rows when a row is saved.
DERIVING = (Party, Figure)


class NotEmpty(Exception):
    """The database already has rows; the message names some."""


def load(folder: Path, starts: Callable = lambda name: None,
         advances: Callable = lambda rows: None) -> None:  # fmt: skip
    """Restore everything public from the package in a folder, in one transaction.

    `starts` is told the name of each step, and `advances` the number of rows done. Raises
    PackageError or NotEmpty, and then nothing is saved.
    """
    loaded = [table for table in TABLES if not table.derived]
    package = check(folder, [*map(of_table, loaded), withdrawn(), changes()])
    loader = Loader(package, advances)
    try:
        with transaction.atomic():
            refuse_rows()
            with collected():
                for table in loaded:
                    starts(table.name)
                    loader.load(table)
                loader.check_kinds()
                reset_sequences([table.model for table in loaded])
                _derive(starts, advances)
                for table, load_table in (
                    (withdrawn(), loader.load_withdrawn),
                    (changes(), loader.load_changes),
                ):
                    starts(table.name)
                    load_table()
            starts(_("search index"))
            for _index, number in rebuild(restart=True):
                advances(number)
            # The log, which says what pages show, was loaded too: no page of another base is left.
            PageVersion.objects.step({ALL_PAGES})
    except BaseException:
        loader.delete_files()
        raise
    update_statistics()


def refuse_rows() -> None:
    """Raise NotEmpty if the database has rows of any table."""
    for model in (*(table.model for table in TABLES), WithdrawnRow, PublicChange):
        if model._base_manager.exists():
            words = _("This database already has rows (%(rows)s). Import into an empty one.")
            raise NotEmpty(words % {"rows": model._meta.verbose_name_plural})


def reset_sequences(tables: list[type[models.Model]]) -> None:
    """Let PostgreSQL number further rows after those that were numbered here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _derive(starts: Callable, advances: Callable) -> None:
    """Compute all derived data from the loaded rows."""
    starts(_("derived data"))
    for model in map(record_class, Kind):
        # The rules ask for the records that these name.
        named = [
            one.name for one in model.kind_fields() if issubclass(one.related_model or int, Record)
        ]
        # The statistics of a pair are counted once for each batch with records of it.
        rows = model.objects.order_by("relation_id", "pk").select_related(*named)
        for keys in portions(rows, DERIVED):
            update_derived(list(rows.filter(pk__in=keys)))
            advances(len(keys))
    for keys in portions(Figure.objects.all(), STATEMENTS):
        update_derived(list(Figure.objects.filter(pk__in=keys).for_publication()))
        advances(len(keys))


class Loader:
    """Loads the tables of a package one after the other, with primary keys of its own."""

    def __init__(self, package: Package, advances: Callable):
        self.package, self.advances = package, advances
        # The primary keys of the rows of each model by their identifiers. The kinds of records
        # share those of Record.
        self.keys: dict[type[models.Model], dict[str, int]] = {}
        # The kind of each record and the row that it is in, until the row of its kind is loaded.
        self.kinds: dict[int, str] = {}
        self.waiting: dict[int, int] = {}
        self.saved: list[File] = []

    def load(self, table: Table) -> None:
        """Load a table. Raises PackageError."""
        known = self.keys[table.model] = {}
        of, content = columns(table), of_table(table)
        place = content.names.index(ID)
        rows = iter(self.package.rows(content))
        while batch := list(islice(rows, BATCH)):
            made = []
            for number, cells in batch:
                at = Place(csv_path(table.name), number)
                if cells[place] in known:
                    raise at.error(_("“%(id)s” occurs twice") % {"id": cells[place]}, ID)
                known[cells[place]] = len(known) + 1
                made.append(self._row(table, of, cells, at))
            if table.model in DERIVING:
                _derive_columns(made)
            _insert(made, [Place(csv_path(table.name), number) for number, _cells in batch])
            self.advances(len(batch))

    def _row(self, table: Table, of: list[Column], cells: list[str], at: "Place") -> models.Model:
        """The row of a model from its cells, with its primary key."""
        given = {column.name: cell for column, cell in zip(of, cells, strict=True)}
        if of[0].field is None and (due := _identifier(table, given)) != given[ID]:
            words = _("“%(id)s” is not “%(due)s”, as follows from the other columns")
            raise at.error(words % {"id": given[ID], "due": due}, ID)
        values = {
            column.field.attname: self._value(column, given[column.name], at)
            for column in of
            if column.field
        }
        row = table.model(**values, **table.given)
        if row.pk is None:
            row.pk = self.keys[table.model][given[ID]]
        if table.model is Record:
            self.kinds[row.pk], self.waiting[row.pk] = row.kind, at.row
        elif isinstance(row, Record):
            self.waiting.pop(row.pk)
        if table.model is SourceFile:
            self._save_file(row, at)
        return row

    def _value(self, column: Column, cell: str, at: "Place"):
        """The value of a cell, or the primary key of the row that it names."""
        try:
            value = column.read(cell)
        except ValueError as error:
            raise at.error(str(error), column.name) from error
        for reason in column.reasons(value):
            raise at.error(reason, column.name)
        if not column.refers_to or value is None:
            return value
        model = column.refers_to
        # The row of a kind refers to its record, and must be of that kind.
        kind = getattr(column.table.model if column.is_parent else model, "KIND", None)
        key = self.keys[Record if issubclass(model, Record) else model].get(value)
        if key is None or kind not in (None, self.kinds.get(key)):
            file = csv_path("records" if kind else table_of(model).name)
            words = _("“%(id)s” is not in %(file)s")
            if kind:
                words = _("“%(id)s” is not in %(file)s, or not of the kind “%(kind)s”")
            raise at.error(words % {"id": value, "file": file, "kind": kind}, column.name)
        return key

    def _save_file(self, row: SourceFile, at: "Place") -> None:
        """Store the file of a source, as sources.texts does."""
        path = str(row.file)
        if path not in self.package.files or not path.startswith("files/"):
            words = _("“%(path)s” is not a file of the package") % {"path": path}
            raise at.error(words, "file")
        with (self.package.folder / path).open("rb") as content:
            row.file.save(sha256(self.package.folder / path), File(content), save=False)
        self.saved.append(row.file)

    def load_withdrawn(self) -> None:
        """Load what the package says of withdrawn rows."""

        def row(key, kind, slug, at, reason):
            if key != f"{kind}/{slug}" or not slug_re.match(slug):
                raise ValueError(_("“%(id)s” is not kind/slug") % {"id": key})
            return WithdrawnRow(kind=kind, slug=slug, at=moment(at), reason=reason)

        self._load_made(withdrawn(), row)

    def load_changes(self) -> None:
        """Load the log of public changes, with the keys that its rows have here."""
        known = {
            (kind, key): pk
            for rows in public_rows()
            for pk, kind, key in rows.identified(rows.public())
        }
        kinds = {kind for rows in public_rows() for kind in rows.kinds}

        def row(key, number, kind, name, action, into, at):
            if key != f"{kind}/{name}":
                raise ValueError(_("“%(id)s” is not kind/key") % {"id": key})
            if kind not in kinds:
                raise ValueError(_("“%(kind)s” is not a kind of row") % {"kind": kind})
            if action not in PublicChange.Action:
                raise ValueError(_("“%(action)s” is not an action") % {"action": action})
            stays = into if action == PublicChange.Action.MERGED else name
            if action != PublicChange.Action.WITHDRAWN and (kind, stays) not in known:
                raise ValueError(_("“%(id)s” is not in the package") % {"id": f"{kind}/{stays}"})
            if not (slug_re.match(name) or ":" in name and name.isprintable()):
                raise ValueError(_("“%(id)s” is not an identifier") % {"id": name})
            pk = known.get((kind, name), GONE)
            values = {"kind": kind, "row": pk, "key": name, "action": action, "into": into}
            return PublicChange(pk=int(number), at=moment(at), **values)

        self._load_made(changes(), row)
        reset_sequences([PublicChange])

    def _load_made(self, table: Content, make: Callable) -> None:
        """Load a table that is no table of a model, with a function from its cells to a row."""
        rows = iter(self.package.rows(table))
        while batch := list(islice(rows, BATCH)):
            places = [Place(csv_path(table.name), number) for number, _cells in batch]
            made = []
            for place, (_number, cells) in zip(places, batch, strict=True):
                try:
                    made.append(make(*cells))
                except ValueError as error:
                    raise place.error(str(error)) from error
            _insert(made, places)
            self.advances(len(batch))

    def check_kinds(self) -> None:
        """Raise PackageError if a record has no row in the table of its kind."""
        for pk, row in self.waiting.items():
            kind = self.kinds[pk]
            file = csv_path(table_of(record_class(kind)).name)
            words = _("%(file)s has no row of this record") % {"file": file}
            raise PackageError(words, csv_path("records"), row, "kind")

    def delete_files(self) -> None:
        """Delete the files that were stored."""
        for file in self.saved:
            file.storage.delete(file.name)


@dataclass(frozen=True)
class Place:
    """A row of a file of the package."""

    file: str
    row: int

    def error(self, message: str, column: str = "") -> PackageError:
        return PackageError(message, self.file, self.row, column)


def _identifier(table: Table, given: dict[str, str]) -> str:
    """The identifier that follows from the cells of a row."""
    parts = []
    for part in table.key:
        if isinstance(part, tuple):
            parts += next(([name, given[name]] for name in part if given[name]), [])
        else:
            parts.append(given[part])
    return "/".join(parts)


def _derive_columns(rows: list[models.Model]) -> None:
    """Set the columns that are derived from related rows, which are read once for all rows."""
    for field in type(rows[0])._meta.concrete_fields:
        if not field.remote_field:
            continue
        keys = {getattr(row, field.attname) for row in rows} - {None}
        others = field.related_model._base_manager.in_bulk(keys)
        for row in rows:
            if key := getattr(row, field.attname):
                field.set_cached_value(row, others[key])
    for row in rows:
        row.derive()


def _insert(rows: list[models.Model], places: list[Place]) -> None:
    """Insert rows of one model as they are. Raises PackageError at the place of the first row that
    the database refuses."""
    try:
        with transaction.atomic():
            _insert_all(rows)
    except (IntegrityError, DataError):
        for row, place in zip(rows, places, strict=True):
            try:
                with transaction.atomic():
                    _insert_all([row])
            except DatabaseError as error:
                words = _("the database refuses it: %(error)s") % {"error": error}
                raise place.error(words) from error
        raise


def _insert_all(rows: list[models.Model]) -> None:
    """Insert rows without setting any column: bulk.insert would set the times of versions."""
    fields = list(rows[0]._meta.local_concrete_fields)
    if rows[0].pk is None:
        fields.remove(rows[0]._meta.pk)
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for row in rows
    ]
    bulk.insert_values(type(rows[0]), [field.attname for field in fields], values)
