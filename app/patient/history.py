"""Earlier therapy of one message as findings, and what the history leaves open (rules §1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.patient.courses import LABEL, Course, courses_in, is_partner
from app.patient.denials import contradicted_denials
from app.patient.findings import Finding
from app.patient.lines import LineCount, count_lines, counted_courses
from app.patient.profile import AGENTS, CHEMO_AGENTS, Fact, Lines, Source
from app.patient.reading import Remark
from app.patient.responses import loose_response, responses_in
from app.patient.scopes import Scope
from app.patient.text import Message, Span
from app.patient.therapy_mentions import Therapy, is_late_line
from app.patient.therapy_words import INCOMPLETE, NOT_STANDARD, STANDARD, UNTREATED
from app.patient.unknown_regimens import unknown_regimens
from app.patient.unnamed_lines import unknown_lines

# Without the enzyme a fluoropyrimidine can kill.
_NO_DPD = re.compile(
    r"\b(?:complete |partial )?dpd[- ]?defici\w*|\bdpyd\b[^.;,]{0,20}(?:\*2a|homozyg\w*|varian\w*|defici\w*|mut\w*)"
)
_BY_POLICY = "not in the history stated (policy: a rule of this product, not of the review)"
# What is incomplete must be the history: "records incomplete", not "incomplete resection".
_OF_HISTORY = re.compile(
    r"regimen|line|drug|chemo|therap|treat|record|history|note|document|detail|letter|file|folf|cap"
)
_FOUND_OUT = re.compile(
    r"\b(?:found|arrived|got hold|tracked down|unearthed|turned up|came through|come through|received the|here (?:it|"
    r"they) "
    r"(?:is|are)|from the (?:letters?|notes?|records?|discharge)|(?:letters?|notes?|records?) (?:say|says|show|shows|"
    r"are in))\b"
)
_ALWAYS_OF_HISTORY = ("etc", "among", "and other", "other")


@dataclass(frozen=True, slots=True)
class Told:
    """What one message tells of earlier therapy. `names` that it names any; `regimen` that it names a chemotherapy
    backbone; `standard` that all standard chemotherapy was given; `open_ended` that what it does not mention may have
    been given; `possible` are agents that may have been given, with their words.
    """

    findings: tuple[Finding, ...] = ()
    names: bool = False
    regimen: bool = False
    standard: bool = False
    open_ended: bool = False
    # The number of lines stated, where this message names fewer.
    stated_lines: int = 0
    possible: tuple[Remark, ...] = ()
    contraindicated: tuple[Remark, ...] = ()
    asked: tuple[Remark, ...] = ()
    # Agents of which the message only says that they may be given later.
    only_planned: frozenset[str] = frozenset()
    adjuvant: tuple[str, ...] = ()
    metastatic: tuple[str, ...] = ()
    last_line: tuple[str, ...] = ()
    # Drugs of the courses that make the number of lines, where no number is given in words.
    listed: tuple[frozenset[str], ...] = ()
    listed_agents: tuple[frozenset[str], ...] = ()
    # All that makes a line for metastatic disease, as written, with the line it is said to be.
    courses: tuple[tuple[int, int, int | None], ...] = ()
    # A response told where no course is named: of the course that the message before told of.
    response: Finding | None = None
    # Whether the history is what was found out after it had been unknown.
    found_out: bool = False


def told_in(message: Message, therapies: Sequence[Therapy], scopes: Sequence[Scope]) -> Told:
    """The history that a message tells."""
    own = [therapy for therapy in therapies if not therapy.hypothetical]
    courses = courses_in(message, own)
    standard = _standard(message, scopes)
    untreated = _untreated(message, scopes, own)
    possible = [therapy for therapy in own if therapy.status == "unsure" and therapy.agents]
    unknown = [span for span in unknown_regimens(message, therapies) if not _is_elsewhere(span, scopes)]
    late = [
        therapy
        for therapy in possible
        if (therapy.backbone or is_late_line(therapy)) and not _is_named_beside(message, therapy, own)
    ]
    possible_lines = [Span(therapy.start, therapy.end) for therapy in late if not therapy.blinded] + unknown
    blinded = [Span(each.start, each.end) for each in late if each.blinded and not is_partner(message, each, courses)]
    count = count_lines(message, courses, scopes, possible_lines, blinded)
    counted = counted_courses(courses)
    given = [therapy for therapy in own if therapy.status == "given"]
    return Told(
        findings=tuple(_findings(message, own, standard, untreated, count, courses, scopes)),
        names=any(therapy.agents or (therapy.ids and not therapy.chemotherapy) for therapy in given)
        or standard is not None,
        regimen=any(course.backbone for course in courses if not course.adjuvant),
        standard=standard is not None,
        stated_lines=count.lines.count if count.lines and count.unnamed else 0,
        open_ended=bool(unknown) or _is_open_ended(message, courses, count, scopes, own),
        possible=_remarks(message, possible),
        contraindicated=(
            *_remarks(message, [therapy for therapy in own if therapy.status == "contraindicated"]),
            *(
                Remark(("fluoropyrimidine",), message.source(*found.span()))
                for found in _NO_DPD.finditer(message.plain)
                if not any(
                    therapy.status == "contraindicated" and "fluoropyrimidine" in therapy.agents for therapy in own
                )
            ),
        ),
        asked=_remarks(message, [therapy for therapy in own if therapy.status in ("asked", "planned")]),
        only_planned=_only_planned(own),
        adjuvant=_agents(course for course in courses if course.adjuvant),
        metastatic=_agents(course for course in courses if not course.adjuvant),
        last_line=_agents(counted[-1:]),
        listed=()
        if count.stated
        else tuple(frozenset(name for therapy in course.therapies for name in therapy.ids) for course in counted),
        listed_agents=() if count.stated else tuple(course.agents for course in counted),
        courses=tuple((course.start, course.end, course.line) for course in counted),
        response=None if own else loose_response(message, scopes),
        found_out=bool(_FOUND_OUT.search(message.plain)),
    )


def _only_planned(therapies: Sequence[Therapy]) -> frozenset[str]:
    planned = {agent for therapy in therapies if therapy.status == "planned" for agent in therapy.agents}
    return frozenset(planned).difference(
        agent for therapy in therapies if therapy.status in ("not_given", "contraindicated") for agent in therapy.agents
    )


def assumptions(told: Sequence[Told], known: Iterable[str]) -> list[Fact]:
    """The agents taken as not given because a history leaves them out; none where the history is open-ended.

    `known` are the agents that are known, or named as possible, already.
    """
    if not any(part.names for part in told):
        return []
    if any(part.open_ended and not _was_filled(part, told[number + 1 :]) for number, part in enumerate(told)):
        return []
    if max(part.stated_lines for part in told) > sum(len(part.courses) for part in told):
        return []  # lines of which no drug is named
    left_open = set(known) | {name for part in told for remark in part.possible for name in remark.names}
    if any(part.standard for part in told) and not any(part.regimen for part in told):
        left_open |= {"anti_vegf", "anti_egfr"}
    return [Fact(f"prior.{agent}", False, Source("assumed", _BY_POLICY)) for agent in AGENTS if agent not in left_open]


def _was_filled(part: Told, later: Sequence[Told]) -> bool:
    """Whether what an earlier message left wholly open was found out: "drugs not known", then "found it: …"."""
    found = next((number for number, other in enumerate(later) if other.found_out and other.regimen), None)
    if part.names or found is None:
        return False
    lines = [finding.value.count for finding in part.findings if isinstance(finding.value, Lines)]
    return sum(len(other.courses) for other in later[found:]) >= max(lines, default=0)


def _findings(
    message: Message,
    therapies: Sequence[Therapy],
    standard: Source | None,
    untreated: Source | None,
    count: LineCount,
    courses: Sequence[Course],
    scopes: Sequence[Scope],
) -> Iterable[Finding]:
    given = {agent for therapy in therapies if therapy.status == "given" for agent in therapy.agents}
    unsure = {agent for therapy in therapies if therapy.status == "unsure" for agent in therapy.agents}
    if standard:
        given |= set(CHEMO_AGENTS)
        yield from (Finding(f"prior.{agent}", True, standard) for agent in CHEMO_AGENTS)
    for therapy in therapies:
        source = message.source(therapy.start, therapy.end)
        for agent in sorted(therapy.agents):
            if therapy.status == "given":
                yield Finding(f"prior.{agent}", True, source)
            elif agent in given:
                continue
            elif therapy.status == "unsure":
                yield Finding(f"prior.{agent}", None, source)
            elif agent not in unsure and therapy.status in ("not_given", "contraindicated", "planned"):
                yield Finding(f"prior.{agent}", False, source)
    yield from contradicted_denials(message, therapies)
    if untreated:
        yield from (Finding(f"prior.{agent}", False, untreated) for agent in AGENTS if agent not in given)
        if not count.lines:
            yield Finding("lines", Lines(0), untreated)
    incomplete = bool(INCOMPLETE.search(message.plain)) and not count.stated
    if count.lines and count.source and not incomplete:
        # "all standard chemotherapy, then Lonsurf": at least one line more than is listed.
        more = standard is not None and not count.stated and count.listed and not any(map(_is_backbone, courses))
        lines = Lines(count.lines.count + 1, exact=False) if more else count.lines
        yield Finding("lines", lines, count.source)
    elif courses and not counted_courses(courses) and all(course.adjuvant for course in courses):
        yield Finding("lines", Lines(0), message.source(courses[0].start, courses[-1].end))
    yield from responses_in(message, courses, scopes)


def _is_named_beside(message: Message, trial: Therapy, named: Sequence[Therapy]) -> bool:
    """ "in SUNLIGHT, where he got FTD/TPI": the trial's drug is known, and is one line with it."""
    sentence = message.sentence_at(trial.start)
    return any(
        other.status == "given" and trial.agents <= other.agents and sentence.holds(other.start, other.end)
        for other in named
    )


def _is_backbone(course: Course) -> bool:
    return course.backbone


def _standard(message: Message, scopes: Sequence[Scope]) -> Source | None:
    for found in STANDARD.finditer(message.plain):
        sentence = message.sentence_at(found.start())
        before = message.plain[sentence.start : found.start()]
        if NOT_STANDARD.search(before) or _is_elsewhere(found, scopes):
            continue
        return message.source(found.start(), found.end())
    return None


def _untreated(message: Message, scopes: Sequence[Scope], therapies: Sequence[Therapy]) -> Source | None:
    """Words that say that nothing was given; not where something was, see `contradicted_denials`."""
    if any(therapy.status == "given" and therapy.agents for therapy in therapies):
        return None
    for found in UNTREATED.finditer(message.plain):
        if not _is_elsewhere(found, scopes):
            return message.source(found.start(), found.end())
    return None


def _is_open_ended(
    message: Message, courses: Sequence[Course], count: LineCount, scopes: Sequence[Scope], named: Sequence[Therapy]
) -> bool:
    """Whether what the history leaves out may have been given all the same."""
    incomplete = (found for found in INCOMPLETE.finditer(message.plain) if not _is_elsewhere(found, scopes))
    if any(_is_of_history(message, found) for found in incomplete):
        return True
    spans = [Span(therapy.start, therapy.end) for therapy in named]
    if any(not _is_elsewhere(found, scopes) for found in unknown_lines(message, spans)):
        return True
    standard = [found.span() for found in STANDARD.finditer(message.plain)]
    chemotherapies = [
        therapy
        for therapy in named
        if therapy.status == "given"
        and therapy.chemotherapy
        and not any(start <= therapy.start < end for start, end in standard)
    ]
    vague = [therapy for therapy in chemotherapies if not _is_spelled_out(message, therapy, courses)]
    return count.trial or bool(vague)


def _is_elsewhere(found: re.Match[str] | Span, scopes: Sequence[Scope]) -> bool:
    start, end = (found.start, found.end) if isinstance(found, Span) else found.span()
    return any(scope.span.touches(start, end) for scope in scopes)


def _is_of_history(message: Message, found: re.Match[str]) -> bool:
    sentence = message.sentence_at(found.start())
    near = message.plain[max(sentence.start, found.start() - 60) : min(sentence.end, found.end() + 60)]
    return found.group().startswith(_ALWAYS_OF_HISTORY) or bool(_OF_HISTORY.search(near))


def _is_spelled_out(message: Message, chemotherapy: Therapy, courses: Sequence[Course]) -> bool:
    """Whether "chemotherapy" only introduces drugs that are named: nearby, or somewhere as a regimen."""
    sentence = message.sentence_at(chemotherapy.start)
    label = LABEL.search(message.plain, max(sentence.start, chemotherapy.start - 14), chemotherapy.start)
    named = [course for course in courses if any(therapy.agents for therapy in course.therapies)]
    if label and not any(course.line for course in named if sentence.holds(course.start, course.end)):
        return any(abs(course.start - chemotherapy.end) < 25 for course in named)
    return any(course.backbone for course in named) or any(
        abs(course.start - chemotherapy.end) < 40 for course in named
    )


def _agents(courses: Iterable[Course]) -> tuple[str, ...]:
    agents = {agent for course in courses for agent in course.agents}
    return tuple(agent for agent in AGENTS if agent in agents)


def _remarks(message: Message, therapies: Iterable[Therapy]) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            (*[agent for agent in AGENTS if agent in therapy.agents], *therapy.ids),
            message.source(therapy.start, therapy.end),
        )
        for therapy in therapies
    )
