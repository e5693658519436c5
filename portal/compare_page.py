"""The page that compares pairs: which pairs an address names, and the page with its files."""

from dataclasses import dataclass, field

from django.core.validators import slug_re
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import invalid_file_request
from core.exports import download, file_name, refuse_unknown
from core.parameters import accepts
from portal.compare import charts, compared
from portal.forms import CompareForm
from portal.suggestions import LONGEST, named_pair
from relations.models import Country, Relation
from relations.pairs import find_pair

MOST = 6
# The longest address of a pair.
SLUG_LENGTH = 2 * Country.SLUG_LENGTH + 1


@dataclass(slots=True)
class Asked:
    """The pairs that an address names, in order, and what is wrong with it."""

    pairs: list[Relation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def slugs(self) -> list[str]:
        return [pair.slug for pair in self.pairs]


def read_pairs(query: QueryDict) -> Asked:
    """Read the pairs of `pair` parameters; a pair may be given with its countries in either
    order."""
    asked, slugs = Asked(), list(filter(None, query.getlist("pair")))
    if len(slugs) > MOST:
        words = _("At most %(most)d pairs can be compared; these are the first of %(all)d.")
        asked.problems.append(words % {"most": MOST, "all": len(slugs)})
    for slug in slugs[:MOST]:
        pair = known_pair(slug)
        if pair is None:
            words = _("No pair of countries has this address: %(slug)s.")
            asked.problems.append(words % {"slug": slug[:LONGEST]})
        elif pair.slug in asked.slugs:
            words = _("%(pair)s is given more than once and is shown once.")
            asked.problems.append(words % {"pair": pair})
        else:
            asked.pairs.append(pair)
    return asked


def known_pair(slug: str) -> Relation | None:
    """The pair with an address; None if the address names no two countries."""
    if len(slug) > SLUG_LENGTH or not slug_re.match(slug):
        return None
    try:
        return find_pair(slug)
    except Http404:
        return None


@accepts("pair", *CompareForm.base_fields)
@require_safe
def compare(request, form="html"):
    """Pairs side by side, as a page or as a file with a row for each pair."""
    asked, filled = read_pairs(request.GET), CompareForm(request.GET)
    if form != "html":
        refuse_unknown(filled, "pair", "on")
    elif text := request.GET.get("countries", "")[:LONGEST].strip():
        if added := named_pair(text):
            query = comparison_query([*asked.slugs, added.slug], request.GET.get("on"))
            return redirect(f"{reverse('portal:compare')}?{query}")
        words = _("“%(text)s” does not name two countries. Write both names, one after the other.")
        filled.add_error("countries", words % {"text": text})
    valid = filled.is_valid() and not asked.problems
    rows = [compared(pair, filled.day) for pair in asked.pairs]
    if form != "html":
        if not valid:
            for problem in asked.problems:
                filled.add_error(None, problem)
            return invalid_file_request(form, filled)
        name = file_name("_".join(["compare", *asked.slugs]), None, form)
        return download(request, (row.as_row() for row in rows), form, name)
    context = {
        "asked": asked,
        "form": filled,
        "day": filled.day,
        "most": MOST,
        "rows": rows,
        "query": comparison_query(asked.slugs, request.GET.get("on")),
        "without": [
            (row, comparison_query([slug for slug in asked.slugs if slug != row.pair.slug]))
            for row in rows
        ],
    }
    if len(rows) > 1:
        context |= charts(rows, filled.day)
    return render(request, "portal/compare.html", context, status=200 if valid else 400)


def comparison_query(slugs: list[str], on: str | None = None) -> str:
    """The query of a comparison of the pairs with these slugs, on a day if one is given."""
    return urlencode({"pair": slugs} | ({"on": on} if on else {}), doseq=True)
