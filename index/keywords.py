"""BM25 over stemmed words and lexicon entries: two names of one drug are one term."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.lexicon import Lexicon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9\u00c0-\u024f\u0370-\u03ff]+(?:[.][0-9]+)?")
_STOPWORDS = frozenset(
    "a an and are as at be been but by can did do does for from had has have how i if in into is it its me my "
    "of on or our should so tell than that the their them then there these they this to us was we were what "
    "when where which who why will with would you your please about any give show".split()
)


class Terms:
    """Turns a text into the terms that BM25 counts."""

    def __init__(self, lexicon: Lexicon) -> None:
        import Stemmer

        self._lexicon = lexicon
        self._stem = Stemmer.Stemmer("english").stemWord

    def of(self, text: str, misspelled: bool = True) -> list[str]:
        """Stemmed words without stop words, and `=id` for every lexicon entry that the text names."""
        words = [self._stem(word) for word in _WORD.findall(text.casefold()) if word not in _STOPWORDS]
        return words + [f"={name}" for name in sorted(self._lexicon.entity_ids(text, misspelled))]


class Keywords:
    """A BM25 index over the passages, in their order."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    @classmethod
    def of(cls, documents: Sequence[list[str]]) -> Keywords:
        import bm25s

        # Numbered in order: bm25s by itself numbers the terms in the order of a set, which differs from run to run.
        vocabulary = {
            term: number for number, term in enumerate(sorted({term for terms in documents for term in terms}))
        }
        ids = [[vocabulary[term] for term in terms] for terms in documents]
        engine = bm25s.BM25(method="lucene")
        engine.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        return cls(engine)

    @classmethod
    def load(cls, folder: Path) -> Keywords:
        import bm25s

        return cls(bm25s.BM25.load(str(folder), load_corpus=False))

    def save(self, folder: Path) -> None:
        self._engine.save(str(folder), show_progress=False)

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every passage, shape (passages,); zeros where no term is known."""
        import numpy as np

        known = [term for term in terms if term and term in self._engine.vocab_dict]
        if not known:
            return np.zeros(int(self._engine.scores["num_docs"]), dtype=np.float32)
        scores: NDArray[np.float32] = self._engine.get_scores(known)
        return scores
