"""A file made for the visitor: handed over by the page itself, so that none of it lies on the server's disk."""

from __future__ import annotations

import base64
import json

# What the browser does with the text of `as_file`.
SAVE_JS = "(file) => { window.latelineSave(file); }"


def as_file(name: str, media_type: str, data: bytes) -> str:
    """The file as the text that `latelineSave` of chat.js takes."""
    return json.dumps({"name": name, "type": media_type, "data": base64.b64encode(data).decode("ascii")})
