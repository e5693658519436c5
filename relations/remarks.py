"""A reviewer's remarks at the fields of a form."""

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html

from relations.models.revision import BaseRevision


def show_remarks(
    revision: BaseRevision, form: forms.ModelForm, formsets: Iterable[forms.BaseInlineFormSet]
) -> None:
    """Put the remarks of a revision before the help texts of the fields that they are about, in the
    form of its row and in those of its steps."""
    rows = {getattr(row.instance, "slug", ""): row for one in formsets for row in one.forms}
    for key, text in revision.remarks.items():
        slug, _slash, name = key.rpartition("/")
        shown = rows.get(slug) if slug else form
        if shown is None or name not in shown.fields:
            continue
        field, who = shown[name], revision.reviewer or "?"
        words = '<strong class="remark">{}: {}</strong> {}'
        field.help_text = format_html(words, who, text, field.help_text)
        field.field.help_text = field.help_text
