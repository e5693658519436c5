"""The page of a source: its cited places, and the values that rest on each, in pages."""

from collections.abc import Iterable
from itertools import chain

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from relations.models import Citation
from sources.locating import place_in_words
from sources.models import Passage, Reference, Source
from sources.texts import Segment, annotate
from trade.models import Figure, TradedGood
from treaties.models import TreatyLink, TreatyText

# How many passages, or values without a passage, a page lists.
LISTED = 50
# The order of passages: as in the text, then those whose offsets are not known.
IN_TEXT = (F("start").asc(nulls_last=True), "id")


class CitedPlaces:
    """The public passages of a source, then the published values that name a place without a
    passage, or none: citations, figures, goods, links and texts of treaties, each by id.

    A sequence for a Paginator; a slice takes a query for each kind of row that it touches.
    """

    def __init__(self, source: Source):
        self.source = source

    def passages(self) -> QuerySet[Passage]:
        return self.source.passages.public().order_by(*IN_TEXT)

    def values(self) -> list[QuerySet]:
        """The published values that rest on the source, by kind."""
        cited = Citation.objects.published().select_related("record", "passage")
        stated = (
            model.objects.published().for_pages()
            for model in (Figure, TradedGood, TreatyLink, TreatyText)
        )
        return [rows.filter(source=self.source).order_by("id") for rows in (cited, *stated)]

    def parts(self) -> list[QuerySet]:
        return [self.passages(), *(rows.filter(passage=None) for rows in self.values())]

    @cached_property
    def counts(self) -> list[int]:
        return [rows.count() for rows in self.parts()]

    def count(self) -> int:
        return sum(self.counts)

    def __getitem__(self, asked: slice) -> list[Passage | Reference]:
        found, first = [], 0
        for rows, count in zip(self.parts(), self.counts, strict=True):
            start, stop = max(asked.start - first, 0), min(asked.stop - first, count)
            if start < stop:
                found += rows[start:stop]
            first += count
        return found

    def position(self, place: str) -> int:
        """The place of the first row with this locator in the sequence. Raises Http404 if the
        source has no such place."""
        locators = list(self.passages().values_list("locator", flat=True))
        if place in locators:
            return locators.index(place)
        first = len(locators)
        for rows in self.parts()[1:]:
            keys = rows.values_list("pk", flat=True)
            if (key := keys.filter(locator=place).first()) is not None:
                return first + keys.filter(pk__lt=key).count()
            first += keys.count()
        raise Http404(_("Nothing published cites the place “%(place)s”.") % {"place": place})


def address_of(source: Source, place: str) -> str:
    """The address of a place on the page of its source: the page of the list that shows it, with
    the place as its fragment. Raises Http404 if the source has no such place."""
    if "\0" in place:
        raise Http404(_("The place contains an invalid character."))
    places = CitedPlaces(source)
    position = places.position(place)
    passage = places.passages().filter(locator=place).first()
    page = position // LISTED + 1
    if passage and source.is_open and passage.anchoring == Passage.Anchoring.MATCHES:
        # The text marks it, on the first page.
        page = 1
    query = f"?page={page}" if page > 1 else ""
    fragment = passage.locator if passage else f"place-{position + 1}"
    return f"{source.get_absolute_url()}{query}#{fragment}"


def cited_page(source: Source, number: str) -> Page:
    """A page of the cited places, with `passages`, each with its `values`, and with `elsewhere`:
    the values without a passage by place, as number, locator, place in words, values.

    Raises Http404 if there is no page with this number.
    """
    places = CitedPlaces(source)
    try:
        pages = Paginator(places, LISTED)
        page = pages.page(pages.num_pages if number == "last" else number or 1)
    except InvalidPage as error:
        raise Http404(_("There is no page “%(number)s”.") % {"number": number}) from error
    page.passages = [row for row in page if isinstance(row, Passage)]
    by_passage = {row.pk: [] for row in page.passages}
    if by_passage:
        resting = (rows.filter(passage__in=by_passage) for rows in places.values())
        for value in chain.from_iterable(resting):
            by_passage[value.passage_id].append(value)
    for passage in page.passages:
        passage.source, passage.values = source, by_passage[passage.pk]
    page.elsewhere = _by_place(source, enumerate(page, page.start_index()))
    return page


def _by_place(source: Source, numbered: Iterable[tuple[int, Passage | Reference]]) -> list[tuple]:
    found = {}
    for number, row in numbered:
        if isinstance(row, Reference):
            row.source = source
            found.setdefault(row.locator, (number, []))[1].append(row)
    return [
        (number, locator, place_in_words(locator), rows)
        for locator, (number, rows) in found.items()
    ]


def text_in_paragraphs(source: Source, text: str) -> list[list[Segment]]:
    """The text of a source with its cited passages, each with the number of its page (`page`)."""
    passages = list(CitedPlaces(source).passages())
    for position, passage in enumerate(passages):
        passage.page = position // LISTED + 1
    return annotate(text, passages)


def with_synopsis(source: Source, page: Page) -> list[tuple]:
    """The parts of the synopsis with their passages on a page, then None with passages outside it;
    empty without a synopsis. Parts without cited passages are on the first page."""
    parts = list(source.synopsis.all())
    if not parts:
        return []
    found = [
        (part, [row for row in page.passages if row.paragraph == part.paragraph]) for part in parts
    ]
    summarized = {part.paragraph for part in parts}
    rest = [row for row in page.passages if row.paragraph not in summarized]
    shown = [(part, rows) for part, rows in found if rows or page.number == 1]
    return [*shown, *([(None, rest)] if rest else [])]
