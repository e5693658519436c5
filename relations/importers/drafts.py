"""What a row of a list describes, before it is compared with the database."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.folding import fold, visible
from core.rows import Row, RowError
from relations.models import Citation, Country, Participation, Person, Record, Relation
from relations.models.imported_row import digest_of
from relations.resolver import Unresolved
from sources.list_dates import date_error

# The longest slug of a row: those of a treaty's steps begin with it.
LONGEST = 110
LONGEST_SLUG = Record._meta.get_field("slug").max_length


@dataclass
class Draft:
    """A record that a row describes: its values and its related rows.

    `place` is its place in the list, for readers. `key` identifies the row in its list: the
    identifier as it is written, by default the place.
    """

    model: type[Record]
    slug: str
    place: str
    values: dict
    pair: tuple[Country, Country] | None = None
    people: list[dict] = field(default_factory=list)
    note: str = ""
    as_stated: str = ""
    children: list["Draft"] = field(default_factory=list)
    parties: list[dict] = field(default_factory=list)
    # The columns of the list that name its countries.
    columns: dict[Country, str] = field(default_factory=dict)
    # The answer of the list to the question which record it repeats.
    same_as: str = ""
    key: str = ""
    # Whether place and slug are only the row's number in a file, so that the next file may have
    # another row there.
    numbered: bool = False
    # The slug that earlier versions gave the record, if it was another one.
    former_slug: str = ""

    def __post_init__(self):
        self.key = self.key or self.place

    @property
    def slugs(self) -> set[str]:
        """Its slug and those of its steps."""
        return {self.slug, *(child.slug for child in self.children)}

    @cached_property
    def record(self) -> Record:
        """The record that it describes, not saved; its relation may not be saved either. It is made
        once, when the values are complete."""
        relation = Relation.of(*self.pair) if self.pair else None
        return self.model(**{"relation": relation} | self.values)

    def relate(self, relation: Relation) -> None:
        """Give the record the stored relation of its pair."""
        self.values["relation"] = self.record.relation = relation


def parse(row: Row, column: str, form: str = "iso") -> Edtf:
    """A cell as a date: `iso` as EDTF, `dmy` as dd/mm/yyyy, mm-yyyy or yyyy."""
    text = visible(row[column])
    if form == "dmy":
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        elif match := re.fullmatch(r"(\d{1,2})-(\d{4})", text):
            text = f"{match[2]}-{int(match[1]):02}"
    try:
        return Edtf.parse(text)
    except DateError as error:
        raise date_error(column, text, error) from error


def resolved(row: Row, column: str, find, name: str, *arguments):
    """The row that `find` returns for a name. Raises RowError with the column if it finds none."""
    try:
        return find(name, *arguments)
    except Unresolved as error:
        raise error.in_row(column, row[column]) from error


# The slug of the source, and of a row in it, is needed several times in a row.
@lru_cache
def short_slug(*parts) -> str:
    return slugify(fold(" ".join(str(part) for part in parts if part)))[:150].strip("-")


def name_slug(name: str, *more: str) -> str:
    """The slug of a new person or organization: the name, and a digest of it if the slug cannot
    show all its letters (王毅), so that different names have different slugs."""
    slug, folded = short_slug(name, *more), fold(name)
    if not any(unicodedata.category(letter) in ("Ll", "Lo") for letter in folded if letter > "z"):
        return slug
    return f"{slug[:LONGEST].strip('-')}-{digest_of(folded, size=4)}".strip("-")


def row_slug(prefix: str, identifier: str) -> str:
    """The slug of the record of a row: the prefix and the identifier, and a digest of the latter if
    the slug does not show it exactly as it is written ("1/12", "A1")."""
    slug = short_slug(prefix, identifier)
    if len(slug) <= LONGEST and slug == f"{short_slug(prefix)}-{identifier}":
        return slug
    return f"{slug[:LONGEST].strip('-')}-{digest_of(identifier, size=4)}"


def fitting(slug: str) -> str:
    """A slug that fits its column: the end of a long one is replaced by a digest."""
    if len(slug) <= LONGEST_SLUG:
        return slug
    return f"{slug[: LONGEST_SLUG - 11].rstrip('-')}-{sha256(slug.encode()).hexdigest()[:10]}"


def said(draft: Draft) -> dict:
    """What a row says of its record, as JSON: texts by field, the pair, and the people, parties
    and steps with their values. Steps are named by their slugs without that of the treaty."""
    content = {name: in_json(value) for name, value in draft.values.items() if name != "relation"}
    if draft.pair:
        content["pair"] = sorted(country.slug for country in draft.pair)
    for name in ("note", "as_stated"):
        if text := getattr(draft, name):
            content[name] = text
    for name in ("people", "parties", "countries"):
        if rows := getattr(draft, name, ()):
            content[name] = [{key: in_json(row[key]) for key in row} for row in rows]
    if draft.children:
        content["steps"] = {
            child.slug.removeprefix(draft.slug): said(child) for child in draft.children
        }
    return content


def in_json(value) -> str:
    """A value of a field as text; a related row by its slug."""
    if isinstance(value, models.Model):
        return value.slug
    return "" if value is None else str(value)


def error_of(draft: Draft) -> RowError | None:
    """An error for the first value too long for its column, which PostgreSQL would reject."""
    cited = {"locator": draft.place, "as_stated": draft.as_stated}
    parts = [(draft.model, draft.values), (Citation, cited)]
    for person in draft.people:
        parts.append((Person, {name: person[name] for name in ("name", "slug")}))
        parts.append((Participation, {name: person[name] for name in ("capacity", "as_stated")}))
    errors = (too_long(model, values) for model, values in parts)
    return next(filter(None, (*errors, *map(error_of, draft.children))), None)


def too_long(model, values: dict) -> RowError | None:
    """An error for the first of these values that does not fit its field."""
    for name, value in values.items():
        field = model._meta.get_field(name)
        if field.max_length and len(str(value)) > field.max_length:
            detail = f"{field.verbose_name}: {str(value)[:40]} …"
            return RowError("", _("this is too long"), detail)
    return None
