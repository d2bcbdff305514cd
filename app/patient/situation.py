"""Fitness, side of the primary and aim of treatment, from a message's words; age and sex by `age_and_sex`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.patient.age_and_sex import Ignored, after_correction, age_and_sex_in, finding_at
from app.patient.findings import Finding
from app.patient.text import Message

_ECOG = re.compile(
    r"\b(?:ecog|who|oms|zubrod|ps \(ecog\)|performance(?: status)? \((?:ecog|who)\))(?:[ -/]*(?:ps|"
    r"performance(?: status| score)?|score|status))*\s*(?:(?:is|was|of|:|=|-|\||\.{2,}|now|currently|remains|"
    r"stable at|at)\s*){0,3}(?:ps\s*)?(?P<low>[0-4])(?:\s*(?:-|/|to|or|–)\s*(?P<high>[0-4]))?(?!\d|\.\d|%)|"
    r"\b(?:ps|performance status)\s*(?:(?:is|was|of|:|=|\||now|currently|remains)\s*){0,3}(?:ecog\s*)?"
    r"(?P<low2>[0-4])(?:\s*(?:-|/|to|or)\s*(?P<high2>[0-4]))?(?!\d|\.\d|%|/)|\becog-?ps(?P<low3>[0-4])(?P<high3>)"
)
# Karnofsky's index in per cent, and a patient who cannot leave his bed.
_KARNOFSKY = re.compile(
    r"\b(?:kps|karnofsky(?: (?:index|performance status|performance|score|status|ps))?|ki)\s*(?:(?:is|was|of|:|=|now|"
    r"currently)\s*){0,2}(?P<low>\d{2,3})(?:\s?%)?(?:\s?(?:-|to|/)\s?(?P<high>\d{2,3}))?(?!\d)"
)
_BEDRIDDEN = re.compile(
    r"(?<![a-z])(?<!not )(?<!never )(?<!was )(?<!husband is )(?:bed-?ridden|bed-?bound|confined to bed|completely "
    r"disabled|moribund|terminally ill)\b"
)
_NOW = re.compile(
    r"\b(?:now|today|current\w*|at present|again|meanwhile|improved|down to|deteriorat\w*|declin\w*|fell|drop\w*)\b"
)
_PAST = re.compile(
    r"\bat (?:diagnosis|presentation|baseline|that time)|\binitially|\bpreviously|\bformerly|\buntil|"
    r"\b(?:19|20)\d\d\b(?! ?-)"
)
_PRESENT = re.compile(r"\b(?:now|today|current\w*)\b")
_FIT = re.compile(
    r"(?<![a-z-])(?:very |quite |reasonably |otherwise |still |remarkably |generally |medically |perfectly |"
    r"physically )?(?:fit(?!-?\s?(?:positive|test|negative|screen|kit|result|\+))(?! for (?:surgery|resection|"
    r"operat|an? op|anaesth|hepatectomy|discharge))(?:\s+and well)?)(?![a-z])"
)
_NOT_FIT = re.compile(
    r"(?<![a-z])(?:frail\w*(?! (?:husband|wife|mother|father|partner|spouse|parents?|sister|brother|relative|"
    r"elderly (?:husband|wife|mother|father))\b)(?! (?:score|index|scale|assess\w*|screen\w*)\W+(?:normal|"
    r"negative|low|0|1))|unfit|not (?:very |really |particularly |that )?fit|no longer fit|isn't fit|too unwell|"
    r"un-fit)(?![a-z])(?P<purpose>\s+for\s+(?:(?:a|an|any|further|major|liver|lung|the|abdominal|curative|"
    r"general)\s+)*(?:surg\w*|resect\w*|operat\w*|anaesth\w*|anesth\w*|hepatect\w*|metastasect\w*|procedure|"
    r"radiother\w*|transplant\w*|oxaliplatin|irinotecan|triplet|folfoxiri|intensive|theatre|discharge|work|travel|"
    r"flight|sirt|ablation|hipec))?"
)
# "enough?", "is he fit", "not fit": the word itself says nothing then.
_FIT_ASKED_AFTER = re.compile(r"\s*(?:enough )?\?")
_FIT_ASKED_BEFORE = re.compile(r"\b(?:if|whether|is (?:he|she)|are you|once|when|as long as)\s+(?:\w+\s+){0,2}$")
_FIT_DENIED = re.compile(
    r"\b(?:not|no longer|isn't|un-?|never|nor|too un|do(?:es)? not|hardly|barely)\s*(?:\w+\s+){0,1}$"
)
_NOT_NEGATED = re.compile(r"\b(?:not|no|never|isn't|without|nor)\s+(?:\w+\s+){0,2}$")
_LEFT_WORDS = (
    r"rect(?:um|al|\.(?= ca))|(?:c\.|ca\.?|carcinoma|cancer) recti|recto-?sig(?:m\w*)?|sigm(?:oid\w*|a|\.|(?=\)|"
    r" m?crc\b| ca\b))|"
    r"spl\.? flex\w*|(?:left|l) flexure|flexura lienalis|re[kc]tum(?:karzinom|carcinom|ca)\w*|c[oô]lon gauche|"
    r"colon izquierdo|"
    r"venstresidig\w*|linksseitig\w*|"
    r"descending(?: colon)?|desc\.? colon|splenic(?: flexure)?(?! (?:vein|artery|lesion|met))|"
    r"(?:left|lt|l)[- ]?(?:sided|side(?=d| colon| primary)|colon\w*|hemicol\w*|hemi\b)|lscc|lhc\b|\(l\)|"
    r"(?:(?<=, )|(?<=; )|(?<=/ )|(?<=\| )|(?<=\n)|(?<=\. ))(?:left|lt\.?)(?=\s*(?:[,;|/\n]|\.(?:\s|$)|$))|"
    r"(?:left|l) (?:crc|mcrc|colorectal|bowel)|(?:(?<=, )|(?<=\. )|(?<=; ))l(?=\.?\s*(?:$|[,;\n]))|(?<=karzinom )links|"
    r"colon descendens|distal colon|(?:(?<=crc, )|(?<=crc )|(?<=crc \()|"
    r"(?<=cancer \()|(?<=ca \()|(?<=carcinoma \()|(?<=primary \()|(?<=primary )|(?<=colon ca )|(?<=cancer )|"
    r"(?<=colon, )|(?<=side: )|(?<=side:)|(?<=primary: )|(?<=colon ca, ))left(?=\s*(?:[,;:.)\n]|$|primary|sided?\b))"
)
_RIGHT_WORDS = (
    r"ca?ec(?:um|al)|ascending(?: colon)?|asc\.? colon|transv\.? colon|hep(?:atic|\.)? ?flex\w*|"
    r"trans\.? colon|transverse(?: colon)?(?! process)|(?:right|rt|r)[- ]?(?:sided|side(?=d| colon| primary)|"
    r"colon\w*|hemicol\w*|hemi\b)|rhc\b|\(r\)|(?:(?<=, )|(?<=; )|(?<=/ )|(?<=\| )|(?<=\n)|(?<=\. ))(?:right|rt\.?)"
    r"(?=\s*(?:[,;|/\n]|\.(?:\s|$)|$))|(?:right|r) (?:crc|mcrc|colorectal|bowel)|(?:(?<=, )|(?<=\. )|"
    r"(?<=; ))r(?=\.?\s*(?:$|[,;\n]))|"
    r"(?<=karzinom )rechts|coli asc\w*|(?:right|r) flexure|flexura hepatica|c[oô]lon droit|colon derecho|"
    r"h[oø]jresidig\w*|rechtsseitig\w*|"
    r"colon transvers\w*|colon ascendens|"
    r"ileo-?ca?ecal|"
    r"proximal colon|(?:(?<=crc, )|(?<=crc )|(?<=crc \()|"
    r"(?<=cancer \()|(?<=ca \()|(?<=carcinoma \()|(?<=primary \()|(?<=primary )|(?<=colon ca )|(?<=cancer )|"
    r"(?<=colon, )|(?<=side: )|(?<=side:)|(?<=primary: )|"
    r"(?<=colon ca, ))right(?=\s*(?:[,;.)\n]|$|primary|sided?\b))"
)
_SIDE_FIELD = re.compile(
    r"\b(?:side|sidedness|laterality|location|primary(?: site| tumou?r)?)\s*(?:[.:=|]+|"
    r"is|(?:is|was) (?:wrong|incorrect|a typo)\W{1,3}(?:(?:it(?:'s| is)|should be) )?)\s*(?P<side>left|right)\b|"
    r"\b(?:cancer|carcinoma|tumou?r|primary|crc|adenocarcinoma|"
    r"colon)\b(?: (?:is|was|lies|lay|located|sits))? ?(?:on|of) the (?P<place>left|right)\b(?!-? ?(?:lung|liver|lobe))"
)
_SIDE = re.compile(rf"(?<![a-z])(?:(?P<left>{_LEFT_WORDS})|(?P<right>{_RIGHT_WORDS}))(?![a-z])")
_IN_ERROR = re.compile(
    r"^[^.;]{0,30}\b(?:for (?:an? )?(?:benign|adenoma|polyp|diverticul|volvulus|appendic|crohn)\w*|error|"
    r"erroneous\w*|wrong\w*|mistake\w*|incorrect\w*|typo)\b"
)
_NOT_PRIMARY = re.compile(
    r"^[ -]*(?:(?:liver|hepatic|lung|pulmonary|pleural|adrenal|ovarian|renal|kidney|hydro\w*|chest|flank|hip|knee|"
    r"shoulder|arm|leg|foot|neck|breast|abdominal|upper|lower|lobe|lobar|portal|hemi(?:par|pleg)\w*|weakness|pain|"
    r"headache|groin|inguinal|iliac|supraclav\w*|axill\w*|sciatica|dvt|heart|ventric\w*|eye|ear|met\b|mets\b(?!:)|"
    r"metast\w*(?![\w:])(?! (?:to|in|at|with|colo\w*|rect\w*|crc|bowel|cancer|carcinoma|adeno\w*)\b)|lesions?|"
    r"nodules?|effusion|bleed\w*|exam\w*|tone|temp\w*|swab|"
    r"symptoms?|discomfort|tenesmus|"
    r"fissure|prolapse|ulcer|haemorrh\w*|hemorrh\w*|polyps?|tube|aorta|thoracic|vein|artery|lung)\b|"
    r"\W*$(?<=per rectum))"
)
_NOT_SIDE_BEFORE = re.compile(
    r"(?:\bper|\bpr|\bno|\bnot|\brather than|\binstead of|\bnormal|\bmets? (?:in|to|of) (?:the )?|metastas[ei]s (?:in|"
    r"to|of|at) (?:the )?|\bpolyps? (?:in|of) (?:the )?|\binvad\w+ (?:the )?|\binvol\w+ (?:of )?(?:the )?|"
    r"infiltrat\w+ (?:of |into )?(?:the )?|deposits? (?:in|on) (?:the )?|adherent to (?:the )?|via the|through the)\s*$"
)
_OF_BOWEL = re.compile(r"rect|sigm|ca?ec|(?:left|right) colon")
_SPREAD_NEXT = re.compile(r" (?:liver|lung|hepatic|pulmonary)\b(?! (?:flexure|angle))")
# "ascending" by itself may also be a cholangitis.
_PARTS_OF_COLON = ("transverse", "ascending", "descending")
_COLON_BEFORE = re.compile(r"\bcolon(?:ic)?(?: (?:cancer|ca|carcinoma|adenocarcinoma))?[ ,]+\(?$")
_COLON_AFTER = re.compile(r"\)?\s*(?:colon|colonic|crc|mcrc|primary|ca\b|cancer|tumou?r|adeno|,)")
_SHRINK = re.compile(
    r"\b(?:tumou?r[- ])?shrink\w*|shrinkage|\bconver(?:sion|t)\b(?! to (?!resec|surg|operab))|\bdownsi[sz]\w+|"
    r"\bcyto-?reduc\w+|\bde-?bulk\w+|\bneeds? (?:a |an )?(?:quick |rapid |fast |good |objective )?respon\w+|"
    r"\b(?:objective |tumou?r |radiological |rapid |quick )?(?:response|regression) (?:is )?(?:needed|required|wanted|"
    r"desired|the (?:aim|goal)|as (?:the )?(?:aim|goal))|\b(?:want|aim\w* for|goal:?|aim:?|seek\w*|hop\w+ for|"
    r"looking for) (?:is |a |an |of |= ?)*(?:quick |rapid |deep |objective |tumou?r )*(?:response|regression|reduction|"
    r"resectab\w+)|\b(?:to|become|render\w*|make|get|if|potentially|borderline) (?:\w+ ){0,2}resectable|"
    r"\bsymptom\w* (?:from|due to|because of|of|by|caused by) (?:\w+ ){0,3}(?:bulk\w*|tumou?r|mass|disease|mets|"
    r"metastases|liver|capsul\w+)|\bsymptomatic (?:from |with )?(?:\w+ )?(?:bulk\w*|tumou?r|disease|liver|mass|mets)|"
    r"\bbulk\w* (?:\w+ ){0,3}(?:symptom\w*|pain\w*|compress\w*)|\b(?:massive|extensive|heavy|huge) (?:organ |liver |"
    r"hepatic |lung |tumou?r )+(?:involvement|infiltration|burden|replacement|disease|mets|metastases)|"
    r"\bmassive \w+ (?:involvement|infiltration)|\bimpending (?:visceral crisis|liver failure|obstruction)|"
    r"\b(?:want|need|like)\w* (?:it|them|that|things|the (?:\w+ ){1,3}) ?(?:to be |to get |much |made |"
    r"a bit )*(?:smaller|shrunk)|"
    r"\b(?:smaller|shrunk) (?:before|so that)\b|\b(?:operat\w*|resect\w*|cut)\b[^.;]{0,40}\bif (?:only )?(?:it|they|"
    r"those|"
    r"the (?:\w+ ){1,6}?)? ?(?:shrank|shrinks?|shrunk|(?:got|get|became|become|were|was|are) smaller)|"
    r"\bvisceral crisis\b|\bpain\w* (?:from|due to) (?:\w+ ){0,3}(?:bulk\w*|mass|tumou?r)"
)
_CONTROL = re.compile(
    r"\bdisease[- ]control|\bkeep\w* (?:the |his |her |my )?(?:disease|tumou?r|cancer) (?:under control|"
    r"in check|stable|at bay)|\bcontrol(?:ling)? (?:of )?(?:the |his |her )?(?:disease|tumou?r)|"
    r"\b(?:disease )?stabili[sz]\w+|\b(?:maintain|preserve|keep)\w* (?:\w+ ){0,3}(?:qol|quality of life|"
    r"well-?being|function)|\bprolong\w* (?:life|survival)|\bkeep\w* (?:\w+ ){0,2}(?:stable|well)\b|"
    r"\b(?:aim|goal)\w*\W+(?:is |of |for |= ?)*(?:\w+ ){0,2}(?:control|stability|qol|quality of life|"
    r"life prolongation)|\bno (?:need|demand|requirement) for (?:tumou?r )?(?:shrink\w*|response|regression)|"
    r"\bslow(?:ing)? (?:down )?(?:the )?(?:progression|disease)|\bhold(?:ing)? (?:the )?disease"
)
_REACHED_AFTER = re.compile(
    r"\s*(?:surgery|hepatectomy|resection|chemo\w*|therapy|was achieved|(?:on|with|after|under) (?:first|folf|cap|the))"
)
_REACHED_BEFORE = re.compile(
    r"\b(?:good|initial|early|excellent|nice|great|impressive|clear|dramatic|some|had|with|marked|minor|achiev\w+|"
    r"after) (?:\w+ )?$"
)
_NO_NEED = re.compile(r"\b(?:no|not|without|isn't|rather than|nor)\s+(?:\w+\s+){0,4}$")


def situation_in(message: Message, ignored: Ignored, elsewhere: Ignored | None = None) -> Iterator[Finding]:
    """Findings on age, sex, ECOG, fitness, side and aim; `ignored(start, end)` tells stretches about somebody else or
    supposed, `elsewhere` those about somebody else: an aim may stand in a condition ("would operate if it shrank").
    """
    yield from age_and_sex_in(message, ignored)
    yield from _fitness(message, ignored)
    yield from _by_karnofsky(message, ignored)
    yield from _side(message, ignored)
    yield from _aim(message, elsewhere or ignored)


def _fitness(message: Message, ignored: Ignored) -> Iterator[Finding]:
    for found in _current_grades(message, ignored):
        low = next(text for text in (found["low"], found["low2"], found["low3"]) if text)
        high = found["high"] or found["high2"]
        if high is None or high == low:
            yield finding_at(message, "ecog", int(low), found)
        elif {low, high} <= {"0", "1"}:
            yield finding_at(message, "fit", True, found)
        elif {low, high} <= {"3", "4"}:
            yield finding_at(message, "fit", False, found)
    for found in _NOT_FIT.finditer(message.plain):
        negated = _NOT_NEGATED.search(message.plain[max(0, found.start() - 20) : found.start()])
        if not found["purpose"] and not negated and not ignored(found.start(), found.end()):
            yield finding_at(message, "fit", False, found)
    for found in _FIT.finditer(message.plain):
        before = message.plain[max(0, found.start() - 24) : found.start()]
        after = message.plain[found.end() : found.end() + 12]
        asked = _FIT_ASKED_AFTER.match(after) or _FIT_ASKED_BEFORE.search(before)
        if not asked and not _FIT_DENIED.search(before) and not ignored(found.start(), found.end()):
            yield finding_at(message, "fit", True, found)


def _by_karnofsky(message: Message, ignored: Ignored) -> Iterator[Finding]:
    """Fit at 80 and above, not fit at 50 and below; between them nothing is said of fitness."""
    for found in _KARNOFSKY.finditer(message.plain):
        grades = [int(text) for text in (found["low"], found["high"]) if text]
        if ignored(found.start(), found.end()) or _is_past(message, found.start()) or max(grades) > 100:
            continue
        if min(grades) >= 80 or max(grades) <= 50:
            yield finding_at(message, "fit", min(grades) >= 80, found)
    for found in _BEDRIDDEN.finditer(message.plain):
        if not ignored(found.start(), found.end()) and not _is_past(message, found.start()):
            yield finding_at(message, "fit", False, found)


def _current_grades(message: Message, ignored: Ignored) -> list[re.Match[str]]:
    """The ECOG grades of today: where several are given, those said to be of now."""
    grades = [
        found
        for found in _ECOG.finditer(message.plain)
        if not ignored(found.start(), found.end()) and not _is_past(message, found.start())
    ]
    now = [found for found in grades if _NOW.search(message.plain[max(0, found.start() - 24) : found.end() + 12])]
    return now if now and len(grades) > 1 else grades


def _is_past(message: Message, start: int) -> bool:
    """ "was ECOG 1 at diagnosis, now ECOG 3": only what is so now counts."""
    clause = message.clause_at(start)
    words = message.words(clause)
    return bool(_PAST.search(words)) and not _PRESENT.search(words)


def _side(message: Message, ignored: Ignored) -> Iterator[Finding]:
    for found in _SIDE_FIELD.finditer(message.plain):
        if not ignored(found.start(), found.end()):
            yield finding_at(message, "primary_side", found["side"] or found["place"], found)
    for found in after_correction(message, list(_SIDE.finditer(message.plain))):
        if ignored(found.start(), found.end()):
            continue
        after = message.plain[found.end() : found.end() + 60]
        before = message.plain[max(0, found.start() - 30) : found.start()]
        # "L CRC liver mets" is a left-sided cancer, "left liver" is none.
        other = _NOT_PRIMARY.match(after[:24]) and not found.group().endswith("crc")
        if other and _OF_BOWEL.match(found.group()) and _SPREAD_NEXT.match(after):
            other = None  # "sigmoid liver mets": where it began, and where it went
        if _IN_ERROR.match(after) or other or _NOT_SIDE_BEFORE.search(before):
            continue
        if found.group() in _PARTS_OF_COLON and not (_COLON_BEFORE.search(before) or _COLON_AFTER.match(after[:24])):
            continue
        yield finding_at(message, "primary_side", "left" if found["left"] else "right", found)


def _aim(message: Message, ignored: Ignored) -> Iterator[Finding]:
    for value, pattern in (("shrinkage", _SHRINK), ("disease_control", _CONTROL)):
        for found in pattern.finditer(message.plain):
            before = message.plain[max(0, found.start() - 40) : found.start()]
            if (
                not ignored(found.start(), found.end())
                and not _NO_NEED.search(before)
                and not _is_past_aim(message, found)
            ):
                yield finding_at(message, "aim", value, found)
                break


def _is_past_aim(message: Message, found: re.Match[str]) -> bool:
    """ "conversion surgery in 2021", "shrinkage on FOLFIRI": what was, not what treatment is for."""
    after = message.plain[found.end() : found.end() + 30]
    before = message.plain[max(0, found.start() - 24) : found.start()]
    return bool(_REACHED_AFTER.match(after) or _REACHED_BEFORE.search(before))


def agreeing(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without repeats of one value."""
    seen: dict[tuple[str, object], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.name, finding.value), finding)
    return list(seen.values())
