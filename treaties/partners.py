"""How many treaties a country has with each other country, counted for all of them at once."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from relations.models import Country
from treaties.filters import SCOPE
from treaties.models import Party, Treaty, TreatyPeriod
from treaties.models.queries import superseded


def bilateral_treaties(country: Country) -> dict[int, int]:
    """The number of published bilateral treaties with each other country, by primary key. One
    query."""
    own = Treaty.objects.published().with_party(country).annotate(scope_key=SCOPE)
    return _by_partner(country, own.filter(scope_key="bilateral"))


def treaties_in_force(country: Country, on: date) -> dict[int, int]:
    """The number of published treaties, bilateral and multilateral, that are certainly in force
    between a country and each other country on a day, by primary key: those of `binding_on` for
    the two. One query."""
    own = TreatyPeriod.objects.filter(party=OuterRef("pk"))
    bound = TreatyPeriod.objects.bound(on).certain(on).filter(party=OuterRef("pk"))
    partner = OuterRef(OuterRef("country"))
    return _by_partner(
        country,
        Treaty.objects.published().binding_on(on, country),
        Q(~Exists(own)) | Q(Exists(bound)),
        ~Q(superseded(on, country, partner, sure=False, treaty="treaty")),
    )


def _by_partner(country: Country, treaties, *conditions: Q) -> dict[int, int]:
    """The number of these treaties by the primary key of their other parties that fulfil the
    conditions."""
    parties = Party.objects.bound().filter(
        *conditions, country__isnull=False, treaty__in=treaties.order_by().values("pk")
    )
    rows = parties.exclude(country=country).order_by().values_list("country")
    return dict(rows.annotate(count=Count("*")))
