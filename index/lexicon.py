"""The field's names: which drug, trial, marker or endpoint a text speaks of, whatever it is called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CorpusError
from index.tables import first_line

_TOKEN = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]+")
# "FRESCO-3" is not FRESCO.
_NUMBERED = re.compile(r"-\d")
# More words find nothing better (tuned questions, 0 to all of them), and a longer text takes longer to embed.
_MOST_EXPANDED = 4
# Only names of these kinds are looked for behind a misspelling, and only words this long.
_COMMON_KINDS = frozenset({"term", "cancer"})
_SPELLED_KINDS = frozenset({"drug", "trial", "class", "endpoint", "adverse_event", "cancer", "term"})
_SPELLED_LENGTH = 6
# A short word in lower case is sooner an ordinary word ("aspect") than a misspelt trial (ASPECCT).
_TRIAL_SPELLED_LENGTH = 8
_TRIAL_LIKE_LENGTH = 5


class Entry(BaseModel):
    """One thing of the field with all of its names; those of `exact` count only with this very case.

    `subject`: a question that names it is about it, so that evidence without it does not answer. `everyday` are further
    names of a subject that are words of daily life too ("travel together with"), so that they alone do not tell.
    `settings`: words for where a trial was done.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kind: str
    name: str
    also: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    author: str | None = None
    year: int | None = None
    in_scope: bool = False
    subject: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` names the entry `id`; `spelled` says that a misspelling was read as it."""

    id: str
    kind: str
    start: int
    end: int
    spelled: bool = False


_MOST_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    spelled: bool = False


class Lexicon:
    """Finds the entries in a text: longest name first; case, hyphens, spaces and a plural s do not matter."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}
        # Names by their words, and by first word how many words the names that begin with it have, most first.
        self._names: dict[tuple[str, ...], Entry] = {}
        self._lengths: dict[str, list[int]] = {}
        self._exact: dict[str, Entry] = {}
        for entry in self.entries.values():
            for name in (entry.name, *entry.also, *entry.everyday):
                self._add(name, entry)
            self._exact.update(dict.fromkeys(entry.exact, entry))
        for words in sorted(self._names, key=len, reverse=True):
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
        # Every step of an answer looks for names in the same few texts.
        self._find = lru_cache(_MOST_REMEMBERED)(self._found_in)

    def find(self, text: str, misspelled: bool = True) -> tuple[Mention, ...]:
        """The mentions in `text`, in order, none inside another; with `misspelled`, also those behind a misspelling."""
        return self._find(text, misspelled)

    def _found_in(self, text: str, misspelled: bool) -> tuple[Mention, ...]:
        tokens = [self._corrected(token) if misspelled else token for token in _tokens(text)]
        mentions: list[Mention] = []
        position = 0
        while position < len(tokens):
            length, entry = self._match(tokens, position, text)
            if entry is None:
                position += 1
                continue
            covered = tokens[position : position + length]
            spelled = any(token.spelled for token in covered)
            mentions.append(Mention(entry.id, entry.kind, covered[0].start, covered[-1].end, spelled))
            position += length
        return tuple(mentions)

    def entity_ids(self, text: str, misspelled: bool = True) -> frozenset[str]:
        """The ids of all entries that `text` names, parts of regimens included."""
        found = {mention.id for mention in self.find(text, misspelled)}
        return frozenset(found.union(*(self.entries[name].parts for name in found))) if found else frozenset()

    def is_everyday(self, mention: Mention, text: str) -> bool:
        """Whether the mention names its entry by a word of daily life."""
        said = _fold(text[mention.start : mention.end])
        return any(_fold(name) == said for name in self.entries[mention.id].everyday)

    def expansion(self, text: str) -> str:
        """Canonical and further names of what `text` mentions by another name, of a few words in all; empty where
        nothing is gained. Ordinary words and the cancer itself are in every text and get none.
        """
        names: dict[str, None] = {}
        for mention in self.find(text):
            entry = self.entries[mention.id]
            if entry.kind in _COMMON_KINDS:
                continue
            said = text[mention.start : mention.end].casefold()
            names.update(dict.fromkeys(name for name in (entry.name, *entry.expand) if name.casefold() != said))
        return " ".join(" ".join(names).split()[:_MOST_EXPANDED])

    @cached_property
    def _spellings(self) -> dict[str, tuple[int, int]]:
        """The words that a misspelling may stand for, with the slips allowed (two in a drug's long name) and the
        letters that it must have at least."""
        allowed: dict[str, tuple[int, int]] = {}
        for entry in self.entries.values():
            if entry.kind not in _SPELLED_KINDS:
                continue
            shortest = _TRIAL_SPELLED_LENGTH if entry.kind == "trial" else _SPELLED_LENGTH
            for word in {word for name in (entry.name, *entry.also) for word in _fold(name)}:
                if len(word) >= _SPELLED_LENGTH - 1 and word.isalpha():
                    slips = 2 if entry.kind in ("drug", "class") and len(word) >= 9 else 1
                    known = allowed.get(word, (0, shortest))
                    allowed[word] = max(slips, known[0]), min(shortest, known[1])
        return allowed

    @cached_property
    def _by_letter(self) -> dict[str, tuple[str, ...]]:
        letters: dict[str, list[str]] = {}
        for word in self._spellings:
            letters.setdefault(word[0], []).append(word)
        return {letter: tuple(words) for letter, words in letters.items()}

    def _may_stand_for(self, word: str, slips: int, length: int) -> bool:
        allowed, shortest = self._spellings[word]
        return slips <= allowed and length >= shortest

    def trial_like(self, name: str) -> str | None:
        """The trial whose name is a slip away from `name` (two in a long name), its number the same; None where none
        or several are.
        """
        letters, number = _letters_and_number(name)
        if len(letters) < _TRIAL_LIKE_LENGTH:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        slips = 2 if len(letters) >= _TRIAL_SPELLED_LENGTH else 1
        names = self._trials_by_number.get(number, {})
        near = process.extract(letters, names, scorer=OSA.distance, score_cutoff=slips, limit=3)
        best = {hit[2] for hit in near if hit[1] == near[0][1]}
        return self._trial_of[best.pop()] if len(best) == 1 else None

    @cached_property
    def _trials_by_number(self) -> dict[str, dict[str, str]]:
        """Number of a trial's name ("2" of FRESCO-2, empty for none) → name → its letters in lower case."""
        found: dict[str, dict[str, str]] = {}
        for name in self._trial_of:
            letters, number = _letters_and_number(name)
            found.setdefault(number, {})[name] = letters
        return found

    @cached_property
    def _trial_of(self) -> dict[str, str]:
        """Names of trials that are one word with several capitals (perhaps with "trial" or "study") → id."""
        names: dict[str, str] = {}
        for entry in self.entries.values():
            for name in (entry.name, *entry.also, *entry.exact) if entry.kind == "trial" else ():
                first, *rest = name.split()
                if sum(map(str.isupper, first)) > 2 and {*rest} <= {"trial", "study"}:
                    names.setdefault(first, entry.id)
        return names

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every name, in lower case."""
        names = (
            name
            for entry in self.entries.values()
            for name in (entry.name, *entry.also, *entry.everyday, *entry.expand)
        )
        return frozenset(word for name in names for word in _fold(name))

    def _add(self, name: str, entry: Entry) -> None:
        words = _fold(name)
        if not words:
            return
        self._names.setdefault(words, entry)
        glued = "".join(words)
        if len(words) > 1 and len(glued) >= 4:
            self._names.setdefault((glued,), entry)

    def _match(self, tokens: list[_Token], position: int, text: str) -> tuple[int, Entry | None]:
        first = tokens[position]
        raw = text[first.start : first.end]
        if raw in self._exact and raw not in (raw.upper(), raw.lower()):
            return 1, self._exact[raw]
        for length in self._lengths.get(first.word, ()):
            covered = tokens[position : position + length]
            entry = self._names.get(tuple(token.word for token in covered))
            if entry is None or len(covered) < length:
                continue
            if entry.kind == "trial" and _NUMBERED.match(text, covered[-1].end):
                continue
            return length, entry
        return (1, self._exact[raw]) if raw in self._exact else (0, None)

    def _corrected(self, token: _Token) -> _Token:
        if token.end - token.start < _SPELLED_LENGTH or not token.word.isalpha() or token.word in self.words:
            return token
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # A misspelling keeps the first letter.
        alike = self._by_letter.get(token.word[0], ())
        near = process.extract(token.word, alike, scorer=OSA.distance, score_cutoff=2, limit=4)
        length = token.end - token.start
        near = [hit for hit in near if self._may_stand_for(hit[0], hit[1], length)]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return token
        return _Token(near[0][0], token.start, token.end, spelled=True)


def read_lexicon(folder: Path) -> Lexicon:
    """The lexicon from `folder/*.toml`; a file's name in the singular is the kind of its entries.

    Raises CorpusError naming file and entry for a malformed entry, a double id or an unknown part or class.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            for entry in _read_entries(path):
                if entry.id in entries:
                    raise CorpusError(f"{path}: the id {entry.id!r} is used twice.")
                entries[entry.id] = entry
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValidationError) as error:
            raise CorpusError(f"{path}: the lexicon file cannot be read: {first_line(error)}") from error
    for entry in entries.values():
        for other in (*entry.parts, *entry.classes):
            if other not in entries:
                raise CorpusError(f"{folder}: {entry.id!r} names {other!r}, which is no entry of the lexicon.")
    return Lexicon(entries.values())


def _read_entries(path: Path) -> Iterator[Entry]:
    kind = {"classes": "class"}.get(path.stem, path.stem.removesuffix("s"))
    for facts in tomllib.loads(path.read_text(encoding="utf-8")).get("entry", []):
        yield Entry(kind=kind, **facts)


def _letters_and_number(name: str) -> tuple[str, str]:
    """ "FRESCO-2" → ("fresco", "2")."""
    return "".join(filter(str.isalpha, name)).casefold(), "".join(filter(str.isdigit, name))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(_fold_word(match.group()), match.start(), match.end())


def _fold(name: str) -> tuple[str, ...]:
    return tuple(_fold_word(match.group()) for match in _TOKEN.finditer(name))


def _fold_word(word: str) -> str:
    folded = word.casefold()
    return folded[:-1] if len(folded) > 4 and folded.endswith("s") and not folded.endswith("ss") else folded
