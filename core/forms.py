"""Shared code of the admin's forms: unused slugs, and formsets of related rows."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from core.models import SubmittedForm, meets_condition
from core.public_rows import is_used
from core.row_names import child_named

# The format of a primary key: few enough digits for the integers of every database.
ROW_KEY = re.compile("[0-9]{1,18}")
# The most rows of one kind that a form may add at once.
MOST_NEW_ROWS = 50


def fresh_slug(model, text: str, *reserved: models.QuerySet) -> str:
    """A slug made from a title, which no row of the model and no `reserved` row has yet, and no row
    had that readers have seen."""
    most = model._meta.get_field("slug").max_length - 20
    stem = slugify(fold(text), allow_unicode=False)[:most].strip("-") or model._meta.model_name
    slug, number = stem, 1
    while is_used(model, slug) or any(
        rows.filter(slug=slug).exists() for rows in (model.objects, *reserved)
    ):
        number += 1
        slug = f"{stem}-{number}"
    return slug


# What a form says at a slug that may be left blank.
MADE_SLUG = _("Permanent. If you leave it blank, it is made from what you enter.")


class MadeSlugForm(forms.ModelForm):
    """Mixin for a form that makes the slug of a new row from the field `slug_from`, if it is blank.

    It is not prefilled: the name of an existing row would then be refused as a repeated identifier,
    instead of asking whether the two are the same.
    """

    slug_from: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required, self.fields["slug"].help_text = False, MADE_SLUG

    def reserved(self) -> list[models.QuerySet]:
        """Hook: rows of other tables that have a slug which no new row may have."""
        return []

    def _post_clean(self):
        values = self.cleaned_data
        if values.get("slug") == "" and values.get(self.slug_from):
            values["slug"] = fresh_slug(self._meta.model, values[self.slug_from], *self.reserved())
        super()._post_clean()


# Why values that the database did not accept are not saved.
DATABASE_REFUSED = _(
    "Nothing was saved: the values conflict with other data, perhaps because somebody saved the "
    "same at the same time. Check the form and save it again."
)


class RefusedForm(forms.ModelForm):
    """Mixin for a form that cannot be saved as it is; adds an error with the reason, so that it is
    shown again with its values."""

    refusal: str

    def full_clean(self):
        super().full_clean()
        self.add_error(None, self.refusal)


class DuplicateCheckForm(forms.ModelForm):
    """Mixin for a form of new rows: one with likely duplicates (`similar`) is refused until the
    editor has ruled them out. templates/admin/_duplicates.html shows them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.duplicates = []

    def similar(self) -> list[models.Model]:
        """Hook: the rows that the valid new row likely repeats."""
        raise NotImplementedError

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.instance.pk is None and not self.errors:
            ruled_out = self.ruled_out
            self.duplicates = [row for row in self.similar() if str(row.pk) not in ruled_out]
        if self.duplicates:
            self.add_error(None, _("This may already exist. Choose one of the buttons above."))

    @property
    def asked(self) -> str:
        """The step to take once the editor rules out a duplicate: that of the button, or 1."""
        before, buttons = self.data.get("_different", ""), ("_publish", "_submit", "_submit_next")
        steps = [name for name in buttons if name in self.data or name == before]
        return next(iter(steps), "1")

    @property
    def ruled_out(self) -> list[str]:
        """The ids of the rows that the editor has ruled out as duplicates."""
        if not isinstance(self.data, QueryDict):
            return []
        shown = self.data.getlist("shown") if "_different" in self.data else []
        return [pk for pk in self.data.getlist("different") + shown if pk.isdecimal()]


class AlreadySavedForm(forms.ModelForm):
    """Mixin for a form that has already added a row; adds an error that links to that row."""

    before: SubmittedForm

    def full_clean(self):
        super().full_clean()
        said = _(
            "You have already saved this form, as {}. To add another one with the values below, "
            "save it again."
        )
        link = format_html('<a href="{}">{}</a>', self.before.address, self.before.name)
        self.add_error(None, format_html(said, link))


class RowsFormSet(forms.BaseInlineFormSet):
    """The rows that belong to the form's row; errors of their model's constraints are shown at the
    row concerned.

    Django skips constraints that name the owner and, between rows of one form, conditional ones.
    """

    default_error_messages = {
        "too_many_forms": _(
            "At most %(num)d rows fit here at once. Remove or empty the others, and add them once "
            "these are saved."
        )
    }
    # The forms of rows that no longer exist.
    gone = ()

    def __init__(self, *args, **kwargs):
        """Limit the rows to those on record and a few new ones: each row takes time to check."""
        super().__init__(*args, **kwargs)
        self.max_num = self.absolute_max = len(self.get_queryset()) + MOST_NEW_ROWS
        if self.is_bound and (sent := self.total_form_count()) > self.max_num:
            if sent > self.max_num + MOST_NEW_ROWS:
                # No page has as many: refuse them, even if only a few are filled.
                self.absolute_max = -1
            self.data = self._filled_rows()
            del self.management_form

    def total_form_count(self):
        """The number of forms. If too many were submitted, they are refused, but shown again."""
        if self.is_bound:
            return self.management_form.cleaned_data[TOTAL_FORM_COUNT]
        return super().total_form_count()

    def _filled_rows(self) -> QueryDict:
        """The submitted data without blank new rows, with consecutive numbers for the others. At
        most MOST_NEW_ROWS more than may be saved are left, so that an editor can copy them."""
        counts, key = self.management_form.cleaned_data, self.model._meta.pk.name
        blank = {field.name: str(field.value() or "") for field in self.empty_form}
        name_of_row = re.compile(rf"{re.escape(self.prefix)}-([0-9]{{1,9}})-(\w+)")
        data, rows = self.data.copy(), {}
        for name in self.data:
            if (found := name_of_row.fullmatch(name)) and found[2] in blank:
                rows.setdefault(int(found[1]), {})[found[2]] = data.pop(name)
        known, new = [], []
        for number, row in sorted(rows.items()):
            if number < counts[INITIAL_FORM_COUNT]:
                known += [row] if any(row.get(key, ())) else []
            elif number < counts[TOTAL_FORM_COUNT] and "DELETE" not in row:
                own = [name for name in row if name not in (key, self.fk.name)]
                filled = any(row[name][-1].strip() != blank[name].strip() for name in own)
                new += [row] if filled else []
        left = [*known, *new][: self.max_num + MOST_NEW_ROWS]
        for number, row in enumerate(left):
            for name, values in row.items():
                data.setlist(f"{self.add_prefix(number)}-{name}", values)
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(left))
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(min(len(known), len(left)))
        return data

    @classmethod
    def as_new(cls, data: QueryDict) -> None:
        """Change submitted data so that all its rows are new, for an owner that is new."""
        prefix = cls.get_default_prefix()
        keys = "|".join(map(re.escape, (cls.model._meta.pk.name, cls.fk.name)))
        key = re.compile(rf"{re.escape(prefix)}-[0-9]+-({keys})")
        for name in [name for name in data if key.fullmatch(name)]:
            del data[name]
        data[f"{prefix}-{INITIAL_FORM_COUNT}"] = "0"

    def get_queryset(self):
        """The rows in the owner's `unsaved_children`, or else those in the database."""
        drafted = getattr(self.instance, "unsaved_children", {})
        name = self.fk.remote_field.get_accessor_name()
        return drafted[name] if name in drafted else super().get_queryset()

    @cached_property
    def forms(self):
        """The forms, without those of rows deleted since the form was opened."""
        forms = super().forms
        initial = forms[: self.initial_form_count()]
        self.gone = [form for form in initial if form.instance._state.adding]
        return [form for form in forms if form not in self.gone]

    @cached_property
    def empty_form(self):
        """The form of a further row, made once: a page reads it several times."""
        return super().empty_form

    def initial_form_count(self):
        return super().initial_form_count() - len(self.gone)

    def missed(self) -> list[str]:
        """The submitted rows that no longer exist, in words."""
        key, told = self.model._meta.pk.name, []
        for form in self.gone:
            wrong = set(form.errors) - {key}
            if form.add_prefix(key) not in form.data or self._leaves(form):
                continue
            name = str(self.model._meta.verbose_name)
            told.append(name if wrong else child_named(form.instance, self.fk.name))
        return told

    def validate_unique(self):
        # Validate all rows: a row that others refer to reports here that it cannot be deleted.
        valid = [form for form in self.forms if form.is_valid()]
        self.staying = [
            form
            for form in valid
            if not self._leaves(form) and (form.has_changed() or not form.instance._state.adding)
        ]
        self._take_over()
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                if self.fk.name in constraint.fields:
                    self._refuse_the_same(constraint)
            elif self.fk.name in constraint.condition.referenced_base_fields:
                self._refuse_what_cannot_be(constraint)

    def _leaves(self, form) -> bool:
        return self.can_delete and bool(form["DELETE"].data)

    def _others(self) -> list[models.Model]:
        """Rows that are not in the form, because someone added them after it was opened."""
        held = {form.instance.pk for form in self.forms}
        return [row for row in self.get_queryset() if row.pk not in held]

    def _key(self, row, names) -> tuple:
        """The values of a row's fields, without the owner that all rows share."""
        fields = [self.model._meta.get_field(name) for name in names if name != self.fk.name]
        return tuple(getattr(row, field.attname) for field in fields)

    def _take_over(self):
        """Treat a new row as the one that someone else added under the same key: the conflict page
        shows how they differ, and saving this form changes that row."""
        there = {self._key(row, self.model.KEY): row.pk for row in self._others()}
        for form in self.staying:
            row = form.instance
            if row._state.adding and (pk := there.get(self._key(row, self.model.KEY))):
                row.pk, row._state.adding = pk, False

    def _refuse_the_same(self, constraint):
        # Changed rows come last, so that the error is shown at a changed row.
        forms = sorted(self.staying, key=lambda form: form.has_changed())
        rows = [*((row, None) for row in self._others()), *((one.instance, one) for one in forms)]
        seen = {}
        for row, form in rows:
            key = self._key(row, constraint.fields)
            if None in key:
                continue
            before = seen.setdefault(key, [])
            if (
                before
                and meets_condition(constraint, row)
                and any(meets_condition(constraint, one) for one in before)
            ):
                form.add_error(None, _refusal(constraint))
            else:
                before.append(row)

    def _refuse_what_cannot_be(self, constraint):
        for form in self.staying:
            try:
                if form.has_changed():
                    constraint.validate(self.model, form.instance)
            except ValidationError as error:
                form.add_error(None, error)

    def save(self, commit=True):
        if commit:
            self._make_way()
        return super().save(commit)

    def _make_way(self):
        """Rows may swap unique values, or take those of a deleted row: delete the rows in the way
        until they are saved, which inserts them again under their own primary keys."""
        moving = [form for form in self.forms if form.has_changed() or self._leaves(form)]
        there = [form.instance.pk for form in moving if not form.instance._state.adding]
        before, away = self.model._base_manager.filter(pk__in=there) if there else (), set()
        for constraint in self.model._meta.constraints:
            if self.fk.name not in getattr(constraint, "fields", ()):
                continue
            taken = {}
            for form in moving:
                if not self._leaves(form):
                    key = self._key(form.instance, constraint.fields)
                    taken.setdefault(key, set()).add(form.instance.pk)
            for row in before:
                key = self._key(row, constraint.fields)
                if None not in key and taken.get(key, set()) - {row.pk}:
                    away.add(row.pk)
        if away:
            # Raw SQL, because references need no check here: the database checks them on commit.
            table, key = map(
                connection.ops.quote_name, (self.model._meta.db_table, self.model._meta.pk.column)
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"DELETE FROM {table} WHERE {key} = %s", [[pk] for pk in sorted(away)]
                )


def _refusal(constraint) -> str:
    """The error message of a constraint, or a general one if it has none of its own."""
    if constraint.violation_error_message == constraint.default_violation_error_message:
        return _("This already exists.")
    return constraint.get_violation_error_message()
