"""An OpenAI-compatible server that says what a test scripts: good replies, bad ones, and every way to fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
MODEL = "tiny"


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply: pieces sent as chunks with `pause_s` between them, and how it ends.

    `end` is "stop" (with `data: [DONE]`), "no done line", "cut" (the connection drops in the middle), "length", or
    "hang". `raw` replaces the whole body; `first_s` is how long nothing at all is sent; the last piece waits for the
    event `before_last`, and is not sent where that does not come.
    """

    pieces: tuple[str, ...] = ()
    end: str = "stop"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    first_s: float = 0.0
    pause_s: float = 0.0
    before_last: threading.Event | None = None


Script = Callable[[Body], Turn]


@dataclass
class ScriptedModel:
    """A running server: where it is, what it was asked, and how many requests were ended by the client."""

    script: Script
    address: str = ""
    asked: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def data(self) -> Body:
        """The data of the last request's first user message."""
        return data_of(self.asked[-1])


def data_of(body: Body) -> Body:
    """The question and evidence of a request."""
    text = next(message["content"] for message in body["messages"] if message["role"] == "user")
    found: Body = json.loads(text[text.index("{") :])
    return found


def said(text: str) -> Turn:
    """A reply that arrives word by word."""
    words = text.split(" ")
    return Turn((*(f"{word} " for word in words[:-1]), words[-1]))


@contextmanager
def scripted(script: Script) -> Iterator[ScriptedModel]:
    """The server on a free port of this machine."""
    model = ScriptedModel(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.keys.append(self.headers.get("Authorization", ""))
            try:
                _send(self, model.script(body), model)
            except OSError:
                model.hung_up.set()
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, turn: Turn, model: ScriptedModel) -> None:
    _wait(handler, turn.first_s, model)
    handler.send_response(turn.status)
    for name, value in turn.headers:
        handler.send_header(name, value)
    if turn.status != 200:
        body = turn.raw or b'{"error": {"message": "no"}}'
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    if turn.raw is not None:
        _chunk(handler, turn.raw)
        _chunk(handler, b"")
        return
    for number, piece in enumerate(turn.pieces, start=1):
        if number == len(turn.pieces) and turn.before_last and not turn.before_last.wait(20):
            return
        _chunk(handler, _event({"content": piece}))
        _wait(handler, turn.pause_s, model)
    if turn.end == "cut":
        return
    if turn.end == "hang":
        _wait(handler, 60, model)
    _chunk(handler, _event({}, "length" if turn.end == "length" else "stop"))
    if turn.end == "stop":
        _chunk(handler, b"data: [DONE]\n\n")
    _chunk(handler, b"")


def _event(delta: Body, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    facts = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
    return f"data: {json.dumps(facts)}\n\n".encode()


def _chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def _wait(handler: BaseHTTPRequestHandler, seconds: float, model: ScriptedModel) -> None:
    """Waits, unless the client hangs up."""
    until = time.monotonic() + seconds
    handler.connection.setblocking(False)
    try:
        while time.monotonic() < until:
            time.sleep(0.01)
            try:
                if handler.connection.recv(1) == b"":
                    raise BrokenPipeError
            except BlockingIOError:
                continue
    finally:
        handler.connection.setblocking(True)
