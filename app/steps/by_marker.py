"""What the review recommends where a tumour has a marker, for questions without a patient: the option it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.rules.case import listed
from app.rules.catalogue import OPTIONS
from app.rules.conditions import Is
from app.rules.records import Option
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.places import support_of, supports
from app.steps.replies import reply
from app.steps.understand import Question
from index.references import without_references

# The fact of a profile that a marker of the lexicon states.
_STATES = {
    "kras_g12c": ("kras_g12c", True), "braf_v600e": ("braf_v600e", True), "dmmr_msi_h": ("mmr", "deficient"),
    "her2": ("her2", "positive"), "ntrk_fusion": ("ntrk_fusion", True),
}  # fmt: skip
# Without a target the review suggests the first of these first (§2.1).
_UNSELECTED = ("ftd_tpi_bevacizumab", "ftd_tpi", "regorafenib", "fruquintinib")
# Markers for which the review has no therapy of their own: what it says for unselected patients holds.
_OPENS_NOTHING = frozenset(
    {"ras_mutant", "kras_mutant", "nras_mutant", "kras_g12d", "kras_g12v", "kras_g12a", "kras_g12r", "kras_g12s",
     "kras_g13d", "kras_q61h", "kras_q61r", "kras_a146t", "ras_q61", "pmmr_mss", "her2_negative"}
)  # fmt: skip
_WHAT_TO_GIVE = re.compile(
    r"\b(?:tx|rx|treat\w*|therap\w+|options?|opts|offer\w*|"
    r"recommend\w*|advi[sc]e\w*|give|given|giving|manage\w*|what to do|"
    r"what now|"
    r"what next|best (?:drug|choice|pick|bet|option|(?:third|fourth|late|next)[- ]?line|3L)|which (?:drug|agent|"
    r"regimen)s?|"
    r"should|use|favou?rs?|favou?red|prefers?|preferred|suggests?)\b",
    re.I,
)
_OTHERWISE = re.compile(
    r"\b(?:test\w*|screen\w*|prevalen\w+|common|often|frequen\w+|how many|why|mechanism|resist\w*|trial|study|avoid|"
    r"predict\w*|prognos\w*|first[- ]line|1L|worse|better|approv\w+|dose|side effects?|tox\w*)\b",
    re.I,
)


# Shrinkage as what is wanted of the treatment is no figure asked for.
_AIM = re.compile(
    r"\b(?:shrink\w*|regress\w*|debulk\w*|cytoreduc\w*|conver(?:t|sion))\b|\b(?:need|want|aim\w*|hop\w+) [^.?]{0,20}"
    r"\brespon\w+",
    re.I,
)
_FIGURE = re.compile(r"\b(?:ORR|RR|rates?|percent\w*|how (?:much|many|big|often|large)|figures?|numbers?)\b|%", re.I)


def recommended_by_marker(question: Question, base: EvidenceBase) -> Statement | None:
    """The option of the one marker that the question asks a treatment for; None where it asks anything else."""
    markers = [name for name in question.named if name in _STATES]
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    if len(markers) != 1 or kinds & {"drug", "trial"} or question.statistics or question.asks_share:
        return None
    if question.values and not (set(question.values) == {"orr"} and is_an_aim(question)):
        return None
    if not _WHAT_TO_GIVE.search(question.text) or _OTHERWISE.search(question.text):
        return None
    option = next(_options_of(*_STATES[markers[0]]), None)
    if option is None:
        return None
    text = reply("by_marker", marker=base.lexicon.entries[markers[0]].name, option=_in_text(option.name))
    return Statement(text, supports(option.cite, base), ruled=text)


SEQUENCING = "treatment_sequencing"


def is_an_aim(question: Question) -> bool:
    """Whether shrinkage is named as what the treatment is to reach: "we need regression, what would you give?"."""
    asks_figure = question.asks_number or _FIGURE.search(question.text)
    return bool(_AIM.search(question.text) and not asks_figure)


def recommended_without_target(question: Question, base: EvidenceBase) -> Statement | None:
    """What the review suggests for unselected patients; None where the question is not what to give them."""
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    markers = {name for name in question.named if base.lexicon.entries[name].kind == "marker"}
    if not markers <= _OPENS_NOTHING or kinds & {"drug", "regimen", "trial", "class"}:
        return None
    if "unselected_patients" not in question.named and not markers:
        return None
    if set(question.values) - {"line"} or question.statistics or question.asks_share or question.table:
        return None
    asks = _WHAT_TO_GIVE.search(question.text) or SEQUENCING in question.named
    if not asks or _OTHERWISE.search(question.text):
        return None
    options = {option.id: option for option in OPTIONS}
    first, *others = (options[name] for name in _UNSELECTED)
    names = [_in_text(option.name) for option in others]
    text = reply("without_target", first=first.name, others=listed(names))
    return Statement(
        text, supports([cite for name in _UNSELECTED for cite in options[name].cite[:1]], base), ruled=text
    )


def sequence_without_target(base: EvidenceBase) -> tuple[Statement, ...]:
    """The sentences that say which of the options comes first and which follows on progression (§2.1)."""
    options = {option.id: option for option in OPTIONS}
    cites = [options[_UNSELECTED[0]].cite[-1], options[_UNSELECTED[-1]].cite[0]]
    places = (support_of(cite, base) for cite in cites)
    return tuple(
        Statement(without_references(" ".join(place.quote.split())), (place,)) for place in places if place is not None
    )


def _options_of(field: str, value: object) -> Iterator[Option]:
    """The options whose first criterion is this fact."""
    for option in OPTIONS:
        first = option.required[0].condition if option.required else None
        if isinstance(first, Is) and (first.field, first.value) == (field, value):
            yield option


def _in_text(name: str) -> str:
    """The option's name inside a sentence."""
    return name if name[1:2].isupper() else f"{name[0].lower()}{name[1:]}"
