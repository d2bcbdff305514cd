"""A cross-encoder puts what was found in its order, only where one is set; a missing one is said in one sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_models
from test_library import write_corpus

from app.assistant import Assistant
from app.errors import UserError
from app.settings import Settings
from app.wiring import load_assistant
from index.errors import ModelUnusable
from index.passages import whole_text
from index.reranking import CrossEncoderReranker, reranker_of
from index.search import RERANKED

QUESTIONS = ("What is recommended after progression?", "Is ctDNA needed before rechallenge?", "Who had neutropenia?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.cross_encoder(tmp_path_factory.mktemp("models") / "reranker")


@pytest.fixture(scope="module")
def reranked(settings: Settings, folder: Path) -> Assistant:
    """An assistant over the same index, with the reranker."""
    return load_assistant(settings.model_copy(update={"reranker": str(folder)}), say=lambda line: None)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_passages_are_in_the_order_of_its_scores(
    assistant: Assistant, reranked: Assistant, folder: Path, question: str
) -> None:
    before, after = assistant.searcher.search(question, 40), reranked.searcher.search(question, 40)
    assert before == after
    ordered = reranked.searcher.reordered(question, after)
    given = CrossEncoderReranker(str(folder)).scores(question, [whole_text(hit.passage) for hit in before])
    of = {hit.passage.id: score for hit, score in zip(before, given, strict=True)}
    first = [hit.passage.id for hit in ordered[:RERANKED]]
    assert first == sorted((hit.passage.id for hit in before[:RERANKED]), key=lambda name: -of[name])
    assert first != [hit.passage.id for hit in before[:RERANKED]]
    assert [hit.passage.id for hit in ordered[RERANKED:]] == [hit.passage.id for hit in before[RERANKED:]]
    assert [hit.score for hit in ordered] == [hit.score for hit in before]
    assert assistant.searcher.reordered(question, before) is before


def test_the_answer_follows_it_and_has_another_id(assistant: Assistant, reranked: Assistant) -> None:
    plain, other = (one.evidence(QUESTIONS[0]).hits for one in (assistant, reranked))
    assert [hit.passage.id for hit in plain] != [hit.passage.id for hit in other]
    answers = [one.ask([QUESTIONS[0]]) for one in (assistant, reranked, reranked)]
    assert answers[0].answer_id != answers[1].answer_id == answers[2].answer_id
    assert [place.text for place in answers[0].citations] != [place.text for place in answers[1].citations]
    assert all(answer.verified for answer in answers)


def test_another_reranker_is_told_from_this_one(folder: Path, tmp_path: Path) -> None:
    one = CrossEncoderReranker(str(folder))
    same = CrossEncoderReranker(str(shutil.copytree(folder, tmp_path / "same")))
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    with (other / "tokenizer_config.json").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert one.fingerprint == same.fingerprint != CrossEncoderReranker(str(other)).fingerprint


def test_scores_are_the_same_in_whatever_company(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder))
    passages = ["Firewort was given to nobody.", "x", "Smokeweed helps them. " * 12]
    together = reranker.scores("Who got it?", passages)
    alone = [reranker.scores("Who got it?", [passage])[0] for passage in passages]
    assert together == pytest.approx(alone, abs=2e-5)
    assert len(set(together)) == 3
    assert reranker.scores("Who got it?", []) == []


def test_without_one_nothing_of_it_is_loaded() -> None:
    assert reranker_of("") is None
    heavy = {"torch", "transformers", "sentence_transformers"}
    code = f"import sys, index.search, app.steps.retrieve; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode == 0


@pytest.mark.parametrize("name", ["missing/../folder", "valley/no-such-reranker", "here"])
def test_one_that_is_not_there_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    settings = Settings(corpus_dir=write_corpus(tmp_path / "corpus"), index_dir=tmp_path / "index", reranker=name)
    with pytest.raises(UserError) as caught:
        load_assistant(settings, say=lambda line: None)
    message = str(caught.value)
    assert message.startswith(name) and "set reranker" in message and message.count("\n") == 0
    assert not settings.index_dir.exists()


def test_a_classifier_with_several_labels_or_half_its_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    several = tiny_models.cross_encoder(tmp_path / "several", labels=3)
    with pytest.raises(ModelUnusable, match=r"gives 3 values for a pair, but a reranker gives one; set reranker"):
        CrossEncoderReranker(str(several))
    (several / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(ModelUnusable, match="the model cannot be loaded"):
        CrossEncoderReranker(str(several))
