"""The order in which options are listed (rules §3): total, stable, and the same for the same profile."""

from __future__ import annotations

from collections.abc import Iterable

from app.patient.profile import Profile
from app.rules.records import Verdict

_AFTER = {"eligible": 0, "needs_information": 1, "not_eligible": 2}
_TARGETED = ("immunotherapy", "encorafenib_cetuximab", "anti_egfr", "kras_g12c_inhibitor", "trk_inhibitor")
# What regression is the aim of, and the drug kept for patients with no specific target (§2.1, §5, §8, §10).
_REGRESSION = ("anti_her2", "anti_egfr_rechallenge", "anti_egfr")
_UNSELECTED_FIRST = "ftd_tpi_bevacizumab"
_UNSELECTED = ("fruquintinib", "regorafenib", "ftd_tpi")


def in_order(verdicts: Iterable[Verdict], profile: Profile) -> tuple[Verdict, ...]:
    """Eligible options as §3 ranks them, then those that need information, then the rest, each as §2 lists them."""
    ranks = {name: rank for rank, name in enumerate(_ranking(profile))}

    def key(item: tuple[int, Verdict]) -> tuple[int, int]:
        place, verdict = item
        return _AFTER[verdict.verdict], ranks[verdict.id] if verdict.verdict == "eligible" else place

    return tuple(verdict for _, verdict in sorted(enumerate(verdicts), key=key))


def _ranking(profile: Profile) -> list[str]:
    """All options from first to last as if every one were eligible."""
    left = profile.value("primary_side") == "left"
    first = [name for name in _TARGETED if left or name != "anti_egfr"]
    regression = [name for name in _REGRESSION if not left or name != "anti_egfr"]
    for_shrinkage = profile.value("aim") == "shrinkage"
    second = [*regression, _UNSELECTED_FIRST] if for_shrinkage else [_UNSELECTED_FIRST, *regression]
    ranking = [*first, *second, *_UNSELECTED]
    # Policy: where the patient is not fit, supportive care is named first.
    return ["best_supportive_care", *ranking] if profile.value("fit") is False else [*ranking, "best_supportive_care"]
