"""The reference of mappings in docs/import-reference.md is written from their declarations."""

import pytest
from django.core.management import CommandError, call_command

from desk import import_reference
from desk.adapters import KINDS
from desk.import_reference import END, PATH, START, NoMarkers, reference, with_reference
from sources.mappings.keys import KEYS


def test_the_reference_in_the_documentation_is_current():
    text = PATH.read_text(encoding="utf-8")
    assert with_reference(text) == text, "Run manage.py import_reference."


def test_the_reference_names_every_key_field_and_allowed_value():
    text = reference()
    for key in KEYS:
        assert f"| `{key.name}` |" in text
    for kind in KINDS.values():
        part = text.partition(f"## Fields of the kind `{kind.name}`")[2].partition("##")[0]
        for item in kind.fields:
            assert f"| `{item.name}`" in part
            assert all(f"`{value}`" in part for value in item.values)
    assert "`head_of_state` (head of state)" in text
    assert "| `title` *(needed without `recognized_country`)* | text |" in text


def test_only_the_part_between_the_markers_is_written(monkeypatch, tmp_path):
    path = tmp_path / "import-reference.md"
    path.write_text(f"Before\n{START}\nold\n{END}\nAfter\n", encoding="utf-8")
    monkeypatch.setattr("desk.management.commands.import_reference.PATH", path)
    with pytest.raises(CommandError, match="is not current"):
        call_command("import_reference", "--check")
    call_command("import_reference")
    assert path.read_text(encoding="utf-8") == f"Before\n{START}\n\n{reference()}\n{END}\nAfter\n"
    call_command("import_reference", "--check")


def test_a_document_without_markers_is_refused(monkeypatch, tmp_path):
    with pytest.raises(NoMarkers):
        with_reference("text")
    path = tmp_path / "import-reference.md"
    path.write_text("text", encoding="utf-8")
    monkeypatch.setattr("desk.management.commands.import_reference.PATH", path)
    with pytest.raises(CommandError, match="needs these lines"):
        call_command("import_reference")
    assert path.read_text(encoding="utf-8") == "text"
    assert import_reference.PATH.name == "import-reference.md"
