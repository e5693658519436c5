"""The upload page of the editors' desk: a list is imported after a dry run."""

import json
from datetime import date
from pathlib import Path

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from core.fields import DayField
from core.rows import FileError
from core.uploads import TOKEN, KeptFileField, between_requests, forget, new_token
from desk.adapters import ADAPTERS, adapter_mapped, adapter_named
from sources.importing import Adapter, Report, run
from sources.mapping_keys import MappingError

UPLOAD = 50 * 1024 * 1024
GONE = _(
    "This upload no longer exists. Check whether its records are there, or upload the file again."
)


class UploadForm(forms.Form):
    """A file of a known list, or of any list with a mapping."""

    name = forms.ChoiceField(
        label=_("List"),
        choices=[("", _("another list, with a mapping"))]
        + [(item.name, item.__doc__) for item in ADAPTERS],
        required=False,
    )
    mapping = KeptFileField(label=_("Mapping (TOML)"), required=False)
    file = KeptFileField(label=_("File (CSV, or the JSON of an API)"))
    as_of = DayField(
        label=_("Date of the list"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_(
            "The date of the data. It becomes the vintage of each figure that the list changes, "
            "and the date of each status that the list states."
        ),
    )

    def clean_file(self):
        if self.cleaned_data["file"].size > UPLOAD:
            raise ValidationError(
                _("The file is larger than %d MB. Import it with the command import_data.")
                % (UPLOAD >> 20)
            )
        return self.cleaned_data["file"]

    def clean(self):
        name, mapping = self.cleaned_data.get("name"), self.cleaned_data.get("mapping")
        if bool(name) == bool(mapping):
            self.add_error("name", _("Choose a list or upload a mapping, but not both."))
            return
        content = mapping.read() if mapping else b""
        try:
            if adapter_of(name, content).needs_day and not self.cleaned_data.get("as_of"):
                self.add_error(
                    "as_of",
                    _("This list states the status of each treaty. Give the date of the list."),
                )
        except MappingError as error:
            self.add_error("mapping", list(map(str, error.problems)))
        except FileError as error:
            self.add_error("mapping", str(error))
        self.content = content


def adapter_of(name: str, mapping: bytes) -> Adapter:
    """The adapter of a known list, or else of a mapping. Raises FileError."""
    return adapter_named(name) if name else adapter_mapped(mapping)


class Upload:
    """A file stored between its dry run and its import, under an unguessable name."""

    def __init__(self, token: str = ""):
        self.token = token or new_token()
        self.file, self.about = (between_requests(self.token, end) for end in ("csv", "list"))

    @classmethod
    def waiting(cls, token: str) -> "Upload | None":
        if not TOKEN.fullmatch(token):
            return None
        upload = cls(token)
        return upload if upload.file.exists() else None

    def keep(self, file, name: str, mapping: bytes, as_of: date | None) -> None:
        with self.file.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        day = as_of.isoformat() if as_of else ""
        about = {"name": name, "mapping": mapping.decode(), "as_of": day}
        self.about.write_text(json.dumps(about), encoding="utf-8")

    def run(self, **options) -> Report:
        """Import the file, or report what an import would do."""
        about = json.loads(self.about.read_text(encoding="utf-8"))
        adapter = adapter_of(about["name"], about["mapping"].encode())
        as_of = date.fromisoformat(about["as_of"]) if about["as_of"] else None
        return run(adapter, self.file, as_of=as_of, **options)

    def drop(self) -> None:
        for path in (self.file, self.about):
            Path(path).unlink(missing_ok=True)


@permission_required("relations.add_record", raise_exception=True)
def import_list(request):
    """Show a dry run with its messages by row; once it is confirmed, run the import."""
    context = {**admin.site.each_context(request), "title": _("Import a list")}
    if waiting := Upload.waiting(request.POST.get("token", "")):
        try:
            done = {"report": waiting.run(), "done": True}
            return render(request, "admin/import_list.html", context | done)
        # The database has changed since the dry run, or the form was submitted twice.
        except (FileError, FileNotFoundError) as error:
            messages.error(request, str(error) if isinstance(error, FileError) else GONE)
            return redirect("admin:import_list")
        finally:
            waiting.drop()
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = Upload()
        values = form.cleaned_data
        upload.keep(values["file"], values["name"], form.content, values["as_of"])
        try:
            report = upload.run(dry_run=True)
        except FileError as error:
            upload.drop()
            # Names in a mapping are looked up when its import begins.
            if isinstance(error, MappingError):
                form.add_error("mapping", list(map(str, error.problems)))
            else:
                form.add_error("file", str(error))
        else:
            forget(values["file"])
            forget(values["mapping"])
            more = {"report": report, "token": upload.token}
            return render(request, "admin/import_list.html", context | more)
    status = 400 if form.is_bound else 200
    return render(request, "admin/import_list.html", context | {"form": form}, status=status)
