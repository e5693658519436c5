"""The writers of benchmarks/mixed.py: an editor who publishes an event each second, and the
publication of an imported list. Prints the pairs that readers choose from and "ready", and begins
when it reads a line."""

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import transaction  # noqa: E402

from relations.models import Citation, Event, Record, Relation, State  # noqa: E402
from relations.publication import publish, publish_all  # noqa: E402
from sources.models import Source  # noqa: E402


def drafts(count: int, pairs: list[Relation], source: Source, name: str) -> list[Event]:
    """Events of random pairs that wait for publication."""
    found = []
    for place in range(count):
        pair = random.Random(f"{name} {place}").choice(pairs)
        event = Event(
            slug=f"{name}-{place}", title=f"{name} {place}", relation=pair, date="2020-05-01",
            event_type=Event.Type.MEETING, state=State.IN_REVIEW,
        )  # fmt: skip
        event.save()
        Citation.objects.create(record=event, source=source, stance="supports")
        found.append(event)
    return found


def main() -> None:
    seconds, imported, pairs = map(int, sys.argv[1:])
    rows = list(Relation.objects.order_by("-statistics__entries", "pk")[:pairs])
    slugs = dict(
        Event.objects.published().filter(relation__in=rows).order_by("pk")
        .values_list("relation", "slug")
    )  # fmt: skip
    for pair in rows:
        if pair.pk in slugs:
            sys.stdout.write(f"{pair.slug} {slugs[pair.pk]}\n")
    source = Source.objects.order_by("pk")[0]
    user, _new = get_user_model().objects.get_or_create(username="benchmark")
    with transaction.atomic():
        edited = drafts(seconds, rows, source, "edited")
        listed = drafts(imported, rows, source, "imported")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    started = time.monotonic()
    for number, event in enumerate(edited):
        time.sleep(max(0, started + number - time.monotonic()))
        if time.monotonic() > started + seconds:
            edited = edited[:number]
            break
        publish([event], user)
        if number == len(edited) // 2:
            publish_all(Record.objects.filter(pk__in=[row.pk for row in listed]), user)
    sys.stdout.write(f"{len(edited)} events and a list of {len(listed)} were published")


if __name__ == "__main__":
    main()
