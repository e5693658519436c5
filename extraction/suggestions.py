"""Suggestions of whole records from the sentences of a text."""

from collections.abc import Callable, Iterator

from core.dates import Edtf
from extraction.context import Context, Suggestion
from extraction.events import events, memberships, missions
from extraction.figures import figures
from extraction.names import Names
from extraction.recognition import Recognition, recognize
from extraction.treaties import treaties
from extraction.visits import visits

# The rules by the kind of record that they suggest, each given a sentence and the suggestions of
# the sentences before it.
RULES: dict[str, Callable[..., Iterator[Suggestion]]] = {
    "visit": visits,
    "treaty": treaties,
    "event": events,
    "mission": missions,
    "membership": memberships,
    "figure": figures,
}
# A longer run without a full stop is a table or noise, from which nothing is suggested.
LONGEST = 2000


def suggestions(read: Recognition, pair: tuple[str, ...] = ()) -> list[Suggestion]:
    """The records that a text states, in its order. `pair` has the slugs of the two countries that
    it is about; by default those that it names most often."""
    pair = pair or read.main_pair()
    found: list[Suggestion] = []
    for place, sentence in enumerate(read.sentences):
        if sentence.end - sentence.start > LONGEST:
            continue
        context = Context(read, place, pair)
        new = [one for rule in RULES.values() for one in rule(context, found)]
        for one in new:
            before = _repeated(one, found)
            if before is None:
                found.append(one)
            elif "date" in one.values and "date" not in before.values:
                # A headline rarely has the day.
                found[found.index(before)] = one
    return found


# What makes two suggestions of a kind the same, besides their date.
_SUBJECT = {"visit": ("host", "pair", "rank"), "event": ("event_type", "pair")}


def _repeated(one: Suggestion, found: list[Suggestion]) -> Suggestion | None:
    """The earlier suggestion of the same visit or event, if none of the two has another date."""
    for other in found:
        if other.kind != one.kind or one.kind not in _SUBJECT:
            continue
        same = all(one.value(name) == other.value(name) for name in _SUBJECT[one.kind])
        dates = [each.value("date", None) for each in (one, other)]
        if same and (None in dates or dates[0] == dates[1]):
            return other
    return None


def suggested(
    text: str,
    names: Callable[[set[str]], Names],
    on: Edtf | None = None,
    pair: tuple[str, ...] = (),
) -> list[Suggestion]:
    """The records that a text states; see `recognize` and `suggestions`."""
    return suggestions(recognize(text, names, on), pair)
