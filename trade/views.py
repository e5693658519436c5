"""Public pages of trade, investment and other figures."""

from itertools import groupby

from django.http import JsonResponse
from django.shortcuts import render

from relations.models import Relation
from relations.pairs import find_pair, to_canonical
from sources.exports import LICENCE, download
from sources.views import ListPage
from trade import filters, shapes
from trade.models import Figure, TradedGood


class FigureList(ListPage):
    model = Figure
    filterset_class = filters.FigureFilter
    shape = shapes.figure

    def get_queryset(self):
        return Figure.objects.published().for_pages().order_by("-sort_key", "-id")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            relations=Relation.objects.with_records().with_countries()[:50], **kwargs
        )


def pair(request, slug, form="html"):
    """The figures and goods between two countries, by indicator and direction."""
    found = find_pair(slug)
    if found.slug != slug:
        return to_canonical(request, slug, found)
    between = (found.country_a, found.country_b)
    figures = (
        Figure.objects.published()
        .between(*between)
        .for_pages()
        .order_by("indicator__name", "-sort_key", "from_country", "id")
    )
    goods = TradedGood.objects.published().between(*between).for_pages()
    if form == "csv":
        return download((shapes.figure(row) for row in figures), "csv", f"trade-{slug}")
    if form == "json":
        return JsonResponse(
            {
                "licence": LICENCE,
                "figures": [shapes.figure(row) for row in figures],
                "traded_goods": [shapes.traded_good(row) for row in goods],
            },
            json_dumps_params={"ensure_ascii": False},
        )
    return render(
        request,
        "trade/pair.html",
        {
            "pair": found,
            "disagreements": (
                found.disagreements.present().filter(record=None) if found.pk else ()
            ),
            "indicators": [
                (indicator, list(rows))
                for indicator, rows in groupby(figures, lambda row: row.indicator)
            ],
            "goods": [
                (direction, list(rows))
                for direction, rows in groupby(
                    goods, lambda row: (row.from_country, row.to_country)
                )
            ],
        },
    )
