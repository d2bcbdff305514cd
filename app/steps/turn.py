"""One turn of a conversation by itself: what it is about, what it wants to know, and whether it can stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.steps import follow_up_words as say
from index.lexicon import Lexicon, Mention

# What a question is about, and what it wants to know of it.
SUBJECTS = frozenset({"drug", "trial", "regimen", "marker", "class"})
WANTED = frozenset({"endpoint", "adverse_event", "topic", "term"})
CONTROLS = frozenset({"placebo", "best_supportive_care"})
# Words that many questions have and that are nothing to take over, or that a turn may add to what it takes over.
_SLIGHT = frozenset(
    "patients trial tumour treatment metastatic late_line chemo_refractory months weeks years days median versus "
    "control_arm benefit comparison prior baseline randomised updated_analysis subgroup wild_type mutant".split()
)
# What a turn may name without asking for it: they tell which arm, line or kind of trial is meant.
TELLS_WHICH = frozenset(
    "dosing third_line fourth_line second_line progression phase_2 phase_3 standard_of_care monotherapy "
    "combination_therapy".split()
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_OF_THEM = re.compile(r"\b(?:they|them|these|those)\b", re.I)
# A turn of so few words that names nothing leans on the one before it.
_ELLIPTIC = 4
_SHORT = 9
# So many words of what was said before are carried along at most.
_MOST_CONTEXT = 60


@dataclass(frozen=True, slots=True)
class Named:
    """A lexicon id and the words that named it."""

    id: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn is about and wants to know, what it took over counted in; `context` is the talk it leans on."""

    text: str
    subjects: tuple[Named, ...]
    wanted: tuple[Named, ...]
    context: str = ""

    @property
    def whole(self) -> str:
        """The turn with what it leans on, the last words of it."""
        return " ".join(f"{self.context} {self.text}".split()[-_MOST_CONTEXT:])

    def of_kind(self, *kinds: str) -> tuple[Named, ...]:
        """The subjects of these kinds."""
        return tuple(named for named in self.subjects if named.kind in kinds)


def read_turn(text: str, lexicon: Lexicon) -> Turn:
    """What the turn names by itself."""
    found = lexicon.find(text)
    mentions = [mention for mention in found if mention.id not in _SLIGHT]
    subjects = named_in(text, (one for one in mentions if _is_subject(one)))
    if not subjects:  # then it is what the turn is about
        mentions += [mention for mention in found if mention.id == "chemo_refractory"]
    wanted = (one for one in mentions if one.kind in WANTED and not _is_subject(one))
    return Turn(text, subjects, named_in(text, wanted))


def without(turn: Turn, left_out: frozenset[str]) -> Turn:
    """The turn as if it did not name these."""
    return replace(
        turn,
        subjects=tuple(named for named in turn.subjects if named.id not in left_out),
        wanted=tuple(named for named in turn.wanted if named.id not in left_out),
    )


def _is_subject(mention: Mention) -> bool:
    return (mention.kind in SUBJECTS and mention.id not in CONTROLS) or mention.id == "asian_patients"


def named_in(text: str, mentions: Iterable[Mention]) -> tuple[Named, ...]:
    """The mentions with their words."""
    return tuple(Named(mention.id, text[mention.start : mention.end], mention.kind) for mention in mentions)


def asks(own: Turn) -> bool:
    """Whether the turn says itself what it wants to know, rather than only of which arm, dose or line."""
    if say.AT_A_DOSE.search(own.text):
        return any(named.id not in TELLS_WHICH for named in own.wanted)
    return any(named.id not in TELLS_WHICH or named.id == "dosing" for named in own.wanted)


def leans(own: Turn, lexicon: Lexicon) -> bool:
    """Whether the turn cannot stand by itself: it begins like a continuation, points back, or is a mere fragment."""
    words = len(own.text.split())
    if words <= 2 * _SHORT and (say.THE_TESTED.search(own.text) or say.BESIDE_THAT.search(own.text)):
        return True
    if words <= _SHORT and narrows(own):
        return True
    if say.LINKED.search(own.text) and words <= 2 * _SHORT:
        return True
    if not own.subjects and say.POINTS_BACK.search(own.text):
        return True
    if own.subjects and own.wanted:
        return False
    if not own.subjects and words <= _SHORT + 1 and not _stands_alone(own, lexicon):
        return True
    return words <= (_SHORT if own.subjects or own.wanted else _ELLIPTIC)


def _stands_alone(own: Turn, lexicon: Lexicon) -> bool:
    """Whether a turn without drug, trial or marker is a question of its own: on all of a kind, or on the cancer."""
    of_cancer = any(mention.kind == "cancer" or mention.id.endswith("_line") for mention in lexicon.find(own.text))
    return of_cancer or bool(say.OF_ALL.search(own.text))


def of_them(own: Turn) -> bool:
    """Whether the turn speaks of them, whoever they were."""
    return bool(_OF_THEM.search(own.text))


def is_sentence(own: Turn) -> bool:
    """Whether the turn says more than the name of another subject: what it asks stands in ordinary words."""
    said = " ".join(named.words for named in own.subjects)
    words = {word.casefold() for word in _WORD.findall(own.text)} - {word.casefold() for word in _WORD.findall(said)}
    return len(words - say.COMMON) > 0 and len(own.text.split()) > _ELLIPTIC


def narrows(own: Turn) -> bool:
    """Whether the turn narrows what was spoken of down to the patients with a marker ("how many dMMR?")."""
    counts = bool(say.HOW_MANY.search(own.text)) and len(own.text.split()) <= _ELLIPTIC + 1
    return (counts or bool(say.OF_SOME.search(own.text))) and {named.kind for named in own.subjects} == {"marker"}
