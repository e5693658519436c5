"""Importers for lists of treaties."""

import re
from contextlib import suppress

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import fold
from core.rows import Row, RowError
from relations.importers import (
    Draft,
    ListMapping,
    RecordAdapter,
    parse,
    short_slug,
)
from relations.models import Country
from relations.names import squeeze
from relations.resolver import Resolver, Unresolved
from treaties.instruments import instrument
from treaties.life import STATED, Status, Step
from treaties.list_fields import KINDS, STEPS
from treaties.models import Party, Treaty, TreatyAction
from treaties.rules import impossible
from treaties.writer import TreatyWriter

LONGEST_NAME = Party._meta.get_field("as_stated").max_length


def parties_in(resolver: Resolver, text: str, column: str, on: Edtf) -> list[dict]:
    """The distinct parties in a cell, separated by semicolons. Raises RowError if there are none,
    or if all names are of one."""
    found = {}
    names = [name for part in text.split(";") if (name := part.strip())]
    for name in names:
        try:
            party = resolver.party(name, on)
        except Unresolved as error:
            raise error.in_row(column, name) from error
        if len(name) > LONGEST_NAME:
            raise RowError(column, _("this is too long"), f"{name[:40]} …")
        kind = "country" if isinstance(party, Country) else "organization"
        found.setdefault((kind, party.pk), {kind: party, "as_stated": name})
    if not found:
        raise RowError(column, _("no party is named"))
    if len(found) == 1 and len(names) > 1:
        raise RowError(
            column, _("these are all names of one party; a treaty has two or more"), text
        )
    return list(found.values())


def original_parties(
    resolver: Resolver, parties: list[dict], title: str, on: Edtf, bilateral: bool | None = None
) -> tuple[list[dict], str]:
    """The parties without the successors of others that make a bilateral treaty look like one of
    three, and a note that names those.

    `bilateral` is what the list says of the treaty, None if it says nothing. Then only a country
    that succeeded after the day of the treaty was no party to it. One that the title names was.
    """
    listed = {party["country"].pk for party in parties if "country" in party}
    later = [
        party
        for party in parties
        if "country" in party
        and squeeze(party["as_stated"]) not in squeeze(title)
        and any(
            bilateral or on.latest and since.earliest and on.latest < since.earliest
            for before, since in resolver.predecessors(party["country"])
            if before in listed
        )
    ]
    kept = [party for party in parties if party not in later]
    if bilateral is False or not later or len(kept) != 2:
        return parties, ""
    names = ", ".join(party["as_stated"] for party in later)
    return kept, _("The list also names a successor: %s.") % names


def treaty_draft(slug, place, title, parties, values, actions, column="", note="") -> Draft:
    """A treaty with the parties in a column; `actions` are (type, date, other values), and those
    without a date are left out.

    The country under `party` took the action; without it, all parties did.
    """
    check_order(actions)
    countries = [party["country"] for party in parties if "country" in party]
    bilateral = len(parties) == len(countries) == 2
    children = [
        Draft(TreatyAction, action_slug(slug, kind, day), place, more | {
            "action_type": kind, "date": day,
        })
        for kind, day, more in actions
        if day
    ]  # fmt: skip
    signed = next((day for kind, day, _more in actions if kind == "signature"), None)
    first = min((child.values["date"] for child in children), default=Edtf.parse(""))
    return Draft(
        model=Treaty,
        slug=slug,
        place=place,
        pair=tuple(countries) if bilateral else None,
        values={
            "title": title,
            "instrument": instrument(title),
            "date": signed or first,
            **values,
        },
        parties=parties,
        children=children,
        note=note,
        columns=dict.fromkeys(countries, column),
    )  # fmt: skip


def action_slug(slug: str, kind: str, day: Edtf) -> str:
    """The slug of an action, by type; a status stated as of another day is another action."""
    words = f"{slug}-{kind.replace('_', '-')}"
    return short_slug(words, day) if kind == TreatyAction.Type.STATUS_STATED else words


def check_order(actions) -> None:
    """Raise RowError if the order of a row's actions is certainly impossible."""
    steps = [
        Step(type=kind, date=day, effective=more.get("effective", Edtf.parse("")))
        for kind, day, more in actions
        if day
    ]
    for _first, later, words in impossible(steps):
        raise RowError("", _("an impossible order: %s") % words, str(later.date))


class UnctadTreaties(RecordAdapter):
    """International investment agreements (UNCTAD, Investment Policy Hub)."""

    name = "unctad-iia"
    writer_class = TreatyWriter
    columns = ("short_title", "full_title", "type", "status", "date_of_signature",
               "date_of_entry_into_force", "termination_date", "listed_on_pages_of",
               "treaty_link")  # fmt: skip
    source = {
        "slug": "unctad-iia-navigator",
        "title": "International Investment Agreements Navigator",
        "kind": "data_set",
        "publisher": "UNCTAD",
        "url": "https://investmentpolicy.unctad.org/international-investment-agreements",
        "language": "en",
        "rights": "unknown",
    }

    needs_day = True
    KINDS = {
        "bits": Treaty.Instrument.INVESTMENT_TREATY,
        "tips": Treaty.Instrument.INVESTMENT_PROVISIONS,
    }
    STATUSES = {
        "in force": Status.IN_FORCE,
        "signed (not in force)": Status.SIGNED,
        "terminated": Status.TERMINATED,
        "in negotiation": Status.IN_NEGOTIATION,
    }

    def map(self, row: Row) -> Draft:
        signed, force, ended = (
            parse(row, column, "dmy")
            for column in ("date_of_signature", "date_of_entry_into_force", "termination_date")
        )
        number = re.search(r"/(\d+)/", row["treaty_link"])
        if not number:
            raise RowError("treaty_link", _("a treaty number is needed"), row["treaty_link"])
        as_of = Edtf.parse(self.as_of.isoformat())
        kind = self.KINDS.get(fold(row["type"]))
        if kind is None:
            raise RowError("type", _("this value is unknown"), row["type"])
        parties, note = original_parties(
            self.resolver,
            self.parties(row, signed),
            row["full_title"] or row["short_title"],
            signed,
            True if kind == Treaty.Instrument.INVESTMENT_TREATY else None,
        )
        status = self.STATUSES.get(fold(row["status"]))
        if status is None:
            raise RowError("status", _("this value is unknown"), row["status"])
        return treaty_draft(
            f"unctad-iia-{number[1]}",
            f"treaty {number[1]}",
            row["full_title"] or row["short_title"],
            parties,
            {"instrument": kind},
            [
                ("signature", signed, {}),
                ("entry_into_force", force, {"effective": force}),
                ("termination", ended, {"effective": ended}),
                ("status_stated", as_of, {"status": status}),
            ],
            "listed_on_pages_of",
            note,
        )

    def parties(self, row: Row, on: Edtf) -> list[dict]:
        """The countries and organizations on whose pages the list has a treaty. It has no pages of
        some countries: those are the sides that the short title of a bilateral treaty also names.
        The members of an economic union are parties in its place."""
        column = "listed_on_pages_of"
        parties = parties_in(self.resolver, row[column], column, on)
        both = re.match(r"(.+?) - (.+?)( BIT)?\s*(\(\d{4}\))?\W*$", row["short_title"])
        if fold(row["type"]) != "bits" or not both:
            return parties
        if len(parties) == 1:
            return parties_in(self.resolver, f"{both[1]};{both[2]}", "short_title", on)
        listed = [party.get("country") for party in parties]
        for name in both.group(1, 2):
            with suppress(Unresolved):
                if (country := self.resolver.country(name, on)) not in listed:
                    parties.append({"country": country, "as_stated": name})
        return parties


class UkTreaties(RecordAdapter):
    """Treaties of the United Kingdom, 1703 to 1976 (FCDO treaties database)."""

    name = "uk-treaties"
    writer_class = TreatyWriter
    columns = ("id", "title", "field3", "country_name", "signed_event_date",
               "signed_event_location", "provisional_eif_event_date", "definative_eif_event_date",
               "terminated_event_date", "withdrawn_event_date")  # fmt: skip
    source = {
        "slug": "uk-treaties-online",
        "title": "UK Treaties Online",
        "kind": "data_set",
        "publisher": "United Kingdom, Foreign, Commonwealth and Development Office",
        "url": "https://treaties.fcdo.gov.uk/",
        "language": "en",
        "rights": "unknown",
    }
    # The column without a name says how many sides a treaty has.
    SIDES = {"BI": True, "MULTI": False}
    DATES = (
        ("signature", "signed_event_date"),
        ("provisional", "provisional_eif_event_date"),
        ("entry_into_force", "definative_eif_event_date"),
        ("termination", "terminated_event_date"),
        ("withdrawal", "withdrawn_event_date"),
    )

    def map(self, row: Row) -> Draft:
        days = {kind: parse(row, column, "dmy") for kind, column in self.DATES}
        if not row["id"].isdigit():
            raise RowError("id", _("a number is needed"), row["id"])
        title = " ".join(row["title"].split())
        if not title:
            raise RowError("title", _("a title is needed"))
        known = next(filter(None, days.values()), Edtf.parse(""))
        place = " ".join(row["signed_event_location"].split())
        # Withdrawals in this list are by the United Kingdom.
        own = self.resolver.country("United Kingdom", known)
        more = {
            "signature": {"place": place},
            "withdrawal": {"effective": days["withdrawal"], "party": own},
        }
        parties, note = original_parties(
            self.resolver,
            parties_in(self.resolver, row["country_name"], "country_name", known),
            title,
            known,
            self.SIDES.get(row["field3"]),
        )
        return treaty_draft(
            f"uk-treaty-{row['id']}",
            f"id {row['id']}",
            title,
            parties,
            {"place": place},
            [
                (kind, day, more.get(kind, {} if kind == "signature" else {"effective": day}))
                for kind, day in days.items()
            ],
            "country_name",
            note,
        )


class TreatyMapping(ListMapping):
    """A list of treaties by a mapping: `parties`, `title` and the dates of actions.

    An action's column is named by its type: signature = "Signed", entry_into_force = "In force".
    """

    kinds = KINDS
    writer_class = TreatyWriter

    @property
    def needs_day(self) -> bool:
        """Whether it gives statuses without a column that dates them."""
        named = self.mapping.names
        return "status" in named and TreatyAction.Type.STATUS_STATED not in named

    def draft(self, row: Row, place: str, slug: str, values: dict) -> Draft:
        self.check(values)
        days = {kind: self.mapping.day(row, kind) for kind in STEPS if kind in self.mapping.names}
        if self.needs_day:
            days[TreatyAction.Type.STATUS_STATED] = Edtf.parse(self.as_of.isoformat())
        on = next(filter(None, days.values()), Edtf.parse(""))
        title = values.pop("title")
        named = values.pop("instrument", None) or instrument(title)
        names = [name for _column, name in self.mapping.cells.parts(row, "parties")]
        text, column = ";".join(names), self.mapping.column("parties")
        parties = parties_in(self.resolver, text, column, on)
        if len(parties) == 1:
            raise RowError(column, _("a treaty has two or more parties; name all of them"), text)
        parties, note = original_parties(self.resolver, parties, title, on)
        return treaty_draft(
            slug,
            place,
            title,
            parties,
            {"instrument": named} | values,
            [(kind, day, self.more(row, kind, day)) for kind, day in days.items()],
            column,
            note,
        )

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
