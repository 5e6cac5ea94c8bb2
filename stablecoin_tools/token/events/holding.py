"""What holders do: transfers, allowances, signed payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.token.events.base import Event

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount

__all__ = [
    "Approval",
    "AuthorizationCanceled",
    "AuthorizationSkipped",
    "AuthorizationUsed",
    "Transfer",
    "TransferWithMemo",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Event):
    """A balance changed: moved, or created if `sender` is zero, or destroyed if `to` is zero."""

    sender: Address
    to: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Event):
    """An owner let a spender move up to `value`; the greatest allowance is shown as the greatest amount."""

    owner: Address
    spender: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWithMemo(Event):
    """A transfer was made with a memo; its `Transfer` stands before it."""

    sender: Address
    to: Address
    amount: Amount
    memo: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationUsed(Event):
    """A signed payment was made."""

    authorizer: Address
    nonce: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCanceled(Event):
    """A nonce was used up, so that no payment of it can be made."""

    authorizer: Address
    nonce: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationSkipped(Event):
    """A signed payment of a batch was refused; `reason` is the revert as it came."""

    authorizer: Address
    nonce: bytes
    reason: bytes
