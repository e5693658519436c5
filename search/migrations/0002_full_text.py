"""The full-text indexes of entries and names. The database keeps them in step with the tables:
SQLite by triggers over an FTS5 table without text of its own, PostgreSQL by a generated column."""

from django.db import migrations

# The columns of each index, with the weight of each on PostgreSQL.
INDEXES = {
    "search_entry": (
        ("title_keys", "A"),
        ("names_keys", "B"),
        ("summary_keys", "C"),
        ("about", "C"),
        ("text_keys", "D"),
    ),
    "search_name": (("keys", "A"),),
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


def postgresql(table: str, weighted: tuple) -> list[str]:
    vector = " || ".join(
        f"setweight(to_tsvector('simple', {name}), '{weight}')" for name, weight in weighted
    )
    return [
        f"ALTER TABLE {table} ADD COLUMN vector tsvector GENERATED ALWAYS AS ({vector}) STORED",
        f"CREATE INDEX {table}_vector ON {table} USING gin (vector)",
    ]


def create(apps, editor):
    for table, weighted in INDEXES.items():
        if editor.connection.vendor == "postgresql":
            statements = postgresql(table, weighted)
        else:
            statements = sqlite(table, [name for name, _weight in weighted])
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
