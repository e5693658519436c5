"""Nomenclatures: lists of the classes of a classification of goods, described by a mapping."""

import re
from pathlib import Path

from django.utils.translation import gettext as _

from core.changes import rows_changed
from core.json_rows import looks_like_json, read_objects
from core.rows import FileError, Row, RowError
from sources.importing import Adapter, Outcome, Writer
from sources.mappings.mapping import MappedList, Mapping
from trade.importers.comtrade import REVISIONS
from trade.list_fields import COMMODITY
from trade.models import Commodity, Figure
from trade.nomenclatures import check_code

KEYS = ("classification", "revision")


class CommodityWriter(Writer):
    """Adds classes of goods. One that is known by its code only gets its name; a name that is known
    already, which an editor may have shortened, is kept."""

    def write(self, batch: list[tuple[Row, Commodity]]) -> list[Outcome | RowError]:
        codes = {draft.code for _row, draft in batch}
        rows = Commodity.objects.filter(code__in=codes)
        known = {row.natural_key(): row for row in rows}
        new, named, outcomes = [], [], []
        for _row, draft in batch:
            before = known.get(draft.natural_key())
            if before is None:
                known[draft.natural_key()] = draft
                new.append(draft)
                outcomes.append(Outcome.CREATED)
            elif before.name == before.code != draft.name:
                before.name = draft.name
                named.append(before)
                outcomes.append(Outcome.UPDATED)
            else:
                outcomes.append(Outcome.UNCHANGED)
        # A class that is new in this batch is not in the database yet.
        named = [row for row in named if row.pk]
        Commodity.objects.bulk_update(named, ["name"])
        rows_changed(*Commodity.objects.bulk_create(new), *named)
        return outcomes

    @staticmethod
    def imported(source):
        # Classes of goods need no publication. No figure comes from such a list.
        return Figure.objects.none()


class CommodityMapping(MappedList, Adapter):
    """A list of classes of goods by a mapping, in CSV or as JSON objects (also those of UN
    Comtrade's reference files, whose list is called `results`).

    `classification` and `revision` are keys of the mapping, or fields of its rows.
    """

    writer_class = CommodityWriter

    def __init__(self, content: dict):
        self.mapping = Mapping(content, COMMODITY)
        self.name, self.source = self.mapping.name, self.mapping.source
        self.columns, self.delimiter = self.mapping.columns, self.mapping.delimiter
        self.fixed = {name: content[name] for name in KEYS if name in content}
        if "classification" not in {*self.fixed, *self.mapping.names}:
            raise FileError(
                _("The mapping does not name the classification: %s.")
                % " | ".join(f"classification = “{name}”" for name in Commodity.Classification)
            )
        if "classification" in self.fixed:
            self._edition(self.fixed["classification"], self.fixed.get("revision", ""))
        super().__init__()

    def read(self, path: Path):
        if looks_like_json(path):
            return self.mapping.filtered(read_objects(path, self.columns, "results"))
        return super().read(path)

    def map(self, row: Row) -> Commodity:
        edition = [
            str(self.fixed[name]) if name in self.fixed else self._text(row, name) for name in KEYS
        ]
        column = self.mapping.column("classification")
        try:
            classification, revision = self._edition(*edition)
        except FileError as error:
            raise RowError(column, _("this classification is unknown"), edition[0]) from error
        code = re.sub(r"[.\s]", "", self._text(row, "code"))
        check_code(self.mapping.column("code"), classification, code)
        # Comtrade's texts repeat the code: 01 - Animals; live.
        name = re.sub(rf"^{code} +[-–—] +", "", self._text(row, "name"))
        if not name:
            raise RowError(self.mapping.column("name"), _("a name is needed"))
        return Commodity(classification=classification, revision=revision, code=code, name=name)

    def _text(self, row: Row, name: str) -> str:
        return self.mapping.text(row, name) if name in self.mapping.names else ""

    @staticmethod
    def _edition(classification: str, revision: str) -> tuple[str, str]:
        """Classification and revision, which may be a code of Comtrade (H6: HS 2022). Raises
        FileError."""
        if classification in REVISIONS and not revision:
            return REVISIONS[classification]
        known = {*Commodity.Classification.values}
        longest = Commodity._meta.get_field("revision").max_length
        if classification in known and isinstance(revision, str) and len(revision) <= longest:
            return classification, revision
        raise FileError(
            _("“classification” must be one of %s, and “revision” text such as “2022”.")
            % ", ".join(sorted(known | {*REVISIONS}))
        )
