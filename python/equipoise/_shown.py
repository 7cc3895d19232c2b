"""Texts of others as they can be read: on a line, in a figure."""

from __future__ import annotations

import unicodedata

__all__ = ["shown"]


def shown(text: str) -> str:
    """Return a text in which what cannot be seen, or turns text around, is written as an escape."""
    out = []
    before = " "
    for c in text:
        joins = c in "\u200c\u200d" and not before.isascii()
        before = c
        if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"} and not joins:
            c = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c, f"\\u{{{ord(c):x}}}")
        out.append(c)
    return "".join(out)
