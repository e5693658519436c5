"""The relation of two countries: an unordered pair with one page and one address."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from core import bulk
from core.changes import rows_added, rows_changed
from core.models import BySlug, BySlugQuerySet, SlugField
from core.related import Known
from relations.models.country import Country


class RelationQuerySet(BySlugQuerySet):
    def between(self, one, other):
        """The relation of two countries, given in either order; empty if it is not saved yet."""
        return self.filter(Q(country_a=one, country_b=other) | Q(country_a=other, country_b=one))

    def of(self, country):
        """The relations of one country."""
        return self.filter(Q(country_a=country) | Q(country_b=country))

    def with_predecessors_of(self, relation):
        """The relations that predecessors of either country had with the other side."""
        sides = {pk: [pk] for pk in relation.country_ids}
        predecessors = Country.objects.filter(successions__successor__in=sides).order_by()
        for successor, pk in predecessors.values_list("successions__successor", "pk"):
            sides[successor].append(pk)
        one, other = sides.values()
        return (
            self.filter(
                Q(country_a__in=one, country_b__in=other)
                | Q(country_a__in=other, country_b__in=one)
            )
            .exclude(pk=relation.pk)
            .with_countries()
        )

    def with_records(self):
        """Relations with published records."""
        return self.filter(statistics__entries__gt=0)

    def public(self):
        """Relations with published records or a summary: those that readers find."""
        return self.filter(Q(statistics__entries__gt=0) | ~Q(summary=""))

    def with_countries(self):
        return self.select_related("country_a", "country_b")

    @transaction.atomic
    def get_or_create_pair(self, one, other):
        """The relation of two countries; its row is created on first use."""
        new = Relation.of(one, other)
        sides = {"country_a": new.country_a, "country_b": new.country_b}
        row, created = self.between(one, other).get_or_create(defaults=sides)
        if created:
            rows_changed(row)
        return row

    def get_or_create_pairs(self, pairs: set[tuple[Country, Country]]) -> dict:
        """The relations of pairs of countries, by pair; rows are created on first use, in the
        transaction of the caller."""
        slugs = {pair: pair_slug(*pair) for pair in pairs}
        kept = self.in_bulk(slugs.values(), field_name="slug")
        new = {slug: Relation.of(*pair) for pair, slug in slugs.items() if slug not in kept}
        if new:
            # Sorted, so that two imports that create the same pairs do not deadlock.
            bulk.insert((new[slug] for slug in sorted(new)), ignore=True)
            found = self.select_related("statistics").in_bulk(new, field_name="slug")
            for slug, row in found.items():
                row.country_a, row.country_b = new[slug].country_a, new[slug].country_b
            rows_added(*found.values())
            kept |= found
        # A country may have been renamed since its relation was created.
        rows = {frozenset(row.country_ids): row for row in kept.values()}
        return {
            (one, other): rows.get(frozenset((one.pk, other.pk)))
            or self.get_or_create_pair(one, other)
            for one, other in pairs
        }


def pair_slug(one: Country, other: Country) -> str:
    """The slug of a pair: the slugs of both countries in alphabetical order."""
    return "-".join(sorted((one.slug, other.slug)))


class Relation(BySlug):
    """A pair of countries; its slug is fixed when the row is created."""

    # The related rows that its name consists of.
    NAMED_WITH = ("country_a", "country_b")

    # Long enough for the slugs of any two countries.
    slug = SlugField(_("identifier"), max_length=2 * Country.SLUG_LENGTH + 1)
    country_a = models.ForeignKey(Country, models.PROTECT, related_name="+")
    country_b = models.ForeignKey(Country, models.PROTECT, related_name="+")
    summary = models.TextField(_("summary"), blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="relation_of_two_countries",
                condition=~Q(country_a=F("country_b")),
                violation_error_message=_("A relation needs two different countries."),
            ),
            models.UniqueConstraint(
                Least("country_a", "country_b"),
                Greatest("country_a", "country_b"),
                name="relation_pair_unique",
                violation_error_message=_("This pair already exists."),
            ),
        ]

    @classmethod
    def of(cls, one: Country, other: Country) -> "Relation":
        """An unsaved relation of two countries, with its sides in order and its slug."""
        first, second = sorted((one, other), key=lambda country: country.slug)
        return cls(slug=pair_slug(first, second), country_a=first, country_b=second)

    def __str__(self):
        return f"{self.country_a}–{self.country_b}"

    def derive(self):
        super().derive()
        if not self.slug and self.country_a_id and self.country_b_id:
            self.slug = pair_slug(self.country_a, self.country_b)

    def clean(self):
        super().clean()
        # Only when the row is created: a country may be renamed later.
        is_new = self._state.adding and self.country_a_id and self.country_b_id
        if is_new and self.country_a.slug > self.country_b.slug:
            raise ValidationError(
                {"country_a": _("Choose the countries in alphabetical order of their identifiers.")}
            )

    def known(self) -> Known:
        """The pair, if it is saved, and its countries, for the records of a page to share."""
        countries = {country.pk: country for country in (self.country_a, self.country_b)}
        return {Relation: {self.pk: self} if self.pk else {}, Country: countries}

    @property
    def country_ids(self) -> tuple[int, int]:
        return self.country_a_id, self.country_b_id

    def other(self, country_id: int) -> Country:
        """The country of the pair that does not have this id."""
        return self.country_b if country_id == self.country_a_id else self.country_a
