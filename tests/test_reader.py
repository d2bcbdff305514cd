"""Free text to profile: what the vignettes do not show by themselves."""

from __future__ import annotations

import pytest

from app.patient.profile import Profile, profile_of
from app.patient.reader import read_turns

HISTORY = "s/p FOLFOX/bev -> FOLFIRI/cetux (PR 8mo) -> PD"


def value(text: str, field: str) -> object:
    return read_turns([text]).stored.value(field)


def test_every_fact_quotes_its_words_as_typed() -> None:
    text = "68M mCRC, RASwt, MSS, HER2-, s/p FOLFOX/bev"
    reading = read_turns([text])
    sources = {fact.field: fact.source for fact in reading.stored.facts if fact.source.kind == "text"}
    assert {name: sources[name].words for name in ("ras", "mmr", "her2", "prior.anti_vegf")} == {
        "ras": "RASwt", "mmr": "MSS", "her2": "HER2-", "prior.anti_vegf": "bev",
    }  # fmt: skip
    assert all(text[source.start : source.end] == source.words for source in sources.values())


def test_a_misspelt_word_is_quoted_as_it_was_typed() -> None:
    text = "72F metastatic colon cancer, RAS mutatted, FOLFOX then FOLFRI plus bevacizumb"
    facts = {fact.field: fact.source.words for fact in read_turns([text]).stored.facts}
    assert facts["ras"] == "RAS mutatted"
    assert facts["prior.irinotecan"] == "FOLFRI"
    assert facts["prior.anti_vegf"] == "bevacizumb"


@pytest.mark.parametrize(
    ("said", "field", "expected"),
    [
        ("HER3 3+", "her2", None),
        ("HER2 3+", "her2", "positive"),
        ("KRAS G12D", "kras_g12c", False),
        ("KRAS G12C", "kras_g12c", True),
        ("MSI-H", "mmr", "deficient"),
        ("MSI-L", "mmr", "proficient"),
        ("MSS", "mmr", "proficient"),
        ("MSS-H?", "mmr", None),
        ("BRAF V600K", "braf_v600e", False),
        ("BRAF V600E", "braf_v600e", True),
        ("HER2 mutation", "her2", None),
        ("ERBB2 S310F mutated", "her2", None),
    ],
)
def test_look_alikes_never_meet(said: str, field: str, expected: object) -> None:
    assert value(f"66F mCRC, {said}, {HISTORY}", field) == expected


@pytest.mark.parametrize("mention", ["HER2", "RAS", "BRAF", "NTRK", "MMR", "ctDNA", "HER2 status", "RAS testing"])
def test_a_bare_mention_says_nothing(mention: str) -> None:
    known = {fact.field for fact in read_turns([f"66F mCRC, {mention}, {HISTORY}"]).stored.facts}
    assert not known & {"her2", "ras", "braf_v600e", "braf_other", "ntrk_fusion", "mmr", "ctdna_ras_braf"}


def test_a_later_turn_takes_the_implied_with_it() -> None:
    reading = read_turns([f"61M mCRC, KRAS G12C, {HISTORY}", "Correction: RAS is wild-type."])
    assert reading.stored.value("ras") == "wild_type"
    assert reading.stored.value("kras_g12c") is False
    assert reading.contradictions == ()


def test_a_what_if_changes_nothing_that_is_stored() -> None:
    turns = [f"61M mCRC, MSS, RASwt, {HISTORY}", "what if he were MSI-H?"]
    reading = read_turns(turns)
    assert reading.stored.value("mmr") == "proficient"
    assert reading.considered.value("mmr") == "deficient"
    assert [fact.field for fact in reading.hypothetical] == ["mmr"]
    later = read_turns([*turns, "and his ECOG is 1"])
    assert later.considered == later.stored
    assert later.hypothetical == ()


def test_a_new_patient_starts_afresh() -> None:
    reading = read_turns([f"61M mCRC, MSS, RASwt, {HISTORY}", "New patient: 70F mCRC, KRAS G12C, FOLFOX 1L"])
    assert reading.stored.value("mmr") is None
    assert reading.stored.value("age") == 70
    assert reading.stored.value("prior.irinotecan") is False


def test_a_given_profile_is_where_the_reading_starts() -> None:
    given = profile_of({"ras": "wild_type", "her2": "negative"})
    reading = read_turns(["HER2 turned out to be 3+ on repeat"], given)
    assert reading.scope == "patient"
    assert reading.stored.value("her2") == "positive"
    assert reading.stored.value("ras") == "wild_type"


def test_no_patient_no_facts() -> None:
    reading = read_turns(["What is the median OS with regorafenib in CORRECT?"])
    assert (reading.scope, reading.stored, reading.assumed) == ("no_patient", Profile(), ())


def test_both_statements_of_a_contradiction_are_named() -> None:
    (contradiction,) = read_turns([f"61M mCRC, MSI-H and pMMR, {HISTORY}"]).contradictions
    assert contradiction.field == "mmr"
    assert "MSI-H" in str(contradiction) and "pMMR" in str(contradiction)


def test_the_same_text_is_read_the_same() -> None:
    turns = [f"61M mCRC, MSS, RASwt, HER2 IHC 2+, {HISTORY}", "ECOG 1"]
    assert read_turns(turns) == read_turns(turns)


SEVERAL = "1) 64M mCRC BRAF V600E, CAPOX PD. 2) 55F mCRC KRAS G12C FOLFOX PD."


@pytest.mark.parametrize(
    "turns",
    [
        [SEVERAL],
        ["64M mCRC BRAF V600E CAPOX PD\n55F mCRC KRAS G12C FOLFOX PD"],
        ["I have two mCRC patients. One has KRAS G12C after FOLFOX, the other BRAF V600E after CAPOX."],
        [SEVERAL, "the first"],
        ["70M mCRC, RAS mut, FOLFOX", SEVERAL],
    ],
)
def test_several_patients_are_never_read_as_one(turns: list[str]) -> None:
    reading = read_turns(turns)
    assert (reading.scope, reading.stored, reading.contradictions) == ("several_patients", Profile(), ())


def test_one_of_several_patients_is_read_once_he_stands_alone() -> None:
    reading = read_turns([SEVERAL, "55F mCRC KRAS G12C FOLFOX PD"])
    assert reading.scope == "patient"
    assert (reading.stored.value("kras_g12c"), reading.stored.value("braf_v600e")) == (True, None)


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("BRAF wt, BRAF V600E", ["BRAF wild-type (“BRAF wt”) against BRAF V600E present (“BRAF V600E”)"]),
        ("RAS wt, KRAS G12C", ["RAS wild-type (“RAS wt”) against KRAS G12C present (“KRAS G12C”)"]),
        (
            "BRAF V600E neg on PCR; NGS shows BRAF V600E",
            ["no BRAF V600E (“BRAF V600E neg”) against BRAF V600E present"],
        ),
    ],
)
def test_one_cause_is_one_contradiction_in_the_words_of_the_text(text: str, statements: list[str]) -> None:
    found = [str(each) for each in read_turns([f"66F mCRC, {text}, FOLFOX"]).contradictions]
    assert len(found) == len(statements)
    assert all(part in whole for part, whole in zip(statements, found, strict=True))


def test_a_name_that_stands_for_another_keeps_its_place_in_the_text() -> None:
    text = "mCRC; RAS and BRAF tested, the former wt, the latter V600E; CAPOX"
    source = next(fact.source for fact in read_turns([text]).stored.facts if fact.field == "braf_v600e")
    assert source.start is not None
    assert text[source.start : source.end] == source.words
    assert source.words == "V600E"
