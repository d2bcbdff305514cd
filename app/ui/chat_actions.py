"""What the page does when something is said or changed, without Gradio: a session in, a session or texts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

from app.answer import Citation
from app.errors import UserError
from app.program import program_version
from app.ui import session as sessions
from app.ui.feedback import REASONS, Feedback
from app.ui.patient_fields import WHAT_IF, Shown, facts_of
from app.ui.render import as_chat, split_answer
from app.ui.render_patient import changes_html, chips_html, options_html
from app.ui.render_sources import FORM, sources_html
from app.ui.service import Service
from app.ui.session import Session
from app.ui.source_rows import citation_row_html
from app.ui.streamed import Done, streamed

Message = dict[str, str]
# What HTML or Markdown would take for a sign of its own.
_SIGNS = re.compile(r"[&<>*_`~\[\]\\#|!$^{}]")


def as_typed(text: str) -> str:
    """What the user says, shown to the letter: the chat would take "<" for HTML and "*" for Markdown."""
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text)


def as_said(content: Any) -> str:
    """The user's words in a message, which Gradio hands back either as text or as a list of parts."""
    if not isinstance(content, str):
        content = " ".join(part["text"] for part in content if isinstance(part, dict) and "text" in part)
    return unescape(content)


def messages(session: Session, sentences: int | None = None) -> list[Message]:
    """The conversation as the chat shows it; with `sentences`, only so many of the last answer's."""
    shown: list[Message] = []
    last = len(session.exchanges) - 1
    for turn, exchange in enumerate(session.exchanges):
        shown.append({"role": "user", "content": as_typed(exchange.question)})
        count = sentences if turn == last else None
        shown.append({"role": "assistant", "content": as_chat(exchange.answer, turn, count)})
    return shown


def answered(service: Service, session: Session, question: str) -> Iterator[tuple[Session, list[Message]]]:
    """The session with the question answered, and the conversation growing by a sentence at a time; what cannot be
    answered is said in its place and leaves the session as it was.
    """
    asked = {"role": "user", "content": as_typed(question)}
    try:
        after = session
        for step in _steps(service, session, question):
            if isinstance(step, Done):
                after = step.result
            else:
                yield session, [*messages(session), asked, {"role": "assistant", "content": step}]
    except UserError as error:
        refusal = {"role": "assistant", "content": as_typed(str(error))}
        yield session, [*messages(session), asked, refusal]
        return
    answer = after.exchanges[-1].answer
    for shown in range(1, len(split_answer(answer.answer)) + 1):
        yield after, messages(after, shown)


def _steps(service: Service, session: Session, question: str) -> Iterator[str | Done[Session]]:
    """What of the answer was verified so far, as a language model writes it; then the session with the answer."""
    if not service.streams:
        yield Done(sessions.ask(service, session, question))
        return
    said = ""
    for step in streamed(lambda watch: sessions.ask(service, session, question, watch)):
        if isinstance(step, str):
            said = f"{said} {as_typed(step)}".strip()
            yield f"{said} …"
        else:
            yield step


def patient_edited(service: Service, session: Session, values: Shown) -> Session:
    """The session with the patient as the form shows him; as it was where nothing differs."""
    facts = facts_of(values, session.facts)
    return session if facts == session.facts else sessions.edit(service, session, facts)


def patient_cleared(session: Session) -> Session:
    """The session without its patient: what the conversation told of him so far no longer counts."""
    return replace(session, weighed=None, before=None, form=None, settled=len(session.exchanges))


def hypothetical(service: Service, session: Session, chosen: Shown) -> str:
    """What would change if the facts chosen were so; empty where none is chosen."""
    changes = {field.name: field.fact(word) for field, word in zip(WHAT_IF, chosen, strict=True) if word}
    after = sessions.what_if(service, session, changes)
    return changes_html(session.weighed, after).replace("What changed", "What would change")


def place_of_patient(session: Session) -> int | str:
    """The exchange in whose sources the options of the patient stand; the form where it set him."""
    for turn in range(len(session.exchanges) - 1, -1, -1):
        if session.exchanges[turn].answer is session.weighed:
            return turn
    return FORM


def sources(service: Service, session: Session) -> str:
    """The source panel."""
    form = session.weighed if place_of_patient(session) == FORM else None
    return sources_html(session.exchanges, form, lambda citation: _row(service, citation))


def chips(session: Session) -> str:
    """The facts of the patient, above the question."""
    return chips_html(session.weighed, sessions.origins(session))


def options(session: Session) -> str:
    """The panel of the twelve options."""
    return options_html(session.weighed, place_of_patient(session))


def changed(session: Session) -> str:
    """What the last change of the patient changed in the options."""
    return changes_html(session.before, session.weighed)


def open_what_ifs(session: Session) -> list[bool]:
    """For each fact of `WHAT_IF`: whether it is unknown of the patient shown."""
    open_ones = sessions.unknown(session, [field.name for field in WHAT_IF])
    return [field.name in open_ones for field in WHAT_IF]


def feedback_on(session: Session, turn: int, liked: bool | str, with_text: bool) -> Feedback:
    """The feedback on the answer of exchange number `turn`: a thumb, or the reason chosen, which is a thumb down."""
    exchange = session.exchanges[turn]
    reason = next((one for one in REASONS if isinstance(liked, str) and liked.casefold() == one), None)
    return Feedback(
        exchange.answer.answer_id,
        "up" if liked is True or liked == "Like" else "down",
        reason,
        version=program_version(),
        question=exchange.question,
        answer=exchange.answer.answer,
        text_ticked=with_text,
    )


def _row(service: Service, citation: Citation) -> str | None:
    """A table row cited, shown in its table."""
    return citation_row_html(service.assistant.base, citation) if citation.row else None
