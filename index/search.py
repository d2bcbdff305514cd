"""Finding passages: nearest vectors and BM25, fused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.embedding import Embedder
from index.keywords import Terms
from index.lexicon import Lexicon
from index.passages import units_of
from index.records import Passage
from index.store import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How much the vectors count beside the words; set on the tuned half of eval/questions.
DENSE_SHARE = 0.8
_NEIGHBOURS = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: `score` fused in 0–1, `cosine` of its nearest unit, and of each sentence that was near.

    `affinity` and `affinities` are those of the same (`index.affinity`), or the cosines where none was learned.
    """

    passage: Passage
    score: float
    cosine: float
    sentences: dict[int, float]
    affinity: float
    affinities: dict[int, float]


@dataclass(slots=True)
class _Near:
    cosine: float = 0.0
    affinity: float = 0.0
    sentences: dict[int, float] = field(default_factory=dict)
    affinities: dict[int, float] = field(default_factory=dict)


_NOWHERE = _Near()


class Searcher:
    """Searches one loaded index."""

    def __init__(self, index: Index, lexicon: Lexicon, embedder: Embedder) -> None:
        self.passages = index.passages
        self._index = index
        self._lexicon = lexicon
        self._embedder = embedder
        self._terms = Terms(lexicon)
        self._vectors = index.vectors.all()
        self._units = [(unit.passage, unit.sentence) for unit in units_of(index.passages)]

    def search(self, query: str, most: int = 10) -> list[Hit]:
        """The `most` best passages for `query`, best first; ties in the order of the corpus."""
        near = self._near(query)
        words = self._index.keywords.scores(self._terms.of(query))
        top = float(words.max(initial=0.0))
        hits = []
        for number, passage in enumerate(self.passages):
            word_score = float(words[number]) / top if top else 0.0
            found = near.get(number, _NOWHERE)
            score = DENSE_SHARE * max(found.affinity, 0.0) + (1 - DENSE_SHARE) * word_score
            cosine, affinity = round(found.cosine, 6), round(found.affinity, 6)
            hits.append(Hit(passage, round(score, 6), cosine, found.sentences, affinity, found.affinities))
        return sorted(hits, key=lambda hit: -hit.score)[:most]

    def _near(self, query: str) -> dict[int, _Near]:
        """What is near in each passage, by its number."""
        expansion = self._lexicon.expansion(query)
        vector = self._embedder.encode([f"{query} ({expansion})" if expansion else query])[0]
        positions, cosines = self._index.vectors.search(vector, min(_NEIGHBOURS, len(self._units)))
        affinities = self._affinities(vector, positions, cosines)
        near: dict[int, _Near] = {}
        for position, cosine, affinity in zip(positions.tolist(), cosines.tolist(), affinities.tolist(), strict=True):
            passage, sentence = self._units[position]
            found = near.setdefault(passage, _Near())
            found.cosine = max(found.cosine, cosine)
            found.affinity = max(found.affinity, affinity)
            if sentence is not None:
                found.sentences[sentence] = max(found.sentences.get(sentence, -1.0), cosine)
                found.affinities[sentence] = max(found.affinities.get(sentence, -1.0), affinity)
        return near

    def _affinities(
        self, query: NDArray[np.float32], positions: NDArray[np.int64], cosines: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        affinity = self._index.affinity
        if affinity is None:
            return cosines
        found: NDArray[np.float32] = self._vectors[positions] @ affinity.direction(query)
        return found / affinity.lengths[positions]
