"""Countries, current and former, with their names over time and their successions."""

import datetime
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf
from core.fields import BOUNDS, EdtfField, FoldedField, check_span
from core.models import BINARY, BySlug, Derived, NaturalKey, SlugField

UNKNOWN = Edtf.parse("")
# How many successors or predecessors a message names.
NAMED = 3


class Country(BySlug):
    """A state, former state, territory or other entity that has relations or figures."""

    CHILDREN = ("names", "successions")
    NAMES = ("name_en", "name_az", "name_kk", "name_ru", "iso2", "iso3", "iso_former")

    class Kind(models.TextChoices):
        STATE = "state", _("state")
        FORMER_STATE = "former_state", _("former state")
        TERRITORY = "territory", _("territory")
        OTHER = "other", _("other entity")

    SLUG_LENGTH = 80

    slug = SlugField(
        _("identifier"),
        max_length=SLUG_LENGTH,
        help_text=_("Permanent: it is part of the address."),
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
                violation_error_message=_("The end is before the start."),
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

    def began_after(self, day: Edtf) -> bool:
        """Whether the country certainly did not exist yet on a date."""
        return day.certainly_before(self.date)

    def ended_before(self, day: Edtf) -> bool:
        """Whether the country had certainly ceased to exist by a date; `..` is the present."""
        if day.is_open:
            return bool(self.until) and not self.until.is_open
        return self.until.certainly_before(day)

    def existed_on(self, day: Edtf) -> bool:
        """Whether the country may have existed on a date."""
        return not self.began_after(day) and not self.ended_before(day)

    def refusal(self, date: Edtf, until: Edtf = UNKNOWN) -> str:
        """Why nothing from `date` to `until` can involve the country: it certainly did not exist at
        its start or end. Empty if it may have existed.

        What began before the country is accepted if it certainly lasted into its lifetime.
        """
        if late := next((day for day in (date, until) if self.ended_before(day)), None):
            return self._not_on(late, "successor")
        early = next((day for day in (until, date) if self.began_after(day)), None)
        if early and not until.is_open and not self.date.certainly_before(until):
            return self._not_on(early, "predecessor")
        return ""

    def had_predecessor_on(self, day: Edtf) -> bool:
        """Whether a country that it followed, directly or through others, may have existed on a
        date."""
        return any(row.existed_on(day) for row in self._related(day, "predecessor"))

    @property
    def years(self) -> str:
        """When it existed, in words; empty if that is not known."""
        start, end = self.date.describe(), self.until.describe()
        if self.until and not self.until.is_open:
            return f"{start} – {end}" if self.date else gettext("until %s") % end
        return gettext("since %s") % start if self.date else ""

    def _not_on(self, day: Edtf, side: str) -> str:
        """That it did not exist on a day, and its successors or predecessors (`side`) of that
        day; of more than three, those that followed it or that it followed most closely."""
        said = gettext("%(country)s (%(years)s) did not exist on this date: %(day)s.")
        said %= {"country": self, "years": self.years, "day": day.describe()}
        late = side == "successor"
        rows = self._related(day, side)
        if not rows:
            return said
        rows.sort(key=lambda row: _days_between(self, row) if late else _days_between(row, self))
        names = [f"{row} ({row.years})" if row.years else str(row) for row in rows[:NAMED]]
        words = {
            (True, True): gettext("Its successors: %(names)s."),
            (True, False): gettext("Its %(number)d successors include %(names)s."),
            (False, True): gettext("Its predecessors: %(names)s."),
            (False, False): gettext("Its %(number)d predecessors include %(names)s."),
        }[late, len(rows) <= NAMED]
        return f"{said} {words % {'number': len(rows), 'names': ', '.join(names)}}"

    def _related(self, day: Edtf, side: str) -> "list[Country]":
        """Its successors or predecessors (`side`), directly or through others, that may have
        existed on a date; the direct ones if none may have."""
        steps = self._successors if side == "successor" else self._predecessors
        existed = [row for step in steps for row in step if row.existed_on(day)]
        return existed or list(steps[0])

    @cached_property
    def _successors(self):
        return self._steps("predecessor", "successor")

    @cached_property
    def _predecessors(self):
        return self._steps("successor", "predecessor")

    def _steps(self, own: str, side: str) -> "list[list[Country]]":
        """The countries on one side of its successions, first the direct ones, then theirs."""
        seen, waiting, steps = {self}, [self], []
        while waiting:
            rows = Succession.objects.filter(**{f"{own}__in": waiting}).select_related(side)
            new = {getattr(row, side) for row in rows} - seen
            waiting = sorted(new, key=lambda row: row.sort_name)
            steps.append(waiting)
            seen |= new
        return steps


def _days_between(former: Country, later: Country) -> int:
    """How far the end of one country and the start of another lie apart; 0 if one is unknown."""
    end, start = former.until.latest, later.date.earliest
    return abs((start - end).days) if start and end else 0


def common_days(
    countries: Iterable[Country],
) -> tuple[datetime.date | None, datetime.date | None] | None:
    """The first and last day on which all of these countries possibly existed; None if they never
    did. An end is None if it is not known or only approximate."""
    countries = list(countries)
    starts = [row.date.earliest for row in countries if row.date.earliest and row.date.is_definite]
    ends = [row.until.latest for row in countries if row.until.latest and row.until.is_definite]
    first, last = max(starts, default=None), min(ends, default=None)
    return None if first and last and first > last else (first, last)


class CountryName(NaturalKey, Derived):
    """Another name of a country: official, former or an alias, with the time of its use."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("official name")
        FORMER = "former", _("former name")
        ALIAS = "alias", _("also written")

    KEY = ("country", "language", "name")
    NAMES = ("name", "iso_former")

    country = models.ForeignKey(Country, models.CASCADE, related_name="names")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=35)
    name = models.CharField(_("name"), max_length=150)
    date = EdtfField(_("from"), columns=BOUNDS)
    until = EdtfField(_("until"), open_end=True, columns=BOUNDS)
    iso_former = models.CharField(_("ISO 3166-3"), max_length=4, blank=True)

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
                violation_error_message=_("The end is before the start."),
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
