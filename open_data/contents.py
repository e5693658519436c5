"""What a package contains: its tables as names, schemas and rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import PublicChange
from core.public_rows import public_rows
from open_data import identifiers
from open_data.columns import BATCH, ID, columns, rows, table_of, values
from open_data.tables import TABLES, Table
from relations.models import Record, State, WithdrawnRow
from trade.models import Figure, TradedGood

WITHDRAWN, IDENTIFIERS, CHANGES = "withdrawn", "identifiers", "changes"

# What the columns of tables without a model mean.
TITLES = {
    ID: gettext_lazy("identifier"),
    "number": gettext_lazy("position in the log"),
    "kind": gettext_lazy("kind of row"),
    "key": gettext_lazy("identifier within its kind"),
    "slug": gettext_lazy("identifier within its kind"),
    "action": gettext_lazy("what happened to it"),
    "into": gettext_lazy("the row into which it was merged"),
    "at": gettext_lazy("time"),
    "reason": gettext_lazy("reason"),
    "name": gettext_lazy("name"),
    "iso_3166_1_alpha_2": gettext_lazy("code in ISO 3166-1, two letters"),
    "iso_3166_1_alpha_3": gettext_lazy("code in ISO 3166-1, three letters"),
    "iso_3166_1_numeric": gettext_lazy("code in ISO 3166-1, digits"),
    "iso_3166_3": gettext_lazy("code in ISO 3166-3, of a former country"),
    "wikidata": gettext_lazy("item in Wikidata"),
    "un_registration": gettext_lazy("registration number of the United Nations"),
}


@dataclass(frozen=True)
class Content:
    """A table of a package. `keys` names the table that each foreign key refers to; `rows` gives
    the values of each row by column; `count` says how many there are, for the progress."""

    name: str
    description: str
    fields: list[dict]
    rows: Callable[[], Iterator[list]]
    count: Callable[[], int]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return [one["name"] for one in self.fields]


def contents() -> list[Content]:
    """All tables of a package: a table refers to itself or to others further up."""
    found = [of_table(table) for table in TABLES]
    return [*found, withdrawn(), changes(), cross_walk()]


def of_table(table: Table) -> Content:
    """The content of a table with the rows of a model."""
    of = columns(table)
    return Content(
        table.name,
        table.description,
        [column.schema() for column in of],
        lambda: values(table, of),
        lambda: rows(table).order_by().count(),
        {column.name: table_of(column.refers_to).name for column in of if column.refers_to},
    )


def withdrawn() -> Content:
    """The identifiers of rows that readers saw and no longer see, with the day and the reason."""
    # Read once, for the number and for the rows.
    found = cache(_withdrawn_rows)
    return Content(
        WITHDRAWN,
        _("Withdrawn rows: their identifiers are never used again."),
        [
            *_texts(ID, "kind", "slug"),
            _column("at", "datetime"),
            _column("reason", "string", required=False),
        ],
        lambda: iter(found()),
        lambda: len(found()),
    )


def _withdrawn_rows() -> list[list]:
    found = list(WithdrawnRow.objects.values_list("kind", "slug", "at", "reason"))
    # As the log of public changes names them.
    kinds = {rows.model: rows.kinds[0] for rows in public_rows()}
    for model in (Record, Figure, TradedGood):
        live = model.revision_model().objects.live().filter(record=OuterRef("pk"))
        newest = live.order_by("-number")
        gone = model._base_manager.filter(state=State.WITHDRAWN, published_at__isnull=False)
        gone = gone.annotate(
            at=Subquery(newest.values("at")[:1]), reason=Subquery(newest.values("reason")[:1])
        )
        for row in gone.order_by().only("pk", "slug", "published_at"):
            kind = row.kind if model is Record else kinds[model]
            found.append((kind, row.slug, row.at or row.published_at, row.reason or ""))
    return sorted([f"{kind}/{slug}", kind, slug, at, reason] for kind, slug, at, reason in found)


def changes() -> Content:
    """The log of public changes in its order, with the numbers from which a copy goes on."""
    return Content(
        CHANGES,
        _("The latest change of each row that readers see or saw, oldest first."),
        [
            *_texts(ID),
            _column("number", "integer"),
            *_texts("kind", "key", "action"),
            *_texts("into", required=False),
            _column("at", "datetime"),
        ],
        lambda: (
            [f"{kind}/{key}", number, kind, key, *more]
            for number, kind, key, *more in PublicChange.objects.order_by("pk")
            .values_list("pk", "kind", "key", "action", "into", "at")
            .iterator(chunk_size=BATCH)
        ),
        PublicChange.objects.count,
    )


def cross_walk() -> Content:
    """Our identifiers beside those of ISO 3166, Wikidata and the UN."""
    return Content(
        IDENTIFIERS,
        _("Our identifiers beside those of ISO 3166, Wikidata and the UN Treaty Series."),
        [*_texts(*identifiers.COLUMNS[:2]), *_texts(*identifiers.COLUMNS[2:], required=False)],
        lambda: (list(row.values()) for row in identifiers.rows()),
        lambda: sum(1 for _row in identifiers.rows()),
    )


def _texts(*names: str, required: bool = True) -> list[dict]:
    return [_column(name, "string", required) for name in names]


def _column(name: str, type: str, required: bool = True) -> dict:
    """The description of a column in Frictionless Table Schema."""
    constraints = {"constraints": {"required": True}} if required else {}
    return {"name": name, "type": type, "title": str(TITLES[name]), **constraints}


def key_of(content: Content) -> list[str]:
    """The columns that identify a row."""
    return [ID, "kind", "un_registration"] if content.name == IDENTIFIERS else [ID]
