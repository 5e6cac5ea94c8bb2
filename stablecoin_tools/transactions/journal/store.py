"""The journal in a database: SQLite on one machine, PostgreSQL for several."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from stablecoin_tools.errors import JournalError, UsageError
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal.changes import Change, Happening
from stablecoin_tools.transactions.journal.holds import LONGEST_LEASE_SECONDS, Hold, LaneView, Overtaken, is_held
from stablecoin_tools.transactions.journal.log import LogEntry, author, entries_of, first_hash
from stablecoin_tools.transactions.journal.rows import candidate_row, intent_of, intent_row, progress_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection, RowMapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal.log import Proof

__all__ = ["Journal"]

_IN_MEMORY: Final = "sqlite://"
_ASKED_AT_ONCE: Final = 500
_VERIFY: Final = "`stablecoin tx verify-log` says what is not as it was written."


class Journal:
    """The memory of what was to be done, and how far it came. Threads, processes and hosts may share one.

    Every write is one transaction of the database, and is on disk when it returns: what follows may rely on it.
    `look`, `record` and `queue` are for the lanes of a `TransactionManager`, which sends; all else is for everybody.

    Args:
        url: An SQLAlchemy URL: `sqlite:///journal.db`, `postgresql+psycopg://...`; in memory, gone with the process,
            if not given. It may hold a password, so it never appears in an error or a `repr`.
        who: Who is recorded as the author of changes; the account that runs this and its host, if not given.
        lease_seconds: How long a lane stays with a holder that was killed; an hour at most.
        clock: The time in seconds since 1970; a PostgreSQL server's own is used for leases.

    Raises:
        UsageError: If no lease can be so long.
        JournalError: If it cannot be opened, or was written by a newer version.
    """

    def __init__(
        self,
        url: str = _IN_MEMORY,
        *,
        who: str = "",
        lease_seconds: float = 10,
        clock: Callable[[], float] = time.time,
    ) -> None:
        from stablecoin_tools.transactions.journal.database import Database

        if not 0 < lease_seconds <= LONGEST_LEASE_SECONDS:
            raise UsageError(f"A lease is more than 0 and at most {LONGEST_LEASE_SECONDS} s long, not {lease_seconds}.")
        self.lease_seconds = lease_seconds
        self._who = who or author()
        self._clock = clock
        self._database = Database(url)
        self.is_durable = not self._database.is_in_memory

    def __repr__(self) -> str:
        return "Journal(<url>)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()

    def find(self, chain: str, reference: str) -> Intent | None:
        """The intent of this reference, if there is one."""
        return self.find_many(chain, [reference]).get(reference)

    def find_many(self, chain: str, references: Sequence[str]) -> dict[str, Intent]:
        """Those intents of these references that there are."""
        from stablecoin_tools.transactions.journal.schema import intents

        found: dict[str, Intent] = {}
        with self._database.reading() as connection:
            for start in range(0, len(references), _ASKED_AT_ONCE):
                asked = references[start : start + _ASKED_AT_ONCE]
                rows = intents.select().where(intents.c.chain == chain, intents.c.reference.in_(asked))
                found |= {intent.reference: intent for intent in _read(connection, rows)}
        return found

    def chains_of(self, reference: str) -> list[str]:
        """Every chain on which there is an intent of this reference."""
        from stablecoin_tools.transactions.journal.schema import intents

        with self._database.reading() as connection:
            asked = intents.select().with_only_columns(intents.c.chain).where(intents.c.reference == reference)
            return list(connection.execute(asked.order_by(intents.c.chain)).scalars())

    def newest(self, chain: str, *, stages: Sequence[Stage] = tuple(Stage), limit: int) -> list[Intent]:
        """The intents that were taken in last, newest first."""
        from stablecoin_tools.transactions.journal.schema import intents

        wanted = intents.select().where(intents.c.chain == chain, intents.c.stage.in_([one.name for one in stages]))
        with self._database.reading() as connection:
            return _read(connection, wanted.order_by(intents.c.id.desc()).limit(limit))

    def look(self, chain: str, sender: Address, *, owner: str) -> LaneView:
        """A sender's lane, and what is open in it."""
        with self._database.reading() as connection:
            lane = self._lane(connection, chain, sender, is_locked=False)
            if lane is None:
                return LaneView(Hold(chain, sender, owner, 0, 0), is_free=True, holder="", open=())
            is_free = not is_held(lane, owner, self._now(connection))
            pending = _read(connection, _in_stage(chain, sender, Stage.PENDING))
            queued = _read(connection, _in_stage(chain, sender, Stage.QUEUED))
        hold = Hold(chain, sender, owner, lane["token"], lane["next_nonce"])
        return LaneView(hold, is_free, lane["owner"], (*pending, *queued))

    def asked(self, chain: str, sender: Address) -> list[Intent]:
        """A sender's intents that the holder of the lane is asked to sign, or to cancel; oldest first."""
        from stablecoin_tools.transactions.journal.schema import intents

        is_queued = intents.c.stage == Stage.QUEUED.name
        is_to_end = (intents.c.stage == Stage.PENDING.name) & intents.c.is_unwanted
        wanted = intents.select().where(
            intents.c.chain == chain, intents.c.sender == _key(sender), is_queued | is_to_end
        )
        with self._database.reading() as connection:
            return _read(connection, wanted.order_by(intents.c.id))

    def unsettled(self, chain: str, sender: Address, *, above_nonce: int = -1, limit: int) -> list[Intent]:
        """A sender's mined intents that are not final yet, lowest nonce first, from above a nonce."""
        with self._database.reading() as connection:
            mined = _read(connection, _in_stage(chain, sender, Stage.MINED, above_nonce).limit(limit))
            safe = _read(connection, _in_stage(chain, sender, Stage.SAFE, above_nonce).limit(limit))
        return sorted((*mined, *safe), key=lambda intent: intent.nonce or 0)[:limit]

    def record(self, hold: Hold, changes: Sequence[Change], *, next_nonce: int = 0, is_released: bool = False) -> Hold:
        """Writes changes of a lane's intents and of the log, and takes or keeps the lane, in one transaction.

        Args:
            hold: The claim, from `look` or from the last `record`.
            changes: What happened, in order.
            next_nonce: The lowest nonce that no intent owns now. It only ever rises: a writer that never heard that its
                last write was kept cannot set it back.
            is_released: Whether the lane is let go with it.

        Returns:
            The hold to write with next.

        Raises:
            Overtaken: If another took the lane, or one of the references; nothing was written.
            JournalError: If the database cannot be written.
        """
        with self._database.writing() as connection:
            lane = self._locked_lane(connection, hold.chain, hold.sender)
            now = self._now(connection)
            if lane["token"] != hold.token or is_held(lane, hold.owner, now):
                raise Overtaken(lane["owner"])
            token = hold.token + (lane["owner"] != hold.owner)
            next_nonce = max(next_nonce, lane["next_nonce"])
            self._write(connection, hold.chain, changes)
            self._append(
                connection,
                lane,
                changes,
                owner="" if is_released else hold.owner,
                token=token,
                next_nonce=next_nonce,
                leased_at=now,
                lease_seconds=self.lease_seconds,
            )
        return Hold(hold.chain, hold.sender, hold.owner, token, next_nonce)

    def queue(self, chain: str, sender: Address, changes: Sequence[Change]) -> None:
        """Takes intents in for whoever holds the lane.

        Raises:
            Overtaken: If one of the references was taken meanwhile; nothing was written.
            JournalError: If the database cannot be written.
        """
        with self._database.writing() as connection:
            lane = self._locked_lane(connection, chain, sender)
            self._write(connection, chain, changes)
            self._append(connection, lane, changes)

    def ask_to_cancel(self, chain: str, sender: Address, reference: str) -> None:
        """Asks whoever holds the lane to cancel an intent, unless that was asked before, or it is too late.

        Raises:
            JournalError: If the database cannot be written.
        """
        from stablecoin_tools.transactions.journal.schema import intents

        row = (intents.c.chain == chain, intents.c.sender == _key(sender), intents.c.reference == reference)
        with self._database.writing() as connection:
            lane = self._locked_lane(connection, chain, sender)
            for intent in _read(connection, intents.select().where(*row)):
                if intent.stage in (Stage.QUEUED, Stage.PENDING) and not intent.is_unwanted:
                    connection.execute(intents.update().where(*row).values(is_unwanted=True))
                    self._append(connection, lane, [Change(Happening.UNWANTED, intent)])

    def log(self, chain: str, reference: str) -> list[LogEntry]:
        """What happened to an intent, oldest first."""
        from stablecoin_tools.transactions.journal.schema import log

        wanted = log.select().where(log.c.chain == chain, log.c.reference == reference)
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(log.c.position)).mappings()
            return [_entry(row) for row in found]

    def verify(self) -> Iterator[Proof]:
        """Checks each lane's log from its first entry, and that all else is kept as the log says.

        Raises:
            JournalError: If the database cannot be read.
        """
        from stablecoin_tools.transactions.journal.verification import lanes_in, prove

        with self._database.reading() as connection:
            found = lanes_in(connection)
        for chain, sender in found:
            with self._database.reading() as connection:
                proof = prove(connection, chain, sender)
            yield proof

    def _lane(self, connection: Connection, chain: str, sender: Address, *, is_locked: bool) -> RowMapping | None:
        from stablecoin_tools.transactions.journal.schema import lanes

        wanted = lanes.select().where(lanes.c.chain == chain, lanes.c.sender == _key(sender))
        return connection.execute(wanted.with_for_update() if is_locked else wanted).mappings().one_or_none()

    def _locked_lane(self, connection: Connection, chain: str, sender: Address) -> RowMapping:
        """The lane's row, made if it is not there; nobody else writes in the lane until the transaction ends."""
        found = self._lane(connection, chain, sender, is_locked=True)
        if found is not None:
            return found
        self._database.add_lane(
            connection,
            {
                "chain": chain,
                "sender": _key(sender),
                "next_nonce": 0,
                "owner": "",
                "token": 0,
                "leased_at": 0,
                "lease_seconds": 0,
                "log_length": 0,
                "log_head": first_hash(chain, _key(sender)),
            },
        )
        made = self._lane(connection, chain, sender, is_locked=True)
        if made is None:
            raise JournalError("The journal does not keep what is written to it.")
        return made

    def _now(self, connection: Connection) -> float:
        return self._database.server_time(connection) or self._clock()

    def _write(self, connection: Connection, chain: str, changes: Sequence[Change]) -> None:
        """Writes new intents, new candidates, and how far the others have come."""
        import sqlalchemy as sa

        from stablecoin_tools.transactions.journal.schema import candidates, intents

        new = [intent_row(chain, change.intent) for change in changes if change.is_new]
        signed = [candidate_row(chain, change.intent) for change in changes if change.has_new_candidate]
        known = [progress_row(chain, change.intent) for change in changes if not change.is_new]
        if new:
            connection.execute(intents.insert(), new)
        if signed:
            connection.execute(candidates.insert(), signed)
        if known:
            of = (intents.c[name] == sa.bindparam(f"of_{name}") for name in ("reference", "chain"))
            found = connection.execute(intents.update().where(*of), known)
            if found.rowcount != len(known):
                raise JournalError("The journal does not keep an intent any more.", hint=_VERIFY)

    def _append(self, connection: Connection, lane: RowMapping, changes: Sequence[Change], **moved: Any) -> None:
        """Appends to the lane's log, and moves the lane on."""
        from stablecoin_tools.transactions.journal.schema import lanes, log

        chain, sender = lane["chain"], lane["sender"]
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        after = (lane["log_length"], lane["log_head"])
        entries = entries_of(changes, chain=chain, after=after, at=at, who=self._who)
        if entries:
            rows = [
                {"chain": chain, "sender": sender, **{name: getattr(entry, name) for name in LogEntry.__slots__}}
                for entry in entries
            ]
            connection.execute(log.insert(), rows)
            moved |= {"log_length": entries[-1].position, "log_head": entries[-1].hash}
        if moved:
            connection.execute(lanes.update().where(lanes.c.chain == chain, lanes.c.sender == sender).values(**moved))


def _in_stage(chain: str, sender: Address, stage: Stage, above_nonce: int | None = None) -> Select[Any]:
    """A sender's intents in one stage, lowest nonce first, then oldest first; an index has them in just this order."""
    from stablecoin_tools.transactions.journal.schema import intents

    wanted = intents.select().where(
        intents.c.chain == chain, intents.c.sender == _key(sender), intents.c.stage == stage.name
    )
    if above_nonce is not None:
        wanted = wanted.where(intents.c.nonce > above_nonce)
    return wanted.order_by(intents.c.nonce, intents.c.id)


def _read(connection: Connection, wanted: Select[Any]) -> list[Intent]:
    """The intents that a query of their table finds, with their candidates."""
    from stablecoin_tools.transactions.journal.schema import candidates

    rows = connection.execute(wanted).mappings().all()
    attempts: dict[tuple[str, int], list[RowMapping]] = {}
    for start in range(0, len(rows), _ASKED_AT_ONCE):
        some = rows[start : start + _ASKED_AT_ONCE]
        of = (candidates.c.chain == some[0]["chain"], candidates.c.reference.in_([row["reference"] for row in some]))
        for attempt in connection.execute(candidates.select().where(*of).order_by(candidates.c.ordinal)).mappings():
            attempts.setdefault((attempt["reference"], attempt["nonce"]), []).append(attempt)
    return [_intent(row, attempts.get((row["reference"], row["nonce"]), [])) for row in rows]


def _intent(row: RowMapping, attempts: list[RowMapping]) -> Intent:
    try:
        return intent_of(row, attempts)
    except (LookupError, TypeError, ValueError):
        words = f"Under reference {row['reference']!r}, the journal holds what it did not write."
        raise JournalError(words, hint=_VERIFY) from None


def _entry(row: RowMapping) -> LogEntry:
    return LogEntry(**{name: row[name] for name in LogEntry.__slots__})


def _key(address: Address) -> str:
    return f"0x{address.hex()}"
