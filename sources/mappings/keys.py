"""The keys of mappings: what a mapping in TOML may say, for the check, the reference and the forms.

The kinds of lists and their fields are declared by the apps whose rows they create, as `ListKind`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.fields import EdtfField
from core.rows import FileError
from sources.list_dates import PRECISIONS

# The value of [formats] that reads dates as the forms do.
WORDS = "words"
# The two ends of a period, which one column may give.
SPANS = (("date", "until"), ("period", "period_until"))
# More allowed values than these are not listed in a message.
LISTED = 60


@dataclass(frozen=True)
class Problem:
    """A mistake in a mapping: its place there, the reason, and the values that are allowed."""

    place: str
    message: str
    allowed: tuple[str, ...] = ()

    def __str__(self):
        said = f"{self.place}: {self.message}" if self.place else self.message
        if not self.allowed:
            return said
        more = " …" if len(self.allowed) > LISTED else ""
        return _now("%(problem)s Allowed: %(values)s.") % {
            "problem": said,
            "values": ", ".join(self.allowed[:LISTED]) + more,
        }


class MappingError(FileError):
    """A mapping cannot be used; `problems` are all of its mistakes."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class FieldType(Enum):
    """What the value of a field is; the value of each member is its words in messages."""

    TEXT = _("text")
    CHOICE = _("one of the allowed values")
    DATE = _("a date")
    NUMBER = _("a whole number")
    BOOLEAN = _("yes or no")
    COUNTRY = _("a country")
    ORGANIZATION = _("an organization")
    PARTIES = _("countries and organizations")
    PEOPLE = _("people")
    AMOUNT = _("a number")


NAMES = (FieldType.COUNTRY, FieldType.ORGANIZATION, FieldType.PARTIES)
SEVERAL = (FieldType.PARTIES, FieldType.PEOPLE)
# Fields whose columns are joined by a space.
JOINED = (FieldType.TEXT, FieldType.DATE)


@dataclass(frozen=True)
class Field:
    """A field that a list of some kind can set: its name, meaning, type and allowed values.

    `allowed` holds (value, label). `unless` names the fields and keys with which a required field
    is not needed. `stored` says that it is a field of the model, `column_only` that it has no
    constant.
    """

    name: str
    type: FieldType
    meaning: str
    required: bool = False
    allowed: tuple[tuple[str, str], ...] = ()
    unless: tuple[str, ...] = ()
    stored: bool = True
    column_only: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _label in self.allowed)


@dataclass(frozen=True)
class ListKind:
    """A kind of list: the model of its rows, and the fields that a mapping can set, in order.

    `check` returns further problems of a mapping of this kind; `item` says what a row is; `sets`
    returns the names that other tables than [columns], [constants] and [templates] set.
    `spread` is for kinds with tables that describe further fields: it returns the mapping without
    these tables, and the kind with the fields.
    """

    name: str
    model: type[models.Model]
    item: str
    fields: tuple[Field, ...]
    check: Callable[[dict], Iterable[Problem]] = field(default=lambda content: ())
    sets: Callable[[dict], Iterable[str]] = field(default=lambda content: ())
    spread: Callable[[dict, "ListKind"], tuple[dict, "ListKind"]] = field(
        default=lambda content, kind: (content, kind)
    )

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {item.name: item for item in self.fields}

    def field(self, name: str) -> Field | None:
        return self._by_name.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields)


_TYPES = (
    (EdtfField, FieldType.DATE),
    (models.BooleanField, FieldType.BOOLEAN),
    (models.DecimalField, FieldType.AMOUNT),
    (models.IntegerField, FieldType.NUMBER),
)


def model_fields(model: type[models.Model], *names: str, required: Iterable[str] = ()):
    """Return the declarations of these fields of a model, as a tuple of Field."""
    found = []
    for name in names:
        item = model._meta.get_field(name)
        kind = next((kind for cls, kind in _TYPES if isinstance(item, cls)), FieldType.TEXT)
        choices = tuple((str(value), label) for value, label in item.flatchoices if value != "")
        if item.choices:
            kind = FieldType.CHOICE
        words = str(item.verbose_name)
        meaning = f"{words[:1].upper()}{words[1:]}."
        if item.help_text:
            meaning = f"{meaning} {item.help_text}"
        found.append(Field(name, kind, meaning, name in required, choices))
    return tuple(found)


@dataclass(frozen=True)
class Shape:
    """What the value of a key looks like in TOML."""

    words: str
    fits: Callable[[object], bool]


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_text, value))


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


TEXT = Shape(_("text in quotation marks"), is_text)
TEXTS = Shape(
    _("text in quotation marks or a list of texts"),
    lambda value: is_text(value) or are_texts(value),
)
# Signs may be spaces.
SIGN = Shape(TEXT.words, lambda value: isinstance(value, str) and bool(value))
SIGNS = Shape(
    _("text in quotation marks, a list of texts, or { pattern = '…' } with a regular expression"),
    lambda value: (
        SIGN.fits(value)
        or isinstance(value, list)
        and bool(value)
        and all(map(SIGN.fits, value))
        or isinstance(value, dict)
        and value.keys() == {"pattern"}
        and is_text(value["pattern"])
    ),
)
COUNT = Shape(_("a whole number, without quotation marks"), is_count)
FLAG = Shape(_("true or false, without quotation marks"), lambda value: isinstance(value, bool))
TABLE = Shape(_("a table"), lambda value: isinstance(value, dict))
TEXT_TABLE = Shape(
    _("a table with lines such as: “Soviet Union” = “Russia”"),
    lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
)
TEXTS_TABLE = Shape(
    _("a table with lines such as: Flow = [“Import”, “Export”]"),
    lambda value: isinstance(value, dict) and all(map(TEXTS.fits, value.values())),
)


class ByField(Enum):
    """Whether a key has a value for each field, or one for all."""

    NEVER = "never"
    ALWAYS = "always"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Key:
    """A key of a mapping: its shape, the kinds of lists and the types of fields that it applies to
    (empty: all), its allowed values, and what it means, with an example in TOML."""

    name: str
    shape: Shape
    meaning: str
    example: str
    by_field: ByField = ByField.NEVER
    kinds: tuple[str, ...] = ()
    types: tuple[FieldType, ...] = ()
    allowed: tuple[str, ...] = ()
    required: bool = False


RECORDS = ("event", "visit", "membership", "mission", "treaty")
TREATIES, FIGURES = ("treaty", "treaty_party"), ("figure",)
CODES = ("iso2", "iso3", "numeric", "cow", "gw", "wikidata", "comtrade", "name")

KEYS = (
    Key("name", TEXT, _("The name of the list, in reports and for its own aliases."),
        'name = "ministry-visits"', required=True),
    Key("kind", TEXT, _("What a row of the list is."), 'kind = "visit"', required=True),
    Key("source", TABLE, _("The source that every record cites."),
        '[source]\nslug = "ministry-list"\ntitle = "Visits of the ministry"\nkind = "official"',
        required=True),
    Key("columns", TABLE, _(
        "The column of each field; or several columns, which are joined by a space (parties and "
        "visitors have one name in each); or the columns of the year, month and day of a date."),
        '[columns]\ntitle = "Subject"\ndate = { year = "Y", month = "M", day = "D" }'),
    Key("constants", TABLE, _("A value of a field for all rows."),
        '[constants]\nrank = "minister"'),
    Key("templates", TEXT, _(
        "A text composed of columns. A part in square brackets is left out if a cell in it is "
        "blank; a blank cell elsewhere rejects the row, unless all cells are blank."),
        '[templates]\ntitle = "{Type} of {Guest}[ to {Place}]"',
        ByField.ALWAYS, types=(FieldType.TEXT, FieldType.DATE)),
    Key("id", TEXTS, _("The columns that identify a row. Without it, all that the mapping reads."),
        'id = ["Treaty", "Party"]'),
    Key("group", TEXTS, _(
        "The columns whose values are the same in all rows of one treaty, which then has several "
        "rows. Without it, [party] and [steps] need a title in [constants]: all rows are of one "
        "treaty."),
        'group = "TreatyID"', kinds=TREATIES),
    Key("list", TEXT, _("The name of the mapping whose treaties the rows belong to."),
        'list = "treaties-of-the-registry"', kinds=("treaty_party",)),
    Key("parties_follow", FLAG, _("Whether a second list names the parties of the treaties."),
        "parties_follow = true", kinds=("treaty",)),
    Key("delimiter", SIGN, _(
        "The sign between cells, or the word “tab”. By default a comma."), 'delimiter = ";"'),
    Key("encoding", TEXT, _("The encoding of the file. By default UTF-8."), 'encoding = "cp1251"'),
    Key("skip_lines", COUNT, _("How many lines stand before the header."), "skip_lines = 3"),
    Key("sheet", TEXT, _("The sheet of an XLSX or ODS file. By default the first."),
        'sheet = "Treaties"'),
    Key("language", TEXT, _(
        "The language of the list, as a code of ISO 639: its names of months are read, too."),
        'language = "de"'),
    Key("blank", TEXTS, _("Cells that mean nothing: for all fields, or by field."),
        '[blank]\ndate = ["9999", "NA"]', ByField.OPTIONAL),
    Key("precision", TEXT, _("Dates are never more precise than this: for all, or by field."),
        'precision = "month"', ByField.OPTIONAL, allowed=tuple(PRECISIONS),
        types=(FieldType.DATE,)),
    Key("formats", TEXTS, _(
        "The formats of dates, with the directives of strptime; “words” reads them as a form "
        "does."),
        '[formats]\ndate = ["%d.%m.%Y", "%Y", "words"]', ByField.ALWAYS, types=(FieldType.DATE,)),
    Key("strip", TEXT, _(
        "A regular expression whose matches are cut from cells: for all fields, or by field."),
        "strip = '\\[\\d+\\]'", ByField.OPTIONAL),
    Key("separators", SIGNS, _("The signs between several names in a cell. By default “;”."),
        '[separators]\nparties = "|"', ByField.ALWAYS, types=SEVERAL),
    Key("codes", TEXT, _(
        "The codes by which a field names countries. By default names, then codes."),
        '[codes]\nparties = "iso3"', ByField.ALWAYS, types=NAMES, allowed=CODES),
    Key("values", TABLE, _("What values of the list mean, for each field."),
        '[values.visit_type]\n"offiziell" = "official"', ByField.ALWAYS),
    Key("filter", TEXTS_TABLE, _("Only rows with one of these values in a column are read."),
        '[filter]\nFlow = ["Import", "Export"]'),
    Key("successors", TEXT_TABLE, _(
        "Which country the list means by the name of a former one after its end."),
        '[successors]\n"Yugoslavia" = "Serbia and Montenegro"'),
    Key("new_organizations", FLAG, _("Whether organizations that no name matches are created."),
        "new_organizations = true", kinds=("membership", *TREATIES)),
    Key("organizations", TEXTS, _("Organizations that are created if no name matches them."),
        'organizations = ["Danube Commission"]', kinds=("membership", *TREATIES)),
    Key("party", TABLE, _(
        "The party that a row names, and the columns of its steps, with `group`."),
        '[party]\nname = "Participant"\nsignature = "Signed"\nratification = "Ratified"',
        kinds=TREATIES),
    Key("steps", TABLE, _("Steps of treaties by row: their type, date and party."),
        '[steps]\ntype = "Action"\ndate = "Date"\nparty = "Participant"', kinds=TREATIES),
    Key("decimal", TEXT, _("The decimal sign. By default a point."), 'decimal = ","',
        kinds=FIGURES, allowed=(".", ",")),
    Key("thousands", SIGN, _(
        "The sign between thousands: a comma, a point, a space or an apostrophe."),
        'thousands = " "', kinds=FIGURES),
    Key("rounding", COUNT, _("To how many decimal places values are rounded, for float tails."),
        "rounding = 4", kinds=FIGURES),
    Key("restated", FLAG, _("Whether old values are given in the currency of today."),
        "restated = true", kinds=FIGURES),
    Key("classification", TEXT, _("The classification of the codes in “commodity”."),
        'classification = "HS"', kinds=(*FIGURES, "commodity")),
    Key("revision", TEXT, _("The revision of the classification."), 'revision = "2022"',
        kinds=(*FIGURES, "commodity")),
    Key("measures", TABLE, _("Columns that each hold values, and what the values of each are."),
        "[measures]\ncolumns = '[0-9]{4}'\nsets = \"period\"", kinds=FIGURES),
)  # fmt: skip
