"""The form of rows with revisions: slug, and the reason for a change that readers see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from relations import workflow


class WorkflowForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("Identifier"),
        max_length=160,
        required=False,
        help_text=_("Permanent. If you leave it blank, it is made from what you enter."),
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        required=False,
        help_text=_(
            "Readers see it in the log of corrections. Required once the record has been published."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        drafted = getattr(self.instance, "unsaved_children", {})
        if "topics" in drafted:
            self.initial["topics"] = drafted["topics"]
        # Editing an open revision keeps its reason.
        shown = self.instance.published_at
        self.waiting = workflow.open_revision(self.instance) if shown else None
        if self.waiting:
            self.fields["reason"].initial = self.waiting.reason

    def needs_reason(self) -> bool:
        """Whether the change may affect a row that readers have seen."""
        return True

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if not reason and self.instance.published_at and self.needs_reason():
            raise forms.ValidationError(_("Readers have seen this. Give a reason for the change."))
        return reason
