"""Questions on the assistant itself: what it answers from, how far that reaches, what it can and cannot do."""

from __future__ import annotations

import re
from dataclasses import replace

from app.steps.draft import Draft, Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.replies import reply
from index.records import Passage

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
    r"\b(?:who|which (?:people|doctors|experts|persons))\b[^.?!]{0,30}\b"
    r"(?:(?:wrote|authored)(?= (?:this|that|it|the|your|all)\b|\W*$)|written|authors?|behind)\b",
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
    r"\bwhat (?:kinds?|sorts?) of (?:things?|questions?|stuff)\b|\bwhat can I ask\b|\bhow do I use (?:this|you)\b",
    r"\bdo (?:exactly |just )?what you (?:say|tell)\b|\b(?:follow|act on) your (?:advice|answers?)\b"
    r"|\b(?:I|we|who|you)\b[^.?!]{0,30}\bresponsib\w+\b",
    r"\bcan I (?:trust|rely on)\b[^.?!]{0,20}\b(?:you|this|it|these answers)\b",
    rf"\bwhat (?:can['’]?t|cannot|couldn['’]?t|don['’]?t|won['’]?t) {_YOU}\b|\bwhat are your (?:limits|"
    rf"limitations|gaps)\b",
    r"\b(?:until|up to) (?:when|what date)\b[^.?!]{0,30}\b(?:reach|go|cover|extend)\w*\b",
)
_ASKS_TABLES = re.compile(
    r"\b(?:what|which|how many)\b(?: \w+){0,3}? (?:tables|trials|studies)\b[^?]{0,25}\b(?:you|in there|in here)\b"
    r"|\btables\b[^?]{0,20}\b(?:you|have you)\b",
    re.I,
)
_ASKS_PRIVACY = re.compile(
    r"\b(?:sav(?:e|ed|es|ing)|stor(?:e|ed|es|ing)|keep|kept|log(?:ged|s)?|record(?:ed|s)?|retain\w*|sent|send|shared?|"
    r"leave|leaves|confidential\w*|privacy|private|GDPR|anonymi[sz]\w*|identif\w*)\b",
    re.I,
)
_OF_WHAT_IS_TYPED = re.compile(
    r"\b(?:type|typed|enter|entered|paste|pasted|my|our|patient(?:'s)?) (?:\w+ ){0,4}?(?:data|details|case|input|"
    r"notes?|"
    r"letters?|in|here|messages?|questions?|conversation|information)\b|\bwhat I (?:type|enter|paste|write|say)\b"
    r"|\bpatient data\b|\bthis (?:chat|conversation)\b",
    re.I,
)
_ASKS_SOURCE = re.compile(
    r"^\W*(?:and |ok |so |the |thanks?,? )*(?:source|sources|reference|references|ref|refs|citation|cite|evidence|"
    r"where (?:is|does|did) (?:that|this|it) (?:come )?from|where(?:'s| is) (?:that|this) (?:stated|written|"
    r"said)|says who|"
    r"who (?:ran|led|did|wrote|published|reported|authored) (?:it|that|this)(?:\W+(?:and )?(?:in )?(?:which|"
    r"what) year)?|"
    r"(?:who is the )?first author|(?:in )?(?:which|what) (?:year|journal)(?: was (?:it|that|this)(?: published)?)?|"
    r"when was (?:it|that|this) published|published when|year of publication|"
    r"which (?:paper|table|trial|section|page)(?: is (?:that|this))?(?: from)?|on what (?:basis|evidence))\W*$",
    re.I,
)
_META = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.I)


def asks_about_assistant(text: str, context: str = "") -> bool:
    """Whether the text asks of the assistant or of its source; `context` is the turn that it follows on."""
    if _ASKS_TABLES.search(text) or _asks_privacy(text):
        return True
    return bool(_META.search(text)) or (bool(context) and bool(_META.search(f"{context} {text}")))


def _asks_privacy(text: str) -> bool:
    return bool(_ASKS_PRIVACY.search(text) and _OF_WHAT_IS_TYPED.search(text))


def asks_source(text: str) -> bool:
    """Whether the text asks where the answer before it stands, and nothing else."""
    return bool(_ASKS_SOURCE.search(text))


def with_source(draft: Draft) -> Draft:
    """The draft with the places that it rests on named first."""
    told = [block for block in draft.blocks if isinstance(block, Statement)]
    places = list(dict.fromkeys(place.passage.locator for statement in told for place in statement.support))
    if draft.status != "answered" or not places:
        return draft
    return replace(draft, blocks=(Statement(reply("source", places="; ".join(places)), own=True), *draft.blocks))


def about_itself(text: str, base: EvidenceBase) -> Draft:
    """What the assistant answers from, cited, and what it does not do; or on its tables, or on privacy."""
    if _asks_privacy(text):
        return Draft("answered", (Statement(reply("about_privacy"), own=True),))
    if _ASKS_TABLES.search(text):
        tables = (passage for passage in base.passages if passage.kind == "table")
        told = [Statement(one.sentence(0), (Support(one, *_first(one), 1.0),), layout="item") for one in tables]
        return Draft("answered", (Statement(reply("about_tables"), own=True), *told))
    passage = base.about
    told = [
        Statement(passage.sentence(number), (Support(passage, span.start, span.end, 1.0),))
        for number, span in enumerate(passage.sentences)
    ]
    return Draft(
        "answered", (Statement(reply("about_basis"), own=True), *told, Statement(reply("about_limits"), own=True))
    )


def _first(passage: Passage) -> tuple[int, int]:
    span = passage.sentences[0]
    return span.start, span.end
