"""The base of figures and traded goods: what one source says about two countries."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.dates import describe_span
from core.fields import BOUNDS, EdtfField, check_span
from core.models import BySlugQuerySet, SlugField
from core.public_rows import PermanentIdentifier
from relations.models import Country, State
from relations.models.publishable import PublicationRefused, Publishable
from sources.models import Passage, Reference
from trade.models.commodity import Commodity


class StatementQuerySet(BySlugQuerySet):
    def published(self):
        return self.filter(state=State.PUBLISHED)

    def between(self, one, other):
        """Statements about two countries, in either direction."""
        return self.filter(
            Q(from_country=one, to_country=other) | Q(from_country=other, to_country=one)
        )

    def for_pages(self):
        """Statements with the related rows that pages and files show."""
        return self.select_related(*self.model.SHOWN_WITH)

    def with_related(self):
        """Statements with all related rows, for the workflow."""
        return self.for_pages().select_related("passage__source")

    def for_publication(self):
        """Statements with the values and the countries that publication needs, and no others."""
        columns = *self.model.DATES, *self.model.COUNTRIES, "state"
        return self.only(*columns).prefetch_related(*self.model.COUNTRIES)


class Statement(PermanentIdentifier, Publishable, Reference):
    """What one source says about goods or money from one country to another.

    A statement from an imported list has no revisions until somebody changes it.
    """

    KEY = ("slug",)
    SHOWN_WITH = ("source", "passage", "from_country", "to_country", "commodity")
    LISTED_WITH = ("from_country", "to_country")
    DATES = ("period", "period_until")
    COUNTRIES = ("from_country", "to_country")

    slug = SlugField(_("identifier"), help_text=_("Permanent: it is part of the address."))
    from_country = models.ForeignKey(
        Country, models.PROTECT, related_name="+", verbose_name=_("from")
    )
    to_country = models.ForeignKey(Country, models.PROTECT, related_name="+", verbose_name=_("to"))
    period = EdtfField(
        _("period"),
        columns=(*BOUNDS, "sort_key"),
        help_text=_("Leave blank if none is stated."),
    )
    period_until = EdtfField(
        _("until"),
        columns=BOUNDS,
        help_text=_("Only for a period of several months or years."),
    )
    commodity = models.ForeignKey(
        Commodity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commodity"),
        help_text=_("Blank: all commodities together."),
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        pair = "-".join(sorted((self.from_country.slug, self.to_country.slug)))
        return f"{reverse('trade:pair', args=[pair])}#{self.slug}"

    @property
    def pair_name(self) -> str:
        return f"{self.from_country}–{self.to_country}"

    @property
    def when(self) -> str:
        """Its period in words, with both ends if it covers several years or months."""
        return describe_span(self.period, self.period_until)

    def clean(self):
        super().clean()
        if self.from_country_id and self.from_country_id == self.to_country_id:
            raise ValidationError({"to_country": _("Choose two different countries.")})
        self.check_lifetimes()
        try:
            check_span(self.period, self.period_until)
        except ValidationError as error:
            raise ValidationError({"period_until": error.messages}) from error
        if self.period_until and self.period_until == self.period:
            raise ValidationError(
                {"period_until": _("This is the start. Leave it blank if the period is one date.")}
            )

    def check_sound(self, rows):
        """Raise PublicationRefused if any of these statements names a country that did not exist in
        its period. Each country is checked once for each period: lists repeat both."""
        times = {}
        for row in rows:
            when = str(row.period), str(row.period_until)
            for name in row.COUNTRIES:
                if key := getattr(row, f"{name}_id"):
                    times.setdefault((key, *when), (row, name))
        found = (row.refuses(getattr(row, name)) for row, name in times.values())
        if refused := list(dict.fromkeys(filter(None, found))):
            raise PublicationRefused(refused)

    def warnings(self):
        found = []
        if not self.place:
            found.append(_("No place in the source is named."))
        if self.passage_id and self.passage.anchoring == Passage.Anchoring.MISMATCH:
            found.append(_("The words copied from the source are not in its text."))
        return found


def statement_constraints(name: str) -> list:
    """The constraints of every statement; `name` is the prefix of their names."""
    return [
        models.CheckConstraint(
            name=f"{name}_period_in_order",
            condition=Q(period_until_latest=None)
            | Q(period_earliest=None)
            | Q(period_until_latest__gte=F("period_earliest")),
            violation_error_message=_("The end is before the start."),
        ),
        models.CheckConstraint(
            name=f"{name}_inferred_with_note",
            condition=Q(inferred=False) | ~Q(note=""),
            violation_error_message=_("Say in the note how the value was inferred."),
        ),
        models.CheckConstraint(name=f"{name}_state_known", condition=Q(state__in=State.values)),
        models.CheckConstraint(
            name=f"{name}_published_once_shown",
            condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
        ),
    ]
