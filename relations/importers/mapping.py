"""Any list of records, described by a mapping instead of code."""

from django.utils.translation import gettext as _

from core.rows import Row, RowError
from relations.importers.records import Draft, RecordAdapter, row_slug, short_slug
from relations.models import Event, Membership, Mission, Visit
from relations.resolver import Resolver, Unresolved
from sources.mappings import MappedList, Mapping

# The two countries of a record's pair.
SIDES = {
    "visit": ("country", "host"),
    "event": ("country", "other_country"),
    "mission": ("sender", "host"),
}


class ListMapping(MappedList, RecordAdapter):
    """A list of events, visits, memberships or missions."""

    kinds = {"event": Event, "visit": Visit, "membership": Membership, "mission": Mission}
    # The fields that a mapping must give for each kind, by column or constant.
    needed = {
        "event": ("title", "country", "other_country", "event_type"),
        "visit": ("title", "country", "host", "rank"),
        "membership": ("member", "organization"),
        "mission": ("sender", "host", "mission_type"),
    }
    # Names that are not fields of the record.
    extra = ("country", "other_country")

    def __init__(self, content: dict):
        self.mapping = Mapping(content, self.kinds, self.needed, self.extra)
        self.name, self.source = self.mapping.name, self.mapping.source
        self.columns, self.delimiter = self.mapping.columns, self.mapping.delimiter
        super().__init__()

    def begin(self, as_of):
        super().begin(as_of)
        self.resolver = Resolver(self.mapping.successors)

    def map(self, row: Row) -> Draft:
        identity, key = self.mapping.identity(row), self.mapping.key(row)
        place = f"id {identity}" if identity else f"row {row.number}"
        former_slug = slug = short_slug(self.source["slug"], identity or place)
        if identity:
            slug = row_slug(self.source["slug"], key)
        names = [name for name in self.mapping.names if name not in self.extra]
        draft = self.draft(row, place, slug, {name: self.value(row, name) for name in names})
        draft.key, draft.former_slug, draft.numbered = key, former_slug, not identity
        return draft

    def draft(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        pair, columns_of = None, self.mapping.columns_of
        if self.mapping.kind == "membership":
            columns = {values["member"]: self.mapping.column("member")}
            values.setdefault(
                "title", f"{values['member'].name_en} in the {values['organization'].name}"
            )
        else:
            sides = SIDES[self.mapping.kind]
            one, other = (self.value(row, side) for side in sides)
            if one == other:
                raise RowError(columns_of.get(sides[1], ""), _("two countries are needed"))
            pair = (one, other)
            columns = dict(zip(pair, map(self.mapping.column, sides), strict=True))
            values.setdefault("title", f"{one.name_en}–{other.name_en}")
        self.check(values)
        return Draft(self.mapping.model, slug, place, values=values, pair=pair, columns=columns)

    def check(self, values: dict) -> None:
        """Raise RowError for a blank title, or an end before the start."""
        if not values["title"]:
            raise RowError(self.mapping.columns_of.get("title", ""), _("a title is needed"))
        start, until = values.get("date"), values.get("until")
        if start and until and until.latest and start.earliest and until.latest < start.earliest:
            raise RowError(
                self.mapping.columns_of.get("until", ""), _("the end is before the start")
            )

    def value(self, row: Row, name: str):
        """The value of a field, from its cell or else from the mapping's constant."""
        if name in ("country", "other_country", "host", "member", "sender"):
            text = self.mapping.text(row, name)
            on = self.mapping.day(row, "date") if "date" in self.mapping.names else None
            try:
                found = self.resolver.code if self.resolver.is_code(text) else self.resolver.country
                return found(text, on)
            except Unresolved as error:
                raise error.in_row(self.mapping.column(name), text) from error
        if name == "organization":
            text = self.mapping.text(row, name)
            try:
                return self.resolver.organization(text)
            except Unresolved as error:
                raise error.in_row(self.mapping.column(name), text) from error
        return self.mapping.value(row, name)
