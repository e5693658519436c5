"""Sparse fields and expanded references: which values of rows a request asks for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from api.problems import Problem
from api.resources import by_model
from core.shapes import Shape

Path = tuple[str, ...]


def references(shape: Shape, path: Path = ()) -> Iterator[tuple[Path, type[Model]]]:
    """The values of a shape and of its parts that are identifiers of rows with an address, each
    with the model of the rows."""
    for name, value in shape.values.items():
        if value.to in by_model():
            yield (*path, name), value.to
        if value.part:
            yield from references(value.part, (*path, name))


@dataclass(frozen=True)
class Selection:
    """The values of a shape that are asked for, and the references that are replaced with what
    they refer to."""

    shape: Shape
    expanded: dict[Path, type[Model]]

    @classmethod
    def of(cls, shape: Shape, fields: str, expand: str) -> "Selection":
        """Read the parameters `fields` and `expand`, lists divided by commas. Raises Problem with
        all that is unknown."""
        errors, known = {}, dict(references(shape))
        chosen = names_in(fields)
        if unknown := [name for name in chosen if name not in shape.values]:
            errors["fields"] = [_unknown(unknown, shape.values)]
        paths = [tuple(name.split(".")) for name in names_in(expand)]
        if unknown := [".".join(path) for path in paths if path not in known]:
            errors["expand"] = [_unknown(unknown, map(".".join, known))]
        elif chosen and (hidden := [path for path in paths if path[0] not in chosen]):
            message = _("“%(paths)s” is not among the fields asked for.")
            errors["expand"] = [message % {"paths": "”, “".join(map(".".join, hidden))}]
        if errors:
            raise Problem.of_errors(errors)
        if chosen:
            # The identifier is always there.
            shape = shape.only({"id", *chosen})
        return cls(shape, {path: known[path] for path in paths})

    def serialize(self, rows: Iterable[Model]) -> list[dict]:
        """The public dicts of rows; one query for each kind of row that is expanded."""
        found = [self.shape(row) for row in rows]
        places = defaultdict(list)
        for path, model in self.expanded.items():
            for content in found:
                places[model] += _places(content, path)
        for model, holders in places.items():
            _replace(holders, model)
        return found


def names_in(text: str) -> list[str]:
    """The names in a list that is divided by commas, each once."""
    return list(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))


def _unknown(names: Iterable[str], known: Iterable[str]) -> str:
    return _("“%(names)s” is unknown. Choose among: %(known)s.") % {
        "names": "”, “".join(names),
        "known": ", ".join(known),
    }


def _places(content, path: Path) -> Iterator[tuple[dict, str]]:
    """The dicts that hold the value at a path, with its name."""
    if isinstance(content, list):
        for row in content:
            yield from _places(row, path)
    elif len(path) > 1:
        yield from _places(content.get(path[0]) or (), path[1:])
    elif content and content.get(path[0]):
        yield content, path[0]


def _replace(holders: list[tuple[dict, str]], model: type[Model]) -> None:
    """Replace identifiers by the public dicts of their rows; those of rows that readers do not see
    stay."""
    resource = by_model()[model]
    wanted = set()
    for holder, name in holders:
        value = holder[name]
        wanted |= {value} if isinstance(value, str) else set(value)
    rows = resource.fetched(wanted)
    contents = {slug: resource.shape(row) for slug, row in rows.items()}
    for holder, name in holders:
        value = holder[name]
        holder[name] = (
            contents.get(value, value)
            if isinstance(value, str)
            else [contents.get(slug, slug) for slug in value]
        )
