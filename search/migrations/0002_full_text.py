"""The full-text indexes of entries and names. The database keeps them in step with the tables:
SQLite by triggers over an FTS5 table without text of its own, PostgreSQL by a generated column."""

from django.db import migrations

# The columns of each index, with the letter before each word of it on PostgreSQL. That tells in
# which column a word stands: a GIN index knows lexemes, but no weights.
INDEXES = {
    "search_entry": (
        ("title_keys", "a"),
        ("names_keys", "b"),
        ("summary_keys", "c"),
        ("about", ""),
        ("text_keys", "d"),
    ),
    "search_name": (("keys", "a"),),
}
# The lengths of beginnings that are found at once, in order; names are looked up while they are
# typed. The entries of longer beginnings are collected and sorted first.
PREFIXES = {"search_entry": "", "search_name": ", prefix='1 2 3 4 5 6 7 8'"}


def sqlite(table: str, columns: list[str]) -> list[str]:
    names = ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    remove = (
        f"INSERT INTO {table}_fts({table}_fts, rowid, {names}) VALUES ('delete', old.id, {old});"
    )
    add = f"INSERT INTO {table}_fts(rowid, {names}) VALUES (new.id, {new});"
    return [
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({names}, content='{table}', "
        f"content_rowid='id', tokenize='ascii'{PREFIXES[table]})",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {remove} {add} END",
    ]


def postgresql(table: str, columns: tuple) -> list[str]:
    vector = " || ".join(f"to_tsvector('simple', {marked(*one)})" for one in columns)
    return [
        f"ALTER TABLE {table} ADD COLUMN vector tsvector GENERATED ALWAYS AS ({vector}) STORED",
        # Without statistics of rare words, too, PostgreSQL reads the whole table for one that is
        # nowhere.
        f"ALTER TABLE {table} ALTER COLUMN vector SET STATISTICS 1000",
        f"CREATE INDEX {table}_vector ON {table} USING gin (vector)",
    ]


def marked(column: str, letter: str) -> str:
    """A column with a letter before each word."""
    if not letter:
        return column
    return f"coalesce('{letter}' || replace(nullif({column}, ''), ' ', ' {letter}'), '')"


def create(apps, editor):
    for table, columns in INDEXES.items():
        if editor.connection.vendor == "postgresql":
            statements = postgresql(table, columns)
        else:
            statements = sqlite(table, [name for name, _letter in columns])
        for statement in statements:
            editor.execute(statement, None)


def drop(apps, editor):
    for table in INDEXES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {table} DROP COLUMN vector", None)
        else:
            for event in ("added", "deleted", "changed"):
                editor.execute(f"DROP TRIGGER {table}_{event}", None)
            editor.execute(f"DROP TABLE {table}_fts", None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_tables")]

    operations = [migrations.RunPython(create, drop)]
