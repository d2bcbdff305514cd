"""`lateline serve` as a process of its own, for the tests that talk to it from outside."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 180  # seconds; generous, because a busy machine loads the libraries slowly
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, its process, and the file with what it wrote."""

    address: str
    process: subprocess.Popen[bytes]
    output: Path

    def get(self, path: str) -> bytes:
        return self._open(urllib.request.Request(self.address + path))

    def post(self, path: str, body: object) -> Any:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        return json.loads(self._open(request))

    def written(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def is_ready(self) -> bool:
        try:
            return bool(json.loads(self.get("/api/health"))["ready"])
        except urllib.error.HTTPError:
            raise
        except OSError:  # it does not listen yet
            return False

    @staticmethod
    def _open(request: urllib.request.Request) -> bytes:
        with _DIRECT.open(request, timeout=60) as response:
            return bytes(response.read())


@contextmanager
def running_server(folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serves from `folder` on a free port and waits until questions are answered; ended at the latest on leaving."""
    port = _free_port()
    output = folder / "serve.log"
    command = [sys.executable, "-m", "app.ui.cli", "serve", "--port", str(port)]
    with output.open("wb") as stream:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=stream, stderr=stream)
    server = Server(f"http://127.0.0.1:{port}", process, output)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(server: Server) -> None:
    until = time.monotonic() + READY_WITHIN
    while not server.is_ready():
        assert server.process.poll() is None, f"the server ended while it started:\n{server.written()}"
        assert time.monotonic() < until, f"the server is not ready after {READY_WITHIN} s:\n{server.written()}"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
