"""Before anything else: is there a question, is it of a sane length, does it try to change the assistant?"""

from __future__ import annotations

import re

from app.errors import TooLong, UserError

MAX_CHARACTERS = 20_000
MAX_TURNS = 100
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

_CHANGES_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.?!]{0,60}\b(?:instruct\w*|prompts?|rules|guardrails?|"
    r"constraints)\b"
    r"|\b(?:system|hidden|initial) prompt\b"
    r"|\byou are (?:now|no longer)\b"
    r"|\b(?:act|behave|respond) as (?:if you|an? )"
    r"|\bpretend (?:to be|that you|you)\b"
    r"|\bfrom (?:now|here) on\b[^.?!]{0,40}\b(?:answer|respond|reply|say|act|you)\b"
    r"|\b(?:answer|respond|reply) (?:only )?(?:without|with no) (?:any )?(?:citations?|sources?|evidence)\b"
    r"|\b(?:developer|jailbreak|dan) mode\b"
    r"|\breveal (?:your|the) (?:instructions|prompt)\b"
    r"|\b(?:print|repeat|output|display|show|recite|paste)\b[^.?!]{0,40}\b(?:your (?:\w+ )?(?:instructions|prompt)|"
    r"instructions (?:that )?you (?:were|are|have been) given)\b",
    re.IGNORECASE,
)


# Something to be made that no review holds.
_WANTS_MADE = re.compile(
    r"\b(?:write|compose|make|generate|create|code|program|give|build)\b(?: (?:me|us))?(?: (?:an?|the|"
    r"some))? (?:\w+ ){0,2}"
    r"(?:(?:excel|spreadsheet|python|javascript|sql|vba|regex) ?(?:formula|macro|script|code|function|query)?|formula|"
    r"poem|song|haiku|limerick|sonnet|joke|essay|recipe)\b",
    re.IGNORECASE,
)


def check_turns(turns: tuple[str, ...]) -> None:
    """Raises UserError where there is no question, TooLong where there is more text than can be one."""
    if not turns or not turns[-1].strip():
        raise UserError("The question is empty; type one.")
    if any(_HALF_CHARACTER.search(turn) for turn in turns):
        raise UserError("The text holds half a character (a lone surrogate) and cannot be read; send it as UTF-8.")
    if len(turns) > MAX_TURNS:
        raise TooLong(f"The conversation has {len(turns)} turns, but {MAX_TURNS} is the most; start a new one.")
    if (longest := max(len(turn) for turn in turns)) > MAX_CHARACTERS:
        raise TooLong(f"The text has {longest:,} characters, but {MAX_CHARACTERS:,} is the most; shorten it.")


def wants_something_made(text: str) -> bool:
    """Whether the text orders a formula, a program or a poem."""
    return bool(_WANTS_MADE.search(text))


def changes_instructions(text: str) -> bool:
    """Whether the text tries to give the assistant other instructions rather than to ask something."""
    return bool(_CHANGES_INSTRUCTIONS.search(text))
