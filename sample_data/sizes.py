"""How much is generated, and of what how much."""

from dataclasses import dataclass

MOST = {"pairs": 100_000, "records": 100_000_000, "figures": 100_000_000, "seed": 999_999}
LEAST = {"pairs": 1, "records": 0, "figures": 0, "seed": 0}
# Of a thousand records: memberships, offices, and treaties of many with their steps; the rest
# are of pairs.
MEMBERSHIPS, OFFICES, MULTILATERAL = 10, 20, 20
FEWEST_COUNTRIES = 12


class GenerateError(ValueError):
    """A base cannot be generated as it was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pairs, records and figures there will be, and the seed of what chance decides."""

    pairs: int
    records: int
    figures: int = 0
    seed: int = 1

    def check(self) -> None:
        """Raise GenerateError where a number is out of bounds, or too small for the pairs."""
        for name, most in MOST.items():
            value = getattr(self, name)
            if not LEAST[name] <= value <= most:
                raise GenerateError(
                    f"--{name} must lie from {LEAST[name]} to {most:,}, not {value:,}."
                )
        if self.of_pairs < self.pairs:
            raise GenerateError(
                f"Each of {self.pairs:,} pairs holds a record at least: "
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
        """The fewest countries that have so many pairs."""
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
        """As many as their memberships need, with three fifths of all countries in each."""
        return max(4, -(-self.memberships // (self.countries * 3 // 5)))
