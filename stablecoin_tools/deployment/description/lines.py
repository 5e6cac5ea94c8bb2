"""Where in a TOML text something stands. `tomllib` does not say, so prefixes of the text are parsed until it is there.

A prefix that does not parse ends in the middle of a value. Of those that do, the first one that holds a key ends with
the statement that sets it. Only errors are worth the parsing; a search by halves keeps it short even so.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from typing import Any, Final

from stablecoin_tools.errors import ConfigError

__all__ = ["KeyPath", "line_of", "parse_toml"]

KeyPath = tuple[str | int, ...]
"""Keys of tables and places in lists, from the top of the file down."""

# Every statement begins so; lines inside of a value may, too, and then the prefix before them does not parse.
_STATEMENT: Final = re.compile(r"""[ \t]*(?:\[|[A-Za-z0-9_-]+[ \t]*[.=]|["'].*[.=])""")
_PLACE: Final = re.compile(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$")


def parse_toml(text: str, *, source: str) -> dict[str, Any]:
    """Parses a TOML text.

    Args:
        text: What the file holds.
        source: The file's name, for errors.

    Raises:
        ConfigError: If it is no TOML, with the line.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line, words = _failure(text, error)
        raise ConfigError(f"{source}, line {line}: this is no TOML: {words}.") from None


def line_of(text: str, path: KeyPath) -> int:
    """The line, counted from 1, on which the statement begins that sets a key, a place in a list, or opens a table.

    Args:
        text: A TOML text that parses.
        path: What to look for; what is not there stands where the nearest that holds it does.
    """
    lines = text.split("\n")
    while path and not _holds(tomllib.loads(text), path):
        path = path[:-1]
    if not path:
        return 1
    cuts = [0, *(number for number, line in enumerate(lines) if _STATEMENT.match(line)), len(lines)]
    absent, there = 0, len(cuts) - 1
    while there - absent > 1:
        middle = (absent + there) // 2
        nearest = [*range(middle, absent, -1), *range(middle + 1, there)]
        found = next(((cut, tree) for cut in nearest if (tree := _prefix(lines, cuts[cut])) is not None), None)
        if found is None:
            break
        cut, tree = found
        absent, there = (absent, cut) if _holds(tree, path) else (cut, there)
    return cuts[absent] + 1


def _prefix(lines: list[str], count: int) -> dict[str, Any] | None:
    try:
        return tomllib.loads("".join(f"{line}\n" for line in lines[:count]))
    except (ValueError, RecursionError):
        return None


def _holds(tree: Any, path: KeyPath) -> bool:
    for key in path:
        there = range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()
        if key not in there:
            return False
        tree = tree[key]
    return True


def _failure(text: str, error: Exception) -> tuple[int, str]:
    """The line and the words of what `tomllib` says; where it says no line, the first one that makes it say so."""
    lines = text.split("\n")
    if isinstance(error, tomllib.TOMLDecodeError) and (place := _PLACE.search(str(error))):
        last = len(text.rstrip("\n").split("\n"))
        return int(place[1] or last), str(error)[: place.start()]
    ends = range(1, len(lines))
    line = 1 + bisect_left(ends, x=True, key=lambda end: _fails_alike(lines[:end], error))
    return line, "lists are nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _fails_alike(lines: list[str], error: Exception) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as other:
        return type(other) is type(error)
    return False
