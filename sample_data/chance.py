"""Random choices: shares, days, dates as vague as in sources, and words."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from core.dates import Edtf

# With this exponent the busiest of 20,000 pairs holds about 13,000 of a million records.
EXPONENT = 0.68
FIRST, LAST = date(1950, 1, 1), date(2024, 12, 31)
# The publication time of the first record; each later record follows a second after the last.
PUBLISHED = datetime(2025, 1, 1, tzinfo=UTC)
# Date formats with their weights; each formatted date covers the original day.
FORMS = {
    "{day}": 70,
    "{year}-{month:02}": 12,
    "{year}": 8,
    "{year}~": 2.5,
    "{year}?": 1.5,
    "{year}%": 0.5,
    "{year}-{quarter}": 1.5,
    "{year}-{half}": 1,
    "[{before}..{after}]": 1.5,
    "[..{after}]": 0.5,
    "[{before}..]": 0.5,
    "": 0.5,
}
SUBJECTS = (
    "transport", "energy", "trade", "education", "culture", "science", "water", "border crossings",
    "air services", "taxation", "investment", "pensions", "health", "agriculture", "fisheries",
    "visas", "customs", "railways", "satellites", "standards", "tourism", "sport", "archives",
    "extradition", "legal assistance", "defence", "disaster relief", "climate", "mining", "ports",
)  # fmt: skip
ADJECTIVES = (
    "joint", "mutual", "further", "regional", "technical", "common", "cross-border", "renewed",
    "special", "annual", "scientific", "economic", "preliminary", "lasting", "close", "practical",
)  # fmt: skip


def shares(total: int, count: int, least: int = 0) -> list[int]:
    """A total divided into `count` shares by Zipf's law, largest first, each at least `least`."""
    weights = [(place + 1) ** -EXPONENT for place in range(count)]
    scale = (total - least * count) / sum(weights)
    found, sum_before, given = [], 0.0, 0
    for weight in weights:
        sum_before += weight * scale
        # Round the running sum, so that the shares add up to the total exactly.
        found.append(round(sum_before) - given)
        given += found[-1]
    return [least + share for share in found]


def skewed(chance: Random, count: int) -> int:
    """A random index below `count`; low ones are far more frequent than high ones."""
    return int(count * chance.random() ** 3)


def a_day(chance: Random) -> date:
    """A random day since 1950, more often in recent years."""
    return LAST - timedelta(days=int((LAST - FIRST).days * chance.random() ** 2))


def vague(chance: Random, day: date) -> Edtf:
    """A day as a source may give it: mostly exact, sometimes approximate or unknown."""
    form = chance.choices(tuple(FORMS), tuple(FORMS.values()))[0]
    text = form.format(
        day=day.isoformat(),
        year=day.year,
        month=day.month,
        quarter=33 + (day.month - 1) // 3,
        half=40 + day.month // 7,
        before=day.year - 1,
        after=day.year + 1,
    )
    return Edtf.parse(text)


def until(chance: Random, day: date) -> str:
    """The end of a period that began on a day: some years later, unknown, or still open."""
    year = day.year + chance.randint(2, 12)
    return ".." if year > LAST.year else chance.choice((str(year), str(year), ""))


def a_subject(chance: Random) -> str:
    return f"{chance.choice(ADJECTIVES)} {chance.choice(SUBJECTS)}"
