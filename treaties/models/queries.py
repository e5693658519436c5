"""Queries for treaties: by party, by their dates, and by their status on a day."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Right, RowNumber
from django.db.models.lookups import Exact, In

from relations.models.country import common_days
from relations.models.record import PAIR, RecordQuerySet
from treaties.life import SIGNATURES, Status
from treaties.models.action import TreatyAction
from treaties.models.link import TreatyLink
from treaties.models.party import Party
from treaties.models.period import TreatyPeriod

# A treaty is bilateral if it is of a pair, or by its instrument, as an investment treaty is with an
# economic union.
SCOPE = Case(
    When(Q(relation__isnull=False) | Q(instrument="bit"), then=Value("bilateral")),
    default=Value("multilateral"),
)


class TreatyQuerySet(RecordQuerySet):
    LINKED = (
        "links__target", "links__source", "links__passage", "texts__source", "texts__passage",
    )  # fmt: skip

    def with_own_rows(self, all_rows=False):
        """Also prefetch the parties; with `all_rows`, also `life` (the published actions, oldest
        first), the periods, the links to earlier treaties and the texts."""
        rows = super().with_own_rows(all_rows)
        rows = rows.prefetch_related("parties__country", "parties__organization")
        if not all_rows:
            return rows
        life = TreatyAction.objects.published().with_related().oldest_first()
        # Joined: fetched by themselves, more than a thousand parties are too many for SQLite.
        periods = TreatyPeriod.objects.select_related("party__country", "party__organization")
        return rows.prefetch_related(
            *self.LINKED,
            models.Prefetch("actions", life, to_attr="life"),
            models.Prefetch("periods", periods),
        )

    def with_actions(self):
        """Also prefetch all actions, public or not, the links and the texts."""
        # Not joined: hundreds of steps share a treaty, a pair and parties.
        shared = ("party__country", "party__organization", "occasion", "revokes")
        steps = TreatyAction.objects.prefetch_related(*PAIR, *shared, *self.SHOWN, *self.HELD)
        steps = models.Prefetch("actions", steps)
        return self.for_pages().prefetch_related(*self.HELD, *self.LINKED, steps)

    def of_pair(self, one, other):
        """Published treaties, bilateral and multilateral, to which both countries are parties,
        possibly at the same time."""
        own = apps.get_model("treaties", "Treaty").objects.between(one, other).order_by()
        for country in (one, other):
            bound = Party.objects.bound().filter(country=country, treaty=OuterRef("pk"))
            own = own.filter(Exists(bound))
        # Found by its pair, or by its parties if it has none: a country is party to thousands.
        keys = own.values("pk").union(_of_many(one, other), all=True)
        return self.published().filter(~_apart(one, other), pk__in=keys)

    def with_many_of(self, one, other):
        """Published multilateral treaties to which both countries are parties, as in `of_pair`."""
        return self.published().filter(~_apart(one, other), pk__in=_of_many(one, other))

    def with_party(self, party):
        """Treaties to which a country is a party."""
        return self.filter(pk__in=Party.objects.bound().filter(country=party).values("treaty"))

    def with_registration(self):
        """Annotate `registered_key`: "yes" if a treaty has a published registration, else "no"."""
        rows = TreatyAction.objects.published().filter(
            action_type=TreatyAction.Type.REGISTRATION, treaty=OuterRef("pk")
        )
        return self.annotate(
            registered_key=Case(When(Exists(rows), then=Value("yes")), default=Value("no"))
        )

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

    def possibly_concluded(self, on: date):
        """Treaties that were not certainly concluded after a day: their own date, or the first step
        of theirs or of a party, possibly lies before it or on it. Annotate `surely_concluded`:
        whether one of these certainly does.

        A date that is unknown, approximate or uncertain is never certainly after a day. A treaty
        with neither a date nor a dated step stays.
        """
        begun = TreatyPeriod.objects.filter(treaty=OuterRef("pk"))
        later = Q(date_earliest__gt=on) & _is_definite("date")
        known = later | Q(date="") & Exists(begun)
        vague = Q(position=0) & ~_is_definite("start")
        possible = Exists(begun.filter(Q(first__lte=on) | vague))
        steps = TreatyAction.objects.published().filter(treaty=OuterRef("pk"))
        earlier = Q(date_latest__lte=on) & _is_definite("date")
        sure = Case(
            When(earlier | Exists(steps.filter(earlier)), then=Value(True)), default=Value(False)
        )
        return self.exclude(known & ~Q(possible)).annotate(surely_concluded=sure)

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


def _is_definite(name: str) -> Q:
    """The condition that a date is neither approximate nor uncertain."""
    return ~Q(In(Right(name, 1), ["~", "?", "%"]))


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
    treaties = apps.get_model("treaties", "Treaty").objects.published()
    later = treaties.filter(links__target=OuterRef("pk"), links__link_type__in=TreatyLink.ENDING)
    for country in (one, other):
        later = later.filter(_binding(on, country, sure=sure))
    return Exists(later)


def _of_many(one, other):
    """The keys of the multilateral treaties to which both countries are parties."""
    # SQLite uses the index on `multilateral` for IN, but not for a column that stands alone.
    parties = Party.objects.bound().filter(multilateral__in=[True]).order_by()
    of_other = parties.filter(country=other).values("treaty")
    # Nested, so that only the few treaties of both countries are looked up by primary key.
    return parties.filter(country=one, treaty__in=of_other).values("treaty")


def _apart(one, other) -> Q:
    """The condition on a treaty that two countries were never parties to it at the same time: one
    had left it before the other joined, or they never existed together."""
    if common_days([one, other]) is None:
        # This is true of all treaties.
        return ~Q(pk__in=())
    # By the treaty of the party, so that of all periods of a treaty only those of the two are read.
    own = TreatyPeriod.objects.filter(party__treaty=OuterRef("pk"))
    others = TreatyPeriod.objects.as_party(other).filter(
        party__treaty=OuterRef("party__treaty"),
        first__lte=OuterRef("last"),
        last__gte=OuterRef("first"),
    )
    together = own.as_party(one).filter(Exists(others))
    both = [Q(Exists(own.filter(party__country=country))) for country in (one, other)]
    return both[0] & both[1] & ~Q(Exists(together))
