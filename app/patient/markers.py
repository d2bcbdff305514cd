"""What a message says of the tumour's markers: which is altered, which is normal, which not known.

A clause grammar over symbols (`marker_words`): a denial before a list, a result before a list ("wild-type for RAS and
BRAF"), a list with its result behind it, a bare mention. A bare gene says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.patient.marker_words import Item, items_of
from app.patient.text import Message, Span

_SUBJECTS = "gav"
_LIST = re.compile(r"[gav]:{0,2}(?:(?:[,&o]|,&|,o)[:l]{0,2}[gav]:{0,2}(?!\()(?=.|$))*")
_FILL = r"(?:[:wlt]|\([:wtl]*\)){0,8}"
_SUFFIX = re.compile(
    rf"{_FILL}?(?P<state>p{_FILL}?(?P<late>(?<!w)[nu]|x[:w]{{0,2}}p)(?![gav])|[pnum?]|x[:w]{{0,2}}[pn]|"
    rf"\(:?[pnum?]\)|[,(]:?[pnu](?=[,;.)]|$))"
)
_LEAD = re.compile(r"(?P<lead>[pnum])(?P<link>[l:w]{0,3}?)(?=[gav])")
_DENIAL = re.compile(r"x[:lwt]{0,4}?(?=[gavc])c?[:lwt]{0,2}?")
_TESTING = re.compile(r"^(?:assays?|test\w*|results?|status|analysis|sequencing|data|report)$")
_ASKING = re.compile(
    r"\b(?:what|which|how|options?|next|should|would|can|could|best|recommend\w*|tx|treatments?|therap\w+|advice|"
    r"suggest\w*|offer|lines?|3l|4l|2l|do|now what|thoughts)\b"
)
_ASKS_OF_MARKER = re.compile(
    r"^\W*(?:could|is|are|was|has|does|might|may|do we know)\b (?:this|it|that|he|she|the tumou?r|her2|ras|kras|"
    r"braf|ntrk|mmr|msi)\b"
)
_VERBS = frozenset({"is", "are", "was", "were", "has", "have", "had"})
_ACQUIRED = re.compile(r"\b(?:newly |new )?(?:acquired|emerg\w+|resistance|secondary|new(?:ly)?)\b")
_TUMOUR_NEXT = re.compile(
    r"\s*(?:m?crc|tumou?rs?|cancer|disease|colorectal|colon|rectal|adenocarcinoma|-?positive|phenotype|patient)\b"
)
_LINK_TO_PLASMA = re.compile(
    r"(?:\b(?:on|in|by|via|per|at|from|with|using)\s+(?:(?:the|a|an|latest|recent|new|repeat|current|his|her|"
    r"post-?\w+|follow-?up)\s+){0,3}|\(\s*)$"
)
_NOT_IT = {
    "her2": re.compile(r"mut|varia|carr"),
    "ras": re.compile(r"ampl|fusi"),
    "kras": re.compile(r"ampl|fusi"),
    "nras": re.compile(r"ampl|fusi"),
    "braf": re.compile(r"ampl"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One marker (gene, allele or result by itself) with what is said of it: "p" altered, "n" normal, "u" unknown, "m+"
    and "m-" mismatch repair lost or kept, "ihc 2+", "ish p". `plasma`: of a liquid biopsy.
    """

    subject: str
    state: str
    start: int
    end: int
    plasma: bool = False


def markers_in(message: Message, sentence: Span, plasma_before: bool = False) -> tuple[list[Said], bool]:
    """All that the sentence says of markers, and whether it speaks of a liquid biopsy without giving its result yet."""
    items = _merged(items_of(message.plain, sentence))
    if not any(item.symbol in _SUBJECTS for item in items):
        return [], any(item.symbol == "c" for item in items)
    said = list(_Grammar(message, sentence, items).parse())
    placed = [replace(one, plasma=_of_plasma(one, items, message, sentence, plasma_before)) for one in said]
    waiting = any(item.symbol == "c" for item in items) and not any(one.plasma for one in placed)
    return placed, waiting


def _merged(items: list[Item]) -> list[Item]:
    """Gene and allele as one: "KRAS G12C", "BRAF (V600E)", "NRAS: Q61K"."""
    merged: list[Item] = []
    for item in items:
        if item.symbol == "a":
            back = len(merged)
            while back and merged[back - 1].symbol in (":", "(", "p") and len(merged) - back < 3:
                back -= 1
            if back and merged[back - 1].symbol == "g" and _belongs(item.meaning, merged[back - 1].meaning):
                gene = merged[back - 1]
                if any(other.symbol == "p" for other in merged[back:]) and "(" not in {
                    other.symbol for other in merged[back:]
                }:
                    merged.append(item)
                    continue
                bracket = any(other.symbol == "(" for other in merged[back:])
                meaning = "nras_allele" if gene.meaning == "nras" else item.meaning
                del merged[back - 1 :]
                merged.append(Item("a", meaning, gene.start, item.end))
                if bracket:
                    merged.append(Item("^", "", item.end, item.end))
                continue
        if item.symbol == ")" and merged and merged[-1].symbol == "^":
            merged.pop()
            continue
        merged.append(item)
    return [item for item in merged if item.symbol != "^"]


def _belongs(allele: str, gene: str) -> bool:
    if allele in ("g12c", "kras_other"):
        return gene in ("ras", "kras", "nras")
    return gene == "braf"


class _Grammar:
    """One sentence's symbols, read from left to right."""

    def __init__(self, message: Message, sentence: Span, items: list[Item]) -> None:
        self._message = message
        self._items = items
        self._symbols = "".join(item.symbol for item in items)
        words = message.words(sentence)
        self._asks = bool(_ASKING.search(words)) and not _ASKS_OF_MARKER.match(words)

    def parse(self) -> Iterator[Said]:
        place = 0
        while place < len(self._items):
            symbol = self._symbols[place]
            if symbol == "x" and (denial := _DENIAL.match(self._symbols, place)):
                made, place = self._denied(place, denial.end())
                yield from made
            elif symbol in "pnum" and (lead := _LEAD.match(self._symbols, place)) and self._may_lead(place, lead):
                made, place = self._led(place, lead.end())
                yield from made
            elif symbol in _SUBJECTS:
                made, place = self._listed(place)
                yield from made
            else:
                place += 1

    def _may_lead(self, place: int, lead: re.Match[str]) -> bool:
        """Whether a result may belong to what follows: "wt KRAS", "mutation in KRAS", not "(PR) … positive, RAS"."""
        words = self._items[place]
        if lead["link"] and "l" not in lead["link"] and ":" not in lead["link"]:
            return words.symbol == "u" and len(lead["link"]) <= 1
        if words.symbol == "m":
            return (
                self._items[lead.end()].meaning in ("mmr", "mmr_protein", "msi")
                if lead.end() < len(self._items)
                else False
            )
        return True

    def _denied(self, place: int, start: int) -> tuple[list[Said], int]:
        """ "no evidence of NTRK fusion", "neither MSI-H nor …", "no RAS, BRAF or HER2 alteration"."""
        if start >= len(self._items) or self._symbols[start] not in _SUBJECTS:
            return [], place + 1
        chunk = re.compile(r"[gav][:w]?p?:{0,2}(?:(?:,o|,&|[,&o])[:lw]{0,2}[gav][:w]?p?:{0,2})*").match(
            self._symbols, start
        )
        end = chunk.end() if chunk else start + 1
        if "o" not in self._symbols[start:end] and "," in self._symbols[start:end]:
            end = start + self._symbols[start:end].index(",")
        denied = [item for item in self._items[start:end] if item.symbol in _SUBJECTS]
        if any(item.meaning == "mmr_protein" for item in denied):
            return self._denied_proteins(denied, place, end)
        trailing = self._symbols[end : end + 1]
        shown = re.compile(r"[:w]{0,4}p|[,&o]{1,2}x[:w]?[gav](?:[:w]?p|(?:,|&|o|,o)[:w]?[gav][:w]?p)").match(
            self._symbols, end
        )
        if "p" not in self._symbols[start:end] and not shown:
            denied = [item for item in denied if item.symbol != "g"]  # "no RAS": no result, or no mutation?
        if trailing == "u" or self._is_about_testing(end):
            state = "u"
        elif trailing == "n":
            state = "u"  # "not RAS wild-type": a double denial is no result
        else:
            state = "n"
        words = self._words(start, end)
        made = [self._made(item, state, place, max(end, start + 1), words) for item in denied]
        return made, end + (trailing in ("u", "n"))

    def _denied_proteins(self, proteins: list[Item], place: int, end: int) -> tuple[list[Said], int]:
        """ "neither MLH1 nor PMS2 … is lost" keeps them; "no MLH1" is no result."""
        found = re.compile(r"[:w]{0,3}m").match(self._symbols, end)
        if not found:
            return [], end
        kept = self._items[found.end() - 1].meaning == "bad"
        made = [self._made(item, "m+" if kept else "m-", place, found.end(), "") for item in proteins]
        return made, found.end()

    def _is_about_testing(self, end: int) -> bool:
        for item in self._items[max(0, end - 2) : end + 2]:
            if item.symbol == ":" and _TESTING.match(item.meaning):
                return True
        return False

    def _led(self, place: int, start: int) -> tuple[list[Said], int]:
        """A result before its markers; a result behind them overrides "mutation in …" or "tested for …"."""
        state = self._state(self._items[place])
        if place and self._symbols[place - 1] == "x":
            state = "n" if state == "p" else "u"  # "rather than mutant"
        end = self._list_end(start)
        suffix = _SUFFIX.match(self._symbols, end)
        subjects = self._subjects(start, end)
        first_end = end
        made: list[Said] = []
        if suffix and suffix["state"][0] in "pnum?(" and not re.match(r"[:w]*[gav]", self._symbols[suffix.end() :]):
            comma = self._symbols.rfind(",", start, end)
            overrides = state in ("p", "u") and comma < 0
            if overrides and not (state == "p" and suffix["state"] == "p"):
                return self._with_suffix(start, end, suffix)
            if comma >= 0:
                first_end = comma
                subjects = self._subjects(start, first_end)
        words = self._words(place, first_end)
        made = [self._made(item, state, place, self._index(item) + 1, words) for item in subjects]
        return made, first_end

    def _listed(self, place: int) -> tuple[list[Said], int]:
        end = self._list_end(place)
        if any(item.meaning == "her2" for item in self._subjects(place, end)) and (found := self._her2(place, end)):
            return found
        suffix = _SUFFIX.match(self._symbols, end)
        if suffix and suffix["state"] == "?" and self._asks:
            suffix = None
        if suffix and not self._is_lead_of_next(suffix):
            return self._with_suffix(place, end, suffix)
        return [said for item in self._subjects(place, end) if (said := self._bare(item))], end

    def _is_lead_of_next(self, suffix: re.Match[str]) -> bool:
        """Whether the result found belongs to the next marker: "BRAF, mutated KRAS", "MSI-H, wild-type RAS"."""
        state = suffix["state"]
        between = self._symbols[suffix.start() : suffix.start("state")]
        if state[0] == "," or "w" in between or ":" in between:
            return (
                bool(re.match(r"l?[gav]", self._symbols[suffix.end() :]))
                and state[0] in ",pn"
                and "l" in self._symbols[suffix.end() : suffix.end() + 1]
            )
        return False

    def _with_suffix(self, place: int, end: int, suffix: re.Match[str]) -> tuple[list[Said], int]:
        """A list and the result behind it. What has a result of its own takes another one only where it stands alone
        or is joined by a slash or "or".
        """
        subjects = self._subjects(place, end)
        late = suffix["late"]
        position = (
            suffix.end("late") - 1
            if late
            else next(index for index in range(suffix.start("state"), suffix.end()) if self._symbols[index] in "pnum?x")
        )
        state = self._state(self._items[position])
        if (late and late[0] == "x") or self._symbols[suffix.start("state")] == "x":
            state = "u" if suffix["state"][-1] == "n" else "n"
        aligned = self._aligned(place, end, suffix)
        words = self._words(suffix.start(), suffix.end())
        made: list[Said] = []
        if state == "p" and self._is_after_nor(place):
            state = "n"
        reached = self._reached(place, end)
        for number, item in enumerate(subjects):
            if aligned:
                state = aligned[number]
            if aligned or item in reached:
                made.append(
                    self._made(item, self._doubted(state, suffix.end()), self._index(item), suffix.end(), words)
                )
            elif item.symbol == "a" and state == "n" and self._joined_by(item, place, end) == "&and":
                continue  # "BRAF V600E and HER2 negative": either is meant
            elif said := self._bare(item):
                made.append(said)
        return made, suffix.end() + (len(subjects) - 1) * 2 * bool(aligned)

    def _is_after_nor(self, place: int) -> bool:
        """ "neither the HER2 stain … nor the NTRK assay was positive": the "nor" denies over some words."""
        before = self._items[max(0, place - 4) : place]
        return any(item.meaning == "nor" for item in before) and not any(item.symbol in ";pn" for item in before)

    def _reached(self, place: int, end: int) -> list[Item]:
        """What of a list its result is said of. What is a result by itself ("MSI-H") takes another one only where it
        stands alone or is joined to the last by a slash or "or"; genes before it are not reached over it.
        """
        reached: list[Item] = []
        for item in reversed(self._subjects(place, end)):
            joined = self._joined_by(item, place, end)
            if item.symbol in "av" and reached and joined != "&":
                break
            if item.symbol == "v" and reached and reached[-1].symbol != "v":
                break
            reached.append(item)
        return reached

    def _aligned(self, place: int, end: int, suffix: re.Match[str]) -> list[str]:
        """ "KRAS/NRAS/BRAF: mut/wt/wt": one result each; [] where there are not as many."""
        count = len(self._subjects(place, end))
        states = re.compile(r"[pn](?:&[pn])+").match(self._symbols, suffix.end() - 1)
        if count < 2 or not states:
            return []
        found = [item.symbol for item in self._items[states.start() : states.end()] if item.symbol in "pn"]
        return found if len(found) == count else ["u"] * count

    def _joined_by(self, item: Item, place: int, end: int) -> str:
        """How an item hangs on the one behind it in the list: "" for a comma, "&and", or "&" for a slash or "or"."""
        following = self._index(item) + 1
        while following < end and self._symbols[following] == ":":
            following += 1
        if following >= end:
            return "&"
        separator = self._items[following]
        if separator.symbol == "o" or separator.meaning == "/":
            return "&"
        return "&and" if separator.symbol == "&" else ""

    def _doubted(self, state: str, end: int) -> str:
        """ "MSI-H?" in a note is a doubt; the question mark of "… options for RAS mutant?" is not."""
        follows = self._symbols[end : end + 1] == "?"
        verb = any(item.meaning in _VERBS for item in self._items[max(0, end - 4) : end] if item.symbol == ":")
        return "u" if follows and not self._asks and not verb else state

    def _her2(self, place: int, end: int) -> tuple[list[Said], int] | None:
        """HER2 by immunohistochemistry and in-situ hybridisation: "IHC 2+/FISH neg", "3+"."""
        window = re.compile(r"(?:[:wlt(),&?]|[pnum](?!l?[gav])|[di]|x(?=[:w]{0,3}p))*").match(self._symbols, end)
        stop = window.end() if window else end
        tests = self._symbols[end:stop]
        if "d" not in tests and "i" not in tests:
            return None
        last = max(tests.rfind("d"), tests.rfind("i"))
        made: list[Said] = [
            said for item in self._subjects(place, end) if item.meaning != "her2" and (said := self._bare(item))
        ]
        gene = next(item for item in self._subjects(place, end) if item.meaning == "her2")
        stop_at = end + last + 1
        for index in range(end, end + last + 1):
            item = self._items[index]
            if item.symbol == "d":
                made.append(self._said("her2", f"ihc {item.meaning}", gene.start, item.end))
            elif item.symbol == "i":
                result = re.compile(r"[:w(]{0,6}([pnu]|x[:w]{0,2}p)").match(self._symbols, index + 1)
                if result:
                    state = "n" if result[1][0] == "x" else result[1][0]
                    made.append(self._said("her2", f"ish {state}", gene.start, self._items[result.end() - 1].end))
                    stop_at = max(stop_at, result.end())
        return made, stop_at

    def _bare(self, item: Item) -> Said | None:
        """A mention without a result: an allele and "MSI-H" say it themselves, a gene says nothing."""
        doubted = self._doubted("p", self._index(item) + 1) == "u"
        if item.symbol == "g":
            if item.meaning == "msi" and not doubted and self._is_msi_itself(item):
                return self._said("msi", "p", item.start, item.end)
            return self._said(item.meaning, "?", item.start, item.end)
        following = self._items[self._index(item) + 1 : self._index(item) + 2]
        tested = item.symbol == "a" and following and bool(_TESTING.match(following[0].meaning))
        return self._said(item.meaning, "u" if doubted or tested else "p", item.start, item.end)

    def _is_msi_itself(self, item: Item) -> bool:
        if self._message.plain[item.start : item.end] not in ("msi",):
            return False
        if _TUMOUR_NEXT.match(self._message.plain, item.end):
            return True
        index = self._index(item)
        before, after = self._symbols[index - 1 : index] if index else "", self._symbols[index + 1 : index + 2]
        stated = bool(
            re.search(
                r"\b(?:is|was|remains|confirmed) (?:an? )?$", self._message.plain[max(0, item.start - 16) : item.start]
            )
        )
        return "u" not in self._symbols and (before == "," or stated) and after in (",", "")

    def _made(self, item: Item, state: str, first: int, last: int, words: str) -> Said:
        """What is said of `item`; a result of the wrong kind ("HER2 mutation") says nothing of the fact."""
        wrong = _NOT_IT.get(item.meaning)
        if (
            wrong
            and wrong.search(words)
            and state in "pn"
            and not (item.meaning == "her2" and re.search(r"ampl|express|alter", words))
        ):
            state = "?"
        start = min(self._items[first].start, item.start)
        end = max(self._items[min(last, len(self._items)) - 1].end, item.end)
        return self._said(item.meaning, state, start, end)

    def _said(self, subject: str, state: str, start: int, end: int) -> Said:
        return Said(subject, state, start, end)

    def _state(self, item: Item) -> str:
        if item.symbol == "m":
            return "m-" if item.meaning == "bad" else "m+"
        return {"?": "u", "x": "n"}.get(item.symbol, item.symbol)

    def _list_end(self, place: int) -> int:
        found = _LIST.match(self._symbols, place)
        return found.end() if found else place + 1

    def _subjects(self, start: int, end: int) -> list[Item]:
        return [item for item in self._items[start:end] if item.symbol in _SUBJECTS]

    def _index(self, item: Item) -> int:
        return self._items.index(item)

    def _words(self, first: int, last: int) -> str:
        if first >= len(self._items) or last <= first:
            return ""
        return self._message.plain[self._items[first].start : self._items[min(last, len(self._items)) - 1].end]


def _of_plasma(said: Said, items: list[Item], message: Message, sentence: Span, before: bool) -> bool:
    """Whether the statement is of a liquid biopsy: one named before it in the sentence, or right behind it."""
    plasma = before
    for item in items:
        if item.start >= said.end:
            break
        if item.symbol in "ct":
            plasma = item.symbol == "c"
    clause = message.clause_at(said.start)
    if not plasma:
        nexts = [item for item in items if item.symbol == "c" and said.end <= item.start]
        if nexts and not any(
            item.symbol in ";" or item.symbol in _SUBJECTS for item in items if said.end <= item.start < nexts[0].start
        ):
            plasma = bool(_LINK_TO_PLASMA.search(message.plain[sentence.start : nexts[0].start]))
    if not plasma and not any(item.symbol == "t" for item in items):
        around = message.plain[max(sentence.start, clause.start - 12) : said.end]
        plasma = bool(re.search(r"\bacquired\b|\bemerg(?:ed|ent|ing|ence)\b", around))
    return plasma
