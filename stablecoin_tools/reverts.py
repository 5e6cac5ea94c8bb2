"""What the contracts refuse, one class per Solidity error, with its fields.

The fields bear the Solidity parameters' names in snake_case; `contracts/interfaces` says what they mean.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from typing import TYPE_CHECKING, Any, NewType

from stablecoin_tools.amounts import Amount, Denomination
from stablecoin_tools.errors import Reverted
from stablecoin_tools.roles import PauseScope, Role

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address

__all__ = [
    "AccessControlBadConfirmation",
    "AccessControlEnforcedDefaultAdminDelay",
    "AccessControlEnforcedDefaultAdminRules",
    "AccessControlInvalidDefaultAdmin",
    "AccessControlUnauthorizedAccount",
    "AccountBlacklisted",
    "AddressEmptyCode",
    "BaseUnits",
    "ContractRevert",
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
    "InvalidIdentity",
    "InvalidInitialization",
    "InvalidMintAllowance",
    "InvalidPauseScopes",
    "InvalidShortString",
    "LaneNotServed",
    "MintAllowanceExceeded",
    "NotInitializing",
    "RevertedWithPanic",
    "RevertedWithReason",
    "SafeCastOverflowedUintDowncast",
    "ScopePaused",
    "StringTooLong",
    "SupplyCapExceeded",
    "UUPSUnauthorizedCallContext",
    "UUPSUnsupportedProxiableUUID",
    "UnknownRevert",
    "ZeroValue",
]

BaseUnits = NewType("BaseUnits", int)
"""An amount as the contract reports it; the error shows it in tokens where the coin is known."""


class ContractRevert(Reverted):
    """A refusal with data: the class says which, its fields say why.

    Attributes:
        denomination: The coin's, once the coin's client has set it: amounts are then shown in tokens.
    """

    denomination: Denomination | None = None

    def __str__(self) -> str:
        facts = ", ".join(
            f"{field.name.replace('_', ' ')} {_shown(field, getattr(self, field.name), self.denomination)}"
            for field in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        )
        return f"{type(self).__name__}: {facts}." if facts else f"{type(self).__name__}."


def _shown(field: Field[Any], value: Any, denomination: Denomination | None) -> str:
    if field.type == "BaseUnits":
        return _shown_amount(value, denomination)
    if field.type == "PauseScope":
        return " and ".join(PauseScope(value).names()) or str(value)
    if field.name.endswith("role"):
        return Role.named(value)
    return f"0x{value.hex()}" if type(value) is bytes else str(value)


def _shown_amount(value: int, denomination: Denomination | None) -> str:
    if denomination is None or value >= 2**128:
        return f"{value:,} base units"
    return str(Amount(value, denomination))


# The coin's own


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
class SupplyCapExceeded(ContractRevert):
    """The mint would lift the supply above what the coin may hold."""

    cap: BaseUnits
    needed: BaseUnits


@dataclass(eq=False)
class MintAllowanceExceeded(ContractRevert):
    """The minter has less allowance than the mint needs."""

    minter: Address
    available: BaseUnits
    needed: BaseUnits
    hint = "Mint less, or have a MINTER_ADMIN_ROLE holder configure the minter anew."


@dataclass(eq=False)
class InvalidMintAllowance(ContractRevert):
    """The allowance exceeds the greatest supply."""

    allowance: BaseUnits
    hint = "There is no unlimited allowance: name the amount this minter really needs."


@dataclass(eq=False)
class ZeroValue(ContractRevert):
    """The amount to mint or burn is zero."""


@dataclass(eq=False)
class InvalidPauseScopes(ContractRevert):
    """The scopes are none, or one is unknown."""

    scopes: int


@dataclass(eq=False)
class InvalidIdentity(ContractRevert):
    """A word of the coin's identity is empty or too long, or its decimals exceed 18."""

    identity: tuple[str, str, str, int]


@dataclass(eq=False)
class LaneNotServed(ContractRevert):
    """The implementation does not serve the holder functions."""

    implementation: Address
    hint = "Upgrade to an implementation that serves every holder function and says so by ERC-165."


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


# What any contract can revert with


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
