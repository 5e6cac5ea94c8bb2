"""A description that holds, and its text with one thing changed."""

from __future__ import annotations

from stablecoin_tools.deployment.description.template import template

TEXT = template(symbol="XSGD", currency="SGD", name="Example Singapore Dollar")
COIN = "[coins.XSGD]\n"


def changed(old: str, new: str) -> str:
    """The text with one change; what is changed must be there."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def with_line(line: str) -> str:
    """The text with one more line in the coin's table, the first there."""
    return changed(COIN, f"{COIN}{line}\n")


def line_with(text: str, words: str) -> int:
    """The line on which words first stand."""
    return text[: text.index(words)].count("\n") + 1
