"""Forms for sources, and for references to places in them."""

import hashlib
import time
from types import MappingProxyType

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core.changes import rows_changed
from core.documents import LARGEST, TEXT, Reading
from core.forms import DuplicateCheckForm, MadeSlugForm, RowsFormSet
from core.uploads import KeptFilesField
from sources.duplicates import plain_address, similar_sources
from sources.models import Passage, text_digest
from sources.texts import check_attachable, passage_of, read_file

# The most characters of a pasted text: a form larger than DATA_UPLOAD_MAX_MEMORY_SIZE is refused.
PASTED = 2_500_000
# The most files that are added at once, and their size in bytes.
FILES, ALL_FILES = 20, 60 * 1024 * 1024
# The seconds after which no further file is read.
ALL_SECONDS = 45


class SourceForm(DuplicateCheckForm, MadeSlugForm):
    """A source, and its text from a file or pasted: for editors only if the source is not open.

    Blank fields are taken from what the file or its text says. Several files become as many
    sources with the values of the other fields: `documents` are their valid forms, the first of
    which this form takes over, and `refused` the names of other files, each with a reason.
    """

    slug_from = "title"
    OFFERED = ("title", "author", "publisher", "url", "language", "date", "accessed")
    # What files of one submission cannot share.
    OWN = ("title", "url", "slug", "checksum", "pasted")
    # The readings of files or the errors in them, by content and name, if they were read before.
    readings: dict[tuple, Reading | ValidationError] = MappingProxyType({})

    text_file = KeptFilesField(
        label=_("Attach the text"),
        required=False,
        help_text=_("PDF, DOCX, HTML, MHTML or plain text; at most %d MB.") % (LARGEST >> 20),
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
        self.documents, self.refused = [], []
        if title := self.fields.get("title"):
            title.required = False
            title.help_text = _("If you leave it blank, it is taken from the text, if possible.")
        file = self.fields["text_file"]
        if self.instance.pk:
            del file.widget.attrs["multiple"]
        else:
            file.help_text += " " + _("Several files are added as separate sources.")

    def clean(self):
        values = super().clean()
        files = values.get("text_file") or []
        if len(files) > 1:
            self._read_several(files)
        else:
            self._read(*files)
        if not self.errors and not self.documents:
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

    def clean_text_file(self):
        """Check the number of files and their size before any of them is read."""
        files = self.cleaned_data["text_file"]
        if len(files) > 1 and self.instance.pk:
            raise ValidationError(_("A source has one file. Attach only one."))
        if len(files) > 1 and (refusal := too_much(files)):
            raise ValidationError(refusal)
        return files

    def _read(self, file=None):
        """Read the text to attach, so that an error is shown at its field."""
        values = self.cleaned_data
        pasted = values.get("pasted", "").strip()
        field = "text_file" if file else "pasted"
        if file and pasted:
            return self.add_error("pasted", _("Attach a file or paste the text, but not both."))
        try:
            content = content_of(file) if file else pasted.replace("\r\n", "\n").encode()
            if content:
                check_attachable(self.instance, values.get("checksum", ""), content)
                if file:
                    self.reading = self._reading(content, file.name)
                else:
                    self.reading = read_file(content, form=TEXT)
                self.content = content
        except ValidationError as error:
            self.add_error(field, error)

    def _reading(self, content: bytes, name: str) -> Reading:
        found = self.readings.get(reading_key(content, name))
        if isinstance(found, ValidationError):
            raise found
        return found or read_file(content, name)

    def _take_offers(self):
        """Fill blank fields from what the file or its text says."""
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

    def _read_several(self, files):
        """Check each file in a form of its own, and take over the first that can be saved."""
        for name in self.OWN:
            if self.cleaned_data.get(name):
                self.add_error(name, _("Several files cannot share this. Leave it blank."))
        if any(self.data.get(f"{name}-TOTAL_FORMS", "0") != "0" for name in self.instance.CHILDREN):
            self.add_error(
                None, _("Several files cannot share passages or synopses. Add these later.")
            )
        if self.errors:
            return
        seen, shared = {}, {}
        data = self.data.copy()
        data.pop("text_file-kept", None)
        for file in files:
            form = type(self)(data, MultiValueDict({"text_file": [file]}))
            if not form.is_valid():
                self.refused.append((file.name, form.why_refused()))
                if not form.duplicates:
                    shared |= dict.fromkeys(form.non_field_errors())
            elif twin := next((seen[key] for key in form.identities() if key in seen), None):
                words = _("This is the same as “%(name)s”, also chosen.") % {"name": twin}
                self.refused.append((file.name, words))
            else:
                self.documents.append(form)
                seen |= dict.fromkeys(form.identities(), file.name)
        if self.documents:
            first = self.documents[0]
            self.cleaned_data |= {name: first.cleaned_data.get(name) for name in self.OFFERED}
            self.content, self.reading = first.content, first.reading
        elif shared:
            self.add_error(None, list(shared))
        else:
            self.add_error(
                "text_file", [format_html("{}: {}", name, why) for name, why in self.refused]
            )

    def _post_clean(self):
        # Without a document of its own, there is no source to check.
        if self.documents or not self.refused:
            super()._post_clean()

    def identities(self) -> set[str]:
        """What identifies a document: its checksum, text and address."""
        text, url = self.reading.text, self.instance.url
        keys = {hashlib.sha256(self.content).hexdigest()}
        keys |= {text_digest(text)} if text.strip() else set()
        return keys | ({plain_address(url)} if url else set())

    def why_refused(self) -> str:
        """Why this form cannot be saved, in one line, with links to the sources that it repeats."""
        if self.duplicates:
            links = format_html_join(
                ", ",
                '<a href="{}">{}</a> ({})',
                (
                    (reverse("admin:sources_source_change", args=[row.pk]), row, row.resemblance)
                    for row in self.duplicates
                ),
            )
            words = _("It may already exist: {}. If it is a different document, add it alone.")
            return format_html(words, links)
        return " ".join(str(words) for said in self.errors.values() for words in said)


def too_much(files: list[UploadedFile]) -> str:
    """Why so many files cannot be added at once; empty if they can."""
    if len(files) > FILES:
        return _("At most %d files can be added at once.") % FILES
    if sum(file.size for file in files) > ALL_FILES:
        return _("At most %d MB can be added at once.") % (ALL_FILES >> 20)
    return ""


def content_of(file: UploadedFile) -> bytes:
    """The content of an uploaded file. Raises ValidationError if it is too large."""
    if file.size > LARGEST:
        raise ValidationError(
            _("The file is larger than %d MB. Attach a smaller one.") % (LARGEST >> 20)
        )
    file.seek(0)
    return file.read()


def reading_key(content: bytes, name: str) -> tuple[str, str]:
    return hashlib.sha256(content).hexdigest(), name


def read_ahead(files: list[UploadedFile]) -> dict[tuple, Reading | ValidationError]:
    """The readings of uploaded files, or the errors in them, by content and name.

    Reading takes seconds, in which nobody should wait for the lock of a transaction. Files that
    would take too long are refused.
    """
    readings, until = {}, time.monotonic() + ALL_SECONDS
    if len(files) > 1 and too_much(files):
        return readings
    for file in files:
        try:
            content = content_of(file)
        except ValidationError:
            continue
        key = reading_key(content, file.name)
        try:
            if time.monotonic() > until:
                raise ValidationError(
                    _("Reading the previous files took too long. Add this one alone.")
                )
            readings[key] = read_file(content, file.name)
        except ValidationError as error:
            readings[key] = error
    return readings


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
