"""Lists of missions."""

import re

from django.utils.translation import gettext as _

from core.dates import DateError, Edtf
from core.folding import fold
from core.rows import Row, RowError
from relations.importers.records import Draft, RecordAdapter, resolved
from relations.models import (
    Country,
    Mission,
)
from relations.resolver import Unresolved
from sources.list_dates import date_error, first_as_period


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
            raise RowError(
                "country",
                _("the receiving state must differ from the sending state"),
                row["country"],
            )
        kind = self.TYPES.get(fold(row["type"].split("|")[0]), "other")
        label = str(Mission.Type(kind).label)
        city = row["city"].split("|")[0]
        number = row["QID"].rpartition("/")[2]
        if not re.fullmatch(r"Q\d+", number):
            raise RowError("QID", _("a Wikidata identifier is needed"), row["QID"])
        title = _("%(kind)s of %(sender)s in %(host)s") % {
            "kind": label.capitalize(),
            "sender": sender.name_en,
            "host": host.name_en,
        }
        return Draft(
            model=Mission,
            slug=f"mission-{number.lower()}",
            place=number,
            key=number,
            pair=(sender, host),
            columns={sender: "operator", host: "country"},
            values={
                "title": title if not city else f"{title}, {city}",
                "date": self.day(row),
                "mission_type": kind,
                "sender": sender,
                "host": host,
                "place": city,
            },
        )

    def code(self, text: str, name: str) -> Country:
        """The country by identifier or name, since a kingdom and its main country have one each."""
        if "|" in text:
            raise Unresolved(_("several countries are named"))
        try:
            return self.resolver.code(text.rpartition("/")[2])
        except Unresolved:
            return self.resolver.country(name)

    def day(self, row: Row) -> Edtf:
        """The date of creation. The list states months and years as midnight on the first day."""
        text = row["creation"].split("|")[0]
        match = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T00:00:00Z)?", text)
        if text and not match:
            raise RowError("creation", _("this is not a date"), text)
        if not match:
            return Edtf.parse("")
        try:
            return first_as_period(Edtf.parse(match[0][:10]))
        except DateError as error:
            raise date_error("creation", text, error) from error
