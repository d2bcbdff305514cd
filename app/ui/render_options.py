"""A patient's options as plain text: a table to grasp, the grounds below it. A pure function of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.answer import Answer, Citation
from app.patient.wording import unknown_in_words
from app.rules.records import POLICY
from app.steps.advise_lead import opening_of
from app.ui.columns import display_width, filled, table
from app.ui.plain import plain

MARKS = {"eligible": "✔", "needs_information": "?", "not_eligible": "✘"}
STRENGTHS = {
    "standard": "standard", "recommended": "recommended", "trial_preferred": "trial preferred", "option": "option",
}  # fmt: skip
_WIDEST_NAME, _STRENGTH_WIDTH = 31, 15
_LABEL = 10
_NUMBER = re.compile(r"\[(\d+)\]")
# In the narrow table a policy is a star, and what the star means stands below.
_STAR = "policy*"

_Group = tuple[str, tuple[str, ...]]
_PERSON: _Group = ("Person", ("age", "sex", "ecog", "fit", "primary_side", "aim"))
_MARKERS: _Group = (
    "Tumour",
    ("ras", "kras_g12c", "braf_v600e", "braf_other", "mmr", "her2", "ntrk_fusion", "ctdna_ras_braf"),
)


def options_text(answer: Answer, width: int = 100) -> str:
    """The options of a patient's answer, at most `width` columns wide: facts, table, grounds, tests, sources."""
    options = list(answer.options or ())
    parts = [
        _patient(answer, width),
        _opening(answer, width),
        _overview(options, width),
        *(_detail(number, option, answer, width) for number, option in enumerate(_with(options, "eligible"), start=1)),
        _openings(options, answer, width),
        _tests(answer, width),
        _listed("Assumed", _assumed(answer), width),
        _listed("Notes", _other_notes(answer), width),
        _later(answer, width),
    ]
    text = "\n\n".join(part for part in parts if part)
    closing = [_sources(answer, text, width), f"Evidence as of {answer.as_of}."]
    return "\n\n".join([text, *(part for part in closing if part)])


def _patient(answer: Answer, width: int) -> str:
    """Every known fact with the words it was read from; those that are assumed stand in a list of their own."""
    known = [fact for fact in answer.facts if fact["source"] != "assumed"]
    lines = []
    for label, fields in (_PERSON, _MARKERS):
        told = [_told(fact["text"], fact) for field in fields for fact in known if fact["field"] == field]
        lines += [_labelled(label, " · ".join(told), width)] if told else []
    therapy = [*_therapies(known), *(_told(fact["text"], fact) for fact in known if fact["field"] in _COURSE)]
    lines += [_labelled("Therapy", " · ".join(therapy), width)] if therapy else []
    return "\n".join(["Patient", *(lines or ["  nothing known"])])


_COURSE = ("anti_egfr_response", "lines")


def _told(text: str, fact: dict[str, Any]) -> str:
    """A fact with its words; a field of a form says no more than the fact."""
    source, words = fact["source"], fact["words"]
    return f"{text} “{words}”" if source == "text" else f"{text} ({words})" if source == "implied" else text


def _therapies(facts: list[dict[str, Any]]) -> Iterator[str]:
    """Agents gathered by the words that name them: "fluoropyrimidine, oxaliplatin “FOLFOX”"."""
    gathered: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    for fact in facts:
        if fact["field"].startswith("prior."):
            gathered.setdefault((fact["value"], fact["words"] if fact["source"] != "form" else ""), []).append(fact)
    for (given, _), group in gathered.items():
        suffix = " given" if given else " not given"
        names = ", ".join(fact["text"].removesuffix(suffix) for fact in group)
        yield _told(names if given else f"no {names}", group[0])


def _opening(answer: Answer, width: int) -> str:
    """What is to be read before anything else: what was asked, and what comes first."""
    said = opening_of(answer.answer)
    unsaid = [note for note in answer.read_first if not _is_said(note, said)] if not answer.hypothetical else []
    return "\n".join([*([plain(said, width)] if said else []), *(filled(note, width, "! ") for note in unsaid)])


def _is_said(note: str, text: str) -> bool:
    """Whether the text has the note; it says what a policy is only once."""
    return note.rstrip(".").replace(POLICY, "policy") in text.replace(POLICY, "policy")


def _overview(options: list[dict[str, Any]], width: int) -> str:
    reason = width - 1 - _WIDEST_NAME - _STRENGTH_WIDTH - 6
    rows = [
        (MARKS[option["verdict"]], option["name"].partition(" (")[0], STRENGTHS[option["strength"]], _in_brief(option))
        for option in options
    ]
    head = filled("Options: ✔ eligible, in this order · ? needs information · ✘ not eligible", width)
    text = table(rows, (1, _WIDEST_NAME, _STRENGTH_WIDTH, reason))
    return f"{head}\n{text}" + ("\n" + filled(POLICY, width, "* ") if _STAR in re.sub(r"\s+", " ", text) else "")


def _in_brief(option: dict[str, Any]) -> str:
    """Why, in the table: the criteria that hold, what is to be found out, or what fails."""
    if option["verdict"] == "not_eligible":
        brief = "; ".join(reason.removeprefix("no: ") for reason in option["reasons"]).replace(POLICY, _STAR)
    elif option["verdict"] == "needs_information":
        brief = f"find out: {_facts(option['missing'])}"
    else:
        held = [one["text"] for one in option["criteria"] if one["kind"] == "required" and one["value"]]
        brief = "; ".join(held) or "asks for nothing"
        brief += f"; confirm {_facts(option['confirm'])}" if option["confirm"] else ""
    return brief if option["available"] else f"not available here; {brief}"


def _facts(names: Iterable[str]) -> str:
    return ", ".join(map(unknown_in_words, names))


def _detail(number: int, option: dict[str, Any], answer: Answer, width: int) -> str:
    """Figures, cautions and approval of one eligible option; why it is eligible stands in the table."""
    head = f"{number}. {option['name']}: {STRENGTHS[option['strength']]} {_marks(option['citations'])}"
    lines = [filled(head, width, further="   ")]
    further = _other_rows(option, answer)
    figures = " ".join(option["key_figures"]) + (f" See also {_marks(further)}." if further else "")
    for label, text in (
        ("Figures", figures.strip()),
        ("Cautions", "; ".join(option["cautions"])),
        ("Approval", option["approval"]),
    ):
        lines += [_labelled(label, text, width)] if text else []
    return "\n".join(lines)


def _other_rows(option: dict[str, Any], answer: Answer) -> list[int]:
    """The option's table rows of which no figure is given."""
    passages = {cited.n: cited.passage for cited in answer.citations}
    given = {passages[int(number)] for figure in option["key_figures"] for number in _NUMBER.findall(figure)}
    return [number for number in option["evidence"] if passages[number] not in given]


def _openings(options: list[dict[str, Any]], answer: Answer, width: int) -> str:
    """What would open the options that are not open, unless a test alone decides."""
    tested = {name for test in answer.tests for name in test["fields"]}
    waiting = [option for option in _with(options, "needs_information") if not {*option["missing"]} <= tested]
    closed = [*waiting, *_with(options, "not_eligible")]
    lines = [
        filled(f"{option['name']}: {'; '.join(opening)}", width, f"  {MARKS[option['verdict']]} ")
        for option in closed
        if (opening := [change for change in option["would_change"] if "open" in change])
    ]
    return "\n".join(["What would open the others", *lines]) if lines else ""


def _tests(answer: Answer, width: int) -> str:
    names = {option["id"]: option["name"] for option in answer.options or ()}
    lines = []
    for test in answer.tests:
        opens = ", ".join(names.get(name, name) for name in test["opens"])
        parts = [f"could open {opens}"] if opens else []
        parts += [part for part in (test["prevalence"], test["why"]) if part]
        lines.append(filled(f"{test['name']}: {'; '.join(parts)} {_marks(test['citations'])}", width, "  - "))
    return "\n".join(["Tests to order", *lines]) if lines else ""


def _assumed(answer: Answer) -> list[str]:
    """What is assumed, agents on the same ground gathered."""
    grounds: dict[str, list[str]] = {}
    for fact in answer.facts:
        if fact["source"] == "assumed":
            grounds.setdefault(fact["words"], []).append(fact["text"].removesuffix(" not given"))
    return [f"not given: {', '.join(agents)}; {words}" for words, agents in grounds.items()]


def _other_notes(answer: Answer) -> list[str]:
    opening = opening_of(answer.answer)
    return [note for note in answer.notes if note not in answer.read_first and not _is_said(note, opening)]


def _listed(title: str, texts: list[str], width: int) -> str:
    return "\n".join([title, *(filled(text, width, "  - ") for text in texts)]) if texts else ""


def _later(answer: Answer, width: int) -> str:
    """Later decisions of authorities: dated, sourced, and apart from what the review says."""
    lines = []
    for approval in answer.since_then:
        lines.append(filled(f"{approval.what}", width, f"  {approval.date:<11}"))
        lines.append(filled(f"Source: {approval.source}", width, " " * 13))
    return "\n".join([f"After the review (later than {answer.as_of}, no part of it)", *lines]) if lines else ""


def _sources(answer: Answer, shown: str, width: int) -> str:
    """The citations that are marked in what is shown; a table's row is named, a sentence quoted."""
    numbers = {int(number) for number in _NUMBER.findall(shown)}
    lines = [line for cited in answer.citations if cited.n in numbers for line in _source(cited, width)]
    return "\n".join(["Sources", *lines]) if lines else ""


def _source(cited: Citation, width: int) -> Iterator[str]:
    reference = f", reference {cited.reference}" if cited.reference else ""
    yield filled(f"{cited.locator}{reference}", width, f"  {f'[{cited.n}]':<5}")
    if cited.table is None or cited.quote != cited.text:
        yield filled(f"“{cited.quote}”", width, " " * 7)


def _with(options: list[dict[str, Any]], verdict: str) -> list[dict[str, Any]]:
    return [option for option in options if option["verdict"] == verdict]


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _labelled(label: str, text: str, width: int) -> str:
    return filled(text, width, f"  {label}{' ' * (_LABEL - display_width(label))}")
