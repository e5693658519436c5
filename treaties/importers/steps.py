"""The parties that the rows of a list name, one by one, and the steps that they took."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import fold
from core.row_errors import RowErrors
from core.rows import Row, RowError
from relations.resolver import Resolver
from search.spelling import Spellings, suggestion
from sources.grouping import GroupErrors
from sources.mappings.mapping import Mapping
from treaties.importers.drafts import UNDATED, order_errors
from treaties.importers.parties import PartyNames, key_of, party_named
from treaties.life import CONSENT, SIGNATURES, STATED
from treaties.models import TreatyAction
from treaties.party_fields import STEPS, PartyFields, StepFields

Type = TreatyAction.Type
# Steps that have effect on another day than their own, or none. Others have it on their own day,
# unless the list says otherwise.
NOT_AT_ONCE = frozenset(
    {*SIGNATURES, *CONSENT, Type.INITIALLING, Type.RESERVATION, Type.DECLARATION, Type.OBJECTION,
     Type.REGISTRATION, Type.STATUS_STATED}
)  # fmt: skip
# The types by their names and their words, folded.
_TYPES = {fold(kind): kind for kind in STEPS} | {
    fold(kind.replace("_", " ")): kind for kind in STEPS
}


@dataclass
class Found:
    """The parties of a treaty in the order of the rows, by kind and key; the actions (type, date,
    other values), each with its row; the rows that first name a party."""

    parties: dict[tuple, dict] = field(default_factory=dict)
    actions: dict[tuple, tuple] = field(default_factory=dict)
    rows: dict[tuple, Row] = field(default_factory=dict)
    rows_of_actions: dict[tuple, Row] = field(default_factory=dict)

    def add_party(self, party: dict, row: Row) -> None:
        self.parties.setdefault(key_of(party), party)
        self.rows.setdefault(key_of(party), row)

    def add_action(self, kind: str, day: Edtf, more: dict, row: Row) -> None:
        """Add an action. One that several rows give is one action: with the places of all, as of
        a treaty that a state signs in three capitals on the same day."""
        party = more.get("party")
        others = tuple(
            (name, str(value)) for name, value in sorted(more.items())
            if name not in ("party", "place") and value
        )  # fmt: skip
        key = (kind, str(day), type(party), party and party.pk, others)
        if known := self.actions.get(key):
            places = [known[2].get("place", ""), more.get("place", "")]
            if places[1] and places[1] not in places[0].split(", "):
                known[2]["place"] = ", ".join(filter(None, places))
            return
        self.actions[key] = (kind, day, dict(more))
        self.rows_of_actions[key] = row

    def check_order(self, errors: GroupErrors) -> None:
        """Add an error for each action in a certainly impossible order."""
        rows = list(self.rows_of_actions.values())
        for place, error in order_errors(list(self.actions.values())):
            errors.add(rows[place], error)


class StepReader:
    """Reads the party of a row and the steps that it took, as a mapping describes them."""

    def __init__(self, mapping: Mapping, fields: PartyFields, names: PartyNames):
        self.mapping, self.fields, self.names = mapping, fields, names

    def read(
        self, resolver: Resolver, row: Row, on: Edtf, errors: GroupErrors, found: Found
    ) -> None:
        """Add the parties and steps of a row. A name has its meaning of the row's first step, or
        of the day `on`. Errors are added to `errors`, all those of the row."""
        own, steps = RowErrors(), []
        for step in self.fields.steps:
            with own.collected():
                if action := self.step(row, step):
                    steps.append((action, step))
        days = [more.get("effective") or day for (_kind, day, more), _step in steps]
        first = min(filter(None, days), default=UNDATED)
        parties = {}
        for name in {self.fields.party, *(step.fields.get("party") for _action, step in steps)}:
            if name:
                parties[name] = self.parties(resolver, row, name, first or on, own)
        for _name, several in parties.items():
            for party in several:
                found.add_party(party, row)
        for (kind, day, more), step in steps:
            name = step.fields.get("party") or (self.fields.party if step.kind else "")
            takers = [party.get("country") or party["organization"]
                      for party in parties.get(name, ())]  # fmt: skip
            if not takers and name and step.kind and "party" not in step.fields:
                own.add(RowError(self.mapping.column(name), _("the step needs its party")))
            for taker in takers or [None]:
                found.add_action(kind, day, more | ({"party": taker} if taker else {}), row)
        for error in own.found:
            errors.add(row, error)

    def parties(
        self, resolver: Resolver, row: Row, name: str, on: Edtf, errors: RowErrors
    ) -> list[dict]:
        """The parties that a cell names."""
        column, found = self.mapping.column(name), []
        for text in self.names.split(self.mapping.cells.given(row, column, name)):
            with errors.collected():
                if party := party_named(resolver, text, column, on, self.names):
                    found.append(party)
        return found

    def step(self, row: Row, step: StepFields) -> tuple[str, Edtf, dict] | None:
        """The step of a row (type, date, other values); None if its type or all else is blank."""
        errors, kind, more = RowErrors(), step.kind, dict(step.constants)
        if "type" in step.fields:
            with errors.collected():
                if not (kind := self.kind(row, step.fields["type"])):
                    return None
        for name in ("date", "effective", "until"):
            if name in step.fields:
                with errors.collected():
                    more[name] = self.mapping.day(row, step.fields[name], name == "until")
        for name in ("place", "law", "text", "registration", "volume", "page"):
            if name in step.fields:
                with errors.collected():
                    if (value := self.value(row, name, step.fields[name])) not in ("", None):
                        more[name] = value
        errors.check()
        if kind == Type.STATUS_STATED:
            more["status"] = self.status(row, step)
        if kind != Type.REGISTRATION:
            more = {name: more[name] for name in more if name not in TreatyAction.REGISTERED}
        return self.complete(kind, more)

    def complete(self, kind: str, more: dict) -> tuple[str, Edtf, dict] | None:
        """A step with the day from which it has effect, unless that is unknown."""
        day = more.pop("date", UNDATED)
        effective = more.get("effective", UNDATED)
        if kind == Type.ENTRY_INTO_FORCE:
            day = day or effective
        if not (day or effective or more.get("text")):
            return None
        at_once = "effective" not in more or kind in (Type.ENTRY_INTO_FORCE, Type.PROVISIONAL)
        if at_once and not effective and kind not in NOT_AT_ONCE:
            more["effective"] = day
        if not more.get("effective"):
            more.pop("effective", None)
        return kind, day, more

    def kind(self, row: Row, name: str) -> str:
        """The type of a step that a cell names; empty if blank. Raises RowError if unknown."""
        text = self.mapping.text(row, name)
        if not text or (kind := _TYPES.get(fold(text))):
            return kind if text else ""
        near = Spellings((kind, kind) for kind in STEPS).near(text)
        words = _("this value is unknown; say in [values.step] what it means")
        raise RowError(self.mapping.column(name), words, text, suggestion(near))

    def status(self, row: Row, step: StepFields) -> str:
        name = step.fields.get("status", "")
        text = self.mapping.text(row, name) if name else ""
        if text not in STATED:
            column = self.mapping.column(name) if name else ""
            words = _("the step “status stated” needs one of the known statuses")
            raise RowError(column, words, text, ", ".join(STATED))
        return text

    def value(self, row: Row, name: str, field_name: str):
        """The value of a field of an action. Raises RowError if the field rejects it."""
        text, item = self.mapping.text(row, field_name), TreatyAction._meta.get_field(name)
        if not text:
            return None if item.null else ""
        try:
            return item.clean(text, None)
        except ValidationError as error:
            column = self.mapping.column(field_name)
            raise RowError(column, " ".join(error.messages), text) from error
