"""All errors of a form and its rows in one list, each with a link to its field."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.admin.utils import flatten_fieldsets
from django.utils.text import capfirst


@dataclass(frozen=True, slots=True)
class FormError:
    """An error: its field in words, empty if it is of the whole form; the id of its field, empty
    if it has none to show; and the message."""

    label: str
    field: str
    message: str


def form_errors(admin_form, inlines) -> list[FormError]:
    """The errors of an admin form and of its inline formsets, in the order of the page."""
    form = admin_form.form
    if not form.is_bound:
        return []
    found = list(_of_form(form, flatten_fieldsets(admin_form.fieldsets), ""))
    for inline in inlines:
        formset, name = inline.formset, capfirst(inline.opts.verbose_name)
        found += [FormError(name, "", message) for message in formset.non_form_errors()]
        names = flatten_fieldsets(inline.fieldsets)
        for number, row in enumerate(formset.forms, 1):
            found += _of_form(row, names, f"{name} {number}")
    return found


def _of_form(form, shown: list[str], row: str) -> Iterator[FormError]:
    """The errors of a form: its own first, then those of its fields in the order shown."""
    for message in form.non_field_errors():
        yield FormError(row, "", message)
    names = [*shown, *(name for name in form.fields if name not in shown)]
    for name in names:
        for message in form.errors.get(name, ()):
            bound = form[name]
            label = f"{row}, {bound.label}" if row else bound.label
            yield FormError(label, "" if bound.is_hidden else bound.id_for_label, message)


def clear_errors(form, formsets) -> None:
    """Take away the errors of a form that is shown before its user has completed it."""
    for formset in formsets:
        formset.non_form_errors().clear()
        for row in formset.forms:
            row.errors.clear()
    form.errors.clear()
