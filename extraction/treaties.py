"""Suggestions of treaties and of steps in their lives."""

from collections.abc import Iterator

from extraction.action_words import SIGN, STEPS
from extraction.context import Context, Fact, Suggestion, day_of, distance
from extraction.names import Mention
from extraction.spans import DateSpan, Span
from extraction.titles import TitleSpan

# How far from its date the number of a law may stand, in characters.
NEAR_LAW = 40
# How many sentences back the treaty of a step may be named.
BACK = 4
# Words before a title that only refer to the document.
_REFERRING = (
    "under the", "under", "in accordance with the", "in accordance with", "pursuant to the",
    "within the framework of the", "в соответствии с", "в рамках", "согласно", "на основе",
    "based on the", "implementation of the", "реализации", "выполнении",
)  # fmt: skip


def treaties(context: Context, earlier: list[Suggestion]) -> Iterator[Suggestion]:
    """The treaties that a sentence says were signed, and the steps that it states. A step of a
    treaty among the `earlier` suggestions is added to it; any other gives a treaty of its own."""
    signed = next((one for one in context.find(SIGN) if context.is_done(one)), None)
    titles = [one for one in context.titles if not _is_referred_to(context, one)]
    steps = list(_steps(context))
    near = [one for one in titles if signed and _belongs(context, one, signed, steps)]
    for title in near:
        yield _treaty(context, title, signed)
    for kind, trigger, date in steps:
        step = _step(context, kind, trigger, date)
        title = min(titles, key=lambda one: distance(one, trigger), default=None)
        known = _named(earlier, title) if title else _referred(context, earlier)
        if known:
            known.steps.append(step)
        elif title and title not in near:
            yield _treaty(context, title, trigger, step)


def _belongs(context: Context, title: TitleSpan, signed: Span, steps) -> bool:
    """Whether a title is that of what was signed: no other step stands nearer to it."""
    return all(distance(title, one) >= distance(title, signed) for _kind, one, _date in steps)


def _is_referred_to(context: Context, title: TitleSpan) -> bool:
    before = context.read.text[context.sentence.start : title.start].lower().rstrip(' «“"')
    return before.endswith(_REFERRING)


def _treaty(
    context: Context, title: TitleSpan, trigger: Span, step: Suggestion | None = None
) -> Suggestion:
    values = {"title": Fact(title.title, title), "instrument": Fact(title.instrument, title)}
    parties = {
        one.country: one
        for one in context.countries
        if not one.city and not one.is_inside(title) and one.mention == Mention.NAME
    }
    if len(parties) > 2:
        values["parties"] = Fact(tuple(sorted(parties)))
    elif pair := context.pair_of():
        values["parties"] = pair
    city = context.city(trigger)
    if step is None:
        values |= day_of(context.date(trigger))
        if city:
            values["place"] = Fact(city.city, city)
    quote = context.quote(title, trigger)
    if step is None:
        step = Suggestion("action", quote.start, quote.end, dict(values))
        step.values["action_type"] = Fact("signature", trigger)
    return Suggestion("treaty", quote.start, quote.end, values, steps=[step])


def _steps(context: Context) -> Iterator[tuple[str, Span, DateSpan | None]]:
    """The steps other than signature that a sentence states: each type once, but the ratifications
    of several parties each with its date."""
    for kind, words in STEPS:
        for trigger in context.find(words):
            if not context.is_done(trigger):
                continue
            if kind == "ratification" and len(context.dates) > 1:
                yield from ((kind, trigger, date) for date in context.dates)
            else:
                yield kind, trigger, None
            break


def _step(context: Context, kind: str, trigger: Span, date: DateSpan | None) -> Suggestion:
    dated = {"date": Fact(date.date, date, date.inferred)} if date else context.date(trigger)
    values = {"action_type": Fact(kind, trigger), **day_of(dated)}
    near = date or trigger
    laws = [one for one in context.numbers if not one.is_registration]
    registrations = [one for one in context.numbers if one.is_registration]
    if laws and kind in ("ratification", "denunciation"):
        law = min(laws, key=lambda one: distance(one, near))
        if not date or distance(law, date) <= NEAR_LAW:
            values["law"] = Fact(law.number, law)
    if registrations and kind == "registration":
        values["registration"] = Fact(registrations[0].number, registrations[0])
    if kind in ("ratification", "denunciation") and context.countries:
        party = min(context.countries, key=lambda one: distance(one, near))
        values["party"] = Fact(party.country, party)
    when = values.get("date")
    quote = context.quote(trigger, when.span if when and not when.inferred else None)
    return Suggestion("action", quote.start, quote.end, values)


def _named(earlier: list[Suggestion], title: TitleSpan) -> Suggestion | None:
    """The earlier treaty with this title."""
    words = title.title.casefold()
    for one in reversed([one for one in earlier if one.kind == "treaty"]):
        other = one.value("title").casefold()
        if words == other or words in other or other in words:
            return one
    return None


def _referred(context: Context, earlier: list[Suggestion]) -> Suggestion | None:
    """The treaty that one of the last sentences names, for a step without a title."""
    first = context.read.sentences[max(0, context.place - BACK)].start
    near = [one for one in earlier if one.kind == "treaty" and one.start >= first]
    return near[-1] if near else None
