"""A patient put to the rules as a whole: status, options, what-ifs; and what is of no use (rules §1.1, §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from advised import CHEMO, REFRACTORY, notes_for, reading, remark, said, with_words

from app.errors import UserError
from app.patient.findings import Contradiction
from app.patient.profile import Fact, Profile, profile_of
from app.patient.reading import Reading, Remark, Remarks
from app.rules import consultation
from app.rules.approvals import Approval
from app.rules.catalogue import OPTION_IDS, OPTIONS
from app.rules.not_recommended import CHEMOTHERAPY_AGAIN, FINDINGS, not_recommended
from index.corpus import PACKAGED_CORPUS
from index.lexicon import read_lexicon

# --- the consultation -------------------------------------------------------------------------------------------------


def test_a_form_is_answered_with_all_options_in_order() -> None:
    found = consultation.consult_profile({"ras": "mutant", "lines": 2, "prior": {"irinotecan": True}})
    assert found.status == "answered"
    assert [option.id for option in found.options] == [verdict.id for verdict in found.verdicts]
    assert sorted(option.id for option in found.options) == sorted(OPTION_IDS)
    assert found.patient()["prior"]["irinotecan"] is True
    assert (found.hypothetical, found.comparison, found.assumed, found.contradictions) == ({}, None, (), ())


def test_nothing_known_asks_and_lists_no_option() -> None:
    found = consultation.consult_profile({})
    assert (found.status, found.options, found.verdicts) == ("needs_information", (), ())
    assert {"RAS", "BRAF V600E", "MMR/MSI"} <= {test.name for test in found.tests}
    assert "RAS, BRAF V600E, MMR/MSI" in found.notes[0]


def test_a_contradiction_gets_no_verdict_and_keeps_the_facts_that_stand() -> None:
    found = consultation.consult_profile({"ras": "wild_type", "kras_g12c": True, "mmr": "proficient"})
    assert (found.status, found.options, found.verdicts, found.tests) == ("contradiction", (), (), ())
    assert found.patient()["mmr"] == "proficient"
    assert "ras" not in found.patient()
    assert [each.field for each in found.contradictions] == ["ras", "kras_g12c"]
    assert "exclude each other" in found.notes[0]


def test_both_statements_of_a_contradiction_are_named() -> None:
    clash = Contradiction("mmr", ("dMMR/MSI-H", said("MSI-H")), ("pMMR/MSS", said("pMMR")))
    found = consultation.advise(Reading("patient", Profile(), Profile(), contradictions=(clash,)))
    assert found.status == "contradiction"
    assert "“MSI-H”" in found.notes[0]
    assert "“pMMR”" in found.notes[0]


@pytest.mark.parametrize("scope", ["no_patient", "other_cancer", "not_metastatic"])
def test_out_of_scope_returns_no_fact_at_all(scope: Any) -> None:
    found = consultation.advise(replace(reading({"ras": "mutant"}, adjuvant_only=("oxaliplatin",)), scope=scope))
    assert (found.status, found.options, found.verdicts, found.notes, found.tests) == ("out_of_scope", (), (), (), ())
    assert {name for name, value in found.patient().items() if name != "prior" or any(value.values())} == set()
    assert found.reading.remarks == Remarks()


def test_a_what_if_is_labelled_and_leaves_the_stored_profile_alone() -> None:
    stored = profile_of({"mmr": "proficient"})
    changed = Fact("mmr", "deficient", said("MSI-H"))
    found = consultation.advise(Reading("patient", stored, stored.with_facts([changed]), (changed,)))
    assert found.patient()["mmr"] == "proficient"
    assert found.hypothetical == {"mmr": "deficient"}
    assert found.comparison is not None
    assert [change.id for change in found.comparison.opened] == ["immunotherapy"]
    assert found.notes[0].startswith("What if: these are the verdicts with dMMR/MSI-H")
    assert found.options[0].id == "immunotherapy"


def test_an_unavailable_option_stays_listed_and_says_so() -> None:
    found = consultation.consult_profile({"mmr": "deficient"}, frozenset({"immunotherapy"}))
    option = next(option for option in found.options if option.id == "immunotherapy")
    assert (option.available, option.verdict) == (False, "eligible")
    assert "set as not available here" in option.cautions
    assert [other.id for other in found.options if not other.available] == ["immunotherapy"]
    with pytest.raises(UserError, match="'imunotherapy' is no option"):
        consultation.consult_profile({"mmr": "deficient"}, frozenset({"imunotherapy"}))


def test_later_approvals_are_those_of_the_options_still_in_question() -> None:
    approvals = [Approval(id_, "2024-06", "FDA", "approved", (id_,), (), "source", "2025-01") for id_ in OPTION_IDS]
    found = consultation.consult_profile({"mmr": "proficient"}, approvals=approvals)
    assert {approval.id for approval in found.since_then} == set(OPTION_IDS) - {"immunotherapy"}


def test_the_same_patient_gets_the_same_consultation() -> None:
    patient = {"ras": "wild_type", "her2": "positive", "fit": False, "prior": {"oxaliplatin": True}}
    assert consultation.consult_profile(patient) == consultation.consult_profile(patient)


def test_a_text_is_read_and_answered() -> None:
    found = consultation.consult(["mCRC, KRAS G12C, after FOLFOX + bevacizumab and FOLFIRI."])
    assert found.status == "answered"
    assert found.options[0].id == "kras_g12c_inhibitor"
    assert any(sentence.startswith("regorafenib not given") for sentence in found.assumed)


# --- of no use --------------------------------------------------------------------------------------------------------


def refused(facts: dict[str, object], *asked: Remark, **remarks: Any) -> list[str]:
    return [finding.id for finding in not_recommended(reading(facts, asked=asked, **remarks))]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("immunotherapy", "durvalumab", "tremelimumab"), ["durvalumab_tremelimumab", "immunotherapy_pmmr"]),
        (
            ("fluoropyrimidine", "anti_vegf", "immunotherapy", "atezolizumab", "capecitabine", "bevacizumab"),
            ["atezolizumab_capecitabine_bevacizumab", "immunotherapy_pmmr"],
        ),
        (("immunotherapy", "atezolizumab", "cobimetinib"), ["atezolizumab_cobimetinib", "immunotherapy_pmmr"]),
        (("immunotherapy", "atezolizumab"), ["atezolizumab_cobimetinib", "immunotherapy_pmmr"]),
        (("immunotherapy", "nivolumab"), ["immunotherapy_pmmr"]),
        (("nintedanib",), ["nintedanib"]),
        (("anlotinib",), ["anlotinib"]),
        (("famitinib",), ["famitinib"]),
        (("ontuxizumab",), ["ontuxizumab"]),
        (("tipifarnib",), ["tipifarnib"]),
        (("autologous_dendritic_cells",), ["adc_caballero_banos"]),
        (("regorafenib", "ruxolitinib"), ["regorafenib_ruxolitinib"]),
        (("anti_egfr", "cetuximab", "brivanib"), ["cetuximab_brivanib"]),
        (("irinotecan", "sorafenib"), ["sorafenib"]),
        (("anti_egfr", "ftd_tpi", "panitumumab"), ["ftd_tpi_panitumumab"]),
        (("fluoropyrimidine", "oxaliplatin", "fluorouracil"), ["chemotherapy_again"]),
        (("chemotherapy",), ["chemotherapy_again"]),
        (("regorafenib",), []),
        (("anti_egfr", "irinotecan", "cetuximab"), []),
        (("ftd_tpi",), []),
        (("anti_egfr", "panitumumab"), []),
    ],
)
def test_what_is_of_no_use_gets_its_no_where_asked_for(names: tuple[str, ...], expected: list[str]) -> None:
    assert refused({**REFRACTORY, "mmr": "proficient"}, remark(*names)) == expected


def test_immunotherapy_is_refused_in_pmmr_only() -> None:
    asked = remark("immunotherapy", "nivolumab")
    assert refused({"mmr": "deficient"}, asked) == []
    assert refused({"ras": "mutant"}, asked) == []
    assert refused({"mmr": "deficient"}, remark("immunotherapy", "durvalumab", "tremelimumab")) == []
    assert refused({"ras": "mutant"}, remark("immunotherapy", "durvalumab")) == ["durvalumab_tremelimumab"]


def test_chemotherapy_not_given_before_is_no_re_use() -> None:
    folfiri = remark("fluoropyrimidine", "irinotecan")
    assert refused({**CHEMO, "prior.irinotecan": False}, folfiri) == []
    assert refused({"prior.fluoropyrimidine": True}, folfiri) == []
    assert refused(CHEMO, folfiri) == ["chemotherapy_again"]
    assert refused(CHEMO, folfiri, adjuvant_only=("fluoropyrimidine",)) == []


def test_two_drugs_asked_about_apart_are_no_combination() -> None:
    assert refused(REFRACTORY, remark("ftd_tpi"), remark("anti_egfr", "panitumumab")) == []


def test_nothing_is_refused_that_was_not_asked_for() -> None:
    assert refused({**REFRACTORY, "mmr": "proficient"}) == []


def test_a_refusal_is_among_the_notes_with_its_figures() -> None:
    (note,) = with_words(notes_for(REFRACTORY, asked=(remark("ftd_tpi", "panitumumab"),)), "VELO", "PFS", "OS")
    figures = set(note.text.translate(str.maketrans("(),;", "    ")).split())
    assert {"4.0", "2.5", "0.48", "11.6", "13.1", "0.96"} <= figures


def test_every_refusal_names_drugs_of_the_lexicon() -> None:
    entries = read_lexicon(PACKAGED_CORPUS / "knowledge" / "lexicon").entries
    named = {name for finding in FINDINGS for name in (*finding.drugs, *finding.all_of, *finding.partners)}
    assert named - set(entries) == set()
    assert {option.id for option in OPTIONS} & {finding.id for finding in (*FINDINGS, CHEMOTHERAPY_AGAIN)} == set()
