"""From an SVG file as matplotlib writes it to an <svg> element that lives in a page beside others. Pure text."""

from __future__ import annotations

import hashlib
import re
from html import escape

# The colour of text and axes in a figure: as good as black on white, and so odd that nothing else has it.
INK = "#1a1b1d"
_FAMILY = "DejaVu Sans, Verdana, sans-serif"
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_STYLE = re.compile(r"\s*<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_FONT_FAMILY = re.compile(r"font-family: [^;\"]*(; )?")
_USED = re.compile(r"""url\(#([^)]+)\)|href="#([^"]+)\"""")
_ID = re.compile(r'(<[^<>]*?) id="([^"]+)"')
_USE = re.compile(r'(url\(#|href="#)')


def inlined(svg: str, title: str, description: str) -> str:
    """The element with title and description for screen readers, as wide as its own units at most.

    Ink becomes `currentColor`. Ids that nothing points to go, and the others are made the picture's own, so that two
    pictures of a page do not take each other's patterns. The style sheet goes: in a page it would be the page's.
    """
    body = _STYLE.sub("", _METADATA.sub("", _COMMENT.sub("", svg[svg.index("<svg") :])))
    root = _ROOT.match(body)
    size = _VIEW.search(body)
    if root is None or size is None:
        raise ValueError("not an SVG with a view box from 0, 0")
    width, height = size.groups()
    inner = _FONT_FAMILY.sub("", body[root.end() :]).replace(INK, "currentColor").rstrip()
    own = "p" + hashlib.sha256(f"{title}\0{description}\0{inner}".encode()).hexdigest()[:12]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{own}-title {own}-desc" viewBox="0 0 {width} {height}" width="{float(width):g}" '
        f'height="{float(height):g}" style="max-width: 100%; height: auto" font-family="{_FAMILY}" '
        f'stroke-linejoin="round" stroke-linecap="butt">'
        f'<title id="{own}-title">{escape(title)}</title><desc id="{own}-desc">{escape(description)}</desc>'
    )
    return head + _with_own_ids(inner, own)


def _with_own_ids(inner: str, own: str) -> str:
    used = {first or second for first, second in _USED.findall(inner)}
    kept = _ID.sub(lambda found: f'{found[1]} id="{own}-{found[2]}"' if found[2] in used else found[1], inner)
    return _USE.sub(rf"\g<1>{own}-", kept)
