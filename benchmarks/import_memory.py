"""Peak memory of importing a file, and the same file repeated: it should not grow.

    .venv/bin/python benchmarks/import_memory.py LIST FILE [TIMES]

Each import runs in its own process and SQLite file; the peak is that of the resident set.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = """
import resource, runpy, sys
sys.argv = ["manage.py", "import_data", *sys.argv[1:]]
try:
    runpy.run_path("manage.py", run_name="__main__")
except SystemExit:
    pass
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "kB")
"""


def peak(name: str, path: Path, folder: Path) -> list[str]:
    """Import a file into a new database; returns the output lines on rows and memory."""
    database = folder / f"{path.stem}.sqlite3"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}"}
    options = {"cwd": ROOT, "env": environment, "check": True, "capture_output": True, "text": True}
    for command in (["migrate"], ["load_fixtures"]):
        subprocess.run([sys.executable, "manage.py", *command], **options)
    # Some lists state what holds on their date.
    files = [
        "--as-of",
        "2020-01-01",
        "--report",
        str(folder / "report.json"),
        "--rejects",
        str(folder / "rejects.csv"),
    ]
    done = subprocess.run([sys.executable, "-c", RUN, name, str(path), *files], **options)
    return [line.strip() for line in done.stdout.splitlines() if "read" in line or "peak" in line]


def main(name: str, file: str, times: str = "10") -> None:
    header, _newline, rows = Path(file).read_bytes().partition(b"\n")
    if not rows.endswith(b"\n"):
        rows += b"\n"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number in (1, int(times)):
            path = folder / f"times-{number}.csv"
            with path.open("wb") as target:
                target.write(header + b"\n")
                for _time in range(number):
                    target.write(rows)
            sys.stdout.write(f"{number:4} times: {', '.join(peak(name, path, folder))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
