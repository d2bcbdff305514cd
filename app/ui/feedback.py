"""What users think of answers, kept where `feedback_path` says: one SQLite file, written by many threads and processes.

Nothing is kept unless a path is set, and no word of a conversation unless the user ticked that.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from app.errors import UserError

Thumb = Literal["up", "down"]
Reason = Literal["wrong", "incomplete", "wrong source", "unclear"]
THUMBS: tuple[Thumb, ...] = get_args(Thumb)
REASONS: tuple[Reason, ...] = get_args(Reason)
MOST_COMMENT = 2000

_SCHEMA_VERSION = 1
_APPLICATION = 0x4C4C4642  # "LLFB": tells our files from other databases
_WAIT_S = 30.0  # for another process that is writing
_PAUSE_S = 0.01
_SMALLEST = 512  # bytes of a database; SQLite takes a shorter file for an empty one, and would write over it
_ANSWER_ID = re.compile("[0-9a-f]{64}")
_COLUMNS = ("day", "version", "answer_id", "thumb", "reason", "comment", "question", "answer")
_TABLE = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    version TEXT NOT NULL,
    answer_id TEXT NOT NULL,
    thumb TEXT NOT NULL,
    reason TEXT,
    comment TEXT,
    question TEXT,
    answer TEXT
)
"""


def today() -> str:
    """The day by UTC; the hour would tell more of a user than is needed."""
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thumb. `version` is the program's; `date` a day by UTC ("2024-05-31").

    `question` and `answer` are dropped unless `text_ticked`: a record without the tick never holds them. An empty
    comment is none. Raises UserError for a value that does not exist, or a comment over 2000 characters.
    """

    answer_id: str
    thumb: Thumb
    reason: Reason | None = None
    comment: str | None = None
    version: str = ""
    date: str = field(default_factory=today)
    question: str | None = None
    answer: str | None = None
    text_ticked: bool = False

    def __post_init__(self) -> None:
        if not self.text_ticked:
            self._set("question", None)
            self._set("answer", None)
        for name in ("comment", "question", "answer"):
            self._set(name, _storable(getattr(self, name)))
        _check(self)

    def _set(self, name: str, value: str | None) -> None:
        object.__setattr__(self, name, value)


class FeedbackStore:
    """The feedback kept at `path`. Every call opens the file anew, so that threads, processes and forks share nothing
    but the file, and one that was moved away is made again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Threads of one process wait here in turn; SQLite's own waiting is by sleeping.
        self._turn = threading.Lock()

    def add(self, feedback: Feedback) -> None:
        """Keeps `feedback`; the first call makes the file (0600) and its folder (0700).

        Raises UserError with one sentence where the path cannot be written or is no feedback database.
        """
        values = (feedback.date, *(getattr(feedback, name) for name in _COLUMNS[1:]))
        places = ", ".join("?" * len(_COLUMNS))
        with self._turn, self._connected(create=True) as connection, connection:
            connection.execute(f"INSERT INTO feedback ({', '.join(_COLUMNS)}) VALUES ({places})", values)

    def entries(self) -> tuple[Feedback, ...]:
        """All feedback in the order in which it came; none where the file does not exist. Raises UserError."""
        if not self._exists():
            return ()
        with self._connected(create=False) as connection:
            rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM feedback ORDER BY id").fetchall()
        try:
            return tuple(map(_entry, rows))
        except UserError as error:  # a value that this program never writes
            raise self._foreign(f"an entry is damaged ({error})") from error

    def _exists(self) -> bool:
        try:
            return self.path.stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error.strerror) from error

    @contextmanager
    def _connected(self, create: bool) -> Iterator[sqlite3.Connection]:
        """A connection to the file, made and checked; whatever goes wrong with it, as one sentence."""
        try:
            if create:
                _make_private(self.path)
            if 0 < self.path.stat().st_size < _SMALLEST:
                raise self._foreign("it is no feedback database")
            with closing(self._opened()) as connection:
                yield connection
        except OSError as error:
            raise self._unusable(error.strerror) from error
        except sqlite3.OperationalError as error:
            # SQLITE_ERROR: a table or column is missing. Anything else is of disk, lock or permission.
            if _code(error) == sqlite3.SQLITE_ERROR:
                raise self._foreign(f"it is damaged ({error})") from error
            raise self._unusable(error) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise self._foreign(f"it is damaged or no feedback database ({error})") from error

    def _opened(self) -> sqlite3.Connection:
        """A connection to the file with its table. SQLite does not wait by itself where several switch a new file to
        write-ahead mode at once, so that this tries again.
        """
        until = time.monotonic() + _WAIT_S
        while True:
            connection = sqlite3.connect(self.path, timeout=_WAIT_S)
            try:
                self._prepare(connection)
                return connection
            except BaseException as error:
                connection.close()
                busy = isinstance(error, sqlite3.OperationalError) and _code(error) == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > until:
                    raise
            time.sleep(_PAUSE_S)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Makes the table in an empty file. Raises UserError for a file of something else, which stays as it is."""
        if _mark(connection) != (_APPLICATION, _SCHEMA_VERSION):
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have been faster.
                if _mark(connection) == (0, 0) and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    connection.execute(_TABLE)
                    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        application, version = _mark(connection)
        if application != _APPLICATION:
            raise self._foreign("it is a database of something else")
        if version != _SCHEMA_VERSION:
            raise self._foreign(f"it has version {version}, and this program reads {_SCHEMA_VERSION}")
        connection.execute("PRAGMA journal_mode = WAL")

    def _unusable(self, why: object) -> UserError:
        return UserError(
            f"{self.path}: feedback cannot be kept or read here: {why}; set feedback_path to a file in a folder that "
            "can be written."
        )

    def _foreign(self, why: str) -> UserError:
        return UserError(
            f"{self.path}: feedback cannot be kept or read here: {why}; move the file away or set feedback_path to "
            "another one."
        )


def _make_private(path: Path) -> None:
    """Makes the file and its folder for the owner alone; those that exist keep their modes. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary code of the error; None for one that Python itself raised."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _mark(connection: sqlite3.Connection) -> tuple[int, int]:
    """(application id, schema version) of the file; (0, 0) where it is empty."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def _entry(row: tuple[str | None, ...]) -> Feedback:
    day, version, answer_id, thumb, reason, comment, question, answer = row
    return Feedback(
        answer_id=answer_id or "",
        thumb=cast(Thumb, thumb),
        reason=cast("Reason | None", reason),
        comment=comment,
        version=version or "",
        date=day or "",
        question=question,
        answer=answer,
        text_ticked=question is not None or answer is not None,
    )


def _storable(text: str | None) -> str | None:
    """The text without halves of characters, which a page may send and SQLite refuses; None where it is empty."""
    if text is None or not text.strip():
        return None
    return text.encode("utf-8", "replace").decode("utf-8")


def _check(feedback: Feedback) -> None:
    """Raises UserError for a value that does not exist: whatever comes from a page may be made up."""
    if feedback.thumb not in THUMBS:
        raise UserError(f"{feedback.thumb!r} is no thumb; give one of {', '.join(THUMBS)}.")
    if feedback.reason is not None and feedback.reason not in REASONS:
        raise UserError(f"{feedback.reason!r} is no reason; give one of {', '.join(REASONS)}, or none.")
    if not _ANSWER_ID.fullmatch(feedback.answer_id):
        raise UserError(
            "the answer id is not that of an answer; give the answer_id as it came (64 hexadecimal digits)."
        )
    if len(feedback.comment or "") > MOST_COMMENT:
        raise UserError(f"the comment is longer than {MOST_COMMENT} characters; shorten it.")
    try:
        day = date.fromisoformat(feedback.date).isoformat()
    except ValueError:
        day = None
    if day != feedback.date:
        raise UserError(f"{feedback.date!r} is no day; give one like 2024-05-31.")
