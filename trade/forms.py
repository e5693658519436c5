"""Forms for the trade pages: a choice of goods, year and flow."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trade.compositions import BARS
from trade.goods import Goods
from trade.models import Indicator
from trade.rankings import FLOWS

# The maximum number of goods in a select; the URL may contain any others.
LISTED = 300


class SelectionForm(forms.Form):
    """A choice of goods and year; the default is the first of each, or all if `every` is set."""

    commodity = forms.ChoiceField(label=_("Goods"), required=False)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, *, goods: dict[Goods, str], years: list[int], every: bool = False):
        super().__init__(data)
        self.every = every
        field = self.fields["commodity"]
        field.choices = [
            (str(item), f"{item.label} {name}".strip()[:80]) for item, name in goods.items()
        ]
        blank = [("", _("all"))] if every else []
        field.widget.choices = blank + field.choices[:LISTED]
        self.fields["year"].choices = [(year, str(year)) for year in years]
        if every:
            self.fields["year"].widget.choices = blank + self.fields["year"].choices
        self.first = next(iter(goods), Goods()), next(iter(years), None)

    @property
    def chosen_goods(self) -> Goods | None:
        """The chosen goods, or else the first; with `every`, None stands for all."""
        if text := self.cleaned_data.get("commodity"):
            return Goods.parse(text)
        return None if self.every else self.first[0]

    def assumed(self, shown: Goods | None) -> str:
        """The name of the goods shown though nobody chose them, which are not all goods; else
        empty. The choice then shows them."""
        if shown is None or not shown.code or self.cleaned_data.get("commodity"):
            return ""
        self.data = self.data.copy()
        self.data["commodity"] = str(shown)
        return dict(self.fields["commodity"].choices)[str(shown)]

    @property
    def chosen_year(self) -> int | None:
        return self.cleaned_data.get("year") or (None if self.every else self.first[1])


class PairForm(SelectionForm):
    """A choice of goods, of the year of the composition, of an earlier year to compare it with,
    and of the number of bars."""

    since = forms.TypedChoiceField(
        label=_("Compare goods with"), required=False, coerce=int, empty_value=None
    )
    bars = forms.TypedChoiceField(
        label=_("Classes of goods shown"),
        required=False,
        coerce=int,
        empty_value=BARS[0],
        choices=[(count, str(count)) for count in BARS],
    )

    def __init__(self, data, **options):
        super().__init__(data, **options)
        # The charts over time show all years; the year is only for the compositions.
        self.fields["year"].label = _("Year of the composition")
        years = self.fields["year"].choices
        self.fields["since"].choices = years
        self.fields["since"].widget.choices = [("", _("none")), *years]

    def clean(self):
        since = self.cleaned_data.get("since")
        if since and "year" in self.cleaned_data and since >= self.chosen_year:
            message = _("Choose a year before %(year)s, the year of the composition.")
            self.add_error("since", message % {"year": self.chosen_year})
        return self.cleaned_data


class RankingForm(SelectionForm):
    flow = forms.ChoiceField(label=_("Flow"), required=False)
    field_order = ("flow", "year", "commodity")

    def __init__(self, data, **options):
        super().__init__(data, **options)
        names = dict(Indicator.objects.filter(slug__in=FLOWS).values_list("slug", "name"))
        self.fields["flow"].choices = [(flow, names.get(flow, flow)) for flow in FLOWS]
