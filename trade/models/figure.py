"""Figures as sources state them."""

from collections import Counter, defaultdict
from decimal import Decimal
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import BOUNDS, EdtfField
from core.urls import address_of
from relations.models import Country, Organization
from relations.models.revision import BaseRevision
from trade.areas import Area, Exclusion, area_of, exclusion
from trade.goods import Goods
from trade.magnitudes import published_out_of_scale
from trade.models.indicator import Indicator
from trade.models.statement import Statement, StatementQuerySet, statement_constraints
from trade.quantities import Qualifier, Quantity
from trade.rules import EXPORTS, IMPORTS, TURNOVER
from trade.templatetags.figures import amount
from trade.units import Unit, no_longer_used, too_early, unit_choices

# SQLite stores decimals as binary floating point, which is exact to 15 significant digits.
DIGITS = 15
# The decimal places that every database stores, and the first number too large for the column.
PLACES, LIMIT = 4, Decimal(10) ** 18
UPPER = _("A range needs an upper end above the lower one; other numbers have no upper end.")


def check_digits(value: Decimal) -> None:
    """Raise ValidationError for a number that not every database stores exactly."""
    if not value.is_finite() or len(value.normalize().as_tuple().digits) > DIGITS:
        raise ValidationError(
            _("At most %(digits)d significant digits can be stored exactly.") % {"digits": DIGITS}
        )
    if abs(value) >= LIMIT or value.normalize().as_tuple().exponent < -PLACES:
        raise ValidationError(
            _("Only numbers below 10^18 with at most %(places)d decimal places can be stored.")
            % {"places": PLACES}
        )


class FigureQuerySet(StatementQuerySet):
    def counted(self):
        """Figures that sums, rankings and comparisons may include: those without an exclusion."""
        return self.filter(excluded="")

    def between(self, one, other):
        return super().between(one, other).counted()

    def stated(self):
        """Figures that are not targets."""
        return self.exclude(status=Figure.Status.TARGET)

    def annual(self):
        """Figures of a single whole year, including approximate and uncertain years."""
        return self.filter(period__regex=r"^[0-9]{4}[~?%]?$", period_until="")

    def of_year(self, year: int):
        """Figures of this whole year, including approximate and uncertain ones."""
        return self.filter(
            period__in=[f"{year:04}{sign}" for sign in ("", *"~?%")], period_until=""
        )

    def pairs(self) -> list[tuple[Country, Country]]:
        """The distinct pairs of countries of the counted figures."""
        rows = self.counted().order_by().values_list("from_country", "to_country").distinct()
        found = {tuple(sorted(row)) for row in rows}
        countries = Country.objects.in_bulk({key for pair in found for key in pair})
        return [(countries[one], countries[other]) for one, other in sorted(found)]

    def of_pairs(self, pairs: list[tuple[Country, Country]]):
        """Figures between the countries of any of these pairs, as in `between`.

        The conditions are grouped by the country that most pairs share, since an import usually
        has one reporter. A condition per pair would be long; one for all countries, too broad.
        """
        shared, partners = Counter(chain(*pairs)), defaultdict(list)
        for one, other in pairs:
            hub, partner = sorted((one, other), key=lambda country: -shared[country])
            partners[hub].append(partner)
        found = Q(pk__in=())
        for hub, others in partners.items():
            found |= Q(from_country=hub, to_country__in=others)
            found |= Q(to_country=hub, from_country__in=others)
        return self.counted().filter(found)


class Figure(Statement):
    """One source's statement of one number; a series can have several for the same period.

    `value` is in whole units (dollars, companies), with at most 15 significant digits; `scale`
    is the power of ten in which the source words it, and never changes the value. Of a range,
    `value` is the lower end and `upper` the upper end. The reporter is blank if the source names
    none.
    """

    Unit = Unit

    class Scale(models.IntegerChoices):
        ONE = 0, _("units")
        THOUSAND = 3, _("thousands")
        MILLION = 6, _("millions")
        BILLION = 9, _("billions")
        TRILLION = 12, _("trillions")

    class Valuation(models.TextChoices):
        FOB = "fob", _("FOB")
        CIF = "cif", _("CIF")
        NOT_STATED = "not_stated", _("valuation not stated")

    class Basis(models.TextChoices):
        REPORTED = "reported", _("reported")
        MIRROR = "mirror", _("mirror")
        ESTIMATE = "estimate", _("estimate")

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        REVISED = "revised", _("revised")
        FINAL = "final", _("final")
        TARGET = "target", _("target")
        NOT_STATED = "not_stated", _("status not stated")

    Qualifier = Qualifier

    LOADED = ("from_country_id", "to_country_id")
    COUNTRIES = (*Statement.COUNTRIES, "reporter_country")
    LISTED_WITH = ("indicator", "from_country", "to_country", "commodity")
    SHOWN_WITH = (
        *Statement.SHOWN_WITH,
        *("indicator", "reporter_country", "reporter_organization"),
    )

    period = EdtfField(
        _("period"),
        blank=False,
        columns=(*BOUNDS, "sort_key"),
        help_text=_("2023, 2024-33 (first quarter), 2024-03, or the day of a stock."),
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="figures", verbose_name=_("indicator")
    )
    from_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    to_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    from_area = area_of(_("from (not a country)"))
    to_area = area_of(_("to (not a country)"))
    reporter_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("reporter"), help_text=_("The country that states it."),
    )  # fmt: skip
    reporter_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("reporting body"),
    )  # fmt: skip
    reporter_area = area_of(_("reporter (not a country)"))
    excluded = models.CharField(
        _("excluded from sums"), max_length=9, choices=Exclusion, blank=True, editable=False
    )
    value = models.DecimalField(
        _("value in whole units"), max_digits=22, decimal_places=4, validators=[check_digits]
    )
    upper = models.DecimalField(
        _("upper end of the range"), max_digits=22, decimal_places=4, null=True, blank=True,
        validators=[check_digits],
    )  # fmt: skip
    unit = models.CharField(_("unit"), max_length=8, choices=unit_choices)
    scale = models.PositiveSmallIntegerField(_("stated in"), choices=Scale, default=Scale.ONE)
    valuation = models.CharField(
        _("valuation"), max_length=10, choices=Valuation, default=Valuation.NOT_STATED
    )
    basis = models.CharField(_("basis"), max_length=8, choices=Basis, default=Basis.REPORTED)
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.NOT_STATED)
    qualifier = models.CharField(
        _("qualifier"), max_length=9, choices=Qualifier, default=Qualifier.EXACT
    )
    coverage = models.CharField(
        _("coverage"),
        max_length=300,
        blank=True,
        help_text=_("As stated, for example sectors or goods."),
    )
    vintage = models.DateField(
        _("vintage"),
        null=True,
        blank=True,
        help_text=_("When the source gave this value, if it may revise it."),
    )
    confirmed = models.DateField(
        _("last confirmed"),
        null=True,
        editable=False,
        help_text=_("The date of the source's latest list that repeats the value."),
    )
    # Text, so that the unique constraint holds on every database even if a part is null.
    series = models.CharField(max_length=700, editable=False, db_index=True)
    edition = models.CharField(max_length=10, editable=False, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["indicator", "-sort_key", "id"]
        default_related_name = "figures"
        indexes = [
            models.Index(
                fields=["from_country", "to_country", "indicator", "sort_key"],
                name="figure_direction",
            ),
            models.Index(fields=["state", "sort_key", "id"], name="figure_newest"),
            # For rankings. Figures of classes of goods are too many, and are ranked too rarely.
            models.Index(
                fields=["reporter_country", "indicator", "period"],
                name="figure_ranked",
                condition=Q(commodity=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period", "period_until", "source", "edition"],
                name="figure_stated_once",
                violation_error_message=_("This source already has a figure for this period."),
            ),
            models.CheckConstraint(
                name="figure_one_reporter",
                condition=Q(reporter_country=None, reporter_organization=None)
                | Q(reporter_country=None, reporter_area="")
                | Q(reporter_organization=None, reporter_area=""),
                violation_error_message=_("The reporter is a country or an organization."),
            ),
            *(
                models.CheckConstraint(
                    name=f"figure_{side}_country_or_area",
                    condition=Q(**{f"{side}_country__isnull": False, f"{side}_area": ""})
                    | Q(**{f"{side}_country__isnull": True}) & ~Q(**{f"{side}_area": ""}),
                    violation_error_message=_("Each side is a country, or else an area."),
                )
                for side in ("from", "to")
            ),
            # A figure that is not between two countries must have an exclusion, which keeps
            # it out of every sum.
            models.CheckConstraint(
                name="figure_between_two",
                condition=~Q(excluded="")
                | Q(from_country__isnull=False, to_country__isnull=False, reporter_area="")
                & ~Q(from_country=F("to_country")),
                violation_error_message=_("Choose two different countries."),
            ),
            models.CheckConstraint(
                name="figure_exclusion_known",
                condition=Q(excluded__in=["", *Exclusion.values]),
            ),
            models.CheckConstraint(
                name="figure_areas_known",
                condition=Q(
                    from_area__in=["", *Area.values],
                    to_area__in=["", *Area.values],
                    reporter_area__in=["", *Area.values],
                ),
            ),
            models.CheckConstraint(
                name="figure_unit_known", condition=~Q(unit=""),
                violation_error_message=_("A figure needs a unit."),
            ),
            models.CheckConstraint(name="figure_period_given", condition=~Q(period="")),
            models.CheckConstraint(
                name="figure_upper_of_range",
                condition=Q(qualifier="range", upper__isnull=False, upper__gt=F("value"))
                | ~Q(qualifier="range") & Q(upper__isnull=True),
                violation_error_message=UPPER,
            ),
            *statement_constraints("figure"),
        ]  # fmt: skip

    def __str__(self):
        # Undirected figures are written like a pair.
        between = " → " if self.indicator.directed else "–"
        sides = f"{self.origin}{between}{self.destination}"
        return f"{self.subject}, {sides}, {self.when}"

    def get_absolute_url(self):
        return address_of("trade:figure", self.slug)

    def get_unit_display(self) -> str:
        # Django's own would search the choices, which are several hundred.
        return str(Unit(self.unit).label) if self.unit in Unit else self.unit

    @property
    def subject(self) -> str:
        """What it measures: "Trade turnover (all goods)", "Exports of goods (HS 27)"."""
        if self.commodity_id or self.indicator.slug == TURNOVER:
            return f"{self.indicator} ({Goods.of_figure(self).words})"
        return str(self.indicator)

    @property
    def pair_slug(self) -> str:
        """The slug of its pair; empty if it is not between two countries."""
        return "-".join(side.slug for side in self.pair)

    @property
    def pair_name(self) -> str:
        return "–".join(str(side) for side in self.pair)

    @property
    def pair(self) -> list[Country]:
        """The two countries in the order of their pair; empty if there are not two."""
        sides = {side.slug: side for side in (self.from_country, self.to_country) if side}
        return [sides[slug] for slug in sorted(sides)] if len(sides) == 2 else []

    @property
    def origin(self) -> Country | str:
        """The country, or the name of the area, from which it goes."""
        return self.from_country or self.get_from_area_display()

    @property
    def destination(self) -> Country | str:
        return self.to_country or self.get_to_area_display()

    @property
    def reporter(self):
        return self.reporter_country or self.reporter_organization

    @property
    def last_stated(self) -> str:
        """The last day on which the source stated it: of its edition, or of a later one that
        confirms it. Empty if unknown; days sort as text."""
        return max(self.edition, self.confirmed.isoformat() if self.confirmed else "")

    @property
    def of_goods(self) -> bool:
        """Whether it measures trade in goods; without a commodity, in all goods."""
        return self.indicator.slug in (TURNOVER, EXPORTS, IMPORTS)

    @property
    def stated_by(self) -> str:
        """The name of the reporter; empty if none is stated."""
        return str(self.reporter or self.get_reporter_area_display())

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.value, self.qualifier, self.upper)

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None] | None:
        """The lowest and the highest value that the source's words allow, in whole units."""
        return self.quantity.bounds

    def check_amount(self):
        """Raise ValidationError if value, qualifier, unit and period are inconsistent."""
        if self.value is not None and self.value < 0 and not self.indicator.signed:
            raise ValidationError({"value": _("This indicator is never negative.")})
        in_order = self.upper is not None and self.value is not None and self.upper > self.value
        if in_order != (self.qualifier == self.Qualifier.RANGE):
            raise ValidationError({"value": UPPER})
        ends = [end for end in (self.value, self.upper) if end is not None]
        if self.unit == Unit.COUNT and any(end % 1 for end in ends):
            raise ValidationError(
                {"value": _("This number must be whole: it counts companies or documents.")}
            )
        if problem := no_longer_used(self.unit, self.period):
            raise ValidationError({"unit": problem})

    def warnings(self):
        found = super().warnings()
        if doubt := too_early(self.unit, self.period):
            found.append(doubt)
        if others := published_out_of_scale(self):
            words = "; ".join(f"{amount(row)} ({row.when})" for row in others)
            found.append(_("Check the scale. It is far from other values: %s.") % words)
        return found

    def clean(self):
        super().clean()
        if not self.indicator_id:
            return
        self.check_amount()
        for side in ("from", "to"):
            if not getattr(self, f"{side}_country_id") and not getattr(self, f"{side}_area"):
                raise ValidationError({f"{side}_country": _("Choose either a country or an area.")})
        if (
            self.from_country_id
            and self.to_country_id
            and not self.indicator.directed
            and self.from_country.slug > self.to_country.slug
        ):
            raise ValidationError(
                {
                    "from_country": _(
                        "This indicator has no direction. Name the countries in alphabetical order."
                    )
                }
            )

    def derive(self):
        super().derive()
        self.edition = self.vintage.isoformat() if self.vintage else ""
        if self.indicator_id:
            self.excluded = exclusion(self)
            self.series = self.series_key

    def stated_before(self) -> "Figure | None":
        """The other figure with the same series, period, source and vintage, if there is one."""
        same = ("series", "period", "period_until", "source_id", "edition")
        others = Figure.objects.filter(**{name: getattr(self, name) for name in same})
        return others.exclude(pk=self.pk).for_pages().first()

    @property
    def series_key(self) -> str:
        """The series: everything that distinguishes lines of figures, except the source."""
        return "|".join(
            (
                self.indicator.slug,
                self.from_country.slug if self.from_country_id else f"area:{self.from_area}",
                self.to_country.slug if self.to_country_id else f"area:{self.to_area}",
                self.reporter.slug if self.reporter else self.reporter_area,
                ":".join(self.commodity.natural_key()) if self.commodity_id else "TOTAL",
                self.unit,
                self.valuation,
                self.basis,
                "target" if self.status == self.Status.TARGET else "",
            )
        )


class FigureRevision(BaseRevision):
    """A version of a figure."""

    record = models.ForeignKey(Figure, models.CASCADE, related_name="revisions")
