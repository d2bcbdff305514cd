"""No machine but this one is ever talked to: building, asking and serving under a hook that refuses, and without a net.

Each program runs with an empty home folder and without any setting from outside, as on a freshly installed machine,
so that nothing is found in a cache that would have been fetched elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from serving import ROOT, running_server

from index.corpus import PACKAGED_CORPUS

QUESTION = "mOS SUNLIGHT?"
ELSEWHERE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): no machine has this address
HOOK = Path(__file__).with_name("offline")

# Way: the first event that must be seen, and the code that provokes it.
ATTEMPTS = {
    "connect": ("socket.connect", f"socket.socket().connect(('{ELSEWHERE}', 443))"),
    "datagram": ("socket.sendto", f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{ELSEWHERE}', 53))"),
    "message": ("socket.sendmsg", f"socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('{ELSEWHERE}', 53))"),
    "name": ("socket.getaddrinfo", "socket.getaddrinfo('lateline.invalid', 443)"),
    "old name call": ("socket.gethostbyname", "socket.gethostbyname('lateline.invalid')"),
    "listening to everyone": ("socket.bind", "socket.socket().bind(('0.0.0.0', 0))"),
    "IPv6": ("socket.connect", "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))"),
    "thread": ("socket.connect", f"in_thread(lambda: socket.socket().connect(('{ELSEWHERE}', 443)))"),
    "asyncio": ("socket.connect", f"asyncio.run(asyncio.open_connection('{ELSEWHERE}', 443))"),
    "web client": ("socket.getaddrinfo", "urllib.request.urlopen('http://lateline.invalid/')"),
    "child process": ("socket.connect", f"child(\"import socket; socket.socket().connect(('{ELSEWHERE}', 443))\")"),
}
PROLOGUE = """
import asyncio, concurrent.futures, socket, subprocess, sys, urllib.request
def in_thread(work):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(work).result()
def child(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    sys.exit(done.stderr)
"""
TALK_TO_ITSELF = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(("localhost", server.getsockname()[1])) as client:
        client.sendall(b"heard")
        print(server.accept()[0].recv(5).decode())
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A fresh place to run in: an empty home, an index folder, and (where watched) the log of refused attempts."""

    folder: Path
    log: Path

    def environment(self, *, watched: bool = True) -> dict[str, str]:
        """The whole environment of a program: nothing is taken over but the search path of programs."""
        python_path = [str(HOOK), str(ROOT)] if watched else [str(ROOT)]
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(python_path),
            "OFFLINE_LOG": str(self.log),
            "LATELINE_INDEX_DIR": str(self.folder / "index"),
            "LATELINE_CORPUS_DIR": str(self.folder / "corpus"),
        }

    def python(
        self, *arguments: str, before: tuple[str, ...] = (), watched: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(watched=watched),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def lateline(self, *arguments: str, before: tuple[str, ...] = (), watched: bool = True) -> str:
        """What the command prints; it must succeed."""
        done = self.python("-m", "app.ui.cli", *arguments, before=before, watched=watched)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempts(self) -> list[str]:
        """The refused attempts, one JSON record each. Raises FileNotFoundError where nothing was watched."""
        return self.log.read_text(encoding="utf-8").splitlines()


def new_machine(folder: Path) -> Machine:
    """With the packaged corpus but for the questions to its sentences, nine tenths of what there is to embed."""
    (folder / "home").mkdir(parents=True)
    shutil.copytree(PACKAGED_CORPUS, folder / "corpus", ignore=shutil.ignore_patterns("asked", "__pycache__"))
    return Machine(folder, folder / "attempts.jsonl")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return new_machine(tmp_path / "machine")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine on which the index was built under the hook."""
    made = new_machine(tmp_path_factory.mktemp("offline") / "machine")
    assert "Built:" in made.lateline("index", "build")
    return made


def is_the_answer(text: str) -> bool:
    answer = json.loads(text)
    said, cells = answer["answer"], [(citation["table"], citation["row"]) for citation in answer["citations"]]
    return answer["status"] == "answered" and "10.8" in said and "7.5" in said and ("2", "SUNLIGHT") in cells


@pytest.mark.parametrize("way", ATTEMPTS)
def test_the_hook_records_and_refuses_an_attempt_made_on_purpose(machine: Machine, way: str) -> None:
    event, code = ATTEMPTS[way]
    done = machine.python("-c", f"{PROLOGUE}\n{code}")
    assert done.returncode != 0
    assert f"{event} to " in done.stderr
    (attempt,) = machine.attempts()
    assert json.loads(attempt)["event"] == event


def test_the_hook_records_an_attempt_whose_refusal_is_swallowed(machine: Machine) -> None:
    code = f"import socket\ntry: socket.socket().connect(('{ELSEWHERE}', 443))\nexcept OSError: pass"
    assert machine.python("-c", code).returncode == 0
    (attempt,) = machine.attempts()
    assert ELSEWHERE in json.loads(attempt)["address"]


def test_the_hook_lets_a_program_talk_to_its_own_machine(machine: Machine) -> None:
    done = machine.python("-c", TALK_TO_ITSELF)
    assert done.stdout == "heard\n", done.stderr
    assert machine.attempts() == []


@pytest.mark.slow
def test_building_the_index_tries_no_connection(built: Machine) -> None:
    assert built.attempts() == []


@pytest.mark.slow
def test_asking_tries_no_connection(built: Machine) -> None:
    assert is_the_answer(built.lateline("ask", QUESTION, "--json"))
    assert built.attempts() == []


@pytest.mark.slow
def test_serving_tries_no_connection_and_ends_by_itself_when_told(built: Machine) -> None:
    with running_server(built.folder, built.environment()) as server:
        assert is_the_answer(json.dumps(server.post("/api/ask", {"question": QUESTION})))
        page = server.get("/").decode()
        assert "Lateline" in page
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//(?!127\.0\.0\.1[:/])""", page)
        assert b"swagger-ui" in server.get("/docs")
        assert "/api/ask" in json.loads(server.get("/openapi.json"))["paths"]
        assert json.loads(server.get("/config"))["analytics_enabled"] is False
        event = server.post("/gradio_api/call/ask", {"data": [QUESTION]})["event_id"]
        told = server.get(f"/gradio_api/call/ask/{event}").decode()
        assert "event: complete" in told
        assert is_the_answer(json.dumps(json.loads(told.rpartition("data: ")[2])[0]))

        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) in (0, -signal.SIGTERM)
        assert "Traceback" not in server.written()
    assert built.attempts() == []


def without_network() -> tuple[str, ...]:
    """The words before a command that run it where there is no network but loopback; skips where that is refused."""
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    unshare = shutil.which("unshare", path=search)
    if unshare is None:
        pytest.skip("the program unshare is not on this machine")
    bring_up = 'ip link set lo up && exec "$@"' if (ip := shutil.which("ip", path=search)) else 'exec "$@"'
    inside = ("sh", "-c", bring_up.replace("ip ", f"{ip} ", 1), "sh")
    refusals = []
    for way in ((unshare, "--user", "--map-root-user", "--net"), (unshare, "--net")):
        tried = subprocess.run([*way, *inside, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return (*way, *inside)
        refusals.append(tried.stderr.strip())
    pytest.skip(f"no network namespace may be made here: {'; '.join(refusals)}")


@pytest.mark.slow
def test_building_and_asking_work_where_there_is_no_network(machine: Machine) -> None:
    before = without_network()
    control = f"import socket; socket.create_connection(('{ELSEWHERE}', 443), 5)"
    assert "Network is unreachable" in machine.python("-c", control, before=before, watched=False).stderr

    assert "Built:" in machine.lateline("index", "build", before=before, watched=False)
    assert is_the_answer(machine.lateline("ask", QUESTION, "--json", before=before, watched=False))
