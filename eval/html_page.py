"""The shell of a report's page, which needs no other file and no network."""

from __future__ import annotations

from html import escape

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 70rem; margin: 2rem auto;
  padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #d5d5d5; text-align: left; vertical-align: top }
td.figure { text-align: right; font-variant-numeric: tabular-nums }
pre { overflow-x: auto; font-size: 12px }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0 }
summary { cursor: pointer; margin: .5rem 0 }
dt { font-weight: 600 } dd { margin: 0 0 .4rem 0 }
"""


def html_page(title: str, body: str) -> str:
    """The whole page: `title` is plain text, `body` HTML."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
