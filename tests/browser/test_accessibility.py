"""Every kind of public page: no violation that axe finds, and no sideways scrolling on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import TreatyLinkFactory, TreatyTextFactory
from treaties.models import Treaty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/relations/",
    "/relations/azerbaijan-kazakhstan/",
    "/relations/azerbaijan-kazakhstan/timeline/",
    "/treaties/?on=2000-01-01",
    "/treaties/foundations-of-relations-1996/",
    "/visits/tokayev-visit-azerbaijan-2024-03/",
    "/sources/a-historic-opportunity/",
    "/trade/",
    "/trade/azerbaijan-kazakhstan/",
    "/trade/azerbaijan-kazakhstan/mirror/",
    "/trade/partners/kazakhstan/",
    "/trade/figures/trade-turnover-2023-historic-opportunity/",
    "/disagreements/",
    "/report/digital-silk-road/",
    "/countries/azerbaijan/",
    "/organizations/osce/",
    "/people/ilham-aliyev/",
    "/data/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_phone(browser, live_server, base, scheme):
    later, pact = (
        Treaty.objects.get(slug=slug)
        for slug in ("strategic-partnership-agreement-2005", "foundations-of-relations-1996")
    )
    TreatyLinkFactory(treaty=later, target=pact)
    TreatyTextFactory(treaty=pact)
    # The policy of the pages would keep axe out; what they load is tested elsewhere.
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page, found = context.new_page(), []
    for address in PAGES:
        page.goto(live_server.url + address)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            found.append((address, "wider than the screen"))
        violations = Axe().run(page).response["violations"]
        found += [(address, row["id"], row["nodes"][0]["target"]) for row in violations]
    context.close()
    assert found == []
