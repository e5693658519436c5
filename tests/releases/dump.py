"""Make the dump of a release: python -m tests.releases.dump 0.1.0

A small populated database as that release leaves it, as SQL for SQLite, so that later releases
can prove that they migrate it. It holds the fixtures with only the countries that they refer to,
an editor, and a record that the editor has changed.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNTRIES = {"azerbaijan", "kazakhstan", "russia", "soviet-union"}
EDITED = """
from django.contrib.auth.models import User
from relations.models import Event
editor = User.objects.create_user("editor")
event = Event.objects.get(slug="digital-silk-road")
event.title = "Digital Silk Road, as an editor named it"
event.revise(editor, "A better title")
"""


def manage(database: Path, *arguments: str, **options) -> str:
    """Run a management command on a SQLite file and return its output."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True, **options,
    )  # fmt: skip
    return done.stdout


def concerns(row: dict) -> bool:
    """Whether a row of the country fixtures is about the few countries of the dump."""
    names = ("country", "predecessor", "successor")
    slugs = {row["fields"][name][0] for name in names if name in row["fields"]}
    return (slugs or {row["fields"]["slug"]}) <= COUNTRIES


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fixtures = Path(folder, "fixtures")
        shutil.copytree(ROOT / "fixtures", fixtures)
        for name in ("countries", "former-states"):
            path = fixtures / "relations" / f"{name}.json"
            path.write_text(
                json.dumps([row for row in json.loads(path.read_text()) if concerns(row)])
            )
        database = Path(folder, "db.sqlite3")
        manage(database, "migrate", "--verbosity", "0")
        manage(database, "load_fixtures", str(fixtures))
        manage(database, "shell", "--command", EDITED)
        with sqlite3.connect(database) as connection:
            lines = [
                line
                for line in connection.iterdump()
                if not re.match(r'INSERT INTO "(auth_permission|django_admin_log)"', line)
            ]
    target = Path(__file__).parent / f"{version}.sql"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{target}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1])
