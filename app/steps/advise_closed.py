"""What is not open for a patient: what is to be found out first, what is closed and why, which tests to order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from app.patient.wording import unknown_in_words
from app.rules.case import Case, listed
from app.rules.consultation import Consultation, OptionAdvice
from app.rules.tests_to_order import Test
from app.steps.advise_words import failing_criteria, in_running_text, is_told_in_brief, ways_to_open, why_closed
from app.steps.draft import Statement
from app.steps.evidence import EvidenceBase
from app.steps.places import supports
from app.steps.replies import reply

_Item = TypeVar("_Item")
# What the tests' reasons repeat of the options.
_TOLD_WITH_OPTIONS = ("confirm it before", "no option waits")


def waiting(options: Iterable[OptionAdvice], consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    """An item for each set of facts that options wait for, under its heading."""
    groups = _grouped(options, lambda option: (option.missing, _ways(option, consultation)))
    told: set[str] = set()
    for number, group in enumerate(groups):
        if not number:
            yield Statement(reply("heading_waiting"), own=True, layout="paragraph")
        yield waiting_statement(group, consultation, base, told)


def waiting_statement(
    group: list[OptionAdvice], consultation: Consultation, base: EvidenceBase, told: set[str] | None = None
) -> Statement:
    """What options that wait for the same facts need, with how common the finding is; `told` are names of tests whose
    prevalence was given before, and is added to.
    """
    seen = set() if told is None else told
    tests = [test for test in consultation.tests if {*test.fields} & {*group[0].missing} and test.name not in seen]
    seen.update(test.name for test in tests)
    ways = _ways(group[0], consultation)
    needed = (
        reply("opens", ways=ways) if ways else reply("needs", facts=listed(map(unknown_in_words, group[0].missing)))
    )
    parts = [f"{_names(group)}: {needed}"]
    parts += [test.prevalence for test in tests if test.prevalence]
    parts += [part for test in tests for part in _particulars(test)]
    basis = [
        cite
        for option in group
        for judged in option.criteria
        if judged.kind == "required" and judged.value is None
        for cite in judged.criterion.basis
    ]
    found = [cite for test in tests if test.prevalence for cite in test.cite[1:]]
    text = f"{'; '.join(parts)}."
    return Statement(text, supports([*basis, *found], base), ruled=text, layout="item")


def asked_and_waiting(option: OptionAdvice, consultation: Consultation, base: EvidenceBase) -> Statement:
    """The verdict on an option that waits for facts and that the text asks about."""
    item = waiting_statement([option], consultation, base)
    text = item.text.replace(": ", f": {reply('needs_information')}; ", 1)
    return replace(item, text=text, ruled=text, layout="run")


def closed(options: Iterable[OptionAdvice], consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    """An item for all options that are closed for the same reasons, under its heading."""
    profile = consultation.reading.considered
    groups = _grouped(options, lambda option: _reasons_and_ways(option, consultation, why_closed(option, profile)))
    for number, group in enumerate(groups):
        if not number:
            yield Statement(reply("heading_closed"), own=True, layout="paragraph")
        text = reply("option_closed", option=_names(group), reasons=why_closed(group[0], profile))
        yield _closed(group, text, _ways_after(group[0], consultation, text), base)


def asked_and_closed(option: OptionAdvice, consultation: Consultation, base: EvidenceBase) -> Statement:
    """The verdict on a closed option that the text asks about, with every reason."""
    reasons = why_closed(option, consultation.reading.considered, in_full=True)
    text = reply("asked_closed", option=option.name, reasons=reasons)
    return replace(_closed([option], text, _ways(option, consultation), base), layout="run")


def _closed(group: list[OptionAdvice], text: str, ways: str, base: EvidenceBase) -> Statement:
    full = f"{text}; {reply('opens', ways=ways)}." if ways else f"{text}."
    cites = [cite for option in group for judged in failing_criteria(option) for cite in judged.criterion.basis]
    return Statement(full, supports(cites, base), ruled=full, layout="item")


def _reasons_and_ways(option: OptionAdvice, consultation: Consultation, reasons: str) -> tuple[str, str]:
    return reasons, _ways_after(option, consultation, reasons)


def _ways_after(option: OptionAdvice, consultation: Consultation, reasons: str) -> str:
    """What would open the option, unless its reasons are told in part only."""
    return "" if is_told_in_brief(reasons) else _ways(option, consultation)


def tests(consultation: Consultation, base: EvidenceBase) -> Iterator[Statement]:
    """One sentence for all tests that are to be ordered for the same reason; those that an option waits for stand with
    the option.
    """
    waited_for = {name for option in consultation.options for name in option.missing}
    due = [test for test in consultation.tests if not waited_for & {*test.fields}]
    for number, group in enumerate(_grouped(due, lambda test: test.why.partition("; ")[0])):
        statement = _ordered(group, base)
        yield statement if number else replace(statement, layout="paragraph")


def _ordered(group: list[Test], base: EvidenceBase) -> Statement:
    parts = [group[0].why.partition("; ")[0]]
    cites = list(group[0].cite[:1])
    for test in group:
        parts += _particulars(test)
        if test.prevalence and test.confirms:  # else no option hangs on it
            parts.append(test.prevalence)
            cites += test.cite[1:]
    text = reply("tests", names=listed(test.name for test in group), why="; ".join(parts))
    return Statement(text, supports(cites, base), ruled=text)


def _particulars(test: Test) -> list[str]:
    """What this patient's case adds to the reason for the test."""
    _, _, particulars = test.why.partition("; ")
    return [part for part in particulars.split("; ") if part and not part.startswith(_TOLD_WITH_OPTIONS)]


def _names(group: list[OptionAdvice]) -> str:
    first, *others = (option.name.partition(" (")[0] for option in group)
    return "; ".join([first, *map(in_running_text, others)])


def _ways(option: OptionAdvice, consultation: Consultation) -> str:
    verdict = next(verdict for verdict in consultation.verdicts if verdict.id == option.id)
    barred = Case(consultation.reading, consultation.verdicts).contraindicated
    return ways_to_open(verdict.would_change, barred)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], Hashable]) -> list[list[_Item]]:
    """Items with the same key together, in the order of the first of each."""
    groups: dict[Hashable, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())
