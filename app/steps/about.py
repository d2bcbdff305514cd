"""Questions on the assistant itself: what it answers from, how far that reaches, what it can and cannot do."""

from __future__ import annotations

import re

from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.replies import reply

_YOU = (
    r"(?:you|your|yourself|this (?:assistant|tool|chat|bot|app|system|program|thing|service)|lateline|"
    r"the (?:tool|bot|assistant|chat))"
)
_SOURCE = (
    r"(?:sources?|based|basis|evidence base|knowledge|information|data|answers?|literature|references?|publications?|"
    r"trained|rel(?:y|ies)|draws?|built)"
)
_PATTERNS = (
    rf"\b{_SOURCE}\b[^.?!]{{0,40}}\b{_YOU}\b",
    rf"\b{_YOU}\b[^.?!]{{0,40}}\b(?:{_SOURCE}|up[- ]to[- ]date|current|know|reach(?:es)?|cut-?off|trust\w*|reliable|"
    r"accurate|hallucinat\w*|make (?:things|stuff) up|language model|LLM|GPT|AI)\b",
    r"\b(?:who|which (?:people|doctors|experts|persons))\b[^.?!]{0,30}\b(?:wrote|written|authored|authors?|behind)\b",
    r"\b(?:authors?|title|journal|doi|citation|reference|publication date|year of "
    r"publication)\b[^.?!]{0,25}\b(?:of|for)\b"
    r"[^.?!]{0,15}\b(?:the |this |your )(?:review|paper|article|source)\b",
    r"\bwhen (?:was|were) (?:the|this|your) (?:review|paper|article|source)\b",
    r"\bhow (?:current|recent|old|up[- ]to[- ]date|fresh)\b[^.?!]{0,30}\b(?:information|review|source|data|"
    r"evidence|answers?|"
    rf"{_YOU})\b",
    r"\bwhat (?:is|was) (?:the|this|that) (?:review|paper|article|source)(?: called| about)?\W*$",
    r"\b(?:is|which|what) (?:it|this|that|source|review|paper|article)\b[^.?!]{0,20}\bbased on\b",
    r"\bwhat (?:is|are) (?:this|it|these answers) based on\b",
    rf"\b(?:what|how) (?:can|could|do|does) {_YOU} (?:do|answer|help|work)\b|\bwho are you\b|\bwhat are you\b",
    r"\bcan I (?:trust|rely on)\b[^.?!]{0,20}\b(?:you|this|it|these answers)\b",
    r"\b(?:until|up to) (?:when|what date)\b[^.?!]{0,30}\b(?:reach|go|cover|extend)\w*\b",
)
_META = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.I)


def asks_about_assistant(text: str, context: str = "") -> bool:
    """Whether the text asks of the assistant or of its source; `context` is the turn that it follows on."""
    return bool(_META.search(text)) or (bool(context) and bool(_META.search(f"{context} {text}")))


def about_itself(base: EvidenceBase) -> Draft:
    """What the assistant answers from, cited, and what it does not do."""
    passage = base.about
    told = [
        Statement(passage.sentence(number), (Support(passage, span.start, span.end, 1.0),))
        for number, span in enumerate(passage.sentences)
    ]
    return Draft(
        "answered", (Statement(reply("about_basis"), own=True), *told, Statement(reply("about_limits"), own=True))
    )
