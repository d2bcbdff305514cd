"""Figures that the prose alone tells: read with care, ranked, listed and subtracted, and checked again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.steps.draft import Grid, Line, Statement
from app.steps.evidence import EvidenceBase
from app.steps.ledger import ledger_of
from app.steps.line_checks import line_holds
from app.steps.told_scope import figures_of
from app.steps.verify import statement_holds, verify
from index.corpus import PACKAGED_CORPUS, fingerprint_files, read_corpus
from index.errors import CorpusError
from index.lexicon import Lexicon
from index.library import Library
from index.passages import passages_of
from index.records import Document, Paragraph
from index.told import read_told

HOME = "tarpgaard-2024"
FILE = "told_figures.csv"
HEADER = "trial,arm,role,group,value,figure,sentence\n"
TEXT = "In ALPHA, OS was 9.0 months with one drug. RR was 3% and 13% with two."
BEST = "which rechallenge trial had the best response rate?"
ORDER = "order the rechallenge studies by response rate"
BEACON = "difference in OS between the triplet and control in BEACON"
ACROSS = "difference in response rate between CRICKET and CHRONOS"
SECOND = "second highest RR of the rechallenge trials"
LISTED = "which rechallenge trials had a response rate above 25%?"


@pytest.fixture
def base(assistant: Assistant) -> EvidenceBase:
    return assistant.base


@pytest.fixture
def paragraphs() -> tuple[Paragraph, ...]:
    return (Paragraph("5-p1", "5", "Told", 1, TEXT),)


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_line_is_read_and_no_file_is_no_error(tmp_path: Path, paragraphs: tuple[Paragraph, ...]) -> None:
    assert read_told(tmp_path / FILE, paragraphs) == ()
    (told,) = read_told(written(tmp_path, HEADER + "alpha,one drug,active,,os,9.0,5-p1.1\n"), paragraphs)
    assert (told.trial, told.figure, told.paragraph, told.sentence) == ("alpha", "9.0", "5-p1", 0)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("alpha,one drug,active,,os,9.0,5-p1.3", "line 2: '5-p1.3' is no sentence"),
        ("alpha,one drug,active,,os,9.0,5-p2.1", "no sentence"),
        ("alpha,one drug,active,,os,9.0,5-p1", "no sentence"),
        ("alpha,one drug,active,,os,9.1,5-p1.1", "'9.1' does not stand"),
        ("alpha,one drug,active,,os,9,5-p1.1", "'9' does not stand"),
        ("alpha,one drug,active,,orr,9.0,5-p1.1", "'9.0' does not stand"),
        ("alpha,two,active,,orr,1,5-p1.2", "'1' does not stand"),
        ("alpha,three,active,,orr,13,5-p1.2", "'three' of the arm"),
        ("alpha,one drug,active,,ttp,9.0,5-p1.1", "value, role or figure"),
        ("alpha,one drug,best,,os,9.0,5-p1.1", "value, role or figure"),
        (",,active,,os,9.0,5-p1.1", "both empty"),
        ("alpha,one drug,active,os,9.0,5-p1.1", "6 cells under 7 columns"),
        ("alpha,two,active,,orr,3,5-p1.2\nalpha,two,active,,orr,13,5-p1.2", "line 3: another line"),
    ],
)
def test_a_bad_line_is_refused_with_file_and_line(
    lines: str, said: str, tmp_path: Path, paragraphs: tuple[Paragraph, ...]
) -> None:
    path = written(tmp_path, f"{HEADER}{lines}\n")
    with pytest.raises(CorpusError) as refused:
        read_told(path, paragraphs)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_another_header_is_refused(tmp_path: Path, paragraphs: tuple[Paragraph, ...]) -> None:
    with pytest.raises(CorpusError, match="first line"):
        read_told(written(tmp_path, "trial,arm\n"), paragraphs)


def test_ids_are_those_of_the_lexicon(library: Library, review: Document) -> None:
    entries = library.lexicon.entries
    assert len(review.told) > 20
    assert [one for one in review.told if one.trial and entries[one.trial].kind != "trial"] == []
    assert [one for one in review.told if one.group and one.group not in entries] == []


def test_no_trial_of_the_tables_is_told_twice(review: Document, base: EvidenceBase) -> None:
    tabled = frozenset[str]().union(*(facts.trials for facts in base.rows))
    assert [one for one in review.told if one.trial in tabled] == []


def test_values_that_the_review_leaves_unclear_are_left_out(review: Document) -> None:
    known = {(one.trial, one.value) for one in review.told}
    assert ("mettu", "pfs") not in known
    assert ("imblaze370", "os") not in known


def test_the_fingerprint_sees_the_figures(tmp_path: Path) -> None:
    home = shutil.copytree(PACKAGED_CORPUS / HOME, tmp_path / HOME, ignore=shutil.ignore_patterns("original"))
    before = fingerprint_files(home)
    path = home / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("9.0", "8.4"), encoding="utf-8")
    assert fingerprint_files(home) != before


def test_a_copy_of_the_article_has_a_sentence_for_every_figure(
    tmp_path: Path, article_text: str, library: Library
) -> None:
    home = shutil.copytree(PACKAGED_CORPUS / HOME, tmp_path / HOME, ignore=shutil.ignore_patterns("original"))
    (home / "original").mkdir()
    (home / "original" / "article.txt").write_text(article_text, encoding="utf-8")
    (document,) = read_corpus(tmp_path)
    assert document.verbatim
    passages = passages_of(document, Lexicon(()), lambda text: 0, 10**9)
    quoted = EvidenceBase((document,), passages, library.lexicon)
    assert {one.sentence for one in document.told} == {None}
    assert [one.told for one in figures_of(quoted)] == list(document.told)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (BEST, ["highest response rate (ORR) is 54%, with CetIri in CRICKET", "| 30 ", "| 21 "]),
        (ORDER, ["descending: 54% with CetIri in CRICKET; 30% with", "; 3% with CetIri in JACCRO CC-08", "| 3 "]),
        ("which rechallenge trial had the worst ORR?", ["lowest", "3%", "in JACCRO CC-08"]),
        (SECOND, ["descending, second: 30% with anti-EGFR re-challenge in CHRONOS"]),
        ("list the rechallenge trials with RR", ["4 trials", "CRICKET", "Cremolini et al.", "JACCRO CC-08", "CHRONOS"]),
        (LISTED, ["2 trials", "above 25%", "CRICKET and CHRONOS"]),
        ("put BEACON's arms in order of OS", ["In BEACON", "9.0 months", "8.4", "5.4"]),
        ("by how many months did encorafenib + cetuximab beat control?", ["8.4 − 5.4 = 3.0 months", "BEACON"]),
        (BEACON, ["9.0 − 5.4 = 3.6 months"]),
        ("triplet vs doublet in BEACON: difference in OS?", ["9.0 − 8.4 = 0.6 months"]),
        ("how much longer was PFS with RAS wild-type ctDNA?", ["4.0 − 1.9 = 2.1 months", "RAS mutated ctDNA"]),
        ("Difference in PFS between sotorasib 960 mg and SOC in CodeBreaK 300", ["5.6 − 2.2 = 3.4 months"]),
        ("which dose of sotorasib had the highest RR in CodeBreaK 300?", ["tested arms", "26%, with 960 mg"]),
        (ACROSS, ["54 − 30 = 24 percentage points"]),
        ("How many months did durvalumab + tremelimumab add to OS?", ["6.6 − 4.1 = 2.5 months", "Canadian"]),
        ("which of larotrectinib and entrectinib had the longer OS?", ["longest", "16 months, with entrectinib"]),
        ("which rechallenge trial had the longest PFS?", ["6.6 months", "no median PFS for Cremolini"]),
    ],
)
def test_figures_of_the_prose_are_computed_with(question: str, words: list[str], assistant: Assistant) -> None:
    answer = assistant.ask([question])
    assert answer.status == "answered"
    assert [word for word in words if word not in answer.answer] == []
    assert verify(assistant.draft([question]), assistant.base).dropped == 0


@pytest.mark.parametrize(
    "question",
    [
        "What was median OS with the triplet in BEACON?",
        "Did sotorasib improve PFS in CodeBreaK 300?",
        "Difference in PFS between 240 mg sotorasib and SOC in CodeBreaK 300",
        "how many months did binimetinib add to OS in BEACON?",
        "which immunotherapy trial had the longest OS?",
        "Which trial in Table 5 had the highest response rate?",
        "Rank KRYSTAL-1, SUNLIGHT and CHRONOS by ORR",
        "Which rechallenge trial reported a 30% response rate?",
        "how many months was PFS in CHRONOS?",
    ],
)
def test_other_questions_are_left_to_others(question: str, assistant: Assistant) -> None:
    told = {f"{name} {value}" for name in ("CRICKET", "BEACON", "CodeBreaK 300") for value in ("is", "was")}
    answer = assistant.ask([question]).answer
    assert "Among C" not in answer
    assert " − " not in answer
    assert not any(words in answer for words in told)


def test_trials_beside_each_other_come_with_the_note_and_the_doubt_on_cricket(assistant: Assistant) -> None:
    notes = " ".join(assistant.ask([ORDER]).notes)
    assert "different trials" in notes
    assert "which is CRICKET is not clear" in notes
    assert not any("different trials" in note for note in assistant.ask([BEACON]).notes)


def first(assistant: Assistant, question: str) -> Statement:
    statement = assistant.draft([question]).statements[0]
    assert statement_holds(statement, assistant.base)
    return statement


@pytest.mark.parametrize(
    ("question", "said", "instead"),
    [
        (BEST, "highest", "lowest"),
        (BEST, "54%", "30%"),
        (BEST, "54%", "54 months"),
        (BEST, "54%", "45%"),
        (BEST, "CetIri in CRICKET", "CetIri in Cremolini et al."),
        (BEST, "CetIri in CRICKET", "anti-EGFR re-challenge in CRICKET"),
        (BEST, "Among CRICKET", "Among BEACON"),
        (BEST, "JACCRO CC-08", "CodeBreaK 300"),
        (BEST, "response rate (ORR)", "median PFS"),
        (BEST, " is ", " is not "),
        (ORDER, "descending", "ascending"),
        (ORDER, "30% with anti-EGFR re-challenge in CHRONOS; 21%", "21% with anti-EGFR re-challenge in CHRONOS; 30%"),
        (ORDER, "54% with CetIri in CRICKET; ", ""),
        (ORDER, "; 3% with CetIri in JACCRO CC-08", "; 3% with CetIri in JACCRO CC-08; 3% with CetIri in JACCRO CC-08"),
        (ORDER, "3% with CetIri in JACCRO", "13% with CetIri in JACCRO"),
        (SECOND, "second", "third"),
        (SECOND, "descending", "ascending"),
        (SECOND, "30%", "21%"),
        (BEACON, "3.6", "3.0"),
        (BEACON, "9.0", "8.4"),
        (BEACON, "triplet", "doublet"),
        (BEACON, "OS", "PFS"),
        (BEACON, "In BEACON", "In CodeBreaK 300"),
        (BEACON, "in the control group", "with SOC"),
        (BEACON, "= 3.6 months", "= 3.6 percentage points"),
        (ACROSS, "54 − 30 = 24", "54 − 30 = 34"),
        (ACROSS, "in CHRONOS", "in KRYSTAL-1"),
        (ACROSS, "in CHRONOS", "in Cremolini et al."),
        (LISTED, "2 trials", "3 trials"),
        (LISTED, "CHRONOS", "JACCRO CC-08"),
        (LISTED, "above 25%", "above 35%"),
        (LISTED, "above 25%", "above 15%"),
        (LISTED, "rechallenge", "therapy"),
        (LISTED, "above", "below"),
    ],
)
def test_a_spoilt_sentence_is_caught(question: str, said: str, instead: str, assistant: Assistant) -> None:
    statement = first(assistant, question)
    spoilt = statement.text.replace(said, instead)
    assert spoilt != statement.text
    assert not statement_holds(replace(statement, text=spoilt), assistant.base)


@pytest.mark.parametrize("question", [BEST, ORDER, SECOND, BEACON, ACROSS, LISTED])
def test_every_figure_must_be_cited(question: str, assistant: Assistant) -> None:
    statement = first(assistant, question)
    other = first(assistant, ORDER if question == BEACON else BEACON).support
    assert not statement_holds(replace(statement, support=other), assistant.base)
    for place in statement.support:
        rest = tuple(one for one in statement.support if one is not place)
        assert not statement_holds(replace(statement, support=rest), assistant.base)
    moved = tuple(replace(place, start=0, end=place.passage.sentences[0].end) for place in statement.support)
    assert not statement_holds(replace(statement, support=moved), assistant.base)


@pytest.mark.parametrize(
    ("cells", "fine"),
    [
        (("CRICKET", "CetIri", "54"), True),
        (("CRICKET", "CetIri", "21"), False),
        (("CRICKET", "CetIri", "6.6"), False),
        (("CRICKET", "anti-EGFR re-challenge", "54"), False),
        (("CHRONOS", "CetIri", "54"), False),
        (("", "CetIri", "54"), False),
        (("CRICKET", "", "54"), False),
        (("CRICKET", "CetIri", ""), False),
    ],
)
def test_a_line_is_held_against_its_arm(cells: tuple[str, ...], fine: bool, assistant: Assistant) -> None:
    grid = next(block for block in assistant.draft([ORDER]).blocks if isinstance(block, Grid))
    line = Line(cells, grid.lines[0].support)
    assert line_holds(line, grid, ledger_of(assistant.base)) is fine
    assert not line_holds(replace(line, support=grid.lines[-1].support), grid, ledger_of(assistant.base))
