"""A server that others wrote, with a model of random weights: the protocol is spoken, and babble stays outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from phrasing import TOXICITY
from tiny_model import save_tiny_model, transformers_serve

from app.assistant import Assistant
from app.settings import Settings
from app.steps.llm import phraser_of
from app.steps.llm_calls import Cancelled, Message, ModelFault, Watch
from app.steps.llm_client import OpenAILikeModel
from app.steps.memory import AnswerMemory

pytestmark = pytest.mark.slow
GREETING = (Message("user", "How toxic is regorafenib?"),)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at the server and its model."""
    folder = tmp_path_factory.mktemp("tiny")
    save_tiny_model(folder)
    with transformers_serve(tmp_path_factory.mktemp("server")) as address:
        yield Settings(
            generator="llm", llm_base_url=address, llm_model=str(folder), llm_timeout_s=60, llm_context_tokens=16000,
            llm_reply_tokens=200,
        )  # fmt: skip


def model_of(served: Settings, tokens: int) -> OpenAILikeModel:
    return OpenAILikeModel(served.llm_base_url or "", served.llm_model or "", "", tokens)


def test_what_the_server_streams_arrives_piece_by_piece_and_its_length_is_kept(served: Settings) -> None:
    arrived: list[str] = []
    with pytest.raises(ModelFault, match="wrote without an end"):
        for piece in model_of(served, 40).write(GREETING, time.monotonic() + 60, threading.Event()):
            arrived.append(piece)
    assert len(arrived) > 5
    assert 0 < len("".join(arrived)) <= 40


def test_stopping_ends_the_request_while_it_is_written(served: Settings) -> None:
    stop = threading.Event()
    writing = model_of(served, 4000).write(GREETING, time.monotonic() + 60, stop)
    next(writing)
    stop.set()
    with pytest.raises(Cancelled):
        list(writing)
    with pytest.raises(ModelFault, match="wrote without an end"):  # and the next one is served
        list(model_of(served, 5).write(GREETING, time.monotonic() + 60, threading.Event()))


def test_a_model_that_the_server_does_not_have_is_a_fault(served: Settings) -> None:
    absent = OpenAILikeModel(served.llm_base_url or "", "/no/such/model", "", 5)
    with pytest.raises(ModelFault, match=r"failed|refused"):
        list(absent.write(GREETING, time.monotonic() + 60, threading.Event()))


def test_babble_is_gated_away_to_the_extractive_answer(served: Settings, assistant: Assistant) -> None:
    phraser = phraser_of(served)
    identity = replace(assistant.identity, generator=phraser.identity)
    told: list[str] = []
    with_model = Assistant(assistant.base, assistant.searcher, identity, assistant.adviser, AnswerMemory(0), phraser)
    answer = with_model.ask([TOXICITY], watch=Watch(told.append))
    plain = assistant.ask([TOXICITY])
    assert (answer.answer, answer.citations, answer.generator) == (plain.answer, plain.citations, "extractive")
    assert told == []
    assert "wrote without an end" in answer.notes[-1]
