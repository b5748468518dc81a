"""Where a request comes from, as far as that can be believed.

What a client writes into ``X-Forwarded-For`` or ``Forwarded`` proves nothing; what our own proxies add to its end
does. So the header is read from the right for as long as the address on the right is one of our proxies; the
first that is none is the client. Only one of the two headers is read, the one that the proxies write: the other
one comes from the client untouched.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Final, Literal

from starlette.types import Scope

ForwardedHeader = Literal["x-forwarded-for", "forwarded"]

_V4: Final = 4
_MAPPED: Final = bytes(10) + b"\xff\xff"
_MOST_HOPS: Final = 32
_HOST_BYTES: Final = 8
"""Of an IPv6 address, what a subscriber is given: a /64."""


class Proxies:
    """The proxies in front of the service, and how to find the client behind them.

    Parameters
    ----------
    networks
        Addresses and networks in CIDR form; empty: nobody is believed.
    header
        The header that they write.

    Raises
    ------
    ValueError
        One of them is no network.

    Examples
    --------
    >>> ours = Proxies("10.0.0.0/8, 2001:db8::1")
    >>> scope = {"client": ("10.0.0.2", 99), "headers": [(b"x-forwarded-for", b"6.6.6.6, 1.2.3.4, 10.0.0.7")]}
    >>> socket.inet_ntop(socket.AF_INET, ours.client(scope))
    '1.2.3.4'
    """

    def __init__(self, networks: str = "", header: ForwardedHeader = "x-forwarded-for") -> None:
        self._networks = [_network(part.strip()) for part in networks.split(",") if part.strip()]
        self._header, self._is_standard = header.encode(), header == "forwarded"

    def client(self, scope: Scope) -> bytes:
        """Give the address of the client: 4 bytes, or the first 8 of an IPv6 address; empty when unknown."""
        peer = scope.get("client")
        address = packed(peer[0]) if peer else b""
        if self._networks and self._is_ours(address):
            for entry in self._entries(scope):
                further = packed(entry)
                if not further:
                    # What our own proxy could not read says nothing: it comes from the proxy.
                    break
                address = further
                if not self._is_ours(address):
                    break
        return address if len(address) == _V4 else address[:_HOST_BYTES]

    def _is_ours(self, address: bytes) -> bool:
        number, length = int.from_bytes(address), len(address)
        return any(length == size and number & mask == network for size, mask, network in self._networks)

    def _entries(self, scope: Scope) -> Iterable[str]:
        """Give what the header names, the nearest first, and not without end."""
        lines = [value for name, value in scope["headers"] if name == self._header]
        entries = b",".join(lines).decode("latin-1").split(",")[-_MOST_HOPS:]
        return map(_for if self._is_standard else str.strip, reversed(entries))


def packed(text: str) -> bytes:
    r"""Give an address as 4 or 16 bytes; empty when the text is none.

    A port, brackets and the zone of a link-local address are left out; an IPv4 address in IPv6 is the former.

    Examples
    --------
    >>> packed("1.2.3.4"), packed("::ffff:1.2.3.4"), packed("1.2.3.4:80"), packed("unknown")
    (b'\x01\x02\x03\x04', b'\x01\x02\x03\x04', b'\x01\x02\x03\x04', b'')
    >>> packed("[2001:db8::1]:443") == packed("2001:db8::1")
    True
    """
    if ":" in text:
        if text.startswith("["):
            text = text[1:].partition("]")[0]
        elif text.count(":") == 1:
            return packed(text.partition(":")[0])
        address = _read(socket.AF_INET6, text.partition("%")[0])
        return address[len(_MAPPED) :] if address.startswith(_MAPPED) else address
    return _read(socket.AF_INET, text)


def _read(family: socket.AddressFamily, text: str) -> bytes:
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):
        return b""


def _for(element: str) -> str:
    """Give the ``for`` of one element of ``Forwarded`` (RFC 7239); empty when it has none.

    Examples
    --------
    >>> _for('proto=https; For="[2001:db8::1]:443"'), _for("by=10.0.0.1"), _for("for=_hidden")
    ('[2001:db8::1]:443', '', '_hidden')
    """
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() == "for":
            return value.strip().strip('"')
    return ""


def _network(text: str) -> tuple[int, int, int]:
    network = ipaddress.ip_network(text, strict=False)
    return network.max_prefixlen // 8, int(network.netmask), int(network.network_address)
