"""A chain in a few lines, with a pool, for what a real node will not do when asked: misbehave at a given moment.

It is honest where it matters: one transaction a nonce, first come, and only what was published is ever mined. Its pool
answers as nodes do; what else it is to answer, tests script.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Authorization, Block, Call, FeeHistory, Log, MinedTransaction, Receipt, Survey
from stablecoin_tools.errors import ChainError, NodeRefused, StablecoinError
from stablecoin_tools.networks import find_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from stablecoin_tools.networks import Network

GWEI = 10**9
CARRIER = Address(b"\x70" * 20)  # who sends others' authorizations
_FIRST_NUMBER = 10
_MOST_SLEEPS = 2_500
_forks = itertools.count()


@dataclass
class Transaction:
    """A published transaction, read from its bytes by other means than the package's."""

    signed: bytes

    @cached_property
    def fields(self) -> dict[str, Any]:
        return dict(TypedTransaction.from_bytes(HexBytes(self.signed)).as_dict())

    @cached_property
    def sender(self) -> Address:
        return Address(bytes.fromhex(Account.recover_transaction(self.signed)[2:]))

    @cached_property
    def hash(self) -> str:
        return "0x" + keccak(self.signed).hex()

    @property
    def nonce(self) -> int:
        return int(self.fields["nonce"])

    @property
    def max_fee_wei(self) -> int:
        return int(self.fields["maxFeePerGas"])

    @property
    def tip_wei(self) -> int:
        return int(self.fields["maxPriorityFeePerGas"])

    @property
    def payload(self) -> tuple[Address, bytes, bytes, int]:
        """What it does, whatever it offers: sender, receiver, call data, wei."""
        to, data = HexBytes(self.fields["to"]), HexBytes(self.fields["data"])
        return self.sender, bytes(to), bytes(data), int(self.fields["value"])

    def is_better_than(self, other: Transaction) -> bool:
        """Whether a pool takes it in the other's place."""
        return self.max_fee_wei * 10 >= other.max_fee_wei * 11 and self.tip_wei * 10 >= other.tip_wei * 11


read = lru_cache(maxsize=10_000)(Transaction)


@dataclass
class FakeBlock:
    """A block: its transactions, and whose nonces were used in it by no transaction of theirs (EIP-7702)."""

    number: int
    fork: int
    transactions: list[Transaction] = field(default_factory=list)
    authorities: list[Address] = field(default_factory=list)

    @property
    def hash(self) -> str:
        return f"0x{self.fork:032x}{self.number:032x}"

    @property
    def users(self) -> list[Address]:
        """Whose nonces were used, one for each."""
        return [transaction.sender for transaction in self.transactions] + self.authorities


class FakeChain:
    """A chain whose node answers each publish with the next of `publish_answers`, and mines when told.

    Nobody but the first blocks' silence is final: tests set `final` (and `safe`, if it is to be another).
    """

    def __init__(self, *, mines_at_once: bool = False) -> None:
        self.mines_at_once = mines_at_once
        self.published: list[bytes] = []
        self.fork = next(_forks)  # so that no two chains begin with the same block
        self.blocks = [FakeBlock(number, self.fork) for number in range(_FIRST_NUMBER + 1)]
        self.mined: dict[str, Receipt] = {}
        self.pool: dict[tuple[Address, int], bytes] = {}
        self.publish_answers: deque[Exception | None] = deque()
        self.takes_refused_bytes = True  # a node may answer an error and have the bytes all the same
        self.receipt_errors: deque[Exception] = deque()
        self.before_publishing: Callable[[bytes], None] = lambda _: None
        self.balance = 10**20
        self.history = FeeHistory(GWEI, (GWEI,), GWEI)
        self.final = 0
        self.safe: int | None = None
        self.succeeds = True
        self.lock = threading.RLock()

    @property
    def network(self) -> Network:
        return find_network("anvil")

    @property
    def number(self) -> int:
        return self.blocks[-1].number

    @property
    def used_nonces(self) -> Counter[Address]:
        """How many nonces each sender has used."""
        return Counter(itertools.chain.from_iterable(block.users for block in self.blocks))

    def copied(self) -> FakeChain:
        """Another chain with the same past."""
        other = FakeChain(mines_at_once=self.mines_at_once)
        other.blocks, other.mined, other.published = list(self.blocks), dict(self.mined), list(self.published)
        return other

    def bent(self, **answers: Callable[..., Any]) -> Any:
        """The same chain, with these methods in place of its own, also where one answer is made of others."""
        kind = type("BentChain", (type(self),), {name: staticmethod(answer) for name, answer in answers.items()})
        view: Any = object.__new__(kind)
        view.__dict__ = self.__dict__
        return view

    def chain_id(self) -> int:
        return self.network.chain_id

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

    def nonce(self, account: Address, *, block: int | str = "pending") -> int:
        with self.lock:
            nonce = sum(known.users.count(account) for known in self.blocks[: self._height(block) + 1])
            while block == "pending" and (account, nonce) in self.pool:
                nonce += 1
            return nonce

    def block(self, block: int | str = "latest") -> Block:
        found = self.blocks[self._height(block)]
        return Block(found.number, found.hash, found.number, GWEI)

    def block_hashes(self, numbers: Sequence[int]) -> list[str | None]:
        with self.lock:
            return [self.blocks[number].hash if number <= self.number else None for number in numbers]

    def transactions_in(self, block: int) -> tuple[MinedTransaction, ...]:
        with self.lock:
            found = self.blocks[self._height(block)]
            mined = [MinedTransaction(one.hash, one.sender, one.nonce, found.hash) for one in found.transactions]
            used = Counter(itertools.chain.from_iterable(before.users for before in self.blocks[: found.number]))
            used.update(one.sender for one in found.transactions)
            for authority in found.authorities:
                signed = Authorization(authority, used[authority], self.chain_id())
                hash_ = "0x" + keccak(bytes(authority) + found.hash.encode()).hex()
                mined.append(MinedTransaction(hash_, CARRIER, signed.nonce, found.hash, (signed,)))
                used[authority] += 1
            return tuple(mined)

    def finalized_number(self) -> int:
        return min(self.final, self.number)

    def safe_number(self) -> int:
        return self.finalized_number() if self.safe is None else min(self.safe, self.number)

    def fee_history(self) -> FeeHistory:
        return self.history

    def survey(self, calls: Sequence[Call], *, sender: Address) -> Survey:
        gas = tuple(self._gas(call, sender) for call in calls)
        return Survey(gas, self.fee_history(), self.balance_wei(sender), self.nonce(sender))

    def publish(self, signed_transaction: bytes) -> None:
        with self.lock:
            self.before_publishing(signed_transaction)
            self.published.append(signed_transaction)
            scripted = self.publish_answers.popleft() if self.publish_answers else None
            said = self._pooled(signed_transaction) if scripted is None or self.takes_refused_bytes else None
            if scripted is not None:
                raise scripted
            if self.mines_at_once:
                self.mine()
            if said:
                raise NodeRefused(said)

    def publish_many(self, signed: Sequence[bytes]) -> list[ChainError | None]:
        return [self._publication_error(one) for one in signed]

    def receipt(self, transaction_hash: str) -> Receipt | None:
        if self.receipt_errors:
            raise self.receipt_errors.popleft()
        return self.mined.get(transaction_hash)

    def receipts(self, hashes: Sequence[str]) -> list[Receipt | None]:
        with self.lock:
            return [self.receipt(transaction_hash) for transaction_hash in hashes]

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        del address, from_block, to_block, topics
        return []

    def mine(self, blocks: int = 1) -> None:
        """Mines what is in the pool and can pay, in the order of nonces."""
        with self.lock:
            for _ in range(blocks):
                self.add_block(self._payable())

    def add_block(self, signed: Iterable[bytes] = (), *, authorities: Iterable[Address] = ()) -> FakeBlock:
        """Mines just these transactions, whoever signed them."""
        with self.lock:
            block = FakeBlock(self.number + 1, self.fork, authorities=list(authorities))
            self.blocks.append(block)
            for transaction in map(read, signed):
                assert transaction.nonce == self.used_nonces[transaction.sender], "only the next nonce can be mined"
                block.transactions.append(transaction)
                self.mined[transaction.hash] = Receipt(
                    transaction.hash, block.number, block.hash, self.succeeds, 30_000, GWEI, None, ()
                )
            used = self.used_nonces
            for sender, nonce in list(self.pool):
                if nonce < used[sender]:
                    del self.pool[sender, nonce]
            return block

    def reorg(self, depth: int, transactions: Mapping[int, Sequence[bytes]] | None = None) -> None:
        """Undoes the newest blocks, what they held and the pool, and mines as many others in their place.

        Args:
            depth: How many blocks.
            transactions: What goes into the new blocks, by their place, counted from 0.
        """
        with self.lock:
            self.fork = next(_forks)
            undone = self.blocks[len(self.blocks) - depth :]
            del self.blocks[len(self.blocks) - depth :]
            for transaction in itertools.chain.from_iterable(block.transactions for block in undone):
                del self.mined[transaction.hash]
            self.pool.clear()
            for place in range(depth):
                self.add_block((transactions or {}).get(place, ()))

    def undo(self) -> None:
        """Undoes every block that holds a transaction; the transactions are gone from the pool too."""
        self.reorg(self.number - _FIRST_NUMBER)

    def _height(self, block: int | str) -> int:
        words = {"finalized": self.finalized_number, "safe": self.safe_number}
        height = block if isinstance(block, int) else words.get(block, lambda: self.number)()
        if not 0 <= height <= self.number:
            raise NodeRefused(f"header not found: {block}")
        return height

    def _gas(self, call: Call, sender: Address) -> int | StablecoinError:
        try:
            return self.estimate_gas(call, sender=sender)
        except StablecoinError as error:
            return error

    def _publication_error(self, signed: bytes) -> ChainError | None:
        try:
            self.publish(signed)
        except ChainError as error:
            return error
        return None

    def _pooled(self, signed: bytes) -> str:
        """Puts bytes into the pool, and what the node says if it does not take them."""
        new = read(signed)
        if new.nonce < self.used_nonces[new.sender]:
            return "nonce too low"
        before = self.pool.get((new.sender, new.nonce))
        if before == signed:
            return "already known"
        if before is not None and not new.is_better_than(read(before)):
            return "replacement transaction underpriced"
        self.pool[new.sender, new.nonce] = signed
        return ""

    def _payable(self) -> list[bytes]:
        """What of the pool goes into the next block."""
        chosen, used = [], self.used_nonces
        for sender, nonce in sorted(self.pool):
            signed = self.pool[sender, nonce]
            if nonce == used[sender] and read(signed).max_fee_wei >= self.history.next_base_fee_wei:
                used[sender] += 1
                chosen.append(signed)
        return chosen


class FakeClock:
    """A time that passes only by sleeping; `at` says what happens when. Whoever sleeps too often waits for ever."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept = 0
        self.happenings: dict[tuple[float, int], Callable[[], Any]] = {}
        self._numbers = itertools.count()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        assert self.slept < _MOST_SLEEPS, "it waits for ever"
        for key in sorted(self.happenings):
            if key[0] <= self.now and key in self.happenings:  # a happening may sleep too
                self.happenings.pop(key)()

    def at(self, moment: float, happening: Callable[[], Any]) -> None:
        self.happenings[moment, next(self._numbers)] = happening
