"""Finding passages: nearest vectors and BM25, fused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from index.embedding import Embedder
from index.keywords import Terms
from index.lexicon import Lexicon
from index.nearest import cosines
from index.passages import Unit, units_of, whole_text
from index.records import Passage
from index.reranking import Reranker
from index.store import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How much the vectors count beside the words; set on the tuned half of eval/questions.
DENSE_SHARE = 0.8
_NEIGHBOURS = 1000
# Where finding each one takes time, fewer.
_NEIGHBOURS_IN_A_LARGE_STORE = 300
# Less than any cosine: the value of a sentence that was not near.
_FAR = -2.0
_TINY = 1e-9
# So many of what was found, at most, are read by a reranker.
RERANKED = 20


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


@dataclass(frozen=True, slots=True)
class _Near:
    """The best values of each passage, shape (passages,), and of each sentence of all passages in a row."""

    cosine: NDArray[np.float32]
    affinity: NDArray[np.float32]
    sentence_cosine: NDArray[np.float32]
    sentence_affinity: NDArray[np.float32]


class Searcher:
    """Searches one loaded index; a `reranker` puts what was found first in order, where there is one."""

    def __init__(self, index: Index, lexicon: Lexicon, embedder: Embedder, reranker: Reranker | None = None) -> None:
        import numpy as np

        self.passages = index.passages
        self._index = index
        self._lexicon = lexicon
        self.embedder = embedder
        self._reranker = reranker
        self._terms = Terms(lexicon)
        self._first_sentence = [0, *accumulate(len(passage.sentences) for passage in index.passages)]
        units = list(units_of(index.passages))
        self._unit_passage = np.array([unit.passage for unit in units], dtype=np.int64)
        self._unit_sentence = np.array([self._place_of(unit) for unit in units], dtype=np.int64)

    def _place_of(self, unit: Unit) -> int:
        """The place of the unit's sentence among all sentences; −1, the place after the last one, where it has none."""
        return -1 if unit.sentence is None else self._first_sentence[unit.passage] + unit.sentence

    def search(self, query: str, most: int = 10) -> list[Hit]:
        """The `most` best passages for `query`, best first; ties in the order of the corpus."""
        import numpy as np

        near = self._near(query)
        words = self.words_alone(query)
        top = float(words.max(initial=0.0))
        among = self._candidates(near, words, most)
        scores = DENSE_SHARE * np.maximum(near.affinity[among], 0.0)
        if top:
            scores += (1 - DENSE_SHARE) / top * words[among]
        best = np.argsort(-scores.round(6), kind="stable")[:most]
        return [self._hit(int(among[place]), float(scores[place]), near) for place in best]

    def reordered(self, query: str, hits: list[Hit]) -> list[Hit]:
        """The hits with the first ones in the order of the reranker, ties as they were; all as they are without one.

        The scores stay at their ranks: the passage that the reranker puts first has the best of them.
        """
        if self._reranker is None:
            return hits
        first = hits[:RERANKED]
        given = self._reranker.scores(query, [whole_text(hit.passage) for hit in first])
        order = sorted(range(len(first)), key=lambda place: -given[place])
        ranked = [replace(first[place], score=hit.score) for place, hit in zip(order, first, strict=True)]
        return ranked + hits[RERANKED:]

    @property
    def reranker(self) -> str:
        """The reranker's fingerprint; empty where there is none."""
        return self._reranker.fingerprint if self._reranker else ""

    @property
    def store(self) -> str:
        """What is searched, and how, in words for a reader."""
        return self._index.vectors.kind

    def nearest_alone(self, vector: NDArray[np.float32]) -> NDArray[np.int64]:
        """Positions of the vectors nearest to this one, shape (dimension,); for those who measure the store."""
        return self._index.vectors.near(vector, _NEIGHBOURS)

    def words_alone(self, query: str) -> NDArray[np.float32]:
        """The BM25 score of every passage, shape (passages,)."""
        return self._index.keywords.scores(self._terms.of(query))

    def _candidates(self, near: _Near, words: NDArray[np.float32], most: int) -> NDArray[np.int64]:
        """The passages of which the best ones are among the `most` best, in order: what is near, what has the words,
        and the first ones, which fill up where too little is found. So that not all of a large library is sorted.
        """
        import numpy as np

        if len(words) <= most:
            return np.arange(len(words))
        worded = np.flatnonzero(words >= max(float(np.partition(words, -most)[-most]), _TINY))
        return np.union1d(np.union1d(np.flatnonzero(near.cosine), worded), np.arange(most))

    def _hit(self, number: int, score: float, near: _Near) -> Hit:
        """One passage found, with the values of those of its sentences that were near."""
        cosine, affinity = round(float(near.cosine[number]), 6), round(float(near.affinity[number]), 6)
        first, end = self._first_sentence[number], self._first_sentence[number + 1]
        cosines = near.sentence_cosine[first:end].tolist()
        affinities = near.sentence_affinity[first:end].tolist()
        there = [sentence for sentence, value in enumerate(cosines) if value > _FAR]
        return Hit(
            self.passages[number],
            round(score, 6),
            cosine,
            {sentence: cosines[sentence] for sentence in there},
            affinity,
            {sentence: affinities[sentence] for sentence in there},
        )

    def _near(self, query: str) -> _Near:
        """What is near in each passage and in each sentence."""
        import numpy as np

        expansion = self._lexicon.expansion(query)
        asked = f"{query} ({expansion})" if expansion else query
        vector = self.embedder.encode([asked], prompt=self._index.manifest.query_prompt)[0]
        store = self._index.vectors
        positions = np.sort(store.near(vector, _NEIGHBOURS if store.is_exact else _NEIGHBOURS_IN_A_LARGE_STORE))
        found = store.at(positions)
        values = cosines(found, vector)
        affinity = self._index.affinity
        affinities = values if affinity is None else affinity.of_units(found, positions, vector)
        passages, sentences = self._unit_passage[positions], self._unit_sentence[positions]
        near = _Near(
            np.zeros(len(self.passages), dtype=np.float32),
            np.zeros(len(self.passages), dtype=np.float32),
            # The last place takes what belongs to no sentence.
            np.full(self._first_sentence[-1] + 1, _FAR, dtype=np.float32),
            np.full(self._first_sentence[-1] + 1, _FAR, dtype=np.float32),
        )
        np.maximum.at(near.cosine, passages, values)
        np.maximum.at(near.affinity, passages, affinities)
        np.maximum.at(near.sentence_cosine, sentences, values)
        np.maximum.at(near.sentence_affinity, sentences, affinities)
        return near
