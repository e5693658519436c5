"""Treaties, and the periods derived from their actions."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.bulk import insert
from core.changes import rows_changed
from relations.duplicates import same_day
from relations.models import Disagreement, Kind, Record, State
from relations.models.publishable import PublicationRefused
from relations.publication import update_derived
from treaties.instruments import spelled_out, without_instruments
from treaties.life import Status, in_words
from treaties.models.action import TreatyAction
from treaties.models.link import TreatyLink
from treaties.models.period import TreatyPeriod, as_values, computed
from treaties.models.queries import TreatyQuerySet
from treaties.rules import ONCE, impossible_orders, mismatch, treaty_findings


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
    # Investment treaties and their likes are mostly agreements or treaties by their titles.
    BY_SUBJECT = (Instrument.INVESTMENT_TREATY, Instrument.INVESTMENT_PROVISIONS)
    PLAIN = (Instrument.AGREEMENT, Instrument.TREATY, Instrument.CONVENTION)

    # The default related name, "treaty", would clash with the field of TreatyAction.
    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_treaty"
    )
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.UNKNOWN)
    binding = models.CharField(_("binding"), max_length=8, choices=Binding, default=Binding.UNCLEAR)
    place = models.CharField(_("place"), max_length=150, blank=True)
    force_days = models.PositiveSmallIntegerField(
        _("entry into force after the later notification (days)"),
        null=True,
        blank=True,
        help_text=_("As stated in the clause on entry into force; 0 for the same day."),
    )
    term_years = models.PositiveSmallIntegerField(
        _("fixed term (years)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    renewal_years = models.PositiveSmallIntegerField(
        _("renewal period (years)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    notice_months = models.PositiveSmallIntegerField(
        _("notice of denunciation (months)"), null=True, blank=True
    )
    last_day_counts = models.BooleanField(
        _("last day included"),
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

    def may_have_type_of(self, other):
        types = {self.instrument, other.instrument}
        plain = types & {*self.BY_SUBJECT} and types & {*self.PLAIN}
        return len(types) == 1 or self.Instrument.OTHER in types or bool(plain)

    @property
    def compared_title(self):
        """Its subject: the title without the words that name instruments."""
        return without_instruments(spelled_out(self.title))

    @classmethod
    def steps_by_day(cls, pks):
        rows = TreatyAction.objects.exclude(state=State.WITHDRAWN)
        rows = rows.exclude(action_type=TreatyAction.Type.STATUS_STATED)
        found = {}
        for pk, kind, day in rows.filter(treaty__in=pks).values_list(
            "treaty", "action_type", "date"
        ):
            if same_day(day, day):
                found.setdefault(pk, set()).add((kind, str(day)))
        return found

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
            return str(_("entry into force unknown"))
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
            if step.party_id:
                step.party.treaty = self
        super().check_sound(records)
        if messages := impossible_orders(steps):
            raise PublicationRefused(messages)

    @classmethod
    def findings(cls, records):
        doubtful = in_doubt(row.pk for row in records)
        for treaty in cls.objects.filter(pk__in=doubtful).with_related():
            yield from treaty_findings(treaty)

    def update_periods(self) -> int:
        """Derive its periods from its published actions, as the function `update_periods` does."""
        return update_periods([self.pk])


def in_doubt(pks: Iterable[int]) -> set[int]:
    """Those of these treaties that the rules may find something about: one that takes a step twice,
    or whose stated status its periods do not allow."""
    steps = TreatyAction.objects.published().filter(treaty__in=list(pks)).order_by()
    known, found, stated = set(), set(), []
    for row in steps.values_list("treaty", "action_type", "party", "date", "status", named=True):
        if row.action_type == TreatyAction.Type.STATUS_STATED:
            stated.append(row)
        elif row.action_type in ONCE:
            step = (row.treaty, row.action_type, row.party)
            if step in known:
                found.add(row.treaty)
            known.add(step)
    periods, of_treaties = defaultdict(list), [row.treaty for row in stated]
    kept = TreatyPeriod.objects.filter(treaty__in=of_treaties, party=None).order_by("position")
    for row in kept.values_list("treaty", "status", "first", "last", named=True):
        periods[row.treaty].append(row)
    return found | {row.treaty for row in stated if mismatch(row, periods[row.treaty])}


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
        # The parties of a treaty may have changed without its periods.
        changing = waiting if waiting == seen else done
        TreatyPeriod.objects.filter(treaty__in=done).delete()
        insert(row for of_treaty in rows.values() for row in of_treaty)
        if rows:
            rows_changed(*rows)
        ended = TreatyLink.objects.filter(treaty__in=changing, link_type__in=TreatyLink.ENDING)
        waiting = set(ended.values_list("target", flat=True)) - seen if changing else set()
    return changed
