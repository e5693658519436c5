"""Lists of records: how drafts of records are written in bulk, and the lists themselves."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from relations.models import (
    Citation,
    Country,
    Event,
    Membership,
    Mission,
    Organization,
    Participation,
    Person,
    Record,
    Relation,
    State,
    Visit,
)
from relations.models.relation import pair_slug
from relations.resolver import Resolver, Unresolved, squeeze
from sources.dates import DateError, Edtf
from sources.fields import EdtfField
from sources.folding import fold
from sources.importing import Adapter, FileError, Outcome, Row, RowError
from sources.models import Source

MARK = "Imported"


@dataclass
class Draft:
    """A record that a row says there is: its values, and the rows that belong to it.

    `place` is where in the list it stands, which with the source identifies it for good.
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


def parse(row: Row, column: str, form: str = "iso") -> Edtf:
    """A cell as a date: `iso` as EDTF, `dmy` as dd/mm/yyyy, mm-yyyy or yyyy."""
    text = row[column]
    if form == "dmy":
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        elif match := re.fullmatch(r"(\d{1,2})-(\d{4})", text):
            text = f"{match[2]}-{int(match[1]):02}"
    try:
        return Edtf.parse(text)
    except DateError as error:
        raise RowError(column, str(error)) from error


def resolved(row: Row, column: str, find, name: str, *arguments):
    """What a resolver finds for a name; a RowError at the column where it finds none."""
    try:
        return find(name, *arguments)
    except Unresolved as error:
        raise RowError(column, str(error), row[column]) from error


def short_slug(*parts) -> str:
    return slugify(fold(" ".join(str(part) for part in parts if part)))[:150].strip("-")


class RecordAdapter(Adapter):
    """A list whose rows are records. Subclasses map a row to one Draft."""

    def __init__(self):
        # The row in which each record was first met, to tell a repetition from a correction.
        self.seen: dict[int, int] = {}

    def begin(self, as_of: date | None) -> None:
        self.resolver = Resolver()
        values = {name: value for name, value in self.source.items() if name != "slug"}
        self.cited, _new = Source.objects.get_or_create(
            slug=self.source["slug"],
            defaults=values | ({"date": as_of.isoformat(), "accessed": as_of} if as_of else {}),
        )
        if as_of and self.cited.accessed != as_of:
            self.cited.accessed = as_of
            self.cited.save(update_fields=["accessed"])

    def write(self, batch: list[tuple[Row, Draft]]) -> list[Outcome | RowError]:
        first = [self.seen.setdefault(hash(draft.slug), row.number) for row, draft in batch]
        own = [
            draft for (row, draft), number in zip(batch, first, strict=True) if number == row.number
        ]
        done = dict(zip(map(id, own), self._store(own), strict=True))
        return [
            done.get(id(draft)) or RowError("", _("repeats another row"), str(number))
            for (_row, draft), number in zip(batch, first, strict=True)
        ]

    def _store(self, drafts: list[Draft]) -> list[Outcome]:
        """Create or update what these drafts say, which are each of another record."""
        if not drafts:
            return []
        known, new, outcomes = self._known(drafts), [], []
        relations = obtain_relations({draft.pair for draft in drafts if draft.pair})
        for draft in drafts:
            if draft.pair:
                draft.values["relation"] = relations[draft.pair]
            slug = draft.slug if draft.slug in known.records else known.get(draft.place)
            if slug is None:
                new.append(draft)
                outcomes.append(Outcome.CREATED)
            elif slug != draft.slug:
                # The base had it before, under a name of its own, and says the same of it.
                outcomes.append(Outcome.UNCHANGED)
            else:
                outcomes.append(self._update(draft, known.records[slug]))
        self.create(new)
        return outcomes

    def _known(self, drafts: list[Draft]) -> "Known":
        """What the base holds already: by place in the source, and by slug."""
        known = Known()
        cited = Citation.objects.filter(
            source=self.cited,
            locator__in=[draft.place for draft in drafts],
            record__kind=drafts[0].model.KIND,
        )
        for slug, place in cited.values_list("record__slug", "locator"):
            known[place] = slug
        rows = drafts[0].model.objects.filter(slug__in={draft.slug for draft in drafts})
        known.records = {row.slug: row for row in rows.for_pages().prefetch_related(None)}
        return known

    def _update(self, draft: Draft, record: Record) -> Outcome:
        """Bring an imported record up to date, unless an editor has changed it since."""
        changed = {
            name: value
            for name, value in draft.values.items()
            if str(getattr(record, name) or "") != str(value or "")
        }
        if not changed or record.revisions.exclude(reason__startswith=MARK).exists():
            return Outcome.UNCHANGED
        for name, value in changed.items():
            setattr(record, name, value)
        record.revise(reason=f"{MARK}: {self.cited}"[:300])
        return Outcome.UPDATED

    def create(self, drafts: list[Draft]) -> None:
        """Insert records with their citations, participants and children, in review."""
        rows = insert(
            [
                draft.model(slug=draft.slug, state=State.IN_REVIEW, **draft.values)
                for draft in drafts
            ]
        )
        Citation.objects.bulk_create(
            Citation(
                record_id=row.pk,
                source=self.cited,
                locator=draft.place,
                note=draft.note,
                as_stated=draft.as_stated[:300],
            )
            for draft, row in zip(drafts, rows, strict=True)
        )
        people = obtain_people(person for draft in drafts for person in draft.people)
        Participation.objects.bulk_create(
            Participation(
                record_id=row.pk,
                role=Participation.Role.VISITOR,
                person=people[person["slug"]],
                capacity=person["capacity"],
                as_stated=person["as_stated"],
            )
            for draft, row in zip(drafts, rows, strict=True)
            for person in draft.people
        )
        self.created(drafts, rows)

    def created(self, drafts: list[Draft], rows: list[Record]) -> None:
        """Insert what else belongs to new records of this list."""

    def imported(self) -> models.QuerySet:
        """The records of this list that wait for publication."""
        cited = Citation.objects.filter(source__slug=self.source["slug"]).values("record")
        return Record.objects.filter(pk__in=cited, state=State.IN_REVIEW)


class Known(dict):
    """Slugs of records by their place in the source; the `records` of this list by slug."""

    records: dict[str, Record]


def insert(records: list[Record]) -> list[Record]:
    """Insert records of one kind in bulk: their common rows, then those of the kind.

    Django's bulk_create does not take rows of two tables.
    """
    if not records:
        return []
    shared = [item for item in Record._meta.concrete_fields if not item.primary_key]
    parents = []
    for record in records:
        record.derive()
        parents.append(Record(**{item.attname: getattr(record, item.attname) for item in shared}))
        parents[-1].kind = record.KIND
    for record, parent in zip(records, Record.objects.bulk_create(parents), strict=True):
        record.pk = record.id = parent.pk
    model = type(records[0])
    rows = models.QuerySet(model)
    rows._for_write = True
    rows._batched_insert(records, model._meta.local_concrete_fields, batch_size=None)
    return records


def obtain_relations(pairs: set[tuple[Country, Country]]) -> dict:
    """The relations of pairs of countries, made where there is none, by pair."""
    slugs = {pair: pair_slug(*pair) for pair in pairs}
    kept = {row.slug: row for row in Relation.objects.filter(slug__in=slugs.values())}
    return {pair: kept.get(slug) or Relation.objects.obtain(*pair) for pair, slug in slugs.items()}


def obtain_people(people) -> dict[str, Person]:
    """The people of these drafts by slug, made where there are none."""
    wanted = {person["slug"]: person for person in people}
    kept = {row.slug: row for row in Person.objects.filter(slug__in=wanted)}
    new = [
        Person(slug=slug, name=person["name"], country=person["country"])
        for slug, person in wanted.items()
        if slug not in kept
    ]
    return kept | {row.slug: row for row in Person.objects.bulk_create(new)}


# Titles that stand before names, with the rank of the office; the longest are tried first.
TITLES = {
    "head_of_state": (
        "President-elect", "President", "King", "Queen", "Emperor", "Empress", "Shah", "Sultan",
        "Amir", "Emir", "Sheikh", "Grand Duke", "Grand Duchess", "Pope", "Prince", "Captain Regent",
        "Chief of State", "Head of State", "General Secretary", "Regent", "Governor General",
        "Chairman", "Acting President", "Interim President", "Co-President",
    ),
    "head_of_government": (
        "Prime Minister", "Premier", "Chancellor", "Taoiseach", "Deputy Prime Minister",
        "Prime Minister-designate", "Prime Minister-elect", "Interim Prime Minister",
        "Acting Prime Minister", "Head of Government", "President of the Council of Ministers",
    ),
    "foreign_minister": ("Foreign Minister", "Minister of Foreign Affairs"),
    "minister": ("Minister of Defense", "Minister", "Vice Premier", "Vice President"),
    "other": ("Crown Prince", "Crown Princess", "Princess", "Chief Minister", "General"),
}  # fmt: skip
_RANK = {title: rank for rank, titles in TITLES.items() for title in titles}
_TITLE = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, _RANK), key=len, reverse=True)) + r")(?=\s)"
)
_RANKS = [Visit.Rank(rank) for rank in TITLES]


def visitors(text: str) -> list[tuple[str, str, str]]:
    """The people of a cell that names them with their titles: title, name, rank."""
    found = []
    for part in re.split(rf"(?:,|\band\b)\s+(?={_TITLE.pattern})", text):
        part = part.strip()
        match = _TITLE.match(part)
        title = match[0] if match else ""
        found.append((title, part[len(title) :].strip(), _RANK.get(title, "other")))
    return found


VISIT_TYPES = (
    (r"(official )?state visits?", Visit.Type.STATE),
    (r"official (select )?working visits?", Visit.Type.OFFICIAL_WORKING),
    (r"(informal |private |included )?working visits?", Visit.Type.WORKING),
    (r"offici?al (select )?visits?", Visit.Type.OFFICIAL),
    (r"private visits?", Visit.Type.PRIVATE),
    (r"in transit|transit(ed)? (stop|visit)s?", Visit.Type.TRANSIT),
    (
        r"(informal|unofficial|pastoral|courtesy|good ?will|ceremonial) visits?",
        Visit.Type.UNSPECIFIED,
    ),
)  # fmt: skip


def visit_type(text: str) -> tuple[str, str]:
    """The type of a visit and its label as stated, where a description names one."""
    for pattern, kind in VISIT_TYPES:
        if match := re.search(rf"\b({pattern})\b", text, re.IGNORECASE):
            return kind, match[0]
    return Visit.Type.UNSPECIFIED, ""


class UsVisits(RecordAdapter):
    """Visits by foreign leaders to the United States (Office of the Historian)."""

    name = "us-visits"
    columns = ("id", "start_date", "end_date", "visitor", "from_name", "description")
    source = {
        "slug": "us-historian-visits",
        "title": "Visits by Foreign Leaders",
        "kind": "data_set",
        "publisher": "United States, Office of the Historian",
        "url": "https://history.state.gov/departmenthistory/visits",
        "language": "en",
        "rights": "public_domain",
        "licence": "CC0-1.0",
    }

    def map(self, row: Row) -> Draft:
        start, end = parse(row, "start_date"), parse(row, "end_date")
        if not start:
            raise RowError("start_date", _("a date is needed"))
        if end and end.latest < start.earliest:
            raise RowError("end_date", _("the end lies before the start"), row["end_date"])
        name = row["from_name"]
        guest = resolved(row, "from_name", self.resolver.country, name, start)
        host = self.resolver.code("US")
        if guest == host:
            raise RowError("from_name", _("a visit is from another country"), name)
        people = visitors(row["visitor"])
        if not people[0][1]:
            raise RowError("visitor", _("nobody is named"))
        kind, stated = visit_type(row["description"])
        rank = min((Visit.Rank(rank) for _t, _n, rank in people), key=_RANKS.index)
        return Draft(
            model=Visit,
            slug=f"us-visit-{short_slug(row['id'])}",
            place=f"id {row['id']}",
            as_stated=name,
            pair=(guest, host),
            values={
                "title": _("Visit of %(people)s to the United States") % {"people": row["visitor"]},
                "date": start,
                "until": "" if end == start else end,
                "host": host,
                "visit_type": kind,
                "type_as_stated": stated,
                "rank": rank,
            },
            people=[
                {
                    "slug": short_slug(name, guest.slug),
                    "name": name,
                    "country": guest,
                    "capacity": title,
                    "as_stated": f"{title} {name}".strip(),
                }
                for title, name, _rank in people
            ],
        )


class MembershipAdapter(RecordAdapter):
    def organization(self, slug: str, name: str, acronym: str = "") -> Organization:
        """The organization that the base has by this acronym or name, or a new one."""
        for known in (acronym, name):
            found = self.resolver.organizations.get(known and squeeze(known), ())
            if len(found) == 1:
                return next(iter(found))
        row, _new = Organization.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "acronym": acronym, "kind": "intergovernmental"},
        )
        for known in filter(None, (acronym, name)):
            self.resolver.organizations[squeeze(known)].add(row)
        return row

    def membership(self, row, place, country, organization, values, slug) -> Draft:
        title = _("%(country)s in the %(organization)s") % {
            "country": country.name_en,
            "organization": organization.name,
        }
        return Draft(
            model=Membership,
            slug=slug,
            place=place,
            values={
                "title": title[:300],
                "organization": organization,
                "member": country,
                **values,
            },
        )


class CowMemberships(MembershipAdapter):
    """Membership spells of intergovernmental organizations (Correlates of War, version 3)."""

    name = "cow-igo"
    columns = ("state", "ioname", "first_year", "last_year", "status_label", "orgname",
               "open_ended")  # fmt: skip
    source = {
        "slug": "cow-igo-3",
        "title": "Intergovernmental Organizations, version 3",
        "kind": "data_set",
        "publisher": "Correlates of War",
        "url": "https://correlatesofwar.org/data-sets/igos/",
        "language": "en",
        "rights": "unknown",
    }
    # How the data set shortens names that have no spaces in it.
    STATES = {
        "soafrica": "South Africa", "domrepublic": "Dominican Republic", "wgermany": "Germany",
        "egermany": "East Germany", "congobrazz": "Republic of the Congo", "sokorea": "South Korea",
        "nokorea": "North Korea", "car": "Central African Republic", "czechrep": "Czechia",
        "trinidad": "Trinidad and Tobago", "eqguinea": "Equatorial Guinea",
        "bosnia": "Bosnia and Herzegovina", "saotome": "Sao Tome and Principe",
        "fyromacedonia": "North Macedonia", "stkitts": "Saint Kitts and Nevis",
        "stvincent": "Saint Vincent and the Grenadines", "solomonis": "Solomon Islands",
        "wsamoa": "Samoa", "svietnam": "South Vietnam", "marshallis": "Marshall Islands",
        "etimor": "Timor-Leste", "nyemen": "North Yemen", "syemen": "South Yemen",
        "micronesiafs": "Micronesia", "sosudan": "South Sudan",
    }  # fmt: skip
    TYPES = {
        "full member": "full",
        "associate member": "associate",
        "observer": "observer",
    }

    def map(self, row: Row) -> Draft:
        years = [self.year(row, column) for column in ("first_year", "last_year")]
        if years[1] < years[0]:
            raise RowError("last_year", _("the end lies before the start"), row["last_year"])
        kind = self.TYPES.get(row["status_label"])
        if kind is None:
            raise RowError("status_label", _("no such status is known"), row["status_label"])
        name = self.STATES.get(row["state"], row["state"])
        first = Edtf.parse(str(years[0]))
        country = resolved(row, "state", self.resolver.country, name, first)
        organization = self.organization(
            short_slug("igo", row["ioname"]), row["orgname"], row["ioname"].upper()
        )
        ended = row["open_ended"] != "True"
        return self.membership(
            row,
            f"memberships, row {row.number}",
            country,
            organization,
            {
                "date": str(years[0]),
                # The data end in 2014: a spell that reaches it may go on.
                "until": str(years[1]) if ended else "",
                "membership_type": kind,
            },
            short_slug("cow", row["state"], row["ioname"], years[0], kind),
        )

    def year(self, row, column) -> int:
        if not re.fullmatch(r"\d{4}(\.0)?", row[column]):
            raise RowError(column, _("a year is needed"), row[column])
        return int(row[column][:4])


class WtoMembers(MembershipAdapter):
    """Members of the World Trade Organization with their dates of accession."""

    name = "wto-members"
    columns = ("country_name", "accession_date")
    source = {
        "slug": "wikipedia-wto-members",
        "title": "Member states of the World Trade Organization",
        "kind": "encyclopedia",
        "publisher": "Wikipedia",
        "language": "en",
        "rights": "open",
        "licence": "CC BY-SA 4.0",
    }

    def map(self, row: Row) -> Draft:
        day = parse(row, "accession_date")
        country = resolved(row, "country_name", self.resolver.party, row["country_name"], day)
        if not isinstance(country, Country):
            raise RowError("country_name", _("the member is not a country"), row["country_name"])
        organization = self.organization("world-trade-organization", "World Trade Organization",
                                         "WTO")  # fmt: skip
        return self.membership(
            row,
            row["country_name"],
            country,
            organization,
            {"date": day, "until": "..", "membership_type": "full"},
            f"wto-{country.slug}",
        )


class Embassies(RecordAdapter):
    """Diplomatic missions (Wikidata)."""

    name = "embassies"
    delimiter = ";"
    columns = ("operator", "operatorQID", "country", "countryQID", "city", "type", "creation",
               "QID")  # fmt: skip
    source = {
        "slug": "wikidata-embassies",
        "title": "Embassies and other missions",
        "kind": "data_set",
        "publisher": "Wikidata",
        "url": "https://www.wikidata.org/",
        "language": "en",
        "rights": "open",
        "licence": "CC0-1.0",
    }
    TYPES = {
        "embassy": "embassy",
        "consulate general": "consulate_general",
        "consulate-general": "consulate_general",
        "consulate": "consulate",
        "honorary consulate": "honorary_consulate",
        "permanent mission": "permanent_mission",
    }

    def map(self, row: Row) -> Draft:
        sender, host = (
            resolved(row, column, self.code, row[f"{column}QID"], row[column])
            for column in ("operator", "country")
        )
        if sender == host:
            raise RowError("country", _("a mission is in another country"), row["country"])
        kind = self.TYPES.get(row["type"].split("|")[0].lower(), "other")
        label = str(Mission.Type(kind).label)
        city = row["city"].split("|")[0]
        number = row["QID"].rpartition("/")[2]
        if not re.fullmatch(r"Q\d+", number):
            raise RowError("QID", _("an identifier of Wikidata is needed"), row["QID"])
        title = _("%(kind)s of %(sender)s in %(host)s") % {
            "kind": label.capitalize(),
            "sender": sender.name_en,
            "host": host.name_en,
        }
        return Draft(
            model=Mission,
            slug=f"mission-{number.lower()}",
            place=number,
            pair=(sender, host),
            values={
                "title": title if not city else f"{title}, {city}"[:300],
                "date": self.day(row),
                "mission_type": kind,
                "sender": sender,
                "host": host,
                "place": city[:150],
            },
        )

    def code(self, text: str, name: str) -> Country:
        """By identifier, or else by name: a kingdom and its main country have one each."""
        if "|" in text:
            raise Unresolved(_("several countries are named"))
        try:
            return self.resolver.code(text.rpartition("/")[2])
        except Unresolved:
            return self.resolver.country(name)

    def day(self, row: Row) -> Edtf:
        """The day of creation; the first of January at midnight means the year only."""
        text = row["creation"].split("|")[0]
        match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T00:00:00Z)?", text)
        if text and not match:
            raise RowError("creation", _("this is no date"), text)
        if not match:
            return Edtf.parse("")
        try:
            return Edtf.parse(match[1] if match[0][5:10] == "01-01" else match[0][:10])
        except DateError as error:
            raise RowError("creation", str(error), text) from error


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
