"""What the gate lets through of a language model's sentences: good paraphrases, and next to nothing that is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from spoiling import Told, spoil

from app.assistant import Assistant
from app.steps.draft import Statement, Support
from app.steps.evidence import EvidenceBase
from app.steps.verify import statement_holds

PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
SEED = 20260707
EACH = 70
FEWEST_GOOD, FEWEST_BAD = 200, 500
PASSED, STOPPED = 0.95, 0.99
# A recommendation, a superlative, an inference or a denial that the sentence of the review does not have.
FORBIDDEN = (
    ("3-p2/0", "Immunotherapy can be recommended for patients with pMMR."),
    ("3-p2/0", "On current evidence, immunotherapy can be recommended for patients without dMMR/MSI."),
    ("3-p2/0", "Immunotherapy can be recommended for all patients."),
    ("3-p1/2", "In patients without dMMR, trials have shown a benefit of immunotherapy that is clinically meaningful."),
    ("3-p1/2", "Immunotherapy has a clinically meaningful benefit in patients with proficient MMR."),
    (
        "2.1-p9/3",
        "For patients with no specific target, the authors suggest regorafenib instead of FTD/TPI plus bevacizumab.",
    ),
    ("2.1-p9/3", "The authors suggest FTD/TPI plus bevacizumab for all patients."),
    ("2.1-p12/1", "Fruquintinib is the standard of care for patients who progress on FTD/TPI and bevacizumab."),
    (
        "2.1-p12/1",
        "FTD/TPI and bevacizumab will likely become the standard of care for patients who progress on fruquintinib.",
    ),
    ("2.1-p12/0", "FTD/TPI with bevacizumab is the new standard of care as third-line therapy for selected patients."),
    ("2.2-p4/6", "FTD/TPI plus panitumumab significantly prolonged OS in VELO."),
    ("2.2-p4/6", "VELO showed that FTD/TPI plus panitumumab had an impact on OS."),
    ("2.2-p4/1", "In REVERCE, giving cetuximab before regorafenib significantly increased OS."),
    ("2.2-p4/1", "In REVERCE, giving regorafenib before cetuximab significantly increased RR."),
    ("2.2-p3/0", "Adding ruxolitinib to regorafenib improved efficacy."),
    ("2.2-p2/2", "In ReDOS, PFS and OS were significantly longer."),
    ("2.2-p1/5", "The drugs of Table 3 have been approved."),
    ("2.1-p10/8", "Patients in SUNLIGHT were more heavily pretreated than patients in FRESCO-2."),
    ("2.1-p4/3", "Discontinuation of regorafenib because of adverse events was common."),
    ("2.1-p8/0", "Both trials of FTD/TPI with bevacizumab reported a formal QoL evaluation."),
    ("5-p3/1", "Anti-EGFR rechallenge is a relevant option for patients who responded to previous anti-EGFR therapy."),
    ("5-p2/0", "The evidence for anti-EGFR re-challenge is high."),
    (
        "6-p2/3",
        "OS data of CodeBreaK300 are mature and showed a major difference between sotorasib–panitumumab and SOC.",
    ),
    ("7-p3/0", "BRAFV600E-mutated mCRC has a better prognosis than mCRC without the mutation."),
    ("7-p4/4", "BEACON was powered to compare the triplet with the doublet."),
    ("8-p1/3", "HER2 positivity predicted a better ORR and PFS with anti-EGFR therapy than with chemotherapy alone."),
    ("2.1-p3/2", "No chemotherapy combined with a TKI has demonstrated a survival advantage in a randomized study."),
    (
        "2.1-p11/1",
        "All subgroups of FRESCO-2 benefited from FTD/TPI, including those with prior fruquintinib or regorafenib.",
    ),
    (
        "2.2-p4/1",
        "In REVERCE, cetuximab before regorafenib significantly increased PFS with a tendency toward increased RR.",
    ),
    ("2.2-p4/2", "Adding cetuximab to brivanib increased RR and PFS."),
    ("9-p1/2", "dMMR is found in only 0.2% of unselected CRC, but is more prevalent in NTRK gene fusion tumors."),
    ("8-p1/2", "The prevalence of RAS wild-type in mCRC is highest in HER2 overexpression tumors."),
    ("T2:SUNLIGHT", "FTD/TPI + bevacizumab should be given to this patient."),
    ("T2:SUNLIGHT", "FTD/TPI + bevacizumab is the best option for this patient."),
    ("T2:CORRECT", "Regorafenib cures patients with mCRC."),
    (
        "T2:CORRECT",
        "Placebo significantly prolonged OS compared with regorafenib in CORRECT (5.0 versus 6.4 months).",
    ),
    (
        "T2:CORRECT",
        "Regorafenib significantly prolonged OS compared with placebo in CORRECT (5.0 versus 6.4 months).",
    ),
    ("T3:LUME", "Nintedanib significantly prolonged OS in LUME (6.4 versus 6.0 months)."),
    ("T4:REVERCE", "REVERCE reported a median OS of 17.4 months for cetuximab followed by regorafenib."),
    ("T4:VELO", "FTD/TPI + panitumumab significantly improved OS in VELO (11.6 versus 13.1 months)."),
    ("T4:ASPECCT", "In ASPECCT, 20% of patients responded to panitumumab and 22% to cetuximab."),
)


@pytest.fixture(scope="module")
def good(assistant: Assistant) -> list[Statement]:
    entries = [json.loads(line) for line in PARAPHRASES.read_text(encoding="utf-8").splitlines()]
    return [on(assistant.base, entry["of"], entry["text"]) for entry in entries]


def on(base: EvidenceBase, place: str, text: str) -> Statement:
    """A sentence that cites one sentence of the review ("2.1-p4/3": the fourth of that paragraph) or a row."""
    return Statement(text, (support(base, place),))


def support(base: EvidenceBase, place: str) -> Support:
    if place.startswith("T") and ":" in place:
        passage = base.rows_by_place[place].passage
        return Support(passage, 0, len(passage.text), 1.0)
    paragraph, _, number = place.partition("/")
    return list(sentences(base, paragraph))[int(number)]


def sentences(base: EvidenceBase, paragraph: str) -> Iterator[Support]:
    for passage in base.paragraphs[paragraph]:
        for span in passage.sentences:
            yield Support(passage, span.start, span.end, 1.0)


def test_good_paraphrases_pass(good: list[Statement], assistant: Assistant) -> None:
    refused = [one.text for one in good if not statement_holds(one, assistant.base)]
    assert len({one.text for one in good}) >= FEWEST_GOOD
    assert len(good) - len(refused) >= PASSED * len(good), "\n".join(refused)


def test_bad_sentences_are_stopped(good: list[Statement], assistant: Assistant) -> None:
    base = assistant.base
    told = [Told(one, None) for one in good if statement_holds(one, base)]
    spoilt = spoil(told, base, SEED, EACH)
    statements = [(one.kind, one.after) for one in spoilt if isinstance(one.after, Statement)]
    missed = [f"{kind}: {after.text}" for kind, after in statements if statement_holds(after, base)]
    forbidden = [on(base, place, text) for place, text in FORBIDDEN]
    missed += [f"forbidden: {one.text}" for one in forbidden if statement_holds(one, base)]
    tried = len(spoilt) + len(forbidden)
    assert tried >= FEWEST_BAD, Counter(one.kind for one in spoilt)
    assert tried - len(missed) >= STOPPED * tried, "\n".join(missed)


@pytest.mark.parametrize(("place", "text"), FORBIDDEN)
def test_nothing_is_recommended_or_turned_round(assistant: Assistant, place: str, text: str) -> None:
    assert not statement_holds(on(assistant.base, place, text), assistant.base)
