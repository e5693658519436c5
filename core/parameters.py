"""The query parameters of pages. A page declares those that it reads; others are reported.

A page that declares none is not checked, as those of the desk.
"""

from urllib.parse import urlencode

from django.http import HttpRequest

# Parameters that other sites add to links to measure visits: they are ignored without a notice.
TRACKING = {
    *("_ga", "_gl", "dclid", "fbclid", "gbraid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid"),
    *("ref", "twclid", "wbraid", "yclid"),
}
# How many unknown parameters a notice names, and how many characters of each.
NAMED, LONGEST = 5, 60
PAGE, PER_PAGE = "page", "per_page"


def accepts(*names: str):
    """Decorate a view that reads these query parameters; further calls add theirs."""

    def declare(view):
        view.parameters = (*getattr(view, "parameters", ()), *names)
        return view

    return declare


def known_parameters(request: HttpRequest) -> tuple[str, ...] | None:
    """The parameters that the requested page declares, as the attribute `parameters` of its view;
    None if it declares none."""
    match = getattr(request, "resolver_match", None)
    view = getattr(match, "func", None)
    return getattr(getattr(view, "view_class", view), "parameters", None)


def unknown_parameters(request: HttpRequest) -> list[str]:
    """The parameters of a request that its page does not read, shortened, without those that only
    measure visits."""
    known = known_parameters(request)
    if known is None:
        return []
    unknown = [name for name in request.GET if name not in known and not is_tracking(name)]
    return [name[:LONGEST] for name in unknown[:NAMED]]


def is_tracking(name: str) -> bool:
    return name in TRACKING or name.startswith("utm_")


def canonical_address(request: HttpRequest) -> str:
    """The absolute address of a page with the parameters that it reads and that have a value, in
    the declared order; the first page of a list has no number."""
    query = [
        (name, value)
        for name in dict.fromkeys(known_parameters(request) or ())
        for value in request.GET.getlist(name)
        if value and (name, value) != (PAGE, "1")
    ]
    address = request.build_absolute_uri(request.path)
    return f"{address}?{urlencode(query)}" if query else address


def is_selection(request: HttpRequest) -> bool:
    """Whether a page shows a selection of what another address shows, such as a filtered list. The
    further pages of a list are not selections."""
    known = set(known_parameters(request) or ()) - {PAGE}
    return any(request.GET.get(name) for name in known)
