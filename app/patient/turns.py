"""A conversation's turns put together: later ones replace, add to or take back what earlier ones said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.patient.cancers import Cancers
from app.patient.findings import Finding, replaces
from app.patient.history import Told
from app.patient.persons import names_a_person
from app.patient.profile import CHEMO_AGENTS, Lines
from app.patient.reading import Remark
from app.patient.responses import NOT_ALONE
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
    r"had) not been (?:given|started) after all|that was (?:a mistake|wrong)|still to start it|it never happened|"
    r"wrong patient|(?:has|had|have)(?: not|n't) (?:actually |yet )*(?:started|begun|had|taken) (?:it|them|that)|"
    r"never (?:actually )?"
    r"(?:started|began|had|took) (?:it|them|that))\b"
)
# A result spoken of before was not this patient's.
_NOT_HIS = re.compile(
    r"\b(?:that|this|the|it|which) ?(?:(?:re-?)?tests?|results?|reports?|sample|biopsy|slide|one)? ?(?:was|is|were|"
    r"belong\w*|"
    r"came) (?:\w+ )?(?:(?:from|of|to|for|on) )?(?:another|an?other|a different|the wrong|someone else|somebody else|"
    r"some "
    r"other)\b(?! (?:time|day|lab|line|drug|regimen))"
)
_NO_MARKER = re.compile(r"prior\.|lines$|ecog$|fit$|aim$|age$|sex$|primary_side$|anti_egfr_response$")
# A message that corrects a history adds no courses to it.
_CORRECTS = re.compile(
    r"\b(?:actually|correction|correct(?:ed|ing)?|sorry|mistake|wrong|in fact|not .{1,30} but|scratch|strike|"
    r"not .{1,30}[:;,] (?:it|that) was|instead of|mixed up|typo|i mean|only planned|after all)\b"
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
        denies = any(finding.name.startswith("prior.") for finding in turn.findings)
        if later and _TAKES_BACK.search(words) and not turn.told.names and not denies:
            known = before
        elif later and _NOT_HIS.search(words) and not turn.findings:
            known = before if before.turns else _without_markers(known)
        before, known = known, _with(known, turn)
    return replace(known, supposed=supposed)


def _without_markers(known: Known) -> Known:
    """What is known without any result of a test, of which one is somebody else's."""
    return replace(known, findings=tuple(finding for finding in known.findings if _NO_MARKER.match(finding.name)))


def _with(known: Known, turn: Turn) -> Known:
    stated = _with_further_lines(turn, known, _without_plans(turn, known))
    stated = [*_without_shared(stated, known), *_response_to_last(turn, known)]
    return Known((*replaces(stated, known.findings), *stated), (*known.turns, turn))


def _response_to_last(turn: Turn, known: Known) -> Sequence[Finding]:
    """The response that the turn tells, where the turn before told of one course only: an anti-EGFR one."""
    told = known.turns[-1].told if known.turns else None
    if turn.told.response is None or told is None or len(told.courses) > 1:
        return ()
    agents = set(told.last_line or told.metastatic)
    return () if "anti_egfr" not in agents or agents & NOT_ALONE else (turn.told.response,)


def _without_plans(turn: Turn, known: Known) -> Sequence[Finding]:
    """The turn's findings, but that a drug given before is now planned again: that takes nothing back."""
    if _CORRECTS.search(turn.message.plain):
        return turn.findings
    given = {finding.name for finding in known.findings if finding.value is True}
    planned = {f"prior.{agent}" for agent in turn.told.only_planned} & given
    return [finding for finding in turn.findings if finding.name not in planned or finding.value is not False]


def _without_shared(findings: Sequence[Finding], known: Known) -> Sequence[Finding]:
    """The findings, but that a denied regimen ("no FOLFIRI") leaves what another one held too (FOLFOX)."""
    denied = {finding.name.removeprefix("prior.") for finding in findings if finding.value is False} & set(CHEMO_AGENTS)
    if len(denied) < 2:
        return findings
    others = [set(agents) for told in known.told for agents in told.listed_agents]
    kept = {f"prior.{agent}" for agents in others for agent in denied & agents if (agents & set(CHEMO_AGENTS)) - denied}
    return [finding for finding in findings if finding.name not in kept or finding.value is not False]


def _with_further_lines(turn: Turn, known: Known, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings; courses that the turn adds to those of earlier turns add to their number of lines, and courses of
    drugs that it denies are lines no more.
    """
    earlier = next((finding.value for finding in reversed(known.findings) if finding.name == "lines"), None)
    if not isinstance(earlier, Lines):
        return findings
    if turn.told.adjuvant and not turn.told.metastatic:  # an adjuvant course more changes no line
        kept = [finding for finding in findings if finding.name != "lines" or finding.value != Lines(0)]
        moved = sum(each == set(turn.told.adjuvant) for told in known.told for each in told.listed_agents)
        source = next((finding.source for finding in findings if finding.value is True), None)
        if moved and source and earlier.count >= moved:
            kept.append(Finding("lines", Lines(earlier.count - moved, earlier.exact), source))
        return kept
    if _gives_a_number(turn):
        return findings
    denied = [finding for finding in findings if finding.name.startswith("prior.") and finding.value is False]
    names = {finding.name.removeprefix("prior.") for finding in denied}
    agents = [agents for told in known.told for agents in told.listed_agents]
    gone = sum(1 for each in agents if each and each <= names)
    before = earlier.count - gone
    if not turn.told.listed:
        if not gone or before < 1:
            return findings
        return [*findings, Finding("lines", Lines(before, earlier.exact), denied[0].source)]
    listed = {drugs for told in known.told for drugs in told.listed}
    new = [drugs for drugs in turn.told.listed if not any(drugs <= other for other in listed)]
    corrected = bool(_CORRECTS.search(turn.message.plain))
    if corrected and not gone and all(any(other <= drugs for other in listed) for drugs in new):
        return [finding for finding in findings if finding.name != "lines"]  # only a partner more: "she did get bev"
    if new and not gone and corrected:
        return findings
    if listed or any(told.names for told in known.told):
        labelled = max((line or 0 for _, _, line in turn.told.courses), default=0)
        total = Lines(max(before + len(new), labelled), earlier.exact)
    else:  # the lines were counted before and are named now
        total = Lines(max(before, len(turn.told.listed)), earlier.exact)
    return [replace(finding, value=total) if finding.name == "lines" else finding for finding in findings]


def _gives_a_number(turn: Turn) -> bool:
    """Whether the number of lines stands in the turn in so many words."""
    return not turn.told.listed and any(finding.name == "lines" for finding in turn.findings)
