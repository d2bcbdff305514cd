"""What an answer on a patient holds beside its text: places resolved, records numbered, and the contract kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from advised import EXAMPLE, TOLD, marks_in, option_of, used_numbers
from test_library import write_corpus

from app.assistant import Assistant
from app.patient.form import read_patient
from app.rules.catalogue import OPTION_IDS, OPTIONS
from app.rules.records import Cite
from app.settings import Settings
from app.steps.adviser import Adviser
from app.steps.evidence import EvidenceBase
from app.steps.places import row_of, support_of, supports
from app.wiring import load_adviser

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def adviser() -> Adviser:
    """The adviser of `lateline options`: corpus alone."""
    return load_adviser(Settings())


# --- places -----------------------------------------------------------------------------------------------------------

BASES = ("corpus", "index")


@pytest.fixture(params=BASES)
def base(request: pytest.FixtureRequest, adviser: Adviser, assistant: Assistant) -> EvidenceBase:
    """Both sources of passages."""
    return adviser.base if request.param == "corpus" else assistant.base


def test_every_place_of_the_options_is_found_in_both_sources(base: EvidenceBase) -> None:
    cites = [cite for option in OPTIONS for cite in (*option.cite, *option.evidence)]
    cites += [cite for option in OPTIONS for criterion in option.criteria for cite in criterion.basis]
    cites += [caution.cite for option in OPTIONS for caution in option.cautions]
    for cite in cites:
        support = support_of(cite, base)
        assert support is not None, cite
        assert all(word.casefold() in support.quote.casefold() for word in cite.about)
        whole = cite.place.startswith("T")
        assert (support.quote == support.passage.text) is (whole or len(support.passage.sentences) == 1)
        assert bool(row_of(cite, base)) is whole


def test_a_sentence_that_was_reworded_is_replaced_by_its_paragraph(adviser: Adviser) -> None:
    cite = Cite("2.1-p9", ("words that stand nowhere",))
    support = support_of(cite, adviser.base)
    assert support is not None
    assert support.quote == support.passage.text
    assert support.passage.paragraph == "2.1-p9"


def test_a_place_that_is_not_there_gives_no_support(adviser: Adviser) -> None:
    assert supports([Cite("2.9-p1", ("x",)), Cite("T9:NONE"), Cite("T2:SUNLIGHT"), Cite("T2:SUNLIGHT")], adviser.base)
    assert support_of(Cite("T9:NONE"), adviser.base) is None
    assert len(supports([Cite("T2:SUNLIGHT"), Cite("T2:SUNLIGHT")], adviser.base)) == 1


def test_another_corpus_weighs_without_the_places_it_does_not_have(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    answer = load_adviser(Settings(corpus_dir=corpus)).options([], read_patient({"mmr": "deficient"}))
    assert (answer.status, answer.citations, answer.since_then) == ("answered", (), ())
    assert option_of(answer, "immunotherapy")["verdict"] == "eligible"


# --- the contract -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", TOLD.values(), ids=TOLD)
def test_every_mark_has_its_citation_every_citation_is_used_and_every_quote_is_a_span(
    adviser: Adviser, turns: list[str]
) -> None:
    answer = adviser.options(turns)
    numbers = [cited.n for cited in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    notes = marks_in(" ".join(answer.notes[: len(adviser.consult(turns).note_records)]))  # the others name references
    assert used_numbers(answer) | notes == set(numbers)
    assert all(cited.quote and cited.quote in cited.text for cited in answer.citations)
    assert all(0 <= cited.score <= 1 for cited in answer.citations)


@pytest.mark.parametrize("turns", TOLD.values(), ids=TOLD)
def test_the_same_patient_gives_the_same_bytes(turns: list[str]) -> None:
    first, second = (load_adviser(Settings()).options(turns).to_dict() for _ in range(2))
    for facts in (first, second):
        facts.pop("timings_ms")
    assert json.dumps(first) == json.dumps(second)


def test_the_example(adviser: Adviser) -> None:
    answer = adviser.options([EXAMPLE])
    assert (answer.status, answer.about, answer.question) == ("answered", "patient", EXAMPLE)
    verdicts = {option["id"]: option["verdict"] for option in answer.options or ()}
    assert verdicts.keys() == set(OPTION_IDS)
    assert list(verdicts)[:2] == ["ftd_tpi_bevacizumab", "anti_egfr_rechallenge"]
    assert {name for name, verdict in verdicts.items() if verdict == "eligible"} == {
        "ftd_tpi_bevacizumab", "anti_egfr_rechallenge", "regorafenib", "ftd_tpi", "best_supportive_care",
    }  # fmt: skip
    fruquintinib = option_of(answer, "fruquintinib")
    assert fruquintinib["verdict"] == "not_eligible"
    assert {"after FTD/TPI it would open", "after regorafenib it would open"} == {*fruquintinib["would_change"]}
    assert [(test["name"], test["opens"]) for test in answer.tests] == [("NTRK", ["trk_inhibitor"])]
    assert answer.patient is not None
    assert (answer.patient["lines"], answer.patient["prior"]["ftd_tpi"]) == (2, False)
    assert "regorafenib not given" in " ".join(answer.assumed)


def test_facts_name_the_words_that_they_came_from(adviser: Adviser) -> None:
    facts = {fact["field"]: fact for fact in adviser.options([EXAMPLE]).facts}
    side = facts["primary_side"]
    assert (side["value"], side["words"], side["turn"]) == ("left", "L-sided", 0)
    assert EXAMPLE[side["start"] : side["end"]] == "L-sided"
    assert facts["kras_g12c"]["source"] == "implied"
    assert facts["prior.regorafenib"]["source"] == "assumed"
    form = adviser.options([], read_patient({"lines": {"at_least": 2}})).facts
    assert [(fact["field"], fact["value"], fact["source"]) for fact in form] == [("lines", {"at_least": 2}, "form")]


def test_criteria_carry_their_values_their_facts_and_what_they_stand_on(adviser: Adviser) -> None:
    answer = adviser.options([EXAMPLE])
    criteria = {one["text"]: one for one in option_of(answer, "ftd_tpi_bevacizumab")["criteria"]}
    lines, again = criteria["two prior lines or more"], criteria["FTD/TPI given before"]
    assert (lines["kind"], lines["value"], lines["because"], lines["policy"]) == ("required", True, ["lines"], False)
    assert "two earlier anticancer regimens" in answer.citations[lines["citations"][0] - 1].quote
    assert (again["kind"], again["value"], again["policy"], again["citations"]) == ("exclusion", False, True, [])
    assert option_of(answer, "trk_inhibitor")["criteria"][0]["value"] is None


def test_evidence_names_the_rows_of_the_option(adviser: Adviser) -> None:
    answer = adviser.options([EXAMPLE])
    for option in OPTIONS:
        record = option_of(answer, option.id)
        rows = [answer.citations[number - 1] for number in record["evidence"]]
        assert [f"T{cited.table}:{cited.row}" for cited in rows] == [cite.place for cite in option.evidence]
        assert record["approval"] == option.approval
    (figure,) = option_of(answer, "ftd_tpi_bevacizumab")["key_figures"]
    assert "10.8 months with FTD/TPI + bevacizumab against 7.5 months" in figure


def test_later_approvals_are_dated_and_stand_apart(adviser: Adviser) -> None:
    answer = adviser.options([EXAMPLE])
    assert answer.since_then
    for approval in answer.since_then:
        assert re.fullmatch(r"\d{4}(-\d{2}){1,2}", approval.date)
        assert approval.date > answer.as_of
        assert approval.what not in answer.answer
        assert {*approval.options} & {one["id"] for one in answer.options or () if one["verdict"] != "not_eligible"}


def test_ask_and_options_weigh_alike(adviser: Adviser, assistant: Assistant) -> None:
    one, other = adviser.options([EXAMPLE]), assistant.ask([EXAMPLE])
    assert (one.answer, one.patient, one.facts, one.tests) == (other.answer, other.patient, other.facts, other.tests)
    assert one.options == other.options
    assert [cited.quote for cited in one.citations] == [cited.quote for cited in other.citations]


def test_weighing_a_patient_loads_nothing_heavy() -> None:
    heavy = "torch numpy faiss llama_index gradio fastapi sentence_transformers transformers"
    code = (
        "import contextlib, io, sys\nfrom app.ui.cli import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()):\n    assert main(['options', '--text', {EXAMPLE!r}]) == 0\n"
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & {{*{heavy!r}.split()}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
