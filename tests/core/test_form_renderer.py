"""Widgets, labels and errors written without templates are those of Django's templates."""

import re

import pytest
from django import forms
from django.contrib.admin import widgets as admin_widgets
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.form_renderer import WRITERS, FormRenderer

ODD = 'Côte d\'Ivoire & <b>"R&D"</b>'
ATTRS = {"id": "id_x", "class": ODD, "required": True, "hidden": False, "maxlength": 1000}
CHOICES = [
    ("", _("any")),
    (ODD, ODD),
    (12345, 12345),
    ("safe", mark_safe("<i>1</i>")),
    (_("Country"), [("kaz", "Kazakhstan"), ('"', "<two>")]),
]
VALUES = (None, "", 0, 12345.5, ODD, mark_safe("&amp;"), _("Country"), "\nfirst\nlines\n ", False)
WIDGETS = [
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.PasswordInput),
    *(forms.HiddenInput, forms.DateInput, forms.TimeInput, forms.DateTimeInput),
    *(forms.CheckboxInput, forms.Textarea, forms.URLInput, forms.ClearableFileInput),
    *(admin_widgets.AdminDateWidget, admin_widgets.AdminTextareaWidget, forms.MultipleHiddenInput),
]
SELECTS = [forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple]


def lines(html: str) -> str:
    """HTML without the blank lines that Django puts between options."""
    return re.sub(r"\n\s*\n", "\n", html)


def assert_same(widget, value, name="x[]&"):
    ours, django = FormRenderer(), DjangoTemplates()
    shown = widget.render(name, value, ATTRS, django)
    assert lines(widget.render(name, value, ATTRS, ours)) == lines(shown)


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_inputs_are_those_of_django(widget, value):
    if widget is forms.MultipleHiddenInput:
        value = [value]
    assert_same(widget(), value)


@pytest.mark.parametrize("widget", SELECTS)
@pytest.mark.parametrize("value", [None, "", ODD, "12345", 12345, ["safe", '"']], ids=repr)
def test_choices_are_those_of_django(widget, value):
    assert_same(widget(choices=CHOICES), value)


class Labelled(forms.Form):
    required_css_class = "required"
    name = forms.CharField(label=ODD)
    when = forms.DateField(label=_("Country"), required=False)
    safe = forms.CharField(label=mark_safe("<b>Name</b>:"))


@pytest.mark.parametrize("auto_id", ["id_%s", False])
@pytest.mark.parametrize("tag", ["label_tag", "legend_tag"])
@pytest.mark.parametrize("data", [None, {"when": "<never>", "safe": "x"}], ids=["new", "sent"])
def test_labels_and_errors_are_those_of_django(auto_id, tag, data):
    shown = []
    for renderer in (FormRenderer(), DjangoTemplates()):
        form = Labelled(data, auto_id=auto_id, renderer=renderer)
        labels = [getattr(field, tag)(attrs={"class": "vInline"}) for field in form]
        shown.append([*labels, form["name"].label_tag(), *(str(field.errors) for field in form)])
    assert shown[0] == shown[1]


def test_everything_written_has_a_template_in_django():
    for name in WRITERS:
        assert DjangoTemplates().get_template(name)


def test_forms_are_written_in_this_way():
    assert isinstance(forms.Form().renderer, FormRenderer)
