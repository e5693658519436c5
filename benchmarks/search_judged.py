"""The relevance of the judged queries (tests/search/judged) in an empty database: prints the mean
reciprocal rank and the recall at ten as JSON. Run by search.py, with DATABASE_URL set."""

import json
import os
import sys
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from tests.search.judged import samples  # noqa: E402
from tests.search.judged.judging import mean, scores  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("sync_roles", stdout=StringIO())
    call_command("load_fixtures", stdout=StringIO())
    samples.load()
    found = scores()
    json.dump(
        {
            "queries": len(found),
            "rank": mean(one.reciprocal_rank for one in found),
            "recall": mean(one.recall for one in found),
            "missed": [str(one) for one in found if one.is_missed],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
