"""The log: every change, with who and why, each entry bound to the one before it by its hash.

A lane's entries are one chain of SHA-256 hashes, so an entry changed, removed or put in between breaks every later one;
the lane keeps the newest hash. Whoever can rewrite all of a database can rewrite the chain too: keep the newest hash
elsewhere now and then, and compare.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.transactions.journal.changes import Change

__all__ = ["LogEntry", "Proof", "author", "entries_of", "first_hash"]

_in_order: Final = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One change, as it is kept.

    Attributes:
        position: Its place in the lane, from 1.
        at: When, by the clock of who wrote it: ISO 8601, UTC.
        who: Who wrote it.
        reference: Whose change it is.
        what: The `Happening`'s name.
        why: The reason, in words.
        detail: Stage, nonce, transaction, fees, block, and digests of what was kept with it: JSON.
        hash: SHA-256 over the hash before and all of the above.
    """

    position: int
    at: str
    who: str
    reference: str
    what: str
    why: str
    detail: str
    hash: str

    def is_after(self, previous_hash: str) -> bool:
        """Whether its hash binds it to the entry before."""
        told = (self.position, self.at, self.who, self.reference, self.what, self.why, self.detail)
        return self.hash == _hash(previous_hash, told)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of checking one lane's log.

    Attributes:
        chain: Which chain.
        sender: Whose lane.
        entries: How many entries it has.
        head: The newest hash.
        faults: What is wrong, one sentence each; empty if all is as it was written.
    """

    chain: str
    sender: str
    entries: int
    head: str
    faults: tuple[str, ...]


def author() -> str:
    """The account that runs this and its host, by the machine's own word: the environment's could be anybody's."""
    import getpass
    import os
    import platform

    try:
        import pwd

        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's account need have no name
        user = str(os.getuid())
    except ImportError:  # no such thing on Windows
        user = getpass.getuser()
    return f"{user}@{platform.node()}"


def first_hash(chain: str, sender: str) -> str:
    """What a lane's first entry is bound to."""
    return _hash("", (chain, sender))


def entries_of(changes: Iterable[Change], *, chain: str, after: tuple[int, str], at: str, who: str) -> list[LogEntry]:
    """The entries of these changes; `after` is the position and hash of the newest entry before them."""
    position, head = after
    entries = []
    for change in changes:
        position += 1
        detail = _in_order(change.detail(chain))
        told = (position, at, who, change.intent.reference, change.what.name, change.why, detail)
        head = _hash(head, told)
        entries.append(LogEntry(*told, head))
    return entries


def _hash(previous_hash: str, told: tuple[Any, ...]) -> str:
    return hashlib.sha256((previous_hash + json.dumps(told)).encode()).hexdigest()
