"""The list of investment treaties of UNCTAD."""

import re
from contextlib import suppress

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.folding import fold
from core.rows import Row, RowError
from relations.importers import Draft, RecordAdapter, parse
from relations.resolver import Unresolved
from treaties.importers.drafts import check_order, original_parties, treaty_draft
from treaties.importers.parties import parties_in
from treaties.life import Status
from treaties.models import Treaty
from treaties.writer import TreatyWriter


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
        actions = [
            ("signature", signed, {}),
            ("entry_into_force", force, {"effective": force}),
            ("termination", ended, {"effective": ended}),
            ("status_stated", as_of, {"status": status}),
        ]
        check_order(actions)
        return treaty_draft(
            f"unctad-iia-{number[1]}",
            f"treaty {number[1]}",
            row["full_title"] or row["short_title"],
            parties,
            {"instrument": kind},
            actions,
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
