"""Building the index: passages embedded once, unchanged ones taken over from the index that stands there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.affinity import Affinity, learned
from index.embedding import Batch, Embedder, Reference, Streaming
from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.keywords import Keywords, Terms
from index.library import Library
from index.manifest import FORMAT, DocumentFacts, FileFacts, Manifest
from index.model_folder import Prompts
from index.onnx_embedding import QUERY_MODEL
from index.partial import PartialVectors
from index.passages import Unit, passages_of, units_of
from index.quantised import Int8Loss
from index.query_model import put_query_model
from index.records import Passage
from index.store import Index, Parts, building, load_index, save_index
from index.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Called with (embedded so far, to embed in all).
Progress = Callable[[int, int], None]
# After so many texts what was embedded is written down.
_KEPT_EVERY = 2048


def build_index(
    library: Library, embedder: Reference, model: str, home: Path, progress: Progress | None = None
) -> Manifest:
    """Builds the index of `library` at `home` under a lock and puts it into place; returns its manifest.

    Vectors of texts that have not changed are taken from the index already there, and from a build that was killed.
    Until the very last step the old index stays usable. Raises CorpusError for a passage that the model could not read
    whole.
    """
    with building(home):
        prompts = embedder.prompts
        passages = _passages(library, embedder)
        units = list(units_of(passages))
        keys = tuple(_key(unit.text, _prompt(unit, prompts), embedder) for unit in units)
        old = _index_there(home, embedder)
        partial = PartialVectors(home, embedder.dimension)
        matrix = _embed(units, keys, {**partial.known(), **_known_vectors(old)}, embedder, partial, progress)
        terms = Terms(library.lexicon)
        keywords = Keywords.of(
            [terms.of(f"{passage.heading} {passage.text}", misspelled=False) for passage in passages]
        )
        vectors = Vectors.of([unit.text for unit in units], matrix)

        def describe(folder: str, files: dict[str, FileFacts], loss: Int8Loss | None) -> Manifest:
            return Manifest(
                format=FORMAT,
                model=model,
                model_fingerprint=embedder.fingerprint,
                dimension=embedder.dimension,
                corpus_fingerprint=library.fingerprint,
                documents=_document_facts(library, passages),
                passages=dict(sorted(Counter(passage.kind for passage in passages).items())),
                vectors=len(units),
                search=vectors.kind,
                folder=folder,
                files=files,
                query_prompt=prompts.query,
                passage_prompt=prompts.passage,
                int8=loss,
            )

        affinity = _affinity(passages, units, keys, matrix, old)

        def put_model(folder: Path) -> Int8Loss | None:
            there = home / old.manifest.folder / QUERY_MODEL if old and old.manifest.has_query_model else None
            return put_query_model(folder, embedder, units, matrix, there)

        manifest = save_index(home, Parts(passages, keys, vectors, keywords, affinity), put_model, describe)
        partial.drop()
        return manifest


def _passages(library: Library, embedder: Reference) -> tuple[Passage, ...]:
    """The passages of all documents; the model reads each behind its prompt."""
    prompts = embedder.prompts

    def pieces(text: str) -> int:
        return embedder.count(prompts.passage + text)

    def pieces_asked(text: str) -> int:
        return embedder.count(prompts.query + text)

    return tuple(
        passage
        for document in library.documents
        for passage in passages_of(document, library.lexicon, pieces, embedder.limit, pieces_asked)
    )


def _prompt(unit: Unit, prompts: Prompts) -> str:
    """A question of the corpus is embedded as one that is asked."""
    return prompts.query if unit.is_question else prompts.passage


def _embed(
    units: list[Unit],
    keys: tuple[str, ...],
    known: dict[str, NDArray[np.float32]],
    embedder: Reference,
    partial: PartialVectors,
    progress: Progress | None,
) -> NDArray[np.float32]:
    """The vectors of all units, shape (units, dimension); those not known are kept in `partial` batch by batch."""
    import numpy as np

    missing: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        if key not in known:
            missing.setdefault(_prompt(units[position], embedder.prompts), []).append(position)
    parts = [
        (prompt, places[start : start + _KEPT_EVERY])
        for prompt, places in missing.items()
        for start in range(0, len(places), _KEPT_EVERY)
    ]
    batches = [Batch([units[place].text for place in places], prompt) for prompt, places in parts]
    done, count_all = 0, sum(map(len, missing.values()))

    def report(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, count_all)

    vectors = dict(known)
    for number, fresh in _embedded(batches, embedder, report):
        named = [keys[position] for position in parts[number][1]]
        partial.add(named, fresh)
        vectors.update(zip(named, fresh, strict=True))
    return np.stack([vectors[key] for key in keys]) if keys else np.zeros((0, embedder.dimension), dtype=np.float32)


def _embedded(
    batches: list[Batch], embedder: Embedder, report: Callable[[int], None]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The number of each batch and the vectors of its texts; `report` is told how many more there are."""
    if batches and isinstance(embedder, Streaming):
        for number, fresh in embedder.stream(batches):
            yield number, fresh
            report(len(fresh))
        return
    for number, batch in enumerate(batches):
        yield number, embedder.encode(batch.texts, report, batch.prompt)


def _index_there(home: Path, embedder: Embedder) -> Index | None:
    """The index that stands there, if it is sound and of the same model."""
    try:
        old = load_index(home)
    except (IndexMissing, IndexDamaged, IndexOutdated):
        return None
    return old if old.manifest.model_fingerprint == embedder.fingerprint else None


def _known_vectors(old: Index | None) -> dict[str, NDArray[np.float32]]:
    import numpy as np

    if old is None:
        return {}
    return dict(zip(old.unit_keys, old.vectors.at(np.arange(len(old.vectors))), strict=True))


def _affinity(
    passages: tuple[Passage, ...],
    units: list[Unit],
    keys: tuple[str, ...],
    matrix: NDArray[np.float32],
    old: Index | None,
) -> Affinity | None:
    """What is learned from the documents that have questions; taken over while those are what they were."""
    asking = {passage.document for passage in passages if passage.asked}
    members = [
        position
        for position, unit in enumerate(units)
        if unit.sentence is not None and passages[unit.passage].document in asking
    ]
    named: dict[tuple[int, int | None], int] = {}
    groups = [named.setdefault((units[one].passage, units[one].sentence), len(named)) for one in members]
    learned_from = hashlib.sha256(
        "".join(f"{keys[one]}{group}" for one, group in zip(members, groups, strict=True)).encode()
    )
    if old and old.affinity and old.affinity.learned_from == learned_from.hexdigest():
        return Affinity.of(old.affinity.matrix, matrix, learned_from.hexdigest())
    found = learned(matrix[members], groups)
    return None if found is None else Affinity.of(found, matrix, learned_from.hexdigest())


def _key(text: str, prompt: str, embedder: Embedder) -> str:
    """What tells the vector of this text from others; a text without a prompt has the key that it always had."""
    behind = f"{prompt}\0{text}" if prompt else text
    return hashlib.sha256(f"{embedder.fingerprint}\0{behind}".encode()).hexdigest()


def _document_facts(library: Library, passages: tuple[Passage, ...]) -> tuple[DocumentFacts, ...]:
    counts = Counter(passage.document for passage in passages)
    return tuple(
        DocumentFacts(
            id=document.id,
            title=document.title,
            date=document.date,
            fingerprint=document.fingerprint,
            passages=counts[document.id],
            verbatim=bool(document.verbatim),
        )
        for document in library.documents
    )
