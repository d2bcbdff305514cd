"""Several trials or treatments set beside each other in a small table, where a question compares them by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.steps.both_values import differing
from app.steps.cell_figures import TITLES, by_arm, row_name, versus
from app.steps.compared import compared
from app.steps.draft import Block, Draft, Grid, Line, Statement
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.looked_up import is_kin
from app.steps.phrases import COLUMNS, row_support
from app.steps.prose import open_words
from app.steps.replies import reply
from app.steps.understand import Question
from index.records import Arm

# What is shown where no value is named, and the order of the columns.
_SUMMARY = ("n", "orr", "pfs", "hr_pfs", "os", "hr_os")
_ORDER = ("line", "ras", *_SUMMARY, "qol")
_SHOWN = frozenset({"n", "orr", "pfs", "os", "qol", "line", "ras"})
_ENDPOINTS = frozenset(
    {"os", "pfs", "orr", "qol", "sample_size", "line_of_therapy", "hazard_ratio", "confidence_interval", "p_value"}
)
_BESIDE = _ENDPOINTS | {"endpoint", "non_significant", "comparison", "monotherapy", "combination_therapy"}
# So many rows and values still read well as sentences.
_FEW_ROWS = 2
_MOST_ROWS = 8
# With more ordinary words than this, the question asks for more than figures; without a value named, one is enough.
_MOST_WORDS = 2
# Which of two to give is a matter of advice, not of figures.
_CHOICE = re.compile(r"\b(?:first|next|better|prefer\w*|cho(?:ose|ice)|pick|go for|before|after|then)\b", re.I)
# "Is X better than Y?": the figures tell, as far as anything does.
_WORTH = re.compile(
    r"\b(?:better|superior|stronger|inferior|worse|(?:more|less) (?:effective|active|potent))\b[^.?]{0,40}"
    r"\b(?:than|to|or)\b|\b(?:beats?|outperforms?)\b",
    re.I,
)
# What is asked of patients or of the reader is told by the prose.
_OF_PEOPLE = re.compile(
    r"^\W*(?:if|who|whose|why|when)\b|\bwhat (?:are|is|do|does|can|should) (?:we|one|you|they|it)\b|\bpre-?treated\b",
    re.I,
)
_YES_OR_NO = re.compile(
    r"^\W*(?:(?:so|and|but|then|ok)\W+)?(?:did|does|do|is|are|was|were|has|have|can|could|should|would|will)\b|\b(?:right|correct|true)\W*\?\W*$",
    re.I,
)


def side_by_side(question: Question, base: EvidenceBase) -> Draft | None:
    """The table of the trials and treatments that the question compares; None where it asks for something else."""
    found = compared(question, base)
    if _asks_otherwise(question, base, listed=found is not None and found.listed):
        return None
    rows = found.rows if found else ()
    if found is None or not 1 < len(rows) <= _MOST_ROWS or not _is_of_markers(question, rows, base):
        return None
    values = _columns(question, rows)
    if not values or (found.by_trial and len(rows) <= _FEW_ROWS and len(_asked(question)) == 1):
        return None  # two sentences say it
    lines = [line for facts in rows for line in _lines(facts, values)]
    titles = ["ORR" if value == "orr" else TITLES[value] for value in values]
    lead = [reply("never_compared")] if found.by_treatment else []
    lead.append(reply("side_by_side"))
    blocks: list[Block] = [Statement(text, own=True) for text in lead]
    blocks.append(Grid(("Trial", "Treatment", *titles), tuple(lines)))
    for value in ("orr", *(("n",) if "n" in question.values else ())):
        blocks += differing(rows, value, base) if value in values else ()
    return Draft("answered", tuple(blocks), (reply("cross_trial"),))


def _asks_otherwise(question: Question, base: EvidenceBase, listed: bool) -> bool:
    """Whether reasons, advice, side effects, dates, a part of the patients or what no table has is asked for.

    `listed`: the question lists several, so that the table answers a "did all of them" too.
    """
    worth = bool(_WORTH.search(question.text))
    if not _asked(question) and _CHOICE.search(question.text) and not worth:
        return True
    reasons = question.asks_why and not _asked(question)
    if reasons or question.asks_advice or question.asks_date or question.side_effects or question.section:
        return True
    if question.of_part or question.strange or _OF_PEOPLE.search(question.text):
        return True
    if _YES_OR_NO.search(question.text) and not worth and not (listed and _asked(question)):
        return True
    entries = [base.lexicon.entries[name] for name in question.named]
    if any(entry.kind in ("topic", "endpoint") and entry.id not in _BESIDE for entry in entries):
        return True
    if listed and _asked(question):
        return False
    return open_words(question, base) > (_MOST_WORDS if _asked(question) else 1)


def _asked(question: Question) -> tuple[str, ...]:
    """The values that the question names; a line of therapy that it only mentions is none."""
    named = set(question.named)
    values = [one for one in question.values if one in _SHOWN and (one != "line" or "line_of_therapy" in named)]
    if "hr" in question.statistics:
        values += [f"hr_{one}" for one in ("pfs", "os") if one in values] or ["hr_pfs", "hr_os"]
    return tuple(values)


def _columns(question: Question, rows: Iterable[RowFacts]) -> list[str]:
    """The values that are shown: those asked for, else the main ones, as far as a row has any."""
    asked = _asked(question)
    return [one for one in _ORDER if one in (asked or _SUMMARY) and any(_has(facts, one) for facts in rows)]


def _has(facts: RowFacts, value: str) -> bool:
    return facts.row.printed(f"{value[3:]}_hr" if value.startswith("hr_") else COLUMNS[value]) is not None


def _is_of_markers(question: Question, rows: tuple[RowFacts, ...], base: EvidenceBase) -> bool:
    """Whether the rows are of the patients that the question names, if it names any."""
    known = {name for facts in rows for name in facts.passage.entities}
    markers = [name for name in question.named if base.lexicon.entries[name].kind == "marker"]
    return all(any(is_kin(marker, name) for name in known) for marker in markers)


def _lines(facts: RowFacts, values: list[str]) -> Iterable[Line]:
    """One line for a trial that compares its arms, one an arm for those that do not."""
    support = row_support(facts, ("n", *values))
    if facts.table.number != "5":
        figures = (_percent(by_arm(facts, value)) if value == "orr" else by_arm(facts, value) for value in values)
        cells = (row_name(facts), versus(facts), *figures)
        yield Line(tuple(cell or "–" for cell in cells), (support,))
        return
    for arm in facts.row.arms:
        of_arm = (_of_arm(facts, arm, value) for value in values)
        yield Line((row_name(facts), _treatment(facts, arm), *of_arm), (support,))


def _treatment(facts: RowFacts, arm: Arm) -> str:
    """The regimen, with the patients where several groups had the same."""
    regimen, subgroup = arm.printed("regimen") or "?", arm.printed("subgroup")
    if not subgroup or len({one.printed("regimen") for one in facts.row.arms}) == len(facts.row.arms):
        return regimen
    return f"{regimen} ({'all patients' if subgroup == 'all' else subgroup})"


def _of_arm(facts: RowFacts, arm: Arm, value: str) -> str:
    if value.startswith("hr_") or value == "qol":
        return "–"
    printed = arm.printed(COLUMNS[value]) or "–"
    return _percent(printed) if value == "orr" else printed


def _percent(figures: str) -> str:
    """ "4%* vs. 0%" for "4* vs. 0"."""
    return re.sub(r"(\d+(?:–\d+)?)", r"\1%", figures)
