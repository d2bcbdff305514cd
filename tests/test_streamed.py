"""An answer that is read while it is written: sentence by sentence on the page, and stopped where the reader stops."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from phrasing import TOXICITY, faithful, phrasing
from scripted_model import Turn, scripted

from app.assistant import Assistant
from app.errors import UserError
from app.steps.llm_calls import Watch
from app.ui import chat_actions as actions
from app.ui.render import as_chat, as_text
from app.ui.service import Service
from app.ui.session import Session
from app.ui.streamed import Done, streamed


def service_of(assistant: Assistant) -> Service:
    service = Service(lambda: assistant)
    service.start()
    service.wait(60)
    return service


def test_sentences_come_as_they_are_told_and_the_result_last() -> None:
    def ask(watch: Watch) -> int:
        watch.tell("One.")
        watch.tell("Two.")
        return 3

    assert list(streamed(ask)) == ["One.", "Two.", Done(3)]


def test_what_is_raised_reaches_the_reader() -> None:
    def ask(watch: Watch) -> int:
        raise UserError("no")

    with pytest.raises(UserError, match="no"):
        list(streamed(ask))


def test_the_page_shows_verified_sentences_one_by_one_and_who_wrote_them(assistant: Assistant) -> None:
    with scripted(faithful) as model:
        steps = list(actions.answered(service_of(phrasing(assistant, model)), Session(), TOXICITY))
    growing = [chat[-1]["content"] for session, chat in steps if not session.exchanges]
    assert len(growing) == 4
    assert all(one.startswith(before.removesuffix(" …")) for before, one in pairwise(growing))
    last, shown = steps[-1]
    answer = last.exchanges[-1].answer
    assert "In the words of the language model tiny" in shown[-1]["content"]
    assert "Put into words by the language model tiny" in as_text(answer)


def test_a_fallback_is_said_on_the_page(assistant: Assistant) -> None:
    with scripted(lambda body: Turn(status=500)) as model:
        answer = phrasing(assistant, model).ask([TOXICITY])
    assert "The language model tiny failed (500)" in as_chat(answer, 0)
    assert "language model" not in as_chat(replace(answer, notes=()), 0)


def test_a_reader_who_stops_ends_the_request(assistant: Assistant) -> None:
    words = "The most frequent TRAEs of regorafenib were hypertension and fatigue [2]. The"
    with scripted(lambda body: Turn((words,), end="hang")) as model:
        steps = actions.answered(service_of(phrasing(assistant, model, 60.0)), Session(), TOXICITY)
        session, chat = next(steps)
        assert "hypertension" in chat[-1]["content"]
        assert session == Session()
        steps.close()  # type: ignore[attr-defined]
        assert model.hung_up.wait(10)
