"""Answers given again: the same bytes, never those of another question, and never more than were allowed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import pytest

from app.answer import Answer
from app.assistant import Assistant
from app.errors import UserError
from app.patient.form import read_patient
from app.steps.memory import AnswerMemory


def answer(name: str) -> Answer:
    return cast(Answer, f"answer {name}")


class Counting:
    """Makes answers and counts how often."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, name: str) -> Answer:
        self.made.append(name)
        return answer(name)


def test_an_answer_is_made_once_and_given_again() -> None:
    memory, make = AnswerMemory(2), Counting()
    for name in ("a", "a", "b", "a"):
        assert memory.answer(name, lambda name=name: make(name)) == answer(name)  # type: ignore[misc]
    assert make.made == ["a", "b"]
    assert memory.given_again == 2


def test_the_one_used_longest_ago_is_forgotten_first() -> None:
    memory, make = AnswerMemory(2), Counting()
    for name in ("a", "b", "a", "c", "a", "b"):
        memory.answer(name, lambda name=name: make(name))  # type: ignore[misc]
    assert make.made == ["a", "b", "c", "b"]


def test_with_size_0_nothing_is_remembered() -> None:
    memory, make = AnswerMemory(0), Counting()
    for _ in range(2):
        memory.answer("a", lambda: make("a"))
    assert make.made == ["a", "a"]
    assert memory.given_again == 0


def test_what_failed_is_tried_again() -> None:
    memory, make = AnswerMemory(2), Counting()

    def fail() -> Answer:
        raise UserError("not now")

    with pytest.raises(UserError):
        memory.answer("a", fail)
    assert memory.answer("a", lambda: make("a")) == answer("a")


def test_two_who_ask_the_same_at_once_make_one_answer() -> None:
    memory, make, begun = AnswerMemory(4), Counting(), threading.Event()

    def slowly() -> Answer:
        begun.wait(5)
        return make("a")

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(memory.answer, "a", slowly) for _ in range(4)]
        begun.set()
        assert {one.result() for one in waiting} == {answer("a")}
    assert make.made == ["a"]


def test_the_assistant_gives_the_same_answer_again_and_another_to_another(assistant: Assistant) -> None:
    assistant.memory.forget()
    first = assistant.ask(["mOS in SUNLIGHT?"])
    assert assistant.ask(["mOS in SUNLIGHT?"]) is first
    assert assistant.ask(["mOS in SUNLIGHT? "]).answer_id != first.answer_id
    assert assistant.ask(["mOS in CORRECT?", "mOS in SUNLIGHT?"]).answer_id != first.answer_id
    told = assistant.ask(["which options?"], read_patient({"ras": "mutant"}))
    assert assistant.ask(["which options?"], read_patient({"ras": "wild_type"})).patient != told.patient


def test_a_remembered_answer_is_the_one_that_would_be_made(assistant: Assistant) -> None:
    questions = ["rego vs Lonsurf 3L", "68M mCRC, RAS mutant, s/p FOLFOX/bev, FOLFIRI", "capital of France?"]
    assistant.memory.forget()
    remembered = [[assistant.ask([question]) for _ in range(2)][1] for question in questions]
    assistant.memory.forget()
    for question, again in zip(questions, remembered, strict=True):
        made = assistant.ask([question])
        assert replace(made, timings_ms={}) == replace(again, timings_ms={})
