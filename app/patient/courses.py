"""From mentions of drugs to courses of treatment: what was given together, in which setting, in which order, as which
line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.patient.profile import CHEMO_AGENTS
from app.patient.setting import said_to_be_adjuvant
from app.patient.text import Message
from app.patient.therapy_mentions import LONGEST_LIST, Therapy, is_late_line
from app.patient.therapy_words import ADJUVANT, AGAIN, MAINTENANCE

_TOGETHER = re.compile(
    r"[ ]*\)?[ ]*(?:\(|\+/-|[/+&-]|,? ?plus|,? ?with|combined with|in combination with|together with|and|"
    r"x\d+)?[ ]*(?:\(|the |concurrent |added |biosimilar )?[ ]*"
)
_AND = re.compile(r"\s*(?:,\s*)?and\s*")
_COMMA = re.compile(r"\s*,\s*")
_AND_OR = re.compile(r"\s*(?:and|,|, and|or)\s*")
_NEXT = re.compile(
    r"→|-+>|=+>|>|;|\bthen\b|\bfollowed by\b|\bsubsequently\b|\bafterwards\b|\bnext\b|\blater\b|\bswitched to\b|"
    r"\bchanged to\b|\n|\bprogress\w*|\bpd\b"
)
# What parts one course from the next; commas part words of a course too.
_SEQUENCE = re.compile(r"[;→\n|]|-+>|=+>|(?<![<>=])>(?![=\d])|\bthen\b|\bfollowed by\b|(?<![\s.])(?<!adj)\.\s")
_PARTS = re.compile(rf"(?:{_SEQUENCE.pattern}|,)")
_FOLLOWS = re.compile(
    r"(?:→|-+>|=+>|(?<![<>=])>(?![=\d])|;|\b(?:then|followed by|subsequently|switched to|changed to|afterwards|"
    r"next|later|progress\w*|pd)\b)\W*(?:[a-z0-9]+\W+){0,5}$"
)
_TO_COME = re.compile(r"\s*(?:now\b|candidates?|options?|\?|next|needed|(?:therapy|treatment|tx|setting)?\s*\?)")
_TARGETED = frozenset({"immunotherapy", "braf_inhibitor", "kras_g12c_inhibitor", "anti_her2", "trk_inhibitor"})
_TIME = re.compile(
    r"(?:\bpre-?|before (?:the )?(?:first dose|start) of )$|ctdna ?pre-?$|"
    r"\b(?:taken|drawn|sampled|collected|plasma|ctdna|liquid biopsy|blood|guardant\w*)\b[^.;→]{0,50}"
    r"(?:after|since|following|post|progress\w* (?:on|after|under))[ -](?:the |his |her |stopping )*$"
)
# "FOLFOX in the first line and FOLFIRI …": the label is of the drug before it.
_OF_PREVIOUS = re.compile(r"\s*\(?(?:as|in) (?:the |his |her )?")
_ARROW = re.compile(r"→|-+>|=+>|\bthen\b")
# "3rd line regorafenib, after FOLFOX"
_AFTER = re.compile(
    r"\b(?:having (?:previously |already )?had|previously (?:had|received)|preceded by)\b[^;.→]*$|"
    r"\bafter\b(?! (?:that|which|this|progress\w*|\d))(?:(?!followed by|\bthen\b)[^;.→])*$"
)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
    "one": 1, "two": 2, "three": 3,
}  # fmt: skip
LABEL = re.compile(
    r"(?<![a-z0-9])(?:l(?P<l>[1-6])(?![\d-])|(?P<n>[1-6])(?:st|nd|rd|th)?[ -]?l(?:ine)?(?![a-z])|(?P<w>first|"
    r"second|third|fourth|fifth|sixth)[ -]?l(?:ine)?\b|line[ -]?(?P<after>[1-6])\b|(?P<bare>first|"
    r"second|third|"
    r"fourth|fifth|1st|2nd|3rd|4th|5th)(?=\s*(?:[:=.,;)]|was\b|with\b|had\b|$))|line (?P<word>one|two|three)\b)"
)
_LABEL_NEXT = re.compile(rf"\s?\(?{LABEL.pattern}")
_LABEL_ENDS = re.compile(r"[,;→).>]|\bthen\b")
# "only single-agent capecitabine", "cape on its own": a treatment by itself.
_ALONE_BEFORE = re.compile(r"\b(?:single[- ]agent|mono-?(?:therapy)?(?: with)?|only) $")
_ALONE_AFTER = re.compile(
    r"\W{0,2}(?:therapy |chemo\w* )?(?:mono\w*|single[- ]agent|on its own|by itself|and nothing else|just that|"
    r"\(?alone|"
    r"only\b(?! (?:with|after|when|for|in|until|as|on))|"
    r"(?:was |is )?(?:all|the only|as (?:his|her|the|their) only)\b)"
)
_WITH_THE = re.compile(r",?\s*(?:with|alongside|on top of|added to) (?:the|his|her|that|this) ")
_LABEL_BEGINS = re.compile(r"[\s(,:-]*(?:as |in |given as |for )?(?:the |his |her )?")
_BRACKET = re.compile(r"\([^)]*")
_HERE_ENDS = re.compile(r"[,;.→\n(]")
_AS = re.compile(r"\b(?:as|in|was|being|is) (?:the |his |her |a )?$")
# "(1) radiotherapy (2) CAPOX": numbers of treatments of every kind are no lines.
_FIRST_ITEM = re.compile(r"(?:^|[\s(;,])1[.)]\s?(?P<item>[^()]{0,80}?)(?=[\s(;,]2[.)])")
_NUMBER_BEFORE = re.compile(r"(?:^|[\s(])(?P<n>[1-6])[.)]\s*$")
_NUMBERED = re.compile(r"^\s*\(?(?P<n>[1-6])[.)]\s")


@dataclass(frozen=True, slots=True)
class Course:
    """Drugs given together. `line`: which line the text says it was; `chain`: it stands in a sequence (arrow, "then",
    numbered) and not in a plain list; `alone`: a single drug, and said to be one; `adds`: added to the course before.
    """

    therapies: tuple[Therapy, ...]
    start: int
    end: int
    adjuvant: bool = False
    maintenance: bool = False
    line: int | None = None
    chain: bool = False
    follows: bool = False
    came_before: bool = False
    alone: bool = False
    adds: bool = False

    @property
    def agents(self) -> frozenset[str]:
        """The agents of all its drugs."""
        return frozenset().union(*(therapy.agents for therapy in self.therapies))

    @property
    def backbone(self) -> bool:
        """A chemotherapy named for a line: a regimen, or chemotherapy joined to another drug."""
        chemo = self.agents & set(CHEMO_AGENTS)
        return any(therapy.backbone for therapy in self.therapies) or (bool(chemo) and len(self.therapies) > 1)

    @property
    def targeted(self) -> bool:
        """With a drug that is a line by itself when named alone."""
        return bool(self.agents & _TARGETED)

    @property
    def is_line(self) -> bool:
        """Whether it makes a line by itself, even in a plain list."""
        late = any(is_late_line(therapy) for therapy in self.therapies)
        return self.backbone or self.targeted or late or self.alone or self.line is not None


def courses_in(message: Message, therapies: Sequence[Therapy]) -> list[Course]:
    """The courses given, in the order of the text."""
    groups: list[list[Therapy]] = []
    for therapy in therapies:
        if therapy.status != "given" or _is_only_a_time(message, therapy):
            continue
        if groups and _joined(message, groups, therapy):
            groups[-1].append(therapy)
        else:
            groups.append([therapy])
    courses = [Course(tuple(group), group[0].start, group[-1].end) for group in groups]
    placed: list[Course] = []
    for number in range(len(courses)):
        placed.append(_placed(message, courses, number, placed[-1] if placed else None))
    return placed


def _is_only_a_time(message: Message, therapy: Therapy) -> bool:
    """ "ctDNA pre-panitumumab" names a time, not a course."""
    return bool(_TIME.search(message.plain[max(0, therapy.start - 80) : therapy.start]))


def _joined(message: Message, groups: list[list[Therapy]], therapy: Therapy) -> bool:
    group = groups[-1]
    between = message.plain[group[-1].end : therapy.start]
    if len(groups) > 1 and _AND.fullmatch(between) and _is_plain_list(message, groups):
        return False
    if len(group) >= LONGEST_LIST or not _TOGETHER.fullmatch(between):
        return False
    both_backbones = therapy.backbone and any(other.backbone for other in group)
    late_after_late = is_late_line(therapy) and any(is_late_line(other) for other in group)
    # "FOLFOX and FOLFIRI", "FOLFOX/FOLFIRI", "Lonsurf and regorafenib" are two courses each.
    if both_backbones or late_after_late:
        return False
    return "and" not in between or not (is_late_line(therapy) or any(is_late_line(other) for other in group))


def is_partner(message: Message, therapy: Therapy, courses: Sequence[Course]) -> bool:
    """Whether the drug is named as the partner of a course: "FOLFIRI + regorafenib/placebo"."""
    return any(_TOGETHER.fullmatch(message.plain, course.end, therapy.start) for course in courses)


def _is_plain_list(message: Message, groups: list[list[Therapy]]) -> bool:
    """Whether the last two courses stand in a list of single drugs ("oxaliplatin, capecitabine and …")."""
    before, last = groups[-2:]
    gap = message.plain[before[-1].end : last[0].start]
    single = len(before) == len(last) == 1 and not before[0].backbone and not last[0].backbone
    return single and bool(_COMMA.fullmatch(gap))


def _placed(message: Message, courses: Sequence[Course], number: int, previous: Course | None) -> Course:
    course = courses[number]
    sentence = message.sentence_at(course.start)
    before_end = courses[number - 1].end if number else 0
    left = message.plain[max(sentence.start, before_end) : course.start]
    next_start = courses[number + 1].start if number + 1 < len(courses) else len(message.plain)
    right = message.plain[course.end : min(next_start, sentence.end, course.end + 60)]
    right_clause = _SEQUENCE.split(right)[0]
    around = left + " " + right_clause
    adjuvant = _is_adjuvant(course, previous, left, right_clause)
    return replace(
        course,
        adjuvant=adjuvant,
        maintenance=bool(MAINTENANCE.search(_near(left, right_clause)) or AGAIN.search(_near(left, right_clause))),
        follows=bool(_FOLLOWS.search(left)),
        adds=previous is not None and _adds_to(message, course, previous),
        alone=len(course.therapies) == 1 and bool(_ALONE_BEFORE.search(left) or _ALONE_AFTER.match(right)),
        came_before=bool(_AFTER.search(left))
        or (previous is not None and previous.came_before and bool(_AND_OR.fullmatch(left))),
        line=None
        if adjuvant
        else _label(
            _without_label_of_previous(left, right_clause, number),
            right_clause,
            message.words(sentence),
            _numbers_other_things(message, courses),
        ),
        chain=bool((_NEXT.search(left) if number else _ARROW.search(left)) or _NEXT.search(right))
        or bool(LABEL.search(around)),
    )


def _numbers_other_things(message: Message, courses: Sequence[Course]) -> bool:
    """Whether the first item of a numbered list is no course, so that its numbers are no lines."""
    first = _FIRST_ITEM.search(message.plain)
    if first is None:
        return False
    inside = any(first.start("item") <= course.start < first.end("item") for course in courses)
    return not inside or bool(ADJUVANT.search(first["item"]))


def _adds_to(message: Message, course: Course, previous: Course) -> bool:
    """ "FOLFIRI, and Erbitux with the FOLFIRI": the regimen is the one just named."""
    last = course.therapies[-1]
    named = message.plain[course.therapies[0].end : last.start]
    same = any(other.ids == last.ids for other in previous.therapies)
    return len(course.therapies) > 1 and last.backbone and same and bool(_WITH_THE.fullmatch(named))


def _without_label_of_previous(left: str, right: str, number: int) -> str:
    if number and (found := _OF_PREVIOUS.match(left)) and (label := LABEL.match(left, found.end())):
        return left[label.end() :]
    # "FOLFOX/bev 1L FOLFIRI 2L": every label stands behind its course.
    if number and (label := _LABEL_NEXT.match(left)) and _LABEL_NEXT.match(right):
        return left[label.end() :]
    return left


def _near(left: str, right: str) -> str:
    return _PARTS.split(left)[-1] + " | " + _PARTS.split(right)[0]


def _is_adjuvant(course: Course, previous: Course | None, left: str, right: str) -> bool:
    """By the nearest word on either side; a second drug of the same clause shares the setting of the first."""
    said = said_to_be_adjuvant(left, _SEQUENCE.split(left)[-1], right)
    if said is not None:
        return said
    if previous is None or not _AND_OR.fullmatch(left) or (previous.backbone and course.backbone):
        return False
    return previous.adjuvant and "," not in left


def _label(left: str, right: str, sentence: str, numbers_other_things: bool) -> int | None:
    """The line that the words next to the course give it: "1L FOLFOX", "FOLFIRI (2nd line)", "2. FOLFIRI"."""
    labels = list(LABEL.finditer(_LABEL_ENDS.split(left)[-1]))
    if labels:
        return label_number(labels[-1])
    numbered = _NUMBER_BEFORE.search(left) or _NUMBERED.match(sentence)
    if numbered and (label := LABEL.search(_LABEL_ENDS.sub(" ", right))) and not _TO_COME.match(right, label.end()):
        return label_number(label)  # "2. FOLFIRI, first line"
    if numbered and not numbers_other_things:
        return int(numbered["n"])
    if found := _LABEL_BEGINS.match(right):
        label = LABEL.match(right, found.end())
        if label and "," in found.group() and label["bare"] and not right[label.end() :].strip():
            return None  # "FOLFOX, 2nd FOLFIRI": the next one's
        if label and not _TO_COME.match(right, label.end()):
            return label_number(label)
    for bracket in _BRACKET.finditer(right):
        if label := LABEL.search(bracket.group()):
            return label_number(label)
    here = _HERE_ENDS.split(right)[0]
    for label in LABEL.finditer(here):
        if _AS.search(here[: label.start()]) and not _TO_COME.match(here, label.end()):
            return label_number(label)
    return None


def label_number(label: re.Match[str]) -> int:
    """The line that a match of `LABEL` names."""
    digits = label["l"] or label["n"] or label["after"]
    return int(digits) if digits else _ORDINALS[label["w"] or label["word"] or label["bare"]]
