"""Find the pair of countries at an address: every two countries have a page."""

from functools import wraps

from django.db.models import QuerySet
from django.http import Http404, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _

from core.page_scopes import shows
from relations import scopes
from relations.models import Country, Office, Participation, Person, Relation


def find_pair(slug: str) -> Relation:
    """The relation at an address, with its countries in either order.

    A pair that is not saved yet gives an unsaved Relation; its slug is its canonical address.
    Raises Http404 if the address does not name two countries.
    """
    kept = Relation.objects.with_countries().filter(slug=slug).first()
    if kept:
        return kept
    names = scopes.halves(slug)
    found = Country.objects.filter(slug__in={name for pair in names for name in pair})
    countries = {row.slug: row for row in found}
    for one, other in names:
        if one in countries and other in countries and one != other:
            return relation_of(countries[one], countries[other])
    raise Http404(_("No pair of countries has this address: %(slug)s.") % {"slug": slug})


def relation_of(one: Country, other: Country) -> Relation:
    """The relation of two different countries, saved or not; see find_pair."""
    kept = Relation.objects.with_countries().between(one, other).first()
    return kept or Relation.of(one, other)


def of_pair(view):
    """Decorate a view of a pair: pass it the relation instead of the slug, and redirect other
    addresses of the pair to its canonical one."""

    @wraps(view)
    def page(request, slug, **kwargs):
        pair = find_pair(slug)
        if pair.slug != slug:
            return to_canonical(request, slug, pair)
        return view(request, pair, **kwargs)

    return shows(scopes.of_pair)(page)


def to_canonical(request, slug: str, pair: Relation) -> HttpResponsePermanentRedirect:
    """A redirect to the same page, file and query at the pair's canonical address."""
    address = request.get_full_path().replace(f"/{slug}", f"/{pair.slug}", 1)
    return HttpResponsePermanentRedirect(address)


def people_of(pair: Relation) -> QuerySet:
    """The people who take part in published records of a pair, or held an office of one of its
    countries while both existed."""
    people = Office.objects.of_countries(pair.country_a, pair.country_b)
    people = people.order_by().values("person")
    if pair.pk:
        taking_part = Participation.objects.filter(relation=pair.pk, person__isnull=False)
        people = taking_part.order_by().values("person").union(people)
    return Person.objects.filter(pk__in=people)
