"""Lists in which several rows describe one treaty: one row for each party, step or pair."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import visible
from core.row_errors import RowErrors
from core.rows import FileError, Row, RowError
from relations.importers import Draft
from sources.grouping import GroupedList, GroupErrors
from sources.rejects import SAME_AS
from treaties.importers.drafts import UNDATED, treaty_draft
from treaties.importers.mapping import TreatyMapping
from treaties.importers.parties import key_of, parties_of_cells
from treaties.importers.steps import Found, StepReader
from treaties.instruments import instrument


@dataclass(frozen=True, slots=True)
class MergedRow(Row):
    """The rows of a treaty as one row: the cells that are the treaty's."""

    rows: list[Row] = field(default_factory=list)
    errors: GroupErrors = field(default_factory=GroupErrors)


@dataclass
class GroupDraft(Draft):
    """A treaty of several rows, with the row that first names each party, by kind and key."""

    rows_of: dict[tuple, Row] = field(default_factory=dict)


class GroupedTreaties(GroupedList, TreatyMapping):
    """A list of treaties by a mapping with `group`, the columns that identify a treaty.

    A list of a single treaty has its title as a constant instead, by which it is then known.
    The cells of [columns] are those of the treaty: the same in all rows of a group, or blank.
    `parties` are those of all rows together. [party] and [steps] describe the party of a row, and
    the steps that it took.
    """

    def __init__(self, content: dict):
        group, title = self.group_in(content), content.get("constants", {}).get("title", "")
        self.group_columns = () if title and group is None else group_columns(group)
        super().__init__({**content, "id": list(self.group_columns)})
        if not self.group_columns:
            self.mapping.single = visible(title)
        self.steps = StepReader(self.mapping, self.fields, self.party_names)

    @staticmethod
    def group_in(content: dict):
        """What the mapping gives as the column or columns of a group."""
        return content.get("group")

    def rows(self, path: Path) -> Iterator[tuple[Row, RowError | None]]:
        # The columns of a group need not be among those that the mapping reads.
        self.columns = tuple(dict.fromkeys([*self.columns, *self.group_columns]))
        return super().rows(path)

    def representative(self, rows: list[Row]) -> Row:
        given = (cell for row in rows if (cell := visible(row.cells.get(SAME_AS, ""))))
        cells = rows[0].cells | ({SAME_AS: same} if (same := next(given, "")) else {})
        return Row(rows[0].number, rows[0].line, cells)

    def map_group(self, rows: list[Row], errors: GroupErrors) -> Draft:
        return self.map(self.merged(rows, errors))

    def treaty_columns(self) -> list[tuple[str, str]]:
        """The columns whose cells are the treaty's, not of a party, each with its field."""
        own = {*self.fields.added, "parties"}
        given = self.mapping.cells.columns_of.items()
        return [(column, name) for name, columns in given if name not in own for column in columns]

    def merged(self, rows: list[Row], errors: GroupErrors) -> MergedRow:
        """The rows as one, with the first cell of each treaty field that is not blank. Adds an
        error for each row that says something else."""
        cells = dict(rows[0].cells)
        for column, name in self.treaty_columns():
            first = None
            for row in rows:
                text = self.mapping.cells.given(row, column, name)
                if not text:
                    continue
                if first is None:
                    first, said = row, text
                    cells[column] = row.cells[column]
                elif text != said:
                    differ = _("“%(one)s” (row %(first)d), “%(other)s” (row %(row)d)") % {
                        "one": said, "first": first.number, "other": text, "row": row.number,
                    }  # fmt: skip
                    words = _("the rows of one treaty differ in this column")
                    errors.add(row, RowError(column, words, hint=differ))
                    break
        return MergedRow(rows[0].number, rows[0].line, cells, rows=rows, errors=errors)

    def draft(self, row: MergedRow, place: str, slug: str, values: dict) -> Draft:
        self.check(values)
        errors, found = row.errors, Found()
        days = self.treaty_days(row)
        title = values.pop("title")
        named = values.pop("instrument", None) or instrument(title)
        on = next(filter(None, days.values()), None) or values.get("date") or UNDATED
        for kind, day in days.items():
            found.add_action(kind, day, self.more(row, kind, day), row.rows[0])
        self.read_rows(row, on, found)
        found.check_order(errors)
        self.check_number(row, found)
        draft = treaty_draft(
            slug,
            place,
            title,
            list(found.parties.values()),
            {"instrument": named} | values,
            list(found.actions.values()),
            by_party=True,
        )
        return self.with_rows(draft, found)

    def with_rows(self, draft: Draft, found: Found) -> GroupDraft:
        """The draft with the rows and columns that name its parties."""
        column = self.mapping.column(self.fields.party or "parties")
        countries = [party["country"] for party in draft.parties if "country" in party]
        if not isinstance(draft, GroupDraft):
            draft = GroupDraft(**vars(draft))
        draft.columns, draft.rows_of = dict.fromkeys(countries, column), found.rows
        return draft

    def treaty_days(self, row: MergedRow) -> dict[str, Edtf]:
        """The dates of the actions of all parties, by type, including blank ones."""
        errors = RowErrors()
        days = self.days(row, errors)
        for error in errors.found:
            row.errors.add(self.blamed(row.rows, None, error), error)
        return days

    def read_rows(self, row: MergedRow, on: Edtf, found: Found) -> None:
        """Add the parties and steps of all rows."""
        for each in row.rows:
            cells = self.party_cells(each)
            if any(text for _column, text in cells):
                try:
                    for party in parties_of_cells(self.resolver, cells, on, self.party_names):
                        found.add_party(party, each)
                except RowError as error:
                    row.errors.add(each, error)
            self.steps.read(self.resolver, each, on, row.errors, found)

    def check_number(self, row: MergedRow, found: Found) -> None:
        """Raise RowError for a treaty with a single party, or without parties unless these follow
        in another list."""
        if row.errors or len(found.parties) > 1:
            return
        if not found.parties and self.mapping.content.get("parties_follow"):
            return
        column = self.mapping.column(self.fields.party or "parties")
        if not found.parties:
            raise RowError(column, _("no party is named"))
        (party,) = found.parties.values()
        words = _("a treaty has two or more parties; name all of them")
        raise RowError(column, words, party["as_stated"])

    def blamed(self, rows: list[Row], draft, error: RowError) -> Row:
        if draft and error.column == self.mapping.column(self.fields.party or "parties"):
            for country, _words in self.writer.refusals(draft):
                if row := draft.rows_of.get(key_of({"country": country})):
                    return row
        return super().blamed(rows, draft, error)


def group_columns(group) -> tuple[str, ...]:
    """The columns of a group. Raises FileError if it is not a column or list of columns."""
    columns = [group] if isinstance(group, str) else group
    if not isinstance(columns, list) or not columns:
        raise FileError(
            _(
                "[party] and [steps] need “group”, the column or columns that identify a treaty; a "
                "list of one treaty needs its title in [constants]."
            )
        )
    if not all(isinstance(column, str) and column.strip() for column in columns):
        raise FileError(_("“group” must be a column or a list of columns."))
    return tuple(map(visible, columns))
