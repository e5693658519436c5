"""Two sentences that say what is known about a pair, from the data of its dossier."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.dates import Edtf, Precision
from portal.pair_treaties import StatusCounts
from portal.turns import Turns
from relations.models import Country, Event, Mission, Record, Relation
from trade.charts import Spark

# How many missions of a country the sentence names.
NAMED = 3
# What the events of relations say of them.
TURNED = {
    Event.Type.ESTABLISHMENT: gettext_lazy("established %(day)s"),
    Event.Type.SUSPENSION: gettext_lazy("suspended %(day)s"),
    Event.Type.SEVERANCE: gettext_lazy("severed %(day)s"),
    Event.Type.RESUMPTION: gettext_lazy("resumed %(day)s"),
}
MISSIONS = {
    Mission.Type.EMBASSY: gettext_lazy("an embassy"),
    Mission.Type.CONSULATE_GENERAL: gettext_lazy("a consulate general"),
    Mission.Type.CONSULATE: gettext_lazy("a consulate"),
    Mission.Type.HONORARY_CONSULATE: gettext_lazy("an honorary consulate"),
    Mission.Type.PERMANENT_MISSION: gettext_lazy("a permanent mission"),
    Mission.Type.OTHER: gettext_lazy("another mission"),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a sentence: its words, its address, and the row whose footnotes support it."""

    words: str
    url: str = ""
    row: Record | None = None

    def __str__(self) -> str:
        return self.words


Parts = list[str | Value]


def summary(found: dict) -> list[Parts]:
    """Two sentences from the contents of a dossier, as texts and values in order: relations and
    treaties, then visits, trade and missions. Empty if nothing of these is recorded."""
    pair, day = found["pair"], found["day"]
    other_day = day if found["on_another_day"] else None
    missions = found["missions"].rows
    turns = found["turns"]
    if not any((turns, found["counts"].total, found["visits"], found["spark"], missions)):
        return []
    url = found["treaties_of_both"] + (f"&on={day}" if other_day else "")
    return [
        _sentence(
            relations_clause(turns, _former(pair, day)),
            treaties_clause(found["counts"], url, other_day),
        ),
        _sentence(
            # Visits and trade are told as of today alone: the lists of the page hold all of them.
            *([] if other_day else [visits_clause(found["visits"].rows, found["visits"].total)]),
            *([] if other_day else [trade_clause(found["spark"])]),
            *missions_clauses(pair, missions, day, past=other_day is not None),
        ),
    ]


def _former(pair: Relation, day: date) -> list[Country]:
    """The countries of the pair that had certainly ceased to exist by a day."""
    on = Edtf.between(day, day)
    return [row for row in (pair.country_a, pair.country_b) if row.ended_before(on)]


def relations_clause(turns: Turns, former: list[Country]) -> Parts:
    """Since when there have been diplomatic relations: "since" only if both countries exist and
    no later break is recorded."""
    found = [_turn(row) for row in turns.rows]
    if turns.left_out:
        words = ngettext("%d other change", "%d other changes", turns.left_out) % turns.left_out
        found.insert(1, [Value(words, turns.url)])
    if not found and turns.follow:
        clause = [_("no diplomatic relations are recorded by then")]
    elif not found:
        clause = [_("when diplomatic relations were established is not recorded")]
    elif len(found) == 1 and not former and _is_since(turns.rows[0]):
        (row,) = turns.rows
        day = Value(row.date.describe(), row.get_absolute_url(), row)
        clause = _parts(_("diplomatic relations since %(day)s"), day=day)
    else:
        clause = [_("diplomatic relations:"), " ", *_listed(found, ", ")]
    if turns.disputed:
        link = Value(_("sources disagree"), "#disagreements")
        clause += _parts(_(" (%(disagree)s)"), disagree=link)
    for country in former:
        name = Value(str(country), country.get_absolute_url())
        until = _(" (former state: %(country)s, until %(day)s)")
        clause += _parts(until, country=name, day=country.until.describe())
    return clause


def _is_since(event: Record) -> bool:
    """Whether "since" can precede the date: it is neither unknown nor a range."""
    established = event.event_type == Event.Type.ESTABLISHMENT
    return established and event.date.precision > Precision.SET


def _turn(event: Record) -> Parts:
    words = event.date.describe() if event.date else _("on an unknown date")
    return _parts(TURNED[event.event_type], day=Value(words, event.get_absolute_url(), event))


def treaties_clause(counts: StatusCounts, url: str, other_day: date | None) -> Parts:
    """How many treaties are in force, or were on another day."""
    if not counts.total:
        return [_("no treaty between the two is recorded")]
    number = counts.by_then if other_day else counts.total
    total = ngettext("%d treaty", "%d treaties", number) % number
    values = {"sure": Value(str(counts.in_force), "#in-force"), "total": Value(total, url)}
    if other_day:
        values["day"] = date_format(other_day, "j F Y")
        text = _("in force on %(day)s: %(sure)s of the %(total)s concluded by then")
        if not number:
            text = _("no treaty that the two had concluded by %(day)s is recorded")
        clause = _parts(text, **values)
    elif counts.in_force:
        text = ngettext(
            "%(sure)s of %(total)s is in force", "%(sure)s of %(total)s are in force",
            counts.in_force,
        )  # fmt: skip
        clause = _parts(text, **values)
    else:
        text = _("none of %(total)s is in force")
        if counts.possibly or counts.unknown:
            text = _("none of %(total)s is known to be in force")
        clause = _parts(text, **values)
    for count, text, part in (
        (counts.possibly, _(", %(count)s possibly"), "#in-force"),
        (counts.provisional, _(", %(count)s provisionally applied"), "#treaties"),
        (counts.unknown, _(", %(count)s of unknown status"), "#treaties"),
    ):
        if count:
            clause += _parts(text, count=Value(str(count), part))
    return clause


def visits_clause(visits: list[Record], total: int) -> Parts:
    """The latest visit, and how many are recorded; takes the visits newest first."""
    if not visits:
        return [_("no visit is recorded")]
    latest, number = visits[0], Value(str(total), "#visits")
    if not latest.date:
        text = ngettext("%(number)s visit is recorded, with an unknown date",
                        "%(number)s visits are recorded, with unknown dates", total)  # fmt: skip
        return _parts(text, number=number)
    text = ngettext(
        "%(number)s visit is recorded: %(visit)s (%(guest)s → %(host)s)",
        "%(number)s visits are recorded, most recently %(visit)s (%(guest)s → %(host)s)",
        total,
    )
    return _parts(
        text,
        number=number,
        visit=Value(latest.date.describe(), latest.get_absolute_url()),
        guest=str(latest.guest),
        host=str(latest.host),
    )


def trade_clause(spark: Spark | None) -> Parts:
    """The newest turnover in all goods, and whether other values exist for that time."""
    if spark is None:
        return [_("turnover in all goods is not recorded")]
    text = _("turnover in all goods was %(value)s (%(when)s, %(reporter)s)")
    if spark.differs:
        text = _("turnover in all goods was %(value)s (%(when)s, %(reporter)s; sources differ)")
    return _parts(
        text,
        value=Value(spark.latest.words, spark.latest.url),
        when=str(spark.latest.when),
        reporter=spark.reporter,
    )


def missions_clauses(pair: Relation, missions: list[Record], day: date, past: bool) -> list[Parts]:
    """The missions of each country in the other; takes them in the order in which to name them. On
    a `past` or other day, only those that certainly lasted then."""
    if not missions:
        return [[_("no mission is recorded")]]
    if past and not any(row.certainly_lasts_on(day) for row in missions):
        return [[_("the missions at that time are unknown")]]
    found, unsure = [], []
    for country in (pair.country_a, pair.country_b):
        own = [row for row in missions if row.sender_id == country.pk]
        sure = [row for row in own if row.certainly_lasts_on(day)]
        possible = [] if past else [row for row in own if row.possibly_lasts_on(day)]
        if sure:
            found.append(_missions(_named(past), country, sure))
        elif possible:
            unsure.append(_missions(_named(past), country, possible))
        else:
            found.append([_none(own, past) % {"country": country}])
    if unsure:
        listed = _listed(unsure, _(", and "))
        found.append(_parts(_("as far as is known, %(missions)s"), missions=listed))
    return found


def _named(past: bool) -> str:
    """The words for missions with the country in brackets: many names of countries would need an
    article in a sentence."""
    if past:
        return _("missions then (%(country)s): %(missions)s")
    return _("missions (%(country)s): %(missions)s")


def _none(own: list[Record], past: bool) -> str:
    """The words for a country without missions to name."""
    if own and past:
        return _("missions then (%(country)s): unknown")
    if own:
        return _("missions (%(country)s): none recorded at present")
    return _("missions (%(country)s): none recorded")


def _missions(text: str, country: Country, rows: list[Record]) -> Parts:
    """A clause that names the first of these missions, each kind in a place once."""
    kinds = {}
    for row in rows:
        kinds.setdefault((row.mission_type, row.place), row)
    named = [
        [Value(_mission_words(row), row.get_absolute_url())] for row in list(kinds.values())[:NAMED]
    ]
    if more := len(kinds) - len(named):
        words = ngettext("%d more mission", "%d more missions", more) % more
        named.append([Value(words, "#missions")])
    return _parts(text, country=str(country), missions=_listed(named, _(" and ")))


def _mission_words(row: Record) -> str:
    mission = MISSIONS[row.mission_type]
    if not row.place:
        return str(mission)
    return _("%(mission)s in %(place)s") % {"mission": mission, "place": row.place}


def _listed(items: list[Parts], last: str) -> Parts:
    """The items in one clause, with commas, and `last` before the last one."""
    found = []
    for place, item in enumerate(items):
        if place:
            found.append(last if place == len(items) - 1 else ", ")
        found += item
    return found


def _parts(text: str, **values: str | Value | Parts) -> Parts:
    """The text with its placeholders replaced by values."""
    found = []
    for place, piece in enumerate(_PLACEHOLDER.split(str(text))):
        value = values[piece] if place % 2 else piece
        found += value if isinstance(value, list) else [value] if value else []
    return found


def _sentence(*clauses: Parts) -> Parts:
    """One sentence of these clauses."""
    (first, *rest), *others = clauses
    if isinstance(first, Value):
        first = Value(capfirst(first.words), first.url, first.row)
    else:
        first = capfirst(first)
    found = [first, *rest]
    for clause in others:
        found += ["; ", *clause]
    return [*found, "."]
