"""What the data package publishes: its tables with their columns, and what stays private.

Each column of each model is either public or private here; tests/open_data/test_tables.py fails for
a new one that is neither. Readers see the rows that `columns.shown` selects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Exists, OuterRef, Q

from extraction import models as extraction
from relations import models as relations
from relations.models.revision import (
    BaseRevision,
    OrganizationRevision,
    PersonRevision,
    SourceRevision,
)
from relations.models.revision import Revision as RecordRevision
from sources import models as sources
from trade import models as trade
from trade.models.figure import FigureRevision
from trade.models.traded_good import TradedGoodRevision
from treaties import models as treaties
from treaties.models import TreatyPeriod

OPEN_RIGHTS = (sources.Source.Rights.PUBLIC_DOMAIN, sources.Source.Rights.OPEN)
REFERENCE = (
    *("source", "passage", "locator", "as_stated", "language", "translation", "attribution"),
    *("inferred", "note"),
)
# Words of a source, with the lookup of the rights under which they are quoted.
QUOTED = {"as_stated": "source__rights", "translation": "source__rights"}
RECORD = ("record_ptr",)
PUBLISHED = ("version", "published_at")
VERSION = ("record", "number", "at", "reason", "snapshot")
# Who wrote, reviewed and published a version, and what they said to each other.
EDITORIAL = (
    *("author", "state", "base", "reviewer", "reviewed_at", "remark", "remarks", "publisher"),
)


@dataclass(frozen=True)
class Table:
    """A table of the package: the rows of a model that readers see.

    `key` identifies a row by public columns; of a group of columns in it, each row has one. The
    rows are in the order of the key, or, if they belong to another row (`owner`), in the order in
    which they were entered, below the key of that row.
    """

    name: str
    model: type[models.Model]
    description: str
    public: tuple[str, ...]
    # Values that the package gives to the columns that it does not hold, if not their defaults.
    given: dict = field(default_factory=dict)
    private: tuple[str, ...] = ()
    key: tuple = ("slug",)
    owner: str = ""
    # Which of the rows of shown rows readers see.
    only: Callable[[], Q] = Q
    # Columns with words of a source, which are cut short unless the source is open: the lookup of
    # its rights.
    quoted: dict[str, str] = field(default_factory=dict)
    annotated: dict = field(default_factory=dict)
    # Computed again from other tables when a package is imported.
    derived: bool = False


def _named_pairs() -> Q:
    """Pairs with something to read: the row of another would tell of a draft."""
    published = {"relation": OuterRef("pk"), "state": relations.State.PUBLISHED}
    found = relations.Disagreement.objects.present().filter(relation=OuterRef("pk"))
    return (
        ~Q(summary="")
        | Exists(relations.Record.objects.order_by().filter(**published))
        | Exists(found.order_by())
    )


def _live() -> Q:
    return Q(state=BaseRevision.State.LIVE)


def _of_open_source() -> Q:
    return Q(source__rights__in=OPEN_RIGHTS)


def _open_support():
    """The rights of an open source that supports a step: its text may be shown in full."""
    cited = relations.Citation.objects.filter(
        record=OuterRef("pk"), stance="supports", source__rights__in=OPEN_RIGHTS
    )
    return models.Subquery(cited.order_by().values("source__rights")[:1])


TABLES = (
    Table(
        "topics", relations.Topic, "Topics of records.", ("slug", "name"),
    ),
    Table(
        "countries", relations.Country, "States, former states and territories.",
        ("slug", "kind", "name_en", "name_az", "name_kk", "name_ru", "iso2", "iso3", "iso_numeric",
         "iso_former", "wikidata", "date", "until", "note"),
    ),
    Table(
        "country_names", relations.CountryName, "Other and former names of countries.",
        ("country", "language", "name", "kind", "date", "until", "iso_former"),
        key=("country", "language", "name"), owner="country",
    ),
    Table(
        "successions", relations.Succession, "Which country followed which.",
        ("predecessor", "successor", "date", "note"),
        key=("predecessor", "successor"), owner="predecessor",
    ),
    Table(
        "pairs", relations.Relation, "Pairs of countries with published data.",
        ("slug", "country_a", "country_b", "summary"), only=_named_pairs,
    ),
    Table(
        "sources", sources.Source, "Documents and data sets that values are read from.",
        ("slug", "title", "kind", "grade", "author", "publisher", "url", "language", "date",
         "accessed", "rights", "licence", "disclaimer", "note", "checksum", "erased_on",
         "published_at"),
        private=("version",),
    ),
    Table(
        "passages", sources.Passage, "Places in sources, with the few words that are cited.",
        ("source", "locator", "paragraph", "sentence", "start", "end", "quote", "anchoring",
         "published_at"),
        key=("source", "locator"), owner="source", quoted={"quote": "source__rights"},
    ),
    Table(
        "synopses", sources.Synopsis, "Paragraphs of sources in our words.",
        ("source", "paragraph", "text"), key=("source", "paragraph"), owner="source",
    ),
    Table(
        "source_texts", sources.SourceText, "Texts of sources whose rights allow it.",
        ("source", "text"), private=("warnings",), key=("source",), only=_of_open_source,
    ),
    Table(
        "source_files", sources.SourceFile, "Files of sources whose rights allow it.",
        ("source", "file", "media_type", "size"), key=("source",), only=_of_open_source,
    ),
    Table(
        "sentences_without_fact", extraction.SentenceWithoutFact,
        "Sentences of these texts, as SHA-256 of their words, that state no fact.",
        ("source", "digest", "at"), private=("by",), key=("source", "digest"), owner="source",
        only=_of_open_source,
    ),
    Table(
        "organizations", relations.Organization, "Organizations, companies and other bodies.",
        ("slug", "kind", "name", "acronym", "aliases", "identified", "country", "place",
         "description", "wikidata", "published_at"),
        private=("version",),
    ),
    Table(
        "people", relations.Person, "People who take part in records.",
        ("slug", "name", "aliases", "country", "description", "wikidata", "published_at"),
        private=("version",),
    ),
    Table(
        "records", relations.Record, "What all kinds of records have.",
        ("slug", "kind", "title", "title_supplied", "summary", "date", "until", "relation",
         *PUBLISHED),
        given={"state": relations.State.PUBLISHED}, private=("state",),
    ),
    Table(
        "record_topics", relations.Record.topics.through, "The topics of each record.",
        ("record", "topic"), key=("record", "topic"),
    ),
    Table(
        "events", relations.Event, "Meetings, projects, anniversaries and other events.",
        (*RECORD, "event_type", "place", "anniversary", "anniversary_of"), key=RECORD,
    ),
    Table(
        "visits", relations.Visit, "Visits of officials.",
        (*RECORD, "host", "visit_type", "type_as_stated", "rank", "place"), key=RECORD,
    ),
    Table(
        "memberships", relations.Membership, "Memberships of countries in organizations.",
        (*RECORD, "organization", "member", "membership_type"), key=RECORD,
    ),
    Table(
        "missions", relations.Mission, "Embassies and other missions.",
        (*RECORD, "mission_type", "sender", "host", "host_organization", "place"), key=RECORD,
    ),
    Table(
        "offices", relations.Office, "Offices that people hold.",
        (*RECORD, "person", "rank", "country", "organization"), key=RECORD,
    ),
    Table(
        "treaties", treaties.Treaty, "Treaties and other instruments.",
        (*RECORD, "instrument", "level", "binding", "place", "force_days", "term_years",
         "renewal_years", "notice_months", "last_day_counts"), key=RECORD,
    ),
    Table(
        "treaty_parties", treaties.Party, "Parties to treaties, and their depositaries.",
        ("treaty", "country", "organization", "role", "as_stated"),
        private=("sort_key", "multilateral"), key=("treaty", ("country", "organization")),
        owner="treaty",
    ),
    Table(
        "treaty_actions", treaties.TreatyAction, "What happened to treaties: their steps.",
        (*RECORD, "treaty", "action_type", "party", "effective", "place", "occasion", "revokes",
         "status", "law", "text", "registration", "volume", "page"),
        key=RECORD, quoted={"text": "open_rights"}, annotated={"open_rights": _open_support},
    ),
    Table(
        "treaty_links", treaties.TreatyLink, "How treaties change or end earlier ones.",
        ("treaty", "link_type", "target", *REFERENCE), key=("treaty", "link_type", "target"),
        owner="treaty", quoted=QUOTED,
    ),
    Table(
        "treaty_texts", treaties.TreatyText, "The languages of treaties, and where to read them.",
        ("treaty", "text_language", "source", "standing", *REFERENCE[1:]),
        key=("treaty", "text_language", "source"), owner="treaty", quoted=QUOTED,
    ),
    Table(
        "participations", relations.Participation, "Who takes part in records, and as what.",
        ("record", "role", "person", "country", "organization", "capacity", "as_stated"),
        private=("relation",), key=("record", "role", ("person", "country", "organization")),
        owner="record",
    ),
    Table(
        "citations", relations.Citation, "Which place in which source states which value.",
        ("record", *REFERENCE, "field", "stance"),
        key=("record", "source", "locator", "field", "stance"), owner="record", quoted=QUOTED,
    ),
    Table(
        "indicators", trade.Indicator, "What figures measure.",
        ("slug", "name", "measure", "directed", "signed", "description"),
    ),
    Table(
        "commodities", trade.Commodity, "Goods by their codes in a classification.",
        ("classification", "revision", "code", "name"), key=("classification", "revision", "code"),
    ),
    Table(
        "figures", trade.Figure, "Numbers as sources state them.",
        ("slug", "indicator", "period", "period_until", "from_country", "to_country", "from_area",
         "to_area", "reporter_country", "reporter_organization", "reporter_area", "commodity",
         "value", "upper", "unit", "scale", "qualifier", "valuation", "basis", "status", "coverage",
         "vintage", "confirmed", *REFERENCE, *PUBLISHED),
        given={"state": relations.State.PUBLISHED},
        private=("state", "excluded", "series", "edition"), quoted=QUOTED,
    ),
    Table(
        "traded_goods", trade.TradedGood, "Goods that sources name without a value.",
        ("slug", "from_country", "to_country", "period", "period_until", "commodity", "name",
         "rank", *REFERENCE, "published_at"),
        given={"state": relations.State.PUBLISHED}, private=("state", "version"), quoted=QUOTED,
    ),
    Table(
        "versions", RecordRevision, "Published versions of records: the log of corrections.",
        VERSION, given={"state": BaseRevision.State.LIVE}, private=EDITORIAL,
        key=("record", "number"), owner="record", only=_live,
    ),
    Table(
        "figure_versions", FigureRevision, "Published versions of figures.",
        VERSION, given={"state": BaseRevision.State.LIVE}, private=EDITORIAL,
        key=("record", "number"), owner="record", only=_live,
    ),
    Table(
        "disagreements", relations.Disagreement, "Values that contradict each other.",
        ("key", "rule", "title", "relation", "record", "members", "fingerprint", "state", "choice",
         "reason", "decided_at"),
        given={"present": True}, private=("present", "decided_by"), key=("key",),
        only=lambda: Q(present=True),
    ),
    Table(
        "decisions", relations.Decision, "What editors decided on disagreements, and why.",
        ("disagreement", "at", "state", "choice", "reason"), private=("author",),
        key=("disagreement", "at"), owner="disagreement",
        only=lambda: Q(disagreement__present=True),
    ),
    Table(
        "former_addresses", relations.FormerAddress, "Identifiers given up in a merge.",
        ("slug", "record", "person", "organization", "at", "reason"), private=("author", "row"),
        key=(("record", "person", "organization"), "slug"),
    ),
    Table(
        "treaty_periods", TreatyPeriod, "The status of treaties over time, derived from steps.",
        ("treaty", "party", "position", "status", "start", "end", "first", "last", "certain_first",
         "certain_last", "rule", "decided_by", "known_on", "first_term_end"),
        key=("treaty", "party", "position"), derived=True,
    ),
)  # fmt: skip
# Columns that no table holds: keys of the database.
KEYS = ("id",)
# Models of ours without public rows, and why.
PRIVATE = {
    "core.PageVersion": "the state of caches",
    "core.LoadedRow": "which fixtures were loaded",
    "core.SubmittedForm": "what editors have sent",
    "core.UnsavedForm": "what editors have not saved yet",
    "search.Entry": "the search index, derived",
    "search.Name": "the search index, derived",
    "search.Rebuild": "the search index, derived",
    "search.Word": "the search index, derived",
    "sources.SavedMapping": "how editors read lists",
    "relations.ErrorReport": "what readers wrote to the editors",
    "relations.ImportedRow": "how editors read lists",
    "relations.ListAlias": "how editors read lists",
    "relations.PossibleDuplicate": "work of editors",
    "relations.Statistics": "derived",
    "treaties.FacetCounts": "derived",
    PersonRevision._meta.label: "readers see no versions of people",
    OrganizationRevision._meta.label: "readers see no versions of organizations",
    SourceRevision._meta.label: "readers see no versions of sources",
    TradedGoodRevision._meta.label: "readers see no versions of traded goods",
    "extraction.RejectedSuggestion": "work of editors",
}
