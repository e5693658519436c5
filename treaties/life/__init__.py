"""The life of a treaty: which status it has on any day, and which steps decide that.

`life_course` is one pure function over the steps of a treaty, what it lays down itself, and the
later treaties that end it. Each rule of rules.py looks at all of that and gives the turns that
follow from it; the turns are then put in order, and what cannot follow what is left out.
"""

from treaties.life.course import life_course, party_course
from treaties.life.rules import Log, term_end
from treaties.life.values import (
    CONSENT,
    ENDED,
    LEAVING,
    NEVER,
    OPEN,
    SIGNATURES,
    Ending,
    Period,
    Rule,
    Status,
    Step,
    Terms,
    certainly_before,
    in_words,
    not_before,
    same,
    status_on,
)

__all__ = [
    "CONSENT",
    "ENDED",
    "LEAVING",
    "NEVER",
    "OPEN",
    "SIGNATURES",
    "Ending",
    "Log",
    "Period",
    "Rule",
    "Status",
    "Step",
    "Terms",
    "certainly_before",
    "in_words",
    "life_course",
    "not_before",
    "party_course",
    "same",
    "status_on",
    "term_end",
]
