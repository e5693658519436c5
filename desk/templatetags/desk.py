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
            "label": _("document") if model is Source else model._meta.verbose_name,
            "url": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"),
            "cites_source": model is not Source,
        }
        for model in addable(context["request"].user)
    ]
