"""Free text to profile: one reading of a conversation about one patient. The file to read first in this room."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from app.patient.findings import Conclusion, Finding, conclude, replaces
from app.patient.history import Told, assumptions, told_in
from app.patient.marker_findings import marker_findings
from app.patient.profile import AGENTS, Fact, Lines, Profile
from app.patient.reading import Reading, Remark, Remarks, Scope
from app.patient.scopes import Scope as Elsewhere
from app.patient.scopes import scopes_of
from app.patient.situation import agreeing, situation_in
from app.patient.spelling import Spelling
from app.patient.standing import is_about_a_patient, is_metastatic
from app.patient.text import Message, message_of
from app.patient.therapies import Therapy, therapies_in
from index.corpus import KNOWLEDGE, PACKAGED_CORPUS
from index.lexicon import Lexicon, Mention, read_lexicon

_NEW_PATIENT = re.compile(
    r"\b(?:new patient|next patient|another patient|a different patient|different patient|other patient|new case|"
    r"next case|another case|different case|forget (?:him|her|that patient|the (?:previous|last))|start(?:ing)? "
    r"(?:over|afresh|again)|new pt|next pt)\b"
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one message states, and what it supposes."""

    message: Message
    findings: tuple[Finding, ...]
    supposed: tuple[Finding, ...]
    told: Told
    other_markers: tuple[Remark, ...]
    other_cancer: bool
    other_is_diagnosis: bool
    own_cancer: bool
    ignored: Callable[[int, int], bool]


@dataclass(slots=True)
class _Known:
    """What is known of the patient as the turns go by."""

    findings: list[Finding] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    turns: list[_Turn] = field(default_factory=list)


class PatientReader:
    """Reads patients' texts with the names of one lexicon. Keeps nothing of what it reads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._spelling = Spelling(lexicon.words)

    def read(self, turns: Sequence[str], given: Profile | None = None) -> Reading:
        """The patient that the turns speak of, on top of the facts in `given`. Later turns replace earlier facts."""
        known = _Known(findings=[Finding(fact.field, fact.value, fact.source) for fact in given.facts] if given else [])
        supposed: tuple[Finding, ...] = ()
        before: _Known | None = None
        for number, said in enumerate(turns):
            turn = self._turn(message_of(said, number, self._spelling.corrections(said)))
            if number and _NEW_PATIENT.search(turn.message.plain):
                known = _Known()
            further = supposed if _ON_TOP.search(turn.message.plain) else ()
            supposed = (*replaces(turn.supposed, further), *turn.supposed) if turn.supposed else ()
            if number and _TAKES_BACK.search(turn.message.plain) and not turn.told.names and before is not None:
                known = before
            before = replace(known, findings=list(known.findings), told=list(known.told), turns=list(known.turns))
            stated = _with_further_lines(turn, known)
            known.findings = [*replaces(stated, known.findings), *stated]
            known.told.append(turn.told)
            known.turns.append(turn)
        scope = _scope(known, bool(given))
        if scope != "patient":
            return Reading(scope, Profile(), Profile())
        stored, contradictions = _profile(known, ())
        considered, _ = _profile(known, supposed) if supposed else (stored, None)
        return Reading(
            scope="patient",
            stored=stored,
            considered=considered,
            hypothetical=tuple(_changed(conclude(supposed).facts, stored)),
            contradictions=contradictions.contradictions,
            remarks=_remarks(known, considered),
        )

    def _turn(self, message: Message) -> _Turn:
        mentions = _mentions(message, self._lexicon)
        cancers = self._other_cancers(message, mentions)
        relatives = scopes_of(message, (), own_cancer=True)
        own = any(
            self._is_own(message, mention)
            and not any(scope.span.touches(mention.start, mention.end) for scope in relatives)
            for mention in mentions
        )
        own = own or any(
            not any(scope.span.touches(*found.span()) for scope in relatives)
            for found in _OWN_SITE.finditer(message.plain)
        )
        scopes = scopes_of(message, cancers, own)

        def ignored(start: int, end: int) -> bool:
            return any(scope.span.touches(start, end) for scope in scopes)

        findings, supposed, others = marker_findings(message, scopes)
        therapies = therapies_in(message, self._lexicon, mentions, scopes)
        guesses = [*_supposed_therapy(message, therapies), *_supposed_response(message, scopes)]
        told = told_in(message, therapies, scopes)
        stated = [*situation_in(message, ignored), *findings, *told.findings]
        whatif = [scope for scope in scopes if scope.kind == "hypothetical"]
        return _Turn(
            message=message,
            findings=tuple(agreeing(_timed(message, stated))),
            supposed=tuple(agreeing([*supposed, *_supposed(message, whatif), *guesses])),
            told=told,
            other_markers=others,
            other_cancer=bool(cancers),
            other_is_diagnosis=any(_is_the_diagnosis(message, cancer, relatives) for cancer in cancers),
            own_cancer=own,
            ignored=ignored,
        )

    def _other_cancers(self, message: Message, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        named = [
            mention
            for mention in mentions
            if mention.kind == "cancer"
            and not self._lexicon.entries[mention.id].in_scope
            and not _is_metastasis(message, mention)
        ]
        organs = [Mention("cancer_of_organ", "cancer", *found.span()) for found in _CANCER_OF.finditer(message.plain)]
        return tuple(sorted([*named, *organs], key=lambda mention: mention.start))

    def _is_own(self, message: Message, mention: Mention) -> bool:
        if mention.kind != "cancer" or not self._lexicon.entries[mention.id].in_scope:
            return False
        before = message.plain[max(0, mention.start - 30) : mention.start]
        bare = message.plain[mention.start : mention.end] in ("colon", "rectal", "colorectal", "colorectum")
        tumour = _TUMOUR_AFTER.match(message.plain, mention.end) or _TUMOUR_BEFORE.search(before)
        sentence = message.sentence_at(mention.start)
        around = message.plain[max(sentence.start, mention.start - 40) : min(sentence.end, mention.end + 40)]
        past = _LONG_PAST.search(around) and not re.search(r"metast|mets|stage iv|now\b|mcrc", around)
        return bool(not _NO_TUMOUR.search(before) and (tumour or not bare) and not past)


_CANCER_OF = re.compile(
    r"\b(?:(?:adeno|squamous cell )?carcinoma|cancer|ca|malignan(?:cy|t tumou?r)|neoplasm|adenoca\w*) of (?:the |"
    r"his |her )?(?:stomach|breast|lungs?|pancreas|prostate|o?esophag\w+|kidney|bladder|ovar\w+|uterus|"
    r"endometrium|cervix|thyroid|tongue|larynx|pharynx|skin|anus|bile ducts?|gall ?bladder|liver|testis|vulva|"
    r"duodenum|small bowel|appendix|nose)\b"
    r"|\b(?:small bowel|duodenal|jejunal|ileal|penile|vulvar|gastric|breast|prostate|lung|renal|bladder|ovarian|"
    r"thyroid|oesophageal|esophageal|pancreatic) (?:ca\b|c/a|adenoca\w*|carcinoma|cancer|malignancy)|\bhead and "
    r"neck (?:cancer|scc|squamous\w*|carcinoma)|\bphaeo\w+|\bpheo\w+|\bsarcoma\b"
    r"|\bneuro-?endocrine (?:tumou?rs?|carcinoma|neoplas\w+|cancer)|\bcarcinoid\b|\bnen\b|\bgist\b|\banal "
    r"(?:canal )?(?:squamous|cancer|carcinoma|scc)|\bappendi(?:x|ceal) (?:cancer|carcinoma|adenocarcinoma|"
    r"neoplasm|mucinous)"
)


@cache
def packaged_reader() -> PatientReader:
    """A reader with the packaged lexicon."""
    return PatientReader(read_lexicon(PACKAGED_CORPUS / KNOWLEDGE / "lexicon"))


def read_turns(turns: Sequence[str], given: Profile | None = None) -> Reading:
    """The patient that the user's messages speak of, read with the packaged lexicon."""
    return packaged_reader().read(turns, given)


# A name never reaches over these: "bevacizumab, TAS-102" are two courses.
_PIECE = re.compile(r"(?:[^,;→>\n.()-]|-(?!>|\s)|(?<!\s)-(?=\s))+")


def _mentions(message: Message, lexicon: Lexicon) -> tuple[Mention, ...]:
    """The names of the lexicon in the message."""
    return tuple(
        replace(mention, start=mention.start + piece.start(), end=mention.end + piece.start())
        for piece in _PIECE.finditer(message.text)
        for mention in lexicon.find(piece.group())
    )


def _is_metastasis(message: Message, mention: Mention) -> bool:
    """ "lung tumours" beside a colorectal cancer are often its metastases; a bare organ's tumour is no second cancer."""
    words = message.plain[mention.start : mention.end]
    after = message.plain[mention.end : mention.end + 14]
    return bool(re.search(r"\b(?:liver|lung|brain|bone|ovarian|peritoneal|adrenal)\b.*\btumou?rs?$", words)) or bool(
        re.match(r"\W{0,2}(?:mets|metast)", after)
    )


_TUMOUR_AFTER = re.compile(
    r"[ -]*(?:\(?(?:primary|left|right|l|r)\)?[ ,-]*)?(?:cancer|ca\b|c/?a\b|carcinoma|adeno|tumou?r|malig|"
    r"neoplas|primary|met|crc|disease|liver|lung|stage|sided|nodal|peritoneal|hepatic)"
)
_TUMOUR_BEFORE = re.compile(
    r"(?:cancer|carcinoma|\bca\b|adeno\w*|tumou?r|primary|mets?|metasta\w*|malignan\w*)[: ]*(?:(?:in|of|from|is|"
    r"was|at)[: ]*)?(?:the |his |her )?(?:left |right |sigmoid |ascending |descending |transverse |distal |"
    r"proximal )?$"
)
_NO_TUMOUR = re.compile(
    r"\b(?:no|normal|without|negative for|screen\w* for|exclud\w*|rule[sd]? out|risk of|not|fear of)\s+(?:a |any "
    r"|the |primary )*$"
)
_NEUROENDOCRINE = re.compile(
    r"(?<!no )(?<!without )\b(?:neuro-?endocrine (?:tumou?r|carcinoma|neoplas\w+|cancer)|appendi(?:x|ceal) "
    r"(?:cancer|\w*carcinoma)|(?:cancer|carcinoma) of the appendix|adenocarcinoma of the appendix|anal (?:canal "
    r")?(?:cancer|carcinoma|squamous))\b"
)
_SITES = (
    r"(?:rect(?:um|al)|recto-?sigm\w*|sigm\w*|ca?ec(?:um|al)|(?:ascending|descending|transverse)(?: colon)?|colon\w*|"
    r"bowel|(?:hepatic|splenic) flexure|(?:left|right) colon|large bowel)"
)
_TUMOURS = r"(?:cancer|ca|carcinoma|adenocarcinoma|adenoca|tumou?r|primary|malignancy|neoplasm|crc)"
_OWN_SITE = re.compile(
    rf"\b{_SITES}[ -]+(?:primary )?{_TUMOURS}\b|\b{_TUMOURS}(?: (?:is |was |lies |lay )?(?:of|in|at|from)(?: the|"
    rf" his| her)?|:| is| was| site:?)? (?:left |right )?{_SITES}\b|\bprimary\W{{1,12}}{_SITES}\b"
)
_LONG_PAST = re.compile(r"\b(?:history of|previous|prior|past|cured|years ago|in remission)\b")
# An earlier cancer, not the one that the text is about.
_PAST_CANCER = re.compile(
    r"\b(?:history|hx|previous\w*|prior|past|former\w*|earlier|ago|cured|remission|since 20[01]\d|in (?:19|"
    r"20)\d\d|(?:19|20)[01]\d|202[0-2]|resected|mastectomy|prostatectomy|lumpectomy|second (?:cancer|malignancy|"
    r"primary)|also|incidental|comorbid\w*|pmh|radiotherapy|no (?:recurrence|relapse))\b"
)


def _is_the_diagnosis(message: Message, cancer: Mention, relatives: Sequence[Elsewhere]) -> bool:
    """Whether the other cancer is what the patient has now, and neither a relative's nor an earlier one."""
    if any(scope.span.touches(cancer.start, cancer.end) for scope in relatives):
        return False
    sentence = message.sentence_at(cancer.start)
    around = message.plain[max(sentence.start, cancer.start - 60) : min(sentence.end, cancer.end + 60)]
    return not _PAST_CANCER.search(around)


_ON_TOP = re.compile(r"\b(?:on top of that|also|too|as well|in addition|additionally|both|at the same time)\b")
# The last message about a drug is taken back without naming it.
_TAKES_BACK = re.compile(
    r"\b(?:strike that|scratch that|forget that|it was only planned|was not given after all|(?:has|had) not been "
    r"(?:given|started) after all|that was (?:a mistake|wrong)|still to start it|it never happened)\b"
)
_CORRECTS = re.compile(
    r"\b(?:actually|correction|correct(?:ed|ing)?|sorry|mistake|wrong|in fact|not .{1,30} but|scratch|strike)\b"
)


def _with_further_lines(turn: _Turn, known: _Known) -> list[Finding]:
    """The turn's findings; courses that it adds to those of earlier turns add to their number of lines."""
    earlier = next((finding.value for finding in reversed(known.findings) if finding.name == "lines"), None)
    if not turn.told.listed or not isinstance(earlier, Lines):
        return list(turn.findings)
    names = {name for part in known.told for name in part.listed}
    new = [name for name in turn.told.listed if not any(name <= other for other in names)]
    if new and _CORRECTS.search(turn.message.plain):
        return list(turn.findings)
    total = Lines(earlier.count + len(new), earlier.exact)
    return [replace(finding, value=total) if finding.name == "lines" else finding for finding in turn.findings]


def _changed(supposed: Sequence[Fact], stored: Profile) -> Iterable[Fact]:
    """What a what-if states that is not so already; what only follows from that is left out."""
    stated = {(fact.source.start, fact.source.turn) for fact in supposed if fact.source.kind == "text"}
    for fact in supposed:
        implied = fact.source.kind == "implied"
        others = [Finding(other.field, other.value, other.source) for other in supposed if other is not fact]
        follows = implied and any(same.field == fact.field for same in conclude(others).facts)
        if follows or (implied and (fact.source.start, fact.source.turn) in stated):
            continue
        if stored.value(fact.field) != fact.value:
            yield fact


def _supposed_therapy(message: Message, therapies: Iterable[Therapy]) -> Iterable[Finding]:
    """Drugs that a what-if supposes to have been given, or not."""
    for therapy in therapies:
        if therapy.hypothetical and therapy.status in ("given", "not_given"):
            source = message.source(therapy.start, therapy.end)
            yield from (
                Finding(f"prior.{agent}", therapy.status == "given", source) for agent in sorted(therapy.agents)
            )


def _supposed_response(message: Message, scopes: Sequence[Elsewhere]) -> Iterable[Finding]:
    """A response to anti-EGFR therapy that a what-if supposes."""
    for scope in scopes:
        found = _RESPONDED.search(message.plain, scope.span.start, scope.span.end)
        if scope.kind == "hypothetical" and found:
            yield Finding("anti_egfr_response", found["not"] is None, message.source(found.start(), found.end()))


_RESPONDED = re.compile(
    r"\b(?P<not>not |never )?(?:responded|had a (?:partial |complete |good "
    r")?response)\b(?=[^.?]{0,30}\b(?:cetux\w*|panit\w*|anti-?egfr|erbitux|vectibix|egfr|antibod\w+))"
)


def _supposed(message: Message, whatif: Sequence[Elsewhere]) -> Iterable[Finding]:
    """Facts on fitness, side and aim within a what-if."""
    if not whatif:
        return ()
    found = situation_in(message, lambda start, end: not any(scope.span.holds(start, end) for scope in whatif))
    return [finding for finding in found if finding.name not in ("age", "sex")]


def _timed(message: Message, findings: Sequence[Finding]) -> list[Finding]:
    """Liquid biopsy counts only where it was taken after anti-EGFR therapy (rules §1.1)."""
    given = [finding for finding in findings if finding.name == "prior.anti_egfr" and finding.value is True]
    kept = []
    for finding in findings:
        if finding.name.startswith("ctdna_") and not _after_anti_egfr(message, finding, given):
            continue
        kept.append(finding)
    return kept


_BASELINE = re.compile(
    r"\b(?:baseline|at diagnosis|at presentation|initial\w*|before (?:starting |any |first |1l|cetux\w*|panit\w*|"
    r"anti-?egfr|treatment|therapy|folf|erbitux|vectibix|the (?:first|cetux\w*|panit\w*))|prior to (?:starting |"
    r"any |first |1l|cetux\w*|panit\w*|anti-?egfr|treatment|therapy|folf|1st)|pre-?(?:treatment|therapy|cetux\w*|"
    r"panit\w*|anti-?egfr)|up-?front|at (?:the )?(?:start|outset|time of diagnosis)|de novo)\b"
)
_LATER = re.compile(
    r"\b(?:after|post|following|since|now|current\w*|recent\w*|latest|new|today|last (?:week|month)|this (?:week|"
    r"month)|on progression|at progression|upon progression|at pd|on pd|progress\w*|acquired|emerg\w+|"
    r"re-?challenge|repeat\w*|fresh|weeks? ago|days? ago|months? (?:off|after))\b"
)


def _after_anti_egfr(message: Message, finding: Finding, given: Sequence[Finding]) -> bool:
    start = finding.source.start or 0
    sentence = message.sentence_at(start)
    clause = message.plain[sentence.start : min(sentence.end, (finding.source.end or start) + 50)]
    here = [item for item in given if item.source.turn == message.turn]
    if any(_is_earlier(clause, message.words(message.sentence_at(item.source.start or 0))) for item in here):
        return False
    baseline, later = _BASELINE.search(clause), _LATER.search(clause)
    if baseline and not (
        later and later.start() < baseline.start() and not re.match(r"before|prior", baseline.group())
    ):
        return False
    if not here:
        return message.turn > 0 and not baseline
    return bool(later) or any((item.source.start or 0) < start for item in here)


_MONTH = re.compile(
    r"\b(?:(?P<y1>20\d\d)[-/.](?P<m1>0?[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])[-/.](?P<y2>20\d\d)|(?P<y3>20\d\d))\b"
)


def _is_earlier(sample: str, therapy: str) -> bool:
    """Whether a sample is dated before the first date of the therapy's line."""
    dates = [_month(found) for words in (sample, therapy) if (found := _MONTH.search(words))]
    return len(dates) == 2 and dates[0] < dates[1]


def _month(found: re.Match[str]) -> tuple[int, int]:
    return int(found["y1"] or found["y2"] or found["y3"]), int(found["m1"] or found["m2"] or 12)


def _scope(known: _Known, given: bool) -> Scope:
    """Whether there is a patient with metastatic colorectal cancer to judge (rules §2)."""
    turns = known.turns
    if any(_NEUROENDOCRINE.search(turn.message.plain) for turn in turns):
        return "other_cancer"
    if any(turn.other_cancer for turn in turns) and not any(turn.own_cancer for turn in turns):
        if any(turn.other_is_diagnosis for turn in turns) or not _has_own_facts(known):
            return "other_cancer"
    if not given and not any(
        is_about_a_patient(turn.message, turn.findings, turn.told, turn.own_cancer) for turn in turns
    ):
        return "no_patient"
    standing = [state for turn in turns if (state := is_metastatic(turn.message, turn.told, turn.ignored)) is not None]
    if standing and not standing[-1]:
        return "not_metastatic"
    return "patient"


def _has_own_facts(known: _Known) -> bool:
    return any(
        finding.name not in ("age", "sex", "ecog", "fit", "lines")
        and not (finding.name.startswith("prior.") and not finding.value)
        for finding in known.findings
    )


def _profile(known: _Known, supposed: Sequence[Finding]) -> tuple[Profile, Conclusion]:
    findings = [*replaces(supposed, known.findings), *supposed] if supposed else known.findings
    conclusion = conclude(findings)
    settled = {finding.name.removeprefix("prior.") for finding in findings if finding.name.startswith("prior.")}
    assumed = assumptions(known.told, settled)
    return Profile([*conclusion.facts, *assumed]), conclusion


def _remarks(known: _Known, profile: Profile) -> Remarks:
    told = known.told
    given = {agent for agent in AGENTS if profile.value(f"prior.{agent}")}
    metastatic = {agent for part in told for agent in part.metastatic}
    adjuvant = {agent for part in told for agent in part.adjuvant}
    last = next((part.last_line for part in reversed(told) if part.last_line), ())
    braf = [finding for finding in known.findings if finding.name == "braf" and finding.value == "mutant"]
    unknown_allele = bool(braf) and profile.value("braf_v600e") is None and profile.value("braf_other") is None
    return Remarks(
        contraindicated=tuple(remark for part in told for remark in part.contraindicated),
        adjuvant_only=tuple(agent for agent in AGENTS if agent in adjuvant - metastatic and agent in given),
        last_line=last,
        possible=tuple(remark for part in told for remark in part.possible if remark.names[0] not in given),
        other_markers=tuple(remark for turn in known.turns for remark in turn.other_markers),
        asked=tuple(remark for part in told[-1:] for remark in part.asked),
        braf_allele_unknown=unknown_allele,
    )
