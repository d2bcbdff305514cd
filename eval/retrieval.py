"""Retrieval measured: hit@1, hit@2 and hit@5 of Lateline's index, and of LlamaIndex's default pipeline beside it.

    python -m eval.retrieval --article ../shared/review/review.txt

A hit is a passage at one of the places that the question's gold names. The default pipeline's chunks carry no places,
so for it a hit is a chunk that holds a string of every gold group; that reading is given for Lateline too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from app.settings import load_settings
from app.ui.progress import say
from app.wiring import load_assistant
from eval.questions import SETS, Question, at_place, read_questions
from index.records import Passage

DEPTH = 5


@dataclass(frozen=True, slots=True)
class Score:
    """Share of questions with a hit among the first 1, 2 and 5 results; `milliseconds` is a query's median."""

    system: str
    reading: str
    hit_1: float
    hit_2: float
    hit_5: float
    milliseconds: float


def main() -> int:
    """Prints a Markdown table for each question set. Exit status 0, or 1 where the article is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--article", type=Path, help="the article's text, for the baseline")
    options = parser.parse_args()
    if options.article and not options.article.is_file():
        print(f"{options.article}: no such file.", file=sys.stderr)
        return 1
    lateline = _lateline()
    baseline = _llama_index_default(options.article) if options.article else None
    for name in ("tuned", "frozen"):
        questions = [question for question in read_questions(SETS / f"{name}.jsonl") if question.status == "answered"]
        print(
            f"\n{name}: {len(questions)} answerable questions\n\n| system | a hit is | hit@1 | hit@2 | hit@5 | p50 ms |"
        )
        print("| --- | --- | --- | --- | --- | --- |")
        scores = [_score_places(questions, *lateline), _score_gold("lateline", questions, lateline[1])]
        if baseline:
            scores.append(_score_gold("LlamaIndex default (1024/200)", questions, baseline))
        for score in scores:
            figures = f"{score.hit_1:.3f} | {score.hit_2:.3f} | {score.hit_5:.3f} | {score.milliseconds:.1f}"
            print(f"| {score.system} | {score.reading} | {figures} |")
    return 0


_T = TypeVar("_T")
_Texts = Callable[[str], list[str]]
_Passages = Callable[[str], list[Passage]]


def _lateline() -> tuple[_Passages, _Texts]:
    assistant = load_assistant(load_settings(None).settings, say)

    def passages(text: str) -> list[Passage]:
        return [hit.passage for hit in assistant.evidence(text).hits[:DEPTH]]

    return passages, lambda text: [passage.text for passage in passages(text)]


def _llama_index_default(article: Path) -> _Texts:
    """SentenceSplitter 1024/200, the same MiniLM, vectors only: what the library does when nothing is chosen."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter

    from index.embedding import SentenceTransformerEmbedder

    model = SentenceTransformerEmbedder()

    class MiniLM(BaseEmbedding):  # type: ignore[misc]
        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(number) for number in model.encode([text])[0]]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    built = VectorStoreIndex.from_documents(
        [Document(text=article.read_text(encoding="utf-8"))],
        transformations=[SentenceSplitter(chunk_size=1024, chunk_overlap=200)],
        embed_model=MiniLM(),
    )
    retriever = built.as_retriever(similarity_top_k=DEPTH)
    return lambda text: [hit.get_content() for hit in retriever.retrieve(text)]


def _score_places(questions: Sequence[Question], passages: _Passages, _: _Texts) -> Score:
    def is_hit(question: Question, found: Passage) -> bool:
        return at_place(question.locators, found.section, found.table, found.row)

    return _score("lateline", "passage at the right place", questions, passages, is_hit)


def _score_gold(system: str, questions: Sequence[Question], texts: _Texts) -> Score:
    def is_hit(question: Question, found: str) -> bool:
        said = found.casefold()
        return all(any(string.casefold() in said for string in group) for group in question.gold)

    return _score(system, "text with every gold group", questions, texts, is_hit)


def _score(
    system: str,
    reading: str,
    questions: Sequence[Question],
    search: Callable[[str], list[_T]],
    is_hit: Callable[[Question, _T], bool],
) -> Score:
    ranks, times = [], []
    search(questions[0].question)
    for question in questions:
        start = time.perf_counter()
        found = search(question.question)
        times.append(time.perf_counter() - start)
        ranks.append(next((rank for rank, item in enumerate(found, start=1) if is_hit(question, item)), 0))
    one, two, five = (sum(0 < rank <= depth for rank in ranks) / len(questions) for depth in (1, 2, DEPTH))
    return Score(system, reading, one, two, five, 1000 * median(times))


if __name__ == "__main__":
    sys.exit(main())
