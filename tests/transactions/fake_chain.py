"""A chain in a few lines, with a pool, for what a real node will not do when asked: misbehave at a given moment.

It is honest where it matters: one transaction a nonce, first come, and only what was published is ever mined.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Block, Call, FeeHistory, Log, Receipt
from stablecoin_tools.networks import find_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.networks import Network

GWEI = 10**9


@dataclass
class Transaction:
    """A published transaction, read from its bytes by other means than the package's."""

    signed: bytes
    fields: dict[str, Any] = field(init=False)
    sender: Address = field(init=False)
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        typed = TypedTransaction.from_bytes(HexBytes(self.signed))
        self.fields = typed.as_dict()
        self.sender = Address(bytes.fromhex(Account.recover_transaction(self.signed)[2:]))
        self.hash = "0x" + keccak(self.signed).hex()

    @property
    def nonce(self) -> int:
        return int(self.fields["nonce"])

    @property
    def max_fee_wei(self) -> int:
        return int(self.fields["maxFeePerGas"])

    @property
    def tip_wei(self) -> int:
        return int(self.fields["maxPriorityFeePerGas"])


class FakeChain:
    """A chain whose node answers each publish with the next of `publish_answers`, and mines when told."""

    def __init__(self, *, mines_at_once: bool = False) -> None:
        self.mines_at_once = mines_at_once
        self.published: list[bytes] = []
        self.mined: dict[str, Receipt] = {}
        self.used_nonces: dict[Address, int] = defaultdict(int)
        self.pool: dict[tuple[Address, int], bytes] = {}
        self.publish_answers: deque[Exception | None] = deque()
        self.takes_refused_bytes = True  # a node may answer an error and have the bytes all the same
        self.receipt_errors: deque[Exception] = deque()
        self.balance = 10**20
        self.history = FeeHistory(GWEI, (GWEI,), GWEI)
        self.number = 10
        self.final = 0
        self.succeeds = True

    @property
    def network(self) -> Network:
        return find_network("anvil")

    def call(self, call: Call, *, sender: Address | None = None, block: int | str = "latest") -> bytes:
        del call, sender, block
        return b""

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        del call, sender
        return 40_000

    def balance_wei(self, account: Address) -> int:
        del account
        return self.balance

    def code(self, account: Address) -> bytes:
        return bytes(account[:1])

    def storage(self, account: Address, slot: int) -> bytes:
        del account, slot
        return bytes(32)

    def nonce(self, account: Address) -> int:
        nonce = self.used_nonces[account]
        while (account, nonce) in self.pool:
            nonce += 1
        return nonce

    def block(self, block: int | str = "latest") -> Block:
        number = block if isinstance(block, int) else self.number
        return Block(number, hex(number), number, GWEI)

    def finalized_number(self) -> int:
        return self.final

    def fee_history(self) -> FeeHistory:
        return self.history

    def publish(self, signed_transaction: bytes) -> None:
        self.published.append(signed_transaction)
        answer = self.publish_answers.popleft() if self.publish_answers else None
        if answer is None or self.takes_refused_bytes:
            transaction = Transaction(signed_transaction)
            if transaction.nonce >= self.used_nonces[transaction.sender]:
                self.pool[transaction.sender, transaction.nonce] = signed_transaction
        if answer is not None:
            raise answer
        if self.mines_at_once:
            self.mine()

    def receipt(self, transaction_hash: str) -> Receipt | None:
        if self.receipt_errors:
            raise self.receipt_errors.popleft()
        return self.mined.get(transaction_hash)

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        del address, from_block, to_block, topics
        return []

    def mine(self) -> None:
        """Mines what is in the pool, in the order of nonces."""
        self.number += 1
        for key in sorted(self.pool):
            sender, nonce = key
            if nonce == self.used_nonces[sender]:
                mined = Transaction(self.pool.pop(key))
                self.used_nonces[sender] += 1
                self.mined[mined.hash] = Receipt(
                    mined.hash, self.number, hex(self.number), self.succeeds, 30_000, GWEI, None, ()
                )

    def undo(self) -> None:
        """Undoes every block that holds a transaction; the transactions are gone from the pool too."""
        self.mined.clear()
        self.pool.clear()
        self.used_nonces.clear()


class FakeClock:
    """A time that passes only by sleeping; `at` says what happens when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept = 0
        self.happenings: dict[float, Any] = {}

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        for moment in sorted(self.happenings):
            if moment <= self.now:
                self.happenings.pop(moment)()

    def at(self, moment: float, happening: Any) -> None:
        self.happenings[moment] = happening
