"""The life of a treaty: its status on any day, and the steps that decide it.

`life_courses` is a pure function of a treaty's steps, its terms and the later treaties that end
it. Each rule in rules.py takes all of these and gives turns; the turns are then put in order, and
those that cannot follow the one before are left out.
"""

from treaties.life.courses import life_course, life_courses
from treaties.life.rules import Log, end_of_first_term, renewed, term_end
from treaties.life.values import (
    CONSENT,
    ENDED,
    GONE,
    LEAVING,
    NEVER,
    NOT_YET,
    OPEN,
    POSSIBLY,
    REVOCABLE,
    SIGNATURES,
    STATED,
    Days,
    Ending,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    day_after,
    in_words,
    not_before,
    same,
    standing,
    status_on,
)

__all__ = [
    "CONSENT",
    "ENDED",
    "GONE",
    "LEAVING",
    "NEVER",
    "NOT_YET",
    "OPEN",
    "POSSIBLY",
    "REVOCABLE",
    "SIGNATURES",
    "STATED",
    "Days",
    "Ending",
    "Log",
    "Period",
    "Rule",
    "Status",
    "Step",
    "Terms",
    "day_after",
    "end_of_first_term",
    "in_words",
    "life_course",
    "life_courses",
    "not_before",
    "renewed",
    "same",
    "standing",
    "status_on",
    "term_end",
]
