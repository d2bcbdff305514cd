"""Statements from the prose: which of the sentences found may stand as the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.steps.cells import Cells
from app.steps.draft import Draft, Statement
from app.steps.evidence import CONTROLS, EvidenceBase
from app.steps.replies import reply
from app.steps.retrieve import Evidence
from app.steps.select import MOST_SENTENCES, Candidate, asked_terms, choose
from app.steps.understand import Question, binding_names
from index.references import without_references

# Set on the tuned half of eval/questions; the frozen half only reports.
_SILENT_COVERAGE = 0.22
_SILENT_COSINE = 0.42
# A sentence this far off that has few of the question's words answers something else.
_FAR_COVERAGE = 0.35
_FAR_COSINE = 0.55
# Of one or two names all must be there; of more, most by rarity.
_FEW = 2
_BINDING_SHARE = 0.6
# How good further sentences must be beside the best; what a section says is rarely said in one.
_NEARLY_AS_GOOD = 0.8
_OF_A_SECTION = 0.6
_COMPLETING_SCORE = 0.8
# So near a question that the sentence answers is to the one asked, where its names need not be the same.
_CLOSE = 0.70
_SAME_QUESTION = 0.80
_CLOSE_ON_NAMES = 0.65
_MOST_OF_LIST = 5
_DOSE = re.compile(r"(\d+(?:\.\d+)?) ?mg\b", re.I)
_FIGURE = re.compile(r"(?<![A-Za-z0-9-])\d")
_ALONE = re.compile(r"\b(?:alone|monotherapy|single[- ]agent)\b", re.I)
_LISTS = re.compile(
    r"\b(?:which|what|name|list|all)\b(?: [\w/+-]+){0,6}? (?:trials|studies|drugs|agents|treatments|options|markers|"
    r"biomarkers|targets|tests|points|factors|reasons|situations|toxicities|side effects)\b",
    re.I,
)
_VALUES = frozenset({"os", "pfs", "orr"})
_AMOUNT = re.compile(
    r"(?<![A-Za-z0-9])\d|\b(?:half|thirds?|quarters?|most|few|none|only|rare(?:ly)?|seldom|uncommon|often)\b",
    re.IGNORECASE,
)
# Classes so wide that a sentence on them says little of one drug.
_WIDE = frozenset(
    {"chemotherapy", "tyrosine_kinase_inhibitor", "monoclonal_antibody", "antibody_drug_conjugate", "targeted_therapy"}
)


def from_prose(question: Question, evidence: Evidence, found: list[Candidate], base: EvidenceBase) -> Draft:
    """The best sentences that bear on the question; `insufficient_evidence` where none does."""
    bears_on = _bearing(question, base)
    fitting = [candidate for candidate in found if bears_on(candidate)]
    if question.asks_share:
        fitting = [candidate for candidate in fitting if _AMOUNT.search(candidate.statement().text)]
    if not fitting or _asks_of_nothing(question, base):
        return silent(reply("corpus_silent"), evidence)
    best, ease = fitting[0], 0.5 if binding_names(question, base.lexicon) else 1.0
    if not question.section and best.coverage < _FAR_COVERAGE and best.cosine < _FAR_COSINE:
        return silent(reply("corpus_silent"), evidence)
    if not question.section and best.coverage < ease * _SILENT_COVERAGE and best.cosine < ease * _SILENT_COSINE:
        return silent(reply("corpus_silent"), evidence)
    most = _MOST_OF_LIST if _LISTS.search(question.text) else MOST_SENTENCES
    chosen = choose(fitting, _OF_A_SECTION if question.section else _NEARLY_AS_GOOD, base, most)
    return Draft("answered", tuple(candidate.statement() for candidate in chosen))


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
        tells_p = "p" in question.statistics and "p <" in candidate.statement().text
        adds = candidate.terms & open_terms and candidate.score >= _COMPLETING_SCORE
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
    values = _VALUES | {"approval"} if specific else frozenset[str]()
    wanted = [entry.id for entry in entries if entry.subject or entry.kind == "adverse_event" or entry.id in values]
    if specific:
        wanted = list(dict.fromkeys([*wanted, *(value for value in question.values if value in _VALUES)]))
    return wanted if len(wanted) < 3 else []


def _asks_of_nothing(question: Question, base: EvidenceBase) -> bool:
    """Whether endpoints and statistics are all that the question names: nobody can tell of what."""
    asked = [term for term in asked_terms(question, base) if base.is_known(term)]
    ids = [term.removeprefix("=") for term in asked if term.startswith("=")]
    return len(ids) == len(asked) and all(base.lexicon.entries[name].kind in ("endpoint", "term") for name in ids)


def _bearing(question: Question, base: EvidenceBase) -> Callable[[Candidate], bool]:
    """A test of a sentence: it names the value, side effect or subject asked for, and its passage the drug, trial, …"""
    wanted = wanted_in_sentence(question, base)
    names = binding_names(question, base.lexicon)
    weights = {name: base.weight(f"={name}") for name in names}
    enough = (1.0 if len(names) <= _FEW else _BINDING_SHARE) * sum(weights.values()) - 1e-9
    trials = {name for name in names if base.lexicon.entries[name].kind == "trial"}
    drugs = {name for name in question.entities if base.lexicon.entries[name].kind == "drug"}
    values = {name for name in wanted if name in _VALUES}
    markers = {name for name in question.named if base.lexicon.entries[name].kind == "marker"}
    subjects = set(wanted) - values
    # Where a side effect, subject or approval of a drug is asked for, another drug's will not do.
    of_drug = bool(drugs) and any(name not in _VALUES for name in wanted)

    doses = set(_DOSE.findall(question.text))

    def bears_on(candidate: Candidate) -> bool:
        sentence = candidate.passage.sentence(candidate.number)
        if not _of_dose(doses, sentence, candidate.passage.text):
            return False
        if values and question.asks_number and not _FIGURE.search(without_references(sentence)):
            return False
        if values and question.alone and not _ALONE.search(sentence):
            return False
        gives = all(f"={name}" in candidate.terms for name in values) or candidate.cosine >= _SAME_QUESTION
        if gives and candidate.cosine >= (_CLOSE_ON_NAMES if trials or drugs else _CLOSE):
            here = set(candidate.passage.entities)
            others = _trials_of(candidate, base) - trials
            markers_fit = not values or markers <= here
            if (
                markers_fit
                and subjects <= here
                and not (trials and others)
                and (not trials | drugs or (trials or drugs) & here)
            ):
                return True
        told_of = _trials_of(candidate, base)
        if trials and told_of and not trials & told_of:
            return False
        if any(f"={name}" not in candidate.terms for name in wanted):
            return False
        if not names:
            return True
        if values and drugs and not trials and not drugs & _named_nearby(candidate, base):
            return False
        if of_drug and not _tells_of(drugs, question, candidate, base):
            return False
        here = set(candidate.passage.entities)
        if trials and not trials & (_named_nearby(candidate, base) if question.values else here):
            return False
        return sum(weights[name] for name in names if name in here or _through_kin(name, here, base)) >= enough

    return bears_on


def _of_dose(doses: set[str], sentence: str, passage: str) -> bool:
    """Whether the sentence tells of the doses asked about (milligrams): it has them, or calls the highest one high."""
    if doses <= set(_DOSE.findall(sentence)):
        return True
    known = _DOSE.findall(passage)
    return bool(known) and doses == {max(known, key=float)} and "high dose" in sentence


def _trials_of(candidate: Candidate, base: EvidenceBase) -> set[str]:
    """The trials that the sentence names."""
    names = (term.removeprefix("=") for term in base.sentence_terms[candidate.passage.id, candidate.number])
    return {name for name in names if name in base.lexicon.entries and base.lexicon.entries[name].kind == "trial"}


def _tells_of(drugs: set[str], question: Question, candidate: Candidate, base: EvidenceBase) -> bool:
    """Whether the sentence tells of one of the drugs: it names it first or, where it names none, the one before does.

    For an approval any place will do: several drugs are approved in one sentence, but a dose or a side effect that
    stands beside another drug's name is that other drug's.
    """
    sentence = candidate.passage.sentence(candidate.number)
    order = [
        name
        for mention in base.lexicon.find(sentence, misspelled=False)
        for name in (mention.id, *base.lexicon.entries[mention.id].parts)
        if base.lexicon.entries[name].kind == "drug" and name not in CONTROLS
    ]
    if not order:
        return bool(drugs & _named_nearby(candidate, base))
    return bool(drugs & set(order if "approval" in question.named else order[:1]))


def _named_nearby(candidate: Candidate, base: EvidenceBase) -> set[str]:
    """The ids named by the sentence and by the one before it, which it may speak on from."""
    near = range(max(0, candidate.number - 1), candidate.number + 1)
    return {term.removeprefix("=") for number in near for term in base.sentence_terms[candidate.passage.id, number]}


def _through_kin(name: str, here: set[str], base: EvidenceBase) -> bool:
    """Whether a regimen's drugs, a class's drug, a drug's class, or a kind of the marker is named here instead."""
    entry = base.lexicon.entries[name]
    if entry.parts:
        return set(entry.parts) <= here
    if entry.kind == "class":
        return any(name in base.lexicon.entries[other].classes for other in here)
    if entry.kind == "drug":
        return bool((set(entry.classes) - _WIDE) & here)
    return any(other.startswith(f"{name}_") for other in here)
