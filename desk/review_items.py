"""What a reviewer sees of pending changes: their values beside the evidence, what is missing, and
which steps the user may take. The number of queries does not grow with the number of changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.row_names import RowNames
from core.snapshot import full_snapshot
from desk.evidence import LAST, Part, SourceWords, parts_of, remark_fields
from relations import workflow
from relations.models import Record
from relations.models.publishable import Publishable
from relations.models.record import record_class
from relations.models.revision import BaseRevision
from relations.problems import missing_evidence
from sources.models import Source

# The steps of a review, as its buttons name them, and what they have done.
APPROVE, PUBLISH, BACK = "approve", "publish", "back"
DONE = {
    APPROVE: _("“%s” is approved; a publisher can publish it."),
    PUBLISH: _("“%s” is published."),
    BACK: _("“%s” is sent back to its author."),
}
# The prefix of the inputs of remarks at fields.
AT = "at-"


@dataclass
class ReviewItem:
    """A pending change with what its reviewer needs."""

    record: Publishable
    revision: BaseRevision
    before: dict | None
    parts: list[Part]
    lacking: list[str]
    mine: bool
    may_review: bool
    may_publish: bool
    # Why a step was refused.
    refusals: list[str] = field(default_factory=list)
    form: "VerdictForm | None" = None
    selected: bool = False

    @property
    def token(self) -> str:
        """What a form sends for it."""
        return token_of(self.revision)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """The keys and labels of the fields at which this user can make remarks."""
        return list(remark_fields(self.parts)) if self.may_review else []

    @property
    def may_approve(self) -> bool:
        return self.may_review and not self.revision.approved

    @property
    def may_publish_with_others(self) -> bool:
        """Whether the user may publish it together with other changes: one who may publish alone
        does so with each own change that nobody has reviewed."""
        return self.may_publish and (not self.mine or self.revision.approved)

    @property
    def position(self) -> tuple:
        """Where the source under review first supports it."""
        places = [
            quote.position
            for part in self.parts
            for group in part.groups
            for quote in group.quotes
            if quote.under_review
        ]
        return min(places, default=LAST)


class VerdictForm(forms.Form):
    """A reviewer's remarks on a change: on all of it, and at the fields with these keys and
    labels."""

    remark = forms.CharField(
        label=_("What the author should do"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The author sees this. Required to send the change back."),
    )

    def __init__(self, *args, keys: Iterable[tuple[str, str]] = (), **kwargs):
        super().__init__(*args, **kwargs)
        for key, label in keys:
            self.fields[AT + key] = forms.CharField(
                label=label,
                max_length=500,
                required=False,
                widget=forms.Textarea({"rows": 1}),
            )

    def at_fields(self) -> list[forms.BoundField]:
        """The inputs of the remarks at fields."""
        return [self[name] for name in self.fields if name.startswith(AT)]

    @property
    def remarks(self) -> dict[str, str]:
        """The remarks at fields that were given, by the key of the field."""
        given = {name: text for name, text in self.cleaned_data.items() if name.startswith(AT)}
        return {name.removeprefix(AT): text for name, text in given.items() if text}

    @property
    def is_typed(self) -> bool:
        """Whether the reviewer has typed anything."""
        return self.is_bound and any(str(self[name].value() or "").strip() for name in self.fields)


# Why a step on a revision is refused that is no longer the open one of its record.
OUTDATED = _("“%s” has changed since you opened it. Reload the page and review it again.")


def take(step: str, record, user, form: VerdictForm) -> None:
    """Take a step on the pending change of a record. Raises ValidationError if it is refused."""
    if step == APPROVE:
        workflow.approve(record, user)
    elif step == PUBLISH:
        workflow.publish(record, user)
    elif form.is_valid():
        workflow.send_back(record, user, form.cleaned_data["remark"], form.remarks)
    else:
        raise ValidationError([text for texts in form.errors.values() for text in texts])


def token_of(revision: BaseRevision) -> str:
    model = revision.record_model()._meta.model_name
    return f"{model}-{revision.record_id}-{revision.pk}"


def review_items(
    revisions: Iterable[BaseRevision], user, source: Source | None = None
) -> list[ReviewItem]:
    """The items of pending revisions, in the order of the source's text if one is given."""
    revisions = list(revisions)
    rows = _rows(revisions)
    authors, before = {}, {}
    for model in {type(revision) for revision in revisions}:
        of_model = [rows[token_of(one)] for one in revisions if type(one) is model]
        authors[model] = workflow.authors_of(of_model)
        before[model] = _published(model, of_model)
    contents = []
    for revision in revisions:
        record = rows[token_of(revision)]
        workflow.rebase(record, revision)
        old = before[type(revision)].get(record.pk)
        contents.append((record, revision, old))
    names = RowNames(
        (type(record), content)
        for record, revision, old in contents
        for content in (old, revision.snapshot)
    )
    words = SourceWords(names, source)
    items = []
    for record, revision, old in contents:
        mine = user.pk in authors[type(revision)].get(record.pk, ())
        publishes = user.has_perm(workflow.PUBLISH)
        items.append(
            ReviewItem(
                record,
                revision,
                old,
                parts_of(type(record), old, revision.snapshot, names, words),
                missing_evidence(type(record), revision.snapshot),
                mine,
                may_review=user.has_perm(workflow.REVIEW) and not mine,
                may_publish=publishes
                and (not mine or revision.approved or user.has_perm(workflow.ALONE)),
            )
        )
    return sorted(items, key=lambda item: item.position) if source else items


def _rows(revisions: list[BaseRevision]) -> dict[str, Publishable]:
    """The rows of revisions with all related rows, by token."""
    found = {}
    for revision in revisions:
        record = revision.record
        model = record_class(record.kind) if isinstance(record, Record) else type(record)
        found.setdefault(model, {})[record.pk] = token_of(revision)
    rows = {}
    for model, tokens in found.items():
        fetched = model.objects.filter(pk__in=tokens)
        fetched = fetched.with_actions() if issubclass(model, Record) else fetched.with_related()
        rows |= {tokens[row.pk]: row for row in fetched}
    return rows


def _published(model: type[BaseRevision], records: list[Publishable]) -> dict[int, dict]:
    """The published content of rows that readers have seen, by key."""
    seen = [row for row in records if row.published_at]
    live = model.objects.live().filter(record__in=[row.pk for row in seen])
    live = live.filter(number=F("record__version")).values_list("record", "snapshot")
    found = dict(live.order_by())
    return {row.pk: found.get(row.pk) or full_snapshot(row) for row in seen}
