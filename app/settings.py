"""Settings: defaults, one file (`lateline.toml`), the environment (`LATELINE_…`, which wins), and their origin."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from app.errors import UserError

PREFIX = "LATELINE_"
DEFAULT_FILE = "lateline.toml"
# The public names of the options, by which one may be set as unavailable.
OPTION_IDS = (
    "immunotherapy", "encorafenib_cetuximab", "anti_egfr", "anti_egfr_rechallenge", "kras_g12c_inhibitor", "anti_her2",
    "trk_inhibitor", "ftd_tpi_bevacizumab", "ftd_tpi", "regorafenib", "fruquintinib", "best_supportive_care",
)  # fmt: skip


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("lateline")


def _packaged_corpus() -> Path:
    return Path(__file__).resolve().parent.parent / "corpus"


class Settings(BaseModel):
    """All settings by their public names.

    `generator` "llm" lets a language model put answers into words: the one called `llm_model` at `llm_base_url`, an
    OpenAI-compatible server, with the key from the environment or from `llm_api_key_file`; it is given `llm_timeout_s`
    seconds for a whole answer, and `llm_context_tokens` hold the request and its reply of at most `llm_reply_tokens`.

    `embedding_model` is a folder of sentence-transformers or the name of a model in the local cache. It may say itself
    what stands in front of a question and of a passage when they are embedded; `embedding_query_prompt` and
    `embedding_passage_prompt` stand in place of that. `query_precision` "int8" embeds faster and less exactly.
    `reranker` is a cross-encoder, by folder or by name as above, that puts what was found in order; empty for none.

    `unavailable` are ids of options that cannot be had here: they are judged, and marked. `feedback_path` is the file
    that keeps what users think of answers; without one, nothing is asked and nothing kept. `cache_size` is how many
    answers are remembered, in memory, to be given again; 0 remembers none. `postgres_dsn` is how libpq finds the
    database that holds the index where `vector_store` is "postgres"; it may hold a password, and is never shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    generator: Literal["extractive", "llm"] = "extractive"
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None
    llm_api_key_file: Path | None = None
    llm_timeout_s: float = Field(default=30.0, gt=0, le=600)
    llm_context_tokens: int = Field(default=4096, ge=1024, le=10_000_000)
    llm_reply_tokens: int = Field(default=512, ge=64, le=100_000)
    vector_store: Literal["faiss", "postgres"] = "faiss"
    postgres_dsn: str | None = None
    embedding_model: str = "sentence-transformers/all-MiniLM-L6-v2"
    embedding_query_prompt: str = ""
    embedding_passage_prompt: str = ""
    query_precision: Literal["fp32", "int8"] = "fp32"
    reranker: str = ""
    corpus_dir: Path = Field(default_factory=_packaged_corpus)
    index_dir: Path = Field(default_factory=lambda: _data_folder() / "index")
    unavailable: tuple[str, ...] = ()
    feedback_path: Path | None = None
    cache_size: int = Field(default=256, ge=0, le=1_000_000)


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings in force, and where each value came from ("default", a file, or a variable)."""

    settings: Settings
    origin: dict[str, str]


def load_settings(file: Path | None, environment: Mapping[str, str] | None = None) -> InForce:
    """Reads `file` (or ./lateline.toml where it exists) and the environment.

    Raises UserError with one sentence for a file that cannot be read, an unknown name (with the nearest known one) or
    a value that does not fit.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origin = dict.fromkeys(Settings.model_fields, "default")
    path = file or (Path(DEFAULT_FILE) if Path(DEFAULT_FILE).is_file() else None)
    if path:
        for name, value in _read_file(path).items():
            _check_name(name, str(path))
            values[name], origin[name] = value, str(path)
    for variable, text in sorted(environment.items()):
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            _check_name(name, f"the environment variable {variable}")
            if not text.strip():
                raise UserError(f"{variable}: the value is empty; set one or remove the variable.")
            values[name], origin[name] = _from_text(name, text), variable
    _check_options(values.get("unavailable"), origin["unavailable"])
    if values.get("vector_store") == "postgres" and not values.get("postgres_dsn"):
        raise UserError(f'vector_store (from {origin["vector_store"]}): "postgres" needs postgres_dsn; set it too.')
    _check_model(values, origin)
    try:
        return InForce(Settings.model_validate(values), origin)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise UserError(
            f"{name} (from {origin.get(name, '?')}): {first['msg']}, but the value is {first['input']!r}."
        ) from error


def language_model_key(settings: Settings) -> str:
    """The key for the language model's server; empty where it needs none. Raises UserError for an unusable file."""
    if settings.llm_api_key:
        return settings.llm_api_key.get_secret_value()
    path = settings.llm_api_key_file
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"llm_api_key_file: {path} cannot be read; name a file that holds the key.") from error
    if not key.isascii() or len(key.split()) != 1:
        raise UserError(f"llm_api_key_file: {path} must hold the key and nothing else.")
    return key


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: the settings file cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the settings file is not valid TOML: {error}.") from error


def _check_name(name: str, where: str) -> None:
    if name not in Settings.model_fields:
        raise UserError(f"{where}: {name!r} is no setting; the nearest is {_nearest(name, Settings.model_fields)!r}.")


def _from_text(name: str, text: str) -> Any:
    """A value of the environment; several option ids are parted by commas."""
    return [part.strip() for part in text.split(",") if part.strip()] if name == "unavailable" else text


def _check_options(ids: Any, where: str) -> None:
    for name in ids if isinstance(ids, list) else []:
        if isinstance(name, str) and name not in OPTION_IDS:
            raise UserError(
                f"unavailable (from {where}): {name!r} is no option; the nearest is {_nearest(name, OPTION_IDS)!r}."
            )


def _check_model(values: Mapping[str, Any], origin: Mapping[str, str]) -> None:
    """A language model needs an address and a name; a key in a settings file would be read by whoever reads that."""
    if values.get("llm_api_key") and not origin["llm_api_key"].startswith(PREFIX):
        raise UserError(
            f"llm_api_key (from {origin['llm_api_key']}): a key belongs into {PREFIX}LLM_API_KEY, or into a file of "
            "its own that llm_api_key_file names; remove it here."
        )
    if values.get("generator") != "llm":
        return
    for name in ("llm_base_url", "llm_model"):
        if not values.get(name):
            raise UserError(f'generator (from {origin["generator"]}): "llm" needs {name}; set it too.')
    url = str(values["llm_base_url"])
    if not url.startswith(("http://", "https://")):
        raise UserError(
            f"llm_base_url (from {origin['llm_base_url']}): must begin with http:// or https://, but is {url!r}."
        )


def _nearest(name: str, known: Iterable[str]) -> str:
    from rapidfuzz import process

    return str(process.extractOne(name, list(known))[0])
