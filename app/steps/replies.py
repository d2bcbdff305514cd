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
    "no_patient": set(),
    "other_cancer": set(),
    "not_metastatic": set(),
    "which_is_right": set(),
    "what_if": {"facts", "opened", "closed"},
    "nothing": set(),
    "option_eligible": {"option", "strength"},
    "not_available": set(),
    "to_confirm": {"facts"},
    "option_needs": {"option", "facts"},
    "option_closed": {"option", "reasons"},
    "test": {"name", "why"},
    "could_open": {"options"},
    "could_close": {"options"},
    "cautions": {"option", "cautions"},
    "assumed": {"agents", "words"},
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
