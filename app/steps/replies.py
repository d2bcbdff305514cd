"""The sentences that the assistant says of itself, from `prompts/replies.toml`, checked when they are loaded."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from pathlib import Path

from app.errors import UserError

_FILE = Path(__file__).resolve().parent.parent.parent / "prompts" / "replies.toml"
_VARIABLES = {
    "out_of_scope": set(),
    "instructions": set(),
    "not_in_corpus": {"what"},
    "corpus_silent": set(),
    "nearest": {"places"},
    "no_such_arm": {"place", "what"},
    "cell_empty": {"place", "what"},
    "cross_trial": set(),
    "side_by_side": set(),
    "benefit_first": set(),
    "largest_not_significant": set(),
    "about_basis": set(),
    "about_limits": set(),
    "about_tables": set(),
    "about_privacy": set(),
    "source": {"places"},
    "never_compared": set(),
    "without_target": {"first", "others"},
    "by_marker": {"marker", "option"},
    "no_patient": set(),
    "other_cancer": set(),
    "not_metastatic": set(),
    "several_patients": set(),
    "which_is_right": set(),
    "what_if": {"facts", "opened", "closed"},
    "nothing": set(),
    "asked_open": {"option", "strength"},
    "needs_information": set(),
    "closed_by_marker": {"options", "reasons", "needs"},
    "barred_by_marker": {"options", "reasons"},
    "asked_closed": {"option", "reasons"},
    "open_in_order": {"then", "options", "last"},
    "open_one": {"then", "options", "last"},
    "then": set(),
    "supportive_stays": set(),
    "only_supportive": set(),
    "only_supportive_yet": set(),
    "none_open": set(),
    "to_confirm": {"facts"},
    "cautions": {"cautions"},
    "contraindicated": {"drugs"},
    "heading_waiting": set(),
    "needs": {"facts"},
    "opens": {"ways"},
    "heading_closed": set(),
    "option_closed": {"option", "reasons"},
    "test": {"name", "why"},
    "could_open": {"options"},
    "could_close": {"options"},
    "tests": {"names", "why"},
    "assumed": {"agents", "words"},
    "later_apart": set(),
    "llm_note": {"model"},
    "llm_note_left_out": {"model", "count"},
    "llm_note_patient": {"model"},
    "llm_fallback": {"model", "why"},
    "llm_explains": set(),
}  # type: dict[str, set[str]]


def reply(name: str, /, **variables: str) -> str:
    """The sentence `name` with its variables filled in."""
    return _replies()[name].format(**variables)


@cache
def _replies() -> dict[str, str]:
    try:
        texts: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{_FILE}: the replies cannot be read: {error}.") from error
    for name, variables in _VARIABLES.items():
        found = {field for _, field, _, _ in string.Formatter().parse(texts.get(name, "")) if field}
        if name not in texts or found != variables:
            raise UserError(f"{_FILE}: {name!r} must be there with the variables {sorted(variables)}.")
    return texts
