"""The sources of a page as numbered notes, for the screen and for paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.long_lists import SHOWN
from relations.models import Citation, Record
from sources.models import Reference, Source


@dataclass(slots=True)
class Note:
    """A source as a whole or a place in it; `label` is its number on the page, such as "2" or
    "2.1".

    `where` names the source and the place. `quotations` are the words found there, each with its
    language. `marks` counts the marks of the note that the page has shown so far.
    """

    label: str
    reference: Reference
    place: str = ""
    where: str = ""
    quotations: dict[str, str] = field(default_factory=dict)
    marks: int = 0


@dataclass(slots=True)
class NotedSource:
    """A source that supports rows of the page: the note of the source as a whole, if there is one,
    and those of the cited places in it."""

    number: int
    source: Source
    whole: Note | None = None
    notes: dict[str, Note] = field(default_factory=dict)

    @property
    def folds(self) -> bool:
        """Whether its places are one line that opens."""
        return len(self.notes) > SHOWN

    def note(self, reference: Reference) -> Note:
        """The note of the place that a reference names, added if it is new."""
        title = str(self.source)
        if not (place := str(reference.place)):
            self.whole = self.whole or Note(str(self.number), reference, "", title)
            return self.whole
        if (note := self.notes.get(place)) is None:
            label = f"{self.number}.{len(self.notes) + 1}"
            note = self.notes[place] = Note(label, reference, place, f"{title}, {place}")
        if words := reference.words or reference.stated:
            note.quotations.setdefault(words, reference.words_language)
        return note


def footnotes(rows: Iterable[Record | Reference], already: int = 0) -> list[NotedSource]:
    """The sources that support these rows, in the order in which the rows cite them. Numbering
    continues after the `already` numbered ones.

    Sets `notes` on each row: the places that support it. For a record these are the citations of
    the whole record, or else those of its fields. Rows are records, or figures and goods, which are
    references themselves. One query.
    """
    rows, found = list(rows), {}
    supports = _supports(rows)
    for row in rows:
        places = [row] if isinstance(row, Reference) else supports.get(row.pk, [])
        row.notes = list({note.label: note for note in _noted(found, places, already)}.values())
    return list(found.values())


def _supports(rows) -> dict[int, list[Citation]]:
    """The supporting citations of each record: those of the whole record if any, or else all."""
    records = {row.pk for row in rows if isinstance(row, Record)}
    cited = Citation.objects.published().filter(record__in=records, stance=Citation.Stance.SUPPORTS)
    by_record = {}
    for row in cited.with_places().order_by("record", "id"):
        by_record.setdefault(row.record_id, []).append(row)
    return {
        key: [row for row in places if not row.field] or places for key, places in by_record.items()
    }


def _noted(found: dict[int, NotedSource], places: list[Reference], already: int):
    for reference in places:
        number = already + len(found) + 1
        yield found.setdefault(reference.source_id, NotedSource(number, reference.source)).note(
            reference
        )
