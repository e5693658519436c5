"""A pair's timeline as JSON for TimelineJS (https://timeline.knightlab.com/docs/json-format.html)."""

import json
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import Edtf, Precision
from core.errors import invalid_file_request
from core.exports import origin_of, refuse_unknown
from portal import timeline
from portal.filters import TimelineFilter
from portal.timeline_page import all_entries
from relations.models import Kind, Relation
from relations.pairs import of_pair, people_of


@require_safe
@of_pair
def timeline_js(request: HttpRequest, pair: Relation) -> StreamingHttpResponse:
    """The dated entries of a pair's timeline, oldest first, filtered like the page. Any site may
    read it."""
    filters = [TimelineFilter(request.GET, queryset=one) for one in timeline.streams(pair)]
    people = people_of(pair)
    for found in filters:
        found.form.fields["person"].queryset = people
    form = filters[0].form
    refuse_unknown(form, *form.fields)
    if not form.is_valid():
        return invalid_file_request("json", form)
    rows = all_entries([found.qs for found in filters], oldest_first=True)
    response = StreamingHttpResponse(
        _lines(pair, rows, origin_of(request)), content_type="application/json"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _lines(pair: Relation, rows: Iterable[dict], origin: str) -> Iterator[str]:
    """The whole timeline as one object, an event a line."""
    text = format_html(
        '<a href="{}{}">{}</a>', origin, pair.get_absolute_url(), _("Bilateral relations, CC0 1.0")
    )
    title = {"text": {"headline": str(pair), "text": text}}
    yield f'{{"scale": "human", "title": {json.dumps(title, ensure_ascii=False)}, "events": ['
    events = (found for row in rows if (found := event(row, origin)))
    for number, one in enumerate(events):
        yield (",\n" if number else "\n") + json.dumps(one, ensure_ascii=False)
    yield "\n]}\n"


def event(row: dict, origin: str) -> dict | None:
    """A serialized entry as an event; None without a date, which TimelineJS needs."""
    start, until = Edtf.parse(row["date"]), Edtf.parse(row["until"])
    if not (start.earliest or start.latest):
        return None
    found = {
        "unique_id": row["id"],
        "start_date": _date(start),
        "text": {
            "headline": format_html("{}", row["title"]),
            "text": format_html(
                '<p>{}</p><p><a href="{}{}">{}</a></p>',
                row["summary"],
                origin,
                row["url"],
                _("Sources and details"),
            ),
        },
        "group": str(Kind(row["kind"]).label),
    }
    if until.earliest and until.earliest >= (start.earliest or start.latest):
        found["end_date"] = _date(until)
    return found


def _date(when: Edtf) -> dict:
    """A date with its year, and its month and day as far as these are known; in words if it is not
    exactly that."""
    day, found = when.earliest or when.latest, {}
    found["year"] = day.year
    if when.precision >= Precision.MONTH:
        found["month"] = day.month
    if when.precision == Precision.DAY:
        found["day"] = day.day
    if not when.is_definite or when.precision not in (
        Precision.YEAR,
        Precision.MONTH,
        Precision.DAY,
    ):
        found["display_date"] = when.describe()
    return found
