"""The last turn in the light of the earlier ones: what it takes over of their subjects and of what they asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.lexicon import Lexicon, Mention

# What a question is about, and what it wants to know of it.
_SUBJECTS = frozenset({"drug", "trial", "regimen", "marker", "class"})
_WANTED = frozenset({"endpoint", "adverse_event", "topic", "term"})
_CONTROLS = frozenset({"placebo", "best_supportive_care"})
# Words that many questions have and that are nothing to take over, or that a turn may add to what it takes over.
_SLIGHT = frozenset(
    "patients trial tumour treatment metastatic late_line chemo_refractory months weeks years days median versus "
    "control_arm benefit comparison prior baseline randomised updated_analysis subgroup".split()
)
_LINKED = re.compile(
    r"^\W*(?:(?:ok|okay|thanks|thank you|and|so|but|then|also|well|hm+)\W+)*"
    r"(?:and|what about|how about|what of|same|also|plus|or|for|in|with|versus|vs|compared|then|why|why not|what else|"
    r"and what|und|og|hvad med)\b",
    re.I,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|there|those|these|they|their|them|the same|the other|the (?:latter|former)|"
    r"the (?:two|three|four)|both|either|(?:the )?(?:trial|study|drug|placebo|control|comparator|active)(?: arm)?|"
    r"the difference|any of them|which of)\b",
    re.I,
)
_ADDS = re.compile(
    r"^\W*(?:(?:ok|and|so|but)\W+)*(?:with|plus|combined with|together with|added to|in combination)\b", re.I
)
# "… in the KRAS mutated ones?": some of the patients of what was spoken of.
_OF_SOME = re.compile(r"\b(?:ones|subgroup|cohort|those|patients|group|arm)\b", re.I)
_OTHER_STUDY = re.compile(
    r"\bthe (?:chinese|asian|japanese|danish|international|global|other) (?:one|trial|study)\b"
    r"|\b(?:any |what |which )?(?:other|more|further) (?:RCTs?|trials?|stud(?:y|ies)) (?:of|with|on|for) "
    r"(?:it|them|that|this|the same|the (?:drug|combination|regimen))\b",
    re.I,
)
# What was tested in the trial spoken of.
_THE_TESTED = re.compile(
    r"\bthe (?:combination|combo|triplet|doublet|new drug|experimental (?:arm|drug)|addition|active arm)\b", re.I
)
# "… that or DESTINY-CRC01?", "better than that?"
_BESIDE_THAT = re.compile(
    r"\b(?:that|it|this one) (?:or|vs\.?|versus)\b|\b(?:or|vs\.?|versus|than|compared with|compared to) (?:that|it)\b"
    r"|\bof the two\b",
    re.I,
)
# What is asked of a value that was spoken of, and those values.
_OF_A_VALUE = frozenset({"p_value", "confidence_interval", "hazard_ratio", "statistically_significant"})
_VALUES = frozenset({"os", "pfs", "orr"})
_SEVERAL = re.compile(
    r"\b(?:the (?:two|three|four)|of (?:these|those|them)|both|all (?:three|four|of them)|these|those)\b", re.I
)
_FIRST = re.compile(r"\b(?:back to )?the first (?:trial|study|one|drug)\b|\bthe former\b", re.I)
_NEW_START = re.compile(
    r"\b(?:new|another|different|next) (?:question|topic|subject)\b|\bsomething else\b|\bchanging (?:the )?subject\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = frozenset(
    "and what which who whom whose why how when where was were are did does has have had the this that these those "
    "they them there their its for from with about between then than also too more less most least many much some any "
    "all both each other same again else just only really please tell show give say said thanks thank you can could "
    "should would will may might does not but see get got way round around please vice versa".split()
)
# A turn that points back may have so many words that no name of the field has.
# A turn of so few words that names nothing leans on the one before it.
_THAT = re.compile(
    r"\b(?:on|for|from|of|with|behind|base[sd]?) (?:\w+ ){0,6}?(?:that|this|it|them|these|those)\b", re.I
)
_STRANGE_BESIDE_THAT = 3
_ELLIPTIC = 4
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Named:
    """A lexicon id and the words that named it."""

    id: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What the last turn takes over; `context` is the earlier turn that it cannot be understood without."""

    named: tuple[Named, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class _Turn:
    text: str
    subjects: tuple[Named, ...]
    wanted: tuple[Named, ...]


def taken_over(turns: Sequence[str], lexicon: Lexicon) -> TakenOver:
    """What the last of `turns` takes over from the ones before it; nothing where it stands by itself."""
    resolved: list[_Turn] = []
    result = TakenOver()
    for text in turns:
        own = _own(text, lexicon)
        result = _from_before(own, resolved, lexicon) if resolved else TakenOver()
        added = [named for named in result.named if named not in (*own.subjects, *own.wanted)]
        resolved.append(
            _Turn(
                text,
                (*own.subjects, *(named for named in added if named.kind in _SUBJECTS)),
                (*own.wanted, *(named for named in added if named.kind in _WANTED)),
            )
        )
    return result


def _own(text: str, lexicon: Lexicon) -> _Turn:
    found = lexicon.find(text)
    mentions = [mention for mention in found if mention.id not in _SLIGHT]
    subjects = _named(text, (one for one in mentions if _is_subject(one)))
    if not subjects:  # then it is what the turn is about
        mentions += [mention for mention in found if mention.id == "chemo_refractory"]
    wanted = (one for one in mentions if one.kind in _WANTED and not _is_subject(one))
    return _Turn(text, subjects, _named(text, wanted))


def _is_subject(mention: Mention) -> bool:
    return (mention.kind in _SUBJECTS and mention.id not in _CONTROLS) or mention.id == "asian_patients"


def _named(text: str, mentions: Iterable[Mention]) -> tuple[Named, ...]:
    return tuple(Named(mention.id, text[mention.start : mention.end], mention.kind) for mention in mentions)


def _from_before(own: _Turn, before: list[_Turn], lexicon: Lexicon) -> TakenOver:
    if not _leans(own) or _NEW_START.search(own.text) or _is_of_elsewhere(own, lexicon):
        return TakenOver()
    earlier = next((turn for turn in reversed(before) if turn.subjects or turn.wanted), before[-1])
    if _OTHER_STUDY.search(own.text):
        wanted = () if own.wanted else earlier.wanted
        return TakenOver((*_treatments(_subjects(own, before), lexicon), *wanted))
    if _THE_TESTED.search(own.text) and not any(named.kind == "trial" for named in own.subjects):
        trials = tuple(named for named in _subjects(own, before) if named.kind == "trial")
        if trials and own.wanted:
            return TakenOver(trials)
    if _BESIDE_THAT.search(own.text) and any(named.kind == "trial" for named in own.subjects):
        others = tuple(named for named in _subjects(own, before) if named.kind == "trial")
        return TakenOver((*others, *(() if own.wanted else earlier.wanted)))
    if own.subjects and own.wanted:
        return TakenOver(earlier.subjects if _narrows(own) or _ADDS.search(own.text) else ())
    if own.subjects:
        subjects = earlier.subjects if _ADDS.search(own.text) else ()
        return TakenOver((*subjects, *earlier.wanted), "" if earlier.wanted else earlier.text)
    subjects = _subjects(own, before)
    if own.wanted and all(named.id in _OF_A_VALUE for named in own.wanted):
        values = tuple(named for named in earlier.wanted if named.id in _VALUES)
        return TakenOver((*subjects, *values))
    wanted = () if own.wanted else earlier.wanted
    return TakenOver((*subjects, *wanted), earlier.text if not own.wanted or not subjects else "")


def _is_of_elsewhere(own: _Turn, lexicon: Lexicon) -> bool:
    """Whether the turn names nothing of the field and has several words that no name of the field has."""
    if own.subjects or own.wanted:
        return False
    words = (match.group().casefold() for match in _WORD.finditer(own.text))
    strange = {word for word in words if word not in lexicon.words and word not in _COMMON}
    return len(strange) > (_STRANGE_BESIDE_THAT if _THAT.search(own.text) else 1)


def _leans(own: _Turn) -> bool:
    """Whether the turn cannot stand by itself: it begins like a continuation, points back, or is a mere fragment."""
    words = len(own.text.split())
    if words <= 2 * _SHORT and (_THE_TESTED.search(own.text) or _BESIDE_THAT.search(own.text)):
        return True
    if words <= _SHORT and _narrows(own):
        return True
    if _LINKED.search(own.text) and words <= 2 * _SHORT:
        return True
    if not own.subjects and _POINTS_BACK.search(own.text):
        return True
    if own.subjects and own.wanted:
        return False
    return words <= (_SHORT if own.subjects or own.wanted else _ELLIPTIC)


def _treatments(subjects: Iterable[Named], lexicon: Lexicon) -> Iterator[Named]:
    """The subjects without trials, and the drugs that those trials tested."""
    for named in subjects:
        if named.kind != "trial":
            yield named
            continue
        tested = lexicon.find(" ".join(lexicon.entries[named.id].expand))
        yield from (
            Named(one.id, lexicon.entries[one.id].name, one.kind)
            for one in tested
            if one.kind in ("drug", "regimen") and one.id not in _CONTROLS
        )


def _narrows(own: _Turn) -> bool:
    """Whether the turn narrows what was spoken of down to the patients with a marker."""
    return bool(_OF_SOME.search(own.text)) and {named.kind for named in own.subjects} == {"marker"}


def _subjects(own: _Turn, before: list[_Turn]) -> tuple[Named, ...]:
    """The subjects meant: of the first turn, of all turns, or of the nearest one that has any."""
    with_subjects = [turn for turn in before if turn.subjects]
    if not with_subjects:
        return ()
    if _FIRST.search(own.text):
        return with_subjects[0].subjects[:1]
    if _SEVERAL.search(own.text) and len(with_subjects) > 1:
        of_all = (named for turn in with_subjects for named in turn.subjects)
        return tuple({named.id: named for named in of_all}.values())
    return with_subjects[-1].subjects
