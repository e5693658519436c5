"""The history of published rows: a snapshot of each version, and changes not yet public."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.models import NaturalKey, NaturalKeyQuerySet, Proposable
from core.snapshot import child_in_words
from relations.models.organization import Organization
from relations.models.person import Person
from relations.models.publishable import Publishable, State
from relations.models.record import Record, record_class
from sources.models import Source


class RevisionQuerySet(NaturalKeyQuerySet):
    def live(self):
        """The versions that readers saw, newest first, with their authors."""
        return self.filter(state=BaseRevision.State.LIVE).select_related("author")

    def for_lists(self):
        """Fetch what a list shows of each: its row, author and reviewer."""
        names = self.model.record_model().LISTED_WITH
        shown = ["record", *(f"record__{name}" for name in names)]
        return self.select_related("author", "reviewer", "publisher", *shown)

    def preceded(
        self, page: "Iterable[BaseRevision]"
    ) -> "list[tuple[BaseRevision, BaseRevision | None]]":
        """The revisions of a page, newest first, each with its predecessor."""
        shown, rows = list(page), self.order_by("-number")
        earlier = rows.filter(number__lt=shown[-1].number).first() if shown else None
        return list(zip(shown, [*shown[1:], earlier], strict=False))

    def unseen(self):
        """Revisions newer than the last that was published or discarded."""
        ended = [BaseRevision.State.LIVE, BaseRevision.State.DROPPED]
        of_row = self.model.objects.filter(record=models.OuterRef("record"), state__in=ended)
        return self.exclude(models.Exists(of_row.filter(number__gte=models.OuterRef("number"))))

    def open(self):
        """Changes by editors that readers do not see yet: at most one per row."""
        return self.filter(state__in=BaseRevision.OPEN)

    def pending(self):
        """Revisions that wait for a reviewer or publisher."""
        return self.filter(state=BaseRevision.State.PENDING)

    def supersede(self) -> None:
        """Mark these as superseded."""
        self.update(state=BaseRevision.State.SUPERSEDED)


class BaseRevision(NaturalKey):
    """A row with its children as it was from one change to the next.

    Each table of publishable rows has its own subclass, with a foreign key `record`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PENDING = "pending", _("in review")
        REJECTED = "rejected", _("sent back")
        SUPERSEDED = "superseded", _("superseded")
        DROPPED = "dropped", _("discarded")
        LIVE = "live", _("published")

    OPEN = (State.DRAFT, State.PENDING, State.REJECTED)

    KEY = ("record", "number")
    # When records are merged, each keeps its own history.
    STAYS_WITH_MERGED = True

    number = models.PositiveIntegerField(_("number"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LIVE)
    # The published version that an open revision was made from; 0 if there is none.
    base = models.PositiveIntegerField(default=0)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    remark = models.TextField(_("reviewer's remark"), max_length=2000, blank=True)
    # Remarks at single fields, by name; at a field of a step, by "<slug of the step>/<name>".
    remarks = models.JSONField(_("remarks on fields"), default=dict, blank=True)
    # The user who made it visible to readers; not known of older versions and those of fixtures.
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snapshot = models.JSONField(_("record"))

    objects = RevisionQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["record", "-number"]
        indexes = [models.Index(fields=["state", "at"], name="%(class)s_newest")]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="%(class)s_number_unique"),
            models.CheckConstraint(
                name="%(class)s_state_known",
                condition=models.Q(
                    state__in=["draft", "pending", "rejected", "superseded", "dropped", "live"]
                ),
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(state__in=["draft", "pending", "rejected"]),
                name="%(class)s_one_open",
            ),
            models.CheckConstraint(
                name="%(class)s_sent_back_with_remark",
                condition=~models.Q(state="rejected")
                | ~models.Q(remark="")
                | ~models.Q(remarks={}),
                violation_error_message=_("Say what the author should do."),
            ),
        ]

    def __str__(self):
        return f"{self.record} #{self.number}"

    @classmethod
    def record_model(cls) -> type[Publishable | Proposable]:
        """The model of the rows that have these revisions."""
        return cls._meta.get_field("record").related_model

    def row_model(self) -> type[Publishable | Proposable]:
        """The model of its row: for a record, that of its kind."""
        model, kind = self.record_model(), self.snapshot["record"].get("kind")
        # Organizations and sources have another column of this name.
        return record_class(kind) if model is Record and kind else model

    def renewed(self) -> "BaseRevision":
        """The same change as a new draft, without what a reviewer has said; this one becomes
        superseded and keeps that for the history."""
        rows = type(self).objects.filter(record=self.record_id)
        # As it was saved: the snapshot of this one may be rebased.
        row = rows.get(pk=self.pk)
        rows.filter(pk=self.pk).supersede()
        row.pk, row.number = None, rows.aggregate(newest=models.Max("number"))["newest"] + 1
        row.state, row.reviewer, row.reviewed_at = self.State.DRAFT, None, None
        row.remark, row.remarks = "", {}
        row.save(force_insert=True)
        return row

    @property
    def approved(self) -> bool:
        """Whether it is pending and a reviewer has approved it."""
        return self.state == self.State.PENDING and self.reviewed_at is not None

    def remarks_in_words(self) -> list[tuple[str, str]]:
        """The remarks at fields, each with the name of its field and, for a step, of that."""
        found, content, whole = [], self.snapshot, self.row_model()
        steps = {row["slug"]: row for row in content.get(whole.parts_field(), ())}
        for key, text in self.remarks.items():
            slug, _slash, name = key.rpartition("/")
            model, step = whole, ""
            if slug:
                relation = whole._meta.get_field(whole.parts_field())
                model = relation.related_model
                # Without related rows, whose names would take queries.
                values = {
                    field: value
                    for field, value in steps.get(slug, {}).items()
                    if not isinstance(value, list)
                }
                step = child_in_words(model, relation.field.name, values)
            label = str(capfirst(model._meta.get_field(name).verbose_name))
            found.append((" · ".join(filter(None, [step, label])), text))
        return found

    @property
    def withdrawn(self) -> bool:
        """Whether the row was withdrawn from readers in this version."""
        return self.snapshot["record"].get("state") == State.WITHDRAWN


def revision_models() -> list[type[BaseRevision]]:
    """The revision models of all tables."""
    return BaseRevision.__subclasses__()


class Revision(BaseRevision):
    """A version of a record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="revisions")


class PersonRevision(BaseRevision):
    """A version of a person, or a proposed change."""

    record = models.ForeignKey(Person, models.CASCADE, related_name="revisions")


class OrganizationRevision(BaseRevision):
    """A version of an organization, or a proposed change."""

    record = models.ForeignKey(Organization, models.CASCADE, related_name="revisions")


class SourceRevision(BaseRevision):
    """A version of a source, or a proposed change."""

    record = models.ForeignKey(Source, models.CASCADE, related_name="revisions")
