"""Misspelt words of clinical notes, put right before they are read: cue words and regimens (drugs: the lexicon).

Only long words are touched, only where one word of the list is nearest and begins with the same letter; markers and
their alleles are never corrected, so that MSI-H and MSS, HER2 and HER3, G12C and G12D cannot meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.patient.dictated import written_out

# Words that the reading of a note hangs on.
_WORDS = frozenset(
    """
    mutated mutation mutations mutant mutational wildtype amplified amplification negative positive positivity
    deficient proficient microsatellite instability stable unstable mismatch repair overexpression overexpressed
    rearrangement rearranged fusion detected pending awaited unknown tested testing failed insufficient inconclusive
    equivocal retained intact expression adjuvant neoadjuvant perioperative palliative metastatic metastases
    metastasis maintenance reintroduction rechallenge progressed progression progressing progressive disease
    response responded responder responding partial complete refractory chemorefractory intolerant contraindicated
    contraindication declined refused withheld planned considered received treated previous previously prior
    followed subsequently biopsy liquid plasma colorectal colon rectal rectum sigmoid rectosigmoid ascending
    descending transverse caecum cecum splenic hepatic flexure hemicolectomy sided primary tumour tumor cancer
    carcinoma patient female unfit shrinkage conversion control stabilisation stabilization immunotherapy
    chemotherapy standard therapy treatment systemic regimen candidate mother father sister brother performance
    status without neither never evidence unclear undocumented documented blinded placebo relapse recurrence
    prostate pancreatic melanoma gastric stomach ovarian endometrial cholangiocarcinoma oesophageal folfox folfiri
    folfoxiri folfirinox xelox capox capiri xeliri mfolfox suitable unsuitable eligible ineligible
    available obtainable reimbursed approval immediate immediately confirmed unconfirmed excluded concerned unlikely
    duration unchanged
    """.split()
)  # fmt: skip
# English words a letter or two from those above, which stand as they are: "sorry to bother you" is nobody's brother,
# and what is attended or depended on is no part of the colon.
_ENGLISH = frozenset(
    """
    attending avoidable blended blinked bother cancel candidacy compete concealed conceived concession concurred
    condemned confession conformed conserved convention conversation conversing converted defending deflected depending
    distending documents expressive farther fatter feather foiled followers inability inefficient intelligible
    mutilated panned planted precious primarily processed processing procession professed profession progresses recital
    refrained refuted regained regimes remained rental repaid resounding responsive restrained retrained reused sitter
    staple statue statues suitably tasted tasting transferase transfers unclean uncharted
    """.split()
)
# Shorter words, by their slips.
_SLIPS = {
    "rigth": "right", "rihgt": "right", "rigt": "right", "lfet": "left", "femal": "female", "frial": "frail",
    "mutat": "mutated", "negtive": "negative", "postive": "positive", "positiv": "positive", "negativ": "negative",
    "wildtyp": "wild-type", "sigmiod": "sigmoid", "colonn": "colon", "collon": "colon",
    "stabil": "stable", "femle": "female", "sidet": "sided", "ecgo": "ecog", "thrid": "third", "frist": "first",
    "givn": "given", "startd": "started", "orderd": "ordered", "folfx": "folfox", "capxo": "capox", "rectl": "rectal",
    "cancr": "cancer", "coln": "colon", "recived": "received", "decling": "declined",
    "brest": "breast", "liqid": "liquid", "xeloxx": "xelox", "capoxx": "capox",
    "rectm": "rectum", "stabel": "stable", "respons": "response", "partal": "partial",
    "progres": "progression", "prostat": "prostate", "gastic": "gastric", "secnd": "second",
    "mutnt": "mutant", "mutnat": "mutant", "mutent": "mutant", "womann": "woman", "lien": "line",
    "asendens": "ascendens", "ascendes": "ascendens", "pmrm": "pmmr", "dmrm": "dmmr", "standart": "standard",
}  # fmt: skip
# "folfoxbev", "FOLFIRIpani"
_GLUED = re.compile(r"\b(?:m?folfox\d?|folfiri|folfoxiri|cap[eo]?ox|xelox|capiri)(?=(?:bev|pani|cet|afli))", re.I)
_NTO = re.compile(r"\bnto\b", re.I)
_BOX = re.compile(r"[\[(]\s[\])][^\[\n]*|☐[^☐☑☒\n]*|\[[xX✓✔]\]|☑|☒")
_WORD = re.compile(r"[A-Za-z]{4,}")
_SHORT_SLIPS = re.compile(
    r"(?:\b|(?<=ras)|(?<=raf))wi?l[dt]?e?[- ]?t[yi]pe?\b|\bwilde?[- ]types?\b|"
    r"\bwild[- ]?(?:tpye|tyep|tpe|tye|typ|tyoe|tipe|tupe)\b|\bwilde?typ\b|\bwild[- ]tpy\b",
    re.I,
)


class Spelling:
    """Corrects words that are not in `known` (lower-case words of the lexicon)."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = _WORDS | _ENGLISH | frozenset(known)
        self._list = sorted(_WORDS)

    def corrections(self, said: str) -> list[tuple[int, int, str]]:
        """(start, end, right spelling) of the words put right, in order."""
        found = written_out(said)
        found += [(match.start(), match.end(), "wild-type") for match in _SHORT_SLIPS.finditer(said)]
        # A form's boxes: what is not ticked is not said.
        found += [(match.start(), match.end(), ", ") for match in _BOX.finditer(said)]
        found += [(match.end(), match.end(), "/") for match in _GLUED.finditer(said)]
        found += [(match.start(), match.end(), "not") for match in _NTO.finditer(said)]
        covered = {position for start, end, _ in found for position in range(start, end)}
        for match in _WORD.finditer(said):
            if match.start() not in covered and (right := self._right(match.group().lower())):
                found.append((match.start(), match.end(), right))
        return sorted(found)

    def _right(self, word: str) -> str | None:
        if word in _SLIPS:
            return _SLIPS[word]
        if len(word) < 6 or word in self._known or word.removesuffix("s") in self._known:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= 9 else 1
        near = process.extract(word, self._list, scorer=OSA.distance, score_cutoff=most, limit=3)
        near = [hit for hit in near if hit[0][0] == word[0] and len(hit[0]) >= 6]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return None
        # A plural or an inflection is no misspelling; a doubled last letter ("folfoxx") is.
        right = str(near[0][0])
        if word == right + right[-1] and right[-1] != "s":
            return right
        return None if word.startswith(right) or right.startswith(word) else right
