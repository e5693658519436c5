"""Texts of cells and constants as values of model fields."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.dates import DateError
from core.fields import check_open
from core.rows import RowError
from search.spelling import Spellings, suggestion
from sources.list_dates import date_error, date_in_words
from sources.mappings.dates import DateReader, NotInFormat

YES, NO = ("true", "yes", "1"), ("false", "no", "0")
# Whole numbers, also as spreadsheets write them: 5.0.
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0+")


def as_text(value: object) -> str:
    """A value of TOML as the text of a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def value_of(item: models.Field, text: str, column: str) -> object:
    """The value of a model field in the text of a column. Raises RowError if the field rejects it.

    Dates are read by a DateReader, and related rows by a Resolver.
    """
    if not text and (item.blank or isinstance(item, models.BooleanField)):
        return None if item.null else item.get_default()
    if item.choices and text not in {str(value) for value, _label in item.flatchoices}:
        words = _("this value is unknown; say in [values.%s] what it means") % item.name
        names = ((str(name), str(value)) for value, label in item.flatchoices
                 for name in (value, label))  # fmt: skip
        raise RowError(column, words, text, suggestion(Spellings(names).near(text)))
    if item.max_length and len(text) > item.max_length:
        raise RowError(column, _("this is too long"), f"{text[:40]} …")
    if isinstance(item, models.BooleanField):
        return _yes_or_no(item, text, column)
    if isinstance(item, models.IntegerField):
        return _whole(item, text, column)
    try:
        return item.clean(text, None)
    except ValidationError as error:
        words = " ".join(error.messages)
        # Equal reasons are counted together, so a reason never contains the value.
        if text and text in words:
            raise RowError(column, _("this is not valid"), text, words) from error
        raise RowError(column, words.rstrip(".") if text else words, text) from error


def _yes_or_no(item: models.BooleanField, text: str, column: str) -> bool:
    if text.casefold() not in YES + NO:
        words = _("this is not yes or no; say in [values.%s] what it means") % item.name
        raise RowError(column, words, text)
    return text.casefold() in YES


def _whole(item: models.IntegerField, text: str, column: str) -> int:
    match = _WHOLE.fullmatch(text)
    try:
        return item.clean(match[1] if match else text, None)
    except ValidationError as error:
        words = " ".join(error.messages)
        if any(part.code == "invalid" for part in error.error_list):
            words = _("this is not a whole number")
        raise RowError(column, words.rstrip(".") if text else words, text[:60]) from error


def check_date(reader: DateReader, text: str, is_span: bool, open_end: bool) -> None:
    """Raise RowError if a text of the mapping itself, in the list's formats or in words, is not a
    date, or for a field of a period also two."""
    try:
        try:
            found = reader.span(text) if is_span else (reader.date(text),)
        except NotInFormat:
            found = (date_in_words(text, reader.language),)
        check_open(found[0], open_end)
    except DateError as error:
        raise date_error("", text, error) from error
    except ValidationError as error:
        raise RowError("", " ".join(error.messages)) from error
