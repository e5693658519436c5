"""Charts of treaties: the life of one, and how several build on each other."""

from collections.abc import Iterable
from datetime import date

from charts.spans import DayAxis, Node, Span, SpanChart, TreeChart, draw_tree, place_marks
from core.dates import Edtf
from treaties.family import Branch
from treaties.models import TreatyAction, TreatyPeriod


def life_chart(
    periods: list[TreatyPeriod], actions: Iterable[TreatyAction], today: date
) -> SpanChart | None:
    """The periods of a treaty with its dated actions above them; None if it has no periods."""
    if not periods:
        return None
    dated = [(when.earliest or when.latest, row) for row in actions if (when := _when(row))]
    days = [day for row in periods for day in (row.first, row.last)]
    axis = DayAxis.over([*days, *(day for day, _row in dated)], today)
    marks = [(day, f"{row.type_display}, {_when(row).describe()}") for day, row in dated]
    spans = [_span(axis, row) for row in periods]
    return SpanChart(axis, spans, place_marks(axis, marks), axis.x(today))


def _when(action: TreatyAction) -> Edtf:
    return action.effective or action.date


def _span(axis: DayAxis, row: TreatyPeriod) -> Span:
    start, certain = row.start.describe(), row.certain_first
    return Span(
        key=row.status,
        label=row.get_status_display(),
        when=f"{start} – {row.until.describe()}" if row.until else start,
        possible=axis.place(row.first, row.last),
        certain=axis.place(certain, row.certain_last) if certain else None,
    )


def family_chart(branches: list[Branch], today: date) -> TreeChart | None:
    """Treaties by year, each joined to the one that it builds on; None without treaties."""
    nodes = [_node(branch, depth) for top in branches for branch, depth in top.walk()]
    return draw_tree(nodes, today) if nodes else None


def _node(branch: Branch, depth: int) -> Node:
    day = branch.treaty.date_earliest or branch.treaty.date_latest
    if not branch.link:
        return Node(depth, day, str(branch.treaty))
    words = str(branch.link.get_link_type_display())
    return Node(depth, day, str(branch.treaty), branch.link.link_type, words)
