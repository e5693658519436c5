"""Countries, current and former, with their names over time and their successions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.fields import BOUNDS, EdtfField, FoldedField, check_span
from core.models import BINARY, BySlug, BySlugQuerySet, Derived, NaturalKey, SlugField, folded_q


class CountryQuerySet(BySlugQuerySet):
    def matching(self, term):
        """Countries with the term in any of their names, former ones included."""
        return self.filter(folded_q(term) | folded_q(term, "names__folded")).distinct()


class Country(BySlug):
    """A state, former state, territory or other entity that has relations or figures."""

    CHILDREN = ("names", "successions")

    class Kind(models.TextChoices):
        STATE = "state", _("state")
        FORMER_STATE = "former_state", _("former state")
        TERRITORY = "territory", _("territory")
        OTHER = "other", _("other entity")

    SLUG_LENGTH = 80

    slug = SlugField(
        _("identifier"),
        max_length=SLUG_LENGTH,
        help_text=_("Permanent: it stands in the address."),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_az = models.CharField(_("name in Azerbaijani"), max_length=100, blank=True)
    name_kk = models.CharField(_("name in Kazakh"), max_length=100, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=100, blank=True)
    iso2 = models.CharField(_("ISO 3166-1 alpha-2"), max_length=2, blank=True)
    iso3 = models.CharField(_("ISO 3166-1 alpha-3"), max_length=3, blank=True)
    iso_numeric = models.CharField(_("ISO 3166-1 numeric"), max_length=3, blank=True)
    iso_former = models.CharField(_("ISO 3166-3"), max_length=4, blank=True)
    wikidata = models.CharField(_("Wikidata"), max_length=12, blank=True)
    date = EdtfField(_("from"), columns=BOUNDS)
    until = EdtfField(_("until"), open_end=True, columns=BOUNDS)
    note = models.TextField(_("note"), blank=True)
    sort_name = FoldedField("name_en", db_collation=BINARY)
    folded = FoldedField("name_en", "name_az", "name_kk", "name_ru", "iso2", "iso3", "iso_former")

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=[code], condition=~Q(**{code: ""}), name=f"country_{code}_unique"
            )
            for code in ("iso2", "iso3", "iso_numeric", "iso_former")
        ] + [
            # Codes of ISO 3166-1 are reassigned after a state ends; those of 3166-3 are not.
            models.CheckConstraint(
                name="country_former_without_current_code",
                condition=~Q(kind="former_state") | Q(iso2="", iso3="", iso_numeric=""),
            ),
            models.CheckConstraint(
                name="country_until_after_from",
                condition=Q(until_latest=None)
                | Q(date_earliest=None)
                | Q(until_latest__gte=models.F("date_earliest")),
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        check_span(self.date, self.until)

    @property
    def name(self) -> str:
        """The short name in the active language, or in English if it is unknown."""
        language = (get_language() or "en").partition("-")[0]
        return getattr(self, f"name_{language}", "") or self.name_en

    def get_absolute_url(self):
        return reverse("relations:country", args=[self.slug])


class CountryName(NaturalKey, Derived):
    """Another name of a country: official, former or an alias, with the time of its use."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("official name")
        FORMER = "former", _("former name")
        ALIAS = "alias", _("also written")

    KEY = ("country", "language", "name")

    country = models.ForeignKey(Country, models.CASCADE, related_name="names")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=35)
    name = models.CharField(_("name"), max_length=150)
    date = EdtfField(_("from"), columns=BOUNDS)
    until = EdtfField(_("until"), open_end=True, columns=BOUNDS)
    iso_former = models.CharField(_("ISO 3166-3"), max_length=4, blank=True)
    folded = FoldedField("name", "iso_former")

    class Meta:
        verbose_name = _("name of a country")
        verbose_name_plural = _("names of countries")
        ordering = ["country", "date_earliest", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "language", "name"], name="country_name_unique"
            ),
            models.CheckConstraint(
                name="country_name_until_after_from",
                condition=Q(until_latest=None)
                | Q(date_earliest=None)
                | Q(until_latest__gte=models.F("date_earliest")),
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        check_span(self.date, self.until)


class Succession(NaturalKey, Derived):
    """One country followed another on (part of) its territory."""

    KEY = ("predecessor", "successor")

    predecessor = models.ForeignKey(Country, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Country, models.CASCADE, related_name="precessions")
    date = EdtfField(_("date"), columns=BOUNDS)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_unique"),
            models.CheckConstraint(
                name="succession_of_another",
                condition=~Q(predecessor=models.F("successor")),
                violation_error_message=_("A country does not succeed itself."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"
