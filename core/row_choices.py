"""The fields of forms in which an editor chooses related rows."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper

from core.forms import ROW_KEY


class RowSelect(AutocompleteSelect):
    """A choice of rows by search. The chosen `row` is not fetched again if it is in memory."""

    row = None

    def optgroups(self, name, value, attr=None):
        if self.row is None or value != [str(self.row.pk)]:
            return super().optgroups(name, value, attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(self.row)
        chosen = self.create_option(name, self.row.pk, label, True, len(blank))
        return [(None, [*blank, chosen], 0)]


class RowChoice(RelatedFieldWidgetWrapper):
    """A choice of rows; a malformed key becomes "0", which the field rejects as an unknown row."""

    def value_from_datadict(self, data, files, name):
        given = super().value_from_datadict(data, files, name)
        if isinstance(given, list):
            return [key if ROW_KEY.fullmatch(str(key)) else "0" for key in given]
        return given if not given or ROW_KEY.fullmatch(str(given)) else "0"


def choice_of_rows(field):
    """The form field of a foreign key, with links to add a row and to view the chosen one, but
    not to change or delete it."""
    if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
        of = field.widget
        ways = {name: getattr(of, name) for name in ("can_add_related", "can_view_related")}
        widget = of.widget
        if type(widget) is AutocompleteSelect:
            widget = RowSelect(widget.field, widget.admin_site, widget.attrs, widget.choices)
            widget.is_required = field.required
        field.widget = RowChoice(widget, of.rel, of.admin_site, **ways)
    return field


def show_chosen(form: forms.ModelForm) -> None:
    """Let a form show the rows chosen in it as its instance has them in memory."""
    for name, row in form.instance._state.fields_cache.items():
        choice = form.fields[name].widget if name in form.fields else None
        if isinstance(choice, RowChoice) and isinstance(choice.widget, RowSelect):
            choice.widget.row = row
