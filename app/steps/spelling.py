"""Slips of typing in a question, put right towards the words of the corpus and of the questions it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

# Words that questions are made of and that the corpus may not have.
QUESTION_WORDS = frozenset(
    "which what when where whose trial trials study studies table tables longest shortest highest lowest largest "
    "smallest best worst better longer shorter higher lower difference compare compared comparison significant "
    "significantly between against versus patients patient median survival response treatment treatments drugs "
    "approved approval information knowledge trust source review authors reported recommend recommended evidence "
    "benefit improve improved prolong prolonged respond responded progression second third first fourth placebo "
    "control dose toxicity severe frequent common options listed".split()
)
_WORD = re.compile(r"[^\W\d_]{4,}")
# So many letters a word has at least for two slips to be put right.
_TWO_SLIPS = 9


class Spelling:
    """Corrects what is no word of English, of the corpus or of the lexicon, and one slip away from one that is."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word.casefold() for word in words if len(word) >= 4 and word.isalpha())

    def knows(self, word: str) -> bool:
        """Whether the word, or its singular, is one of the corpus or of the lexicon."""
        lower = word.casefold()
        return lower in self._words or lower.removesuffix("s") in self._words

    def corrected(self, text: str) -> str:
        """The text with such words replaced; names in capitals stay as they are."""
        return _WORD.sub(lambda match: self._of(match.group()), text)

    def _of(self, word: str) -> str:
        lower = word.casefold()
        if lower in self._words or sum(map(str.isupper, word)) > 1:
            return word
        near = self._nearest(lower)
        return near if near and not is_english(lower) else word

    def _nearest(self, word: str) -> str | None:
        """The one word that is nearest, beginning with the same letter (or with the first two exchanged)."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        alike = self._by_letter.get(word[0], ()) + (self._by_letter.get(word[1], ()) if word[1] != word[0] else ())
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=slips, limit=2)
        found = [hit for hit in found if hit[0][0] == word[0] or hit[0][:2] == word[1::-1]]
        if not found or (len(found) > 1 and found[0][1] == found[1][1] and not _same_stem(found[0][0], found[1][0])):
            return None
        return str(found[0][0])

    @cached_property
    def _by_letter(self) -> dict[str, tuple[str, ...]]:
        letters: dict[str, list[str]] = {}
        for word in sorted(self._words):
            letters.setdefault(word[0], []).append(word)
        return {letter: tuple(words) for letter, words in letters.items()}


def _same_stem(one: str, other: str) -> bool:
    """ "trial" and "trials": either will do."""
    return one.removesuffix("s") == other.removesuffix("s")


@lru_cache(maxsize=4096)
def is_english(word: str) -> bool:
    """Whether the word, or its singular, stands in a dictionary of English."""
    known = _dictionary()
    return word in known or word.removesuffix("s") in known or word.replace("is", "iz") in known


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    # Half a second to load: only where a word needs it.
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(distance=1).word_frequency.dictionary)
