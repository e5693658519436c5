"""The pages of one country: what is recorded of it, and its partners ranked."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.dates import today
from core.errors import get_or_404, invalid_file_request
from core.exports import download, file_name, refuse_unknown
from core.page_scopes import shows
from core.parameters import accepts
from core.views import chosen_in_words, query_of
from portal.forms import TRADE, PartnersForm
from portal.partners import Measure, Partners, Ranking
from relations import linked_data, references, serializers
from relations.models import Country, Disagreement, Mission, Relation
from relations.scopes import of_country
from relations.views import DetailPage

# How many pairs a link compares.
COMPARED = 3


class CountryPage(DetailPage):
    """A country with its names, the number of records of each kind, and its first partners."""

    model = Country
    scopes = staticmethod(of_country)
    serialize = serializers.country
    linked_data = linked_data.country
    reference = references.country

    def get_context_data(self, **kwargs):
        country, day = self.object, today()
        partners = Partners(country, day)
        pairs = Relation.objects.of(country)
        missions = Mission.objects.published()
        made, received = partners.visits
        memberships = country.memberships.published().for_pages()
        memberships = memberships.order_by("organization__sort_name", "pk")
        return super().get_context_data(
            day=day,
            names=country.names.all(),
            predecessors=Country.objects.filter(successions__successor=country),
            successors=Country.objects.filter(precessions__predecessor=country),
            pair_count=pairs.with_records().count(),
            treaty_count=partners.treaties.recorded,
            in_force_count=partners.treaties.certain,
            visits_received=sum(received.values()),
            visits_made=sum(made.values()),
            missions_sent=missions.filter(sender=country).count(),
            missions_received=missions.filter(host=country).count(),
            disagreement_count=Disagreement.objects.present().filter(relation__in=pairs).count(),
            memberships=list(memberships),
            offices=list(country.offices.published().for_pages().newest_first()),
            rankings=partners.rankings(),
            trade=partners.by_trade(),
            feed=reverse("portal:country_atom", args=[country.slug]),
            **kwargs,
        )


@accepts(*PartnersForm.base_fields)
@shows(of_country)
@require_safe
def partners(request, slug, form="html"):
    """A country's partners, ranked by treaties, visits or missions."""
    country = get_or_404(Country.objects.all(), slug=slug)
    asked = PartnersForm(request.GET)
    if form != "html":
        refuse_unknown(asked, *asked.fields)
    valid = asked.is_valid()
    if valid and asked.measure == TRADE:
        return redirect("trade:partners" if form == "html" else f"trade:partners_{form}", slug)
    found = Partners(country, asked.day).ranking(Measure(asked.measure)) if valid else None
    if form != "html":
        if not valid:
            return invalid_file_request(form, asked)
        name = file_name(f"{slug}_partners", asked, form)
        return download(request, found.as_rows(), form, name, found.columns)
    context = {
        "country": country,
        "form": asked,
        "ranking": found,
        "title_details": chosen_in_words(asked) if valid else (),
        "query": query_of(asked),
        "day": asked.day if valid else None,
        "compared": _comparison(found) if valid else "",
    }
    return render(request, "portal/partners.html", context, status=200 if valid else 400)


def _comparison(ranking: Ranking) -> str:
    """The address of the comparison of the first pairs; empty if there are fewer than two."""
    pairs = [row.pair for row in ranking.rows[:COMPARED]]
    return reverse("portal:compare", query={"pair": pairs}) if len(pairs) > 1 else ""
