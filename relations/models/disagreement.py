"""Disagreements: values that contradict each other, found by rules and decided by editors."""

from collections.abc import Iterable
from dataclasses import asdict

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.changes import rows_changed
from core.models import NaturalKey, NaturalKeyQuerySet
from relations.models.record import Kind, Record
from relations.models.relation import Relation
from relations.rules import KEY_LENGTH, Finding
from sources.models import Source


def sources_in_words(number: int) -> str:
    """A number of sources, up to nine as a word: "two sources"; empty for none."""
    words = ngettext("%(number)s source", "%(number)s sources", number)
    return words % {"number": apnumber(number)} if number else ""


class DisagreementQuerySet(NaturalKeyQuerySet):
    def present(self):
        """Disagreements that the rules still find."""
        return self.filter(present=True)

    def for_pages(self):
        return self.select_related("relation__country_a", "relation__country_b", "record")

    def with_history(self):
        """Also fetch the decisions, for pages that show them."""
        return self.prefetch_related("decisions")

    def naming(self, records: list[Record]) -> "list[Disagreement]":
        """Present disagreements in which any of these events is one of the rival values."""
        slugs = {record.slug for record in records if record.kind == Kind.EVENT}
        rules = (Disagreement.Rule.RIVAL_DATES, Disagreement.Rule.ANNIVERSARY)
        rows = self.present().filter(rule__in=rules) if slugs else ()
        return [row for row in rows if slugs.intersection(row.member_slugs)]

    def undecided(self):
        return self.present().filter(state=Disagreement.State.UNDECIDED)

    @transaction.atomic
    def replace(self, findings: Iterable[Finding]) -> None:
        """Update the disagreements of this queryset to these findings; editors' choices stay.

        A disagreement whose members have changed returns to undecided but still shows its reason.
        One that is no longer found is hidden, not deleted.
        """
        found = {finding.key: finding for finding in findings}
        changed = list(self.exclude(key__in=found).present().only("pk"))
        Disagreement.objects.filter(pk__in=[row.pk for row in changed]).update(present=False)
        kept = {row.key: row for row in Disagreement.objects.filter(key__in=found)}
        new = []
        for key, finding in found.items():
            row = kept.get(key) or Disagreement(key=key, rule=finding.rule)
            before = row.told()
            if row.fingerprint != finding.fingerprint:
                row.state = Disagreement.State.UNDECIDED
            row.fingerprint = finding.fingerprint
            row.members = [asdict(member) for member in finding.members]
            row.title, row.present = finding.title, True
            row.record_id = finding.record.pk if finding.record else None
            row.relation = finding.relation
            if row.pk is None:
                new.append(row)
            elif row.told() != before:
                row.save()
                changed.append(row)
        Disagreement.objects.bulk_create(new)
        if changed or new:
            rows_changed(*changed, *new)


class Disagreement(NaturalKey):
    """Rival values of the same thing, with the preferred value and the reason for it.

    A decision without a `choice` prefers none of them.
    """

    class Rule(models.TextChoices):
        CONTRADICTION = "contradiction", _("sources contradict each other")
        RIVAL_DATES = "rival_dates", _("the same event on different dates")
        ANNIVERSARY = "anniversary", _("an anniversary that does not match the date of the event")
        RIVAL_FIGURES = "rival_figures", _("different figures for the same period")
        SUM = "sum", _("a total that does not match its parts")
        GROWTH = "growth", _("a growth rate that does not match its figures")
        MAGNITUDE = "magnitude", _("a value off by a factor of a thousand or a million")
        RIVAL_ACTIONS = "rival_actions", _("the same step of a treaty on different dates")
        STATUS = "status", _("a stated status that does not follow from the steps")

    class State(models.TextChoices):
        UNDECIDED = "undecided", _("undecided")
        DECIDED = "decided", _("decided")

    KEY = ("key",)

    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    rule = models.CharField(_("rule"), max_length=16, choices=Rule, editable=False)
    title = models.CharField(_("subject"), editable=False)
    relation = models.ForeignKey(
        Relation, models.CASCADE, null=True, editable=False, related_name="disagreements"
    )
    record = models.ForeignKey(
        Record, models.CASCADE, null=True, editable=False, related_name="disagreements"
    )
    members = models.JSONField(_("conflicting values"), default=list, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    present = models.BooleanField(_("still found"), default=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.UNDECIDED, editable=False
    )
    choice = models.CharField(_("preferred"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["present", "state"], name="disagreement_present")]
        constraints = [
            models.CheckConstraint(
                name="disagreement_decided_with_reason",
                condition=Q(state="undecided") | ~Q(reason=""),
                violation_error_message=_("A decision needs a reason."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def member_slugs(self) -> list[str]:
        """The identifiers of the records among the rival values."""
        parts = (member["id"].partition(":") for member in self.members)
        return [slug for kind, _colon, slug in parts if kind == "record"]

    @property
    def values(self) -> list[dict]:
        """The rival values, each with the grade of its source in words and whether it is
        the preferred one."""
        decided, grades = self.state == self.State.DECIDED, dict(Source.Kind.choices)
        return [
            member
            | {
                "preferred": decided and member["id"] == self.choice,
                "grade": grades.get(member["grade"], ""),
            }
            for member in self.members
        ]

    @property
    def by_value(self) -> list[dict]:
        """The rival values, each once, with `members` (the sources that state it), their `count` in
        words, and whether it is the preferred one. The preferred value comes first, then the one
        with the most sources."""
        groups = {}
        for member in self.values:
            groups.setdefault(member["value"], []).append(member)
        found = [
            {
                "value": value,
                "members": members,
                "sources": len({row["source"] for row in members if row["source"]}),
                "preferred": any(row["preferred"] for row in members),
            }
            for value, members in groups.items()
        ]
        found.sort(key=lambda row: (not row["preferred"], -row["sources"]))
        for row in found:
            row["count"] = sources_in_words(row["sources"])
        return found

    @property
    def prefers_none(self) -> bool:
        """Whether editors have decided that none of the values is preferred."""
        return self.state == self.State.DECIDED and not self.choice

    @cached_property
    def earlier(self) -> "list[Decision]":
        """The decisions before the one whose reason is shown, the newest first."""
        rows = list(self.decisions.all())
        return rows[1:] if self.reason else rows

    def told(self) -> tuple:
        """The values that the rules set, to detect changes."""
        found = (self.fingerprint, self.members, self.title, self.present)
        return (self.pk, self.record_id, self.relation_id, *found)

    def rename_subject(self, old: str, new: str) -> None:
        """Follow its subject, which was merged with another record: the decision stays with it.

        If that record already has a disagreement with the new key, that one stands for both.
        """
        head, name = f"{self.rule}:{old}", f"{self.rule}:{new}"
        if self.key == head or self.key.startswith(f"{head}:"):
            key = (name + self.key.removeprefix(head))[:KEY_LENGTH]
            if not Disagreement.objects.filter(key=key).exists():
                self.key = key


class Decision(models.Model):
    """A decision of an editor on a disagreement, or its reopening, as the history shows it.

    The value itself is not copied, since it may quote a source.
    """

    disagreement = models.ForeignKey(Disagreement, models.CASCADE, related_name="decisions")
    state = models.CharField(_("state"), max_length=10, choices=Disagreement.State)
    choice = models.CharField(_("preferred"), max_length=300, blank=True)
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="decision_state_known", condition=Q(state__in=["undecided", "decided"])
            ),
            models.CheckConstraint(name="decision_with_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.in_words} · {self.reason}"

    @property
    def in_words(self) -> str:
        """What was decided: the value in words while it is one of the rivals."""
        if self.state == Disagreement.State.UNDECIDED:
            return gettext("reopened")
        if not self.choice:
            return gettext("none preferred")
        members = self.disagreement.members
        found = [member["value"] for member in members if member["id"] == self.choice]
        value = found[0] if found else gettext("a value that has changed since")
        return gettext("preferred: %s") % value
