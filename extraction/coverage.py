"""How far a source has been read: which of its sentences have records, and which hold no fact."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from extraction.models import SentenceWithoutFact
from extraction.texts import Sentence, sentences
from relations.models import Citation, Revision, State
from sources.models import Passage, Source, text_digest
from trade.models import Figure, TradedGood

# The models of what a source states: each row has a source and a passage.
STATING = (Citation, Figure, TradedGood)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sentences of a text by what is known of each. `cited` and `empty` hold indexes into
    `sentences`: of those that a record or figure cites, and of those without a fact. `passages`
    are those that `cited_passages` gives."""

    sentences: list[Sentence]
    passages: set[tuple[str, int, int]]
    cited: frozenset[int]
    empty: frozenset[int]

    @property
    def total(self) -> int:
        return len(self.sentences)

    @property
    def in_words(self) -> str:
        """How far the text has been read: "14 of 22 sentences have records, 5 hold no fact"."""
        said = _(
            "%(total)d sentences: %(cited)d with records, %(empty)d without a fact, %(open)d "
            "still to be read."
        )
        return said % {
            "cited": len(self.cited),
            "total": self.total,
            "empty": len(self.empty),
            "open": self.open,
        }

    @property
    def open(self) -> int:
        """The number of sentences that nobody has dealt with yet."""
        return self.total - len(self.cited | self.empty)


def coverage(source: Source, text: str, *, public: bool = False) -> Coverage:
    """The coverage of a source's attached text; for readers (`public`), only published records and
    figures count."""
    listed = sentences(text)
    passages = cited_passages(source, public=public)
    cited = sentences_of(listed, ((start, end) for _kind, start, end in passages))
    marked = set(SentenceWithoutFact.objects.filter(source=source).values_list("digest", flat=True))
    empty = {
        place
        for place, one in enumerate(listed)
        if marked and text_digest(text[one.start : one.end]) in marked
    }
    return Coverage(listed, passages, frozenset(cited), frozenset(empty - cited))


def cited_passages(source: Source, *, public: bool) -> set[tuple[str, int, int]]:
    """The offsets of the passages of a source that records or figures cite, each with the kind of
    the record, or "figure" and the like; for readers (`public`) only of published ones."""
    found = set()
    for model in STATING:
        of_record = model is Citation
        rows = model.objects.filter(source=source, passage__start__isnull=False).order_by()
        state = "record__state" if of_record else "state"
        rows = rows.filter(**{state: State.PUBLISHED}) if public else rows
        rows = rows.exclude(**{state: State.WITHDRAWN})
        kind = F("record__kind") if of_record else Value(model._meta.model_name)
        rows = rows.annotate(cites=kind)
        found.update(rows.values_list("cites", "passage__start", "passage__end"))
    return found if public else found | _pending(source)


def _pending(source: Source) -> set[tuple[str, int, int]]:
    """The same of citations in changes to published records that readers do not see yet."""
    text = Cast("snapshot", TextField())
    rows = Revision.objects.open().filter(record__published_at__isnull=False)
    rows = rows.annotate(text=text).filter(text__contains=f'"{source.slug}"')
    cited = {
        (kind, citation["passage"][1])
        for kind, snapshot in rows.values_list("record__kind", "snapshot")
        for citation in snapshot.get("citations", ())
        if citation["source"] == [source.slug] and citation["passage"]
    }
    locators = {locator for _kind, locator in cited}
    rows = Passage.objects.filter(source=source, locator__in=locators).exclude(start=None)
    places = {row.locator: row for row in rows}
    return {
        (kind, places[locator].start, places[locator].end)
        for kind, locator in cited
        if locator in places
    }


def sentences_of(listed: list[Sentence], places: Iterable[tuple[int, int]]) -> set[int]:
    """The indexes of the sentences that places touch, given by their offsets."""
    starts, found = [one.start for one in listed], set()
    for start, end in places:
        first = max(bisect_right(starts, start) - 1, 0)
        for index in range(first, len(listed)):
            if listed[index].start >= end:
                break
            if listed[index].end > start:
                found.add(index)
    return found
