"""Settings: defaults, one file (`lateline.toml`), the environment (`LATELINE_…`, which wins), and their origin."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
    """All settings by their public names. Names whose feature this version lacks accept their default only.

    `unavailable` are ids of options that cannot be had here: they are judged, and marked. `feedback_path` is the file
    that keeps what users think of answers; without one, nothing is asked and nothing kept. `cache_size` is how many
    answers are remembered, in memory, to be given again; 0 remembers none. `postgres_dsn` is how libpq finds the
    database that holds the index where `vector_store` is "postgres"; it may hold a password, and is never shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    generator: Literal["extractive"] = "extractive"
    vector_store: Literal["faiss", "postgres"] = "faiss"
    postgres_dsn: str | None = None
    embedding_model: str = "sentence-transformers/all-MiniLM-L6-v2"
    corpus_dir: Path = Field(default_factory=_packaged_corpus)
    index_dir: Path = Field(default_factory=lambda: _data_folder() / "index")
    unavailable: tuple[str, ...] = ()
    feedback_path: Path | None = None
    cache_size: int = Field(default=256, ge=0, le=1_000_000)


# Fixed names of later features: known, so that they are not taken for a slip of the pen, and refused in plain words.
_LATER = ("llm_base_url", "llm_model", "llm_api_key_file", "llm_timeout_s")


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
    try:
        return InForce(Settings.model_validate(values), origin)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise UserError(
            f"{name} (from {origin.get(name, '?')}): {first['msg']}, but the value is {first['input']!r}."
        ) from error


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: the settings file cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the settings file is not valid TOML: {error}.") from error


def _check_name(name: str, where: str) -> None:
    if name in _LATER:
        raise UserError(
            f"{where}: the setting {name!r} belongs to a feature that this version does not have yet; remove it."
        )
    if name not in Settings.model_fields:
        raise UserError(
            f"{where}: {name!r} is no setting; the nearest is {_nearest(name, [*Settings.model_fields, *_LATER])!r}."
        )


def _from_text(name: str, text: str) -> Any:
    """A value of the environment; several option ids are parted by commas."""
    return [part.strip() for part in text.split(",") if part.strip()] if name == "unavailable" else text


def _check_options(ids: Any, where: str) -> None:
    for name in ids if isinstance(ids, list) else []:
        if isinstance(name, str) and name not in OPTION_IDS:
            raise UserError(
                f"unavailable (from {where}): {name!r} is no option; the nearest is {_nearest(name, OPTION_IDS)!r}."
            )


def _nearest(name: str, known: Iterable[str]) -> str:
    from rapidfuzz import process

    return str(process.extractOne(name, list(known))[0])
