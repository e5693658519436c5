"""Uploads of any size, without filling the disk; files of forms that could not be saved yet."""

import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

# The lifetime of a file between two requests: a day, in seconds.
KEPT = 24 * 3600
TOKEN = re.compile("[0-9a-f]{32}")


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stores a file up to about `settings.LARGEST_UPLOAD` bytes; the rest is counted and discarded.

    The size of the file is the size sent, so that the form rejects it and says why.
    """

    def receive_data_chunk(self, raw_data, start):
        if start < settings.LARGEST_UPLOAD:
            super().receive_data_chunk(raw_data, start)


def between_requests(token: str, ending: str) -> Path:
    """The path of a file that is stored between two requests, under an unguessable name."""
    folder = settings.VAR / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{token}.{ending}"


def new_token() -> str:
    """A new unguessable name; files that were stored more than a day ago are deleted."""
    for path in between_requests("any", "file").parent.iterdir():
        # Another request may delete the same files.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - KEPT:
                path.unlink()
    return secrets.token_hex(16)


def keep(file: UploadedFile) -> str:
    """Store a file for the next request, and return the token that finds it again."""
    if token := getattr(file, "token", ""):
        return token
    token = file.token = new_token()
    file.seek(0)
    with between_requests(token, "file").open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    between_requests(token, "name").write_text(file.name, encoding="utf-8")
    return token


def kept(token: str) -> UploadedFile | None:
    """The file that was stored under a token; None if it no longer exists."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        content = between_requests(token, "file").open("rb")
        name = between_requests(token, "name").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    file = UploadedFile(content, name, size=between_requests(token, "file").stat().st_size)
    file.token = token
    return file


def forget(file: UploadedFile | None) -> None:
    """Delete the stored copy of a file, if there is one, once its form is saved."""
    if token := getattr(file, "token", ""):
        for ending in ("file", "name"):
            between_requests(token, ending).unlink(missing_ok=True)


# Stands for a file that is no longer kept.
LOST = object()


class KeptFileInput(forms.FileInput):
    """A file input that keeps its file while other fields of the form have errors."""

    def value_from_datadict(self, data, files, name):
        """The file, None without one, or LOST if it was kept but is no longer there."""
        if file := super().value_from_datadict(data, files, name):
            return file
        token = data.get(f"{name}-kept", "")
        if not token or f"{name}-drop" in data:
            return None
        return kept(token) or LOST

    def value_omitted_from_data(self, data, files, name):
        return not self.value_from_datadict(data, files, name)

    def render(self, name, value, attrs=None, renderer=None):
        if not value:
            return super().render(name, None, attrs, renderer)
        shown = super().render(name, None, {**(attrs or {}), "required": False}, renderer)
        files = value if isinstance(value, list) else [value]
        return shown + format_html_join("", KEPT_FILE, (self._shown(name, file) for file in files))

    def _shown(self, name: str, file: UploadedFile) -> tuple:
        token, words = keep(file), _("“%(name)s” is kept until you save.")
        return words % {"name": file.name}, name, token, name, token, _("Remove the file")


# What is shown of a kept file: a note, its token, and a box to remove it.
KEPT_FILE = (
    ' <span class="help">{}</span><input type="hidden" name="{}-kept" value="{}"> '
    '<label><input type="checkbox" name="{}-drop" value="{}"> {}</label>'
)


class KeptFilesInput(KeptFileInput):
    """An input for several files, each of which is kept."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        """The files that were sent, then those that were kept; LOST for one that is gone. If only
        one is allowed, the files that were sent take the place of the kept one."""
        sent = files.getlist(name)
        if sent and "multiple" not in self.attrs:
            return sent
        dropped = data.getlist(f"{name}-drop")
        tokens = [token for token in data.getlist(f"{name}-kept") if token not in ("", *dropped)]
        return [*sent, *(kept(token) or LOST for token in tokens)]


class KeptFile(BoundField):
    def value(self):
        """The file that was sent, unless the field refused it."""
        return self.data if self.form.is_bound and not self.errors else None


class KeptFiles(KeptFile):
    def value(self):
        """The files, unless the field refused them; without the lost ones, if any are lost."""
        files = self.data if self.form.is_bound else []
        return [file for file in files if file is not LOST] if LOST in files else super().value()


class KeptFileField(forms.FileField):
    """A file that need not be chosen again if other fields of its form have errors."""

    widget = KeptFileInput
    bound_field_class = KeptFile

    def clean(self, data, initial=None):
        if data is LOST:
            raise ValidationError(_("The file is no longer stored. Choose it again."))
        return super().clean(data, initial)


class KeptFilesField(KeptFileField):
    """Several files; its value is a list. Its form checks each of several files by itself, so that
    one that is empty does not stop the others."""

    widget = KeptFilesInput
    bound_field_class = KeptFiles

    def clean(self, data, initial=None):
        if not data or len(data) == 1 or LOST in data:
            file = super().clean(LOST if LOST in data else next(iter(data), None), initial)
            return [file] if file else []
        return data

    def has_changed(self, initial, data):
        return bool(data)
