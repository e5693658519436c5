"""Pages of records, people, organizations, countries and pairs as references."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import Edtf, today
from core.references import SITE, Reference


def record(row, **values) -> Reference:
    """The page of a record fetched with its citations, with its sources as a note; other `values`
    take the place of these."""
    note = sources_in_words(cited.source for cited in row.citations.all())
    values = {"date": row.date, "abstract": row.summary, "note": note} | values
    return page(row, row.title, **values)


def sources_in_words(sources: Iterable) -> str:
    """The titles of sources, each once; empty if there are none."""
    titles = dict.fromkeys(source.title for source in sources)
    return _("Sources: %(sources)s") % {"sources": "; ".join(titles)} if titles else ""


def person(row) -> Reference:
    return page(row, row.name, abstract=row.description)


def organization(row) -> Reference:
    return page(row, row.name, abstract=row.description)


def country(row) -> Reference:
    return page(row, row.name)


def relation(row, changed=None) -> Reference:
    """The page of a pair; `changed` is the day of its newest record."""
    read = today()
    return page(
        row,
        str(row),
        key=f"{row.slug}-{read:%Y%m%d}",
        date=Edtf.parse(f"{changed or read:%Y}"),
        note=_("as of %(day)s") % {"day": date_format(changed)} if changed else "",
    )


def page(row, title: str, **values) -> Reference:
    """The page of any row, as read today."""
    version = getattr(row, "version", 0)
    return Reference(
        **{
            "key": row.slug,
            "title": title,
            "url": row.get_absolute_url(),
            "read": today(),
            "container": str(SITE),
            "version": str(version or ""),
        }
        | values
    )
