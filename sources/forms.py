"""Forms of sources, and of what refers to a place in one."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sources.folding import fold
from sources.models import Passage, Source
from sources.reading import LARGEST, LONGEST, TEXT
from sources.snapshot import named
from sources.texts import passage_of, read_document

# What the key of a row looks like: no longer than any database counts.
KEY = re.compile("[0-9]{1,18}")


def fresh_slug(model, text: str) -> str:
    """An identifier made from a title that no row of the model has yet."""
    stem = slugify(fold(text), allow_unicode=False)[:140].strip("-") or model._meta.model_name
    slug, number = stem, 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


class SourceForm(forms.ModelForm):
    """A source, and its text from a file or pasted: for editors' work alone where it is not open.

    What is left blank is taken from the file, as far as that says it: title, language, date.
    """

    OFFERED = ("title", "language", "date")

    text_file = forms.FileField(
        label=_("Attach the text"),
        required=False,
        help_text=_("PDF, DOCX, HTML, or plain text in UTF-8; at most %d MB.") % (LARGEST >> 20),
    )
    pasted = forms.CharField(
        label=_("Or paste it"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Paragraphs are set apart by an empty line."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.content, self.reading, self.taken = b"", None, []
        # A file may say the title, and the identifier follows from it.
        said = {
            "title": _("Left blank, it is taken from the file, if that says it."),
            "slug": _(
                "Permanent: it stands in the address. Left blank, it is made from the title."
            ),
        }
        for name in set(said) & set(self.fields):
            self.fields[name].required, self.fields[name].help_text = False, said[name]

    def clean(self):
        values = super().clean()
        self._read()
        if not self.errors:
            self._take_offers()
            if not values.get("title"):
                self.add_error("title", _("Give the title."))
            elif not values.get("slug") and "slug" in self.fields:
                values["slug"] = fresh_slug(Source, values["title"])
        return values

    def _read(self):
        """Read what is to be attached, so that a refusal stands at its field."""
        values = self.cleaned_data
        file, pasted = values.get("text_file"), values.get("pasted", "").strip()
        field = "text_file" if file else "pasted"
        if file and pasted:
            return self.add_error("pasted", _("A file or pasted text: give one of the two."))
        try:
            if file:
                if file.size > LARGEST:
                    raise ValidationError(_("At most %d MB can be attached.") % (LARGEST >> 20))
                content = file.read()
            else:
                content = pasted.replace("\r\n", "\n").encode()
            if content:
                name, checksum = file.name if file else "", values.get("checksum", "")
                self.reading = read_document(
                    self.instance, checksum, content, name, form=None if file else TEXT
                )
                self.content = content
        except ValidationError as error:
            self.add_error(field, error)

    def _take_offers(self):
        """What the file says of itself, for fields that are blank."""
        for name in self.OFFERED:
            said = getattr(self.reading, name, "")
            if not said or self.cleaned_data.get(name) or name not in self.fields:
                continue
            try:
                said = said[: self.fields[name].max_length] if name == "title" else said
                self.cleaned_data[name] = self.fields[name].clean(said)
            except ValidationError:
                # A file may say what no field takes; then it says nothing.
                continue
            self.taken.append((self.fields[name].label, said))


class QuotedForm(forms.ModelForm):
    """A reference to a source whose place is found by the words that an editor copies from it."""

    quote = forms.CharField(
        label=_("Words copied from it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "data-quote": ""}),
        help_text=_("A few that carry the fact; their place is found in the attached text."),
    )
    quote_at = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean(self):
        values = super().clean() or self.cleaned_data
        quote, source = values.get("quote", "").strip(), values.get("source")
        self.quoted = bool(quote and source)
        if quote and not source and "source" not in self.errors:
            self.add_error("source", _("Name the source of these words."))
        if not self.quoted:
            return values
        if values.get("passage") and "passage" in self.changed_data:
            self.add_error("quote", _("Choose a passage, or give the words: one of the two."))
            return values
        try:
            passage = passage_of(source, quote, values.get("quote_at"))
        except ValidationError as error:
            self.add_error(
                "quote", [words for said in error.message_dict.values() for words in said]
            )
            return values
        values["locator"] = passage.locator
        if "passage" in self.fields:
            values["passage"] = passage if passage.pk else None
        return values

    def find_passage(self) -> Passage | None:
        """The passage of the copied words, made where it is not there yet."""
        if not self.quoted:
            return None
        values = self.cleaned_data
        # Looked for anew: a form beside this one may have made it.
        found = passage_of(values["source"], values["quote"], values.get("quote_at"))
        if found.pk is None:
            found.save()
        return found

    def save(self, commit=True):
        if self.quoted and "passage" in self.fields:
            self.instance.passage = self.find_passage()
        return super().save(commit)


class RefusedForm(forms.ModelForm):
    """Laid over a form whose values the base has refused: it comes back, saying so."""

    def _post_clean(self):
        super()._post_clean()
        self.add_error(
            None,
            _(
                "Nothing is saved: it does not go with what the base holds, perhaps since somebody "
                "saved the same at this moment. Look at it, and save it again."
            ),
        )


class RowsFormSet(forms.BaseInlineFormSet):
    """The rows that belong to the one of the form; what the constraints of their model refuse is
    said at its row.

    Django asks none that names the owner, and of two rows of one form none with a condition.
    """

    # The forms of rows that are there no more.
    gone = ()

    @cached_property
    def forms(self):
        """Without rows that somebody has deleted since the form was opened."""
        forms = super().forms
        initial = forms[: self.initial_form_count()]
        self.gone = [form for form in initial if form.instance._state.adding]
        return [form for form in forms if form not in self.gone]

    def initial_form_count(self):
        return super().initial_form_count() - len(self.gone)

    def missed(self) -> list[str]:
        """The rows that were sent and are there no more, in words."""
        key, told = self.model._meta.pk.name, []
        for form in self.gone:
            amiss = set(form.errors) - {key}
            if form.add_prefix(key) not in form.data or self._leaves(form):
                continue
            name = str(self.model._meta.verbose_name)
            told.append(name if amiss else named(form.instance, self.fk.name))
        return told

    def validate_unique(self):
        # Asked of all rows: one on which others rest says here that it cannot be deleted.
        valid = [form for form in self.forms if form.is_valid()]
        self.staying = [
            form
            for form in valid
            if not self._leaves(form) and (form.has_changed() or not form.instance._state.adding)
        ]
        self._take_over()
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                if self.fk.name in constraint.fields:
                    self._refuse_the_same(constraint)
            elif self.fk.name in constraint.condition.referenced_base_fields:
                self._refuse_what_cannot_be(constraint)

    def _leaves(self, form) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def _others(self) -> list[models.Model]:
        """Rows that are not in the form: somebody has added them since it was opened."""
        held = {form.instance.pk for form in self.forms}
        return [row for row in self.get_queryset() if row.pk not in held]

    def _key(self, row, names) -> tuple:
        """The values of a row, without that which all rows here share."""
        fields = [self.model._meta.get_field(name) for name in names if name != self.fk.name]
        return tuple(getattr(row, field.attname) for field in fields)

    def _take_over(self):
        """What is added here and was added by somebody else too is one row, not two: the conflict
        shows how they differ, and saving this form over theirs changes that row."""
        there = {self._key(row, self.model.KEY): row.pk for row in self._others()}
        for form in self.staying:
            row = form.instance
            if row._state.adding and (pk := there.get(self._key(row, self.model.KEY))):
                row.pk, row._state.adding = pk, False

    def _refuse_the_same(self, constraint):
        # It is said at the one that was changed, where the other was not.
        forms = sorted(self.staying, key=lambda form: form.has_changed())
        rows = [*((row, None) for row in self._others()), *((one.instance, one) for one in forms)]
        seen = {}
        for row, form in rows:
            key = self._key(row, constraint.fields)
            if None in key:
                continue
            before = seen.setdefault(key, [])
            if (
                before
                and _under(constraint, row)
                and any(_under(constraint, one) for one in before)
            ):
                form.add_error(None, _refusal(constraint))
            else:
                before.append(row)

    def _refuse_what_cannot_be(self, constraint):
        for form in self.staying:
            try:
                if form.has_changed():
                    constraint.validate(self.model, form.instance)
            except ValidationError as error:
                form.add_error(None, error)

    def save(self, commit=True):
        if commit:
            self._make_way()
        return super().save(commit)

    def _make_way(self):
        """Two rows may change places, and one take that of another which is deleted: those in the
        way are out of the base until it is their turn, and come back under their own keys."""
        moving = [form for form in self.forms if form.has_changed() or self._leaves(form)]
        there = [form.instance.pk for form in moving if not form.instance._state.adding]
        before, away = self.model._base_manager.filter(pk__in=there) if there else (), set()
        for constraint in self.model._meta.constraints:
            if self.fk.name not in getattr(constraint, "fields", ()):
                continue
            taken = {}
            for form in moving:
                if not self._leaves(form):
                    key = self._key(form.instance, constraint.fields)
                    taken.setdefault(key, set()).add(form.instance.pk)
            for row in before:
                key = self._key(row, constraint.fields)
                if None not in key and taken.get(key, set()) - {row.pk}:
                    away.add(row.pk)
        if away:
            # What refers to them is not asked: the base does so where the transaction ends.
            rows = self.model._base_manager.filter(pk__in=away)
            rows._raw_delete(rows.db)


def _under(constraint, row) -> bool:
    """Whether a row meets the condition of a constraint, where that has one."""
    if constraint.condition is None:
        return True
    fields = row._meta.concrete_fields
    values = {one.name: models.Value(getattr(row, one.attname), one) for one in fields}
    return constraint.condition.check(values)


def _refusal(constraint) -> str:
    """The words of a constraint, or those for all that have none of their own."""
    if constraint.violation_error_message == constraint.default_violation_error_message:
        return _("This is there already.")
    return constraint.get_violation_error_message()
