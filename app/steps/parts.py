"""A message that asks several things, parted into its questions: each is answered in the light of the ones before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.steps.draft import Block, Draft, Grid, Statement, Support
from index.lexicon import Lexicon
from index.references import without_references

_BOUNDARY = re.compile(
    r"(?<=\?)\s+(?=\S)"
    r"|\s*[,;–—-]+\s+(?:(?:and|but|or)\s+)?(?=(?:what|which|why|how|who)\b|(?:when|where) (?:is|are|was|were|"
    r"does|do|did|"
    r"has|have|can|should)\b)"
    r"|\s*[,;–—-]+\s+(?:and|but|or)\s+(?=(?:is|are|was|were|does|do|did|has|have|can|should)\b)"
    r"|\s+and\s+(?=(?:(?:with |in |for |at |on )?(?:what|which)|why|how|who|when|where|is|are|was|were|does|do|did|"
    r"has|have|can|should) \w)",
    re.I,
)
_ASKS = re.compile(
    r"\?\W*$|^\W*(?:(?:and|but|or|so)\W+)?(?:what|which|when|why|how|who|where|with|by|for|on|in|is|are|was|were|"
    r"does|do|"
    r"did|has|have|can|should)\b",
    re.I,
)
_COMPUTED = re.compile(r"\d − \d[\d.]* = ")
_OF_BEFORE = re.compile(r"\b(?:that|this|it|these|those|they)\b", re.I)
# Before all sentences of the prose.
_OF_NO_RANK = -9.0
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
    first = next((number for number, part in enumerate(parts) if _subjects(part, lexicon)), 0)
    told = [one for one in lexicon.find(parts[0]) if one.kind in _OF_SOME or one.id in _ASKED_OF_A_DRUG]
    if not first or not told:
        return parts
    return tuple(
        f"{_subjects(parts[first], lexicon)}: {part}" if number < first else part for number, part in enumerate(parts)
    )


def of_subject(parts: tuple[str, ...], lexicon: Lexicon) -> str:
    """The last part by itself, led only by the drugs, trials and markers of the ones before it."""
    names = " ".join(filter(None, (_subjects(part, lexicon) for part in parts[:-1])))
    return f"{names}: {parts[-1]}" if names else parts[-1]


def _subjects(part: str, lexicon: Lexicon) -> str:
    """The drugs, trials and markers that the part names, in its words."""
    return " ".join(dict.fromkeys(part[one.start : one.end] for one in lexicon.find(part) if one.kind in _SUBJECTS))


def adds_nothing(draft: Draft, before: Sequence[Draft]) -> bool:
    """Whether all that the draft tells stands in those before it."""
    told = {statement.text for one in before for statement in one.statements}
    return all(statement.text in told for statement in draft.statements)


def spoken_on(part: str, before: Draft, lexicon: Lexicon) -> Statement | None:
    """For a part that asks only of what was said before ("is that acceptable?"): the sentence that speaks on."""
    best = min(before.statements, key=_rank, default=None)
    if best is None or _rank(best) == _OF_NO_RANK or not _OF_BEFORE.search(part) or _subjects(part, lexicon):
        return None
    place = best.support[0]
    spans = place.passage.sentences
    number = next((number for number, span in enumerate(spans) if span.start == place.start), len(spans))
    if number + 1 >= len(spans):
        return None
    span = spans[number + 1]
    words = without_references(place.passage.sentence(number + 1))
    return Statement(words, (Support(place.passage, span.start, span.end, place.score),))


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
        return _OF_NO_RANK
    of_prose = all(place.passage.kind == "paragraph" for place in block.support)
    return -block.support[0].score if of_prose else _OF_NO_RANK
