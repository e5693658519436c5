"""Any list of records, described by a mapping instead of code."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.fields import EdtfField
from core.rows import FileError, Row, RowError
from relations.importers.records import Draft, RecordAdapter, short_slug
from relations.models import (
    Event,
    Membership,
    Mission,
    Visit,
)
from relations.resolver import Unresolved, squeeze
from sources.models import Source


class ListMapping(RecordAdapter):
    """A list described by a mapping in TOML instead of code; docs/importing.md explains it."""

    kinds = {"event": Event, "visit": Visit, "membership": Membership, "mission": Mission}
    # What a mapping must give for each kind, by column or constant.
    needed = {
        "event": ("title", "country", "other_country", "event_type"),
        "visit": ("title", "country", "host", "rank"),
        "membership": ("member", "organization"),
        "mission": ("sender", "host", "mission_type"),
    }
    # Columns that are no fields of the record.
    extra = ("country", "other_country")

    def __init__(self, mapping: dict):
        super().__init__()
        self.mapping = mapping
        self.name = self._text("name")
        self.kind = self._text("kind")
        if self.kind not in self.kinds:
            raise FileError(_("“kind” is one of %s in this mapping.") % ", ".join(self.kinds))
        self.model = self.kinds[self.kind]
        self.delimiter = mapping.get("delimiter", ",")
        self.columns_of = dict(mapping.get("columns", {}))
        self.constants = dict(mapping.get("constants", {}))
        self.source = dict(mapping.get("source", {}))
        self.columns = tuple(dict.fromkeys([*self.columns_of.values(), *self._id_column()]))
        self._check()

    def _text(self, name: str) -> str:
        value = self.mapping.get(name)
        if not isinstance(value, str) or not value:
            raise FileError(_("The mapping needs “%s”.") % name)
        return value

    def _id_column(self) -> list[str]:
        return [self.mapping["id"]] if self.mapping.get("id") else []

    def _check(self) -> None:
        """Refuse a mapping that cannot make a record, with what is wrong in it."""
        given = {*self.columns_of, *self.constants}
        if missing := [name for name in self.needed[self.kind] if name not in given]:
            raise FileError(_("The mapping gives no %s.") % ", ".join(missing))
        fields = {item.name for item in self.model._meta.get_fields()}
        if unknown := sorted(given - fields - set(self.extra)):
            raise FileError(
                _("A %(kind)s has no %(names)s.") % {"kind": self.kind, "names": ", ".join(unknown)}
            )
        try:
            Source(**self.source).full_clean(validate_unique=False)
        except (TypeError, ValidationError) as error:
            raise FileError(_("[source] is not right: %s") % error) from error

    def map(self, row: Row) -> Draft:
        identity = row[self.mapping["id"]] if self.mapping.get("id") else ""
        if self.mapping.get("id") and not identity:
            raise RowError(self.mapping["id"], _("an identifier is needed"))
        place = f"id {identity}" if identity else f"row {row.number}"
        slug = short_slug(self.source["slug"], identity or f"row {row.number}")
        names = [name for name in (*self.columns_of, *self.constants) if name not in self.extra]
        return self.draft(row, place, slug, {name: self.value(row, name) for name in names})

    def draft(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        pair = None
        if self.kind == "membership":
            values.setdefault(
                "title", f"{values['member'].name_en} in the {values['organization'].name}"[:300]
            )
        else:
            sides = {
                "visit": ("country", "host"),
                "event": ("country", "other_country"),
                "mission": ("sender", "host"),
            }[self.kind]
            one, other = (self.value(row, side) for side in sides)
            if one == other:
                raise RowError(self.columns_of.get(sides[1], ""), _("two countries are needed"))
            pair = (one, other)
            values.setdefault("title", f"{one.name_en}–{other.name_en}")
        if not values["title"]:
            raise RowError(self.columns_of.get("title", ""), _("a title is needed"))
        start, until = values.get("date"), values.get("until")
        if start and until and until.latest and start.earliest and until.latest < start.earliest:
            raise RowError(self.columns_of.get("until", ""), _("the end lies before the start"))
        return Draft(model=self.model, slug=slug, place=place, pair=pair, values=values)

    def value(self, row: Row, name: str):
        """The value of a field: a cell as the field takes it, or else the mapping's constant."""
        column = self.columns_of.get(name, "")
        text = row[column] if column else str(self.constants.get(name, ""))
        text = self.mapping.get("values", {}).get(name, {}).get(text, text)
        if name in ("country", "other_country", "host", "member", "sender"):
            on = self.day(row, "date") if "date" in self.columns_of else None
            try:
                return self.resolver.country(text, on)
            except Unresolved as error:
                raise RowError(column or name, str(error), text) from error
        if name == "organization":
            found = self.resolver.organizations.get(squeeze(text), ())
            if len(found) != 1:
                raise RowError(column or name, _("no organization of this name is known"), text)
            return next(iter(found))
        item = self.model._meta.get_field(name)
        if isinstance(item, EdtfField):
            return self.day(row, name)
        if item.choices and text not in dict(item.choices):
            raise RowError(column or name, _("this is none of the values known"), text)
        if item.max_length and len(text) > item.max_length:
            raise RowError(column or name, _("this is too long"), f"{text[:40]} …")
        return text

    def day(self, row: Row, name: str) -> Edtf:
        """A cell as a date: in EDTF, or by the mapping's format for it."""
        column = self.columns_of.get(name, "")
        text = row[column] if column else str(self.constants.get(name, ""))
        form = self.mapping.get("formats", {}).get(name)
        try:
            if form and text:
                day = datetime.strptime(text, form).date().isoformat()
                text = day[
                    : 10 if "%d" in form else 7 if "%m" in form or "%b" in form.lower() else 4
                ]
            return Edtf.parse(text)
        except DateError as error:
            raise RowError(column or name, str(error)) from error
        except ValueError as error:
            raise RowError(
                column or name, _("this is no date of the form %s") % form, text
            ) from error
