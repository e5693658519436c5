"""The sizes of a generated database, and how its records divide into kinds."""

from dataclasses import dataclass

MOST = {"pairs": 100_000, "records": 100_000_000, "figures": 100_000_000, "seed": 999_999}
LEAST = {"pairs": 1, "records": 0, "figures": 0, "seed": 0}
# Per thousand records: memberships, offices, and multilateral treaties with their steps; the other
# records belong to pairs.
MEMBERSHIPS, OFFICES, MULTILATERAL = 10, 20, 20
FEWEST_COUNTRIES = 12


class GenerateError(ValueError):
    """A database cannot be generated as requested; the message says why."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pairs, records and figures to generate, and the random seed."""

    pairs: int
    records: int
    figures: int = 0
    seed: int = 1

    def check(self) -> None:
        """Raise GenerateError if a number is out of bounds, or if there are too few records for the
        pairs."""
        for name, most in MOST.items():
            value = getattr(self, name)
            if not LEAST[name] <= value <= most:
                raise GenerateError(
                    f"--{name} must be between {LEAST[name]} and {most:,}, not {value:,}."
                )
        if self.of_pairs < self.pairs:
            raise GenerateError(
                f"Each of {self.pairs:,} pairs holds at least one record: "
                f"--records must be at least {self.pairs * 20 // 19 + 1:,}."
            )

    @property
    def memberships(self) -> int:
        return self.records * MEMBERSHIPS // 1000

    @property
    def offices(self) -> int:
        return self.records * OFFICES // 1000

    @property
    def multilateral(self) -> int:
        return self.records * MULTILATERAL // 1000

    @property
    def of_pairs(self) -> int:
        return self.records - self.memberships - self.offices - self.multilateral

    @property
    def countries(self) -> int:
        """The smallest number of countries that has enough pairs."""
        count = FEWEST_COUNTRIES
        while count * (count - 1) // 2 < self.pairs:
            count += 1
        return count

    @property
    def sources(self) -> int:
        return max(20, self.records // 500)

    @property
    def people(self) -> int:
        return max(4 * self.countries, self.records // 50)

    @property
    def organizations(self) -> int:
        """Enough organizations for the memberships, with three fifths of all countries in each."""
        return max(4, -(-self.memberships // (self.countries * 3 // 5)))
