"""What `lateline bench` measures and tells: medians, ratios within one run, aims met or missed, and its files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from app.assistant import Assistant
from app.errors import UserError
from app.settings import Settings, load_settings
from eval.bench import warm
from eval.bench.aims import AIMS, Held, held
from eval.bench.cold import environment, run
from eval.bench.figures import Figure, Part, beside, figure, in_turn
from eval.bench.machine import machine
from eval.bench.profile import profiled
from eval.bench.report import BenchReport, markdown, write
from eval.bench.scale import recall, scale, synthetic


def test_figures_are_median_and_nearly_the_highest() -> None:
    summed = figure("a", [float(number) for number in range(101)])
    assert (summed.p50, summed.p99, summed.count) == (50, 99, 101)
    assert (figure("b", [3.0]).p50, figure("c", []).p50) == (3, 0)


def test_contenders_take_turns_in_beginning() -> None:
    order: list[str] = []
    contenders = {name: lambda value, name=name: order.append(f"{name}{value}") for name in "ab"}
    taken = in_turn(contenders, [1, 2])
    assert order == ["a1", "b1", "b2", "a2"]
    assert {name: len(values) for name, values in taken.items()} == {"a": 2, "b": 2}


def test_a_ratio_is_that_of_the_medians_of_one_part() -> None:
    first, second, third = beside([Figure("a", 6, 6), Figure("b", 4, 4), Figure("c", 1, 1)], {"a": "b", "c": "none"})
    assert (first.ratio, first.baseline) == (1.5, "b")
    assert second.ratio is None
    assert third.ratio is None


def test_aims_are_met_missed_or_not_measured() -> None:
    parts = (
        Part(
            "One question, loaded",
            (Figure(warm.ANSWER, 9, 9), Figure(warm.EMBEDDING, 4, 4), Figure(warm.NAIVE, 30, 30)),
        ),
        Part("Many questions", (Figure("ask --batch, start included", 310, 310, "questions/s"),)),
    )
    found = held(parts)
    assert [one.met for one in found[:3]] == [False, True, None]
    assert found[0].measured == 9 / 4
    batch = next(one for aim, one in zip(AIMS, found, strict=True) if aim.at_least)
    assert batch.met is True


def test_an_answer_is_measured_beside_what_it_is_made_of(assistant: Assistant, settings: Settings) -> None:
    assistant.memory.forget()
    embedder = assistant.searcher.embedder
    loaded, steps = warm.warm(assistant, settings, [f"mOS in SUNLIGHT, please ({number})?" for number in range(6)])
    assert assistant.searcher.embedder is embedder
    medians = {one.name: one.p50 for one in loaded.figures}
    assert medians.keys() == {
        warm.ANSWER, warm.EMBEDDING, warm.REST, warm.NAIVE, warm.REFERENCE, warm.RETRIEVAL, warm.FLAT, warm.WORDS,
    }  # fmt: skip
    assert all(value > 0 for value in medians.values())
    assert {"retrieve", "compose", "verify", "total"} <= {one.name for one in steps.figures}


def test_a_command_that_fails_is_named(settings: Settings) -> None:
    seconds, memory = run([sys.executable, "-c", "pass"], environment(settings))
    assert seconds > 0
    assert memory > 1
    with pytest.raises(UserError, match="failed with status 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], environment(settings))


def test_synthetic_vectors_are_of_length_1_near_real_ones_and_the_same_each_time() -> None:
    real = np.eye(8, dtype=np.float32)
    made = synthetic(real, 50, 0.3)
    assert made.shape == (50, 8)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert ((made @ real.T).max(axis=1) > 0.7).all()
    assert np.array_equal(made, synthetic(real, 50, 0.3))
    assert np.array_equal(real, np.eye(8, dtype=np.float32))


def test_recall_is_the_share_found() -> None:
    assert recall([np.array([1, 2]), np.array([3, 4])], [np.array([2, 1]), np.array([3, 5])]) == 0.75


def test_a_small_store_is_exact_and_says_so() -> None:
    part = scale(np.eye(16, dtype=np.float32), [200])
    search = part.figures[0]
    assert "exactly" in search.note
    assert "1.0000" in search.note
    assert search.ratio is not None


def test_a_profile_names_what_was_run() -> None:
    def answer_slowly(question: str) -> int:
        return sum(number * number for number in range(200_000))

    text, page = profiled(answer_slowly, ["a"] * 5)
    assert "answer_slowly" in text
    assert "<html" in page


def test_the_report_is_json_markdown_and_a_page_of_its_own(tmp_path: Path) -> None:
    part = Part("One <part>", beside([Figure("a", 6, 7), Figure("b", 4, 4)], {"a": "b"}))
    report = BenchReport(
        "1.0", machine(), (part,), (Held("a: at most 1", 6.0, False),), "profile <text>", "<html></html>"
    )
    write(report, tmp_path / "bench")
    facts = json.loads((tmp_path / "bench" / "bench.json").read_text(encoding="utf-8"))
    assert facts["parts"][0]["figures"][0]["ratio"] == 1.5
    assert facts["machine"]["cores"]
    assert "profile_page" not in facts
    assert "| a | 6 | 7 | ms | 1 | 1.50 | b |  |" in markdown(report)
    page = (tmp_path / "bench" / "bench.html").read_text(encoding="utf-8")
    assert "One &lt;part&gt;" in page
    assert "profile &lt;text&gt;" in page
    assert "http" not in page
    assert (tmp_path / "bench" / "profile.html").is_file()


def test_a_command_that_is_measured_has_the_settings_on_models(tmp_path: Path) -> None:
    plain = Settings(index_dir=tmp_path / "index", corpus_dir=tmp_path / "corpus")
    other = {"embedding_query_prompt": "query: ", "query_precision": "int8", "reranker": "/srv/reranker"}
    for settings in (plain, plain.model_copy(update=other)):
        assert load_settings(None, environment(settings)).settings == settings
