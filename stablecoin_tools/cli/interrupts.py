"""Ctrl-C, and SIGTERM by which service managers end a process: they end a command while it runs, and nothing else.

Before that nobody knows yet what was asked for, and after it only its last words are left to be said. So then an
interrupt is kept until a command runs, or dropped.
"""

from __future__ import annotations

import signal

__all__ = ["Interrupts"]


class Interrupts:
    """Takes the process's interrupts; only the process's entry makes one, as handlers are the whole process's."""

    def __init__(self) -> None:
        self._are_let_through = False
        self._is_one_kept = False
        # A shell sets them to be ignored for what it starts in the background.
        asked = (signal.SIGINT, signal.SIGTERM)
        self._taken = [number for number in asked if signal.getsignal(number) is not signal.SIG_IGN]
        for number in self._taken:
            signal.signal(number, self._take)

    def __enter__(self) -> None:
        """Lets interrupts through: one that came before is raised at once, others as they come."""
        self._are_let_through = True
        if self._is_one_kept:
            self._drop()
            raise KeyboardInterrupt

    def __exit__(self, *_: object) -> None:
        self._drop()

    def _drop(self) -> None:
        """What comes from now on is ignored by the system too: Python itself ends without a handler."""
        self._are_let_through = False
        for number in self._taken:
            signal.signal(number, signal.SIG_IGN)

    def _take(self, _number: int, _frame: object) -> None:
        self._is_one_kept = True
        if self._are_let_through:
            raise KeyboardInterrupt
