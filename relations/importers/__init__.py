"""Lists of records that can be imported, and how they are written."""

from relations.importers.drafts import fitting, name_slug
from relations.importers.mapping import ListMapping
from relations.importers.memberships import CowMemberships, WtoMembers
from relations.importers.missions import Embassies
from relations.importers.records import (
    MARK,
    Changes,
    Draft,
    RecordAdapter,
    RecordWriter,
    insert,
    parse,
    row_slug,
    short_slug,
)
from relations.importers.visits import UsVisits

__all__ = [
    "MARK",
    "Changes",
    "CowMemberships",
    "Draft",
    "Embassies",
    "ListMapping",
    "RecordAdapter",
    "RecordWriter",
    "UsVisits",
    "WtoMembers",
    "fitting",
    "insert",
    "name_slug",
    "parse",
    "row_slug",
    "short_slug",
]
