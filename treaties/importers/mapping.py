"""A list of treaties, described by a mapping instead of code: one row for each treaty."""

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.row_errors import RowErrors
from core.rows import Row, RowError
from relations.importers import Draft, ListMapping
from treaties.importers.drafts import UNDATED, check_order, original_parties, treaty_draft
from treaties.importers.parties import PartyNames, parties_of_cells
from treaties.instruments import instrument
from treaties.life import STATED
from treaties.list_fields import KINDS
from treaties.models import TreatyAction
from treaties.party_fields import STEPS, flat
from treaties.writer import TreatyWriter


class TreatyMapping(ListMapping):
    """A list of treaties by a mapping: `parties`, `title` and the dates of actions.

    An action's column is named by its type: signature = "Signed", entry_into_force = "In force".
    With `parties_follow`, a second list names the parties.
    """

    writer_class = TreatyWriter

    def __init__(self, content: dict):
        self.party_names = PartyNames.of_mapping(content)
        spread, self.fields = flat(content)
        kind = KINDS[content["kind"]]
        self.kinds = {kind.name: kind.spread(content, kind)[1]}
        super().__init__(spread)

    @property
    def needs_day(self) -> bool:
        """Whether it gives statuses without a column that dates them."""
        named = self.mapping.names
        return "status" in named and TreatyAction.Type.STATUS_STATED not in named

    def draft(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        self.check(values)
        errors = RowErrors()
        days = self.days(row, errors)
        title = values.pop("title")
        named = values.pop("instrument", None) or instrument(title)
        on = next(filter(None, days.values()), UNDATED)
        parties = []
        with errors.collected():
            parties = self.parties(row, on)
        actions = []
        for kind, day in days.items():
            with errors.collected():
                actions.append((kind, day, self.more(row, kind, day)))
        errors.check()
        check_order(actions)
        parties, note = original_parties(self.resolver, parties, title, on)
        column = self.mapping.column("parties")
        values = {"instrument": named} | values
        return treaty_draft(slug, place, title, parties, values, actions, column, note)

    def days(self, row: Row, errors: RowErrors) -> dict[str, Edtf]:
        """The dates of the actions that a row gives, by type, including blank ones."""
        days = {}
        for kind in STEPS:
            if kind in self.mapping.names:
                with errors.collected():
                    days[kind] = self.mapping.day(row, kind)
        if self.needs_day:
            days[TreatyAction.Type.STATUS_STATED] = Edtf.parse(self.as_of.isoformat())
        return days

    def check_sides(self, row: Row) -> None:
        errors = RowErrors()
        on = next(filter(None, self.days(row, errors).values()), UNDATED)
        with errors.collected():
            self.parties(row, on)
        errors.check()

    def party_cells(self, row: Row, name: str = "parties") -> list[tuple[str, str]]:
        """The cells of a field that names parties, each with its column."""
        cells = self.mapping.cells
        if name not in cells.columns_of:
            return [("", cells.constants[name])] if name in cells.constants else []
        return [(column, cells.cell(row, column, name)) for column in cells.columns_of[name]]

    def parties(self, row: Row, on: Edtf) -> list[dict]:
        """The parties that a row names. Raises RowError for unknown names, or a single party."""
        cells = self.party_cells(row)
        if not cells and self.mapping.content.get("parties_follow"):
            return []
        parties = parties_of_cells(self.resolver, cells, on, self.party_names)
        if len(parties) == 1:
            column, text = next(cell for cell in cells if cell[1])
            raise RowError(column, _("a treaty has two or more parties; name all of them"), text)
        return parties

    def value(self, row: Row, name: str):
        # Without an instrument of its own a treaty has the one that its title names.
        if name == "instrument" and not self.mapping.text(row, name):
            return ""
        return super().value(row, name)

    def more(self, row: Row, kind: str, day: Edtf) -> dict:
        """The other values of an action of this type. Raises RowError for an unknown status."""
        if kind == TreatyAction.Type.STATUS_STATED:
            text = self.mapping.text(row, "status")
            if day and text not in STATED:
                raise RowError(self.mapping.column("status"), _("this value is unknown"), text)
            return {"status": text}
        return {} if kind == TreatyAction.Type.SIGNATURE else {"effective": day}
