"""The vignettes that a clinician reads, held against the rule module, one test a vignette.

The files in ``vignettes/`` follow the sections of the clinical rules: ``profile`` 1, ``verdicts`` 2, ``order`` 3,
``advice`` 4; ``wording`` goes through all of them again in the words of notes. Lists and tables of expectations name a
part of what is found; an empty list means that nothing may be there. Words are looked for without regard to case, and
only where a word begins.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.rules.consultation import Consultation, consult, consult_profile

FOLDER = Path(__file__).resolve().parent / "vignettes"
FILES = ("profile", "verdicts", "order", "advice", "wording")
OPTIONS = (
    *("immunotherapy", "encorafenib_cetuximab", "anti_egfr", "anti_egfr_rechallenge", "kras_g12c_inhibitor"),
    *("anti_her2", "trk_inhibitor", "ftd_tpi_bevacizumab", "ftd_tpi", "regorafenib", "fruquintinib"),
    "best_supportive_care",
)
AGENTS = (
    *("fluoropyrimidine", "oxaliplatin", "irinotecan", "anti_vegf", "anti_egfr", "immunotherapy", "braf_inhibitor"),
    *("kras_g12c_inhibitor", "anti_her2", "trk_inhibitor", "ftd_tpi", "regorafenib", "fruquintinib"),
)
TESTS = ("RAS", "BRAF V600E", "MMR/MSI", "KRAS G12C", "HER2", "NTRK", "ctDNA RAS/BRAF")
SAID = ("text", "turns", "patient")
DEMOGRAPHIC = ("age", "sex")

Vignette = Mapping[str, Any]
Check = Callable[[Consultation, Any], None]


def read_vignettes() -> list[Vignette]:
    """All vignettes, in the order of the files and within them."""
    return [vignette for name in FILES for vignette in tomllib.loads(_text(name))["vignette"]]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


VIGNETTES = read_vignettes()


# --- reading a consultation ---------------------------------------------------------------------------------------


def known(found: Consultation) -> dict[str, object]:
    """Known facts by the names that vignettes use; agents as ``prior.<agent>``."""
    patient = dict(found.patient())
    prior = patient.pop("prior", None) or {}
    facts = {**patient, **{f"prior.{agent}": given for agent, given in prior.items()}}
    return {name: value for name, value in facts.items() if value is not None}


def option(found: Consultation, name: str) -> Any:
    by_id = {each.id: each for each in found.options}
    assert name in by_id, f"no option {name}; there are {sorted(by_id)}"
    return by_id[name]


def plain(parts: Iterable[object]) -> str:
    """Text to look for words in: one case, one dash, no blank before a per cent sign."""
    joined = "\n".join(str(part) for part in parts).casefold()
    return re.sub(r"\s+%", "%", re.sub("[\u2010-\u2015\u2212]", "-", joined))


def absent(words: Iterable[str], text: str) -> list[str]:
    """The words that do not begin anywhere in the text."""
    return [word for word in words if not re.search(r"(?<![a-z0-9.])" + re.escape(plain([word])), text)]


def same_or_part(expected: Iterable[object], found: Iterable[object], what: str) -> None:
    expected, found = list(expected), list(found)
    if not expected:
        assert not found, f"{what}: expected none, found {found}"
    assert set(expected) <= set(found), f"{what}: expected {expected}, found {found}"


# --- one check a key ----------------------------------------------------------------------------------------------


def check_facts(found: Consultation, expected: Mapping[str, object]) -> None:
    facts = known(found)
    assert {name: facts.get(name) for name in expected} == dict(expected)


def check_unknown(found: Consultation, expected: list[str]) -> None:
    facts = known(found)
    assert {name: facts[name] for name in expected if name in facts} == {}


def check_prior(found: Consultation, expected: Mapping[str, bool]) -> None:
    check_facts(found, {f"prior.{agent}": given for agent, given in expected.items()})


def check_assumed(found: Consultation, expected: list[str]) -> None:
    sentences = [re.sub(r"[^a-z0-9]+", "_", plain([sentence])) for sentence in found.assumed]
    begun = [agent for agent in AGENTS if any(sentence.startswith(f"{agent}_") for sentence in sentences)]
    same_or_part(expected, begun if expected else sentences, "assumed")


def check_contradicts(found: Consultation, expected: list[str]) -> None:
    same_or_part(expected, [each.field for each in found.contradictions], "contradictions")


def check_statements(found: Consultation, expected: list[str]) -> None:
    assert absent(expected, plain([*found.contradictions, *found.notes])) == []


def check_verdicts(found: Consultation, expected: Mapping[str, str]) -> None:
    assert {name: str(option(found, name).verdict) for name in expected} == dict(expected)


def check_strength(found: Consultation, expected: Mapping[str, str]) -> None:
    assert {name: str(option(found, name).strength) for name in expected} == dict(expected)


def check_first(found: Consultation, expected: list[str]) -> None:
    assert [each.id for each in found.options][: len(expected)] == expected


def check_missing(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    for name, facts in expected.items():
        same_or_part(facts, option(found, name).missing, f"missing for {name}")


def check_confirm(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    for name, facts in expected.items():
        same_or_part(facts, option(found, name).confirm, f"to confirm for {name}")


def check_cautions(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    lacking = {name: absent(words, plain(option(found, name).cautions)) for name, words in expected.items()}
    assert {name: words for name, words in lacking.items() if words} == {}


def check_shown(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    """Words beside an option, wherever its record carries them, or in the notes of the answer."""
    lacking = {name: absent(words, plain([option(found, name), *found.notes])) for name, words in expected.items()}
    assert {name: words for name, words in lacking.items() if words} == {}


def check_notes(found: Consultation, expected: list[str]) -> None:
    text = plain(found.notes)
    assert absent(expected, text) == [], f"in the notes: {text}"


def check_not_in_notes(found: Consultation, expected: list[str]) -> None:
    text = plain(found.notes)
    assert absent(expected, text) == expected, f"in the notes: {text}"


def check_tests(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    opens = {each.name: each.opens for each in found.tests}
    for name, options in expected.items():
        assert name in opens, f"no test {name}; there are {sorted(opens)}"
        same_or_part(options, opens[name], f"opened by {name}")


def check_no_tests(found: Consultation, expected: list[str]) -> None:
    assert {each.name for each in found.tests} & set(expected) == set()


def check_never_opened(found: Consultation, expected: list[str]) -> None:
    opened = {name for each in found.tests for name in each.opens}
    assert opened & set(expected) == set()


def check_prevalence(found: Consultation, expected: Mapping[str, list[str]]) -> None:
    for name, words in expected.items():
        records = [each for each in found.tests if each.name == name]
        assert records, f"no test {name}"
        assert absent(words, plain(records)) == [], name


def check_hypothetical(found: Consultation, expected: Mapping[str, object]) -> None:
    if not expected:
        assert not found.hypothetical
    assert {name: found.hypothetical.get(name) for name in expected} == dict(expected)


def check_no_options(found: Consultation, expected: bool) -> None:
    assert expected is True, "no_options is either true or left out"
    assert found.options == ()


CHECKS: dict[str, Check] = {
    "facts": check_facts,
    "unknown": check_unknown,
    "prior": check_prior,
    "assumed": check_assumed,
    "contradicts": check_contradicts,
    "statements": check_statements,
    "verdicts": check_verdicts,
    "strength": check_strength,
    "first": check_first,
    "missing": check_missing,
    "confirm": check_confirm,
    "cautions": check_cautions,
    "shown": check_shown,
    "notes": check_notes,
    "not_in_notes": check_not_in_notes,
    "tests": check_tests,
    "no_tests": check_no_tests,
    "never_opened": check_never_opened,
    "prevalence": check_prevalence,
    "hypothetical": check_hypothetical,
    "no_options": check_no_options,
}


def check_status(found: Consultation, vignette: Vignette) -> None:
    """A vignette is answered, with all twelve options, unless it says otherwise."""
    if vignette.get("no_options"):
        return
    status = str(vignette.get("status", "answered"))
    assert str(found.status) == status
    if status == "answered":
        assert sorted(each.id for each in found.options) == sorted(OPTIONS)
        return
    assert found.options == ()
    if status == "out_of_scope":
        assert {name for name in known(found) if name not in DEMOGRAPHIC} == set()


def consulted(vignette: Vignette) -> Consultation:
    if "patient" in vignette:
        return consult_profile(vignette["patient"])
    return consult(vignette["turns"] if "turns" in vignette else [vignette["text"]])


# --- the tests ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[vignette["name"] for vignette in VIGNETTES])
def test_vignette(vignette: Vignette) -> None:
    found = consulted(vignette)
    check_status(found, vignette)
    for key, check in CHECKS.items():
        if key in vignette:
            check(found, vignette[key])


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[vignette["name"] for vignette in VIGNETTES])
def test_vignette_is_written_in_the_agreed_form(vignette: Vignette) -> None:
    assert set(vignette) <= {"name", "rule", "status", *SAID, *CHECKS}
    assert sum(key in vignette for key in SAID) == 1
    assert {"status", *CHECKS} & set(vignette), "a vignette expects something"
    assert vignette["rule"].startswith("§")
    by_option = ("verdicts", "strength", "missing", "confirm", "cautions", "shown")
    assert {name for key in by_option for name in vignette.get(key, {})} <= set(OPTIONS)
    assert {*vignette.get("prior", {}), *vignette.get("assumed", [])} <= set(AGENTS)
    named = {*vignette.get("tests", {}), *vignette.get("no_tests", []), *vignette.get("prevalence", {})}
    assert named <= set(TESTS)


def test_no_two_vignettes_share_a_name() -> None:
    assert [name for name, times in Counter(each["name"] for each in VIGNETTES).items() if times > 1] == []


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_seen_open_closed_and_waiting(name: str) -> None:
    """Best supportive care requires nothing and excludes nothing, so it can only be open."""
    seen = {each["verdicts"][name] for each in VIGNETTES if name in each.get("verdicts", {})}
    only_open = name == "best_supportive_care"
    assert seen == ({"eligible"} if only_open else {"eligible", "not_eligible", "needs_information"})
