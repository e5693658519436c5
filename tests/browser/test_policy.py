"""Every kind of desk page complies with the content security policy, as the console reports it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from relations import workflow
from sources.models import Source, SourceText
from tests.browser.conftest import come_as
from tests.factories import EventFactory, FigureFactory, UserFactory

pytestmark = pytest.mark.browser

APPS = sorted({model._meta.app_label for model in admin.site._registry})
OWN = ("index", "password_change", "own_signin", "review_queue", "import_list")


def addresses(app):
    """The pages of an app's models: list, add form, and the pages of the first row."""
    for model in admin.site._registry:
        meta = model._meta
        if meta.app_label != app:
            continue
        name = f"admin:{app}_{meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        yield f"{reverse(f'{name}_add')}?_popup=1"
        if row := model.objects.first():
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])


def visit(page, paths, statuses=(200, 403)):
    """Visit pages; the console reports a forbidden page (403) by itself."""
    seen = []
    for path in paths:
        answer = page.goto(path)
        assert answer.status in statuses, path
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        seen.append(path)
    return seen


@pytest.fixture
def monitored_page(new_context, admin_client, base):
    """A page of an administrator, and the policy violations that its console reports."""
    context = new_context()
    come_as(context, admin_client)
    page, found = context.new_page(), []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            said.type == "error"
            and "status of 403" not in said.text
            and found.append(f"{page.url}: {said.text}")
        ),
    )
    return page, found


@pytest.mark.parametrize("app", APPS)
def test_pages_of_models_comply_with_the_policy(monitored_page, app):
    page, found = monitored_page
    assert visit(page, addresses(app))
    assert found == []


def test_pages_of_the_desk_comply_with_the_policy(monitored_page):
    page, found = monitored_page
    assert visit(page, [reverse(f"admin:{name}") for name in OWN])
    assert found == []


def test_pages_of_single_rows_comply_with_the_policy(monitored_page):
    page, found = monitored_page
    editor, event, figure = UserFactory(role="Editor"), EventFactory(), FigureFactory()
    known, other = EventFactory.create_batch(2, relation=event.relation, published=True)
    source = Source.objects.get(slug="a-historic-opportunity")
    SourceText.objects.create(source=source, text="A word.")
    workflow.submit(figure, editor)
    at = {
        "review": workflow.submit(event, editor).pk,
        "review/figure": figure.pk,
        "relations/event": f"{event.pk}/preview",
        "trade/figure": f"{figure.pk}/preview",
        "sources/source": f"{source.pk}/text",
    }
    paths = [
        *(f"/admin/{start}/{rest}/" for start, rest in at.items()),
        f"/admin/merge/event/?id={known.pk}&id={other.pk}",
        f"/admin/relations/event/withdraw/?row={known.pk}",
    ]
    assert visit(page, paths, (200,)) == paths
    assert found == []
