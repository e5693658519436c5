"""The pages on which a list is uploaded, described, previewed and imported."""

from functools import wraps

import tomli_w
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.changes import together
from core.fields import DayField
from core.rows import FileError
from core.uploads import TOKEN, KeptFileField, forget
from desk.adapters import ADAPTERS, KINDS, adapter_mapped, adapter_named
from desk.imports.description import DescriptionForm, started
from desk.imports.sample import Sample, layout_found, sample_of
from desk.imports.uploads import GONE, Upload
from relations.aliases import accept_alias
from relations.models import Country
from relations.resolver import Unresolved
from sources.importing import Adapter, Report
from sources.mappings.check import check
from sources.mappings.keys import MappingError
from sources.mappings.toml import read_toml
from sources.models import SavedMapping
from sources.unknown_names import SHOWN

UPLOAD = 50 * 1024 * 1024
SAVED = "saved:"
may_import = permission_required("relations.add_record", raise_exception=True)


def list_choices():
    """The lists that are known: by code, and by a saved mapping."""
    saved = [(f"{SAVED}{row.name}", row.name) for row in SavedMapping.objects.all()]
    return [
        ("", _("another list")),
        (_("Known lists"), [(item.name, item.__doc__) for item in ADAPTERS]),
        *([(_("Saved mappings"), saved)] if saved else []),
    ]


class UploadForm(forms.Form):
    """A file of a known list, or of any list: with a mapping, or to be described."""

    name = forms.ChoiceField(label=_("List"), choices=list_choices, required=False)
    mapping = KeptFileField(
        label=_("Mapping (TOML)"),
        required=False,
        help_text=_("Another list without a mapping is described on the next page."),
    )
    file = KeptFileField(label=_("File"), help_text=_("CSV, XLSX, ODS, or the JSON of an API."))
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
        name, mapping = self.cleaned_data.get("name", ""), self.cleaned_data.get("mapping")
        if name and mapping:
            self.add_error("name", _("Choose a list or upload a mapping, but not both."))
            return
        self.content = mapping.read().decode("utf-8-sig", "replace") if mapping else ""
        if name.startswith(SAVED):
            row = SavedMapping.objects.filter(name=name.removeprefix(SAVED)).first()
            self.content = row.text if row else ""
            self.cleaned_data["name"] = ""
        self.place = "mapping" if mapping else "name"
        try:
            adapter = self._adapter()
        except FileError as error:
            self.add_error(self.place, str(error).split("\n"))
        else:
            if adapter and adapter.needs_day and not self.cleaned_data.get("as_of"):
                self.add_error("as_of", DAY_NEEDED)

    def _adapter(self) -> Adapter | None:
        if name := self.cleaned_data.get("name"):
            return adapter_named(name)
        return adapter_mapped(self.content.encode()) if self.content else None


DAY_NEEDED = _("This list states the status of each treaty. Give the date of the list.")


def page(request, template: str, context: dict, status: int = 200):
    context = {**admin.site.each_context(request), "title": _("Import a list")} | context
    return render(request, f"admin/{template}.html", context, status=status)


def of_upload(view):
    """Decorate a page of an upload: pass it the upload instead of the token."""

    @may_import
    @wraps(view)
    def found(request, token):
        upload = Upload.waiting(token)
        if upload is None:
            messages.error(request, GONE)
            return redirect("admin:import_list")
        return view(request, upload)

    return found


@may_import
def import_list(request):
    """Take a file, and show what an import would do; once that is confirmed, run the import."""
    if "token" in request.POST:
        upload = Upload.waiting(request.POST["token"])
        # A form that is submitted twice imports once.
        if upload and upload.claim():
            return confirmed(request, upload)
        messages.error(request, GONE)
        return redirect("admin:import_list")
    form = UploadForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return page(request, "import_list", {"form": form}, 400 if form.is_bound else 200)
    upload, values = Upload(), form.cleaned_data
    upload.about.name, upload.about.mapping = values["name"], form.content
    upload.about.as_of = values["as_of"].isoformat() if values["as_of"] else ""
    upload.keep(values["file"])
    try:
        if not (values["name"] or form.content):
            first_sample(upload)
            answer = redirect("admin:describe_list", upload.token)
        else:
            answer = preview(request, upload)
    except FileError as error:
        upload.drop()
        # The names in a mapping are looked up when its import begins.
        place = form.place if isinstance(error, MappingError) else "file"
        form.add_error(place, str(error).split("\n"))
        return page(request, "import_list", {"form": form}, 400)
    for name in ("file", "mapping"):
        forget(values[name])
    return answer


def preview(request, upload: Upload):
    """The report of an import that saves nothing. Raises FileError."""
    report = upload.run(dry_run=True)
    return page(request, "import_report", of_report(upload, report))


def of_report(upload: Upload, report: Report) -> dict:
    context = {"report": report, "token": upload.token, "mapping": upload.about.mapping}
    names = report.unknown.most_common(SHOWN)
    context |= {"rejects": upload.rejects.exists(), "unknown_names": names}
    return context | {"countries": Country.objects.all() if names else ()}


def confirmed(request, upload: Upload):
    try:
        report = upload.run()
    except FileError as error:  # the database has changed since the preview
        messages.error(request, str(error))
        return redirect("admin:import_list")
    finally:
        upload.drop()
    return page(request, "import_report", of_report(upload, report) | {"done": True})


def first_sample(upload: Upload) -> Sample:
    """The sample of a file that nothing is known of; what is found out is stored as the beginning
    of its mapping. Raises FileError."""
    given = started(upload.about.file, layout_found(upload.file))
    sample = sample_of(upload.file, given)
    if not sample.columns:
        raise FileError(_now("The file has no row that can be read."))
    upload.about.mapping = tomli_w.dumps(given)
    upload.save()
    return sample


@of_upload
def describe_list(request, upload):
    """The form that makes the mapping of an uploaded list, and the mapping as text."""
    if "text" in request.POST:
        return as_text(request, upload)
    given = read_toml(upload.about.mapping.encode())
    sample, problems = sample_and_problems(upload, given)
    form = DescriptionForm(given, sample, KINDS, request.POST or None)
    if not form.is_valid():
        return described(request, upload, form, problems, 400 if form.is_bound else 200)
    given = form.content
    upload.describe(given)
    if "_update" in request.POST or problems:
        return redirect("admin:describe_list", upload.token)
    return checked(request, upload, form)


def as_text(request, upload: Upload):
    """Take the mapping as text: it replaces what the form has made, unless it has mistakes."""
    text, problems = request.POST["text"], []
    try:
        check(read_toml(text.encode()), KINDS)
    except FileError as error:
        problems = str(error).split("\n")
    else:
        upload.about.mapping = text
        upload.save()
    if "_update" in request.POST and not problems:
        return redirect("admin:describe_list", upload.token)
    given = read_toml(upload.about.mapping.encode())
    form = DescriptionForm(given, sample_and_problems(upload, given)[0], KINDS)
    if problems:
        return described(request, upload, form, problems, 400, text)
    return checked(request, upload, form)


def sample_and_problems(upload: Upload, given: dict) -> tuple[Sample, list[str]]:
    """The sample of a file, or why it cannot be read as its mapping says."""
    try:
        return sample_of(upload.file, given), []
    except FileError as error:
        return Sample([], []), [str(error)]


def checked(request, upload: Upload, form: DescriptionForm):
    """Save the mapping or preview the import, unless the mapping has mistakes."""
    try:
        adapter = upload.adapter()
        if adapter.needs_day and not upload.about.as_of:
            raise FileError(DAY_NEEDED)
        if "_save" in request.POST:
            save_mapping(request, upload.about.mapping, adapter.name)
            return redirect("admin:describe_list", upload.token)
        return preview(request, upload)
    except FileError as error:
        return described(request, upload, form, str(error).split("\n"), 400)


def described(request, upload, form, problems, status, text=""):
    context = {"form": form, "token": upload.token, "problems": problems, "file": upload.about.file}
    context |= {"text": text or upload.about.mapping}
    return page(request, "import_mapping", context, status)


def save_mapping(request, text: str, name: str) -> None:
    """Save a mapping under the name of its list."""
    row, new = SavedMapping.objects.update_or_create(
        name=name, defaults={"text": text, "saved_by": request.user}
    )
    words = (
        _("The mapping “%s” has been saved.") if new else _("The mapping “%s” has been replaced.")
    )
    messages.success(request, words % row.name)


@of_upload
def accept_names(request, upload):
    """Keep what the list means by the unknown names for which a meaning was chosen, and preview the
    import again."""
    given = zip(request.POST.getlist("name"), request.POST.getlist("meaning"), strict=False)
    accepted = [(name, meaning) for name, meaning in given if meaning]
    try:
        adapter = upload.adapter()
        with together():
            for name, meaning in accepted:
                accept_alias(adapter.name, name, meaning)
        return preview(request, upload)
    except FileError as error:
        messages.error(request, str(error))
        return redirect("admin:import_list")
    except (Unresolved, ValidationError) as error:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        messages.error(request, f"“{meaning}”: {' '.join(said)}")
        return preview(request, upload)


@may_import
def rejects(request, token):
    """The rejected rows of a preview or import, as a file to correct and upload again."""
    upload = Upload(token) if TOKEN.fullmatch(token) else None
    if upload is None or not upload.rejects.exists():
        raise Http404(_now("These rejected rows are no longer stored. Upload the list again."))
    name = f"{upload.token[:8]}-rejects.csv"
    return FileResponse(upload.rejects.open("rb"), as_attachment=True, filename=name)
