"""The fields of forms in which an editor chooses related rows."""

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from core.forms import ROW_KEY


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
        field.widget = RowChoice(of.widget, of.rel, of.admin_site, **ways)
    return field
