"""Statements from the prose: which of the sentences found may stand as the answer."""

from __future__ import annotations

import re
from calendar import month_name

from app.steps.bearing import VALUES, WORSENING, Bearing
from app.steps.cells import Cells
from app.steps.draft import Draft, Statement
from app.steps.evidence import CONTROLS, EvidenceBase
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import MOST_SENTENCES, Candidate, asked_terms, choose
from app.steps.understand import Question

# Set on the tuned half of eval/questions; the frozen half only reports.
# How near the best sentence must be, its coverage of the question's words counted in by this share.
_SPOKEN_OF = 0.50
_COVERAGE_SHARE = 0.3
_RESISTANCE = "resistance"
# So near, a question of ordinary words alone is the one that the sentence answers.
_ITS_QUESTION = 0.75
# How good further sentences must be beside the best; what a section says is rarely said in one.
_NEARLY_AS_GOOD = 0.7
# A share is told by one sentence, or by few of one paragraph that put it the one way and the other.
_MOST_SHARES = 3
_OF_A_SHARE = 0.85
_OF_A_SHARE_HERE = 0.75
_OF_A_SECTION = 0.6
_COMPLETING_SCORE = 0.8
_MOST_OF_LIST = 6
_MOST_REASONS = 5
# The same beside the best one in its paragraph, where reasons or a list are asked for.
_OF_THE_SAME = 0.62
# And of another paragraph: what merely shares a name with the question pads an answer.
_OF_ANOTHER = 0.78
_OF_A_REASON = 0.92
_OF_A_LIST = 0.7
_LISTS = re.compile(
    r"\b(?:which|what|wich|name|names|list|all|any)\b(?: [\w/+-]+){0,7}? (?P<noun>trials|trails|studies|studys|drugs|"
    r"agents|compounds|"
    r"molecules|inhibitors|antibodies|TKIs|treatments|therapies|options|combinations|combos|regimens|markers|"
    r"biomarkers|"
    r"targets|alterations|mutations|profiles|subgroups|tests|points|factors|reasons|situations|toxicities|side effects|"
    r"adverse events|AEs|names)\b"
    r"|\b(?P<last>trials|studies|RCTs|regimens|drugs|agents|combinations|markers|tests)\b[^?.]{0,25}\?\W*$",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:which|what|list|set out|overview|all|news|every|history|timeline|chronolog\w*|approvals|dates|order)\b", re.I
)
_AGENCY = re.compile(r"\b(?:FDA|EMA|China)\b")
_BY_DATE = re.compile(r"\b(?:history|timeline|chronolog\w*|dates?|order|when|sequence)\b", re.I)
_DATED = re.compile(
    r"\b(?:(?P<day>\d{1,2}) )?(?:(?P<month>" + "|".join(month_name[1:]) + r") )?(?P<year>(?:19|20)\d\d)\b"
)
_P_VALUE = re.compile(r"\bp\s*[<=]")
_DRUGS = frozenset({"drug"})
_KINDS_OF = {
    "trials": frozenset({"trial", "drug"}), "studies": frozenset({"trial", "drug"}),
    "trails": frozenset({"trial", "drug"}), "studys": frozenset({"trial", "drug"}),
    "rcts": frozenset({"trial", "drug"}), "drugs": _DRUGS, "agents": _DRUGS, "compounds": _DRUGS, "molecules": _DRUGS,
    "inhibitors": _DRUGS, "antibodies": _DRUGS, "tkis": _DRUGS, "combinations": _DRUGS, "combos": _DRUGS,
    "regimens": _DRUGS, "therapies": _DRUGS, "treatments": _DRUGS, "options": _DRUGS, "markers": frozenset({"marker"}),
    "biomarkers": frozenset({"marker"}), "targets": frozenset({"marker"}), "alterations": frozenset({"marker"}),
    "mutations": frozenset({"marker"}), "profiles": frozenset({"marker"}), "tests": frozenset({"marker"}),
    "side effects": frozenset({"adverse_event"}), "toxicities": frozenset({"adverse_event"}),
    "adverse events": frozenset({"adverse_event"}), "aes": frozenset({"adverse_event"}),
}  # fmt: skip
# How good a further member's sentence must be beside the best one, and how many sentences a list has at most.
_OF_THE_LIST = 0.4
_ELSEWHERE = 0.75
_OF_A_SHARED = frozenset({"class", "marker"})
_MOST_MEMBERS = 7
_MOST_BESIDE = 2
_AMOUNT = re.compile(
    r"(?<![A-Za-z0-9])\d|\b(?:half|thirds?|quarters?|most|few|none|only|rare(?:ly)?|seldom|uncommon|often)\b",
    re.IGNORECASE,
)


def kinds_listed(text: str) -> frozenset[str]:
    """The kinds of lexicon entries that the text wants listed; empty where it wants no list."""
    found = _LISTS.search(text)
    return _KINDS_OF.get((found["noun"] or found["last"]).casefold(), frozenset()) if found else frozenset()


def from_prose(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """The best sentences that bear on the question; `insufficient_evidence` where none does."""
    bears_on = Bearing(question, wanted_in_sentence(question, base), base).holds
    fitting = [candidate for candidate in found if bears_on(candidate)]
    if question.asks_share:
        fitting = [candidate for candidate in fitting if _AMOUNT.search(candidate.statement().text)]
    if question.asks_date and "approval" in question.named and not any(map(_first_date, fitting)):
        return silent(reply("corpus_silent"), evidence)  # approved it is, but when is not told
    if not fitting or (_asks_of_nothing(question, base) and fitting[0].cosine < _ITS_QUESTION):
        return silent(reply("corpus_silent"), evidence)
    best = fitting[0]
    if not question.section and best.cosine + _COVERAGE_SHARE * best.coverage < _SPOKEN_OF:
        return silent(reply("corpus_silent"), evidence)
    most = _MOST_OF_LIST if _LISTS.search(question.text) else MOST_SENTENCES
    share = _OF_A_SECTION if question.section else _OF_A_LIST if most > MOST_SENTENCES else _NEARLY_AS_GOOD
    most = max(most, _MOST_REASONS) if question.asks_why else most
    around = _OF_THE_SAME if question.asks_why or most > MOST_SENTENCES else share
    if not question.section:
        share = _OF_A_REASON if question.asks_why else max(share, _OF_ANOTHER)
    if question.asks_share and most == MOST_SENTENCES:
        most, share, around = _MOST_SHARES, _OF_A_SHARE, _OF_A_SHARE_HERE
    chosen = choose(fitting, share, base, most, around)
    if _asks_all_approvals(question, base):
        markers = {f"={name}" for name in question.named if base.lexicon.entries[name].kind == "marker"}
        of_markers = [one for one in fitting if markers <= base.sentence_terms[one.passage.id, one.number]]
        chosen = _approvals(chosen, of_markers, bool(_BY_DATE.search(question.text)), base)
    elif kinds := kinds_listed(question.text):
        shared = {f"={name}" for name in question.named if base.lexicon.entries[name].kind in _OF_A_SHARED}
        chosen = _with_members(chosen, found, kinds, base)
        if kinds == _DRUGS and shared and not question.asks_advice:
            chosen = _with_sharers(chosen, fitting, shared, base)
    return Draft("answered", tuple(candidate.statement() for candidate in chosen))


def _asks_all_approvals(question: Question, base: EvidenceBase) -> bool:
    """Whether approvals are asked for, and not those of one drug."""
    kinds = {base.lexicon.entries[name].kind for name in question.named}
    if question.context or not _SEVERAL.search(question.text):
        return False
    return "approval" in question.named and not kinds & {"drug", "trial", "regimen", "class"}


def _approvals(chosen: list[Candidate], fitting: list[Candidate], by_date: bool, base: EvidenceBase) -> list[Candidate]:
    """With every sentence that tells of an approval of a drug, in the order of the text or of the dates."""
    telling = [
        one
        for one in fitting
        if "=approval" in base.sentence_terms[one.passage.id, one.number] and _of_kinds(one, _DRUGS, base)
    ]
    dated = [one for one in telling if _first_date(one) and _AGENCY.search(one.statement().text)] if by_date else []
    if len(dated) > 1:
        return sorted(dated[:_MOST_MEMBERS], key=_first_date)
    return sorted(telling[:_MOST_MEMBERS], key=lambda one: (one.passage.id, one.number)) if len(telling) > 1 else chosen


def _first_date(candidate: Candidate) -> tuple[int, ...]:
    """Year, month and day of the first date in the sentence, zero for what it leaves out; empty where it has none."""
    found = _DATED.search(candidate.statement().text)
    if found is None:
        return ()
    month = list(month_name).index(found["month"]) if found["month"] else 0
    return int(found["year"]), month, int(found["day"] or 0) if month else 0


def _with_members(
    chosen: list[Candidate], found: list[Candidate], kinds: frozenset[str], base: EvidenceBase
) -> list[Candidate]:
    """With the further sentences of the best one's paragraph that name members of the list not named yet."""
    best, *others = sorted(chosen, key=lambda one: -one.score)
    chosen = [best, *others[: _MOST_BESIDE - 1]]
    told = set().union(*(_of_kinds(one, kinds, base) for one in chosen))
    same = [one for one in (*others, *found) if one.passage.paragraph == best.passage.paragraph]
    for one in sorted(same, key=lambda one: -one.score):
        members = _of_kinds(one, kinds, base)
        if len(chosen) < _MOST_MEMBERS and one.score >= _OF_THE_LIST * best.score and members - told:
            chosen = [*chosen, one]
            told |= members
    return sorted(chosen, key=lambda one: (one.passage.paragraph != best.passage.paragraph, one.passage.id, one.number))


def _with_sharers(
    chosen: list[Candidate], fitting: list[Candidate], shared: set[str], base: EvidenceBase
) -> list[Candidate]:
    """With the sentences of other paragraphs that tell of further drugs the class or target that is asked for."""
    told = set().union(*(_of_kinds(one, _DRUGS, base) for one in chosen))
    for one in fitting:
        drugs = _of_kinds(one, _DRUGS, base)
        same = shared <= base.sentence_terms[one.passage.id, one.number]
        if len(chosen) < _MOST_MEMBERS and one.score >= _ELSEWHERE * fitting[0].score and same and drugs - told:
            chosen = [*chosen, one]
            told |= drugs
    return chosen


def _of_kinds(candidate: Candidate, kinds: frozenset[str], base: EvidenceBase) -> set[str]:
    """The lexicon ids of these kinds that the sentence names."""
    terms = base.sentence_terms[candidate.passage.id, candidate.number]
    names = (term[1:] for term in terms if term.startswith("="))
    return {name for name in names if base.lexicon.entries[name].kind in kinds} - CONTROLS


def silent(sentence: str, evidence: Evidence) -> Draft:
    """The corpus does not say; the nearest places are named."""
    places = list(dict.fromkeys(hit.passage.locator for hit in evidence.hits))[:3]
    statements = [Statement(sentence, own=True)]
    if places:
        statements.append(Statement(reply("nearest", places="; ".join(places)), own=True))
    return Draft("insufficient_evidence", tuple(statements))


def completing(question: Question, cells: Cells, found: list[Candidate], base: EvidenceBase) -> tuple[Statement, ...]:
    """The best sentence of the prose where the cells leave part of the question open."""
    named = {f"={name}" for name in question.entities if base.lexicon.entries[name].kind in ("trial", "drug")}
    tested = [{f"={name}" for name in drugs} for drugs in cells.drugs if len(drugs) > 1]
    said = base.terms.of(" ".join(statement.text for statement in cells.statements))
    asked = asked_terms(question, base) - frozenset(said)
    open_terms = {term for term in asked if base.is_known(term) and _is_matter(term, base)}
    missing = {f"={value}" for value in cells.open_values}
    for candidate in found[:10]:
        terms = base.sentence_terms[candidate.passage.id, candidate.number]
        if named and not candidate.terms & named and not any(drugs <= terms for drugs in tested):
            continue
        tells_p = "p" in question.statistics and bool(_P_VALUE.search(candidate.statement().text))
        adds = cells.any_reached and candidate.terms & open_terms and candidate.score >= _COMPLETING_SCORE
        if missing & candidate.terms or tells_p or adds:
            return (candidate.statement(),)
    return ()


def _is_matter(term: str, base: EvidenceBase) -> bool:
    """Whether the term is an ordinary word, a side effect or a topic (rather than a drug, a value, a marker)."""
    return not term.startswith("=") or base.lexicon.entries[term[1:]].kind in ("adverse_event", "topic")


def open_words(question: Question, base: EvidenceBase) -> int:
    """How many ordinary words of the question the corpus knows: many make it more than a request for a figure."""
    return sum(not term.startswith("=") and base.is_known(term) for term in asked_terms(question, base))


def wanted_in_sentence(question: Question, base: EvidenceBase) -> list[str]:
    """The ids that a sentence itself must name to be an answer: subjects, side effects, the value of a trial."""
    entries = [base.lexicon.entries[name] for name in question.named]
    specific = any(entry.kind in ("trial", "drug", "marker", "regimen", "class") for entry in entries)
    values = VALUES | {"approval"} if specific else frozenset[str]()
    wanted = [entry.id for entry in entries if entry.subject or entry.kind == "adverse_event" or entry.id in values]
    if question.asks_share:
        wanted = [name for name in wanted if name != "dosing"]  # how often the dose changes is told of patients
    if _of_untold_resistance(question, base):
        wanted.append(_RESISTANCE)
    if WORSENING in question.named and question.asks_number:
        wanted.append(WORSENING)
    if question.asks_why:
        return [name for name in wanted if name not in VALUES][:2]
    if specific:
        wanted = list(dict.fromkeys([*wanted, *(value for value in question.values if value in VALUES)]))
    return (
        wanted if len(wanted) < 3 else [name for name in wanted if base.lexicon.entries[name].kind == "adverse_event"]
    )


def _of_untold_resistance(question: Question, base: EvidenceBase) -> bool:
    """Whether resistance to drugs is asked about, of one of which no passage on resistance tells."""
    drugs = [name for name in question.entities if base.lexicon.entries[name].kind == "drug"]
    if _RESISTANCE not in question.named or question.values or not drugs:
        return False
    places = [set(passage.entities) for passage in base.passages if _RESISTANCE in passage.entities]
    kin = ({drug, *base.lexicon.entries[drug].classes} for drug in drugs)
    return not all(any(names & here for here in places) for names in kin)


def _asks_of_nothing(question: Question, base: EvidenceBase) -> bool:
    """Whether endpoints and statistics are all that the question names: nobody can tell of what."""
    asked = [term for term in asked_terms(question, base) if base.is_known(term)]
    ids = [term.removeprefix("=") for term in asked if term.startswith("=")]
    return len(ids) == len(asked) and all(base.lexicon.entries[name].kind in ("endpoint", "term") for name in ids)
