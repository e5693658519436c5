"""What readers find of figures, traded goods, indicators and commodities."""

from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from core.changes import changed_of
from search import models
from search.index import Document, Index, tokens_of
from trade.models import Commodity, Figure, Indicator, TradedGood
from trade.templatetags.figures import amount, in_full


def digits(value: Decimal) -> str:
    """All digits of a number, without an exponent or trailing zeros."""
    return f"{value.normalize():f}"


class IndicatorIndex(Index):
    """Indicators lead to their figures."""

    kind = models.Kind.INDICATOR
    model = Indicator

    def documents(self, row):
        yield Document(
            title=row.name,
            summary=row.description,
            url=f"{reverse('trade:figure_list')}?{urlencode({'indicator': row.slug})}",
            slug=row.slug,
            public=True,
        )


class CommodityIndex(Index):
    """Classes of goods, public once a published figure or good has one."""

    kind = models.Kind.COMMODITY
    model = Commodity

    def rows(self):
        published = (
            model.objects.published().filter(commodity=OuterRef("pk"))
            for model in (Figure, TradedGood)
        )
        return Commodity.objects.annotate(used=reduce(or_, map(Exists, published)))

    def documents(self, row):
        code = f"{row.classification} {row.code}"
        goods = urlencode({"commodity": f"{row.classification}:{row.code}"})
        yield Document(
            title=f"{code} {row.name}",
            names=(code,),
            aliases=(row.name,),
            words=(row.get_classification_display(), row.revision),
            url=f"{reverse('trade:figure_list')}?{goods}",
            slug="-".join(filter(None, row.natural_key())).lower(),
            public=row.used,
        )

    def touched(self, changed):
        found = super().touched(changed)
        for kind, model in ((models.Kind.FIGURE, Figure), (models.Kind.GOOD, TradedGood)):
            if pks := changed_of(model, changed):
                rows = model.objects.filter(pk__in=pks, commodity__isnull=False).order_by()
                found |= set(rows.values_list("commodity", flat=True).distinct())
                found |= tokens_of(kind, pks, self.kind)
        return found


class StatementIndex(Index):
    """Base class of the indexes of figures and traded goods."""

    def rows(self):
        # Many rows share each of those that they refer to, which joins would read for each.
        return self.model.objects.prefetch_related(*self.model.SHOWN_WITH)

    def about(self, row):
        for name in ("from_country_id", "to_country_id", "reporter_country_id"):
            if pk := getattr(row, name, None):
                yield "country", pk
        yield "source", row.source_id
        if row.commodity_id:
            yield "commodity", row.commodity_id


class FigureIndex(StatementIndex):
    """Figures by their values, as they are shown and in all digits."""

    kind = models.Kind.FIGURE
    model = Figure
    same_when_published = True

    def rows(self):
        # Only their own columns are found; what they are about is known by its keys.
        return Figure.objects.all()

    def about(self, row):
        yield from super().about(row)
        yield "indicator", row.indicator_id
        if row.reporter_organization_id:
            yield "organization", row.reporter_organization_id

    def documents(self, row):
        full = in_full(row)
        yield Document(
            title=f"{amount(row) if row.scale else full}, {row.when}",
            summary=row.coverage,
            words=(full, digits(row.value), digits(row.value.scaleb(-row.scale))),
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            date=row.period,
            until=row.period_until,
            about=tuple(dict.fromkeys(self.about(row))),
        )


class GoodIndex(StatementIndex):
    """Traded goods without an amount."""

    kind = models.Kind.GOOD
    model = TradedGood

    def documents(self, row):
        yield Document(
            title=row.name,
            url=row.get_absolute_url(),
            slug=row.slug,
            public=row.is_public,
            date=row.period,
            until=row.period_until,
            about=tuple(dict.fromkeys(self.about(row))),
        )
