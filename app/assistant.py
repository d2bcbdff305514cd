"""One question's way through the house: the file to read first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from app.answer import Answer
from app.errors import NotReady
from app.patient.findings import Conclusion
from app.steps.advise import advise
from app.steps.advise_lead import open_options
from app.steps.adviser import Adviser
from app.steps.asking import asks_of_patient, asks_without_facts, conversation, states_patient
from app.steps.assemble import EXTRACTIVE, Asked, Identity, Weighed, answer_id, assemble
from app.steps.claimed_figures import claim_of, led_by_correction
from app.steps.clock import Clock
from app.steps.compose import compose
from app.steps.compose_llm import Phrased, Phraser
from app.steps.draft import Draft, Grid
from app.steps.evidence import EvidenceBase
from app.steps.follow_up import Replied, Reply
from app.steps.guard import check_turns
from app.steps.incidental import without_incidental
from app.steps.llm_calls import Watch
from app.steps.memory import AnswerMemory
from app.steps.parts import adds_nothing, is_computed, joined, of_subject, parts_of, spoken_on, with_subject
from app.steps.retrieve import Evidence, retrieve
from app.steps.understand import Question, understand
from app.steps.verify import verify
from index.errors import StoreUnreachable
from index.search import Searcher

# So many earlier turns are answered again, at most, to see what was named in reply.
_ANSWERED_AGAIN = 3
_ASKS_WHICH = re.compile(
    r"\b(?:which|what)\b[^?]*\b(?:drugs?|trials?|agents?|stud(?:y|ies)|regimens?|options?|ones?|treatments?)\b", re.I
)
_STEPS = ("understand", "rules", "retrieve", "compose", "verify")


class _NotRemembered(Exception):
    """Carries an answer past the memory: asked again, the language model may write it after all."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("not remembered")
        self.answer = answer


class Assistant:
    """Answers from one corpus and index; made by `app.wiring`. Safe to share between threads.

    It keeps nothing but the answers that `memory` may give again, with the timings that they had at first. Where there
    is a `phraser`, a language model may put into words what the review says.
    """

    def __init__(
        self,
        base: EvidenceBase,
        searcher: Searcher,
        identity: Identity,
        adviser: Adviser,
        memory: AnswerMemory,
        phraser: Phraser | None = None,
    ) -> None:
        self.base = base
        self.identity = identity
        self.adviser = adviser
        self.memory = memory
        self.searcher = searcher
        self._phraser = phraser

    @property
    def store(self) -> str:
        """What is searched, and how, in words for a reader."""
        return self.searcher.store

    @property
    def generator(self) -> str:
        """Who may write answers: "extractive", or a language model by its name."""
        return self._phraser.generator if self._phraser else EXTRACTIVE

    def ask(
        self,
        turns: Sequence[str],
        patient: Conclusion | None = None,
        settled: int = 0,
        watch: Watch | None = None,
    ) -> Answer:
        """The answer to the last of `turns`, the user's messages in order; `patient` is a profile to begin with.

        The first `settled` turns are read for what they ask about only: what they told of the patient stands in
        `patient`, perhaps corrected. `watch` is told the verified sentences of a language model one by one, and may
        cancel what it writes. Raises UserError where there is no question or far too much text, and NotReady
        where the place of the index cannot be reached.
        """
        said = tuple(turns)
        check_turns(said)
        asked = Asked(said, patient, settled)
        try:
            return self.memory.answer(answer_id(asked, self.identity), lambda: self._answer(asked, watch or Watch()))
        except _NotRemembered as unremembered:
            return unremembered.answer
        except StoreUnreachable as error:
            raise NotReady(str(error)) from error

    def _answer(self, asked: Asked, watch: Watch) -> Answer:
        said, patient, settled = asked.turns, asked.patient, asked.settled
        clock = Clock(*_STEPS)
        question = clock.time("understand", lambda: self._understand(said))
        patient_told = clock.time("rules", lambda: self._weigh(said, patient, settled))
        if patient_told and patient_told.is_asked:
            consultation = patient_told.consultation
            draft = clock.time("compose", lambda: advise(consultation, self.base))
        else:
            draft = self._from_review(said, question, clock)
        written = self._phrased(asked, draft, patient_told, clock, watch)
        verified = clock.time("verify", lambda: verify(written.draft, self.base))
        identity = replace(self.identity, generator=self._generator_of(written))
        timings = clock.milliseconds()
        answer = assemble(asked, verified, self.base, identity, timings, patient_told, written.generator)
        if written.is_fallback:
            raise _NotRemembered(answer)
        return answer

    def _phrased(self, asked: Asked, draft: Draft, told: Weighed | None, clock: Clock, watch: Watch) -> Phrased:
        """The draft in the words of the language model, as far as they hold; as it is where there is none."""
        if self._phraser is None:
            return Phrased(draft)
        phraser, of_patient = self._phraser, bool(told and told.is_asked)
        return clock.time("phrase", lambda: phraser.phrase(asked.question, draft, self.base, watch, of_patient))

    def _generator_of(self, written: Phrased) -> str:
        """What stands for the writer in the answer's id: an answer that no model touched is that of no model."""
        return f"{self.identity.generator} {written.mark}" if written.mark else written.generator

    def draft(self, turns: Sequence[str]) -> Draft:
        """The answer to the last of `turns` before it is verified; for those who measure what verification catches."""
        said = tuple(turns)
        check_turns(said)
        clock = Clock(*_STEPS)
        told = self._weigh(said, None)
        if told and told.is_asked:
            return advise(told.consultation, self.base)
        return self._from_review(said, self._understand(said), clock)

    def evidence(self, text: str) -> Evidence:
        """What would be found for one question, best first; for those who measure retrieval."""
        return retrieve(understand((text,), self.base.lexicon, self.base.spelling), self.base, self.searcher)

    def _understand(self, turns: tuple[str, ...]) -> Question:
        """The last turn read, with what earlier ones were answered with where it points at that."""

        @cache
        def replied(earlier: tuple[str, ...]) -> Reply:
            further = replied if len(turns) - len(earlier) < _ANSWERED_AGAIN else None
            return self._reply(earlier, further)

        return understand(turns, self.base.lexicon, self.base.spelling, replied)

    def _reply(self, turns: tuple[str, ...], replied: Replied | None) -> Reply:
        """What a turn was answered with: the first option for its patient, the first sentence that names what a "which"
        asked for, or the first sentence.
        """
        told = self._weigh(turns, None)
        if told and told.is_asked:
            return Reply(next((option.name for option in open_options(told.consultation)), ""), of_patient=True)
        question = understand(turns, self.base.lexicon, self.base.spelling, replied)
        draft = self._one(question, Clock(*_STEPS))
        said = [block.text for block in draft.blocks if not isinstance(block, Grid)]
        # What the answer named and the question had not is what a later turn points at.
        telling = (text for text in said if self._names_more(text, question))
        return Reply(next(telling, next(iter(said), "")) if draft.status == "answered" else "")

    def _names_more(self, text: str, question: Question) -> bool:
        """Whether the text names a drug or trial that the question asks for and does not name itself."""
        if not _ASKS_WHICH.search(question.text):
            return False
        entries = self.base.lexicon.entries
        further = self.base.lexicon.entity_ids(text, misspelled=False) - question.entities
        return any(entries[name].kind in ("drug", "trial") for name in further)

    def _weigh(self, turns: tuple[str, ...], patient: Conclusion | None, settled: int = 0) -> Weighed | None:
        """What the rules say of the patient, and whether that is what the last turn asks; None where none is stated."""
        turns = (*("" for _ in turns[:settled]), *turns[settled:])
        if patient is None and not states_patient(turns, self.base.lexicon):
            return None
        seen = conversation(turns, self.base.lexicon)
        consultation = self.adviser.consult(seen.turns, patient)
        if consultation.reading.scope == "no_patient":
            unknown = asks_without_facts(turns, seen, self.base.lexicon)
            return Weighed(self.adviser.consult(())) if unknown else None
        return Weighed(consultation, asks_of_patient(turns, seen, consultation, self.base.lexicon))

    def _from_review(self, turns: tuple[str, ...], question: Question, clock: Clock) -> Draft:
        """The answer of the review; where the message asks several things, that of each, one after the other."""
        whole = self._corrected(turns, self._one(question, clock), clock)
        if whole.status == "insufficient_evidence" and (asked := conversation(turns, self.base.lexicon).asked):
            alone = self._one(understand((asked,), self.base.lexicon, self.base.spelling), clock)
            whole = alone if alone.status == "answered" else whole
        parts = parts_of(turns[-1])
        if len(parts) == 1 or whole.status == "out_of_scope" or is_computed(whole):
            return whole
        drafts: list[Draft] = []
        parts = with_subject(parts, self.base.lexicon)
        for number in range(len(parts)):
            drafts.append(self._of_part(turns[:-1], parts[: number + 1], drafts, clock))
        return joined(whole, drafts)

    def _of_part(self, turns: tuple[str, ...], parts: tuple[str, ...], before: Sequence[Draft], clock: Clock) -> Draft:
        """The answer to the last of the parts; where that says nothing new, to it beside their subject alone."""
        lexicon, spelling = self.base.lexicon, self.base.spelling
        draft = self._one(understand((*turns, *parts), lexicon, spelling), clock)
        if not before or (draft.status == "answered" and not adds_nothing(draft, before)):
            return draft
        if verdict := spoken_on(parts[-1], before[-1], lexicon):
            return Draft("answered", (verdict,))
        by_itself = self._one(understand((of_subject(parts, lexicon),), lexicon, spelling), clock)
        return by_itself if by_itself.status == "answered" else draft

    def _corrected(self, turns: tuple[str, ...], whole: Draft, clock: Clock) -> Draft:
        """The draft led by what is wrong in a claim that the last turn makes before it asks."""
        claim = claim_of(turns[-1])
        if claim is None or whole.status == "out_of_scope":
            return whole
        checked = self._one(understand((claim,), self.base.lexicon, self.base.spelling), clock)
        return led_by_correction(checked, whole)

    def _one(self, question: Question, clock: Clock) -> Draft:
        meant = clock.time("retrieve", lambda: without_incidental(question, self.base, self.searcher))
        evidence = clock.time("retrieve", lambda: retrieve(meant, self.base, self.searcher))
        return clock.time("compose", lambda: compose(meant, evidence, self.base))
