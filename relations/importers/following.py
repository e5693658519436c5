"""Follows the rows of a list that were imported before: what they change in their records."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import bulk
from core.rows import RowError
from relations.duplicates import covers
from relations.importers.changing import Changes, complete, is_new, set_visitors, visitors
from relations.importers.drafts import Draft, in_json, said
from relations.importers.identity import rename
from relations.importers.inserting import obtain_people
from relations.importers.proposing import MARK, edited_now, is_proposed, propose
from relations.models import ImportedRow, Record, State
from relations.publication import revise
from sources.importing import Outcome, Writer


class FollowingWriter(Writer):
    """Changes the records of rows that say something else than at the last import.

    Records that readers have never seen change in place; otherwise the change waits for review
    (docs/adr/0102-identity-of-rows.md).
    """

    @property
    def reason(self) -> str:
        """The reason of the revisions that an import saves."""
        return f"{MARK}: {self.cited}"[:300]

    def _follow(self, drafts: list[Draft], rows: dict[str, ImportedRow], contents: dict) -> dict:
        """Change the records of rows that say something else than at the last import; return the
        outcomes by key."""
        if not drafts:
            return {}
        records = drafts[0].model.objects.for_pages().prefetch_related(None)
        records = records.in_bulk({rows[draft.key].record_id for draft in drafts})
        edited = edited_now(row for row in records.values() if row.published_at)
        self.prepare(records.values())
        outcomes = {}
        for draft in drafts:
            row = rows[draft.key]
            record = records[row.record_id]
            if row.own:
                rename(draft, record.slug)
                outcome = self._update(draft, record, row.content, record.pk in edited)
            else:
                outcome = self.repeat(draft, record, row.content)
            outcomes[draft.key] = outcome
        done = [row for key, row in rows.items() if isinstance(outcomes.get(key), Outcome)]
        for draft in drafts:
            # Once a withdrawn record comes back, it takes in what has changed meanwhile.
            if records[rows[draft.key].record_id].state != State.WITHDRAWN:
                rows[draft.key].content = contents[draft.key]
        bulk.insert(row for row in done if row.pk is None)
        ImportedRow.objects.bulk_update([row for row in done if row.pk], ["content"])
        return outcomes

    def prepare(self, records: Iterable[Record]) -> None:
        """Fetch what the comparison of these records needs; a hook for subclasses."""

    def repeat(self, draft: Draft, record: Record, before: dict) -> Outcome:
        """Follow a row that said `before` and only cites a record, an editor's or another list's,
        which stays as it is."""
        return Outcome.UNCHANGED

    def _update(self, draft, record, before: dict, is_edited: bool) -> Outcome | RowError:
        """Change the record of a row that said `before` at the last import, except what editors
        have changed. If an editor is changing it, the row has to wait."""
        changes = self.changes(draft, record, before)
        # What waits for review may differ from the row, although what readers see does not.
        waits = is_proposed(record)
        if not (changes or waits) or record.state == State.WITHDRAWN:
            return Outcome.UNCHANGED
        if is_edited:
            words = _("an editor’s change of this record is under review; import it later")
            return RowError("", words, record.slug)
        self.protect(changes, record)
        if not (changes or waits):
            return Outcome.UNCHANGED
        try:
            with transaction.atomic():
                done = self.change(draft, record, changes)
        except ValidationError as error:
            words = _("the changed record is not valid")
            return RowError("", words, hint=" ".join(error.messages))
        except models.RestrictedError as error:
            words = _("others refer to what the row no longer names")
            return RowError("", words, ", ".join(map(str, error.restricted_objects)))
        return Outcome.UPDATED if done else Outcome.UNCHANGED

    def changes(self, draft: Draft, record: Record, before: dict) -> Changes:
        """What differs in the record from a row that said `before`, as far as the row says
        something else now. What another list has completed stays."""
        now = said(draft)
        values = {
            name: value
            for name, value in ({"relation": None} | draft.values).items()
            if in_json(getattr(record, name)) != in_json(value)
            and is_new(before, now, "pair" if name == "relation" else name)
        }
        report = type(record)(**draft.values)
        if (
            values
            and covers(report.date, record.date)
            and record.citations.exclude(source=self.cited).exists()
            and complete(report, record)
        ):
            values = {
                name: value
                for name, value in values.items()
                if in_json(getattr(record, name)) != in_json(getattr(report, name))
            }
        named = {(person["as_stated"], person["capacity"]) for person in draft.people}
        others = named != {(row.as_stated, row.capacity) for row in visitors(record)}
        return Changes(values, others and is_new(before, now, "people"), before)

    def protect(self, changes: Changes, record: Record) -> None:
        """Leave out changes of what an editor has changed since."""
        if self.is_changed(record, changes.before):
            changes.leave()

    @staticmethod
    def is_changed(record: Record, before: dict) -> bool:
        """Whether an editor has changed a record. One that was only published is as its row said
        `before`."""
        if not record.revisions.exclude(reason__startswith=MARK).exists():
            return False
        names = {field.name for field in record._meta.concrete_fields} & set(before) - {"party"}
        same = all(in_json(getattr(record, name)) == before[name] for name in names)
        return not (record.is_public and names and same)

    def change(self, draft: Draft, record: Record, changes: Changes) -> bool:
        """Change a record in place, or if readers have seen it, propose the change; return whether
        anything has changed."""
        if record.published_at:
            return self.propose(draft, record, changes)
        people = obtain_people(draft.people) if changes.people else {}
        self.apply(record, draft, changes, people)
        revise(type(record).objects.with_actions().get(pk=record.pk), reason=self.reason)
        return True

    def propose(self, draft: Draft, record: Record, changes: Changes) -> bool:
        """Propose the change of a record that readers have seen. If a change by an import waits
        already, the row is compared with that one."""
        waits, before = is_proposed(record), changes.before
        named = is_new(before, said(draft), "people") if waits else changes.people
        people = obtain_people(draft.people) if named else {}

        def change(row: Record) -> None:
            found = self.further(draft, row, before) if waits else changes
            if found:
                self.apply(row, draft, found, people)

        return propose(record, change, self.reason)

    def further(self, draft: Draft, record: Record, before: dict) -> Changes:
        """What a row changes in a record with the change that waits for review."""
        changes = self.changes(draft, record, before)
        self.protect(changes, record)
        return changes

    def apply(self, record: Record, draft: Draft, changes: Changes, people: dict) -> None:
        """Save the changes to a record."""
        for name, value in changes.values.items():
            setattr(record, name, value)
        record.full_clean(validate_unique=False)
        record.save()
        if changes.people:
            set_visitors(record, draft.people, people, changes.before)
