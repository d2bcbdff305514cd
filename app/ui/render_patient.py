"""The patient and his options as HTML for the page. Pure functions of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from app.answer import Answer
from app.patient.wording import unknown_in_words
from app.ui.render import source_id
from app.ui.render_options import MARKS, STRENGTHS

VERDICTS = {"eligible": "Eligible", "needs_information": "Needs information", "not_eligible": "Not eligible"}
_TRUTHS = {True: ("✔", "true"), False: ("✘", "false"), None: ("?", "unknown")}
_MARKS = re.compile(r"\s*(?:\[\d+\])+")
_NO_PATIENT = (
    "No patient yet. Describe one in the conversation, paste a letter, or fill in the form: the twelve options of the "
    "review are then weighed here."
)


def chips_html(answer: Answer | None, origins: Mapping[str, str]) -> str:
    """The known facts of the patient, each with the words that it came from; what is only assumed stands apart."""
    if answer is None or not answer.facts:
        return ""
    told = [fact for fact in answer.facts if fact["source"] != "assumed"]
    assumed = len(answer.facts) - len(told)
    chips = "".join(_chip(text, words) for text, words in _gathered(told, origins).items())
    more = f'<span class="ll-chip ll-assumed">{assumed} agents assumed not given</span>' if assumed else ""
    return f'<div class="ll-chips" role="list" tabindex="0" aria-label="Facts of the patient">{chips}{more}</div>'


def _gathered(facts: Iterable[Mapping[str, Any]], origins: Mapping[str, str]) -> dict[str, str]:
    """Text of the fact → its words; agents that came from the same words share a chip."""
    by_words: dict[tuple[str, bool], list[str]] = {}
    chips: dict[str, str] = {}
    for fact in facts:
        words = origins.get(fact["field"], "")
        if fact["field"].startswith("prior.") and fact["value"]:
            by_words.setdefault((words, True), []).append(fact["text"].removesuffix(" given"))
        else:
            chips[fact["text"]] = words
    return {**chips, **{f"{', '.join(names)} given": words for (words, _), names in by_words.items()}}


def _chip(text: str, words: str) -> str:
    origin = f' <span class="ll-from">· from {escape(words)}</span>' if words else ""
    return f'<span class="ll-chip" role="listitem">{escape(text)}{origin}</span>'


def options_html(answer: Answer | None, turn: int | str) -> str:
    """The twelve options, each to be opened; marks lead to the sources of exchange `turn`."""
    if answer is None:
        return f'<div class="ll-empty">{_NO_PATIENT}</div>'
    if not answer.options:
        return f'<div class="ll-notes">{escape(answer.answer)}</div>'
    first = "".join(f"<li>{escape(_unmarked(note))}</li>" for note in answer.read_first)
    lead = f'<div class="ll-notes"><h3>Read first</h3><ul>{first}</ul></div>' if first else ""
    listed = "".join(_option(number, option, answer, turn) for number, option in enumerate(answer.options, start=1))
    return f'{lead}<div class="ll-options">{listed}</div>{_tests(answer)}'


def _option(number: int, option: Mapping[str, Any], answer: Answer, turn: int | str) -> str:
    verdict = option["verdict"]
    place = f"{number}. " if verdict == "eligible" else ""
    strength = f'<span class="ll-strength">{escape(STRENGTHS[option["strength"]])}</span>' if place else ""
    here = "" if option["available"] else '<span class="ll-strength">not available here</span>'
    head = (
        f'<summary><span class="ll-verdict" aria-hidden="true">{MARKS[verdict]}</span> '
        f"<strong>{place}{escape(option['name'])}</strong> "
        f'<span class="ll-is">{VERDICTS[verdict]}</span> {strength}{here}'
        f'<span class="ll-why">{escape(_in_brief(option))}</span></summary>'
    )
    parts = [
        _criteria(option, turn),
        _listed("Figures", map(_unmarked, option["key_figures"])),
        _listed("Evidence rows", _evidence(option, answer)),
        _listed("Cautions", option["cautions"]),
        _listed("Notes", map(_unmarked, option["notes"])),
        _listed("To confirm", map(unknown_in_words, option["confirm"])),
        _listed("What would change it", option["would_change"]),
        _listed("Approval as the review has it", [option["approval"]] if option["approval"] else []),
    ]
    return f'<details class="ll-option ll-{verdict}" data-option="{option["id"]}">{head}{"".join(parts)}</details>'


def _in_brief(option: Mapping[str, Any]) -> str:
    if option["verdict"] == "needs_information":
        return "find out: " + ", ".join(map(unknown_in_words, option["missing"]))
    if option["verdict"] == "not_eligible":
        return "; ".join(reason.removeprefix("no: ") for reason in option["reasons"])
    held = [one["text"] for one in option["criteria"] if one["kind"] == "required" and one["value"]]
    return "; ".join(held) or "asks for nothing"


def _criteria(option: Mapping[str, Any], turn: int | str) -> str:
    """Every criterion with its three-valued result; a policy says so."""
    rows = "".join(_criterion(one, turn) for one in option["criteria"])
    head = "<tr><th scope='col'>Criterion</th><th scope='col'>Kind</th><th scope='col'>Result</th></tr>"
    return f"<table class='ll-criteria'><caption>Criteria</caption>{head}{rows}</table>" if rows else ""


def _criterion(one: Mapping[str, Any], turn: int | str) -> str:
    sign, word = _TRUTHS[one["value"]]
    kind = "required" if one["kind"] == "required" else "excludes"
    policy = " (policy of this product)" if one["policy"] else ""
    marks = "".join(f'<a href="#{source_id(turn, n)}">[{n}]</a>' for n in one["citations"])
    return (
        f"<tr><td>{escape(one['text'])}{policy} {marks}</td><td>{kind}</td>"
        f'<td><span aria-hidden="true">{sign}</span> {word}</td></tr>'
    )


def _evidence(option: Mapping[str, Any], answer: Answer) -> list[str]:
    places = {citation.n: citation.locator for citation in answer.citations}
    return list(dict.fromkeys(places[number] for number in option["evidence"] if number in places))


def _tests(answer: Answer) -> str:
    names = {option["id"]: option["name"].partition(" (")[0] for option in answer.options or ()}
    lines = []
    for test in answer.tests:
        opens = ", ".join(names.get(name, name) for name in test["opens"])
        told = [f"could open {opens}"] if opens else []
        told += [part for part in (test["prevalence"], test["why"]) if part]
        lines.append(f"{test['name']}: {'; '.join(told)}")
    return _listed("What to test next", lines)


def changes_html(before: Answer | None, after: Answer | None) -> str:
    """What another set of verdicts changes: each option whose verdict or place differs; empty where none does."""
    if before is None or after is None or not before.options or not after.options:
        return ""
    was = {option["id"]: option["verdict"] for option in before.options}
    lines = [
        f"{option['name']}: {VERDICTS[was[option['id']]].lower()} → {VERDICTS[option['verdict']].lower()}"
        for option in after.options
        if was.get(option["id"]) not in (None, option["verdict"])
    ]
    if not lines:
        lines = _moved(before, after)
    told = "".join(f"<li>{escape(line)}</li>" for line in lines) or "<li>No verdict changes.</li>"
    return f'<div class="ll-notes ll-changed" role="status"><h3>What changed</h3><ul>{told}</ul></div>'


def _moved(before: Answer, after: Answer) -> list[str]:
    orders = [[o["name"] for o in answer.options or () if o["verdict"] == "eligible"] for answer in (before, after)]
    return [f"Order now: {', '.join(orders[1])}"] if orders[0] != orders[1] else []


def _listed(title: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<h4>{escape(title)}</h4><ul>{listed}</ul>" if listed else ""


def _unmarked(text: str) -> str:
    """The text without citation marks: the options' own sources stand in the criteria."""
    return _MARKS.sub("", text)
