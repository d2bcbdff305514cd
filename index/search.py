"""Finding passages: nearest vectors and BM25, fused."""

from __future__ import annotations

from dataclasses import dataclass

from index.embedding import Embedder
from index.keywords import Terms
from index.lexicon import Lexicon
from index.passages import units_of
from index.records import Passage
from index.store import Index

# How much the vectors count beside the words; set on the tuned half of eval/questions.
DENSE_SHARE = 0.8
_NEIGHBOURS = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: `score` fused in 0–1, `cosine` of its nearest unit, and of each sentence that was near."""

    passage: Passage
    score: float
    cosine: float
    sentences: dict[int, float]


class Searcher:
    """Searches one loaded index."""

    def __init__(self, index: Index, lexicon: Lexicon, embedder: Embedder) -> None:
        self.passages = index.passages
        self._index = index
        self._lexicon = lexicon
        self._embedder = embedder
        self._terms = Terms(lexicon)
        self._units = [(unit.passage, unit.sentence) for unit in units_of(index.passages)]

    def search(self, query: str, most: int = 10) -> list[Hit]:
        """The `most` best passages for `query`, best first; ties in the order of the corpus."""
        cosines, sentences = self._dense(query)
        words = self._index.keywords.scores(self._terms.of(query))
        top = float(words.max(initial=0.0))
        hits = []
        for number, passage in enumerate(self.passages):
            word_score = float(words[number]) / top if top else 0.0
            cosine = cosines.get(number, 0.0)
            score = DENSE_SHARE * max(cosine, 0.0) + (1 - DENSE_SHARE) * word_score
            hits.append(Hit(passage, round(score, 6), round(cosine, 6), sentences.get(number, {})))
        return sorted(hits, key=lambda hit: -hit.score)[:most]

    def _dense(self, query: str) -> tuple[dict[int, float], dict[int, dict[int, float]]]:
        expansion = self._lexicon.expansion(query)
        vector = self._embedder.encode([f"{query} ({expansion})" if expansion else query])[0]
        best: dict[int, float] = {}
        sentences: dict[int, dict[int, float]] = {}
        for position, cosine in self._index.vectors.search(vector, min(_NEIGHBOURS, len(self._units))):
            passage, sentence = self._units[position]
            best.setdefault(passage, cosine)
            if sentence is not None:
                sentences.setdefault(passage, {}).setdefault(sentence, cosine)
        return best, sentences
