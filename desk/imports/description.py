"""The form that describes a list: it makes a mapping, and keeps what the form does not show."""

from collections.abc import Iterator, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from desk.imports.guesses import guessed_columns, guessed_format, guessed_id
from desk.imports.sample import Sample
from sources.mappings.keys import FieldType, ListKind
from sources.models import Source

NOTHING = ("", "—")
# The choice of the column whose cells identify the rows.
IDENTITY = ("id", _("id – the identifier of the row"))
SOURCE = ("title", "slug", "kind", "rights", "licence", "publisher", "url", "language")
FILE = ("delimiter", "encoding", "skip_lines", "sheet")
READING = ("language", "blank")
DELIMITERS = ((",", _("comma")), (";", _("semicolon")), ("tab", _("tab")), ("|", "|"))
# Fields of which several columns may give parts.
SEVERAL = (FieldType.TEXT, FieldType.PARTIES, FieldType.PEOPLE)


def started(file: str, sample_options: Mapping) -> dict:
    """The mapping with which the description of a file begins: names made from the file's name."""
    stem = "-".join(fold(file.rpartition(".")[0] or file).replace("_", " ").split())[:60] or "list"
    source = {"slug": stem, "title": "", "kind": "data_set", "rights": "unknown"}
    return {"name": stem, "kind": "", **sample_options, "source": source}


class DescriptionForm(forms.Form):
    """A list and its columns. `given` is the mapping so far, `content` the mapping as entered."""

    name = forms.CharField(label=_("Name of the list"), max_length=100)
    kind = forms.ChoiceField(label=_("What is a row?"))
    source_title = forms.CharField(label=_("Title of the source"))
    source_slug = forms.SlugField(
        label=_("Identifier of the source"),
        help_text=_("A source that has this identifier already is cited as it is."),
    )
    source_kind = forms.ChoiceField(label=_("Kind of source"), choices=Source.Kind)
    source_rights = forms.ChoiceField(label=_("Rights"), choices=Source.Rights)
    source_licence = forms.CharField(label=_("Licence"), required=False)
    source_publisher = forms.CharField(label=_("Publisher"), required=False)
    source_url = forms.URLField(label=_("Address"), required=False, assume_scheme="https")
    source_language = forms.CharField(label=_("Language of the source"), required=False)
    delimiter = forms.ChoiceField(
        label=_("Sign between cells"),
        choices=[("", _("as in the file")), *DELIMITERS],
        required=False,
    )
    encoding = forms.CharField(
        label=_("Encoding"), required=False, help_text=_("By default UTF-8; for example cp1251.")
    )
    skip_lines = forms.IntegerField(
        label=_("Lines before the header"), required=False, min_value=0, max_value=1000
    )
    sheet = forms.CharField(label=_("Sheet"), required=False, help_text=_("By default the first."))
    language = forms.CharField(
        label=_("Language of dates"), required=False, help_text=_("For example de or ru.")
    )
    blank = forms.CharField(
        label=_("Cells that mean nothing"),
        required=False,
        help_text=_("Separated by commas, for example NA, N/A."),
    )

    def __init__(self, given: Mapping, sample: Sample, kinds: Mapping[str, ListKind], data=None):
        self.given, self.sample = given, sample
        chosen = (data or given).get("kind") or ""
        self.list_kind = kinds.get(chosen)
        super().__init__(data, initial=self._known())
        self.fields["kind"].choices = [
            NOTHING,
            *((kind.name, kind.item) for kind in kinds.values()),
        ]
        self.columns, self.constants, self.values = [], [], []
        if self.list_kind:
            self._add_columns()
            self._add_constants()
            self._add_values()
        # What is only shown anew may be incomplete.
        if data and "_update" in data:
            for field in self.fields.values():
                field.required = False

    def _known(self) -> dict:
        """The values that the mapping so far gives to the form."""
        source = self.given.get("source", {})
        known = {f"source_{name}": source.get(name, "") for name in SOURCE}
        known |= {name: self.given.get(name, "") for name in ("name", "kind", *FILE, "language")}
        blank = self.given.get("blank", "")
        known["blank"] = ", ".join(blank) if isinstance(blank, list) else blank
        return known

    # The columns of the file, each with the field that it holds.

    def _add_columns(self) -> None:
        fields = self.list_kind.fields
        labels = [
            (item.name, f"{item.name}{'*' if item.required else ''} – {item.meaning}".rstrip("."))
            for item in fields
        ]
        held = self._held()
        for number, column in enumerate(self.sample.columns):
            names = (f"column_{number}", f"format_{number}")
            self.fields[names[0]] = forms.ChoiceField(
                label=column, choices=[NOTHING, IDENTITY, *labels], required=False,
                initial=held.get(column, ""),
            )  # fmt: skip
            label = _("Format of the dates in %s") % column
            attrs = {"placeholder": "%d.%m.%Y", "size": 12, "aria-label": label}
            self.fields[names[1]] = forms.CharField(
                label=label, required=False, widget=forms.TextInput(attrs),
                initial=self._format(column, held.get(column, "")),
            )  # fmt: skip
            self.columns.append((column, *names))

    def _held(self) -> dict[str, str]:
        """The field of each column: as the mapping says, or else as is likely."""
        stated = self.given.get("columns") or {}
        if not stated and not self.is_bound:
            guessed = guessed_columns(self.sample, self.list_kind)
            held = dict.fromkeys(guessed_id(self.sample, guessed.values()), IDENTITY[0])
            return held | {column: name for name, column in guessed.items()}
        held = dict.fromkeys(_listed(self.given.get("id", [])), IDENTITY[0])
        return held | {
            column: name
            for name, columns in stated.items()
            for column in _listed(columns)
            if isinstance(column, str)
        }

    def _format(self, column: str, name: str) -> str:
        field = self.list_kind.field(name)
        if not field or field.type is not FieldType.DATE:
            return ""
        form = (self.given.get("formats") or {}).get(name)
        if isinstance(form, list):
            return " | ".join(form)
        return form or guessed_format(self.sample.cells(column))

    # Values for all rows of required fields that no column holds.

    def _add_constants(self) -> None:
        given = self.given.get("constants") or {}
        held = set(self._chosen().values())
        for field in self.list_kind.fields:
            is_asked = field.required and not field.column_only
            if field.name in held or not (is_asked or field.name in given):
                continue
            name = f"constant_{field.name}"
            options = {
                "label": f"{field.name}: {field.meaning}", "required": False,
                "initial": given.get(field.name, ""),
            }  # fmt: skip
            self.fields[name] = (
                forms.ChoiceField(choices=[NOTHING, *field.allowed], **options)
                if field.allowed
                else forms.CharField(**options)
            )
            self.constants.append(name)

    def _chosen(self) -> dict[str, str]:
        """The field that each column holds, as submitted or as shown."""
        if self.is_bound:
            found = ((column, self.data.get(name, "")) for column, name, _form in self.columns)
        else:
            found = ((column, self.fields[name].initial) for column, name, _form in self.columns)
        return {column: name for column, name in found if name}

    # The values of columns that a field must translate.

    def _add_values(self) -> None:
        for column, name in self._chosen().items():
            field = self.list_kind.field(name)
            if not field or not field.allowed:
                continue
            stated = (self.given.get("values") or {}).get(name) or {}
            same = {
                fold(str(word)): value
                for pair in field.allowed
                for value, word in self._words(pair)
            }
            for number, text in enumerate(self.sample.values(column)):
                key = f"value_{name}_{number}"
                self.fields[key] = forms.ChoiceField(
                    label=text, choices=[NOTHING, *field.allowed], required=False,
                    initial=stated.get(text) or same.get(fold(text), ""),
                )  # fmt: skip
                self.values.append((column, name, text, key))

    @staticmethod
    def _words(pair: tuple[str, str]) -> Iterator[tuple[str, str]]:
        """The words that mean an allowed value: itself, with spaces, and its label."""
        value, label = pair
        yield from ((value, value), (value, value.replace("_", " ")), (value, label))

    def clean(self):
        """Every column has one field, and every required field a column or a value."""
        if not self.list_kind or "_update" in self.data:
            return
        held = list(self._chosen().values())
        for _column, name, _form in self.columns:
            field = self.list_kind.field(self.cleaned_data.get(name, ""))
            if field and held.count(field.name) > 1 and field.type not in SEVERAL:
                self.add_error(name, _("Another column holds this field, too."))
        complex_ones = {*self._kept("columns"), *(self.given.get("templates") or {})}
        for field in self.list_kind.fields:
            name = f"constant_{field.name}"
            instead = {*held, *complex_ones, *self.given} & {field.name, *field.unless}
            if field.required and not instead and not self.cleaned_data.get(name):
                words = _("Choose the column that holds “%s”, or give one value for all rows.")
                self.add_error(name if name in self.fields else None, words % field.name)

    def _kept(self, key: str) -> dict:
        """What a table of the mapping says of fields that the form does not show."""
        table = self.given.get(key) or {}
        names = self.list_kind.names if self.list_kind else ()
        return {
            name: value
            for name, value in table.items()
            if name in names and isinstance(value, dict) and name not in self._chosen().values()
        }

    @property
    def content(self) -> dict:
        """The mapping as entered, with the keys that the form does not show."""
        data, new = self.cleaned_data, dict(self.given)
        new["name"], new["kind"] = data.get("name", ""), data.get("kind", "")
        blank = [text.strip() for text in data.get("blank", "").split(",") if text.strip()]
        given_blank = self.given.get("blank")
        for name in (*FILE, "language"):
            new[name] = data.get(name)
        new["blank"] = given_blank if isinstance(given_blank, dict) else blank
        source = {name: data.get(f"source_{name}", "") for name in SOURCE}
        new["source"] = {
            name: value for name, value in (new.get("source", {}) | source).items() if value
        }
        new |= self._tables()
        identity = [
            column
            for column, name, _form in self.columns
            if data.get(name) == IDENTITY[0]
            or data.get(name)
            and column in _listed(self.given.get("id", []))
        ]
        if self.columns:
            new["id"] = identity if len(identity) > 1 else "".join(identity)
        order = ("name", "kind")
        kept = {name: value for name, value in new.items() if value not in ("", None, [], {})}
        first = {name: kept.pop(name) for name in order if name in kept}
        plain = {name: value for name, value in kept.items() if not isinstance(value, dict)}
        return first | plain | {name: value for name, value in kept.items() if name not in plain}

    def _tables(self) -> dict:
        """The tables of the mapping that the form shows."""
        data, columns, formats = self.cleaned_data, self._kept("columns"), {}
        for column, name, form in self.columns:
            field = data.get(name)
            if not field or field == IDENTITY[0]:
                continue
            before = columns.get(field)
            columns[field] = column if before is None else [*_listed(before), column]
            if forms_of_dates := [
                part.strip() for part in data.get(form, "").split(" | ") if part.strip()
            ]:
                formats[field] = forms_of_dates if len(forms_of_dates) > 1 else forms_of_dates[0]
        constants = {
            name.removeprefix("constant_"): data[name] for name in self.constants if data.get(name)
        }
        values = {
            name: table
            for name, table in (self.given.get("values") or {}).items()
            if name in columns
        }
        for _column, name, text, key in self.values:
            translated = data.get(key)
            table = dict(values.get(name, {}))
            table.pop(text, None)
            if translated and translated != text:
                table[text] = translated
            values[name] = table
        values = {name: table for name, table in values.items() if table}
        return {"columns": columns, "constants": constants, "formats": formats, "values": values}

    # How the template shows the fields.

    def group(self, names) -> list:
        return [self[name] for name in names]

    @property
    def first_group(self):
        return self.group(("kind", "name"))

    @property
    def source_group(self):
        return self.group([f"source_{name}" for name in SOURCE])

    @property
    def file_group(self):
        return self.group((*FILE, *READING))

    @property
    def column_group(self) -> list[tuple]:
        """Each column with its fields and its first cells."""
        return [
            (column, self[name], self[form], self.sample.values(column)[:3])
            for column, name, form in self.columns
        ]

    @property
    def constant_group(self):
        return self.group(self.constants)

    @property
    def value_group(self) -> list[tuple]:
        return [(column, name, self[key]) for column, name, _text, key in self.values]


def _listed(columns) -> list[str]:
    return columns if isinstance(columns, list) else [columns]
