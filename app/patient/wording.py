"""Facts in a clinician's words: "RAS wild-type", "irinotecan given", "at least 2 prior lines"."""

from __future__ import annotations

from app.patient.profile import AGENT_NAMES, FIELDS, Lines, Value

_WORDS: dict[tuple[str, Value], str] = {
    ("primary_side", "left"): "left-sided primary",
    ("primary_side", "right"): "right-sided primary",
    ("ras", "wild_type"): "RAS wild-type",
    ("ras", "mutant"): "RAS mutant",
    ("kras_g12c", True): "KRAS G12C present",
    ("kras_g12c", False): "no KRAS G12C",
    ("braf_v600e", True): "BRAF V600E present",
    ("braf_v600e", False): "no BRAF V600E",
    ("braf_other", True): "BRAF mutation other than V600E",
    ("braf_other", False): "no BRAF mutation other than V600E",
    ("mmr", "deficient"): "dMMR/MSI-H",
    ("mmr", "proficient"): "pMMR/MSS",
    ("her2", "positive"): "HER2 positive",
    ("her2", "negative"): "HER2 negative",
    ("ntrk_fusion", True): "NTRK fusion present",
    ("ntrk_fusion", False): "no NTRK fusion",
    ("ctdna_ras_braf", "no_mutation"): "no RAS or BRAF mutation in ctDNA after anti-EGFR therapy",
    ("ctdna_ras_braf", "mutation"): "RAS or BRAF mutation in ctDNA after anti-EGFR therapy",
    ("anti_egfr_response", True): "responded to anti-EGFR therapy",
    ("anti_egfr_response", False): "no response to anti-EGFR therapy",
    ("fit", True): "fit",
    ("fit", False): "not fit",
    ("aim", "shrinkage"): "aim: tumour shrinkage",
    ("aim", "disease_control"): "aim: disease control",
}


def in_words(field: str, value: Value) -> str:
    """One fact as a short phrase, the same wherever it is shown."""
    if (field, value) in _WORDS:
        return _WORDS[field, value]
    if field.startswith("prior."):
        return f"{AGENT_NAMES[field.removeprefix('prior.')]} {'given' if value else 'not given'}"
    if isinstance(value, Lines):
        number = "no" if value.count == 0 and value.exact else str(value.count)
        lines = "line" if value.count == 1 else "lines"
        return f"{'' if value.exact else 'at least '}{number} prior {lines} for metastatic disease"
    if field == "ecog":
        return f"ECOG {value}"
    return f"{value} years" if field == "age" else str(value)


def unknown_in_words(field: str) -> str:
    """What is not known, as a short phrase: "HER2", "whether irinotecan was given"."""
    if field == "prior":
        return "which therapy was given"
    if field.startswith("prior."):
        return f"whether {AGENT_NAMES[field.removeprefix('prior.')]} was given"
    return FIELDS[field].label
