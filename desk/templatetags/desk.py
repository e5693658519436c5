"""Links of the desk."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.roles import addable
from sources.models import Source

register = template.Library()


@register.simple_tag(takes_context=True)
def add_links(context) -> list[dict]:
    """The forms with which the user may add a document, record, figure or good: label and URL."""
    return [
        {
            "label": _("document") if model is Source else meta.verbose_name,
            "url": reverse(f"admin:{meta.app_label}_{meta.model_name}_add"),
            "of_source": model is not Source,
        }
        for model in addable(context["request"].user)
        for meta in (model._meta,)
    ]
