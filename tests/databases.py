"""The databases of the suite: made once from migrations, roles and fixtures, then only copied.

A test starts from one of two templates: `empty` has the tables and the roles, `loaded` also has
the rows of the fixtures. They are made under a lock and reused until one of their source files
changes. A copy is a copied file on SQLite and CREATE DATABASE ... TEMPLATE on PostgreSQL.

    python -m tests.databases       make the templates if they do not exist yet
"""

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

EMPTY, LOADED = "empty", "loaded"
DAY = 24 * 3600
# The files and folders that the templates depend on.
MADE_OF = (
    *("config", "core", "desk", "relations", "search", "sources", "trade", "treaties", "fixtures"),
    *("requirements/run.txt", "tests/databases.py"),
)
# The name of this pytest-xdist worker; a run without workers counts as one.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Files:
    """SQLite databases, one file each: templates in var/, copies in the folder of this process."""

    def __init__(self):
        self.templates = settings.VAR / "test-databases"
        self.templates.mkdir(parents=True, exist_ok=True)
        self.folder = Path(settings.FOLDER.name)

    def template(self, name: str) -> str:
        return str(self.templates / f"{name}.sqlite3")

    def copied(self, name: str) -> str:
        return str(self.folder / f"{name}.sqlite3")

    def known(self, outdated: bool = False) -> list[str]:
        """All templates, of other digests too; or only those that no current run can need."""
        paths = self.templates.glob("*.sqlite3")
        if outdated:
            paths = (path for path in paths if time.time() - path.stat().st_mtime > DAY)
        return [str(path) for path in paths]

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        shutil.copyfile(source, target)

    def rename(self, source: str, target: str) -> None:
        os.replace(source, target)

    def drop(self, database: str) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.remove(database + ending)

    create = drop  # Opening a missing file creates it.


class Server:
    """Databases of a PostgreSQL server, named after this checkout so that two do not collide."""

    def __init__(self):
        checkout = hashlib.sha256(str(settings.BASE_DIR).encode()).hexdigest()[:8]
        self.prefix = f"test_relations_{checkout}_"
        # We only connect to the database of DATABASE_URL.
        self.parameters = connection.get_connection_params()

    def template(self, name: str) -> str:
        return f"{self.prefix}template_{name}"

    def copied(self, name: str) -> str:
        return f"{self.prefix}{WORKER}_{name}"

    def run(self, statement: str, *values: str) -> list[tuple]:
        session = psycopg2.connect(**self.parameters)
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def known(self, outdated: bool = False) -> list[str]:
        """All templates of this checkout, including those of other digests.

        The server does not tell their age: all are outdated.
        """
        start = self.template("")
        rows = self.run("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", start)
        return [name for (name,) in rows]

    def create(self, database: str) -> None:
        self.drop(database)
        self.run(f'CREATE DATABASE "{database}" TEMPLATE template0')

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        self.run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def rename(self, source: str, target: str) -> None:
        self.run(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def drop(self, database: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def digest(root: Path, made_of: tuple[str, ...] = MADE_OF) -> str:
    """A hash of the files that the templates are built from."""
    found = hashlib.sha256()
    for name in made_of:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".json", ".txt"):
                found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:12]


class Databases:
    """The templates, and the copies of one process; Django uses one copy at a time."""

    def __init__(self):
        self.kept = Files() if connection.vendor == "sqlite" else Server()
        # Workers use the digest of the process that made the templates, even if files change
        # meanwhile.
        self.digest = os.environ.setdefault("SUITE_DATABASES", digest(settings.BASE_DIR))
        self.copies, self.number = set(), 0

    def template(self, name: str) -> str:
        return self.kept.template(f"{self.digest}_{name}")

    def are_made(self) -> bool:
        return {self.template(EMPTY), self.template(LOADED)} <= set(self.kept.known())

    def make(self) -> None:
        """Make the templates unless they exist; one process does so while others wait for it."""
        with (settings.VAR / "test-databases.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.are_made():
                return
            for old in self.kept.known(outdated=True):
                self.kept.drop(old)
            unfinished = self.kept.template("unfinished")
            self.kept.create(unfinished)
            with self._using(unfinished):
                call_command("migrate", verbosity=0)
                call_command("sync_roles", verbosity=0)
            self.kept.copy(unfinished, self.template(EMPTY))
            with self._using(unfinished):
                call_command("load_fixtures")
            self.kept.rename(unfinished, self.template(LOADED))

    @contextmanager
    def _using(self, database: str) -> Iterator[None]:
        self._connect(database)
        yield
        connection.close()

    def _connect(self, database: str, read_only: bool = False) -> None:
        wanted = [("NAME", database), ("READ_ONLY", read_only)]
        chosen = connection.settings_dict
        if all(chosen.get(name) == value for name, value in wanted):
            return
        assert not connection.in_atomic_block, "A test's transaction is still open."
        connection.close()
        # Threads of a served site read the same dictionary when they connect.
        chosen.update(wanted)
        if connection.vendor == "sqlite":
            chosen["OPTIONS"] = {**chosen["OPTIONS"], "init_command": PRAGMAS[read_only]}

    def use(self, name: str, read_only: bool = False) -> None:
        """Let Django use a copy from its next query on; a template is copied at its first use."""
        if name not in self.copies:
            self._copy(self.template(name), name)
        self._connect(self.kept.copied(name), read_only)

    def copy(self, source: str, name: str) -> None:
        """Make another copy of a template, or of the module's database, and let Django use it.

        Not of a copy that tests have used: PostgreSQL may have counted its rows between two tests,
        when it had none, and would then plan queries for empty tables.
        """
        connection.close()
        is_template = source in (EMPTY, LOADED)
        self._copy(self.template(source) if is_template else self.kept.copied(source), name)
        self.use(name)

    def own(self, source: str) -> None:
        """Let Django use another copy for one test, and delete the last such copy.

        Each has a name of its own, so that whatever still has the last one open does not meet it.
        """
        self.drop(*(name for name in self.copies if name.startswith("own-")))
        self.number += 1
        self.copy(source, f"own-{self.number}")

    def _copy(self, source: str, name: str) -> None:
        self.kept.copy(source, self.kept.copied(name))
        self.copies.add(name)

    def drop(self, *names: str) -> None:
        """Delete copies."""
        connection.close()
        for name in names:
            self.kept.drop(self.kept.copied(name))
            self.copies.remove(name)


# The PRAGMAs that start a SQLite connection, by whether it is read-only. Throwaway databases need
# not survive a power cut.
_WAL = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"
PRAGMAS = {False: _WAL, True: f"{_WAL}; PRAGMA query_only=ON"}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    Databases().make()
    sys.exit()
