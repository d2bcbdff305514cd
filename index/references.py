"""Reference numbers in brackets, as a review prints them: [10], [2,3], [19–25]."""

from __future__ import annotations

import re
from functools import lru_cache

_BRACKET = re.compile(r"\s*\[(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\]")


def references_in(text: str) -> tuple[str, ...]:
    """The reference numbers that `text` cites, ranges unfolded, in order of appearance, each once."""
    found: dict[str, None] = {}
    for bracket in _BRACKET.finditer(text):
        for part in bracket.group(1).split(","):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            found.update(dict.fromkeys(str(number) for number in range(ends[0], ends[-1] + 1)))
    return tuple(found)


@lru_cache(maxsize=4096)
def without_references(text: str) -> str:
    """`text` as one reads it aloud: bracketed reference numbers and the space before them left out."""
    return _BRACKET.sub("", text)
