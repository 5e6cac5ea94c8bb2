"""A manager over a scripted chain and a scripted clock."""

from __future__ import annotations

from typing import Any

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import FeePolicy, Intent, MemoryJournal, TransactionManager, WaitPolicy
from tests.transactions.fake_chain import FakeChain, FakeClock, Transaction

ALICE = development_signer(8, find_network("anvil"))
BOB = development_signer(9, find_network("anvil"))
CALL = Call(Address(b"\x0c" * 20), b"\x12\x34\x56\x78", description="pay out")
WAITING = WaitPolicy(poll_seconds=1, bump_after_seconds=45, timeout_seconds=300, finality_seconds=1800)


class Bench:
    """A fake chain, a fake clock, and a manager over them."""

    def __init__(self, *, mines_at_once: bool = False, fees: FeePolicy | None = None) -> None:
        self.chain = FakeChain(mines_at_once=mines_at_once)
        self.clock = FakeClock()
        self.journal = MemoryJournal()
        self.fees = fees or FeePolicy()
        self.manager = self.manager_of(self.chain, self.journal)

    def manager_of(self, chain: Any, journal: Any) -> TransactionManager:
        return TransactionManager(
            chain, journal=journal, fees=self.fees, waiting=WAITING, clock=self.clock, sleep=self.clock.sleep
        )

    def hashes(self) -> list[str]:
        """Of what was published, without repetition, in order."""
        return list(dict.fromkeys(Transaction(signed).hash for signed in self.chain.published))


def kept(bench: Bench, reference: str = "order-1") -> Intent:
    intent = bench.journal.find(reference)
    assert intent is not None
    return intent
