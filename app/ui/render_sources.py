"""The source panel: a card for each citation of the conversation, its supporting words marked. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from app.answer import Answer, Citation, LaterApproval
from app.ui.render import further_notes, marked_in, source_id
from app.ui.session import Exchange

# A citation of a table row as the row in its table, its cells marked; None for anything else.
ShowRow = Callable[[Citation], str | None]

# The place of the form among the exchanges.
FORM = "form"
_NOTHING_YET = "Sources appear here, with the words that support each sentence marked."


def sources_html(exchanges: Sequence[Exchange], form: Answer | None = None, show_row: ShowRow = lambda _: None) -> str:
    """The sources of the last answer, open, and those of the earlier ones, folded, latest first; `form` is the answer
    on the patient of the form, where it is none of the conversation.
    """
    folded = [_folded("Sources of the options in the form", _all_cards(form, FORM, show_row))] if form else []
    if not exchanges:
        return f'<div class="ll-sources"><div class="ll-empty">{_NOTHING_YET}</div>{"".join(folded)}</div>'
    last = len(exchanges) - 1
    parts = [_of_answer(exchanges[last].answer, last, show_row), *folded]
    for turn in range(last - 1, -1, -1):
        exchange = exchanges[turn]
        if marked_in(exchange.answer):
            parts.append(_folded(_short(exchange.question), _of_answer(exchange.answer, turn, show_row)))
    return f'<div class="ll-sources">{"".join(parts)}</div>'


def marked(citation: Citation) -> str:
    """The passage as HTML with the quoted words inside <mark>."""
    before, quote, after = citation.text.partition(citation.quote)
    return f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"


def _folded(title: str, inside: str) -> str:
    return f'<details class="ll-earlier"><summary>{escape(title)}</summary>{inside}</details>'


def _all_cards(answer: Answer, turn: int | str, show_row: ShowRow) -> str:
    return "".join(_card(citation, turn, show_row) for citation in answer.citations)


def _of_answer(answer: Answer, turn: int, show_row: ShowRow) -> str:
    shown = marked_in(answer)
    cards = [_card(citation, turn, show_row) for citation in shown]
    others = [_card(citation, turn, show_row) for citation in answer.citations if citation not in shown]
    if others:
        cards.append(_folded("Further sources of the options", "".join(others)))
    nothing = "" if cards else '<div class="ll-empty">No passage supports an answer.</div>'
    notes = _section("Please note", map(escape, further_notes(answer)))
    later = _section(f"After the review (later than {answer.as_of}, no part of it)", map(_later, answer.since_then))
    return f"{''.join(cards)}{nothing}{notes}{later}"


def _card(citation: Citation, turn: int | str, show_row: ShowRow) -> str:
    reference = f" · reference {escape(citation.reference)}" if citation.reference else ""
    href = escape(citation.url or "")
    link = f'<a href="{href}" target="_blank" rel="noopener noreferrer">{escape(citation.title)}</a>'
    title = link if citation.url else escape(citation.title)
    head = f'<span class="ll-n">{citation.n}</span> <strong>{escape(_place(citation))}</strong>{reference}'
    body = show_row(citation) or f"<p>{marked(citation)}</p>"
    return (
        f'<article class="ll-card" id="{source_id(turn, citation.n)}" tabindex="-1"><header>{head}</header>'
        f"{body}<footer>{title}</footer></article>"
    )


def _place(citation: Citation) -> str:
    """ "Table 2 · SUNLIGHT (Prager 2023)"."""
    table, comma, row = citation.locator.partition(", ")
    return f"{table} · {row}" if citation.row and comma else citation.locator


def _section(title: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    heading = escape(title)
    inside = f'<section class="ll-notes" aria-label="{heading}"><h3>{heading}</h3><ul>{listed}</ul></section>'
    return inside if listed else ""


def _later(approval: LaterApproval) -> str:
    return f"{escape(approval.date)}: {escape(approval.what)} Source: {escape(approval.source)}"


def _short(question: str, most: int = 90) -> str:
    words = " ".join(question.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
