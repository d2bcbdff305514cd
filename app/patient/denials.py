"""How far a denial of a drug goes ("never had bev", "all but FOLFOX"), and whether it is for a medical reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.patient.findings import Finding
from app.patient.profile import AGENTS
from app.patient.text import Message
from app.patient.therapy_mentions import Therapy
from app.patient.therapy_words import ADJUVANT

# Up to the drug: at no time. A list of other drugs may stand between.
_NEVER_BEFORE = re.compile(
    r"(?<![a-z])(?:never(?: \w+)? (?:had|have|received|receive|been (?:given|on|exposed to|treated with)|given|got|"
    r"taken|"
    r"took)|no (?:prior|previous|earlier)(?: (?:exposure to|use of|treatment with|therapy with))?|"
    r"na[iï]ve (?:to|for|of)|unexposed to|not (?:previously|ever) (?:been )?(?:had|received|given|exposed to|"
    r"treated with)|never)(?: (?:any|the|an?))?\s+(?:[\w/-]+(?:,| or| nor|/|,? and)\s+)*$"
)
_NEVER_AFTER = re.compile(
    r"[- ]?(?:therapy |treatment |antibod\w+ )?na[iï]ve\b|\W{0,2}(?:therapy |treatment )?(?:was |were |has been |"
    r"had been )?never (?:been )?(?:given|used|received|had|administered)\b|\s?:\s?(?:no|none|"
    r"never)\b(?=\s*[,;.)\n]|\s*$)"
)
_NAIVE = re.compile(r"\b(?:chemo(?:therapy)?|treatment|therapy|systemic(?: therapy)?)[- ]?na[iï]ve\b")
# A denial of one time or of one partner only.
_LIMITED = re.compile(
    r"^[^.;,→\n]{0,24}?\b(?:with|in|before|until|till|at|when|during|prior to|alongside|together|first|initially|"
    r"beyond|after|since|outside|alone|again|combin\w+|upfront|on|as)\b"
)
_LIMITED_BEFORE = re.compile(
    r"\b(?:then|initially|at first|at diagnosis|at that|until|first-?line|[1-6]l|(?:1st|2nd|3rd) line|when|while|"
    r"not true|not correct|not the case|incorrect|wrong|if|unless)\b[^.;\n]*$"
)
# What was denied came later after all.
_CAME_LATER = re.compile(
    r"→|->|\b(?:then|later|subsequent\w*|now|finally|afterwards|since|start\w*|added|after that|began|next|"
    r"switch\w*|until|before|but|yet|only|except|apart from|other than|currently|today)\b"
)
_ALL_BUT = re.compile(
    r"\b(?:all|everything|every one|each|both|any)(?: of (?:them|these|those))? (?:but|except|"
    r"save)(?: for)?\s+(?:the )?$"
)
_BECAUSE = (
    r"(?:because(?: of)?|due to|owing to|on account of|in view of|on grounds of|given|for|reason:?|with|after|as|"
    r"since|following|secondary to|[(:,–-])"
)
_DOUBTED = re.compile(r"\b(?:concern\w*|worr\w+|caution\w*|reluctan\w*|hesita\w*|wary|afraid)\b[^.;,]{0,24}$")
_ILL = re.compile(
    r"\b(?:\w*neuropath\w*|\bpnp\b|\bcipn\b|\bmi\b|infarct\w*|stroke|\btia\b|\bcva\b|thromb\w*|embol\w*|\bdvt\b|\bpe\b|"
    r"bleed\w*|ha?emorrhag\w*|perforat\w*|fistul\w*|proteinuri\w*|nephrotic|hypertens\w*|aneurysm\w*|cardi\w*|angina|"
    r"coronary|lvef|ejection fraction|heart (?:failure|disease)|\bchf\b|allerg\w*|anaphyla\w*|hypersens\w*|"
    r"infusion reaction|gilbert\w*|ugt1a1|bilirubin\w*|jaundice|cholesta\w*|liver (?:function|failure|impairment)|"
    r"cirrhos\w*|child[- ][bc]|renal|kidney|creatinine|e?gfr (?:<|\d)|dialysis|\bdpd\b|\bdpyd\b|diarrh\w*|colitis|"
    r"ileus|obstruct\w*|bowel disease|crohn\w*|wound|ulcer\w*|ischa?emi\w*|\bild\b|pneumonitis|autoimmun\w*|"
    r"transplant\w*|toxicit\w*|\bqtc?\b|vasospasm|myocard\w*|myelosuppress\w*|neutropeni\w*|cytopeni\w*|"
    r"frail\w*|comorbid\w*|hepatitis|myasthenia|retinopath\w*|pregnan\w*|contra-?indicat\w*|"
    r"intoleran\w*)(?!\s+(?:fears?|worr\w+|concerns?))"
)
_REASON_AFTER = re.compile(rf"^\W{{0,2}}(?:[\w'-]+ ?){{0,3}}?{_BECAUSE}\W*(?:[\w'%/.-]+\W+){{0,6}}?$")
_REASON_BEFORE = re.compile(
    r"^[\w\s/%.()'-]{0,32}?(?:[,;:.→]|->|=>|\bso\b|\bhence\b|\btherefore\b|\bthus\b|\bmeans?\b|\bmade\b|\bforbids?\b)+"
    r"[\s\w]{0,24}$"
)
_ILLNESS_NEXT = re.compile(r"\s?:\s?(?P<what>[\w\s%.-]{2,30})(?=[,;.)]|$)")
_NO_REASON = re.compile(
    r"\b(?:no|without|denies|nil|mild(?: \w+)?|resolved|fear of|feared|fearing|afraid of|worried about)\s+(?:\w+\s)?$"
)


def is_beside_an_illness(message: Message, therapy: Therapy) -> bool:
    """ "raltitrexed (5FU: coronary spasm)": whether the drug was given and harmed, or was not given, is not said."""
    found = _ILLNESS_NEXT.match(message.plain, therapy.end)
    return not therapy.backbone and bool(found and _ILL.search(found["what"]))


def without_excepted(message: Message, therapies: Sequence[Therapy]) -> list[Therapy]:
    """The therapies, those denied as an exception denied wherever their sentence names them: "of fruquintinib,
    regorafenib and Lonsurf she has taken all but fruquintinib".
    """
    excepted = [
        (message.sentence_at(therapy.start), therapy.agents)
        for therapy in therapies
        if therapy.status == "not_given" and therapy.agents and _is_exception(message, therapy)
    ]
    return [
        replace(therapy, status="not_given")
        if therapy.status == "given"
        and any(
            sentence.holds(therapy.start, therapy.end) and therapy.agents <= agents for sentence, agents in excepted
        )
        else therapy
        for therapy in therapies
    ]


def _is_exception(message: Message, therapy: Therapy) -> bool:
    sentence = message.sentence_at(therapy.start)
    return bool(_ALL_BUT.search(message.plain[sentence.start : therapy.start]))


def is_for_a_medical_reason(message: Message, therapy: Therapy, others: Sequence[Therapy]) -> bool:
    """Whether a drug that was not given is denied for an illness or a toxicity told beside it: "no oxaliplatin because
    of neuropathy", "recent MI, so no bev", "irinotecan avoided (Gilbert)".
    """
    plain, sentence = message.plain, message.sentence_at(therapy.start)
    if therapy.status == "planned" and not _DOUBTED.search(plain[sentence.start : therapy.start]):
        return False
    until = min([other.start for other in others if other.start >= therapy.end] + [sentence.end])
    left = max([other.end for other in others if other.end <= therapy.start], default=0)
    before_from = max(left, therapy.start - 70, sentence.start)
    for found in _ILL.finditer(plain, therapy.end, until):
        between = plain[therapy.end : found.start()]
        if _REASON_AFTER.search(between) and not _NO_REASON.search(between):
            return True
    for found in _ILL.finditer(plain, before_from, therapy.start):
        if found.group().startswith("contra"):
            continue
        told = plain[before_from : found.start()]
        of_other = left == before_from and _REASON_AFTER.search(told)  # "no bev because of a stroke, nor cetuximab"
        if _REASON_BEFORE.search(plain[found.end() : therapy.start]) and not _NO_REASON.search(told) and not of_other:
            return True
    return False


def contradicted_denials(message: Message, therapies: Sequence[Therapy]) -> Iterator[Finding]:
    """The denials "at no time" of a drug that the same message gives, as findings that contradict it (rules §1.1)."""
    for denied in therapies:
        if denied.status != "not_given" or not denied.agents:
            continue
        start = _start_of_never(message, denied)
        if start is None:
            continue
        for given in therapies:
            if given.status == "given" and _is_same(denied, given) and not _is_later(message, denied, given):
                source = message.source(start, max(denied.end, _end_of_never(message, denied)))
                yield from (Finding(f"prior.{agent}", False, source) for agent in sorted(denied.agents & given.agents))
                break
    yield from _naive_though_treated(message, therapies)


def _naive_though_treated(message: Message, therapies: Sequence[Therapy]) -> Iterator[Finding]:
    """ "chemo-naive. FOLFOX then FOLFIRI": chemotherapy before surgery apart, both cannot be."""
    for found in _NAIVE.finditer(message.plain):
        sentence = message.sentence_at(found.start())
        after = message.plain[found.end() : sentence.end]
        if _LIMITED.match(after) or _LIMITED_BEFORE.search(message.plain[sentence.start : found.start()]):
            continue
        for given in therapies:
            between = message.plain[found.end() : given.start]
            around = message.words(message.clause_at(given.start))
            if (
                given.status == "given"
                and given.backbone
                and not (_CAME_LATER.search(between) or ADJUVANT.search(around))
            ):
                source = message.source(*found.span())
                yield from (Finding(f"prior.{agent}", False, source) for agent in sorted(given.agents)[:1])
                return


def _start_of_never(message: Message, denied: Therapy) -> int | None:
    """Where words begin that deny the drug for all time; None where they do not, or for one time or partner only."""
    sentence = message.sentence_at(denied.start)
    before = message.plain[sentence.start : denied.start]
    after = message.plain[denied.end : sentence.end]
    if _LIMITED_BEFORE.search(before):
        return None
    if found := _NEVER_AFTER.match(after):
        return None if _LIMITED.match(after[found.end() :]) else denied.start
    never = _NEVER_BEFORE.search(before)
    if not never or _LIMITED.match(after):
        return None
    return sentence.start + never.start()


def _end_of_never(message: Message, denied: Therapy) -> int:
    found = _NEVER_AFTER.match(message.plain[denied.end : message.sentence_at(denied.start).end])
    return denied.end + (found.end() if found else 0)


def _is_same(denied: Therapy, given: Therapy) -> bool:
    """Whether the denied drug is (part of) the one given: the same drug, or its whole class."""
    if not denied.agents & given.agents:
        return False
    if set(denied.ids) <= set(AGENTS) or set(given.ids) <= set(AGENTS):
        return True
    if denied.backbone:
        return set(denied.ids) == set(given.ids)
    return set(denied.ids) <= set(given.ids)


def _is_later(message: Message, denied: Therapy, given: Therapy) -> bool:
    """ "Never had bev. Then bev with FOLFIRI": the denial was of a time before."""
    return given.start > denied.end and bool(_CAME_LATER.search(message.plain[denied.end : given.start]))
