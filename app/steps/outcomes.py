"""What a question says of results: "failed on survival but slowed progression" → OS not better, PFS better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.steps.evidence import RowFacts
from index.lexicon import Lexicon, Mention
from index.records import Arm

_CLAUSES = re.compile(
    r"\b(?:but|while|whereas|yet|although|though|still|despite|however|even though|nonetheless|nevertheless)\b|"
    r"[,;:]|\s(?=(?:without|with no|and no|but no)\b)",
    re.I,
)
_SIGNED = re.compile(
    r"\b(?P<value>OS|PFS|ORR|RR|survival)(?:[- ](?P<word>)(?=positive|negative|pos\b|neg\b)|\s?(?=[+−]|-(?=\W|$)))"
    r"(?P<sign>positive|negative|pos|neg|[+−-])",
    re.I,
)
_WITH_BENEFIT = re.compile(
    r"\b(?:with|showing|that showed) (?:an? )?(?:(?:significant|proven|clear) )?(?P<value>survival|OS|PFS|ORR) "
    r"(?:benefit|gain|advantage|improvement)\b",
    re.I,
)
# "The negative placebo-controlled trials": what the trials are, apart from what the clause goes on to say of them.
_KIND_OF_TRIALS = re.compile(
    r"\b(?P<sign>negative|failed|unsuccessful|positive|successful)[ -](?:[\w/-]+ ){0,3}?"
    r"(?:trials?|stud(?:y|ies)|RCTs?|drugs?|agents?|compounds?|regimens?)\b",
    re.I,
)
_NEGATIVE = re.compile(
    r"\b(?:nothing|nowhere|nobody|no-one|negative|fail\w*|miss(?:ed|ing)?|no|not|none|never|neither|nor|without|lack\w*|cannot|non-?significan\w*|"
    r"insignificant|unchanged|similar|inferior|worse\w*|shorter|shorten\w*|futile|useless|unsuccessful)\b|n['’]t\b",
    re.I,
)
_POSITIVE = re.compile(
    r"\b(?:positive|beat|beats|beaten|improv\w*|prolong\w*|exten[ds]\w*|lengthen\w*|benefi\w*|gain\w*|significan\w*|longer|better|"
    r"superior\w*"
    r"|increas\w*|rais\w*|boost\w*|slow\w*|delay\w*|moved|nudged|shifted|budged|effective|advantage|higher|"
    r"success\w*|succeed\w*|"
    r"met (?:its|the|their)|won|win)\b",
    re.I,
)
# A name of an endpoint that says how it went: "delayed progression".
_OF_COURSE = re.compile(r"(?:delay|slow)(?:s|ed)?\b", re.I)
_ALPHA = 0.05
_NAMES = frozenset({"marker", "drug", "regimen", "class", "trial"})
_ENDPOINTS = {"os": "os", "pfs": "pfs", "orr": "orr", "qol": "qol"}
_SAID = (
    ("pfs", re.compile(r"\bprogress(?:ion|ing)?\b(?![- ]?free)|\bdisease control time\b", re.I)),
    ("os", re.compile(r"\b(?:surviv\w+|li(?:ve|fe|ved)|mortality|death)\b(?![- ]free)", re.I)),
)
# Words that make a trial as a whole positive or negative: by survival, unless another endpoint is named.
_OF_TRIAL = re.compile(r"\b(?:positive|negative|fail\w*|unsuccessful|success\w*|futile|work(?:ed)?|benefit\w*)\b", re.I)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim on an endpoint ("os", "pfs", "orr", "qol") of a trial: better with the tested treatment, or not."""

    value: str
    better: bool


def outcomes_in(text: str, lexicon: Lexicon) -> tuple[Outcome, ...]:
    """The claims of the text, clause by clause; none where no clause has a word of better or not better."""
    signed = list(_signed(text, lexicon))
    if kind := _kind_of_trials(text, lexicon):
        text = f"{text[: kind.start()]} {text[kind.end('sign') :]}"
    clauses = _CLAUSES.split(_WITH_BENEFIT.sub(" ", _SIGNED.sub(" ", text)))
    told = (outcome for clause in clauses for outcome in _of_clause(clause, lexicon))
    return tuple(dict.fromkeys([*signed, *told]))


def _signed(text: str, lexicon: Lexicon) -> Iterator[Outcome]:
    """Claims in one word or phrase: "PFS+", "OS−", "with a survival benefit", "negative trials"."""
    if kind := _kind_of_trials(text, lexicon):
        yield Outcome("os", kind["sign"].casefold() in ("positive", "successful"))
    for match in _WITH_BENEFIT.finditer(text):
        yield Outcome({"pfs": "pfs", "orr": "orr"}.get(match["value"].casefold(), "os"), True)
    for match in _SIGNED.finditer(text):
        value = {"surviv": "os", "os": "os", "pfs": "pfs"}.get(match["value"].casefold()[:6].removesuffix("al"), "orr")
        yield Outcome(value, match["sign"].casefold() in ("+", "positive", "pos"))


def _kind_of_trials(text: str, lexicon: Lexicon) -> re.Match[str] | None:
    """The kind of trials that the text says more of; trials in "HER2 positive" patients are none."""
    kind = _KIND_OF_TRIALS.search(text)
    if kind is None or any(one.kind == "marker" and one.start <= kind.start() < one.end for one in lexicon.find(text)):
        return None
    rest = text[kind.end() :]
    return kind if _POSITIVE.search(rest) or _NEGATIVE.search(rest) else None


def holds(outcome: Outcome, facts: RowFacts) -> bool | None:
    """Whether the row's print bears the claim out; None where it does not tell (no mark of significance at all)."""
    better = significantly_better(facts, outcome.value)
    return None if better is None else better == outcome.better


def significantly_better(facts: RowFacts, value: str) -> bool | None:
    """Whether a tested arm is marked as significantly better than another arm; None where no arm has such a mark."""
    if value == "qol":
        return {"no difference": False}.get(facts.row.printed("qol") or "")
    marks = [arm.printed(f"{value}_star") for arm in facts.row.arms]
    if not any(marks):
        return None
    if "yes" not in marks and _is_significant(facts.row.printed(f"{value}_p")):
        return any(_is_best(arm, facts, value) for arm in facts.row.arms if arm.printed("role") == "active")
    starred = [arm for arm, mark in zip(facts.row.arms, marks, strict=True) if mark == "yes"]
    if any(_is_best(arm, facts, value) for arm in starred):
        return True
    return None if differs_by_order(facts, value) else False


def differs_by_order(facts: RowFacts, value: str) -> bool:
    """Whether two treatments that were both tested differ significantly, and the worse one bears the mark: that makes
    the trial neither positive nor negative.
    """
    starred = [arm for arm in facts.row.arms if arm.printed(f"{value}_star") == "yes"]
    all_tested = all(arm.printed("role") == "active" for arm in facts.row.arms)
    return bool(starred) and all_tested and not any(_is_best(arm, facts, value) for arm in starred)


def _is_significant(p_value: str | None) -> bool:
    """Whether a printed p value ("<0.05", "0.045", "NS") is below 0.05."""
    if not p_value or p_value == "NS":
        return False
    number = float(p_value.lstrip("<>="))
    return number <= _ALPHA if p_value.startswith("<") else number < _ALPHA


def _is_best(arm: Arm, facts: RowFacts, value: str) -> bool:
    own = _figure(arm, value)
    others = [figure for other in facts.row.arms if other is not arm and (figure := _figure(other, value)) is not None]
    return all(own is not None and own > figure for figure in others)


def _figure(arm: Arm, value: str) -> float | None:
    cell = arm.cells.get("orr_pct" if value == "orr" else f"{value}_months")
    return cell.low if cell is not None and cell.low == cell.high else None


def _of_clause(clause: str, lexicon: Lexicon) -> Iterator[Outcome]:
    mentions = lexicon.find(clause)
    words = _without(clause, mentions)
    negative, positive = bool(_NEGATIVE.search(words)), bool(_POSITIVE.search(words))
    if not negative and not positive:
        return
    named = [_ENDPOINTS[mention.id] for mention in mentions if mention.id in _ENDPOINTS]
    named += [value for value, pattern in _SAID if value not in named and pattern.search(words)]
    if not named and _OF_TRIAL.search(clause):
        named = ["os"]
    for value in named:
        yield Outcome(value, not negative)


def _without(clause: str, mentions: tuple[Mention, ...]) -> str:
    """The clause without the names of endpoints, markers, drugs and trials: "HER2 positive" is no positive result."""
    for mention in reversed(mentions):
        said = clause[mention.start : mention.end]
        if mention.kind in _NAMES or (mention.id in _ENDPOINTS and not _OF_COURSE.match(said)):
            clause = f"{clause[: mention.start]} {clause[mention.end :]}"
    return clause
