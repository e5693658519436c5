"""The permissions of each role for each model and action of the desk."""

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group
from django.core.management import call_command
from django.test import RequestFactory

from desk import roles
from relations import workflow
from relations.models import Country, ErrorReport, Event, ListAlias, PossibleDuplicate
from relations.publication import revise
from relations.workflow_admin import WorkflowAdmin
from sources.models import SavedMapping
from tests.conftest import signed_in
from tests.factories import CountryFactory, EventFactory, FigureFactory, UserFactory
from trade.models import Figure

pytestmark = pytest.mark.django_db

# v view, a add, c change, d delete drafts; in the order of the roles.
ORDER = ("Editor", "Reviewer", "Publisher", "Administrator")
EVERYTHING = ("vacd",) * 4
TABLE = {
    **dict.fromkeys(
        [
            *("relations.event", "relations.visit", "relations.membership", "relations.mission"),
            *("relations.office", "treaties.treaty", "trade.figure", "trade.tradedgood"),
            *("sources.passage", "relations.listalias"),
        ],
        EVERYTHING,
    ),
    # Steps are added on the page of their treaty.
    "treaties.treatyaction": ("vcd",) * 4,
    **dict.fromkeys(
        [
            *("relations.person", "relations.organization", "relations.relation"),
            "sources.source",
        ],
        ("vac", "vac", "vac", "vacd"),
    ),
    **dict.fromkeys(
        ["relations.country", "relations.topic", "trade.indicator", "trade.commodity"],
        ("v", "v", "vac", "vacd"),
    ),
    "relations.record": ("v",) * 4,
    "relations.disagreement": ("v", "v", "vc", "vc"),
    "relations.errorreport": ("vc",) * 4,
    "relations.possibleduplicate": ("vc",) * 4,
    "sources.savedmapping": ("", "", "vacd", "vacd"),
    "auth.user": ("", "", "", "vac"),
    "auth.group": ("", "", "", "v"),
    # Lifting a lock-out.
    "axes.accessattempt": ("", "", "", "vd"),
}
# Parts of a record, source or country, which are edited on its page.
CHILDREN = {
    **dict.fromkeys(
        [
            *("relations.citation", "relations.participation", "sources.synopsis"),
            *("treaties.party", "treaties.treatylink", "treaties.treatytext"),
        ],
        EVERYTHING,
    ),
    **dict.fromkeys(["relations.countryname", "relations.succession"], ("v", "v", "vac", "vacd")),
}
ACTIONS = {"v": "view", "a": "add", "c": "change", "d": "delete"}


def permissions_of(user, model) -> str:
    """The permissions of a user for a model in the admin, as letters."""
    return letters_of(admin.site.get_model_admin(model), user)


def letters_of(desk, user, *given) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return "".join(
        letter
        for letter, action in ACTIONS.items()
        if getattr(desk, f"has_{action}_permission")(request, *given)
    )


def test_the_table_lists_every_model_of_ours():
    ours = {"core", "sources", "relations", "treaties", "trade", "auth", "axes"}
    models = {model._meta.label_lower for model in admin.site._registry}
    assert {label for label in models if label.partition(".")[0] in ours} == set(TABLE)


@pytest.mark.parametrize("place", range(4), ids=ORDER)
def test_each_role_has_the_listed_permissions_for_each_model(place):
    user = UserFactory(role=ORDER[place])
    found = {
        model._meta.label_lower: permissions_of(user, model)
        for model in admin.site._registry
        if model._meta.label_lower in TABLE
    }
    assert found == {label: letters[place] for label, letters in TABLE.items()}


@pytest.mark.parametrize("place", range(4), ids=ORDER)
def test_each_role_has_the_listed_permissions_for_each_inline(place):
    user = UserFactory(role=ORDER[place])
    found = {}
    for desk in admin.site._registry.values():
        for inline in desk.inlines:
            # An inline on several pages has the same permissions on all of them.
            letters = letters_of(inline(desk.model, admin.site), user, None)
            found.setdefault(inline.model._meta.label_lower, set()).add(letters)
    # These also have pages of their own.
    found = {label: letters for label, letters in found.items() if label not in TABLE}
    assert found == {label: {letters[place]} for label, letters in CHILDREN.items()}


@pytest.mark.parametrize("place", range(4), ids=ORDER)
def test_admin_pages_answer_each_role_as_listed(base, place):
    client = signed_in(UserFactory(role=ORDER[place]))
    ErrorReport.objects.create(address="/", message="A misprint")
    ListAlias.objects.create(list_name="visits", text="Bosna", country=Country.objects.first())
    one, other = EventFactory.create_batch(2)
    PossibleDuplicate.objects.create(one=one, other=other, reason="day")
    SavedMapping.objects.create(name="visits", text="")
    AccessAttempt.objects.create(username="guess", failures_since_start=1)
    asked, found = {}, {}
    for label, letters in TABLE.items():
        model = apps.get_model(label)
        row, start = model._base_manager.order_by("pk").first(), label.replace(".", "/")
        for page, needs in [
            ("", "v"),
            ("?q=a", "v"),
            ("add/", "a"),
            (f"{row.pk}/change/", "v"),
            (f"{row.pk}/history/", "v"),
            ("0/change/", None),
        ]:
            address = f"/admin/{start}/{page}"
            may_look = (needs or "v") in letters[place]
            # For an unknown row Django redirects to the index with a message.
            asked[address] = 403 if not may_look else 302 if needs is None else 200
            found[address] = client.get(address).status_code
    assert found == asked


STEPS = {
    "submit_selected": ORDER,
    "publish_selected": ORDER[2:],
    "withdraw_selected": ORDER[2:],
}
PUBLISHED_THERE = [
    model for model, desk in admin.site._registry.items() if isinstance(desk, WorkflowAdmin)
]


@pytest.mark.parametrize("model", PUBLISHED_THERE, ids=lambda model: model.__name__)
def test_admin_actions_are_offered_only_to_their_roles(model):
    start = f"/admin/{model._meta.label_lower.replace('.', '/')}"
    offered, reached = {}, {}
    for name in ORDER:
        user, request = UserFactory(role=name), RequestFactory().get("/")
        request.user = user
        offered[name] = set(admin.site.get_model_admin(model).get_actions(request)) & set(STEPS)
        reached[name] = signed_in(user).get(f"{start}/withdraw/").status_code
    assert offered == {
        name: {step for step, roles in STEPS.items() if name in roles} for name in ORDER
    }
    assert reached == dict(zip(ORDER, (403, 403, 200, 200), strict=True))


@pytest.mark.parametrize(
    ("page", "roles"), [("/admin/review/", ORDER), ("/admin/import/", ORDER[2:])]
)
def test_pages_of_the_desk_are_open_only_to_their_roles(page, roles):
    found = {name: signed_in(UserFactory(role=name)).get(page).status_code for name in ORDER}
    assert found == {name: 200 if name in roles else 403 for name in ORDER}


@pytest.mark.parametrize("user", ["nobody", "staff without a role"])
def test_users_without_a_role_have_no_permissions(user):
    user = AnonymousUser() if user == "nobody" else UserFactory()
    assert {permissions_of(user, model) for model in admin.site._registry} == {""}


@pytest.mark.parametrize(
    ("step", "who"),
    [
        (workflow.REVIEW, ORDER[1:]),
        (workflow.PUBLISH, ORDER[2:]),
        (workflow.ALONE, ORDER[3:]),
        ("relations.add_record", ORDER[2:]),
    ],
)
def test_workflow_permissions_belong_to_the_listed_roles(step, who):
    assert tuple(name for name in ORDER if UserFactory(role=name).has_perm(step)) == who


def test_no_role_can_delete_a_published_row():
    request = RequestFactory().get("/")
    request.user = UserFactory(role="Administrator")
    for row in (EventFactory(published=True), FigureFactory(published=True)):
        desk = admin.site.get_model_admin(type(row))
        row.refresh_from_db()
        assert not desk.has_delete_permission(request, row)


def test_only_its_sole_author_or_a_reviewer_can_delete_a_draft():
    author, request = UserFactory(role="Editor"), RequestFactory().get("/")
    event = EventFactory()
    revise(event, author)

    def may_delete(user):
        request.user = user
        return admin.site.get_model_admin(Event).has_delete_permission(request, event)

    other, reviewer = UserFactory(role="Editor"), UserFactory(role="Reviewer")
    assert [may_delete(user) for user in (author, other, reviewer)] == [True, False, True]
    revise(event, other)
    assert [may_delete(user) for user in (author, other, reviewer)] == [False, False, True]


def test_a_page_says_how_to_enter_values_only_to_those_who_may_change_it():
    address = f"/admin/relations/country/{CountryFactory().pk}/change/"
    said = {}
    for name in ("Editor", "Publisher"):
        page = signed_in(UserFactory(role=name)).get(address).content.decode()
        said[name] = ("You can type dates" in page, "Without JavaScript" in page)
    assert said == {"Editor": (False, False), "Publisher": (True, True)}


@pytest.mark.parametrize("published", [False, True])
def test_every_role_may_change_a_figure(published):
    figure = FigureFactory(published=published)
    request, found = RequestFactory().get("/"), []
    for name in ORDER:
        request.user = UserFactory(role=name)
        if admin.site.get_model_admin(Figure).has_change_permission(request, figure):
            found.append(name)
    assert tuple(found) == ORDER


def test_sync_roles_resets_the_roles_and_leaves_other_groups(capsys):
    Group.objects.all().delete()
    other = Group.objects.create(name="Readers of drafts")
    call_command("sync_roles")
    first = capsys.readouterr().out
    assert f"Editor: {len(roles.permissions(roles.EDITOR))} permissions added, 0 removed" in first
    editor, publisher = Group.objects.get(name="Editor"), Group.objects.get(name="Publisher")
    wrong = publisher.permissions.exclude(pk__in=editor.permissions.all()).first()
    editor.permissions.add(wrong)
    editor.permissions.remove(editor.permissions.exclude(pk=wrong.pk).first())
    colleague = UserFactory()
    colleague.groups.add(other, editor)
    call_command("sync_roles")
    assert capsys.readouterr().out == "Editor: 1 permissions added, 1 removed.\n"
    call_command("sync_roles")
    assert capsys.readouterr().out == ""
    assert set(colleague.groups.all()) == {other, editor}
