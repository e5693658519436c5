"""The list of treaties of the United Kingdom."""

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.rows import Row, RowError
from relations.importers import Draft, RecordAdapter, parse
from treaties.importers.drafts import check_order, original_parties, treaty_draft
from treaties.importers.parties import parties_in
from treaties.writer import TreatyWriter


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
        actions = [
            (kind, day, more.get(kind, {} if kind == "signature" else {"effective": day}))
            for kind, day in days.items()
        ]
        check_order(actions)
        return treaty_draft(
            f"uk-treaty-{row['id']}",
            f"id {row['id']}",
            title,
            parties,
            {"place": place},
            actions,
            "country_name",
            note,
        )
