"""Treaties, their parties, and the actions by which they live."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.models import Country, Kind, Organization, Record
from relations.models.participation import exactly_one
from relations.models.record import RecordQuerySet
from sources.fields import EarliestField, EdtfField, LatestField
from sources.models import Derived


class TreatyQuerySet(RecordQuerySet):
    def for_pages(self):
        return super().for_pages().prefetch_related("parties__country", "parties__organization")

    def whole(self):
        """Also with `life`: the published actions in the order in which they were taken."""
        life = TreatyAction.objects.published().whole().oldest_first()
        return super().whole().prefetch_related(models.Prefetch("actions", life, to_attr="life"))

    def of_pair(self, one, other):
        """Published treaties, bilateral and multilateral, to which both countries are parties."""
        return (
            self.published()
            .filter(pk__in=Party.objects.filter(country=one).values("treaty"))
            .filter(pk__in=Party.objects.filter(country=other).values("treaty"))
        )


class Treaty(Record):
    """An instrument between countries or organizations, under whatever name.

    `date` is the day under which the instrument is known, as a rule that of its signature.
    What happened to it, and so its status, follows from its actions.
    """

    class Instrument(models.TextChoices):
        TREATY = "treaty", _("treaty")
        AGREEMENT = "agreement", _("agreement")
        CONVENTION = "convention", _("convention")
        PROTOCOL = "protocol", _("protocol")
        DECLARATION = "declaration", _("declaration")
        MEMORANDUM = "memorandum", _("memorandum of understanding")
        EXCHANGE_OF_NOTES = "exchange_of_notes", _("exchange of notes")
        JOINT_STATEMENT = "joint_statement", _("joint statement")
        PROGRAMME = "programme", _("programme")
        ROADMAP = "roadmap", _("roadmap")
        DECISION = "decision", _("decision")
        CONTRACT = "contract", _("contract")
        OTHER = "other", _("other document")

    class Level(models.TextChoices):
        INTERSTATE = "interstate", _("interstate")
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental")
        INTERAGENCY = "interagency", _("interagency")
        UNKNOWN = "unknown", _("level not stated")

    class Binding(models.TextChoices):
        YES = "yes", _("binding")
        NO = "no", _("not binding")
        UNCLEAR = "unclear", _("unclear whether binding")

    KIND = Kind.TREATY
    TYPE_FIELD = "instrument"
    KEY_FIELDS = ("title", "date")
    CHILDREN = (*Record.CHILDREN, "parties", "actions")
    CITED_FIELDS = ("instrument", "level", "binding", "place", *Record.CITED_FIELDS)

    # Named, because an action, itself a record, calls its treaty "treaty".
    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_treaty"
    )
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.UNKNOWN)
    binding = models.CharField(_("binding"), max_length=8, choices=Binding, default=Binding.UNCLEAR)
    place = models.CharField(_("place"), max_length=150, blank=True)

    objects = TreatyQuerySet.as_manager()

    class Meta:
        verbose_name = _("treaty")
        verbose_name_plural = _("treaties")

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.parties.exclude(sort_key=self.sort_key).update(sort_key=self.sort_key)

    def together(self):
        """A treaty is published and withdrawn with its actions."""
        return [*self.actions.whole(), self]


class PartyQuerySet(models.QuerySet):
    def get_by_natural_key(self, treaty, kind, slug):
        return self.get(treaty__slug=treaty, **{f"{kind}__slug": slug})


class Party(Derived):
    """A country or organization that is party to a treaty."""

    KEY = ("treaty", "country", "organization")

    treaty = models.ForeignKey(Treaty, models.CASCADE, related_name="parties")
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="treaty_parties"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="treaty_parties"
    )
    role = models.CharField(_("role"), max_length=60, blank=True)
    as_stated = models.CharField(_("name as stated"), max_length=200, blank=True)
    # The treaty's own key, so that the treaties of a country are one walk along an index.
    sort_key = models.IntegerField(editable=False, default=0)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["treaty", "id"]
        indexes = [
            models.Index(fields=["country", "sort_key", "treaty"], name="party_country_treaties")
        ]
        constraints = [
            models.CheckConstraint(
                name="party_is_one",
                condition=exactly_one("country", "organization"),
                violation_error_message=_("Choose one: a country or an organization."),
            )
        ] + [
            models.UniqueConstraint(
                fields=["treaty", kind],
                condition=Q(**{f"{kind}__isnull": False}),
                name=f"party_{kind}_unique",
                violation_error_message=_("This party is there already."),
            )
            for kind in ("country", "organization")
        ]

    def __str__(self):
        return str(self.party)

    def derive(self):
        super().derive()
        if self.treaty_id:
            self.sort_key = self.treaty.sort_key

    @property
    def party(self):
        return self.country or self.organization

    def natural_key(self):
        kind = "country" if self.country_id else "organization"
        return (self.treaty.slug, kind, self.party.slug)


class TreatyAction(Record):
    """One step in the life of a treaty, by one party or by all.

    `date` is the day on which it was taken, `effective` the day from which it has effect.
    Title and relation follow from the treaty.
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
        DENUNCIATION = "denunciation", _("denunciation")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        TERMINATION = "termination", _("termination")
        EXPIRY = "expiry", _("expiry")
        SUPERSESSION = "supersession", _("supersession")
        SUCCESSION = "succession", _("succession")
        STATUS_STATED = "status_stated", _("status stated")
        REGISTRATION = "registration", _("registration")

    KIND = Kind.ACTION
    TYPE_FIELD = "action_type"
    KEY_FIELDS = ("action_type", "date")
    SHOWN_WITH = ("treaty", "party__country", "party__organization", "occasion")
    CITED_FIELDS = ("action_type", "party", "effective", "place", "occasion", *Record.CITED_FIELDS)

    treaty = models.ForeignKey(
        Treaty, models.CASCADE, related_name="actions", verbose_name=_("treaty")
    )
    action_type = models.CharField(_("action"), max_length=24, choices=Type)
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("party"),
        help_text=_("Blank: all parties."),
    )
    effective = EdtfField(_("effective on"))
    effective_earliest = EarliestField("effective")
    effective_latest = LatestField("effective")
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

    class Meta:
        verbose_name = _("treaty action")
        verbose_name_plural = _("treaty actions")

    def derive(self):
        super().derive()
        if self.treaty_id:
            self.title = f"{self.treaty}: {self.get_action_type_display()}"[:300]
            self.relation_id = self.treaty.relation_id
