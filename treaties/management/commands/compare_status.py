"""Compare the statuses that sources state with those that follow from the steps alone."""

from collections import Counter

from django.core.management.base import BaseCommand

from treaties.life import OPEN, Rule, Status, life_course
from treaties.models import TreatyAction
from treaties.models.period import endings, steps, terms
from treaties.models.treaty import with_steps
from treaties.rules import mismatch

BATCH = 500
SHOWN = 5
OPEN_WORDS = "unknown from the steps: the statement decides"
# Why the derived status differs, by the rule that decided it.
REASONS = {
    Rule.ENTRY: "an entry into force is dated, and no later step is recorded",
    Rule.SIGNATURE: "only the signature, or an entry into force after that day, is recorded",
    Rule.TERMINATION: "a termination is dated on or before that day",
    Rule.SUPERSESSION: "a later treaty that ends it had entered into force by then",
    Rule.TERM: "its fixed term had run out by then, and no extension is recorded",
    Rule.DENUNCIATION: "a denunciation had taken effect by then",
    Rule.SUCCESSION: "a party had ceased to exist by then, and no succession is recorded",
}


class Command(BaseCommand):
    help = "List stated statuses that differ from the derived ones, with the reason for each kind."

    def add_arguments(self, parser):
        parser.add_argument("--source", help="only statuses stated by the source with this slug")
        parser.add_argument("--all", action="store_true", help="list every treaty that differs")

    def handle(self, *, source, **options):
        statements = TreatyAction.objects.published().filter(action_type="status_stated")
        if source:
            statements = statements.filter(citations__source__slug=source)
        by_treaty = {}
        for row in statements.order_by("pk"):
            by_treaty.setdefault(row.treaty_id, []).append(row)
        agree, differ = Counter(), {}
        treaties = list(by_treaty)
        for start in range(0, len(treaties), BATCH):
            for treaty in with_steps(treaties[start : start + BATCH]):
                log = [step for step in steps(treaty) if step.type != "status_stated"]
                course = life_course(log, terms(treaty), endings(treaty))
                for statement in by_treaty[treaty.pk]:
                    kind = self.compare(statement, course)
                    if kind in (None, OPEN_WORDS):
                        agree[kind or "the same status from the steps alone"] += 1
                    else:
                        differ.setdefault(kind, []).append(treaty.slug)
        self.report(agree, differ, None if options["all"] else SHOWN)

    def compare(self, statement: TreatyAction, course) -> str | None:
        """How a statement differs from a course computed without it; None if they agree."""
        if not course:
            return OPEN_WORDS
        period = mismatch(statement, course)
        on = statement.date
        possible = [row for row in course if row.first <= on.latest and on.earliest <= row.last]
        if period is None:
            stated = Status(statement.status)
            sure = possible and all(row.status not in OPEN for row in possible)
            return None if sure or stated == Status.SIGNED else OPEN_WORDS
        if period.status in OPEN:
            return OPEN_WORDS
        return (
            f"stated “{Status(statement.status).label}”, from the steps “{period.status.label}”: "
            f"{REASONS.get(period.rule, period.rule.label)}"
        )

    def report(self, agree, differ, shown):
        for kind, count in sorted(agree.items()):
            self.stdout.write(f"{count:6} {kind}")
        for kind, slugs in sorted(differ.items(), key=lambda item: -len(item[1])):
            self.stdout.write(f"{len(slugs):6} {kind}")
            for slug in slugs[:shown]:
                self.stdout.write(f"         {slug}")
            if shown and len(slugs) > shown:
                self.stdout.write(f"         and {len(slugs) - shown} more")
        total = sum(agree.values()) + sum(map(len, differ.values()))
        self.stdout.write(f"{total:6} statements, of which {total - sum(agree.values())} differ.")
