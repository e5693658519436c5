"""Permissions at the desk: four roles, each with all permissions of the one before it."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from relations.models import Record

RECORDS = tuple(model._meta.label_lower for model in Record.__subclasses__())
STATEMENTS = ("trade.figure", "trade.tradedgood")
# Rows that belong to a record or source, and are edited on its page.
CHILDREN = (
    *("relations.citation", "relations.participation", "sources.passage", "sources.synopsis"),
    *("treaties.party", "treaties.treatylink", "treaties.treatytext"),
)
# The people, organizations, pairs and sources that records refer to.
NAMES = ("relations.person", "relations.organization", "relations.relation", "sources.source")
# What the names of a list mean, as editors have decided.
LISTS = ("relations.listalias",)
VOCABULARY = (
    *("relations.country", "relations.countryname", "relations.succession", "relations.topic"),
    *("trade.indicator", "trade.commodity"),
)
SEEN = ("relations.record", "relations.disagreement", "relations.errorreport")
ACCOUNTS = ("auth.user",)

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"

EDITOR = {
    **dict.fromkeys((*RECORDS, *STATEMENTS, *CHILDREN, *LISTS), (VIEW, ADD, CHANGE, DELETE)),
    **dict.fromkeys(NAMES, (VIEW, ADD, CHANGE)),
    **dict.fromkeys((*VOCABULARY, *SEEN), (VIEW,)),
    "relations.errorreport": (VIEW, CHANGE),
    # Of records that readers see, only publishers decide.
    "relations.possibleduplicate": (VIEW, CHANGE),
}
REVIEWER = EDITOR | {"relations.record": (VIEW, "review")}
PUBLISHER = REVIEWER | {
    **dict.fromkeys(VOCABULARY, (VIEW, ADD, CHANGE)),
    # Importing a list requires the permission to add records of any kind.
    "relations.record": (VIEW, ADD, "review", "publish"),
    "sources.savedmapping": (VIEW, ADD, CHANGE, DELETE),
    "relations.disagreement": (VIEW, CHANGE),
}
ADMINISTRATOR = PUBLISHER | {
    **dict.fromkeys((*NAMES, *VOCABULARY), (VIEW, ADD, CHANGE, DELETE)),
    "relations.record": (VIEW, ADD, "review", "publish", "publish_alone"),
    **dict.fromkeys(ACCOUNTS, (VIEW, ADD, CHANGE)),
    "auth.group": (VIEW,),
    # Deleting the failed attempts lifts a lock-out.
    "axes.accessattempt": (VIEW, DELETE),
}
ROLES = {
    "Editor": EDITOR,
    "Reviewer": REVIEWER,
    "Publisher": PUBLISHER,
    "Administrator": ADMINISTRATOR,
}


def is_editor(user) -> bool:
    """Whether the user works at the desk, in any role."""
    return user.is_active and user.is_staff and user.has_perm("relations.change_event")


def addable(user) -> list[type[models.Model]]:
    """The models of sources, records, figures and goods that the user may add to. Treaty actions
    are added with their treaty."""
    names = dict.fromkeys(
        ("sources.source", "treaties.treaty", "relations.visit", *RECORDS, *STATEMENTS)
    )
    found = [apps.get_model(name) for name in names]
    return [
        model
        for model in found
        if user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}")
        and not (issubclass(model, Record) and model.part_of_field())
    ]


def permissions(role: dict[str, Iterable[str]]) -> set[tuple[str, str]]:
    """The permissions of a role as (app, codename)."""
    return {
        (model.partition(".")[0], f"{action}_{model.partition('.')[2]}")
        for model, actions in role.items()
        for action in actions
    }


@transaction.atomic
def sync() -> dict[str, tuple[int, int]]:
    """Give the groups of the roles exactly the permissions of the roles.

    Returns how many permissions each role gained and lost. Other groups, and the members of all
    groups, stay as they are.
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
