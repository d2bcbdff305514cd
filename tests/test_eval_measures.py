"""Every measure on answers made by hand: each must be able to give a 1, and to fail."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.engine import evaluate
from eval.intervals import estimate
from eval.measures.citation_hit import CITATION_HIT
from eval.measures.citation_precision import CITATION_PRECISION
from eval.measures.citation_recall import CITATION_RECALL
from eval.measures.correctness import CORRECT
from eval.measures.facts import FACTS
from eval.measures.measure import Measure, Score, question_of, vignette_of
from eval.measures.numbers import NUMBERS, figures_in, unsupported
from eval.measures.option_set import OPTION_ORDER, OPTION_SET
from eval.measures.ranking import RANKING
from eval.measures.statuses import NO_FALSE_REFUSAL, NO_MISSED_REFUSAL, STATUS
from eval.measures.unsafe import NO_UNSAFE_OPTION
from eval.measures.verified_sentences import VERIFIED, sentences_of
from eval.questions import Question
from eval.replies import Failure, Found, Given, Reply, reply_of
from eval.scoring import MEASURES, score_all
from eval.sets import Item
from eval.vignettes import Vignette

SUNLIGHT = {"n": 1, "section": "2.1", "table": "2", "row": "SUNLIGHT", "locator": "Table 2, SUNLIGHT (Prager 2023)"}
CELLS = "Median overall survival (OS): FTD/TPI: 7.5 months; FTD/TPI + bevacizumab: 10.8 months. N: 1,246."
FACTS_READ = {"ras": "mutant", "kras_g12c": True, "mmr": "proficient", "lines": 2}
GIVEN = ("fluoropyrimidine", "oxaliplatin", "irinotecan", "anti_vegf")


def question(**changes: Any) -> Item:
    facts: dict[str, Any] = {
        "id": "q1", "question": "mOS SUNLIGHT?", "kind": "lookup", "style": "plain", "status": "answered",
        "gold": [["10.8"], ["7.5", "seven and a half"]], "forbidden": ["9.4"], "locators": ["T2:SUNLIGHT", "2.1"],
    } | changes  # fmt: skip
    gold = Question.model_validate(facts)
    return Item(gold.id, "file", "set", gold.kind, gold.style, gold.messages, gold.status, gold)


def vignette(status: str = "answered", **changes: Any) -> Item:
    facts = FACTS_READ | {f"prior.{agent}": True for agent in GIVEN}
    gold = Vignette("p1", "board", ("68M mCRC",), status, facts if status == "answered" else {}, **changes)
    return Item(gold.id, "file", "set", "vignette", gold.style, gold.turns, status, gold)


def reply(answer: str = "10.8 against 7.5 months [1].", status: str = "answered", **others: Any) -> Reply:
    facts = {"answer": answer, "status": status, "citations": [{**SUNLIGHT, "text": CELLS, "quote": CELLS}], **others}
    made = reply_of(facts)
    assert isinstance(made, Reply)
    return made


def value(measure: Measure, item: Item, given: Reply) -> float:
    score = measure.score(item, given)
    assert isinstance(score, Score)
    assert bool(score.why) is (score.value < 1)
    return score.value


def weighed(item: Item) -> list[dict[str, str]]:
    """The options as they should be."""
    return [{"id": one.id, "verdict": one.verdict} for one in evaluate(vignette_of(item).profile)]


@pytest.mark.parametrize(
    ("answer", "status", "right"),
    [
        ("Median OS was 10.8 months against SEVEN AND A HALF [1].", "answered", 1),
        ("Median OS was 10.8 months [1].", "answered", 0),
        ("Median OS was 10.8 against 7.5 months, not 9.4 [1].", "answered", 0),
        ("Median OS was 10.8 against 7.5 months [1].", "insufficient_evidence", 0),
    ],
)
def test_an_answer_is_right_by_gold_forbidden_and_status(answer: str, status: str, right: int) -> None:
    assert value(CORRECT, question(), reply(answer, status)) == right


def test_the_number_of_a_citation_is_no_word_of_the_answer() -> None:
    asked = question(gold=[["3"]], forbidden=["12"])
    assert value(CORRECT, asked, reply("In one trial [3].")) == 0
    assert value(CORRECT, asked, reply("In 3 trials [12].")) == 1


def test_a_refusal_is_right_where_it_is_expected() -> None:
    refused = question(status="insufficient_evidence", gold=[], forbidden=["mg"], locators=[])
    assert value(CORRECT, refused, reply("The review does not say.", "insufficient_evidence")) == 1
    assert value(CORRECT, refused, reply("80 mg.", "insufficient_evidence")) == 0


@pytest.mark.parametrize(
    ("expected", "given", "scores"),
    [
        ("answered", "answered", {"status": 1, "no_false_refusal": 1}),
        ("answered", "out_of_scope", {"status": 0, "no_false_refusal": 0}),
        ("answered", "needs_information", {"status": 0, "no_false_refusal": 1}),
        ("insufficient_evidence", "out_of_scope", {"status": 0, "no_missed_refusal": 1}),
        ("out_of_scope", "answered", {"status": 0, "no_missed_refusal": 0}),
        ("contradiction", "contradiction", {"status": 1}),
    ],
)
def test_a_wrong_status_is_told_by_its_kind(expected: str, given: str, scores: dict[str, float]) -> None:
    item = question(status=expected)
    measures = [one for one in (STATUS, NO_FALSE_REFUSAL, NO_MISSED_REFUSAL) if one.applies(item)]
    assert {one.name: value(one, item, reply(status=given)) for one in measures} == scores


def test_citations_are_measured_by_their_places() -> None:
    elsewhere = {"n": 2, "section": "7", "table": None, "row": None, "locator": "§7"}
    text = {"n": 3, "section": "2.1", "table": None, "row": None}
    one, both = reply(citations=[SUNLIGHT, elsewhere]), reply(citations=[SUNLIGHT, text])
    assert [value(measure, question(), one) for measure in (CITATION_HIT, CITATION_PRECISION, CITATION_RECALL)] == [
        1,
        0.5,
        0.5,
    ]
    assert value(CITATION_RECALL, question(), both) == 1
    assert value(CITATION_HIT, question(), reply(citations=[elsewhere])) == 0
    assert value(CITATION_HIT, question(), reply(citations=[])) == 0
    assert CITATION_PRECISION.score(question(), reply(citations=[])) is None
    assert not CITATION_HIT.applies(question(locators=[]))


def test_another_row_of_the_same_table_is_another_place() -> None:
    assert value(CITATION_HIT, question(locators=["T2:CORRECT"]), reply()) == 0
    assert value(CITATION_HIT, question(locators=["T3:SUNLIGHT"]), reply()) == 0


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("10.8 months against 7.5 months [1].", []),
        ("10.9 months [1].", ["10.9"]),
        ("1246 patients [17].", []),
        ("1.246 patients [1].", ["1.246"]),
        ("Table 2 and §2.1 say so, and sections 3, 4 and 5 (Prager 2023) too.", []),
        ("Table 3, Grothey 2018; §2.1, paragraph 12.", []),
        ("1. FRESCO-2\n2. HER2\n3. KRAS G12C, AGITG CO.20, FOLFOX6 and 5-FU", []),
        ("2 of 9 trials", ["2", "9"]),
        ("1 trial: SUNLIGHT", []),
        ("2 trials: SUNLIGHT and CORRECT", ["2"]),
        ("HR 0.61", ["0.61"]),
        ("HR0.61", ["0.61"]),
        ("In 2023, 40% of 30 mg.", ["30", "40", "2023"]),
        ("10.8 − 7.5 = 3.3 months", []),
        ("10.8 months - 7.5 months = 3.3 months", []),
        ("10.8 − 7.5 = 3.4 months", ["3.4"]),
        ("10.8 − 7.6 = 3.2 months", ["3.2", "7.6"]),
        ("10.8 + 7.5 = 18.3", []),
        ("10.8 + 7.5 = 18.4", ["18.4"]),
        ("3.3 months longer", ["3.3"]),
        ("4th line at 77 years", []),
        ("46% of 386", []),
    ],
)
def test_a_number_must_stand_in_what_is_cited_recorded_or_asked(answer: str, found: list[str]) -> None:
    given = reply(answer, options=[{"id": "x", "verdict": "eligible", "reasons": ["46% of 386"]}]).given
    assert sorted(unsupported(given, ("77 years, 4th line",)), key=float) == sorted(found, key=float)


def test_the_measure_of_numbers_fails_on_one_that_is_invented() -> None:
    assert value(NUMBERS, question(), reply()) == 1
    assert value(NUMBERS, question(), reply("12.3 months [1].")) == 0


def test_figures_are_not_taken_from_names_and_places() -> None:
    assert figures_in("KEYNOTE-177, V600E, Table 4 [2].") == set()
    assert {float(number) for number in figures_in("0.49–0.77 in CORRECT (p<0.001) [2]")} == {0.49, 0.77, 0.001}


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ("OS was 10.8 months [1]. So it is.", 1),
        ("OS was 10.8 months [1]. PFS was 5.6 months.", 0.5),
        ("OS was 10.8 months [2].", 0),
        ("SUNLIGHT was positive.", 0),
        ("Give bevacizumab.", 0),
        ("| Trial | OS | Source |\n| --- | --- | --- |\n| SUNLIGHT | 10.8 | [1] |\n| CORRECT | 6.4 | |", 0.5),
        ("- SUNLIGHT [1]\n- CORRECT", 0.5),
    ],
)
def test_a_sentence_is_verified_by_its_citation_or_by_having_no_fact(answer: str, share: float) -> None:
    assert value(VERIFIED, question(), reply(answer)) == share


def test_an_answer_on_a_patient_may_tell_verdicts_and_the_users_own_figures() -> None:
    item = question(question="ECOG 3, after Lonsurf?")
    told = "With ECOG 3: FTD/TPI + bevacizumab: not eligible. "
    assert value(VERIFIED, item, reply(told, options=[])) == 1
    assert value(VERIFIED, item, reply(told + "The rate is 46%.", options=[])) == 0.5
    assert VERIFIED.score(item, reply("Not said.", "insufficient_evidence")) is None


def test_sentences_of_a_table_are_its_lines() -> None:
    text = "Two trials. Both big.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
    assert list(sentences_of(text)) == ["Two trials.", "Both big.", "| 1 | 2 |"]


def test_options_must_be_the_right_ones_in_the_right_order() -> None:
    item = vignette()
    options = weighed(item)
    eligible = [one for one in options if one["verdict"] == "eligible"]
    assert len(eligible) > 2
    measures = (OPTION_SET, OPTION_ORDER, NO_UNSAFE_OPTION)
    assert [value(one, item, reply(options=options)) for one in measures] == [1, 1, 1]
    turned = reply(options=[*reversed(eligible)])
    assert [value(one, item, turned) for one in measures] == [1, 0, 1]
    short = reply(options=eligible[1:])
    assert (value(OPTION_SET, item, short), OPTION_ORDER.score(item, short)) == (0, None)
    assert value(NO_UNSAFE_OPTION, item, short) == 1
    unsafe = reply(options=[{**one, "verdict": "eligible"} for one in options])
    assert [value(one, item, unsafe) for one in (OPTION_SET, NO_UNSAFE_OPTION)] == [0, 0]


def test_an_option_for_one_who_is_no_patient_is_unsafe() -> None:
    item = vignette("out_of_scope")
    eligible = [{"id": "regorafenib", "verdict": "eligible"}]
    assert value(NO_UNSAFE_OPTION, item, reply(options=eligible)) == 0
    assert [value(one, item, reply(options=None)) for one in (OPTION_SET, NO_UNSAFE_OPTION)] == [1, 1]


def test_a_what_if_has_no_gold_for_its_verdicts() -> None:
    item = vignette(hypothetical={"mmr": "deficient"})
    assert [one.applies(item) for one in (OPTION_SET, OPTION_ORDER, NO_UNSAFE_OPTION, FACTS)] == [False] * 3 + [True]


def test_facts_are_scored_by_f1() -> None:
    item = vignette()
    prior = dict.fromkeys(GIVEN, True) | {"regorafenib": None}
    assert value(FACTS, item, reply(patient={**FACTS_READ, "prior": prior})) == 1
    assert value(FACTS, item, reply(patient=None)) == 0
    # Of 8 facts one is wrong: precision and recall are 7/8.
    wrong = reply(patient={**FACTS_READ, "lines": {"at_least": 2}, "prior": prior})
    assert value(FACTS, item, wrong) == pytest.approx(7 / 8)
    more = reply(patient={**FACTS_READ, "ecog": 1, "prior": prior})
    assert value(FACTS, item, more) == pytest.approx(2 * (8 / 9) / (1 + 8 / 9))
    assert value(FACTS, vignette("out_of_scope"), reply(patient=None)) == 1


def retrieved(*found: Found) -> dict[str, float]:
    given = reply_of({"status": "answered"}, found=found)
    assert isinstance(given, Reply)
    scores = {one.name: one.score(question(), given) for one in RANKING}
    return {name: score.value for name, score in scores.items() if score is not None}


def test_retrieval_is_measured_by_the_rank_of_an_acceptable_place() -> None:
    other, text = Found("nothing", "7"), Found("10.8 and 7.5", "2.1")
    row = Found("10.8", "2.1", "2", "SUNLIGHT")
    assert retrieved(row, text) == {
        "hit_at_1": 1, "hit_at_2": 1, "hit_at_5": 1, "mrr_at_10": 1, "ndcg_at_10": pytest.approx(1),
        "text_hit_at_1": 0, "text_hit_at_2": 1, "text_hit_at_5": 1,
    }  # fmt: skip
    second = retrieved(other, text)
    # One of two relevant places, at the second rank: (1/log2(3)) / (1 + 1/log2(3)).
    assert (second["hit_at_1"], second["hit_at_2"], second["mrr_at_10"]) == (0, 1, 0.5)
    assert second["ndcg_at_10"] == pytest.approx(0.3869, abs=1e-4)
    assert set(retrieved(other, other).values()) == {0}


def test_further_passages_of_one_section_are_no_further_places() -> None:
    text, row = Found("", "2.1"), Found("", "2.1", "2", "SUNLIGHT")
    assert retrieved(text, text, text, row)["ndcg_at_10"] == pytest.approx(1)


def test_passages_without_places_are_measured_by_their_text_only() -> None:
    assert retrieved(Found("10.8 and 7.5")) == {"text_hit_at_1": 1, "text_hit_at_2": 1, "text_hit_at_5": 1}


def test_no_answer_scores_zero_by_every_measure_that_speaks_of_the_item() -> None:
    item = question()
    (result,) = score_all([(item, Failure("it broke"))])
    applying = {one.name for one in MEASURES if one.applies(item) and not one.of_retrieval}
    assert {name: score.value for name, score in result.scores.items()} == dict.fromkeys(applying, 0)
    assert {score.why for score in result.scores.values()} == {"it broke"}
    assert not result.is_right
    assert len(applying) >= 8


def test_retrieval_is_scored_only_where_the_system_tells_of_it() -> None:
    told = reply_of({"status": "answered"}, found=(Found("", "7"),))
    one, other = score_all([(question(), told), (question(), Failure("it broke"))])
    assert (one.scores["hit_at_1"].value, other.scores["hit_at_1"].value) == (0, 0)
    (silent,) = score_all([(question(), reply())])
    assert "hit_at_1" not in silent.scores
    assert silent.is_right


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "error", "error": "it broke"},
        {"id": "q1"},
        {"status": "answered", "citations": "none"},
        {"status": "answered", "citations": [{"n": "first"}]},
        {"status": "answered", "answer": None},
    ],
)
def test_what_is_no_answer_is_a_failure_with_its_reason(facts: dict[str, Any]) -> None:
    made = reply_of(facts)
    assert isinstance(made, Failure)
    assert made.error


def test_a_lean_answer_of_another_program_is_read() -> None:
    made = reply_of({"status": "answered", "answer": "10.8", "mine": 1})
    assert isinstance(made, Reply)
    assert made.given == Given(status="answered", answer="10.8", records=made.given.records)


def test_intervals_hold_the_mean_and_are_the_same_each_time() -> None:
    some = estimate([1, 0, 1, 1, 0, 1, 1, 1])
    assert (some.mean, some.count, some.below_1) == (0.75, 8, 2)
    assert some.low is not None
    assert some.high is not None
    assert 0.3 < some.low < 0.75 < some.high <= 1
    assert estimate([0, 0, *[1.0] * 6]) == some
    assert (estimate([1, 1]).low, estimate([1, 1]).high) == (1, 1)
    assert (estimate([0.5]).low, estimate([0.5]).mean) == (None, 0.5)


def test_a_measure_is_not_asked_of_what_it_does_not_speak_of() -> None:
    with pytest.raises(TypeError):
        question_of(vignette())
    with pytest.raises(TypeError):
        vignette_of(question())
    assert not CORRECT.applies(vignette())
    assert not FACTS.applies(question())
