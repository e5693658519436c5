"""Two editors of one page: which values each of them has changed, and a choice for each."""

from collections.abc import Iterator

from django import forms
from django.core import signing
from django.forms.formsets import TOTAL_FORM_COUNT
from django.http import QueryDict

from core.forms import ROW_KEY
from core.snapshot import Change, identity, key_values

SALT = "core.conflicts"
# The prefix of the names under which a choice for an input, or for a row, is sent.
CHOICE = "choice-"


class PageValues:
    """The values of a form and its rows as a page shows them, by place: ("title",), or the prefix
    of the formset, the primary key of the row and the field."""

    def __init__(self, form: forms.ModelForm, formsets: list[forms.BaseInlineFormSet]):
        self.formsets = formsets
        # The prefixes of submitted rows that are new again, because others have deleted them.
        self.readded: set[str] = set()
        self.bound = {(name,): form[name] for name in form.fields}
        self.rows = {}
        for formset in formsets:
            for row in formset.initial_forms:
                place = (formset.prefix, str(row.instance.pk))
                self.rows[place] = row.instance
                self.bound |= {(*place, name): row[name] for name in self.fields(formset)}

    @staticmethod
    def fields(formset) -> list[str]:
        own = (formset.model._meta.pk.name, formset.fk.name, "DELETE")
        return [name for name in formset.empty_form.fields if name not in own]

    def values(self) -> dict[str, list[str]]:
        """The submitted form of each value, by place as text."""
        return {"/".join(place): _values(field) for place, field in self.bound.items()}

    def signed(self) -> str:
        """The values for a hidden input, so that a later page knows what its editor opened."""
        return signing.dumps(self.values(), salt=SALT, compress=True)

    def names(self, data: QueryDict) -> Iterator[tuple[str, tuple]]:
        """The names of the inputs in submitted data, each with its place on this page."""
        yield from ((place[0], place) for place in self.bound if len(place) == 1)
        for formset in self.formsets:
            for prefix, row in self.submitted_rows(formset, data):
                if row in self.rows:
                    for name in self.fields(formset):
                        yield f"{prefix}-{name}", (*row, name)

    def submitted_rows(self, formset, data: QueryDict) -> Iterator[tuple[str, tuple]]:
        """The prefix of each submitted row of a formset, and its place."""
        for number in range(formset.max_num):
            prefix = f"{formset.prefix}-{number}"
            key = data.get(f"{prefix}-{formset.model._meta.pk.name}") or data.get(f"{prefix}-same")
            if key:
                yield prefix, (formset.prefix, key)

    def mark_same(self, formsets, data: QueryDict) -> None:
        """Note which new rows of bound formsets this page has already, because others have added
        them."""
        for formset in formsets:
            for row in formset.extra_forms:
                if (formset.prefix, key := str(row.instance.pk)) in self.rows:
                    data[f"{row.prefix}-same"] = key

    def put(self, data: QueryDict, name: str, place: tuple) -> None:
        """Submit the value of this page under a name."""
        values = _given(self.bound[place])
        if values or not isinstance(_widget(self.bound[place]), MANY):
            data.setlist(name, values or [""])
        else:
            data.pop(name, None)

    def take_untouched(self, data: QueryDict, opened: dict) -> list[str]:
        """Replace values that the editor has not changed since `opened` with those of this page,
        and return the labels of those that differ."""
        labels = []
        for name, place in list(self.names(data)):
            before = opened.get("/".join(place))
            if before is None or _sent(data, name, self.bound[place]) != before:
                continue
            if _values(self.bound[place]) != before:
                self.put(data, name, place)
                labels.append(str(self.bound[place].label))
        return labels

    def readd_changed(self, data: QueryDict, opened: dict) -> None:
        """Submit rows that the editor has changed, but that this page no longer has, as new."""
        for formset in self.formsets:
            total = f"{formset.prefix}-{TOTAL_FORM_COUNT}"
            if not ROW_KEY.fullmatch(data.get(total, "")):
                continue
            blank, key = formset.empty_form, formset.model._meta.pk.name
            for prefix, row in list(self.submitted_rows(formset, data)):
                before = {name: opened.get("/".join((*row, name))) for name in self.fields(formset)}
                if row in self.rows or f"{prefix}-DELETE" in data or None in before.values():
                    continue
                if all(
                    _sent(data, f"{prefix}-{name}", blank[name]) == before[name] for name in before
                ):
                    continue
                number = int(data[total])
                data[total] = str(number + 1)
                for name in (key, "same"):
                    data.pop(f"{prefix}-{name}", None)
                new = f"{formset.prefix}-{number}"
                for name in before:
                    if f"{prefix}-{name}" in data:
                        data.setlist(f"{new}-{name}", data.pop(f"{prefix}-{name}"))
                self.readded.add(new)

    def apply_choices(self, data: QueryDict) -> None:
        """Replace the values and rows for which the editor prefers those of this page."""
        places = dict(self.names(data))
        rows = {
            prefix: row
            for formset in self.formsets
            for prefix, row in self.submitted_rows(formset, data)
        }
        for name, choice in pop_choices(data).items():
            if choice != "theirs":
                continue
            if name in places:
                self.put(data, name, places[name])
            elif rows.get(name) in self.rows:
                data.pop(f"{name}-DELETE", None)
                for other, place in places.items():
                    if place[:2] == rows[name]:
                        self.put(data, other, place)
            else:
                data[f"{name}-DELETE"] = "on"

    def inputs(self, form, formsets) -> dict[tuple, str]:
        """The name of the input, or the prefix of the row, behind each change between this page and
        a bound form, by the path of the change."""
        found = {(name,): form.add_prefix(name) for name in form.fields}
        for formset in formsets:
            children = formset.fk.remote_field.get_accessor_name()
            for row in formset.forms:
                held = [row.instance]
                if there := self.rows.get((formset.prefix, str(row.instance.pk))):
                    held.append(there)
                for one in held:
                    owner = formset.fk.name
                    key = identity(formset.model, owner, key_values(one, owner))
                    found[children, key] = row.prefix
                    found |= {(children, key, name): row.add_prefix(name) for name in row.fields}
        return found

    def is_clash(self, name: str, data: QueryDict, opened: dict) -> bool:
        """Whether the value, or the row, under a name has changed since `opened`."""
        if name in self.readded:
            return True
        places = [
            place
            for other, place in self.names(data)
            if other == name or other.startswith(f"{name}-")
        ]
        return any(opened.get("/".join(place)) != _values(self.bound[place]) for place in places)


def opened(data: QueryDict) -> dict[str, list[str]]:
    """The values of the page that an editor opened; empty if they are not known."""
    try:
        return signing.loads(data.get("opened", ""), salt=SALT)
    except signing.BadSignature:
        return {}


def is_undecided(data: QueryDict) -> bool:
    """Whether a submitted page with two versions lacks a choice: a hidden input sends "" then."""
    return any(name.startswith(CHOICE) and not data[name] for name in data)


def pop_choices(data: QueryDict) -> dict[str, str]:
    """Remove the choices from submitted data, and return them by the name of their input or row."""
    names = [name for name in data if name.startswith(CHOICE)]
    return {name.removeprefix(CHOICE): data.pop(name)[-1] for name in names}


def choices(
    changes: list[Change],
    inputs: dict[tuple, str],
    page: PageValues,
    data: QueryDict,
    chosen: dict[str, str],
) -> list[dict]:
    """The changes for a page, each with the name of its choice, which is empty if it has none of
    its own, and with the `choice`: "mine" or "theirs", or "" if the editor has to decide.

    `chosen` holds the choices made so far; they count unless the value has changed again.
    """
    found, before = [], opened(data)
    for change in changes:
        name = inputs.get(change.path, inputs.get(change.path[:2], ""))
        if any(row["name"] == name for row in found):
            name = ""
        clash = bool(name) and page.is_clash(name, data, before)
        choice = "" if clash else chosen.get(name, "mine")
        found.append({"change": change, "name": name, "clash": clash, "choice": choice})
    return found


MANY = (forms.CheckboxInput, forms.SelectMultiple, forms.CheckboxSelectMultiple)


def _widget(bound):
    """The widget of a field, without the links that the admin adds."""
    return getattr(bound.field.widget, "widget", bound.field.widget)


def _values(bound) -> list[str]:
    """The values that a field submits if nobody changes it, for comparison."""
    return _plain(_given(bound))


def _given(bound) -> list[str]:
    """The values that a field submits if nobody changes it."""
    widget, value = _widget(bound), bound.value()
    if isinstance(widget, forms.FileInput):
        return []
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    shown = widget.format_value(value)
    shown = shown if isinstance(shown, (list, tuple)) else [shown]
    return [str(one) for one in shown if one not in (None, "")]


def _sent(data: QueryDict, name: str, bound) -> list[str]:
    """The submitted values of a field."""
    if isinstance(_widget(bound), forms.CheckboxInput):
        return ["on"] if _widget(bound).value_from_datadict(data, {}, name) else []
    return _plain(data.getlist(name))


def _plain(values: list[str]) -> list[str]:
    """Values without differences that browsers make: line ends, and spaces around them."""
    texts = (value.replace("\r\n", "\n").strip() for value in values)
    return [text for text in texts if text]
