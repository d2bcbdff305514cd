"""A real browser on the page: a server of the tests' index, and visits to it. A plugin of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, ViewportSize, expect, sync_playwright
from serving import ROOT, Server, running_server

from app.settings import Settings

CHROMIUM = shutil.which("chromium", path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin"]))
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARTEFACTS = Path(__file__).with_name("artefacts")
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
SUNLIGHT = "mOS in SUNLIGHT?"
ANSWER_WITHIN = 30_000  # milliseconds


@dataclass(slots=True)
class Visit:
    """One visitor's page, and what the browser reported while it was open."""

    page: Page
    server: Server
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        def on_request(request: Request) -> None:
            self.asked.append(request.url)

        self.page.on("request", on_request)
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.server.address + path)

    def elsewhere(self) -> list[str]:
        """The addresses asked for that are not the server's own."""
        own = urlsplit(self.server.address).netloc
        return [url for url in self.asked if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != own]

    @property
    def question(self) -> Locator:
        return self.page.locator("#question textarea")

    @property
    def sources(self) -> Locator:
        return self.page.locator("#sources")

    @property
    def questions(self) -> Locator:
        return self.page.locator("#chat").get_by_test_id("user")

    @property
    def answers(self) -> Locator:
        return self.page.locator("#chat").get_by_test_id("bot")

    def example(self, text: str) -> Locator:
        return self.page.get_by_text(text, exact=True).first

    def ask(self, text: str) -> Locator:
        """Types the question, sends it, and returns the place where its answer will stand."""
        before = self.answers.count()
        self.question.fill(text)
        self.question.press("Enter")
        answer = self.answers.nth(before)
        expect(answer).to_be_visible(timeout=ANSWER_WITHIN)
        return answer


def environment_of(folder: Path) -> dict[str, str]:
    """The environment of a server whose index lies in `folder`."""
    outside = {name: text for name, text in os.environ.items() if not name.startswith("LATELINE_")}
    return {**outside, "PYTHONPATH": str(ROOT), "LATELINE_INDEX_DIR": str(folder / "index")}


@pytest.fixture(scope="session")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program serving a copy of the tests' index."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(settings.index_dir, folder / "index")
    with running_server(folder, environment_of(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Makes visits, each in a browser profile of its own."""
    contexts = []

    def start(path: str = "/", viewport: ViewportSize = LAPTOP, **options: Any) -> Visit:
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        made = Visit(context.new_page(), server)
        made.watch()
        made.open(path)
        return made

    yield start
    for context in contexts:
        context.close()


Start = Callable[..., Visit]


def answer_of(visit: Visit, text: str) -> Locator:
    """The last answer, once it says `text`."""
    expect(visit.answers.last).to_contain_text(text, timeout=ANSWER_WITHIN)
    return visit.answers.last
