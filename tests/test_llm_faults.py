"""Whatever a language model's server does wrong, the answer is there in bounded time, in the evidence's own words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from phrasing import NAME, PATIENT, SURVIVAL, TOXICITY, faithful, phrasing
from scripted_model import Body, Script, Turn, said, scripted

from app.answer import Answer
from app.assistant import Assistant
from app.steps.llm_breaker import Breaker
from app.steps.llm_calls import ModelFault, Watch

BOUND_S = 1.0
# What a busy machine may need beside the bound: generous, for this is no test of speed.
GRACE_S = 10.0
WORDS = "The most frequent TRAEs of regorafenib were hypertension and fatigue. "


def always(turn: Turn) -> Script:
    return lambda body: turn


def rules_given_back(body: Body) -> Turn:
    return said(str(body["messages"][0]["content"]))


GERMAN = (
    "Die häufigsten Nebenwirkungen waren Bluthochdruck, Durchfall und Müdigkeit, und die Dosis wurde oft reduziert, "
    "vor allem während der ersten beiden Zyklen der Behandlung [2]."
)
NOTHING_HOLDS = "wrote no sentence that the evidence bears out"
FAULTS: dict[str, tuple[Script, str]] = {
    "slow": (always(Turn(("late",), first_s=30)), "took longer than it is given"),
    "slow between words": (always(Turn(tuple(WORDS.split()) * 40, pause_s=0.2)), "took longer than it is given"),
    "hangs at the end": (always(Turn((WORDS,), end="hang")), "took longer than it is given"),
    "429": (always(Turn(status=429, headers=(("Retry-After", "7"),))), "has too many requests (429)"),
    "500": (always(Turn(status=500)), "failed (500)"),
    "503": (always(Turn(status=503)), "failed (503)"),
    "401": (always(Turn(status=401)), "does not accept the key (401)"),
    "404": (always(Turn(status=404)), "refused the request (404)"),
    "redirect": (always(Turn(status=302, headers=(("Location", "http://192.0.2.1/"),))), "refused the request (302)"),
    "cut stream": (always(Turn((WORDS,), end="cut")), "broke off in the middle"),
    "stream without an end": (always(Turn(raw=b'data: {"choices": []}\n\n')), "broke off in the middle"),
    "invalid JSON": (always(Turn(raw=b'data: {"choices": [{\n\n')), "gave a reply that cannot be read"),
    "no stream at all": (always(Turn(raw=b"<html>It works!</html>")), "broke off in the middle"),
    "error in the stream": (
        always(Turn(raw=b'data: {"error": {"message": "out of memory"}}\n\n')), "gave a reply that cannot be read",
    ),
    "empty": (always(Turn(())), "wrote nothing"),
    "spaces": (always(Turn((" \n ", "\n"))), "wrote nothing"),
    "endless": (always(Turn(("and so on " * 300,) * 40)), "wrote without an end"),
    "too long for its tokens": (always(Turn((WORDS,), end="length")), "wrote without an end"),
    "wrong language": (always(said(GERMAN)), "did not write English"),
    "reasoning alone": (always(said("<think>The user asks for toxicity. I should …")), NOTHING_HOLDS),
    "prompt leak": (rules_given_back, "gave back its instructions"),
    "no evidence": (always(said("NO EVIDENCE")), "found no answer in the evidence"),
    "no citation": (always(said("Regorafenib is quite toxic. Many patients stop it.")), NOTHING_HOLDS),
    "unknown citation": (always(said(f"{WORDS.strip(' .')} [99].")), NOTHING_HOLDS),
    "babble": (always(said("Lorem ipsum dolor [1] sit amet the of and in to [2].")), NOTHING_HOLDS),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_the_extractive_answer_with_one_line_that_says_so(assistant: Assistant, fault: str) -> None:
    script, why = FAULTS[fault]
    wanted = assistant.ask([TOXICITY])
    with scripted(script) as model:
        start = time.monotonic()
        answer = phrasing(assistant, model, BOUND_S).ask([TOXICITY])
        assert time.monotonic() - start < BOUND_S + GRACE_S
    assert_as_without_model(answer, wanted, why)


def assert_as_without_model(answer: Answer, wanted: Answer, why: str) -> None:
    assert (answer.answer, answer.citations, answer.status) == (wanted.answer, wanted.citations, wanted.status)
    assert (answer.patient, answer.options, answer.tests) == (wanted.patient, wanted.options, wanted.tests)
    assert answer.generator == "extractive"
    assert answer.answer_id != wanted.answer_id
    added = [note for note in answer.notes if note not in wanted.notes]
    assert added == [f"The language model tiny {why}; this answer is in the words of the evidence, as without it."]


def test_a_server_that_is_down_is_said(assistant: Assistant) -> None:
    with scripted(faithful) as model:
        pass
    asked = phrasing(assistant, model, BOUND_S)
    assert_as_without_model(asked.ask([TOXICITY]), assistant.ask([TOXICITY]), "cannot be reached")
    assert_as_without_model(asked.ask([PATIENT]), assistant.ask([PATIENT]), "cannot be reached")


def test_after_a_fault_the_model_is_asked_again_and_a_good_answer_is_remembered(assistant: Assistant) -> None:
    turns = iter([Turn(status=500), None, None])
    with scripted(lambda body: next(turns) or faithful(body)) as model:
        asked = phrasing(assistant, model, memory=4)
        assert [asked.ask([TOXICITY]).generator for _ in range(3)] == ["extractive", NAME, NAME]
        assert len(model.asked) == 2


def test_the_circuit_breaker_leaves_a_failing_server_alone(assistant: Assistant) -> None:
    now = [0.0]
    with scripted(always(Turn(status=500))) as model:
        asked = phrasing(assistant, model, breaker=Breaker(2, 30.0, lambda: now[0]))
        notes = [asked.ask([TOXICITY]).notes[-1] for _ in range(4)]
        assert len(model.asked) == 2
        assert "failed (500)" in notes[1]
        assert "failed several times and is left alone for a while" in notes[2]
        now[0] = 31.0
        asked.ask([TOXICITY])
        asked.ask([TOXICITY])
        assert len(model.asked) == 3
        now[0], model.script = 62.0, faithful
        assert [asked.ask([question]).generator for question in (TOXICITY, SURVIVAL)] == [NAME, NAME]


def test_the_breaker_waits_as_long_as_the_server_asks() -> None:
    now = [0.0]
    breaker = Breaker(3, 30.0, lambda: now[0])
    breaker.check()
    breaker.failed(wait_s=7.0)
    now[0] = 6.0
    with pytest.raises(ModelFault, match="left alone"):
        breaker.check()
    now[0] = 7.5
    breaker.check()


@pytest.mark.parametrize(
    "turn", [Turn(("late",), first_s=60), Turn((WORDS,), end="hang")], ids=["before the first word", "in the middle"]
)
def test_cancelling_ends_the_request(assistant: Assistant, turn: Turn) -> None:
    watch = Watch()
    with scripted(always(turn)) as model:
        asked = phrasing(assistant, model, 60.0)
        run(lambda: asked.ask([TOXICITY], watch=watch), until=lambda: bool(model.asked), then=watch.cancelled.set)
        assert model.hung_up.wait(GRACE_S)


def test_nothing_of_a_question_stays_in_a_message_on_a_fault(assistant: Assistant) -> None:
    with scripted(always(Turn(raw=b'data: {"error": {"message": "bad: How toxic is regorafenib?"}}\n\n'))) as model:
        notes = phrasing(assistant, model).ask([TOXICITY]).notes
    assert not any("How toxic" in note for note in notes)


def run(work: Callable[[], object], until: Callable[[], bool], then: Callable[[], None]) -> None:
    """Runs the work on a thread, and `then` as soon as `until` holds; the work must end."""
    thread = threading.Thread(target=work)
    thread.start()
    stop = time.monotonic() + GRACE_S
    while not until() and time.monotonic() < stop:
        time.sleep(0.01)
    then()
    thread.join(GRACE_S)
    assert not thread.is_alive()
