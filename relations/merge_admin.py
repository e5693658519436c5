"""The admin action that merges two rows for the same thing, offered to users who may do so."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from relations.merging import may_merge, may_merge_some


def has_merge_permission(model_admin, request) -> bool:
    """Whether the list offers the user the action: a method of each admin that has it."""
    return may_merge_some(request.user, model_admin.model)


@admin.action(description=_("Merge two duplicates"), permissions=["merge"])
def merge_selected(model_admin, request, queryset):
    """Open the page on which two rows for the same thing are merged."""
    rows, words = list(queryset[:3]), ""
    if len(rows) != 2:
        words = _("Select two rows. The next page asks which one stays.")
    elif not may_merge(request.user, rows):
        words = _(
            "Readers see at least one of these rows, so only users who may publish can merge them. "
            "Ask one of them."
        )
    if words:
        model_admin.message_user(request, words, messages.ERROR)
        return None
    query = urlencode({"id": [row.pk for row in rows]}, doseq=True)
    return redirect(f"{reverse('admin:merge', args=[model_admin.opts.model_name])}?{query}")
