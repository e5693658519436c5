"""The record: the base of visits, events, memberships, missions, offices and treaties."""

import datetime
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache, reduce
from operator import or_

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf, Precision, today
from core.fields import BOUNDS, EdtfField, FoldedField, check_span
from core.models import BINARY, BySlug, BySlugQuerySet
from core.urls import address_of
from relations.models.country import Country
from relations.models.dated import Dated
from relations.models.publishable import Publishable, State
from relations.models.relation import Relation
from relations.models.topic import Topic
from sources.models import Passage


class Kind(models.TextChoices):
    """The kind of a record; each kind has its own model."""

    EVENT = "event", _("event")
    VISIT = "visit", _("visit")
    TREATY = "treaty", _("treaty")
    ACTION = "action", _("treaty action")
    MEMBERSHIP = "membership", _("membership")
    MISSION = "mission", _("mission")
    OFFICE = "office", _("office")


class Likeness(Enum):
    """What makes two records of one kind, subject and time likely the same."""

    # Their type alone, as for what lasts: memberships, missions, offices.
    TYPE = "type"
    # Their type on the same day, with roughly similar titles.
    TYPE_AND_DAY = "type and day"
    # Almost equal titles, as for treaties, which differ in one word.
    TITLE = "title"


# The foreign keys of a participation to who takes part.
PARTICIPANTS = ("person", "country", "organization")
PAIR = ("relation__country_a", "relation__country_b")


class RecordQuerySet(BySlugQuerySet):
    # The related rows that pages show with a record of any kind, and those that its own page, its
    # files and its revisions hold besides. The natural key of a passage needs its source.
    SHOWN = tuple(f"participations__{name}" for name in PARTICIPANTS)
    HELD = (
        "topics", "citations__source",
        models.Prefetch("citations__passage", Passage.objects.select_related("source")),
    )  # fmt: skip

    def published(self):
        """Records that readers may see."""
        return self.filter(state=State.PUBLISHED)

    def of_relation(self, relation):
        """Records of a relation; none if it is not saved. Records without one are of no pair."""
        return self.filter(relation=relation) if relation.pk else self.none()

    def between(self, one, other):
        """Records of the relation of two countries."""
        return self.filter(relation__in=Relation.objects.between(one, other))

    def for_pages(self):
        """Fetch the related rows that a page shows with each record of this kind."""
        return self.with_own_rows().prefetch_related(*self.SHOWN)

    def with_related(self):
        """Fetch all related rows of each record, for its own page, file or revision."""
        return self.with_own_rows(all_rows=True).prefetch_related(*self.SHOWN, *self.HELD)

    def with_own_rows(self, all_rows: bool = False):
        """Fetch the pair, and the related rows that records of this kind alone have: those that a
        page shows, or all."""
        return self.select_related(*PAIR, *self.model.own_lookups())

    def newest_first(self):
        return self.order_by("-sort_key", "-id")

    def oldest_first(self):
        return self.order_by("sort_key", "id")

    def about_person(self, slug):
        """Records in which a person takes part, and the offices that they hold."""
        every = Record.objects.order_by()
        return self.filter(
            Q(pk__in=every.filter(participations__person__slug=slug).values("pk"))
            | Q(pk__in=every.filter(office__person__slug=slug).values("pk"))
        )

    def with_topic(self, topic):
        """Records with a topic. Parts of another record, as steps are of a treaty, have its topics
        too."""
        parts = [
            kind.objects.filter(pk=OuterRef("pk"), **{f"{whole}__topics": topic})
            for kind in Record.__subclasses__()
            if self.model in (Record, kind) and (whole := kind.part_of_field())
        ]
        if not parts:
            return self.filter(topics=topic)
        own = Record.topics.through.objects.filter(record=OuterRef("pk"), topic=topic)
        return self.filter(reduce(or_, map(Exists, [own, *parts])))

    def possibly_within(self, first: datetime.date | None, last: datetime.date | None):
        """Records that possibly last on some day from first to last (None: no limit)."""
        rows = self
        if first:
            rows = rows.filter(Q(until_latest=None) | Q(until_latest__gte=first))
        if last:
            rows = rows.filter(Q(date_earliest=None) | Q(date_earliest__lte=last))
        return rows

    def with_actions(self):
        """Fetch all related rows, and the records that are published together with each."""
        return self.with_related()


class Record(Publishable, BySlug):
    """One fact about relations, with its date, citations and history.

    `date` is when it happened or began. `until` is when it ended: blank if unknown, `..` if it has
    not ended. A one-sided or multilateral record has no relation.
    """

    KIND: Kind
    CHILDREN = ("citations", "participations")
    NAMES = ("title",)
    LOADED = ("relation_id",)
    LISTED_WITH = ("relation__country_a", "relation__country_b")
    # The field with the type of a record within its kind.
    TYPE_FIELD: str
    # Foreign keys that, with the relation, identify its subject; two records that differ in them
    # are never the same.
    SUBJECT: tuple[str, ...] = ()
    LIKENESS = Likeness.TITLE
    # Further fields in which two reports of the same thing agree, if both give them.
    SHARED: tuple[str, ...] = ()
    # Fields that need their own support if no citation supports the record as a whole.
    KEY_FIELDS: tuple[str, ...] = ("title", "date")
    # Lookups from its foreign keys to further rows that pages show, and that files need as well.
    FURTHER_LOOKUPS: tuple[str, ...] = ()
    LOOKUPS_OF_FILES: tuple[str, ...] = ()
    # The children that name its participants, by related name.
    PARTICIPATIONS = "participations"

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, editable=False)
    title = models.CharField(_("title"))
    title_supplied = models.BooleanField(
        _("title supplied by us"),
        default=False,
        help_text=_("The source gives no title; ours is shown in square brackets."),
    )
    summary = models.TextField(_("summary"), blank=True)
    date = EdtfField(_("date"), columns=(*BOUNDS, "sort_key", "year", "calendar_day"))
    until = EdtfField(
        _("until"),
        open_end=True,
        columns=BOUNDS,
        help_text=_("Write .. if it has not ended."),
    )
    sort_title = FoldedField("title", db_collation=BINARY)
    relation = models.ForeignKey(
        Relation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="records",
        verbose_name=_("relation"),
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="records", verbose_name=_("topics")
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        permissions = [
            ("review_record", _("Can approve records and send them back")),
            ("publish_record", _("Can publish and withdraw")),
            ("publish_alone_record", _("Can publish without a second look")),
        ]
        ordering = ["-sort_key", "-id"]
        indexes = [
            models.Index(fields=["relation", "sort_key", "id"], name="record_timeline"),
            models.Index(fields=["kind", "state", "sort_key", "id"], name="record_kind"),
            models.Index(fields=["state", "published_at"], name="record_newest"),
            models.Index(fields=["relation", "state", "kind", "year"], name="record_overview"),
            models.Index(fields=["relation", "calendar_day"], name="record_calendar"),
            models.Index(fields=["calendar_day", "id"], name="record_days"),
        ]
        constraints = [
            models.CheckConstraint(name="record_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="record_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="record_title_given",
                condition=~Q(title=""),
                violation_error_message=_("A record needs a title."),
            ),
            models.CheckConstraint(
                name="record_until_after_date",
                condition=Q(until_latest=None)
                | Q(date_earliest=None)
                | Q(until_latest__gte=F("date_earliest")),
                violation_error_message=_("The end is before the start."),
            ),
            models.CheckConstraint(
                name="record_published_once_shown",
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"[{self.title}]" if self.title_supplied else self.title

    def get_absolute_url(self):
        return address_of(f"{record_class(self.kind)._meta.app_label}:{self.kind}", self.slug)

    def derive(self):
        super().derive()
        self.kind = getattr(self, "KIND", self.kind)

    @property
    def kind_in_words(self):
        return self.get_kind_display()

    @property
    def type_display(self) -> str:
        """The type of the record within its kind, in words, such as "official visit"."""
        return str(getattr(self, f"get_{self.TYPE_FIELD}_display")())

    @property
    def kind_and_type(self) -> str:
        """Kind and type, such as "event · project"; only the type if it contains the kind."""
        kind, of_kind = self.get_kind_display(), self.type_display
        return of_kind if kind in of_kind else f"{kind} · {of_kind}"

    def clean(self):
        super().clean()
        check_span(self.date, self.until)
        self.check_lifetimes()

    @classmethod
    def country_paths(cls):
        own = [field.name for field in cls.kind_fields() if field.related_model is Country]
        return (*own, "relation__country_a", "relation__country_b")

    def countries(self):
        for field in self.kind_fields():
            if field.related_model is Country and getattr(self, f"{field.name}_id"):
                yield field.name, getattr(self, field.name)
        if self.relation:
            yield "relation", self.relation.country_a
            yield "relation", self.relation.country_b

    @property
    def end(self) -> Edtf:
        """Its end as far as it is known: what lasts, such as a membership, ends at the latest with
        its countries."""
        if self.until or self.LIKENESS is not Likeness.TYPE:
            return self.until
        ends = [country.until for _field, country in self.countries()]
        ends = [end for end in ends if end.latest and end.is_definite]
        last = min(ends, key=lambda end: end.latest, default=None)
        if last is None:
            return self.until
        return Edtf.parse(f"[..{last.latest if last.precision == Precision.SET else last}]")

    def possibly_lasts_on(self, day: datetime.date) -> bool:
        return (self.date.earliest or day) <= day <= (self.end.latest or day)

    @property
    def certain_days(self) -> tuple[datetime.date, datetime.date] | None:
        """The first and last day on which it certainly lasts; None if there are none. What has not
        ended has begun, so it lasts today even if its beginning is not known."""
        start, end = self.date, self.end
        first = start.latest if start.is_definite else None
        if not start and end.is_open:
            first = today()
        last = datetime.date.max if end.is_open else end.earliest if end.is_definite else None
        return (first, last) if first and last and first <= last else None

    def certainly_lasts_on(self, day: datetime.date) -> bool:
        """Whether it has certainly begun by a day and not ended before it."""
        days = self.certain_days
        return days is not None and days[0] <= day <= days[1]

    @property
    def is_singular(self) -> bool:
        """Whether its pair and subject have one such thing at a time, whatever its title."""
        return self.LIKENESS is Likeness.TYPE

    def may_have_type_of(self, other: "Record") -> bool:
        """Whether the types of two reports of one thing do not contradict each other."""
        types = {getattr(row, row.TYPE_FIELD) for row in (self, other)}
        return len(types) == 1 or "unspecified" in types

    @property
    def compared_title(self) -> str:
        """The part of its title that tells it from other records of its pair."""
        return self.title

    @classmethod
    def steps_by_day(cls, pks: Iterable[int]) -> dict[int, set[tuple[str, str]]]:
        """The steps of records whose day is known, as (type, EDTF day), by key of the record."""
        return {}

    @property
    def is_known_by_day(self) -> bool:
        """Whether its pair and subject have one such thing on a day, whatever its title."""
        return self.is_singular

    def participating(self) -> Iterator[Dated]:
        """Its participants, and those of its PARTICIPATIONS, with their countries."""
        for name in {"participations", self.PARTICIPATIONS}:
            fetched = name in getattr(self, "_prefetched_objects_cache", ())
            rows = getattr(self, name).all()
            yield from rows if fetched else rows.select_related("country")

    @classmethod
    def kind_fields(cls) -> list[models.Field]:
        """The editable fields of the kind itself, in the order of its model; none for Record."""
        return [
            field
            for field in cls._meta.local_fields
            if cls is not Record
            and field.editable
            and not (field.remote_field and field.remote_field.parent_link)
        ]

    @classmethod
    def own_references(cls) -> list[str]:
        """The foreign keys that only records of this kind have."""
        return [field.name for field in cls.kind_fields() if field.remote_field]

    @classmethod
    def own_lookups(cls) -> list[str]:
        """The lookups of the related rows that only records of this kind have."""
        return [*cls.own_references(), *cls.FURTHER_LOOKUPS]

    @classmethod
    def cited_fields(cls) -> list[str]:
        """The names of the fields that a citation may name; those of the kind come first."""
        own = [field.name for field in cls.kind_fields() if field.name != cls.part_of_field()]
        return [*own, "title", "summary", "date", "until", "relation"]

    def participants(self) -> set[tuple[str, int]]:
        """The participants, as pairs of kind and id."""
        return {
            (kind, pk)
            for row in getattr(self, self.PARTICIPATIONS).all()
            for kind in row.PARTICIPANTS
            if (pk := getattr(row, f"{kind}_id"))
        }

    @classmethod
    def with_any(cls, people: Iterable[tuple[str, int]]) -> Q:
        """The condition that any of these participants, by kind and id, takes part."""
        kinds = cls._meta.get_field(cls.PARTICIPATIONS).related_model.PARTICIPANTS
        condition = Q(pk__in=())
        for kind, pk in people:
            if kind in kinds:
                condition |= Q(**{f"{cls.PARTICIPATIONS}__{kind}": pk})
        return condition

    @classmethod
    def missing_evidence(cls, rows):
        """A citation without a field supports the whole record. Without one, each key field that
        has a value, and each field that a citation names, needs a citation that supports it."""
        stances = {record.pk: {} for record in rows}
        cited = Record.objects.filter(pk__in=stances, citations__isnull=False).order_by()
        for pk, field, stance in cited.values_list("pk", "citations__field", "citations__stance"):
            stances[pk].setdefault(field, set()).add(stance)
        missing = {record: record.unsupported(stances[record.pk]) for record in rows}
        return {record: messages for record, messages in missing.items() if messages}

    def unsupported(self, stances: dict[str, set[str]], given: set[str] | None = None) -> list[str]:
        """Messages about missing evidence, given the stances of its citations by field. `given` are
        the key fields that have a value, if they are not those of this row."""
        supported = {field for field, kinds in stances.items() if "supports" in kinds}
        if not supported:
            words = gettext("“%(record)s” needs at least one citation that supports it.")
            return [words % {"record": self}]
        if given is None:
            given = {name for name in self.KEY_FIELDS if getattr(self, name)}
        needed = set(stances) | given
        if "" not in supported and (fields := sorted(needed - supported)):
            words = gettext("“%(record)s”: no citation supports %(fields)s.")
            return [words % {"record": self, "fields": ", ".join(fields)}]
        return []

    @classmethod
    def findings(cls, records: "list[Record]") -> Iterable:
        """What the rules for this kind of record find, in addition to the common rules."""
        return ()


@cache
def record_class(kind: str) -> type[Record]:
    """The model of a kind of record."""
    return next(model for model in Record.__subclasses__() if kind == model.KIND)


def as_subclasses(records: Iterable[Record], with_related: bool = False) -> list[Record]:
    """The records with these keys and kinds as instances of their kinds, in order, with the related
    rows for pages or all related rows. One fetch per kind."""
    records, rows = list(records), {}
    for kind in {record.kind for record in records}:
        of_kind = record_class(kind).objects.filter(
            pk__in=[record.pk for record in records if record.kind == kind]
        )
        fetched = of_kind.with_related() if with_related else of_kind.for_pages()
        rows |= {row.pk: row for row in fetched}
    return [rows[record.pk] for record in records]
