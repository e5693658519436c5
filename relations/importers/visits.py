"""Lists of visits."""

import re

from django.utils.translation import gettext as _

from core.folding import visible
from core.rows import Row, RowError
from relations.importers.drafts import name_slug
from relations.importers.records import (
    Draft,
    RecordAdapter,
    parse,
    resolved,
    row_slug,
    short_slug,
)
from relations.models import (
    Visit,
)

# Titles that precede names, by the rank of the office; the longest are tried first.
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
    """The people whom a cell names with their titles, as (title, name, rank)."""
    found = []
    for part in re.split(rf"(?:,|\band\b)\s+(?={_TITLE.pattern})", visible(text)):
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
    """The type of a visit and its label as stated; unspecified if the description names none."""
    for pattern, kind in VISIT_TYPES:
        if match := re.search(rf"\b({pattern})\b", visible(text), re.IGNORECASE):
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
        if not start or start.is_open:
            raise RowError("start_date", _("a date is needed"))
        if end.latest and start.earliest and end.latest < start.earliest:
            raise RowError("end_date", _("the end is before the start"), row["end_date"])
        name = row["from_name"]
        guest = resolved(row, "from_name", self.resolver.country, name, start)
        host = self.resolver.code("US")
        if guest == host:
            raise RowError("from_name", _("the visitor must be from another country"), name)
        people = visitors(row["visitor"])
        if not people[0][1]:
            raise RowError("visitor", _("the visitor is not named"))
        kind, stated = visit_type(row["description"])
        rank = min((Visit.Rank(rank) for _t, _n, rank in people), key=_RANKS.index)
        return Draft(
            model=Visit,
            slug=row_slug("us-visit", row["id"]),
            place=f"id {row['id']}",
            key=row["id"],
            former_slug=f"us-visit-{short_slug(row['id'])}",
            as_stated=name,
            pair=(guest, host),
            columns={guest: "from_name"},
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
                    "slug": name_slug(name, guest.slug),
                    "name": name,
                    "country": guest,
                    "capacity": title,
                    "as_stated": f"{title} {name}".strip(),
                }
                for title, name, _rank in people
            ],
        )
