"""What a holder can meet: refusals of moves, allowances and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.reverts.base import ContractRevert
from stablecoin_tools.roles import PauseScope

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.reverts.base import BaseUnits

__all__ = [
    "AccountBlacklisted",
    "AccountNotVerified",
    "AllowanceOverflow",
    "AuthorizationExpired",
    "AuthorizationNotYetValid",
    "AuthorizationUsedOrCanceled",
    "CallerNotPayee",
    "InsufficientGas",
    "InvalidIdentity",
    "InvalidSignature",
    "LengthsDiffer",
    "PermitExpired",
    "ScopePaused",
]


@dataclass(eq=False)
class AccountBlacklisted(ContractRevert):
    """A party is on the blacklist."""

    account: Address
    hint = "No balance changes with this account until an UNBLACKLISTER_ROLE holder takes it off the blacklist."


@dataclass(eq=False)
class ScopePaused(ContractRevert):
    """The operation belongs to a paused scope."""

    scope: PauseScope
    hint = "Wait until an UNPAUSER_ROLE holder resumes it."

    def __post_init__(self) -> None:
        self.scope = PauseScope(self.scope)


@dataclass(eq=False)
class InvalidIdentity(ContractRevert):
    """A word of the coin's identity is empty or too long, or its decimals exceed 18."""

    identity: tuple[str, str, str, int]


@dataclass(eq=False)
class AccountNotVerified(ContractRevert):
    """Only verified accounts may hold the coin now, and this one is not."""

    account: Address
    hint = "A VERIFIER_ROLE holder verifies accounts."


@dataclass(eq=False)
class LengthsDiffer(ContractRevert):
    """Two lists of one batch do not fit together."""

    first: int
    second: int


@dataclass(eq=False)
class InvalidSignature(ContractRevert):
    """The signature is not the signer's, not over this, or not canonical."""

    signer: Address
    hint = "Check the chain, the coin's address, the version and every field that was signed."


@dataclass(eq=False)
class PermitExpired(ContractRevert):
    """The permit is no longer valid."""

    deadline: int
    hint = "Have a new one signed."


@dataclass(eq=False)
class AllowanceOverflow(ContractRevert):
    """The allowance would exceed the greatest number there is."""

    spender: Address
    allowed: BaseUnits
    increment: BaseUnits


@dataclass(eq=False)
class AuthorizationUsedOrCanceled(ContractRevert):
    """The nonce was used or canceled before."""

    authorizer: Address
    nonce: bytes
    hint = "Look for AuthorizationUsed of this nonce: it may be this very payment."


@dataclass(eq=False)
class AuthorizationNotYetValid(ContractRevert):
    """The authorization is not valid yet."""

    valid_after: int


@dataclass(eq=False)
class AuthorizationExpired(ContractRevert):
    """The authorization is no longer valid."""

    valid_before: int
    hint = "Have a new one signed."


@dataclass(eq=False)
class CallerNotPayee(ContractRevert):
    """Only the payee itself may submit this authorization."""

    caller: Address
    payee: Address


@dataclass(eq=False)
class InsufficientGas(ContractRevert):
    """Too little gas is left to tell a payment that is refused from one that ran out of gas."""

    available: int
    needed: int
    hint = "Send the batch with more gas, or fewer payments at once."
