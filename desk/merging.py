"""The page on which an editor merges two duplicate rows."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from core.dates import Edtf
from core.forms import ROW_KEY
from desk.review import admin_page
from relations import merging, workflow
from relations.models import Organization, Person, Record
from relations.models.publishable import PublicationRefused

MERGED = {
    model._meta.model_name: model for model in (*Record.__subclasses__(), Person, Organization)
}


class MergeForm(forms.Form):
    """Which of two rows stays, and why they are the same."""

    kept = forms.ChoiceField(label=_("Which one stays?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why are they the same?"),
        max_length=300,
        help_text=_("Shown in the history of both."),
    )

    def __init__(self, rows, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        self.fields["kept"].choices = [(key, described(row)) for key, row in self.rows.items()]

    @property
    def pair(self):
        """The row that stays, and the other."""
        kept = self.rows[self.cleaned_data["kept"]]
        return kept, next(row for row in self.rows.values() if row != kept)


def described(row) -> str:
    """A label that distinguishes a row from another of the same name."""
    if not isinstance(row, Record):
        return f"{row} · {row.slug}"
    date = row.date.describe() if isinstance(row.date, Edtf) else ""
    return " · ".join((str(row), date, row.get_state_display(), row.slug))


def check_hands(user, kept, other) -> None:
    """Raise MergeRefused if the user lacks the permission to merge away another author's draft, or
    to publish their own draft by merging it."""
    if not isinstance(other, Record) or other.published_at:
        return
    authors = workflow.authors(other)
    if authors != {user.pk} and not user.has_perm(workflow.REVIEW):
        raise merging.MergeRefused(_("“%s” has other authors. Ask a reviewer to merge it.") % other)
    if kept.published_at and user.pk in authors and not user.has_perm(workflow.ALONE):
        raise merging.MergeRefused(
            _(
                "You wrote “%s” yourself, and readers would see it at once. Ask somebody else to "
                "merge it."
            )
            % other
        )


def merge(request, kind):
    """Ask which of two rows stays and why, then merge them."""
    keys = list(dict.fromkeys(request.GET.getlist("id")))
    if kind not in MERGED or not all(map(ROW_KEY.fullmatch, keys)):
        raise Http404
    rows = list(MERGED[kind].objects.filter(pk__in=keys).order_by("pk"))
    if len(rows) != 2 or len(keys) != 2:
        raise Http404
    if not merging.may_merge(request.user, rows):
        raise PermissionDenied
    form = MergeForm(rows, request.POST or None)
    if form.is_valid():
        kept, other = form.pair
        try:
            check_hands(request.user, kept, other)
            merging.merge(kept, other, request.user, form.cleaned_data["reason"])
        except PublicationRefused as error:
            form.add_error(None, error)
        else:
            words = _(
                "“%(other)s” has been merged into “%(kept)s”. Its address now redirects there."
            )
            messages.success(request, words % {"other": other, "kept": kept})
            return redirect(admin_page(kept))
    context = {**admin.site.each_context(request), "title": _("Merge two duplicates")}
    context |= {"form": form, "is_record": isinstance(rows[0], Record)}
    status = 400 if form.is_bound else 200
    return render(request, "admin/merge.html", context, status=status)
