"""What a text names: dates, sums, countries, people, offices, organizations, documents, numbers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.dates import Edtf
from extraction.amounts import amounts_in
from extraction.dates import dates_in
from extraction.name_reader import NameReader
from extraction.names import (
    CountrySpan,
    Names,
    OfficeSpan,
    OrganizationSpan,
    PersonSpan,
    candidates,
    words_of,
)
from extraction.spans import AmountSpan, DateSpan, Span
from extraction.texts import Folded, Sentence, folded, sentences
from extraction.titles import NumberSpan, TitleSpan, numbers_in, titles_in


@dataclass(frozen=True, slots=True)
class Recognition:
    """A text with what was recognized in it, each kind in the order of the text."""

    text: str
    on: Edtf | None
    folded: Folded
    sentences: list[Sentence]
    dates: list[DateSpan]
    amounts: list[AmountSpan]
    countries: list[CountrySpan]
    people: list[PersonSpan]
    offices: list[OfficeSpan]
    organizations: list[OrganizationSpan]
    titles: list[TitleSpan]
    numbers: list[NumberSpan]

    def spans(self) -> list[Span]:
        """All spans but offices, in the order of the text."""
        found = (
            *self.dates, *self.amounts, *self.countries, *self.people, *self.organizations,
            *self.titles, *self.numbers,
        )  # fmt: skip
        return sorted(found, key=lambda span: (span.start, -span.end))

    def main_pair(self) -> tuple[str, ...]:
        """The two countries that the text names most often, or whose people it names, sorted; fewer
        if it names fewer."""
        counts = Counter(span.country for span in self.countries)
        counts.update(one.row.country for one in self.people if one.row and one.row.country)
        return tuple(sorted(country for country, _count in counts.most_common(2)))


def within(spans: Iterable, start: int, end: int) -> list:
    """The spans that lie between two offsets."""
    return [span for span in spans if start <= span.start and span.end <= end]


def recognize(text: str, names: Callable[[set[str]], Names], on: Edtf | None = None) -> Recognition:
    """Recognize what a text names. `names` gives the rows of the database for the keys of phrases
    (extraction.known); `on` is the source's own date, against which relative dates are read."""
    prepared, words, parts = folded(text), words_of(text), sentences(text)
    reader = NameReader(text, prepared, words, names(candidates(text, words)))
    countries, people, organizations = reader.read()
    dates, amounts = dates_in(text, on), amounts_in(text)
    # "US dollars" names no country.
    countries = [one for one in countries if not any(map(one.is_inside, amounts))]
    stops = sorted([span.start for span in dates] + [span.start for span in countries if span.city])
    return Recognition(
        text=text,
        on=on,
        folded=prepared,
        sentences=parts,
        dates=dates,
        amounts=amounts,
        countries=countries,
        people=people,
        offices=reader.offices(),
        organizations=organizations,
        titles=titles_in(text, prepared, parts, stops),
        numbers=numbers_in(text, prepared),
    )
