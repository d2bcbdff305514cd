"""The notes that go with the verdicts (rules §2, §3, §4): each where it applies, and only there."""

from __future__ import annotations

import pytest
from advised import ALWAYS, CHEMO, REFRACTORY, WILD, cautions, notes_for, remark, with_words

from app.patient.profile import AGENTS
from app.rules.catalogue import OPTION_IDS
from app.rules.consultation import consult
from app.rules.records import POLICY

# --- notes on therapy -------------------------------------------------------------------------------------------------


def test_standard_chemotherapy_first_names_only_what_was_not_given() -> None:
    facts: dict[str, object] = {"prior.fluoropyrimidine": True, "prior.oxaliplatin": True, "prior.irinotecan": False}
    found = notes_for(facts)
    (note,) = with_words(found, "Standard chemotherapy first")
    assert found[0] == note
    assert note.first
    assert "irinotecan was never given" in note.text
    assert "oxaliplatin" not in note.text
    assert "Best supportive care is then not the advice." in note.text
    assert {"regorafenib", "best_supportive_care"} <= set(note.options)


def test_standard_chemotherapy_first_not_where_contraindicated_given_or_unknown() -> None:
    lacking: dict[str, object] = {**CHEMO, "prior.irinotecan": False}
    assert with_words(notes_for(lacking, contraindicated=(remark("irinotecan"),)), "Standard chemotherapy") == []
    assert with_words(notes_for(lacking, contraindicated=(remark("chemotherapy"),)), "Standard chemotherapy") == []
    assert with_words(notes_for(CHEMO), "Standard chemotherapy") == []
    assert with_words(notes_for({"prior.oxaliplatin": True}), "Standard chemotherapy") == []
    both = {**lacking, "prior.oxaliplatin": False}
    (note,) = with_words(notes_for(both, contraindicated=(remark("irinotecan"),)), "Standard chemotherapy")
    assert "irinotecan" not in note.text


@pytest.mark.parametrize(
    "facts", [{"lines": 0}, dict.fromkeys([f"prior.{agent}" for agent in AGENTS], False)], ids=["lines", "agents"]
)
def test_an_untreated_patient_is_told_of_standard_chemotherapy_and_the_scope(facts: dict[str, object]) -> None:
    (note,) = with_words(notes_for(facts), "later lines", "Standard chemotherapy", "scope")
    assert "fluoropyrimidine, oxaliplatin and irinotecan were never given" in note.text


def test_immunotherapy_is_not_set_back_by_standard_chemotherapy() -> None:
    facts: dict[str, object] = {"mmr": "deficient", "lines": 0}
    (note,) = with_words(notes_for(facts), "Standard chemotherapy first", "Not set back by this")
    assert "Immune checkpoint inhibitor" in note.text
    assert with_words(notes_for({"mmr": "proficient", "lines": 0}), "Not set back by this") == []


def test_a_patient_who_is_not_fit_hears_why_supportive_care_stands_first() -> None:
    (note,) = with_words(notes_for({**CHEMO, "prior.irinotecan": False, "fit": False}), "Standard chemotherapy first")
    assert "not fit" in note.text
    assert POLICY in note.text


def test_a_contraindication_stands_beside_what_contains_the_drug_and_what_it_makes_fail() -> None:
    facts: dict[str, object] = {**REFRACTORY, "prior.irinotecan": False}
    (note,) = with_words(notes_for(facts, contraindicated=(remark("irinotecan", words="CPT-11"),)), "Contraindicated")
    assert "irinotecan (“CPT-11”)" in note.text
    assert "the reader can overrule it" in note.text
    assert {"anti_egfr_rechallenge", "ftd_tpi", "regorafenib", "anti_her2"} <= set(note.options)
    assert "immunotherapy" not in note.options


@pytest.mark.parametrize(
    ("names", "touched"),
    [
        (("anti_vegf", "bevacizumab"), {"ftd_tpi_bevacizumab"}),
        (
            ("anti_egfr", "panitumumab"),
            {"encorafenib_cetuximab", "anti_egfr", "anti_egfr_rechallenge", "kras_g12c_inhibitor"},
        ),
        (("ftd_tpi",), {"ftd_tpi", "ftd_tpi_bevacizumab"}),
        (("immunotherapy", "nivolumab"), {"immunotherapy"}),
        (("chemotherapy",), {"ftd_tpi", "ftd_tpi_bevacizumab", "anti_egfr_rechallenge"}),
        (("gemcitabine",), set()),
    ],
)
def test_a_contraindication_reaches_the_drug_and_its_class(names: tuple[str, ...], touched: set[str]) -> None:
    against = {
        id_
        for id_ in OPTION_IDS
        if any("contraindicated" in text for text in cautions(id_, CHEMO, contraindicated=(remark(*names),)))
    }
    assert against == touched


def test_a_criterion_that_holds_is_not_explained_by_a_contraindication() -> None:
    now_forbidden = cautions("regorafenib", REFRACTORY, contraindicated=(remark("oxaliplatin"),))
    assert [text for text in now_forbidden if "contraindicated" in text] == []


def test_a_possible_exposure_is_to_be_settled_first() -> None:
    found = notes_for(REFRACTORY, possible=(remark("regorafenib", words="regorafenib or placebo"),))
    (note,) = with_words(found, "Settle first whether regorafenib (“regorafenib or placebo”) was given")
    assert note.first
    assert set(note.options) == {"regorafenib", "fruquintinib"}
    assert POLICY in note.text
    known = {**REFRACTORY, "prior.regorafenib": False}
    assert with_words(notes_for(known, possible=(remark("regorafenib"),)), "Settle first") == []


def test_rechallenge_straight_after_anti_egfr() -> None:
    facts: dict[str, object] = {**WILD, "prior.anti_egfr": True, "anti_egfr_response": True}
    (note,) = with_words(notes_for(facts, last_line=("irinotecan", "anti_egfr")), "interval")
    assert note.options == ("anti_egfr_rechallenge",)
    assert with_words(notes_for(facts, last_line=("oxaliplatin",)), "interval") == []
    closed = {**facts, "anti_egfr_response": False}
    assert with_words(notes_for(closed, last_line=("anti_egfr",)), "interval") == []


def test_an_agent_of_chemo_only_as_adjuvant() -> None:
    (note,) = with_words(notes_for(REFRACTORY, adjuvant_only=("oxaliplatin", "anti_vegf")), "adjuvant")
    assert "oxaliplatin" in note.text
    assert "not yet used for metastatic disease" in note.text
    assert "anti-VEGF" not in note.text
    assert "regorafenib" in note.options
    assert with_words(notes_for(REFRACTORY), "adjuvant") == []


# --- notes on markers -------------------------------------------------------------------------------------------------


def test_ras_is_confirmed_before_the_first_dose() -> None:
    facts: dict[str, object] = {**CHEMO, "her2": "positive", "braf_v600e": True}
    (note,) = with_words(notes_for(facts), "confirm RAS before the first dose")
    assert note.first
    assert set(note.options) == {"anti_her2", "encorafenib_cetuximab"}
    assert with_words(notes_for({**facts, "ras": "wild_type"}), "first dose") == []


def test_ras_mutant_and_v600e_is_rare() -> None:
    facts: dict[str, object] = {"ras": "mutant", "braf_v600e": True, "lines": 1}
    (note,) = with_words(notes_for(facts), "rare", "repeat the test", POLICY)
    assert {"encorafenib_cetuximab", "anti_egfr"} <= set(note.options)
    assert with_words(notes_for({**facts, "ras": "wild_type"}), "rare") == []


def test_dmmr_and_v600e_immunotherapy_first() -> None:
    facts: dict[str, object] = {"mmr": "deficient", "braf_v600e": True, "lines": 1}
    (note,) = with_words(notes_for(facts), "immunotherapy first, encorafenib + cetuximab second")
    assert set(note.options) == {"immunotherapy", "encorafenib_cetuximab"}
    assert with_words(notes_for({**facts, "prior.immunotherapy": True}), "immunotherapy first") == []


@pytest.mark.parametrize(
    ("side", "words"), [("right", "right-sided"), (None, "not known"), ("left", None)], ids=["right", "unknown", "left"]
)
def test_a_first_anti_egfr_antibody_away_from_the_left(side: str | None, words: str | None) -> None:
    found = with_words(notes_for({**WILD, "prior.anti_egfr": False, "primary_side": side}), "§10 names left-sided")
    assert [words in note.text for note in found if words] == ([True] if words else [])
    assert bool(found) is bool(words)


def test_her2_positive_and_ras_mutant_shows_both_pieces() -> None:
    (note,) = with_words(
        notes_for({**REFRACTORY, "her2": "positive"}), "MyPathway", "40%", "8%", "DESTINY-CRC02", "85%"
    )
    assert note.options == ("anti_her2",)
    assert with_words(notes_for({**CHEMO, "ras": "wild_type", "her2": "positive"}), "MyPathway") == []


def test_her2_beside_an_anti_egfr_option() -> None:
    facts: dict[str, object] = {**WILD, "prior.anti_egfr": False, "her2": "positive"}
    (note,) = with_words(notes_for(facts), "HER2 predicted a worse")
    assert note.options == ("anti_egfr",)
    assert with_words(notes_for({**facts, "her2": "negative"}), "HER2 predicted") == []


def test_braf_other_than_v600e_and_without_allele() -> None:
    (other,) = with_words(notes_for({**WILD, "braf_other": True}), "BRAF mutation other than V600E", "no data")
    assert set(other.options) == {"anti_egfr", "anti_egfr_rechallenge"}
    (asked,) = with_words(notes_for({"ras": "wild_type", "lines": 1}, braf_allele_unknown=True), "ask which mutation")
    assert "encorafenib_cetuximab" in asked.options
    assert with_words(notes_for(WILD, braf_allele_unknown=True), "ask which mutation") == []


def test_other_markers_open_nothing() -> None:
    markers = (remark("tmb", words="TMB high"), remark("pik3ca", words="PIK3CA"))
    found = with_words(notes_for(REFRACTORY, other_markers=markers), "opens no option", "no data")
    assert [note.text.partition(" opens")[0] for note in found] == ["TMB high", "PIK3CA"]


def test_what_is_always_said() -> None:
    texts = [note.text for note in notes_for({"age": 70})]
    assert any("prospective trial where possible" in text for text in texts)
    assert any("offered all available drugs" in text for text in texts)
    assert any("Availability by country is not judged" in text for text in texts)
    assert len(texts) == ALWAYS + 1  # and the side of the primary, which is not known


def test_a_marker_told_within_another_is_told_once() -> None:
    said = consult(["mCRC, TMB 40, POLE mutated, MSS, FOLFOX"]).notes
    assert len([note for note in said if "opens no option" in note]) == 1
