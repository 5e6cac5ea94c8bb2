"""The databases that journals are tested on, and intents to keep in them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Log, Receipt
from stablecoin_tools.transactions.fees import Fees
from stablecoin_tools.transactions.intent import Candidate, Intent
from stablecoin_tools.transactions.journal import Change, Happening, Journal
from tests.transactions.postgresql import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stablecoin_tools.transactions.journal import Hold

CHAIN = "a chain"
ALICE, BOB = Address(b"\x01" * 20), Address(b"\x02" * 20)
CALL = Call(BOB, b"\x01\x02", 3, "pays Bob")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where an SQLite file will be."""
    return f"sqlite:///{tmp_path / 'journal.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest) -> str:
    """A new database of either kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest) -> Iterator[Journal]:
    """An empty journal of each kind."""
    url = "sqlite://" if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")
    with Journal(url, who="tester") as opened:
        yield opened


def queued(reference: str, sender: Address = ALICE) -> Intent:
    """An intent that has no nonce yet."""
    return Intent(reference, sender, CALL, 60_000)


def attempt(reference: str, nonce: int, number: int = 1, *, is_noop: bool = False) -> Candidate:
    """An attempt whose bytes and hash are its own."""
    signed_transaction = f"{reference} at {nonce}, {number}".encode(errors="surrogatepass")
    hash_ = f"0x{hashlib.sha256(signed_transaction).hexdigest()}"
    return Candidate(signed_transaction, hash_, Fees(100 + number, 10 + number), is_noop=is_noop)


def signed(reference: str, nonce: int, sender: Address = ALICE) -> Intent:
    """An intent with a nonce and a first attempt."""
    return queued(reference, sender).signed(nonce, attempt(f"{reference} of {sender}", nonce))


def mined(intent: Intent, block: int = 5) -> Intent:
    """The intent, once its newest attempt is in a block."""
    hash_ = intent.transaction_hashes[-1]
    log = Log(BOB, (b"\x01" * 32,), b"\x02", block, hash_, 0)
    return intent.mined(Receipt(hash_, block, f"0x{block}", True, 21_000, 7, None, (log,)))  # noqa: FBT003  # a receipt


def sign(journal: Journal, *intents: Intent, owner: str = "one", chain: str = CHAIN) -> Hold:
    """Takes signed intents of one sender in, as the holder of the lane."""
    hold = journal.look(chain, intents[0].sender, owner=owner).hold
    next_nonce = max(hold.next_nonce, *(intent.nonce + 1 for intent in intents if intent.nonce is not None))
    changes = [Change(Happening.SIGNED, intent, is_new=True) for intent in intents]
    return journal.record(hold, changes, next_nonce=next_nonce)


def faults(journal: Journal) -> list[str]:
    """All that is found to be wrong."""
    return [fault for proof in journal.verify() for fault in proof.faults]
