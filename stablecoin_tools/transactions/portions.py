"""Many questions to a node that fails now and then, in portions: one failure does not undo the answers of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from stablecoin_tools.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["by_portions"]

T = TypeVar("T")
R = TypeVar("R")

_FAILURES_IN_A_ROW: Final = 8


def by_portions(items: Sequence[T], ask: Callable[[Sequence[T]], Iterable[R]]) -> Iterator[R]:
    """What is answered, in the order of the items: of all at once, if the node does; else of half as many, and so on.

    Args:
        items: What to ask about.
        ask: Asks about some of them; all or nothing.

    Raises:
        ChainError: The last of several failures in a row. What was answered before was yielded.
    """
    start, size, failures = 0, len(items), 0
    while start < len(items):
        try:
            answers = ask(items[start : start + size])
        except ChainError:
            failures += 1
            if failures == _FAILURES_IN_A_ROW:
                raise
            size = -(-size // 2)
            continue
        start, failures = start + size, 0
        yield from answers
