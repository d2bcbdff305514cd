"""A language model's words in place of the evidence's own, sentence by sentence, as far as each is borne out.

What is told, and whether at all, is settled before: the extractive draft says which evidence answers, and what the
rules put out, rankings, tables and a plain yes or no stay as they are. Only sentences that restate evidence are put in
other words. One that the verifier refuses is asked for once more, and then the draft's own sentence stands.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.steps.assemble import EXTRACTIVE
from app.steps.draft import Block, Draft, Statement
from app.steps.evidence import EvidenceBase
from app.steps.llm_breaker import Breaker
from app.steps.llm_calls import Cancelled, LanguageModel, Message, ModelFault, Watch
from app.steps.llm_material import Material, covers, material_of, told_beside
from app.steps.llm_prompts import Prompts, tokens
from app.steps.llm_reply import NO_EVIDENCE, Sentence, check_reply, sentences_of
from app.steps.replies import reply
from app.steps.verify import statement_holds

_MOST_SENTENCES = 6
_NO_NUMBER = "it cites no evidence by its number"
_NO_SUCH_NUMBER = "it cites a number that no evidence has"
_NOT_SAID = "the evidence that it cites does not say this, or not so"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may take in all, and how many tokens fit into the model and into its reply."""

    timeout_s: float = 30.0
    context_tokens: int = 4096
    reply_tokens: int = 512


@dataclass(frozen=True, slots=True)
class Phrased:
    """A draft, who wrote it ("extractive" or "llm:<model>"), and what tells this answer from others of the same
    question: a fingerprint of the model's sentences, or why there are none.
    """

    draft: Draft
    generator: str = EXTRACTIVE
    mark: str = ""

    @property
    def is_fallback(self) -> bool:
        """Whether the model was to write and did not: asked again, it may."""
        return self.generator == EXTRACTIVE and bool(self.mark)


@dataclass(slots=True)
class _Written:
    """What the model wrote so far: sentences that hold, and those that do not, with the reason."""

    held: list[Statement]
    refused: list[tuple[Sentence, str]]
    text: str = ""


class Phraser:
    """Puts drafts into a model's words; made by `app.wiring`. Safe to share between threads."""

    def __init__(self, model: LanguageModel, prompts: Prompts, bounds: Bounds, breaker: Breaker | None = None) -> None:
        self._model = model
        self._prompts = prompts
        self._bounds = bounds
        self._breaker = breaker or Breaker()

    @property
    def generator(self) -> str:
        """The name that an answer of this model carries."""
        return f"llm:{self._model.name}"

    @property
    def identity(self) -> str:
        """All that decides what the model is asked for."""
        return f"{self.generator} prompts {self._prompts.fingerprint} {self._bounds}"

    def phrase(self, question: str, draft: Draft, base: EvidenceBase, watch: Watch, patient: bool = False) -> Phrased:
        """The draft in the model's words, as far as they are borne out; the draft with a note where they are not.

        Of a patient (`patient`) nothing is put in other words, and the model is not told the question: it explains the
        evidence of what is open, below.
        """
        material = material_of(draft, base, of_patient=patient)
        if draft.status != "answered" or not material.items:
            return Phrased(draft)
        try:
            written = self._write("" if patient else question, draft, material, base, watch)
            blocks, used = _explained(draft, written) if patient else _woven(draft, material, written)
        except ModelFault as fault:
            note = reply("llm_fallback", model=self._model.name, why=str(fault))
            return Phrased(replace(draft, notes=(*draft.notes, note)), mark=str(fault))
        note = self._note(len(written.refused), patient)
        said = hashlib.sha256("\n".join(statement.text for statement in used).encode()).hexdigest()
        return Phrased(replace(draft, blocks=blocks, notes=(*draft.notes, note)), self.generator, said)

    def _note(self, left_out: int, patient: bool) -> str:
        if patient:
            return reply("llm_note_patient", model=self._model.name)
        if left_out:
            return reply("llm_note_left_out", model=self._model.name, count=str(left_out))
        return reply("llm_note", model=self._model.name)

    def _write(self, question: str, draft: Draft, material: Material, base: EvidenceBase, watch: Watch) -> _Written:
        """What the model writes on the material, with a second attempt for what was refused. Raises ModelFault."""
        until = time.monotonic() + self._bounds.timeout_s
        kind = "explain" if material.of_patient else "answer"
        messages = self._within_budget(kind, question, draft, material)
        first = self._ask(messages, until, material, base, watch)
        check_reply(first.text, self._prompts.templates["system"])
        if not first.held and first.text.strip(" .\n").endswith(NO_EVIDENCE):
            raise ModelFault("found no answer in the evidence", is_the_servers=False)
        if first.refused and not all(covers(first.held, block) for block in material.blocks):
            refused = [(sentence.text, why) for sentence, why in first.refused]
            again = self._prompts.ask_again(messages, first.text, refused)
            if tokens(again) <= self._room:
                second = self._ask(again, until, material, base, watch)
                first.held += [one for one in second.held if one not in first.held]
                first.refused = second.refused
        if not first.held:
            raise ModelFault("wrote no sentence that the evidence bears out", is_the_servers=False)
        return first

    @property
    def _room(self) -> int:
        return self._bounds.context_tokens - self._bounds.reply_tokens

    def _within_budget(self, kind: str, question: str, draft: Draft, material: Material) -> tuple[Message, ...]:
        """The messages with as much evidence as fits, the foremost first. Raises ModelFault where none does."""
        most = min(_MOST_SENTENCES, len(material.items))
        for count in range(len(material.items), 0, -1):
            items = material.items[:count]
            messages = self._prompts.ask(kind, question, items, told_beside(draft, material), most)
            if tokens(messages) <= self._room:
                return messages
        raise ModelFault("has no room for the question and its evidence", is_the_servers=False)

    def _ask(
        self, messages: tuple[Message, ...], until: float, material: Material, base: EvidenceBase, watch: Watch
    ) -> _Written:
        """One call, its sentences verified as they arrive; what holds is told at once."""
        self._breaker.check()
        written = _Written([], [])
        pieces: list[str] = []
        stream = self._model.write(messages, until, watch.cancelled)

        def noted() -> Iterator[str]:
            for piece in stream:
                pieces.append(piece)
                yield piece

        try:
            for sentence in sentences_of(noted()):
                _judge(sentence, written, material, base, watch)
        except ModelFault as fault:
            if fault.is_the_servers:
                self._breaker.failed(fault.wait_s)
            elif not isinstance(fault, Cancelled):
                self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        written.text = "".join(pieces)
        return written


def _judge(sentence: Sentence, written: _Written, material: Material, base: EvidenceBase, watch: Watch) -> None:
    """Puts the sentence among those that hold, and tells it, or among those refused."""
    supports = [material.support(number) for number in sentence.cites]
    if sentence.text.strip(" .") == NO_EVIDENCE:
        return
    if not supports:
        written.refused.append((sentence, _NO_NUMBER))
    elif any(support is None for support in supports):
        written.refused.append((sentence, _NO_SUCH_NUMBER))
    else:
        statement = Statement(sentence.text, tuple(dict.fromkeys(support for support in supports if support)))
        if not material.may_say(statement.text, base) or not statement_holds(statement, base):
            written.refused.append((sentence, _NOT_SAID))
        elif all(statement.text != one.text for one in written.held):
            written.held.append(statement)
            watch.tell(statement.text)


def _woven(draft: Draft, material: Material, written: _Written) -> tuple[tuple[Block, ...], list[Statement]]:
    """The draft with each sentence that the model's cover in their place. Raises ModelFault where its first is not."""
    used: list[Statement] = []
    blocks: list[Block] = []
    for block in draft.blocks:
        if not isinstance(block, Statement) or block not in material.blocks or not covers(written.held, block):
            blocks.append(block)
            continue
        new = [one for one in written.held if set(one.support) & set(block.support) and one not in used]
        blocks += [replace(one, layout=block.layout if number == 0 else "run") for number, one in enumerate(new)]
        used += new
    if not covers(written.held, material.blocks[0]):
        raise ModelFault("wrote nothing that holds on the core of the answer", is_the_servers=False)
    return tuple(blocks), used


def _explained(draft: Draft, written: _Written) -> tuple[tuple[Block, ...], list[Statement]]:
    """What the rules put out, and the model's sentences below it."""
    heading = Statement(reply("llm_explains"), own=True, layout="paragraph")
    return (*draft.blocks, heading, *written.held), written.held
