"""The actions in a treaty's life."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf
from core.fields import BOUNDS, EdtfField
from core.related import related_rows
from relations.models import Kind, Record
from relations.models.record import RecordQuerySet
from sources.models import QUOTE_WORDS
from treaties.life import LEAVING, REVOCABLE, SIGNATURES, STATED
from treaties.models.party import Party


class ActionQuerySet(RecordQuerySet):
    def with_own_rows(self, all_rows=False):
        rows = super().with_own_rows(all_rows)
        return rows.prefetch_related("treaty__topics") if all_rows else rows


class TreatyAction(Record):
    """One step in the life of a treaty, by one party or by all.

    `date` is the day on which it was taken, `effective` the day on which it takes effect.
    Title and relation are derived from the treaty.
    """

    class Type(models.TextChoices):
        INITIALLING = "initialling", _("initialling")
        SIGNATURE = "signature", _("signature")
        DEFINITIVE_SIGNATURE = "definitive_signature", _("definitive signature")
        SIGNATURE_AD_REFERENDUM = "signature_ad_referendum", _("signature ad referendum")
        RATIFICATION = "ratification", _("ratification")
        ACCEPTANCE = "acceptance", _("acceptance")
        APPROVAL = "approval", _("approval")
        ACCESSION = "accession", _("accession")
        NOTIFICATION = "notification", _("notification of completed procedures")
        EXCHANGE = "exchange", _("exchange of instruments")
        DEPOSIT = "deposit", _("deposit of instruments")
        PROVISIONAL = "provisional", _("provisional application")
        ENTRY_INTO_FORCE = "entry_into_force", _("entry into force")
        RESERVATION = "reservation", _("reservation")
        DECLARATION = "declaration", _("declaration")
        OBJECTION = "objection", _("objection")
        AMENDMENT = "amendment", _("amendment")
        EXTENSION = "extension", _("extension or tacit renewal")
        SUSPENSION = "suspension", _("suspension")
        RESUMPTION = "resumption", _("resumption")
        DENUNCIATION = "denunciation", _("denunciation")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        TERMINATION = "termination", _("termination")
        EXPIRY = "expiry", _("expiry")
        SUPERSESSION = "supersession", _("supersession")
        SUCCESSION = "succession", _("succession")
        REVOCATION = "revocation", _("revocation of an earlier step")
        STATUS_STATED = "status_stated", _("status stated")
        REGISTRATION = "registration", _("registration")

    KIND = Kind.ACTION
    TYPE_FIELD = "action_type"
    KEY_FIELDS = ("action_type", "date")
    NAMED_BY = ("action_type", "party", "date")
    SUBJECT = ("treaty", "party")
    # Actions with the same values in these fields are duplicates.
    TWIN = (
        "treaty", "action_type", "party", "date", "effective", "status", "registration", "revokes",
    )  # fmt: skip
    FURTHER_LOOKUPS = ("party__country", "party__organization")
    LOOKUPS_OF_FILES = ("treaty__topics",)
    REGISTERED = ("registration", "volume", "page")
    LOADED = (*Record.LOADED, "treaty_id")
    # Steps that happen to a treaty, or are stated of it: no party has to exist for them.
    TAKEN_BY_NOBODY = frozenset(
        {Type.TERMINATION, Type.EXPIRY, Type.SUPERSESSION, Type.STATUS_STATED, Type.REGISTRATION}
    )

    treaty = models.ForeignKey(
        "treaties.Treaty", models.CASCADE, related_name="actions", verbose_name=_("treaty")
    )
    action_type = models.CharField(_("action"), max_length=24, choices=Type)
    party = models.ForeignKey(
        Party,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("party"),
        help_text=_("Blank: all parties."),
    )
    effective = EdtfField(_("effective on"), columns=BOUNDS)
    place = models.CharField(_("place"), max_length=150, blank=True)
    occasion = models.ForeignKey(
        Record,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions_on_occasion",
        verbose_name=_("occasion"),
        help_text=_("The visit or meeting at which it was taken."),
    )
    revokes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revocations",
        verbose_name=_("revokes"),
        help_text=_(
            "Only for a revocation: the notice, signature, consent, reservation or declaration "
            "that it revokes. Save that step first."
        ),
    )
    status = models.CharField(
        _("status stated"),
        max_length=16,
        choices=[(status.value, status.label) for status in STATED],
        blank=True,
        help_text=_("Only for a status that a source states, as of the date of this step."),
    )
    law = models.CharField(
        _("law or decree"),
        max_length=100,
        blank=True,
        help_text=_("The act by which a party completed its procedures, for example No. 173."),
    )
    text = models.TextField(
        _("text of the reservation or declaration"),
        blank=True,
        help_text=_("Shown in full only where the rights of a source that it cites allow it."),
    )
    registration = models.CharField(
        _("registration number"),
        max_length=12,
        blank=True,
        validators=[
            RegexValidator(
                r"^(I|II)-[1-9][0-9]{0,6}$",
                _("Part and number as the United Nations writes them, for example I-36510."),
            )
        ],
    )
    volume = models.PositiveIntegerField(_("volume"), null=True, blank=True)
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("treaty action")
        verbose_name_plural = _("treaty actions")
        indexes = [
            # Partial: few actions are registrations. Lists count the treaties that have one.
            models.Index(
                name="action_registrations",
                fields=["treaty"],
                condition=Q(action_type="registration"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="action_states_a_status",
                condition=Q(action_type="status_stated") & ~Q(status="")
                | ~Q(action_type="status_stated") & Q(status=""),
                violation_error_message=_(
                    "“Status stated” needs the status, and no other action has one."
                ),
            ),
            models.CheckConstraint(
                name="action_revokes_a_step",
                condition=Q(action_type="revocation", revokes__isnull=False)
                | ~Q(action_type="revocation") & Q(revokes=None),
                violation_error_message=_(
                    "A revocation needs the step that it revokes, and no other action has one."
                ),
            ),
            models.CheckConstraint(
                name="action_registration_alone_has_a_number",
                condition=Q(action_type="registration")
                | Q(registration="", volume=None, page=None),
                violation_error_message=_("Only a registration has number, volume and page."),
            ),
        ]

    def derive(self):
        super().derive()
        if self.treaty_id:
            self.title = f"{self.treaty}: {self.get_action_type_display()}"
            self.relation_id = self.treaty.relation_id

    def follow_treaty(self, treaty) -> bool:
        """Copy the title and pair of the treaty, saving any change. Return whether they changed."""
        self.treaty, before = treaty, (self.title, self.relation_id)
        self.derive()
        differs = (self.title, self.relation_id) != before
        if differs:
            self.save()
        return differs

    @classmethod
    def country_paths(cls):
        pair = "treaty__relation"
        return ("party__country", f"{pair}__country_a", f"{pair}__country_b")

    def countries(self):
        """The country that took the step; for a signature by all, both of a bilateral treaty."""
        if self.party_id:
            if self.party.country_id:
                yield "party", self.party.country
            return
        named = self.treaty_id or TreatyAction.treaty.is_cached(self)
        if named and self.treaty.relation and self.action_type in SIGNATURES:
            yield "date", self.treaty.relation.country_a
            yield "date", self.treaty.relation.country_b

    def refuses(self, country):
        """Steps that no party takes, such as an expiry, may follow the end of a state; a signature
        by all may be that of a successor's predecessor. A succession counts from its effect."""
        if self.action_type in self.TAKEN_BY_NOBODY:
            return ""
        if not self.party_id and country.began_after(self.date):
            return self.treaty.refuses(country)
        return country.refusal(self.counts_from(self.action_type, self.date, self.effective))

    @classmethod
    def counts_from(cls, kind: str, date: Edtf, effective: Edtf | str | None) -> Edtf:
        """The day on which the party of a step must have existed. A succession may be declared
        before the first day of the successor, and has effect from then."""
        # A form may have left text there that is no date.
        has_effect = isinstance(effective, Edtf) and effective
        return effective if kind == cls.Type.SUCCESSION and has_effect else date

    def clean(self):
        super().clean()
        if self.published_at and self.treaty_id and self.treaty.published_at is None:
            raise ValidationError(
                {"treaty": _("Readers have seen this step. Choose a treaty that they can see.")}
            )
        if self.party_id and self.treaty_id and self.party.treaty_id != self.treaty_id:
            raise ValidationError({"party": _("This is not a party to the treaty.")})
        if self.revokes_id and (why := self.cannot_revoke()):
            raise ValidationError({"revokes": why})
        if (
            self.effective
            and self.action_type in LEAVING
            and self.effective.certainly_before(self.date)
        ):
            raise ValidationError({"effective": _("It cannot take effect before its own date.")})

    def cannot_revoke(self) -> str:
        """Why this step cannot revoke the one that it names; empty if it can."""
        step = self.revokes
        if step.treaty_id != self.treaty_id:
            return _("This step belongs to another treaty.")
        if step.action_type not in REVOCABLE:
            return _(
                "Only a notice, signature, consent, reservation or declaration can be revoked."
            )
        # One of many can take back its own part in a signature or consent by all.
        together = step.party_id is None and step.action_type not in LEAVING
        if step.party_id != self.party_id and not (together and self.treaty.relation_id is None):
            return _("Only the party that took this step can revoke it: choose the same party.")
        if self.date.certainly_before(step.date):
            return _("It cannot be revoked before it was taken.")
        return ""

    @property
    def all_topics(self) -> list[str]:
        """The slugs of its topics, with those of its treaty."""
        rows = (*related_rows(self, "topics"), *related_rows(self.treaty, "topics"))
        return list(dict.fromkeys(topic.slug for topic in rows))

    @property
    def shown_text(self) -> str:
        """The text of a reservation or declaration, cut short without an open supporting source."""
        if len(self.text.split()) <= QUOTE_WORDS:
            return self.text
        cited = related_rows(self, "citations")
        if any(row.source.is_open for row in cited if row.stance == "supports"):
            return self.text
        return " ".join(self.text.split()[:QUOTE_WORDS]) + " …"
