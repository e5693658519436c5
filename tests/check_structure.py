"""The structural limits that `make check` enforces: python -m tests.check_structure

No module over 450 lines, no function over 60, no admin with more than three of our classes above
ModelAdmin, no call of a private method that is not our own. Prints each breach of a limit and
exits with 1 if there is one.
"""

import ast
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (
    *("benchmarks", "charts", "config", "core", "desk", "extraction", "open_data", "portal"),
    *("relations", "sample_data", "search", "sources", "trade", "treaties"),
)
MODULE, FUNCTION, ADMIN = 450, 60, 3
# These names of Django's models and of named tuples look private but are documented.
DOCUMENTED = {"_meta", "_state", "_base_manager", "_default_manager", "_replace"}


def modules() -> dict[str, ast.Module]:
    """The modules of the project by path, without migrations."""
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    found = {str(path.relative_to(ROOT)): path for path in paths if "migrations" not in path.parts}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in found.items()}


def own_names(trees: dict[str, ast.Module]) -> set[str]:
    """The names that are defined or set anywhere in the project."""
    names = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
    return names


def breaches(trees: dict[str, ast.Module]):
    """Yield a message for each breach of a limit in the modules."""
    known = own_names(trees) | DOCUMENTED
    for path, tree in trees.items():
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        if lines > MODULE:
            yield f"{path}: {lines} lines, more than {MODULE}"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION:
                    yield f"{path}:{node.lineno} {node.name}: {length} lines, more than {FUNCTION}"
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                name = node.attr
                if not (name.startswith("__") or name in known):
                    yield f"{path}:{node.lineno} {name} is private to another package"


def deep_admins():
    """Yield a message for each admin with too many of our classes above ModelAdmin."""
    from django.contrib import admin  # noqa: PLC0415, after Django is set up

    for model_admin in admin.site._registry.values():
        above = type(model_admin).__mro__[1:]
        ours = [cls.__name__ for cls in above if cls.__module__.partition(".")[0] in FOLDERS]
        if len(ours) > ADMIN:
            yield f"{type(model_admin).__name__}: {len(ours)} classes above it, {', '.join(ours)}"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = [*breaches(modules()), *deep_admins()]
    for words in found:
        sys.stdout.write(f"{words}\n")
    sys.stdout.write(f"Structure: {len(found)} breaches\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
