"""The only file that names concrete classes: settings in, a working assistant out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UserError
from app.program import program_version, rules_fingerprint
from app.settings import Settings
from index.errors import CorpusError, IndexDamaged, IndexMissing, IndexOutdated, ModelUnusable, StoreUnreachable

# What a command needs is loaded when it runs: weighing a patient asks for neither index nor readers of documents.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.assistant import Assistant
    from app.rules.approvals import Approval
    from app.steps.adviser import Adviser
    from app.steps.assemble import Identity
    from index.build import Progress
    from index.embedding import Reference, SentenceTransformerEmbedder
    from index.library import Addition, Library
    from index.manifest import Manifest
    from index.postgres import Database
    from index.store import Index

Say = Callable[[str], None]


def added_folder(settings: Settings) -> Path:
    """Where documents added by the user are kept: beside the index, so that a damaged index loses none."""
    return settings.index_dir.with_name(settings.index_dir.name + "-documents")


def load_assistant(settings: Settings, say: Say, progress: Progress | None = None) -> Assistant:
    """An assistant over the index in force; builds the index first where it is missing, outdated or damaged.

    `say` is told in one line why something is built. Raises UserError for what the user can mend.
    """
    from app.assistant import Assistant
    from app.steps.adviser import Adviser
    from app.steps.evidence import EvidenceBase
    from app.steps.memory import AnswerMemory
    from index.onnx_embedding import query_embedder
    from index.reranking import reranker_of
    from index.search import Searcher

    with _mendable():
        reranker = reranker_of(settings.reranker)
        reference = reference_model(settings)
        if settings.vector_store == "postgres":
            library, index, folder = _published_index(settings, reference)
        else:
            library = _library(settings)
            index = _current_index(settings, library, reference, say, progress)
            folder = settings.index_dir / index.manifest.folder
        embedder = query_embedder(folder, index.manifest, reference)
    base = EvidenceBase(library.documents, index.passages, library.lexicon)
    base.prepare()
    identity = _identity(settings, library.fingerprint, index.manifest.fingerprint)
    adviser = Adviser(base, identity, _approvals(settings))
    memory = AnswerMemory(settings.cache_size)
    searcher = Searcher(index, library.lexicon, embedder, reranker)
    identity = replace(identity, reranker=searcher.reranker)
    phraser = None
    if settings.generator == "llm":
        from app.steps.llm import phraser_of

        phraser = phraser_of(settings)
        identity = replace(identity, generator=phraser.identity)
    return Assistant(base, searcher, identity, adviser, memory, phraser)


def reference_model(settings: Settings) -> SentenceTransformerEmbedder:
    """The embedding model of the settings, by which an index is built; loaded when it is first used."""
    from index.embedding import SentenceTransformerEmbedder
    from index.model_folder import Prompts

    prompts = Prompts(settings.embedding_query_prompt, settings.embedding_passage_prompt)
    return SentenceTransformerEmbedder(settings.embedding_model, prompts, settings.query_precision)


def _published_index(settings: Settings, reference: Reference) -> tuple[Library, Index, Path]:
    """The library, the index published in the database, and the folder of its files."""
    from index.library import read_library
    from index.manifest import check_current
    from index.published import open_published

    found = open_published(_database(settings), _published_folder(settings))
    library = read_library(settings.corpus_dir, found.documents)
    try:
        check_current(found.index.manifest, library.fingerprint, reference)
    except IndexOutdated as error:
        raise UserError(
            f"The database's index does not fit: {error}; run lateline index build with these settings, or set "
            "corpus_dir, embedding_model, its prompts and query_precision to those that it was built with."
        ) from error
    return library, found.index, found.files


@cache
def _database_at(dsn: str) -> Database:
    from index.postgres import Database

    return Database(dsn)


def _database(settings: Settings) -> Database:
    return _database_at(settings.postgres_dsn or "")


def _published_folder(settings: Settings) -> Path:
    """Where the files of a published index are kept, beside the index that this machine may have built itself."""
    return settings.index_dir.with_name(settings.index_dir.name + "-published")


def load_vectors(settings: Settings) -> NDArray[np.float32]:
    """The vectors of the index built on this machine, shape (units, dimension). Raises UserError."""
    import numpy as np

    from index.store import load_index

    with _mendable():
        store = load_index(settings.index_dir).vectors
    return store.at(np.arange(len(store)))


def is_replaced(settings: Settings, assistant: Assistant) -> bool:
    """Whether another index was published in the database than the one that the assistant answers from.

    False where the index is a local one. Raises UserError where the database cannot be asked.
    """
    if settings.vector_store != "postgres":
        return False
    from index.published import active_manifest

    with _mendable():
        return active_manifest(_database(settings)).fingerprint != assistant.identity.index


def load_adviser(settings: Settings) -> Adviser:
    """What weighs a patient: rules and corpus, without index and model. Raises UserError for what the user can mend."""
    from app.steps.adviser import Adviser
    from app.steps.evidence import EvidenceBase
    from index.corpus import KNOWLEDGE, fingerprint_files, read_corpus
    from index.lexicon import Lexicon, read_lexicon
    from index.passages import passages_of

    with _mendable():
        documents = read_corpus(settings.corpus_dir)
        lexicon = read_lexicon(settings.corpus_dir / KNOWLEDGE / "lexicon")
        # No model reads these passages, so that they may be as long as they are; nobody searches them, so that the
        # names in them need not be found.
        unnamed = Lexicon(())
        passages = [part for one in documents for part in passages_of(one, unnamed, lambda text: 0, sys.maxsize)]
        corpus = fingerprint_files(settings.corpus_dir)
    base = EvidenceBase(documents, tuple(passages), lexicon)
    return Adviser(base, _identity(settings, corpus, index=""), _approvals(settings))


def _identity(settings: Settings, corpus: str, index: str) -> Identity:
    from app.steps.assemble import Identity

    return Identity(corpus, index, program_version(), rules_fingerprint(), tuple(sorted(settings.unavailable)))


def _approvals(settings: Settings) -> tuple[Approval, ...]:
    """The later approvals that stand beside the corpus in force; another corpus need not have any."""
    from app.rules.approvals import read_approvals
    from index.corpus import KNOWLEDGE

    path = settings.corpus_dir / KNOWLEDGE / "later_approvals.toml"
    with _mendable():
        return read_approvals(path) if path.is_file() else ()


def build(settings: Settings, progress: Progress | None = None, ray_workers: int = 0) -> Manifest:
    """Builds the index of the corpus in force and puts it into place; into the database too, where one holds it.

    With `ray_workers` the texts are embedded by as many processes. Raises UserError.
    """
    from index.build import build_index
    from index.ray_embedding import RayEmbedder

    with _mendable():
        one = reference_model(settings)
        embedder = RayEmbedder(one, ray_workers) if ray_workers else one
        manifest = build_index(_library(settings), embedder, settings.embedding_model, settings.index_dir, progress)
        if settings.vector_store == "postgres":
            from index.published import publish

            publish(settings.index_dir, added_folder(settings), _database(settings))
        return manifest


def add(settings: Settings, paths: Iterable[Path]) -> list[Addition]:
    """Reads further documents into the corpus (the index is not built yet). Raises UserError."""
    from index.library import add_documents

    with _mendable():
        return add_documents(paths, added_folder(settings))


def remove(settings: Settings, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Takes documents that were added out of the corpus (the index is not built yet): those removed, those unknown.

    Raises UserError.
    """
    from index.library import remove_documents

    with _mendable():
        return remove_documents(names, settings.corpus_dir, added_folder(settings))


def describe(settings: Settings) -> tuple[Manifest, str, str]:
    """The manifest of the index in place, where it is and whether it is current, and what is searched, in words.

    Raises UserError where there is none or a file of it is damaged.
    """
    from index.manifest import check_current, read_manifest
    from index.store import load_index

    with _mendable():
        reference = reference_model(settings)
        if settings.vector_store == "postgres":
            found = _published_index(settings, reference)
            place = f"generation {found[2].name} in the database"
            return found[1].manifest, f"{place}, current", found[1].vectors.kind
        manifest = read_manifest(settings.index_dir)
        place = f"{settings.index_dir} ({manifest.size / 1024:.0f} KiB)"
        try:
            load_index(settings.index_dir)
            check_current(manifest, _library(settings).fingerprint, reference)
        except IndexOutdated as error:
            return manifest, f"{place}, outdated: {error}; the next question builds it anew", manifest.search
    return manifest, f"{place}, current", manifest.search


@contextmanager
def _mendable() -> Iterator[None]:
    """What goes wrong with corpus, index, model or disk, as one sentence for the user."""
    try:
        yield
    except (CorpusError, ModelUnusable, IndexMissing, IndexDamaged, StoreUnreachable, IndexOutdated) as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(
            f"{error.filename}: {error.strerror}; set index_dir to a folder that can be written."
        ) from error


def _library(settings: Settings) -> Library:
    from index.library import read_library

    return read_library(settings.corpus_dir, added_folder(settings))


def _current_index(
    settings: Settings, library: Library, embedder: SentenceTransformerEmbedder, say: Say, progress: Progress | None
) -> Index:
    from index.build import build_index
    from index.manifest import check_current, read_manifest
    from index.store import load_index

    try:
        manifest = read_manifest(settings.index_dir)
        check_current(manifest, library.fingerprint, embedder)
        return load_index(settings.index_dir)
    except IndexMissing:
        say("Building the index; this is done once and takes some seconds.")
    except IndexOutdated as error:
        say(f"Building the index anew: {error}.")
    except IndexDamaged as error:
        say(f"Building the index anew: {error}")
    build_index(library, embedder, settings.embedding_model, settings.index_dir, progress)
    return load_index(settings.index_dir)
