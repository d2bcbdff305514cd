"""The only file that names concrete classes: settings in, a working assistant out."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UserError
from app.settings import Settings
from index.errors import CorpusError, IndexDamaged, IndexMissing, IndexOutdated, ModelUnusable

# What a command needs is loaded when it runs: weighing a patient asks for neither index nor readers of documents.
if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.rules.approvals import Approval
    from app.steps.adviser import Adviser
    from app.steps.assemble import Identity
    from index.build import Progress
    from index.embedding import Embedder, SentenceTransformerEmbedder
    from index.library import Addition, Library
    from index.store import Index, Manifest

Say = Callable[[str], None]
_APP = Path(__file__).resolve().parent


def program_version() -> str:
    """The installed version, "0" from a checkout that was never installed."""
    try:
        return version("lateline")
    except PackageNotFoundError:
        return "0"


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
    from index.embedding import SentenceTransformerEmbedder
    from index.search import Searcher

    with _mendable():
        library = _library(settings)
        reference = SentenceTransformerEmbedder(settings.embedding_model)
        index = _current_index(settings, library, reference, say, progress)
        embedder = _query_embedder(settings, index, reference)
        if embedder.dimension != index.manifest.dimension:
            raise IndexDamaged(
                f"{settings.index_dir}: vectors of {index.manifest.dimension} dimensions, but the model gives "
                f"{embedder.dimension}; run: lateline index build."
            )
    base = EvidenceBase(library.documents, index.passages, library.lexicon)
    base.prepare()
    identity = _identity(settings, library.fingerprint, index.manifest.fingerprint)
    adviser = Adviser(base, identity, _approvals(settings))
    memory = AnswerMemory(settings.cache_size)
    return Assistant(base, Searcher(index, library.lexicon, embedder), identity, adviser, memory)


def _query_embedder(settings: Settings, index: Index, reference: Embedder) -> Embedder:
    """What embeds questions: the model exported into the index, the reference where it could not be exported."""
    from index.onnx_embedding import OnnxEmbedder
    from index.store import QUERY_MODEL

    if not index.manifest.has_query_model:
        return reference
    return OnnxEmbedder(settings.index_dir / index.manifest.folder / QUERY_MODEL)


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


@cache
def rules_fingerprint() -> str:
    """sha256 over the files that read and weigh a patient."""
    from index.corpus import fingerprint_files

    rooms = [fingerprint_files(_APP / room) for room in ("patient", "rules")]
    return hashlib.sha256("\n".join(rooms).encode()).hexdigest()


def _approvals(settings: Settings) -> tuple[Approval, ...]:
    """The later approvals that stand beside the corpus in force; another corpus need not have any."""
    from app.rules.approvals import read_approvals
    from index.corpus import KNOWLEDGE

    path = settings.corpus_dir / KNOWLEDGE / "later_approvals.toml"
    with _mendable():
        return read_approvals(path) if path.is_file() else ()


def build(settings: Settings, progress: Progress | None = None) -> Manifest:
    """Builds the index of the corpus in force and puts it into place. Raises UserError."""
    from index.build import build_index
    from index.embedding import SentenceTransformerEmbedder

    with _mendable():
        embedder = SentenceTransformerEmbedder(settings.embedding_model)
        return build_index(_library(settings), embedder, settings.embedding_model, settings.index_dir, progress)


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


def describe(settings: Settings) -> tuple[Manifest, str]:
    """The manifest of the index in place, and whether it is current: "current", or why not.

    Raises UserError where there is none or a file of it is damaged.
    """
    from index.embedding import SentenceTransformerEmbedder
    from index.store import check_current, load_index, read_manifest

    with _mendable():
        manifest = read_manifest(settings.index_dir)
        fingerprint = SentenceTransformerEmbedder(settings.embedding_model).fingerprint
        try:
            load_index(settings.index_dir)
            check_current(manifest, _library(settings).fingerprint, fingerprint)
        except IndexOutdated as error:
            return manifest, f"outdated: {error}; the next question builds it anew"
    return manifest, "current"


@contextmanager
def _mendable() -> Iterator[None]:
    """What goes wrong with corpus, index, model or disk, as one sentence for the user."""
    try:
        yield
    except (CorpusError, ModelUnusable, IndexMissing, IndexDamaged) as error:
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
    from index.store import check_current, load_index, read_manifest

    try:
        manifest = read_manifest(settings.index_dir)
        check_current(manifest, library.fingerprint, embedder.fingerprint)
        return load_index(settings.index_dir)
    except IndexMissing:
        say("Building the index; this is done once and takes some seconds.")
    except IndexOutdated as error:
        say(f"Building the index anew: {error}.")
    except IndexDamaged as error:
        say(f"Building the index anew: {error}")
    build_index(library, embedder, settings.embedding_model, settings.index_dir, progress)
    return load_index(settings.index_dir)
