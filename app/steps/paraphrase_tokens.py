"""A sentence as what may not change in other words: figures, names, denials, directions, and the words that tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from app.steps import paraphrase_words as say
from app.steps.quoted import proper_names
from index.lexicon import Lexicon

Kind = Literal[
    "figure", "arm", "trial", "endpoint", "event", "name", "body", "denial", "more", "less", "relation", "word", "stop"
]

_KINDS: dict[str, Kind] = {
    "drug": "arm", "regimen": "arm", "trial": "trial", "adverse_event": "event", "marker": "name", "class": "name",
    "endpoint": "endpoint",
}  # fmt: skip
_ENDPOINTS = frozenset("os pfs orr qol dcr dor".split())
_ARMS = frozenset("placebo best_supportive_care standard_of_care".split())
_ARM_WORDS = frozenset("placebo bsc soc triplet doublet control".split())
# Who approves and guides.
_BODIES = frozenset("fda ema esmo asco nccn".split())
# What orders the drugs of a sequence.
_IN_ORDER = re.compile(r"(\bbefore\b|\bafter\b|\bthen\b|\bfollowed by\b|→)", re.I)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:\s?[–-]\s?\d+(?:\.\d+)?)?|[^\W_]+(?:['’][^\W_]+)*|[<>=≥≤%+×]|[.,;:()]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STOPS = frozenset(",;:()")
_JOINS = frozenset("but yet while whereas although though however".split())
_PHRASES = (
    (re.compile(r"\bmore than (?=\d|one|half|a )|\bover (?=\d)", re.I), "morethan "),
    (re.compile(r"\bless than (?=\d|one|half)|\bunder (?=\d)", re.I), "lessthan "),
    (re.compile(r"\b(?:compared (?:with|to)|as opposed to|versus|vs\.?|against)(?= )", re.I), "versus"),
    (re.compile(r"\b(?:instead of|rather than)\b", re.I), "insteadof"),
    (re.compile(r"\bprior to\b", re.I), "before"),
    (re.compile(r"\b(?:n't)\b"), " not"),
    (re.compile(r"\b(?:every|each|a|per) year\b", re.I), "annually"),
    (re.compile(r"\b1st\b"), "first"),
    (re.compile(r"\b2nd\b"), "second"),
    (re.compile(r"\b3rd\b"), "third"),
    (re.compile(r"\bbefore(?=[,.;)]|$)", re.I), "previously"),
    (re.compile(r"\bfor some reason\b|\b(?:that|this|the) combination\b", re.I), ""),
    (re.compile(r"\bsome (?=\d)", re.I), "about "),
    (re.compile(r"\b(phase|table|section) (?=\d)", re.I), r"\1"),
    (re.compile(r"\bif (?:possible|available|feasible)\b", re.I), "ifpossible"),
    (re.compile(r"\brandomi[sz]ed\b", re.I), "randomized"),
    (re.compile(r"\bcolorectal cancer\b", re.I), "CRC"),
    (re.compile(r"\bbest supportive care\b", re.I), "BSC"),
)
_RELATIONS = frozenset("before after than insteadof versus on to from".split())
_UNITS = {
    "%": "%",
    "percent": "%",
    "month": "months",
    "months": "months",
    "mg": "mg",
    "weeks": "weeks",
    "days": "days",
    "patients": "patients",
}
# What may stand between two figures of one unit.
_JOINED = frozenset("to and or versus".split())
_LABELS = frozenset("hr p ci".split())


@dataclass(frozen=True, slots=True)
class Token:
    """One of them, with its number among the tokens; `value` is what it stands for (several ids for a regimen)."""

    kind: Kind
    value: frozenset[str]
    at: int
    text: str = ""
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence in tokens."""

    tokens: tuple[Token, ...]
    names: frozenset[str] = field(default_factory=frozenset)

    def of(self, *kinds: Kind) -> list[Token]:
        return [token for token in self.tokens if token.kind in kinds]

    def clauses(self) -> list[list[Token]]:
        """The tokens between commas, semicolons, brackets and words like "but"."""
        found: list[list[Token]] = [[]]
        outer: list[list[Token]] = []
        for token in self.tokens:
            if token.text == "(":
                outer.append(found[-1])
                found.append([])
            elif token.text == ")" and outer:
                found.append(found.pop(found.index(outer[-1])) if outer[-1] in found else [])
                outer.pop()
            elif token.kind == "stop":
                found.append([])
            else:
                found[-1].append(token)
        return [clause for clause in found if clause]


def tokens_of(text: str, lexicon: Lexicon) -> Tokens:
    """The text in tokens; names of the lexicon are known by whatever name they go."""
    for pattern, instead in _PHRASES:
        text = pattern.sub(instead, text)
    found: list[Token] = []
    at = 0
    for mention in lexicon.find(text, misspelled=False):
        kind = _KINDS.get(mention.kind)
        if mention.id in _ARMS:
            kind = "arm" if _is_arm(text[mention.start : mention.end]) else None
        if kind is None or (kind == "endpoint" and mention.id not in _ENDPOINTS) or mention.start < at:
            continue
        words = text[mention.start : mention.end]
        if kind in ("endpoint", "event", "name") and not _is_name(words, mention.id):
            continue
        _words(text[at : mention.start], found)
        at = mention.end
        if kind == "arm" and len(in_order := _IN_ORDER.split(words)) > 1:
            for part in in_order:
                _in_order(part, lexicon, found)
            continue
        parts = lexicon.entries[mention.id].parts if kind == "arm" else ()
        found.append(Token(kind, frozenset(parts or (mention.id,)), len(found), words.casefold()))
    _words(text[at:], found)
    return Tokens(tuple(_with_units(found)), frozenset(proper_names(text)))


def _in_order(part: str, lexicon: Lexicon, found: list[Token]) -> None:
    """A part of a sequence of drugs: one of them, or the word between two."""
    named = [one for one in lexicon.find(part, misspelled=False) if _KINDS.get(one.kind) == "arm"]
    if named:
        found.append(Token("arm", frozenset({named[0].id}), len(found), part.strip().casefold()))
    else:
        _words(part, found)


def _is_arm(words: str) -> bool:
    """Whether the words name what is compared with, and not some "standard treatment"."""
    return words.casefold() not in ("standard", "standard treatment", "standard therapy", "standard therapies")


def _is_name(words: str, entry: str) -> bool:
    """Whether the words name the entry rather than being everyday words for it ("shrinkage", "side effects")."""
    return entry not in ("adverse_event", "severe_adverse_event", "discontinuation", "dose_reduction") and not (
        entry == "orr" and not re.search(r"\brates?\b|\bO?RR\b", words)
    )


def _words(text: str, found: list[Token]) -> None:
    for match in _TOKEN.finditer(text):
        said = match.group()
        word = said.casefold()
        if word[0].isdigit():
            for number in _NUMBER.findall(word):
                found.append(Token("figure", frozenset({number}), len(found), word))
        elif word in say.NUMBERS:
            found.append(Token("figure", frozenset({say.NUMBERS[word]}), len(found), word))
        else:
            kind, value = _word(word)
            found.append(Token(kind, frozenset({value}), len(found), word))


def _word(word: str) -> tuple[Kind, str]:
    if word in _STOPS or word in _JOINS or word == ".":
        return "stop", word
    if word in _ARM_WORDS:
        return "arm", word
    if word in _BODIES:
        return "body", word
    if word in say.DENIALS:
        return "denial", word
    if word in _RELATIONS:
        return "relation", word
    short = say.stem(word)
    if short in say.POSITIVE or word in say.POSITIVE:
        return "more", short
    if short in say.NEGATIVE or word in say.NEGATIVE:
        return "less", short
    return "word", word if not word[0].isalpha() else say.meaning(word)


def _with_units(found: list[Token]) -> list[Token]:
    """The figures with the unit behind them, that of the next figure where they stand in one run, and their label."""
    made: list[Token] = []
    unit = ""
    for number in range(len(found) - 1, -1, -1):
        token = found[number]
        if token.kind != "figure":
            made.append(token)
            if token.text not in _JOINED and token.text not in _UNITS:
                unit = ""
            continue
        behind = found[number + 1] if number + 1 < len(found) else None
        own = _UNITS.get(behind.text, "") if behind else ""
        runs_on = behind is not None and (behind.kind == "figure" or behind.text in _JOINED)
        unit = own or (unit if runs_on else "")
        before = [one.text for one in found[max(0, number - 3) : number]]
        label = next((one for one in reversed(before) if one in _LABELS), "")
        made.append(Token("figure", token.value, token.at, token.text, unit, label))
    return made[::-1]
