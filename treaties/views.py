"""Public pages of treaties."""

from django.shortcuts import get_object_or_404, redirect

from relations.views import RecordList, RecordPage
from treaties import filters, shapes
from treaties.models import Treaty, TreatyAction


class TreatyList(RecordList):
    model = Treaty
    filterset_class = filters.TreatyFilter
    shape = shapes.treaty


class TreatyPage(RecordPage):
    model = Treaty
    shape = shapes.treaty


class ActionPage(RecordPage):
    """An action stands on the page of its treaty."""

    model = TreatyAction
    shape = shapes.action

    def get(self, request, *args, form="html", **kwargs):
        if form != "html":
            return super().get(request, *args, form=form, **kwargs)
        action = get_object_or_404(self.get_queryset(), slug=kwargs["slug"])
        return redirect(f"{action.treaty.get_absolute_url()}#{action.slug}")
