"""Lists of memberships in organizations."""

import json
import re

from django.utils.translation import gettext as _

from core.changes import rows_changed
from core.dates import Edtf
from core.folding import fold, visible
from core.rows import Row, RowError
from relations.importers.records import (
    Draft,
    RecordAdapter,
    parse,
    resolved,
    short_slug,
    too_long,
)
from relations.models import (
    Country,
    Membership,
    Organization,
)
from relations.names import squeeze


class MembershipAdapter(RecordAdapter):
    """A list of memberships; its first column names the member."""

    def organization(self, slug: str, name: str, acronym: str = "") -> Organization:
        """The organization with this acronym or name; created if it does not exist."""
        for known in (acronym, name):
            found = self.resolver.organizations.get(known and squeeze(known), ())
            if len(found) == 1:
                return next(iter(found))
        values = {"name": name, "acronym": acronym}
        if error := too_long(Organization, values):
            raise error
        row, new = Organization.objects.get_or_create(
            slug=slug, defaults=values | {"kind": "intergovernmental"}
        )
        if new:
            rows_changed(row)
        for known in filter(None, (acronym, name)):
            self.resolver.organizations[squeeze(known)].add(row)
        return row

    def membership(self, row, place, country, organization, values, slug, key) -> Draft:
        title = _("%(country)s in the %(organization)s") % {
            "country": country.name_en,
            "organization": organization.name,
        }
        return Draft(
            model=Membership,
            slug=slug,
            place=place,
            key=key,
            columns={country: self.columns[0]},
            values={
                "title": title,
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
    # The data set's short forms of names, which it writes without spaces.
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
            raise RowError("last_year", _("the end is before the start"), row["last_year"])
        kind = self.TYPES.get(fold(row["status_label"]))
        if kind is None:
            raise RowError("status_label", _("this status is unknown"), row["status_label"])
        name = self.STATES.get(visible(row["state"]), row["state"])
        first = Edtf.parse(str(years[0]))
        country = resolved(row, "state", self.resolver.country, name, first)
        organization = self.organization(
            short_slug("igo", row["ioname"]), row["orgname"], row["ioname"].upper()
        )
        ended = row["open_ended"] != "True"
        identifier = (row["state"], row["ioname"], str(years[0]), kind)
        return self.membership(
            row,
            f"memberships, row {row.number}",
            country,
            organization,
            {
                "date": str(years[0]),
                # The data end in 2014: a membership that lasts until then may continue.
                "until": str(years[1]) if ended else f"[{years[1]}..]",
                "membership_type": kind,
            },
            short_slug("cow", *identifier),
            json.dumps(identifier, ensure_ascii=False),
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
            country.slug,
        )
