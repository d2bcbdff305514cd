"""Who is scored: Lateline in this process, a server, or answers in a file. All give replies of one shape."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from app.errors import UsageError, UserError
from app.settings import Settings
from eval.questions import Question, read_lines
from eval.replies import Failure, Found, Reply, reply_of
from eval.sets import Item

DEPTH = 10
_PATIENCE_S = 120.0
_HERE = ("127.0.0.1", "localhost", "::1")


class System(Protocol):
    """What answers; `weighs_patients` says whether vignettes are put to it."""

    @property
    def name(self) -> str: ...

    @property
    def weighs_patients(self) -> bool: ...

    def reply(self, item: Item) -> Reply | Failure:
        """The reply to one item; whatever it raises counts as no answer."""


class Lateline:
    """The assistant over the index in force, asked directly. Raises UserError where it cannot be loaded."""

    weighs_patients = True

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        from app.wiring import load_assistant

        self.name = "lateline" if settings.generator == "extractive" else f"lateline llm:{settings.llm_model}"
        self.name += f" reranker:{Path(settings.reranker).name}" if settings.reranker else ""
        self._assistant = load_assistant(settings, say)
        self._assistant.ask(["mOS SUNLIGHT?"])  # the first question pays for what is loaded late

    def reply(self, item: Item) -> Reply | Failure:
        """The answer, and for a single answerable question what was found for it (outside the time taken)."""
        turns = list(item.turns)
        start = time.perf_counter()
        if isinstance(item.gold, Question):
            answer = self._assistant.ask(turns)
        else:
            answer = self._assistant.adviser.options(turns)
        taken = 1000 * (time.perf_counter() - start)
        return reply_of(answer.to_dict(), taken, self._found(item))

    def _found(self, item: Item) -> tuple[Found, ...] | None:
        if not isinstance(item.gold, Question) or len(item.turns) > 1 or not item.gold.locators:
            return None
        passages = [hit.passage for hit in self._assistant.evidence(item.turns[0]).hits[:DEPTH]]
        return tuple(Found(part.text, part.section, part.table, part.row) for part in passages)


class Server:
    """A server with the HTTP API at `url`. Raises UserError where none answers there."""

    weighs_patients = True

    def __init__(self, url: str) -> None:
        import httpx

        if not re.fullmatch(r"https?://[^\s/]+\S*", url):
            raise UsageError(f"--url {url}: give an address that begins with http:// or https://.")
        self.name = url.rstrip("/")
        is_here = httpx.URL(self.name).host in _HERE
        # No proxy stands between this machine and itself, whatever the environment says of other hosts.
        self._client = httpx.Client(base_url=self.name, timeout=_PATIENCE_S, trust_env=not is_here)
        try:
            health = self._client.get("/api/health").raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise UserError(f"{url}: no server with the HTTP API answers there ({error}).") from error
        if not health.get("ready", True):
            raise UserError(f"{url}: the server is not ready: {health.get('why')}")

    def reply(self, item: Item) -> Reply | Failure:
        """POST /api/ask, for a vignette /api/options, with the turns; a problem document is no answer."""
        path = "/api/ask" if isinstance(item.gold, Question) else "/api/options"
        start = time.perf_counter()
        response = self._client.post(path, json={"turns": list(item.turns)})
        taken = 1000 * (time.perf_counter() - start)
        body = response.json()
        if response.is_success:
            return reply_of(body, taken)
        return Failure(f"{response.status_code}: {body.get('detail', '') if isinstance(body, dict) else ''}")


class AnswersFile:
    """Answers as `lateline ask --batch` writes them: lines of {"id", …answer}.

    An id is that of the question, or "file/id" where two files of the sets share an id. Raises UserError.
    """

    weighs_patients = True

    def __init__(self, path: Path, items: Iterable[Item], say: Callable[[str], None]) -> None:
        self.name = path.name
        self._answers = _answers_in(path)
        keys: dict[str, set[str]] = {}
        for item in items:
            keys.setdefault(item.id, set()).add(item.key)
        shared = sorted(name for name in self._answers if len(keys.get(name, ())) > 1)
        if shared:
            both = " and ".join(sorted(keys[shared[0]]))
            raise UserError(
                f"{path}: the id {shared[0]} could be {both}; write ids like these, or choose one file by --questions."
            )
        if others := self._answers.keys() - keys.keys() - {key for found in keys.values() for key in found}:
            say(f"{len(others)} answers of {path} belong to no item of the sets; they are left aside.")

    def reply(self, item: Item) -> Reply | Failure:
        """The line with the item's id, or none."""
        found = self._answers.get(item.key) or self._answers.get(item.id)
        return reply_of(found) if found else Failure("no answer with this id in the file")


def _answers_in(path: Path) -> dict[str, Mapping[str, Any]]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --answers takes what ask --batch writes.")
    answers: dict[str, Mapping[str, Any]] = {}
    for number, line in read_lines(path):
        try:
            facts = json.loads(line)
        except ValueError as error:
            raise UserError(f"{path}, line {number}: not valid JSON ({error}).") from error
        if not isinstance(facts, dict) or not isinstance(facts.get("id"), str | int):
            raise UserError(f'{path}, line {number}: must be an object with "id" and an answer.')
        name = str(facts["id"])
        if name in answers:
            raise UserError(f"{path}, line {number}: the id {name} stands twice.")
        answers[name] = facts
    return answers
