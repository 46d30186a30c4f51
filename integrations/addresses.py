"""Connecting to addresses of the public network only.

A name is resolved here and the connection made to the very address that was looked at, so that a name which changes its mind in
between leads nowhere. `INTEGRATION_HOSTS` names hosts of one's own network that may be reached all the same.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from typing import Any

import httpcore2
import httpx2
from django.conf import settings


class Forbidden(httpx2.ConnectError):
    """The address lies inside our own network."""


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public network; also of an IPv4 address wrapped in IPv6."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def is_allowed(host: str) -> bool:
    """Return whether an admin of this machine named the host, whatever its address is."""
    return host.strip("[]").lower() in settings.INTEGRATION_HOSTS


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host that may be connected to. Raises Forbidden, OSError."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    fit = found if is_allowed(host) else [address for address in found if is_public(address)]
    if not fit:
        raise Forbidden("This address lies inside our own network.")
    return fit


def connected(host: str, port: int, timeout: float | None) -> socket.socket:
    """Connect to the very address that was looked at. Raises Forbidden, OSError."""
    trouble: OSError | None = None
    for address in resolved(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
    raise trouble or OSError("The server has no address.")


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens TCP connections after looking at where they lead."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = resolved(host, port)
        except OSError as error:
            raise httpcore2.ConnectError(f"The name cannot be resolved: {type(error).__name__}") from None
        for address in addresses[:-1]:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._inner.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


class GuardedTransport(httpx2.HTTPTransport):
    """httpx's transport on guarded connections; proxies of the environment are left aside, for they would look up the name again."""

    def __init__(self, verify: Any) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=verify, max_connections=4, max_keepalive_connections=2, network_backend=GuardedBackend()
        )
