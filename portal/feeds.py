"""Feeds of changes across domains: of everything, a pair, a country, an organization, a search."""

from functools import wraps

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import get_or_404, invalid_file_request
from core.exports import refuse_unknown
from core.page_scopes import shows
from portal.search import SearchForm
from portal.timeline import wider
from relations import scopes
from relations.feeds import concerning, feed, keys_of_all, newest_changes
from relations.models import Country, Kind, Organization, Record
from relations.pairs import of_pair
from relations.scopes import with_history
from search.models import Entry
from search.models import Kind as EntryKind
from trade.models import Figure
from treaties.models import Treaty


def without_parameters(view):
    """Decorate the view of a file that has no parameters: answer any with 400."""

    @wraps(view)
    def file(request, *args, form, **kwargs):
        asked = forms.Form(request.GET)
        refuse_unknown(asked)
        if not asked.is_valid():
            return invalid_file_request(form, asked)
        return view(request, *args, **kwargs)

    return file


def edited(figures):
    """Figures with a version. Those of imported lists have none until somebody changes them: there
    may be millions, published in one go."""
    return figures.exclude(version=0)


@require_safe
@without_parameters
def everything(request):
    """The newest changes of all records and figures."""
    changes = newest_changes(Record.objects.all(), edited(Figure.objects.all()))
    return feed(request, _("All changes"), reverse("portal:home"), changes)


@shows(with_history(scopes.of_pair))
@require_safe
@of_pair
@without_parameters
def pair(request, found):
    """The newest changes of a pair's records and figures, and of records that concern both of its
    countries."""
    sides = (found.country_a, found.country_b)
    of_both = [*wider(found), Treaty.objects.with_many_of(*sides)]
    if found.pk:
        of_both.append(Record.objects.filter(relation=found))
    records = Record.objects.filter(pk__in=keys_of_all(of_both))
    changes = newest_changes(records, edited(Figure.objects.between(*sides)))
    return feed(request, str(found), found.get_absolute_url(), changes)


@shows(with_history(scopes.of_country))
@require_safe
@without_parameters
def country(request, slug):
    """The newest changes of a country's records and figures."""
    found = get_or_404(Country.objects.all(), slug=slug)
    figures = [Figure.objects.filter(**{f"{side}_country": found}) for side in ("from", "to")]
    figures = Figure.objects.filter(pk__in=keys_of_all(list(map(edited, figures))))
    changes = newest_changes(concerning(found), figures)
    return feed(request, str(found), found.get_absolute_url(), changes)


@require_safe
@without_parameters
def organization(request, slug):
    """The newest changes of the records of an organization."""
    found = get_or_404(Organization.objects.public(), slug=slug)
    return feed(request, str(found), found.get_absolute_url(), newest_changes(concerning(found)))


@require_safe
def search(request, form):
    """The newest changes of the records and figures that a search finds."""
    asked = SearchForm(request.GET)
    refuse_unknown(asked, *asked.in_files)
    if not asked.is_valid():
        return invalid_file_request(form, asked)
    found = Entry.objects.matching(asked.search.match).values("row")
    records = Record.objects.filter(pk__in=found.filter(kind__in=Kind.values))
    figures = Figure.objects.filter(pk__in=found.filter(kind=EntryKind.FIGURE))
    changes = () if asked.is_empty else newest_changes(records, edited(figures))
    query = urlencode(
        [(name, value) for name in asked.in_files for value in request.GET.getlist(name)]
    )
    page = reverse("portal:search")
    words = asked.query.text.strip()
    title = _("Search: %(words)s") % {"words": words} if words else _("Search")
    return feed(request, title, f"{page}?{query}" if query else page, changes)
