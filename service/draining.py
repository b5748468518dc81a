"""How a server stops without dropping a request: whoever has been let in is answered, nobody new is let in."""

import ctypes
import socket
import struct
import sys
from contextlib import suppress
from typing import Final

DRAIN_S: Final = 0.5
"""How long connections that wait for their next request are kept; its answer closes them."""

_SO_ATTACH_FILTER: Final = 26
# Classic BPF over the TCP header: load the byte of flags; with SYN drop the packet, else keep it.
_DROP_SYN: Final = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


class Stopping:
    """Whether the server is about to stop; from then on every answer closes its connection."""

    def __init__(self) -> None:
        self.now = False


def turn_away(listener: socket.socket) -> None:
    """Let no new connection begin, in any process that shares the socket; those that have begun stay.

    Closing a listening socket resets what is connected and not yet accepted. With the packets that begin a
    connection dropped, whatever waits can be accepted before; a client that comes now tries again until the
    socket is closed, and is refused. Where the system has no such filter nothing happens.

    Parameters
    ----------
    listener
        Listens for TCP; is of no use any more afterwards.
    """
    if not sys.platform.startswith("linux"):
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in _DROP_SYN))
    with suppress(OSError):
        listener.setsockopt(
            socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(_DROP_SYN), ctypes.addressof(program))
        )
