"""Model and form fields for dates, and columns derived from other columns."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from core.dates import DateError, Edtf
from core.folding import fold
from core.typed_dates import LONGEST, Offer, input_text, typed


def parse_date(text: str) -> Edtf:
    """Edtf.parse for forms and models: raises ValidationError instead of DateError."""
    try:
        return Edtf.parse(text)
    except DateError as error:
        raise ValidationError(str(error), code="invalid_date") from error


def offers_for(text: str) -> list[Offer]:
    """The readings of a typed date. Raises ValidationError for one that does not exist."""
    try:
        return typed(text)
    except DateError as error:
        raise ValidationError(str(error), code="invalid_date") from error


def ask_which(text: str, offers: list[Offer]) -> ValidationError:
    """The error of a date with several readings, which lists them."""
    said = {"text": text, "readings": " · ".join(map(str, offers))}
    words = [_("“%(text)s” can mean: %(readings)s. Write the one that you mean.") % said]
    if any(offer.until for offer in offers):
        words.append(_("A period takes two fields: enter its start and its end."))
    return ValidationError(" ".join(map(str, words)), code="ambiguous_date")


def read_typed(text: str) -> Edtf:
    """The one date that the text means, in EDTF or as people write it.

    Raises ValidationError if it is not understood, or has several readings, which are listed.
    """
    offers = offers_for(text)
    if len(offers) > 1 or any(offer.until for offer in offers):
        raise ask_which(text, offers)
    return offers[0].date if offers else parse_date(text)


class EdtfFormField(forms.CharField):
    """A text input for an Edtf, in EDTF or as people write dates; blank gives an unknown date. Its
    inputs are marked for static/js/desk-form.js, which shows how a date is understood."""

    def __init__(self, *args, open_end: bool = False, **kwargs):
        self.open_end = open_end
        # A typed date may be longer than its EDTF.
        super().__init__(*args, **{**kwargs, "max_length": LONGEST})

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "data-date": "", "autocomplete": "off"}

    def prepare_value(self, value):
        return input_text(value) if isinstance(value, Edtf) else value

    def clean(self, value):
        value = read_typed(super().clean(value))
        check_open(value, self.open_end)
        return value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial) or "", data)


class DayField(forms.DateField):
    """A calendar day, in EDTF or as people write it. No century is guessed, and a day that can be
    read in two ways is refused with both: Django's own field knows one reading for each."""

    def to_python(self, value):
        text = value.strip() if isinstance(value, str) else value
        if text in self.empty_values or isinstance(text, date):
            return super().to_python(text)
        offers = offers_for(text)
        if not offers:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        days = [offer for offer in offers if offer.is_day]
        if len(days) > 1:
            raise ask_which(text, days)
        if not days:
            raise ValidationError(
                _("“%(text)s” is not one day. Write a day, such as 2005-03-01."),
                code="invalid",
                params={"text": text},
            )
        return days[0].date.earliest


def check_open(value: Edtf, open_end: bool) -> None:
    """Raise ValidationError for `..` unless the date is the end of a duration."""
    if value.is_open and not open_end:
        raise ValidationError(
            _("“..” (not ended) is only valid as an end date."), code="invalid_date"
        )


def check_span(start: Edtf, until: Edtf) -> None:
    """Raise ValidationError for the field `until` if the end is certainly before the start."""
    bounds = getattr(start, "earliest", None), getattr(until, "latest", None)
    if all(bounds) and bounds[1] < bounds[0]:
        raise ValidationError({"until": _("The end is before the start.")})


# The derived columns for the first and the last day that a date can mean.
BOUNDS = ("earliest", "latest")


class _EdtfAttribute(DeferredAttribute):
    """Converts text to Edtf on assignment. Invalid text stays until validation reports it."""

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        name = self.field.attname
        values = instance.__dict__
        return values[name] if name in values else super().__get__(instance, cls)

    def __set__(self, instance, value):
        if value is None or isinstance(value, str):
            with suppress(DateError):
                value = Edtf.parse(value or "")
        instance.__dict__[self.field.attname] = value


class EdtfField(models.CharField):
    """An EDTF date stored as text; the attribute is an Edtf. `open_end` also allows `..`.

    `columns` names derived columns that the field adds to its model: `earliest` and `latest` with
    its name as prefix (`date_earliest`), and `sort_key`, `year` and `calendar_day`, one per model.
    """

    descriptor_class = _EdtfAttribute

    def __init__(self, *args, open_end: bool = False, columns: Iterable[str] = (), **kwargs):
        self.open_end, self.columns = open_end, tuple(columns)
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        # Migrations omit `columns` and name each column themselves.
        for key in self.columns:
            column = f"{name}_{key}" if key in BOUNDS else key
            if column not in cls.__dict__:
                cls.add_to_class(column, DERIVED_COLUMNS[key](name))

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.open_end:
            kwargs["open_end"] = True
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return Edtf.parse(value or "")

    def to_python(self, value):
        value = value if isinstance(value, Edtf) else parse_date(value or "")
        check_open(value, self.open_end)
        return value

    def get_prep_value(self, value):
        return str(self.to_python(value))

    def value_to_string(self, obj):
        return str(self.value_from_object(obj))

    def run_validators(self, value):
        super().run_validators(str(value))

    def validate(self, value, model_instance):
        super().validate(str(value), model_instance)

    def formfield(self, **kwargs):
        return super().formfield(
            **{"form_class": EdtfFormField, "open_end": self.open_end, **kwargs}
        )


class _DerivedAttribute(DeferredAttribute):
    """Computes a derived column from the instance on every read, and so on every write, including
    fixtures and bulk loads, which bypass save()."""

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        if all(name in instance.__dict__ for name in self.field.of):
            return self.field.compute(*(getattr(instance, name) for name in self.field.of))
        return super().__get__(instance, cls)

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


class DerivedField:
    """A column that always equals a function of other columns (`of`) of the same row."""

    descriptor_class = _DerivedAttribute
    compute: Callable

    def __init__(self, *of: str, **kwargs):
        self.of = of
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, [*self.of], kwargs


class EarliestField(DerivedField, models.DateField):
    """The first day that the date in another column can mean; null without one."""

    def __init__(self, *of, **kwargs):
        super().__init__(*of, **{"null": True, **kwargs})

    def compute(self, value):
        return value.earliest if isinstance(value, Edtf) else None


class LatestField(EarliestField):
    """The last day that the date in another column can mean; null without one."""

    def compute(self, value):
        return value.latest if isinstance(value, Edtf) else None


class SortKeyField(DerivedField, models.IntegerField):
    """The never-null sort key of the date in another column (see Edtf.sort_key)."""

    def compute(self, value):
        return value.sort_key if isinstance(value, Edtf) else 0


class ListedYearField(DerivedField, models.SmallIntegerField):
    """The year under which the date in another column is listed; null if unknown."""

    def __init__(self, *of, **kwargs):
        super().__init__(*of, **{"null": True, **kwargs})

    def compute(self, value):
        return value.year if isinstance(value, Edtf) else None


class CalendarDayField(ListedYearField):
    """Month and day of the date in another column, as 100 * month + day: 827 for 27 August. Null
    if the day is unknown."""

    def compute(self, value):
        return value.calendar_day if isinstance(value, Edtf) else None


DERIVED_COLUMNS = {
    "earliest": EarliestField,
    "latest": LatestField,
    "sort_key": SortKeyField,
    "year": ListedYearField,
    "calendar_day": CalendarDayField,
}


class FoldedField(DerivedField, models.TextField):
    """The folded text of other columns, for sorting by code point and comparison."""

    def compute(self, *values):
        return fold(" ".join(str(value) for value in values if value))


def refold(model: type[models.Model]) -> None:
    """Fold the stored columns of a model again: for migrations, after `fold` has changed."""
    names = [field.name for field in model._meta.fields if isinstance(field, FoldedField)]
    changed = {}
    for key, *texts in model._base_manager.values_list("pk", *names).iterator():
        folded = [fold(text) for text in texts]
        if folded != texts:
            changed[key] = dict(zip(names, folded, strict=True))
    for key, values in changed.items():
        model._base_manager.filter(pk=key).update(**values)


def say_dates(request, rows):
    """Show the editor how dates that were not typed in EDTF were understood."""
    for form in rows:
        for name in form.changed_data:
            if isinstance(form.fields[name], EdtfFormField) and name in form.cleaned_data:
                text, value = str(form[name].data).strip(), form.cleaned_data[name]
                if text != str(value):
                    said = {"text": text, "date": value, "words": value.describe()}
                    words = _("“%(text)s” is understood as %(date)s (%(words)s).") % said
                    notes = [offer.note for offer in typed(text) if offer.note]
                    messages.info(request, " ".join([words, *notes]))
