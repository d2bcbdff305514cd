"""Therapies that the review found of no use: never an option, and a plain no with its evidence where asked for (§2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.patient.profile import AGENTS, CHEMO_AGENTS
from app.patient.reading import Reading, Remark
from app.rules.records import Cite


@dataclass(frozen=True, slots=True)
class NotRecommended:
    """One such therapy. `drugs` are lexicon ids of which any one asked about means it; where `all_of` is not empty, a
    single remark has to name every one of these instead. `partners` are drugs given with it; `immunotherapy` says that
    the finding is none on dMMR tumours.
    """

    id: str
    name: str
    text: str
    cite: tuple[Cite, ...]
    drugs: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    immunotherapy: bool = False


IMMUNOTHERAPY_IN_PMMR = NotRecommended(
    "immunotherapy_pmmr",
    "Immunotherapy in pMMR/MSS",
    "No: immunotherapy in pMMR/MSS tumours. No trial has shown a benefit that matters clinically, alone or in "
    "combination; it is recommended in dMMR/MSI only (§3).",
    (Cite("3-p1", ("proficient MMR), by contrast",)), Cite("3-p2", ("dMMR/MSI only",))),
    drugs=("immunotherapy",),
    immunotherapy=True,
)
CHEMOTHERAPY_AGAIN = NotRecommended(
    "chemotherapy_again",
    "Re-use of conventional chemotherapy",
    "No: re-use of conventional chemotherapy as salvage. A systematic review found limited or no activity in "
    "chemo-refractory disease (§2.1).",
    (Cite("2.1-p1", ("systematic review",)),),
)
_ATEZOLIZUMAB_CAPECITABINE = NotRecommended(
    "atezolizumab_capecitabine_bevacizumab",
    "Atezolizumab + capecitabine + bevacizumab",
    "No: atezolizumab + capecitabine + bevacizumab. In 128 patients response rate and OS were no better with "
    "atezolizumab, and PFS only a little (3.6 and 4.6 months; the review does not make clear which arm is which, and "
    "calls the patients dMMR inside an argument about pMMR): limited and not clinically meaningful, the trial's "
    "authors said (§3).",
    (Cite("3-p1", ("128 patients",)), Cite("3-p1", ("not clinically meaningful",))),
    all_of=("atezolizumab", "capecitabine"),
    partners=("bevacizumab",),
    immunotherapy=True,
)
_IMBLAZE370 = NotRecommended(
    "atezolizumab_cobimetinib",
    "Atezolizumab with or without cobimetinib",
    "No: atezolizumab with or without cobimetinib. In IMblaze370, against regorafenib in 273 patients, OS was no "
    "longer (7.1, 8.9 and 8.5 months; which arm is which is not certain in the review), PFS and response rate did not "
    "differ significantly, and grade 3 toxicity tended to be more frequent with cobimetinib (§3).",
    (Cite("3-p1", ("273 patients",)), Cite("3-p1", ("primary endpoint was not met",))),
    drugs=("atezolizumab", "cobimetinib"),
    immunotherapy=True,
)
FINDINGS = (
    NotRecommended(
        "durvalumab_tremelimumab",
        "Durvalumab + tremelimumab",
        "No: durvalumab + tremelimumab. Against placebo in 180 patients, two of them with dMMR/MSI, response rate and "
        "PFS did not differ, and OS was only slightly longer (6.6 against 4.1 months, §3).",
        (Cite("3-p1", ("tremelimumab",)),),
        drugs=("durvalumab", "tremelimumab"),
        immunotherapy=True,
    ),
    _ATEZOLIZUMAB_CAPECITABINE,
    _IMBLAZE370,
    NotRecommended(
        "nintedanib",
        "Nintedanib",
        "No: nintedanib. In LUME OS was 6.4 against 6.0 months (HR 1.01, 0.86–1.19); PFS 1.5 against 1.4 months was "
        "significant, but modest (Table 3, §2.2).",
        (Cite("T3:LUME"), Cite("2.2-p1", ("nintedanib",))),
        drugs=("nintedanib",),
    ),
    NotRecommended(
        "anlotinib",
        "Anlotinib",
        "No: anlotinib. In ALTER0703 PFS rose from 1.5 to 4.1 months, but neither OS nor quality of life improved "
        "(Table 3, §2.2).",
        (Cite("T3:ALTER0703"), Cite("2.2-p1", ("anlotinib",)), Cite("2.2-p1", ("failed to show",))),
        drugs=("anlotinib",),
    ),
    NotRecommended(
        "famitinib",
        "Famitinib",
        "No: famitinib. PFS rose from 1.5 to 2.8 months, but OS was 7.4 against 7.2 months, not significant (Table 3).",
        (Cite("T3:Xu 2017"), Cite("2.2-p1", ("famitinib",))),
        drugs=("famitinib",),
    ),
    NotRecommended(
        "ontuxizumab",
        "Ontuxizumab",
        "No: ontuxizumab. OS was 4.8 against 6.1 months with placebo (HR 1.43, 0.93–2.19), PFS 1.9 months in both arms "
        "(Table 3).",
        (Cite("T3:Grothey 2018"),),
        drugs=("ontuxizumab",),
    ),
    NotRecommended(
        "tipifarnib",
        "Tipifarnib",
        "No: tipifarnib. OS was 5.7 against 6.1 months with placebo, not significant, PFS 2.6 months in both arms "
        "(Table 3).",
        (Cite("T3:Rao 2004"),),
        drugs=("tipifarnib",),
    ),
    NotRecommended(
        "adc_caballero_banos",
        "“ADC” of Caballero-Baños",
        "No: the “ADC” of Caballero-Baños. In 28 patients against 24 with placebo, OS 6.2 against 4.7 and PFS 2.7 "
        "against 2.3 months did not differ significantly (Table 3).",
        (Cite("T3:Caballero-Baños 2016"),),
        drugs=("autologous_dendritic_cells", "caballero_banos_2016"),
    ),
    NotRecommended(
        "regorafenib_ruxolitinib",
        "Ruxolitinib with regorafenib",
        "No: ruxolitinib with regorafenib. OS was 11.4 against 10.9 months with regorafenib and placebo (HR 0.77, "
        "0.48–1.23), PFS 3.5 against 2.0 months (HR 0.79, 0.58–1.07): it did not improve the "
        "outcome (Table 4, §2.2).",
        (Cite("T4:Fogelman 2018"), Cite("2.2-p3", ("ruxolitinib",))),
        drugs=("ruxolitinib",),
    ),
    NotRecommended(
        "cetuximab_brivanib",
        "Brivanib with cetuximab",
        "No: brivanib with cetuximab. Response rate (14% against 7%) and PFS (5.0 against 3.4 months) rose, but OS did "
        "not (8.8 against 8.1 months; HR 0.88, 0.74–1.03), and quality of life was inferior (Table 4, §2.2).",
        (Cite("T4:AGITG CO.20"), Cite("2.2-p4", ("brivanib",))),
        drugs=("brivanib",),
    ),
    NotRecommended(
        "sorafenib",
        "Sorafenib with or without irinotecan",
        "No: sorafenib with or without irinotecan. In RAS-mutated tumours OS was 5.6 months with sorafenib, 7.2 with "
        "both and 6.3 with irinotecan, without a difference in efficacy or quality of life (Table 4, §2.2).",
        (Cite("T4:PRODIGE27"), Cite("2.2-p5", ("sorafenib",))),
        drugs=("sorafenib",),
        partners=("irinotecan",),
    ),
    NotRecommended(
        "ftd_tpi_panitumumab",
        "FTD/TPI + panitumumab",
        "FTD/TPI + panitumumab is no option of the review: in VELO it prolonged PFS (4.0 against 2.5 months; HR 0.48, "
        "0.28–0.82), but not OS (11.6 against 13.1 months with FTD/TPI alone; HR 0.96, 0.54–1.71) (Table 4, §2.2).",
        (Cite("T4:VELO"), Cite("2.2-p4", ("VELO", "significantly prolonged"))),
        all_of=("ftd_tpi", "panitumumab"),
    ),
    IMMUNOTHERAPY_IN_PMMR,
)  # fmt: skip


def not_recommended(reading: Reading) -> tuple[NotRecommended, ...]:
    """Those of the findings that the text asks about (or plans), in the order of rules §2."""
    asked = reading.remarks.asked
    named = {name for remark in asked for name in remark.names}
    found = [
        finding
        for finding in FINDINGS
        if (_is_asked(finding, asked) or _is_supposed_away(finding, reading)) and _applies(finding, reading)
    ]
    if _ATEZOLIZUMAB_CAPECITABINE in found and "cobimetinib" not in named:
        found = [finding for finding in found if finding is not _IMBLAZE370]
    if _asks_for_chemotherapy_again(reading, found):
        found.append(CHEMOTHERAPY_AGAIN)
    return tuple(found)


def _is_asked(finding: NotRecommended, asked: tuple[Remark, ...]) -> bool:
    if finding.all_of:
        return any({*finding.all_of} <= {*remark.names} or finding.id in remark.names for remark in asked)
    return any({*finding.drugs} & {*remark.names} for remark in asked)


def _is_supposed_away(finding: NotRecommended, reading: Reading) -> bool:
    """Whether a what-if takes the dMMR away that immunotherapy stands on: that asks whether it still does."""
    return finding is IMMUNOTHERAPY_IN_PMMR and any(
        fact.field == "mmr" and reading.stored.value("mmr") == "deficient" for fact in reading.hypothetical
    )


def _applies(finding: NotRecommended, reading: Reading) -> bool:
    """Immunotherapy is of use in dMMR; the finding on it as a whole needs pMMR to be known."""
    mmr = reading.considered.value("mmr")
    if finding is IMMUNOTHERAPY_IN_PMMR:
        return mmr == "proficient"
    return not (finding.immunotherapy and mmr == "deficient")


def _asks_for_chemotherapy_again(reading: Reading, found: list[NotRecommended]) -> bool:
    """Whether chemotherapy is asked about all of which was given before, for metastatic disease, and not as the partner
    of a drug that has its own answer.
    """
    return any(_is_chemotherapy_again(remark, reading, found) for remark in reading.remarks.asked)


def _is_chemotherapy_again(remark: Remark, reading: Reading, found: list[NotRecommended]) -> bool:
    answered = {name for finding in found for name in (*finding.drugs, *finding.all_of, *finding.partners)}
    if answered & {*remark.names}:
        return False
    agents = set(_agents(remark))
    if "chemotherapy" in remark.names:
        agents |= set(CHEMO_AGENTS)
    again = agents & set(CHEMO_AGENTS)
    used = all(
        reading.considered.value(f"prior.{agent}") is True and agent not in reading.remarks.adjuvant_only
        for agent in again
    )
    return bool(again) and agents <= {*CHEMO_AGENTS, "anti_vegf"} and used


def _agents(remark: Remark) -> Iterator[str]:
    return (name for name in remark.names if name in AGENTS)
