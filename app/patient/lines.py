"""How many lines of therapy for metastatic disease a message tells of (rules §1.2): as stated, else its courses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.patient.courses import LABEL, Course, label_number
from app.patient.profile import CHEMO_AGENTS, Lines, Source
from app.patient.scopes import Scope
from app.patient.text import Message, Span
from app.patient.therapy_words import CHEMO_REFRACTORY
from app.patient.unnamed_lines import is_outside, unknown_line, unnamed_trial

_WORDS = {
    "only": 1, "only one": 1, "one": 1, "a single": 1, "single": 1, "two": 2, "both": 2, "a couple of": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
}  # fmt: skip
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|both|a single|single|a couple of)"
_COUNT = re.compile(
    rf"(?<![\w.])(?P<bound>≥\s?|>=\s?|>\s?|at least |more than |a minimum of |minimum |no fewer than |"
    rf"not less than )?(?P<n>{_NUMBER})(?:\s?(?:-|to|or|/)\s?(?P<m>{_NUMBER}))?(?P<plus>\s?\+| or more|"
    rf" plus)?[ -]*(?:[a-z-]+ ){{0,3}}?(?:lines\b|line(?= of (?:\w+ )?(?:therapy|treatment|chemo|systemic)))|"
    rf"(?<![\w.])(?P<bound2>≥\s?|>=\s?|at least )?(?P<n2>{_NUMBER}) (?:prior|previous|earlier|sequential|"
    rf"successive) (?:[a-z-]+ ){{0,2}}(?:regimens?|therap(?:y|ies)|treatments?|chemotherap(?:y|ies))\b|"
    rf"\b(?:prior |previous )?lines?(?: of (?:\w+ )?(?:therapy|treatment|"
    rf"chemo\w*))?(?: for [a-z ]{{3,24}})?(?: (?:so far|to date|received|given))?\s*(?:[:=]|n ?=|x|"
    rf":\s*n ?=)\s*(?P<bound3>≥|>=|at least )?\s*(?P<n3>\d)\b(?!\s?[.)l])|(?<![\w.])(?P<n6>1|one|a single|"
    rf"only one|only) (?:prior |previous |earlier |palliative |single )?line\b(?! (?:of thought|manager))|"
    rf"\b(?:had|done|received|through|given|on) (?:just )?\W?(?P<n7>two|three|four|[2-4]) (?:different |separate |"
    rf"other )?"
    rf"(?:chemos|chemotherapies|chemotherapy regimens|regimens|chemo regimens|lots of (?:chemo\w*|treatment|"
    rf"therapy))\b|"
    rf"\b(?P<n4>\d)x lines\b|\bpre-?treated \((?P<n5>\d) lines?\)"
)
# "> 2" and "more than 2" are 3 or more, "≥ 2" is not.
_ABOVE = re.compile(r">(?!=)|more than")
_ASKED_NUMBER = re.compile(
    r"\b(?:does|do|is|would|should|did|was) (?:that|this|it|we|you|i|they|he|she)\b(?:\W+\w+){0,4}\W+$"
)
_MANY = re.compile(
    r"(?<!how )\b(?:multiple|several|many|numerous|various) (?:prior |previous |"
    r"earlier )?(?:[a-z-]+ ){0,2}(?:lines|regimens|therapies)\b"
)
_ABOUT_LINES = re.compile(r"\b(?:picc|central|arterial|cell|infusion|hickman|iv|mid)\s*$")
_BEFORE_NEXT = re.compile(
    r"(?:\bcandidates? for|\bfor|\bnow|\bnow (?:for|in|at|needs?|requires?)|\bconsider\w*(?: for)?|\bneed\w*|\bnext"
    r"(?: is)?|\bstart\w*|\boptions?(?: for| in| as)?|\bentering|\brequir\w*|\bwhat|\bwhich|\bany|\brecommend\w*|"
    r"\bsuitable for|\beligible for|\bplan\w*(?: for)?|\bfacing|\bdue|\bas|\bbest|\babout|\btowards?|\bregarding|"
    r"\bre:?|\?|\bideas for|\bwants?|\bat)\s*(?:a|the|his|her|further|possible|potential|appropriate|suitable)?\s*$"
)
_AFTER_NEXT = re.compile(
    r"^\W*(?:now\b|candidates?\b|options?\b|(?:therapy|treatment|tx|rx|setting)?\s*\?|"
    r"(?:therapy |treatment )?(?:is )?(?:needed|required|planned|next|indicated|to be)|(?:therapy |"
    r"treatment )(?:options?|now|please|advice|choice)|\?|what|advice|please|setting\b|patient\b|mcrc\b)"
)
_DONE_BEFORE = re.compile(
    r"\b(?:progress\w*|pd|relapsed|failed|failure|refractory|after|post|through|completed|finished|on|following|"
    r"had|received|tolerated)\s+(?:on |after |during |through |of |to |his |her |the |a )*$"
)
_PARTS_LABEL = re.compile(r"[.;\n?]")
_MAYBE_MORE = re.compile(
    r"\b(?:may|might|possibly|perhaps|not sure (?:if|whether))\b[^.;?]{0,30}\b(?:further|additional|another|extra) "
    r"(?:\w+ )?line\b(?! of thought)|\b(?:believ\w*|thinks?|recall\w*|remember\w*|"
    r"reckons?)\b[^.;?]{0,40}\b(?:a second|a third|"
    r"another|a further|one more|two|more) (?:\w+ )?(?:regimens?|lines?|treatments?|chemo\w*)\b"
)


@dataclass(frozen=True, slots=True)
class LineCount:
    """The number of lines with the words it rests on; `listed` is how many the named courses make, `unnamed` tells that
    the number is larger than that; `trial` a trial drug without a name.
    """

    lines: Lines | None
    source: Source | None
    listed: int
    unnamed: bool
    trial: bool
    stated: bool = True


def count_lines(
    message: Message,
    courses: Sequence[Course],
    scopes: Sequence[Scope],
    possible: Sequence[Span],
    blinded: Sequence[Span] = (),
) -> LineCount:
    """The lines for metastatic disease; None where the text does not say. `possible`: drugs that may have been one;
    `blinded`: those of a blinded trial, which was a line whatever was in it.
    """
    counted = counted_courses(courses)
    spans = [*(Span(course.start, course.end) for course in courses), *possible, *blinded]
    unnamed_line, doubtful = unknown_line(message, scopes, spans)
    trial = unnamed_trial(message, spans, scopes)
    trials = len({message.sentence_at(span.start) for span in blinded}) or int(trial)
    listed = max(_listed(counted) + trials, unnamed_line)
    unsure = bool(possible) or doubtful or bool(_MAYBE_MORE.search(message.plain))
    stated = _stated(message, scopes) or _next_line(message, courses, scopes, [*possible, *blinded])
    if stated:
        lines, source = stated
        plain_drugs = any(not course.is_line and not course.chain for course in courses if not course.adjuvant)
        unnamed = bool(0 < listed + len(possible) < lines.count and not plain_drugs)
        return LineCount(lines, source, listed, unnamed, trial)
    refractory = CHEMO_REFRACTORY.search(message.plain)
    if refractory and listed < 2 and not is_outside(refractory.start(), refractory.end(), scopes):
        return LineCount(
            Lines(2, exact=False), message.source(refractory.start(), refractory.end()), listed, False, trial
        )
    if not listed:
        return LineCount(None, None, 0, False, trial, stated=False)
    if _left_out(courses, counted):
        if not any(course.backbone or course.line for course in counted):
            return LineCount(None, None, listed, False, trial, stated=False)
        unsure = True
    source = message.source(counted[0].start, counted[-1].end) if counted else message.source(0, len(message.said))
    return LineCount(Lines(listed, exact=not unsure), source, listed, False, trial, stated=False)


def counted_courses(courses: Sequence[Course]) -> list[Course]:
    """The courses that make a line for metastatic disease: without adjuvant, maintenance and repeated ones."""
    made: list[Course] = []
    drugs: list[set[str]] = []
    metastatic = [course for course in courses if not course.adjuvant]
    for course in metastatic:
        ids = {name for therapy in course.therapies for name in therapy.ids} - {"leucovorin", "chemotherapy"}
        if not ids:
            continue
        labels = {other.line for other in made}
        again = (course.line is None or course.line in labels) and any(
            _repeats(course, ids, earlier) for earlier in drugs
        )
        if course.adds and drugs:
            drugs[-1] |= ids
            continue
        lone = not course.is_line and not (course.follows or (course is metastatic[0] and course.chain))
        lone |= _is_plain_list(course) or (course.line is None and course.agents == {"anti_vegf"})
        if course.maintenance or again or lone:
            continue
        if course.line is not None and course.line in labels and made and made[-1].line == course.line:
            drugs[-1] |= ids  # two drugs of one labelled line
            continue
        made.append(course)
        drugs.append(ids)
    return made


def _is_plain_list(course: Course) -> bool:
    """ "5-FU/ox/iri": what was given in all, not a regimen of one line."""
    named = any(therapy.backbone for therapy in course.therapies)
    return not named and course.line is None and {"oxaliplatin", "irinotecan"} <= course.agents


def _left_out(courses: Sequence[Course], counted: Sequence[Course]) -> bool:
    """Whether chemotherapy stands in a plain list of drugs, which makes lines, but nobody can tell how many."""
    listed = {agent for course in courses if not course.adjuvant for agent in course.agents} & set(CHEMO_AGENTS)
    return bool(listed - {agent for course in counted for agent in course.agents})


def _repeats(course: Course, ids: set[str], earlier: set[str]) -> bool:
    """Whether a course only names an earlier one again, takes it up again, or goes on with its milder part."""
    if not ids <= earlier:
        return False
    return not course.follows or ids == earlier or course.agents <= {"fluoropyrimidine", "anti_vegf"}


def _listed(counted: Sequence[Course]) -> int:
    number, labelled = 0, False
    for course in counted:  # "3rd line, after FOLFOX": what came before a labelled line is none after it
        if course.line is not None:
            number, labelled = max(number, course.line), True
        elif not (labelled and course.came_before):
            number += 1
    return number


def _stated(message: Message, scopes: Sequence[Scope]) -> tuple[Lines, Source] | None:
    """A number of lines in so many words."""
    bounds: list[tuple[Lines, Source]] = []
    for found in _COUNT.finditer(message.plain):
        if is_outside(found.start(), found.end(), scopes) or _ABOUT_LINES.search(
            message.plain[max(0, found.start() - 12) : found.start()]
        ):
            continue
        if _asks_for_number(message, found):
            continue
        text = next(found[name] for name in ("n", "n2", "n3", "n4", "n5", "n6", "n7") if found[name])
        number = int(text) if text.isdigit() else _WORDS[text]
        bound = found["bound"] or found["bound2"] or found["bound3"] or ""
        number += bool(_ABOVE.match(bound.strip()))
        exact = not bound and not found["m"] and not found["plus"]
        if number <= 12:
            bounds.append((Lines(number, exact), message.source(found.start(), found.end())))
    if not bounds and (many := _MANY.search(message.plain)) and not is_outside(many.start(), many.end(), scopes):
        return Lines(2, exact=False), message.source(many.start(), many.end())
    if not bounds:
        return None
    if len({lines for lines, _ in bounds}) > 1:
        lowest = min(bounds, key=lambda item: item[0].count)
        return Lines(lowest[0].count, exact=False), lowest[1]
    return bounds[0]


def _asks_for_number(message: Message, found: re.Match[str]) -> bool:
    """ "does that make it two or three lines?" tells no number."""
    sentence = message.sentence_at(found.start())
    asked = message.words(sentence).rstrip().endswith("?")
    return asked and bool(_ASKED_NUMBER.search(message.plain, sentence.start, found.start()))


def _next_line(
    message: Message, courses: Sequence[Course], scopes: Sequence[Scope], possible: Sequence[Span]
) -> tuple[Lines, Source] | None:
    """ "candidate for third line", "3L?": one more than the lines so far; "progressed on second line": so many."""
    for found in LABEL.finditer(message.plain):
        if is_outside(found.start(), found.end(), scopes):
            continue
        number = label_number(found)
        before = message.plain[max(0, found.start() - 28) : found.start()]
        after = message.plain[found.end() : found.end() + 24]
        if _is_label_of_course(found, courses, message) or _is_label_of_possible(found, possible, message):
            continue
        if _DONE_BEFORE.search(before):
            if number >= max((course.line or 0 for course in courses), default=0) and not counted_courses(courses):
                return Lines(number), message.source(found.start(), found.end())
            continue
        if number > 1 and (_AFTER_NEXT.match(after) or _BEFORE_NEXT.search(before)):
            return Lines(number - 1), message.source(found.start(), found.end())
    return None


def _is_label_of_course(label: re.Match[str], courses: Sequence[Course], message: Message) -> bool:
    number = label_number(label)
    for course in courses:
        near = message.plain[min(label.end(), course.end) : max(label.start(), course.start)]
        if course.line == number and len(near) < 40 and not _PARTS_LABEL.search(near):
            return True
    return False


def _is_label_of_possible(label: re.Match[str], possible: Sequence[Span], message: Message) -> bool:
    return any(
        len(message.plain[min(label.end(), span.end) : max(label.start(), span.start)]) < 40 for span in possible
    )
