"""From which network the request that is answered now came: for logs that people read."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

IPV4_BITS, IPV6_BITS = 24, 48

_address: ContextVar[str] = ContextVar("address", default="")


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    before = _address.set(address)
    try:
        yield
    finally:
        _address.reset(before)


def origin() -> str:
    """«203.0.113.0/24»; "" outside of requests: the worker, a command."""
    return network_of(_address.get())


def network_of(address: str, *, ipv4: int = IPV4_BITS, ipv6: int = IPV6_BITS) -> str:
    """«203.0.113.0/24», «2001:db8:1::/48»; "" of what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = ipv4 if found.version == 4 else ipv6
    bare = str(found).partition("%")[0]
    return str(ipaddress.ip_network(f"{bare}/{bits}", strict=False))
