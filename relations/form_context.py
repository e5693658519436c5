"""What a form of the desk knows when it is opened: the source that it was opened from, the entries
that its user saved last, and the row that it copies."""

from collections.abc import Iterable

from django.db import models
from django.forms import model_to_dict

from core.forms import ROW_KEY
from sources.beside import TextBeside, text_beside
from sources.models import Source

# Where the session keeps the entries saved last: by source, and under "" those of any form.
LAST = "last_entries"
# The most sources whose entries a session keeps.
SOURCES = 20
# The values that a copy does not take over: what names the row, what was quoted, what was decided.
NOT_COPIED = frozenset(
    {"slug", "reason", "passage", "locator", "as_stated", "attribution", "language"}
    | {"translation", "inferred", "note", "value", "vintage"}
)


def opened_source(request) -> Source | None:
    """The source in the query string of a form; None if it is unknown."""
    key = request.GET.get("source", "")
    return Source.objects.filter(pk=key).first() if ROW_KEY.fullmatch(key) else None


def copied_row(request, model: type[models.Model]) -> models.Model | None:
    """The row that a new form copies; None if it is unknown, or its user may not view it."""
    key, of = request.GET.get("copy", ""), model._meta
    may_view = request.user.has_perm(f"{of.app_label}.view_{of.model_name}")
    return model.objects.filter(pk=key).first() if may_view and ROW_KEY.fullmatch(key) else None


def copied_values(row: models.Model, names: Iterable[str]) -> dict:
    """The values of a row for the form of a copy, as far as its fields are among the names."""
    return model_to_dict(row, [name for name in names if name not in NOT_COPIED])


def copied_children(request, owner: type[models.Model], relation: str, names) -> list[dict]:
    """The values of the rows that belong to the copied row, for the form of the copy."""
    row = copied_row(request, owner)
    rows = getattr(row, relation).all() if row else ()
    return [copied_values(child, names) for child in rows]


def last_entries(request) -> dict:
    """The values that the user saved last for the source of the form, or else for any."""
    kept = request.session.get(LAST, {})
    source = request.GET.get("source", "")
    return kept.get("", {}) | (kept.get(source, {}) if source else {})


def remember_entries(request, row: models.Model, names: Iterable[str]) -> None:
    """Keep what the user has submitted under these names, and the source that the row cites, in the
    session for the next form; blank values are forgotten."""
    values = {name: request.POST.get(name, "") for name in names}
    cited, opened = cited_sources(row), opened_source(request)
    if cited:
        values["source"] = cited[0]
    kept = request.session.get(LAST, {})
    for key in ("", str(opened.pk)) if opened else ("",):
        entries = kept.pop(key, {}) | values
        kept[key] = {name: value for name, value in entries.items() if value}
    for key in [key for key in kept if key][:-SOURCES]:
        del kept[key]
    request.session[LAST] = kept


def prefilled(request, model: type[models.Model], names: list[str], remembered) -> dict:
    """Initial values for a new row's fields: those of the row that it copies, or those that the
    user saved last."""
    if "copy" in request.GET:
        row = copied_row(request, model)
        return copied_values(row, names) if row else {}
    return {name: value for name, value in last_entries(request).items() if name in remembered}


def filled_in(request, model: type[models.Model], remembered) -> list[str]:
    """The labels of the fields of a new form that are filled in with the values saved last."""
    if request.method != "GET" or "copy" in request.GET:
        return []
    found = prefilled(request, model, [], remembered)
    return [model._meta.get_field(name).verbose_name for name in found if name not in request.GET]


def source_key(request, owner: type[models.Model]) -> str:
    """The primary key of the source that a new row most likely cites: that of the query string, of
    the copied row, or of the entries saved last; empty if there is none.

    A record takes none from the entries saved last: its citation is a row of its own, which would
    be saved with that source although nobody chose it.
    """
    if "source" in request.GET:
        opened = opened_source(request)
        return str(opened.pk) if opened else ""
    if "copy" in request.GET:
        row = copied_row(request, owner)
        return str(next(iter(cited_sources(row)), "")) if row else ""
    return "" if hasattr(owner, "citations") else str(last_entries(request).get("source", ""))


def from_source(request, owner: type[models.Model]) -> dict:
    """The source and the quotation of a new row, as initial values; empty without a source."""
    key = source_key(request, owner)
    if not key:
        return {}
    return {"source": key, "quote": request.GET.get("quote", "")[:1000].replace("\0", "")}


def cited_sources(row: models.Model) -> list[int]:
    """The primary keys of the sources that a record, figure or good cites, in order."""
    if hasattr(row, "citations"):
        return list(dict.fromkeys(row.citations.order_by("pk").values_list("source", flat=True)))
    return [row.source_id]


def _cited_passages(row: models.Model) -> list[int]:
    if hasattr(row, "citations"):
        return list(row.citations.exclude(passage=None).values_list("passage", flat=True))
    return [row.passage_id]


def beside(request, model: type[models.Model], row: models.Model | None) -> TextBeside | None:
    """The text of the source of a form, for users who may view sources: of the source in the query
    string, in the submitted form, that the row cites, or that the form is filled in with."""
    if not request.user.has_perm("sources.view_source"):
        return None
    sent = [request.POST.get(name, "") for name in ("source", "citations-0-source")]
    keys = [request.GET.get("source", ""), *sent]
    keys += map(str, cited_sources(row)) if row else [source_key(request, model)]
    known = [int(key) for key in dict.fromkeys(keys) if ROW_KEY.fullmatch(key)]
    found = Source.objects.filter(full_text__isnull=False).in_bulk(known)
    source = next((found[key] for key in known if key in found), None)
    if source is None:
        return None
    words = request.POST.get("quote") or request.POST.get("citations-0-quote")
    words = words or request.GET.get("quote", "")
    return text_beside(source, words[:1000], _cited_passages(row) if row else ())
