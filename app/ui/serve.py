"""`lateline serve`: the chat and the HTTP API in one process."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

from app.assistant import Assistant
from app.errors import UserError
from app.settings import Settings
from app.ui.chat import mount_chat
from app.ui.feedback import FeedbackStore
from app.ui.http import create_api
from app.ui.progress import progress_bar, say
from app.ui.service import Service
from app.wiring import is_replaced, load_adviser, load_assistant

_RENEWED_EVERY_S = 15.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(settings: Settings, host: str, port: int, auth_file: Path | None, open_browser: bool) -> None:
    """Serves until interrupted. Raises UserError for a port in use or an account file that cannot be read."""
    import uvicorn

    accounts = read_accounts(auth_file) if auth_file else None
    _check_port(host, port)
    if accounts is None and host not in _LOOPBACK:
        say(f"Anyone who reaches {host}:{port} can ask; use --auth-file to require a name and password.")

    def load() -> Assistant:
        assistant = load_assistant(settings, say, progress_bar())
        say("Ready to answer.")
        return assistant

    service = Service(load, lambda: load_adviser(settings))
    feedback = FeedbackStore(settings.feedback_path) if settings.feedback_path else None
    app = mount_chat(create_api(service, accounts), service, feedback)
    service.start()
    if settings.vector_store == "postgres":
        service.renew_when(lambda assistant: is_replaced(settings, assistant), _RENEWED_EVERY_S)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    say(f"Lateline serves at {address} (API at {address}/docs). Stop with Ctrl+C.")
    if open_browser:
        threading.Thread(target=_open, args=(service, address), daemon=True).start()
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=3)


def read_accounts(path: Path) -> dict[str, str]:
    """Names and passwords from a file with a line `name:password` each; blank lines and `#` lines are left out.

    Raises UserError naming the line that has no colon, or where no account is left.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the account file cannot be read: {error}.") from error
    accounts: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.strip().partition(":")
        if not (name and colon and password):
            raise UserError(f"{path}, line {number}: each line must be name:password.")
        accounts[name] = password
    if not accounts:
        raise UserError(f"{path}: no account stands in this file; write a line name:password.")
    return accounts


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"{host}:{port}: cannot serve here ({error.strerror}); choose another --host or --port."
            ) from error


def _open(service: Service, address: str) -> None:
    import webbrowser

    service.wait()
    if sys.stdout.isatty():
        webbrowser.open(address)
