"""An answer for people: plain text for the terminal, Markdown for the chat. Pure functions of the answer."""

from __future__ import annotations

import re
import textwrap
from html import escape
from itertools import pairwise

from app.answer import Answer, Citation
from app.rules.records import POLICY
from app.ui.plain import plain

STATUS_LABELS = {
    "answered": "Answer",
    "insufficient_evidence": "The review is silent",
    "out_of_scope": "Outside this review",
    "needs_information": "A fact is needed",
    "contradiction": "The facts contradict",
    "error": "Error",
}
DISCLAIMER = (
    "Evidence: Tarpgaard et al., Cancers 2024;16:126, as of November 2023. Supports, and does not replace, "
    "professional judgement. Not a medical device."
)
# What a mark says under the pointer, in characters.
_LONGEST_HINT = 240
_MODEL = "llm:"
_FALLBACK = re.compile(r"The language model .+; this answer is in the words of the evidence\b", re.S)
_MARK = re.compile(r"\[(\d+)\]")
_BETWEEN_SENTENCES = re.compile(r"(?<=\][.!?])\s+|(?<=[a-z)][.!?])\s+(?=[A-Z])|(?<=\|)\n\n")
# What an item of a patient's answer is about, and a heading.
_HEAD = re.compile(r"^(- |\d+\. )(.+?)(?=\.? \[| \(|: )|^()([A-Z][\w ]+:)$")


def as_text(answer: Answer, width: int = 100) -> str:
    """The answer with its sources and notes, wrapped for a terminal of `width` columns."""
    parts = []
    if answer.status != "answered":
        parts.append(f"{STATUS_LABELS[answer.status]}.")
    parts.append(plain(answer.answer, width))
    if cited := marked_in(answer):
        parts.append("Sources\n" + "\n".join(_source_text(citation, width) for citation in cited))
    if notes := further_notes(answer):
        filled = (textwrap.fill(note, width, initial_indent="  - ", subsequent_indent="    ") for note in notes)
        parts.append("Notes\n" + "\n".join(filled))
    parts.append(f"Evidence as of {answer.as_of}.")
    return "\n\n".join(parts)


def as_chat(answer: Answer, turn: int, sentences: int | None = None) -> str:
    """The answer as Markdown for the chat; with `sentences`, only so many of the first ones. Its marks lead to the
    sources of exchange number `turn` (`source_id`).
    """
    text = answer.answer if sentences is None else "".join(split_answer(answer.answer)[:sentences])
    label = (
        ""
        if answer.status == "answered"
        else f'<span class="ll-status ll-{answer.status}">{STATUS_LABELS[answer.status]}</span>\n\n'
    )
    lines = map(_escape_markdown, text.split("\n"))
    body = "\n".join(map(_with_bold_head, lines) if answer.about == "patient" else lines)
    if sentences is None or sentences >= len(split_answer(answer.answer)):
        body += f'\n\n<span class="ll-by">{escape(line)}</span>' if (line := written_by(answer)) else ""
    titles = {str(citation.n): citation for citation in answer.citations}
    return label + _MARK.sub(lambda mark: _linked(mark[1], titles.get(mark[1]), turn), body)


def written_by(answer: Answer) -> str:
    """A line on who wrote the answer, where a language model did or was to; empty where none is asked."""
    if answer.generator.startswith(_MODEL):
        name = answer.generator.removeprefix(_MODEL)
        return f"In the words of the language model {name}, each of its sentences checked against what it cites."
    return next((note for note in answer.notes if _FALLBACK.match(note)), "")


def source_id(turn: int | str, number: int | str) -> str:
    """The place on the page where a citation's source stands."""
    return f"source-{turn}-{number}"


def _linked(number: str, citation: Citation | None, turn: int) -> str:
    """A mark that leads to its source and, under the pointer, says what that is."""
    if citation is None:
        return f"[{number}]"
    said = f"{citation.locator}: {citation.quote}"
    title = re.sub(r"[\\\"<>\[\]()|*_`~]", " ", said if len(said) < _LONGEST_HINT else said[:_LONGEST_HINT] + "…")
    return f'[\\[{number}\\]](#{source_id(turn, number)} "{title}")'


def split_answer(text: str) -> list[str]:
    """The answer's sentences, each with its citation marks and the space after it: together they are the answer."""
    ends = [0, *(match.end() for match in _BETWEEN_SENTENCES.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if end > start]


def marked_in(answer: Answer) -> list[Citation]:
    """The citations that the text or a note marks; those of a patient's options alone stand with the options."""
    # Notes on the source name its reference numbers in brackets; only those on a patient have marks of their own.
    notes = answer.notes if answer.about == "patient" else ()
    shown = {int(number) for number in _MARK.findall(" ".join([answer.answer, *notes]))}
    return [citation for citation in answer.citations if citation.n in shown]


def further_notes(answer: Answer) -> list[str]:
    """The notes that the answer itself does not say already; it says what a policy is only once."""
    said = answer.answer.replace(POLICY, "policy")
    return [note for note in answer.notes if note.rstrip(".").replace(POLICY, "policy") not in said]


def _source_text(citation: Citation, width: int) -> str:
    head = f"  [{citation.n}] {citation.locator}" + (f", reference {citation.reference}" if citation.reference else "")
    quote = textwrap.fill(f"“{citation.quote}”", width, initial_indent="      ", subsequent_indent="      ")
    return f"{head}\n{quote}"


def _escape_markdown(line: str) -> str:
    """The line so that Markdown shows it as it is: "<", "*" and "_" are characters, "[1]" is no link. The bars of a
    table stay, and those in its cells are escaped already.
    """
    if line.startswith("| "):
        return re.sub(r"([`*_<>~]|\\(?!\|))", r"\\\1", line)
    return re.sub(r"([\\`*_<>~|])", r"\\\1", line)


def _with_bold_head(line: str) -> str:
    return _HEAD.sub(lambda head: f"{head[1] or ''}**{head[2] or head[4]}**", line)
