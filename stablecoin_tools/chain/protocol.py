"""The seam itself: what every other floor may ask of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain.values import Block, Call, FeeHistory, Log, Receipt
    from stablecoin_tools.networks import Network

__all__ = ["BlockId", "Chain"]

BlockId = int | str
"""A block's number, or "latest"."""


class Chain(Protocol):
    """A chain that can be read and written.

    Every method raises `Unreachable`, `RateLimited` or `NodeRefused` where the chain does not answer; `call` and
    `estimate_gas` raise the typed `Reverted` of what the contract refuses.
    """

    @property
    def network(self) -> Network:
        """Which chain this is."""

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

    def nonce(self, account: Address) -> int:
        """The next nonce of an account, pending transactions counted where the node knows them."""

    def block(self, block: BlockId = "latest") -> Block:
        """A block's head."""

    def finalized_number(self) -> int:
        """The number of the newest block that can no longer be undone, by the network's rule."""

    def fee_history(self) -> FeeHistory:
        """What gas cost lately."""

    def publish(self, signed_transaction: bytes) -> None:
        """Hands signed bytes to the chain. Nothing is known from its answer but that it answered."""

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """What became of a transaction, or None while it is not mined."""

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Sequence[bytes] = ()) -> list[Log]:
        """A contract's events in these blocks, both included; `topics` narrows by the leading topics."""
