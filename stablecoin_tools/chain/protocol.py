"""The seam itself: what every other floor may ask of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain.values import Block, Call, FeeHistory, Log, MinedTransaction, Receipt, Rehearsed, Survey
    from stablecoin_tools.errors import ChainError, StablecoinError
    from stablecoin_tools.networks import Network

__all__ = ["BlockId", "Chain", "SimulatingChain"]

BlockId = int | str
"""A block's number, or the word for it: "latest", "pending", "safe", "finalized"."""


class Chain(Protocol):
    """A chain that can be read and written.

    Every method raises `Unreachable`, `RateLimited` or `NodeRefused` where the chain does not answer; `call` and
    `estimate_gas` raise the typed `Reverted` of what the contract refuses. Methods that take several of something ask
    for all of them in one round trip, where the node allows that, or in few.
    """

    @property
    def network(self) -> Network:
        """Which chain this is."""

    def chain_id(self) -> int:
        """Which chain it says it is, asked anew: behind one address may stand now this node, now that."""

    def call(self, call: Call, *, sender: Address | None = None, block: BlockId = "latest") -> bytes:
        """The answer of a call that changes nothing."""

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        """How much gas the call would use if sent now."""

    def balance_wei(self, account: Address) -> int:
        """How much native coin an account has for gas, in wei."""

    def code(self, account: Address) -> bytes:
        """The contract's code, empty if there is none."""

    def storage(self, account: Address, slot: int) -> bytes:
        """One word of a contract's storage, 32 bytes."""

    def nonce(self, account: Address, *, block: BlockId = "pending") -> int:
        """The next nonce of an account after a block; pending transactions count where the node knows them."""

    def block(self, block: BlockId = "latest") -> Block:
        """A block's head."""

    def block_hashes(self, numbers: Sequence[int]) -> list[str | None]:
        """The hashes of the blocks that now have these numbers, None where there is no such block."""

    def transactions_in(self, block: int) -> tuple[MinedTransaction, ...]:
        """What one block holds, all of it, in its order.

        Raises:
            NodeRefused: If there is no such block, or what comes back cannot be all that it holds.
        """

    def finalized_number(self) -> int:
        """The number of the newest block that can no longer be undone, by the network's rule."""

    def safe_number(self) -> int:
        """The number of the newest block that is unlikely to be undone; a final one where nothing says more."""

    def fee_history(self) -> FeeHistory:
        """What gas cost lately."""

    def survey(self, calls: Sequence[Call], *, sender: Address) -> Survey:
        """What sending these calls would take, read in one round trip.

        An error of one estimate is a value in the survey; all others are raised. No calls are allowed too.
        """

    def publish(self, signed_transaction: bytes) -> None:
        """Hands signed bytes to the chain. Nothing is known from its answer but that it answered."""

    def publish_many(self, signed: Sequence[bytes]) -> list[ChainError | None]:
        """Hands several to the chain in this order.

        It raises nothing that comes from the chain.

        Returns:
            For each None if the chain took it, or the error that `publish` raises. If a whole request found no
            answer, each of it has that error: no more is known of it than from an error of `publish`.
        """

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """What became of a transaction, or None while it is not mined."""

    def receipts(self, hashes: Sequence[str]) -> list[Receipt | None]:
        """What became of several transactions, None for each that is not mined."""

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        """A contract's events in these blocks, both included; `topics` narrows by the leading topics."""


class SimulatingChain(Chain, Protocol):
    """A chain that can also try what is to be sent later, each on what the ones before it would leave."""

    def simulate(
        self, calls: Sequence[tuple[Address, Call]], *, codes: Mapping[Address, bytes] | None = None
    ) -> list[StablecoinError | None]:
        """Tries calls one after the other on the newest state, each on what the ones before it left; nothing is sent.

        Args:
            calls: Who would send what.
            codes: Code that is taken to be at some addresses.

        Returns:
            For each why it would fail, or None if it would not.

        Raises:
            NodeRefused: If the node cannot do that.
        """

    def rehearse(self, calls: Sequence[tuple[Address, Call]], *, block: BlockId = "latest") -> list[Rehearsed]:
        """What would come of calls in one block on top of another, all at one time; nothing is sent.

        So the same question, asked before and after a call, shows what that call alone would change.

        Args:
            calls: Who would send what; each on what the ones before it left.
            block: On top of which block.

        Returns:
            For each what would come of it.

        Raises:
            NodeRefused: If the node cannot do that.
        """
