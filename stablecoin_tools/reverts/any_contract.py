"""What any contract can revert with."""

from __future__ import annotations

from dataclasses import dataclass

from stablecoin_tools.reverts.base import ContractRevert

__all__ = [
    "RevertedWithPanic",
    "RevertedWithReason",
    "UnknownRevert",
]


@dataclass(eq=False)
class RevertedWithReason(ContractRevert):
    """A contract refused with a text: Solidity's `Error(string)`."""

    reason: str


@dataclass(eq=False)
class RevertedWithPanic(ContractRevert):
    """A contract failed an assertion of the compiler: Solidity's `Panic(uint256)`."""

    panic_code: int


@dataclass(eq=False)
class UnknownRevert(ContractRevert):
    """A contract refused with bytes that are none of the coin's errors, or with none at all."""

    revert_data: bytes
