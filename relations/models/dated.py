"""Dated rows that name countries: each country must have existed then."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from core.dates import Edtf
from relations.models.country import Country


class Dated:
    """A row with a time, from DATES[0] to DATES[1], that names countries.

    A row that belongs to another one has the time and the state of that row, its OWNER.
    """

    DATES = ("date", "until")
    # The foreign key to the owner; empty if the dates are its own.
    OWNER = ""
    # The foreign keys to the countries.
    COUNTRIES: tuple[str, ...] = ("country",)

    @classmethod
    def country_paths(cls) -> tuple[str, ...]:
        """The paths of the foreign keys to the countries, for queries."""
        return cls.COUNTRIES

    def countries(self) -> Iterator[tuple[str, Country]]:
        """The countries that must have existed then, each with the field that names it."""
        for name in self.COUNTRIES:
            if getattr(self, f"{name}_id"):
                yield name, getattr(self, name)

    def owner(self):
        """The row whose dates and state count: itself, or the row that it belongs to."""
        return getattr(self, self.OWNER) if self.OWNER else self

    def time(self) -> tuple[Edtf, Edtf]:
        """Its start and end. A form may have left text in their place that is no date."""
        owner = self.owner()
        return tuple([getattr(owner, name) for name in self.DATES])

    def refuses(self, country: Country) -> str:
        """Why a country cannot be part of this row: it certainly did not exist then. Empty if it
        can (docs/data-model.md, Lifetimes)."""
        return country.refusal(*self.time()) if not self.OWNER else self.owner().refuses(country)

    def check_lifetimes(self) -> None:
        """Raise ValidationError, by field, for countries that did not exist then."""
        errors, seen = {}, set()
        for field, country in self.countries():
            if not all(isinstance(day, Edtf) for day in self.time()):
                return
            if country not in seen and (words := self.refuses(country)):
                errors.setdefault(field, []).append(words)
            seen.add(country)
        if errors:
            raise ValidationError(errors)
