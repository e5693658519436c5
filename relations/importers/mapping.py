"""Any list of records, described by a mapping instead of code."""

from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core import bulk
from core.dates import Edtf
from core.row_errors import RowErrors
from core.rows import Row, RowError
from relations.codes import declared_codes
from relations.importers.changing import is_new
from relations.importers.constants import check_names
from relations.importers.drafts import said
from relations.importers.organizations import NewOrganizations, created
from relations.importers.records import (
    Changes,
    Draft,
    RecordAdapter,
    RecordWriter,
    row_slug,
    short_slug,
)
from relations.importers.visitors import highest_rank, visitors_in
from relations.list_fields import KINDS
from relations.models import Country, Event, Organization, Participation, Record
from relations.resolver import Unresolved
from sources.mappings.keys import Field, FieldType, ListKind
from sources.mappings.mapping import MappedList, Mapping

# The fields that name a country.
COUNTRIES = ("country", "other_country", "host", "member", "sender", "recognized_country")
# The two countries of a record's pair.
SIDES = {
    "visit": ("country", "host"),
    "event": ("country", "other_country"),
    "mission": ("sender", "host"),
}


@dataclass
class MappedDraft(Draft):
    """A draft with the countries that take part in its record in a role, as values of their
    participations."""

    countries: list[dict] = field(default_factory=list)


@dataclass
class MappedChanges(Changes):
    """Also whether other countries take part, or in other roles."""

    countries: bool = False

    def __bool__(self):
        return super().__bool__() or self.countries

    def leave(self):
        super().leave()
        self.countries = False


class MappedWriter(RecordWriter):
    """Also writes the countries that take part in records."""

    def created(self, drafts, rows):
        return bulk.insert(
            Participation(record_id=row.pk, **values)
            for draft, row in zip(drafts, rows, strict=True)
            for values in getattr(draft, "countries", ())
        )

    def changes(self, draft, record, before):
        found = super().changes(draft, record, before)
        there = {(row.role, row.country_id) for row in record.participations.all()}
        named = {(values["role"], values["country"].pk) for values in draft.countries}
        gone = self.gone(draft, record, before)
        others = (named - there or gone) and is_new(before, said(draft), "countries")
        return MappedChanges(found.values, found.people, before, bool(others))

    def apply(self, record, draft, changes, people):
        super().apply(record, draft, changes, people)
        if not changes.countries:
            return
        for row in self.gone(draft, record, changes.before):
            row.delete()
        for values in draft.countries:
            if not record.participations.filter(
                role=values["role"], country=values["country"]
            ).exists():
                Participation.objects.create(record=record, **values)

    @staticmethod
    def gone(draft: MappedDraft, record: Record, before: dict) -> list[Participation]:
        """The participations of countries that the row named before, and names no longer."""
        named = {(values["role"], values["country"].slug) for values in draft.countries}
        known = {(values["role"], values["country"]) for values in before.get("countries", ())}
        rows = record.participations.filter(country__isnull=False).select_related("country")
        return [row for row in rows if (row.role, row.country.slug) in known - named]


class ListMapping(MappedList, RecordAdapter):
    """A list of events, visits, memberships or missions."""

    kinds: dict[str, ListKind] = KINDS
    writer_class = MappedWriter

    def __init__(self, content: dict):
        self.mapping = Mapping(content, self.list_kind(content))
        self.name, self.source = self.mapping.name, self.mapping.source
        self.columns, self.delimiter = self.mapping.columns, self.mapping.delimiter
        self.successors = self.mapping.successors
        self.codes = declared_codes(content, COUNTRIES)
        self.new_organizations = NewOrganizations.of_mapping(content)
        # The last row with its date.
        self._dated: tuple[Row | None, Edtf | None] = (None, None)
        super().__init__()

    def list_kind(self, content: dict) -> ListKind:
        """The kind of the list, with its fields; `content` is a mapping that has been checked."""
        return self.kinds[content["kind"]]

    def begin(self, as_of):
        super().begin(as_of)
        check_names(self.mapping, lambda item, name: self.named(item, name, None))

    def map(self, row: Row) -> Draft:
        identity, key = self.mapping.identity(row), self.mapping.key(row)
        if self.mapping.identifiers and not identity:
            raise RowError(self.mapping.identifiers[0], _("an identifier is needed"))
        place = f"id {identity}" if identity else f"row {row.number}"
        former_slug = slug = short_slug(self.source["slug"], identity or place)
        if identity:
            slug = row_slug(self.source["slug"], key)
        errors, values = RowErrors(), {}
        for name in self.mapping.stored:
            with errors.collected():
                values[name] = self.value(row, name)
        if errors.found:
            with errors.collected():
                self.check_sides(row)
        errors.check()
        draft = self.draft(row, place, slug, values)
        draft.key, draft.former_slug, draft.numbered = key, former_slug, not identity
        return draft

    def check_sides(self, row: Row) -> None:
        """Raise RowError if the countries of a pair are not found, for a row with other errors."""
        errors = RowErrors()
        for side in SIDES.get(self.mapping.kind, ()):
            with errors.collected():
                self.value(row, side)
        errors.check()

    def draft(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        kind = self.mapping.kind
        if kind == "membership":
            return self.membership(row, place, slug, values)
        errors, found = RowErrors(), []
        for side in SIDES[kind]:
            with errors.collected():
                found.append(values[side] if side in values else self.value(row, side))
        errors.check()
        one, other = found
        if one == other:
            column = self.mapping.columns_of.get(SIDES[kind][1], "")
            raise RowError(column, _("two countries are needed"))
        more = {}
        if kind == "visit":
            more["people"] = visitors_in(self.mapping, row, one)
        elif kind == "event":
            more["countries"] = self.recognition(row, values, (one, other))
        values.setdefault("title", f"{one.name_en}–{other.name_en}")
        self.check(values)
        columns = dict(zip((one, other), map(self.mapping.column, SIDES[kind]), strict=True))
        stated = self.as_stated(row, zip(SIDES[kind], (one, other), strict=True))
        return MappedDraft(self.mapping.model, slug, place, values=values, pair=(one, other),
                           columns=columns, as_stated=stated, **more)  # fmt: skip

    def membership(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        member, organization = values["member"], values["organization"]
        values.setdefault("title", f"{member.name_en} in the {organization.name}")
        self.check(values)
        return MappedDraft(
            self.mapping.model,
            slug,
            place,
            values=values,
            columns={member: self.mapping.column("member")},
            as_stated=self.as_stated(row, [("member", member)]),
        )

    def as_stated(self, row: Row, countries) -> str:
        """The list's own words for these countries, by field, if they are not our names."""
        words = []
        for name, country in countries:
            if name in self.mapping.columns_of:
                text = self.mapping.cells.original(row, name)
                if text and text != country.name_en:
                    words.append(text)
        return "; ".join(dict.fromkeys(words))[:300]

    def recognition(self, row: Row, values: dict, pair: tuple[Country, Country]) -> list[dict]:
        """The participations of who recognized whom: the recognized country is the subject."""
        name = "recognized_country"
        if name not in self.mapping.names or not self.mapping.text(row, name):
            return []
        column = self.mapping.column(name)
        if values["event_type"] != Event.Type.RECOGNITION:
            raise RowError(column, _("only a recognition has a recognized country"))
        recognized = self.value(row, name)
        if recognized not in pair:
            words = _("this is neither of the two countries")
            raise RowError(column, words, self.mapping.text(row, name))
        by = pair[0] if recognized == pair[1] else pair[1]
        said = {"by": by.name_en, "recognized": recognized.name_en}
        values.setdefault("title", _("%(by)s recognizes %(recognized)s") % said)
        roles = {by: Participation.Role.PARTICIPANT, recognized: Participation.Role.SUBJECT}
        sides = dict(zip(pair, SIDES["event"], strict=True))
        return [
            {
                "role": role,
                "country": country,
                "as_stated": self.as_stated(row, [(sides[country], country)])[:200],
            }
            for country, role in roles.items()
        ]

    def check(self, values: dict) -> None:
        """Raise RowError for a blank title, or an end before the start."""
        if not values.get("title"):
            raise RowError(self.mapping.column("title"), _("a title is needed"))
        start, until = values.get("date"), values.get("until")
        if start and until and until.latest and start.earliest and until.latest < start.earliest:
            raise RowError(
                self.mapping.columns_of.get("until", ""), _("the end is before the start")
            )

    def value(self, row: Row, name: str):
        """The value of a field, from its cell or else from the mapping's constant."""
        kind = self.mapping.list_kind.field(name).type
        if kind in (FieldType.COUNTRY, FieldType.ORGANIZATION):
            text = self.mapping.text(row, name)
            try:
                return self.named(self.mapping.list_kind.field(name), text, self.day_of(row))
            except Unresolved as error:
                if kind is FieldType.ORGANIZATION and self.new_organizations.include(
                    text, error, is_organization=True
                ):
                    return created(self.resolver, text, self.mapping.column(name))
                raise error.in_row(self.mapping.column(name), text) from error
        if name == "rank" and (rank := highest_rank(self.mapping, row)):
            return rank
        return self.mapping.value(row, name)

    def named(self, item: Field, text: str, on: Edtf | None) -> Country | Organization:
        """The country or organization with the name or code in a field. Raises Unresolved."""
        if item.type is FieldType.ORGANIZATION:
            return self.resolver.organization(text)
        if item.type is FieldType.PARTIES:
            return self.resolver.party(text, on)
        return self.resolver.named(text, on, self.codes.get(item.name, ""))

    def day_of(self, row: Row) -> Edtf | None:
        """The date of a row, on which its countries existed; None if it has none."""
        if "date" not in self.mapping.names:
            return None
        if self._dated[0] is not row:
            self._dated = (row, None)
            # The error of the date itself is reported at its field.
            with suppress(RowError):
                self._dated = (row, self.mapping.day(row, "date"))
        return self._dated[1]
