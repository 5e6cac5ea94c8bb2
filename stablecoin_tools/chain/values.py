"""What goes to a chain and what comes back, as frozen values. Hashes are 0x-hex text, as explorers show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address

__all__ = ["Block", "Call", "FeeHistory", "Log", "Receipt"]


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
    """

    next_base_fee_wei: int
    tips_wei: tuple[int, ...]
    suggested_tip_wei: int
