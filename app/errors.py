"""Errors that a user can mend; each message is one sentence: what was wrong, where, what to do."""

from __future__ import annotations


class UserError(Exception):
    """Something that the user can put right; shown as it is, without a traceback."""


class UsageError(UserError):
    """A command called in the wrong way (exit status 2)."""


class TooLong(UserError):
    """More text than can be one question."""


class NotReady(UserError):
    """The assistant is still loading, or could not load; the message says which."""
