"""What Lateline is measured against: LlamaIndex's default pipeline, and BM25 alone. Their answer is what they find."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.errors import UsageError, UserError
from app.settings import Settings
from eval.questions import read_lines
from eval.replies import Failure, Found, Reply, reply_of
from eval.sets import Item
from eval.systems import DEPTH
from index.records import Passage

_TOLD = 2
_WHOLE = sys.maxsize


class Naive:
    """LlamaIndex with nothing chosen (SentenceSplitter 1024/200, vectors only), with the same embedding model.

    It reads `article`, or without one the text of the corpus. Its chunks have no places, so that it cites none.
    """

    name = "naive"
    weighs_patients = False

    def __init__(self, settings: Settings, article: Path | None) -> None:
        text = "\n".join(line for _, line in read_lines(article)) if article else _corpus_text(settings)
        if not text:
            raise UserError(f"{article}: the file is empty.")
        self._search = _default_pipeline(text, settings)

    def reply(self, item: Item) -> Reply | Failure:
        """The two best chunks as the answer to the last turn."""
        start = time.perf_counter()
        found = tuple(Found(text) for text in self._search(item.turns[-1]))
        taken = 1000 * (time.perf_counter() - start)
        return reply_of(_answer(item, "\n\n".join(part.text for part in found[:_TOLD]), []), taken, found)


class Bm25:
    """BM25 over the passages of the corpus, without the lexicon's names: words alone."""

    name = "bm25"
    weighs_patients = False

    def __init__(self, settings: Settings) -> None:
        from index.keywords import Keywords, Terms
        from index.lexicon import Lexicon

        self._passages = _passages(settings)
        self._terms = Terms(Lexicon(()))
        self._keywords = Keywords.of([self._terms.of(f"{part.heading} {part.text}") for part in self._passages])

    def reply(self, item: Item) -> Reply | Failure:
        """The two best passages as the answer to the last turn, each cited."""
        import numpy as np

        start = time.perf_counter()
        scores = self._keywords.scores(self._terms.of(item.turns[-1]))
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        best = [self._passages[number] for number in order]
        taken = 1000 * (time.perf_counter() - start)
        found = tuple(Found(part.text, part.section, part.table, part.row) for part in best)
        said = "\n\n".join(f"{part.text} [{number}]" for number, part in enumerate(best[:_TOLD], start=1))
        return reply_of(_answer(item, said, best[:_TOLD]), taken, found)


def default_retriever(settings: Settings) -> Callable[[str], list[str]]:
    """LlamaIndex's default retriever over the text of the corpus: a question in, the chunks found out."""
    return _default_pipeline(_corpus_text(settings), settings)


def check_article(article: Path | None, system: str) -> None:
    """Raises UsageError where an article is given that cannot be used."""
    if article and system != "naive":
        raise UsageError("eval takes --article together with --system naive only.")
    if article and not article.is_file():
        raise UsageError(f"{article}: no such file; --article takes the article's text.")


def _answer(item: Item, text: str, cited: list[Passage]) -> dict[str, Any]:
    citations = [
        {"n": number, "section": part.section, "table": part.table, "row": part.row, "locator": part.locator}
        | {"text": part.text, "quote": part.text}
        for number, part in enumerate(cited, start=1)
    ]
    return {"question": item.turns[-1], "status": "answered", "answer": text, "citations": citations}


def _passages(settings: Settings) -> tuple[Passage, ...]:
    from index.corpus import read_corpus
    from index.errors import CorpusError
    from index.lexicon import Lexicon
    from index.passages import passages_of

    try:
        documents = read_corpus(settings.corpus_dir)
    except CorpusError as error:
        raise UserError(str(error)) from error
    return tuple(part for one in documents for part in passages_of(one, Lexicon(()), lambda text: 0, _WHOLE))


def _corpus_text(settings: Settings) -> str:
    return "\n\n".join(f"{part.heading}\n{part.text}" for part in _passages(settings))


def _default_pipeline(text: str, settings: Settings) -> Callable[[str], list[str]]:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter

    from app.wiring import reference_model

    model = reference_model(settings)

    class Packaged(BaseEmbedding):  # type: ignore[misc]
        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(number) for number in model.encode([text], prompt=model.prompts.passage)[0]]

        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(number) for number in model.encode([query], prompt=model.prompts.query)[0]]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    built = VectorStoreIndex.from_documents(
        [Document(text=text)],
        transformations=[SentenceSplitter(chunk_size=1024, chunk_overlap=200)],
        embed_model=Packaged(),
    )
    retriever = built.as_retriever(similarity_top_k=DEPTH)
    return lambda question: [hit.get_content() for hit in retriever.retrieve(question)]
