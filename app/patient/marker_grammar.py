"""A clause grammar over the symbols of `marker_words`: which marker is altered, which normal, which not known.

A denial before a list, a result before a list ("wild-type for RAS and BRAF"), a list with its result behind it, a bare
mention. A bare gene says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.patient.marker_symbols import SUBJECTS, Said, Symbols
from app.patient.marker_words import Item
from app.patient.text import Message, Span

_FILL = r"(?:[:wlt]|\([:wtl]*\)){0,8}"
_SUFFIX = re.compile(
    rf"{_FILL}?(?P<state>p{_FILL}?(?P<late>(?<!w)[nu]|x[:w]{{0,2}}p)(?![gav])|"
    rf"m{_FILL}?(?P<denied>(?<!w)[nu])(?![gav])|[pnum?]|x[:wl]{{0,2}}[pnm]|"
    rf"\(:?[pnum?]\)|[,(]:?[pnu](?=[,;.)]|$))"
)
_LEAD = re.compile(r"(?P<lead>[pnum])(?P<link>[l:w]{0,3}?)(?=[gav])")
_DENIAL = re.compile(r"x[:lwt]{0,4}?(?=[gavc])c?[:lwt]{0,2}?")
_TESTING = re.compile(r"^(?:assays?|test\w*|results?|status|analysis|sequencing|data|report)$")
_ASKING = re.compile(
    r"\b(?:what|which|how|options?|next|should|would|can|could|best|recommend\w*|tx|treatments?|therap\w+|advice|"
    r"suggest\w*|offer|lines?|3l|4l|2l|do|now what|thoughts|(?:and|but|or) if|if (?:he|she|it|they))\b"
)
_ASKS_OF_MARKER = re.compile(
    r"^\W*(?:could|is|are|was|has|does|might|may|do we know)\b (?:this|it|that|he|she|the tumou?r|her2|ras|kras|"
    r"braf|ntrk|mmr|msi)\b"
)
# A denied list: each marker may carry "mutation" with it.
_DENIED_LIST = re.compile(r"[gav][:w]?p?:{0,2}(?:(?:,o|,&|[,&o])[:lw]{0,2}[gav][:w]?p?:{0,2})*")
# A "mutation" behind a denied list, or behind the next denial that goes on with it.
_SHOWN = re.compile(r"[:w]{0,4}p|[,&o]{0,2}x[:w]?[gav](?:[:w]?p|(?:,|&|o|,o)[:w]?[gav][:w]?p)")
_OF_REPAIR = frozenset({"mmr", "mmr_protein", "msi"})
_REPAIR_NEXT = re.compile(r"[:w]{0,3}m")
_MARKER_NEXT = re.compile(r"[:w]*[gav]")
_LINKED_NEXT = re.compile(r"l[gav]")
_STATES = re.compile(r"[pn](?:&[pn])+")
_WORD_RESULT = re.compile(r"[:wlt(]{0,3}(?P<state>[pn])")
_HER2_TESTS = re.compile(r"(?:[:wlt(),;&?]|[pnum](?!l?[gav])|[di]|x(?=[:w]{0,3}p))*")
_ISH_RESULT = re.compile(r"[:w(,]{0,6}([pnu]|x[:w]{0,2}p)")
_VERBS = frozenset({"is", "are", "was", "were", "has", "have", "had"})
_TUMOUR_NEXT = re.compile(
    r"\s*(?:m?crc|tumou?rs?|cancer|disease|colorectal|colon|rectal|adenocarcinoma|-?positive|phenotype|patient)\b"
)
_IS_STATED = re.compile(r"\b(?:is|was|remains|confirmed) (?:an? )?$")


class Grammar(Symbols):
    """One sentence's symbols, read from left to right."""

    def __init__(self, message: Message, sentence: Span, items: list[Item]) -> None:
        super().__init__(message, sentence, items)
        words = message.words(sentence)
        self._asks = bool(_ASKING.search(words)) and not _ASKS_OF_MARKER.match(words)

    def parse(self) -> Iterator[Said]:
        """What is said of each marker, in the order of the text."""
        place = 0
        while place < len(self._items):
            symbol = self._symbols[place]
            if symbol == "x" and (denial := _DENIAL.match(self._symbols, place)):
                made, place = self._denied(place, denial.end())
                yield from made
            elif symbol in "pnum" and (lead := _LEAD.match(self._symbols, place)) and self._may_lead(place, lead):
                made, place = self._led(place, lead.end())
                yield from made
            elif symbol in SUBJECTS:
                made, place = self._listed(place)
                yield from made
            else:
                place += 1

    def _may_lead(self, place: int, lead: re.Match[str]) -> bool:
        """Whether a result may belong to what follows: "wt KRAS", "mutation in KRAS", not "(PR) … positive, RAS"."""
        words = self._items[place]
        if lead["link"] and "l" not in lead["link"] and ":" not in lead["link"]:
            return words.symbol == "u" and len(lead["link"]) <= 1
        # The link is followed by a marker, see `_LEAD`.
        return words.symbol != "m" or self._items[lead.end()].meaning in _OF_REPAIR

    def _denied(self, place: int, start: int) -> tuple[list[Said], int]:
        """ "no evidence of NTRK fusion", "neither MSI-H nor …", "no RAS, BRAF or HER2 alteration"."""
        if start >= len(self._items) or self._symbols[start] not in SUBJECTS:
            return [], place + 1
        end = self._end_of_denied(start)
        denied = [item for item in self._items[start:end] if item.symbol in SUBJECTS]
        repair = {item.meaning for item in denied} & _OF_REPAIR
        if "mmr_protein" in repair or (repair and _REPAIR_NEXT.match(self._symbols, end)):
            return self._denied_proteins(denied, place, end)
        if "p" not in self._symbols[start:end] and not _SHOWN.match(self._symbols, end):
            # "no RAS": no result, or no mutation? "not MSI" is a result.
            not_msi = self._items[place].meaning != "no"
            denied = [item for item in denied if item.symbol != "g" or (not_msi and self._is_plain_msi(item))]
        trailing = self._symbols[end : end + 1]
        # "not RAS wild-type": a double denial is no result.
        state = "u" if trailing in ("u", "n") or self._is_about_testing(end) else "n"
        words = self._words(start, end)
        made = [self._made(item, state, place, max(end, start + 1), words) for item in denied]
        return made, end + (trailing in ("u", "n"))

    def _end_of_denied(self, start: int) -> int:
        """Where a denied list ends: one without an "or" ends at its first comma."""
        found = _DENIED_LIST.match(self._symbols, start)
        end = found.end() if found else start + 1
        comma = self._symbols.find(",", start, end)
        return end if comma < 0 or "o" in self._symbols[start:end] else comma

    def _denied_proteins(self, proteins: list[Item], place: int, end: int) -> tuple[list[Said], int]:
        """ "neither MLH1 nor PMS2 … is lost" keeps them; "no MLH1" is no result."""
        found = _REPAIR_NEXT.match(self._symbols, end)
        if not found:
            return [], end
        kept = self._items[found.end() - 1].meaning == "bad"
        made = [self._made(item, "m+" if kept else "m-", place, found.end(), "") for item in proteins]
        return made, found.end()

    def _is_about_testing(self, end: int) -> bool:
        around = self._items[max(0, end - 2) : end + 2]
        return any(item.symbol == ":" and _TESTING.match(item.meaning) for item in around)

    def _led(self, place: int, start: int) -> tuple[list[Said], int]:
        """A result before its markers; a result behind them overrides "mutation in …" or "tested for …"."""
        state = self._state(self._items[place])
        if place and self._symbols[place - 1] == "x":
            state = {"p": "n", "m-": "m+"}.get(state, "u")  # "rather than mutant", "no evidence of loss of"
        end = self._list_end(start)
        suffix = _SUFFIX.match(self._symbols, end)
        subjects = self._subjects(start, end)
        first_end = end
        if suffix and suffix["state"][0] in "pnum?(" and not _MARKER_NEXT.match(self._symbols, suffix.end()):
            comma = self._symbols.rfind(",", start, end)
            # "awaiting HER2 amplification" stays unknown; "tested for HER2: positive" does not.
            answered = state == "u" and ":" in self._symbols[end : suffix.end()]
            overrides = (state == "p" or answered) and comma < 0
            if state == "m-" and suffix["state"][0] in "nu" and comma < 0:  # "loss of MSH6 was ruled out"
                kept = "m+" if suffix["state"][0] == "n" else "u"
                words = self._words(place, end)
                return [self._made(item, kept, place, suffix.end(), words) for item in subjects], suffix.end()
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
            return state[0] in ",pn" and bool(_LINKED_NEXT.match(self._symbols, suffix.end()))
        return False

    def _with_suffix(self, place: int, end: int, suffix: re.Match[str]) -> tuple[list[Said], int]:
        """A list and the result behind it. What has a result of its own takes another one only where it stands alone
        or is joined by a slash or "or".
        """
        subjects = self._subjects(place, end)
        state = self._state_of_suffix(suffix)
        if state == "p" and self._is_after_nor(place):
            state = "n"
        aligned = self._aligned(len(subjects), suffix)
        reached = subjects if aligned else self._reached(place, end)
        words = self._words(suffix.start(), suffix.end())
        made: list[Said] = []
        for item, its_state in zip(subjects, aligned or [state] * len(subjects), strict=True):
            if item in reached:
                doubted = self._doubted(its_state, suffix.end())
                made.append(self._made(item, doubted, self._index(item), suffix.end(), words))
            elif item.symbol == "a" and state == "n" and self._joined_by(item, place, end) == "&and":
                continue  # "BRAF V600E and HER2 negative": either is meant
            elif said := self._bare(item):
                made.append(said)
        return made, suffix.end() + (len(subjects) - 1) * 2 * bool(aligned)

    def _state_of_suffix(self, suffix: re.Match[str]) -> str:
        late = suffix["late"]
        if suffix["denied"]:  # "MLH1 loss excluded", "dMMR not confirmed"
            lost = self._items[suffix.start("state")].meaning == "bad"
            return "m+" if lost and suffix["denied"] == "n" else "u"
        if suffix["state"][0] == "x" and suffix["state"][-1] == "m":
            return "m+" if self._items[suffix.end("state") - 1].meaning == "bad" else "u"
        if (late and late[0] == "x") or self._symbols[suffix.start("state")] == "x":
            return "u" if suffix["state"][-1] == "n" else "n"  # "not wild-type" is no result, "not mutated" is one
        if late:
            return self._state(self._items[suffix.end("late") - 1])
        places = range(suffix.start("state"), suffix.end())
        return self._state(self._items[next(place for place in places if self._symbols[place] in "pnum?x")])

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

    def _aligned(self, count: int, suffix: re.Match[str]) -> list[str]:
        """ "KRAS/NRAS/BRAF: mut/wt/wt": one result for each of `count` markers, unknown where there are not as many; []
        where there is but one result for all.
        """
        states = _STATES.match(self._symbols, suffix.end() - 1)
        if count < 2 or not states:
            return []
        found = [item.symbol for item in self._items[states.start() : states.end()] if item.symbol in "pn"]
        return found if len(found) == count else ["u"] * count

    def _doubted(self, state: str, end: int) -> str:
        """ "MSI-H?" in a note is a doubt; the question mark of "… options for RAS mutant?" is not."""
        follows = self._symbols[end : end + 1] == "?"
        verb = any(item.meaning in _VERBS for item in self._items[max(0, end - 4) : end] if item.symbol == ":")
        return "u" if follows and not self._asks and not verb else state

    def _her2(self, place: int, end: int) -> tuple[list[Said], int] | None:
        """HER2 by immunohistochemistry and in-situ hybridisation: "IHC 2+/FISH neg", "3+"."""
        window = _HER2_TESTS.match(self._symbols, end)
        stop = window.end() if window else end
        last = max(self._symbols.rfind(test, end, stop) for test in "di")
        if last < 0:
            return None
        subjects = self._subjects(place, end)
        made = [said for item in subjects if item.meaning != "her2" and (said := self._bare(item))]
        gene = next(item for item in subjects if item.meaning == "her2")
        stop = last + 1
        for index in range(end, last + 1):
            item = self._items[index]
            if item.symbol == "d":
                again = any(said.state.startswith("ihc") for said in made)
                made.append(Said("her2", f"ihc {item.meaning}", item.start if again else gene.start, item.end))
            elif item.symbol == "i" and (result := _ISH_RESULT.match(self._symbols, index + 1)):
                state = "n" if result[1][0] == "x" else result[1][0]
                made.append(Said("her2", f"ish {state}", gene.start, self._items[result.end() - 1].end))
                stop = max(stop, result.end())
        if not any(said.subject == "her2" for said in made) and _WORD_RESULT.match(self._symbols, end, last):
            return None  # "HER2 is amplified on FISH": the word is the result
        return [*made, *self._against_ihc(gene, end, last, made)], stop

    def _against_ihc(self, gene: Item, end: int, last: int, made: list[Said]) -> list[Said]:
        """A result in words that the score contradicts: "amplified; IHC 0", "negative, IHC 3+". Both are then said."""
        scores = {said.state for said in made}
        opposite = "p" if scores & {"ihc 0", "ihc 1+"} else "n" if "ihc 3+" in scores else ""
        word = _WORD_RESULT.match(self._symbols, end, last)
        if not word or word["state"] != opposite or self._items[word.end() - 1].meaning.startswith(("mut", "vari")):
            return []  # a HER2 mutation is no amplification
        return [Said("her2", opposite, gene.start, self._items[word.end() - 1].end)]

    def _bare(self, item: Item) -> Said | None:
        """A mention without a result: an allele and "MSI-H" say it themselves, a gene says nothing."""
        doubted = self._doubted("p", self._index(item) + 1) == "u"
        if item.symbol == "g":
            if item.meaning == "msi" and not doubted and self._is_msi_itself(item):
                return Said("msi", "p", item.start, item.end)
            return Said(item.meaning, "?", item.start, item.end)
        following = self._items[self._index(item) + 1 : self._index(item) + 2]
        tested = item.symbol == "a" and following and bool(_TESTING.match(following[0].meaning))
        return Said(item.meaning, "u" if doubted or tested else "p", item.start, item.end)

    def _is_plain_msi(self, item: Item) -> bool:
        return self._message.plain[item.start : item.end] == "msi"

    def _is_msi_itself(self, item: Item) -> bool:
        """ "MSI tumour", "BRAF wt, MSI, …", "is MSI": short for MSI-H."""
        plain = self._message.plain
        if not self._is_plain_msi(item):
            return False
        if _TUMOUR_NEXT.match(plain, item.end):
            return True
        index = self._index(item)
        before, after = self._symbols[index - 1 : index] if index else "", self._symbols[index + 1 : index + 2]
        stated = before == "," or bool(_IS_STATED.search(plain[max(0, item.start - 16) : item.start]))
        return "u" not in self._symbols and stated and after in (",", "")
