"""Forms for sources, and for references to places in them."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.changes import rows_changed
from core.documents import LARGEST, TEXT
from core.forms import DuplicateCheckForm, MadeSlugForm, RowsFormSet
from core.uploads import KeptFileField
from sources.duplicates import similar_sources
from sources.models import Passage
from sources.texts import passage_of, read_document

# The most characters of a pasted text: a form larger than DATA_UPLOAD_MAX_MEMORY_SIZE is refused.
PASTED = 2_500_000


class SourceForm(DuplicateCheckForm, MadeSlugForm):
    """A source, and its text from a file or pasted: for editors only if the source is not open.

    A blank title, language or date is taken from the file's metadata, if it has them.
    """

    slug_from = "title"
    OFFERED = ("title", "language", "date")

    text_file = KeptFileField(
        label=_("Attach the text"),
        required=False,
        help_text=_("PDF, DOCX, HTML, or plain text in UTF-8; at most %d MB.") % (LARGEST >> 20),
    )
    pasted = forms.CharField(
        label=_("Or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Separate paragraphs by an empty line."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.content, self.reading, self.taken = b"", None, []
        if title := self.fields.get("title"):
            title.required = False
            title.help_text = _("If you leave it blank, it is taken from the file, if possible.")

    def clean(self):
        values = super().clean()
        self._read()
        if not self.errors:
            self._take_offers()
            if not values.get("title"):
                self.add_error("title", _("Give the title."))
        return values

    def similar(self):
        text = self.reading.text if self.reading else ""
        checksum = hashlib.sha256(self.content).hexdigest() if self.content else ""
        return similar_sources(self.instance, text, checksum)

    def clean_pasted(self):
        """Check the length here: a browser would cut a text at the `maxlength` of its field."""
        if len(self.cleaned_data["pasted"]) > PASTED:
            raise ValidationError(
                _("At most %(most)s characters can be pasted. Attach a longer text as a file.")
                % {"most": f"{PASTED:,}"}
            )
        return self.cleaned_data["pasted"]

    def _read(self):
        """Read the text to attach, so that an error is shown at its field."""
        values = self.cleaned_data
        file, pasted = values.get("text_file"), values.get("pasted", "").strip()
        field = "text_file" if file else "pasted"
        if file and pasted:
            return self.add_error("pasted", _("Attach a file or paste the text, but not both."))
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
        """Fill blank fields from the file's metadata."""
        for name in self.OFFERED:
            said = getattr(self.reading, name, "")
            if not said or self.cleaned_data.get(name) or name not in self.fields:
                continue
            try:
                self.cleaned_data[name] = self.fields[name].clean(said)
            except ValidationError:
                # Ignore metadata that the field rejects.
                continue
            self.taken.append((self.fields[name].label, said))


class QuotedForm(forms.ModelForm):
    """A reference whose place is found by the words that an editor copies from the source."""

    quote = forms.CharField(
        label=_("Words copied from the source"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "data-quote": ""}),
        help_text=_("A few words that state the fact. Their place is found in the attached text."),
    )
    quote_at = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The passages that forms of this submission will create; QuotedFormSet shares the list.
        self.unsaved: list[Passage] = []

    def clean(self):
        values = super().clean() or self.cleaned_data
        quote, source = values.get("quote", "").strip(), values.get("source")
        self.quoted = bool(quote and source)
        if quote and not source and "source" not in self.errors:
            self.add_error("source", _("Choose the source of these words."))
        if not self.quoted:
            return values
        if values.get("passage") and "passage" in self.changed_data:
            self.add_error("quote", _("Choose a passage or enter the words, but not both."))
            return values
        try:
            passage = passage_of(source, quote, values.get("quote_at"), self.unsaved)
        except ValidationError as error:
            self.add_error(
                "quote", [words for said in error.message_dict.values() for words in said]
            )
            return values
        if passage.pk is None and passage not in self.unsaved:
            self.unsaved.append(passage)
        values["locator"] = passage.locator
        if "passage" in self.fields:
            values["passage"] = passage if passage.pk else None
        return values

    def find_passage(self) -> Passage | None:
        """The passage of the copied words, created if needed; None if no words were copied."""
        if not self.quoted:
            return None
        values = self.cleaned_data
        # Search again: another form of the same page may have created it.
        found = passage_of(values["source"], values["quote"], values.get("quote_at"))
        if found.pk is None:
            found.save()
            rows_changed(found)
        return found

    def save(self, commit=True):
        if self.quoted and "passage" in self.fields:
            self.instance.passage = self.find_passage()
        return super().save(commit)


class QuotedFormSet(RowsFormSet):
    """Rows with copied words: different words of one sentence are different places."""

    def __init__(self, *args, **kwargs):
        self.unsaved: list[Passage] = []
        super().__init__(*args, **kwargs)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.unsaved = self.unsaved
