"""A figure, a year or a direction that a question takes for granted, held against what the answer tells: where they
differ, the answer says so first ("No: …").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.steps.draft import Block, Draft, Grid, Statement
from app.steps.evidence import EvidenceBase
from app.steps.select import Candidate
from app.steps.understand import Question

_CONFIRM = re.compile(
    r"\b(?:right|correct|true|yes|confirmed|confirm|is that so|isn['’]t (?:it|that)|wasn['’]t it|aren['’]t they|"
    r"(?:did|does|do|has|have|had|was|were|is|are)(?:n['’]t| not)? (?:it|they|that)(?: not)?)\W*$"
    r"|^\W*(?:so |and |but )?(?:is it (?:true|right|correct)|was|were|did|is|are|has|have)\b",
    re.I,
)
# "Given that X, Y?", "X; does Y?": the part that is taken for granted, by itself.
_GRANTED = re.compile(
    r"^\W*(?:since|given(?: that| the fact that)?|as|because|considering(?: that)?|seeing that|now that|if)\s+"
    r"(?P<claim>[^?;]{12,160}?)[,;–—]\s+(?=\S+ \S+)",
    re.I,
)
_STATED = re.compile(
    r"^\W*(?!what|which|who|when|where|why|how|is|are|was|were|did|does|do|has|have|can|could|should|would|will|any|"
    r"please|tell|list|give)(?P<claim>[^?;.!]{12,160}?)[;.:,–—]\s+(?:so |and |but |then )*(?=(?:does|do|did|is|are|was|"
    r"were|has|have|can|could|should|would|will|why|how|what|which|who|when)\b)",
    re.I,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AGENCY = re.compile(r"\b(?:FDA|EMA)\b")
_SUBJECTS = frozenset({"drug", "regimen", "trial", "marker", "class"})
# "more than 12 months" claims no figure.
_BOUND = (
    r"(?<!than )(?<!over )(?<!under )(?<!above )(?<!below )(?<!least )(?<!most )(?<!beyond )(?<!exceed )(?<!up to )"
)
_AMOUNT = _BOUND + r"(?<![\d.,–-])(\d[\d,]*(?:\.\d+)?)"
_YEARLY = re.compile(
    r"(?<!half )(?<!per )(?<!than )(?<!least )\b(?:a|one|a whole|a full) year\b(?! (?:ago|later|old))", re.I
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """How an amount is claimed in a question, and how the review tells one of the same unit."""

    claim: re.Pattern[str]
    told: re.Pattern[str]
    yearly: bool = False

    def claimed_in(self, text: str) -> list[float]:
        return [*_amounts(self.claim, text), *(12.0 for _ in _YEARLY.finditer(text) if self.yearly)]

    def told_in(self, text: str) -> list[float]:
        return _amounts(self.told, text)


def _amounts(pattern: re.Pattern[str], text: str) -> list[float]:
    found = (amount for match in pattern.finditer(text) for amount in match.groups() if amount)
    return [float(amount.replace(",", "")) for amount in found]


_UNITS = (
    _Unit(
        re.compile(_AMOUNT + r"[ -]?(?:months?|mo)\b", re.I),
        re.compile(r"(\d+(?:\.\d+)?)(?= months)|(?<![\d.])(\d+\.\d+)(?!\d*%)"),
        yearly=True,
    ),
    _Unit(
        re.compile(_AMOUNT + r" ?(?:%|percent\b|per cent\b)", re.I),
        re.compile(r"(\d+(?:\.\d+)?)(?:–(\d+(?:\.\d+)?))? ?%"),
    ),
    _Unit(re.compile(r"\b(?:HR|hazard ratio)\b[^.?%]{0,40}?(?<![\d.])([01]\.\d+)", re.I), re.compile(r"HR (\d\.\d+)")),
    _Unit(
        re.compile(_AMOUNT + r" (?:patients|pts|people|participants)\b", re.I),
        re.compile(r"(?<![\d.])(\d{2,4})(?![\d.]|[ -]?(?:mg|%|months|days))"),
    ),
)
_NEAR = 0.1
_PLAIN_START = re.compile(r"^(?:A|In|On|With|After|The|For|Only|About|Almost|As|More|Less)\b")
_GOOD = re.compile(
    r"\b(?:good|great|better|best|excellent|favou?rable|improved?s?|longer|superior|high(?:er)?|benefit\w*)\b", re.I
)
_BAD = re.compile(r"\b(?:worse|worst|poor(?:er)?|shorter|inferior|unfavou?rable|bad|lower|less)\b", re.I)
_DENIED = re.compile(r"\b(?:no|not|never|without|un\w+)\b|n['’]t\b", re.I)
_OUTCOME = re.compile(r"\b(?:prognos\w*|respon\w*|surviv\w*|outcomes?|OS|PFS|ORR|RR|predict\w*)\b", re.I)


def claim_of(text: str) -> str | None:
    """What the text takes for granted before it asks, as a question of its own; None where it claims no figure."""
    for pattern in (_GRANTED, _STATED):
        if (found := pattern.search(text)) and _claims(found["claim"]):
            return f"{found['claim'].strip()}, right?"
    return None


def _claims(text: str) -> bool:
    of_figure = any(unit.claimed_in(text) for unit in _UNITS) or _YEAR.search(text)
    return bool(of_figure or (_GOOD.search(text) and _OUTCOME.search(text)))


def with_claim_judged(draft: Draft, question: Question, found: list[Candidate], base: EvidenceBase) -> Draft:
    """The draft with a "No" before the statement that gives another figure, year or direction than the question."""
    if draft.status != "answered" or not _CONFIRM.search(question.text) or isinstance(draft.blocks[0], Grid):
        return draft
    told = [block for block in draft.blocks if isinstance(block, Statement) and block.support and not block.ruled]
    if any(re.match(r"(?:yes|no)\b", block.text, re.I) for block in draft.statements):
        return draft
    wrong = (
        _wrong_year(question, found, base)
        or _wrong_amount(question, told, base)
        or _wrong_direction(question, told, base)
    )
    if wrong is None:
        return draft
    rest: list[Block] = [block for block in draft.blocks if isinstance(block, Grid) or block.text != wrong.text]
    return replace(draft, blocks=(denied(wrong), *rest))


def led_by_correction(checked: Draft, whole: Draft) -> Draft:
    """The draft of the whole question behind the first statement on its claim, where that says no."""
    first = checked.blocks[0]
    if checked.status != "answered" or isinstance(first, Grid) or not first.text.startswith("No: "):
        return whole
    rest = whole.blocks if whole.status == "answered" else ()
    said = first.text.removeprefix("No: ").casefold()
    kept = [block for block in rest if isinstance(block, Grid) or said not in block.text.casefold()]
    return Draft("answered", (first, *kept), whole.notes if rest else checked.notes)


def denied(statement: Statement) -> Statement:
    text = statement.text
    text = f"{text[0].lower()}{text[1:]}" if _PLAIN_START.match(text) else text
    return replace(statement, text=f"No: {text}")


def _wrong_amount(question: Question, told: list[Statement], base: EvidenceBase) -> Statement | None:
    """The first statement, where it gives such a figure and none that it stands on is near the one that is claimed."""
    claimed = [(unit, amount) for unit in _UNITS for amount in unit.claimed_in(question.text)]
    if len(claimed) != 1 or not told or not _is_of_same(question, told[0], base):
        return None
    unit, amount = claimed[0]
    first = told[0]
    said = " ".join([first.text, *(support.passage.text for support in first.support)])
    here = unit.told_in(first.text)
    known = [*unit.told_in(said), *(abs(one - other) for one in here for other in here)]
    if not here or any(abs(one - amount) <= _NEAR * max(one, amount) for one in known):
        return None
    return first


def _is_of_same(question: Question, statement: Statement, base: EvidenceBase) -> bool:
    """Whether the statement's place names the trials and markers of the question, and the question names anything."""
    kinds = {name: base.lexicon.entries[name].kind for name in question.named}
    needed = {name for name, kind in kinds.items() if kind in ("trial", "marker")}
    here = {name for support in statement.support for name in support.passage.entities}
    return bool(set(kinds.values()) & _SUBJECTS) and all(
        name in here or any(other.startswith(f"{name}_") for other in here) for name in needed
    )


def _wrong_year(question: Question, found: list[Candidate], base: EvidenceBase) -> Statement | None:
    """Where the year of an approval is claimed: the sentence on the first drug named, if none has that year."""
    years = set(_YEAR.findall(question.text))
    drugs = [mention.id for mention in question.mentions if mention.kind in ("drug", "regimen")]
    if "approval" not in question.named or len(years) != 1 or not drugs:
        return None
    agencies = set(_AGENCY.findall(question.text))
    own = [one for one in found if _tells_year_of(drugs[0], one, question, base)]
    own = [one for one in own if agencies <= set(_AGENCY.findall(one.statement().text))]
    if not own or any(years & set(_YEAR.findall(one.statement().text)) for one in own):
        return None
    return own[0].statement()


def _tells_year_of(drug: str, candidate: Candidate, question: Question, base: EvidenceBase) -> bool:
    """Whether the sentence tells the year of an approval of the drug, and of no combination that is not asked about."""
    text = candidate.statement().text
    entries = base.lexicon.entries
    mentions = base.lexicon.find(text, misspelled=False)
    drugs = [one.id for one in mentions if one.kind in ("drug", "regimen")]
    parts = {part for name in drugs for part in (name, *entries[name].parts)}
    asked = {drug, *entries[drug].parts}
    named = {part for name in question.entities for part in (name, *entries[name].parts)}
    dated = "=approval" in base.sentence_terms[candidate.passage.id, candidate.number] and _YEAR.search(text)
    return bool(dated) and asked <= parts and "bevacizumab" not in parts - named


def _wrong_direction(question: Question, told: list[Statement], base: EvidenceBase) -> Statement | None:
    """Where a marker is claimed to mean a good outcome: the first statement, if it ties the marker to a worse one."""
    text = question.text
    markers = {mention.id for mention in question.mentions if mention.kind == "marker"}
    if (
        not told
        or not markers
        or not _GOOD.search(text)
        or _BAD.search(text)
        or _DENIED.search(text.rpartition(",")[0])
    ):
        return None
    said = told[0].text
    named = {mention.id for mention in base.lexicon.find(said, misspelled=False)}
    same = markers <= named and _OUTCOME.search(said) and _OUTCOME.search(text)
    return told[0] if same and _BAD.search(said) and not _GOOD.search(said) else None
