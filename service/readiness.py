"""Telling systemd that the service answers, so that ``systemctl start`` returns then and not before (sd_notify(3))."""

import logging
import socket
from typing import Final

_log = logging.getLogger("yizhan.readiness")
_READY: Final = b"READY=1"


def tell_ready(address: str | None) -> None:
    """Say once that requests are answered from now on.

    Parameters
    ----------
    address
        Datagram socket of the service manager, as in ``NOTIFY_SOCKET``: a path, or ``@`` and an abstract name.
        None (started by hand): nobody is told. One that cannot be reached is logged and hinders nothing.
    """
    if address is None:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.sendto(_READY, name)
    except (OSError, ValueError) as error:
        _log.warning("the service manager cannot be told that the service is ready: %s", error)
