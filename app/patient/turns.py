"""A conversation's turns put together: later ones replace, add to or take back what earlier ones said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.patient.cancers import Cancers
from app.patient.findings import Finding, replaces
from app.patient.history import Told
from app.patient.persons import names_a_person
from app.patient.profile import Lines
from app.patient.reading import Remark
from app.patient.text import Message

_NEW_PATIENT = re.compile(
    r"\b(?:new patient|next patient|"
    r"(?<!of )(?<!to )(?<!from )(?<!of a )(?<!to a )(?<!from a )(?<!on a )(?<!on )(?:another patient|"
    r"different (?:patient|pt)|other patient)|"
    r"new case|next case|(?<!of )(?<!to )(?:another case|different case)|forget (?:him|her|that patient|the "
    r"(?:previous|last))|"
    r"start(?:ing)? (?:over|afresh|again)|new pt|next pt)\b"
)
# A what-if that keeps what the one before supposed.
_ON_TOP = re.compile(r"\b(?:on top of that|also|too|as well|in addition|additionally|both|at the same time)\b")
# The last message about a drug is taken back without naming it.
_TAKES_BACK = re.compile(
    r"\b(?:strike that|scratch that|forget that|it was only planned|was not given after all|(?:has|"
    r"had) not been (?:given|started) after all|that was (?:a mistake|wrong)|still to start it|it never happened)\b"
)
# A message that corrects a history adds no courses to it.
_CORRECTS = re.compile(
    r"\b(?:actually|correction|correct(?:ed|ing)?|sorry|mistake|wrong|in fact|not .{1,30} but|scratch|strike)\b"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message states, and what it supposes. `ignored(start, end)` tells stretches about something else."""

    message: Message
    findings: tuple[Finding, ...]
    supposed: tuple[Finding, ...]
    told: Told
    other_markers: tuple[Remark, ...]
    asked_trials: tuple[Remark, ...]
    cancers: Cancers
    ignored: Callable[[int, int], bool]
    several: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the patient after some turns. `turns` are those about this patient that still stand, `supposed`
    what the last one supposes.
    """

    findings: tuple[Finding, ...] = ()
    turns: tuple[Turn, ...] = ()
    supposed: tuple[Finding, ...] = ()

    @property
    def told(self) -> tuple[Told, ...]:
        """The history of each turn."""
        return tuple(turn.told for turn in self.turns)


def of_one_patient(turns: Sequence[Turn]) -> Sequence[Turn] | None:
    """The turns to be read as one patient's. None after a message that tells of several patients, until a later one
    introduces a patient by itself; what was said before is then left out.
    """
    last = next((number for number in range(len(turns) - 1, -1, -1) if turns[number].several), None)
    if last is None:
        return turns
    for number in range(last + 1, len(turns)):
        turn = turns[number]
        if turn.cancers.own or names_a_person(turn.message, turn.ignored):
            return turns[number:]
    return None


def known_after(turns: Iterable[Turn], given: Sequence[Finding]) -> Known:
    """What is known after all the turns, in their order, on top of the findings in `given`."""
    known = before = Known(tuple(given))
    supposed: tuple[Finding, ...] = ()
    for turn in turns:
        words, later = turn.message.plain, turn.message.turn > 0
        if later and _NEW_PATIENT.search(words):
            known = before = Known()
            supposed = ()
        further = supposed if _ON_TOP.search(words) else ()
        supposed = (*replaces(turn.supposed, further), *turn.supposed) if turn.supposed else ()
        if later and _TAKES_BACK.search(words) and not turn.told.names:
            known = before
        before, known = known, _with(known, turn)
    return replace(known, supposed=supposed)


def _with(known: Known, turn: Turn) -> Known:
    stated = _with_further_lines(turn, known)
    return Known((*replaces(stated, known.findings), *stated), (*known.turns, turn))


def _with_further_lines(turn: Turn, known: Known) -> Sequence[Finding]:
    """The turn's findings; courses that it adds to those of earlier turns add to their number of lines."""
    earlier = next((finding.value for finding in reversed(known.findings) if finding.name == "lines"), None)
    if not turn.told.listed or not isinstance(earlier, Lines):
        return turn.findings
    listed = {drugs for told in known.told for drugs in told.listed}
    new = [drugs for drugs in turn.told.listed if not any(drugs <= other for other in listed)]
    if new and _CORRECTS.search(turn.message.plain):
        return turn.findings
    total = Lines(earlier.count + len(new), earlier.exact)
    return [replace(finding, value=total) if finding.name == "lines" else finding for finding in turn.findings]
