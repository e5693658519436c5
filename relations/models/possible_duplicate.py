"""Pairs of records of different lists that may be the same, and the editors' decisions on them."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.models.publishable import State
from relations.models.record import Record


class PossibleDuplicateQuerySet(models.QuerySet):
    def undecided(self):
        """Pairs that wait for a decision, of records that are not withdrawn."""
        waiting = [PossibleDuplicate.Decision.OPEN, PossibleDuplicate.Decision.LATER]
        shown = self.exclude(one__state=State.WITHDRAWN).exclude(other__state=State.WITHDRAWN)
        return shown.filter(decision__in=waiting)

    def with_any(self, records: Iterable[int]):
        """Pairs with any of these records, by their keys."""
        keys = list(records)
        return self.filter(Q(one__in=keys) | Q(other__in=keys))

    def with_records(self):
        return self.select_related("one", "other")

    def strongest_first(self):
        """Pairs to decide now before those to decide later, and likely ones before others."""
        return self.order_by(*PossibleDuplicate.STRONGEST_FIRST)


class PossibleDuplicate(models.Model):
    """Two records of different lists that may be the same: `other` was added after `one`.

    `suggested` pairs are almost certainly the same. `similarity` is that of the titles, in percent.
    """

    class Reason(models.TextChoices):
        """What two records have in common, the strongest first."""

        DAY_AND_TITLE = "day_and_title", _("same day, similar titles")
        DAY = "day", _("same day")
        STEP = "step", _("a step on the same day")
        DAYS = "days", _("days that overlap or follow each other")
        PERIOD = "period", _("overlapping periods")
        TITLE = "title", _("similar titles, close dates")
        DATE = "date", _("dates that contain each other")

    class Decision(models.TextChoices):
        OPEN = "open", _("undecided")
        LATER = "later", _("to be decided later")
        SAME = "same", _("the same")
        DIFFERENT = "different", _("different")

    # Merging keeps the pair of the merged records: it says that they were the same.
    STAYS_WITH_MERGED = True
    # The strength of a pair has the reason first, then the similarity of the titles.
    STEP_OF_STRENGTH = 1000
    # In the order of the alphabet, "open" comes after "later".
    STRONGEST_FIRST = ("-decision", "-suggested", "-strength", "id")

    one = models.ForeignKey(
        Record, models.CASCADE, related_name="+", editable=False, verbose_name=_("record")
    )
    other = models.ForeignKey(
        Record, models.CASCADE, related_name="+", editable=False, verbose_name=_("later record")
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason, editable=False)
    similarity = models.PositiveSmallIntegerField(
        _("similarity of the titles (percent)"), default=0, editable=False
    )
    strength = models.PositiveIntegerField(_("strength"), default=0, editable=False)
    suggested = models.BooleanField(_("almost certainly the same"), default=False, editable=False)
    found_at = models.DateTimeField(_("last found"), default=timezone.now, editable=False)
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.OPEN, editable=False
    )
    note = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-decision", "-suggested", "-strength", "id"]
        indexes = [
            models.Index(
                fields=["-decision", "-suggested", "-strength", "id"],
                name="possible_duplicate_order",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="possible_duplicate_once"),
            models.CheckConstraint(
                name="possible_duplicate_in_order", condition=Q(one__lt=F("other"))
            ),
            models.CheckConstraint(
                name="possible_duplicate_decision_known",
                condition=Q(decision__in=["open", "later", "same", "different"]),
            ),
        ]

    def __str__(self):
        return f"{self.one} / {self.other}"

    def derive(self) -> None:
        """Compute the strength: stronger reasons first, then more similar titles."""
        order = self.Reason.values
        rank = len(order) - order.index(self.reason)
        self.strength = rank * self.STEP_OF_STRENGTH + self.similarity

    @property
    def group(self) -> str:
        """The heading under which a list shows the pair."""
        if self.decision == self.Decision.LATER:
            return str(self.get_decision_display())
        return str(_("almost certainly the same") if self.suggested else self.get_reason_display())

    @property
    def in_words(self) -> str:
        """The reason, with the similarity of the titles: "same day, similar titles: 86 %"."""
        words = str(self.get_reason_display())
        return f"{words}: {self.similarity} %" if self.similarity else words

    def decide(self, decision: str, user=None, note: str = "") -> None:
        """Set the decision, without saving it."""
        self.decision, self.note = decision, note[:300]
        self.decided_by, self.decided_at = user, timezone.now()
