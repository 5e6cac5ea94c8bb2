"""JSON from outside, read so that whatever it is, the process lives on."""

from __future__ import annotations

import json
import re
from typing import Any, Final

__all__ = ["TooDeep", "read_json"]

_MAX_DEPTH: Final = 64
_ESCAPES: Final = re.compile(rb"\\.", re.DOTALL)
_STRINGS: Final = re.compile(rb'"[^"]*"?')
_AS_SQUARE: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b'"[]{}'))


class TooDeep(ValueError):
    """Brackets stand in each other deeper than anything needs."""


def read_json(text: bytes | str) -> Any:
    """What a JSON text says; in bytes it is UTF-8, by JSON's own rule.

    Raises:
        ValueError: If it is none; `TooDeep`, if it is nested deeper than 64.
    """
    encoded = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if not _is_shallow(encoded):
        raise TooDeep("nested too deeply")
    try:
        return json.loads(text.decode() if isinstance(text, bytes) else text)
    except RecursionError as error:  # whoever asks may have nearly used up the stack
        raise TooDeep("nested too deeply") from error


def _is_shallow(text: bytes) -> bool:
    """Whether brackets stand in each other no deeper than anything needs.

    Reading thousands of them would end the process instead of failing, once something has lifted Python's limit of
    recursion, as an EVM in this process does. Most texts hold so few brackets that counting them says enough.
    """
    if text.count(b"[") + text.count(b"{") <= _MAX_DEPTH:
        return True
    if b"\\" in text:
        text = _ESCAPES.sub(b"", text)
    # Most texts hold no bracket, and are two quotes by now; without these two, the rest is in a text or not as before.
    brackets = _STRINGS.sub(b"", text.translate(_AS_SQUARE, _NO_BRACKETS).replace(b'""', b""))
    for _ in range(_MAX_DEPTH):
        outer = brackets.replace(b"[]", b"")
        if len(outer) == len(brackets):
            break
        brackets = outer
    return not brackets
