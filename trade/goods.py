"""The goods that a page is about: all goods, or one commodity in any revision."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

TOTAL = "TOTAL"


@dataclass(frozen=True, slots=True, order=True)
class Goods:
    """All goods, or the commodity with a code in a classification."""

    classification: str = ""
    code: str = ""

    @staticmethod
    def parse(text: str) -> "Goods":
        """The goods of a query parameter: TOTAL or blank, or HS:27. Raises ValueError."""
        if text in ("", TOTAL):
            return Goods()
        classification, _sign, code = text.partition(":")
        if not classification or not code:
            raise ValueError(text)
        return Goods(classification, code)

    @staticmethod
    def of_figure(figure) -> "Goods":
        """The goods that a figure measures, in any revision."""
        goods = figure.commodity
        return Goods(goods.classification, goods.code) if goods else Goods()

    def __str__(self) -> str:
        return f"{self.classification}:{self.code}" if self.code else TOTAL

    @property
    def label(self) -> str:
        """For a choice or the start of a title: "All goods", "HS 27"."""
        return f"{self.classification} {self.code}" if self.code else _("All goods")

    @property
    def words(self) -> str:
        """For the middle of a sentence: "all goods", "HS 27"."""
        return self.label if self.code else _("all goods")

    @property
    def condition(self) -> Q:
        """The condition that figures are about these goods."""
        if not self.code:
            return Q(commodity=None)
        return Q(commodity__classification=self.classification, commodity__code=self.code)

    def of(self, figures):
        """The given figures that are about these goods."""
        return figures.filter(self.condition)


def goods_in(figures) -> dict[Goods, str]:
    """The goods of these figures with their names: all goods first, then by level and code."""
    rows = (
        figures.order_by()
        .values_list("commodity__classification", "commodity__code", "commodity__name")
        .distinct()
    )
    found = {}
    for classification, code, name in rows:
        found.setdefault(Goods(classification or "", code or ""), name or "")
    return dict(sorted(found.items(), key=lambda item: (len(item[0].code), item[0])))
