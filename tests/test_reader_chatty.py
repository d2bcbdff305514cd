"""Notes as they are talked: plans, advisers, relatives, lay words, and what the next message says of the one before."""

from __future__ import annotations

import pytest

from app.patient.profile import AGENTS, Lines
from app.patient.reader import read_turns
from app.patient.reading import Reading

BASE = "62M mCRC sigmoid. "


def read(*turns: str) -> Reading:
    return read_turns([BASE + turns[0], *turns[1:]])


def given(reading: Reading) -> set[str]:
    return {agent for agent in AGENTS if reading.stored.value(f"prior.{agent}") is True}


@pytest.mark.parametrize(
    ("said", "agents"),
    [
        ("FOLFOX. My boss says larotrectinib.", "fluoropyrimidine oxaliplatin"),
        (
            "The consultant said FOLFOX had failed, so irinotecan was started.",
            "fluoropyrimidine oxaliplatin irinotecan",
        ),
        ("FOLFOX. One of the nurses mentioned regorafenib but we never went there.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. The idea is: FOLFIRI-bev next.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. She was told she'd be getting Lonsurf but moved before any of it.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. Regorafenib got prescribed but he read the leaflet and binned it.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. Lonsurf was discussed and then given.", "fluoropyrimidine oxaliplatin ftd_tpi"),
        ("FOLFOX. Lonsurf was discussed, he never took it.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX, shelved after 4 cycles, then irinotecan.", "fluoropyrimidine oxaliplatin irinotecan"),
        ("FOLFOX. Never had anything like cetuximab.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. Nothing HER2 directed so far.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. Please advise on whether to change to regorafenib.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. We talked her out of irinotecan.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. She's on the waiting list for Lonsurf.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. The trial would've given her regorafenib.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. The lady in the next bed is on Lonsurf.", "fluoropyrimidine oxaliplatin"),
        ("FOLFOX. She gave irinotecan a miss.", "fluoropyrimidine oxaliplatin"),
        ("Has had cape on its own.", "fluoropyrimidine"),
        (
            "The list says FOLFOX + cetuximab, but the unit confirms that it was FOLFOX + bevacizumab.",
            "fluoropyrimidine oxaliplatin anti_vegf",
        ),
        (
            "In an open-label study of FOLFIRI plus either bev or cetuximab he got the bev arm.",
            "fluoropyrimidine irinotecan anti_vegf",
        ),
    ],
)
def test_what_was_given_and_what_was_only_talked_of(said: str, agents: str) -> None:
    assert given(read(said)) == set(agents.split())


def test_one_of_two_alternatives_is_not_known() -> None:
    stored = read("FOLFOX, then FOLFIRI with either bevacizumab or cetuximab.").stored
    assert stored.value("prior.anti_vegf") is None
    assert stored.value("prior.anti_egfr") is None


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("FOLFOX/bev 1L FOLFIRI 2L", Lines(2)),
        ("FOLFOX/bev. Third-line trial: either fruquintinib or a dummy pill, nobody knows which.", Lines(2)),
        ("Capecitabine and nothing else.", Lines(1)),
        ("FOLFOX, Avastin, FOLFIRI, and Erbitux with the FOLFIRI.", Lines(2)),
        ("(1) short-course radiotherapy (2) CAPOX-bev (3) FOLFIRI-bev.", Lines(2)),
        ("Had his operation and six months of CAPOX afterwards, was clear for two years, then FOLFIRI.", Lines(1)),
        ("FOLFOX, FOLFIRI. Does that make it two or three lines?", Lines(2)),
        ("He hasn't started anything.", Lines(0)),
    ],
)
def test_lines_told_in_passing(said: str, lines: Lines) -> None:
    assert read(said).stored.value("lines") == lines


@pytest.mark.parametrize(
    ("said", "responded"),
    [
        ("FOLFIRI-cetuximab, which was a cracking response.", True),
        ("FOLFIRI with cetuximab, everything melted away.", True),
        ("FOLFIRI + pani (the pani did a great job).", True),
        ("FOLFIRI + pani, then Lonsurf. Apparently the pani never worked.", False),
        ("FOLFIRI + cetuximab made no difference.", False),
        ("FOLFOX-bev, FOLFIRI-pani. Response to pani: unknown.", None),
    ],
)
def test_responses_in_lay_words(said: str, responded: bool | None) -> None:
    assert read(said).stored.value("anti_egfr_response") is responded


def test_a_response_of_the_next_message_is_to_the_one_course_before() -> None:
    assert read("FOLFOX pani", "and he had a PR").stored.value("anti_egfr_response") is True
    assert read("FOLFOX pani then FOLFIRI bev", "and he had a PR").stored.value("anti_egfr_response") is None


def test_it_is_the_therapy_that_the_message_before_asked_about() -> None:
    reading = read("FOLFOX-bev.", "Would TAS-102 be ok?", "He's since started it and had 3 cycles.")
    assert reading.stored.value("prior.ftd_tpi") is True
    fact = reading.stored.fact("prior.ftd_tpi")
    assert fact is not None
    assert fact.source.words == "it"
    assert read("FOLFOX-bev.", "Would TAS-102 be ok?", "He hasn't had it yet.").stored.value("prior.ftd_tpi") is False


def test_a_history_found_out_is_no_longer_open() -> None:
    found = read("Two prior lines, drugs not known.", "Found it: FOLFOX-bev, then FOLFIRI.").stored
    assert found.value("prior.regorafenib") is False
    partly = read("Three prior lines, drugs not known.", "Found it: FOLFOX-bev, then FOLFIRI.").stored
    assert partly.value("prior.regorafenib") is None


@pytest.mark.parametrize(
    ("said", "field", "expected"),
    [
        ("RAS is wild-type, and so's BRAF.", "braf_v600e", False),
        ("NRAS: no mutation. BRAF: ditto.", "braf_v600e", False),
        ("HER2 is amplified on FISH.", "her2", "positive"),
        ("HER2 is the question: he had FOLFOX. IHC was 2+, FISH negative.", "her2", "negative"),
        ("No, she's not MSI.", "mmr", "proficient"),
        ("Cetuximab was not used because a KRAS mutation was found.", "ras", "mutant"),
        ("The RAS came back mutated, so the cetuximab was swapped.", "ras", "mutant"),
        ("The blood didn't show any NRAS mutation.", "ras", None),
        ("Sorry to bother you. RAS mutant.", "ras", "mutant"),
        ("We had a conversation about it.", "aim", None),
        ("The surgeons would operate if it shrank.", "aim", "shrinkage"),
        ("The primary is right-sided, sorry, the attending says.", "sex", "male"),
    ],
)
def test_facts_told_indirectly(said: str, field: str, expected: object) -> None:
    assert read(said).stored.value(field) == expected


def test_two_results_of_which_nobody_knows_the_right_one_are_a_contradiction() -> None:
    said = "The first report says MSI-H, the second report says MSS. No one can tell me which is correct."
    assert [contradiction.field for contradiction in read(said).contradictions] == ["mmr"]


@pytest.mark.parametrize(
    ("said", "age", "sex"),
    [
        ("a retired fireman, 68, with metastatic colon cancer, FOLFOX", 68, None),
        ("The lady I'm seeing (49, caecum, liver mets) had FOLFOX", 49, "female"),
        ("Mr Olsen, born 1955, metastatic rectal cancer, FOLFOX", None, "male"),
        ("metastatic colon cancer, this chap of 47 had FOLFOX", 47, "male"),
    ],
)
def test_age_and_sex_in_apposition(said: str, age: int | None, sex: str | None) -> None:
    stored = read_turns([said]).stored
    assert (stored.value("age"), stored.value("sex")) == (age, sex)


def test_what_was_thought_to_be_colorectal_is_another_cancer() -> None:
    said = (
        "Peritoneal metastases from what was thought to be colon cancer: it is a serous carcinoma of the ovary. FOLFOX."
    )
    assert read_turns([said]).scope == "other_cancer"
