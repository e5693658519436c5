"""Writes the widgets, labels and errors of forms without a template for each.

A form of the desk has hundreds of fields, and Django renders up to three templates for each. What
is written here is the same, without blank lines between options. Other widgets have Django's
templates.
"""

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape

WIDGETS = "django/forms/widgets"
INPUTS = ("checkbox", "date", "datetime", "email", "hidden", "number", "password", "text", "time")


def _text(value) -> str:
    return conditional_escape(value if isinstance(value, str) else localize(value))


def _attributes(of: dict) -> str:
    """Attributes in HTML: those that are False are left out, those that are True have no value."""
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in of.items()
        if value is not False
    )


def _input(context: dict) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    attributes = _attributes(widget["attrs"])
    return f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{value}{attributes}>'


def _textarea(context: dict) -> str:
    widget = context["widget"]
    opening = f'<textarea name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    return f"{opening}\n{_text(widget['value'] or '')}</textarea>"


def _option(widget: dict) -> str:
    value, attributes = conditional_escape(widget["value"]), _attributes(widget["attrs"])
    return f'<option value="{value}"{attributes}>{_text(widget["label"])}</option>'


def _select(context: dict) -> str:
    widget = context["widget"]
    lines = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for name, options, _index in widget["optgroups"]:
        lines += [f'  <optgroup label="{_text(name)}">'] if name else []
        lines += [f"  {_option(option)}" for option in options]
        lines += ["  </optgroup>"] if name else []
    return "\n".join([*lines, "</select>"])


def _label(context: dict) -> str:
    label, tag = _text(context["label"]), context["tag"]
    if not context["use_tag"]:
        return label.strip()
    return f"<{tag}{_attributes(context['attrs'] or {})}>{label}</{tag}>"


WRITERS = {
    **{f"{WIDGETS}/{name}.html": _input for name in INPUTS},
    f"{WIDGETS}/textarea.html": _textarea,
    f"{WIDGETS}/select.html": _select,
    "django/forms/label.html": _label,
}
ERRORS = ("django/forms/errors/list/default.html", "django/forms/errors/list/ul.html")


class FormRenderer(DjangoTemplates):
    """Django's renderer of forms, faster for what WRITERS has, and for lists without errors."""

    def render(self, template_name, context, request=None):
        if write := WRITERS.get(template_name):
            return write(context)
        if template_name in ERRORS and not context["errors"]:
            return ""
        return super().render(template_name, context, request)
