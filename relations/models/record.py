"""The record: what is common to visits, events, memberships, missions, offices and treaties."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import (
    CalendarDayField,
    EarliestField,
    EdtfField,
    FoldedField,
    LatestField,
    ListedYearField,
    SortKeyField,
    check_span,
)
from core.models import BINARY, BaseVersion, BySlug, BySlugQuerySet
from relations.models.relation import Relation
from relations.models.topic import Topic


class Kind(models.TextChoices):
    """What a record is; each kind has a model of its own."""

    EVENT = "event", _("event")
    VISIT = "visit", _("visit")
    TREATY = "treaty", _("treaty")
    ACTION = "action", _("treaty action")
    MEMBERSHIP = "membership", _("membership")
    MISSION = "mission", _("mission")
    OFFICE = "office", _("office")


class State(models.TextChoices):
    """How far a value is on its way to readers. It changes only by publish() and withdraw()."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


# What readers see, or saw: it answers at its address.
SHOWN = (State.PUBLISHED, State.WITHDRAWN)
# How many records are published at once.
BATCH = 500


class PublicationRefused(ValidationError):
    """A record cannot be shown as it is; the message says why."""


class EvidenceMissing(PublicationRefused):
    """Publication refused; the message says which evidence is missing."""


class RecordQuerySet(BySlugQuerySet):
    def published(self):
        """What readers may see."""
        return self.filter(state=State.PUBLISHED)

    def between(self, one, other):
        """Records of the relation of two countries."""
        return self.filter(relation__in=Relation.objects.between(one, other))

    def for_pages(self):
        """With the rows that a page shows beside each record of this kind."""
        names = ["relation__country_a", "relation__country_b", *self.model.SHOWN_WITH]
        return self.select_related(*names).prefetch_related(
            "participations__person", "participations__country", "participations__organization"
        )

    def whole(self):
        """With all that belongs to each record: what its own page, file or revision holds."""
        return self.for_pages().prefetch_related(
            "topics", "citations__source", "citations__passage"
        )

    def newest_first(self):
        return self.order_by("-sort_key", "-id")

    def oldest_first(self):
        return self.order_by("sort_key", "id")

    def about_person(self, slug):
        """Records in which a person takes part, and the offices that they hold."""
        taking_part = Record._meta.get_field("participations").related_model.objects
        offices = record_class(Kind.OFFICE).objects
        return self.filter(
            Q(pk__in=taking_part.filter(person__slug=slug).values("record"))
            | Q(pk__in=offices.filter(person__slug=slug).values("pk"))
        )

    def with_actions(self):
        """Whole, and with the records that are published together with each."""
        return self.whole()

    @transaction.atomic
    def publish(self, user=None, reason=""):
        """Publish each of these records, or none where evidence is missing."""
        for batch in self._batches():
            publish_together(batch, user, reason)

    @transaction.atomic
    def withdraw(self, user=None, reason=""):
        """Take each of these records back from readers."""
        for batch in self._batches():
            withdraw_together(batch, user, reason)

    def _batches(self):
        """These records by hundreds, so that their number costs no memory; nobody else changes
        them from then on."""
        keys = list(self.values_list("pk", "kind"))
        for start in range(0, len(keys), BATCH):
            lock(Record.objects, (pk for pk, _kind in keys[start : start + BATCH]))
            found = {}
            for pk, kind in keys[start : start + BATCH]:
                found.setdefault(kind, []).append(pk)
            yield [
                record
                for kind, pks in found.items()
                for record in record_class(kind).objects.filter(pk__in=pks).with_actions()
            ]


class Record(BySlug):
    """One fact about relations, with its date, its citations and its history.

    `date` is the point at which it happened or began; `until` the end of what lasts: blank
    where not known, `..` where not ended. A one-sided or multilateral record has no relation.
    """

    KIND: Kind
    # Children that belong to the record in its history, by related name.
    CHILDREN: tuple[str, ...] = ("citations", "participations")
    # The field that says what of its kind a record is.
    TYPE_FIELD: str
    # Foreign keys that, with the relation, say what it is about; two records that differ in them
    # are never the same. Whether these and the type alone make two of one time the same.
    SUBJECT: tuple[str, ...] = ()
    SUBJECT_DECIDES = False
    # Whether there is seldom more than one of a type on a day.
    ONE_OF_A_TYPE_A_DAY = False
    # Foreign keys of the kind that its pages and files show.
    SHOWN_WITH: tuple[str, ...] = ()
    # Fields that need support of their own where no citation supports the record as a whole.
    KEY_FIELDS: tuple[str, ...] = ("title", "date")
    # Fields that a citation may name; those of the kind come first.
    CITED_FIELDS: tuple[str, ...] = ("title", "summary", "date", "until", "relation")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, editable=False)
    title = models.CharField(_("title"), max_length=300)
    title_supplied = models.BooleanField(
        _("title is ours"),
        default=False,
        help_text=_("The source gives none; it is shown in brackets."),
    )
    summary = models.TextField(_("summary"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    date = EdtfField(_("date"))
    date_earliest = EarliestField("date")
    date_latest = LatestField("date")
    until = EdtfField(_("until"), open_end=True, help_text=_("Write .. if it has not ended."))
    until_earliest = EarliestField("until")
    until_latest = LatestField("until")
    sort_key = SortKeyField("date")
    year = ListedYearField("date")
    calendar_day = CalendarDayField("date")
    sort_title = FoldedField("title", db_collation=BINARY)
    folded = FoldedField("title", "summary")
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
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

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
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="record_published_once_shown",
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"[{self.title}]" if self.title_supplied else self.title

    def get_absolute_url(self):
        return reverse(f"{record_class(self.kind)._meta.app_label}:{self.kind}", args=[self.slug])

    # The columns by which something else is kept that follows from the record, and their values
    # when that was kept last, as far as the row was fetched with them.
    STANDING: tuple[str, ...] = ("relation_id",)
    stood: dict[str, int | None] = {}
    # Withdrawn steps that a version which was laid out again does not hold.
    left_out: frozenset[int] = frozenset()

    @classmethod
    def from_db(cls, db, field_names, values):
        record = super().from_db(db, field_names, values)
        record.stood = {
            name: record.__dict__[name] for name in cls.STANDING if name in record.__dict__
        }
        return record

    def derive(self):
        super().derive()
        self.kind = getattr(self, "KIND", self.kind)

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def type_display(self) -> str:
        """What of its kind the record is, in words: "official visit", "project", "signature"."""
        return str(getattr(self, f"get_{self.TYPE_FIELD}_display")())

    @property
    def kind_and_type(self) -> str:
        """Its kind and its type, once where the one says the other: "event · project"."""
        kind, of_kind = self.get_kind_display(), self.type_display
        return of_kind if kind in of_kind else f"{kind} · {of_kind}"

    def clean(self):
        super().clean()
        check_span(self.date, self.until)

    def participants(self) -> set[tuple[str, int]]:
        """Who takes part, as kind of participant and id."""
        return {(row.participant_kind, row.participant.pk) for row in self.participations.all()}

    @classmethod
    def with_any(cls, people: Iterable[tuple[str, int]]) -> Q:
        """The condition that any of these takes part."""
        return any_of("participations", people)

    def part_of(self) -> "Record | None":
        """The record with which this one first goes to readers, if it is a step of another."""

    def parts(self) -> models.QuerySet:
        """The records that first go to readers with this one."""
        return Record.objects.none()

    def together(self) -> list["Record"]:
        """The records that are published and withdrawn with this one, itself last."""
        return [self]

    @transaction.atomic
    def publish(self, user=None, reason=""):
        """Show the record to readers, if its evidence is complete; a revision is kept.

        Raises PublicationRefused, saying what is missing or wrong. A row fetched as a plain
        Record is published as its kind; it is not refreshed.
        """
        if type(self) is Record:
            return as_subclasses([self], whole=True)[0].publish(user, reason)
        self.save()
        return publish_together([self], user, reason)

    @transaction.atomic
    def withdraw(self, user=None, reason=""):
        """Take the record back from readers; a revision is kept."""
        if type(self) is Record:
            return as_subclasses([self], whole=True)[0].withdraw(user, reason)
        self.save()
        return withdraw_together([self], user, reason)

    @transaction.atomic
    def revise(self, user=None, reason=""):
        """Save the record under a new version, and bring up to date what follows from it."""
        self.save()
        keep_versions([self], user, reason)
        self.refresh()

    def check_sound(self, records: list["Record"]) -> None:
        """Raise PublicationRefused where what is published together cannot be true."""

    @classmethod
    def findings(cls, records: "list[Record]") -> Iterable:
        """What the rules of this kind of record, beside those of all, find about some of them."""
        return ()

    @classmethod
    def follow(cls, records: "list[Record]") -> None:
        """Bring up to date what is kept of records of this kind because it follows from them."""
        cls._meta.get_field("disagreements").related_model.objects.refresh(records)

    @classmethod
    def depending(cls, records: "list[Record]") -> "Iterable[Record]":
        """Records of other kinds that are to follow where these of this kind have changed."""
        return ()

    def refresh(self) -> None:
        """Bring up to date what is kept because it follows from the record."""
        follow([self])


def any_of(children: str, people: Iterable[tuple[str, int]]) -> Q:
    """The condition that any child of that name is of any of these, by kind and id."""
    condition = Q()
    for kind, pk in people:
        condition |= Q(**{f"{children}__{kind}": pk})
    return condition


def publish_together(records: list[Record], user=None, reason="") -> None:
    """Publish records, each with those that belong to it, or none where one is refused."""
    turning, now = [], timezone.now()
    every = []
    for record in records:
        rows = record.together()
        back = _withdrawn_with(record, rows)
        rows = [
            row for row in rows if row is record or row.state != State.WITHDRAWN or row.pk in back
        ]
        every.append((record, rows))
        turning += [row for row in rows if row is record or row.state != State.PUBLISHED]
    check_evidence([row for _record, rows in every for row in rows])
    for record, rows in every:
        record.check_sound(rows)
    drafts = [row.pk for row in turning if row.published_at is None]
    revisions = Record._meta.get_field("revisions").related_model
    revisions.objects.open().filter(record__in=drafts).update(state=revisions.State.SUPERSEDED)
    for row in turning:
        row.state, row.published_at = State.PUBLISHED, row.published_at or now
    keep_versions(turning, user, reason)
    follow(turning)


def _withdrawn_with(record: Record, rows: list[Record]) -> set[int]:
    """The keys of the steps that were withdrawn with a record, and come back with it: not those
    that were withdrawn alone, nor those that have been left out since."""
    if record.state != State.WITHDRAWN:
        return set()
    steps = [row.pk for row in rows if row is not record]
    revisions = Record._meta.get_field("revisions").related_model.objects
    newest = dict(
        revisions.live()
        .filter(record__in=[record.pk, *steps])
        .order_by()
        .values_list("record")
        .annotate(models.Max("pk"))
    )
    # Withdrawn together, the record has the first of their versions.
    since = newest.get(record.pk, 0)
    return {pk for pk in steps if newest.get(pk, 0) > since} - record.left_out


def withdraw_together(records: list[Record], user=None, reason="") -> None:
    """Take records back from readers, each with those that belong to it."""
    turning = []
    for record in records:
        steps = [row for row in record.together() if row is not record]
        turning += [record, *(row for row in steps if row.state == State.PUBLISHED)]
    for row in turning:
        row.state = State.WITHDRAWN
    keep_versions(turning, user, reason)
    follow(turning)


def lock(rows: models.QuerySet, pks: Iterable[int]) -> None:
    """Let other transactions wait that want to lock these of the rows, until the end of this
    one. Always in the order of their keys, so that no two wait for each other."""
    list(rows.select_for_update().filter(pk__in=list(pks)).order_by("pk").values_list("pk"))


def keep_versions(records: list[Record], user=None, reason="") -> None:
    """Give records their next versions, with revisions that hold them as they now are."""
    revisions = Record._meta.get_field("revisions").related_model.objects
    pks = [record.pk for record in records]
    lock(Record.objects, pks)
    numbers = revisions.filter(record__in=pks).order_by().values_list("record")
    versions = dict(numbers.annotate(models.Max("number")))
    for record in records:
        record.version = versions.get(record.pk, 0) + 1
    Record.objects.bulk_update(records, ["state", "published_at", "version"], batch_size=200)
    revisions.keep(records, user, reason)


@transaction.atomic
def follow(records: list[Record]) -> None:
    """Bring up to date what follows from records of whatever kinds, each once."""
    if not records:
        return
    BaseVersion.objects.step()
    rows = {record.pk: record for record in records}
    for kind in {type(record) for record in records}:
        for row in kind.depending([record for record in records if type(record) is kind]):
            rows.setdefault(row.pk, row)
    for kind in dict.fromkeys(type(row) for row in rows.values()):
        kind.follow([row for row in rows.values() if type(row) is kind])
    Record._meta.get_field("participations").related_model.objects.keep(records)
    pairs = {record.relation_id for record in records}
    pairs |= {row.stood["relation_id"] for row in records if "relation_id" in row.stood}
    Relation._meta.get_field("tally").related_model.objects.keep(pairs)
    for record in records:
        record.stood = {name: getattr(record, name) for name in record.STANDING}


def record_class(kind: str) -> type[Record]:
    """The model of a kind of record."""
    return next(model for model in Record.__subclasses__() if kind == model.KIND)


def as_subclasses(records: Iterable[Record], whole: bool = False) -> list[Record]:
    """The same records as rows of their kinds, in order, for pages or whole: a fetch a kind."""
    records, rows = list(records), {}
    for kind in {record.kind for record in records}:
        of_kind = record_class(kind).objects.filter(
            pk__in=[record.pk for record in records if record.kind == kind]
        )
        rows |= {row.pk: row for row in (of_kind.whole() if whole else of_kind.for_pages())}
    return [rows[record.pk] for record in records]


def check_evidence(records: Iterable[Record]) -> None:
    """Raise EvidenceMissing unless a citation supports each record; the messages name all that
    is missing.

    A citation without a field supports the whole record. Without one, each key field that has a
    value, and each field that a citation names, needs a citation that supports it.
    """
    if missing := missing_evidence(records):
        raise EvidenceMissing([message for messages in missing.values() for message in messages])


def missing_evidence(records: Iterable[Record]) -> dict[Record, list[str]]:
    """What evidence each record lacks, in words; records that lack none are left out."""
    records = list(records)
    stances = {record.pk: {} for record in records}
    citations = Record._meta.get_field("citations").related_model.objects.filter(record__in=stances)
    for record, field, stance in citations.values_list("record", "field", "stance"):
        stances[record].setdefault(field, set()).add(stance)
    missing = {record: unsupported(record, stances[record.pk]) for record in records}
    return {record: messages for record, messages in missing.items() if messages}


def unsupported(record: Record, stances: dict[str, set[str]]) -> list[str]:
    """What evidence a record lacks, in words, whose citations take these stances by field."""
    supported = {field for field, kinds in stances.items() if "supports" in kinds}
    if not supported:
        return [
            _("“%(record)s” needs at least one citation that supports it.") % {"record": record}
        ]
    needed = set(stances) | {name for name in record.KEY_FIELDS if getattr(record, name)}
    if "" not in supported and (fields := sorted(needed - supported)):
        return [
            _("“%(record)s”: no citation supports %(fields)s.")
            % {"record": record, "fields": ", ".join(fields)}
        ]
    return []
