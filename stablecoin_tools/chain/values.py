"""What goes to a chain and what comes back, as frozen values. Hashes are 0x-hex text in lower case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.errors import StablecoinError

__all__ = ["Authorization", "Block", "Call", "FeeHistory", "Log", "MinedTransaction", "Receipt", "Rehearsed", "Survey"]


@dataclass(frozen=True, slots=True)
class Call:
    """A built call: what to ask of which contract. Building one sends nothing.

    Attributes:
        to: The contract or account, or None to create a contract.
        data: The call data.
        value_wei: The ETH that goes with it, in wei.
        description: What it does, in words for people; no part of its identity.
    """

    to: Address | None
    data: bytes = b""
    value_wei: int = 0
    description: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Log:
    """An event as the chain keeps it, not yet decoded."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    transaction_hash: str
    index: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction.

    Attributes:
        transaction_hash: Its hash.
        block_number: The block that holds it.
        block_hash: That block's hash; another one after a reorganisation.
        succeeded: False if the contract refused; gas was spent all the same.
        gas_used: In units of gas.
        gas_price_wei: What one unit of gas cost, in wei.
        contract_address: The contract that it created, if its `to` was None.
        logs: Its events.
    """

    transaction_hash: str
    block_number: int
    block_hash: str
    succeeded: bool
    gas_used: int
    gas_price_wei: int
    contract_address: Address | None
    logs: tuple[Log, ...]

    def agrees_with(self, other: Receipt) -> bool:
        """Whether both say of the same transaction that it is in the same block, with the same success."""
        return self._facts == other._facts

    @property
    def _facts(self) -> tuple[str, int, str, bool]:
        return self.transaction_hash, self.block_number, self.block_hash, self.succeeded


@dataclass(frozen=True, slots=True)
class Authorization:
    """An EIP-7702 authorization whose signature holds. It used a nonce only if that was its signer's next one.

    Attributes:
        signer: Who signed it, recovered from the signature.
        nonce: Which of the signer's nonces it takes.
        chain_id: For which chain it was signed; 0 for all.
    """

    signer: Address
    nonce: int
    chain_id: int


@dataclass(frozen=True, slots=True)
class MinedTransaction:
    """A transaction as a block holds it.

    Attributes:
        hash: Its hash.
        sender: Who sent it.
        nonce: Its place among the sender's.
        block_hash: The hash of the block that holds it.
        authorizations: The EIP-7702 authorizations that it carries; those that nobody can have signed are left out.
    """

    hash: str
    sender: Address
    nonce: int
    block_hash: str
    authorizations: tuple[Authorization, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block's head: number, hash, time (seconds since 1970) and base fee (wei)."""

    number: int
    hash: str
    timestamp: int
    base_fee_wei: int


@dataclass(frozen=True, slots=True)
class FeeHistory:
    """What gas cost lately.

    Attributes:
        next_base_fee_wei: The base fee of the next block.
        tips_wei: The median tip of each recent block that held transactions; zeros are blocks without.
        suggested_tip_wei: The node's own suggestion, where the blocks say nothing.
        gas_price_wei: What the node suggests for a unit of gas, on chains without EIP-1559; None on all others.
    """

    next_base_fee_wei: int
    tips_wei: tuple[int, ...]
    suggested_tip_wei: int
    gas_price_wei: int | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would come of a call.

    Attributes:
        succeeded: False if the contract would refuse.
        answer: What it would answer, or the bytes of its refusal.
        events: Who would emit which event, by its topics.
    """

    succeeded: bool
    answer: bytes
    events: tuple[tuple[Address, tuple[bytes, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """What sending some calls would take.

    Attributes:
        gas: For each call, how much gas it would use if sent now, or why that cannot be said: a typed `Reverted` if
            the contract refuses.
        fee_history: What gas cost lately.
        balance_wei: How much native coin the sender has, in wei.
        nonce: The sender's next nonce, pending transactions counted.
    """

    gas: tuple[int | StablecoinError, ...]
    fee_history: FeeHistory
    balance_wei: int
    nonce: int
