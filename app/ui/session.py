"""One visitor's conversation: what was asked and answered, and the patient as the page shows him. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.answer import Answer
from app.errors import NotReady
from app.patient.form import read_patient
from app.patient.profile import AGENTS, FIELDS
from app.steps.llm_calls import Watch
from app.ui.service import Service

# As long may a question wait for an index that is still being built, in seconds.
_PATIENCE = 120

# A fact by its public name ("ras", "prior.irinotecan"), with its value as JSON has it; what is left out is unknown.
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Session:
    """`weighed` is the answer whose patient and options stand beside the conversation, `before` the one that it
    replaced; `form` holds the facts set in the form, which settle what the first `settled` turns told.
    """

    exchanges: tuple[Exchange, ...] = ()
    weighed: Answer | None = None
    before: Answer | None = None
    form: Facts | None = None
    settled: int = 0

    @property
    def turns(self) -> tuple[str, ...]:
        """The user's messages, in order."""
        return tuple(exchange.question for exchange in self.exchanges)

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the patient shown, assumed ones included."""
        return {fact["field"]: fact["value"] for fact in self.weighed.facts} if self.weighed else {}

    @property
    def last(self) -> Answer | None:
        """The last answer of the conversation."""
        return self.exchanges[-1].answer if self.exchanges else None


def ask(service: Service, session: Session, question: str, watch: Watch | None = None) -> Session:
    """The session with the question answered; `watch` as in `Assistant.ask`. Raises UserError for a question that
    cannot be.
    """
    patient = None if session.form is None else read_patient(as_profile(session.form))
    turns = (*session.turns, question)
    answer = _when_ready(lambda: service.ask(turns, patient, session.settled, watch), service)
    told = replace(session, exchanges=(*session.exchanges, Exchange(question, answer)))
    if answer.patient is None or answer.hypothetical:
        return told
    return replace(told, weighed=answer, before=session.weighed)


def edit(service: Service, session: Session, shown: Facts) -> Session:
    """The session with the patient as the form now shows him, weighed anew.

    What only followed from another fact is worked out again unless it was changed itself. Raises UserError.
    """
    known = session.facts
    implied = (
        {fact["field"] for fact in session.weighed.facts if fact["source"] == "implied"} if session.weighed else ()
    )
    form = {name: value for name, value in shown.items() if name not in implied or known.get(name) != value}
    weighed = service.options((), read_patient(as_profile(form))) if form else None
    return replace(session, weighed=weighed, before=session.weighed, form=form, settled=len(session.exchanges))


def what_if(service: Service, session: Session, changes: Facts) -> Answer | None:
    """The patient weighed with these facts changed; the session stays as it is. None where nothing is changed."""
    if not changes or session.weighed is None:
        return None
    told = {fact["field"]: fact["value"] for fact in session.weighed.facts if fact["source"] != "implied"}
    return service.options((), read_patient(as_profile({**told, **changes})))


def undo(service: Service, session: Session, count: int = 1) -> Session:
    """The session without its last exchanges; the patient is what the rest of them told, or what the form set."""
    kept = Session(form=session.form, settled=min(session.settled, max(len(session.exchanges) - count, 0)))
    if session.form:
        kept = replace(kept, weighed=service.options((), read_patient(as_profile(session.form))))
    for exchange in session.exchanges[: len(session.exchanges) - count]:
        kept = replace(kept, exchanges=(*kept.exchanges, exchange))
        answer = exchange.answer
        if answer.patient is not None and not answer.hypothetical and len(kept.exchanges) > kept.settled:
            kept = replace(kept, weighed=answer, before=kept.weighed)
    return kept


def as_profile(facts: Facts) -> dict[str, Any]:
    """The facts as the public profile has them: earlier therapy under `prior`."""
    plain = {name: value for name, value in facts.items() if not name.startswith("prior.") and name in FIELDS}
    prior = {agent: facts[f"prior.{agent}"] for agent in AGENTS if facts.get(f"prior.{agent}") is not None}
    return {**plain, **({"prior": prior} if prior else {})}


def origins(session: Session) -> dict[str, str]:
    """For each fact shown, the words that it came from: those of the conversation while its value is the same."""
    told: dict[str, tuple[Any, str]] = {}
    answers = [exchange.answer for exchange in session.exchanges]
    for answer in (*answers, *([session.weighed] if session.weighed else [])):
        for fact in answer.facts:
            known = told.get(fact["field"])
            if fact["source"] != "form":
                words = f"“{fact['words']}”" if fact["source"] == "text" else fact["words"]
                told[fact["field"]] = (fact["value"], words)
            elif known is None or known[0] != fact["value"]:
                told[fact["field"]] = (fact["value"], "the form")
    return {name: told[name][1] for name in session.facts if name in told}


def _when_ready(ask: Callable[[], Answer], service: Service) -> Answer:
    """The answer; waits a while where the assistant is still loading."""
    try:
        return ask()
    except NotReady:
        service.wait(_PATIENCE)
        return ask()


def unknown(session: Session, fields: Sequence[str]) -> list[str]:
    """Those of the fields that are not known of the patient shown; none where there is no patient."""
    return [name for name in fields if name not in session.facts] if session.weighed else []
