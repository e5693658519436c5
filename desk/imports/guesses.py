"""What the columns of a list probably are: offered in the form, where an editor decides."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from core.dates import DateError, Edtf
from core.folding import fold
from desk.imports.sample import Sample
from relations.resolver import Resolver, Unresolved
from sources.list_dates import DateFormat, date_in_words
from sources.mappings.keys import Field, FieldType, ListKind

# The part of the cells of a column that must be dates or countries, and how many are looked at.
MOST, LOOKED_AT = 0.8, 60
# Formats that are tried where dates are not understood without one.
FORMATS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d",
           "%d %B %Y", "%B %d, %Y")  # fmt: skip
IDENTITY = re.compile(r"(.*[\s_])?(id|no|nr|number|identifier|code|№)\.?", re.IGNORECASE)
# Words of headers for fields, besides the names of the fields, in the languages of the database.
WORDS = {
    "title": ("name", "subject", "description", "treaty", "event",
              "название", "наименование", "предмет", "тема", "ad", "adı", "mövzu", "атауы"),
    "date": ("day", "start", "from", "start date", "year",
             "дата", "день", "дата начала", "год", "tarix", "tarixi", "күні"),
    "until": ("end", "end date", "to", "last", "дата окончания", "bitmə tarixi"),
    "country": ("guest", "visitor country", "state", "country 1", "country a",
                "страна", "гость", "страна гостя", "ölkə", "qonaq", "ел", "қонақ"),
    "other_country": ("partner", "country 2", "country b", "other", "партнер", "tərəfdaş"),
    "host": ("receiving state", "destination", "host country",
             "принимающая страна", "принимающая сторона", "qəbul edən ölkə", "қабылдаушы ел"),
    "sender": ("sending state", "operator"),
    "member": ("country", "state", "страна", "государство", "ölkə", "ел"),
    "organization": ("body", "organisation", "ioname", "организация", "təşkilat", "ұйым"),
    "parties": ("participants", "signatories", "party", "countries",
                "стороны", "участники", "tərəflər", "тараптар"),
    "signature": ("signed", "date of signature", "signature date",
                  "подписан", "дата подписания", "imzalanma tarixi", "қол қойылған күні"),
    "entry_into_force": ("in force", "date of entry into force", "eif",
                         "вступил в силу", "дата вступления в силу", "qüvvəyə minmə tarixi"),
    "visitors": ("visitor", "person", "leader"),
    "offices": ("office", "position", "должность", "vəzifə", "лауазымы"),
    "from_country": ("exporter", "from", "origin", "экспортер"),
    "to_country": ("importer", "to", "destination", "импортер"),
    "period": ("year", "date", "time", "период", "год", "il", "жыл"),
    "value": ("amount", "obs_value", "сумма", "стоимость", "значение", "məbləğ", "сомасы"),
    "place": ("city", "location", "место", "город", "yer", "şəhər", "қала"),
}  # fmt: skip


def guessed_columns(sample: Sample, kind: ListKind) -> dict[str, str]:
    """The column that probably holds each field: by its header, then by its cells."""
    left, found = list(sample.columns), {}
    for column in sample.columns:
        field = _by_header(column, kind, found)
        if field and _fits(sample, column, field):
            found[field.name] = column
            left.remove(column)
    for kind_of_cell, test in ((FieldType.DATE, looks_like_dates), (FieldType.COUNTRY, _countries)):
        for field in kind.fields:
            if field.type is kind_of_cell and field.required and field.name not in found:
                column = next((name for name in left if test(sample.cells(name))), None)
                if column:
                    found[field.name] = column
                    left.remove(column)
    return found


def guessed_id(sample: Sample, taken: Iterable[str]) -> list[str]:
    """The column that probably identifies the rows: named so, with a value of its own in each."""
    for column in sample.columns:
        if column not in taken and IDENTITY.fullmatch(column):
            cells = sample.cells(column)
            if len(set(cells)) == len(sample.rows):
                return [column]
    return []


def _by_header(column: str, kind: ListKind, taken: Mapping) -> Field | None:
    words = _words(column)
    for field in kind.fields:
        known = (field.name, *WORDS.get(field.name, ()))
        if field.name not in taken and words in map(_words, known):
            return field
    return None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).replace("_", " ")))


def _fits(sample: Sample, column: str, field: Field) -> bool:
    """Whether the cells do not contradict the header."""
    cells = sample.cells(column)
    if field.type is FieldType.DATE:
        return not cells or looks_like_dates(cells)
    return True


def looks_like_dates(cells: list[str]) -> bool:
    return _mostly(cells, _is_date) or any(fits(form, cells) for form in FORMATS)


def guessed_format(cells: list[str]) -> str:
    """The only format in which all dates of a column can be read; empty if they need none, or if
    several fit."""
    if not cells or all(map(_is_date, cells[:LOOKED_AT])):
        return ""
    fitting = [form for form in FORMATS if fits(form, cells, 1)]
    return fitting[0] if len(fitting) == 1 else ""


def fits(form: str, cells: list[str], part: float = MOST) -> bool:
    read = DateFormat(form).read

    def is_read(text):
        with suppress(DateError):
            return read(text) is not None
        return False

    return _mostly(cells, is_read, part)


def _is_date(text: str) -> bool:
    with suppress(DateError):
        return bool(Edtf.parse(text) if len(text) < 4 else date_in_words(text))
    return False


def _countries(cells: list[str]) -> bool:
    resolver = Resolver()

    def is_country(text):
        with suppress(Unresolved):
            return bool(resolver.code(text) if resolver.is_code(text) else resolver.country(text))
        return False

    return _mostly(cells, is_country)


def _mostly(cells: Iterable[str], test, part: float = MOST) -> bool:
    looked_at = list(cells)[:LOOKED_AT]
    return bool(looked_at) and sum(map(test, looked_at)) >= part * len(looked_at)
