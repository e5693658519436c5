"""Events in the relations of countries."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.models.record import Kind, Likeness, Record


class Event(Record):
    """Something that happened, was said, opened or begun.

    If a source calls a day or year an Nth anniversary, that is a separate event (`anniversary_of`,
    `anniversary`); the anniversaries themselves are computed from the first event.
    """

    class Type(models.TextChoices):
        RECOGNITION = "recognition", _("recognition")
        ESTABLISHMENT = "establishment", _("diplomatic relations established")
        ELEVATION = "elevation", _("diplomatic relations elevated")
        SUSPENSION = "suspension", _("diplomatic relations suspended")
        SEVERANCE = "severance", _("diplomatic relations severed")
        RESUMPTION = "resumption", _("diplomatic relations resumed")
        MISSION_OPENED = "mission_opened", _("mission opened")
        MISSION_MOVED = "mission_moved", _("mission moved")
        MISSION_CLOSED = "mission_closed", _("mission closed")
        CREDENTIALS = "credentials", _("credentials presented")
        PARTNERSHIP = "partnership", _("partnership level declared")
        SESSION = "session", _("session of a council or commission")
        MEETING = "meeting", _("meeting")
        SIGNING = "signing", _("signing ceremony")
        INSTITUTION_OPENED = "institution_opened", _("institution opened")
        JOINT_STATEMENT = "joint_statement", _("joint statement")
        AGREEMENT_IN_PRINCIPLE = "agreement_in_principle", _("agreement in principle")
        PROJECT = "project", _("project")
        STATEMENT = "statement", _("statement")
        COMMEMORATION = "commemoration", _("anniversary marked")

    # Types of events that happen only once between two countries.
    ONCE = (Type.ESTABLISHMENT, Type.RECOGNITION)

    KIND = Kind.EVENT
    TYPE_FIELD = "event_type"
    KEY_FIELDS = ("event_type", "date")
    LIKENESS = Likeness.TYPE_AND_DAY

    event_type = models.CharField(_("type"), max_length=24, choices=Type)
    place = models.CharField(_("place"), max_length=150, blank=True)
    anniversary = models.PositiveSmallIntegerField(
        _("which anniversary"), null=True, blank=True, help_text=_("30 for the thirtieth.")
    )
    anniversary_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commemorations",
        verbose_name=_("anniversary of"),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                name="event_anniversary_of_something",
                condition=Q(anniversary=None) | Q(anniversary_of__isnull=False),
                violation_error_message=_("Say which event it is an anniversary of."),
            )
        ]

    @property
    def is_singular(self):
        return self.event_type in self.ONCE

    def refuses(self, country):
        """A former state's anniversaries are still marked."""
        marked = self.event_type == self.Type.COMMEMORATION and country.ended_before(self.date)
        return "" if marked else super().refuses(country)

    def clean(self):
        super().clean()
        if self.pk and self.anniversary_of_id == self.pk:
            raise ValidationError(
                {"anniversary_of": _("An event is not an anniversary of itself.")}
            )
