"""Where a process may die: before and after each statement, each commit and each request. The hook that counts them."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.chain import HttpTransport
    from stablecoin_tools.transactions.journal.database import Database

_WRITES = ("INSERT", "UPDATE", "COMMIT")


class Boundaries:
    """Counts the boundaries that a worker crosses, and ends it by SIGKILL at one of them.

    Args:
        die_at: The number of the boundary at which to die, from 1; None to live.
    """

    def __init__(self, die_at: int | None) -> None:
        self.crossed: list[str] = []
        self._die_at = die_at

    def cross(self, what: str) -> None:
        """Comes to a boundary."""
        self.crossed.append(what)
        if len(self.crossed) == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        """Counts what the journal's database is asked to write, before and after each statement and commit."""

        def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(_WRITES):
                self.cross(f"before {statement.split(' ', 3)[:3]}")

        def after(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(_WRITES):
                self.cross(f"after {statement.split(' ', 3)[:3]}")

        engine = database._engine
        sa.event.listen(engine, "before_cursor_execute", before)
        sa.event.listen(engine, "after_cursor_execute", after)
        sa.event.listen(engine, "commit", lambda _: self.cross("before a commit"))
        sa.event.listen(engine.pool, "checkin", lambda *_: self.cross("after a transaction"))

    def around(self, transport: HttpTransport) -> HttpTransport:
        """The transport, each send of signed bytes through which is a boundary on both sides."""
        crossing = self

        class Crossing:
            def make_request(self, method: str, params: Any) -> Any:
                return crossing._around([method], lambda: transport.make_request(method, params))

            def make_batch_request(self, requests: Sequence[tuple[str, Any]]) -> Any:
                methods = [method for method, _ in requests]
                return crossing._around(methods, lambda: transport.make_batch_request(requests))

        return Crossing()  # type: ignore[return-value]  # what a transport is asked

    def _around(self, methods: list[str], ask: Callable[[], Any]) -> Any:
        is_send = "eth_sendRawTransaction" in methods
        if is_send:
            self.cross("before a send")
        answer = ask()
        if is_send:
            self.cross("after a send")
        return answer
