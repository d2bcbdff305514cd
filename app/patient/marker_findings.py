"""From what is said of markers to findings: plasma apart from tissue, corrected results in the place of old ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.patient.findings import Finding, clash
from app.patient.marker_symbols import Said
from app.patient.markers import markers_in
from app.patient.profile import Value
from app.patient.reading import Remark
from app.patient.scopes import RELATIVES, Scope
from app.patient.text import Message, Span

# (subject, state) → finding; in plasma the genes' findings have their own names.
_TISSUE: dict[tuple[str, str], tuple[str, Value]] = {
    ("ras", "p"): ("ras", "mutant"), ("ras", "n"): ("ras", "wild_type"),
    ("kras", "p"): ("kras", "mutant"), ("kras", "n"): ("kras", "wild_type"),
    ("nras", "p"): ("nras", "mutant"), ("nras", "n"): ("nras", "wild_type"),
    ("braf", "p"): ("braf", "mutant"), ("braf", "n"): ("braf", "wild_type"),
    ("g12c", "p"): ("kras_g12c", True), ("g12c", "n"): ("kras_g12c", False),
    ("kras_other", "p"): ("kras_other", True),
    ("nras_allele", "p"): ("nras", "mutant"),
    ("v600e", "p"): ("braf_v600e", True), ("v600e", "n"): ("braf_v600e", False),
    ("braf_other", "p"): ("braf_other", True), ("braf_other", "n"): ("braf_other", False),
    ("her2", "p"): ("her2", "positive"), ("her2", "n"): ("her2", "negative"),
    ("her2", "ihc 0"): ("her2_ihc", "0"), ("her2", "ihc 1+"): ("her2_ihc", "1+"),
    ("her2", "ihc 2+"): ("her2_ihc", "2+"), ("her2", "ihc 3+"): ("her2_ihc", "3+"),
    ("her2", "ish p"): ("her2_ish", True), ("her2", "ish n"): ("her2_ish", False),
    ("her2_low", "p"): ("her2", "negative"),
    ("ntrk", "p"): ("ntrk_fusion", True), ("ntrk", "n"): ("ntrk_fusion", False),
    ("ntrk_named", "p"): ("ntrk_fusion", True), ("ntrk_named", "n"): ("ntrk_fusion", False),
    ("deficient", "p"): ("mmr", "deficient"), ("deficient", "n"): ("mmr", "proficient"),
    ("proficient", "p"): ("mmr", "proficient"), ("msi", "p"): ("mmr", "deficient"),
    ("msi", "n"): ("mmr", "proficient"), ("msi", "m-"): ("mmr", "deficient"), ("msi", "m+"): ("mmr", "proficient"),
    ("mmr", "m-"): ("mmr", "deficient"), ("mmr", "m+"): ("mmr", "proficient"),
    ("mmr_protein", "m-"): ("mmr", "deficient"), ("mmr_protein", "n"): ("mmr", "deficient"),
    ("deficient", "m-"): ("mmr", "deficient"), ("proficient", "m+"): ("mmr", "proficient"),
}  # fmt: skip
_PLASMA: dict[tuple[str, str], tuple[str, Value]] = {
    ("ras", "p"): ("ctdna_ras", "mutant"), ("ras", "n"): ("ctdna_ras", "wild_type"),
    ("kras", "p"): ("ctdna_kras", "mutant"), ("kras", "n"): ("ctdna_kras", "wild_type"),
    ("nras", "p"): ("ctdna_nras", "mutant"), ("nras", "n"): ("ctdna_nras", "wild_type"),
    ("braf", "p"): ("ctdna_braf", "mutant"), ("braf", "n"): ("ctdna_braf", "wild_type"),
    ("g12c", "p"): ("ctdna_kras", "mutant"), ("kras_other", "p"): ("ctdna_kras", "mutant"),
    ("nras_allele", "p"): ("ctdna_nras", "mutant"),
    ("v600e", "p"): ("ctdna_braf", "mutant"), ("braf_other", "p"): ("ctdna_braf", "mutant"),
}  # fmt: skip
# Stated to be unknown: which fact that concerns.
_CONCERNS = {
    "ras": "ras",
    "kras": "kras",
    "nras": "nras",
    "braf": "braf",
    "g12c": "kras_g12c",
    "v600e": "braf_v600e",
    "her2": "her2",
    "ntrk": "ntrk_fusion", "ntrk_named": "ntrk_fusion",
    "msi": "mmr", "mmr": "mmr", "deficient": "mmr", "proficient": "mmr", "mmr_protein": "mmr",
}  # fmt: skip
_TAKEN_BACK = re.compile(
    r"\b(?:initial\w*|original\w*|first (?:they |we |it |she |he |the lab )?(?:reported|report|said|read|called|"
    r"result)|"
    r"(?:previous|prior|earlier|old|preliminary|verbal) (?:\w+ )?(?:report\w*|result\w*|lab\w*|test\w*|ihc|pcr|"
    r"pathology|thought|record\w*|document\w*|call\w*)|previously|was (?:first |initially |originally |previously |"
    r"wrongly |erroneously )?(?:reported|recorded|documented|thought|called|read|labelled|labeled|described|"
    r"listed|entered|typed|noted)|thought to be|believed to be|erroneous\w*|wrong\w*|(?:in|an|my|their) error|"
    r"mistake\w*|"
    r"(?:copy[- ]?(?:and[- ])?paste|typing|clerical|transcription|lab\w*|dictation|entry|filing|reporting) "
    r"(?:error|slip|artefact|artifact)|"
    r"misreport\w*|mis-?typed|retract\w*|withdrawn|supersed\w*|instead of|rather than|mixed up|mix-?up|typo|"
    r"incorrect\w*|false[- ]positive|false[- ]negative|contaminat\w*|sample swap|(?:samples?|blocks?|results?|"
    r"reports?|labels?|slides?|specimens?|tubes?)(?: \w+){0,3} swapped)\b"
)
_VOID = re.compile(
    rf"\b(?:was|is|were|belong\w* to) (?:actually |really )?(?:the|his|her|their|a) (?:{RELATIVES})\b|"
    r"\b(?:(?:forget|ignore|disregard|scratch|delete|strike|cross out|scrap|discard) (?:about )?(?:the|that|this|my|"
    r"what)\b|"
    r"(?:does|did|do|could)(?: not|n't) (?:be )?(?:confirm|reproduc|verif|replicat|find|detect|see)\w* (?:this|that|"
    r"it|the)\b|"
    r"by mistake|"
    r"erroneous\w*|wrong (?:patient|sample|block|report)|in error|retract\w*|withdrawn|"
    r"mixed up|mix-?up|sample swap|(?:samples?|blocks?|results?|reports?|labels?|slides?|specimens?|"
    r"tubes?)(?: \w+){0,3} swapped|contaminat\w*|false[- ]positive|false[- ]negative|"
    r"invalid\w*|not valid|belong\w* to (?:another|a different|some(?:one|body) else|his|her)|"
    r"(?:that|this|it) was (?:the|another|a different) patient|"
    r"(?:of|from|for|about|on|to) (?:the |an?)?(?:other|another|different|previous|last|wrong) (?:patient|person|man|"
    r"woman|case)|(?:from|of) an? (?:[a-z]+ )?(?:case|control)\b|of the patient (?:discussed|seen|presented|"
    r"mentioned) before|(?:of|from|to) some(?:one|body) else)\b"
)
_CORRECTED = re.compile(
    r"\b(?:correct(?:ed|ion|ing)\b|correct (?:result|report|value|is)|amend\w*|revis\w*|re-?test\w*|repeat\w*|"
    r"re-?did|re-?done|"
    r"re-?run|re-?biops\w+|re-?sequenc\w*|actually|in fact|turn(?:s|ed) out|updat\w*|addendum|sorry|"
    r"scratch that|strike that|should (?:read|be(?! (?:ignored|disregarded|deleted|struck|dropped))|have been|say)|"
    r"re-?read\w*|re-?analys\w+|re-?review\w*|(?:on|central|"
    r"expert) (?:\w+ )?(?:review|read|reading|opinion)|i mean|misread|misspoke|supersed\w*|in truth)\b"
)
# Two results of which nobody knows the right one: neither takes back the other.
_UNDECIDED = re.compile(
    r"\b(?:no one|no-one|nobody|none of us|i|we|they|(?:he|she|the lab|pathology)) (?:can|could|do|does|is|am|are|"
    r"seems?)"
    r"(?:n't| ?not)? ?(?:to )?(?:\w+ ){0,3}which (?:one |of (?:them|the two) )?(?:is|to|was|result|report)\b|"
    r"\bwhich (?:one )?(?:is|of (?:them|these|the two) is) (?:right|correct|true)\b|\b(?:conflict\w*|discordan\w*|"
    r"contradict\w*|disagree\w*) (?:results?|reports?|findings|with each other)\b|\b(?:results?|reports?|"
    r"labs?) (?:\w+ )?"
    r"(?:conflict|disagree|contradict|differ)\b"
)
# Right before a result: it is the right one.
_PUT_RIGHT = re.compile(
    r"\b(?:sorry|correct\w*|actually|wrong|re-?read\w*|mistake|typo)\b[^.;]*\b(?:it is|it's|it was|should (?:read|be)|"
    r"is in fact|is actually|reads|says|now reads)\s+(?:a |an |the )?$"
)
# Right before a result: it is today's.
_TODAY = re.compile(r"\b(?:now|currently|final\w*|latest|new(?:er|est)?|definitive\w*|since)\b[^,;.]{0,24}$")
# "ctDNA was sent. It showed …"
_GOES_ON = re.compile(
    r"^\W*(?:it|this|that|the (?:result|test|report|sample)|results?|shows?|showed|which|no|ras|kras|both|neither|"
    r"only)\b"
)
# "ctDNA has gone off. RAS wt": of a sample that has only been sent, a gene's result is none.
_ONLY_SENT = re.compile(r"\b(?:sent|gone off|going off|went off|requested|ordered|shipped|posted)\b")
_GOES_ON_BY_WORD = re.compile(r"^\W*(?:it|this|that|the (?:result|test|report|sample)|results?|shows?|showed|which)\b")
_ALL_PROTEINS = [re.compile(name) for name in ("mlh", "msh-?2", "msh-?6|msh-?2/6", "pms")]
_PANEL = re.compile(r"proteins?|all four|all 4")
_ALL = re.compile(r"\ball\b")
_EXCEPTED = re.compile(r"[\s,]*(?:apart|except|but for|with the exception|other than|save)\b")


@dataclass(frozen=True, slots=True)
class _Placed:
    said: Said
    sentence: Span
    supposed: bool


def marker_findings(
    message: Message, scopes: Sequence[Scope]
) -> tuple[list[Finding], list[Finding], tuple[Remark, ...]]:
    """(findings, those of a what-if, markers that the review has no data on)."""
    placed, others = _placed(message, scopes)
    findings = _standing(message, [item for item in placed if not item.supposed])
    supposed = _standing(message, [item for item in placed if item.supposed])
    return findings, [finding for finding in supposed if finding.value is not None], others


def _placed(message: Message, scopes: Sequence[Scope]) -> tuple[list[_Placed], tuple[Remark, ...]]:
    placed: list[_Placed] = []
    others: list[Remark] = []
    waiting = plasma_before = only_sent = False
    for sentence in message.sentences:
        carried = waiting and bool((_GOES_ON_BY_WORD if only_sent else _GOES_ON).match(message.words(sentence)))
        only_sent = bool(_ONLY_SENT.search(message.words(sentence)))
        said, waiting = markers_in(message, sentence, carried)
        for one in said:
            scope = next((scope for scope in scopes if scope.span.touches(one.start, one.end)), None)
            if scope and scope.kind != "hypothetical":
                continue
            if one.subject == "none" and one.state != "u":
                others.append(Remark((message.plain[one.start : one.end],), message.source(one.start, one.end)))
            placed.append(_Placed(one, sentence, scope is not None))
        if not said and (waiting or plasma_before) and _VOID.search(message.words(sentence)):
            void = Said("ras", "u", sentence.start, sentence.end, plasma=True)
            placed.append(_Placed(void, sentence, False))
        plasma_before = waiting
    return _whole_panels(placed, message), tuple(others)


def _whole_panels(placed: list[_Placed], message: Message) -> list[_Placed]:
    """Kept repair proteins say that repair is proficient only where all four are named or meant."""
    kept = [item for item in placed if item.said.subject == "mmr_protein" and item.said.state in ("m+", "p")]
    if any(_EXCEPTED.match(message.plain, item.said.end) for item in kept):
        return [item for item in placed if item not in kept]
    words = " ".join(message.plain[item.said.start : item.said.end] for item in kept)
    whole = (
        all(name.search(words) for name in _ALL_PROTEINS)
        or _PANEL.search(words)
        or ("mlh" in words and "msh" in words and _ALL.search(words))
    )
    lost = any(item.said.subject == "mmr_protein" and item.said.state in ("m-", "n") for item in placed)
    rest = [item for item in placed if item not in kept]
    if not whole or lost:
        return rest
    first = kept[0]
    panel = Said("mmr", "m+", first.said.start, first.said.end)
    return sorted([*rest, _Placed(panel, first.sentence, first.supposed)], key=lambda item: item.said.start)


def _standing(message: Message, placed: Sequence[_Placed]) -> list[Finding]:
    """The findings, old results replaced where the text corrects them or takes them back."""
    undecided = _UNDECIDED.search(message.plain)
    pairs = [(item, finding) for item in placed if (finding := _finding(message, item.said)) is not None]
    kept: list[tuple[_Placed, Finding]] = []
    for item, finding in pairs:
        latest = {(other[1].name, other[1].value): other for other in kept}
        different = {key for key, other in latest.items() if clash(other[1], finding)}
        clashing = [other for other in kept if (other[1].name, other[1].value) in different] if different else []
        if clashing and finding.value is not None and not undecided:
            if _is_taken_back(message, item, [other[0] for other in clashing]):
                continue
            if any(_is_taken_back(message, other[0], [item]) for other in clashing) or _is_correction(message, item):
                kept = [other for other in kept if other not in clashing]
        kept.append((item, finding))
    kept = [pair for pair in kept if not _is_doubted_later(message, pair, pairs)]
    return [
        finding if not _is_void(message, item, pairs) else Finding(finding.name, None, finding.source)
        for item, finding in kept
    ]


# "I'm told he's dMMR, but the report says PMS2 equivocal"
_BUT = re.compile(r"\b(?:but|though|although|however|yet|whereas|actual|actually)\b")


def _is_doubted_later(
    message: Message, pair: tuple[_Placed, Finding], pairs: Sequence[tuple[_Placed, Finding]]
) -> bool:
    """Whether the same sentence goes on to say, against this result, that the fact is not known."""
    item, finding = pair
    return finding.value is not None and any(
        other.value is None
        and other.name == finding.name
        and place.sentence == item.sentence
        and place.said.start >= item.said.end
        and _BUT.search(message.plain, item.said.end, place.said.start)
        for place, other in pairs
    )


def _finding(message: Message, said: Said) -> Finding | None:
    source = message.source(said.start, said.end)
    if said.state == "u" or (said.state == "?" and _VOID.search(message.words(message.sentence_at(said.start)))):
        name = "ctdna_ras_braf" if said.plasma and (said.subject, "p") in _PLASMA else _CONCERNS.get(said.subject)
        return Finding(name, None, source) if name else None
    table = _PLASMA if said.plasma and (said.subject, "p") in _PLASMA else _TISSUE
    found = table.get((said.subject, said.state))
    return Finding(found[0], found[1], source) if found else None


def _is_taken_back(message: Message, item: _Placed, others: Iterable[_Placed]) -> bool:
    """Whether the words around a result say that it was an earlier or a wrong one, and those around the others not."""
    around = _around(message, item)
    if _PUT_RIGHT.search(message.plain[item.sentence.start : item.said.start]):
        return False
    return bool(_TAKEN_BACK.search(around) or _VOID.search(around)) and not any(
        _TAKEN_BACK.search(_around(message, other)) and not _CORRECTED.search(_around(message, other))
        for other in others
    )


def _is_correction(message: Message, item: _Placed) -> bool:
    before = message.plain[item.sentence.start : item.said.start]
    return bool(_CORRECTED.search(_around(message, item, wide=True)) or _TODAY.search(before))


def _around(message: Message, item: _Placed, wide: bool = False) -> str:
    """The clause of a result; with `wide`, also the beginning of its sentence ("Correction: …")."""
    clause = message.clause_at(item.said.start)
    start = item.sentence.start if wide else clause.start
    return message.plain[start : max(clause.end, item.said.end)]


def _is_void(message: Message, item: _Placed, pairs: Sequence[tuple[_Placed, Finding]]) -> bool:
    """A result withdrawn without another one in its place."""
    words = message.words(item.sentence)
    if not _VOID.search(words):
        return False
    same = [finding for other, finding in pairs if other.sentence == item.sentence and finding.value is not None]
    elsewhere = [
        other for other, _ in pairs if other.sentence == item.sentence and _VOID.search(_around(message, other))
    ]
    if elsewhere and item not in elsewhere:
        return False  # "the report was of another patient, hers is wt"
    here, corrects = bool(_VOID.search(_around(message, item))), _is_correction(message, item)
    return (here and len(same) == 1) or ((here or len(same) == 1) and not corrects)
