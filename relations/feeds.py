"""Feeds of what readers saw last: rows that were added, changed, withdrawn or merged, as Atom.

A feed holds the NEWEST versions of its rows. `newest_changes` is the only place that collects them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.exports import LICENCE, origin_of
from core.urls import site_host
from core.xml_text import xml_text
from relations.corrections import with_changes
from relations.models import FormerAddress, Record, Relation, State
from relations.models.publishable import Publishable
from relations.models.record import as_subclasses
from relations.models.revision import BaseRevision

# The number of entries of a feed, and the number of changed values that an entry names.
NEWEST, NAMED = 100, 12
# The number of revisions of all rows among which those of a feed are looked for first.
RECENT = 1_000
# All states of revisions but live. As a condition, SQLite would walk all live revisions in their
# order, and look up each among the rows of the feed.
HIDDEN = [state for state in BaseRevision.State if state != BaseRevision.State.LIVE]
ADDED, CHANGED, WITHDRAWN, RESTORED, MERGED = "added", "changed", "withdrawn", "restored", "merged"
TITLES = {
    ADDED: gettext_lazy("Added: %(row)s"),
    CHANGED: gettext_lazy("Changed: %(row)s"),
    WITHDRAWN: gettext_lazy("Withdrawn: %(row)s"),
    RESTORED: gettext_lazy("Published again: %(row)s"),
    MERGED: gettext_lazy("Merged: %(row)s"),
}
# When a feed without entries was updated.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Change:
    """A version of a row that readers saw from a time on; `what` is one of TITLES. The first
    version of a row of a list has the number 1, although it is not stored."""

    row: Publishable
    number: int
    at: datetime
    what: str = ADDED
    reason: str = ""
    changes: list = field(default_factory=list)
    # The record into which it was merged.
    stays: Record | None = None

    @property
    def title(self) -> str:
        return TITLES[self.what] % {"row": self.row}

    @property
    def named(self) -> list:
        """The first changed values."""
        return self.changes[:NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.changes) - len(self.named)

    @property
    def log(self) -> str:
        """The address of the version in the row's log of corrections; empty if it has none."""
        if not isinstance(self.row, Record):
            return ""
        return f"{reverse('relations:change_log', args=[self.row.slug])}#v{self.number}"


def newest_changes(*tables: QuerySet) -> list[Change]:
    """The newest versions of the rows of these querysets, records or figures, newest first; at most
    NEWEST. The number of queries depends on the kinds of rows only."""
    found = list(chain.from_iterable(map(_changes_of, tables)))
    found.sort(key=lambda change: (change.at, change.row.pk, change.number), reverse=True)
    return found[:NEWEST]


def _changes_of(rows: QuerySet) -> list[Change]:
    table = rows.model.common()
    live = table.revision_model().objects.live()
    before = live.filter(record=OuterRef("record"), number__lt=OuterRef("number"))
    before = Subquery(before.order_by("-number").values("pk")[:1])
    versions = live.filter(pk__in=_newest_versions(rows)).annotate(before=before)
    found = list(_of_versions(table, list(versions)))
    if table is not Record:
        # Rows of lists have no version until somebody changes them. Keys grow with time.
        listed = rows.filter(state=State.PUBLISHED, version=0).order_by("-pk")
        found += [Change(row, 1, row.published_at) for row in listed.for_pages()[:NEWEST]]
    return found


def _newest_versions(rows: QuerySet) -> list[int]:
    """The primary keys of the newest live revisions of rows. Most feeds find enough among the
    RECENT revisions; else the rows are few, or have not changed for long, and are all looked up."""
    revisions = rows.model.common().revision_model().objects.order_by("-at", "-id")
    live = revisions.filter(state=BaseRevision.State.LIVE)
    recent = list(live.values_list("pk", "record")[:RECENT])
    among = rows.order_by().filter(pk__in={record for _pk, record in recent})
    among = set(among.values_list("pk", flat=True))
    found = [pk for pk, record in recent if record in among][:NEWEST]
    if len(found) == NEWEST or len(recent) < RECENT:
        return found
    of_rows = revisions.exclude(state__in=HIDDEN).filter(record__in=rows.order_by().values("pk"))
    return list(of_rows.values_list("pk", flat=True)[:NEWEST])


def _of_versions(table, versions: list[BaseRevision]) -> Iterator[Change]:
    """The changes that revisions of one table made."""
    earlier = table.revision_model().objects.in_bulk({row.before for row in versions} - {None})
    rows = _rows(table, {revision.record_id for revision in versions})
    pairs = {}
    for revision in versions:
        revision.changes = []
        if revision.before and revision.record_id in rows:
            pair = (revision, earlier[revision.before])
            pairs.setdefault(type(rows[revision.record_id]), []).append(pair)
    for model, of_model in pairs.items():
        with_changes(model, of_model)
    merged = {}
    if table is Record:
        slugs = [row.slug for row in rows.values() if row.state == State.WITHDRAWN]
        former = FormerAddress.objects.filter(slug__in=slugs, record__isnull=False)
        merged = {one.slug: one.record for one in former.select_related("record")}
    for revision in versions:
        row = rows[revision.record_id]
        what = _what(revision, earlier.get(revision.before))
        stays = merged.get(row.slug) if what == WITHDRAWN else None
        yield Change(
            row,
            revision.number,
            # The first version of a row of a list is stored when somebody changes it.
            row.published_at if what == ADDED else revision.at,
            MERGED if stays else what,
            revision.reason,
            revision.changes if what == CHANGED else [],
            stays,
        )


def _rows(table, pks: set[int]) -> dict[int, Publishable]:
    if table is Record:
        records = Record.objects.filter(pk__in=pks).only("pk", "kind")
        return {row.pk: row for row in as_subclasses(records)}
    return table.objects.for_pages().in_bulk(pks)


def _what(revision: BaseRevision, before: BaseRevision | None) -> str:
    if revision.withdrawn:
        return WITHDRAWN
    if before is None:
        return ADDED
    return RESTORED if before.withdrawn else CHANGED


def concerning(row) -> QuerySet:
    """The records of all kinds that name a country, an organization or a person in any way, and
    the parts of these, such as the steps of a treaty."""
    kind, found = row._meta.model_name, []
    for model in Record.__subclasses__():
        names = [one.name for one in model.kind_fields() if one.related_model is type(row)]
        for one, path in ((model, ""), *_whole(model)):
            if kind in one._meta.get_field(one.PARTICIPATIONS).related_model.PARTICIPANTS:
                names.append(f"{path}{one.PARTICIPATIONS}__{kind}")
        found += [model.objects.filter(**{name: row}) for name in names]
    found.append(Record.objects.filter(**{f"participations__{kind}": row}))
    if kind == "country":
        found.append(Record.objects.filter(relation__in=Relation.objects.of(row)))
    return Record.objects.filter(pk__in=keys_of_all(found))


def _whole(model: type[Record]) -> Iterator[tuple[type[Record], str]]:
    """The model of which a model's rows are parts, with the lookup that leads there."""
    if name := model.part_of_field():
        yield model._meta.get_field(name).related_model, f"{name}__"


def with_parts(rows: QuerySet) -> list[QuerySet]:
    """Rows of a kind, and those that belong to them, such as the steps of treaties."""
    if not (name := rows.model.parts_field()):
        return [rows]
    part = rows.model._meta.get_field(name)
    parts = part.related_model.objects.all()
    if rows.query.where:
        parts = parts.filter(**{f"{part.field.name}__in": rows.order_by().values("pk")})
    return [rows, parts]


def keys_of_all(rows: list[QuerySet]) -> QuerySet:
    """The primary keys of the rows of several querysets."""
    first, *others = [one.order_by().values_list("pk", flat=True) for one in rows]
    return first.union(*others, all=True)


class _Atom(Atom1Feed):
    """Atom whose time comes from its entries alone, with links to the logs of corrections."""

    def latest_post_date(self):
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for relation, address in item["links"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})


def feed(request: HttpRequest, title: str, page: str, changes: list[Change]) -> HttpResponse:
    """Changes as an Atom feed of a page, given by its address."""
    origin, host = origin_of(request), site_host(request)
    written = _Atom(
        title=_("%(title)s · Bilateral relations") % {"title": xml_text(title)},
        link=origin + page,
        description=None,
        language=get_language(),
        author_name=_("Bilateral relations"),
        subtitle=_("What was added, changed or withdrawn: the latest %(number)d changes.")
        % {"number": NEWEST},
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
        feed_copyright=LICENCE,
    )
    for change in changes:
        address = change.row.get_absolute_url()
        written.add_item(
            title=xml_text(change.title),
            link=origin + address,
            description=xml_text(
                render_to_string("relations/feed_entry.html", {"change": change, "origin": origin})
            ).strip(),
            unique_id=get_tag_uri(f"//{host}{address.rstrip('/')}#v{change.number}", change.at),
            pubdate=change.row.published_at,
            updateddate=change.at,
            categories=[str(change.row.kind_in_words)],
            links={"related": origin + change.log} if change.log else {},
        )
    return HttpResponse(written.writeString("utf-8"), content_type=written.content_type)
