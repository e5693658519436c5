"""The values of a change beside the words of the sources that support them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.row_names import RowNames
from core.snapshot import (
    NO_VALUES,
    Change,
    changes,
    child_in_words,
    identity,
    kinds_of_children,
)
from relations.models import Citation
from relations.models.publishable import Publishable
from sources.locating import place_in_words, sentence_around
from sources.models import Passage, Reference, Source, SourceText

# The columns of a reference: they are shown as evidence, not as values.
OF_REFERENCE = frozenset(one.name for one in Reference._meta.fields)
# What a step takes from its treaty.
OF_WHOLE = ("title", "title_supplied", "relation")


@dataclass
class Quote:
    """What a source says, as a change cites it. `sentence` is the text before the words, the words
    and the text after them; only of the source under review, and if its text is attached."""

    reference: dict
    source: str
    place: str
    words: str
    language: str = ""
    sentence: tuple[str, str, str] | None = None
    under_review: bool = False
    is_mismatch: bool = False
    position: tuple = ()

    @property
    def stance(self) -> str:
        """The stance in words, unless it supports."""
        stance = self.reference.get("stance", Citation.Stance.SUPPORTS)
        return "" if stance == Citation.Stance.SUPPORTS else Citation.Stance(stance).label


@dataclass
class Line:
    """A value that differs. `key` is the one under which a remark at it is stored; empty if none
    can be: it belongs to a child. An `unchanged` value only has new evidence."""

    label: str
    before: str
    after: str
    key: str = ""
    unchanged: bool = False


@dataclass
class Group:
    """Values with the same evidence."""

    lines: list[Line] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)

    @property
    def position(self) -> tuple:
        return min((quote.position for quote in self.quotes), default=LAST)


@dataclass
class Part:
    """A record, or one of the steps that are published with it, with its groups in text order."""

    name: str
    groups: list[Group]


# After everything that has a place in the text.
LAST = (2, 0, 0)


def _position(locator: str) -> tuple[int, int, int]:
    """The position of a place without offsets, by the numbers in its locator."""
    numbers = [int(one) for one in re.findall(r"\d{1,9}", locator)]
    return (1, *[*numbers, 0, 0][:2]) if numbers else LAST


class SourceWords:
    """The words of a source as references quote them, with the sentences around them. Two
    queries; without a source, the places and words of any passage come from `names`."""

    def __init__(self, names: RowNames, source: Source | None = None):
        self.names, self.source, self.text, self.passages = names, source, "", {}
        if source:
            self.passages = {row.locator: row for row in source.passages.all()}
            attached = SourceText.objects.filter(source=source).first()
            self.text = attached.text if attached else ""

    def quote(self, reference: dict) -> Quote:
        """A reference of a snapshot."""
        slug = reference["source"][0]
        if self.source and slug == self.source.slug:
            return self._own(reference)
        passage = reference.get("passage")
        place = self.names.get(Passage, passage) if passage else ""
        return Quote(
            reference,
            self.names.get(Source, [slug]) or slug,
            place or place_in_words(reference["locator"]),
            "",
            position=LAST,
        )

    def _own(self, reference: dict) -> Quote:
        passage = self.passages.get(reference["passage"][1]) if reference.get("passage") else None
        quote = Quote(
            reference,
            str(self.source),
            passage.place if passage else place_in_words(reference["locator"]),
            passage.quote if passage else "",
            self.source.language,
            under_review=True,
            position=_position(reference["locator"]),
        )
        if passage:
            start = passage.start
            quote.is_mismatch = passage.anchoring == Passage.Anchoring.MISMATCH
            quote.position = (0, start, 0) if start is not None else quote.position
            if self.text and passage.anchoring == Passage.Anchoring.MATCHES and start is not None:
                quote.sentence = sentence_around(self.text, start, passage.end)
        return quote


def parts_of(
    model: type[Publishable],
    before: dict | None,
    after: dict,
    names: RowNames,
    words: SourceWords,
) -> list[Part]:
    """The values that differ between two snapshots of a row, and of its steps, each with its
    evidence. Steps without a change are left out."""
    found = [Part("", _groups(model, before, after, names, words))]
    name = model.parts_field()
    for step in after.get(name, ()) if name else ():
        relation = model._meta.get_field(name)
        rows = (before or {}).get(name, ())
        old = next((row for row in rows if row["slug"] == step["slug"]), None)
        groups = _groups(
            relation.related_model,
            old and {"record": old} | old,
            {"record": step} | step,
            names,
            words,
            f"{step['slug']}/",
        )
        if groups:
            label = child_in_words(relation.related_model, relation.field.name, step, names)
            found.append(Part(label, groups))
    return [part for part in found if part.groups]


def _groups(model, before, after, names, words, prefix="") -> list[Group]:
    """The values of one row that differ, in groups with the same evidence."""
    whole, by_field = Group(), {}
    if issubclass(model, Reference):
        whole.quotes = [words.quote(after["record"])]
    for citation in after.get("citations", ()):
        group = by_field.setdefault(citation["field"], Group()) if citation["field"] else whole
        group.quotes.append(words.quote(citation))
    others = []
    found = changes(model, before, after, names)
    for change in found:
        line = _line(model, change, prefix, new=before is None)
        own = _reference_of(model, change, after)
        if line is None:
            continue
        if own:
            others.append(Group([line], [words.quote(own)]))
        else:
            by_field.get(change.path[0], whole).lines.append(line)
    _add_unchanged(model, before, after, names, by_field, prefix)
    groups = [group for group in (whole, *by_field.values(), *others) if group.lines]
    cited_anew = _added(before, after)
    if whole.quotes and not whole.lines and any(not one["field"] for one in cited_anew):
        groups.append(whole)
    for group in groups:
        group.quotes.sort(key=lambda quote: quote.position)
    return sorted(groups, key=lambda group: group.position)


def _line(model, change: Change, prefix: str, new: bool) -> Line | None:
    """A change as a line; None if it is shown elsewhere: as evidence, or as a step."""
    first, *rest = change.path
    added = bool(rest) and not change.field and not change.before
    removed = bool(rest) and not change.field and not change.after
    if first == "citations" and added or first == model.parts_field() and not removed:
        return None
    if rest:
        after = _("added") if added and change.after == NO_VALUES else change.after
        return Line(change.where, change.before, after)
    if new and issubclass(model, Reference) and first in OF_REFERENCE:
        return None
    if prefix and (first in OF_WHOLE or first == model.part_of_field()):
        return None
    field = model._meta.get_field(first)
    if new and change.after == _("no") and isinstance(field, models.BooleanField):
        return None
    key = prefix + first if field.editable else ""
    return Line(change.where, change.before, change.after, key)


def _reference_of(model, change: Change, after: dict) -> dict | None:
    """The child of a change if it names its own source, as the links and texts of treaties do."""
    first, *rest = change.path
    for name, child, owner in kinds_of_children(model, after):
        if rest and name == first and issubclass(child, Reference) and child is not Citation:
            rows = {identity(child, owner, row): row for row in after[name]}
            return rows.get(rest[0])
    return None


def _added(before: dict | None, after: dict) -> list[dict]:
    """The citations that are new or have changed."""
    known = (before or {}).get("citations", ())
    return [one for one in after.get("citations", ()) if one not in known]


def _add_unchanged(model, before, after, names, by_field: dict[str, Group], prefix: str) -> None:
    """Add the values that have not changed to the groups of their new evidence."""
    fields = {one["field"] for one in _added(before, after)} - {""}
    fields = {name for name in fields if not by_field[name].lines}
    if not fields:
        return
    now = changes(model, None, {"record": after["record"]}, names)
    values = {change.path[0]: change.after for change in now}
    for name in fields:
        label = str(capfirst(model._meta.get_field(name).verbose_name))
        value = values.get(name, "")
        by_field[name].lines.append(Line(label, value, value, prefix + name, unchanged=True))


def remark_fields(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """The keys and labels of the values at which a reviewer can make a remark."""
    for part in parts:
        for group in part.groups:
            for line in group.lines:
                if line.key:
                    yield line.key, " · ".join(filter(None, [part.name, line.label]))
