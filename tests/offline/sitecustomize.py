"""Put first on PYTHONPATH: every use of a network other than loopback is written to OFFLINE_LOG and refused.

Python runs a module of this name at start, before anything else, in child processes too. It sees what goes through
Python's own sockets; libraries that open sockets in native code are caught by the run in an empty network namespace.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

_LOG = Path(os.environ["OFFLINE_LOG"])
# Where each event says who is talked to: the position of the address among its arguments.
_ADDRESS_AT = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.bind": 1}
_HOST_AT = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
_LOCAL_FAMILIES = {getattr(socket, name) for name in ("AF_UNIX", "AF_NETLINK") if hasattr(socket, name)}


class RefusedByTest(OSError):
    """An attempt to reach another machine."""


def _is_loopback(host: Any) -> bool:
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("ascii", "replace")
    if host in (None, "localhost"):  # None names this machine in getaddrinfo
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refused(event: str, arguments: tuple[Any, ...]) -> Any:
    """The address that `event` must not use, None where it may."""
    if event in _HOST_AT:
        said = arguments[_HOST_AT[event]]
        host = said[0] if isinstance(said, tuple) else said
        return None if _is_loopback(host) else said
    if event not in _ADDRESS_AT or arguments[0].family in _LOCAL_FAMILIES:
        return None
    address = arguments[_ADDRESS_AT[event]]
    if address is None:  # sendmsg over a connected socket: its connect was seen
        return None
    return None if isinstance(address, tuple) and _is_loopback(address[0]) else address


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    address = _refused(event, arguments)
    if address is None:
        return
    frame, callers = sys._getframe(1), []
    while frame is not None and len(callers) < 8:
        callers.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        frame = frame.f_back  # type: ignore[assignment]
    with _LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"event": event, "address": str(address), "callers": callers}) + "\n")
    raise RefusedByTest(f"{event} to {address!r} is not allowed here")


# The file stands there from now on: a test that finds none knows that nothing was watched.
_LOG.touch()
sys.addaudithook(_watch)
