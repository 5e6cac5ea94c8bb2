"""What the contracts' dependencies refuse: ERC-6093, and OpenZeppelin's errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.reverts.base import ContractRevert

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.reverts.base import BaseUnits

__all__ = [
    "AccessControlBadConfirmation",
    "AccessControlEnforcedDefaultAdminDelay",
    "AccessControlEnforcedDefaultAdminRules",
    "AccessControlInvalidDefaultAdmin",
    "AccessControlUnauthorizedAccount",
    "AddressEmptyCode",
    "ERC20InsufficientAllowance",
    "ERC20InsufficientBalance",
    "ERC20InvalidApprover",
    "ERC20InvalidReceiver",
    "ERC20InvalidSender",
    "ERC20InvalidSpender",
    "ERC1967InvalidImplementation",
    "ERC1967NonPayable",
    "ERC1967ProxyUninitialized",
    "FailedCall",
    "InvalidInitialization",
    "InvalidShortString",
    "NotInitializing",
    "SafeCastOverflowedUintDowncast",
    "SafeERC20FailedOperation",
    "StringTooLong",
    "UUPSUnauthorizedCallContext",
    "UUPSUnsupportedProxiableUUID",
]


# Of ERC-6093, which every ERC-20 knows


@dataclass(eq=False)
class ERC20InsufficientBalance(ContractRevert):
    """The sender holds less than it would send."""

    sender: Address
    balance: BaseUnits
    needed: BaseUnits


@dataclass(eq=False)
class ERC20InsufficientAllowance(ContractRevert):
    """The spender was allowed less than it would move; moving nothing needs an allowance too."""

    spender: Address
    allowance: BaseUnits
    needed: BaseUnits


@dataclass(eq=False)
class ERC20InvalidReceiver(ContractRevert):
    """The receiver is the zero address or the coin itself."""

    receiver: Address


@dataclass(eq=False)
class ERC20InvalidSender(ContractRevert):
    """The sender is the zero address."""

    sender: Address


@dataclass(eq=False)
class ERC20InvalidSpender(ContractRevert):
    """The spender is the zero address."""

    spender: Address


@dataclass(eq=False)
class ERC20InvalidApprover(ContractRevert):
    """The approver is the zero address."""

    approver: Address


# Of OpenZeppelin, about roles


@dataclass(eq=False)
class AccessControlUnauthorizedAccount(ContractRevert):
    """The caller lacks a role."""

    account: Address
    needed_role: bytes
    hint = "Sign with a holder of the role, or have the admin grant it."


@dataclass(eq=False)
class AccessControlBadConfirmation(ContractRevert):
    """An account can renounce only its own role."""


@dataclass(eq=False)
class AccessControlEnforcedDefaultAdminDelay(ContractRevert):
    """The change of admin cannot be accepted before its time."""

    schedule: int


@dataclass(eq=False)
class AccessControlEnforcedDefaultAdminRules(ContractRevert):
    """The admin's role changes hands in two steps only."""

    hint = "Begin an admin transfer, then let the new admin accept it after the delay."


@dataclass(eq=False)
class AccessControlInvalidDefaultAdmin(ContractRevert):
    """The account cannot be, or is not, the next admin."""

    default_admin: Address


# Of OpenZeppelin, about proxies and upgrades


@dataclass(eq=False)
class ERC1967InvalidImplementation(ContractRevert):
    """There is no upgradeable contract at the address."""

    implementation: Address


@dataclass(eq=False)
class ERC1967NonPayable(ContractRevert):
    """An upgrade without a call takes no ETH."""


@dataclass(eq=False)
class ERC1967ProxyUninitialized(ContractRevert):
    """A proxy must be initialised as it is created."""


@dataclass(eq=False)
class UUPSUnauthorizedCallContext(ContractRevert):
    """The function works only behind the proxy, or only outside of it."""


@dataclass(eq=False)
class UUPSUnsupportedProxiableUUID(ContractRevert):
    """The new implementation keeps its address in another slot."""

    slot: bytes


@dataclass(eq=False)
class InvalidInitialization(ContractRevert):
    """The contract is initialised already."""


@dataclass(eq=False)
class NotInitializing(ContractRevert):
    """The function works only during initialisation."""


# Of OpenZeppelin, about values


@dataclass(eq=False)
class AddressEmptyCode(ContractRevert):
    """There is no contract at the address."""

    target: Address


@dataclass(eq=False)
class FailedCall(ContractRevert):
    """An inner call failed without saying why."""


@dataclass(eq=False)
class InvalidShortString(ContractRevert):
    """A word of at most 31 bytes is malformed."""


@dataclass(eq=False)
class StringTooLong(ContractRevert):
    """A word is longer than 31 bytes."""

    str: str


@dataclass(eq=False)
class SafeCastOverflowedUintDowncast(ContractRevert):
    """A number does not fit its type."""

    bits: int
    value: int


@dataclass(eq=False)
class SafeERC20FailedOperation(ContractRevert):
    """Another token refused, or is none."""

    token: Address
