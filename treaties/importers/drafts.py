"""Drafts of treaties with their steps, from the rows of any list."""

from itertools import chain, count

from django.utils.translation import gettext as _

from core.dates import Edtf
from core.rows import RowError
from relations.importers import Draft, fitting, short_slug
from relations.models import Country
from relations.names import squeeze
from relations.resolver import Resolver
from treaties.instruments import instrument
from treaties.life import Step
from treaties.models import Treaty, TreatyAction
from treaties.rules import impossible

UNDATED = Edtf.parse("")


def original_parties(
    resolver: Resolver, parties: list[dict], title: str, on: Edtf, bilateral: bool | None = None
) -> tuple[list[dict], str]:
    """The parties without the successors of others that make a bilateral treaty look like one of
    three, and a note that names those.

    `bilateral` is what the list says of the treaty, None if it says nothing. Then only a country
    that succeeded after the day of the treaty was no party to it. One that the title names was.
    """
    listed = {party["country"].pk for party in parties if "country" in party}
    later = [
        party
        for party in parties
        if "country" in party
        and squeeze(party["as_stated"]) not in squeeze(title)
        and any(
            bilateral or on.latest and since.earliest and on.latest < since.earliest
            for before, since in resolver.predecessors(party["country"])
            if before in listed
        )
    ]
    kept = [party for party in parties if party not in later]
    if bilateral is False or not later or len(kept) != 2:
        return parties, ""
    names = ", ".join(party["as_stated"] for party in later)
    return kept, _("The list also names a successor: %s.") % names


def treaty_draft(
    slug, place, title, parties, values, actions, column="", note="", by_party=False
) -> Draft:
    """A treaty with the parties in a column; `actions` are (type, date, other values), and those
    without a date, a day of effect and a text are left out.

    The country or organization under `party` took the action; without it, all parties did. The
    treaty has the date in `values`, that of the signature by all, or that of its first action.
    `by_party` says that the list gives the actions of each party.
    """
    actions = [
        (kind, day, more)
        for kind, day, more in actions
        if day or more.get("effective") or more.get("text")
    ]
    countries = [party["country"] for party in parties if "country" in party]
    bilateral = len(parties) == len(countries) == 2
    signed = (day for kind, day, more in actions if kind == "signature" and not more.get("party"))
    first = min((day for _kind, day, _more in actions if day), default=UNDATED)
    values = {"title": title, "instrument": instrument(title)} | values
    values["date"] = values.get("date") or next(signed, None) or first
    return Draft(
        model=Treaty,
        slug=slug,
        place=place,
        pair=tuple(countries) if bilateral else None,
        values=values,
        parties=parties,
        children=action_drafts(slug, place, actions, by_party),
        note=note,
        columns=dict.fromkeys(countries, column),
    )


def action_drafts(slug: str, place: str, actions, by_party: bool) -> list[Draft]:
    """The drafts of actions (type, date, other values) of the treaty with this slug.

    The slug of an action names its type and, with `by_party`, its party. Only further actions of
    the same type and party also have their date, so that a list that gains one does not rename the
    first.
    """
    drafts, taken = [], set()
    for kind, day, more in sorted(actions, key=lambda action: action[1].sort_key):
        plain = action_slug(slug, kind, day, more.get("party") if by_party else None)
        dated = f"{plain}-{short_slug(day)}"
        names = chain([plain, dated], (f"{dated}-{number}" for number in count(2)))
        name = next(name for name in map(fitting, names) if name not in taken)
        taken.add(name)
        drafts.append(Draft(TreatyAction, name, place, more | {"action_type": kind, "date": day}))
    return drafts


def action_slug(slug: str, kind: str, day: Edtf, party=None) -> str:
    """The slug of an action, by type and party; a status stated as of another day is another
    action."""
    words = f"{slug}-{kind.replace('_', '-')}"
    if party:
        words = f"{words}-{party.slug}"
    return short_slug(words, day) if kind == TreatyAction.Type.STATUS_STATED else words


def check_order(actions) -> None:
    """Raise RowError if the order of a row's actions is certainly impossible."""
    for _place, error in order_errors(actions):
        raise error


def order_errors(actions) -> list[tuple[int, RowError]]:
    """An error for each action whose place in the order of actions is certainly impossible, with
    the index of that action."""
    steps = {
        Step(
            type=kind,
            date=day,
            effective=more.get("effective", UNDATED),
            party=_party_key(more.get("party")),
            slug=str(place),
        ): place
        for place, (kind, day, more) in enumerate(actions)
        if day
    }
    errors = {}
    for _first, later, words in impossible(steps):
        error = RowError("", _("an impossible order: %s") % words, str(later.date))
        errors.setdefault(steps[later], error)
    return list(errors.items())


def _party_key(party) -> tuple | None:
    return party and (isinstance(party, Country), party.pk)
