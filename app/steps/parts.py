"""A message that asks several things, parted into its questions: each is answered in the light of the ones before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.steps.draft import Block, Draft, Grid, Statement
from index.lexicon import Lexicon

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
_SUBJECTS = frozenset({"drug", "regimen", "trial", "marker", "class"})
# What is asked of a subject: side effects, figures and doses are always those of some therapy.
_OF_SOME = frozenset({"adverse_event", "endpoint"})
_ASKED_OF_A_DRUG = frozenset({"dosing", "approval"})
# What a later question adds to an answer that has told its best sentence already.
_MOST_FURTHER = 1


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


def with_subject(parts: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The parts, those before the first that names a drug, trial or marker led by that name.

    "How frequent are side effects and how often does the dose come down with regorafenib?" asks both of regorafenib.
    """
    named = [[one for one in lexicon.find(part) if one.kind in _SUBJECTS] for part in parts]
    first = next((number for number, found in enumerate(named) if found), 0)
    told = [one for one in lexicon.find(parts[0]) if one.kind in _OF_SOME or one.id in _ASKED_OF_A_DRUG]
    if not first or not told:
        return parts
    names = " ".join(dict.fromkeys(parts[first][one.start : one.end] for one in named[first]))
    return tuple(f"{names}: {part}" if number < first else part for number, part in enumerate(parts))


def joined(whole: Draft, drafts: Sequence[Draft]) -> Draft:
    """One draft of those of the parts; that of the whole question where a part is no question by itself."""
    if any(draft.status == "out_of_scope" for draft in drafts) or drafts[0].status != "answered":
        return whole
    blocks: list[Block] = []
    for draft in drafts:
        if draft.status == "answered":
            told = {block.text for block in blocks if isinstance(block, Statement)}
            blocks += _best_untold(draft.blocks, told)
    notes = tuple(dict.fromkeys(note for draft in drafts for note in draft.notes))
    return replace(whole, status="answered", blocks=tuple(blocks), notes=notes)


def _best_untold(blocks: Sequence[Block], told: set[str]) -> list[Block]:
    """The best blocks, in their order, that are not told yet: sentences of the prose give way, the lowest score first.

    They stand in the order of the text, so that the first of them need not be the answer.
    """
    ranked = sorted(blocks, key=_rank)
    best = ranked[:_MOST_BLOCKS]
    repeats = isinstance(best[0], Statement) and best[0].text in told
    new = [block for block in best if not (isinstance(block, Statement) and block.text in told)]
    kept = new[:_MOST_FURTHER] if repeats else new
    return [block for block in blocks if any(block is one for one in kept)]


def _rank(block: Block) -> float:
    """Zero for what is no mere sentence of the prose; the sentences after it, the best first."""
    if isinstance(block, Grid) or block.own or block.ruled or not block.support:
        return -9.0
    of_prose = all(place.passage.kind == "paragraph" for place in block.support)
    return -block.support[0].score if of_prose else -9.0
