"""Verification is independent of composition: it is shown true sentences in many forms, and the same ones spoilt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.assistant import Assistant
from app.steps.draft import Draft, Grid, Line, Statement, Support
from app.steps.evidence import EvidenceBase, RowFacts
from app.steps.verify import statement_holds, verify
from index.records import Passage

SUNLIGHT_OS = (
    "In SUNLIGHT, median OS was 10.8 months with FTD/TPI + bevacizumab against 7.5 months with FTD/TPI "
    "(HR 0.61, 95% CI 0.49–0.77; a significant difference)."
)
SUNLIGHT_GAIN = (
    "In SUNLIGHT, the difference in median OS is 10.8 − 7.5 = 3.3 months, in favor of FTD/TPI + bevacizumab (HR 0.61)."
)
LONGEST = "The longest median OS in Table 2 is 10.8 months, with FTD/TPI + bevacizumab in SUNLIGHT."
REDOS = (
    "No: in ReDOS, median OS was not significantly longer with regorafenib 80 to 160 mg: 9.8 months against 6.0 months "
    "with regorafenib 160."
)
MYPATHWAY = (
    "In MyPathway, median OS was 11.5 months with trastuzumab + pertuzumab in all patients, 14.0 months in KRASwt and "
    "8.5 months in KRASmut."
)
LIST = "3 trials show a significantly better OS and a significantly better response rate: CONCUR, RECOURSE and FRESCO."
SUNLIGHT = "2:SUNLIGHT"


@pytest.fixture
def base(assistant: Assistant) -> EvidenceBase:
    return assistant.base


def row(base: EvidenceBase, place: str) -> RowFacts:
    return base.rows_by_place[f"T{place}"]


def on(base: EvidenceBase, text: str, *places: str) -> Statement:
    """A statement that cites whole rows ("2:SUNLIGHT")."""
    passages = [row(base, place).passage for place in places]
    return Statement(text, tuple(Support(passage, 0, len(passage.text), 1.0) for passage in passages))


def quoting(passage: Passage, sentence: int, text: str | None = None) -> Statement:
    """A statement that cites one sentence of a paragraph."""
    span = passage.sentences[sentence]
    return Statement(text or passage.sentence(sentence), (Support(passage, span.start, span.end, 1.0),))


def sentence_with(base: EvidenceBase, words: str) -> tuple[Passage, int]:
    return next(
        (passage, number)
        for passage in base.passages
        if passage.kind == "paragraph"
        for number in range(len(passage.sentences))
        if words in passage.sentence(number)
    )


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (SUNLIGHT_OS, (SUNLIGHT,)),
        (SUNLIGHT_GAIN, (SUNLIGHT,)),
        (LONGEST, (SUNLIGHT,)),
        (REDOS, ("4:ReDOS",)),
        (MYPATHWAY, ("5:MyPathway",)),
        (LIST, ("2:CONCUR", "2:RECOURSE", "2:FRESCO")),
        ("Three trials fit: CONCUR, RECOURSE and FRESCO.", ("2:CONCUR", "2:RECOURSE", "2:FRESCO")),
        ("Yes: in SUNLIGHT, PFS was significantly longer with FTD/TPI + bevacizumab.", (SUNLIGHT,)),
        (
            "With FTD/TPI + bevacizumab, median OS was 10.8 months in SUNLIGHT; with FTD/TPI, it was 7.5 months.",
            (SUNLIGHT,),
        ),
        ("In SUNLIGHT, 246 patients with FTD/TPI + bevacizumab and 246 patients with FTD/TPI.", (SUNLIGHT,)),
        (
            "In SUNLIGHT, FTD/TPI + bevacizumab gave a median OS of 10.8 months against 7.5 months with FTD/TPI.",
            (SUNLIGHT,),
        ),
        ("In FRESCO-2, the p value of the response rate is p = 0.06.", ("2:FRESCO-2",)),
        ("In LUME, quality of life did not differ between the arms.", ("3:LUME",)),
        ("In Grothey 2018, there was no difference in median PFS: 1.9 months in both arms.", ("3:Grothey 2018",)),
        ("The lowest hazard ratio for PFS in Table 2 is 0.26, in FRESCO (95% CI 0.21–0.34).", ("2:FRESCO",)),
        ("The smallest trial in Table 4 is ROCKET (10 + 24 = 34 patients).", ("4:ROCKET",)),
        ("Median OS was not reached (NR) with T-DXd 6.4 mg/kg in Destiny-CRC02.", ("5:Destiny-CRC02",)),
        ("Table 1 gives NTRK gene fusions as <1% of mCRC.", ("1:NTRK gene fusions",)),
        (
            "Median OS was 10.8 months with FTD/TPI + bevacizumab in SUNLIGHT and 7.4 months with fruquintinib in "
            "FRESCO-2: 10.8 − 7.4 = 3.4 months.",
            (SUNLIGHT, "2:FRESCO-2"),
        ),
    ],
)
def test_true_sentence_on_rows_holds(base: EvidenceBase, text: str, places: tuple[str, ...]) -> None:
    assert statement_holds(on(base, text, *places), base)


@pytest.mark.parametrize(
    ("text", "said", "instead"),
    [
        (SUNLIGHT_OS, "10.8", "11.8"),
        (SUNLIGHT_OS, "10.8", "5.6"),
        (SUNLIGHT_OS, "7.5", "10.8"),
        (SUNLIGHT_OS, "HR 0.61", "HR 0.77"),
        (SUNLIGHT_OS, "0.49–0.77", "0.61–0.77"),
        (SUNLIGHT_OS, "95% CI", "90% CI"),
        (SUNLIGHT_OS, "median OS", "median PFS"),
        (SUNLIGHT_OS, "10.8 months", "10.8%"),
        (SUNLIGHT_OS, "10.8 months", "10.8"),
        (SUNLIGHT_OS, "a significant", "no significant"),
        (SUNLIGHT_OS, "was", "was not"),
        (SUNLIGHT_OS, "SUNLIGHT", "RECOURSE"),
        (SUNLIGHT_OS, "bevacizumab", "panitumumab"),
        (SUNLIGHT_OS, "FTD/TPI + bevacizumab", "FTD/TPI + FTD/TPI"),
        (SUNLIGHT_OS, "median OS", "median OS in 2021"),
        (SUNLIGHT_OS, "median OS", "median OS in RAS mutants"),
        (SUNLIGHT_OS, "was", "doubled and was"),
        (SUNLIGHT_GAIN, "= 3.3", "= 3.2"),
        (SUNLIGHT_GAIN, "7.5 = 3.3", "7.4 = 3.4"),
        (SUNLIGHT_GAIN, "favor of FTD/TPI + bevacizumab", "favor of FTD/TPI"),
        (SUNLIGHT_GAIN, "3.3 months", "3.3 percentage points"),
        (LONGEST, "longest", "shortest"),
        (LONGEST, "Table 2", "Table 4"),
        (REDOS, "not significantly longer", "significantly longer"),
        (REDOS, "9.8 months", "6.0 months"),
        (MYPATHWAY, "14.0 months in KRASwt and 8.5 months", "8.5 months in KRASwt and 14.0 months"),
        (LIST, "3 trials", "4 trials"),
        (LIST, "FRESCO", "TERRA"),
        (LIST, "better OS and a", "better PFS and no"),
    ],
)
def test_spoilt_sentence_on_rows_is_caught(base: EvidenceBase, text: str, said: str, instead: str) -> None:
    places = {
        SUNLIGHT_OS: (SUNLIGHT,), SUNLIGHT_GAIN: (SUNLIGHT,), LONGEST: (SUNLIGHT,), REDOS: ("4:ReDOS",),
        MYPATHWAY: ("5:MyPathway",), LIST: ("2:CONCUR", "2:RECOURSE", "2:FRESCO"),
    }[text]  # fmt: skip
    assert said in text
    assert not statement_holds(on(base, text.replace(said, instead, 1), *places), base)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The longest median OS in Table 2 is 9.0 months, with FTD/TPI in Yoshino 2012.", ("2:Yoshino 2012",)),
        ("In FRESCO-2, the p value of the response rate is p < 0.06.", ("2:FRESCO-2",)),
        ("In LUME, quality of life did differ between the arms.", ("3:LUME",)),
        ("In VELO, median OS was longer with FTD/TPI + panitumumab.", ("4:VELO",)),
        ("In VELO, median OS favored FTD/TPI + panitumumab.", ("4:VELO",)),
        ("Median OS was reached (NR) with T-DXd 6.4 mg/kg in Destiny-CRC02.", ("5:Destiny-CRC02",)),
        ("In ALTER0703, median OS was 1.02 months with anlotinib.", ("3:ALTER0703",)),
        ("Molecular profiling has broadened the avenues of treatment.", (SUNLIGHT,)),
    ],
)  # fmt: skip
def test_false_sentence_on_rows_is_caught(base: EvidenceBase, text: str, places: tuple[str, ...]) -> None:
    assert not statement_holds(on(base, text, *places), base)


def test_a_value_must_stand_in_the_words_that_are_quoted(base: EvidenceBase) -> None:
    """10.8 is SUNLIGHT's OS and stands in the row, but not in its sentence on PFS."""
    passage = row(base, SUNLIGHT).passage
    number = next(n for n in range(len(passage.sentences)) if "progression-free" in passage.sentence(n))
    assert not statement_holds(quoting(passage, number, SUNLIGHT_OS), base)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("VELO showed that FTD/TPI plus panitumumab significantly prolonged PFS, the primary endpoint.", True),
        ("No: VELO showed that FTD/TPI plus panitumumab significantly prolonged PFS.", True),
        ("FTD/TPI plus panitumumab significantly prolonged OS, the primary endpoint.", False),
        ("VELO showed that FTD/TPI plus panitumumab had impact on OS compared with FTD/TPI monotherapy.", False),
        ("VELO did not show that FTD/TPI plus panitumumab significantly prolonged PFS, the primary endpoint.", False),
        ("VELO showed that FTD/TPI plus cetuximab significantly prolonged PFS, the primary endpoint.", False),
    ],
)
def test_a_quotation_is_cut_at_clauses_only(base: EvidenceBase, text: str, fine: bool) -> None:
    passage, number = sentence_with(base, "VELO showed that")
    assert statement_holds(quoting(passage, number), base)
    assert statement_holds(quoting(passage, number, text), base) is fine


def test_a_denial_in_front_may_not_be_cut_off(base: EvidenceBase) -> None:
    passage, number = sentence_with(base, "Neither of the two trials of FTD/TPI with bevacizumab")
    _, _, rest = passage.sentence(number).partition("Neither of the ")
    assert not statement_holds(quoting(passage, number, rest), base)


@pytest.mark.parametrize(
    ("cells", "fine"),
    [
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. FTD/TPI", "10.8* vs. 7.5", "0.61 (0.49–0.77)"), True),
        (("RECOURSE", "FTD/TPI + bevacizumab vs. FTD/TPI", "10.8* vs. 7.5", "0.61 (0.49–0.77)"), False),
        (("SUNLIGHT", "FTD/TPI vs. FTD/TPI + bevacizumab", "10.8* vs. 7.5", "0.61 (0.49–0.77)"), False),
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. placebo", "10.8* vs. 7.5", "0.61 (0.49–0.77)"), False),
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. FTD/TPI", "10.8 vs. 7.5*", "0.61 (0.49–0.77)"), False),
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. FTD/TPI", "5.6* vs. 2.4", "0.61 (0.49–0.77)"), False),
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. FTD/TPI", "10.8* vs. 7.5", "0.44 (0.36–0.54)"), False),
        (("SUNLIGHT", "FTD/TPI + bevacizumab vs. FTD/TPI", "10.8* vs. 7.5", "0.61 (0.61–0.77)"), False),
    ],
)
def test_a_line_is_held_against_its_row(base: EvidenceBase, cells: tuple[str, ...], fine: bool) -> None:
    columns = ("Trial", "Treatment", "Median OS (months)", "OS HR (95% CI)")
    grid = Grid(columns, (Line(cells, on(base, "", SUNLIGHT).support),))
    kept = verify(Draft("answered", (on(base, SUNLIGHT_OS, SUNLIGHT), grid)), base)
    assert (grid in kept.draft.blocks) is fine
    assert kept.dropped == (0 if fine else 1)


def test_a_ranking_among_some_trials_is_one_over_those_listed_below(base: EvidenceBase) -> None:
    said = on(
        base,
        "The longest median OS among the trials of Table 2 is 9.0 months, with FTD/TPI in Yoshino 2012.",
        "2:Yoshino 2012",
    )
    lines = [
        Line((place, "FTD/TPI", figure), on(base, "", f"2:{place}").support)
        for place, figure in (("Yoshino 2012", "9.0"), ("TERRA", "7.8"))
    ]
    columns = ("Trial", "Treatment", "Median OS (months)")
    assert statement_holds(said, base, Grid(columns, tuple(lines)))
    longer = Line(("SUNLIGHT", "FTD/TPI + bevacizumab", "10.8"), on(base, "", SUNLIGHT).support)
    assert not statement_holds(said, base, Grid(columns, (*lines, longer)))


def test_figures_of_the_rules_must_stand_in_what_is_cited(base: EvidenceBase) -> None:
    passage, number = sentence_with(base, "hand–foot syndrome (6%")
    text = "Caution – grade ≥3: hypertension 14%, asthenia 8%, hand-foot syndrome 6%."
    ruled = f"Fruquintinib; {text}"
    support = quoting(passage, number).support
    assert statement_holds(Statement(text, support, ruled=ruled), base)
    assert not statement_holds(Statement(text.replace("14", "41"), support, ruled=ruled), base)
    assert not statement_holds(Statement(text, on(base, "", "2:FRESCO").support, ruled=ruled), base)
    assert not statement_holds(Statement(text.replace("14%", "8%"), support, ruled=ruled), base)


def test_a_verdict_may_cite_its_own_option_only(base: EvidenceBase) -> None:
    text = "Regorafenib: eligible (option)."
    own, other = (on(base, "", place).support for place in ("2:CORRECT", SUNLIGHT))
    assert statement_holds(Statement(text, own, ruled=text), base)
    assert not statement_holds(Statement(text, other, ruled=text), base)
    assert not statement_holds(Statement("Regorafenib: not eligible (option).", own, ruled=text), base)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("About 40% respond.", False),
        ("Two of them respond.", False),
        ("It was approved in November 2023.", False),
        ("Regorafenib is better tolerated.", False),
        ("The BEACON trial says so.", False),
        ("See Table 2 and §2.1, paragraph 3.", True),
        ("Ask again.", True),
    ],
)
def test_without_evidence_there_are_no_facts(base: EvidenceBase, text: str, fine: bool) -> None:
    assert statement_holds(Statement(text), base) is fine


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("The review does not mention aspirin.", True),
        ("The review does not mention regorafenib.", False),
        ("The review mentions aspirin.", False),
        ("The review does not say.", True),
        ("Regorafenib doubles survival.", False),
    ],
)
def test_own_sentences_are_replies_and_deny_only_what_is_not_there(base: EvidenceBase, text: str, fine: bool) -> None:
    assert statement_holds(Statement(text, own=True), base) is fine


def test_own_sentence_on_an_arm_is_held_against_the_row(base: EvidenceBase) -> None:
    said = replace(on(base, "SUNLIGHT has no arm with regorafenib.", SUNLIGHT), own=True)
    assert statement_holds(said, base)
    assert not statement_holds(replace(said, text="SUNLIGHT has no arm with bevacizumab."), base)


def test_evidence_that_is_not_of_the_corpus_is_no_evidence(base: EvidenceBase) -> None:
    good = on(base, SUNLIGHT_OS, SUNLIGHT)
    (place,) = good.support
    changed = replace(place, passage=replace(place.passage, text=place.passage.text.replace("10.8", "18.0")))
    said = SUNLIGHT_OS.replace("10.8", "18.0")
    assert not statement_holds(Statement(said, (changed,)), base)
    assert not statement_holds(replace(good, support=(replace(place, end=place.end + 1),)), base)


def test_failing_sentence_is_not_shown_and_an_empty_answer_says_so(base: EvidenceBase) -> None:
    good = on(base, SUNLIGHT_OS, SUNLIGHT)
    bad = replace(good, text=good.text.replace("10.8", "18.0"))
    both = verify(Draft("answered", (good, bad)), base)
    assert (both.draft.statements, both.draft.status, both.dropped) == ((good,), "answered", 1)
    none = verify(Draft("answered", (bad,)), base)
    assert none.draft.status == "insufficient_evidence"
    assert all(not statement.support for statement in none.draft.statements)
    line = Line(("SUNLIGHT", "18.0"), good.support)
    empty = verify(Draft("answered", (good, Grid(("Trial", "Median OS (months)"), (line,)))), base)
    assert (empty.draft.blocks, empty.dropped) == ((good,), 1)
