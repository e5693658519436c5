"""What the workbench shows of one part of a source's text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Count
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.workbench.fill import LONGEST_QUOTE, Page, card, known_people, rejection
from extraction.context import BEFORE, Context, Suggestion
from extraction.coverage import Coverage
from extraction.known import known_names
from extraction.models import RejectedSuggestion
from extraction.names import CountrySpan, OrganizationSpan, PersonSpan
from extraction.recognition import Recognition, recognize, within
from extraction.spans import AmountSpan, DateSpan, Span
from extraction.suggestions import RULES, suggestions
from extraction.texts import Sentence
from extraction.titles import TitleSpan
from relations.models import Country, Relation
from sources.models import QUOTE_WORDS, Source

# The most characters of a text that one page of the workbench reads.
PART = 8_000
# The share of two quotations that must be common to be of the same record.
SAME = 0.6
# What a span is called on the page, by its class.
KINDS = {
    DateSpan: ("date", gettext_lazy("date")),
    AmountSpan: ("sum", gettext_lazy("sum")),
    CountrySpan: ("country", gettext_lazy("country")),
    PersonSpan: ("person", gettext_lazy("person")),
    OrganizationSpan: ("organization", gettext_lazy("organization")),
    TitleSpan: ("title", gettext_lazy("document")),
}
_WORD = re.compile(r"\S+")


def parts_of(listed: list[Sentence], text: str) -> list[tuple[int, int]]:
    """The offsets of the parts of a text that the workbench reads one at a time: whole paragraphs,
    but sentences of one that is longer than a part, and pieces of a longer sentence. One empty part
    if the text has no sentences."""
    spans: list[tuple[int, int]] = []
    for _number, group in groupby(listed, key=lambda one: one.paragraph):
        inside = list(group)
        whole = inside[0].start, inside[-1].end
        pieces = [whole] if whole[1] - whole[0] <= PART else _pieces(inside, text)
        for start, end in pieces:
            if spans and end - spans[-1][0] <= PART:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans or [(0, 0)]


def _pieces(listed: list[Sentence], text: str) -> Iterator[tuple[int, int]]:
    """The offsets of the sentences of a paragraph; of one that is too long, of runs of words."""
    for one in listed:
        start = one.start
        while one.end - start > PART:
            space = text.rfind(" ", start + 1, start + PART)
            cut = space if space > 0 else start + PART
            yield start, cut
            start = cut
        yield start, one.end


@dataclass
class Part:
    """A part of a source's text, from `start` on, with what was recognized in it and in a few
    sentences before, which begin at `base`: they may give the date and the countries."""

    source: Source
    text: str
    start: int
    base: int
    read: Recognition

    def __post_init__(self):
        slugs = {one.country for one in self.read.countries}
        self.pair = pair_of(self.source) or self.read.main_pair()
        countries = Country.objects.filter(slug__in=slugs | set(self.pair))
        by_slug = {row.slug: row for row in countries}
        self.page = Page(self.source, self.text, by_slug, known_people(self.read))

    @staticmethod
    def of(source: Source, text: str, listed: list[Sentence], start: int, end: int) -> "Part":
        """The part between two offsets, given the sentences of the whole text."""
        place = bisect_left(listed, start, key=lambda one: one.start)
        base = listed[max(0, place - BEFORE)].start if 0 < place < len(listed) else start
        base = base if start - base <= PART else start
        read = recognize(text[base:end], known_names, source.date or None)
        return Part(source, text, start, base, read)

    def suggestions(self, coverage: Coverage) -> list[Suggestion]:
        """The suggestions that nobody has rejected, and whose words no record of their kind cites
        yet; with offsets in the whole text."""
        rejected = set(
            RejectedSuggestion.objects.filter(source=self.source).values_list("digest", flat=True)
        )
        found = (self._in_text(one) for one in suggestions(self.read, self.pair))
        return [
            one
            for one in found
            if one.start >= self.start
            and rejection(one) not in rejected
            and not any(
                kind == one.kind and _same_place((one.start, one.end), (start, end))
                for kind, start, end in coverage.passages
            )
        ]

    def _in_text(self, one: Suggestion) -> Suggestion:
        """A suggestion with offsets in the whole text, and its quotation as short as it must be."""
        start, end = self.base + one.start, self.base + one.end
        start, end = shortened(self.source, self.text, start, end)
        steps = [self._in_text(step) for step in one.steps]
        return replace(one, start=start, end=end, steps=steps)

    def selected(self, kind: str, start: int, end: int) -> Suggestion | None:
        """A suggestion of a kind for the words between two offsets of the text, with everything
        that they contain, or else their sentence, filled in; None if there are no sentences."""
        first, last = start - self.base, end - self.base
        inside = [
            place
            for place, one in enumerate(self.read.sentences)
            if one.start < last and first < one.end
        ]
        if not inside:
            return None
        start, end = shortened(self.source, self.text, start, end)
        for place in inside:
            context = Context(self.read, place, self.pair)
            context.chosen = True
            for one in RULES[kind](context, []):
                return replace(self._in_text(one), start=start, end=end)
        context = Context(self.read, inside[0], self.pair)
        values = dict(context.date(Span(first, last)))
        if pair := context.pair_of():
            values |= {"pair": pair, "parties": pair}
        return Suggestion(kind, start, end, values)

    def cards(self, coverage: Coverage, kinds: list[str]) -> list:
        """The cards of the suggestions of these kinds."""
        found = self.suggestions(coverage)
        return [card(self.page, one) for one in found if one.kind in kinds]

    def paragraphs(self, coverage: Coverage) -> Iterator[list[dict]]:
        """The sentences of each paragraph with their marked text and what is known of each."""
        paragraph, rows = None, []
        spans = self.read.spans()
        by_start = {one.start: place for place, one in enumerate(coverage.sentences)}
        for one in self.read.sentences:
            if self.base + one.start < self.start:
                continue
            if rows and one.paragraph != paragraph:
                yield rows
                rows = []
            paragraph = one.paragraph
            place = by_start.get(self.base + one.start)
            state = "open"
            if place in coverage.cited:
                state = "cited"
            elif place in coverage.empty:
                state = "empty"
            rows.append(
                {
                    "number": (place or 0) + 1,
                    "start": self.base + one.start,
                    "end": self.base + one.end,
                    "state": state,
                    "marked": self._marked(one, within(spans, one.start, one.end)),
                }
            )
        if rows:
            yield rows

    def _marked(self, sentence: Sentence, spans: list[Span]) -> SafeString:
        """A sentence with the outermost of its spans marked by kind."""
        pieces, at = [], sentence.start
        for span in spans:
            if span.start < at or type(span) not in KINDS:
                continue
            pieces.append(_escaped(self.read.text[at : span.start]))
            name, label = KINDS[type(span)]
            pieces.append(
                format_html(
                    '<mark class="{}" title="{}">{}</mark>',
                    name,
                    f"{label}: {meaning(span, self.page.countries)}",
                    _escaped(self.read.text[span.start : span.end]),
                )
            )
            at = span.end
        pieces.append(_escaped(self.read.text[at : sentence.end]))
        return format_html_join("", "{}", ((piece,) for piece in pieces))


def _escaped(text: str) -> SafeString:
    """Text for a page. A browser would drop carriage returns, and count other offsets."""
    return mark_safe(escape(text).replace("\r", "&#13;"))


def meaning(span: Span, countries: dict[str, Country]) -> str:
    """What a span means, in words."""
    match span:
        case DateSpan():
            said = " – ".join(one.describe() for one in (span.date, span.until) if one)
            return f"{said} ({span.inferred})" if span.inferred else said
        case AmountSpan():
            return span.amount.words
        case CountrySpan():
            return str(countries.get(span.country, span.country))
        case PersonSpan() | OrganizationSpan():
            return span.row.name if span.row else _("not recorded yet")
        case TitleSpan():
            return span.title
    return ""


def pair_of(source: Source) -> tuple[str, ...]:
    """The slugs of the pair of most records that cite a source, sorted; empty if none does."""
    rows = Relation.objects.filter(records__citations__source=source)
    row = rows.annotate(cited=Count("records")).order_by("-cited", "slug").with_countries().first()
    return tuple(sorted((row.country_a.slug, row.country_b.slug))) if row else ()


def _same_place(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two ranges are mostly the same: quotations of two figures may overlap."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > SAME * (max(one[1], other[1]) - min(one[0], other[0]))


def shortened(source: Source, text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of a quotation that the rights of its source and the size of a passage allow: the
    words at its end are left out first."""
    words = list(_WORD.finditer(text, start, end))
    if not source.is_open:
        words = words[:QUOTE_WORDS]
    while len(words) > 1 and words[-1].end() - start > LONGEST_QUOTE:
        words.pop()
    if not words:
        return start, end
    return words[0].start(), min(words[-1].end(), start + LONGEST_QUOTE)
