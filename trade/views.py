"""Public pages of trade, investment and other figures."""

from itertools import chain

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charts.png import LARGEST, png
from core.dates import today
from core.errors import get_or_404, invalid_file_request
from core.exports import (
    LICENCE,
    download,
    file_name,
    json_response,
    origin_of,
    refuse_unknown,
)
from core.page_scopes import shows
from core.parameters import accepts
from core.public_rows import rows_of
from core.urls import TABLES
from core.views import FORMATS, chosen_in_words, query_of
from core.xml_text import xml_text
from relations.corrections import corrections
from relations.models import Country, Relation
from relations.pairs import of_pair
from relations.scopes import of_country
from relations.views import FollowedList, PublishablePage
from trade import filters, linked_data, rankings, references, scopes, serializers
from trade.chart_files import ChartPicture
from trade.forms import RankingForm, SelectionForm
from trade.goods import goods_in
from trade.models import Figure, TradedGood
from trade.pairs import DISAGREEMENTS, Selection, disagreements_of, dispute, mirror_form, mirrored

# The maximum number of comparisons on a page; files contain all.
COMPARED = 200
CHART_FORMS = {form: FORMATS.get(form, form.upper()) for form in (*TABLES, "svg", "png")}
# The choices on which a chart depends: over time, and with bars.
_CHOICES = (("commodity",), ("year", "bars"))


class FigureList(FollowedList):
    model = Figure
    filterset_class = filters.FigureFilter
    serialize = serializers.figure
    linked_data = linked_data.figure

    def get_queryset(self):
        return Figure.objects.published().for_pages().order_by("-sort_key", "-id")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            relations=Relation.objects.with_records().with_countries()[:50], **kwargs
        )
        figures = context["object_list"] = list(context["object_list"])
        dispute(figures, disagreements_of(figures))
        return context


class StatementPage(PublishablePage):
    """A published figure or good."""

    withdrawn = serializers.withdrawn

    @property
    def kind(self):
        return rows_of(self.model).kind

    def get_queryset(self):
        return self.model.objects.published().for_pages()


class FigurePage(StatementPage):
    """One figure with its citation, and the same number in other vintages and sources."""

    model = Figure
    scopes = staticmethod(scopes.of_figure)
    serialize = serializers.figure
    linked_data = linked_data.figure
    reference = references.figure

    def get_context_data(self, **kwargs):
        figure = self.object
        same = Figure.objects.published().filter(
            series=figure.series, period=figure.period, period_until=figure.period_until
        )
        others = list(same.exclude(pk=figure.pk).for_pages().order_by("source__slug", "edition"))
        dispute([figure, *others], disagreements_of([figure]))
        prefetch_related_objects(figure.disputes, "decisions")
        return super().get_context_data(
            disagreements=figure.disputes,
            others=others,
            pair=figure.pair_slug,
            corrections=corrections(Figure, figure.revisions.live())[:-1],
            **kwargs,
        )


@accepts(*SelectionForm.base_fields)
@shows(scopes.of_pair)
@require_safe
@of_pair
def pair(request, found, form="html"):
    """Trade, investment and goods between two countries; the files have all figures of the pair,
    and that in JSON also the goods."""
    if form != "html" and not request.GET:
        return _pair_file(request, found, form)
    selection = Selection(found, request.GET)
    if form != "html":
        refuse_unknown(selection.form)
        return invalid_file_request(form, selection.form)
    return TemplateResponse(
        request,
        "trade/pair.html",
        {
            "pair": found,
            "title_details": chosen_in_words(selection.form) if selection.valid else (),
            "form": selection.form,
            "query": query_of(selection.form),
            "forms": CHART_FORMS.items(),
            "goods": selection.goods,
            "assumed": selection.form.assumed(selection.goods) if selection.valid else "",
            "charts": selection.charts,
            "legend": selection.legend(),
            "tables": selection.tables(),
            "compositions": selection.compositions,
            "growths": selection.growths(),
            "ranks": selection.ranks(),
            "disagreements": selection.disagreements_shown,
            "other_disagreements": len(selection.disagreements[DISAGREEMENTS:]),
            "other_periods": selection.other_periods(),
            "traded": selection.traded(),
        },
        status=200 if selection.valid else 400,
    )


def _pair_file(request, pair, form):
    name = file_name(f"trade_{pair.slug}", None, form)
    between = (pair.country_a, pair.country_b)
    figures = Figure.objects.published().between(*between).for_pages()
    figures = figures.order_by("indicator__name", "-sort_key", "from_country", "id")
    if form != "json":
        rows = map(serializers.figure, figures.iterator(chunk_size=1000))
        return download(request, rows, form, name, serializers.figure.columns)
    goods = TradedGood.objects.published().between(*between).for_pages()
    content = {
        "licence": LICENCE,
        "figures": [serializers.figure(row) for row in figures],
        "traded_goods": [serializers.traded_good(row) for row in goods],
    }
    response = json_response(request, content)
    response["Content-Disposition"] = content_disposition_header(False, name)
    return response


@accepts(*SelectionForm.base_fields)
@shows(scopes.of_pair)
@require_safe
@of_pair
def chart(request, found, key, form="html"):
    """One chart of a pair's page, alone on a page or as a file, with exactly the points drawn
    there."""
    if form not in ("html", *CHART_FORMS):
        raise Http404(_("Charts are available as CSV, JSON, JSON Lines, XLSX, SVG or PNG."))
    selection = Selection(found, request.GET)
    if form != "html":
        refuse_unknown(selection.form, *selection.form.fields)
    asked = selection.chart(key) if selection.valid else None
    if asked is None and (selection.valid or form != "html"):
        problems = chain.from_iterable(selection.form.errors.values())
        raise Http404(" ".join(problems) or _("This pair has no such chart."))
    # The address to cite names only the choices on which this chart depends.
    chosen = query_of(selection.form, *_CHOICES[bool(asked and asked.bars)])
    page = reverse("trade:chart", args=[found.slug, key]) + (chosen and f"?{chosen}")
    picture = asked and ChartPicture(asked, found, request.build_absolute_uri(page), today())
    if form != "html":
        return _chart_file(request, picture, form)
    context = {
        "pair": found,
        "form": selection.form,
        "query": query_of(selection.form),
        "chart": asked,
        "picture": picture,
        "forms": CHART_FORMS.items(),
        "title_details": chosen_in_words(selection.form) if selection.valid else (),
    }
    return render(request, "trade/chart.html", context, status=200 if selection.valid else 400)


def _chart_file(request, picture, form):
    name = file_name(picture.name, None, form)
    if form in TABLES:
        return download(request, picture.chart.rows(), form, name)
    if form == "png" and picture.width * picture.height > LARGEST:
        raise Http404(_("This chart is too large for a PNG. Choose the SVG."))
    shown = {
        "picture": picture,
        "chart": picture.chart,
        "plot": picture.plot,
        "pair": picture.pair,
        "origin": origin_of(request),
    }
    content = xml_text(render_to_string("trade/chart_file.svg", shown))
    media_type = "image/svg+xml; charset=utf-8"
    if form == "png":
        content, media_type = png(content), "image/png"
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": content_disposition_header(False, name)},
    )


@accepts(*SelectionForm.base_fields)
@require_safe
@of_pair
def mirror(request, found, form="html"):
    """Both sides' reports of the same trade, side by side, by year and goods."""
    selected = mirror_form(found, request.GET)
    if form != "html":
        refuse_unknown(selected, *selected.fields)
    valid = selected.is_valid()
    if form != "html" and not valid:
        return invalid_file_request(form, selected)
    rows = mirrored(found, selected) if valid else []
    if form != "html":
        name = file_name(f"mirror_{found.slug}", selected, form)
        rows = map(serializers.reflection, rows)
        return download(request, rows, form, name, serializers.reflection.columns)
    context = {"pair": found, "form": selected, "rows": rows[:COMPARED], "count": len(rows)}
    context |= {"query": query_of(selected)}
    context |= {"title_details": chosen_in_words(selected) if valid else ()}
    return render(
        request,
        "trade/mirror.html",
        context,
        status=200 if valid else 400,
    )


@accepts(*RankingForm.base_fields)
@shows(of_country)
@require_safe
def partners(request, slug, form="html"):
    """A country's partners in a year, ranked by the loaded figures that it reports itself."""
    country = get_or_404(Country.objects.all(), slug=slug)
    # The form reports an unknown flow.
    asked = request.GET.get("flow")
    flow = asked if asked in rankings.FLOWS else rankings.FLOWS[0]
    own = rankings.reports(country, flow)
    selected = RankingForm(request.GET, goods=goods_in(own), years=rankings.years(own))
    if form != "html":
        refuse_unknown(selected, *selected.fields)
    valid = selected.is_valid()
    if form != "html" and not valid:
        return invalid_file_request(form, selected)
    found, goods = None, selected.first[0]
    if valid and selected.chosen_year:
        goods = selected.chosen_goods
        if not selected.cleaned_data["commodity"]:
            # The first goods of this year: the total of all goods may not be loaded.
            goods = next(iter(goods_in(own.of_year(selected.chosen_year))))
        found = rankings.ranking(country, flow, selected.chosen_year, goods)
    if form != "html":
        rows = found.rows if found else ()
        rows = (serializers.rank((found, row)) for row in rows)
        name = file_name(f"partners_{slug}", selected, form)
        return download(request, rows, form, name, serializers.rank.columns)
    context = {"country": country, "form": selected, "ranking": found, "goods": goods}
    if valid:
        context["query"] = query_of(selected)
        context["title_details"] = chosen_in_words(selected)
        context["assumed"] = selected.assumed(goods)
    return render(request, "trade/partners.html", context, status=200 if valid else 400)
