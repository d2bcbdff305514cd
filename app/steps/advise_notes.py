"""Notes of the rules as sentences, each told once and where it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.patient.profile import AGENT_NAMES
from app.rules.case import Note, listed
from app.rules.catalogue import OPTIONS
from app.rules.consultation import Consultation, OptionAdvice
from app.rules.records import POLICY, Cite
from app.steps.draft import Block, Layout, Statement
from app.steps.evidence import EvidenceBase
from app.steps.places import supports
from app.steps.replies import reply
from index.sentences import split_sentences

# Said beside the approvals, which the text does not give.
_BESIDE_APPROVALS = "Availability by country"
_CAUTIONS = {option.id: option.cautions for option in OPTIONS}


def note_statements(note: Note, base: EvidenceBase) -> tuple[Statement, ...]:
    """The sentences of a note, each with the places that the note stands on."""
    support = supports(note.cite, base)
    return tuple(Statement(note.text[start:end], support, ruled=note.text) for start, end in split_sentences(note.text))


def told(notes: Iterable[Note], base: EvidenceBase, layout: Layout = "run") -> Iterator[Statement]:
    """The sentences of all notes; the first of them laid out as told."""
    statements = [statement for note in notes for statement in note_statements(note, base)]
    for number, statement in enumerate(statements):
        yield statement if number else replace(statement, layout=layout)


def caution_cites(option: OptionAdvice) -> tuple[Cite, ...]:
    """Where the review says what an option's cautions say."""
    return tuple(caution.cite for caution in _CAUTIONS[option.id])


class Notes:
    """The notes of a consultation by where they are told: before all else, after the list of what is open, with one
    option, or at the end.
    """

    def __init__(self, consultation: Consultation) -> None:
        refused = {finding.text for finding in consultation.not_recommended}
        open_ids = {option.id for option in consultation.options if option.verdict == "eligible"}
        self.first: list[Note] = []
        self.refused: list[Note] = []
        self.on_open: list[Note] = []
        self.last: list[Note] = []
        self._of_option: dict[str, list[Note]] = {}
        for note in consultation.note_records:
            concerned = open_ids & {*note.options}
            if consultation.comparison and note.first and not note.options:
                continue  # the label of a what-if, which its result tells
            if note.text in refused:
                self.refused.append(note)
            elif note.first:
                self.first.append(note)
            elif note.text.startswith(_BESIDE_APPROVALS):
                continue
            elif len(concerned) == 1 and note.cite:
                (option,) = concerned
                self._of_option.setdefault(option, []).append(note)
            elif note.options and (concerned or not note.cite):
                self.on_open.append(note)
            else:
                self.last.append(note)

    def of_option(self, option: OptionAdvice) -> list[Note]:
        """The notes that are told with this open option."""
        return self._of_option.get(option.id, [])


def assumed(consultation: Consultation) -> Iterator[Statement]:
    """One sentence for all agents that are assumed on the same ground and that decide something."""
    decisive = {name for option in consultation.options for name in _decisive(option)}
    grounds: dict[str, list[str]] = {}
    for fact in consultation.reading.considered.facts:
        if fact.source.kind == "assumed" and fact.prior_agent and fact.field in decisive:
            grounds.setdefault(fact.source.words, []).append(AGENT_NAMES[fact.prior_agent])
    for words, agents in grounds.items():
        text = reply("assumed", agents=listed(agents), words=words.replace(" (", "; ").removesuffix(")"))
        yield Statement(text, ruled=f"{text} {words}", layout="paragraph")


def _decisive(option: OptionAdvice) -> Iterator[str]:
    """The facts that hold an option open, or close it."""
    for judged in option.criteria:
        closes = judged.value is (judged.kind == "exclusion")
        if option.verdict == "eligible" or closes:
            yield from judged.because


def policy_once(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with what a policy is said in full where one is first named, and in a word from then on."""
    said = False
    for block in blocks:
        if not isinstance(block, Statement) or "policy" not in block.text:
            yield block
            continue
        in_short = block.text.replace(POLICY, "policy")
        yield replace(block, text=in_short if said else in_short.replace("policy", POLICY, 1))
        said = True
