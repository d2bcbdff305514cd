"""What a language model is given of a draft, and what its sentences must bring back of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.ledger import ledger_of
from app.steps.llm_prompts import Item
from app.steps.slip_checks import slip_holds

_LEAD = re.compile(r"^(?:yes|no)\b", re.I)
_COMPUTED = re.compile(
    r" = |\b(?:longest|shortest|highest|lowest|largest|smallest|greatest|fewest|(?:de|a)scending)\b|^\d+ "
    r"|\btrials? of .*: ",
    re.I,
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_DOUBT = re.compile(
    r"\b(?:not|no|nor|neither|without|non)\b[^.;]{0,40}\bsignifican|\bnumerical|\bdid not differ|\bno difference", re.I
)
_SIGNIFICANT = re.compile(r"\bsignifican", re.I)
# Words with which a sentence would say what a patient should get.
_ADVICE = re.compile(
    r"\b(?:recommend|suggest|prefer|should|must|ought|advis|offer|indicat|eligib|candidate|suitable|standard|"
    r"first choice|best|approv|option|consider)\w*",
    re.I,
)
_MOST_ON_A_PATIENT = 6


@dataclass(frozen=True, slots=True)
class Material:
    """`blocks` are the sentences of the draft that may be put in other words, `items` the numbered evidence; of a
    patient there are no blocks, and what is not among `drugs` may not be named.
    """

    blocks: tuple[Statement, ...]
    items: tuple[Item, ...]
    supports: tuple[Support, ...]
    of_patient: bool = False
    drugs: frozenset[str] = frozenset()

    def support(self, number: int) -> Support | None:
        """The evidence of this number."""
        return self.supports[number - 1] if 0 < number <= len(self.supports) else None

    def may_say(self, text: str, base: EvidenceBase) -> bool:
        """Of a patient: whether the sentence gives no advice and names no drug but of what is open to him."""
        if not self.of_patient:
            return True
        return not _ADVICE.search(text) and drugs_in(text, base) <= self.drugs


def material_of(draft: Draft, base: EvidenceBase, of_patient: bool) -> Material:
    """The material of a draft; of a patient, the figures that it gives for what is open."""
    blocks = tuple(block for block in draft.statements if _restates(block, base))
    supports = tuple(dict.fromkeys(place for block in blocks for place in block.support))
    if of_patient:
        supports = supports[:_MOST_ON_A_PATIENT]
    items = tuple(_item(number, place, base) for number, place in enumerate(supports, start=1))
    if not of_patient:
        return Material(blocks, items, supports)
    drugs = frozenset(drug for item in items for drug in drugs_in(f"{item.place} {item.text}", base))
    return Material((), items, supports, True, drugs)


def told_beside(draft: Draft, material: Material) -> list[str]:
    """What the reader is told beside the model's sentences: it may build on that, and must not repeat it."""
    if material.of_patient:
        return []
    return [block.text for block in draft.statements if block not in material.blocks]


def covers(written: Sequence[Statement], block: Statement) -> bool:
    """Whether the sentences bring back what the block tells of its evidence: its figures, that a difference is
    significant, and any doubt.
    """
    on_it = [one for one in written if set(one.support) & set(block.support)]
    said = " ".join(one.text for one in on_it)
    has_all = set(_FIGURE.findall(_without_places(block))) <= set(_FIGURE.findall(said))
    judges = all(bool(word.search(said)) for word in (_DOUBT, _SIGNIFICANT) if word.search(block.text))
    return bool(on_it) and has_all and judges


def drugs_in(text: str, base: EvidenceBase) -> frozenset[str]:
    """The drugs that the text names, those of a regimen one by one."""
    entries = base.lexicon.entries
    found = base.lexicon.entity_ids(text, misspelled=False)
    parts = {part for name in found for part in (name, *entries[name].parts)}
    return frozenset(name for name in parts if name in entries and entries[name].kind == "drug")


def _restates(block: Statement, base: EvidenceBase) -> bool:
    """Whether the block is a sentence on evidence, and no finding of the program's own: rankings, differences, a yes
    or no, a contradiction of the source.
    """
    if block.own or block.ruled or not block.support or _LEAD.match(block.text) or slip_holds(block, base):
        return False
    on_row = any(place.passage.kind == "row" for place in block.support)
    return not (_COMPUTED.search(block.text) and (on_row or " = " in block.text))


def _item(number: int, place: Support, base: EvidenceBase) -> Item:
    return Item(number, place.passage.locator, ledger_of(base).quote(place))


def _without_places(block: Statement) -> str:
    """The sentence without names that have figures in them: trials, authors with their years, drugs."""
    text = block.text
    for name in sorted(_names(block.support), key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _names(supports: Iterable[Support]) -> set[str]:
    return {name for place in supports for name in (place.passage.row or "", place.passage.locator) if name}
