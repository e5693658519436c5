"""Network addresses of clients, for limits of requests."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The network address of a client, behind the proxies of the setting; of an IPv6 address its
    network of 64 bits, since a client has all of it."""
    address = request.META.get("REMOTE_ADDR", "")
    named = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.PROXIES and len(named) >= settings.PROXIES:
        address = named[-settings.PROXIES].strip() or address
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else address
