"""What is taken away from a conversation: a note for the tumour board, as blocks of which any file is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.answer import Answer, Citation
from app.patient.wording import unknown_in_words
from app.ui.render import DISCLAIMER, STATUS_LABELS, marked_in
from app.ui.render_options import STRENGTHS
from app.ui.session import Exchange

_MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (the title) to 3."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of items."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its headings and its rows, each as long as the headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Text | Bullets | Grid


@dataclass(frozen=True, slots=True)
class Note:
    """The note's blocks, in the order of reading."""

    blocks: tuple[Block, ...]


class _References:
    """Numbers the sources of all answers anew; the same words of the same passage are one source."""

    def __init__(self) -> None:
        self.cited: dict[tuple[str, str], Citation] = {}

    def number(self, citation: Citation) -> int:
        key = (citation.passage, citation.quote)
        self.cited.setdefault(key, citation)
        return list(self.cited).index(key) + 1

    def renumbered(self, text: str, answer: Answer) -> str:
        """The text with its marks led to the note's own references."""
        known = {str(citation.n): citation for citation in answer.citations}
        return _MARK.sub(lambda mark: f"[{self.number(known[mark[1]])}]" if mark[1] in known else mark[0], text)


def note_of(exchanges: Sequence[Exchange], version: str) -> Note:
    """The note of a conversation; the last answer that weighs a patient gives profile and options."""
    references = _References()
    weighed = _last_weighed(exchanges)
    blocks: list[Block] = [Heading(1, "Tumour-board note"), Text(DISCLAIMER)]
    if weighed is not None:
        blocks += [*_patient(weighed), *_options(weighed, references), *_tests(weighed)]
    blocks += _conversation(exchanges, references)
    blocks += _references(references)
    blocks += _later(exchanges)
    dates = dict.fromkeys(one.answer.as_of for one in exchanges)
    ids = dict.fromkeys(one.answer.answer_id for one in exchanges)
    blocks += [Heading(2, "About this note"), Text(f"Evidence as of {', '.join(dates)}. Lateline {version}.")]
    blocks.append(Bullets(tuple(f"Answer {answer_id}" for answer_id in ids)))
    return Note(tuple(blocks))


def note_markdown(note: Note) -> str:
    """The note as Markdown."""
    return "\n\n".join(map(_markdown, note.blocks)) + "\n"


def conversation_json(exchanges: Sequence[Exchange], version: str) -> str:
    """The whole conversation as JSON: every question with its answer as the public contract has it."""
    told = [{"question": one.question, "answer": one.answer.to_dict()} for one in exchanges]
    return json.dumps({"program": f"lateline {version}", "exchanges": told}, ensure_ascii=False, indent=1)


def _patient(answer: Answer) -> Iterator[Block]:
    yield Heading(2, "Patient")
    known = [fact for fact in answer.facts if fact["source"] != "assumed"]
    yield Grid(("Fact", "From"), tuple((fact["text"], _origin(fact)) for fact in known))
    assumed = [fact["text"] for fact in answer.facts if fact["source"] == "assumed"]
    if assumed:
        words = next(fact["words"] for fact in answer.facts if fact["source"] == "assumed")
        yield Text(f"Assumed ({words}): {'; '.join(assumed)}.")
    if answer.status != "answered":
        yield Text(f"{STATUS_LABELS[answer.status]}: {_MARK.sub('', answer.answer)}")


def _origin(fact: Mapping[str, Any]) -> str:
    if fact["source"] == "text":
        return f"“{fact['words']}”"
    return "the form" if fact["source"] == "form" else f"follows from {fact['words']}"


def _options(answer: Answer, references: _References) -> Iterator[Block]:
    groups: dict[str, list[Any]] = {}
    for option in answer.options or ():
        groups.setdefault(option["verdict"], []).append(option)
    if first := [references.renumbered(note, answer) for note in answer.read_first]:
        yield Heading(2, "Read first")
        yield Bullets(tuple(first))
    if groups.get("eligible"):
        yield Heading(2, "Eligible, in this order")
        for number, option in enumerate(groups["eligible"], start=1):
            yield Heading(3, f"{number}. {option['name']} – {STRENGTHS[option['strength']]}")
            yield Bullets(tuple(_of_eligible(option, answer, references)))
    if groups.get("needs_information"):
        rows = ((one["name"], ", ".join(map(unknown_in_words, one["missing"]))) for one in groups["needs_information"])
        yield Heading(2, "Needs information")
        yield Grid(("Option", "Find out"), tuple(rows))
    if groups.get("not_eligible"):
        rows = ((one["name"], "; ".join(one["reasons"])) for one in groups["not_eligible"])
        yield Heading(2, "Not eligible")
        yield Grid(("Option", "Why"), tuple(rows))


def _of_eligible(option: Mapping[str, Any], answer: Answer, references: _References) -> Iterator[str]:
    cited = {citation.n: citation for citation in answer.citations}
    marks = "".join(f"[{references.number(cited[n])}]" for n in option["citations"])
    reasons = "; ".join(reason.removeprefix("holds: ") for reason in option["reasons"])
    yield f"Why: {reasons or 'asks for nothing'} {marks}"
    for figure in option["key_figures"]:
        yield f"Evidence: {references.renumbered(figure, answer)}"
    if option["confirm"]:
        yield f"To confirm: {', '.join(map(unknown_in_words, option['confirm']))}"
    if option["cautions"]:
        yield f"Cautions: {'; '.join(option['cautions'])}"
    yield from (f"Note: {references.renumbered(note, answer)}" for note in option["notes"])
    if option["approval"]:
        yield f"Approval as the review has it: {option['approval']}"


def _tests(answer: Answer) -> Iterator[Block]:
    if answer.tests:
        names = {option["id"]: option["name"].partition(" (")[0] for option in answer.options or ()}
        rows = (
            (
                test["name"],
                ", ".join(map(names.__getitem__, test["opens"])),
                test["prevalence"] or "–",
                test["why"],
            )
            for test in answer.tests
        )
        yield Heading(2, "Tests to order")
        yield Grid(("Test", "Could open", "How common", "Why"), tuple(rows))


def _conversation(exchanges: Sequence[Exchange], references: _References) -> Iterator[Block]:
    yield Heading(2, "Questions and answers")
    above = _last_weighed(exchanges)
    for exchange in exchanges:
        yield Heading(3, " ".join(exchange.question.split()))
        answer = exchange.answer
        label = "" if answer.status == "answered" else f"{STATUS_LABELS[answer.status]}: "
        if answer.about == "patient" and answer.options:
            yield Text("The options stand above." if answer is above else "The patient was weighed.")
            continue
        for part in (label + references.renumbered(answer.answer, answer)).split("\n\n"):
            yield _table(part) if part.startswith("| ") else Text(part)
        for citation in marked_in(answer):
            references.number(citation)


def _last_weighed(exchanges: Sequence[Exchange]) -> Answer | None:
    weighed = [one.answer for one in exchanges if one.answer.options is not None and not one.answer.hypothetical]
    return weighed[-1] if weighed else None


def _table(text: str) -> Grid:
    """A Markdown table of an answer."""
    lines = (re.split(r"(?<!\\)\|", line)[1:-1] for line in text.split("\n"))
    rows = [tuple(cell.strip().replace("\\|", "|") for cell in line) for line in lines]
    return Grid(rows[0], tuple(rows[2:]))


def _references(references: _References) -> Iterator[Block]:
    if references.cited:
        yield Heading(2, "References")
        cited = enumerate(references.cited.values(), start=1)
        rows = ((f"[{number}]", _place(one), one.quote, one.url or "–") for number, one in cited)
        yield Grid(("No.", "Place", "Words that support it", "Source"), tuple(rows))


def _place(citation: Citation) -> str:
    return citation.locator + (f", reference {citation.reference}" if citation.reference else "")


def _later(exchanges: Iterable[Exchange]) -> Iterator[Block]:
    later = dict.fromkeys(approval for one in exchanges for approval in one.answer.since_then)
    if later:
        yield Heading(2, "Decisions after the review (no part of it)")
        yield Grid(("Date", "Decision", "Source"), tuple((one.date, one.what, one.source) for one in later))


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}"
        case Text(text):
            return text
        case Bullets(items):
            return "\n".join(f"- {item}" for item in items)
        case Grid(head, rows):
            lines = (head, tuple("---" for _ in head), *rows)
            return "\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
