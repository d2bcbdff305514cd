"""The last step: number the citations, collect the slips, and give the answer its id."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from app.answer import Answer, Citation
from app.steps.draft import Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.verify import Verified

GENERATOR = "extractive"


@dataclass(frozen=True, slots=True)
class Identity:
    """What decides an answer beside the question: fingerprints of corpus and index, version of the program."""

    corpus: str
    index: str
    program: str


def assemble(
    turns: tuple[str, ...], verified: Verified, base: EvidenceBase, identity: Identity, timings: dict[str, float]
) -> Answer:
    """The public answer to the last of `turns`."""
    citations = _Citations()
    sentences = [_numbered(statement, citations) for statement in verified.draft.statements]
    notes = list(verified.draft.notes)
    for support in citations.supports:
        slips = base.slips_of(support.passage, support.quote, support.columns)
        notes += [slip.note for slip in slips if slip.note not in notes]
    return Answer(
        question=turns[-1],
        status=verified.draft.status,
        answer=" ".join(sentences),
        citations=tuple(citations.made),
        notes=tuple(notes),
        as_of=base.as_of,
        answer_id=_answer_id(turns, identity),
        generator=GENERATOR,
        verified=True,
        timings_ms=timings,
    )


class _Citations:
    """Gives each passage and span its number, in the order in which the sentences use them."""

    def __init__(self) -> None:
        self.made: list[Citation] = []
        self.supports: list[Support] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def number(self, support: Support) -> int:
        key = (support.passage.id, support.start, support.end)
        self.supports.append(support)
        if key not in self._numbers:
            self._numbers[key] = len(self.made) + 1
            self.made.append(_citation(self._numbers[key], support))
        return self._numbers[key]


def _citation(number: int, support: Support) -> Citation:
    passage = support.passage
    own = next((part.references for part in passage.sentences if part.start == support.start), ())
    references = own or (passage.references if passage.kind == "row" else ())
    return Citation(
        n=number,
        document=passage.document,
        title=passage.title,
        section=passage.section,
        table=passage.table,
        row=passage.row,
        reference=", ".join(references) or None,
        locator=passage.locator,
        text=passage.text,
        quote=support.quote,
        score=round(support.score, 4),
        url=passage.url,
        passage=passage.id,
    )


def _numbered(statement: Statement, citations: _Citations) -> str:
    if not statement.support:
        return statement.text
    marks = "".join(f"[{number}]" for number in dict.fromkeys(citations.number(part) for part in statement.support))
    text = statement.text.rstrip()
    end = text[-1] if text[-1:] in ".!?" else ""
    return f"{text.removesuffix(end)} {marks}{end or '.'}"


def _answer_id(turns: tuple[str, ...], identity: Identity) -> str:
    facts = [list(turns), identity.corpus, identity.index, identity.program, GENERATOR]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
