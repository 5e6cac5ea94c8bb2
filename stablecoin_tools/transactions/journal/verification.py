"""Whether what is kept is what the log says of it, lane by lane."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from stablecoin_tools.transactions.journal.changes import Happening
from stablecoin_tools.transactions.journal.log import LogEntry, Proof, first_hash
from stablecoin_tools.transactions.journal.rows import attempt_digest, payload_digest, receipt_digest
from stablecoin_tools.transactions.journal.schema import candidates, intents, lanes, log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, RowMapping

__all__ = ["lanes_in", "prove"]

_AT_ONCE: Final = 1000  # rows in memory
_SAID_BY_LANE: Final = ("log_head", "log_length", "next_nonce")


def lanes_in(connection: Connection) -> list[tuple[str, str]]:
    """Chain and sender of every lane that there is, or of which anything is left."""
    asked = sa.union(*(sa.select(table.c.chain, table.c.sender) for table in (lanes, intents, candidates, log)))
    return sorted((chain, sender) for chain, sender in connection.execute(asked))


def prove(connection: Connection, chain: str, sender: str) -> Proof:
    """Checks one lane."""
    replay = _Replay(chain, sender)
    try:
        for row in _rows(connection, log, chain, sender, log.c.position):
            replay.add(LogEntry(**{name: row[name] for name in LogEntry.__slots__}))
        for row in _rows(connection, intents, chain, sender):
            replay.compare_intent(row)
        for row in _rows(connection, candidates, chain, sender):
            replay.compare_attempt(row)
        lane = lanes.select().where(lanes.c.chain == chain, lanes.c.sender == sender)
        replay.close(connection.execute(lane).mappings().one_or_none())
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # no journal wrote that
        replay.faults.append(f"What is kept cannot be read: {error}.")
    return Proof(chain, sender, replay.length, replay.head, tuple(replay.faults))


def _rows(connection: Connection, table: sa.Table, chain: str, sender: str, *order: Any) -> Iterator[RowMapping]:
    asked = table.select().where(table.c.chain == chain, table.c.sender == sender).order_by(*order)
    with connection.execute(asked.execution_options(yield_per=_AT_ONCE)) as found:
        yield from found.mappings()


class _Replay:
    """What a lane's log says of its intents and of their attempts, gathered entry by entry."""

    def __init__(self, chain: str, sender: str) -> None:
        self.head = first_hash(chain, sender)
        self.length = 0
        self.faults: list[str] = []
        self._next_nonce = 0
        self._intents: dict[str, dict[str, Any]] = {}
        self._attempts: dict[str, tuple[str, Any]] = {}

    def add(self, entry: LogEntry) -> None:
        """Takes the next entry."""
        self.length += 1
        if entry.position != self.length:
            self.faults.append(f"Entry {self.length} is missing: entry {entry.position} follows.")
            self.length = entry.position
        if not entry.is_after(self.head):
            self.faults.append(f"Entry {entry.position} ({entry.reference}) does not follow from the one before it.")
        self.head = entry.hash
        detail = self._read(entry)
        if "transaction" in detail:
            self._attempts[detail["transaction"]] = (entry.reference, detail.get("attempt"))
            self._next_nonce = max(self._next_nonce, detail["nonce"] + 1)
        told = self._intents.setdefault(entry.reference, {})
        told |= {name: detail[name] for name in ("stage", "nonce", "receipt", "payload") if name in detail}
        told["unwanted"] = told.get("unwanted", False) or entry.what == Happening.UNWANTED.name

    def compare_intent(self, row: RowMapping) -> None:
        """Holds an intent as it is kept against what the log says of it."""
        told = self._intents.pop(row["reference"], None)
        if told is None:
            self.faults.append(f"{row['reference']}: the log does not know it.")
            return
        kept: dict[str, Any] = {"stage": row["stage"], "nonce": row["nonce"], "receipt": receipt_digest(row["receipt"])}
        kept |= {"payload": payload_digest(row), "unwanted": bool(row["is_unwanted"])}
        for name, value in kept.items():
            if told.get(name) != value:
                self.faults.append(f"{row['reference']}: the log says {name} {told.get(name)}, the journal {value}.")

    def compare_attempt(self, row: RowMapping) -> None:
        """Holds a signed transaction as it is kept against what the log says of it."""
        reference, hash_ = row["reference"], row["transaction_hash"]
        told = self._attempts.pop(hash_, None)
        if told is None:
            self.faults.append(f"{reference}: the log does not know transaction {hash_}.")
        elif told != (reference, attempt_digest(row)):
            self.faults.append(f"{told[0]}: transaction {hash_} is not kept as the log says.")

    def close(self, lane: RowMapping | None) -> None:
        """Holds the lane against where the log ends, and against the nonces that were signed by it."""
        head, length, next_nonce = ("", 0, 0) if lane is None else (lane[name] for name in _SAID_BY_LANE)
        if (head, length) != (self.head, self.length):
            self.faults.append(f"The log ends at entry {self.length}; the lane says at {length}, or with another hash.")
        if next_nonce != self._next_nonce:
            self.faults.append(f"By the log, nonce {self._next_nonce} is next; the lane says {next_nonce}.")
        self.faults += [f"{reference}: in the log, and no longer kept." for reference in self._intents]
        self.faults += [
            f"{reference}: transaction {hash_} is in the log, and no longer kept."
            for hash_, (reference, _) in self._attempts.items()
        ]

    def _read(self, entry: LogEntry) -> dict[str, Any]:
        try:
            return dict(json.loads(entry.detail))
        except (TypeError, ValueError):
            self.faults.append(f"Entry {entry.position} ({entry.reference}) cannot be read.")
            return {}
