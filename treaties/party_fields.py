"""The tables of a mapping that describe parties and their steps, as further fields of the mapping.

A mapping knows fields by name. The columns of [party] and [steps] become fields with a name of
their own, such as "party signature"; what the mapping says of `signature` (formats, blank cells,
values) applies to them too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from core.rows import FileError
from search.spelling import Spellings, suggestion
from sources.mappings.keys import Field, FieldType, ListKind
from treaties.models import TreatyAction

# The types of steps that a list can give; a list has no steps that name another step.
STEPS = tuple(kind for kind in TreatyAction.Type.values if kind != "revocation")
# What a party of [party] can have: its name, and a date for each type of step.
OF_PARTY = ("name", *(kind for kind in STEPS if kind not in ("status_stated", "registration")))
# The values of a step that is described by a table: { date = "Ratified", place = "Place" }.
OF_STEP = ("date", "effective", "until", "place", "law", "text")
# The columns of [steps]: those values, whose step it is, and what only some types have.
OF_STEPS = ("type", "party", *OF_STEP, "status", "registration", "volume", "page")
# The tables of a mapping that have a line for each field.
BY_FIELD = ("formats", "precision", "blank", "strip", "separators", "codes", "values")
_DATES = (*STEPS, "date", "effective", "until")


@dataclass
class StepFields:
    """The fields of the mapping that give a step: by the name of the step's value. A step without
    the field `type` is always of type `kind`. `constants` are values of all these steps."""

    kind: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)


@dataclass
class PartyFields:
    """The fields of the mapping that name the party of a row and give its steps."""

    party: str = ""
    steps: list[StepFields] = field(default_factory=list)
    # The columns of all these fields, and the fields whose settings they have.
    added: dict[str, str] = field(default_factory=dict)
    follows: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, column: str, follows: str) -> str:
        """Add a field with a column; `follows` is the field whose settings it has."""
        self.added[name], self.follows[name] = column, follows
        return name


def spread(content: dict, kind: ListKind) -> tuple[dict, ListKind]:
    """The mapping without [party] and [steps], and the kind with a field for each of their columns.
    Raises FileError if the tables are invalid."""
    content, found = flat(content)
    fields = [
        replace(item, required=False)
        if item.name == "parties" and (found.party or content.get("parties_follow"))
        else item
        for item in kind.fields
    ]
    fields += [
        Field(name, *_type_of(follows), stored=False) for name, follows in found.follows.items()
    ]
    return content, replace(kind, fields=tuple(fields), spread=ListKind.spread)


def _type_of(follows: str) -> tuple[FieldType, str, bool, tuple]:
    """The type, meaning and allowed values of a field that follows the settings of this one."""
    if follows == "parties":
        return FieldType.PARTIES, "", False, ()
    if follows == "step":
        return FieldType.CHOICE, "", False, tuple((kind, kind) for kind in STEPS)
    return FieldType.DATE if follows in _DATES else FieldType.TEXT, "", False, ()


def flat(content: dict) -> tuple[dict, PartyFields]:
    """The mapping with a field for each column of [party] and [steps], instead of these tables, and
    what the fields are. Raises FileError if the tables are invalid."""
    found, columns = PartyFields(), content.get("columns", {})
    columns = columns if isinstance(columns, dict) else {}
    _read_party(_table(content, "party"), found)
    _read_steps(_table(content, "steps"), content, found)
    if not found.added:
        return content, found
    rest = {key: value for key, value in content.items() if key not in ("party", "steps")}
    settings = {
        key: _for_all(rest[key], columns, content, found)
        for key in BY_FIELD
        if isinstance(rest.get(key), dict)
    }
    changed = {"columns": columns | found.added}
    if "constants" in content:
        constants = _table(content, "constants")
        changed["constants"] = {
            name: value
            for name, value in constants.items()
            if not (name == "step" and _table(content, "steps"))
        }
    return rest | changed | settings, found


def _for_all(settings: dict, columns: dict, content: dict, found: PartyFields) -> dict:
    """The lines of a table by field, also for the fields that follow others."""
    own = {*columns, *_table(content, "constants")}
    added = set(found.follows.values())
    lines = {name: line for name, line in settings.items() if name in own or name not in added}
    return lines | {
        name: settings[follows] for name, follows in found.follows.items() if follows in settings
    }


def _table(content: dict, key: str) -> dict:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise FileError(_("“%s” must be a table.") % key)
    return table


def _is_text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_names(table: str, names, known: tuple[str, ...]) -> None:
    if unknown := [name for name in names if name not in known]:
        near = Spellings((name, name) for name in known).near(unknown[0])
        raise FileError(
            _("[%(table)s] has no “%(name)s”. Allowed: %(known)s.")
            % {"table": table, "name": unknown[0], "known": ", ".join(known)}
            + (f" {suggestion(near)}" if near else "")
        )


def _column(table: str, name: str, value) -> str:
    if not _is_text(value):
        raise FileError(
            _("[%(table)s] %(name)s must be the name of a column.") % {"table": table, "name": name}
        )
    return value


def _read_party(table: dict, found: PartyFields) -> None:
    """Read [party]: the name of the party of a row, and its steps by type."""
    if not table:
        return
    _check_names("party", table, OF_PARTY)
    if "name" not in table:
        raise FileError(_("[party] needs “name”, the column that names the party."))
    found.party = found.add("party name", _column("party", "name", table["name"]), "parties")
    for kind in (name for name in table if name != "name"):
        several = table[kind] if isinstance(table[kind], list) else [table[kind]]
        for number, value in enumerate(several, 1):
            name = f"party {kind} {number}" if number > 1 else f"party {kind}"
            found.steps.append(_party_step(kind, name, value, found))


def _party_step(kind: str, name: str, value, found: PartyFields) -> StepFields:
    step = StepFields(kind)
    columns = value if isinstance(value, dict) else {"date": value}
    constants = columns.get("constants", {})
    _check_names(f"party.{kind}", columns, (*OF_STEP, "constants"))
    if not isinstance(constants, dict) or not all(map(_is_text, constants.values())):
        raise FileError(_("[party] %s: constants must be a table of texts.") % kind)
    _check_names(f"party.{kind}.constants", constants, ("place", "law", "text"))
    step.constants = dict(constants)
    for part, column in _items(columns):
        follows = kind if part == "date" else part
        added = name if part == "date" else f"{name} {part}"
        step.fields[part] = found.add(added, _column(f"party.{kind}", part, column), follows)
    if not {"date", "effective", "text"} & set(step.fields):
        raise FileError(_("[party] %s needs “date”, the column of its date.") % kind)
    return step


def _items(columns: dict) -> Iterator[tuple[str, object]]:
    return ((name, column) for name, column in columns.items() if name != "constants")


def _read_steps(table: dict, content: dict, found: PartyFields) -> None:
    """Read [steps]: the step that a row describes."""
    if not table:
        return
    _check_names("steps", table, OF_STEPS)
    step = StepFields(str(_table(content, "constants").get("step", "")))
    if "type" not in table and step.kind not in STEPS:
        raise FileError(
            _("[steps] needs “type”, the column of the type of step, or [constants] step, one of: "
              "%s.") % ", ".join(STEPS)
        )  # fmt: skip
    if not {"date", "effective"} & set(table):
        raise FileError(_("[steps] needs “date”, the column of the date of the step."))
    for part, column in table.items():
        follows = {"type": "step", "party": "parties"}.get(part, part)
        step.fields[part] = found.add(f"step {part}", _column("steps", part, column), follows)
    if "party" not in step.fields and found.party:
        step.fields["party"] = found.party
    found.party = found.party or step.fields.get("party", "")
    found.steps.append(step)
