"""Who may do what at the desk: four roles, each with all that the one before it may do."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

# What is added from the desk's first page, in the order in which it is offered.
EDITING = (
    ("sources", "source"),
    ("treaties", "treaty"),
    ("relations", "visit"),
    ("relations", "event"),
    ("relations", "membership"),
    ("relations", "mission"),
    ("relations", "office"),
    ("trade", "figure"),
    ("trade", "tradedgood"),
)
RECORDS = (
    *("relations.event", "relations.visit", "relations.membership", "relations.mission"),
    *("relations.office", "treaties.treaty", "treaties.treatyaction"),
    *("trade.figure", "trade.tradedgood"),
)
# What belongs to a record or source, and is edited on its page.
CHILDREN = (
    *("relations.citation", "relations.participation", "sources.passage", "sources.synopsis"),
    *("treaties.party", "treaties.treatylink", "treaties.treatytext"),
)
# Who and what records are about.
NAMES = ("relations.person", "relations.organization", "relations.relation", "sources.source")
VOCABULARY = (
    *("relations.country", "relations.countryname", "relations.succession", "relations.topic"),
    *("trade.indicator", "trade.commodity"),
)
SEEN = ("relations.record", "relations.disagreement", "relations.errorreport")
ACCOUNTS = ("auth.user",)

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"

EDITOR = {
    **dict.fromkeys((*RECORDS, *CHILDREN), (VIEW, ADD, CHANGE, DELETE)),
    **dict.fromkeys(NAMES, (VIEW, ADD, CHANGE)),
    **dict.fromkeys((*VOCABULARY, *SEEN), (VIEW,)),
    "relations.errorreport": (VIEW, CHANGE),
}
REVIEWER = EDITOR | {"relations.record": (VIEW, "review")}
PUBLISHER = REVIEWER | {
    **dict.fromkeys(VOCABULARY, (VIEW, ADD, CHANGE)),
    # Importing a list asks for the permission to add records of any kind.
    "relations.record": (VIEW, ADD, "review", "publish"),
    "relations.disagreement": (VIEW, CHANGE),
}
ADMINISTRATOR = PUBLISHER | {
    **dict.fromkeys((*NAMES, *VOCABULARY), (VIEW, ADD, CHANGE, DELETE)),
    "relations.record": (VIEW, ADD, "review", "publish", "publish_alone"),
    **dict.fromkeys(ACCOUNTS, (VIEW, ADD, CHANGE)),
    "auth.group": (VIEW,),
    # Lifting a lock-out is deleting its failed attempts.
    "axes.accessattempt": (VIEW, DELETE),
}
ROLES = {
    "Editor": EDITOR,
    "Reviewer": REVIEWER,
    "Publisher": PUBLISHER,
    "Administrator": ADMINISTRATOR,
}


def is_editor(user) -> bool:
    """Whether somebody works at the desk, in whatever role."""
    return user.is_active and user.is_staff and user.has_perm("relations.change_event")


def permissions(role: dict[str, Iterable[str]]) -> set[tuple[str, str]]:
    """The permissions of a role as (app, codename)."""
    return {
        (model.partition(".")[0], f"{action}_{model.partition('.')[2]}")
        for model, actions in role.items()
        for action in actions
    }


@transaction.atomic
def sync() -> dict[str, tuple[int, int]]:
    """Make the groups of the roles hold just what the roles may do.

    Returns for each role how many permissions it gained and lost. Other groups, and who is in
    which, stay as they are.
    """
    known = {
        (row.content_type.app_label, row.codename): row
        for row in Permission.objects.select_related("content_type")
    }
    told = {}
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        wanted = {known[key] for key in permissions(role)}
        had = set(group.permissions.all())
        group.permissions.set(wanted)
        told[name] = (len(wanted - had), len(had - wanted))
    return told
