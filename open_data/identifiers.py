"""The cross-walk from our identifiers to those of ISO 3166, Wikidata and the UN Treaty Series."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.functions import Collate

from core.models import BINARY
from relations.models import Country, Organization, Person
from treaties.models import TreatyAction

# The names of the ISO codes are those of the files of countries.
CODES = {
    "iso_3166_1_alpha_2": "iso2",
    "iso_3166_1_alpha_3": "iso3",
    "iso_3166_1_numeric": "iso_numeric",
    "iso_3166_3": "iso_former",
    "wikidata": "wikidata",
}
COLUMNS = ("id", "kind", "name", *CODES, "un_registration")


def rows() -> Iterator[dict]:
    """A row for each country, and for each organization, person and treaty with an identifier
    elsewhere, as far as readers see them; of a treaty, one for each registration."""
    yield from _named("country", Country.objects.all(), "name_en", CODES)
    wikidata = {"wikidata": "wikidata"}
    for kind, model in (("organization", Organization), ("person", Person)):
        yield from _named(kind, model.objects.public().exclude(wikidata=""), "name", wikidata)
    registered = TreatyAction.objects.published().filter(treaty__state="published")
    registered = registered.exclude(registration="").values_list(
        Collate("treaty__slug", BINARY), "treaty__title", Collate("registration", BINARY)
    )
    for slug, title, registration in registered.distinct().order_by(
        Collate("treaty__slug", BINARY), Collate("registration", BINARY)
    ):
        yield _row(slug, "treaty", title, un_registration=registration)


def _named(kind: str, found: QuerySet, name: str, codes: dict[str, str]) -> Iterator[dict]:
    found = found.order_by(Collate("slug", BINARY)).values_list("slug", name, *codes.values())
    for slug, called, *given in found.iterator(chunk_size=2000):
        yield _row(slug, kind, called, **dict(zip(codes, given, strict=True)))


def _row(slug: str, kind: str, name: str, **given: str) -> dict:
    return dict.fromkeys(COLUMNS, "") | {"id": slug, "kind": kind, "name": name, **given}
