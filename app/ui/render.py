"""An answer for people: plain text for the terminal, HTML for the source panel. Pure functions of the answer."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from html import escape
from itertools import pairwise

from app.answer import Answer, Citation, LaterApproval
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
    if cited := _marked_in(answer):
        parts.append("Sources\n" + "\n".join(_source_text(citation, width) for citation in cited))
    if notes := _further_notes(answer):
        filled = (textwrap.fill(note, width, initial_indent="  - ", subsequent_indent="    ") for note in notes)
        parts.append("Notes\n" + "\n".join(filled))
    parts.append(f"Evidence as of {answer.as_of}.")
    return "\n\n".join(parts)


def as_chat(answer: Answer, sentences: int | None = None) -> str:
    """The answer as Markdown for the chat; with `sentences`, only so many of the first ones."""
    text = answer.answer if sentences is None else "".join(split_answer(answer.answer)[:sentences])
    label = "" if answer.status == "answered" else f"**{STATUS_LABELS[answer.status]}.** "
    lines = map(_escape_markdown, text.split("\n"))
    return label + "\n".join(map(_with_bold_head, lines) if answer.about == "patient" else lines)


def split_answer(text: str) -> list[str]:
    """The answer's sentences, each with its citation marks and the space after it: together they are the answer."""
    ends = [0, *(match.end() for match in _BETWEEN_SENTENCES.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if end > start]


def sources_html(answer: Answer | None) -> str:
    """The source panel: a card for each citation with the supporting words marked, then the notes."""
    if answer is None:
        return '<div class="ll-empty">Sources appear here, with the words that support each sentence marked.</div>'
    cards = [_card(citation) for citation in _marked_in(answer)]
    nothing = "" if cards else '<div class="ll-empty">No passage supports an answer.</div>'
    notes = _section("Please note", map(escape, _further_notes(answer)))
    later = _section(f"After the review (later than {answer.as_of}, no part of it)", map(_later, answer.since_then))
    return f'<div class="ll-sources" aria-label="Sources">{"".join(cards)}{nothing}{notes}{later}</div>'


def _section(title: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    heading = escape(title)
    return (
        f'<section class="ll-notes" aria-label="{heading}"><h3>{heading}</h3><ul>{listed}</ul></section>'
        if listed
        else ""
    )


def _later(approval: LaterApproval) -> str:
    return f"{escape(approval.date)}: {escape(approval.what)} Source: {escape(approval.source)}"


def marked(citation: Citation) -> str:
    """The passage as HTML with the quoted words inside <mark>."""
    before, quote, after = citation.text.partition(citation.quote)
    return f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"


def _marked_in(answer: Answer) -> list[Citation]:
    """The citations that the text or a note marks; those of a patient's options alone stand with the options."""
    # Notes on the source name its reference numbers in brackets; only those on a patient have marks of their own.
    notes = answer.notes if answer.about == "patient" else ()
    shown = {int(number) for number in _MARK.findall(" ".join([answer.answer, *notes]))}
    return [citation for citation in answer.citations if citation.n in shown]


def _further_notes(answer: Answer) -> list[str]:
    """The notes that the answer itself does not say already; it says what a policy is only once."""
    said = answer.answer.replace(POLICY, "policy")
    return [note for note in answer.notes if note.rstrip(".").replace(POLICY, "policy") not in said]


def _card(citation: Citation) -> str:
    reference = f" · reference {escape(citation.reference)}" if citation.reference else ""
    href = escape(citation.url or "")
    link = f'<a href="{href}" target="_blank" rel="noopener noreferrer">{escape(citation.title)}</a>'
    title = link if citation.url else escape(citation.title)
    head = f'<span class="ll-n">{citation.n}</span> <strong>{escape(citation.locator)}</strong>{reference}'
    return (
        f'<article class="ll-card" id="source-{citation.n}"><header>{head}</header>'
        f"<p>{marked(citation)}</p><footer>{title}</footer></article>"
    )


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
