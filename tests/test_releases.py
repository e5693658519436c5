"""A database filled by an earlier release migrates without losing anything."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.releases.dump import manage

DUMPS = sorted((Path(__file__).parent / "releases").glob("*.sql"))


def test_each_release_has_a_dump():
    assert [dump.stem for dump in DUMPS] == ["0.1.0"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_migrating_an_earlier_release_keeps_the_changes_of_editors(dump, tmp_path):
    database = tmp_path / "db.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        before = dict(connection.execute("SELECT slug, title FROM relations_record"))

    manage(database, "migrate", "--verbosity", "0")
    printed = manage(database, "load_fixtures")

    with sqlite3.connect(database) as connection:
        after = dict(connection.execute("SELECT slug, title FROM relations_record"))
        (countries,) = connection.execute("SELECT count(*) FROM relations_country").fetchone()
    assert before["digital-silk-road"] == "Digital Silk Road, as an editor named it"
    assert {slug: after[slug] for slug in before} == before
    assert countries == 288
    assert "loaded before" in printed


LOGGED = [
    # Waiting for review: written by both, submitted by the second.
    ("in_review", ["1:author", "2:author:[{}]", "2:second:[{}]", "2:second:Submitted for review"]),
    # Sent back, after a save that changed nothing.
    ("draft", ["1:author", "2:second:No fields changed.", "2:reader:Sent back: Which page?"]),
    # Published by another user, corrected twice, and withdrawn.
    ("withdrawn", ["1:author", "2:reader:Published", "2:reader:A misprint"]),
    # Imported, then withdrawn without an entry in the log.
    ("withdrawn", []),
    # Imported and untouched.
    ("published", []),
    # Saved and published at once by one user: the log has the publication first.
    ("published", ["2:author:Published", "=1:author"]),
    # Sent back, and rewritten since.
    ("draft", ["1:author", "2:reader:Sent back: Which page?", "2:author:[{}]"]),
]


def test_migrating_turns_the_log_and_corrections_of_figures_into_revisions(tmp_path):
    database = tmp_path / "db.sqlite3"
    with sqlite3.connect(database) as base:
        base.executescript(DUMPS[0].read_text(encoding="utf-8"))
    manage(database, "migrate", "trade", "0006", "--verbosity", "0")
    with sqlite3.connect(database) as base:
        for name in ("author", "second", "reader"):
            base.execute(
                "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active,"
                " first_name, last_name, email, date_joined)"
                " VALUES (?, '', 0, 1, 1, '', '', '', '2026-01-01')",
                [name],
            )
        users = dict(base.execute("SELECT username, id FROM auth_user"))
        ((kind,),) = base.execute(
            "SELECT id FROM django_content_type WHERE app_label = 'trade' AND model = 'figure'"
        )
        columns = [row[1] for row in base.execute("PRAGMA table_info(trade_figure)")]
        changed = {"id": "NULL", "slug": "'another-' || slug", "series": "'another-' || series"}
        copied = ", ".join(changed.get(name, f'"{name}"') for name in columns)
        base.execute(f"INSERT INTO trade_figure SELECT {copied} FROM trade_figure LIMIT 2")
        keys = [key for (key,) in base.execute("SELECT id FROM trade_figure ORDER BY id")]
        for key, (state, entries) in zip(keys, LOGGED, strict=True):
            base.execute("UPDATE trade_figure SET state = ? WHERE id = ?", [state, key])
            day = 0
            for entry in entries:
                day += not entry.startswith("=")
                flag, user, *message = entry.removeprefix("=").split(":", 2)
                base.execute(
                    "INSERT INTO django_admin_log (content_type_id, object_id, object_repr,"
                    " action_flag, user_id, change_message, action_time)"
                    " VALUES (?, ?, '', ?, ?, ?, ?)",
                    [kind, key, flag, users[user], *(message or [""]), f"2026-03-0{day}"],
                )
        base.execute("UPDATE trade_figure SET withdrawal = 'A misprint' WHERE id = ?", [keys[2]])
        base.execute("UPDATE trade_figure SET withdrawal = 'Not theirs' WHERE id = ?", [keys[3]])
        for at, before, after in (("2026-03-02 12:00", "5", "6"), ("2026-03-02 13:00", "6", "7")):
            contents = [json.dumps({"record": {"value": value}}) for value in (before, after)]
            base.execute(
                "INSERT INTO trade_correction (figure_id, author_id, at, reason, before, after)"
                " VALUES (?, ?, ?, 'Misread', ?, ?)",
                [keys[2], users["reader"], at, *contents],
            )

    manage(database, "migrate", "--verbosity", "0")

    with sqlite3.connect(database) as base:
        found = base.execute(
            "SELECT record_id, number, state, author_id, reason, reviewer_id, remark, snapshot"
            " FROM trade_figurerevision ORDER BY record_id, number"
        ).fetchall()
        columns = base.execute("SELECT id, version, published_at FROM trade_figure").fetchall()
    names = {key: name for name, key in users.items()} | {None: None}
    rows = {key: [] for key in keys}
    for key, number, state, author, reason, reviewer, remark, snapshot in found:
        content = json.loads(snapshot)["record"]
        rows[key].append(
            (number, state, names[author], reason, names[reviewer], remark, content.get("value"))
        )
    values = [row[-1][-1] for row in rows.values() if row]
    unknown = "Saved before versions of figures were kept; only by whom is known"
    assert rows == {
        keys[0]: [
            (1, "superseded", "author", unknown, None, "", None),
            (2, "pending", "second", "", None, "", values[0]),
        ],
        keys[1]: [(1, "rejected", "author", "", "reader", "Which page?", values[1])],
        keys[2]: [
            (1, "live", "author", "", "reader", "", "5"),
            (2, "live", "reader", "Misread", None, "", "6"),
            (3, "live", "reader", "Misread", None, "", "7"),
            (4, "live", "reader", "A misprint", None, "", values[2]),
        ],
        keys[3]: [
            (1, "live", None, "", None, "", values[3]),
            (2, "live", None, "Not theirs", None, "", values[3]),
        ],
        keys[4]: [],
        keys[5]: [(1, "live", "author", "", None, "", values[4])],
        keys[6]: [(1, "draft", "author", "", None, "", values[5])],
    }
    assert None not in values
    versions = {key: (version, bool(shown)) for key, version, shown in columns}
    assert [versions[key] for key in keys] == [
        (2, False), (1, False), (4, True), (2, True), (0, True), (1, True), (1, False),
    ]  # fmt: skip
