"""Treaties, with queries for their status on a day."""

from collections.abc import Iterable
from datetime import date

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import BaseVersion
from relations.models import Disagreement, Kind, Record
from relations.models.publishable import PublicationRefused
from relations.models.record import RecordQuerySet
from relations.publication import update_derived
from treaties.life import SIGNATURES, Status, in_words
from treaties.models.action import TreatyAction
from treaties.models.link import TreatyLink
from treaties.models.party import Party
from treaties.models.period import TreatyPeriod, apart, as_values, computed
from treaties.rules import impossible_orders, treaty_findings


class TreatyQuerySet(RecordQuerySet):
    def for_pages(self):
        return super().for_pages().prefetch_related("parties__country", "parties__organization")

    def with_related(self):
        """Also prefetch `life` (the published actions, oldest first), the periods, the links to
        earlier treaties and the texts."""
        life = TreatyAction.objects.published().with_related().oldest_first()
        return self._with_children().prefetch_related(
            models.Prefetch("actions", life, to_attr="life"),
            "periods__party__country",
            "periods__party__organization",
        )

    def _with_children(self):
        names = ("links__target", "links__source", "links__passage", "texts__source")
        return super().with_related().prefetch_related(*names, "texts__passage")

    def with_actions(self):
        """Also prefetch all actions, public or not, the links and the texts."""
        steps = TreatyAction.objects.with_related()
        return self._with_children().prefetch_related(models.Prefetch("actions", steps))

    def of_pair(self, one, other):
        """Published treaties, bilateral and multilateral, to which both countries are parties,
        possibly at the same time."""
        return self._joined_by(Party.objects.bound(), one, other)

    def with_many_of(self, one, other):
        """Published multilateral treaties to which both countries are parties, as in `of_pair`."""
        return self._joined_by(Party.objects.bound().filter(multilateral=True), one, other)

    def _joined_by(self, parties, one, other):
        # Nested, so that only the few treaties of both countries are looked up by primary key.
        of_other = parties.filter(country=other).values("treaty")
        of_both = parties.filter(country=one, treaty__in=of_other).values("treaty")
        return self.published().filter(~apart(one, other), pk__in=of_both)

    def with_party(self, party):
        """Treaties to which a country is a party."""
        return self.filter(pk__in=Party.objects.bound().filter(country=party).values("treaty"))

    def with_registration(self):
        """Annotate `registered_key`: "yes" if a treaty has a published registration, else "no"."""
        rows = _registrations().filter(treaty=OuterRef("pk"))
        return self.annotate(
            registered_key=Case(When(Exists(rows), then=Value("yes")), default=Value("no"))
        )

    def registered(self):
        """Treaties with a published registration."""
        return self.filter(pk__in=_registrations().values("treaty"))

    def signed_between(self, first: date | None, last: date | None):
        """Treaties with a signature that is possibly dated from first to last (None: no limit)."""
        rows = TreatyAction.objects.published().filter(action_type__in=SIGNATURES)
        if first:
            rows = rows.filter(
                Q(date_latest__gte=first) | Q(date_latest=None, date_earliest__isnull=False)
            )
        if last:
            rows = rows.filter(
                Q(date_earliest__lte=last) | Q(date_earliest=None, date_latest__isnull=False)
            )
        return self.filter(pk__in=rows.values("treaty"))

    def in_force(self, on: date):
        """Treaties that are certainly in force as a whole on a day."""
        return self.filter(_binding(on, sure=True))

    def possibly_in_force(self, on: date):
        """Treaties that are possibly, but not certainly, in force as a whole on a day."""
        return self.filter(_binding(on, sure=False) & ~_binding(on, sure=True))

    def in_force_within(self, first: date, last: date):
        """Treaties that are possibly in force on some day from first to last."""
        rows = TreatyPeriod.objects.filter(
            party=None, status=Status.IN_FORCE, first__lte=last, last__gte=first
        )
        return self.filter(pk__in=rows.values("treaty"))

    def binding_on(self, on: date, *countries):
        """Treaties that are certainly in force on a day and bind each of these countries then.

        A party with periods of its own (it acceded, withdrew, succeeded ...) is bound in those;
        any other party is bound while the treaty as a whole is in force.
        """
        return self.filter(_binding(on, *countries, sure=True))

    def possibly_binding_on(self, on: date, *countries):
        """Treaties that possibly, but not certainly, bind these countries on a day."""
        sure = _binding(on, *countries, sure=True)
        return self.filter(_binding(on, *countries, sure=False) & ~sure)

    def with_status(self, on: date, *countries):
        """Annotate `status` on a day (empty before the first known step), `certain`, `known_on`
        (the day on which it was last known, if any) and the day itself as `on`. If several
        statuses are possible, the certain one counts, or else the latest.

        With countries, the status is that between them: of the first that the treaty does not
        bind on that day (empty if it was not a party yet), or else of the treaty as a whole. It is
        certain if the treaty certainly binds each of them.
        """
        periods = TreatyPeriod.objects.filter(treaty=OuterRef("pk"))
        covering = periods.covering(on).order_by("-sure", "-position")
        cases = {name: [] for name in ("status", "certain", "known_on")}
        perhaps_bound, last_known = [], []
        for country in countries:
            own = _best(covering.filter(party__country=country))
            alone = Exists(periods.filter(party__country=country))
            not_bound = Q(alone) & ~Q(Exact(own["status"], Value(Status.IN_FORCE.value)))
            for name, found in cases.items():
                found.append(When(not_bound, then=own[name]))
            unsure = Q(alone) & Q(Exact(own["certain"], Value(False)))
            perhaps_bound.append(When(unsure, then=Value(False)))
            known = Q(alone) & ~Q(Exact(own["known_on"], Value("")))
            last_known.append(When(known, then=own["known_on"]))
        if len(countries) == 2:
            later = Q(_superseded(on, *countries, sure=True))
            for name, value in (("status", Status.SUPERSEDED.value), ("certain", True)):
                cases[name].append(When(later, then=Value(value)))
            cases["known_on"].append(When(later, then=Value("")))
            perhaps = Q(_superseded(on, *countries, sure=False))
            cases["certain"].append(When(perhaps, then=Value(False)))
        cases["certain"] += perhaps_bound
        cases["known_on"] += last_known
        whole = _best(covering.filter(party=None))
        scope = ("treaty", "party", "pair")[len(countries)]
        return self.annotate(
            **{name: Case(*found, default=whole[name]) for name, found in cases.items()},
            on=Value(on, output_field=models.DateField()),
            status_scope=Value(scope),
        )

    def standings(self, on: date, *countries):
        """The status on a day and whether it is certain, for each treaty that has one; chosen as
        in `with_status`, but for treaties as a whole in a single pass over the periods."""
        if countries:
            rows = self.with_status(on, *countries).exclude(status="")
            return rows.values_list("status", "certain")
        of_each = Window(
            RowNumber(), partition_by="treaty", order_by=[F("sure").desc(), F("position").desc()]
        )
        periods = TreatyPeriod.objects.filter(party=None, treaty__in=self.values("pk"))
        best = periods.covering(on).order_by().annotate(place=of_each).filter(place=1)
        return best.values_list("status", "sure")

    def entering_force(self):
        """Annotate `force_key`, to sort by: the first day possibly in force, or null if unknown."""
        first = TreatyPeriod.objects.filter(
            treaty=OuterRef("pk"), party=None, status=Status.IN_FORCE
        ).order_by("position")
        return self.annotate(force_key=Subquery(first.values("first")[:1]))


def _best(covering) -> dict:
    """Expressions for the status, its certainty and the day on which it was last known, from the
    first of the periods that cover a day."""
    return {
        "status": Coalesce(Subquery(covering.values("status")[:1]), Value("")),
        "certain": Coalesce(
            Subquery(covering.values("sure")[:1]),
            Value(False),
            output_field=models.BooleanField(),
        ),
        "known_on": Subquery(covering.values("known_on")[:1]),
    }


def _registrations():
    return TreatyAction.objects.published().filter(action_type=TreatyAction.Type.REGISTRATION)


def _binding(on: date, *countries, sure: bool) -> Q:
    """The condition that a treaty is in force on a day and binds each of these countries."""

    def holds(periods) -> Exists:
        return Exists((periods.certain(on) if sure else periods).filter(treaty=OuterRef("pk")))

    condition = Q(holds(TreatyPeriod.objects.in_force(on)))
    for country in countries:
        party = Party.objects.bound().filter(country=country, treaty=OuterRef("pk"))
        own = TreatyPeriod.objects.filter(party__country=country, treaty=OuterRef("pk"))
        bound = holds(TreatyPeriod.objects.bound(on).filter(party__country=country))
        condition &= Q(Exists(party)) & (Q(~Exists(own)) | Q(bound))
    if len(countries) == 2:
        condition &= ~Q(_superseded(on, *countries, sure=not sure))
    return condition


def _superseded(on: date, one, other, sure: bool) -> Exists:
    """The condition that a later treaty that ends a treaty binds both countries on a day."""
    later = Treaty.objects.published().filter(
        links__target=OuterRef("pk"), links__link_type__in=TreatyLink.ENDING
    )
    for country in (one, other):
        later = later.filter(_binding(on, country, sure=sure))
    return Exists(later)


class Treaty(Record):
    """An instrument between countries or organizations, under whatever name.

    `date` is the date by which the instrument is known, usually that of its signature.
    Its status is derived from its actions.
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
        ARRANGEMENT = "arrangement", _("arrangement")
        AGREED_MINUTES = "agreed_minutes", _("agreed minutes")
        AMENDMENT = "amendment", _("amendment")
        ACT = "act", _("act or final act")
        CONSTITUTION = "constitution", _("constitution, charter or statute")
        REGULATIONS = "regulations", _("regulations")
        INVESTMENT_TREATY = "bit", _("bilateral investment treaty")
        INVESTMENT_PROVISIONS = "tip", _("treaty with investment provisions")
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
    CHILDREN = (*Record.CHILDREN, "parties", "actions", "links", "texts")
    # Terms: duration, renewal, notice.
    TERMS = ("force_days", "term_years", "renewal_years", "notice_months", "last_day_counts")
    PARTICIPATIONS = "parties"

    # The default related name, "treaty", would clash with the field of TreatyAction.
    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_treaty"
    )
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.UNKNOWN)
    binding = models.CharField(_("binding"), max_length=8, choices=Binding, default=Binding.UNCLEAR)
    place = models.CharField(_("place"), max_length=150, blank=True)
    force_days = models.PositiveSmallIntegerField(
        _("in force after the later notification (days)"),
        null=True,
        blank=True,
        help_text=_("As its clause on entry into force says; 0 for the same day."),
    )
    term_years = models.PositiveSmallIntegerField(
        _("fixed term (years)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    renewal_years = models.PositiveSmallIntegerField(
        _("renews itself for (years)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    notice_months = models.PositiveSmallIntegerField(
        _("notice of denunciation (months)"), null=True, blank=True
    )
    last_day_counts = models.BooleanField(
        _("last day counts"),
        default=False,
        help_text=_(
            "Whether the text keeps the treaty in force on the last day of a term or notice: the "
            "same day as the first, years or months later. If the text is silent, it does not."
        ),
    )

    objects = TreatyQuerySet.as_manager()

    class Meta:
        verbose_name = _("treaty")
        verbose_name_plural = _("treaties")
        constraints = [
            models.CheckConstraint(
                name="treaty_terms_are_years",
                condition=(Q(term_years=None) | Q(term_years__gte=1))
                & (Q(renewal_years=None) | Q(renewal_years__gte=1)),
                violation_error_message=_("A term is at least one year."),
            )
        ]

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Also update the values that its parties and actions derive from it."""
        new = self._state.adding
        super().save(*args, **kwargs)
        if new:
            return
        shared = {"sort_key": self.sort_key, "multilateral": self.relation_id is None}
        self.parties.exclude(**shared).update(**shared)
        steps = list(TreatyAction.objects.filter(treaty=self))
        moved = [step for step in steps if step.follow_treaty(self)]
        update_derived([step for step in moved if step.is_public])

    @property
    def is_known_by_day(self):
        return self.instrument == self.Instrument.INVESTMENT_TREATY

    @property
    def term_in_words(self) -> str:
        """Its fixed term and its renewal period."""
        term, renewal = self.term_years, self.renewal_years
        parts = []
        if term:
            parts.append(ngettext("%d year", "%d years", term) % term)
        if renewal:
            one, more = "renews itself for %d year", "renews itself for %d years at a time"
            parts.append(ngettext(one, more, renewal) % renewal)
        return ", ".join(parts)

    @property
    def status_in_words(self) -> str:
        """The status of a treaty fetched by `with_status`."""
        of_party = self.status_scope != "treaty"
        return in_words(self.status, self.certain, self.known_on, self.on, of_party)

    @property
    def status_today(self) -> str:
        """The same, for an entry of a timeline."""
        if self.status == Status.SIGNED_UNKNOWN and not self.known_on:
            return str(_("entry into force not known"))
        return str(_("today %(status)s") % {"status": self.status_in_words})

    def refuses(self, country):
        """A party may have come later: to a treaty of many by its consent, to a treaty of two as
        the successor of a party."""
        joined = country.began_after(self.date) and (
            self.relation is None or country.had_predecessor_on(self.date)
        )
        return "" if joined else country.refusal(self.date)

    def check_sound(self, records):
        """Also raise PublicationRefused if the order of actions in one source is impossible."""
        steps = [row for row in records if row is not self]
        for step in steps:
            step.treaty = self
        super().check_sound(records)
        if messages := impossible_orders(steps):
            raise PublicationRefused(messages)

    @classmethod
    def findings(cls, records):
        for treaty in cls.objects.filter(pk__in=[row.pk for row in records]).with_related():
            yield from treaty_findings(treaty)

    def update_periods(self) -> int:
        """Derive its periods from its published actions, as the function `update_periods` does."""
        return update_periods([self.pk])


# The relations from which periods are derived; `with_steps` prefetches them.
STEPS = (
    "parties__country", "actions__revokes", "periods", "links_in__treaty__periods",
    "links_in__treaty__parties",
)  # fmt: skip


def with_steps(pks: Iterable[int]) -> list[Treaty]:
    """Treaties with all data that periods are derived from, in a constant number of queries."""
    treaties = list(Treaty.objects.filter(pk__in=pks).prefetch_related(*STEPS))
    decided = Disagreement.objects.filter(
        rule=Disagreement.Rule.RIVAL_ACTIONS,
        state=Disagreement.State.DECIDED,
        present=True,
        record__in=[treaty.pk for treaty in treaties],
    )
    beaten = {}
    for row in decided:
        beaten.setdefault(row.record_id, set()).update(
            member["id"].removeprefix("record:")
            for member in row.members
            if member["id"] != row.choice
        )
    for treaty in treaties:
        treaty.beaten = beaten.get(treaty.pk, set())
    return treaties


def outdated_periods(pks: Iterable[int]) -> dict[Treaty, list[TreatyPeriod]]:
    """The treaties whose stored periods differ from those derived from their actions, with the
    derived periods."""
    rows = {treaty: computed(treaty) for treaty in with_steps(pks)}
    return {
        treaty: new
        for treaty, new in rows.items()
        if as_values(treaty.periods.all()) != as_values(new)
    }


@transaction.atomic
def update_periods(pks: Iterable[int]) -> int:
    """Derive the periods of these treaties from their published actions, then those of the
    treaties that they end. Return the number of changed treaties.

    Only this function writes periods.
    """
    changed, waiting, seen = 0, set(pks), set()
    while waiting:
        seen |= waiting
        rows = outdated_periods(waiting)
        done = [treaty.pk for treaty in rows]
        changed += len(done)
        if done:
            BaseVersion.objects.step()
        # The parties of a treaty may have changed without its periods.
        changing = waiting if waiting == seen else done
        TreatyPeriod.objects.filter(treaty__in=done).delete()
        TreatyPeriod.objects.bulk_create(row for of_treaty in rows.values() for row in of_treaty)
        ended = TreatyLink.objects.filter(treaty__in=changing, link_type__in=TreatyLink.ENDING)
        waiting = set(ended.values_list("target", flat=True)) - seen if changing else set()
    return changed
