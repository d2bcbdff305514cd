"""A cited table row as it stands in its table: HTML with those cells marked that the quoted words tell. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from app.answer import Citation
from app.steps.evidence import EvidenceBase, RowFacts
from index.records import Arm, Row
from index.verbalise import row_topics

# An empty cell: the print gives nothing there.
_EMPTY = "–"
_KEY = {
    "*": "significant difference",
    "NR": "not reached",
    "NS": "difference not significant",
    "ND": "not done or not reported",
    "ND¤": "not formally evaluated, but longer time to worse performance status",
    _EMPTY: "not given in print",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as shown: its heading, the column of the typed table, its words for an arm (None: nothing printed).

    `row_wide`: one cell for all arms.
    """

    heading: str
    name: str
    words: Callable[[Row, Arm], str | None]
    row_wide: bool = False

    def has_any(self, row: Row) -> bool:
        return any(self.words(row, arm) is not None for arm in row.arms)


def citation_row_html(base: EvidenceBase, citation: Citation) -> str | None:
    """The row that `citation` cites, under the headings of its table, one line an arm; cells that belong to the
    comparison of the arms span them. The cells told by the sentences that the quote covers stand in <mark>, and the
    slips of the source that concern them below.

    None where the citation is of no table row, or of one that the documents in force do not have.
    """
    facts = _facts_of(base, citation)
    if facts is None:
        return None
    told = columns_quoted(facts, citation.quote)
    shown = [column for column in _COLUMNS if column.has_any(facts.row)]
    cells = "".join(_line(facts.row, number, shown, told) for number in range(len(facts.row.arms)))
    headings = "".join(
        f'<th scope="col">{escape(heading)}</th>' for heading in ("Regimen", *(c.heading for c in shown))
    )
    label = escape(citation.locator)
    # The table is wider than a phone: what scrolls must be reached by the keyboard, and needs a name.
    return (
        f'<div class="ll-row"><div class="ll-row-scroll" role="region" tabindex="0" aria-label="{label}"><table>'
        f"<caption>{label}: {escape(facts.table.caption)}</caption>"
        f"<thead><tr>{headings}</tr></thead><tbody>{cells}</tbody></table></div>"
        f"{_key(facts.row, shown)}{_notes(base, facts, citation.quote, told)}</div>"
    )


def columns_quoted(facts: RowFacts, quote: str) -> frozenset[str]:
    """The columns of the typed table that the quoted words tell: those of every sentence of the row that they touch.

    Empty where the words do not stand in the row.
    """
    start = facts.passage.text.find(quote)
    if start < 0 or not quote:
        return frozenset()
    end = start + len(quote)
    topics = zip(facts.passage.sentences, row_topics(facts.table, facts.row), strict=True)
    touched = (columns for span, (_, columns) in topics if span.start < end and start < span.end)
    return frozenset[str]().union(*touched)


def _facts_of(base: EvidenceBase, citation: Citation) -> RowFacts | None:
    if citation.table is None or citation.row is None:
        return None
    return next((facts for facts in base.rows if facts.passage.id == citation.passage), None)


def _line(row: Row, number: int, shown: Iterable[_Column], told: frozenset[str]) -> str:
    """The line of arm `number`, counted from 0; cells that span all arms stand in the first."""
    arm = row.arms[number]
    name = _marked(arm.name, "regimen" in told and arm.printed("regimen") is not None)
    cells = [f'<th scope="row">{name}</th>']
    for column in shown:
        if column.row_wide and number:
            continue
        words = column.words(row, arm)
        cell = _EMPTY if words is None else _marked(words, column.name in told)
        span = f' rowspan="{len(row.arms)}"' if column.row_wide and len(row.arms) > 1 else ""
        cells.append(f"<td{span}>{cell}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _marked(words: str, told: bool) -> str:
    return f"<mark>{escape(words)}</mark>" if told else escape(words)


def _key(row: Row, shown: Iterable[_Column]) -> str:
    """What the signs in the cells mean; nothing where there are none."""
    there = {column.words(row, arm) or _EMPTY for column in shown for arm in row.arms}
    there |= {"*"} if any(words.endswith("*") for words in there) else set()
    meant = "; ".join(f"{sign} {words}" for sign, words in _KEY.items() if sign in there)
    return f'<p class="ll-row-key">{escape(meant)}.</p>' if meant else ""


def _notes(base: EvidenceBase, facts: RowFacts, quote: str, told: frozenset[str]) -> str:
    """What to know about the print of the row, marked where it is quoted, and the slips that concern what is quoted."""
    prints = dict.fromkeys(note for arm in facts.row.arms if (note := arm.printed("note")))
    notes = [f"Print: {_marked(note, 'note' in told)}." for note in prints]
    notes += [escape(slip.note) for slip in base.slips_of(facts.passage, quote, told)]
    listed = "".join(f"<li>{note}</li>" for note in notes)
    return f'<ul class="ll-row-notes" aria-label="Notes on this row">{listed}</ul>' if listed else ""


def _of_arm(name: str) -> Callable[[Row, Arm], str | None]:
    return lambda row, arm: arm.printed(name)


def _of_row(name: str) -> Callable[[Row, Arm], str | None]:
    return lambda row, arm: row.printed(name)


def _starred(name: str, star: str) -> Callable[[Row, Arm], str | None]:
    """The value with the asterisk of a significant difference, as the table prints it."""

    def words(row: Row, arm: Arm) -> str | None:
        printed = arm.printed(name)
        return f"{printed}*" if printed and arm.printed(star) == "yes" else printed

    return words


def _ratio(short: str) -> Callable[[Row, Arm], str | None]:
    """The hazard ratio with its interval, or what its cell says in place of one."""

    def words(row: Row, arm: Arm) -> str | None:
        ratio, low, high = (row.printed(f"{short}_hr{part}") for part in ("", "_low", "_high"))
        if ratio is None:
            return row.printed(f"{short}_p")
        return f"{ratio} ({low}–{high})" if low and high else ratio

    return words


_COLUMNS = (
    _Column("Patients", "population", _of_row("population"), row_wide=True),
    _Column("% of mCRC", "prevalence_pct", _of_row("prevalence_pct"), row_wide=True),
    _Column("Phase", "phase", _of_row("phase"), row_wide=True),
    _Column("Line", "line", _of_row("line"), row_wide=True),
    _Column("RAS", "ras", _of_arm("ras")),
    _Column("N", "n", _of_arm("n")),
    _Column("ORR %", "orr_pct", _starred("orr_pct", "orr_star")),
    _Column("ORR p", "orr_p", _of_row("orr_p"), row_wide=True),
    _Column("PFS, months", "pfs_months", _starred("pfs_months", "pfs_star")),
    _Column("PFS HR (95% CI)", "pfs_hr", _ratio("pfs"), row_wide=True),
    _Column("OS, months", "os_months", _starred("os_months", "os_star")),
    _Column("OS HR (95% CI)", "os_hr", _ratio("os"), row_wide=True),
    _Column("Alive after 1 year, %", "os_one_year_pct", _of_arm("os_one_year_pct")),
    _Column("QoL", "qol", _of_row("qol"), row_wide=True),
    _Column("Values of no certain cell", "loose_values", _of_row("loose_values"), row_wide=True),
)
