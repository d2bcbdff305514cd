"""The prompts for a language model, from `prompts/llm/`: checked on load, filled with data that is marked as data."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.errors import UserError
from app.steps.llm_calls import Message

# Raised with every change of a prompt; the fingerprint in `answer_id` follows the texts themselves.
VERSION = 1
_FOLDER = Path(__file__).resolve().parent.parent.parent / "prompts" / "llm"
_VARIABLES: dict[str, set[str]] = {
    "system": set(),
    "answer": {"most", "data"},
    "explain": {"most", "data"},
    "retry": {"refused"},
}
# So many characters make a token at the least, with the vocabularies in use and text like this.
_CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of evidence as the model gets it: its number, where it stands, its words."""

    n: int
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates by name, and the fingerprint of all of them."""

    templates: dict[str, str]
    fingerprint: str

    def ask(
        self, kind: str, question: str, items: Sequence[Item], told: Sequence[str], most: int
    ) -> tuple[Message, ...]:
        """The messages that ask for an answer ("answer") or for what explains a result of the rules ("explain").

        Data goes in as one JSON document, so that nothing in it can end it; what is not ASCII is written as it is.
        """
        data = {
            "question": question,
            "evidence": [{"n": item.n, "place": item.place, "text": item.text} for item in items],
            "told": list(told),
        }
        text = self.templates[kind].format(most=most, data=json.dumps(data, ensure_ascii=False, indent=1))
        return (Message("system", self.templates["system"]), Message("user", text))

    def ask_again(
        self, messages: tuple[Message, ...], reply: str, refused: Sequence[tuple[str, str]]
    ) -> tuple[Message, ...]:
        """The messages that ask for other words: each refused sentence with the reason."""
        listed = "\n".join(f"- {json.dumps(text, ensure_ascii=False)}: {why}" for text, why in refused)
        again = self.templates["retry"].format(refused=listed)
        return (*messages, Message("assistant", reply), Message("user", again))


def tokens(messages: Sequence[Message]) -> int:
    """How many tokens the messages have at most, near enough without the model's own vocabulary."""
    return sum(len(message.text) // _CHARACTERS_PER_TOKEN + 8 for message in messages)


@cache
def read_prompts() -> Prompts:
    """The prompts. Raises UserError for one that is missing or has other variables than it is filled with."""
    templates = {name: _template(name, variables) for name, variables in _VARIABLES.items()}
    whole = json.dumps([VERSION, templates], sort_keys=True)
    return Prompts(templates, hashlib.sha256(whole.encode()).hexdigest()[:16])


def _template(name: str, variables: set[str]) -> str:
    path = _FOLDER / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").strip()
        found = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: the prompt cannot be read: {error}.") from error
    if found != variables:
        raise UserError(f"{path}: the prompt must have the variables {sorted(variables)}, and has {sorted(found)}.")
    return text
