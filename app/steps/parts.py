"""A message that asks several things, parted into its questions: each is answered in the light of the ones before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.steps.draft import Block, Draft, Grid

_BOUNDARY = re.compile(
    r"(?<=\?)\s+(?=\S)"
    r"|\s*[,;–—-]+\s+(?:(?:and|but|or)\s+)?(?=(?:what|which|why|how|who)\b|(?:when|where) (?:is|are|was|were|"
    r"does|do|did|"
    r"has|have|can|should)\b)"
    r"|\s*[,;–—-]+\s+(?:and|but|or)\s+(?=(?:is|are|was|were|does|do|did|has|have|can|should)\b)"
    r"|\s+and\s+(?=(?:what|which|why|how|who|is|are|was|were|does|do|did|has|have|can|should) \w)",
    re.I,
)
_ASKS = re.compile(
    r"\?\W*$|^\W*(?:(?:and|but|or|so)\W+)?(?:what|which|when|why|how|who|where|with|by|for|on|in|is|are|was|were|"
    r"does|do|"
    r"did|has|have|can|should)\b",
    re.I,
)
_COMPUTED = re.compile(r"\d − \d[\d.]* = ")
_FEWEST_WORDS = 3
_MOST_PARTS = 3
_MOST_BLOCKS = 3


def parts_of(text: str) -> tuple[str, ...]:
    """The questions of the text in order; the text alone where it is one, or more than can be parted safely."""
    cut = [part.strip(" ,;") for part in _BOUNDARY.split(text) if part and part.strip(" ,;?")]
    if not 1 < len(cut) <= _MOST_PARTS:
        return (text,)
    if any(len(part.split()) < _FEWEST_WORDS or not _ASKS.search(part) for part in cut):
        return (text,)
    return tuple(cut)


def is_computed(draft: Draft) -> bool:
    """Whether the draft has a table, or several differences, made for the whole question."""
    differences = [block for block in draft.blocks if not isinstance(block, Grid) and _COMPUTED.search(block.text)]
    return len(differences) > 1 or any(isinstance(block, Grid) for block in draft.blocks)


def joined(whole: Draft, drafts: Sequence[Draft]) -> Draft:
    """One draft of those of the parts; that of the whole question where a part is no question by itself."""
    if any(draft.status == "out_of_scope" for draft in drafts) or drafts[0].status != "answered":
        return whole
    blocks: dict[Block, None] = {}
    for draft in drafts:
        if draft.status == "answered":
            blocks.update(dict.fromkeys(draft.blocks[:_MOST_BLOCKS]))
    notes = tuple(dict.fromkeys(note for draft in drafts for note in draft.notes))
    return replace(whole, status="answered", blocks=tuple(blocks), notes=notes)
